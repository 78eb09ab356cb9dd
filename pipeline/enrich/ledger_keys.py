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
DOMAINS: Final = {
    "ledger bsn": "bsn",
    "ledger name": "name",
    "ledger alike": "alike",
    "ledger year": "alike",
    "ledger home": "alike",
}
"""By what is hashed, the level of an answer to it."""

Key = tuple[str, int]
"""Level, keyed hash."""


def ledger_keys(persons: pl.DataFrame, secret: bytes) -> pl.Series:
    """Return `keys`: of each of the canonical person rows the sorted keyed hashes that the ledger keeps, maybe none."""
    found = _keys(persons, secret, asked=False).group_by("at").agg(pl.col("key").unique().sort().alias("keys"))
    rows = persons.select(pl.int_range(pl.len()).alias("at")).join(found, on="at", how="left", maintain_order="left")
    return rows.get_column("keys").fill_null(pl.Series([[]], dtype=pl.List(pl.Int64)))


def asked_ledger_keys(person: pl.DataFrame, secret: bytes) -> list[Key]:
    """Return (level, keyed hash) to ask for one person with, surest first."""
    found = _keys(person, secret, asked=True).select(pl.col("domain").replace_strict(DOMAINS), "key").unique().rows()
    return sorted(found, key=lambda key: (LEVELS.index(key[0]), key[1]))


def _keys(persons: pl.DataFrame, secret: bytes, *, asked: bool) -> pl.DataFrame:
    """Return `at` (which of the rows), `domain` and `key` of all; who asks, asks by what a poorer entry holds too."""
    plain = comparable(persons).with_columns(at=pl.int_range(pl.len()))
    own, whole, year, asked_too = pl.col("own"), pl.col("whole"), pl.col("birth_year").is_not_null(), pl.lit(asked)
    texts = {
        "ledger name": pl.when(whole & own).then(_line("born", "name", "first")),
        "ledger alike": pl.when(whole).then(_line("born", "name", "initial")),
        "ledger year": pl.when(year & (asked_too | ~whole) & own).then(_line("birth_year", "name", "first")),
        "ledger home": pl.when((asked_too | ~year) & own).then(_line("address", "name", "first")),
    }
    told = pl.concat(
        [plain.select("at", pl.col("bsn").alias("ledger bsn")), _named(plain).select("at", **texts)], how="diagonal"
    )
    hashed = told.with_columns(keyed(told.get_column(domain), domain, secret) for domain in DOMAINS)
    return hashed.unpivot(index="at", variable_name="domain", value_name="key").drop_nulls("key")


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
