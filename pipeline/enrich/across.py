"""What only all units together show: who is who, tonight and before, and which registrations are one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline.enrich.link import Names, link
from pipeline.enrich.same_event import EVENTS, same_events
from pipeline.policy.enrichment import SameEvent
from pipeline.policy.linking import Weights

NUMBER: Final = ["unit", "registration_number"]
VERSION: Final = [*NUMBER, "version"]
EARLIER: Final = ["earlier_unit", "earlier_number", "earlier_version"]
AS_EARLIER: Final = dict(zip(VERSION, EARLIER, strict=True))
"""What the key of a registration is called where it is the earlier one of a pair."""
LOOKED_AT: Final = ("forward", "hold")
"""Outcomes of which somebody sees the past: Veilig Thuis, or the desk."""
STANDING: Final = pl.Schema(
    {
        "unit": pl.String(),
        "registration_number": pl.String(),
        "version": pl.Int64(),
        "outcome": pl.String(),
        "regions": pl.List(pl.String),
        "carried_by": pl.String(),
    }
)
"""What became of registrations of earlier exports (`load.intake.standing`)."""
CARRIED: Final = pl.Schema(
    {
        "row": pl.Int64(),
        **{name: STANDING[name] for name in VERSION},
        "danger": pl.List(pl.String),
        "carrier_row": pl.Int64(),
        **{f"carrier_{name}": STANDING[name] for name in VERSION},
        "carrier_regions": pl.List(pl.String),
        "evidence": pl.List(pl.String),
    }
)
"""A registration that another one carries. `row` is null where it was carried before tonight already; a carrier that
was delivered before tonight has a `carrier_row` below 0, one a carrier."""


@dataclass(frozen=True)
class Tonight:
    """Registrations of a night that may be kept (`enrich.keep`), under rows that are unique in the night."""

    registration: pl.DataFrame
    """keep.registrations_to_keep, and `outcome` and `regions`."""
    person: pl.DataFrame
    """keep.persons_to_keep."""

    def looked_at(self) -> pl.DataFrame:
        """Return the persons whose past somebody will see."""
        seen = self.registration.filter(pl.col("outcome").is_in(LOOKED_AT)).select("row")
        return self.person.join(seen, on="row", how="semi", maintain_order="left")


@dataclass(frozen=True)
class Past:
    """The registrations that persons of tonight may have been met in; those of tonight are among them.

    One line a registration, no person: this is what of a night is held in memory as a whole.
    """

    earlier: pl.DataFrame
    """load.history.EARLIER_FACTS of what the history holds."""
    tonight: pl.DataFrame
    """Tonight.registration of all units."""

    def of(self, links: pl.DataFrame) -> pl.DataFrame:
        """Return the facts (load.history.EARLIER_FACTS) of every version of the registrations that `links` names."""
        number = EARLIER[:2]
        named = links.select(number).unique()
        new = self.tonight.join(named, left_on=NUMBER, right_on=number, how="semi", maintain_order="left")
        old = self.earlier.join(named, on=number, how="semi", maintain_order="left")
        facts = pl.concat([old, new.rename(AS_EARLIER).select(old.columns)])
        return facts.unique(EARLIER, keep="last", maintain_order=True)

    def at_once(self, links: pl.DataFrame, policy: SameEvent) -> pl.DataFrame:
        """Return the links between registrations that became known so near to each other that they can be one event."""
        known = self.tonight.select("row", pl.col("known_at").alias("known"))
        apart = (pl.col("known") - pl.col("known_at")).dt.total_minutes().abs()
        facts = self.of(links).select(*EARLIER, "known_at")
        return (
            links.join(known, on="row", maintain_order="left")
            .join(facts, on=EARLIER, maintain_order="left")
            .filter(apart <= policy.known_within_minutes)
            .select(links.columns)
        )

    def of_one_event(self, links: pl.DataFrame) -> pl.DataFrame:
        """Return what of the history can be of one event with tonight's: by `at_once` links, or by place."""
        places = self.tonight.select("place").drop_nulls().unique()
        return pl.concat(
            [
                self.earlier.join(links, on=EARLIER, how="semi"),
                self.earlier.join(places, on="place", how="semi"),
            ]
        ).unique(EARLIER, maintain_order=True)


