"""What settling records: what became of the night's registrations, now that it is known what carries what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline import workspace
from pipeline.enrich.across import NUMBER
from pipeline.enrich.carried import CARRIER
from pipeline.load import desk_items, intake
from pipeline.load.carried import carry_on, hold_orphans, record_settled
from pipeline.load.database import now
from pipeline.load.secret_elsewhere import SECRET_ELSEWHERE, mark_rows
from pipeline.schema import ROW
from pipeline.settings import Settings, read_key
from pipeline.settle.parts import Part, exports_of
from pipeline.settle.taken_along import TakenAlong
from pipeline.workspace import read_export_key

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def record_night(
    given: cursor, settings: Settings, parts: list[Part], carried: pl.DataFrame, held: pl.DataFrame, along: TakenAlong
) -> None:
    """Record what became of the night's registrations, and of those of before whose carrier tonight changes.

    Args:
        given: cursor of the caller's transaction.
        settings: of this installation.
        parts: of the night.
        carried: carried.CARRIED of the night.
        held: secret_elsewhere.HELD.
        along: what was carried before tonight.
    """
    for part in parts:
        _record_part(given, settings, part, _outcomes(part, carried, held), held)
    kept = along.lines.select(pl.concat_str(NUMBER, separator=" ")).to_series().to_list()
    hold_orphans(given, exports_of(parts), kept, settings.home, read_key(settings))
    carry_on(given, along.lines)


def _outcomes(part: Part, carried: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Return the outcome of a part's registrations that policy forwards, now that it is known what carries what.

    Those that are `held` (HELD) wait.

    Returns:
        row; outcome, reasons, regions, carried_by as in intake.outcome.
    """
    by = carried.drop_nulls("row").select(ROW, pl.concat_str(CARRIER, separator=" ").alias("carried_by")).unique(ROW)
    nowhere = pl.lit([], pl.List(pl.String))
    is_carried = pl.col("carried_by").is_not_null()
    forwards = part.read("verdict").join(by, on=ROW, how="left", maintain_order="left")
    is_held = pl.col(ROW).is_in(held[ROW].implode())
    stays = pl.when(is_held).then(pl.lit(SECRET_ELSEWHERE)).when(is_carried).then(pl.lit("same_event"))
    others = pl.col("reasons").list.set_difference(["well_founded"])
    return forwards.select(
        pl.col(ROW) - part.first,
        pl.when(is_held)
        .then(pl.lit("hold"))
        .when(is_carried)
        .then(pl.lit("duplicate"))
        .otherwise(pl.lit("forward"))
        .alias("outcome"),
        pl.when(stays.is_not_null()).then(pl.concat_list(stays, others)).otherwise("reasons").alias("reasons"),
        pl.when(stays.is_not_null()).then(nowhere).otherwise("regions").alias("regions"),
        "carried_by",
    )


def _record_part(given: cursor, settings: Settings, part: Part, outcomes: pl.DataFrame, held: pl.DataFrame) -> None:
    """Record what became of a part's registrations (`_outcomes`), and bring to the desk what is held of them."""
    key = read_export_key(part.delivery)
    new = record_settled(given, key, outcomes)
    if not new.is_empty():
        verdict = workspace.read(part.delivery, "judged", part.name, "verdict").join(new, on=ROW, how="semi")
        tables = workspace.read_tables(part.delivery, part.name)
        waits = verdict.with_columns(outcome=pl.lit("hold"))
        at = now(given)
        intake.record_holds(given, key, desk_items.holds(tables, waits, key, read_key(settings), at))
    mark_rows(given, key, (held.filter(part=part.number)[ROW] - part.first).to_list())
