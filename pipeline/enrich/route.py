"""Which Veilig Thuis region a registration goes to, and which persons each region gets.

The home of the victim or the child decides, else the place of the incident (Handelingsprotocol VT: the region where
the persons live). A secret address is never read here: it goes where the unit's agreement says, else to the desk.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol

import polars as pl

from pipeline.enrich.address import ADDRESS_KEYS, locate
from pipeline.policy.reference import Reference
from pipeline.schema import Tables

DECIDING = ("SO", "KI")
DIVIDED = (*DECIDING, "HU")
"""Who belongs to one part of a family. A suspect or a parent to each: neither part can be weighed without them."""


class RoutingAgreement(Protocol):
    """What routing reads of a unit's agreement."""

    @property
    def secret_address_region(self) -> str | None:
        """The region that takes reports of persons at a secret address, or None: a person decides."""


def route(tables: Tables, reference: Reference, agreement: RoutingAgreement | None, night: date) -> pl.DataFrame:
    """Route every registration of `tables`.

    Returns:
        One row a registration, in its order: `row`; `regions` (list, the deciding home's first, empty: to the desk);
        `routed_by` (victim_home, child_home, incident, agreement or null); `route_reasons` (list of `unroutable`,
        `secret_address`, `address_contradiction`, `address_between_regions`, `home_unresolved`, `several_regions`).
    """
    homes = _homes(tables.registration, tables.person, reference, agreement, night)
    incident = locate(tables.registration.select("row", *ADDRESS_KEYS), reference, night)
    by_home = homes.group_by("row", maintain_order=True).agg(
        pl.col("region").drop_nulls().unique(maintain_order=True).alias("home_regions"),
        pl.col("routed_by").filter(pl.col("region").is_not_null()).first().alias("home_by"),
        (pl.col("secret") & pl.col("region").is_null()).any().alias("secret_unplaced"),
        pl.col("secret").any().alias("secret"),
        pl.col("contradiction").any().alias("home_contradiction"),
        (pl.col("has_address") & pl.col("region").is_null()).any().alias("home_unresolved"),
        pl.col("several").any().alias("home_between"),
    )
    joined = incident.join(by_home, on="row", how="left", maintain_order="left").with_columns(
        pl.col("home_regions").fill_null([]),
        pl.col("secret", "secret_unplaced", "home_contradiction", "home_unresolved", "home_between").fill_null(
            value=False
        ),
    )
    return joined.with_columns(_regions().alias("regions")).select(
        "row", "regions", _routed_by().alias("routed_by"), _reasons().alias("route_reasons")
    )


def persons_by_region(
    tables: Tables, reference: Reference, agreement: RoutingAgreement | None, night: date, routed: pl.DataFrame
) -> pl.DataFrame:
    """Return which persons each region of `routed` gets: `row`, `region`, `person_number`.

    One region gets everybody. Of a family in two regions each gets the victims and children who live there (and those
    of whom nobody knows in which), every suspect and parent, housemates of its own people, and sources by their role.
    A victim is a parent too where the relations say so: she goes wherever a child of hers lives.
    """
    wanted = routed.select("row", pl.col("regions").alias("region")).explode("region", empty_as_null=False)
    several = routed.filter(pl.col("regions").list.len() > 1).select("row")
    persons = tables.person.select("row", "person_number")
    key = ["row", "region", "person_number"]
    everybody = wanted.join(persons.join(several, on="row", how="anti"), on="row").select(key)
    if several.is_empty():
        return everybody.unique().sort(key)
    divided = wanted.join(several, on="row", how="semi")
    family = tables.person.join(several, on="row", how="semi")
    registration = tables.registration.join(several, on="row", how="semi")
    homes = _homes(registration, family, reference, agreement, night, roles=DIVIDED)
    lives = homes.select("row", "person_number", "region").join(divided, on=["row", "region"], how="semi")
    lives = lives.rename({"region": "home"})
    theirs = (
        divided.join(persons, on="row")
        .join(lives, on=["row", "person_number"], how="left")
        .filter(pl.col("home").is_null() | (pl.col("home") == pl.col("region")))
    )
    with_children = (
        _parents(family)
        .join(lives, left_on=["row", "child"], right_on=["row", "person_number"])
        .select("row", "person_number", pl.col("home").alias("region"))
    )
    given = pl.concat([everybody, theirs.select(key), with_children.select(key)])
    return given.unique().sort(key)


