"""What a report that stands in a region tells anew: danger came or went with what it carries, or its past is less.

Told anew are triage, sequence and urgency; what stands in tables of its own (`danger_signal`, `prior_incident`) is
brought or taken away by whoever calls.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from psycopg2.extras import Json

from pipeline.enrich.repeat import FOLLOW_UP, sequence
from pipeline.enrich.triage import ORIGINS, THIS_WEEK, TODAY
from pipeline.load.database import fill, frame, query
from pipeline.policy.enrichment import read_enrichment
from pipeline.policy.triage import Field, Triage, read_triage
from pipeline.schema import DANGER_BOXES, KEY, ROW, VERSION_KEY

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

Entry = Mapping[str, Any]
"""A field of the staged triage, as `enrich.triage` writes it."""
_OF_IT: Final = "WHERE (unit, registration_number, version) = (%s, %s, %s)"
_RETELLING: Final = """
    CREATE TEMP TABLE retelling ON COMMIT DROP AS
    SELECT row_number() OVER () AS row, * FROM (
        SELECT unit, registration_number, version, array_agg(DISTINCT date) FILTER (WHERE date IS NOT NULL) AS lost
        FROM (
            SELECT unit, registration_number, version, date FROM lost
            UNION ALL
            SELECT report.unit, report.registration_number, report.version, NULL
            FROM forgotten AS gone JOIN intake.person_key AS child
                 ON (child.unit, child.registration_number) = (gone.unit, gone.registration_number)
            JOIN intake.person_key AS other ON other.address = child.address
            JOIN {schema}.report ON (report.unit, report.registration_number, report.version)
                 = (other.unit, other.registration_number, other.version)
            WHERE child.child AND emptied_at IS NULL
        ) AS told GROUP BY 1, 2, 3
    ) AS report
"""
"""The reports of a region that lost days, or may name a child of a forgotten registration as seen at the address."""
_REPORTS: Final = """
    SELECT row, unit, registration_number, version, night, lost, triage::text, sequence, known_at, incident_code,
           injury,
           ARRAY(SELECT signal FROM {schema}.danger_signal AS part
                 WHERE (part.unit, part.registration_number, part.version)
                       = (report.unit, report.registration_number, report.version))
    FROM retelling JOIN {schema}.report USING (unit, registration_number, version) ORDER BY row
"""
_REPORT: Final = pl.Schema(
    {
        ROW: pl.Int64(),
        **VERSION_KEY,
        "night": pl.Date(),
        "lost": pl.List(pl.Date()),
        "triage": pl.String(),
        "sequence": pl.String(),
        "known_at": pl.Datetime("us", "UTC"),
        "incident_code": pl.String(),
        "injury": pl.Boolean(),
        "signals": pl.List(pl.String()),
    }
)
_INCIDENTS: Final = """
    SELECT row, date, incident_code FROM retelling JOIN {schema}.prior_incident
    USING (unit, registration_number, version) WHERE date IS NOT NULL
"""
_INCIDENT: Final = pl.Schema({ROW: pl.Int64(), "date": pl.Date(), "incident_code": pl.String()})
_LEFT: Final = {"triage": pl.String(), "sequence": pl.String(), "urgency_hint": pl.String(), "changed": pl.Boolean()}
_RETOLD: Final = "unit text, registration_number text, version integer, triage jsonb, sequence text, urgency_hint text"
_NOT_STANDING: Final = """
    SELECT unit, registration_number FROM forgotten AS gone WHERE NOT EXISTS (
        SELECT FROM intake.earlier AS stands WHERE version > highest
          AND (stands.unit, stands.registration_number) = (gone.unit, gone.registration_number))
