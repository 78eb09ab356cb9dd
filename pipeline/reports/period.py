"""What a report is about: a night, or nights from one day to another, cut into pieces that can be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pipeline.clock import require_in_order
from pipeline.policy.dates import month_of, say_day
from pipeline.policy.words import Words

_JULY: Final = 7
_NIGHTLY, _WEEKLY = 31, 200
"""Up to so many nights a point a night, or a point a week; beyond it a point a month."""


@dataclass(frozen=True)
class Period:
    """The nights from `first` to `last`, both of them counted."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        require_in_order(self.first, self.last)

    @property
    def nights(self) -> int:
        """How many nights."""
        return (self.last - self.first).days + 1

    @property
    def step(self) -> str:
        """The piece that a point of a trend stands for, in PostgreSQL's word: day, week or month."""
        return "day" if self.nights <= _NIGHTLY else "week" if self.nights <= _WEEKLY else "month"

    @property
    def unit_step(self) -> str:
        """The same for one unit: a night of one unit is too little to tell a trend from."""
        return "week" if self.step == "day" else self.step

    def buckets(self, step: str | None = None) -> list[str]:
        """Return the first day of every piece (of `step`: of the whole country's), as ISO text, in order."""
        days = (self.first + timedelta(days=number) for number in range(self.nights))
        return sorted({bucket(day, step or self.step).isoformat() for day in days})

    @property
    def words(self) -> Words:
        """The period as people say it."""
        return Words(*(self._say(language) for language in ("nl", "en")))

    def _say(self, language: str) -> str:
        if self.first == self.last:
            return say_day(self.first, language)
        to = "tot en met" if language == "nl" else "to"
        return f"{say_day(self.first, language)} {to} {say_day(self.last, language)}"


def half_of(day: date) -> int:
    """Return the half of its year that a day lies in: 1 or 2."""
    return 2 if day.month >= _JULY else 1


def period_of(kind: str, night: date) -> Period:
    """Return the period of one of the reports that are made of every night.

    `night` itself; `week`, the seven nights up to it; `half_year`, all of it: of a night long ago, too, the page that
    is there must not lose what came after.
    """
    if kind == "half_year":
        year = night.year
        first = half_of(night) == 1
        return Period(date(year, 1, 1), date(year, 6, 30)) if first else Period(date(year, 7, 1), date(year, 12, 31))
    return Period(night - timedelta(days=6 if kind == "week" else 0), night)


def bucket(day: date, step: str) -> date:
    """Return the first day of the piece that `day` lies in; a week begins on Monday."""
    if step == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step == "week" else day


def _short_month(day: date, language: str) -> str:
    return "mrt" if language == "nl" and day.month == _MARCH else month_of(day).say(language)[:3]


_MARCH: Final = 3


def say_bucket(text: str, step: str) -> Words:
    """Write the first day of a piece as its name: a date, a week by its Monday, or a month."""
    day = date.fromisoformat(text)
    if step == "month":
        return Words(*(f"{month_of(day).say(language)} {day.year}" for language in ("nl", "en")))
    plain = Words(*(f"{day.day} {_short_month(day, language)} {day.year}" for language in ("nl", "en")))
    return plain if step == "day" else Words(f"week van {plain.nl}", f"week of {plain.en}")
