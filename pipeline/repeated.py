"""Which of several rows that claim one place is taken: it follows from what they say, not from which came first."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def is_taken(rows: pl.DataFrame, key: Sequence[str], said: Sequence[str]) -> pl.Series:
    """Tell of each row whether it is taken: of those with one `key` the one whose `said` sorts last, a yes after a no.

    So what is retracted or secret goes before what is not, where `said` begins with that. Of rows that say the same the
    first is taken.
    """
    first = rows.select(pl.struct(key).is_first_distinct()).to_series()
    if first.all():
        return first
    numbered = rows.with_row_index("at").with_columns(pl.struct(key).is_duplicated().alias("repeated"))
    told = numbered.filter("repeated").select("at", *key, pl.struct(said).struct.json_encode().alias("said"))
    taken = (
        told.sort("said", "at", descending=[True, False])
        .unique(key, keep="first", maintain_order=True)
        .get_column("at")
    )
    return numbered.select(~pl.col("repeated") | pl.col("at").is_in(taken.implode())).to_series()
