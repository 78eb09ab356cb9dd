"""What somebody with five minutes reads: a few sentences out of numbers that may be told, and where to read on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.policy.words import Words
from pipeline.reports.disclosure import ALL
from pipeline.reports.period import say_bucket
from pipeline.reports.table import HIDDEN
from pipeline.reports.tell import Report


@dataclass(frozen=True)
class Line:
    """One sentence, and the section of the page that it sums up."""

    words: Words
    section: str


def brief(report: Report) -> list[Line]:
    """Return the sentences; what may not be told is left out, and with it the sentence."""
    parts = (_founded, _units, _gap, _desk, _feedback, _exports, _coming)
    return [line for part in parts for line in part(report)]


def _founded(report: Report) -> Iterator[Line]:
    now, base, aim = report.share(ALL), report.baseline(ALL), report.aim(ALL)
    if now is None:
        return
    nl = f"Van wat voor Veilig Thuis is, is {_share(now).nl} goed onderbouwd"
    en = f"Of what is for Veilig Thuis {_share(now).en} is well founded"
    if base is None or aim is None:
        yield Line(Words(f"{nl}. Een nulmeting is er nog niet.", f"{en}. There is no baseline yet."), "units")
        return
    by = say_bucket(report.target.by.isoformat(), "day")
    met = Words("is gehaald", "is met") if now >= aim else Words("is nog niet gehaald", "is not met yet")
    yield Line(
        Words(
            f"{nl}; in de nulmeting was dat {_share(base).nl}. Het doel van {_share(aim).nl} op {by.nl} {met.nl}.",
            f"{en}; in the baseline it was {_share(base).en}. The target of {_share(aim).en} by {by.en} {met.en}.",
        ),
        "units",
    )


def _units(report: Report) -> Iterator[Line]:
    """Say how many units are there, and which do not get better."""
    known = [
        (unit, now, base, aim)
        for unit in report.units
        for now, base, aim in ((report.share(unit), report.baseline(unit), report.aim(unit)),)
    ]
    told = [(unit, now, base, aim) for unit, now, base, aim in known if now is not None and base is not None and aim]
    if not told:
        return
    there = sum(now >= aim for _, now, _, aim in told)
    stuck = ", ".join(report.names.short(unit).nl for unit, now, base, _ in told if now <= base)
    yield Line(
        Words(
            f"{there} van {len(told)} eenheden {'haalt' if there == 1 else 'halen'} het eigen doel"
            + (f"; nog geen verbetering bij {stuck}." if stuck else "; alle zijn beter dan hun nulmeting."),
            f"{there} of {len(told)} units {'meets its' if there == 1 else 'meet their'} own target"
            + (f"; no improvement yet in {stuck}." if stuck else "; all do better than their baseline."),
        ),
        "units",
    )


def _gap(report: Report) -> Iterator[Line]:
    first = _row(report, "gaps", 0)
    if first and isinstance(first["only_this"], int) and first["only_this"]:
        gap, count = first["gap"], _count(first["only_this"])
        yield Line(
            Words(
                f"Wat als enige het vaakst tegenhoudt: {gap.nl} ({count.nl} registraties).",
                f"What alone most often keeps a registration back: {gap.en} ({count.en} registrations).",
            ),
            "gaps",
        )


def _desk(report: Report) -> Iterator[Line]:
    waits, late = (report.told.number(("desk", ALL, ALL, over)) for over in (ALL, "yes"))
    if waits is None or late is None:
        return
    if not waits:
        yield Line(
            Words(
                "Van wat in deze periode binnenkwam, wacht er niets meer bij het loket.",
                "Of what came in this period nothing waits at the desk any more.",
            ),
            "desk",
        )
        return
    yield Line(
        Words(
            f"Van wat in deze periode binnenkwam, wachten er nu nog {_count(waits).nl} bij het loket,"
            f" waarvan {_count(late).nl if late else 'geen'} over de klok.",
            f"Of what came in this period {_count(waits).en} still wait at the desk now,"
            f" {_count(late).en if late else 'none'} of them over the clock.",
        ),
        "desk",
    )


def _feedback(report: Report) -> Iterator[Line]:
    in_time, late = (report.told.number(("answer:triage", ALL, state)) for state in ("in_time", "late"))
    if in_time is None or late is None or not in_time + late:
        return
    share = _share(in_time / (in_time + late))
    yield Line(
        Words(
            f"Van de meldingen die Veilig Thuis beoordeelde, was {share.nl} op tijd beoordeeld.",
            f"Of the reports that Veilig Thuis assessed, {share.en} were assessed in time.",
        ),
        "feedback",
    )


def _exports(report: Report) -> Iterator[Line]:
    missing = {row[0].nl: row[2] for row in report.tables["exports"].rows if row[2]}
    if not missing:
        yield Line(Words("Alle leveringen kwamen binnen.", "Every export arrived."), "series")
        return
    count, highest = sum(missing.values()), max(missing.values())
    most = [unit for unit, nights in missing.items() if nights == highest]
    whose = Words(f"; de meeste van {most[0]}", f"; most of {most[0]}") if len(most) == 1 else Words("", "")
    yield Line(
        Words(
            f"{_count(count).nl} {'nachtlevering ontbreekt' if count == 1 else 'nachtleveringen ontbreken'}{whose.nl}.",
            f"{_count(count).en} nightly {'export is' if count == 1 else 'exports are'} missing{whose.en}.",
        ),
        "series",
    )


def _coming(report: Report) -> Iterator[Line]:
    for place in range(len(report.coming)):
        row = _row(report, "coming", place)
        if row is None or row["share"] in {None, HIDDEN}:
            continue
        share, day = _share(row["share"]), say_bucket(row["begins"].isoformat(), "day")
        yield Line(
            Words(
                f"{row['unit'].nl} krijgt op {day.nl} een nieuwe werkafspraak: {share.nl} van de registraties zou een"
                " andere uitkomst krijgen.",
                f"{row['unit'].en} gets a new agreement on {day.en}: {share.en} of the registrations would get another"
                " outcome.",
            ),
            "coming",
        )


def _row(report: Report, table: str, place: int) -> dict[str, Any] | None:
    """Return one row of a table as it is shown, by column."""
    shown = report.tables[table]
    if place >= len(shown.rows):
        return None
    return dict(zip((column.name for column in shown.table.columns), shown.rows[place], strict=True))


def _share(value: float) -> Words:
    return Words(f"{100 * value:.0f} %", f"{100 * value:.0f}%")


def _count(value: int) -> Words:
    return Words(f"{value:,}".replace(",", "."), f"{value:,}")