def _parents(family: pl.DataFrame) -> pl.DataFrame:
    """Return row, person_number, child: whose child each child is, by its own relation or by the parent's."""
    numbers = family.select("row", "person_number")
    children = family.filter(pl.col("role") == "KI")
    by_child = children.filter(pl.col("relation") == "kind").select(
        "row", pl.col("relation_to").alias("person_number"), pl.col("person_number").alias("child")
    )
    by_parent = family.filter(pl.col("relation") == "ouder").select(
        "row", "person_number", pl.col("relation_to").alias("child")
    )
    of_children = by_parent.join(children, left_on=["row", "child"], right_on=["row", "person_number"], how="semi")
    return pl.concat([by_child.join(numbers, on=["row", "person_number"], how="semi"), of_children])


def _homes(
    registration: pl.DataFrame,
    person: pl.DataFrame,
    reference: Reference,
    agreement: RoutingAgreement | None,
    night: date,
    roles: Collection[str] = DECIDING,
) -> pl.DataFrame:
    """The homes that can decide, the first to decide first: a child's in a youth concern, else a victim's."""
    youth = registration.select("row", (pl.col("kind") == "ZJ").fill_null(value=False).alias("youth"))
    homes = person.filter(pl.col("role").is_in(list(roles))).select(
        "row",
        "person_number",
        "role",
        *ADDRESS_KEYS,
        # receiving read an empty flag as the agreement says: one that is still unknown could not be read
        pl.col("secret_address").fill_null(value=True).alias("secret"),
    )
    # A secret address is emptied before it is looked up, so that nothing that follows can show it.
    open_homes = homes.with_columns(pl.when(~pl.col("secret")).then(pl.col(ADDRESS_KEYS)))
    named = agreement.secret_address_region if agreement else None
    rank = (pl.col("role") == pl.when(pl.col("youth")).then(pl.lit("SO")).otherwise(pl.lit("KI"))).alias("later")
    return (
        locate(open_homes, reference, night)
        .join(youth, on="row")
        .with_columns(
            rank,
            pl.any_horizontal(pl.col(ADDRESS_KEYS).is_not_null()).alias("has_address"),
            pl.when(pl.col("secret")).then(pl.lit(named, dtype=pl.String)).otherwise(pl.col("region")).alias("region"),
            _home_of().alias("routed_by"),
        )
        .sort("row", "later", "person_number")
    )


def _home_of() -> pl.Expr:
    home = pl.when(pl.col("role") == "SO").then(pl.lit("victim_home")).otherwise(pl.lit("child_home"))
    return pl.when(pl.col("secret")).then(pl.lit("agreement")).otherwise(home)


def _regions() -> pl.Expr:
    nowhere = pl.lit([], dtype=pl.List(pl.String))
    by_incident = pl.when(pl.col("region").is_not_null()).then(pl.concat_list("region")).otherwise(nowhere)
    return (
        pl.when(pl.col("secret_unplaced"))
        .then(nowhere)
        .when(pl.col("home_regions").list.len() > 0)
        .then(pl.col("home_regions"))
        .otherwise(by_incident)
    )


def _routed_by() -> pl.Expr:
    by = pl.coalesce("home_by", pl.when(pl.col("region").is_not_null()).then(pl.lit("incident")))
    return pl.when(pl.col("regions").list.len() > 0).then(by)


def _reasons() -> pl.Expr:
    by_incident = pl.col("home_regions").list.len() == 0
    contradiction = pl.col("home_contradiction") | (by_incident & pl.col("contradiction"))
    unroutable = ~pl.col("secret_unplaced") & (pl.col("regions").list.len() == 0)
    reasons = {
        "secret_address": pl.col("secret"),
        "unroutable": unroutable,
        "address_contradiction": contradiction,
        "address_between_regions": unroutable & (pl.col("home_between") | pl.col("several")),
        "home_unresolved": pl.col("home_unresolved"),
        "several_regions": pl.col("regions").list.len() > 1,
    }
    return pl.concat_list(pl.when(when).then(pl.lit(code)) for code, when in reasons.items()).list.drop_nulls()
