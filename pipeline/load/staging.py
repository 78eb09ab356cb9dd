"""Into a region's schema: new report versions, their parts, their ledger entries and the recalls they cause."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.decide.report import KEY, Staging
from pipeline.load import ledger
from pipeline.load.database import copy, frame, query
from pipeline.schema import ROW

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

REGION_LOCK: Final = 7_301_948
VERSION_KEY: Final = pl.Schema({"unit": pl.String(), "registration_number": pl.String(), "version": pl.Int64()})


def schema_of(region: str) -> str:
    """Return the schema of a region: `vt_09` for `VT09`."""
    return f"vt_{region[2:]}"


def load_region(given: cursor, region: str, arrivals: Staging, entries: pl.DataFrame) -> int:
    """Append the report versions that `region` does not hold yet, with their ledger entries; return how many.

    Twice is once: a version that is there already is left as it is, with all its parts. The recalls of the night
    follow by `write_recalls`, in the same transaction.

    Args:
        given: cursor of the caller's transaction.
        region: `VT09`.
        arrivals: rows of this region only.
        entries: ledger.ENTRY, one a report version of `arrivals`.
    """
    assert arrivals.report.get_column("region").is_in([region]).all()
    given.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (REGION_LOCK, region))
    held = _held(given, region, arrivals.report)
    new = arrivals.report.join(held, on=KEY, how="anti", maintain_order="left")
    schema = schema_of(region)
    copy(given, f"{schema}.report", _with_replaced(new, held).drop(ROW))
    for name, table in (
        ("person", arrivals.person.drop(ROW, "region")),
        ("prior_incident", arrivals.prior_incident.drop("region")),
        ("danger_signal", arrivals.danger_signal.drop("region")),
    ):
        copy(given, f"{schema}.{name}", table.join(new.select(KEY), on=KEY, how="semi", maintain_order="left"))
    ledger.append(given, region, entries.join(new.select(KEY), on=KEY, how="semi", maintain_order="left"), _now(given))
    return len(new)


def _held(given: cursor, region: str, reports: pl.DataFrame) -> pl.DataFrame:
    """Return the versions that the region holds of the numbers in `reports`."""
    given.execute("CREATE TEMP TABLE arrival (unit text, registration_number text) ON COMMIT DROP")
    copy(given, "arrival", reports.select("unit", "registration_number").unique(maintain_order=True))
    held = frame(
        given,
        f"SELECT unit, registration_number, version FROM {schema_of(region)}.report"  # noqa: S608 - a region's schema
        " JOIN arrival USING (unit, registration_number)",
        VERSION_KEY,
    )
    given.execute("DROP TABLE arrival")
    return held


def _with_replaced(new: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Add `replaces_version`: the highest lower version here, held or arriving in the same load."""
    known = pl.concat([held, new.select(VERSION_KEY.names())]).unique().sort("version")
    return (
        new.with_row_index("arrival_order")
        .sort("version")
        .join_asof(
            known.rename({"version": "replaces_version"}).with_columns(pl.col("replaces_version").alias("lower")),
            left_on="version",
            right_on="lower",
            by=["unit", "registration_number"],
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .sort("arrival_order")
        .drop("arrival_order", "lower", strict=False)
    )


def write_recalls(given: cursor, region: str, nights_exports: list[tuple[str, str, str]]) -> int:
    """Recall what a later version of these exports replaces or withdraws in the region; return how many.

    A report version is recalled once, by the highest later version: `replaced` when that one is here, else by what
    became of it (its outcome, or `rerouted` when it went to other regions only). A later row that could not be read
    (`reject`) recalls nothing: the earlier version stands until the unit's correction can be read.

    Args:
        given: cursor of the caller's transaction.
        region: `VT09`.
        nights_exports: (unit, night as ISO text, export_id) of the exports that are being loaded.
    """
    schema = schema_of(region)
    given.execute(
        # version > 1 uses the partial index: a first version replaces nothing
        f"""
        WITH later AS (
            SELECT DISTINCT ON (unit, registration_number)
                   unit, registration_number, version, outcome, regions, night
            FROM intake.outcome
            WHERE version > 1 AND outcome <> 'reject'
              AND (unit, night::text, export_id) IN (SELECT * FROM unnest(%(units)s, %(nights)s, %(exports)s))
            ORDER BY unit, registration_number, version DESC, (outcome = 'forward') DESC
        )
        INSERT INTO {schema}.recall (unit, registration_number, version, reason, replaced_by, night)
        SELECT report.unit, report.registration_number, report.version,
               CASE WHEN %(region)s = ANY (later.regions) THEN 'replaced'
                    WHEN later.outcome = 'forward' THEN 'rerouted'
                    ELSE later.outcome END,
               CASE WHEN %(region)s = ANY (later.regions) THEN later.version END,
               later.night
        FROM {schema}.report JOIN later USING (unit, registration_number)
        WHERE later.version > report.version
        ON CONFLICT DO NOTHING
        """,  # noqa: S608 - the schema of a region
        {
            "region": region,
            "units": [unit for unit, _, _ in nights_exports],
            "nights": [night for _, night, _ in nights_exports],
            "exports": [export for _, _, export in nights_exports],
        },
    )
    return given.rowcount


def _now(given: cursor) -> datetime:
    moment: datetime = query(given, "SELECT now()")[0][0]
    return moment
