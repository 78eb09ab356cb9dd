"""Events and answers to the database: linked to the report version, unit and agreement that they are about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from psycopg2 import sql

from pipeline.clock import local_day
from pipeline.feedback.event import Answer, Event, Line
from pipeline.schema import REGIONS, schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


@dataclass
class Taken:
    """What became of the lines of one file."""

    events: int = 0
    answers: int = 0
    dropped: list[str] = field(default_factory=list)
    """Columns, each as often as its text was not kept."""
    problems: list[tuple[Line, str]] = field(default_factory=list)
    remarks: list[tuple[Line, str]] = field(default_factory=list)
    """Lines that were taken and that somebody should look at."""

    def count(self, line: Line, event: Event, received_at: datetime) -> None:
        """Count a line whose event was taken."""
        self.events += 1
        self.dropped += event.dropped
        # CONTRACT.md §4 sets aside what is unknown or repeated and loses nothing: a day to come is kept as told
        if local_day(event.at) > local_day(received_at):
            self.remarks.append((line, "future_at"))


def take_lines(given: cursor, region: str | None, lines: Sequence[Line], received_at: datetime) -> Taken:
    """Record what the lines tell, in the caller's transaction; return the counts and the lines that were set aside."""
    numbers = {line.told.registration_number for line in lines if isinstance(line.told, Event)}
    deliveries = _deliveries(given, region, numbers)
    taken = Taken()
    for line in lines:
        problem = line.problem
        if isinstance(line.told, Answer):
            problem = _take_answer(given, region, line.told, received_at)
            taken.answers += problem is None
        elif line.told is not None:
            found = _report_version(given, region, line.told, deliveries.get(line.told.registration_number, []))
            problem = found if isinstance(found, str) else _take_event(given, found, line.told, received_at)
            if problem is None:
                taken.count(line, line.told, received_at)
        if problem is not None:
            taken.problems.append((line, problem))
    return taken


@dataclass(frozen=True)
class _Delivered:
    region: str
    unit: str
    registration_number: str
    version: int
    night: date
    agreement_version: str
    delivered_at: datetime


def _deliveries(given: cursor, region: str | None, numbers: Collection[str]) -> dict[str, list[_Delivered]]:
    """Return who holds which versions of these numbers; other regions only where the file's own does not hold one."""
    found: dict[str, list[_Delivered]] = {}
    # planning the view over all regions takes longer than asking one of them
    own = sql.Identifier(schema_of(region), "report") if region in REGIONS else None
    for table in (own, sql.Identifier("intake", "delivery")):
        if table is None or not (missing := sorted(set(numbers) - found.keys())):
            continue
        given.execute(_HOLDERS.format(table), (missing,))
        for row in given.fetchall():
            found.setdefault(row[2], []).append(_Delivered(*row))
    return found


_HOLDERS: Final = sql.SQL(
    "SELECT region, unit, registration_number, version, night, agreement_version, delivered_at FROM {}"
    " WHERE registration_number = ANY (%s)"
)


def _report_version(given: cursor, region: str | None, event: Event, holders: Sequence[_Delivered]) -> _Delivered | str:
    """Return the report version that an event is about, or why there is none: the latest that was there on its day."""
    if not holders:
        given.execute(
            "SELECT 1 FROM intake.outcome WHERE registration_number = %s LIMIT 1", (event.registration_number,)
        )
        return "not_delivered" if given.fetchone() else "unknown_number"
    regions = {each.region for each in holders}
    if region is None and len(regions) > 1:
        return "region_unknown"
    mine = [each for each in holders if region is None or each.region == region]
    if not mine:
        return "other_region"
    if len({each.unit for each in mine}) > 1:
        return "ambiguous_number"
    day = local_day(event.at)
    loaded = [each for each in mine if max(each.night, local_day(each.delivered_at)) <= day]
    # of nights that were loaded long after (a backfill) the night tells; it is delivered on the day after it
    by_then = loaded or [each for each in mine if each.night < day]
    return max(by_then or mine, key=lambda each: each.version)


def _take_event(given: cursor, report: _Delivered, event: Event, received_at: datetime) -> str | None:
    given.execute(
        "INSERT INTO intake.feedback (region, unit, registration_number, version, agreement_version, event, at, code,"
        " missing, contact, reference, fingerprint, received_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING feedback",
        (
            report.region,
            report.unit,
            report.registration_number,
            report.version,
            report.agreement_version,
            event.event,
            event.at,
            event.code,
            list(event.missing),
            event.contact,
            event.reference,
            event.fingerprint,
            received_at,
        ),
    )
    if given.fetchone() is None:
        given.execute(
            "SELECT 1 FROM intake.feedback WHERE region = %s AND fingerprint = %s", (report.region, event.fingerprint)
        )
        return "repeated" if given.fetchone() else "reference_reused"
    if event.event == "wrong_region":
        _ask_reroute(given, report, event.at)
    return None


def _ask_reroute(given: cursor, report: _Delivered, at: datetime) -> None:
    """Put a report before somebody who looks, once, where any version of it still stands at the region."""
    given.execute(
        sql.SQL(
            "INSERT INTO intake.reroute (region, unit, registration_number, version, asked_at)"
            " SELECT %s, %s, %s, %s, %s WHERE EXISTS (SELECT 1 FROM {report}"
            "  LEFT JOIN {recall} USING (unit, registration_number, version)"
            "  WHERE (unit, registration_number) = (%s, %s) AND recall.reason IS NULL) ON CONFLICT DO NOTHING"
        ).format(
            report=sql.Identifier(schema_of(report.region), "report"),
            recall=sql.Identifier(schema_of(report.region), "recall"),
        ),
        (
            *(report.region, report.unit, report.registration_number, report.version, at),
            *(report.unit, report.registration_number),
        ),
    )


def _take_answer(given: cursor, region: str | None, answer: Answer, received_at: datetime) -> str | None:
    given.execute("SELECT region FROM intake.message WHERE reference = %s AND state = 'sent'", (answer.reference,))
    row = given.fetchone()
    if row is None:
        return "unknown_reference"
    if region is not None and row[0] != region:
        return "other_region"
    given.execute(
        "INSERT INTO intake.acknowledgement (reference, region, answer, fault, at, fingerprint, received_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING reference",
        (answer.reference, row[0], answer.answer, answer.fault, answer.at, answer.fingerprint, received_at),
    )
    if given.fetchone() is None:
        return "repeated"
    return None
