"""What reports carry of a registration that says it no more: its texts and persons are taken out of them.

A report has no version of its own for what it carries, so that nothing can be recalled there: it is changed, the
ledger says why, and `loaded_at` moves. A danger signal that came with something carried stays as long as the report
carries anything: whose it was is not kept. Triage and urgency follow the signals. A person goes with the first of the
carried that named that person, and so does what others said of their relation: a later one may get the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.load import ledger
from pipeline.load.database import frame, now, query
from pipeline.load.intake import LAST_SAID, columns_of
from pipeline.load.retold import retell_danger
from pipeline.schema import VERSION_KEY, schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

    from pipeline.load.intake import ExportKey

TELLING: Final = """NOT EXISTS (
    SELECT FROM jsonb_array_elements(report.entries) AS entry
    WHERE entry ->> 'registration_number' = {0}.registration_number
      AND coalesce((entry ->> 'version')::integer, 0) {1})"""
"""Whether a report tells nothing newer of a registration already: twice is once."""


def take_out_corrected(given: cursor, region: str, exports: Sequence[ExportKey]) -> int:
    """Take out of a region's reports what these exports correct or withdraw; return how many reports were changed.

    What the same report carries anew is added by `staging.amend_region`, after this.

    Args:
        given: cursor of the caller's transaction, which holds the region's lock.
        region: `VT09`.
        exports: tonight's.
    """
    later = query(given, _LATER, columns_of(exports))
    if not later:
        return 0
    schema = schema_of(region)
    given.execute(
        f"""
        CREATE TEMP TABLE no_more ON COMMIT DROP AS
        SELECT report.unit, report.registration_number, report.version, said.registration_number AS carried, reason
        FROM unnest(%s::text[], %s::text[], %s::text[], %s::integer[], %s::text[])
             AS said (carrier_unit, carrier, registration_number, version, reason)
        JOIN {schema}.report ON (report.unit, report.registration_number) = (carrier_unit, carrier)
             AND said.registration_number = ANY (also_registered_as) AND {TELLING.format("said", ">= said.version")}
        """,  # noqa: S608 - the schema of a region
        [list(column) for column in zip(*later, strict=True)],
    )
    return _take_out(given, region, schema)


_LATER: Final = f"""
    WITH later AS ({LAST_SAID}), carrier AS (
        SELECT DISTINCT split_part(outcome.carried_by, ' ', 1) AS unit,
               split_part(outcome.carried_by, ' ', 2) AS number,
               later.registration_number, later.version, later.outcome, later.reasons, later.carried_by
        FROM later JOIN intake.outcome USING (unit, registration_number)
        WHERE outcome.version < later.version AND outcome.carried_by IS NOT NULL
    )
    SELECT unit, number, registration_number, version,
           CASE WHEN split_part(carried_by, ' ', 1) = unit AND split_part(carried_by, ' ', 2) = number THEN 'replaced'
                WHEN reasons @> '{{removed}}' THEN 'removed'
                ELSE outcome END
    FROM carrier ORDER BY 1, 2, 3
"""  # noqa: S608 - our own text
"""What a later version says of what reports carry: carrier's unit and number, number, version, why."""


def take_out_gone(given: cursor, region: str, reason: str) -> int:
    """Take out of a region's reports what `gone` (number, highest version) names, whoever carries it or did."""
    schema = schema_of(region)
    given.execute(
        f"""
        CREATE TEMP TABLE no_more ON COMMIT DROP AS
        SELECT DISTINCT report.unit, report.registration_number, report.version,
               gone.registration_number AS carried, %s AS reason
        FROM {schema}.report JOIN gone ON gone.registration_number = ANY (also_registered_as)
        WHERE also_registered_as <> '{{}}' AND also_registered_as && ARRAY(SELECT registration_number FROM gone)
          AND {TELLING.format("gone", "> gone.highest")}
        """,  # noqa: S608 - the schema of a region
        (reason,),
    )
    return _take_out(given, region, schema)


_OF: Final = (
    "(part.unit, part.registration_number, part.version) = (no_more.unit, no_more.registration_number, no_more.version)"
)


def _take_out(given: cursor, region: str, schema: str) -> int:
    """Take `no_more` (key of a report, what it carried, why) out of the reports, with the ledger's word for it."""
    _take_out_persons(given, schema)
    amended = _take_out_texts(given, schema)
    _take_out_danger(given, schema)
    given.execute("DROP TABLE no_more")
    ledger.append(given, region, amended, now(given))
    return len(amended)


def _take_out_persons(given: cursor, schema: str) -> None:
    """Delete whom the carried brought in, after their prior incidents, and what was told of a relation to them."""
    given.execute(
        f"DELETE FROM {schema}.prior_incident AS part USING no_more, {schema}.person AS whose WHERE {_OF}"  # noqa: S608
        " AND (whose.unit, whose.registration_number, whose.version, whose.person_number)"
        " = (part.unit, part.registration_number, part.version, part.person_number) AND whose.carried_from = carried"
    )
    given.execute(f"DELETE FROM {schema}.person AS part USING no_more WHERE {_OF} AND carried_from = carried")  # noqa: S608
    given.execute(
        f"UPDATE {schema}.person AS part SET relation_to = NULL FROM no_more WHERE {_OF} AND relation_to IS NOT NULL"  # noqa: S608
        f" AND NOT EXISTS (SELECT FROM {schema}.person AS other WHERE (other.unit, other.registration_number,"
        " other.version, other.person_number)"
        " = (part.unit, part.registration_number, part.version, part.relation_to))"
    )


def _take_out_texts(given: cursor, schema: str) -> pl.DataFrame:
    """Take the carried's entries and numbers out of the reports; return the ledger's entry of each (ledger.ENTRY)."""
    return frame(
        given,
        f"""
        WITH less AS (
            SELECT unit, registration_number, version, array_agg(carried) AS numbers, array_agg(DISTINCT reason) AS why
            FROM no_more GROUP BY 1, 2, 3
        ), amended AS (
            UPDATE {schema}.report AS part SET
                entries = (SELECT coalesce(jsonb_agg(entry ORDER BY place), '[]')
                           FROM jsonb_array_elements(entries) WITH ORDINALITY AS told (entry, place)
                           WHERE coalesce(entry ->> 'registration_number', '') <> ALL (numbers)),
                also_registered_as = ARRAY(SELECT number FROM unnest(also_registered_as) AS number
                                           WHERE number <> ALL (numbers)),
                loaded_at = now()
            FROM less
            WHERE (part.unit, part.registration_number, part.version)
                  = (less.unit, less.registration_number, less.version)
            RETURNING part.*, why
        )
        {ledger.AMENDMENTS}
        """,  # noqa: S608 - the schema of a region
        ledger.ENTRY,
    )


def _take_out_danger(given: cursor, schema: str) -> None:
    """Delete the carried danger of reports that carry nothing any more, and what was told on the strength of it."""
    gone = frame(
        given,
        f"DELETE FROM {schema}.danger_signal AS part USING no_more, {schema}.report WHERE {_OF}"  # noqa: S608
        " AND (report.unit, report.registration_number, report.version)"
        " = (part.unit, part.registration_number, part.version)"
        " AND known_from = 'carried' AND also_registered_as = '{}'"
        " RETURNING part.unit, part.registration_number, part.version, part.signal, part.known_from",
        pl.Schema({**VERSION_KEY, "signal": pl.String(), "known_from": pl.String()}),
    )
    retell_danger(given, schema, gone, gone=True)
