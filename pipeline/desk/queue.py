"""What waits at the desk, and one item of it: no personal data in the list, everything in the item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline import schema
from pipeline.errors import UsageError
from pipeline.load.database import query
from pipeline.load.desk_items import belongs_to
from pipeline.load.intake import ExportKey
from pipeline.load.seal import unseal_json
from pipeline.policy.desk import UNREAD, read_desk_policy
from pipeline.schema import ROW, Tables

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

COLUMNS = (
    "h.unit, h.night, h.export_id, h.row, o.registration_number, o.version, o.outcome, o.reasons, o.gaps, o.danger,"
    " o.regions, h.danger, h.since, h.due, h.lock, o.score"
)
FROM_OPEN = (
    " FROM intake.hold h JOIN intake.outcome o USING (unit, night, export_id, row)"
    " JOIN intake.export e USING (unit, night, export_id) WHERE e.state = 'loaded' AND h.decided_at IS NULL"
)
CHOSEN = (
    " AND (%(unit)s::text IS NULL OR h.unit = %(unit)s) AND (%(danger)s::bool IS NULL OR h.danger = %(danger)s)"
    " AND (NOT %(late)s OR h.due < now())"
    " AND (%(reason)s::text IS NULL OR EXISTS (SELECT FROM unnest(o.reasons) AS given_reason"
    " WHERE split_part(given_reason, ':', 1) = %(reason)s))"
)

GRAVITY = (
    "coalesce((SELECT min(array_position(%(first)s::text[], signal)) FROM unnest(o.danger) AS signal),"
    " array_position(%(first)s::text[], %(unread)s))"
)
"""Place of an item's gravest signal; of one that shows none, that of danger that cannot be read."""


@dataclass(frozen=True)
class Item:
    """One held registration, without its contents."""

    unit: str
    night: date
    export_id: str
    row: int
    registration_number: str | None
    version: int | None
    outcome: str
    """`hold`, or `reject` for a row that could not be read but shows a danger signal."""
    reasons: list[str]
    gaps: list[str]
    signals: list[str]
    regions: list[str]
    danger: bool
    since: datetime
    due: datetime
    lock: int
    """Goes up with every decision; a decision names the one it saw."""
    score: int | None = None

    @property
    def key(self) -> ExportKey:
        """The export it came in."""
        return ExportKey(self.unit, self.night, self.export_id)

    @property
    def place(self) -> tuple[str, date, str, int]:
        """Its key as PostgreSQL takes it."""
        return (*self.key.values(), self.row)

    @property
    def number_and_version(self) -> tuple[str, int]:
        """Of a registration; a rejected row may have neither."""
        assert self.registration_number is not None
        assert self.version is not None
        return self.registration_number, self.version

    @property
    def name(self) -> str:
        """How a person and an address bar name it."""
        return f"{self.unit}.{self.night}.{self.export_id}.{self.row}"


@dataclass(frozen=True)
class Choice:
    """Which items a person wants to see; None and False: all."""

    unit: str | None = None
    reason: str | None = None
    """A reason's code, without its detail."""
    danger: bool | None = None
    late: bool = False


def list_held(given: cursor, *, limit: int = 100, offset: int = 0, choice: Choice = Choice()) -> list[Item]:
    """Return what is open: the gravest danger first (`policy/desk.toml`), then the oldest."""
    first = list(read_desk_policy().danger_first)
    given.execute(
        f"SELECT {COLUMNS}{FROM_OPEN}{CHOSEN} ORDER BY h.danger DESC, {GRAVITY},"
        " h.since, h.unit, h.night, h.export_id, h.row LIMIT %(limit)s OFFSET %(offset)s",
        {**vars(choice), "limit": limit, "offset": offset, "first": first, "unread": UNREAD},
    )
    return [_item(row) for row in given.fetchall()]


def _item(row: Sequence[Any]) -> Item:
    """Return a row of COLUMNS as an item, the gravest of its signals first."""
    item = Item(*row)
    return replace(item, signals=sorted(item.signals, key=read_desk_policy().danger_first.index))


def count_held(given: cursor, choice: Choice = Choice()) -> dict[str, int]:
    """Return how much is open: all, in danger, over its clock."""
    given.execute(
        f"SELECT count(*), count(*) FILTER (WHERE h.danger), count(*) FILTER (WHERE h.due < now()){FROM_OPEN}{CHOSEN}",
        vars(choice),
    )
    ((total, danger, late),) = given.fetchall()
    return {"open": int(total), "danger": int(danger), "late": int(late)}


