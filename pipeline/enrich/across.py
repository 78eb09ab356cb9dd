"""What only all units together show: who is who, tonight and before, and which registrations are one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline.enrich.link import link
from pipeline.enrich.same_event import EVENTS, same_events
from pipeline.enrich.within import candidates_within
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
    """All units' registrations of a night that may be kept (`enrich.keep`), under rows that are unique in the night."""

    registration: pl.DataFrame
    """keep.registrations_to_keep, and `outcome` and `regions`."""
    person: pl.DataFrame
    """keep.persons_to_keep."""

    def looked_at(self) -> pl.DataFrame:
        """Return the persons whose past somebody will see."""
        seen = self.registration.filter(pl.col("outcome").is_in(LOOKED_AT)).select("row")
        return self.person.join(seen, on="row", how="semi", maintain_order="left")


@dataclass(frozen=True)
class Earlier:
    """What the history holds of the registrations that tonight's persons may have met."""

    facts: pl.DataFrame
    """load.history.EARLIER_FACTS."""
    persons: pl.DataFrame
    """load.history.EARLIER_PERSONS."""

    def and_tonight(self, tonight: Tonight) -> Earlier:
        """Add tonight's own registrations: one unit's report may be another's past."""
        registration = tonight.registration.rename(AS_EARLIER).select(self.facts.columns)
        person = (
            tonight.person.rename({**AS_EARLIER, "person_number": "earlier_person_number"})
            .join(tonight.registration.select("row", "night"), on="row")
            .with_columns(pl.col("given_sound").list.first().alias("given_first"))
            .select(self.persons.columns)
        )
        facts = pl.concat([self.facts, registration]).unique(EARLIER, keep="last", maintain_order=True)
        persons = pl.concat([self.persons, person]).unique(
            [*EARLIER, "earlier_person_number"], keep="last", maintain_order=True
        )
        return Earlier(facts, persons)


def link_persons(tonight: Tonight, asked: pl.DataFrame, candidates: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """Link the persons that somebody will look at to earlier ones, and to those of tonight's other registrations.

    Args:
        tonight: all units' registrations.
        asked: blocking.asked_keys of `tonight.looked_at()`.
        candidates: what the history answered to them (link.CANDIDATES).
        weights: the policy of `linking.toml`.

    Returns:
        link.LINKS, with unit, registration_number, version and role of tonight's person.
    """
    within = candidates_within(tonight.person, asked)
    pairs = pl.concat([candidates, within.select(candidates.columns)]).unique(
        ["row", "person_number", *EARLIER, "earlier_person_number"], maintain_order=True
    )
    named = tonight.person.select("row", "person_number", *VERSION, "role")
    return link(tonight.looked_at(), pairs, weights).join(named, on=["row", "person_number"], maintain_order="left")


def find_carried(
    tonight: Tonight, links: pl.DataFrame, earlier: Earlier, standing: pl.DataFrame, policy: SameEvent
) -> pl.DataFrame:
    """Find the registrations that another one carries because they are of one event.

    What was delivered before tonight carries what comes later; else the first that the police knew of carries the
    others. A carrier goes to every region that the other would have gone to: else each goes by itself.

    Args:
        tonight: all units' registrations.
        links: `link_persons`.
        earlier: facts and persons of the registrations in `links` and of those at the places of tonight.
        standing: STANDING, for the numbers in `earlier`.
        policy: minutes.

    Returns:
        CARRIED, in order of unit, number and version.
    """
    members = _members(tonight, earlier, standing)
    groups = same_events(members.select(EVENTS), _between(members, links, earlier), policy)
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


def _members(tonight: Tonight, earlier: Earlier, standing: pl.DataFrame) -> pl.DataFrame:
    """Return the registrations that can be of one event: EVENTS, row, danger, regions, state.

    `state`, in the order in which they carry: `delivered` before tonight, `tonight`, `taken_along` before tonight.
    """
    named = tonight.person.select("row").unique().with_columns(pl.lit(value=False).alias("bare"))
    new = (
        tonight.registration.filter(pl.col("outcome") == "forward")
        .join(named, on="row", how="left")
        .with_columns(pl.col("bare").fill_null(value=True), pl.lit("tonight").alias("state"))
    )
    people = earlier.persons.select(EARLIER).unique().with_columns(pl.lit(value=False).alias("bare"))
    state = (
        pl.when(pl.col("outcome") == "forward")
        .then(pl.lit("delivered"))
        .when((pl.col("outcome") == "duplicate") & pl.col("carried_by").is_not_null())
        .then(pl.lit("taken_along"))
    )
    old = (
        earlier.facts.rename(dict(zip(EARLIER, VERSION, strict=True)))
        .join(standing.with_columns(state.alias("state")).drop_nulls("state"), on=VERSION)
        .join(tonight.registration, on=NUMBER, how="anti")  # tonight's version speaks for its number
        .join(people, left_on=VERSION, right_on=EARLIER, how="left")
        .with_columns(pl.col("bare").fill_null(value=True), pl.lit(None, pl.Int64).alias("row"))
    )
    columns = [*EVENTS, "row", "danger", "regions", "state"]
    order = pl.Enum(["delivered", "tonight", "taken_along"])
    return pl.concat([new.select(columns), old.select(columns)]).with_columns(pl.col("state").cast(order))


def _between(members: pl.DataFrame, links: pl.DataFrame, earlier: Earlier) -> pl.DataFrame:
    """Return the links between two members, as `same_events` reads them."""
    roles = earlier.persons.select(*EARLIER, "earlier_person_number", pl.col("role").alias("earlier_role"))
    keys = members.select(VERSION)
    return (
        links.join(keys, on=VERSION, how="semi")
        .join(keys, left_on=EARLIER, right_on=VERSION, how="semi")
        .join(roles, on=[*EARLIER, "earlier_person_number"], how="left")
        .select(*NUMBER, "role", "earlier_unit", "earlier_number", "earlier_role", "kind")
    )
