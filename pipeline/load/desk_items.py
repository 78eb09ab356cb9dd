"""Rows of `intake.outcome` and `intake.hold`, out of what was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import polars as pl

from pipeline.clock import local_day
from pipeline.load.intake import ExportKey
from pipeline.load.seal import seal_json
from pipeline.policy.desk import read_desk_policy
from pipeline.policy.disclosure import Terms
from pipeline.schema import ROW, Tables

HOLD: Final = pl.Schema(
    {
        ROW: pl.Int64(),
        "danger": pl.Boolean(),
        "since": pl.Datetime("us", "UTC"),
        "due": pl.Datetime("us", "UTC"),
        "sealed": pl.String(),
    }
)


def outcome_rows(tables: Tables, verdict: pl.DataFrame, withheld: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Return one part's rows of `intake.outcome`, but for the export's key."""
    registration = tables.registration.select(ROW, "registration_number", "version", "content_hash", "kind", "known_at")
    counts = withheld.group_by(ROW).agg(
        (
            "{"
            + pl.format('"{}":{}', pl.col("kind"), pl.col("count").sum().over(ROW, "kind"))
            .unique()
            .sort()
            .str.join(",")
            + "}"
        ).alias("withheld")
    )
    return (
        registration.join(verdict, on=ROW, how="left", maintain_order="left")
        .join(counts, on=ROW, how="left", maintain_order="left")
        .select(
            *(ROW, "registration_number", "version", "content_hash", "outcome", "reasons"),
            pl.col("gaps").fill_null([]),
            pl.concat_list(pl.col("danger").fill_null([]), pl.col("danger_told").fill_null([]))
            .list.unique(maintain_order=True)
            .alias("danger"),
            pl.col("substantiation_score").alias("score"),
            *("regions", "leads_to"),
            pl.col("withheld").fill_null("{}"),
            *("kind", "known_at"),
            pl.lit(terms.agreement_version).alias("agreement_version"),
            pl.lit(terms.policy_version).alias("policy_version"),
        )
    )


def reject_rows(rejected: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Return the rows of `intake.outcome` for rows that break the contract."""
    return rejected.select(
        *(ROW, "registration_number", "version"),
        pl.lit("reject").alias("outcome"),
        pl.concat_list(pl.lit("rejected"), "problems").alias("reasons"),
        pl.lit(terms.agreement_version).alias("agreement_version"),
        pl.lit(terms.policy_version).alias("policy_version"),
    )


def holds(tables: Tables, verdict: pl.DataFrame, key: ExportKey, secret: bytes, at: datetime) -> pl.DataFrame:
    """Return what a person must look at, each sealed with its children.

    Args:
        tables: as received.
        verdict: row, outcome, in_danger.
        key: the export; a sealed item belongs to it.
        secret: the installation's key.
        at: since when it waits.
    """
    held = verdict.filter(pl.col("outcome") == "hold").select(ROW, "in_danger")
    children = {
        name: _by_row(table, held)
        for name, table in (
            ("registration", tables.registration),
            ("person", tables.person),
            ("entry", tables.entry),
            ("prior_incident", tables.prior_incident),
        )
    }
    items = [
        (row, dangerous, {name: rows.get(row, []) for name, rows in children.items()})
        for row, dangerous in held.iter_rows()
    ]
    return _sealed(items, key, secret, at)


def reject_holds(rejected: pl.DataFrame, key: ExportKey, secret: bytes, at: datetime) -> pl.DataFrame:
    """Return the rejected rows in which a danger signal can be read: they go to the head of the desk."""
    dangerous = rejected.filter("danger").select(ROW, "payload")
    return _sealed([(row, True, {"payload": payload}) for row, payload in dangerous.iter_rows()], key, secret, at)


def belongs_to(key: ExportKey, row: int) -> str:
    """Return what a sealed item is bound to."""
    return f"{key.unit} {key.night} {key.export_id} {row}"


def _sealed(items: list[tuple[int, bool, Any]], key: ExportKey, secret: bytes, at: datetime) -> pl.DataFrame:
    clock = read_desk_policy().clock_on(local_day(at))
    return pl.DataFrame(
        [
            (
                *(row, danger, at, at + clock.allows(danger=danger)),
                "\\x" + seal_json(secret, content, belongs_to(key, row)).hex(),
            )
            for row, danger, content in items
        ],
        schema=HOLD,
        orient="row",
    )


def _by_row(table: pl.DataFrame, held: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    rows: dict[int, list[dict[str, Any]]] = {}
    for line in table.join(held.select(ROW), on=ROW, how="semi", maintain_order="left").iter_rows(named=True):
        rows.setdefault(line[ROW], []).append(line)
    return rows
