"""One thing that Veilig Thuis tells of a registration, and how its parts are read: codes only, nothing is guessed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pipeline.outbox.xml import clean
from pipeline.policy.stuf.codes import read_codes
from pipeline.settings import LOCAL

EVENTS: Final = ("received", "not_accepted", "wrong_region", "quality", "triage", "closed")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,59}")
_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9_./-]{3,39}")
_REGISTRATION: Final = re.compile(r"PL[0-9A-Z]{4}-[0-9]{10}")
YEARS: Final = range(2000, 2101)
_CONTACT_LENGTH: Final = 200


class Unreadable(ValueError):
    """A row or message that cannot be taken; its text is a reason code."""


@dataclass(frozen=True)
class Event:
    """Feedback on a registration, as it was told."""

    registration_number: str
    event: str
    at: datetime
    code: str | None = None
    missing: tuple[str, ...] = ()
    contact: str | None = None
    reference: str | None = None
    """Number of the message that brought it, unique with its sender."""
    dropped: tuple[str, ...] = ()
    """Columns whose text is no code and was not kept."""

    @property
    def fingerprint(self) -> str:
        """Digest of what is told: the same event twice has the same."""
        parts = (self.registration_number, self.event, self.at.isoformat(), self.code or "", *sorted(self.missing))
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """A technical answer to a message of ours: taken (`Bv03`), or refused (`Fo03`) with a fault code."""

    reference: str
    answer: str
    fault: str | None
    at: datetime
    own_reference: str

    @property
    def fingerprint(self) -> str:
        """Digest of the answer: the same one twice has the same."""
        parts = (self.reference, self.answer, self.fault or "", self.own_reference)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Line:
    """What one row or message holds: something told, or the reason for which it cannot be taken."""

    line: int
    told: Event | Answer | None = None
    problem: str | None = None
    registration_number: str | None = None
    """Where it is readable and has the form of one; also beside a problem."""


def read_number(text: str) -> str:
    """Return a registration number; Unreadable for what cannot be one."""
    number = text.strip().upper()
    if not number:
        raise Unreadable("no_number")
    if _NUMBER.fullmatch(number) is None:
        raise Unreadable("unreadable_number")
    return number


def safe_number(text: str) -> str | None:
    """Return `text` where it has exactly the form of a registration number: only that may be shown in an error."""
    number = text.strip().upper()
    return number if _REGISTRATION.fullmatch(number) else None


def read_moment(text: str) -> datetime:
    """Return an ISO date or time in UTC; without an offset it is Dutch, and the first of an hour that occurs twice."""
    if _MOMENT.fullmatch(text.strip()) is None:
        raise Unreadable("unreadable_at")
    try:
        said = datetime.fromisoformat(text.strip())
        moment = (said if said.tzinfo else said.replace(tzinfo=LOCAL)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable("unreadable_at") from None
    if moment.year not in YEARS:  # a typing error, and the ends of the calendar cannot be counted with
        raise Unreadable("unreadable_at")
    return moment


def read_event(text: str) -> str:
    """Return one of EVENTS; Unreadable for any other."""
    event = text.strip().lower()
    if event not in EVENTS:
        raise Unreadable("unknown_event")
    return event


def read_code(text: str) -> str | None:
    """Return a code, or the code of a text of the standard; None where it is neither: free text is care content."""
    said = text.strip()
    for answer in read_codes().answers:
        if said.lower() in (answer.code.lower(), (answer.outcome or answer.status).lower()):
            return answer.code
    return said if _CODE.fullmatch(said) else None


def read_missing(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the criteria that Veilig Thuis misses, and whether something in the list was no code."""
    said = [part.strip() for part in text.split("|") if part.strip()]
    codes = tuple(dict.fromkeys(part.lower() for part in said if _CODE.fullmatch(part)))
    return codes, any(_CODE.fullmatch(part) is None for part in said)


def read_contact(text: str) -> str | None:
    """Return whom to ask, in one line of at most 200 characters."""
    return " ".join(clean(text).split())[:_CONTACT_LENGTH] or None
