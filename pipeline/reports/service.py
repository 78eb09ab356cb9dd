"""How quickly it goes and what Veilig Thuis says of it: the desk, the way there, feedback, terms, alarms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pipeline.policy.words import Words
from pipeline.reports.counting import STATES, STATUSES, WAITS
from pipeline.reports.daily import HOURS
from pipeline.reports.disclosure import ALL, SMALL
from pipeline.reports.material import Material
from pipeline.reports.names import OUTCOME, Names, criteria
from pipeline.reports.table import HIDDEN, Cell, Column, Count, Share, Table, Tellable

_UNIT: Final = Column("unit", Words("eenheid", "unit"), "name")
_REGION: Final = Column("region", Words("regio", "region"), "name")
STATUS: Final = {
    "sent": Words("nog niets gehoord", "nothing heard yet"),
    "received": Words("ontvangen", "received"),
    "not_accepted": Words("niet aanvaard", "not accepted"),
    "wrong_region": Words("andere regio", "another region's"),
    "triaged": Words("beoordeeld", "assessed"),
    "closed": Words("afgesloten", "closed"),
}
TERM: Final = {
    "in_time": Words("op tijd", "in time"),
    "late": Words("te laat", "late"),
    "open": Words("nog open", "still open"),
}
WAIT: Final = {
    "day": Words("binnen 24 uur", "within 24 hours"),
    "three_days": Words("binnen 3 dagen", "within 3 days"),
    "week": Words("binnen een week", "within a week"),
    "longer": Words("langer", "longer"),
}


def desk_table(material: Material, units: Sequence[str], names: Names, told: Tellable) -> Table:
    """Return what waits at the desk now, how much of it too long, and the median age in hours."""
    rows: list[list[Cell]] = [
        [
            names.unit(unit),
            Count(("desk", unit, ALL, ALL)),
            Count(("desk", unit, "yes", ALL)),
            Count(("desk", unit, ALL, "yes")),
            _age(material.waiting, unit) if told.number(("desk", unit, ALL, ALL)) else None,
        ]
        for unit in (*units, ALL)
    ]
    columns = (
        _UNIT,
        Column("open", Words("wacht", "waiting")),
        Column("danger", Words("met gevaar", "in danger")),
        Column("late", Words("over de klok", "over the clock")),
        Column("median_hours", Words("helft wacht langer dan (uur)", "half waits longer than (hours)"), "hours"),
    )
    note = Words(
        "Stand op het moment van dit rapport. De klok: een uur bij gevaar, anders een dag.",
        "As it stands at the moment of this report. The clock: an hour in danger, else a day.",
    )
    return Table("desk", Words("Wat bij het loket wacht", "What waits at the desk"), note, columns, rows, totals=1)


def _age(waiting: pl.DataFrame, unit: str) -> float | None:
    """Return the median age over the groups that were read, each weighed with its count."""
    groups = waiting if unit == ALL else waiting.filter(pl.col("unit") == unit)
    total, seen = int(groups["count"].sum()), 0
    if total < SMALL:
        return None
    for age, count in groups.sort("age").select("age", "count").iter_rows():
        seen += count
        if 2 * seen >= total:
            return round(float(age), 1)
    return None


def delay_table(material: Material, units: Sequence[str], names: Names, told: Tellable) -> Table:
    """Return how long it took from knowledge, and from the event, to the region's table."""
    rows: list[list[Cell]] = []
    for unit in (*units, ALL):
        few = not told.number(("known", unit, ALL)) or not told.number(("committed", unit, ALL))
        medians: list[Cell] = [None if few else median_hours(material.delays, since, unit) for since in _SINCE]
        shares = (Share(("known", unit, wait), ("known", unit, ALL)) for wait in WAITS)
        rows.append([names.unit(unit), Count(("known", unit, ALL)), *medians, *shares])
    columns = (
        _UNIT,
        Column("delivered", Words("geleverd", "delivered")),
        Column("from_knowledge", Words("uren sinds kennisname", "hours from knowledge"), "hours"),
        Column("from_event", Words("uren sinds gebeurtenis", "hours from the event"), "hours"),
        *(Column(f"within_{name}", words, "share") for name, words in WAIT.items()),
    )
    note = Words(
        "De helft duurde korter dan de genoemde uren (mediaan, geschat binnen klassen). Delen: sinds kennisname.",
        "Half took less than the hours named (median, estimated within classes). Shares: from knowledge.",
    )
    return Table("delay", Words("Hoe lang het duurt", "How long it takes"), note, columns, rows, totals=1)


_SINCE: Final = ("known", "committed")


def median_hours(delays: pl.DataFrame, since: str, unit: str) -> float | None:
    """Return the median of waiting time out of its classes, straight within the class; None beyond the last edge."""
    taken = delays.filter((pl.col("since") == since) & (pl.lit(unit == ALL) | (pl.col("unit") == unit)))
    by_class: dict[int, int] = dict(taken.group_by("hours").agg(pl.col("count").sum()).iter_rows())
    half, below, edge_before = sum(by_class.values()) / 2, 0, 0
    for edge in HOURS:
        count = by_class.get(edge, 0)
        if count and below + count >= half:
            return round(edge_before + (edge - edge_before) * (half - below) / count, 1)
        below, edge_before = below + count, edge
    return None


