"""How soon Veilig Thuis answers: the terms of `terms.toml`, in Dutch working days."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import holidays

from pipeline.policy.strict import reading
from pipeline.policy.versions import each_known_on, require_days_apart
from pipeline.policy.words import Words

_SATURDAY: Final = 5


@dataclass(frozen=True)
class Term:
    """One term, counted from the day of delivery: in working days, or in weeks."""

    id: str
    effective_from: date
    """The first day whose deliveries it counts for."""
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


def read_terms(delivered_on: date = date.max, file: Path | None = None) -> tuple[Term, ...]:
    """Return the terms for what is delivered on a day, else as they are last, of those that ship or of another file.

    Raises:
        PolicyError: the file is no TOML, a term is not of the right shape, or stands twice for a day.
    """
    return each_known_on(_read(file), delivered_on)


def due(term: str, delivered_on: date) -> date:
    """Return the last day on which a term is met, by its id."""
    return next(known for known in read_terms(delivered_on) if known.id == term).due(delivered_on)


@cache
def _read(changed: Path | None) -> tuple[Term, ...]:
    file = changed or files("pipeline.policy.stuf") / "terms.toml"
    with reading(file.name):
        terms = tuple(map(_term, tomllib.loads(file.read_text(encoding="utf-8"))["term"]))
        require_days_apart(terms)
    return terms


def _term(entry: dict[str, Any]) -> Term:
    term = Term(**entry | {"words": Words(**entry["words"])})
    if (term.working_days > 0) == (term.weeks > 0):
        raise ValueError(f"{term.id} needs either working_days or weeks")
    return term


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
