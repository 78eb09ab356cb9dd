"""What happened in a period that a trend must show: agreements that changed, nights without exports, late ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import polars as pl

from pipeline.policy.agreements import Agreements
from pipeline.policy.words import Words
from pipeline.reports.names import Names
from pipeline.reports.period import Period
from pipeline.reports.table import Cell, Column, Table
from pipeline.reports.trend import Chart

KINDS: Final = ("agreement", "outage", "late")


@dataclass(frozen=True)
class Event:
    """Something that happened to a unit on a day."""

    day: date
    unit: str
    words: Words
    kind: str
    """One of KINDS: an agreement changed, nothing came, or it came late. Each has its mark in the pictures."""


def find_events(exports: pl.DataFrame, period: Period, agreements: Agreements, units: Sequence[str]) -> list[Event]:
    """Return the events of a period, oldest first. A unit's nights in a row without an export are one event.

    Args:
        exports: unit, night, complete, loaded_on.
        period: which nights.
        agreements: of this installation.
        units: which units.
    """
    found = changes(agreements, period)
    for unit in units:
        of_unit = exports.filter((pl.col("unit") == unit) & pl.col("complete"))
        if of_unit.is_empty():
            continue  # it does not deliver in this period at all: `exports_table` says so
        found += _outages(unit, set(of_unit["night"]), period)
        late = of_unit.filter((pl.col("loaded_on") - pl.col("night")).dt.total_days() > 1)
        if len(late):
            words = _nights(len(late), Words("later verwerkt", "taken later"))
            found.append(Event(late["night"].min(), unit, words, "late"))  # type: ignore[arg-type]
    return sorted(found, key=lambda event: (event.day, event.unit, event.words.nl))


def changes(agreements: Agreements, period: Period) -> list[Event]:
    """Return the agreements that began within a period, but for the first of each unit."""
    return [
        Event(
            version.valid_from,
            unit,
            Words(f"nieuwe werkafspraak {version.version}", f"new agreement {version.version}"),
            "agreement",
        )
        for unit, versions in agreements.by_unit.items()
        for version in versions[1:]
        if period.first <= version.valid_from <= period.last
    ]


def _outages(unit: str, came: set[date], period: Period) -> list[Event]:
    found: list[Event] = []
    start: date | None = None
    for number in range(period.nights + 1):
        night = period.first + timedelta(days=number)
        gone = number < period.nights and night not in came
        if gone and start is None:
            start = night
        elif not gone and start is not None:
            words = _nights((night - start).days, Words("zonder levering", "without an export"))
            found.append(Event(start, unit, words, "outage"))
            start = None
    return found


def eventful(chart: Chart, events: Sequence[Event]) -> Chart:
    """Return a chart with the days of the events marked, each kind its own way."""
    days = {kind: tuple(sorted({event.day for event in events if event.kind == kind})) for kind in KINDS}
    return replace(chart, events=days["agreement"], outages=days["outage"], late=days["late"])


def _nights(count: int, what: Words) -> Words:
    nacht, night = ("nacht", "night") if count == 1 else ("nachten", "nights")
    return Words(f"{count} {nacht} {what.nl}", f"{count} {night} {what.en}")


def events_table(events: Sequence[Event], names: Names, name: str = "events") -> Table:
    """Return the events as a table; what happened to several units on one day is one row."""
    together: dict[tuple[date, Words], list[str]] = {}
    for event in events:
        together.setdefault((event.day, event.words), []).append(event.unit)
    rows: list[list[Cell]] = [
        [day, words, ", ".join(names.short(unit).nl for unit in units)] for (day, words), units in together.items()
    ]
    columns = (
        Column("day", Words("dag", "day"), "date"),
        Column("event", Words("wat er gebeurde", "what happened"), "text"),
        Column("units", Words("eenheid", "unit"), "text"),
    )
    note = Words("Deze dagen staan ook in de plaatjes.", "These days are marked in the pictures too.")
    return Table(name, Words("Wat er gebeurde", "What happened"), note, columns, rows)
