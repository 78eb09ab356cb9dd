"""Candidates among tonight's own persons: two officers, two units or a dump twice may report one event in one night."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.enrich.identity import IDENTITY
from pipeline.enrich.link import CANDIDATES

LARGEST: Final = 1_000
"""Persons of a whole night that may share a key. One that more have (a stand-in for a name, a shelter) tells nobody
apart, and is passed over; so a night costs at most this many comparisons a key, and not the square of its persons.

Who shares only such keys with somebody is not compared: the two registrations are each judged, and forwarded with
their own danger signals, by themselves. What is lost is at most a link, never a registration or a signal."""


def candidates_within(kept: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of persons of two different registrations of tonight that share a blocking key.

    Args:
        kept: `keep.persons_to_keep` of registrations of tonight.
        asked: `blocking.asked_keys` of the same persons.

    Returns:
        Columns of CANDIDATES; every pair in both directions.
    """
    return of_others(described(sharing(keys_of(kept), asked), kept), kept)


def keys_of(kept: pl.DataFrame) -> pl.DataFrame:
    """Return `theirs` (the row), `earlier_person_number` and `block` of each key of persons who may be met."""
    told = kept.select(pl.col("row").alias("theirs"), pl.col("person_number").alias("earlier_person_number"), "blocks")
    return told.explode("blocks", empty_as_null=False).rename({"blocks": "block"})


def sharing(keys: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of persons of two rows that share a blocking key.

    Args:
        keys: `keys_of` all persons of the night who have one of these keys.
        asked: `blocking.asked_keys`.

    Returns:
        row, person_number, theirs, earlier_person_number, and what else `keys` and `asked` say of them; each pair once.
    """
    told = keys.group_by("block").len().filter(pl.col("len") <= LARGEST)
    met = keys.lazy().join(told.lazy(), on="block", how="semi")
    pairs = asked.lazy().join(met, on="block").filter(pl.col("row") != pl.col("theirs"))
    return pairs.drop("block").unique().collect()


def described(pairs: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Add to pairs what is `kept` of the earlier person; a pair with somebody who is not in there falls away."""
    earlier = kept.select(
        pl.col("row").alias("theirs"),
        pl.col("unit").alias("earlier_unit"),
        pl.col("registration_number").alias("earlier_number"),
        pl.col("version").alias("earlier_version"),
        pl.col("person_number").alias("earlier_person_number"),
        pl.col("role").alias("earlier_role"),
        pl.col(*IDENTITY).name.suffix("_earlier"),
    )
    return pairs.join(earlier, on=["theirs", "earlier_person_number"])


def of_others(found: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Return as CANDIDATES those of `described` whose registration has another number than the asker's.

    Args:
        found: `described`.
        own: row, unit and registration_number of the askers; who is not in there is left out.
    """
    own = own.select("row", pl.col("unit", "registration_number").name.suffix("_own")).unique()
    other = (pl.col("unit_own") != pl.col("earlier_unit")) | (
        pl.col("registration_number_own") != pl.col("earlier_number")
    )
    told = found.join(own, on="row").filter(other).sort(*CANDIDATES.names()[:6], "theirs")
    return told.select(CANDIDATES.names()).cast(CANDIDATES)
