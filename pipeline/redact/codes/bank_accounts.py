"""Bank accounts: whole ones, and such of which figures are left out."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.redact.patterns import holds_any
from pipeline.redact.spans import Span, mask

IBAN: Final = re.compile(
    r"\b[a-z]{2}[ .\-]?\d{2}[ .\-]?(?:(?:[a-z][ .\-]?){4}(?:\d[ .\-]?){9}\d(?!\d)|[a-z0-9]{4}(?: ?[a-z0-9]{4}){2,6}(?: ?[a-z0-9]{1,4})?\b)",
)
CARD: Final = re.compile(r"(?<!\d)(?:\d[ \-]?){15,19}(?!\d)|(?<!\d)\d{4}[ \-]\d{6}[ \-]\d{5}(?!\d)")
BLANK: Final = r"[\d.x*•…?#_]"
MASKED_IBAN: Final = re.compile(
    rf"\b[a-z]{{2}}[ .\-]?(?:\d|[x*?.•]){{2}}[ .\-]?[a-z]{{4}}[ .\-]?(?=[\d \-]*(?:[x*•…?#_]|\.\.))(?=[\d.x*•…?#_ \-]*\d){BLANK}(?:[ \-]?{BLANK}){{2,}}(?<=[\dx*?#_•])(?![a-z\d])"
)
"""`NL91 ABNA 04.. .... 12`."""
HIDDEN_END: Final = re.compile(
    r"\b(?:rek(?:ening)?(?:nummer|nr)?|iban|bankpas|pinpas|pas|kaart)\b[^.;:\n\d]{0,24}?(?P<n>[x*•.…_#]{2,}[ \-]?\d{2,6})(?!\d|[.,:]\d)"
)
"""`rekening ****4417`."""
LEFT_OUT: Final = re.compile(r"[x*•.…_#][x*•.…_#]")
HIDING: Final = ("rek", "iban", "pas", "kaart")


def find_masked(small: str, bank: bool) -> Iterator[Span]:
    """Yield accounts with gaps in a text in lower case; `bank` says whether it names a bank."""
    if holds_any(small, HIDING) and LEFT_OUT.search(small):
        for hit in HIDDEN_END.finditer(small):
            yield mask(*hit.span("n"), "iban")
    if bank or "nl" in small:
        for hit in MASKED_IBAN.finditer(small):
            yield mask(*hit.span(), "iban")
