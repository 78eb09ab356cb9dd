"""By what a person can be asked for in the disclosure ledger, years later: keyed hashes, few a person.

Whoever asks says who he or she is, so these need not survive what linking survives: case, marks, prefixes and hyphens
do not matter, a name spelled by its sound or cut to an initial is found too, and called `alike`: a person looks then.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.enrich.identity import comparable
from pipeline.enrich.keyed import keyed
from pipeline.enrich.names import sound

LEVELS: Final = ("bsn", "name", "alike")
"""How sure an answer is, surest first."""

Key = tuple[str, int]
"""Level, keyed hash."""


def kept_keys(persons: pl.DataFrame, secret: bytes) -> pl.Series:
    """Return `keys`: of each of the canonical person rows the sorted keyed hashes that the ledger keeps, maybe none."""
    found = _keys(persons, secret, asked=False).group_by("at").agg(pl.col("key").unique().sort().alias("keys"))
    rows = persons.select(pl.int_range(pl.len()).alias("at")).join(found, on="at", how="left", maintain_order="left")
    return rows.get_column("keys").fill_null(pl.Series([[]], dtype=pl.List(pl.Int64)))


def asked_keys(person: pl.DataFrame, secret: bytes) -> list[Key]:
    """Return (level, keyed hash) to ask for one person with, surest first."""
    found = _keys(person, secret, asked=True).select("level", "key").unique().rows()
    return sorted(found, key=lambda key: (LEVELS.index(key[0]), key[1]))


def _keys(persons: pl.DataFrame, secret: bytes, *, asked: bool) -> pl.DataFrame:
    """Return `at` (which of the rows), `level` and `key` of all; who asks, asks by all that a poorer entry may hold."""
    plain = comparable(persons).with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
    named = _named(plain)
    whole, year = pl.col("whole"), pl.col("birth_year").is_not_null()
    asked_too = pl.lit(asked)
    return pl.concat(
        [
            _hashed(plain, "bsn", "ledger bsn", pl.col("bsn"), secret),
            _hashed(named.filter(whole & pl.col("own")), "name", "ledger name", _line("born", "name", "first"), secret),
            _hashed(named.filter(whole), "alike", "ledger alike", _line("born", "name", "initial"), secret),
            _hashed(
                named.filter(year & (asked_too | ~whole) & pl.col("own")),
                "alike",
                "ledger year",
                _line("birth_year", "name", "first"),
                secret,
            ),
            _hashed(
                named.filter((asked_too | ~year) & pl.col("own")),
                "alike",
                "ledger home",
                _line("address", "name", "first"),
                secret,
            ),
        ]
    )


def _named(plain: pl.DataFrame) -> pl.DataFrame:
    """Return a line for every name that each person may be asked by: as written (`own`), and as it sounds."""
    date_parts = ("birth_year", "birth_month", "birth_day")
    known = plain.filter((pl.col("family").list.len() > 0) & (pl.col("given").list.len() > 0)).with_columns(
        first=pl.col("given").list.first(),
        initial=pl.col("given").list.first().str.slice(0, 1),
        born=pl.concat_str(date_parts, separator="-", ignore_nulls=True),
        whole=pl.all_horizontal(pl.col(date_parts).is_not_null()),
    )
    own = pl.concat_list("family", pl.col("family").list.join(""))
    return pl.concat(
        known.with_columns(name=names, own=pl.lit(is_own)).explode("name")
        for names, is_own in ((own, True), (pl.col("family").list.eval(sound(pl.element())), False))
    )


def _line(*columns: str) -> pl.Expr:
    return pl.concat_str(columns, separator=" ")


def _hashed(rows: pl.DataFrame, level: str, domain: str, text: pl.Expr, secret: bytes) -> pl.DataFrame:
    """Hash `text` of each row that has one."""
    told = rows.select("at", pl.lit(level).alias("level"), text.alias("text")).drop_nulls("text")
    return told.select("at", "level", keyed(told.get_column("text"), domain, secret).alias("key"))
