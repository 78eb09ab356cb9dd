"""The disclosure ledger (Wpg 32(1)(f)): append-only, hash-chained a region or unit, so that tampering shows.

An entry's hash is over the hash before it, the entry and a digest of whom it was about. That the end of a chain, or a
whole chain, is missing shows by the signed checkpoints (`pipeline.load.checkpoint`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pipeline.decide.about import ABOUT
from pipeline.load.database import copy, query
from pipeline.policy.disclosure import Terms
from pipeline.schema import KEY

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
"""What is recorded of one disclosure, withholding or recall: kinds, rules and counts, never a content."""

AMENDMENTS: Final = """
    SELECT 'amendment', night, unit, registration_number, version, region, '{}'::text[], why,
           legal_ground, agreement_version, policy_version, mandate
    FROM amended ORDER BY unit, registration_number, version
"""
"""Entries (ENTRY) of the reports that a statement has just `amended`, each with `why` (list of codes) it tells less."""
GENESIS: Final = bytes(32)
LEDGER_LOCK: Final = 7_301_947

Person = tuple[int, list[str], list[int]]
"""person_number, elements, keys."""


def append(
    given: cursor, chain: str, entries: pl.DataFrame, recorded_at: datetime, about: pl.DataFrame | None = None
) -> None:
    """Append entries to a chain, within the caller's transaction.

    Args:
        given: cursor of the caller's transaction.
        chain: a region (disclosures, recalls) or a unit (withholdings).
        entries: ENTRY, in this order.
        recorded_at: the moment of the transaction.
        about: decide.about.ABOUT; persons of versions that are not among `entries` are left out.
    """
    if entries.is_empty():
        return
    given.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LEDGER_LOCK, chain))
    sequence, previous = newest(given, chain)
    about = pl.DataFrame(schema=ABOUT) if about is None else about
    persons = _persons_of(about)
    hashes, digests = [previous], []
    for number, entry in enumerate(entries.select(ENTRY.names()).iter_rows(named=True), start=sequence + 1):
        told = persons.get((entry["unit"], entry["registration_number"], entry["version"]), [])
        digests.append(digest_of(told))
        hashes.append(hash_of(hashes[-1], (chain, number, *entry.values(), recorded_at), digests[-1]))
    numbered = entries.with_columns(
        pl.lit(chain).alias("chain"),
        pl.int_range(sequence + 1, sequence + 1 + len(entries), dtype=pl.Int64).alias("sequence"),
    )
    copy(
        given,
        "intake.ledger",
        numbered.select(
            *("chain", "sequence"),
            *ENTRY.names(),
            pl.lit(recorded_at).alias("recorded_at"),
            pl.Series("previous_hash", [f"\\x{held.hex()}" for held in hashes[:-1]]),
            pl.Series("hash", [f"\\x{held.hex()}" for held in hashes[1:]]),
            pl.Series("persons", [held and f"\\x{held.hex()}" for held in digests], dtype=pl.String),
        ),
    )
    whom = numbered.select("chain", "sequence", *KEY).join(about, on=KEY)
    copy(given, "intake.ledger_person", whom.drop(KEY).sort("sequence", "person_number"))


def withholdings(withheld: pl.DataFrame, terms: Terms, night: date) -> pl.DataFrame:
    """Return the entries (ENTRY) of what a night withholds: registration_number, version and `withheld` (reasons)."""
    said: Mapping[str, object] = {
        "kind": "withholding",
        "night": night,
        "unit": terms.unit,
        "region": None,
        "ground": terms.legal_ground,
        "agreement_version": terms.agreement_version,
        "policy_version": terms.policy_version,
        "mandate": terms.mandate,
    }
    columns = [pl.lit(value).alias(name) for name, value in said.items()]
    empty = pl.lit([], dtype=pl.List(pl.String)).alias("elements")
    return withheld.with_columns(*columns, empty).select(ENTRY.names()).cast(ENTRY)


def newest(given: cursor, chain: str) -> tuple[int, bytes]:
    """Return (sequence, hash) that the next entry of a chain follows: also when retention took all of its entries."""
    rows = query(
        given,
        "(SELECT sequence, hash FROM intake.ledger WHERE chain = %s ORDER BY sequence DESC LIMIT 1)"
        " UNION ALL"
        " SELECT (head ->> 'sequence')::bigint, decode(head ->> 'hash', 'hex')"
        " FROM (SELECT statement::jsonb AS said FROM intake.ledger_checkpoint ORDER BY number DESC LIMIT 1) AS newest,"
        " jsonb_array_elements(said -> 'chains') AS head WHERE head ->> 'chain' = %s"
        " ORDER BY sequence DESC LIMIT 1",
        (chain, chain),
    )
    return (rows[0][0], bytes(rows[0][1])) if rows else (0, GENESIS)


def _persons_of(about: pl.DataFrame) -> dict[tuple[str, str, int], list[Person]]:
    found: dict[tuple[str, str, int], list[Person]] = {}
    ordered = about.select(ABOUT.names()).sort(*KEY, "person_number")
    for unit, number, version, *person in ordered.iter_rows():
        found.setdefault((unit, number, version), []).append((person[0], person[1], person[2]))
    return found


def hash_of(previous: bytes, entry: Iterable[Any], persons: bytes | None) -> bytes:
    """Return an entry's hash; one about nobody hashes as entries did before persons were kept."""
    content = [*entry] if persons is None else [*entry, persons.hex()]
    canonical = json.dumps(content, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + canonical.encode()).digest()


