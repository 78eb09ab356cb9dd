"""The outbox's edge: staging rows of a night to message files, each registered, each only once with one content."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg2
from lxml import etree
from psycopg2.extras import RealDictCursor, execute_values

from pipeline.errors import LoadError
from pipeline.outbox.checks import Schemas, problems
from pipeline.outbox.delivery import Delivery, reference
from pipeline.outbox.fields import Row, local_day
from pipeline.outbox.message import FUNCTIONS, message, withdrawal
from pipeline.policy.stuf.codes import read_codes
from pipeline.policy.stuf.identities import Identities, Party, demonstration_identities
from pipeline.schema import REGIONS

if TYPE_CHECKING:
    from psycopg2.extensions import connection

Key = tuple[str, str, int]
_KEY: Final = ("unit", "registration_number", "version")
_PARTS: Final = {"person": "person_number", "prior_incident": "number", "danger_signal": "signal"}


@dataclass
class Outbox:
    """What became of a night's reports, by count and, where somebody has to look, by message number."""

    sent: int = 0
    withdrawn: int = 0
    kept_back: dict[str, list[str]] = field(default_factory=dict)
    """Message number to the reasons for which it must not be sent."""
    changed: list[str] = field(default_factory=list)
    """Sent before with other contents, and left as it was."""
    not_connected: dict[str, int] = field(default_factory=dict)
    """Reports whose region or unit is not in the table of parties: they are in the staging tables only."""
    regions: dict[str, int] = field(default_factory=dict)
    """Message files written a region."""

    @property
    def complete(self) -> bool:
        """Whether nobody has to look."""
        return not (self.kept_back or self.changed)


@dataclass(frozen=True)
class _Made:
    delivery: Delivery
    purpose: str
    content: bytes
    problems: list[str]

    @property
    def reference(self) -> str:
        report = self.delivery.report
        return reference(*_key(report), self.delivery.receiver.party, self.purpose)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def write_outbox(
    connection: connection,
    night: date,
    out: Path,
    identities: Identities,
    demonstration: bool,
    schemas: Schemas | None = None,
    regions: Collection[str] = REGIONS,
) -> Outbox:
    """Write the messages of a night to `out/<region>/<night>/<reference>.xml` and register them in intake.message.

    A report version goes out once: written again it has the same bytes, and one that would differ is left alone. One
    that was recalled before it was sent is not sent; one that was sent and is withdrawn gets a withdrawal. Each region
    is one transaction, after its files: a crash leaves files that the next run writes again, the same.

    Args:
        connection: to the police side's database, of an account that may read every region.
        night: the night of the reports, and of the recalls.
        out: the folder that the carrier takes messages from; files there hold personal data and are the owner's only.
        identities: who sends and receives; a region that is not in it gets no messages.
        demonstration: send with identities that nobody has; such messages never count as really sent.
        schemas: the standard's schemas, to check against beside our own checks.
        regions: the regions to write.

    Raises:
        PolicyError: the identities hold placeholders and this is no demonstration.
        LoadError: PostgreSQL refused.
    """
    if demonstration:
        identities = demonstration_identities(identities)
    else:
        identities.require_filled()
    outbox = Outbox()
    for region in sorted(regions):
        try:
            with connection:
                _write_region(connection, region, night, out, identities, demonstration, schemas, outbox)
        except psycopg2.Error as error:
            raise LoadError(f"outbox of {region}", error.pgcode) from None
    return outbox


def _write_region(
    connection: connection,
    region: str,
    night: date,
    out: Path,
    identities: Identities,
    demonstration: bool,
    schemas: Schemas | None,
    outbox: Outbox,
) -> None:
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        reports = _reports(cursor, region, night, demonstration)
        recalls = _recalls(cursor, region, night, demonstration)
        receiver = identities.parties.get(region)
        connected = [report for report in reports if receiver and report["unit"] in identities.parties]
        if len(connected) < len(reports):
            outbox.not_connected[region] = len(reports) - len(connected)
        if receiver is None:
            return
        reports = connected
        known = _known(cursor, region, [*map(_key, reports), *(_key(report) for report, _ in recalls)])
        registered = []
        for made in _make(cursor, region, night, reports, recalls, identities, receiver, schemas):
            had = known.get((*_key(made.delivery.report), made.purpose))
            if (
                had
                and had["state"] == "sent"
                and had["digest"] != made.digest
                and had["demonstration"] == demonstration
            ):
                outbox.changed.append(made.reference)
                continue
            if made.problems:
                outbox.kept_back[made.reference] = made.problems
            else:
                _write(out / region / night.isoformat() / f"{made.reference}.xml", made.content)
                outbox.regions[region] = outbox.regions.get(region, 0) + 1
                outbox.sent += made.purpose == "report"
                outbox.withdrawn += made.purpose == "recall"
            # a demonstration says nothing of a message that was really sent
            if not (had and had["state"] == "sent" and demonstration and not had["demonstration"]):
                registered.append(_registration(made, night, demonstration))
        _register(cursor, registered)


def _make(
    cursor: RealDictCursor,
    region: str,
    night: date,
    reports: Sequence[Row],
    recalls: Sequence[tuple[Row, Row]],
    identities: Identities,
    receiver: Party,
    schemas: Schemas | None,
) -> Iterator[_Made]:
    parts = {name: _parts(cursor, region, name, night) for name in _PARTS}
    codes = read_codes()

    def deliver(report: Row, given: bool) -> Delivery:
        key = _key(report)
        persons, priors, signals = ((parts[name].get(key, []) if given else []) for name in _PARTS)
        return Delivery(report, persons, priors, signals, identities.parties[report["unit"]], receiver, codes)

    for report in reports:
        delivery = deliver(report, given=True)
        content = message(delivery)
        yield _Made(delivery, "report", content, _problems(content, delivery, schemas))
    for report, recall in recalls:
        delivery = deliver(report, given=False)
        content = withdrawal(delivery, recall)
        yield _Made(delivery, "recall", content, _problems(content, delivery, schemas, recall))


