"""What reports tell of the past out of registrations that are nobody's past any more: it is taken out of them.

A report names earlier incidents, and the children seen at the address, by links to earlier registrations. Of removed
data only the keys stay (CONTRACT.md), what was retracted never was, and what came under another regime is never shared:
none of it may stand as the past in somebody else's report. What another registration, or the unit's own list of
antecedents, says too stays.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pipeline.enrich.prior import DOMESTIC_KINDS
from pipeline.enrich.repeat import sequence
from pipeline.load import ledger
from pipeline.load.database import fill, frame, now, query
from pipeline.load.retold import Entry, urgency
from pipeline.load.staging import VERSION_KEY, lock_region
from pipeline.policy.enrichment import read_enrichment
from pipeline.policy.incident_classes import relevant_classes
from pipeline.schema import DANGER_BOXES, ROW, schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

_GONE: Final = pl.Schema({"unit": pl.String(), "registration_number": pl.String(), "highest": pl.Int64()})
_TELLING: Final = """
    CREATE TEMP TABLE telling ON COMMIT DROP AS
    WITH linked AS (
        SELECT DISTINCT link.unit, link.registration_number, link.version
        FROM forgotten AS gone JOIN intake.person_link AS link
             ON (link.earlier_unit, link.earlier_number) = (gone.unit, gone.registration_number)
        WHERE link.kind = 'link' AND link.earlier_version <= gone.highest
    )
    SELECT unit, registration_number, version, unit AS of_unit, registration_number AS of_number, version AS of_version
    FROM linked JOIN {schema}.report USING (unit, registration_number, version) WHERE emptied_at IS NULL
    UNION
    SELECT report.unit, report.registration_number, report.version, linked.unit, linked.registration_number,
           linked.version
    FROM linked JOIN {schema}.report ON linked.registration_number = ANY (also_registered_as)
    WHERE also_registered_as <> '{{}}' AND also_registered_as && ARRAY(SELECT registration_number FROM linked)
"""
"""The reports of a region that may tell of forgotten registrations: of one that is linked to them, or that carry it."""
_LOST: Final = """
    CREATE TEMP TABLE lost ON COMMIT DROP AS
    SELECT telling.*, whose.role, relevant.incident_code,
           (coalesce(earlier.happened_at, earlier.known_at) AT TIME ZONE 'Europe/Amsterdam')::date AS date
    FROM telling JOIN intake.person_link AS link
         ON (link.unit, link.registration_number, link.version) = (of_unit, of_number, of_version)
    JOIN intake.earlier ON (earlier.unit, earlier.registration_number, earlier.version)
         = (link.earlier_unit, link.earlier_number, link.earlier_version)
    JOIN intake.person_key AS whose ON (whose.unit, whose.registration_number, whose.version, whose.person_number)
         = (link.earlier_unit, link.earlier_number, link.earlier_version, link.earlier_person_number)
    LEFT JOIN unnest(%(classes)s::text[]) AS relevant (incident_code) USING (incident_code)
    LEFT JOIN forgotten AS gone ON (gone.unit, gone.registration_number) = (link.earlier_unit, link.earlier_number)
         AND link.earlier_version <= gone.highest
    WHERE link.kind = 'link'
      AND (relevant.incident_code IS NOT NULL OR earlier.kind = ANY (%(kinds)s) OR project_code IS NOT NULL)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING bool_and(gone.highest IS NOT NULL)
"""
"""What nothing but forgotten registrations told of their persons, as `enrich.prior` tells it."""
_DELETED: Final = """
    DELETE FROM {schema}.prior_incident AS part USING lost
    WHERE (part.unit, part.registration_number, part.version) = (lost.unit, lost.registration_number, lost.version)
      AND part.origin = 'history' AND part.date = lost.date AND part.role = lost.role
      AND part.incident_code IS NOT DISTINCT FROM lost.incident_code
    RETURNING part.unit, part.registration_number, part.version