def digest_of(persons: list[Person]) -> bytes | None:
    """Return the digest of an entry's persons, in order of their numbers; None where there is nobody."""
    if not persons:
        return None
    return hashlib.sha256(json.dumps(persons, separators=(",", ":")).encode()).digest()


def _plain(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


SHOWN: Final = ("chain", "sequence", *(name for name in ENTRY if name not in {"night", "registration_number"}))


def read_entries(given: cursor, number: str, unit: str | None = None) -> list[dict[str, Any]]:
    """Return the entries of one registration, oldest first: `at` (ISO) and SHOWN."""
    rows = query(
        given,
        f"SELECT recorded_at, {', '.join(SHOWN)} FROM intake.ledger"  # noqa: S608 - our own names
        " WHERE registration_number = %s AND (%s::text IS NULL OR unit = %s) ORDER BY recorded_at, chain, sequence",
        (number, unit, unit),
    )
    return [{"at": row[0].isoformat(), **dict(zip(SHOWN, row[1:], strict=True))} for row in rows]


COLUMNS: Final = ("chain", "sequence", *ENTRY.names(), "recorded_at")


def chains(given: cursor) -> list[str]:
    """Return the names of the chains that hold entries, an index look-up each."""
    return [
        chain
        for (chain,) in query(
            given,
            "WITH RECURSIVE found AS (SELECT min(chain) AS chain FROM intake.ledger UNION ALL"
            " SELECT (SELECT min(chain) FROM intake.ledger WHERE chain > found.chain) FROM found"
            " WHERE found.chain IS NOT NULL)"
            " SELECT chain FROM found WHERE chain IS NOT NULL",
        )
    ]


def walk(given: cursor, chain: str) -> Iterator[tuple[int, bytes, bytes, bool, bool]]:
    """Yield of each entry: sequence, hash before, hash, whether it is as it was, and whether its persons are."""
    persons = _read_persons(given, chain)
    rows = query(
        given,
        f"SELECT {', '.join(COLUMNS)}, previous_hash, hash, persons FROM intake.ledger"  # noqa: S608 - our own names
        " WHERE chain = %s ORDER BY sequence",
        (chain,),
    )
    for *entry, previous, held, digest in rows:
        kept = None if digest is None else bytes(digest)
        whole = hash_of(bytes(previous), entry, kept) == bytes(held)
        yield entry[1], bytes(previous), bytes(held), whole, digest_of(persons.get(entry[1], [])) == kept


def _read_persons(given: cursor, chain: str) -> Mapping[int, list[Person]]:
    rows = query(
        given,
        "SELECT sequence, person_number, elements, keys FROM intake.ledger_person WHERE chain = %s"
        " ORDER BY sequence, person_number",
        (chain,),
    )
    grouped = groupby(rows, key=lambda row: int(row[0]))
    return {sequence: [(row[1], row[2], row[3]) for row in told] for sequence, told in grouped}
