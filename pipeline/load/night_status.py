"""How a night stands: of each unit what came of its export, of each region how many reports (CONTRACT.md §5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pipeline.load.database import query
from pipeline.policy.rules import OUTCOMES

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


_STANDS: Final = "Eerder kwamen van deze nacht {received} registraties; die blijven staan."
"""Beside the refusal of a later export: the counts of the night are not to be seen (CONTRACT.md), nothing is lost."""


def night_status(given: cursor, night: date, units: Sequence[str], regions: Sequence[str]) -> dict[str, Any]:
    """Return the status of CONTRACT.md §5: counts of registration versions per unit, deliveries per region."""
    counted = dict.fromkeys(units, None) | {
        unit: (outcome, int(received)) for unit, outcome, received in _counts(given, night)
    }
    refused, loaded = _refusals(given, night), _loaded(given, night)
    lines = {
        unit: _unit_line(counted.get(unit), refused.get(unit), loaded.get(unit))
        for unit in sorted({*counted, *refused})
    }
    sums = [
        line["received"] == sum(line[outcome] for outcome in OUTCOMES)
        for line in lines.values()
        if line["state"] == "complete"
    ]
    delivered = _deliveries(given, night)
    return {
        "night": night.isoformat(),
        "units": lines,
        "regions": {region: delivered.get(region, 0) for region in regions},
        "balanced": all(sums),
    }


def _refusals(given: cursor, night: date) -> dict[str, str]:
    """Return by unit the sentence that refused its export; the nightly one's over that of an urgent drop."""
    rows = query(
        given,
        "SELECT unit, reason FROM intake.refusal WHERE night = %s AND (channel = 'nightly' OR NOT EXISTS"
        " (SELECT FROM intake.export WHERE (export.unit, export.night) = (refusal.unit, refusal.night)))"
        " ORDER BY channel DESC",  # the last stands
        (night,),
    )
    return dict(rows)


def _loaded(given: cursor, night: date) -> dict[str, bool]:
    """Return of each unit that delivered its night whether all of its exports are loaded.

    What came urgently is no night: the contract is silent, and who reads `complete` would wait for nothing more.
    """
    rows = query(
        given,
        "SELECT unit, bool_and(state = 'loaded') FROM intake.export WHERE night = %s GROUP BY unit"
        " HAVING bool_or(channel = 'nightly')",
        (night,),
    )
    return dict(rows)


def _deliveries(given: cursor, night: date) -> dict[str, int]:
    rows = query(
        given,
        "SELECT region, count(*) FROM intake.outcome CROSS JOIN LATERAL unnest(regions) AS region"
        " JOIN intake.export USING (unit, night, export_id) WHERE night = %s AND state = 'loaded' GROUP BY region",
        (night,),
    )
    return {region: int(count) for region, count in rows}


def _counts(given: cursor, night: date) -> list[tuple[str, dict[str, int], int]]:
    """Return (unit, count by outcome, rows received) of the exports of a night."""
    received = query(given, "SELECT unit, sum(received) FROM intake.export WHERE night = %s GROUP BY unit", (night,))
    by_unit: dict[str, dict[str, int]] = {unit: dict.fromkeys(OUTCOMES, 0) for unit, _ in received}
    for unit, outcome, count in query(
        given, "SELECT unit, outcome, count(*) FROM intake.outcome WHERE night = %s GROUP BY 1, 2", (night,)
    ):
        by_unit[unit][outcome] = int(count)
    return [(unit, by_unit[unit], total) for unit, total in received]


def _unit_line(counted: tuple[dict[str, int], int] | None, refusal: str | None, loaded: bool | None) -> dict[str, Any]:
    empty = dict.fromkeys(("received", *OUTCOMES))
    if refusal is not None:
        stands = f" {_STANDS.format(received=counted[1])}" if counted and loaded else ""
        return {"state": "refused", "reason": f"{refusal}{stands}", **empty}
    if counted is None or loaded is None:
        return {"state": "missing", "reason": None, **empty}
    if not loaded:
        return {"state": "running", "reason": None, **empty}
    return {"state": "complete", "reason": None, "received": counted[1], **counted[0]}
