"""What settling writes: the rows that a part brings to each region, and what delivered reports get beside theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline import installation, workspace
from pipeline.decide.disclosed import amendment_entries, ledger_entries
from pipeline.decide.report import Staging, build_amendment, build_staging
from pipeline.enrich.across import AS_EARLIER, EARLIER, VERSION
from pipeline.enrich.carried import CARRIER
from pipeline.schema import ROW, Tables
from pipeline.settings import Settings
from pipeline.settle.ask_history import known_of
from pipeline.settle.parts import Part, groups
from pipeline.settle.taken_over import Takeover
from pipeline.stages import supplemented

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def write_parts(
    given: cursor,
    settings: Settings,
    parts: list[Part],
    carried: pl.DataFrame,
    held: pl.DataFrame,
    same_event: pl.DataFrame,
    takeover: Takeover,
) -> tuple[int, int]:
    """Write every part, with what its carriers take over; return how many links and reports.

    Args:
        given: a cursor.
        settings: of this installation.
        parts: of the night.
        carried: carried.CARRIED and `contact_police_first`.
        held: secret_elsewhere.HELD.
        same_event: SecretElsewhere.same_event: pairs of one event that are in no report together.
        takeover: what the carriers get.
    """
    stays = pl.concat([carried.select(ROW).drop_nulls(), held.select(ROW)])
    across = Across(stays, _also(carried), pl.concat([_same_event(carried), same_event]))
    linked = reports = 0
    for at_once in groups(parts):
        taken = takeover.of_group(given, at_once)
        for part in at_once:
            links, written = _write_part(given, settings, part, across, taken)
            linked, reports = linked + links, reports + written
    return linked, reports


@dataclass(frozen=True)
class Across:
    """What the night as a whole showed, as every part reads it."""

    stays: pl.DataFrame
    """row of tonight's registrations that do not go by themselves: another one carries them, or they are held."""
    also: pl.DataFrame
    """`_also` of all that is carried."""
    same_event: pl.DataFrame
    """Pairs of one event, in one report or not (secret_elsewhere.PAIR): neither is the other's past."""


def _write_part(given: cursor, settings: Settings, part: Part, across: Across, taken: Tables) -> tuple[int, int]:
    """Write a part's links, for history and desk, and the rows it brings to each region; return how many of both."""
    verdict = part.read("verdict").join(across.stays, on=ROW, how="anti", maintain_order="left")
    policy = installation.policy_of(part.delivery, settings)
    allowed = part.allowed().only(verdict)
    told = verdict.join(across.also, left_on=ROW, right_on="carrier_row", how="left", maintain_order="left")
    told = told.with_columns(
        pl.col("also_registered_as", "danger_of_others").fill_null([]),
        pl.col("contact_police_first") | pl.col("warned").fill_null(value=False),
    )
    identified = part.read("kept_person").join(verdict.select(ROW), on=ROW, how="semi", maintain_order="left")
    links = _links_to_the_past(part, across)
    workspace.write(links, part.delivery.links / f"{part.name}.parquet")
    known = known_of(given, identified, allowed, links, part.read("met", "settled"), policy.night)
    allowed, forwarded = supplemented(allowed, told, known, policy.night)
    taken = taken.only(verdict)
    everywhere = taken.person.select(ROW, "person_number").join(
        verdict.select(ROW, pl.col("regions").alias("region")).explode("region"), on=ROW
    )
    persons = pl.concat([part.read("persons_by_region"), everywhere.select(ROW, "region", "person_number")])
    staging = build_staging(_with_taken(allowed, taken), forwarded, persons, policy.terms)
    entries = ledger_entries(staging, part.read("withheld"), policy.rules.elements_on(policy.night), policy.terms)
    _write_regions(part, "forward", staging, entries)
    return links.filter(kind="link").height, len(staging.report)


def _links_to_the_past(part: Part, across: Across) -> pl.DataFrame:
    """Return the links of persons whose past somebody will see, but for those between registrations of one event."""
    seen = part.tonight().looked_at().select(ROW, "person_number")
    found = part.read("found", "settled").join(seen, on=[ROW, "person_number"], how="semi", maintain_order="left")
    return found.join(across.same_event, on=[*VERSION, *EARLIER], how="anti", maintain_order="left")


