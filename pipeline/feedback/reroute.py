"""A region says that a report is another region's: somebody looks, and it moves once, or stays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import polars as pl
from psycopg2 import sql

from pipeline.errors import DecisionRefused, UsageError
from pipeline.feedback.recall import Held, change_regions, lock_regions, recall, record_disclosure, standing
from pipeline.load.database import frame, query
from pipeline.schema import REGIONS

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

REROUTE: Final = pl.Schema(
    {
        "region": pl.String(),
        "unit": pl.String(),
        "registration_number": pl.String(),
        "version": pl.Int64(),
        "danger": pl.Boolean(),
        "asked_at": pl.Datetime("us", "UTC"),
        "contact": pl.String(),
        "municipalities": pl.List(pl.String()),
    }
)
_OURS: Final = ("region", "replaces_version", "delivered_at", "loaded_at")
"""Columns of a report that belong to its region and are not copied."""


@dataclass(frozen=True)
class Decision:
    """What somebody decided on a request, having looked."""

    region: str
    """The region that called the report another's."""
    registration_number: str
    to_region: str | None
    """Where it goes; None: it stays."""
    account: str
    comment: str | None = None


def open_reroutes(given: cursor) -> pl.DataFrame:
    """Return the requests that nobody decided on (REROUTE), danger first, then the oldest.

    `municipalities`: the codes of the addresses that the region received, to look at; nobody's address itself.
    """
    asked = frame(
        given,
        "SELECT region, unit, registration_number, version, false, asked_at,"
        " (SELECT contact FROM intake.feedback AS said WHERE (said.region, said.unit, said.registration_number,"
        "  said.version) = (reroute.region, reroute.unit, reroute.registration_number, reroute.version)"
        "  AND event = 'wrong_region' ORDER BY at DESC LIMIT 1), '{}'::text[]"
        " FROM intake.reroute WHERE decided_at IS NULL",
        REROUTE,
    )
    looked = [_look(given, Held(*row[:4])) for row in asked.iter_rows()]
    return asked.with_columns(
        pl.Series("danger", [danger for danger, _ in looked], dtype=pl.Boolean),
        pl.Series("municipalities", [codes for _, codes in looked], dtype=pl.List(pl.String)),
    ).sort(pl.col("danger").not_(), "asked_at", "region", "unit", "registration_number")


def _look(given: cursor, held: Held) -> tuple[bool, list[str]]:
    """Return whether a report is under a danger signal, and the municipality codes of its addresses."""
    codes, danger = query(
        given,
        f"SELECT array(SELECT DISTINCT municipality_code FROM (SELECT municipality_code FROM {held.schema}.report"  # noqa: S608
        " WHERE (unit, registration_number, version) = (%(unit)s, %(number)s, %(version)s) UNION"
        f" SELECT municipality_code FROM {held.schema}.person"
        " WHERE (unit, registration_number, version) = (%(unit)s, %(number)s, %(version)s)) AS said"
        "  WHERE municipality_code IS NOT NULL ORDER BY 1),"
        f" EXISTS (SELECT 1 FROM {held.schema}.danger_signal"
        "  WHERE (unit, registration_number, version) = (%(unit)s, %(number)s, %(version)s))",
        {"unit": held.unit, "number": held.registration_number, "version": held.version},
    )[0]
    return bool(danger), list(codes)


