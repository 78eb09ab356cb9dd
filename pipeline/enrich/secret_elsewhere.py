"""Registrations that show an address which another one keeps secret: neither they nor what would carry them may leave.

One that keeps no address secret shows what any other one of its event does: in its persons, its place or its text. One
that keeps some shows that of a person whom it lists openly. And whoever is linked with certainty to a person of the
same night has the same address there, whatever the event.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.enrich.across import AS_EARLIER, EARLIER, NUMBER, VERSION
from pipeline.enrich.near import Near, between
from pipeline.enrich.same_event import EVENTS, same_events
from pipeline.policy.enrichment import SameEvent
from pipeline.schema import VERSION_KEY

PERSON_LINKS: Final = [*VERSION, "person_number", *EARLIER, "earlier_person_number", "certain"]
"""What is read of a link between two persons; `certain`: a link, or SAME_PERSON."""
SAME_PERSON: Final = ("birth:exact", "family_name:exact", "given_name:exact")
"""Evidence that makes a hint as good as a link here: a secret address is not compared, and lacks in a link's weight. A
link too much discloses a past, and has its threshold for that; here one too few discloses the address."""
PAIR: Final = pl.Schema({**VERSION_KEY, **dict(zip(EARLIER, VERSION_KEY.dtypes(), strict=True))})
"""Two registrations of one event."""
SECRET_PERSONS: Final = [*VERSION, "person_number"]
"""The key of a person involved whose address is secret."""


def links_of_the_night(links: pl.DataFrame, own: pl.DataFrame, met: pl.DataFrame, policy: SameEvent) -> pl.DataFrame:
    """Return the links to persons of the same night, or of what became known as near as one event.

    Args:
        links: `across.link_persons`.
        own: row, night and known_at of tonight's side.
        met: EARLIER_FACTS of the registrations that `links` names.
        policy: minutes.

    Returns:
        PERSON_LINKS.
    """
    theirs = met.select(*EARLIER, pl.col("night").alias("their_night"), pl.col("known_at").alias("their_known_at"))
    apart = (pl.col("known_at") - pl.col("their_known_at")).dt.total_minutes().abs()
    same = pl.all_horizontal(pl.col("evidence").list.contains(one) for one in SAME_PERSON)
    other = pl.concat_str(NUMBER, separator=" ") != pl.concat_str(EARLIER[:2], separator=" ")
    return (
        links.filter(other)
        .with_columns(((pl.col("kind") == "link") | same).alias("certain"))
        .select("row", *PERSON_LINKS)
        .join(own.select("row", "night", "known_at"), on="row")
        .join(theirs, on=EARLIER)
        .filter((pl.col("night") == pl.col("their_night")) | (apart <= policy.known_within_minutes))
        .select(PERSON_LINKS)
    )


def shown_persons(links: pl.DataFrame, secret: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of registrations of which one lists openly whose address the other one keeps secret.

    Args:
        links: PERSON_LINKS.
        secret: SECRET_PERSONS of both sides.

    Returns:
        VERSION of the open one, EARLIER of the other one, whether the link is `certain`.
    """
    told = secret.select(SECRET_PERSONS).unique().with_columns(pl.lit(value=True).alias("ours"))
    theirs = told.rename({**AS_EARLIER, "person_number": "earlier_person_number", "ours": "theirs"})
    both = (
        links.join(told, on=SECRET_PERSONS, how="left")
        .join(theirs, on=[*EARLIER, "earlier_person_number"], how="left")
        .with_columns(pl.col("ours", "theirs").fill_null(value=False))
    )
    own = both.filter(~pl.col("ours") & pl.col("theirs")).select(*VERSION, *EARLIER, "certain")
    other = both.filter(pl.col("ours") & ~pl.col("theirs"))
    turned = [pl.col(there).alias(here) for here, there in zip([*VERSION, *EARLIER], [*EARLIER, *VERSION], strict=True)]
    return pl.concat([own, other.select(*turned, "certain")]).unique()


def shown_events(near: Near, secret: pl.DataFrame, shown: pl.DataFrame, policy: SameEvent) -> pl.DataFrame:
    """Return the registrations (VERSION) that show what another one of their event keeps secret, beside each other one.

    Whatever became of them: what is held or came back shows by its flag what must stay secret.

    Args:
        near: of a night or of one registration; what is of before and has a number of tonight's is left out.
        secret: VERSION of those of them that keep an address secret.
        shown: `shown_persons`: within one event a hint is enough.
        policy: minutes.

    Returns:
        PAIR: one line for each other registration of the event.
    """
    if secret.is_empty():
        return pl.DataFrame(schema=PAIR)
    old = near.earlier.rename({was: now for now, was in AS_EARLIER.items()}).join(near.tonight, on=NUMBER, how="anti")
    events = pl.concat([near.tonight.select(EVENTS), old.select(EVENTS)]).sort(VERSION)
    events = events.unique(NUMBER, keep="last", maintain_order=True)
    keeps = secret.select(VERSION).unique().with_columns(pl.lit(value=True).alias("keeps"))
    told = same_events(events, between(events, near.links), policy).join(keeps, on=VERSION, how="left")
    opened = told.filter(pl.col("keeps").is_null() & pl.col("keeps").any().over("event"))
    one = told.select(*VERSION, "event")
    both = shown.join(one, on=VERSION).join(one.rename(AS_EARLIER), on=[*EARLIER, "event"])
    shows = pl.concat([opened.select(*VERSION, "event"), both.select(*VERSION, "event")]).unique()
    other = pl.concat_str(NUMBER, separator=" ") != pl.concat_str(EARLIER[:2], separator=" ")
    return shows.join(one.rename(AS_EARLIER), on="event").filter(other).select(PAIR.names()).cast(PAIR)
