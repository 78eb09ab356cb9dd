"""Since the start: the series by month with what happened on it, and the one page for parliament.

These pages stand beside a report's exact counts and overlap with them, so that they tell counts in tens and shares in
whole percentages, and a share only over a hundred registrations: nothing exact can be subtracted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from pipeline.policy.words import Words
from pipeline.reports import draw
from pipeline.reports.daily import JUDGED
from pipeline.reports.events import Event, eventful
from pipeline.reports.material import Material
from pipeline.reports.names import Names
from pipeline.reports.period import Period, say_bucket
from pipeline.reports.table import Cell, Column, Table
from pipeline.reports.trend import Chart, Line, draw_twice

ENOUGH: Final = 100
"""Registrations that a share is told over at the least."""


@dataclass(frozen=True)
class Month:
    """One month of the whole country, in rounded numbers."""

    begins: str
    received: int
    forwarded: int
    share: float | None
    """How much is well founded, in whole percentages, 0 to 1."""


def months_of(material: Material) -> list[Month]:
    """Return the months since the first night that was taken."""
    months = material.months
    return [
        Month(
            begins,
            in_tens(_sum(of_month)),
            in_tens(_sum(of_month.filter(pl.col("outcome") == "forward"))),
            share_of(of_month),
        )
        for begins in sorted(set(months["bucket"]))
        for of_month in (months.filter(pl.col("bucket") == begins),)
    ]


def _sum(frame: pl.DataFrame) -> int:
    return int(frame["count"].sum())


def in_tens(count: int) -> int:
    """Round to tens, halves up."""
    return (count + 5) // 10 * 10


def share_of(counted: pl.DataFrame) -> float | None:
    """Return the well-founded share of rows of outcome, founded, count in whole percentages; None over too few."""
    judged = counted.filter(pl.col("outcome").is_in(JUDGED))
    whole = _sum(judged)
    return None if whole < ENOUGH else round(_sum(judged.filter("founded")) / whole, 2)


def progress_table(months: Sequence[Month], since: Period) -> Table:
    """Return the months as a table."""
    rows: list[list[Cell]] = [
        [_say_month(month, since), month.received, month.forwarded, month.share] for month in months
    ]
    columns = (
        Column("month", Words("maand", "month"), "name"),
        Column("received", Words("ontvangen", "received"), "number"),
        Column("forwarded", Words("doorgezonden", "forwarded"), "number"),
        Column("well_founded", Words("goed onderbouwd", "well founded"), "share"),
    )
    note = Words(
        "Aantallen in tientallen, delen in hele procenten; een deel alleen over ten minste 100 registraties.",
        "Counts in tens, shares in whole percentages; a share over at least 100 registrations.",
    )
    return Table("progress", Words("Van maand tot maand", "Month by month"), note, columns, rows)


def unit_progress_table(material: Material, months: Sequence[Month], units: Sequence[str], names: Names) -> Table:
    """Return the well-founded share by month and unit."""
    rows: list[list[Cell]] = [
        [say_bucket(month.begins, "month"), *(_unit_share(material, month.begins, unit) for unit in units)]
        for month in months
    ]
    columns = (
        Column("month", Words("maand", "month"), "name"),
        *(Column(unit, names.unit(unit), "share") for unit in units),
    )
    title = Words("Goed onderbouwd per eenheid", "Well founded per unit")
    note = Words("Alleen over ten minste 100 registraties.", "Over at least 100 registrations only.")
    return Table("progress_units", title, note, columns, rows, long=True)


def _unit_share(material: Material, begins: str, unit: str) -> float | None:
    months = material.months
    return share_of(months.filter((pl.col("bucket") == begins) & (pl.col("unit") == unit)))


def _days(month: Month) -> Period:
    first = date.fromisoformat(month.begins)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def _say_month(month: Month, since: Period) -> Words:
    """Name a month, and which days of it count where it is not a whole one."""
    words, days = say_bucket(month.begins, "month"), _days(month)
    if days.last > since.last:
        return Words(f"{words.nl} (t/m {since.last.day})", f"{words.en} (to {since.last.day})")
    if days.first < since.first:
        return Words(f"{words.nl} (vanaf {since.first.day})", f"{words.en} (from {since.first.day})")
    return words


def counted_in(months: Sequence[Month], since: Period) -> list[bool]:
    """Tell of each month whether the picture of counts shows it: whole ones, or all where hardly any is whole."""
    whole = [since.first <= _days(month).first and _days(month).last <= since.last for month in months]
    return whole if sum(whole) > 1 else [True] * len(months)


def draw_progress(
    months: Sequence[Month], events: Sequence[Event], since: Period, baseline: float | None
) -> dict[str, str]:
    """Return the pictures of the progress page; a month that is not whole would look like a fall in counts."""
    told = counted_in(months, since)
    days = [date.fromisoformat(month.begins) for month in months]
    counts = [
        Line([count if shown else None for count, shown in zip(column, told, strict=True)])
        for column in ([month.received for month in months], [month.forwarded for month in months])
    ]
    shares = Chart(days, [Line([month.share for month in months])], percent=True, level=baseline)
    return {
        "counts": draw_twice(eventful(Chart(days, counts), events), "progress-counts"),
        "share": draw_twice(eventful(shares, events), "progress-share"),
    }


@dataclass(frozen=True)
class Plain:
    """What the page for parliament says: shares in whole hundredths."""

    now: float | None
    before: float | None
    """The baseline, or the first month that has a share."""
    measured: bool
    """Whether `before` is a baseline that was measured."""
    forwarded: int
    received: int
    hours: int

    @property
    def direction(self) -> str:
        """Return better, worse, same or unknown."""
        if self.now is None or self.before is None:
            return "unknown"
        return "better" if self.now > self.before else "worse" if self.now < self.before else "same"


def plain(material: Material, months: Sequence[Month], hours: float) -> Plain:
    """Return what parliament is told of the period, beside the baseline, else beside the first month."""
    base = share_of(material.observed)
    shares = [month.share for month in months if month.share is not None]
    first = shares[0] if len(shares) > 1 else None  # one month is beside nothing
    outcomes = material.outcomes
    return Plain(
        now=share_of(outcomes),
        before=first if base is None else base,
        measured=base is not None,
        forwarded=in_tens(_sum(outcomes.filter(pl.col("outcome") == "forward"))),
        received=in_tens(_sum(outcomes)),
        hours=in_tens(round(hours)),
    )


def draw_plain(said: Plain) -> str:
    """Return the one picture: of every hundred reports, how many lack something, then and now."""
    then = (
        Words("toen alles ongezien doorging", "when all went through unseen")
        if said.measured
        else Words("in de eerste maand", "in the first month")
    )
    lines = [(Words("nu", "now"), said.now)]
    if said.before is not None:  # there is no bar of what was not
        lines.insert(0, (then, said.before))
    return draw.bars([(words, None if share is None else round(1 - share, 2)) for words, share in lines])
