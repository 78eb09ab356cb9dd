"""Numbers of houses in words, and what stands behind a number that is of no house: patterns that stand in others."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

from typing import Final

from pipeline.redact.months import MONTH_STEM

ONES = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
TEENS = ("tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien")
TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
ONE: Final = "|".join((*ONES, "één"))
SPELT: Final = rf"(?:(?:(?:{ONE})?\s?honderd(?:\s?en)?\s?)?(?:(?:{ONE})[\s\-]?(?:en|ën)[\s\-]?)?(?:{'|'.join(TENS)})|(?:{'|'.join(TEENS)})|(?:{ONE})?\s?honderd|(?:{ONE}))(?!\w)"
"""Any of them up to a few hundred."""
UNITS: Final = rf"(?!\s*(?:[:.,/-]?\d|{MONTH_STEM}|uur|u\b|jaar|jr|jarige?|dag|week|weken|maand|minuten|min\b|seconden|sec\b|x\b|keer|maal|euro|%|cm|km|meter|kinderen|personen|stuks|man\b|mannen|vrouwen|dochters|zonen|ton|graden|promille|ug))"
"""Not of a house: a time, an age, a measure, a count of persons."""


def spelt(number: int) -> str:
    """Return a pattern for how a house number under a thousand is written in words, in any spelling."""
    if number >= 100:  # noqa: PLR2004 - hundreds
        hundreds, rest = divmod(number, 100)
        head = rf"(?:{ONES[hundreds - 1]}\s?)?honderd" if hundreds == 1 else rf"{ONES[hundreds - 1]}\s?honderd"
        return rf"{head}(?:\s?en)?\s?{spelt(rest)}" if rest else head
    if number < 10:  # noqa: PLR2004 - ones
        return ONES[number - 1].replace("een", "(?:een|één)")
    if number < 20:  # noqa: PLR2004 - teens
        return TEENS[number - 10]
    tens, ones = divmod(number, 10)
    return rf"{ONES[ones - 1]}[\s\-]?(?:en|ën)[\s\-]?{TENS[tens - 2]}" if ones else TENS[tens - 2]
