"""A report on paper: its pictures drawn, its pages and CSV files written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.policy.agreements import Agreements
from pipeline.policy.rules import OUTCOMES
from pipeline.policy.suites import SUITES, read_suite
from pipeline.policy.words import Words
from pipeline.reports import draw, progress
from pipeline.reports.brief import brief
from pipeline.reports.disclosure import ALL
from pipeline.reports.events import eventful, events_table, find_events
from pipeline.reports.material import Material
from pipeline.reports.names import OUTCOME, criteria
from pipeline.reports.period import Period
from pipeline.reports.render import Figure, ShownTable, render, show
from pipeline.reports.tell import Report
from pipeline.reports.trend import Chart, Line, draw_twice, share_charts
from pipeline.schema import REGIONS

GOES = {
    "forward": Words("Veilig Thuis", "Veilig Thuis"),
    "return": Words("eenheid vult aan", "unit completes it"),
    "hold": Words("een mens kijkt", "a person looks"),
    "elsewhere": Words("blijft bij politie", "stays with the police"),
    "withhold": Words("blijft bij politie", "stays with the police"),
    "duplicate": Words("gaat mee met een ander", "carried by another"),
    "reject": Words("eenheid herstelt", "unit mends it"),
}


def headline(report: Report) -> list[Figure]:
    """Return the numbers on top: what somebody remembers who reads nothing else."""
    told = report.told
    received = told.number(("reg", ALL, ALL, ALL))
    forwarded, held = (told.number(("time", ALL, outcome)) for outcome in ("forward", "hold"))
    kept = None
    if received and forwarded is not None and held is not None:
        kept = (received - forwarded - held) / received
    hours = report.relieved.hours
    return [
        Figure(Words("registraties ontvangen", "registrations received"), _or_x(received)),
        Figure(Words("naar Veilig Thuis", "to Veilig Thuis"), _or_x(forwarded)),
        Figure(Words("hoeft Veilig Thuis niet te lezen", "that Veilig Thuis need not read"), _or_x(kept), "share"),
        Figure(
            Words("goed onderbouwd, van wat voor Veilig Thuis is", "well founded, of what is for Veilig Thuis"),
            _or_x(report.share(ALL)),
            "share",
        ),
        Figure(
            Words("wacht bij het loket over de klok", "waits at the desk over the clock"),
            _or_x(told.number(("desk", ALL, ALL, "yes"))),
        ),
        Figure(
            Words("uur werk minder bij Veilig Thuis (geschat)", "hours less work at Veilig Thuis (estimated)"),
            round(hours),
        ),
    ]


def _or_x(value: Any) -> Any:  # noqa: ANN401 - a count or a share
    return "x" if value is None else value


def draw_pictures(report: Report) -> dict[str, Any]:
    """Return the pictures of the overview as SVG; each shows numbers of one of the tables."""
    told, period = report.told, report.period
    streams = [
        draw.Stream(outcome, OUTCOME[outcome], GOES[outcome], told.number(("time", ALL, outcome)))
        for outcome in OUTCOMES
    ]
    rules = criteria()
    names = [row[-1] for row in report.tables["gaps"].rows][:7]
    shares = [told.share((f"gap:{name}", ALL, "missed"), (f"gap:{name}", ALL, ALL)) for name in names]
    days = [date.fromisoformat(bucket) for bucket in period.buckets()]
    lines = [
        Line([told.number(("time", bucket, outcome)) for bucket in period.buckets()]) for outcome in (ALL, "forward")
    ]
    return {
        "flow": draw.flow(told.number(("reg", ALL, ALL, ALL)), streams),
        "map": draw.tile_map({region: told.number(("region", region, "forward")) for region in REGIONS}),
        "gaps": draw.bars([(rules[name].words, share) for name, share in zip(names, shares, strict=True)]),
        "series": draw_twice(eventful(Chart(days, lines), report.events), "series"),
        "dots": draw.dots(
            [
                (report.names.short(unit), report.share(unit), report.baseline(unit), report.aim(unit))
                for unit in (*report.units, ALL)
            ]
        ),
        "shares": _small_charts(report),
        "coming": draw.dots([(report.names.short(unit), *report.would_forward(unit), None) for unit in report.coming]),
    }


_TREND = 4
"""Fewer points than these are no trend: the dots beside the baseline say the same."""


def _small_charts(report: Report) -> dict[str, str]:
    changed = [event for event in report.events if event.kind == "agreement"]
    period = report.period
    buckets = period.buckets(period.unit_step)
    if len(buckets) < _TREND:
        return {}
    return share_charts(
        [date.fromisoformat(bucket) for bucket in buckets],
        {unit: [report.share(unit, bucket) for bucket in buckets] for unit in (*report.units, ALL)},
        {unit: report.baseline(unit) for unit in (*report.units, ALL)},
        {unit: [event.day for event in changed if event.unit == unit] for unit in report.units},
    )


MARKS = Words(
    "Een kruis onderaan: een eenheid leverde niet. Een ring: een eenheid leverde later.",
    "A cross below: a unit did not deliver. A ring: a unit delivered later.",
)
CAPTIONS = {
    "flow": Words(
        "Elke band is zo breed als het aantal registraties. Een band met x is afgeschermd en krijgt geen breedte.",
        "Each band is as wide as its number of registrations. A band with an x is hidden and gets no width.",
    ),
    "map": Words(
        "Doorgezonden registraties per regio van Veilig Thuis; donkerder is meer. Elke regio is een vak, ongeveer op"
        " haar plaats: grenzen zitten niet in de referentietabellen. Gearceerd met x: afgeschermd.",
        "Registrations forwarded per Veilig Thuis region; darker is more. Each region is a tile, about where it lies:"
        " borders are not among the reference tables. Hatched with an x: hidden.",
    ),
    "series": Words(
        "Ontvangen (doorgetrokken lijn, rondjes) en doorgezonden (streepjeslijn, vierkantjes). Een driehoek met"
        f" stippellijn: een werkafspraak veranderde. {MARKS.nl}",
        "Received (solid line, dots) and forwarded (dashed line, squares). A triangle with a dotted line: an agreement"
        f" changed. {MARKS.en}",
    ),
    "dots": Words(
        "Dicht rondje: nu. Open rondje: de eigen nulmeting. Streepje: het doel. Een x: te weinig om te tonen.",
        "Filled dot: now. Open circle: the unit's own baseline. Bar: the target. An x: too few to show.",
    ),
    "shares": Words(
        "Het deel dat goed onderbouwd is. Stippellijn: de eigen nulmeting, als die er is. Driehoek: een werkafspraak"
        " veranderde. Gaten in de lijn: te weinig registraties om te tonen.",
        "The share that is well founded. Dotted line: the unit's own baseline, where there is one. Triangle: an"
        " agreement changed. Gaps in the line: too few registrations to show.",
    ),
    "coming": Words(
        "Deel van de registraties dat wordt doorgezonden. Open rondje: onder de werkafspraak van nu. Dicht rondje, en"
        " het getal: onder de werkafspraak die nog ingaat. Een x: te weinig om te tonen.",
        "Share of the registrations that is forwarded. Open circle: under the agreement of now. Filled dot, and the"
        " number: under the agreement that has yet to begin. An x: too few to show.",
    ),
    "gaps": Words(
        "Deel van de registraties voor Veilig Thuis dat dit mist; bovenaan wat als enige het vaakst tegenhoudt.",
        "Share of the registrations for Veilig Thuis that miss it; on top what alone most often keeps one back.",
    ),
}


def write_report(report: Report, out: Path, docs: Sequence[tuple[date, list[str]]]) -> None:
    """Write the overview, the half-year page, and a CSV file a table; a file that is there is replaced."""
    out.mkdir(parents=True, exist_ok=True)
    common = {"period": report.period, "made": report.made, "names": report.names}
    page = render(
        "index.html",
        **common,
        headline=headline(report),
        brief=brief(report),
        tables=report.tables,
        pictures=draw_pictures(report),
        captions=CAPTIONS,
        docs=docs,
        suites=[read_suite(name).title for name in SUITES],
    )
    replace(out / "index.html", page)
    replace(out / "halfyear.html", render("halfyear.html", **common, tables=_halfyear(report.tables)))
    for name, shown in report.tables.items():
        replace(out / f"{name}.csv", as_csv(shown))


def write_progress(
    material: Material, report: Report, agreements: Agreements, exports: pl.DataFrame, since: Period, out: Path
) -> None:
    """Write the series since the start, and the page for parliament.

    Args:
        material: of the report; its months reach back to the start.
        report: what is told of the period.
        agreements: of this installation.
        exports: since the start.
        since: from the first night to the period's last.
        out: the folder of the report.
    """
    months = progress.months_of(material)
    events = find_events(exports, since, agreements, report.units)
    tables = (
        progress.progress_table(months, since),
        progress.unit_progress_table(material, months, report.units, report.names),
        events_table(events, report.names, "progress_events"),
    )
    shown = {table.name: show(report.told, table) for table in tables}
    common = {"made": report.made, "names": report.names}
    pictures = progress.draw_progress(months, events, since, progress.share_of(material.observed))
    page = render("progress.html", **common, period=since, tables=shown, pictures=pictures, captions=PROGRESS)
    replace(out / "progress.html", page)
    said = progress.plain(material, months, report.relieved.hours)
    plain = {"plain": said, "picture_svg": progress.draw_plain(said), "caption": PROGRESS["plain"]}
    replace(out / "parliament.html", render("parliament.html", **common, period=report.period, **plain))
    for name, table in shown.items():
        replace(out / f"{name}.csv", as_csv(table))


PROGRESS = {
    "share": Words(
        "Het deel van de registraties voor Veilig Thuis dat goed onderbouwd is, per maand. Stippellijn: de nulmeting."
        f" Driehoek: een werkafspraak veranderde. {MARKS.nl}",
        "The share of the registrations for Veilig Thuis that is well founded, by month. Dotted line: the baseline."
        f" Triangle: an agreement changed. {MARKS.en}",
    ),
    "counts": Words(
        "Ontvangen (doorgetrokken lijn) en doorgezonden (streepjeslijn) per hele maand, in tientallen.",
        "Received (solid line) and forwarded (dashed line) by whole month, in tens.",
    ),
    "plain": Words(
        "Hoeveel op de honderd meldingen iets missen.",
        "How many in a hundred reports lack something.",
    ),
}


def _halfyear(tables: Mapping[str, ShownTable]) -> list[ShownTable]:
    return [shown for name, shown in tables.items() if name.startswith("halfyear")]


def replace(file: Path, text: str) -> None:
    """Write beside and rename: a reader never sees half a page."""
    beside = file.with_name(f"{file.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def as_csv(shown: ShownTable) -> str:
    """Return a table as CSV: column names in English, words in Dutch, shares as 0 to 1, x for hidden."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in shown.table.columns])
    for row in shown.rows:
        writer.writerow([_plain(value) for value in row])
    return text.getvalue()


def _plain(value: Any) -> Any:  # noqa: ANN401 - as shown
    if isinstance(value, Words):
        return value.nl
    if isinstance(value, date):
        return value.isoformat()
    return round(value, 4) if isinstance(value, float) else value


def as_json(report: Report) -> str:
    """Return the tables of a report as one JSON document."""
    tables = {
        name: [
            {column.name: _plain(value) for column, value in zip(shown.table.columns, row, strict=True)}
            for row in shown.rows
        ]
        for name, shown in report.tables.items()
    }
    period = report.period
    document = {"first": period.first.isoformat(), "last": period.last.isoformat(), "tables": tables}
    return json.dumps(document, ensure_ascii=False)
