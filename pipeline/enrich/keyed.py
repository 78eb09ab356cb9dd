"""Keyed hashes: what of a person may be kept to recognise him or her again, readable to nobody without the key.

BLAKE2b keyed with the installation's linking key, 64 bits, a domain in front so that a birth year never equals a house
number. Values are hashed once each; what is made of several of them is mixed from their hashes, in columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.errors import SettingsError

SHORTEST_KEY: Final = 16
UNKNOWN: Final = 0
MULTIPLIERS: Final = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
"""The constants of splitmix64 (Steele, Lea and Flood, 2014), a bijection that spreads every bit."""


def keyed(values: pl.Series, domain: str, key: bytes) -> pl.Series:
    """Return the keyed 64-bit hash (Int64, null stays null) of every text in `values`."""
    different = values.drop_nulls().unique()
    hashes = list(map(hasher(domain, key), different))
    return values.replace_strict(different, pl.Series(hashes, dtype=pl.Int64), default=None, return_dtype=pl.Int64)


def hasher(domain: str, key: bytes) -> Callable[[str], int]:
    """Return what hashes one text of `domain`. Raises SettingsError when the key is too short to be one."""
    if len(key) < SHORTEST_KEY:
        raise SettingsError(f"the linking key has {len(key)} bytes; it needs {SHORTEST_KEY} or more")
    digest = partial(hashlib.blake2b, digest_size=8, key=key[:64], person=domain.encode()[:16])
    return lambda value: int.from_bytes(digest(value.encode()).digest(), "little", signed=True)


def mixed(frame: pl.DataFrame, columns: Iterable[str], domain: int) -> pl.Series:
    """Return one Int64 of several hashed columns; null where one of them is."""
    names = list(columns)
    total = np.full(frame.height, domain, dtype=np.uint64)
    for name in names:
        total = _spread(total * np.uint64(MULTIPLIERS[0]) + frame[name].fill_null(UNKNOWN).to_numpy().view(np.uint64))
    known = frame.select(pl.all_horizontal(pl.col(names).is_not_null()).alias("known"))["known"]
    return pl.DataFrame({"mixed": total.view(np.int64), "known": known}).select(
        pl.when("known").then("mixed").alias("mixed")
    )["mixed"]


def _spread(value: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    value = (value ^ (value >> np.uint64(30))) * np.uint64(MULTIPLIERS[1])
    value = (value ^ (value >> np.uint64(27))) * np.uint64(MULTIPLIERS[2])
    return value ^ (value >> np.uint64(31))
