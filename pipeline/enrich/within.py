"""Candidates among tonight's own persons: two officers, two units or a dump twice may report one event in one night."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.enrich.identity import IDENTITY
from pipeline.enrich.link import CANDIDATES

KEYS_AT_ONCE: Final = 500_000
"""Blocking keys that are compared in one go: a join of millions takes most of what settling holds in memory."""
LARGEST: Final = 1_000
"""Persons of a night that share a key; one that more have (a stand-in for a name, a shelter) tells nobody apart."""


def candidates_within(kept: pl.DataFrame, asked: pl.DataFrame, own: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the pairs of persons of two different registrations of tonight that share a blocking key.

    Args:
        kept: `keep.persons_to_keep` of registrations of tonight.
        asked: `blocking.asked_keys` of the same persons, or of others of tonight.
        own: row, unit and registration_number of the askers; default those of `kept`.

    Returns:
        Columns of CANDIDATES; every pair in both directions. A key that more than LARGEST persons share is passed over.
    """
    turns = 1 + len(asked) // KEYS_AT_ONCE
    turn = pl.col("block").reinterpret(signed=False) % turns
    pairs = pl.concat(_sharing(kept, asked, turn == number) for number in range(turns)).unique()
    own = kept if own is None else own
    own = own.select("row", pl.col("unit", "registration_number").name.suffix("_own")).unique()
    earlier = kept.select(
        pl.col("row").alias("theirs"),
        pl.col("unit").alias("earlier_unit"),
        pl.col("registration_number").alias("earlier_number"),
        pl.col("version").alias("earlier_version"),
        pl.col("person_number").alias("earlier_person_number"),
        pl.col("role").alias("earlier_role"),
        pl.col(*IDENTITY).name.suffix("_earlier"),
    )
    found = pairs.join(earlier, on=["theirs", "earlier_person_number"]).join(own, on="row")
    other = (pl.col("unit_own") != pl.col("earlier_unit")) | (
        pl.col("registration_number_own") != pl.col("earlier_number")
    )
    return found.filter(other).select(CANDIDATES.names()).cast(CANDIDATES).sort(CANDIDATES.names()[:6])


def _sharing(kept: pl.DataFrame, asked: pl.DataFrame, among: pl.Expr) -> pl.DataFrame:
    """Return the pairs of persons of two registrations that share a blocking key `among` all."""
    blocks = (
        kept.lazy()
        .select(pl.col("row").alias("theirs"), pl.col("person_number").alias("earlier_person_number"), block="blocks")
        .explode("block", empty_as_null=False)
        .filter(among)
    )
    told = blocks.group_by("block").len().filter(pl.col("len") <= LARGEST)
    return (
        asked.lazy()
        .filter(among)
        .join(blocks.join(told, on="block", how="semi"), on="block")
        .filter(pl.col("row") != pl.col("theirs"))
        .select("row", "person_number", "theirs", "earlier_person_number")
        .unique()
        .collect()
    )