"""
"""Those of which no higher version stands."""


def retell_danger(given: cursor, schema: str, signals: pl.DataFrame, *, gone: bool = False) -> None:
    """Let triage and urgency of reports say that signals came, or that they are gone.

    Args:
        given: cursor of the caller's transaction.
        schema: of the region.
        signals: unit, registration_number, version, signal, known_from.
        gone: they are there no longer.
    """
    for *key, named, known_from in signals.group_by(KEY, maintain_order=True).agg("signal", "known_from").iter_rows():
        changed = dict(zip(named, known_from, strict=True))
        ((told, night),) = query(given, f"SELECT triage, night FROM {schema}.report {_OF_IT}", key)  # noqa: S608 - a region's schema
        policy = read_triage(night)
        triage = _with_danger(told or [], changed, policy, gone=gone)
        given.execute(
            f"UPDATE {schema}.report SET triage = %s, urgency_hint = %s {_OF_IT}",  # noqa: S608 - a region's schema
            (Json(triage), _urgency(triage, policy), *key),
        )


def retell_past(given: cursor, schema: str) -> pl.DataFrame:
    """Let triage, sequence and urgency tell what is left of the past; return (VERSION_KEY) which reports tell less.

    Read are the tables of `past.take_out_of_pasts`: `forgotten`, and `lost`, the days that reports lost with them.
    """
    given.execute(_RETELLING.format(schema=schema))
    reports = frame(given, _REPORTS.format(schema=schema), _REPORT)
    priors = frame(given, _INCIDENTS.format(schema=schema), _INCIDENT)
    forgotten = [f"{unit} {number} " for unit, number in query(given, _NOT_STANDING)]
    given.execute("DROP TABLE retelling")
    stand = dict(priors.group_by(ROW).agg(pl.col("date").unique()).iter_rows())
    told: list[list[Entry]] = [json.loads(triage) or [] for triage in reports["triage"]]
    gone = [
        {str(day) for day in set(lost or ()).difference(stand.get(row, ()))}
        for row, lost in reports.select(ROW, "lost").iter_rows()
    ]
    computed = _computed(reports, told, gone, priors)
    left = []
    for (row, night, was), before, days in zip(
        reports.select(ROW, "night", "sequence").iter_rows(), told, gone, strict=True
    ):
        entries = [entry for each in before if (entry := _left(each, days, forgotten, computed[row]))]
        place = computed[row]["sequence"] if days else was
        left.append((json.dumps(entries), place, _urgency(entries, read_triage(night)), entries != before))
    retold = pl.DataFrame(left, schema=_LEFT, orient="row")
    changed = pl.concat([reports.select(VERSION_KEY.names()), retold], how="horizontal").filter("changed")
    fill(given, "retold", _RETOLD, changed.drop("changed"))
    given.execute(
        f"UPDATE {schema}.report AS part SET triage = retold.triage, sequence = retold.sequence,"  # noqa: S608
        " urgency_hint = retold.urgency_hint FROM retold WHERE (part.unit, part.registration_number, part.version)"
        " = (retold.unit, retold.registration_number, retold.version)"
    )
    given.execute("DROP TABLE retold")
    return changed.select(VERSION_KEY.names())


def _with_danger(told: Sequence[Entry], changed: Mapping[str, str], policy: Triage, *, gone: bool) -> list[Entry]:
    """Return the triage with or without these signals (what each is known from), in the order of the policy.

    What is general stands first.
    """
    fields = {field.id: field for field in policy.fields}
    ours = [field for field in fields.values() if field.column in changed]
    others = [entry for entry in told if entry["field"] not in {field.id for field in ours}]
    place = {field: at for at, field in enumerate(fields)}
    added = [] if gone else [_entry(field, changed[field.column]) for field in ours]
    triage = [*others, *added]
    return sorted(triage, key=lambda entry: place.get(entry["field"], -1))


def _entry(field: Field, known_from: str) -> Entry:
    said = {"step": field.step, "field": field.id, "value": "yes", "evidence": [field.column]}
    return said | {"origin": ORIGINS.get(known_from, field.origin)}


def _urgency(triage: Sequence[Entry], policy: Triage) -> str:
    """Return the hint that follows of a triage."""
    urgent = {field.id for field in policy.fields if field.urgent}
    return TODAY if any(entry["field"] in urgent for entry in triage) else THIS_WEEK


def _computed(
    reports: pl.DataFrame, told: Sequence[Sequence[Entry]], gone: Sequence[Collection[str]], priors: pl.DataFrame
) -> dict[int, dict[str, Any]]:
    """Compute of each report, by row, sequence and escalation anew (`enrich.repeat`), of what is left."""
    boxes = [pl.col("signals").list.contains(box).alias(box) for box in DANGER_BOXES]
    earlier = [
        (row, date.fromisoformat(day))
        for row, entries, lost in zip(reports[ROW], told, gone, strict=True)
        for entry in entries
        if entry["field"] == "earlier_dates"
        for day in str(entry["value"]).split("|")
        if day not in lost
    ]
    domestic = pl.DataFrame(earlier, schema={ROW: pl.Int64(), "date": pl.Date()}, orient="row")
    past = pl.concat([priors.with_columns(domestic=False), domestic.with_columns(domestic=True)], how="diagonal")
    policies = {night: read_enrichment(night) for night in reports["night"].unique()}
    computed: dict[int, dict[str, Any]] = {}
    for policy in {known.effective_from: known for known in policies.values()}.values():
        its = [night for night, known in policies.items() if known is policy]
        some = reports.filter(pl.col("night").is_in(its)).with_columns(boxes)
        computed |= {line[ROW]: line for line in sequence(some, past, policy).iter_rows(named=True)}
    return computed


def _left(
    entry: Entry, gone: Collection[str], forgotten: Sequence[str], computed: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return what is left of a field of the triage; None for nothing."""
    same, evidence = dict(entry), list(entry["evidence"])
    match entry["field"]:
        case "children_elsewhere":
            evidence = [each for each in evidence if not each.startswith(tuple(forgotten))]
            return same | {"evidence": evidence} if evidence else None
        case "sequence" if gone:
            return same | {"value": computed["sequence"]}
        case "earlier_dates" if gone:
            days = [day for day in str(entry["value"]).split("|") if day not in gone]
            return same | {"value": "|".join(days)} if days else None
        case "repeat" | "open_case" if gone:
            days = [day for day in evidence if day not in gone]
            stands = computed["sequence"] == FOLLOW_UP if entry["field"] == "open_case" else bool(days)
            return same | {"evidence": days} if stands else None
        case "escalation_computed" if gone:
            facts = computed["escalation_facts"]
            return same | {"evidence": facts} if facts else None
    return same
