"""What goes across the units of a night: persons linked, one report an event, and what Veilig Thuis would supplement.

Runs when every unit is decided. Reads what `decide` left of each part, asks the history, and writes the rows that go to
each region; what another registration carries becomes `duplicate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from pipeline import steps, workspace
from pipeline.decide.disclosed import amendment_entries, ledger_entries
from pipeline.decide.report import Staging, build_amendment, build_staging
from pipeline.enrich.across import AS_EARLIER, EARLIER, NUMBER, VERSION, Past, Tonight, find_carried, link_persons
from pipeline.enrich.blocking import asked_keys
from pipeline.enrich.carry import take_over
from pipeline.enrich.household import homes
from pipeline.enrich.keep import persons_to_keep, registrations_to_keep
from pipeline.enrich.link import LINKS, add_names, count_names
from pipeline.enrich.prior import years_before
from pipeline.enrich.supplement import Known
from pipeline.enrich.within import candidates_within
from pipeline.load import carried as carriage
from pipeline.load import history
from pipeline.load.database import transaction
from pipeline.load.staging import read_delivered
from pipeline.policy.enrichment import read_enrichment
from pipeline.policy.linking import read_weights
from pipeline.schema import ROW, TABLES, Tables
from pipeline.settings import Settings, read_key, read_settings
from pipeline.stages import supplemented
from pipeline.taken_along import TakenAlong, read_taken_along
from pipeline.workspace import Delivery

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

APART = 1_000_000_000
"""Rows of one export lie so far from those of the next, so that a row is unique in a night."""
PARTS_AT_ONCE = 20
"""Parts of which the persons are compared with each other in one go."""
NIGHTS_AROUND = timedelta(days=3)
"""How far back a report without persons is looked for: two officers write up one call within hours."""


@dataclass(frozen=True)
class Part:
    """One part of a decided export, and how its rows are numbered in the night."""

    delivery: Delivery
    name: str
    first: int

    def read(self, table: str, stage: str = "judged") -> pl.DataFrame:
        """Read what a stage left (`judged`: under the rows of its export), under the rows of the night."""
        frame = workspace.read(self.delivery, stage, self.name, table)
        return frame.with_columns(pl.col(ROW) + self.first) if stage == "judged" else frame

    def write(self, frame: pl.DataFrame, table: str) -> None:
        """Keep what settling found of this part's registrations."""
        workspace.write(frame.filter(self.holds("row")), self.delivery.file("settled", self.name, table))

    def holds(self, row: str) -> pl.Expr:
        """Tell which rows of the night are this part's."""
        return pl.col(row).is_between(self.first, self.first + APART, closed="left")

    def tonight(self) -> Tonight:
        """Read what may be remembered of its registrations."""
        return Tonight(self.read("kept_registration"), self.read("kept_person"))

    def allowed(self) -> Tables:
        """Read what may be shared of the registrations that are forwarded."""
        return Tables(*(self.read(table.name) for table in TABLES))


def settle(night: date, settings: Settings | None = None, drop: str | None = None) -> dict[str, int]:
    """Link, carry and supplement a night's registrations; return how many are linked, carried and written.

    With `drop` those of one urgent delivery, beside what was loaded of the night so far. In memory are of the whole
    night one line a registration; of persons and texts a part, or PARTS_AT_ONCE.
    """
    settings = settings or read_settings()
    parts = list(_parts(settings, night, drop))
    if not parts:
        return {"linked": 0, "carried": 0, "reports": 0}
    for part in parts:  # what an earlier attempt wrote may be for other regions
        for stage in ("forward", "amend", "settled"):
            workspace.clear(part.delivery.work / stage)
    policy = read_enrichment().same_event
    _write_candidates(parts)
    with transaction(steps.database(settings), "history") as given:
        past = _link(given, parts, night)
        at_once = pl.concat(past.at_once(part.read("found", "settled"), policy) for part in parts)
        near = past.of_one_event(at_once)
        standing = carriage.standing(given, near.select("earlier_unit", "earlier_number").unique())
        found = find_carried(past.tonight, at_once, near, standing, policy)
        along = read_taken_along(given, settings, found)
        carried = _with_warning(parts, found, along)
        for part in parts:
            carriage.record_carried(given, steps.read_export_key(part.delivery), _outcomes(part, carried))
        exports = list({steps.read_export_key(part.delivery): None for part in parts})
        kept = along.lines.select(pl.concat_str(NUMBER, separator=" ")).to_series().to_list()
        carriage.hold_orphans(given, exports, kept, settings.home, read_key(settings))
        across = Across(past, carried, _taken_over(given, parts, carried, along))
        linked, written = (
            sum(counts) for counts in zip(*(_write_part(given, settings, part, across) for part in parts), strict=True)
        )
    _write_amendments(settings, parts, across)
    return {"linked": linked, "carried": carried.height, "reports": written}


