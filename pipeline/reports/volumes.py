"""What came in and what became of it, per unit, region and over time; how much is well founded beside the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.policy.rules import OUTCOMES
from pipeline.policy.words import Words
from pipeline.reports.agreed import Target
from pipeline.reports.counting import SHOWN, UNKNOWN_REGION
from pipeline.reports.disclosure import ALL
from pipeline.reports.names import OUTCOME, RARE, Names
from pipeline.reports.period import Period, say_bucket
from pipeline.reports.table import Cell, Column, Count, Share, Table, Tellable

_RECEIVED: Final = Column("received", Words("ontvangen", "received"))
_OUTCOMES: Final = tuple(Column(outcome, words) for outcome, words in OUTCOME.items())
_SHOWN: Final = tuple(Column(outcome, OUTCOME.get(outcome, RARE)) for outcome in SHOWN)
FOUNDED: Final = Column("well_founded", Words("goed onderbouwd", "well founded"), "share")
COUNTED: Final = Words(
    "Aantallen registraties (versies). Goed onderbouwd: het deel van doorgezonden, teruggegeven en wachtende"
    " registraties dat geen enkel blokkerend criterium mist.",
    "Counts of registrations (versions). Well founded: the share of forwarded, returned and held registrations that"
    " misses no blocking criterion.",
)


def outcomes_table() -> Table:
    """Return what became of everything: the numbers of the flow."""
    rows: list[list[Cell]] = [[words, Count(("time", ALL, outcome))] for outcome, words in OUTCOME.items()]
    rows.append([Words("ontvangen", "received"), Count(("time", ALL, ALL))])
    columns = (
        Column("outcome", Words("wat ervan werd", "what became of it"), "name"),
        Column("registrations", Words("registraties", "registrations")),
    )
    return Table("outcomes", Words("Heel Nederland", "The whole country"), COUNTED, columns, rows, totals=1)


def units_table(units: Sequence[str], names: Names) -> Table:
    """Return what became of each unit's registrations."""
    rows: list[list[Cell]] = [
        [
            names.unit(unit),
            Count(("reg", unit, ALL, ALL)),
            *(Count(("reg", unit, outcome, ALL)) for outcome in SHOWN),
            Share(("judged", unit, ALL, "yes"), ("judged", unit, ALL, ALL)),
        ]
        for unit in (*units, ALL)
    ]
    columns = (Column("unit", Words("eenheid", "unit"), "name"), _RECEIVED, *_SHOWN, FOUNDED)
    return Table("units", Words("Per eenheid", "Per unit"), COUNTED, columns, rows, totals=1)


def regions_table(regions: Sequence[str], names: Names) -> Table:
    """Return what became of the registrations whose addresses lead to each region."""
    rows: list[list[Cell]] = [
        [
            names.region(region),
            Count(("region", region, ALL)),
            *(Count(("region", region, outcome)) for outcome in SHOWN),
        ]
        for region in (*regions, UNKNOWN_REGION)
    ]
    note = Words(
        "Naar de regio waar het heen ging, of waar de adressen heen leiden. Een gezin in twee regio's telt in beide:"
        " deze tabel telt leveringen, en heeft daarom geen landelijk totaal.",
        "By the region that it went to, or that the addresses lead to. A family in two regions counts in both: this"
        " table counts deliveries, and so has no national total.",
    )
    columns = (Column("region", Words("regio", "region"), "name"), _RECEIVED, *_SHOWN)
    return Table("regions", Words("Per regio", "Per region"), note, columns, rows)


def series_table(period: Period) -> Table:
    """Return what came in and what became of it, piece by piece of the period."""
    rows: list[list[Cell]] = [
        [
            say_bucket(bucket, period.step),
            Count(("time", bucket, ALL)),
            *(Count(("time", bucket, outcome)) for outcome in OUTCOMES),
            Share(("founded", bucket, "yes"), ("founded", bucket, ALL)),
        ]
        for bucket in period.buckets()
    ]
    columns = (Column("from", Words("vanaf", "from"), "name"), _RECEIVED, *_OUTCOMES, FOUNDED)
    return Table("series", Words("In de tijd", "Over time"), COUNTED, columns, rows, long=True)


def founded_series_table(period: Period, units: Sequence[str], names: Names) -> Table:
    """Return the share that is well founded, by unit and piece of the period."""
    rows: list[list[Cell]] = [
        [
            say_bucket(bucket, period.unit_step),
            *(Share(("judged", unit, bucket, "yes"), ("judged", unit, bucket, ALL)) for unit in (*units, ALL)),
        ]
        for bucket in period.buckets(period.unit_step)
    ]
    columns = (
        Column("from", Words("vanaf", "from"), "name"),
        *(Column(_code(unit), names.unit(unit), "share") for unit in (*units, ALL)),
    )
    title = Words("Goed onderbouwd per eenheid in de tijd", "Well founded per unit over time")
    return Table("well_founded_series", title, COUNTED, columns, rows, long=True)


def _code(unit: str) -> str:
    return "all" if unit == ALL else unit


def baseline_table(units: Sequence[str], names: Names, told: Tellable, target: Target) -> Table:
    """Return the share that is well founded beside the unit's own baseline and target."""
    rows: list[list[Cell]] = []
    for unit in (*units, ALL):
        now = told.tell(Share(("judged", unit, ALL, "yes"), ("judged", unit, ALL, ALL)))
        base = told.tell(Share(("base", unit, "yes"), ("base", unit, ALL)))
        aim = 1 - (1 - base) * (1 - target.fall) if isinstance(base, float) else None
        rows.append([names.unit(unit), Count(("base", unit, ALL)), base, now, aim, _verdict(now, base, aim)])
    columns = (
        Column("unit", Words("eenheid", "unit"), "name"),
        Column("baseline_judged", Words("beoordeeld in nulmeting", "judged in the baseline")),
        Column("baseline", Words("nulmeting", "baseline"), "share"),
        Column("now", Words("nu", "now"), "share"),
        Column("target", Words(f"doel op {target.by:%d-%m-%Y}", f"target for {target.by:%Y-%m-%d}"), "share"),
        Column("verdict", Words("stand", "standing"), "text"),
    )
    note = Words(
        f"Het deel dat goed onderbouwd is. Doel: {target.words.nl}. Bron: {target.source.nl}. De nulmeting beoordeelt"
        " oude, ongefilterde leveringen (meldstroom run --observe) en levert niets.",
        f"The share that is well founded. Target: {target.words.en}. Source: {target.source.en}. The baseline judges"
        " old, unfiltered exports (meldstroom run --observe) and delivers nothing.",
    )
    return Table(
        "baseline", Words("Naast de eigen nulmeting", "Beside its own baseline"), note, columns, rows, totals=1
    )


def _verdict(now: object, base: object, aim: float | None) -> Words:
    if aim is None or not isinstance(base, float):
        return Words("geen nulmeting", "no baseline")
    if not isinstance(now, float):
        return Words("te weinig om te zeggen", "too few to say")
    if now >= aim:
        return Words("doel bereikt", "target met")
    return Words("op weg", "on its way") if now > base else Words("nog geen verbetering", "no improvement yet")
