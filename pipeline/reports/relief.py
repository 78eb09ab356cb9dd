"""The relief of Veilig Thuis' front office: hours of work that no longer happen, by figures with their source."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.policy.words import Words
from pipeline.reports.agreed import Relief
from pipeline.reports.disclosure import ALL
from pipeline.reports.names import OUTCOME
from pipeline.reports.table import HIDDEN, Cell, Column, Table, Tellable

_MINUTES = 60
_YEAR = 365.25


@dataclass(frozen=True)
class Relieved:
    """What was saved, in hours; what is hidden is not counted with."""

    table: Table
    hours: float
    posts: float
    """Full-time posts, if it went on like this for a year."""


def relieve(told: Tellable, relief: Relief, nights: int) -> Relieved:
    """Multiply the country's counts with the minutes of each task."""
    rows: list[list[Cell]] = []
    total = 0.0
    for task in relief.tasks:
        counted = [told.number(("time", ALL, outcome)) for outcome in task.counts]
        known = [count for count in counted if count is not None]
        count = sum(known) if len(known) == len(counted) else None
        hours = None if count is None else count * task.minutes / _MINUTES
        total += hours or 0
        over = Words(*(", ".join(OUTCOME[name].say(tongue) for name in task.counts) for tongue in ("nl", "en")))
        shown = [HIDDEN if number is None else number for number in (count, hours)]
        rows.append([task.words, over, shown[0], task.minutes, shown[1], task.source])
    rows.append([Words("Samen", "Together"), None, None, None, total, None])
    posts = total / nights * _YEAR / relief.hours_a_year
    note = Words(
        "Uren = aantal × minuten; wat afgeschermd is, telt in de som niet mee."
        f" Een voltijdpost: {relief.hours_a_year:.0f} uur per jaar ({relief.post_source.nl})."
        " Wat een aanname is, staat erbij: niemand klokte dit werk nog.",
        "Hours = count × minutes; what is hidden is not in the sum."
        f" A full-time post: {relief.hours_a_year:.0f} hours a year ({relief.post_source.en})."
        " What is an assumption says so: nobody has clocked this work yet.",
    )
    columns = (
        Column("task", Words("werk dat vervalt", "work that ends"), "name"),
        Column("over", Words("bij registraties die", "for registrations that are"), "text"),
        Column("count", Words("aantal", "count")),
        Column("minutes", Words("minuten per stuk", "minutes each"), "number"),
        Column("hours", Words("uren", "hours"), "hours"),
        Column("source", Words("bron", "source"), "text"),
    )
    title = Words("Wat het Veilig Thuis scheelt", "What it saves Veilig Thuis")
    return Relieved(Table("relief", title, note, columns, rows, totals=1), total, posts)
