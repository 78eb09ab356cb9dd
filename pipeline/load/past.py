"""What reports tell of the past out of registrations that are nobody's past any more: it is taken out of them.

A report names earlier incidents, and the children seen at the address, by links to earlier registrations. Of removed
data only the keys stay (CONTRACT.md), what was retracted never was, what came under another regime is never shared, and
what a person took back as wrong data is not so: none of it may stand as the past in somebody else's report. What
another registration, or the unit's own list of antecedents, says too stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.enrich.prior import DOMESTIC_KINDS
from pipeline.load import ledger
from pipeline.load.database import fill, frame, now, query
from pipeline.load.history import OVERTAKEN
from pipeline.load.retold import retell_past
from pipeline.load.staging import lock_region
from pipeline.policy.incident_classes import relevant_classes
from pipeline.schema import VERSION_KEY, schema_of

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
    SELECT unit, registration_number, version, report.known_at AS known
    FROM linked JOIN {schema}.report USING (unit, registration_number, version) WHERE emptied_at IS NULL
"""
"""The reports of a region that may tell of forgotten registrations; of what they carry they tell no history."""
_LOST: Final = f"""
    CREATE TEMP TABLE lost ON COMMIT DROP AS
    SELECT link.unit, link.registration_number, link.version, link.person_number, whose.role, relevant.incident_code,
           (coalesce(earlier.happened_at, earlier.known_at) AT TIME ZONE 'Europe/Amsterdam')::date AS date
    FROM telling JOIN intake.person_link AS link USING (unit, registration_number, version)
    JOIN intake.earlier ON (earlier.unit, earlier.registration_number, earlier.version)
         = (link.earlier_unit, link.earlier_number, link.earlier_version)
    JOIN intake.person_key AS whose ON (whose.unit, whose.registration_number, whose.version, whose.person_number)
         = (link.earlier_unit, link.earlier_number, link.earlier_version, link.earlier_person_number)
    LEFT JOIN unnest(%(classes)s::text[]) AS relevant (incident_code) USING (incident_code)
    LEFT JOIN forgotten AS gone ON (gone.unit, gone.registration_number) = (link.earlier_unit, link.earlier_number)
         AND link.earlier_version <= gone.highest
    WHERE link.kind = 'link' AND earlier.known_at < known
      AND (relevant.incident_code IS NOT NULL OR earlier.kind = ANY (%(kinds)s) OR project_code IS NOT NULL)
      AND NOT EXISTS (
          SELECT FROM intake.person_link AS higher
          WHERE (higher.unit, higher.registration_number, higher.version)
                = (link.unit, link.registration_number, link.version)
            AND (higher.earlier_unit, higher.earlier_number) = (link.earlier_unit, link.earlier_number)
            AND higher.earlier_version > link.earlier_version)
      AND (gone.highest IS NOT NULL OR NOT {OVERTAKEN.format("earlier")})
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING bool_and(gone.highest IS NOT NULL)
"""  # noqa: S608 - our own text
"""What nothing but forgotten registrations told of a person, as `enrich.prior` tells it, of what was not taken back.

Its five years need no look: the links of a report are to what was known within them, and one day is as old for all.
"""
_DELETED: Final = """
    DELETE FROM {schema}.prior_incident AS part USING lost
    WHERE (part.unit, part.registration_number, part.version) = (lost.unit, lost.registration_number, lost.version)
      AND part.origin = 'history' AND part.date = lost.date AND part.role = lost.role
      AND part.person_number = lost.person_number
      AND part.incident_code IS NOT DISTINCT FROM lost.incident_code
    RETURNING part.unit, part.registration_number, part.version
"""


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
    changed = pl.concat([deleted, retell_past(given, schema)]).unique().sort(VERSION_KEY.names())
    given.execute("DROP TABLE forgotten, telling, lost")
    _note(given, region, changed, reason)
    return len(changed)


def forget_past(given: cursor, unit: str, number: str, version: int, reason: str) -> None:
    """Take out of every region's reports what they tell of the past out of one registration that a person kept back."""
    for region in regions_of_linked(given, [number]):
        lock_region(given, region)
        take_out_of_pasts(given, region, [(unit, number, version)], reason)


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
            RETURNING part.*, ARRAY[%s] AS why
        )
        {ledger.AMENDMENTS}
        """,  # noqa: S608 - the schema of a region
        ledger.ENTRY,
        (reason,),
    )
    given.execute("DROP TABLE changed")
    ledger.append(given, region, entries, now(given))
