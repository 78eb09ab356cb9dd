"""A registration of an earlier export comes before a person: in the place of what lay at the desk of it before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.load import archive, desk_items
from pipeline.load.database import now
from pipeline.load.intake import ExportKey, record_holds
from pipeline.schema import ROW, Tables

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

NOT_KEPT: Final = (
    "De inhoud van deze registratie wordt niet meer bewaard; vraag de eenheid om haar opnieuw te leveren."
    " / The contents are no longer kept; ask the unit to deliver it again."
)


def to_the_desk(
    given: cursor, key: ExportKey, row: int, was: str, reason: str, home: Path, secret: bytes, *, danger: bool
) -> None:
    """Bring a registration of an earlier export to the desk, in the place of what was decided, and note it."""
    put_at_desk(given, home, secret, key, row, danger)
    given.execute(
        "INSERT INTO intake.outcome_change (unit, night, export_id, row, from_outcome, to_outcome, reasons, changed_by)"
        " VALUES (%s, %s, %s, %s, %s, 'hold', ARRAY[%s], 'policy')",
        (*key.values(), row, was, reason),
    )


def put_at_desk(given: cursor, home: Path, secret: bytes, key: ExportKey, row: int, danger: bool) -> None:
    """Lay a registration of an earlier export before a person, out of the archive."""
    lay_at_desk(given, key, row, archive.read_row(home, key, row, secret), secret, danger=danger)


def lay_at_desk(given: cursor, key: ExportKey, row: int, tables: Tables | None, secret: bytes, *, danger: bool) -> None:
    """Lay a registration before a person.

    One whose contents are kept no more comes, too, at the head: nobody can tell any more what was in it.

    Args:
        given: cursor of the caller's transaction.
        key: the export that brought it.
        row: it, in that export.
        tables: it as received, with or without others; None where it is kept no more.
        secret: the installation's key.
        danger: it tells of danger, and waits no longer than that may.
    """
    if tables is not None:
        verdict = pl.DataFrame({ROW: [row], "outcome": ["hold"], "in_danger": [danger]})
        held = desk_items.holds(tables, verdict, key, secret, now(given))
    else:
        lost = pl.DataFrame({ROW: [row], "payload": [NOT_KEPT], "danger": [True]})
        held = desk_items.reject_holds(lost, key, secret, now(given))
    given.execute(
        "DELETE FROM intake.hold WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)", (*key.values(), row)
    )
    record_holds(given, key, held)
