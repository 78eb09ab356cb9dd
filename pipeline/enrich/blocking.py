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
    return _unique(
        [
            *_common(identified),
            _keys(
                _by_family(identified),
                *_common_by_family(),
                _named("birth", BORN_AND_NAMED),
                _named("birth_year", NAMED_IN_YEAR),
                pl.when(_partial()).then(_named("birth_year", NAMED_IN_PART)),
            ),
        ]
    )


def asked_keys(identified: pl.DataFrame) -> pl.DataFrame:
    """Return the blocking keys that tonight's persons ask the history with."""
    by_family = _by_family(identified)
    return _unique(
        [
            *_common(identified),
            _keys(
                by_family,
                *_common_by_family(),
                _named("birth_swapped", BORN_AND_NAMED),
                pl.when(_partial()).then(_named("birth_year", NAMED_IN_YEAR)),
                pl.when(~_partial()).then(_named("birth_year", NAMED_IN_PART)),
            ),
            _keys(by_family.explode("birth_off", empty_as_null=False), _named("birth_off", BORN_AND_NAMED)),
        ]
    )


def _common(identified: pl.DataFrame) -> list[pl.DataFrame]:
    # A number never links by itself, so it is not asked for by itself: in a test range of 9,000 it finds thousands.
    given = identified.with_columns(pl.col("given_sound").list.first().alias("given"))
    # A birth date with any part of either name: swapped names and one misspelt name still meet.
    either = pl.concat_list(pl.col("family_sound", "given_sound").fill_null([])).alias("name")
    return [
        _keys(
            given,
            mixed(["bsn", "birth_year"], NUMBER_AND_YEAR),
            mixed(["bsn", "given"], NUMBER_AND_NAME),
            mixed(["birth", "address"], BORN_AT),
        ),
        _keys(identified.with_columns(either).explode("name"), mixed(["birth", "name"], BORN_NAMED)),
    ]


def _by_family(identified: pl.DataFrame) -> pl.DataFrame:
    """Return a line for every part of a family name, with the first given one."""
    return identified.with_columns(pl.col("given_sound").list.first().alias("given")).explode("family_sound")


def _common_by_family() -> list[pl.Expr]:
    return [mixed(["bsn", "family_sound"], NUMBER_AND_FAMILY), _named("address", NAMED_AT)]


def _partial() -> pl.Expr:
    return pl.col("birth_year").is_not_null() & pl.col("birth").is_null()


def _named(with_column: str, domain: int) -> pl.Expr:
    """Both names (the first given one) with a year or an address."""
    return mixed(["family_sound", "given", with_column], domain)


def _keys(identified: pl.DataFrame, *keys: pl.Expr) -> pl.DataFrame:
    return identified.select("row", "person_number", pl.concat_list(keys).alias("block")).explode("block")


def _unique(keys: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(keys).drop_nulls("block").unique().sort(KEY_COLUMNS)