"""
_RETELLING: Final = """
    CREATE TEMP TABLE retelling ON COMMIT DROP AS
    SELECT row_number() OVER () AS row, * FROM (
        SELECT unit, registration_number, version, array_agg(DISTINCT date) FILTER (WHERE date IS NOT NULL) AS lost
        FROM (
            SELECT unit, registration_number, version, date FROM lost
            WHERE (unit, registration_number, version) = (of_unit, of_number, of_version)
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
    SELECT row, unit, registration_number, version, lost, triage::text, sequence, known_at, incident_code, injury,
           ARRAY(SELECT signal FROM {schema}.danger_signal AS part
                 WHERE (part.unit, part.registration_number, part.version)
                       = (report.unit, report.registration_number, report.version))
    FROM retelling JOIN {schema}.report USING (unit, registration_number, version) ORDER BY row
"""
_REPORT: Final = pl.Schema(
    {
        ROW: pl.Int64(),
        **VERSION_KEY,
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


def take_out_of_pasts(given: cursor, region: str, gone: Sequence[tuple[str, str, int]], reason: str) -> int:
    """Take out of a region's reports what they tell of the past out of registrations; return how many tell less.

    To be called while the history still knows them. Twice is once.

    Args:
        given: cursor of the caller's transaction, which holds the region's lock.
        region: `VT09`.
        gone: unit, registration number, and the highest version that goes.
        reason: what the ledger says.
    """
    if not gone:
        return 0
    numbers = pl.DataFrame(gone, schema=_GONE, orient="row")
    fill(given, "forgotten", "unit text, registration_number text, highest integer", numbers)
    schema = schema_of(region)
    given.execute(_TELLING.format(schema=schema))
    given.execute(_LOST, {"classes": relevant_classes(), "kinds": list(DOMESTIC_KINDS)})
    deleted = frame(given, _DELETED.format(schema=schema), VERSION_KEY)
    changed = pl.concat([deleted, _retell(given, schema)]).unique().sort(VERSION_KEY.names())
    given.execute("DROP TABLE forgotten, telling, lost")
    _note(given, region, changed, reason)
    return len(changed)


def forget_past(given: cursor, unit: str, number: str, version: int) -> None:
    """Take out of every region's reports what they tell of the past out of one registration that was withheld."""
    for region in regions_of_linked(given, [number]):
        lock_region(given, region)
        take_out_of_pasts(given, region, [(unit, number, version)], "withhold")


def regions_of_linked(given: cursor, numbers: Iterable[str]) -> list[str]:
    """Return the regions with reports of registrations that are linked to these, or have an address with them."""
    found: list[tuple[str]] = query(
        given,
        """
        SELECT DISTINCT region FROM intake.delivery WHERE registration_number IN (
            SELECT registration_number FROM intake.person_link WHERE earlier_number = ANY (%(numbers)s)
            UNION
            SELECT other.registration_number FROM intake.person_key AS child
            JOIN intake.person_key AS other USING (address)
            WHERE child.child AND child.registration_number = ANY (%(numbers)s)
        ) ORDER BY 1
        """,
        {"numbers": list(numbers)},
    )
    return [region for (region,) in found]


def _note(given: cursor, region: str, changed: pl.DataFrame, reason: str) -> None:
    """Say in the reports and in the ledger that they tell less."""
    if changed.is_empty():
        return
    fill(given, "changed", "unit text, registration_number text, version integer", changed)
    entries = frame(
        given,
        f"""
        WITH amended AS (
            UPDATE {schema_of(region)}.report AS part SET loaded_at = now() FROM changed
            WHERE (part.unit, part.registration_number, part.version)
                  = (changed.unit, changed.registration_number, changed.version)
            RETURNING part.*
        )
        SELECT 'amendment', night, unit, registration_number, version, region, '{{}}'::text[], ARRAY[%s],
               legal_ground, agreement_version, policy_version, mandate
        FROM amended ORDER BY unit, registration_number, version
        """,  # noqa: S608 - the schema of a region
        ledger.ENTRY,
        (reason,),
    )
    given.execute("DROP TABLE changed")
    ledger.append(given, region, entries, now(given))


def _retell(given: cursor, schema: str) -> pl.DataFrame:
    """Let triage, sequence and urgency tell what is left of the past; return (VERSION_KEY) which reports tell less."""
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
    left = []
    for before, days, computed in zip(told, gone, _computed(reports, told, gone, priors), strict=True):
        entries = [entry for each in before if (entry := _left(each, days, forgotten, computed))]
        place = computed["sequence"] if days else computed["told"]
        left.append((json.dumps(entries), place, urgency(entries), entries != before))
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


def _computed(
    reports: pl.DataFrame, told: Sequence[Sequence[Entry]], gone: Sequence[Collection[str]], priors: pl.DataFrame
) -> Iterator[dict[str, Any]]:
    """Compute of each report sequence and escalation anew (`enrich.repeat`), of what is left; with what was `told`."""
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
    computed = sequence(reports.with_columns(boxes), past, read_enrichment())
    return computed.with_columns(reports["sequence"].alias("told")).iter_rows(named=True)


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
            stands = computed["sequence"] == "follow_up" if entry["field"] == "open_case" else bool(days)
            return same | {"evidence": days} if stands else None
        case "escalation_computed" if gone:
            facts = computed["escalation_facts"]
            return same | {"evidence": facts} if facts else None
    return same
