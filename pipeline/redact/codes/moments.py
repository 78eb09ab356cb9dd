"""Days and times among figures: they stay, unless somebody was born on one."""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.redact.codes.figures import Figures
from pipeline.redact.months import MONTH_STEM
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import Span, mask

HARMLESS: Final = re.compile(
    r"(?:\d{1,4}|\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?- ?\d{1,2}[:.]\d{2})?|\d{1,2}[-/]\d{1,2}|\d{1,3}(?:[.,]\d{3})*,\d{2})"
)
"""A time, a day, an amount, or too few figures to lead to anybody."""
DAY: Final = re.compile(
    r"(?<!\d)(?:(?P<d>0?[1-9]|[12]\d|3[01])[-./](?P<m>0?[1-9]|1[0-2])[-./](?P<y>(?:19|20)\d{2}|\d{2})|(?P<y2>(?:19|20)\d{2})-(?P<m2>\d{1,2})-(?P<d2>\d{1,2})|(?<!\d[ \-])(?P<y3>(?:19|20)\d{2})(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01]))(?!\d)"
)
MOMENT: Final = re.compile(
    r"(?<![\d.\-/])(?:0?[1-9]|[12]\d|3[01])[/-](?:0?[1-9]|1[0-2])(?= (?:[01]\d|2[0-3])[.:]?[0-5]\d(?![ .\-/]?\d))"
)
"""A day without its year, by the time behind it: `02/09 0815`."""
LOGGED: Final = re.compile(r"(?<=\d\. )(?:[01]?\d|2[0-3])[:.][0-5]\d(?= [A-ZÀ-Þa-z])")
"""A time that begins the next line of a log: `BSN 999963004. 23:52 Zoon belt`."""
CLOCK: Final = re.compile(r"(?<![\w:])(?<!\d[.\-])(?:[01]?\d|2[0-3])[.:][0-5]\d(?= ?(?:u|uur|h)\b)")
"""A time that is said to be one: it ends the number before it (`0671889201. 00.15 uur`)."""
MONTHS: Final = ("jan", "feb", "m", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
WRITTEN_DAY: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}}) ({MONTH_STEM})[a-z]*\.? '?((?:19|20)?\d{{2}})(?!\d)",
)
BORN: Final = re.compile(
    r"(?:geb(?:oren)?|geboortedatum|geb\.?dat(?:um)?|gd|dob|\*)[\s.:]*(?:op|d\.?d\.?|zijnde|:)?\s*$", re.IGNORECASE
)
OLD: Final = 2012
"""A full date before this year is taken for a birth date; an older event is told by its year."""
NUMBER_SAID: Final = re.compile(
    r"\b(?:bsn|burgerservicenummer|sofi\w*|nr|nummer|rek\w*|account\w*|pas\w*|dossier\w*|document\w*|tel\w*|mobiel|gsm)\W{0,3}(?:\w+\W{1,3})?$",
    re.IGNORECASE,
)
"""Behind it eight digits are no day, though they read as one: `rekening 20190412`."""


def moments_in(text: str, start: int, end: int) -> list[re.Match[str]]:
    """Return the days and times in a row of figures, in order: matches of DAY, MOMENT, LOGGED and CLOCK."""
    clocks = (hit for hit in CLOCK.finditer(text, start, end + len(" uur ")) if hit.end() <= end)
    days = (day for day in DAY.finditer(text, start, end) if not _is_number(text, day))
    without_year = (*MOMENT.finditer(text, start, end + 1), *LOGGED.finditer(text, start, end + 2))
    return sorted((*days, *without_year, *clocks), key=re.Match.start)


def _is_number(text: str, day: re.Match[str]) -> bool:
    """Whether the text calls eight digits that read as a day a number."""
    return bool(day["y3"]) and NUMBER_SAID.search(text, max(0, day.start() - 40), day.start()) is not None


def find_birth(text: str, day: re.Match[str], report: ReportMasks) -> Iterator[Span]:
    """Yield a DAY on which somebody outside was born."""
    year, month, date_ = ("".join(day[part + form] or "" for form in ("", "2", "3")) for part in "ymd")
    yield from _birth(text, day.start(), day.end(), (year, month, date_), report)


def find_written_birth(figures: Figures, report: ReportMasks) -> Iterator[Span]:
    """Yield a day with its month in letters that begins with `figures`, where somebody outside was born on it."""
    small, start, high = figures.small, figures.start, figures.high
    if not WRITTEN_DAY.match(small, start, high):
        return
    for hit in WRITTEN_DAY.finditer(small, figures.low, high):  # a date before it may hold its first digits
        if hit.start() == start:
            month = next(i for i, name in enumerate(MONTHS, 1) if hit[2].startswith(name))
            yield from _birth(figures.text, hit.start(), hit.end(), (hit[3], str(month), hit[1]), report)


def _birth(text: str, start: int, end: int, parts: tuple[str, str, str], report: ReportMasks) -> Iterator[Span]:
    year, month, day = parts
    born = BORN.search(text, max(0, start - 24), start) is not None
    full = len(year) == len("1987")
    if not born and (not full or int(year) >= OLD):
        return
    tail = f"-{int(month):02d}-{int(day):02d}"
    if any(known.endswith(year + tail) for known in report.birth_dates):
        return
    yield mask(start, end, "birth_date")