def _problems(content: bytes, delivery: Delivery, schemas: Schemas | None, recall: Row | None = None) -> list[str]:
    root = etree.fromstring(content)
    at = recall["recalled_at"] if recall else delivery.report["loaded_at"]
    # a night is delivered on the day after it, or later
    night = recall["night"] if recall else delivery.report["night"]
    found = problems(root, max(local_day(at), night + timedelta(days=1)))
    return found if schemas is None or schemas.allows(root) else [*found, "not_by_the_schema"]


def _reports(cursor: RealDictCursor, region: str, night: date, demonstration: bool) -> list[Row]:
    """Return the night's reports that stand, or that were sent before."""
    cursor.execute(
        f"""
        SELECT report.* FROM {_schema(region)}.report
        LEFT JOIN {_schema(region)}.recall USING (unit, registration_number, version)
        WHERE report.night = %(night)s AND (recall.reason IS NULL OR EXISTS (
            SELECT 1 FROM intake.message AS sent
            WHERE sent.region = %(region)s AND sent.unit = report.unit AND sent.version = report.version
              AND sent.registration_number = report.registration_number
              AND sent.purpose = 'report' AND sent.state = 'sent' AND sent.demonstration <= %(demonstration)s))
        ORDER BY report.unit, report.registration_number, report.version
        """,  # noqa: S608 - the schema of a region
        {"night": night, "region": region, "demonstration": demonstration},
    )
    return list(cursor.fetchall())


def _recalls(cursor: RealDictCursor, region: str, night: date, demonstration: bool) -> list[tuple[Row, Row]]:
    """Return the night's withdrawals of reports that were sent: the report's row and the recall's."""
    cursor.execute(
        f"""
        SELECT report.*, recall.reason, recall.recalled_at, recall.night AS recall_night
        FROM {_schema(region)}.recall
        JOIN {_schema(region)}.report USING (unit, registration_number, version)
        JOIN intake.message AS sent ON sent.region = %(region)s AND sent.unit = report.unit
            AND sent.registration_number = report.registration_number AND sent.version = report.version
            AND sent.purpose = 'report' AND sent.state = 'sent' AND sent.demonstration <= %(demonstration)s
        WHERE recall.night = %(night)s AND recall.reason <> 'replaced'
        ORDER BY report.unit, report.registration_number, report.version
        """,  # noqa: S608 - the schema of a region
        {"night": night, "region": region, "demonstration": demonstration},
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


def _parts(cursor: RealDictCursor, region: str, table: str, night: date) -> dict[Key, list[Row]]:
    cursor.execute(
        f"SELECT part.* FROM {_schema(region)}.{table} AS part"  # noqa: S608 - names of ours
        f" JOIN {_schema(region)}.report USING (unit, registration_number, version)"
        f" WHERE report.night = %s ORDER BY part.{_PARTS[table]}",
        (night,),
    )
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in cursor.fetchall():
        found[_key(row)].append(row)
    return found


def _known(cursor: RealDictCursor, region: str, keys: Sequence[Key]) -> dict[tuple[str, str, int, str], dict[str, Any]]:
    cursor.execute(
        "SELECT unit, registration_number, version, purpose, state, digest, demonstration FROM intake.message"
        " WHERE region = %s AND registration_number = ANY (%s)",
        (region, list({number for _, number, _ in keys})),
    )
    return {(*_key(row), row["purpose"]): row for row in cursor.fetchall()}


def _registration(made: _Made, night: date, demonstration: bool) -> tuple[Any, ...]:
    report = made.delivery.report
    return (
        made.reference,
        made.delivery.receiver.party,
        *_key(report),
        made.purpose,
        FUNCTIONS[report["kind"]],
        night,
        "kept_back" if made.problems else "sent",
        made.problems,
        made.digest,
        demonstration,
    )


def _register(cursor: RealDictCursor, rows: Iterable[tuple[Any, ...]]) -> None:
    """Record the messages; a kept back or demonstrated one is replaced, a sent one stands as it was."""
    execute_values(
        cursor,
        "INSERT INTO intake.message (reference, region, unit, registration_number, version, purpose, kind, night,"
        " state, problems, digest, demonstration) VALUES %s ON CONFLICT (reference) DO UPDATE SET"
        " state = EXCLUDED.state, problems = EXCLUDED.problems, digest = EXCLUDED.digest,"
        " demonstration = EXCLUDED.demonstration, written_at = now()"
        " WHERE (message.digest, message.state, message.demonstration)"
        " IS DISTINCT FROM (EXCLUDED.digest, EXCLUDED.state, EXCLUDED.demonstration)",
        list(rows),
    )


def _write(file: Path, content: bytes) -> None:
    """Let a file appear whole: a carrier that looks into the folder never meets half a message."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_suffix(".part")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
    beside.replace(file)


def _key(row: Row) -> Key:
    unit, number, version = (row[name] for name in _KEY)
    return unit, number, version


def _schema(region: str) -> str:
    assert region in REGIONS
    return f"vt_{region[2:]}"
