"""Triage pre-filled: the signs that VT's instrument asks for, each with its evidence and where it came from.

It fills in and never decides; the urgency is a hint with its reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from pipeline.enrich.repeat import FIRST, FOLLOW_UP
from pipeline.policy.triage import Field, Triage
from pipeline.schema import Tables, local_day

POLICE: Final = "01"
"""The reporter's function, in the codes of the CBS protocol."""
TODAY, THIS_WEEK = "within_24_hours", "within_5_working_days"
INJURED_CHILD: Final = "injured_child"
"""Column beside the registration's own, where it is known whether a child is hurt."""
KNOWN_FROM: Final = {"danger": "ticked", "danger_told": "text", "danger_of_others": "carried"}
"""The lists of danger signals that a verdict has, the first to count first; `danger_signal.known_from` of each."""
ORIGINS: Final = {"ticked": "officer", "text": "text", "carried": "carried"}
"""What the triage calls them."""
ORIGIN: Final = "{}_origin"
"""Column beside that of a danger signal, where it is known who says so: null, or none, leaves it to the policy."""
DETAILS: Final = {
    "escalation_computed": "escalation_facts",
    "repeat": "earlier_dates",
    "open_case": "earlier_dates",
    "children_elsewhere": "children_elsewhere",
}
"""Fields whose evidence is a list that was computed; the others have the column, and the codes in it, as theirs."""


def triage(tables: Tables, sequences: pl.DataFrame, households: pl.DataFrame, policy: Triage) -> pl.DataFrame:
    """Fill in the triage of each registration.

    Args:
        tables: tonight's; only what may be shared is read. With INJURED_CHILD, a hurt child is one without a box, too.
            With ORIGIN columns a danger signal that no officer ticked says where it comes from.
        sequences: `repeat.sequence`.
        households: `household.household`.
        policy: `triage.toml`.

    Returns:
        One row a registration: `row`; `triage` (JSON list of {step, field, value, evidence, origin}: the step `general`
        first, then the signs in the order of the policy); `urgency_hint` (`within_24_hours` or
        `within_5_working_days`) and `urgency_reasons` (field ids).
    """
    facts = _facts(tables, sequences, households)
    schema = facts.schema
    signs = (_entry(field, schema) for field in policy.fields)
    given = pl.concat_list(*_general(), *signs).list.drop_nulls()
    urgent = [pl.when(_present(field, schema)).then(pl.lit(field.id)) for field in policy.fields if field.urgent]
    reasons = pl.concat_list(urgent).list.drop_nulls()
    return facts.select(
        "row",
        (pl.lit("[") + given.list.join(",") + pl.lit("]")).alias("triage"),
        pl.when(reasons.list.len() > 0).then(pl.lit(TODAY)).otherwise(pl.lit(THIS_WEEK)).alias("urgency_hint"),
        reasons.alias("urgency_reasons"),
    )


def _general() -> list[pl.Expr]:
    """What VT registers of every report (DOMAIN.md "What VT needs to weigh"); several values are joined by `|`."""
    day = local_day("known_at").cast(pl.String)
    lasted = (pl.col("committed_until") - pl.col("committed_from")).dt.total_days()
    told: dict[str, tuple[pl.Expr, str, str]] = {
        "receipt_date": (day, "known_at", "officer"),
        "municipality": (pl.col("municipality_code"), "municipality_code", "officer"),
        "reporter_function": (pl.lit(POLICE), "unit", "standard"),
        "suspicion": (pl.col("suspicion"), "suspicion", "officer"),
        "nature": (pl.col("nature").list.sort().list.join("|").replace("", None), "nature", "officer"),
        "duration_days": (pl.when(lasted >= 0).then(lasted).cast(pl.String), "committed_until", "officer"),
        "sequence": (pl.col("sequence"), "prior_incident", "history"),
        "earlier_dates": (pl.col("earlier_dates").list.join("|").replace("", None), "prior_incident", "history"),
    }
    return [
        pl.when(value.is_not_null()).then(
            _as_json("general", field, value, pl.concat_list(pl.lit(column)), pl.lit(origin))
        )
        for field, (value, column, origin) in told.items()
    ]


def origin_of(signal: str, lists: Iterable[str]) -> pl.Expr:
    """Return the ORIGIN column of a danger signal, out of those of KNOWN_FROM that a verdict has."""
    found = (pl.when(pl.col(name).list.contains(signal)).then(pl.lit(ORIGINS[KNOWN_FROM[name]])) for name in lists)
    return pl.coalesce(found).alias(ORIGIN.format(signal))


def _as_json(step: str, field: str, value: pl.Expr, evidence: pl.Expr, origin: pl.Expr) -> pl.Expr:
    return pl.struct(
        pl.lit(step).alias("step"),
        pl.lit(field).alias("field"),
        value.alias("value"),
        evidence.alias("evidence"),
        origin.alias("origin"),
    ).struct.json_encode()


def _facts(tables: Tables, sequences: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    children = tables.person.group_by("row").agg((pl.col("role") == "KI").any().alias("has_child"))
    registration = tables.registration
    if INJURED_CHILD not in registration.columns:
        registration = registration.with_columns(pl.lit(value=False).alias(INJURED_CHILD))
    return (
        registration.join(sequences, on="row", how="left", maintain_order="left")
        .join(households, on="row", how="left", maintain_order="left")
        .join(children, on="row", how="left", maintain_order="left")
        .with_columns(
            ((pl.col("injury") & pl.col("has_child")) | pl.col(INJURED_CHILD)).alias(INJURED_CHILD),
            (pl.col("sequence") != FIRST).alias("is_repeat"),
            (pl.col("sequence") == FOLLOW_UP).alias("is_follow_up"),
            (pl.col("children_elsewhere").list.len() > 0).alias("other_children"),
            pl.col("earlier_dates").cast(pl.List(pl.String)),
        )
    )


def _present(field: Field, schema: pl.Schema) -> pl.Expr:
    column = pl.col(field.column)
    if not field.codes:
        return column.fill_null(value=False)
    if isinstance(schema[field.column], pl.List):
        return (column.list.set_intersection(pl.lit(list(field.codes))).list.len() > 0).fill_null(value=False)
    return column.is_in(field.codes).fill_null(value=False)


def _entry(field: Field, schema: pl.Schema) -> pl.Expr:
    """One field as JSON, null where there is no sign of it; nothing in it is a text of the registration."""
    evidence = pl.concat_list(pl.lit(field.column))
    if field.id in DETAILS:
        evidence = pl.col(DETAILS[field.id])
    elif field.codes and isinstance(schema[field.column], pl.List):
        found = pl.col(field.column).list.set_intersection(pl.lit(list(field.codes))).list.sort()
        evidence = found.list.eval(pl.lit(f"{field.column}:") + pl.element())
    elif field.codes:
        evidence = pl.concat_list(pl.lit(f"{field.column}:") + pl.col(field.column))
    told = [pl.col(beside)] if (beside := ORIGIN.format(field.column)) in schema else []
    origin = pl.coalesce(*told, pl.lit(field.origin))
    shown = _as_json(field.step, field.id, pl.lit("yes"), evidence, origin)
    return pl.when(_present(field, schema)).then(shown)
