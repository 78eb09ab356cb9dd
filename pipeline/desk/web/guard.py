"""Who may do what at the desk, and proof that a decision was sent from the desk's own page."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException

from pipeline.policy.desk import read_desk_policy

SESSION: Final = "desk_session"
"""Name of the cookie that a form's token is bound to."""


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    account: str
    role: str | None

    def may(self, right: str) -> bool:
        """Tell whether the desk's policy gives this person a right."""
        return read_desk_policy().may(self.role, right)


def signed_in() -> Person:
    """Stand for the log-in; whoever makes the app puts a real one in its place.

    Raises:
        HTTPException: 401, always.
    """
    raise HTTPException(401)


def needs(right: str) -> Callable[[Person], Person]:
    """Return a dependency that lets through who has `right`, and answers 403 to others."""

    def checked(person: Annotated[Person, Depends(signed_in)]) -> Person:
        if not person.may(right):
            raise HTTPException(403)
        return person

    return checked


def new_session() -> str:
    """Return what a browser is told apart by; it says nothing of who sits there."""
    return secrets.token_urlsafe(24)


def form_token(secret: bytes, session: str, account: str) -> str:
    """Return what a form must send along: only this browser, signed in as this person, was given it."""
    return hmac.new(secret, f"desk form\n{session}\n{account}".encode(), hashlib.sha256).hexdigest()


def check_forged(secret: bytes, headers: Mapping[str, str], session: str | None, account: str, token: str) -> None:
    """Refuse a form that did not come from our own page in this person's browser.

    Airflow knows a person by a cookie, which a browser also sends along with a form of another site. So a form must
    name us as its origin, and carry the token that only our page holds.

    Raises:
        HTTPException: 403.
    """
    origin = headers.get("origin") or headers.get("referer") or ""
    same_site = headers.get("sec-fetch-site", "same-origin") == "same-origin"
    ours = urlsplit(origin).netloc != "" and urlsplit(origin).netloc == headers.get("host")
    expected = form_token(secret, session or "", account)
    if not (session and ours and same_site and hmac.compare_digest(expected, token)):
        raise HTTPException(403, "forged")
