"""Which earlier persons are worth comparing with: keys that two entries of one person share in spite of an error.

Every key mixes two or more hashes, so that a key finds some tens of persons in millions. The history keeps the keys of
`kept_keys`, tonight asks with those of `asked_keys`; the latter hold the errors (a swapped date, a year off).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.enrich.keyed import mixed

(
    NUMBER_AND_YEAR,
    NUMBER_AND_NAME,
    NUMBER_AND_FAMILY,
    BORN_NAMED,
    BORN_AND_NAMED,
    NAMED_IN_YEAR,
    NAMED_IN_PART,
    NAMED_AT,
    BORN_AT,
) = range(21, 30)
KEY_COLUMNS: Final = ("row", "person_number", "block")


def kept_keys(identified: pl.DataFrame) -> pl.DataFrame:
    """Return the blocking keys (`row`, `person_number`, `block` Int64) that the history keeps of `identified`."""
    partial = pl.col("birth_year").is_not_null() & pl.col("birth").is_null()
    return _unique(
        [
            *_common(identified),
            _named(identified, "birth", BORN_AND_NAMED),
            _named(identified, "birth_year", NAMED_IN_YEAR),
            _named(identified.filter(partial), "birth_year", NAMED_IN_PART),
        ]
    )


def asked_keys(identified: pl.DataFrame) -> pl.DataFrame:
    """Return the blocking keys that tonight's persons ask the history with."""
    partial = pl.col("birth_year").is_not_null() & pl.col("birth").is_null()
    off = identified.explode("birth_off", empty_as_null=False)
    return _unique(
        [
            *_common(identified),
            _named(identified, "birth_swapped", BORN_AND_NAMED),
            _named(off, "birth_off", BORN_AND_NAMED),
            _named(identified.filter(partial), "birth_year", NAMED_IN_YEAR),
            _named(identified.filter(~partial), "birth_year", NAMED_IN_PART),
        ]
    )


def _common(identified: pl.DataFrame) -> list[pl.DataFrame]:
    # A number never links by itself, so it is not asked for by itself: in a test range of 9,000 it finds thousands.
    given = identified.with_columns(pl.col("given_sound").list.first().alias("given"))
    return [
        _keys(identified, ["bsn", "birth_year"], NUMBER_AND_YEAR),
        _keys(given, ["bsn", "given"], NUMBER_AND_NAME),
        _keys(identified.explode("family_sound"), ["bsn", "family_sound"], NUMBER_AND_FAMILY),
        _born_named(identified),
        _named(identified, "address", NAMED_AT),
        _keys(identified, ["birth", "address"], BORN_AT),
    ]


def _born_named(identified: pl.DataFrame) -> pl.DataFrame:
    """A birth date with any part of either name: swapped names and one misspelt name still meet."""
    names = identified.with_columns(pl.concat_list(pl.col("family_sound", "given_sound").fill_null([])).alias("name"))
    return _keys(names.explode("name"), ["birth", "name"], BORN_NAMED)


def _named(identified: pl.DataFrame, with_column: str, domain: int) -> pl.DataFrame:
    """Both names (the first given one) with a year or an address."""
    names = identified.with_columns(pl.col("given_sound").list.first().alias("given")).explode("family_sound")
    return _keys(names, ["family_sound", "given", with_column], domain)


def _keys(identified: pl.DataFrame, columns: list[str], domain: int) -> pl.DataFrame:
    keys = identified.select("row", "person_number", mixed(identified, columns, domain).alias("block"))
    return keys.drop_nulls("block")


def _unique(keys: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(keys).unique().sort(KEY_COLUMNS)
