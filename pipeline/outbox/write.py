"""The outbox's edge: staging rows of a night to message files, each registered, each only once with one content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
from lxml import etree
from psycopg2.extras import RealDictCursor, execute_values

from pipeline.clock import local_day
from pipeline.errors import LoadError
from pipeline.outbox import staged
from pipeline.outbox.channel import Channel
from pipeline.outbox.checks import Schemas, problems
from pipeline.outbox.delivery import Delivery, reference
from pipeline.outbox.fields import Row
from pipeline.outbox.message import FUNCTIONS, message, withdrawal
from pipeline.outbox.staged import PARTS, Key, key_of
from pipeline.policy.stuf.codes import read_codes
from pipeline.schema import REGIONS

if TYPE_CHECKING:
    from psycopg2.extensions import connection


@dataclass
class Outbox:
    """What became of a night's reports, by count and, where somebody has to look, by message number."""

    sent: int = 0
    amended: int = 0
    """Reports that were sent before and are sent again, whole, with what was added to them."""
    withdrawn: int = 0
    kept_back: dict[str, list[str]] = field(default_factory=dict)
    """Message number to the reasons for which it must not be sent."""
    changed: list[str] = field(default_factory=list)
    """Sent before with other contents, and left as it was."""
    tables_only: dict[str, int] = field(default_factory=dict)
    """Reports by region that no message carries: the unit or the region takes none of that kind, by its agreement."""
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
        key = key_of(self.delivery.report)
        return reference(*key, self.delivery.receiver.party, self.purpose, self.delivery.amendment)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class _Task:
    """What one region's messages of one night are written with."""

    region: str
    night: date
    out: Path
    channel: Channel
    schemas: Schemas | None
    only_new: bool


def write_outbox(
    connection: connection,
    night: date,
    out: Path,
    channel: Channel,
    schemas: Schemas | None = None,
    regions: Collection[str] = REGIONS,
    *,
    only_new: bool = False,
) -> Outbox:
    """Write the messages of a night to `out/<region>/<night>/<reference>.xml` and register them in intake.message.

    A report version goes out once: written again it has the same bytes, and one that would differ is left alone (a
    demonstration, which nobody received, may be made anew). One that was recalled is not sent, nor sent again; one
    that was sent and is withdrawn gets a withdrawal. Each region is one transaction, after its files: a crash leaves
    files that the next run writes again, the same. A report that got more of the same event after it was sent is sent
    again, whole, with a number of its own.

    Args:
        connection: to the police side's database, of an account that may read every region.
        night: the night of the reports, and of the recalls.
        out: the folder that the carrier takes messages from; files there hold personal data and are the owner's only.
        channel: who sends and takes which messages.
        schemas: the standard's schemas, to check against beside our own checks.
        regions: the regions to write.
        only_new: leave alone what was sent: the carrier may have taken those files away.

    Raises:
        PolicyError: the identities hold placeholders and this is no demonstration.
        LoadError: PostgreSQL refused.
    """
    channel.require_usable()
    outbox = Outbox()
    for region in sorted(set(regions)):
        try:
            with connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
                _write_region(cursor, _Task(region, night, out, channel, schemas, only_new), outbox)
        except psycopg2.Error as error:
            raise LoadError(f"outbox of {region}", error.pgcode) from None
    return outbox


def waiting_nights(connection: connection, region: str, channel: Channel, since: date) -> list[date]:
    """Return the nights of which `region` has something to be sent that came from `since` on. LoadError if refused."""
    party = channel.party(region)
    if party is None or not party.takes:
        return []
    try:
        with connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
            return staged.read_waiting(cursor, region, party.takes, since, demonstration=channel.demonstration)
    except psycopg2.Error as error:
        raise LoadError(f"outbox of {region}", error.pgcode) from None


def _write_region(cursor: RealDictCursor, task: _Task, outbox: Outbox) -> None:
    wanted = {"demonstration": task.channel.demonstration, "only_new": task.only_new}
    found = staged.read_reports(cursor, task.region, task.night, **wanted)
    # what was sent is withdrawn whatever the agreement says today, as long as there is somebody to name
    recalls = [
        (report, recall)
        for report, recall in staged.read_recalls(cursor, task.region, task.night, **wanted)
        if task.channel.party(task.region) and task.channel.party(report["unit"])
    ]
    reports = [each for each in found if task.channel.takes(task.region, each["unit"], each["kind"], task.night)]
    if len(reports) < len(found):
        outbox.tables_only[task.region] = len(found) - len(reports)
    known = staged.read_known(cursor, task.region, [*reports, *(report for report, _ in recalls)])
    registered = []
    for made in _make(cursor, task, reports, recalls, known):
        had = next((each for each in known[key_of(made.delivery.report)] if each["reference"] == made.reference), None)
        was_sent = had is not None and had["state"] == "sent"
        real = not (task.channel.demonstration or (had and had["demonstration"]))
        if had and was_sent and real and had["digest"] != made.digest:
            outbox.changed.append(made.reference)
            continue
        _deliver(made, task, outbox)
        # a demonstration says nothing of a message that was really sent
        if not (had and was_sent and task.channel.demonstration and not had["demonstration"]):
            registered.append(_registration(made, task))
    _register(cursor, registered)


