"""Registrations that another one carries, because they are of one event."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.enrich.across import EARLIER, NUMBER, VERSION
from pipeline.enrich.near import Near, between
from pipeline.enrich.same_event import EVENTS, same_events
from pipeline.policy.enrichment import SameEvent
from pipeline.schema import VERSION_KEY

STANDING: Final = pl.Schema(
    {
        **VERSION_KEY,
        "outcome": pl.String(),
        "regions": pl.List(pl.String),
        "carried_by": pl.String(),
    }
)
"""What became of registrations of earlier exports (`load.carried.standing`)."""
LOADED: Final = pl.Schema({**VERSION_KEY, "loaded": pl.List(pl.String), "names": pl.List(pl.String)})
"""A report that came to regions: where it stands (`loaded`; nowhere when it was taken back), and the numbers that it
names in each of them."""
CARRIER: Final = [f"carrier_{name}" for name in VERSION]
CARRIED: Final = pl.Schema(
    {
        "row": pl.Int64(),
        **VERSION_KEY,
        "danger": pl.List(pl.String),
        "carrier_row": pl.Int64(),
        **dict(zip(CARRIER, VERSION_KEY.dtypes(), strict=True)),
        "carrier_regions": pl.List(pl.String),
        "evidence": pl.List(pl.String),
    }
)
"""A registration that another one carries.

`row` is null where it was carried before tonight already. `carrier_row` is the carrier's own row where the carrier
comes to regions tonight; it is below 0, a number for each carrier, where the carrier's report stands there and is
amended. A carrier of tonight that an earlier attempt brought to some of its regions, without this one, has both lines.
"""


def find_carried(near: Near, standing: pl.DataFrame, loaded: pl.DataFrame, policy: SameEvent) -> pl.DataFrame:
    """Find the registrations that another one carries because they are of one event.

    What was delivered before carries what comes later; else the first that the police knew of carries the others. A
    carrier goes to every region that the other would have gone to, be it that an earlier attempt at the night reached
    only some of them: else each goes by itself.

    Args:
        near: of the night.
        standing: STANDING, for the numbers of what is near.
        loaded: LOADED, what an earlier attempt at the night brought to regions.
        policy: minutes.

    Returns:
        CARRIED, in order of unit, number and version.
    """
    members = _members(near, standing, loaded)
    groups = same_events(members.select(EVENTS), between(members, near.links), policy)
    grouped = groups.select(*NUMBER, "event", "order", "evidence").join(members, on=NUMBER)
    carriers = grouped.sort("state", "order").unique("event", keep="first", maintain_order=True)
    carriers = carriers.select("event", pl.col("row", *VERSION, "regions", "loaded", "names").name.prefix("carrier_"))
    is_late = (~pl.col("registration_number").is_in("carrier_names")).fill_null(value=False)
    of_tonight = pl.col("carrier_row").is_not_null()
    elsewhere_too = pl.col("regions").list.set_difference("carrier_regions").list.len() > 0
    goes_along = (pl.col("state") == "tonight") & ~elsewhere_too
    is_carried_on = (pl.col("state") == "taken_along") & of_tonight & ~is_late
    found = (
        grouped.join(carriers, on="event")
        .filter(pl.concat_str(NUMBER, separator=" ") != pl.concat_str(CARRIER[:2], separator=" "))
        .filter(goes_along | is_carried_on)
    )
    added = found.filter(~of_tonight | is_late).with_columns(
        -pl.concat_str(CARRIER, separator=" ").rank("dense").cast(pl.Int64).alias("carrier_row"),
        pl.coalesce("carrier_loaded", "carrier_regions").alias("carrier_regions"),
    )
    lines = pl.concat(some.select(CARRIED.names()).cast(CARRIED) for some in (found.filter(of_tonight), added))
    return lines.sort(VERSION, maintain_order=True)


def _members(near: Near, standing: pl.DataFrame, loaded: pl.DataFrame) -> pl.DataFrame:
    """Return the registrations that can be of one event: EVENTS, row, danger, regions, state, and as LOADED.

    `state`, in the order in which they carry: `delivered` before tonight, `loaded` by an earlier attempt at the night,
    `tonight`, `taken_along` before tonight.
    """
    new = near.tonight.filter(pl.col("outcome") == "forward").join(
        loaded, on=VERSION, how="left", maintain_order="left"
    )
    stands = pl.col("loaded").is_not_null()
    new = new.with_columns(pl.when(stands).then(pl.lit("loaded")).otherwise(pl.lit("tonight")).alias("state"))
    state = (
        pl.when(pl.col("outcome") == "forward")
        .then(pl.lit("delivered"))
        .when((pl.col("outcome") == "duplicate") & pl.col("carried_by").is_not_null())
        .then(pl.lit("taken_along"))
    )
    old = (
        near.earlier.rename(dict(zip(EARLIER, VERSION, strict=True)))
        .join(standing.with_columns(state.alias("state")).drop_nulls("state"), on=VERSION)
        .join(new, on=NUMBER, how="anti")  # what is held of it tonight, and did not take it back, changes nothing
        .with_columns(pl.lit(None, pl.Int64).alias("row"))
        .with_columns(pl.lit(None, LOADED[name]).alias(name) for name in ("loaded", "names"))
    )
    columns = [*EVENTS, "row", "danger", "regions", "state", "loaded", "names"]
    order = pl.Enum(["delivered", "loaded", "tonight", "taken_along"])
    return pl.concat([new.select(columns), old.select(columns)]).with_columns(pl.col("state").cast(order))
