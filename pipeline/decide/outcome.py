"""One outcome a registration: the first finding in order of precedence decides, all are kept as reasons."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from pipeline.policy.rules import Rules
from pipeline.schema import ROW

DECISION: Final = pl.Schema({ROW: pl.Int64(), "outcome": pl.String(), "reasons": pl.List(pl.String)})


def decide(rows: pl.Series, findings: pl.DataFrame, rules: Rules, night: date) -> pl.DataFrame:
    """Return DECISION, one line for each of `rows`, in their order.

    Args:
        rows: the registrations to decide over.
        findings: (row, reason) in any order, repeated or not. A reason may carry a detail after a colon; a reason
            that no gate in force names (a data-quality reason) is kept after the deciding ones.
        rules: the gates; a registration with no gate's finding at all is `well_founded`.
        night: the night whose rules count.
    """
    precedence = pl.DataFrame(
        [(gate.id, place, gate.outcome) for place, gate in enumerate(rules.gates_on(night))],
        schema={"gate": pl.String, "place": pl.Int64, "gives": pl.String},
        orient="row",
    )
    ranked = (
        findings.unique()
        .with_columns(gate=pl.col("reason").str.split(":").list.first())
        .join(precedence, on="gate", how="left")
        .sort(ROW, "place", "reason", nulls_last=True)
        .group_by(ROW, maintain_order=True)
        .agg(reasons=pl.col("reason"), outcome=pl.col("gives").first())
    )
    decided = rows.to_frame(ROW).join(ranked, on=ROW, how="left", maintain_order="left")
    founded = pl.col("outcome").is_null()
    kept = pl.col("reasons").fill_null([])
    return decided.select(
        ROW,
        outcome=pl.when(founded).then(pl.lit("forward")).otherwise("outcome"),
        reasons=pl.when(founded).then(pl.concat_list(pl.lit("well_founded"), kept)).otherwise(kept),
    ).cast(DECISION)