def _parts(settings: Settings, night: date, drop: str | None) -> Iterator[Part]:
    for number, delivery in enumerate(workspace.deliveries(settings, night, steps.units(settings), drop)):
        for name in delivery.parts():
            yield Part(delivery, name, number * APART)


def _at_once(parts: list[Part]) -> Iterator[list[Part]]:
    return (parts[at : at + PARTS_AT_ONCE] for at in range(0, len(parts), PARTS_AT_ONCE))


def _write_candidates(parts: list[Part]) -> None:
    """Keep of each part the candidates among tonight's other persons, a file for every PARTS_AT_ONCE of these."""
    for number, theirs in enumerate(_at_once(parts)):
        kept = pl.concat(part.read("kept_person") for part in theirs)
        for asking in _at_once(parts):
            asked = pl.concat(part.read("asked") for part in asking)
            own = pl.concat(part.read("kept_registration").select("row", *NUMBER) for part in asking)
            found = candidates_within(kept, asked, own)
            for part in asking:
                part.write(found, f"within-{number}")


def _link(given: cursor, parts: list[Part], night: date) -> Past:
    """Keep of each part the links of its persons (`found`); return the registrations that they lead to."""
    names = add_names([count_names(part.tonight().looked_at()) for part in parts])
    tonight = pl.concat(part.read("kept_registration") for part in parts)
    earlier = [history.read_recent(given, night - NIGHTS_AROUND, night, tonight["place"])]
    for part in parts:
        within = [part.read(f"within-{number}", "settled") for number, _ in enumerate(_at_once(parts))]
        known = _read_candidates(given, part.read("asked"), night)
        links = link_persons(part.tonight().looked_at(), pl.concat([known, *within]), read_weights(), names)
        part.write(links, "found")
        earlier.append(history.read_earlier(given, links))
    return Past(pl.concat(earlier).unique(EARLIER, maintain_order=True), tonight)


def _read_candidates(given: cursor, asked: pl.DataFrame, night: date) -> pl.DataFrame:
    since = years_before(night, read_enrichment().repeat.history_years)
    return history.read_candidates(given, asked, since, night)


def _known(given: cursor, persons: pl.DataFrame, tables: Tables, links: pl.DataFrame, past: Past, night: date) -> Known:
    """Return what is known of some registrations' persons: their links, and who was seen at their homes."""
    at_home = homes(tables.person, persons).get_column("address").unique().to_list()
    since = night - timedelta(days=read_enrichment().repeat.household_days)
    ours = links.join(tables.registration.select(ROW), on=ROW, how="semi", maintain_order="left").select(LINKS.names())
    return Known(persons, ours, past.of(ours), history.read_household(given, at_home, since, night))


def ask_of_one(given: cursor, tables: Tables, unit: str, night: date, secret: bytes) -> tuple[Tonight, Known]:
    """Ask the history about one registration that a person releases: as settling would have.

    Returns:
        What may be remembered of it, and what is known of its persons.
    """
    held = pl.DataFrame({"outcome": ["hold"], "regions": [[]]}, schema_overrides={"regions": pl.List(pl.String)})
    one = Tonight(
        registrations_to_keep(tables, unit, night, secret).join(held, how="cross"),
        persons_to_keep(tables, unit, secret),
    )
    links = link_persons(one.person, _read_candidates(given, asked_keys(one.person), night), read_weights())
    earlier = history.read_earlier(given, links)
    return one, _known(given, one.person, tables, links, Past(earlier, one.registration), night)


def _outcomes(part: Part, carried: pl.DataFrame) -> pl.DataFrame:
    """Return the outcome of a part's registrations that policy forwards, now that it is known what carries what.

    Returns:
        row; outcome, reasons, regions, carried_by as in intake.outcome.
    """
    key = ("carrier_unit", "carrier_registration_number", "carrier_version")
    by = carried.drop_nulls("row").select(ROW, pl.concat_str(key, separator=" ").alias("carried_by"))
    nowhere = pl.lit([], pl.List(pl.String))
    is_carried = pl.col("carried_by").is_not_null()
    forwards = part.read("verdict").join(by, on=ROW, how="left", maintain_order="left")
    return forwards.select(
        pl.col(ROW) - part.first,
        pl.when(is_carried).then(pl.lit("duplicate")).otherwise(pl.lit("forward")).alias("outcome"),
        pl.when(is_carried)
        .then(pl.concat_list(pl.lit("same_event"), pl.col("reasons").list.set_difference(["well_founded"])))
        .otherwise("reasons")
        .alias("reasons"),
        pl.when(is_carried).then(nowhere).otherwise("regions").alias("regions"),
        "carried_by",
    )


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


