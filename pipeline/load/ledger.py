"""The disclosure ledger (Wpg 32(1)(f)): append-only, hash-chained a region or unit, so that tampering shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pipeline.load.database import copy, query

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

ENTRY: Final = pl.Schema(
    {
        "kind": pl.String(),
        "night": pl.Date(),
        "unit": pl.String(),
        "registration_number": pl.String(),
        "version": pl.Int64(),
        "region": pl.String(),
        "elements": pl.List(pl.String()),
        "withheld": pl.List(pl.String()),
        "ground": pl.String(),
        "agreement_version": pl.String(),
        "policy_version": pl.String(),
        "mandate": pl.String(),
    }
)
"""What is recorded of one disclosure or withholding: kinds, rules and counts, never a content."""

GENESIS: Final = bytes(32)
LEDGER_LOCK: Final = 7_301_947


@dataclass(frozen=True)
class Breach:
    """Where a chain does not hold."""

    chain: str
    sequence: int
    problem: str


def append(given: cursor, chain: str, entries: pl.DataFrame, recorded_at: datetime) -> None:
    """Append `entries` (ENTRY, in this order) to `chain`, within the caller's transaction."""
    if entries.is_empty():
        return
    given.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LEDGER_LOCK, chain))
    newest = query(
        given, "SELECT sequence, hash FROM intake.ledger WHERE chain = %s ORDER BY sequence DESC LIMIT 1", (chain,)
    )
    sequence, previous = (newest[0][0], bytes(newest[0][1])) if newest else (0, GENESIS)
    hashes = [previous]
    for number, entry in enumerate(entries.select(ENTRY.names()).iter_rows(), start=sequence + 1):
        hashes.append(_hash(hashes[-1], (chain, number, *entry, recorded_at)))
    copy(
        given,
        "intake.ledger",
        entries.select(
            pl.lit(chain).alias("chain"),
            pl.int_range(sequence + 1, sequence + 1 + len(entries), dtype=pl.Int64).alias("sequence"),
            *ENTRY.names(),
            pl.lit(recorded_at).alias("recorded_at"),
            pl.Series("previous_hash", [f"\\x{held.hex()}" for held in hashes[:-1]]),
            pl.Series("hash", [f"\\x{held.hex()}" for held in hashes[1:]]),
        ),
    )


def _hash(previous: bytes, entry: tuple[Any, ...]) -> bytes:
    canonical = json.dumps(entry, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + canonical.encode()).digest()


def _plain(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


COLUMNS = ", ".join(["chain", "sequence", *ENTRY.names(), "recorded_at"])


def verify(given: cursor) -> list[Breach]:
    """Walk every chain; return where it was altered, reordered, cut or has a hole. Empty: it holds.

    A chain may start late: retention cuts at a checkpoint, whose hash then stands for what went before.
    """
    breaches: list[Breach] = []
    for (chain,) in query(given, "SELECT DISTINCT chain FROM intake.ledger ORDER BY 1"):
        given.execute(
            f"SELECT {COLUMNS}, previous_hash, hash FROM intake.ledger WHERE chain = %s ORDER BY sequence",  # noqa: S608 - our own names
            (chain,),
        )
        breaches += _breaches(chain, given)
    return breaches


def _breaches(chain: str, rows: Iterable[tuple[Any, ...]]) -> list[Breach]:
    found: list[Breach] = []
    expected: tuple[int, bytes] | None = None
    for *entry, previous, held in rows:
        sequence = entry[1]
        if expected is None:
            expected = (sequence, bytes(previous) if sequence > 1 else GENESIS)
        if sequence != expected[0]:
            found.append(Breach(chain, sequence, "an entry before it is missing"))
        elif bytes(previous) != expected[1]:
            found.append(Breach(chain, sequence, "it does not follow the entry before it"))
        elif _hash(bytes(previous), tuple(entry)) != bytes(held):
            found.append(Breach(chain, sequence, "it was altered"))
        expected = (sequence + 1, bytes(held))
    return found
