"""Where reports stand at Veilig Thuis: terms that passed, and lists for the units."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.feedback.query import query_frame
from pipeline.policy.stuf.codes import read_codes
from pipeline.policy.stuf.terms import due, read_terms

if TYPE_CHECKING:
    from psycopg2.extensions import connection

_REPORT: Final = {
    "region": pl.String(),
    "unit": pl.String(),
    "registration_number": pl.String(),
    "version": pl.Int64(),
}
OVERDUE: Final = pl.Schema({**_REPORT, "term": pl.String(), "due": pl.Date(), "days_late": pl.Int64()})
UNIT_LIST: Final = pl.Schema(
    {
        "registration_number": pl.String(),
        "version": pl.Int64(),
        "region": pl.String(),
        "event": pl.String(),
        "on": pl.Date(),
        "code": pl.String(),
        "missing": pl.String(),
        "status": pl.String(),
    }
)


def overdue(connection: connection, today: date) -> pl.DataFrame:
    """Return the report versions whose term passed before `today` without an answer (OVERDUE), the latest first.

    A report that was recalled, not accepted or said to be another region's waits for nothing. Terms:
    `pipeline/policy/stuf/terms.toml`, from the day of delivery: the day after the night, or of a later load.
    """
    waiting = query_frame(
        connection,
        "SELECT region, unit, registration_number, version, delivered_on, received_at IS NULL, triaged_at IS NULL"
        " FROM intake.report_status WHERE status IN ('sent', 'received', 'triaged') AND recall_reason IS NULL",
        pl.Schema({**_REPORT, "delivered_on": pl.Date(), "received": pl.Boolean(), "triage": pl.Boolean()}),
    ).with_columns(closed=pl.lit(value=True))
    days = waiting.get_column("delivered_on").unique().to_list()
    late = []
    for term in read_terms():
        last_days = pl.DataFrame(
            {"delivered_on": days, "due": [due(term.id, day) for day in days]},
            schema={"delivered_on": pl.Date(), "due": pl.Date()},
        )
        late.append(
            waiting.filter(pl.col(term.id))
            .join(last_days, on="delivered_on")
            .filter(pl.col("due") < today)
            .select(
                *_REPORT,
                pl.lit(term.id).alias("term"),
                "due",
                (pl.lit(today) - pl.col("due")).dt.total_days().alias("days_late"),
            )
        )
    return pl.concat(late).cast(OVERDUE).sort("due", *_REPORT, "term")


def unit_feedback(connection: connection, unit: str, first: date, last: date) -> pl.DataFrame:
    """Return what came in for a unit from `first` to `last` (UNIT_LIST): codes, no care content and no person."""
    return query_frame(
        connection,
        "SELECT registration_number, version, region, event, (at AT TIME ZONE 'Europe/Amsterdam')::date, code,"
        " array_to_string(missing, '|'), status"
        " FROM intake.feedback JOIN intake.report_status USING (region, unit, registration_number, version)"
        " WHERE unit = %s AND (feedback.received_at AT TIME ZONE 'Europe/Amsterdam')::date BETWEEN %s AND %s"
        " ORDER BY registration_number, version, region, at, feedback",
        UNIT_LIST,
        (unit, first, last),
    )


def write_unit_lists(connection: connection, out: Path, first: date, last: date) -> dict[str, int]:
    """Write `out/<unit>_<first>_<last>.csv` for every unit that got feedback; return how many lines each holds."""
    units = query_frame(
        connection, "SELECT DISTINCT unit FROM intake.feedback ORDER BY unit", pl.Schema({"unit": pl.String()})
    )
    words = {answer.code: answer.words.nl for answer in read_codes().answers}
    written = {}
    out.mkdir(parents=True, exist_ok=True)
    for unit in units.get_column("unit"):
        lines = unit_feedback(connection, unit, first, last)
        if lines.is_empty():
            continue
        said = lines.with_columns(
            pl.col("code").replace_strict(words, default=None, return_dtype=pl.String()).alias("said")
        )
        file = out / f"{unit}_{first}_{last}.csv"
        beside = file.with_suffix(".part")
        beside.write_bytes(said.write_csv().encode())
        beside.replace(file)
        written[unit] = len(lines)
    return written
