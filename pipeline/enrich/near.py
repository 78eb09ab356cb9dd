"""Registrations that are so near to another one, by persons and moment or by place, that both can be of one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline.enrich.across import AS_EARLIER, EARLIER, NUMBER, VERSION
from pipeline.policy.enrichment import SameEvent

EVENT_LINKS: Final = ["row", *VERSION, "role", *EARLIER, "earlier_role", "kind", "weight"]
"""What is read of a link to tell whether two registrations are of one event."""


@dataclass(frozen=True)
class Near:
    """Registrations of which each can be of one event with another one."""

    links: pl.DataFrame
    """`links_at_once` of all parts."""
    tonight: pl.DataFrame
    """Tonight.registration, those with a number of `earlier` too: tonight's version speaks for it."""
    earlier: pl.DataFrame
    """EARLIER_FACTS."""

    def but(self, shown: pl.DataFrame) -> Near:
        """Return it without the registrations (of any version) that `shown` (VERSION) names."""
        tonight = self.tonight.join(shown, on=NUMBER, how="anti", maintain_order="left")
        earlier = self.earlier.join(shown, left_on=EARLIER[:2], right_on=NUMBER, how="anti", maintain_order="left")
        return Near(self.links, tonight, earlier)

    def numbers(self) -> pl.DataFrame:
        """Return earlier_unit, earlier_number of all of them."""
        tonight = self.tonight.select(pl.col(NUMBER).name.map(AS_EARLIER.__getitem__))
        return pl.concat([self.earlier.select(EARLIER[:2]), tonight]).unique()


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


def between(members: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Return the links between two members, as `same_events` reads them."""
    keys = members.select(VERSION)
    return (
        links.join(keys, on=VERSION, how="semi")
        .join(keys, left_on=EARLIER, right_on=VERSION, how="semi")
        .select(*NUMBER, "role", "earlier_unit", "earlier_number", "earlier_role", "kind", "weight")
    )
