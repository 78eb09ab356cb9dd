"""Of what a unit removed from use (verwijderd, Wpg 14(2)) only the keys stay: in the regions, here, in the archive.

A region is emptied by its own load. What lies on the police side follows when the export is loaded; a registration is
open in `intake.removal` until the last of it is gone, so that a crash between database and files is made good.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.load import archive
from pipeline.load.database import query
from pipeline.load.history import forget_links, forget_versions
from pipeline.load.intake import MEANWHILE, OF_EXPORTS, ExportKey, columns_of
from pipeline.load.past import regions_of_linked, take_out_of_pasts
from pipeline.load.recalls import NOT_RECALLED, take_back
from pipeline.load.staging import lock_region
from pipeline.load.taken_out import take_out_gone
from pipeline.load.withheld import withhold_waiting
from pipeline.schema import schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

Removed = tuple[str, str, int, date]
"""unit, registration number, the version that removed it, its night. A higher version that is no removal stands."""

KEPT: Final = frozenset(
    {
        *("region", "unit", "registration_number", "version", "replaces_version", "night"),
        *("delivered_at", "loaded_at", "emptied_at"),
        *("legal_ground", "secrecy_notice", "agreement_version", "policy_version", "mandate"),
        # which message withdraws it
        "kind",
    }
)
"""Columns of a report that stay: its keys, and under what it had been disclosed. Any other one is emptied."""
NEVER_EMPTY: Final = {"known_at": "report.night", "substantiation_score": "0"}
"""Columns that must hold something: what they hold then says nothing that the keys do not."""
STANDING: Final = f"""
    SELECT unit, registration_number, version, 'withhold', NULL::integer, gone.night
    FROM {{schema}}.report JOIN gone USING (unit, registration_number)
    WHERE version <= highest AND {NOT_RECALLED}
"""  # noqa: S608 - our own text
"""What a region holds of the removed registrations in `gone` and was not taken back there."""
SAID: Final = "reasons @> '{removed}' AND outcome = 'withhold'"
NEWEST: Final = "SELECT DISTINCT ON (unit, registration_number) unit, registration_number, version, night"
"""With an ORDER BY unit, registration_number, version DESC: the highest version that removes."""
REMOVED: Final = f"""
    {NEWEST} FROM (
        SELECT * FROM intake.outcome WHERE {OF_EXPORTS} UNION ALL {MEANWHILE}
    ) AS said
    WHERE {SAID} ORDER BY unit, registration_number, version DESC
