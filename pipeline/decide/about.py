"""Whom a delivery is about: for the ledger, by kind of element and keyed hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pipeline.decide.disclosed import kinds_told
from pipeline.enrich.ledger_keys import ledger_keys
from pipeline.policy.rules import Element
from pipeline.schema import KEY, VERSION_KEY

ABOUT: Final = pl.Schema(
    {
        **VERSION_KEY,
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
    governed = {name: element for name, element in governing.items() if name != "person.person_number"}
    place = [*KEY, "person_number"]
    told = [
        kinds_told(table.with_columns(whose="person_number"), [*KEY, "whose"], name, governed)
        for name, table in (("person", person), ("prior_incident", prior_incident))
    ]
    kinds = pl.concat(told).rename({"whose": "person_number"}).unique()
    elements = kinds.group_by(place).agg(pl.col("kind").sort().alias("elements"))
    return (
        person.select(*place, ledger_keys(person, secret))
        .filter(pl.col("keys").list.len() > 0)
        .join(elements, on=place, how="left", maintain_order="left")
        .with_columns(pl.col("elements").fill_null(pl.lit([], pl.List(pl.String))))
        .select(ABOUT.names())
        .cast(ABOUT)
    )
