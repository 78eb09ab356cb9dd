"""Keyed hashes: what of a person may be kept to recognise him or her again, readable to nobody without the key.

BLAKE2b keyed with the installation's linking key, 64 bits, a domain in front so that a birth year never equals a house
number. Values are hashed once each; what is made of several of them is mixed from their hashes, in columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
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
    told, hashed = values.to_list(), hasher(domain, key)
    hashes = {None: None} | {value: hashed(value) for value in set(told) - {None}}
    return pl.Series(values.name, [hashes[value] for value in told], pl.Int64)


def hasher(domain: str, key: bytes) -> Callable[[str], int]:
    """Return what hashes one text of `domain`. Raises SettingsError when the key is too short to be one."""
    if len(key) < SHORTEST_KEY:
        raise SettingsError(f"the linking key has {len(key)} bytes; it needs {SHORTEST_KEY} or more")
    digest = partial(hashlib.blake2b, digest_size=8, key=key[:64], person=domain.encode()[:16])
    return lambda value: int.from_bytes(digest(value.encode()).digest(), "little", signed=True)


def mixed(columns: Iterable[str], domain: int) -> pl.Expr:
    """Return one Int64 of several hashed columns; null where one of them is."""
    names = list(columns)
    known = pl.all_horizontal(pl.col(names).is_not_null())
    parts = [pl.col(name).fill_null(UNKNOWN) for name in names]
    return pl.when(known).then(pl.map_batches(parts, partial(_mix, domain), return_dtype=pl.Int64))


def _mix(domain: int, parts: Sequence[pl.Series]) -> pl.Series:
    total = np.full(len(parts[0]), domain, dtype=np.uint64)
    for part in parts:
        total = _spread(total * np.uint64(MULTIPLIERS[0]) + part.to_numpy().view(np.uint64))
    return pl.Series(total.view(np.int64))


def _spread(value: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    value = (value ^ (value >> np.uint64(30))) * np.uint64(MULTIPLIERS[1])
    value = (value ^ (value >> np.uint64(27))) * np.uint64(MULTIPLIERS[2])
    return value ^ (value >> np.uint64(31))
