"""What goes across the units of a night: persons linked, one report an event, and what Veilig Thuis would supplement.

Runs when every unit is decided. Reads what `decide` left of each part, asks the history, and writes the rows that go to
each region; what another registration carries becomes `duplicate`. What parts have to tell each other goes through
files of what belongs together: `within_night` (who shares a key, what is known of whom was met), `taken_over` (what a
carrier takes over). So in memory are some parts, however many the night has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline import installation, workspace
from pipeline.decide.disclosed import amendment_entries, ledger_entries
from pipeline.decide.report import Staging, build_amendment, build_staging
from pipeline.enrich.across import (
    AS_EARLIER,
    EARLIER,
    NUMBER,
    VERSION,
    Tonight,
    find_carried,
    join_facts,
    link_persons,
    links_at_once,
)
from pipeline.enrich.blocking import asked_keys
from pipeline.enrich.household import homes
from pipeline.enrich.keep import persons_to_keep, registrations_to_keep
from pipeline.enrich.link import LINKS, NO_NAMES, add_names, count_names
from pipeline.enrich.prior import years_before
from pipeline.enrich.supplement import Known
from pipeline.load import carried as carriage
from pipeline.load import history
from pipeline.load.apart import REASON as SECRET_ELSEWHERE
from pipeline.load.apart import overtaken_by
from pipeline.load.database import transaction
from pipeline.load.intake import ExportKey
from pipeline.partitions import Partitions
from pipeline.parts import Part, group_count, groups, parts_of
from pipeline.policy.enrichment import SameEvent, read_enrichment
from pipeline.policy.linking import read_weights
from pipeline.schema import ROW, Tables
from pipeline.secret_elsewhere import (
    NIGHTS_AROUND,
    Apart,
    apart_of_one,
    divide_apart,
    find_apart,
    hold_before,
    hold_tonight,
)
from pipeline.settings import Settings, read_key, read_settings
from pipeline.stages import supplemented
from pipeline.taken_along import TakenAlong, read_taken_along
from pipeline.taken_over import Takeover, divide
from pipeline.within_night import by_number, one_event, places, write_candidates, write_met, write_tonight

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def settle(night: date, settings: Settings | None = None, drop: str | None = None) -> dict[str, int]:
    """Link, carry and supplement a night's registrations; return how many are linked, carried and written.

    With `drop` those of one urgent delivery, beside what was loaded of the night so far. Of the whole night only what
    can be of one event is in memory, one line each. What an earlier attempt left behind is never read.
    """
    settings = settings or read_settings()
    parts = parts_of(settings, night, drop)
    if not parts:
        return {"linked": 0, "carried": 0, "reports": 0}
    for part in parts:  # what an earlier attempt wrote may be for other regions
        for stage in ("forward", "amend", "settled"):
            workspace.clear(part.delivery.work / stage)
    scratch = workspace.work_folder(settings, night, drop) / "settling"
    workspace.clear(scratch)
    write_candidates(parts, scratch)
    with transaction(installation.database(settings), "history") as given:
        tonight = write_tonight(parts, scratch)
        earlier = _link(given, parts, night, tonight, scratch)
        carried, along, apart = _find_carried(given, settings, parts, earlier, tonight)
        for part in parts:
            hold_tonight(given, settings, part, _outcomes(part, carried, apart.shown), apart.shown)
        kept = along.lines.select(pl.concat_str(NUMBER, separator=" ")).to_series().to_list()
        carriage.hold_orphans(given, _exports(parts), kept, settings.home, read_key(settings))
        carriage.carry_on(given, along.lines)
        takeover = divide(parts, carried, along, scratch)
        linked, reports = _write_parts(given, settings, parts, carried, apart, takeover)
        _write_amendments(given, settings, parts, carried, takeover)
    workspace.clear(scratch)
    return {"linked": linked, "carried": carried.height, "reports": reports}


def _exports(parts: list[Part]) -> list[ExportKey]:
    """Return the exports that the parts are of, each once."""
    return list({workspace.read_export_key(part.delivery): None for part in parts})


def _link(given: cursor, parts: list[Part], night: date, tonight: Partitions, scratch: Path) -> Partitions:
    """Keep of each part the links of its persons (`found`), and the facts of whom they lead to (`met`).

    Returns:
        What the history holds of these, and of registrations of the last nights at tonight's places: EARLIER_FACTS.
    """
    names = reduce(lambda known, part: add_names([known, count_names(part.tonight().looked_at())]), parts, NO_NAMES)
    wanted, earlier = (Partitions(scratch / name, group_count(parts)) for name in ("wanted", "earlier"))
    at = by_number(earlier.count)
    with wanted.filled() as want, earlier.filled() as tell:
        tell(history.read_recent(given, night - NIGHTS_AROUND, night, places(tonight)["place"]), at)
        for part in parts:
            known = _read_candidates(given, part.read("asked"), night)
            pairs = pl.concat([known, part.read("within", "settled")])
            links = link_persons(part.tonight().looked_at(), pairs, read_weights(), names)
            part.write(links, "found")
            asker = pl.lit(part.number).alias("part"), pl.lit(part.group).alias("group")
            want(links.select(EARLIER[:2]).unique().with_columns(asker), at)
            tell(history.read_earlier(given, links), at)
    write_met(parts, wanted, earlier, tonight, scratch)
    return earlier


def _find_carried(
    given: cursor, settings: Settings, parts: list[Part], earlier: Partitions, tonight: Partitions
) -> tuple[pl.DataFrame, TakenAlong, Apart]:
    """Find what another registration carries: CARRIED and `contact_police_first`; and what reports carry on.

    What shows an address that another one keeps secret (the last that is returned) is in neither; of it what was
    delivered before tonight is held here.
    """
    policy = read_enrichment().same_event
    at_once = pl.concat(_at_once(part, policy) for part in parts)
    new, near = one_event(at_once, earlier, tonight)
    apart = find_apart(given, parts, new, near, at_once)
    before, corrected = divide_apart(parts, apart.shown)
    corrected = pl.concat([corrected, overtaken_by(given, _exports(parts))]).unique()
    hold_before(given, settings, before, corrected, parts[0].delivery.night)
    new = new.join(apart.shown, on=NUMBER, how="anti", maintain_order="left")
    near = near.join(apart.shown, left_on=EARLIER[:2], right_on=NUMBER, how="anti", maintain_order="left")
    met = pl.concat([near.select(EARLIER[:2]), new.select(pl.col(NUMBER).name.map(AS_EARLIER.__getitem__))]).unique()
    standing = carriage.standing(given, met, _exports(parts))
    # one with a higher version that cannot be read is recalled for that: it stands by itself, in no report of others
    overtaken = new.select(VERSION).join(standing, on=NUMBER).filter(pl.col("version_right") > pl.col("version"))
    found = find_carried(new.join(overtaken, on=NUMBER, how="anti"), at_once, near, standing, policy)
    along = read_taken_along(given, settings, found)
    return _with_warning(parts, found, along), along, apart


def _at_once(part: Part, policy: SameEvent) -> pl.DataFrame:
    met = part.read("met", "settled")
    return links_at_once(part.read("found", "settled"), part.read("kept_registration"), met, policy)


def _read_candidates(given: cursor, asked: pl.DataFrame, night: date) -> pl.DataFrame:
    since = years_before(night, read_enrichment().repeat.history_years)
    return history.read_candidates(given, asked, since, night)


def _known(
    given: cursor, persons: pl.DataFrame, tables: Tables, links: pl.DataFrame, met: pl.DataFrame, night: date
) -> Known:
    """Return what is known of some registrations' persons: their links, and who was seen at their homes.

    `met` are the EARLIER_FACTS of the registrations that `links` names. What a later version took back is no past.
    """
    at_home = homes(tables.person, persons).get_column("address").unique().to_list()
    since = night - timedelta(days=read_enrichment().repeat.household_days)
    ours = links.join(tables.registration.select(ROW), on=ROW, how="semi", maintain_order="left").select(LINKS.names())
    ours = ours.join(history.read_overtaken(given, ours, night), on=EARLIER, how="anti", maintain_order="left")
    return Known(persons, ours, met, history.read_household(given, at_home, since, night))


def ask_of_one(
    given: cursor, tables: Tables, unit: str, night: date, secret: bytes
) -> tuple[Tonight, Known, pl.DataFrame]:
    """Ask the history about one registration that a person releases: as settling would have.

    Returns:
        What may be remembered of it, what is known of its persons, and what shows a secret address (VERSION): it, or
        another one whose it keeps.
    """
    held = pl.DataFrame({"outcome": ["hold"], "regions": [[]]}, schema_overrides={"regions": pl.List(pl.String)})
    one = Tonight(
        registrations_to_keep(tables, unit, night, secret).join(held, how="cross"),
        persons_to_keep(tables, unit, secret),
    )
    links = link_persons(one.person, _read_candidates(given, asked_keys(one.person), night), read_weights())
    met = join_facts(history.read_earlier(given, links), one.registration)
    apart = apart_of_one(given, one, links, met)
    past = links.join(apart.same_event, on=[*VERSION, *EARLIER], how="anti", maintain_order="left")
    return one, _known(given, one.person, tables, past, met, night), apart.shown


def _outcomes(part: Part, carried: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """Return the outcome of a part's registrations that policy forwards, now that it is known what carries what.

    Those of `apart` (VERSION) are held.

    Returns:
        row; outcome, reasons, regions, carried_by as in intake.outcome.
    """
    key = ("carrier_unit", "carrier_registration_number", "carrier_version")
    by = carried.drop_nulls("row").select(ROW, pl.concat_str(key, separator=" ").alias("carried_by"))
    nowhere = pl.lit([], pl.List(pl.String))
    is_carried = pl.col("carried_by").is_not_null()
    forwards = part.read("verdict").join(by, on=ROW, how="left", maintain_order="left")
    is_apart = pl.col(ROW).is_in(_rows_apart(part, apart).implode())
    stays = pl.when(is_apart).then(pl.lit(SECRET_ELSEWHERE)).when(is_carried).then(pl.lit("same_event"))
    others = pl.col("reasons").list.set_difference(["well_founded"])
    return forwards.select(
        pl.col(ROW) - part.first,
        pl.when(is_apart)
        .then(pl.lit("hold"))
        .when(is_carried)
        .then(pl.lit("duplicate"))
        .otherwise(pl.lit("forward"))
        .alias("outcome"),
        pl.when(stays.is_not_null()).then(pl.concat_list(stays, others)).otherwise("reasons").alias("reasons"),
        pl.when(stays.is_not_null()).then(nowhere).otherwise("regions").alias("regions"),
        "carried_by",
    )


def _rows_apart(part: Part, apart: pl.DataFrame) -> pl.Series:
    return part.read("kept_registration").join(apart, on=VERSION, how="semi")[ROW]


def _with_warning(parts: list[Part], carried: pl.DataFrame, along: TakenAlong) -> pl.DataFrame:
    """Add whether Veilig Thuis should call the police before it acts on a carried registration.

    What was carried before tonight and cannot be carried on is left out.
    """
    told = pl.concat(
        part.read("verdict").join(carried, on=ROW, how="semi").select(ROW, "contact_police_first") for part in parts
    )
    new = carried.drop_nulls(ROW).join(told, on=ROW, how="left", maintain_order="left")
    before = along.lines.select(*carried.columns, pl.col("warned").alias("contact_police_first"))
    return pl.concat([new, before]).with_columns(pl.col("contact_police_first").fill_null(value=False))


def _same_event(carried: pl.DataFrame) -> pl.DataFrame:
    """Return row and key of the other registration for both sides of a carried one: it is no past of this event."""
    sides = [
        carried.select("row", *(pl.col(f"carrier_{name}").alias(to) for name, to in AS_EARLIER.items())),
        carried.select(
            pl.col("carrier_row").alias("row"),
            *(pl.col(name).alias(to) for name, to in AS_EARLIER.items()),
        ),
    ]
    return pl.concat(sides).drop_nulls("row")


def _write_parts(
    given: cursor,
    settings: Settings,
    parts: list[Part],
    carried: pl.DataFrame,
    apart: Apart,
    takeover: Takeover,
) -> tuple[int, int]:
    """Write every part, with what its carriers take over; return how many links and reports."""
    held = [_rows_apart(part, apart.shown).to_frame() for part in parts]
    stays = pl.concat([carried.select(ROW).drop_nulls(), *held])
    across = Across(stays, _also(carried), _same_event(carried), apart.same_event)
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
    """`_same_event` of it."""
    apart: pl.DataFrame
    """Pairs of one event that are not in one report (Apart.same_event)."""


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
    links = part.read("found", "settled").join(
        across.same_event, on=["row", *EARLIER], how="anti", maintain_order="left"
    )
    links = links.join(across.apart, on=[*VERSION, *EARLIER], how="anti", maintain_order="left")
    part.write(links, "links")
    known = _known(given, identified, allowed, links, part.read("met", "settled"), policy.night)
    allowed, forwarded = supplemented(allowed, told, known, policy.night)
    taken = taken.only(verdict)
    whole = Tables(
        allowed.registration,
        pl.concat([allowed.person, taken.person.select(allowed.person.columns)]),
        pl.concat([allowed.entry, taken.entry.select(allowed.entry.columns)]),
        _priors(allowed.prior_incident, taken.prior_incident),
    )
    everywhere = taken.person.select(ROW, "person_number").join(
        verdict.select(ROW, pl.col("regions").alias("region")).explode("region"), on=ROW
    )
    persons = pl.concat([part.read("parts"), everywhere.select(ROW, "region", "person_number")])
    staging = build_staging(whole, forwarded, persons, policy.terms)
    entries = ledger_entries(staging, part.read("withheld"), policy.rules.elements_on(policy.night), policy.terms)
    _write_regions(part, "forward", staging, entries)
    return links.filter(kind="link").height, len(staging.report)


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


def _priors(own: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """Join the prior incidents of a report with those of what it carries, each incident of a person once."""
    columns = [ROW, "person_number", "date", "incident_code", "role", "outcome", "origin"]
    return pl.concat([own.select(columns), taken.select(columns)]).unique(
        [*columns[:5]], keep="first", maintain_order=True
    )


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


def _write_amendments(
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
