"""By what a person can be asked for in the disclosure ledger, years later: keyed hashes, few a person.

Whoever asks says who he or she is, so these need not survive what linking survives: case, marks, prefixes and hyphens
do not matter, a name spelled by its sound or cut to an initial is found too, and called `alike`: a person looks then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from pipeline.enrich.identity import comparable
from pipeline.enrich.keyed import hasher
from pipeline.enrich.names import sound

LEVELS: Final = ("bsn", "name", "alike")
"""How sure an answer is, surest first."""

Key = tuple[str, int]
"""Level, keyed hash."""


def kept_keys(persons: pl.DataFrame, secret: bytes) -> list[list[int]]:
    """Return, for each of the canonical person rows, the keyed hashes that the ledger keeps: maybe none."""
    return [sorted({key for _, key in _keys(row, secret, asked=False)}) for row in _rows(persons)]


def asked_keys(person: pl.DataFrame, secret: bytes) -> list[Key]:
    """Return (level, keyed hash) to ask for one person with, surest first."""
    (row,) = _rows(person)
    return sorted(set(_keys(row, secret, asked=True)), key=lambda key: (LEVELS.index(key[0]), key[1]))


def _rows(persons: pl.DataFrame) -> Iterator[dict[str, Any]]:
    plain = comparable(persons)
    sounding = pl.col("family").list.eval(sound(pl.element())).alias("family_sound")
    return plain.with_columns(sounding).iter_rows(named=True)


def _keys(row: Mapping[str, Any], secret: bytes, *, asked: bool) -> Iterator[Key]:
    """Yield a person's keys; who asks, asks by all that a poorer entry may hold."""
    if row["bsn"]:
        yield "bsn", hasher("ledger bsn", secret)(row["bsn"])
    family, given, year = row["family"] or [], row["given"] or [], row["birth_year"]
    if not (family and given):
        return
    first, initial = given[0], given[0][0]
    born = "-".join(filter(None, (year, row["birth_month"], row["birth_day"])))
    whole = all((year, row["birth_month"], row["birth_day"]))
    names = {*family, "".join(family)}
    for name in names if whole else ():
        yield "name", hasher("ledger name", secret)(f"{born} {name} {first}")
    for name in {*row["family_sound"], *names} if whole else ():
        yield "alike", hasher("ledger alike", secret)(f"{born} {name} {initial}")
    for name in names if year and (asked or not whole) else ():
        yield "alike", hasher("ledger year", secret)(f"{year} {name} {first}")
    for name in names if row["address"] and (asked or not year) else ():
        yield "alike", hasher("ledger home", secret)(f"{row['address']} {name} {first}")
