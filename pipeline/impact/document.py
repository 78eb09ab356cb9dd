"""The answer as one document: for JSON, the terminal, the table and the page alike. Counts are of registrations.

Numbers are not suppressed: this is police-side work on the police's own registrations, and examples are named by their
number. It is not meant to be published; the reports are, and those hide small numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from pipeline.impact.changes import DELIVERED, FACTS, TABLES, Change
from pipeline.impact.labelled import Line
from pipeline.impact.load import load_of
from pipeline.impact.nights import Judged, Kept
from pipeline.impact.parameters import Parameters
from pipeline.impact.tally import EXAMPLES, Tally
from pipeline.policy.rules import OUTCOMES
from pipeline.policy.words import Words, shared_words

NOT_KEPT: Final = "not_kept"
"""Rejected by the contract or closed by law: never kept, and so not judged again; it stays what it was."""
SHOWN: Final = (*OUTCOMES, NOT_KEPT)
OUTCOME_WORDS: Final = shared_words()["outcome_brief"] | {NOT_KEPT: Words("niet bewaard", "not kept")}
Document = dict[str, Any]


def document_of(
    nights: tuple[date, date], exports: Sequence[Kept], variants: Sequence[Document], given: Parameters
) -> Document:
    """Return the whole answer; `variants` as `variant_of` makes them."""
    return {
        "from": nights[0].isoformat(),
        "to": nights[1].isoformat(),
        "nights": len({export.key.night for export in exports}),
        "exports": len(exports),
        "received": sum(export.received for export in exports),
        "small_numbers": "not suppressed",
        "variants": list(variants),
        "parameters": [
            {"id": one.id, "value": one.value, "unit": one.unit, "assumed": one.assumed}
            | {name: words.by_language for name, words in (("source", one.source), ("words", one.words))}
            for one in given.all()
        ],
    }


def variant_of(
    name: str,
    changed: Sequence[Change],
    judged: Judged,
    nights: tuple[date, date],
    given: Parameters,
    labelled: Sequence[Line] = (),
) -> Document:
    """Return what one variant does; `labelled` is what it does to labelled data."""
    flows = judged.tally.flows
    moved = flows.filter(pl.col("from_outcome") != pl.col("to_outcome"))
    return {
        "name": name,
        "changes": [change.as_dict() for change in changed],
        "not_judged": {
            what: len({(unit, night) for unit, night, lack in judged.lacking if lack == what})
            for what in (FACTS, TABLES, DELIVERED)
        },
        "moved": int(moved.get_column("count").sum()),
        "outcomes": _outcomes(flows),
        "moves": _moves(moved),
        "units": {
            str(unit): _outcomes(ours) for (unit,), ours in sorted(flows.partition_by("unit", as_dict=True).items())
        },
        "regions": _regions(judged.tally),
        "danger": _danger(judged.tally.holds),
        "kept_back": judged.tally.elements.filter(pl.col("before") != pl.col("after")).to_dicts(),
        "load": load_of(judged.tally, nights, given),
        "labelled": [line.as_dict() for line in labelled],
    }


def _outcomes(flows: pl.DataFrame) -> Document:
    """Return before and after of each outcome; both add up to what was received."""
    sides = {"before": "from_outcome", "after": "to_outcome"}
    counted = {
        side: dict(flows.group_by(column).agg(pl.col("count").sum()).iter_rows()) for side, column in sides.items()
    }
    return {outcome: {side: int(counted[side].get(outcome, 0)) for side in sides} for outcome in SHOWN}


def _moves(moved: pl.DataFrame) -> list[Document]:
    """Return the moves of the whole period, the largest first."""
    by = ["unit", "region", "from_outcome", "to_outcome", "rule"]
    summed = moved.group_by(by).agg(
        pl.col("count").sum(), pl.col("examples").explode().drop_nulls().sort().head(EXAMPLES)
    )
    ordered = summed.sort([pl.col("count") * -1, *by])
    return [
        {"unit": unit, "region": region, "from": before, "to": after, "rule": rule, "count": count, "examples": shown}
        for unit, region, before, after, rule, count, shown in ordered.iter_rows()
    ]


def _regions(counted: Tally) -> Document:
    summed = counted.deliveries.group_by("region").agg(pl.col("before", "after").sum()).sort("region")
    return {region: {"before": before, "after": after} for region, before, after in summed.iter_rows()}


def _danger(holds: pl.DataFrame) -> Document:
    """Return what becomes of registrations under a danger signal: held is looked at, returned must not happen."""
    ours = holds.filter("in_danger")
    columns = {"held": ("before", "after"), "returned": ("returned_before", "returned_after")}
    return {
        name: {side: int(ours.get_column(column).sum()) for side, column in zip(("before", "after"), pair, strict=True)}
        for name, pair in columns.items()
    }