def feedback_table(regions: Sequence[str], names: Names) -> Table:
    """Return where each region's reports stand, and whether its first assessment came in time."""
    rows: list[list[Cell]] = [
        [
            names.region(region),
            Count(("kind", region, ALL)),
            *(Count(("answer:status", region, status)) for status in STATUSES),
            *(Count(("answer:triage", region, state)) for state in STATES),
        ]
        for region in (*regions, ALL)
    ]
    columns = (
        _REGION,
        Column("delivered", Words("geleverd", "delivered")),
        *(Column(name, words) for name, words in STATUS.items()),
        *(
            Column(f"assessment_{name}", Words(f"beoordeling {words.nl}", f"assessment {words.en}"))
            for name, words in TERM.items()
        ),
    )
    note = Words(
        "Wat de regio's terugmeldden. Beoordeling: binnen 5 werkdagen na levering.",
        "What the regions reported back. Assessment: within 5 working days after delivery.",
    )
    title = Words("Wat Veilig Thuis ervan zegt", "What Veilig Thuis says of it")
    return Table("feedback", title, note, columns, rows, totals=1)


def agreement_table(material: Material) -> Table:
    """Return per criterion whether Veilig Thuis misses what we miss; small numbers stay out by themselves."""
    rules = criteria()
    found = {name: rest for name, *rest in material.agreed.iter_rows()}
    rows: list[list[Cell]] = [
        [rules[name].words, *(_plain(count) for count in found[name])] for name in rules if name in found
    ]
    columns = (
        Column("gap", Words("wat ontbreekt", "what is missing"), "name"),
        Column("both", Words("beide zien het", "both see it")),
        Column("only_theirs", Words("alleen VT mist het", "only VT misses it")),
        Column("only_ours", Words("alleen wij missen het", "only we miss it")),
    )
    note = Words(
        "Van de rapporten die een regio beoordeelde. Alleen VT: daar laten de regels te veel door. Alleen wij: daar"
        " zijn ze misschien te streng.",
        "Of the reports that a region judged. Only VT: there the rules let too much through. Only we: there they may be"
        " too strict.",
    )
    return Table("agreement", Words("Zijn wij het eens?", "Do we agree?"), note, columns, rows)


def _plain(count: int) -> Cell:
    """Return a count that adds up with nothing else of the report."""
    return HIDDEN if 0 < count < SMALL else count


def alarms_table(material: Material, names: Names) -> Table:
    """Return which unit on which night was far from what it usually is."""
    rows: list[list[Cell]] = [
        [night, names.unit(unit), _measure(measure)] for unit, night, measure in material.alarms.iter_rows()
    ]
    columns = (
        Column("night", Words("nacht", "night"), "date"),
        Column("unit", Words("eenheid", "unit"), "text"),
        Column("measure", Words("wat afweek", "what was off"), "text"),
    )
    note = Words(
        "Nachten waarop een eenheid ver buiten haar eigen gewone bereik viel.",
        "Nights on which a unit was far outside its own usual range.",
    )
    return Table("alarms", Words("Nachten die opvielen", "Nights that stood out"), note, columns, rows)


def _measure(measure: str) -> Words:
    """Say what an alarm measured: the share of an outcome, or that nothing went on at all."""
    if measure not in OUTCOME:
        return (
            Words("niets doorgezonden", "nothing forwarded")
            if measure == "nothing_forwarded"
            else Words(*[measure] * 2)
        )
    words = OUTCOME[measure]
    return Words(f"aandeel {words.nl}", f"share {words.en}")


def exports_table(material: Material, units: Sequence[str], names: Names) -> Table:
    """Return on how many nights each unit's export came, and how many it missed."""
    nights = material.period.nights
    complete = material.exports.filter("complete")
    late = complete.filter((pl.col("loaded_on") - pl.col("night")).dt.total_days() > 1)
    came = dict(complete.group_by("unit").len().iter_rows())
    after = dict(late.group_by("unit").len().iter_rows())
    rows: list[list[Cell]] = [
        [names.unit(unit), came.get(unit, 0), nights - came.get(unit, 0), after.get(unit, 0)] for unit in units
    ]
    columns = (
        _UNIT,
        Column("complete", Words("nachten verwerkt", "nights done"), "number"),
        Column("missing", Words("nachten zonder levering", "nights without an export"), "number"),
        Column("late", Words("later dan de volgende dag", "later than the next day"), "number"),
    )
    note = Words("Nachten, geen registraties.", "Nights, not registrations.")
    return Table("exports", Words("Kwam alles binnen?", "Did everything arrive?"), note, columns, rows)
