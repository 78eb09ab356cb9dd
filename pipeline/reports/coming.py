"""Agreements that begin later: what each would have made of the period's nights, told before it begins.

Shadow mode (`pipeline/impact/shadow.py`) judges every night under the version that a unit has to come, beside the one
in force. Its counts are cells of the report's one system of sums: what is decided now is nearly what the tables of
units tell, so that neither gives a small number of the other away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

import polars as pl

from pipeline.impact.rejudge import POORLY
from pipeline.policy.agreements import Agreement, Agreements
from pipeline.policy.reason_words import tell_gap, tell_reason
from pipeline.policy.words import Words
from pipeline.reports.counting import OTHER
from pipeline.reports.disclosure import ALL, Counts, Key
from pipeline.reports.material import Material
from pipeline.reports.names import OUTCOME, Names
from pipeline.reports.table import Cell, Column, Count, Share, Table

TOLD: Final = ("forward", "return", "hold", "elsewhere")
"""Outcomes that are told as decided and as they would be; the others no agreement changes much."""
WHEN: Final = {"before": Words("nu", "now"), "after": Words("straks", "then")}
NOT_JUDGED: Final = Words("niet opnieuw beoordeeld", "not judged again")
"""Closed by law or unreadable: never kept, and so it stays what it was."""


_UNIT: Final = Column("unit", Words("eenheid", "unit"), "name")


class Flow(NamedTuple):
    """What registrations are, what they would be, and the rule that makes the difference."""

    before: str
    after: str
    rule: str

    @property
    def moves(self) -> bool:
        """Whether the outcome is another one."""
        return self.before != self.after


def coming_agreements(agreements: Agreements, last: date) -> dict[str, Agreement]:
    """Return by unit the first version that begins after `last`, where there is one."""
    first = {
        unit: next((version for version in versions if version.valid_from > last), None)
        for unit, versions in sorted(agreements.by_unit.items())
    }
    return {unit: version for unit, version in first.items() if version is not None}


def count_coming(counts: Counts, material: Material, coming: Mapping[str, Agreement]) -> None:
    """Add the cells of what shadow mode kept of the period.

    `shadow` (unit, before, after, rule), its sum over a unit, `before` and `after` (unit, outcome), and `moves` (unit).
    """
    for unit, agreement in coming.items():
        kept = _kept(material, agreement)
        cells = {flow: _cell(unit, flow) for flow in kept}
        counts.values |= {cells[flow]: count for flow, count in kept.items()}
        counts.add_sum(("shadow", unit, ALL), cells.values())
        counts.add_sum(("moves", unit), [cell for flow, cell in cells.items() if flow.moves])
        counts.add_sum(("stays", unit), [cell for flow, cell in cells.items() if not flow.moves])
        for name in WHEN:
            for outcome in sorted({*TOLD, *(getattr(flow, name) for flow in kept)}):
                of_outcome = [cell for flow, cell in cells.items() if getattr(flow, name) == outcome]
                counts.add_sum((name, unit, outcome), of_outcome)
        _tie(counts, unit, sorted({flow.before for flow in kept} - set(TOLD)))


def _kept(material: Material, agreement: Agreement) -> dict[Flow, int]:
    rows = material.shadow.filter(pl.col("unit") == agreement.unit, pl.col("agreement") == agreement.version)
    of_flow = rows.select("before", "after", "rule", "count").sort("before", "after", "rule")
    return {Flow(*row[:3]): row[3] for row in of_flow.iter_rows()}


def _cell(unit: str, flow: Flow) -> Key:
    return ("shadow", unit, *flow)


def _tie(counts: Counts, unit: str, rest: Iterable[str]) -> None:
    """Relate what was decided to what the tables of units tell: it differs by the desk, and by nights not judged."""
    for outcome in TOLD:
        counts.relate(("before", unit, outcome), ("reg", unit, outcome, ALL))
    shut, told = ("shut", unit), ("told_shut", unit)
    counts.add_sum(shut, [("before", unit, outcome) for outcome in rest])
    counts.add_sum(told, [("reg", unit, outcome, ALL) for outcome in ("withhold", OTHER)])
    counts.free |= {shut, told}
    counts.relate(shut, told)


def coming_table(material: Material, coming: Mapping[str, Agreement], names: Names) -> Table:
    """Return for each agreement to come when it begins, over what it was judged, and how much of that would move."""
    nights = {(unit, version): count for unit, version, count in material.shadowed.iter_rows()}
    rows: list[list[Cell]] = [
        [
            names.unit(unit),
            agreement.version,
            agreement.valid_from,
            nights.get((unit, agreement.version), 0),
            Count(("shadow", unit, ALL)),
            Count(("moves", unit)),
            Share(("moves", unit), ("shadow", unit, ALL)),
        ]
        for unit, agreement in coming.items()
    ]
    columns = (
        _UNIT,
        Column("agreement", Words("nieuwe werkafspraak", "new agreement"), "code"),
        Column("begins", Words("gaat in op", "begins on"), "date"),
        Column("nights", Words("nachten meegedraaid", "nights beside"), "number"),
        Column("judged", Words("registraties", "registrations")),
        Column("moves", Words("krijgen een andere uitkomst", "get another outcome")),
        Column("share", Words("deel", "share"), "share"),
    )
    note = Words(
        "Elke nacht wordt ook beoordeeld onder de werkafspraak die nog moet ingaan; daar wordt niets van verstuurd."
        " Geteld zijn de nachten waarop die werkafspraak al klaarlag.",
        "Every night is judged under the agreement that has yet to begin as well; nothing of that is sent. Counted are"
        " the nights for which that agreement was there.",
    )
    return Table("coming", Words("Werkafspraken die nog ingaan", "Agreements yet to begin"), note, columns, rows)


def coming_outcomes_table(coming: Mapping[str, Agreement], names: Names) -> Table:
    """Return what is decided now, and what would be."""
    rows: list[list[Cell]] = [
        [names.unit(unit), OUTCOME[outcome], *(Count((when, unit, outcome)) for when in WHEN)]
        for unit in coming
        for outcome in TOLD
    ]
    columns = (
        _UNIT,
        Column("outcome", Words("uitkomst", "outcome"), "text"),
        *(Column(name, when) for name, when in WHEN.items()),
    )
    note = Words(
        'Nu: wat de regels beslisten, voor iemand van het loket ernaar keek; in "Per eenheid" staat wat ervan werd.',
        'Now: what the rules decided, before anybody at the desk looked; "Per unit" tells what became of it.',
    )
    title = Words("Wat ervan wordt, nu en straks", "What becomes of it, now and then")
    return Table("coming_outcomes", title, note, columns, rows, long=True)


def coming_moves_table(material: Material, coming: Mapping[str, Agreement], names: Names) -> Table:
    """Return what would move, by the rule that moves it."""
    rows: list[list[Cell]] = [
        [
            names.unit(unit),
            outcome_words(flow.before),
            outcome_words(flow.after),
            Count(_cell(unit, flow)),
            moved_by(flow.rule),
            flow.rule,
        ]
        for unit, agreement in coming.items()
        for flow in _kept(material, agreement)
        if flow.moves
    ]
    columns = (
        _UNIT,
        Column("from", Words("is nu", "is now"), "text"),
        Column("to", Words("wordt", "becomes"), "text"),
        Column("count", Words("registraties", "registrations")),
        Column("why", Words("door", "because of"), "text"),
        Column("rule", Words("regel", "rule"), "code"),
    )
    note = Words(
        "Gaat een registratie door die nu blijft liggen, dan staat hier de regel die haar nu tegenhoudt; anders de"
        " regel die straks beslist.",
        "Where a registration goes that stays now, this is the rule that keeps it now; else the rule that decides"
        " then.",
    )
    return Table("coming_moves", Words("Wat er dan verschuift", "What moves then"), note, columns, rows)


def outcome_words(outcome: str) -> Words:
    """Return what an outcome is called; shadow mode has one more."""
    return OUTCOME.get(outcome, NOT_JUDGED)


def moved_by(rule: str) -> Words:
    """Return the words of what moves a registration: a reason, or the criteria that make it poorly founded."""
    reason, _, criteria = rule.partition(":")
    told = [tell_gap(name).words for name in criteria.split("+")] if reason in POORLY else [tell_reason(rule).words]
    return Words("; ".join(words.nl for words in told), "; ".join(words.en for words in told))