def _with_taken(allowed: Tables, taken: Tables) -> Tables:
    """Return what goes of a part's registrations, with what they take over of those that they carry."""
    return Tables(
        allowed.registration,
        pl.concat([allowed.person, taken.person.select(allowed.person.columns)]),
        pl.concat([allowed.entry, taken.entry.select(allowed.entry.columns)]),
        _priors(allowed.prior_incident, taken.prior_incident),
    )


def _priors(own: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """Join the prior incidents of a report with those of what it carries, each incident of a person once."""
    columns = [ROW, "person_number", "date", "incident_code", "role", "outcome", "origin"]
    return pl.concat([own.select(columns), taken.select(columns)]).unique(
        [*columns[:5]], keep="first", maintain_order=True
    )


def _same_event(carried: pl.DataFrame) -> pl.DataFrame:
    """Return a carried registration and its carrier, in both directions: secret_elsewhere.PAIR."""
    carrier = [pl.col(there).alias(name) for name, there in zip(VERSION, CARRIER, strict=True)]
    sides = [
        carried.select(*VERSION, *(each.alias(AS_EARLIER[name]) for name, each in zip(VERSION, carrier, strict=True))),
        carried.select(*carrier, *(pl.col(name).alias(to) for name, to in AS_EARLIER.items())),
    ]
    return pl.concat(sides)


def _also(carried: pl.DataFrame) -> pl.DataFrame:
    """Return for each carrier what it carries: numbers, danger, whether one of them asks to call the police first."""
    return (
        carried.group_by("carrier_row")
        .agg(
            pl.col("registration_number").unique().sort().alias("also_registered_as"),
            pl.col("danger").explode().drop_nulls().unique().sort().alias("danger_of_others"),
            pl.col("contact_police_first").any().alias("warned"),
        )
        .with_columns(pl.col("danger_of_others").list.set_difference(pl.lit(["injury"])))
    )  # a box, and no signal by itself


def write_amendments(
    given: cursor, settings: Settings, parts: list[Part], carried: pl.DataFrame, takeover: Takeover
) -> None:
    """Write what reports that were delivered before get, each beside the part of the first that it carries."""
    late = carried.drop_nulls(ROW).filter(pl.col("carrier_row") < 0)
    if late.is_empty():
        return
    taken = takeover.of_delivered(given)
    for part, carriers in _beside(parts, late):
        staging = build_amendment(taken.only(carriers), carriers)
        policy = installation.policy_of(part.delivery, settings)
        entries = amendment_entries(staging, policy.rules.elements_on(policy.night), policy.terms)
        _write_regions(part, "amend", staging, entries)


def _beside(parts: list[Part], late: pl.DataFrame) -> Iterator[tuple[Part, pl.DataFrame]]:
    """Yield the parts that delivered reports get something of, and these as `build_amendment` reads them, each once."""
    told = _also(late).rename({"warned": "contact_police_first"})
    first = late.unique("carrier_row", keep="first", maintain_order=True).select(
        ROW,
        "carrier_row",
        pl.col("^carrier_(unit|registration_number|version|regions)$").name.map(
            lambda name: name.removeprefix("carrier_")
        ),
    )
    for part in parts:
        ours = first.join(part.read("verdict"), on=ROW, how="semi", maintain_order="left")
        if ours.height:
            carriers = ours.join(told, on="carrier_row", maintain_order="left")
            yield part, carriers.drop(ROW).rename({"carrier_row": ROW})


def _write_regions(part: Part, stage: str, staging: Staging, entries: pl.DataFrame) -> None:
    """Write a folder a region, with the ledger entry of each report; every table is divided once for all regions."""
    divided = {
        name: table.partition_by("region", as_dict=True)
        for name, table in (*vars(staging).items(), ("ledger", entries))
    }
    none = {name: table.clear() for name, table in (*vars(staging).items(), ("ledger", entries))}
    for region in staging.report.get_column("region").unique().sort():
        for name, by_region in divided.items():
            ours = by_region.get((region,), none[name])
            workspace.write(ours, part.delivery.file(f"{stage}/{region}", part.name, name))
