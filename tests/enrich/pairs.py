"""How good linking is, against truth: precision and recall, and recall by kind of error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline.evaluate.interval import Share

ERROR_FREE: Final = "none"


@dataclass(frozen=True)
class Evaluation:
    """Precision and recall of pairs, and recall by kind of error."""

    precision: Share
    recall: Share
    by_error: dict[str, Share]

    def page(self) -> str:
        """Return a plain table for a terminal."""
        lines = [f"precision  {told(self.precision)}", f"recall     {told(self.recall)}"]
        lines += [f"  {kind:<22} {told(rate)}" for kind, rate in sorted(self.by_error.items())]
        return "\n".join(lines)


def told(rate: Share) -> str:
    """Read a share as `99.95% (99.80%–99.99%) of 3268`; of nothing, nothing was wrong."""
    low, high = rate.interval or (0, 1)
    return f"{rate.hits / rate.total if rate.total else 1:.2%} ({low:.2%}–{high:.2%}) of {rate.total}"


def evaluate(found: pl.DataFrame, true: pl.DataFrame) -> Evaluation:
    """Compare pairs found with true ones.

    Args:
        found: columns `left`, `right` (any identifiers), each pair once.
        true: the same and `errors` (list of kinds of error on either side; empty: none).
    """
    right = found.join(true.select("left", "right"), on=["left", "right"], how="semi").height
    judged = true.join(
        found.select("left", "right", pl.lit(value=True).alias("found")), on=["left", "right"], how="left"
    ).with_columns(pl.col("found").fill_null(value=False))
    kinds = (
        judged.with_columns(pl.col("errors").list.unique())
        .explode("errors", empty_as_null=True)
        .with_columns(pl.col("errors").fill_null(ERROR_FREE))
        .group_by("errors")
        .agg(pl.col("found").sum(), pl.len().alias("of"))
    )
    return Evaluation(
        precision=Share(right, found.height),
        recall=Share(int(judged["found"].sum()), judged.height),
        by_error={kind: Share(hits, of) for kind, hits, of in kinds.iter_rows()},
    )
