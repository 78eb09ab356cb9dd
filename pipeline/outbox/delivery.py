"""What one message is made of: a report version with its parts, and who sends it to whom."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from pipeline.clock import local_day
from pipeline.outbox.contact import Reach, read_reach
from pipeline.outbox.fields import Row
from pipeline.policy.agreements import Contact
from pipeline.policy.stuf.codes import Codes
from pipeline.policy.stuf.identities import Party

SOURCES: Final = frozenset({"GE", "ME"})
"""Witnesses and callers: a role, never a person."""
_ADULT: Final = 18
_PLAIN: Final = re.compile(r"[A-Za-z0-9-]+")
_LONGEST: Final = 40


@dataclass(frozen=True)
class Delivery:
    """Rows of one report version out of a region's schema: what was not forwarded is not in it, and cannot be sent."""

    report: Row
    persons: Sequence[Row]
    prior_incidents: Sequence[Row]
    danger_signals: Sequence[Row]
    sender: Party
    receiver: Party
    codes: Codes = field(repr=False)
    amendment: int = 0
    """How often the report had been sent before something was added to it."""
    agreed_contact: Contact | None = None
    """The unit's desk as its agreement names it, for a report that names none."""

    @cached_property
    def reach(self) -> Reach:
        """Whom of the police to ask."""
        return read_reach(self.report, self.agreed_contact)

    @cached_property
    def day(self) -> date:
        """The Dutch day on which the police learnt of it."""
        return local_day(self.report["known_at"])

    @cached_property
    def youths(self) -> frozenset[int]:
        """Numbers of the persons that a youth concern is about: the children, minor victims, else the victims."""
        children = {each["person_number"] for each in self.persons if each["role"] == "KI"}
        victims = [each for each in self.persons if each["role"] == "SO"]
        minors = {each["person_number"] for each in victims if _is_minor(each, self.day)}
        return frozenset(children | minors or {each["person_number"] for each in victims})

    def person(self, number: int | None) -> Row | None:
        """Return the person of this number."""
        return next((each for each in self.persons if each["person_number"] == number), None)


def _is_minor(person: Row, day: date) -> bool:
    """Tell whether a person is a minor on `day`; who may have a birthday still to come is taken to have."""
    year, _, birthday = (person.get("birth_date") or "").partition("-")
    later = birthday.replace("00", "99") > f"{day:%m-%d}"
    return year.isdigit() and int(year) > 0 and day.year - int(year) - later < _ADULT


def reference(
    unit: str, registration_number: str, version: int, region: str, purpose: str = "report", amendment: int = 0
) -> str:
    """Return `referentienummer` (at most 40 characters): the same report version always gets the same one.

    Readable where the number is, `RE06.PL0600-2026000001.1.VT09`; else with a digest in the number's place. A recall
    has `.R` behind it, and a report that was added to after it was sent `.A1`, `.A2` and so on.
    """
    ending = f".{version}.{region}" + {"recall": ".R", "amendment": f".A{amendment}"}.get(purpose, "")
    readable = f"{unit}.{registration_number}{ending}"
    if len(readable) <= _LONGEST and _PLAIN.fullmatch(registration_number):
        return readable
    digest = hashlib.sha256(registration_number.encode()).hexdigest()
    return f"{unit}.~{digest}"[: _LONGEST - len(ending)] + ending
