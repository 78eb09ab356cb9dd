"""Whom of the police Veilig Thuis can reach about a report: as it was forwarded, else as the unit agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.outbox.fields import Row, fitting
from pipeline.outbox.xml import clean
from pipeline.policy.agreements import Contact

PHONE: Final = 20
EMAIL: Final = 254
NAME: Final = 80
"""What a contact's name holds in the generic message; a youth concern's department has no limit."""


@dataclass(frozen=True)
class Reach:
    """A desk of the police; None where unknown, or where the standard's field cannot hold it."""

    said: str | None
    """The department, and behind it what has no field that holds it."""
    phone: str | None
    email: str | None

    @property
    def name(self) -> str | None:
        """What of `said` fits a contact's name."""
        return self.said[:NAME].rstrip() if self.said else None

    @property
    def left_over(self) -> str | None:
        """All of `said` where the name cannot hold it."""
        return self.said if self.said and len(self.said) > NAME else None


def read_reach(report: Row, agreed: Contact | None) -> Reach:
    """Return the contact of a report, or the one of its unit's agreement where the report has none.

    A report in danger goes without a contact when a person releases it: whoever opens the message must still know whom
    to ask, and a message that names nobody is kept back (STUF.md).
    """
    names = ("department", "phone", "email")
    own = [_given(report[f"contact_{name}"]) for name in names]
    department, phone, email = own if any(own) else [_given(getattr(agreed, name, None)) for name in names]
    fits = fitting(phone, PHONE), fitting(email, EMAIL)
    said = [department, None if fits[0] else phone, None if fits[1] else email]
    return Reach(", ".join(filter(None, said)) or None, *fits)


def _given(text: str | None) -> str | None:
    return (clean(text) or None) if text else None
