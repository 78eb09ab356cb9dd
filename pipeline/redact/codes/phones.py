"""Telephone numbers, however they are cut up or spelt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.redact.spans import Span, mask

PHONE: Final = re.compile(
    r"(?<![\w])(?:(?:\+|00)\s?\d{2,3}[\s.\-/]*(?:\(0\)[\s.\-]*)?(?:\d[\s.\-/]{0,2}){7,10}\d|\(?0\d{1,3}\)?[\s.\-/]{0,3}(?:\d[\s.\-/]{0,2}){5,9}\d)(?!\d)"
)
MOBILE: Final = re.compile(
    r"(?<![\w\-./])(?:\+31|0031|[0oO])[\s.,:*'=_\-–—/()0]{0,4}6(?:[\s.,:*'=_\-–—/()…]{0,3}\d){8}(?!\d)"
)
"""However it is cut up: `06,12,34,56,78`."""
MOBILE_END: Final = re.compile(r"6(?:[\s.,:*'=_\-–—/()0…]{0,3}\d){8}")
"""What every MOBILE ends in, and few texts hold: it begins with one letter, to which `re` skips."""
CUT_UP: Final = re.compile(r"0(?<![\w\-.,/:]0)(?:6|\d{2,3})(?: (?:en )?dan \d{1,4}| \d{1,3}(?![\w:]|\.\d)){3,8}")
"""`0673 dan 44 dan 80 12`, `06 7 8 15`."""
EXTENSION: Final = re.compile(r" ?(?:tst|toestel|doorkies(?:nr|nummer)?)\.? ?\d{1,5}")
PAIRS: Final = re.compile(r"(?<!\d)\d{2}(?:[ .\-]\d{2}){3,4}(?!\d)|(?<!\d)0\d{2,3}[\s.\-/]+(?!\d)(?=\s|$)")
SERVICE_LINES: Final = re.compile(r"0[89]00[\s.\-]?\d{4}(?:\d{3})?$")
PHONE_SAID: Final = re.compile(
    r"\b(?:tel(?:efoon)?(?:nummer|nr)?|nr|nummer|mobiel|gsm|bereikbaar|belde?n?|06)\W{0,3}(?:\w+\W{1,3}){0,2}$",
    re.IGNORECASE,
)
LOCAL: Final = re.compile(r"\d{2,3}[ \-.]?\d{2,3}[ \-.]?\d{2}|\d{3}[ \-.]\d{3,4}")
"""A number without its area code, where the text says that it is one."""
LOOKS_ZERO: Final = re.compile(r"[oO](?<=\d.)[oO]{0,2}(?=[\- ]?\d)")
"""A letter in the place of a zero."""
LOOKS_LIKE: Final = re.compile(r"(?<!\w)(?:(?=[oOIl]*\d)[oOIl\d]+|\d[ZzSB]|[ZzSB]\d|OO?(?= ?\d)|(?<=\d[ \-])OO?)(?!\w)")
"""Figures with letters among them that look like one: `8I2`, `l9`, `7O1`; two in a row: `OO 45`."""
LETTER_AMID: Final = re.compile(r"[oOIlZzSB](?:(?<=\d.)|(?=\d))")
"""What every text with such a figure holds, and few others: it begins with one character, to which `re` skips."""
AS_FIGURES: Final = str.maketrans("oOIlZzSB", "00112258")


def find_mobiles(text: str, small: str) -> Iterator[Span]:
    """Yield mobile numbers by their 06, also with words or letters among the figures; `small` is in lower case."""
    if LETTER_AMID.search(text):
        yield from _mobiles(LOOKS_LIKE.sub(lambda hit: hit[0].translate(AS_FIGURES), text))
    if "0" in small:
        for cut in CUT_UP.finditer(small):
            yield mask(*cut.span(), "phone")
    yield from _mobiles(text)


def with_zeros(text: str) -> str:
    """Return `text` with a zero for each letter that stands for one."""
    return LOOKS_ZERO.sub(lambda hit: "0" * len(hit[0]), text) if LOOKS_ZERO.search(text) else text


def is_said(text: str, at: int) -> bool:
    """Whether the text says that what begins at `at` is a number to call."""
    return PHONE_SAID.search(text, max(0, at - 40), at) is not None


def _mobiles(text: str) -> Iterator[Span]:
    if MOBILE_END.search(text):
        for mobile in MOBILE.finditer(text):
            yield mask(*mobile.span(), "phone")
