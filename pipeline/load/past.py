"""What reports tell of the past out of registrations that are nobody's past any more: it is taken out of them.

A report names earlier incidents, and the children seen at the address, by links to earlier registrations. Of removed
data only the keys stay (CONTRACT.md), what was retracted never was, and what came under another regime is never shared:
none of it may stand as the past in somebody else's report. What another registration, or the unit's own list of
antecedents, says too stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from psycopg2.extras import Json

from pipeline.enrich.repeat import BOXES, sequence
from pipeline.load import ledger
from pipeline.load.database import fill, frame, now, query
from pipeline.load.retold import Entry, urgency
from pipeline.load.staging import VERSION_KEY, lock_region
from pipeline.policy.enrichment import read_enrichment
from pipeline.schema import schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

_GONE: Final = pl.Schema({"unit": pl.String(), "registration_number": pl.String(), "highest": pl.Int64()})
_INCIDENT: Final = pl.Schema({"date": pl.Date(), "incident_code": pl.String()})
_LOST: Final = """
    CREATE TEMP TABLE lost ON COMMIT DROP AS
    WITH touched AS (
        SELECT DISTINCT link.unit, link.registration_number, link.version
        FROM forgotten AS gone JOIN intake.person_link AS link
             ON (link.earlier_unit, link.earlier_number) = (gone.unit, gone.registration_number)
        WHERE link.kind = 'link' AND link.earlier_version <= gone.highest
    )
    SELECT link.unit, link.registration_number, link.version, whose.role, earlier.incident_code,
           (coalesce(earlier.happened_at, earlier.known_at) AT TIME ZONE 'Europe/Amsterdam')::date AS date
    FROM touched JOIN intake.person_link AS link USING (unit, registration_number, version)
    JOIN intake.earlier ON (earlier.unit, earlier.registration_number, earlier.version)
         = (link.earlier_unit, link.earlier_number, link.earlier_version)
    JOIN intake.person_key AS whose ON (whose.unit, whose.registration_number, whose.version, whose.person_number)
         = (link.earlier_unit, link.earlier_number, link.earlier_version, link.earlier_person_number)
    LEFT JOIN forgotten AS gone ON (gone.unit, gone.registration_number) = (link.earlier_unit, link.earlier_number)
         AND link.earlier_version <= gone.highest
    WHERE link.kind = 'link' GROUP BY 1, 2, 3, 4, 5, 6 HAVING bool_and(gone.highest IS NOT NULL)
"""
"""Per linked registration what nothing but forgotten ones told of its persons."""
_TELLING: Final = """
    CREATE TEMP TABLE telling ON COMMIT DROP AS
    SELECT DISTINCT report.unit, report.registration_number, report.version, lost.role, lost.incident_code, lost.date
    FROM lost JOIN {schema}.report USING (unit, registration_number, version) WHERE emptied_at IS NULL
    UNION
    SELECT report.unit, report.registration_number, report.version, lost.role, lost.incident_code, lost.date
    FROM lost JOIN {schema}.report ON lost.registration_number = ANY (also_registered_as)
    WHERE also_registered_as && ARRAY(SELECT registration_number FROM lost)
"""
"""The reports of a region that may tell it: of the registration, and what carries it."""
_DELETED: Final = """
    DELETE FROM {schema}.prior_incident AS part USING telling
    WHERE (part.unit, part.registration_number, part.version)
          = (telling.unit, telling.registration_number, telling.version)
      AND part.origin = 'history' AND part.date = telling.date AND part.role = telling.role
      AND (part.incident_code = telling.incident_code OR part.incident_code IS NULL)
    RETURNING part.unit, part.registration_number, part.version
"""
_LIVING_THERE: Final = """
    SELECT DISTINCT report.unit, report.registration_number, report.version
    FROM forgotten AS gone JOIN intake.person_key AS child
         ON (child.unit, child.registration_number) = (gone.unit, gone.registration_number)
    JOIN intake.person_key AS other ON other.address = child.address
    JOIN {schema}.report ON (report.unit, report.registration_number, report.version)
         = (other.unit, other.registration_number, other.version)
    WHERE child.child AND emptied_at IS NULL
