"""How soon Veilig Thuis answers: the terms of `terms.toml`, in Dutch working days."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Final

import holidays

from pipeline.errors import PolicyError
from pipeline.policy.words import Words

_FILE: Final = resources.files("pipeline.policy.stuf").joinpath("terms.toml")
_SATURDAY: Final = 5


@dataclass(frozen=True)
class Term:
    """One term, counted from the day of delivery: in working days, or in weeks."""

    id: str
    source: str
    words: Words
    working_days: int = 0
    weeks: int = 0

    def due(self, delivered_on: date) -> date:
        """Return the last day on which the term is met."""
        day = delivered_on + timedelta(weeks=self.weeks)
        for _ in range(self.working_days):
            day = _working_day_from(day + timedelta(days=1))
        return _working_day_from(day)


@cache
def read_terms() -> tuple[Term, ...]:
    """Read the terms that ship; PolicyError when one is not of the right shape."""
    try:
        rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["term"]
        terms = tuple(Term(**row | {"words": Words(**row["words"])}) for row in rows)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise PolicyError(_FILE.name, str(error)) from error
    for term in terms:
        if (term.working_days > 0) == (term.weeks > 0):
            raise PolicyError(_FILE.name, f"{term.id} needs either working_days or weeks")
    return terms


def _working_day_from(day: date) -> date:
    """Return `day`, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    """Tell whether the term of a Dutch authority can end on `day` (Algemene termijnenwet)."""
    return day.weekday() < _SATURDAY and day not in _days_off(day.year)


@cache
def _days_off(year: int) -> frozenset[date]:
    """Public holidays and the days that the Algemene termijnenwet puts beside them (Good Friday, 5 May each year)."""
    public = holidays.country_holidays("NL", years=year)
    easter = next(day for day, name in public.items() if "paas" in name.lower() or "easter" in name.lower())
    friday = easter - timedelta(days=(easter.weekday() - 4) % 7)
    return frozenset(public) | {friday, date(year, 5, 5)}
