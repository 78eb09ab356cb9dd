"""What is kept of a night to judge it again: sealed Parquet, a folder a unit, night and export.

Tables as received for 90 days, facts and verdicts without text for five years (DESIGN.md "Storage"). Data under a
forbidden regime and removed data are not kept at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from pipeline import schema
from pipeline.load.intake import ExportKey
from pipeline.load.seal import read_sealed, write_sealed
from pipeline.schema import ROW, Tables

NEVER_KEPT: Final = ("removed", "forbidden_regime", "too_old")


def folder(home: Path, key: ExportKey) -> Path:
    """Return where an export is kept."""
    return home / "archive" / key.unit / key.night.isoformat() / key.export_id


def write_part(
    home: Path, key: ExportKey, part: str, tables: Tables, verdict: pl.DataFrame, facts: pl.DataFrame, secret: bytes
) -> None:
    """Keep one part: its tables, and apart from them its facts and verdict, which live longer."""
    never = pl.any_horizontal(pl.col("reasons").list.contains(reason) for reason in NEVER_KEPT)
    kept = verdict.filter(~never).select(ROW)
    into = folder(home, key)
    for table in schema.TABLES:
        frame: pl.DataFrame = getattr(tables, table.name)
        write_sealed(secret, frame.join(kept, on=ROW, how="semi", maintain_order="left"), into / f"{part}.{table.name}")
    named = tables.registration.select(ROW, "registration_number", "version", "known_at")
    judged = verdict.join(kept, on=ROW, how="semi").join(named, on=ROW).join(facts, on=ROW, suffix="_fact")
    write_sealed(secret, judged, into / f"{part}.judged")


def read_part(home: Path, key: ExportKey, part: str, secret: bytes) -> Tables:
    """Read one part back as it was received."""
    return Tables(*(read_sealed(secret, folder(home, key) / f"{part}.{table.name}") for table in schema.TABLES))


def read_judged(home: Path, key: ExportKey, secret: bytes) -> pl.DataFrame:
    """Read the facts and verdicts of an export."""
    return pl.concat(
        (read_sealed(secret, file) for file in sorted(folder(home, key).glob("*.judged"))), how="diagonal_relaxed"
    )