def amendment_of(report: Row, known: Iterable[Mapping[str, Any]], demonstration: bool) -> int:
    """Return the number of the addition that a report's present contents are: 0 where it was not sent before it.

    Contents are known by their moment (`loaded_at`), so that the same contents always get the same number.

    Args:
        report: the row as it stands.
        known: its registered messages.
        demonstration: whether messages of a demonstration count as sent.
    """
    sent = [
        each
        for each in known
        if each["purpose"] != "recall" and each["state"] == "sent" and each["demonstration"] <= demonstration
    ]
    return sum(each["content_at"] < report["loaded_at"] for each in sent)


def _deliver(made: _Made, task: _Task, outbox: Outbox) -> None:
    """Write a message for the carrier, or keep it back with its reasons."""
    if made.problems:
        outbox.kept_back[made.reference] = made.problems
        return
    _write(task.out / task.region / task.night.isoformat() / f"{made.reference}.xml", made.content)
    outbox.regions[task.region] = outbox.regions.get(task.region, 0) + 1
    outbox.sent += made.purpose == "report"
    outbox.amended += made.purpose == "amendment"
    outbox.withdrawn += made.purpose == "recall"


def _make(
    cursor: RealDictCursor,
    task: _Task,
    reports: Collection[Row],
    recalls: Collection[tuple[Row, Row]],
    known: Mapping[Key, Collection[Mapping[str, Any]]],
) -> Iterator[_Made]:
    parts = {name: staged.read_parts(cursor, task.region, name, reports) if reports else {} for name in PARTS}
    codes, receiver = read_codes(), task.channel.party(task.region)

    def deliver(report: Row, given: bool) -> Delivery:
        key, sender = key_of(report), task.channel.party(report["unit"])
        assert sender is not None and receiver is not None, "only what the channel takes gets here"
        persons, priors, signals = ((parts[name].get(key, []) if given else []) for name in PARTS)
        amendment = amendment_of(report, known.get(key, ()), task.channel.demonstration) if given else 0
        agreed = task.channel.contact(report["unit"], task.night)
        return Delivery(report, persons, priors, signals, sender, receiver, codes, amendment, agreed)

    for report in reports:
        delivery = deliver(report, given=True)
        content = message(delivery)
        purpose = "amendment" if delivery.amendment else "report"
        yield _Made(delivery, purpose, content, _problems(content, delivery, task.schemas))
    for report, recall in recalls:
        delivery = deliver(report, given=False)
        content = withdrawal(delivery, recall)
        yield _Made(delivery, "recall", content, _problems(content, delivery, task.schemas, recall))


def _problems(content: bytes, delivery: Delivery, schemas: Schemas | None, recall: Row | None = None) -> list[str]:
    root = etree.fromstring(content)
    at = recall["recalled_at"] if recall else delivery.report["loaded_at"]
    # a night is delivered on the day after it, or later
    night = recall["night"] if recall else delivery.report["night"]
    found = problems(root, max(local_day(at), night + timedelta(days=1)))
    return found if schemas is None or schemas.allows(root) else [*found, "not_by_the_schema"]


def _registration(made: _Made, task: _Task) -> tuple[Any, ...]:
    report = made.delivery.report
    return (
        made.reference,
        made.delivery.receiver.party,
        *key_of(report),
        made.purpose,
        FUNCTIONS[report["kind"]],
        task.night,
        "kept_back" if made.problems else "sent",
        made.problems,
        made.digest,
        task.channel.demonstration,
        report["loaded_at"],
    )


def _register(cursor: RealDictCursor, rows: Iterable[tuple[Any, ...]]) -> None:
    """Record the messages; a kept back or demonstrated one is replaced, a sent one stands as it was.

    What answered a demonstration goes with it: it says nothing of the message that is really sent.
    """
    rows = list(rows)
    cursor.execute(
        "DELETE FROM intake.acknowledgement USING intake.message WHERE acknowledgement.reference = message.reference"
        " AND message.demonstration AND message.reference = ANY (%s)",
        ([reference for reference, *_, demonstration, _ in rows if not demonstration],),
    )
    execute_values(
        cursor,
        "INSERT INTO intake.message (reference, region, unit, registration_number, version, purpose, kind, night,"
        " state, problems, digest, demonstration, content_at) VALUES %s ON CONFLICT (reference) DO UPDATE SET"
        " state = EXCLUDED.state, problems = EXCLUDED.problems, digest = EXCLUDED.digest,"
        " demonstration = EXCLUDED.demonstration, content_at = EXCLUDED.content_at, written_at = now()"
        " WHERE (message.digest, message.state, message.demonstration)"
        " IS DISTINCT FROM (EXCLUDED.digest, EXCLUDED.state, EXCLUDED.demonstration)",
        rows,
    )


def _write(file: Path, content: bytes) -> None:
    """Let a file appear whole: a carrier that looks into the folder never meets half a message."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_suffix(".part")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
    beside.replace(file)
