"""Candidates among tonight's own persons: two officers, two units or a dump twice may report one event in one night."""

from __future__ import annotations

import polars as pl

from pipeline.enrich.identity import IDENTITY
from pipeline.enrich.link import CANDIDATES


def candidates_within(kept: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of persons of two different registrations of tonight that share a blocking key.

    Args:
        kept: `keep.persons_to_keep` of every registration of tonight.
        asked: `blocking.asked_keys` of the same persons.

    Returns:
        Columns of CANDIDATES; every pair in both directions.
    """
    blocks = kept.select(
        pl.col("row").alias("theirs"), pl.col("person_number").alias("earlier_person_number"), "blocks"
    )
    pairs = (
        asked.join(blocks.explode("blocks", empty_as_null=False), left_on="block", right_on="blocks")
        .filter(pl.col("row") != pl.col("theirs"))
        .select("row", "person_number", "theirs", "earlier_person_number")
        .unique()
    )
    own = kept.select("row", pl.col("unit", "registration_number").name.suffix("_own")).unique()
    earlier = kept.select(
        pl.col("row").alias("theirs"),
        pl.col("unit").alias("earlier_unit"),
        pl.col("registration_number").alias("earlier_number"),
        pl.col("version").alias("earlier_version"),
        pl.col("person_number").alias("earlier_person_number"),
        pl.col(*IDENTITY).name.suffix("_earlier"),
    )
    found = pairs.join(earlier, on=["theirs", "earlier_person_number"]).join(own, on="row")
    other = (pl.col("unit_own") != pl.col("earlier_unit")) | (
        pl.col("registration_number_own") != pl.col("earlier_number")
    )
    return found.filter(other).select(CANDIDATES.names()).cast(CANDIDATES).sort(CANDIDATES.names()[:6])
