"""What only all units together show: who is who, tonight and before, and which registrations are one event."""

from __future__ import annotations

from collections.abc import Sequence
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
EVENT_LINKS: Final = ["row", *VERSION, "role", *EARLIER, "earlier_role", "kind", "weight"]
"""What is read of a link to tell whether two registrations are of one event."""
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
"""What became of registrations of earlier exports (`load.carried.standing`)."""
LOADED: Final = pl.Schema(
    {**{name: STANDING[name] for name in VERSION}, "loaded": pl.List(pl.String), "names": pl.List(pl.String)}
)
"""A report that came to regions: where it stands (`loaded`; nowhere when it was taken back), and the numbers that it
names in each of them."""
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
"""A registration that another one carries. `row` is null where it was carried before tonight already. A report that
stands and gets it has a `carrier_row` below 0, one a carrier. Of tonight's that stand already, and do not name it,
there are two lines: where the carrier stands it is added, and elsewhere it comes with the carrier."""


@dataclass(frozen=True)
class Tonight:
    """Registrations of a night that may be kept (`enrich.keep`), under rows that are unique in the night."""

    registration: pl.DataFrame
    """keep.registrations_to_keep, and `outcome` and `regions`."""
    person: pl.DataFrame
    """keep.persons_to_keep."""

    def looked_at(self) -> pl.DataFrame:
        """Return the persons whose past somebody will see."""
        return self.person.filter(self._is_seen())

    def asking(self) -> pl.DataFrame:
        """Return the persons who are looked for elsewhere: those of `looked_at`, and whoever has a secret address.

        A report that shows it may stand with Veilig Thuis, also where the registration that keeps it came back.
        """
        return self.person.filter(pl.col("secret") | self._is_seen())

    def _is_seen(self) -> pl.Expr:
        seen = self.registration.filter(pl.col("outcome").is_in(LOOKED_AT))
        return pl.col("row").is_in(seen["row"].implode())


def join_facts(earlier: pl.DataFrame, tonight: pl.DataFrame) -> pl.DataFrame:
    """Return what is known of registrations, each version once: what came tonight speaks before the history.

    Args:
        earlier: load.history.EARLIER_FACTS.
        tonight: Tonight.registration.

    Returns:
        The columns of `earlier`.
    """
    new = tonight.rename(AS_EARLIER).select(earlier.columns)
    return pl.concat([earlier, new]).unique(EARLIER, keep="last", maintain_order=True)


def links_at_once(links: pl.DataFrame, own: pl.DataFrame, met: pl.DataFrame, policy: SameEvent) -> pl.DataFrame:
    """Return the links between registrations that became known so near to each other that they can be one event.

    Args:
        links: `link_persons`.
        own: row and known_at of tonight's side.
        met: EARLIER_FACTS of the registrations that `links` names.
        policy: minutes.

    Returns:
        EVENT_LINKS.
    """
    known = own.select("row", pl.col("known_at").alias("known"))
    apart = (pl.col("known") - pl.col("known_at")).dt.total_minutes().abs()
    return (
        links.select(EVENT_LINKS)
        .join(known, on="row", maintain_order="left")
        .join(met.select(*EARLIER, "known_at"), on=EARLIER, maintain_order="left")
        .filter(apart <= policy.known_within_minutes)
        .select(EVENT_LINKS)
    )


def unnamed_places(tonight: pl.DataFrame, earlier: pl.DataFrame) -> pl.Series:
    """Return the places of tonight where some registration names nobody; given are `place`, `bare` of both."""
    met = earlier.join(tonight, on="place", how="semi")
    return pl.concat([tonight.select("place", "bare"), met]).filter("bare")["place"].drop_nulls().unique()


def can_be_one_event(
    registrations: pl.DataFrame, key: Sequence[str], named: pl.DataFrame, places: pl.Series
) -> pl.DataFrame:
    """Return the registrations that another one can be of one event with.

    Args:
        registrations: with `place`, and their `key`.
        key: VERSION as it is called here.
        named: VERSION of what `links_at_once` names, on either side.
        places: `unnamed_places`: there only place, class and moment can tell.
    """
    at_once = named.select(VERSION).unique().with_columns(pl.lit(value=True).alias("at_once"))
    told = registrations.join(at_once, left_on=key, right_on=VERSION, how="left", maintain_order="left")
    there = pl.col("place").is_in(places.implode())
    return told.filter((pl.col("at_once") | there).fill_null(value=False)).drop("at_once")


def link_persons(
    asking: pl.DataFrame, candidates: pl.DataFrame, weights: Weights, names: Names | None = None
) -> pl.DataFrame:
    """Link the persons who are looked for to earlier ones, and to those of tonight's other registrations.

    Args:
        asking: `Tonight.asking`.
        candidates: what the history answered, and then `within.candidates_within`: link.CANDIDATES.
        weights: the policy of `linking.toml`.
        names: as `link.link` takes them.

    Returns:
        link.LINKS, with unit, registration_number, version and role of tonight's person.
    """
    pairs = candidates.unique(["row", "person_number", *EARLIER, "earlier_person_number"], maintain_order=True)
    named = asking.select("row", "person_number", *VERSION, "role")
    return link(asking, pairs, weights, names).join(named, on=["row", "person_number"], maintain_order="left")


