"""Whom a delivery is about: for the ledger, by kind of element and keyed hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pipeline.decide.report import KEY
from pipeline.enrich.asked import kept_keys
from pipeline.policy.rules import Element

ABOUT: Final = pl.Schema(
    {
        "unit": pl.String(),
        "registration_number": pl.String(),
        "version": pl.Int64(),
        "person_number": pl.Int64(),
        "elements": pl.List(pl.String()),
        "keys": pl.List(pl.Int64()),
    }
)
"""Whom a disclosure was about: the kinds of element that it held of each person, and keyed hashes to ask by."""


def disclosed_about(
    person: pl.DataFrame, prior_incident: pl.DataFrame, governing: Mapping[str, Element], secret: bytes
) -> pl.DataFrame:
    """Return (ABOUT) the persons of a delivery who can be asked for.

    Args:
        person: rows of the staging table `person`, with `row`.
        prior_incident: rows of the staging table of that name.
        governing: the element in force for each `table.column`.
        secret: the installation's key.
    """
    kinds = {name: element.id for name, element in governing.items() if name != "person.person_number"}
    with_past: dict[tuple[object, ...], set[str]] = {}
    for row in prior_incident.iter_rows(named=True):
        told = with_past.setdefault(tuple(row[name] for name in (*KEY, "person_number")), set())
        told |= _kinds(row, "prior_incident", kinds)
    rows = []
    for row, keys in zip(person.iter_rows(named=True), kept_keys(person, secret), strict=True):
        if keys:
            place = tuple(row[name] for name in (*KEY, "person_number"))
            elements = _kinds(row, "person", kinds) | with_past.get(place, set())
            rows.append((*place, sorted(elements), keys))
    return pl.DataFrame(rows, schema=ABOUT, orient="row")


def _kinds(row: Mapping[str, object], table: str, kinds: Mapping[str, str]) -> set[str]:
    """Return the kinds of element of which a row holds a value; its key is no element of the person."""
    told = (column for column, value in row.items() if column not in KEY and tells(column, value))
    return {kinds[f"{table}.{column}"] for column in told if f"{table}.{column}" in kinds}


def tells(column: str, value: object) -> bool:
    """Return whether a value tells anything: that an address is not secret discloses nothing."""
    return value is not None and not (column == "secret_address" and value is False)
