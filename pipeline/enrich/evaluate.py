"""How good linking is, against truth: precision and recall with Wilson's interval, recall by kind of error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import polars as pl

CONFIDENT: Final = 1.959964
"""Standard deviations of a 95 % interval."""
ERROR_FREE: Final = "none"


@dataclass(frozen=True)
class Rate:
    """A share with its 95 % interval (Wilson, 1927), which stays honest near 100 %."""

    hits: int
    of: int

    @property
    def share(self) -> float:
        """The share itself; 1 when there was nothing to get wrong."""
        return self.hits / self.of if self.of else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound."""
        if not self.of:
            return 0.0, 1.0
        squared = CONFIDENT**2
        middle = (self.share + squared / (2 * self.of)) / (1 + squared / self.of)
        spread = CONFIDENT * math.sqrt(self.share * (1 - self.share) / self.of + squared / (4 * self.of**2))
        spread /= 1 + squared / self.of
        return max(0.0, middle - spread), min(1.0, middle + spread)

    def __str__(self) -> str:
        """Read as `99.95 % (99.80–99.99 %) of 3268`."""
        low, high = self.interval
        return f"{self.share:.2%} ({low:.2%}–{high:.2%}) of {self.of}"


@dataclass(frozen=True)
class Evaluation:
    """Precision and recall of pairs, and recall by kind of error."""

    precision: Rate
    recall: Rate
    by_error: dict[str, Rate]

    def page(self) -> str:
        """Return a plain table for a terminal."""
        lines = [f"precision  {self.precision}", f"recall     {self.recall}"]
        lines += [f"  {kind:<22} {rate}" for kind, rate in sorted(self.by_error.items())]
        return "\n".join(lines)


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
        precision=Rate(right, found.height),
        recall=Rate(int(judged["found"].sum()), judged.height),
        by_error={kind: Rate(hits, of) for kind, hits, of in kinds.iter_rows()},
    )
