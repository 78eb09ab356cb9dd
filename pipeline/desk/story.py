"""What is known around one held registration: who looked and decided, other versions, who it may be about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipeline.desk.masks import Mask, of_json
from pipeline.desk.queue import Item
from pipeline.load.database import query

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


@dataclass(frozen=True)
class Event:
    """Somebody looked, or decided."""

    at: datetime
    account: str
    kind: str
    """`view`, or a kind of decision."""
    comment: str | None = None
    regions: tuple[str, ...] = ()
    masks: tuple[Mask, ...] = ()
    effective: bool = True
    times: int = 1
    """How often that account looked; `at` is the last time."""


@dataclass(frozen=True)
class Version:
    """Another version of the same registration, or the same one of another export."""

    version: int
    night: date
    outcome: str
    regions: tuple[str, ...]


@dataclass(frozen=True)
class Hint:
    """Somebody who may be a person of an earlier registration: a hint, of which nothing follows by itself."""

    person_number: int
    earlier_unit: str
    earlier_number: str
    earlier_person_number: int
    evidence: tuple[str, ...]
    """Fields and how far they agree; never a value."""


def read_events(given: cursor, item: Item) -> list[Event]:
    """Return who looked (a line an account) and who decided what, oldest first."""
    views = query(
        given,
        "SELECT max(viewed_at), account, count(*) FROM intake.desk_view"
        " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s) GROUP BY account",
        item.place,
    )
    decisions = query(
        given,
        "SELECT decided_at, account, kind, comment, regions, masks, effective FROM intake.desk_decision"
        " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
        item.place,
    )
    events = [Event(at, account, "view", times=int(times)) for at, account, times in views]
    events += [
        Event(at, account, kind, comment, tuple(regions), of_json(masks), effective)
        for at, account, kind, comment, regions, masks, effective in decisions
    ]
    return sorted(events, key=lambda event: event.at)


def read_versions(given: cursor, item: Item) -> list[Version]:
    """Return what became of the registration's other rows, in loaded exports, lowest version first."""
    rows = query(
        given,
        "SELECT version, night, outcome, regions FROM intake.outcome JOIN intake.export USING (unit, night, export_id)"
        " WHERE state = 'loaded' AND version IS NOT NULL AND (registration_number, unit) = (%s, %s)"
        " AND (unit, night, export_id, row) <> (%s, %s, %s, %s) ORDER BY version, night, export_id, row",
        (item.registration_number, item.unit, *item.place),
    )
    return [Version(version, night, outcome, tuple(regions)) for version, night, outcome, regions in rows]


def read_hints(given: cursor, item: Item) -> list[Hint]:
    """Return who may be somebody that the police met before."""
    rows = query(
        given,
        "SELECT person_number, earlier_unit, earlier_number, earlier_person_number, evidence FROM intake.person_link"
        " WHERE kind = 'hint' AND (unit, registration_number, version) = (%s, %s, %s)"
        " ORDER BY person_number, weight DESC, earlier_number",
        (item.unit, item.registration_number, item.version),
    )
    return [Hint(person, unit, number, other, tuple(evidence)) for person, unit, number, other, evidence in rows]


def last_decision(given: cursor, place: tuple[str, date, str, int], *, effective: bool) -> Event | None:
    """Return the last decision over an item: the one that took it off the desk, or one that took no effect yet."""
    rows = query(
        given,
        "SELECT decided_at, account, kind, comment, regions, effective FROM intake.desk_decision"
        " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s) AND effective = %s ORDER BY decision DESC LIMIT 1",
        (*place, effective),
    )
    return next(
        (
            Event(at, account, kind, comment, tuple(regions), effective=done)
            for at, account, kind, comment, regions, done in rows
        ),
        None,
    )


def lay_here(given: cursor, place: tuple[str, date, str, int]) -> bool:
    """Tell whether something of that place lies at the desk, or did."""
    return bool(query(given, "SELECT FROM intake.hold WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)", place))