def count_by(given: cursor) -> dict[str, dict[str, int]]:
    """Return how much is open by `unit` and by `reason` (its code without detail): what there is to choose from.

    A reason with details counts once a detail.
    """
    units = query(given, f"SELECT h.unit, count(*){FROM_OPEN} GROUP BY 1 ORDER BY 1")
    reasons = query(
        given,
        "SELECT split_part(reason, ':', 1), count(*)"
        f"{FROM_OPEN.replace(' WHERE', ' CROSS JOIN LATERAL unnest(o.reasons) AS reason WHERE')} GROUP BY 1",
    )
    return {"unit": dict(units), "reason": dict(reasons)}


def find_item(given: cursor, number: str, unit: str | None = None) -> Item:
    """Return the open item of a registration, by its number or by `Item.name`; the highest version, as received last.

    Raises:
        UsageError: nothing of that number is open, or of several units.
    """
    place = place_of(number)
    wanted = "(h.unit, h.night, h.export_id, h.row) = (%s, %s, %s, %s)" if place else "o.registration_number = %s"
    rows = query(
        given,
        f"SELECT {COLUMNS}{FROM_OPEN} AND {wanted} AND (%s::text IS NULL OR h.unit = %s)"
        " ORDER BY o.version DESC NULLS LAST, h.night DESC, e.started_at DESC, h.row",
        (*(place or (number,)), unit, unit),
    )
    items = [_item(row) for row in rows]
    if not items:
        raise UsageError(f"van {number} wacht niets bij het loket", f"nothing of {number} waits at the desk")
    if len({item.unit for item in items}) > 1:
        units = ", ".join(sorted({item.unit for item in items}))
        raise UsageError(
            f"{number} wacht bij {units}: noem er een met --unit", f"{number} waits for {units}: name one with --unit"
        )
    return items[0]


def place_of(name: str) -> tuple[str, date, str, int] | None:
    """Read `Item.name`; None when it is none, such as a registration's number."""
    parts = name.split(".")
    if len(parts) < len(("unit", "night", "export", "row")):
        return None
    unit, night, *export, row = parts
    try:
        return unit, date.fromisoformat(night), ".".join(export), int(row)
    except ValueError:
        return None


def view(given: cursor, item: Item, account: str, secret: bytes) -> Tables | str:
    """Open an item for a person, and note who looked: its tables, or text: the raw row of a rejected one.

    Raises:
        UsageError: it was decided in the meantime; its contents are gone from the desk.
    """
    sealed = query(
        given, "SELECT sealed FROM intake.hold WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)", item.place
    )
    if not sealed or sealed[0][0] is None:
        raise UsageError(f"over {item.name} is intussen beslist", f"{item.name} was decided in the meantime")
    given.execute(
        "INSERT INTO intake.desk_view (account, unit, night, export_id, row) VALUES (%s, %s, %s, %s, %s)",
        (account, *item.place),
    )
    return opened(unseal_json(secret, bytes(sealed[0][0]), belongs_to(item.key, item.row)))


def opened(content: dict[str, Any]) -> Tables | str:
    """Return sealed content as tables again."""
    if "payload" in content:
        return str(content["payload"])
    extra = {ROW: pl.Int64(), "problems": pl.List(pl.String), "content_hash": pl.String()}
    return Tables(
        *(
            _typed(
                content[table.name], {**table.schema, **(extra if table is schema.REGISTRATION else {ROW: pl.Int64()})}
            )
            for table in schema.TABLES
        )
    )


def _typed(rows: list[dict[str, Any]], types: dict[str, Any]) -> pl.DataFrame:
    """Make a frame of JSON rows: moments and days come back as text."""
    as_text = {name: pl.String() if kind in {schema.MOMENT, pl.Date()} else kind for name, kind in types.items()}
    moments = [name for name, kind in types.items() if kind == schema.MOMENT]
    days = [name for name, kind in types.items() if kind == pl.Date()]
    return pl.DataFrame(rows, schema=as_text, strict=False).with_columns(
        *(pl.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S%.f%:z", time_unit="us", time_zone="UTC") for name in moments),
        *(pl.col(name).str.to_date("%Y-%m-%d") for name in days),
    )
