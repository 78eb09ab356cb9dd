"""Two registrations of one event: two officers, two units, a dump twice, a care form beside an incident.

A pair needs a person in common, a moment in common, and nothing that speaks against it; pairs make groups. Whichever
comes first, the group and its order are the same: they follow from the registrations alone.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.enrich.across import NUMBER
from pipeline.policy.enrichment import SameEvent

EVENTS: Final = (*NUMBER, "version", "known_at", "happened_at", "incident_code", "kind", "suspicion", "place", "bare")
"""What is read of an event; `bare`: nobody involved is named. One line a registration: its highest version."""
OTHER: Final = ["unit_b", "number_b"]
"""What the key of the second of a pair is called."""
PAIR: Final = [*NUMBER, *OTHER]


def same_events(events: pl.DataFrame, links: pl.DataFrame, policy: SameEvent) -> pl.DataFrame:
    """Group the registrations of one event.

    Args:
        events: columns of EVENTS, tonight's registrations and the earlier ones of the nights around.
        links: persons linked between them: unit, registration_number, role, earlier_unit, earlier_number,
            earlier_role, kind (`link` or `hint`), weight.
        policy: minutes.

    Returns:
        One row for each registration that shares its event: unit, registration_number, version, `event` (the unit and
        number of the first known), `order` (0 carries the others if it is forwarded, else the next one), `evidence`.
    """
    pairs = _pair_events(events, links, policy)
    grouped = _components(pairs)
    evidence = _both_ways(pairs).explode("evidence").group_by(NUMBER).agg(pl.col("evidence").unique().sort())
    order = ["known_at", *NUMBER]
    return (
        events.select(*NUMBER, "version", "known_at")
        .join(grouped, on=NUMBER)
        .join(evidence, on=NUMBER)
        .sort("group", *order)
        .with_columns(
            pl.concat_str(pl.col("unit").first(), pl.col("registration_number").first(), separator=" ")
            .over("group")
            .alias("event"),
            pl.int_range(pl.len()).over("group").cast(pl.Int64).alias("order"),
        )
        .select(*NUMBER, "version", "event", "order", "evidence")
        .sort(NUMBER)
    )


def _pair_events(events: pl.DataFrame, links: pl.DataFrame, policy: SameEvent) -> pl.DataFrame:
    """Return the pairs (unit, registration_number, unit_b, number_b, `evidence`) that are one event, each once."""
    shared = _shared_persons(links)
    bare = _bare_pairs(events)
    pairs = pl.concat([shared, bare], how="diagonal").unique(PAIR, keep="first")
    both = pairs.join(events.select(EVENTS), on=NUMBER).join(
        events.select(pl.col(EVENTS).name.suffix("_b")).rename({"registration_number_b": "number_b"}),
        on=OTHER,
    )
    return both.with_columns(*_compared()).filter(_one_event(policy)).select(*PAIR, _evidence().alias("evidence"))


def _shared_persons(links: pl.DataFrame) -> pl.DataFrame:
    """Whether a person is linked (else hinted at), and victim and suspect changed places, in order of the numbers.

    They did where a victim is a suspect there more surely than the same role again: brothers are like each other.
    """
    linked = links.rename({"earlier_unit": "unit_b", "earlier_number": "number_b"})
    roles = pl.concat_list("role", "earlier_role").list.sort().list.join(" ")
    sure = pl.when(pl.col("kind") == "link").then("weight")
    crossed, kept = (sure.filter(roles.is_in(pairs)).max() for pairs in (["SO VE"], ["SO SO", "VE VE"]))
    return (
        _both_ways(linked)
        .filter(_in_order())
        .group_by(PAIR)
        .agg(
            (crossed.is_not_null() & (kept.is_null() | (crossed > kept))).alias("reversed"),
            pl.when((pl.col("kind") == "link").any()).then(pl.lit("link")).otherwise(pl.lit("hint")).alias("persons"),
        )
    )


def _bare_pairs(events: pl.DataFrame) -> pl.DataFrame:
    """Pairs of which one names nobody: only place, class and moment can tell."""
    placed = events.filter(pl.col("place").is_not_null()).select("place", *NUMBER, "bare")
    other = placed.rename(dict(zip(NUMBER, OTHER, strict=True))).drop("bare")
    pairs = placed.filter("bare").join(other, on="place").select(PAIR)
    once = _both_ways(pairs).filter(_in_order()).unique()
    return once.with_columns(pl.lit(value=False).alias("reversed"), pl.lit("bare").alias("persons"))


def _in_order() -> pl.Expr:
    return (pl.col("unit") < pl.col("unit_b")) | (
        (pl.col("unit") == pl.col("unit_b")) & (pl.col("registration_number") < pl.col("number_b"))
    )


def _compared() -> list[pl.Expr]:
    apart = [
        (pl.col(name) - pl.col(f"{name}_b")).dt.total_minutes().abs().alias(f"{name}_apart")
        for name in ("known_at", "happened_at")
    ]
    same = [
        (pl.col(name) == pl.col(f"{name}_b")).alias(f"same_{name}") for name in ("incident_code", "suspicion", "place")
    ]
    # Two of the lighter cases, that have no class (DOMAIN.md "Codes"), are alike too.
    alike = pl.col("incident_code").eq_missing(pl.col("incident_code_b")).alias("alike")
    other_kind = (pl.col("kind") != pl.col("kind_b")).fill_null(value=False).alias("other_kind")
    return [*apart, *same, alike, other_kind]


def _one_event(policy: SameEvent) -> pl.Expr:
    known, began = pl.col("known_at_apart"), pl.col("happened_at_apart")
    close = (began <= policy.began_within_minutes).fill_null(value=False)
    says_nothing = began.is_null() | (began >= policy.lasting_from_minutes)
    at_once = known <= policy.at_once_minutes
    same_place = pl.col("same_place").fill_null(value=False)
    elsewhere = (~pl.col("same_place")).fill_null(value=False)
    alike = pl.col("alike")
    same_class = pl.col("same_incident_code").fill_null(value=False)
    # A care form beside an incident has a suspicion of its own; two reports of one kind have the same, unless
    # everything else is the same and one of the officers ticked the wrong one.
    other_suspicion = ~pl.col("other_kind") & (~pl.col("same_suspicion")).fill_null(value=False)
    other_class = (~pl.col("same_incident_code")).fill_null(value=False) | (
        other_suspicion & ~(alike & same_place & close)
    )
    same_suspicion = pl.col("same_suspicion").fill_null(value=False)
    by_person = (
        (close & alike & (same_class | same_place | (at_once & ~elsewhere & same_suspicion)))
        | (close & at_once & same_place & pl.col("other_kind"))
        | (says_nothing & alike & ~elsewhere & (same_class | same_place | at_once))
    )
    by_place = alike & same_place & (close | (at_once & says_nothing))
    found = pl.when(pl.col("persons") == "link").then(by_person).otherwise(by_place)
    return found & (known <= policy.known_within_minutes) & ~pl.col("reversed") & ~other_class


def _evidence() -> pl.Expr:
    told = {
        "person_in_common": pl.col("persons") == "link",
        "person_alike": pl.col("persons") == "hint",
        "nobody_named": pl.col("persons") == "bare",
        "same_class": pl.col("same_incident_code"),
        "same_suspicion": pl.col("same_suspicion"),
        "same_place": pl.col("same_place"),
        "same_moment": pl.col("known_at_apart").is_not_null(),
    }
    return pl.concat_list(pl.when(when).then(pl.lit(code)) for code, when in told.items()).list.drop_nulls()


def _components(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return `group` of every registration in a pair: the smallest name of all that are reached from it."""
    name = pl.concat_str("unit", "registration_number", separator=" ")
    edges = _both_ways(pairs.select(PAIR))
    groups = edges.select(NUMBER).unique().sort(NUMBER).with_columns(name.alias("group"))
    while True:
        heard = (
            edges.join(groups, left_on=OTHER, right_on=NUMBER)
            .group_by(NUMBER)
            .agg(pl.col("group").min().alias("heard"))
        )
        spread = groups.join(heard, on=NUMBER, how="left", maintain_order="left").select(
            *NUMBER, pl.min_horizontal("group", "heard").alias("group")
        )
        if spread.equals(groups):
            return groups
        groups = spread


def _both_ways(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return each pair twice: once the other way round."""
    turned = {**dict(zip(NUMBER, OTHER, strict=True)), **dict(zip(OTHER, NUMBER, strict=True))}
    return pl.concat([pairs, pairs.rename(turned).select(pairs.columns)])