"""  # noqa: S608 - our own text
"""What exports remove (`Removed`), and what was removed meanwhile of that which they bring."""
WITHHELD: Final = "Wpg 14(2)"
"""Ground of withholding what waited at the desk."""


def removed_by(given: cursor, exports: Sequence[ExportKey], region: str | None = None) -> list[Removed]:
    """Return what these exports remove; and what was removed meanwhile of that which they bring (to `region`)."""
    return query(given, REMOVED, {**columns_of(exports), "region": region})


def empty_region(given: cursor, region: str, removed: Sequence[Removed]) -> int:
    """Empty what a region holds of removed registrations, recalled if it was not yet; return how many versions.

    The report rows stay with their keys; persons, prior incidents and danger signals go. So do its texts
    and persons in a report of another registration that carries it, and what other reports tell of it as the past.
    Twice is once.
    """
    if not removed:
        return 0
    lock_region(given, region)
    schema = schema_of(region)
    given.execute(
        "CREATE TEMP TABLE gone ON COMMIT DROP AS"
        " SELECT * FROM unnest(%s::text[], %s::text[], %s::integer[], %s::date[])"
        " AS gone (unit, registration_number, highest, night)",
        [list(column) for column in zip(*removed, strict=True)],
    )
    given.execute("ANALYZE gone")  # else the planner reads all that the region holds
    take_back(given, region, STANDING, {})
    for table in ("danger_signal", "prior_incident", "person"):
        given.execute(f"DELETE FROM {schema}.{table} AS part USING gone WHERE {_OF_GONE.format('part')}")  # noqa: S608
    given.execute(
        f"UPDATE {schema}.report SET emptied_at = now(), {_emptied(given, schema)} FROM gone"  # noqa: S608
        f" WHERE {_OF_GONE.format('report')} AND emptied_at IS NULL"
    )
    emptied = given.rowcount
    take_out_gone(given, region, "removed")
    given.execute("DROP TABLE gone")
    take_out_of_pasts(given, region, [(unit, number, highest) for unit, number, highest, _ in removed], "removed")
    return emptied


_OF_GONE: Final = (
    "({0}.unit, {0}.registration_number) = (gone.unit, gone.registration_number) AND {0}.version <= gone.highest"
)


def _emptied(given: cursor, schema: str) -> str:
    """Return the SET list over every column that is no key: one that is added later is emptied too."""
    columns = query(
        given,
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = 'report'",
        (schema,),
    )
    emptied = sorted({name for (name,) in columns} - KEPT)
    return ", ".join(f"{name} = {NEVER_EMPTY.get(name, 'DEFAULT')}" for name in emptied)


def note(given: cursor, exports: Sequence[ExportKey]) -> None:
    """Open a removal for what these exports remove."""
    _open(given, removed_by(given, exports))


def note_overlooked(given: cursor) -> None:
    """Open a removal for whatever was withheld as removed without one: by a person, say, at the desk."""
    overlooked = query(
        given,
        f"{NEWEST} FROM intake.outcome JOIN intake.export USING (unit, night, export_id) WHERE {SAID}"  # noqa: S608
        " AND state = 'loaded' AND NOT EXISTS (SELECT 1 FROM intake.removal WHERE"
        " (removal.unit, removal.registration_number) = (outcome.unit, outcome.registration_number))"
        " ORDER BY unit, registration_number, version DESC",
    )
    _open(given, overlooked)


def _open(given: cursor, removed: Sequence[Removed]) -> None:
    for each in removed:
        given.execute(
            "INSERT INTO intake.removal (unit, registration_number, version, night) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (unit, registration_number) DO UPDATE SET night = EXCLUDED.night, done_at = NULL,"
            " version = greatest(removal.version, EXCLUDED.version)",
            each,
        )


def forget_removed_data(given: cursor, home: Path, secret: bytes, *, dry: bool = False) -> int:
    """Let go everything that is left of open removals, and close them; return how many there were.

    `dry`: the archive is left alone; the caller rolls back the rest.
    """
    removed: list[Removed] = query(
        given,
        "SELECT unit, registration_number, version, night FROM intake.removal WHERE done_at IS NULL"
        " ORDER BY unit, registration_number FOR UPDATE",
    )
    if not removed:
        return 0
    numbers = [number for _, number, _, _ in removed]
    delivered = query(
        given, "SELECT DISTINCT region FROM intake.delivery WHERE registration_number = ANY (%s)", (numbers,)
    )
    for region in sorted({*regions_of_linked(given, numbers), *(region for (region,) in delivered)}):
        empty_region(given, region, removed)
    for unit in sorted({unit for unit, _, _, _ in removed}):
        ours = {number: version for owner, number, version, _ in removed if owner == unit}
        forget_versions(given, unit, ours)
        forget_links(given, unit, ours)
        _list_open(given, unit)
        withhold_waiting(given, "removed", WITHHELD)
        _blank(given, unit)
        for key in () if dry else _exports_of(given):
            archive.forget(home, key, ours, secret)
        given.execute("DROP TABLE open_row")
    given.execute("UPDATE intake.removal SET done_at = now() WHERE done_at IS NULL")
    return len(removed)


def _list_open(given: cursor, unit: str) -> None:
    """Make `open_row`: the rows of intake.outcome of a unit that are of an open removal.

    Once, and counted: the planner, that may not know of tonight's outcomes yet, went through all of them for each.
    """
    given.execute(
        "CREATE TEMP TABLE open_row ON COMMIT DROP AS"
        " SELECT outcome.unit, outcome.night, outcome.export_id, outcome.row FROM intake.outcome"
        " JOIN intake.removal AS gone USING (unit, registration_number)"
        " WHERE outcome.unit = %s AND gone.done_at IS NULL AND outcome.version <= gone.version",
        (unit,),
    )
    given.execute("ANALYZE open_row")


def _blank(given: cursor, unit: str) -> None:
    """Leave of verdicts the outcome and its reasons, and of decisions who took which; nothing that a person wrote."""
    given.execute(
        "UPDATE intake.reroute SET comment = NULL WHERE unit = %s AND registration_number IN"
        " (SELECT registration_number FROM intake.removal WHERE done_at IS NULL AND unit = %s)",
        (unit, unit),
    )
    for statement in (
        f"UPDATE intake.outcome SET {archive.BLANK}",  # noqa: S608 - our own text
        "UPDATE intake.hold SET sealed = NULL",
        "UPDATE intake.outcome_change SET comment = NULL",
        "UPDATE intake.desk_decision SET comment = '', masks = '[]'",
    ):
        given.execute(f"{statement} WHERE (unit, night, export_id, row) IN (SELECT * FROM open_row)")  # noqa: S608 - our own text


def _exports_of(given: cursor) -> list[ExportKey]:
    """Return the exports that held any of a unit's open removals."""
    rows = query(given, "SELECT DISTINCT unit, night, export_id FROM open_row ORDER BY 2, 3")
    return [ExportKey(*row) for row in rows]
