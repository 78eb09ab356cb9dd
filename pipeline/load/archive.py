"""What is kept of a night to judge it again: sealed Parquet, a folder a unit, night and export.

Tables as received for 90 days, facts and verdicts without text for five years (DESIGN.md "Storage"). Data under a
forbidden regime and removed data are not kept at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final

import polars as pl

from pipeline import schema
from pipeline.load.intake import ExportKey
from pipeline.load.seal import read_sealed, write_sealed
from pipeline.schema import ROW, Tables
from pipeline.stages import Enriched

NEVER_KEPT: Final = ("removed", "forbidden_regime", "too_old")
CODES: Final = ("kind", "incident_code", "project_code", "legal_regime", "suspicion")
BLANK: Final = "gaps = '{}', danger = '{}', score = NULL, kind = NULL, withheld = '{}', known_at = NULL"
"""Of a row of intake.outcome: what goes when its facts go; number, outcome and reasons stay as long as the night's."""
YES_NO: Final = tuple(name for name, kind in schema.REGISTRATION.schema.items() if kind == pl.Boolean)
ONLY_WHETHER: Final = ("investigation_number",)
"""Columns that gates look at whose contents are not kept: only whether there is any."""


def folder(home: Path, key: ExportKey) -> Path:
    """Return where an export is kept."""
    return home / "archive" / key.unit / key.night.isoformat() / key.export_id


def write_part(
    home: Path, key: ExportKey, part: str, tables: Tables, verdict: pl.DataFrame, enriched: Enriched, secret: bytes
) -> None:
    """Keep one part: its tables, and apart from them its facts and verdict, which live longer."""
    never = pl.any_horizontal(pl.col("reasons").list.contains(reason) for reason in NEVER_KEPT)
    kept = verdict.filter(~never).select(ROW)
    into = folder(home, key)
    for table in schema.TABLES:
        frame: pl.DataFrame = getattr(tables, table.name)
        write_sealed(secret, frame.join(kept, on=ROW, how="semi", maintain_order="left"), into / f"{part}.{table.name}")
    judged = judged_of(tables, verdict.join(kept, on=ROW, how="semi"), enriched)
    write_sealed(secret, judged, into / f"{part}.judged")


def judged_of(tables: Tables, verdict: pl.DataFrame, enriched: Enriched) -> pl.DataFrame:
    """Return what it takes to judge the rows of `verdict` again without a text: impact and shadow mode read it.

    Beside verdict and facts: the codes and yes/no columns that a gate may test, and where the addresses lead
    (`routed_regions`, `routed_by`, `route_reasons`), also of what is not forwarded.
    """
    registration = tables.registration.select(
        ROW,
        *("registration_number", "version", "known_at"),
        *(*CODES, *YES_NO),
        *(pl.when(pl.col(name).is_not_null()).then(pl.lit("")).alias(name) for name in ONLY_WHETHER),
    )
    routed = enriched.routed.select(ROW, pl.col("regions").alias("routed_regions"), "routed_by", "route_reasons")
    judged = verdict.join(registration, on=ROW).join(enriched.facts, on=ROW, suffix="_fact")
    return judged.join(routed, on=ROW, how="left")


def parts(home: Path, key: ExportKey) -> list[str]:
    """Return the names of the parts of which the tables are still kept, in order."""
    return sorted(file.name.split(".")[0] for file in folder(home, key).glob(f"*.{schema.REGISTRATION.name}"))


def read_part(home: Path, key: ExportKey, part: str, secret: bytes) -> Tables:
    """Read one part back as it was received."""
    return Tables(*(read_sealed(secret, folder(home, key) / f"{part}.{table.name}") for table in schema.TABLES))


def read_row(home: Path, key: ExportKey, row: int, secret: bytes) -> Tables | None:
    """Read one registration back with its children; None where it is kept no more."""
    wanted = pl.DataFrame({ROW: [row]})
    found = (read_part(home, key, part, secret).only(wanted) for part in parts(home, key))
    return next((tables for tables in found if len(tables.registration)), None)


def read_judged(home: Path, key: ExportKey, secret: bytes) -> pl.DataFrame:
    """Read the facts and verdicts of an export."""
    return pl.concat(
        (read_sealed(secret, file) for file in sorted(folder(home, key).glob("*.judged"))), how="diagonal_relaxed"
    )


def forget(home: Path, key: ExportKey, removed: Mapping[str, int], secret: bytes) -> int:
    """Let rows of removed registrations go from an export's archive; return how many files held any.

    Args:
        home: of this installation.
        key: the export.
        removed: registration number to the highest version that goes.
        secret: the installation's key.
    """
    highest = pl.col("registration_number").replace_strict(removed, default=None, return_dtype=pl.Int64)
    changed = 0
    for file in sorted(folder(home, key).glob("*.judged")):
        gone = read_sealed(secret, file).filter(pl.col("version") <= highest).get_column(ROW)
        if len(gone):
            # the part's own file last: it says which rows the others have to lose, after a crash too
            parts = sorted(file.parent.glob(f"{file.stem}.*"), key=lambda part: part.suffix == ".judged")
            changed += sum(_keep_rows(part, ~pl.col(ROW).is_in(gone.implode()), secret) for part in parts)
    return changed


def forget_known_before(home: Path, key: ExportKey, moment: datetime, secret: bytes) -> int:
    """Let facts and verdicts of registrations that were known before `moment` go; return how many files held any."""
    files = sorted(folder(home, key).glob("*.judged"))
    return sum(_keep_rows(file, pl.col("known_at") >= moment, secret) for file in files)


def _keep_rows(file: Path, keep: pl.Expr, secret: bytes) -> int:
    whole = read_sealed(secret, file)
    left = whole.filter(keep)
    if len(left) < len(whole):
        write_sealed(secret, left, file)
    return int(len(left) < len(whole))


def delete_before(home: Path, day: date, *, judged: bool, dry: bool) -> int:
    """Delete what nights before `day` left: facts and verdicts (`judged`), else all other files; return how many.

    `dry`: they are only counted. A file that a crash left half written (`.new`) goes with the tables.
    """
    gone = [
        file
        for file in sorted((home / "archive").glob("*/*/*/*"))
        if (file.suffix == ".judged") == judged and date.fromisoformat(file.parts[-3]) < day
    ]
    for file in () if dry else gone:
        file.unlink()
        # empty folders go with their last file
        for place in list(file.parents)[:3]:
            if not any(place.iterdir()):
                place.rmdir()
    return len(gone)