def suggest(asked: pl.DataFrame, regions_of: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Return for each request the other regions that its municipalities lie in; `regions_of`: by municipality code."""
    return [
        sorted({region for code in codes or () for region in regions_of.get(code, ())} - {away})
        for away, codes in asked.select("region", "municipalities").iter_rows()
    ]


def decide(given: cursor, decision: Decision, at: datetime, today: date) -> list[Held]:
    """Take a decision on a request, in the caller's transaction; return the report versions that moved, if any.

    What still stands at the region is recalled there as `rerouted` and placed at the other one with an entry in its
    ledger, in one transaction, so that it never stands in neither; the outcome then names the other region. A version
    that the other region holds already is not placed again, and gets whom it lacks; one that was recalled there cannot
    go there.

    Raises:
        UsageError: there is no such region, or the report cannot go there.
        DecisionRefused: nobody asked for it, somebody decided before, the other region holds it as recalled, or an
            export with it is being loaded.
    """
    target = decision.to_region
    if target is not None and (target not in REGIONS or target == decision.region):
        raise UsageError(
            f"{target}: geen regio waar deze melding heen kan", f"{target}: not a region that this report can go to"
        )
    given.execute(
        "UPDATE intake.reroute SET decided_at = %s, decided_by = %s, to_region = %s, comment = %s"
        " WHERE region = %s AND registration_number = %s AND decided_at IS NULL RETURNING unit",
        (at, decision.account, target, decision.comment, decision.region, decision.registration_number),
    )
    units = {unit for (unit,) in given.fetchall()}
    if not units:
        raise DecisionRefused(
            f"{decision.registration_number}: {decision.region} vroeg hier niet om, of er is al over beslist.",
            f"{decision.registration_number}: {decision.region} did not ask for it, or somebody decided before.",
        )
    if target is None:
        return []
    lock_regions(given, [decision.region, target])
    _refuse_while_loading(given, decision.registration_number, units)
    held = [
        each for each in standing(given, decision.registration_number, region=decision.region) if each.unit in units
    ]
    for each in held:
        _move(given, each, target, decision, today)
    for each in held:
        _require_standing(given, each, target)
    return held


def _refuse_while_loading(given: cursor, number: str, units: Collection[str]) -> None:
    """Refuse while an export with this number is on its way: the other region may have been loaded without it."""
    on_its_way = query(
        given,
        "SELECT 1 FROM intake.outcome JOIN intake.export USING (unit, night, export_id)"
        " WHERE registration_number = %s AND unit = ANY (%s) AND state = 'decided' LIMIT 1",
        (number, sorted(units)),
    )
    if on_its_way:
        raise DecisionRefused(
            f"{number}: er wordt juist een export geladen met deze registratie; beslis als de nacht klaar is.",
            f"{number}: an export with this registration is being loaded; decide when the night is done.",
        )


def _require_standing(given: cursor, held: Held, target: str) -> None:
    """Refuse a move after which a report stands in neither region: what was recalled at the other one cannot return."""
    there = standing(given, held.registration_number, held.unit, target)
    if all(each.version < held.version for each in there):
        raise DecisionRefused(
            f"{target} kreeg versie {held.version} van {held.registration_number} al, en zij is daar ingetrokken: kies"
            " een andere regio, of vraag de eenheid om een hogere versie.",
            f"{target} received version {held.version} of {held.registration_number} before, and it was recalled there:"
            " choose another region, or ask the unit for a higher version.",
        )


def _move(given: cursor, held: Held, target: str, decision: Decision, today: date) -> None:
    recall(given, held, "rerouted", today)
    if _place(given, held, target):
        record_disclosure(given, held, target)
    elif added := _add_part(given, held, target):
        record_disclosure(given, held, target, added)
    _replace_lower(given, held, target, today)
    regions = query(
        given,
        "SELECT regions FROM intake.outcome WHERE (unit, registration_number, version) = (%s, %s, %s)"
        " AND outcome = 'forward' AND %s = ANY (regions) FOR UPDATE",
        (*held.key, held.region),
    )
    for (named,) in regions[:1]:
        left = sorted({*named, target} - {held.region})
        said = f"{held.region} → {target}" + (f": {decision.comment}" if decision.comment else "")
        change_regions(given, held, left, "forward", "desk_reroute", decision.account, said)


def _place(given: cursor, held: Held, target: str) -> bool:
    """Copy a report version with its parts to another region's tables; tell whether it was not there yet."""
    into = Held(target, *held.key)
    columns = _columns(given, held.schema, "report")
    given.execute(
        sql.SQL(
            "INSERT INTO {into} ({columns}, region, replaces_version) SELECT {columns}, %(region)s,"
            " (SELECT max(version) FROM {into}"
            "  WHERE (unit, registration_number) = (%(unit)s, %(number)s) AND version < %(version)s)"
            " FROM {from_} WHERE (unit, registration_number, version) = (%(unit)s, %(number)s, %(version)s)"
            " ON CONFLICT DO NOTHING"
        ).format(
            columns=columns, into=sql.Identifier(into.schema, "report"), from_=sql.Identifier(held.schema, "report")
        ),
        {"region": target, "unit": held.unit, "number": held.registration_number, "version": held.version},
    )
    if given.rowcount == 0:
        return False
    for table in ("person", "prior_incident", "danger_signal"):
        columns = _columns(given, held.schema, table)
        given.execute(
            sql.SQL(
                "INSERT INTO {} ({}) SELECT {} FROM {} WHERE (unit, registration_number, version) = (%s, %s, %s)"
            ).format(sql.Identifier(into.schema, table), columns, columns, sql.Identifier(held.schema, table)),
            held.key,
        )
    return True


def _add_part(given: cursor, held: Held, target: str) -> list[int]:
    """Add to the part of a family that another region holds who is in the first one's only; return their numbers.

    Without it they would stand nowhere: each region of a family gets those who live there.
    """
    into = Held(target, *held.key)
    names = {"into": sql.Identifier(into.schema, "person"), "from_": sql.Identifier(held.schema, "person")}
    given.execute(
        sql.SQL(
            "INSERT INTO {into} ({columns}) SELECT {columns} FROM {from_}"
            " WHERE (unit, registration_number, version) = (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING person_number"
        ).format(columns=_columns(given, held.schema, "person"), **names),
        held.key,
    )
    added = [number for (number,) in given.fetchall()]
    if added:
        names = {"into": sql.Identifier(into.schema, "prior_incident")}
        names["from_"] = sql.Identifier(held.schema, "prior_incident")
        given.execute(
            sql.SQL(
                "INSERT INTO {into} ({columns}, number) SELECT {columns}, row_number() OVER (ORDER BY number) +"
                " (SELECT coalesce(max(number), 0) FROM {into}"
                "  WHERE (unit, registration_number, version) = (%(unit)s, %(number)s, %(version)s))"
                " FROM {from_} WHERE (unit, registration_number, version) = (%(unit)s, %(number)s, %(version)s)"
                " AND person_number = ANY (%(added)s)"
            ).format(columns=_columns(given, held.schema, "prior_incident", "number"), **names),
            {"unit": held.unit, "number": held.registration_number, "version": held.version, "added": added},
        )
        given.execute(
            sql.SQL("UPDATE {} SET loaded_at = now() WHERE (unit, registration_number, version) = (%s, %s, %s)").format(
                sql.Identifier(into.schema, "report")
            ),
            held.key,
        )
    return added


def _columns(given: cursor, schema: str, table: str, *others: str) -> sql.Composed:
    names = query(
        given,
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND NOT attname = ANY (%s) ORDER BY attnum",
        (f"{schema}.{table}", [*_OURS, *others]),
    )
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in names)


def _replace_lower(given: cursor, held: Held, target: str, today: date) -> None:
    """Of several versions at the other region the highest stands: a lower one that comes late replaces none."""
    there = standing(given, held.registration_number, held.unit, target)
    highest = max((each.version for each in there), default=0)
    for each in there:
        if each.version < highest:
            recall(given, each, "replaced", today, highest)
