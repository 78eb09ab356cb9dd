"""What a region's tables hold for the outbox: the reports of a night, its recalls, and which nights wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pipeline.outbox.fields import Row
from pipeline.schema import KEY, schema_of

if TYPE_CHECKING:
    from psycopg2.extras import RealDictCursor

Key = tuple[str, str, int]
PARTS: Final = {"person": "person_number", "prior_incident": "number", "danger_signal": "signal"}
"""The tables of a report's parts, each with what orders its rows."""

_SENT: Final = """
    LEFT JOIN (
        SELECT region, unit, registration_number, version, count(*) AS messages, max(content_at) AS content_at
        FROM intake.message
        WHERE region = %(region)s AND purpose IN ({purposes}) AND state = 'sent' AND demonstration <= %(demonstration)s
        GROUP BY region, unit, registration_number, version
    ) AS {name} USING (region, unit, registration_number, version)
"""
"""A demonstration counts for a demonstration only: `demonstration <= true` is any message that was sent."""
_REPORT_SENT: Final = _SENT.format(name="sent", purposes="'report', 'amendment'")
_RECALL_SENT: Final = _SENT.format(name="withdrawn", purposes="'recall'")
_TAKEN_BACK: Final = """
    taken_back AS (
        SELECT unit, registration_number, version, reason, recalled_at, night
        FROM {schema}.recall WHERE reason <> 'replaced' AND {nights}
        UNION ALL
        SELECT earlier.unit, earlier.registration_number, earlier.version,
               taken_back.reason, taken_back.recalled_at, taken_back.night
        FROM taken_back JOIN {schema}.recall AS earlier
             ON (earlier.unit, earlier.registration_number) = (taken_back.unit, taken_back.registration_number)
             AND earlier.reason = 'replaced' AND earlier.replaced_by = taken_back.version
        WHERE NOT EXISTS (
            SELECT FROM intake.message
            WHERE (region, message.unit, message.registration_number, message.version)
                  = (%(region)s, taken_back.unit, taken_back.registration_number, taken_back.version)
              AND purpose <> 'recall' AND state = 'sent' AND demonstration <= %(demonstration)s)
    )
"""
"""What a region is told to have no more: recalled versions, and what one of them replaced that was itself never sent.

The message of a successor says what it replaces: without one, the region would keep what it was sent before.
"""


def key_of(row: Row) -> Key:
    """Return the key of a report version."""
    unit, number, version = (row[name] for name in KEY)
    return unit, number, version


def read_reports(
    cursor: RealDictCursor, region: str, night: date, *, demonstration: bool, only_new: bool
) -> list[dict[str, Any]]:
    """Return the night's reports that stand; of removed data nothing is left to send.

    What was recalled is not written again, also where it was sent: a carrier would take it after its withdrawal.
    `only_new`: those that were not sent, or got something after they were.
    """
    cursor.execute(
        f"""
        SELECT report.* FROM {schema_of(region)}.report
        LEFT JOIN {schema_of(region)}.recall USING (unit, registration_number, version)
        {_REPORT_SENT}
        WHERE report.night = %(night)s AND report.emptied_at IS NULL AND recall.reason IS NULL
          AND (NOT %(only_new)s OR sent.messages IS NULL OR sent.content_at < report.loaded_at)
        ORDER BY report.unit, report.registration_number, report.version
        """,  # noqa: S608 - the schema of a region
        {"night": night, "region": region, "demonstration": demonstration, "only_new": only_new},
    )
    return list(cursor.fetchall())


def read_recalls(
    cursor: RealDictCursor, region: str, night: date, *, demonstration: bool, only_new: bool
) -> list[tuple[Row, Row]]:
    """Return the night's withdrawals of reports that were sent: the report's row and the recall's."""
    cursor.execute(
        f"""
        WITH RECURSIVE {_TAKEN_BACK.format(schema=schema_of(region), nights="night = %(night)s")}
        SELECT report.*, taken_back.reason, taken_back.recalled_at, taken_back.night AS recall_night
        FROM taken_back
        JOIN {schema_of(region)}.report USING (unit, registration_number, version)
        {_REPORT_SENT} {_RECALL_SENT}
        WHERE sent.messages IS NOT NULL
          AND (withdrawn.messages IS NULL OR NOT %(only_new)s)
        ORDER BY report.unit, report.registration_number, report.version
        """,  # noqa: S608 - the schema of a region
        {"night": night, "region": region, "demonstration": demonstration, "only_new": only_new},
    )
    return [
        (
            row,
            {
                "version": row["version"],
                "night": row["recall_night"],
                "reason": row["reason"],
                "recalled_at": row["recalled_at"],
            },
        )
        for row in cursor.fetchall()
    ]


def read_parts(cursor: RealDictCursor, region: str, table: str, reports: Iterable[Row]) -> dict[Key, list[Row]]:
    """Return the rows of one of PARTS that belong to the reports, in order."""
    numbers = list({row["registration_number"] for row in reports})
    cursor.execute(
        f"SELECT part.* FROM {schema_of(region)}.{table} AS part"  # noqa: S608 - names of ours
        f" WHERE registration_number = ANY (%s) ORDER BY part.{PARTS[table]}",
        (numbers,),
    )
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in cursor.fetchall():
        found[key_of(row)].append(row)
    return found


def read_known(cursor: RealDictCursor, region: str, reports: Iterable[Row]) -> Mapping[Key, list[dict[str, Any]]]:
    """Return what is registered of the reports' messages, by key, in the order in which they were made."""
    cursor.execute(
        "SELECT reference, unit, registration_number, version, purpose, state, digest, demonstration, content_at"
        " FROM intake.message WHERE region = %s AND registration_number = ANY (%s) ORDER BY content_at, reference",
        (region, list({row["registration_number"] for row in reports})),
    )
    found: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in cursor.fetchall():
        found[key_of(row)].append(row)
    return found


def read_waiting(
    cursor: RealDictCursor, region: str, kinds: Collection[str], since: date, *, demonstration: bool
) -> list[date]:
    """Return the nights with a report of these kinds or a withdrawal that was not sent, in order.

    Of whatever night: what was placed or taken back from `since` on. A desk, a backfill and a rule that changed bring
    reports of nights long ago.
    """
    cursor.execute(
        f"""
        WITH RECURSIVE {_TAKEN_BACK.format(schema=schema_of(region), nights="recalled_at >= %(since)s")}
        SELECT report.night FROM {schema_of(region)}.report
        LEFT JOIN {schema_of(region)}.recall USING (unit, registration_number, version)
        {_REPORT_SENT}
        WHERE report.loaded_at >= %(since)s AND report.kind = ANY (%(kinds)s)
          AND recall.reason IS NULL AND (sent.messages IS NULL OR sent.content_at < report.loaded_at)
        UNION
        SELECT taken_back.night FROM taken_back
        JOIN {schema_of(region)}.report USING (unit, registration_number, version)
        {_REPORT_SENT} {_RECALL_SENT}
        WHERE sent.messages IS NOT NULL AND withdrawn.messages IS NULL
        ORDER BY 1
        """,  # noqa: S608 - the schema of a region
        {"region": region, "since": since, "kinds": list(kinds), "demonstration": demonstration},
    )
    return [row["night"] for row in cursor.fetchall()]
