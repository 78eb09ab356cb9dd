"""Canonical tables for tests: say only the columns that matter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl

from pipeline import schema
from pipeline.schema import ROW, Table, Tables

KNOWN_AT = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
NUMBER = "PL0600-2026000001"

FOUNDED: dict[str, Any] = {
    "registration_number": NUMBER,
    "version": 1,
    "retracted": False,
    "kind": "HG",
    "known_at": KNOWN_AT,
    "committed_from": KNOWN_AT,
    "street": "Dorpsstraat",
    "house_number": "1",
    "postcode": "2511AA",
    "place": "'s-Gravenhage",
    "municipality_code": "0518",
    "legal_regime": "8",
    "removed": False,
    "embargo": False,
    "shielded": False,
    "contact_department": "Loket",
    "contact_phone": "0900-0000",
    "suspicion": "01",
    "description": "Ter plaatse zagen wij dat het slachtoffer een blauw oog had.",
    "problems": [],
    "content_hash": "0",
}
"""A registration that passes every gate; with VICTIM and SUSPECT it is well founded."""

VICTIM: dict[str, Any] = {
    "person_number": 1,
    "role": "SO",
    "family_name": "Testman",
    "given_names": "Ada",
    "birth_date": "1990-03-04",
    "secret_address": False,
    "postcode": "2511AA",
    "house_number": "1",
    "municipality_code": "0518",
    "relation": "partner",
    "relation_to": 2,
}
SUSPECT: dict[str, Any] = VICTIM | {"person_number": 2, "role": "VE", "given_names": "Bob", "relation_to": 1}


def registrations(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of registration, each FOUNDED but for what is given; ROW counts up unless given."""
    extra = {ROW: pl.Int64(), "problems": pl.List(pl.String), "content_hash": pl.String()}
    return _frame(schema.REGISTRATION, [{ROW: place} | FOUNDED | row for place, row in enumerate(rows)], extra)


def persons(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of person, of registration 0 unless given; nothing known but what is given."""
    return _frame(schema.PERSON, [_child(row, "person_number", place) for place, row in enumerate(rows, 1)])


def entries(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of entry, of registration 0 unless given."""
    return _frame(schema.ENTRY, [_child(row, "entry_number", place) for place, row in enumerate(rows, 1)])


def prior_incidents(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of prior_incident, of person 1 of registration 0 unless given."""
    return _frame(schema.PRIOR_INCIDENT, [_child({"person_number": 1} | row, "person_number", 1) for row in rows])


def tables(
    *rows: dict[str, Any],
    person: list[dict[str, Any]] | None = None,
    entry: list[dict[str, Any]] | None = None,
    prior: list[dict[str, Any]] | None = None,
) -> Tables:
    """Whole tables; one founded registration with victim and suspect when nothing is given."""
    given = (VICTIM, SUSPECT) if person is None else person
    return Tables(
        registrations(*(rows or ({},))), persons(*given), entries(*entry or ()), prior_incidents(*prior or ())
    )


def _child(row: dict[str, Any], number: str, place: int) -> dict[str, Any]:
    return {ROW: 0, "registration_number": NUMBER, "version": 1, number: place} | row


def _frame(table: Table, rows: list[dict[str, Any]], extra: dict[str, Any] | None = None) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={**table.schema, **(extra or {ROW: pl.Int64()})}, strict=False)
