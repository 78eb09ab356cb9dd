"""Taking back what a region holds: a row in its `recall` and an entry in its ledger, nothing deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pipeline.load import ledger
from pipeline.load.database import frame, now
from pipeline.load.intake import MEANWHILE, OF_EXPORTS, SPEAKS, ExportKey, columns_of
from pipeline.schema import schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

ENTRIES: Final = """
    SELECT 'recall', recalled.night, unit, registration_number, version, %(region)s, '{{}}'::text[], ARRAY[reason],
           legal_ground, agreement_version, policy_version, mandate
    FROM recalled JOIN {schema}.report USING (unit, registration_number, version)
    ORDER BY unit, registration_number, version
"""
"""Ledger entries (ledger.ENTRY) of what a statement has just recalled: under what it had been disclosed, and why."""

NOT_RECALLED: Final = """NOT EXISTS (
    SELECT FROM {schema}.recall AS before
    WHERE (before.unit, before.registration_number, before.version)
          = (report.unit, report.registration_number, report.version))"""
"""Of a report version of a region: it was not taken back there. In a SELECT of `take_back`."""


def take_back(given: cursor, region: str, chosen: str, values: Mapping[str, Any]) -> int:
    """Recall in a region what a SELECT names, each with its entry in the ledger; return how many.

    Args:
        given: cursor of the caller's transaction.
        region: `VT09`.
        chosen: selects unit, registration_number, version, reason, replaced_by and night, of report versions there;
            `{schema}` stands for the region's.
        values: what `chosen` asks for by name.
    """
    schema = schema_of(region)
    recalled = frame(
        given,
        f"""
        WITH recalled AS (
            INSERT INTO {schema}.recall (unit, registration_number, version, reason, replaced_by, night)
            {chosen.format(schema=schema)}
            RETURNING *
        )
        {ENTRIES.format(schema=schema)}
        """,
        ledger.ENTRY,
        {**values, "region": region},
    )
    if not recalled.is_empty():
        ledger.append(given, region, recalled, now(given))
    return len(recalled)


# version > 1 uses the partial index: a first version replaces nothing
OWN: Final = f"""
    SELECT * FROM intake.outcome WHERE version > 1 AND {OF_EXPORTS}
      AND (%(number)s::text IS NULL OR (registration_number, version) = (%(number)s, %(version)s))
"""  # noqa: S608 - our own text
OTHERS: Final = f"""
    SELECT * FROM ({MEANWHILE}) AS meanwhile WHERE NOT %(region)s = ANY (regions) OR EXISTS (
        SELECT FROM {{schema}}.report AS stands WHERE (stands.unit, stands.registration_number, stands.version)
              = (meanwhile.unit, meanwhile.registration_number, meanwhile.version))
"""  # noqa: S608 - our own text
"""One that is still to come here says itself what it replaces."""
LATER_VERSIONS: Final = f"""
    WITH later AS (
        SELECT DISTINCT ON (unit, registration_number)
               unit, registration_number, version, outcome, night, %(region)s = ANY (regions) AS here
        FROM (<said>) AS said
        ORDER BY unit, registration_number, {SPEAKS}
    )
    SELECT report.unit, report.registration_number, report.version,
           CASE WHEN here THEN 'replaced' ELSE later.outcome END,
           CASE WHEN here THEN later.version END,
           later.night
    FROM {{schema}}.report JOIN later USING (unit, registration_number)
    WHERE later.version > report.version
      AND NOT EXISTS (
          SELECT FROM {{schema}}.recall AS before
          WHERE (before.unit, before.registration_number, before.version)
                = (report.unit, report.registration_number, report.version)
            AND (before.reason = 'replaced' OR NOT here))
"""  # noqa: S608 - our own text


def write_recalls(
    given: cursor, region: str, exports: Sequence[ExportKey], released: tuple[str, int] | None = None
) -> int:
    """Recall what a later version of these exports replaces or withdraws in the region; return how many.

    Each recall is in the ledger, by the same transaction.

    A report version is recalled by the highest later version: `replaced` when that one is here, else by what
    became of it: its outcome, `reject` too, and `forward` when it went to other regions only (CONTRACT.md). A copy of
    it that the same export repeats says nothing. Each is told once: of one that was withdrawn before still that
    another stands in its place now, of one that was replaced nothing more. A night that ran beside theirs may have been
    quicker with a later version of what these exports bring: it found nothing to recall, and so it is done here.

    Args:
        given: cursor of the caller's transaction.
        region: `VT09`.
        exports: those that are being loaded.
        released: number and version of what a person releases of them: nothing else is told anew.
    """
    number, version = released or (None, None)
    values = {**columns_of(exports), "number": number, "version": version}
    said = (OWN, OTHERS) if released is None else (OWN,)
    return sum(take_back(given, region, LATER_VERSIONS.replace("<said>", each), values) for each in said)
