"""One event, several registrations: what was carried by another one comes free when that one is not forwarded any more.

A carried registration is judged like any other, and what is left as `same_event` waits here until every unit and night
is judged: its carrier may be of another one. Of several that one carrier carried the first goes, and carries the rest.
What a variant newly forwards is counted by itself: that it is of the same event as another was never looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from pipeline.impact.tally import DELIVERIES, FLOWS, Tally, add_up, main_region
from pipeline.load.intake import ExportKey
from pipeline.load.secret_elsewhere import SECRET_ELSEWHERE
from pipeline.schema import LISTED, ROW

CARRIED: Final = pl.Schema(
    {
        "carried_by": pl.String(),
        "night": pl.Date(),
        "unit": pl.String(),
        "region": pl.String(),
        "number": pl.String(),
        "regions": LISTED,
        "gaps": pl.Int64(),
    }
)
"""Registrations that are duplicate for nothing but their carrier; `carried_by` as in intake.outcome."""


def mark_carried(kept: pl.DataFrame, carried: Sequence[tuple[int, str]]) -> pl.DataFrame:
    """Give the rows that the night as a whole made duplicate their outcome and reason; `kept` was written before."""
    by = pl.DataFrame(carried, schema={ROW: pl.Int64, "carried_by": pl.String}, orient="row")
    joined = kept.join(by, on=ROW, how="left", maintain_order="left")
    is_carried = pl.col("carried_by").is_not_null()
    others = pl.col("reasons").list.set_difference(pl.lit(["well_founded"], dtype=LISTED))
    return joined.with_columns(
        pl.when(is_carried).then(pl.lit("duplicate")).otherwise("outcome").alias("outcome"),
        pl.when(is_carried).then(pl.concat_list(pl.lit("same_event"), others)).otherwise("reasons").alias("reasons"),
    )


def mark_shown(kept: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
    """Give the rows that show an address which another registration keeps secret that reason: what went is held."""
    went, reason = pl.col("outcome") == "forward", pl.lit(SECRET_ELSEWHERE)
    others = pl.col("reasons").list.set_difference(pl.lit(["well_founded"], dtype=LISTED))
    reasons = pl.when(went).then(pl.concat_list(reason, others)).otherwise(pl.concat_list("reasons", reason))
    shown = pl.col(ROW).is_in(list(rows))
    return kept.with_columns(
        pl.when(shown & went).then(pl.lit("hold")).otherwise("outcome").alias("outcome"),
        pl.when(shown).then(reasons).otherwise("reasons").alias("reasons"),
    )


def still_carried(key: ExportKey, kept: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Return CARRIED of one export that was judged again."""
    ours = moved.join(kept.select(ROW, "registration_number", "carried_by"), on=ROW)
    waits = pl.col("carried_by").is_not_null() & (pl.col("to_reasons").list.first() == "same_event")
    return ours.filter(waits & (pl.col("to_outcome") == "duplicate")).select(
        "carried_by",
        pl.lit(key.night).alias("night"),
        pl.lit(key.unit).alias("unit"),
        main_region(),
        pl.col("registration_number").alias("number"),
        pl.col("to_regions").alias("regions"),
        pl.col("to_gaps").list.len().cast(pl.Int64).alias("gaps"),
    )


def fallen(key: ExportKey, kept: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Return (carried_by) of what was forwarded and no longer is, as carried registrations name it."""
    lost = moved.filter((pl.col("outcome") == "forward") & (pl.col("to_outcome") != "forward"))
    named = pl.concat_str(pl.lit(key.unit), "registration_number", pl.col("version").cast(pl.String), separator=" ")
    return kept.join(lost.select(ROW), on=ROW, how="semi").select(named.alias("carried_by"))


def release(counted: Tally, carried: pl.DataFrame, lost: pl.DataFrame) -> Tally:
    """Return the tally with what comes free because its carrier is `lost`."""
    free = (
        carried.join(lost, on="carried_by", how="semi")
        .sort("carried_by", "night", "unit", "number")
        .unique("carried_by", keep="first", maintain_order=True)
    )
    if free.is_empty():
        return counted
    stays = [pl.lit("duplicate").alias("to_outcome"), pl.lit(None, pl.String).alias("rule"), pl.lit(-1).alias("count")]
    goes = [pl.lit("forward").alias("to_outcome"), pl.lit("same_event").alias("rule"), pl.lit(1).alias("count")]
    shown = [pl.lit([], dtype=LISTED).alias("examples"), pl.concat_list("number").alias("examples")]
    base = free.with_columns(pl.lit("duplicate").alias("from_outcome"))
    flows = [
        base.with_columns(*told, examples).select(FLOWS.names()).cast(FLOWS)
        for told, examples in zip((stays, goes), shown, strict=True)
    ]
    delivered = (
        free.select("night", pl.col("regions").alias("region"), pl.col("gaps").alias("gaps_after"))
        .explode("region")
        .drop_nulls("region")
        .with_columns(pl.lit(0).alias("before"), pl.lit(1).alias("after"), pl.lit(0).alias("gaps_before"))
        .select(DELIVERIES.names())
        .cast(DELIVERIES)
    )
    together = add_up([counted, Tally(pl.concat(flows), delivered)])
    return replace(together, flows=together.flows.filter(pl.col("count") != 0))
