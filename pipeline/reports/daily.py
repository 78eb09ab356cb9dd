"""The daily counts: made anew for every night that changed, so that a report over years reads thousands of rows.

Filling is idempotent: a night's rows are replaced in one transaction. Triggers note the nights that changed
(`080_daily.sql`), so the counts follow the desk, late exports, feedback and recalls without any of them knowing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from pipeline.load.database import query, transaction
from pipeline.policy.stuf.terms import due
from pipeline.policy.suites import read_suite

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

FINAL_AFTER_DAYS: Final = 4 * 365
"""Counts of older nights stay as they are: retention begins to empty a night's rows when they are five years old."""
REFRESH_LOCK: Final = 7_301_980
JUDGED: Final = ("forward", "return", "hold")
"""Outcomes of what is for Veilig Thuis: over these is told how much is well founded."""

HOURS: Final = (6, 12, 18, 24, 36, 48, 72, 96, 120, 168, 336)
"""Upper edges of the classes of waiting time; what took longer is in the class NEVER."""
NEVER: Final = 9_999
TABLES: Final = (
    *("daily_outcome", "daily_region", "daily_gap", "daily_delivery", "daily_delay", "daily_answer"),
    "daily_agreement",
)

_FOUNDED: Final = "NOT (reasons && '{poorly_founded,poorly_founded_in_danger}')"
_COUNTED: Final = (
    " FROM intake.outcome JOIN intake.export USING (unit, night, export_id)"
    " WHERE export.state = 'loaded' AND outcome.night = ANY (%(nights)s)"
)

OUTCOME: Final = f"""
    INSERT INTO intake.daily_outcome
    SELECT night, unit, coalesce(kind, ''), outcome, {_FOUNDED}, count(*) {_COUNTED} GROUP BY 1, 2, 3, 4, 5
"""
REGION: Final = f"""
    INSERT INTO intake.daily_region
    SELECT night, region, outcome, founded, count(*)
    FROM (SELECT night, outcome, {_FOUNDED} AS founded,
                 CASE WHEN outcome = 'forward' THEN regions WHEN cardinality(leads_to) > 0 THEN leads_to
                      ELSE '{{""}}' END AS lead {_COUNTED}) AS counted, unnest(lead) AS region
    GROUP BY 1, 2, 3, 4
"""  # noqa: S608
GAP: Final = f"""
    INSERT INTO intake.daily_gap
    SELECT night, unit, criterion, count(*),
           count(*) FILTER (WHERE criterion = ANY (%(blocking)s) AND blocked = 1)
    FROM (SELECT night, unit, gaps,
                 cardinality(ARRAY(SELECT unnest(gaps) INTERSECT SELECT unnest(%(blocking)s))) AS blocked
          {_COUNTED} AND outcome = ANY (%(judged)s)) AS judged, unnest(gaps) AS criterion
    GROUP BY 1, 2, 3
"""  # noqa: S608
ANSWER: Final = """
    INSERT INTO intake.daily_answer
    SELECT night, region, status,
           CASE WHEN triaged_at IS NULL THEN 'open' WHEN triaged_at < triage_due THEN 'in_time' ELSE 'late' END,
           CASE WHEN closed_at IS NULL THEN 'open' WHEN closed_at < closed_due THEN 'in_time' ELSE 'late' END,
           count(*)
    FROM intake.report_status JOIN due USING (delivered_on)
    WHERE night = ANY (%(nights)s) GROUP BY 1, 2, 3, 4, 5
"""
AGREEMENT: Final = """
    INSERT INTO intake.daily_agreement
    SELECT night, unit, criterion, sum("both"), sum(only_theirs), sum(only_ours)
    FROM intake.criterion_agreement
    WHERE night = ANY (%(nights)s) AND region IS NOT NULL GROUP BY 1, 2, 3
"""


NIGHTS_AT_ONCE: Final = 60
"""Nights a transaction: a first count of years holds no long one."""


def refresh(dsn: str) -> int:
    """Count every night that changed since it was last counted; return how many nights that were."""
    done = 0
    while True:
        with transaction(dsn, "daily counts") as given:
            given.execute("SELECT pg_advisory_xact_lock(%s)", (REFRESH_LOCK,))
            changed = query(
                given, "SELECT DISTINCT night FROM intake.changed_night ORDER BY 1 LIMIT %s", (NIGHTS_AT_ONCE,)
            )
            nights = [night for (night,) in changed]
            if not nights:
                return done
            # what is noted after this is counted the next time
            given.execute("DELETE FROM intake.changed_night WHERE night = ANY (%s)", (nights,))
            if countable := _countable(given, nights):
                count_nights(given, countable)
            done += len(nights)


