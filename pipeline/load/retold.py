"""Triage and urgency of a report that stands in a region, when what it carries brings danger or takes it along."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from psycopg2.extras import Json

from pipeline.decide.report import KEY
from pipeline.enrich.triage import THIS_WEEK, TODAY
from pipeline.load.database import query
from pipeline.policy.triage import Field, read_triage

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

Entry = Mapping[str, Any]
"""A field of the staged triage, as `enrich.triage` writes it."""


def retell(given: cursor, schema: str, signals: pl.DataFrame, *, gone: bool = False) -> None:
    """Let triage and urgency of reports say that signals came, or that they are gone.

    Args:
        given: cursor of the caller's transaction.
        schema: of the region.
        signals: unit, registration_number, version, signal.
        gone: they are there no longer.
    """
    for *key, changed in signals.group_by(KEY, maintain_order=True).agg("signal").iter_rows():
        ((told,),) = query(
            given,
            f"SELECT triage FROM {schema}.report WHERE (unit, registration_number, version) = (%s, %s, %s)",  # noqa: S608
            key,
        )
        triage, hint = _retold(told or [], changed, gone=gone)
        given.execute(
            f"UPDATE {schema}.report SET triage = %s, urgency_hint = %s"  # noqa: S608 - the schema of a region
            " WHERE (unit, registration_number, version) = (%s, %s, %s)",
            (Json(triage), hint, *key),
        )


def _retold(told: Sequence[Entry], changed: Collection[str], *, gone: bool) -> tuple[list[Entry], str]:
    """Return the triage in the order of the policy, what is general first, and the urgency that follows of it."""
    fields = {field.id: field for field in read_triage().fields}
    ours = [field for field in fields.values() if field.column in changed]
    others = [entry for entry in told if entry["field"] not in {field.id for field in ours}]
    triage = [*others, *([] if gone else map(_entry, ours))]
    place = {field: at for at, field in enumerate(fields)}
    return sorted(triage, key=lambda entry: place.get(entry["field"], -1)), urgency(triage)


def urgency(triage: Sequence[Entry]) -> str:
    """Return the hint that follows of a triage."""
    urgent = {field.id for field in read_triage().fields if field.urgent}
    return TODAY if any(entry["field"] in urgent for entry in triage) else THIS_WEEK


def _entry(field: Field) -> Entry:
    return {"step": field.step, "field": field.id, "value": "yes", "evidence": [field.column], "origin": field.origin}