def find_carried(
    tonight: pl.DataFrame,
    links: pl.DataFrame,
    earlier: pl.DataFrame,
    standing: pl.DataFrame,
    loaded: pl.DataFrame,
    policy: SameEvent,
) -> pl.DataFrame:
    """Find the registrations that another one carries because they are of one event.

    What was delivered before carries what comes later; else the first that the police knew of carries the others. A
    carrier goes to every region that the other would have gone to, be it that an earlier attempt at the night reached
    only some of them: else each goes by itself.

    Args:
        tonight: Tonight.registration.
        links: `links_at_once`, of all parts.
        earlier: of the history; of it and of `tonight` is enough what `can_be_one_event`, but of tonight every number
            that `earlier` has.
        standing: STANDING, for the numbers in `earlier`.
        loaded: LOADED, what an earlier attempt at the night brought to regions of `tonight`.
        policy: minutes.

    Returns:
        CARRIED, in order of unit, number and version.
    """
    members = _members(tonight, earlier, standing, loaded)
    groups = same_events(members.select(EVENTS), between(members, links), policy)
    grouped = groups.select(*NUMBER, "event", "order", "evidence").join(members, on=NUMBER)
    carriers = grouped.sort("state", "order").unique("event", keep="first", maintain_order=True)
    carriers = carriers.select("event", pl.col("row", *VERSION, "regions", "loaded", "names").name.prefix("carrier_"))
    is_late = (~pl.col("registration_number").is_in("carrier_names")).fill_null(value=False)
    of_tonight = pl.col("carrier_row").is_not_null()
    found = (
        grouped.join(carriers, on="event")
        .filter(pl.concat_str(NUMBER) != pl.concat_str(f"carrier_{name}" for name in NUMBER))
        .filter(
            (pl.col("state") == "tonight") & (pl.col("regions").list.set_difference("carrier_regions").list.len() == 0)
            | (pl.col("state") == "taken_along") & of_tonight & ~is_late
        )
    )
    added = found.filter(~of_tonight | is_late).with_columns(
        -pl.concat_str(f"carrier_{name}" for name in VERSION).rank("dense").cast(pl.Int64).alias("carrier_row"),
        pl.coalesce("carrier_loaded", "carrier_regions").alias("carrier_regions"),
    )
    lines = pl.concat(some.select(CARRIED.names()).cast(CARRIED) for some in (found.filter(of_tonight), added))
    return lines.sort(VERSION, maintain_order=True)


def _members(
    tonight: pl.DataFrame, earlier: pl.DataFrame, standing: pl.DataFrame, loaded: pl.DataFrame
) -> pl.DataFrame:
    """Return the registrations that can be of one event: EVENTS, row, danger, regions, state, and as LOADED.

    `state`, in the order in which they carry: `delivered` before tonight, `loaded` by an earlier attempt at the night,
    `tonight`, `taken_along` before tonight.
    """
    new = tonight.filter(pl.col("outcome") == "forward").join(loaded, on=VERSION, how="left", maintain_order="left")
    stands = pl.col("loaded").is_not_null()
    new = new.with_columns(pl.when(stands).then(pl.lit("loaded")).otherwise(pl.lit("tonight")).alias("state"))
    state = (
        pl.when(pl.col("outcome") == "forward")
        .then(pl.lit("delivered"))
        .when((pl.col("outcome") == "duplicate") & pl.col("carried_by").is_not_null())
        .then(pl.lit("taken_along"))
    )
    old = (
        earlier.rename(dict(zip(EARLIER, VERSION, strict=True)))
        .join(standing.with_columns(state.alias("state")).drop_nulls("state"), on=VERSION)
        .join(new, on=NUMBER, how="anti")  # what is held of it tonight, and did not take it back, changes nothing
        .with_columns(pl.lit(None, pl.Int64).alias("row"))
        .with_columns(pl.lit(None, LOADED[name]).alias(name) for name in ("loaded", "names"))
    )
    columns = [*EVENTS, "row", "danger", "regions", "state", "loaded", "names"]
    order = pl.Enum(["delivered", "loaded", "tonight", "taken_along"])
    return pl.concat([new.select(columns), old.select(columns)]).with_columns(pl.col("state").cast(order))


def between(members: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Return the links between two members, as `same_events` reads them."""
    keys = members.select(VERSION)
    return (
        links.join(keys, on=VERSION, how="semi")
        .join(keys, left_on=EARLIER, right_on=VERSION, how="semi")
        .select(*NUMBER, "role", "earlier_unit", "earlier_number", "earlier_role", "kind", "weight")
    )