def _countable(given: cursor, nights: list[date]) -> list[date]:
    """Return the nights that can still be counted: retention takes outcomes away, and their counts are to stay.

    A night without an export is gone; one of long ago loses its oldest rows first, and is not counted twice.
    """
    found = query(
        given,
        "SELECT d.night FROM unnest(%s) AS d (night)"
        " WHERE EXISTS (SELECT FROM intake.export WHERE export.night = d.night)"
        " AND (d.night > current_date - %s OR NOT EXISTS"
        "      (SELECT FROM intake.daily_outcome WHERE daily_outcome.night = d.night))",
        (nights, FINAL_AFTER_DAYS),
    )
    return [night for (night,) in found]


def count_nights(given: cursor, nights: list[date]) -> None:
    """Replace the daily counts of these nights."""
    for table in TABLES:
        given.execute(f"DELETE FROM intake.{table} WHERE night = ANY (%s)", (nights,))  # noqa: S608 - of TABLES
    for statement in (OUTCOME, REGION, AGREEMENT):
        given.execute(statement, {"nights": nights})
    for blocking, alike in _by_blocking(nights).items():
        given.execute(GAP, {"nights": alike, "blocking": list(blocking), "judged": list(JUDGED)})
    _count_staging(given, nights)
    _count_answers(given, nights)


def _by_blocking(nights: list[date]) -> dict[tuple[str, ...], list[date]]:
    """Return the nights by the names of the criteria that block on them."""
    found: dict[tuple[str, ...], list[date]] = {}
    for night in nights:
        blocking = (rule.name for rule in read_suite("well_founded").on(night) if rule.blocking)
        found.setdefault(tuple(blocking), []).append(night)
    return found


def _count_staging(given: cursor, nights: list[date]) -> None:
    """Count the report versions as they stand in the regions' own tables, and how long they took to get there."""
    parts = []
    for (schema,) in query(given, "SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' ORDER BY 1"):
        region = f"VT{schema[-2:]}"
        parts.append(
            f"SELECT '{region}' AS region, report.*, (unit, registration_number, version) IN"  # noqa: S608 - of the catalogue
            f" (SELECT unit, registration_number, version FROM {schema}.recall) AS recalled"
            f" FROM {schema}.report WHERE report.night = ANY (%(nights)s)"
        )
    columns = "region, unit, night, kind, suspicion, sequence, known_at, committed_from, delivered_at, recalled"
    given.execute(
        f"CREATE TEMP TABLE standing ON COMMIT DROP AS SELECT {columns} FROM ("  # noqa: S608 - of the catalogue
        + " UNION ALL ".join(part.replace("report.*", _REPORT) for part in parts)
        + ") AS report",
        {"nights": nights},
    )
    given.execute(
        "INSERT INTO intake.daily_delivery SELECT night, region, kind, coalesce(suspicion, ''),"
        " coalesce(sequence, ''), recalled, count(*) FROM standing GROUP BY 1, 2, 3, 4, 5, 6"
    )
    for since, column in (("known", "known_at"), ("committed", "committed_from")):
        given.execute(
            "INSERT INTO intake.daily_delay SELECT night, unit, %(since)s,"  # noqa: S608 - of the line above
            "  coalesce((SELECT min(edge) FROM unnest(%(edges)s) AS edge"
            f"           WHERE edge * interval '1 hour' >= delivered_at - {column}), %(never)s),"
            f" count(*) FROM standing WHERE {column} IS NOT NULL GROUP BY 1, 2, 4",
            {"since": since, "edges": list(HOURS), "never": NEVER},
        )
    given.execute("DROP TABLE standing")


_REPORT: Final = ", ".join(
    f"report.{name}"
    for name in ("unit", "night", "kind", "suspicion", "sequence", "known_at", "committed_from", "delivered_at")
)


def _count_answers(given: cursor, nights: list[date]) -> None:
    """Count feedback against the terms, which run in working days from the day of delivery."""
    found = query(
        given, "SELECT DISTINCT delivered_on FROM intake.report_status WHERE night = ANY (%s)", (list(nights),)
    )
    days = [day for (day,) in found]
    given.execute("CREATE TEMP TABLE due (delivered_on date, triage_due date, closed_due date) ON COMMIT DROP")
    for day in days:
        after = [due(name, day) + timedelta(days=1) for name in ("triage", "closed")]
        given.execute("INSERT INTO due VALUES (%s, %s, %s)", (day, *after))
    given.execute(ANSWER, {"nights": list(nights)})
    given.execute("DROP TABLE due")
