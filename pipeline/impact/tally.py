"""What judging again moved, counted: small frames that add up over exports, nights and units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from pipeline.impact.rejudge import POORLY
from pipeline.load.intake import ExportKey
from pipeline.schema import LISTED, ROW

EXAMPLES: Final = 3
"""Registration numbers shown of each move."""
NOWHERE: Final = "-"
"""In place of a region where the addresses lead nowhere, or older nights did not keep where."""

FLOWS: Final = pl.Schema(
    {
        "night": pl.Date(),
        "unit": pl.String(),
        "region": pl.String(),
        "from_outcome": pl.String(),
        "to_outcome": pl.String(),
        "rule": pl.String(),
        "count": pl.Int64(),
        "examples": LISTED,
    }
)
"""What became of registrations, by the region of the deciding home; `rule` where the outcome moved."""
DELIVERIES: Final = pl.Schema(
    {
        "night": pl.Date(),
        "region": pl.String(),
        "before": pl.Int64(),
        "after": pl.Int64(),
        "gaps_before": pl.Int64(),
        "gaps_after": pl.Int64(),
    }
)
"""Reports that reach each region, and how many criteria they do not meet; one of a family in two regions reaches
both."""
HOLDS: Final = pl.Schema(
    {
        "night": pl.Date(),
        "unit": pl.String(),
        "in_danger": pl.Boolean(),
        "before": pl.Int64(),
        "after": pl.Int64(),
        "returned_before": pl.Int64(),
        "returned_after": pl.Int64(),
    }
)
"""What waits at the desk, and what goes back to the unit, with and without a danger signal."""

ELEMENTS: Final = pl.Schema({"unit": pl.String(), "kind": pl.String(), "before": pl.Int64(), "after": pl.Int64()})
"""Values kept back of what is forwarded before and after, by kind of element; where the tables were judged."""


@dataclass(frozen=True)
class Tally:
    """Counts of one variant."""

    flows: pl.DataFrame = field(default_factory=FLOWS.to_frame)
    deliveries: pl.DataFrame = field(default_factory=DELIVERIES.to_frame)
    holds: pl.DataFrame = field(default_factory=HOLDS.to_frame)
    elements: pl.DataFrame = field(default_factory=ELEMENTS.to_frame)


def tally(key: ExportKey, kept: pl.DataFrame, moved: pl.DataFrame) -> Tally:
    """Count what judging one export again gave.

    Args:
        key: whose export.
        kept: row, registration_number, in_danger, gaps.
        moved: what `rejudge` returned.
    """
    named = moved.join(kept.select(ROW, "registration_number", "in_danger", "gaps"), on=ROW, how="left")
    marked = named.with_columns(
        pl.lit(key.night).alias("night"),
        pl.lit(key.unit).alias("unit"),
        main_region(),
        pl.when(pl.col("outcome") != pl.col("to_outcome")).then(_rule()).alias("rule"),
        pl.col("in_danger").fill_null(value=False),
    ).rename({"outcome": "from_outcome"})
    return Tally(_flows(marked), _deliveries(marked), _holds(marked))


def main_region() -> pl.Expr:
    """Name the region of the deciding home, as it would be, else as it was."""
    first = (pl.col(name).list.first() for name in ("to_regions", "regions"))
    return pl.coalesce(*first, pl.lit(NOWHERE)).alias("region")


def _rule() -> pl.Expr:
    """Name what moved it: the rule that decides now, or the one that no longer does; criteria by their names."""
    gone = pl.col("to_outcome") == "forward"
    decides = pl.when(gone).then(pl.col("reasons").list.first()).otherwise(pl.col("to_reasons").list.first())
    fewer = pl.col("blocking").list.set_difference("to_blocking")
    more = pl.col("to_blocking").list.set_difference("blocking")
    changed = pl.when(gone).then(fewer).otherwise(more)
    criteria = pl.when(changed.list.len() > 0).then(changed).otherwise(pl.coalesce("to_blocking", "blocking"))
    by_criterion = decides.is_in(POORLY) & (criteria.list.len() > 0)
    named = pl.concat_str(decides, criteria.list.sort().list.join("+"), separator=":")
    return pl.when(by_criterion).then(named).otherwise(decides)


def _flows(marked: pl.DataFrame) -> pl.DataFrame:
    by = ("night", "unit", "region", "from_outcome", "to_outcome", "rule")
    numbers = pl.col("registration_number").filter(pl.col("rule").is_not_null())
    counted = marked.group_by(by).agg(
        pl.len().cast(pl.Int64).alias("count"),
        numbers.sort().unique(maintain_order=True).head(EXAMPLES).alias("examples"),
    )
    return counted.sort(by).cast(FLOWS)


def _deliveries(marked: pl.DataFrame) -> pl.DataFrame:
    sides = [("before", "from_outcome", "regions", "gaps"), ("after", "to_outcome", "to_regions", "to_gaps")]
    reached = [
        marked.filter(pl.col(outcome) == "forward")
        .select("night", pl.col(regions).alias("region"), pl.col(gaps).list.len().alias("gaps"))
        .explode("region")
        .drop_nulls("region")
        .group_by("night", "region")
        .agg(pl.len().alias(name), pl.col("gaps").sum().alias(f"gaps_{name}"))
        for name, outcome, regions, gaps in sides
    ]
    by = ["night", "region"]
    both = reached[0].join(reached[1], on=by, how="full", coalesce=True)
    counts = ("before", "after", "gaps_before", "gaps_after")
    return both.select(*by, *(pl.col(name).fill_null(0) for name in counts)).sort(by).cast(DELIVERIES)


def _holds(marked: pl.DataFrame) -> pl.DataFrame:
    counts = {
        "before": pl.col("from_outcome") == "hold",
        "after": pl.col("to_outcome") == "hold",
        "returned_before": pl.col("from_outcome") == "return",
        "returned_after": pl.col("to_outcome") == "return",
    }
    by = ("night", "unit", "in_danger")
    return marked.group_by(by).agg(test.sum().alias(name) for name, test in counts.items()).sort(by).cast(HOLDS)


def apart(key: ExportKey, count: int) -> pl.DataFrame:
    """Return the flow of what is not kept, and so is never judged again: rejected, or closed by law."""
    flow = FLOWS.to_frame()
    if not count:
        return flow
    one = pl.DataFrame({"night": [key.night], "unit": [key.unit], "region": [NOWHERE], "count": [count]})
    outcome = [pl.lit("not_kept").alias(name) for name in ("from_outcome", "to_outcome")]
    return pl.concat([flow, one.with_columns(*outcome, pl.lit([], dtype=LISTED).alias("examples"))], how="diagonal")


def add_up(parts: Sequence[Tally]) -> Tally:
    """Put tallies of different exports together; two exports of one night add up."""
    whole = {"flows": FLOWS, "deliveries": DELIVERIES, "holds": HOLDS, "elements": ELEMENTS}
    return Tally(
        **{
            name: _sum(pl.concat([schema.to_frame(), *(getattr(part, name) for part in parts)]), schema)
            for name, schema in whole.items()
        }
    )


def _sum(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    by = [name for name, kind in schema.items() if kind in (pl.Date, pl.String, pl.Boolean)]
    summed = [pl.col(name).sum() for name, kind in schema.items() if kind == pl.Int64]
    listed = [
        pl.col(name).explode().drop_nulls().sort().head(EXAMPLES) for name, kind in schema.items() if kind == LISTED
    ]
    return frame.group_by(by).agg(*summed, *listed).sort(by).select(schema.names())