def _taken_over(given: cursor, parts: list[Part], carried: pl.DataFrame, along: TakenAlong) -> Tables:
    """Return what carriers get of what they carry, under the carrier's row."""
    new = carried.drop_nulls("row")
    before = along.lines.select(pl.col("along_row").alias("row"), "carrier_row")
    pairs = pl.concat([new.select("row", "carrier_row"), before])
    into = pairs.select(pl.col("carrier_row").alias(ROW)).unique()
    delivered = new.filter(pl.col("carrier_row") < 0).unique("carrier_row", maintain_order=True)
    taking, taken, between = [], [], []
    for part in parts:
        allowed = part.allowed()
        taking.append(allowed.only(into))
        taken.append(allowed.only(pairs))
        links = part.read("found", "settled")
        between += [_between(links, new), _between_along(links, along.lines)]
    carriers, all_taken = _joined([*taking, read_delivered(given, delivered)]), _joined([*taken, *along.allowed])
    return take_over(carriers, all_taken, pairs, pl.concat(between))


def _between(links: pl.DataFrame, carried: pl.DataFrame) -> pl.DataFrame:
    """Return the links of persons of carried registrations to those of their carriers, as `take_over` reads them."""
    key = ["carrier_unit", "carrier_registration_number", "carrier_version"]
    return (
        links.filter(kind="link")
        .join(carried, left_on=["row", *EARLIER], right_on=["row", *key])
        .select("row", "person_number", "carrier_row", pl.col("earlier_person_number").alias("carrier_person"))
    )


def _between_along(links: pl.DataFrame, along: pl.DataFrame) -> pl.DataFrame:
    """Return the links of persons of tonight's carriers to those whom they take along, as `take_over` reads them."""
    return (
        links.filter(kind="link")
        .join(along, left_on=["row", *EARLIER], right_on=["carrier_row", *VERSION])
        .select(
            pl.col("along_row").alias("row"),
            pl.col("earlier_person_number").alias("person_number"),
            pl.col("row").alias("carrier_row"),
            pl.col("person_number").alias("carrier_person"),
        )
    )


def _joined(tables: list[Tables]) -> Tables:
    return _each(lambda *frames: pl.concat(frames, how="diagonal_relaxed"), *tables)


def _each(work: Callable[..., pl.DataFrame], *tables: Tables) -> Tables:
    return Tables(*(work(*(getattr(each, table.name) for each in tables)) for table in TABLES))


@dataclass(frozen=True)
class Across:
    """What the night as a whole showed."""

    past: Past
    carried: pl.DataFrame
    taken: Tables


def _write_part(given: cursor, settings: Settings, part: Part, across: Across) -> tuple[int, int]:
    """Write a part's links, for history and desk, and the rows it brings to each region; return how many of both."""
    verdict = part.read("verdict").join(across.carried.drop_nulls("row"), on=ROW, how="anti", maintain_order="left")
    policy = steps.policy_of(part.delivery, settings)
    allowed = part.allowed().only(verdict)
    told = verdict.join(_also(across.carried), left_on=ROW, right_on="carrier_row", how="left", maintain_order="left")
    told = told.with_columns(
        pl.col("also_registered_as", "danger_of_others").fill_null([]),
        pl.col("contact_police_first") | pl.col("warned").fill_null(value=False),
    )
    identified = part.read("kept_person").join(verdict.select(ROW), on=ROW, how="semi", maintain_order="left")
    links = part.read("found", "settled").join(
        _same_event(across.carried), on=["row", *EARLIER], how="anti", maintain_order="left"
    )
    part.write(links, "links")
    known = _known(given, identified, allowed, links, across.past, policy.night)
    allowed, forwarded = supplemented(allowed, told, known, policy.night)
    taken = across.taken.only(verdict)
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


def _write_amendments(settings: Settings, parts: list[Part], across: Across) -> None:
    """Write what reports that were delivered before get, beside what the carried registration's own export brings."""
    late = across.carried.drop_nulls("row").filter(pl.col("carrier_row") < 0)
    for part in parts:
        ours = late.filter(part.holds("row"))
        if ours.is_empty():
            continue
        carriers = (
            ours.select(
                pl.col("carrier_row").alias(ROW),
                pl.col("^carrier_(unit|registration_number|version|regions)$").name.map(
                    lambda name: name.removeprefix("carrier_")
                ),
            )
            .unique(ROW, maintain_order=True)
            .join(_also(ours).rename({"warned": "contact_police_first"}), left_on=ROW, right_on="carrier_row")
        )
        staging = build_amendment(across.taken.only(carriers), carriers)
        policy = steps.policy_of(part.delivery, settings)
        entries = amendment_entries(staging, policy.rules.elements_on(policy.night), policy.terms)
        _write_regions(part, "amend", staging, entries)