def link_persons(
    looked_at: pl.DataFrame, candidates: pl.DataFrame, weights: Weights, names: Names | None = None
) -> pl.DataFrame:
    """Link the persons that somebody will look at to earlier ones, and to those of tonight's other registrations.

    Args:
        looked_at: `Tonight.looked_at`.
        candidates: what the history answered, and then `within.candidates_within`: link.CANDIDATES.
        weights: the policy of `linking.toml`.
        names: as `link.link` takes them.

    Returns:
        link.LINKS, with unit, registration_number, version and role of tonight's person.
    """
    pairs = candidates.unique(["row", "person_number", *EARLIER, "earlier_person_number"], maintain_order=True)
    named = looked_at.select("row", "person_number", *VERSION, "role")
    return link(looked_at, pairs, weights, names).join(named, on=["row", "person_number"], maintain_order="left")


def find_carried(
    tonight: pl.DataFrame, links: pl.DataFrame, earlier: pl.DataFrame, standing: pl.DataFrame, policy: SameEvent
) -> pl.DataFrame:
    """Find the registrations that another one carries because they are of one event.

    What was delivered before tonight carries what comes later; else the first that the police knew of carries the
    others. A carrier goes to every region that the other would have gone to: else each goes by itself.

    Args:
        tonight: Tonight.registration of all units.
        links: `link_persons`, of all parts; `Past.at_once` is enough.
        earlier: `Past.of_one_event`.
        standing: STANDING, for the numbers in `earlier`.
        policy: minutes.

    Returns:
        CARRIED, in order of unit, number and version.
    """
    members = _members(tonight, earlier, standing)
    groups = same_events(members.select(EVENTS), _between(members, links), policy)
    grouped = groups.select(*NUMBER, "event", "order", "evidence").join(members, on=NUMBER)
    can_carry = grouped.filter(pl.col("state").is_in(["delivered", "tonight"])).sort("state", "order")
    carriers = can_carry.unique("event", keep="first", maintain_order=True).select(
        "event",
        pl.col("state").alias("carrier_state"),
        pl.col("row", *VERSION, "regions").name.prefix("carrier_"),
    )
    return (
        grouped.join(carriers, on="event")
        .filter(pl.concat_str(NUMBER) != pl.concat_str(f"carrier_{name}" for name in NUMBER))
        .filter(
            (pl.col("state") == "tonight") & (pl.col("regions").list.set_difference("carrier_regions").list.len() == 0)
            | (pl.col("state") == "taken_along") & (pl.col("carrier_state") == "tonight")
        )
        .with_columns(
            pl.coalesce(
                "carrier_row", -pl.concat_str(f"carrier_{name}" for name in VERSION).rank("dense").cast(pl.Int64)
            )
        )
        .select(CARRIED.names())
        .cast(CARRIED)
        .sort(VERSION)
    )


def _members(tonight: pl.DataFrame, earlier: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """Return the registrations that can be of one event: EVENTS, row, danger, regions, state.

    `state`, in the order in which they carry: `delivered` before tonight, `tonight`, `taken_along` before tonight.
    """
    new = tonight.filter(pl.col("outcome") == "forward").with_columns(pl.lit("tonight").alias("state"))
    state = (
        pl.when(pl.col("outcome") == "forward")
        .then(pl.lit("delivered"))
        .when((pl.col("outcome") == "duplicate") & pl.col("carried_by").is_not_null())
        .then(pl.lit("taken_along"))
    )
    old = (
        earlier.rename(dict(zip(EARLIER, VERSION, strict=True)))
        .join(standing.with_columns(state.alias("state")).drop_nulls("state"), on=VERSION)
        .join(tonight, on=NUMBER, how="anti")  # tonight's version speaks for its number
        .with_columns(pl.lit(None, pl.Int64).alias("row"))
    )
    columns = [*EVENTS, "row", "danger", "regions", "state"]
    order = pl.Enum(["delivered", "tonight", "taken_along"])
    return pl.concat([new.select(columns), old.select(columns)]).with_columns(pl.col("state").cast(order))


def _between(members: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Return the links between two members, as `same_events` reads them."""
    keys = members.select(VERSION)
    return (
        links.join(keys, on=VERSION, how="semi")
        .join(keys, left_on=EARLIER, right_on=VERSION, how="semi")
        .select(*NUMBER, "role", "earlier_unit", "earlier_number", "earlier_role", "kind")
    )