"""
"""The reports of a region that may name a child out of a forgotten registration as seen at the address."""
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
    given.execute(_LOST)
    given.execute(_TELLING.format(schema=schema))
    changed = set(frame(given, _DELETED.format(schema=schema), VERSION_KEY).iter_rows())
    days: dict[tuple[Any, ...], list[date]] = {
        tuple(key): lost
        for *key, lost in query(
            given,
            "SELECT unit, registration_number, version, array_agg(DISTINCT date) FROM telling"
            " JOIN lost USING (unit, registration_number, version, date) GROUP BY 1, 2, 3",
        )
    }
    there = query(given, _LIVING_THERE.format(schema=schema))
    forgotten = [f"{unit} {number} " for unit, number in query(given, _NOT_STANDING)]
    for key in sorted({*days, *there}):
        if _retell(given, schema, key, days.get(key, ()), forgotten):
            changed.add(key)
    given.execute("DROP TABLE forgotten, lost, telling")
    _note(given, region, pl.DataFrame(sorted(changed), schema=VERSION_KEY, orient="row"), reason)
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


def _retell(given: cursor, schema: str, key: Sequence[Any], lost: Collection[date], forgotten: Sequence[str]) -> bool:
    """Let triage, sequence and urgency of one report tell what is left of the past; return whether that is less."""
    of_it = "WHERE (unit, registration_number, version) = (%s, %s, %s)"
    ((told, place, *facts),) = query(
        given,
        f"SELECT triage, sequence, known_at, incident_code, injury FROM {schema}.report {of_it}",  # noqa: S608
        key,
    )
    signals = query(given, f"SELECT signal FROM {schema}.danger_signal {of_it}", key)  # noqa: S608
    priors = frame(
        given,
        f"SELECT date, incident_code FROM {schema}.prior_incident {of_it} AND date IS NOT NULL",  # noqa: S608
        _INCIDENT,
        key,
    )
    gone = {str(day) for day in set(lost) - set(priors.get_column("date"))}
    earlier = [day for day in _earlier_dates(told) if day not in gone]
    computed = _computed(facts, [signal for (signal,) in signals], priors, earlier)
    left = [entry for each in told if (entry := _left(each, gone, forgotten, computed))]
    place = computed["sequence"] if gone else place
    if left == told:
        return False
    given.execute(
        f"UPDATE {schema}.report SET triage = %s, sequence = %s, urgency_hint = %s {of_it}",  # noqa: S608
        (Json(left), place, urgency(left), *key),
    )
    return True


def _earlier_dates(told: Sequence[Entry]) -> list[str]:
    return next((str(entry["value"]).split("|") for entry in told if entry["field"] == "earlier_dates"), [])


def _computed(
    facts: Sequence[Any], signals: Collection[str], priors: pl.DataFrame, earlier: Sequence[str]
) -> Mapping[str, Any]:
    """Compute sequence and escalation anew (`enrich.repeat`), of what is left."""
    known_at, incident_code, injury = facts
    boxes = {box: injury if box == "injury" else box in signals for box in BOXES}
    one = {"row": 0, "known_at": known_at, "incident_code": incident_code}
    registration = pl.DataFrame(
        [one | boxes],
        schema={"row": pl.Int64(), "known_at": pl.Datetime("us", "UTC"), "incident_code": pl.String()}
        | dict.fromkeys(BOXES, pl.Boolean()),
    )
    domestic = pl.DataFrame({"date": [date.fromisoformat(day) for day in earlier]}, schema={"date": pl.Date()})
    told = pl.concat([priors.with_columns(domestic=False), domestic.with_columns(domestic=True)], how="diagonal")
    return sequence(registration, told.with_columns(row=pl.lit(0, pl.Int64)), read_enrichment()).row(0, named=True)


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
