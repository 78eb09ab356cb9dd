"""Registrations that a report carries, as they stand in `intake.outcome`; and those whose carrier is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.enrich.across import VERSION
from pipeline.enrich.carried import CARRIER, LOADED, STANDING
from pipeline.load.database import copy, fill, frame, query
from pipeline.load.held_again import to_the_desk
from pipeline.load.intake import LAST_SAID, NOT_REPEATED, OF_EXPORTS, SPEAKS, ExportKey, columns_of
from pipeline.load.recalls import NOT_RECALLED
from pipeline.schema import REGIONS, ROW, schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


_REPORTS: Final = " UNION ALL ".join(
    f"SELECT unit, registration_number, version, CASE WHEN {NOT_RECALLED} THEN '{region}' END, also_registered_as"  # noqa: S608
    " FROM wanted JOIN {schema}.report USING (unit, registration_number, version)".format(schema=schema_of(region))
    for region in REGIONS
)
"""The reports of all regions that are `wanted`, the region null where they were taken back."""


def standing(given: cursor, numbers: pl.DataFrame, exports: Sequence[ExportKey]) -> pl.DataFrame:
    """Return what became of the highest version of registrations of loaded exports: enrich.carried.STANDING.

    Tonight's count, too: one that withdraws a report leaves nothing to be remembered, and yet the report stands no
    more; neither does one that cannot be read.

    Args:
        given: a cursor.
        numbers: earlier_unit, earlier_number.
        exports: tonight's.
    """
    wanted = numbers.select(pl.col("earlier_unit").alias("unit"), pl.col("earlier_number").alias("registration_number"))
    fill(given, "wanted", "unit text, registration_number text", wanted)
    found = frame(
        given,
        f"""
        SELECT DISTINCT ON (outcome.unit, outcome.registration_number)
               outcome.unit, outcome.registration_number, version, outcome, regions, carried_by
        FROM wanted JOIN intake.outcome USING (unit, registration_number)
        JOIN intake.export USING (unit, night, export_id)
        WHERE (state = 'loaded' OR {OF_EXPORTS})
          AND version IS NOT NULL AND {NOT_REPEATED}
        ORDER BY outcome.unit, outcome.registration_number, {SPEAKS}
        """,  # noqa: S608 - our own text
        STANDING,
        columns_of(exports),
    )
    given.execute("DROP TABLE wanted")
    return found


def loaded(given: cursor, versions: pl.DataFrame) -> pl.DataFrame:
    """Return which of `versions` (VERSION) came to a region, and what their reports name: enrich.carried.LOADED."""
    fill(given, "wanted", "unit text, registration_number text, version integer", versions)
    reports = frame(given, _REPORTS, pl.Schema({**LOADED, "loaded": pl.String()}))
    given.execute("DROP TABLE wanted")
    # they name ever more, everywhere alike: one that names less was not reached yet
    return reports.group_by(VERSION, maintain_order=True).agg(
        pl.col("loaded").drop_nulls(), pl.col("names").sort_by(pl.col("names").list.len()).first()
    )


def record_settled(given: cursor, key: ExportKey, outcomes: pl.DataFrame) -> pl.DataFrame:
    """Record what another registration carries or keeps from leaving, and undo it where an earlier attempt did.

    Args:
        given: cursor of the caller's transaction.
        key: one of tonight's exports.
        outcomes: row, outcome, reasons, regions, carried_by of what policy forwards of (a part of) it.

    Returns:
        (row) what is held now, and was not.
    """
    before = frame(
        given,
        "SELECT row, outcome, carried_by FROM intake.outcome WHERE (unit, night, export_id) = (%s, %s, %s)"
        " AND (carried_by IS NOT NULL OR outcome = 'hold' AND reasons @> '{secret_elsewhere}')",
        pl.Schema({ROW: pl.Int64(), "was": pl.String(), "was_by": pl.String()}),
        key.values(),
    )
    changed = outcomes.join(before, on=ROW, how="left").filter(
        ~pl.col("carried_by").eq_missing(pl.col("was_by")) | (pl.col("outcome") != pl.col("was").fill_null("forward"))
    )
    if changed.is_empty():
        return changed.select(ROW)
    given.execute(
        "CREATE TEMP TABLE settled ON COMMIT DROP AS"
        " SELECT row, outcome, reasons, regions, carried_by FROM intake.outcome WITH NO DATA"
    )
    copy(given, "settled", changed.drop("was", "was_by"))
    given.execute(
        "UPDATE intake.outcome SET outcome = settled.outcome, reasons = settled.reasons, regions = settled.regions,"
        " carried_by = settled.carried_by FROM settled WHERE (outcome.unit, outcome.night, outcome.export_id)"
        " = (%s, %s, %s) AND outcome.row = settled.row"
        # of a report that a person took back in one of its regions the others are policy's
        " AND (outcome.decided_by = 'policy' OR outcome.outcome = 'forward') RETURNING settled.row",
        key.values(),
    )
    done = pl.DataFrame(given.fetchall(), schema={ROW: pl.Int64}, orient="row")
    given.execute(
        "DELETE FROM intake.hold USING settled WHERE (hold.unit, hold.night, hold.export_id) = (%s, %s, %s)"
        " AND hold.row = settled.row AND decided_at IS NULL",
        key.values(),
    )
    given.execute("DROP TABLE settled")
    return changed.filter(pl.col("outcome") == "hold").join(done, on=ROW, how="semi").select(ROW)


def export_of(given: cursor, unit: str, number: str, version: int) -> tuple[ExportKey, int]:
    """Return the export and the row that brought a registration that is carried."""
    ((night, export_id, row),) = query(
        given,
        "SELECT night, export_id, row FROM intake.outcome WHERE carried_by IS NOT NULL"
        " AND (unit, registration_number, version) = (%s, %s, %s) ORDER BY night, export_id, row LIMIT 1",
        (unit, number, version),
    )
    return ExportKey(unit, night, export_id), row


def hold_orphans(given: cursor, exports: Sequence[ExportKey], kept: Sequence[str], home: Path, secret: bytes) -> int:
    """Bring to the desk what was carried by a report that these exports withdraw or correct; return how many.

    A person has to see them: Veilig Thuis loses with the report what it carried, and a danger signal may be in there.
    So it does with one that cannot be read (`reject`), and with one that another report carries now. Of an export that
    brings several versions the highest speaks. What a higher version of itself overtook was taken out by that one.

    Args:
        given: cursor of the caller's transaction.
        exports: tonight's.
        kept: `unit number` of those that tonight's reports carry on.
        home: where the archive is.
        secret: that it was sealed with.
    """
    orphans = query(
        given,
        f"""
        WITH later AS ({LAST_SAID})
        UPDATE intake.outcome SET outcome = 'hold', carried_by = NULL,
               reasons = array_prepend('carrier_withdrawn', array_remove(outcome.reasons, 'same_event'))
        FROM later, intake.export
        WHERE (later.outcome <> 'duplicate' OR later.carried_by IS NOT NULL)
          AND outcome.unit || ' ' || outcome.registration_number <> ALL (%(kept)s::text[])
          AND NOT EXISTS (SELECT FROM intake.outcome AS own
                          WHERE (own.unit, own.registration_number) = (outcome.unit, outcome.registration_number)
                            AND own.version > outcome.version)
          AND split_part(outcome.carried_by, ' ', 1) || ' ' || split_part(outcome.carried_by, ' ', 2)
              = later.unit || ' ' || later.registration_number
          AND (split_part(outcome.carried_by, ' ', 3)::integer < later.version
               -- an earlier attempt had it carried on
               OR later.outcome = 'forward' AND split_part(outcome.carried_by, ' ', 3)::integer = later.version)
          AND (export.unit, export.night, export.export_id) = (outcome.unit, outcome.night, outcome.export_id)
          AND export.state = 'loaded'
        RETURNING outcome.unit, outcome.night, outcome.export_id, outcome.row, outcome.danger <> '{{}}'
        """,  # noqa: S608 - our own text
        {**columns_of(exports), "kept": list(kept)},
    )
    for unit, night, export_id, row, danger in orphans:
        key = ExportKey(unit, night, export_id)
        to_the_desk(given, key, row, "duplicate", "carrier_withdrawn", home, secret, danger=danger)
    return len(orphans)


def carry_on(given: cursor, lines: pl.DataFrame) -> None:
    """Note which report carries now what another one, or an earlier version of it, carried.

    Args:
        given: cursor of the caller's transaction.
        lines: enrich.carried.CARRIED, of what was carried before tonight.
    """
    for unit, number, version, *carrier in lines.select(*VERSION, *CARRIER).iter_rows():
        given.execute(
            "UPDATE intake.outcome SET carried_by = %s WHERE (unit, registration_number, version) = (%s, %s, %s)"
            " AND carried_by IS NOT NULL",
            (" ".join(map(str, carrier)), unit, number, version),
        )
