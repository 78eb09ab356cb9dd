"""The edge to what a unit sent: its export read again with a changed agreement, where the folder is still there."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from pipeline import installation, schema
from pipeline.errors import ExportRefused
from pipeline.load import intake
from pipeline.load.database import query, transaction
from pipeline.load.intake import ExportKey
from pipeline.policy.agreements import Agreement
from pipeline.receive import read_manifest, receive_export
from pipeline.schema import ROW, Tables
from pipeline.settings import Settings
from pipeline.workspace import delivery_of


def read_delivered(settings: Settings, key: ExportKey, agreement: Agreement) -> Tables | None:
    """Read an export again as `agreement` reads it.

    None when that export is not in the inbox any more, or the agreement cannot read it and all would be refused.
    """
    inbox = delivery_of(settings, key.unit, key.night).inbox
    if not (inbox / "manifest.json").exists() or _export_id(inbox, key) != key.export_id:
        return None
    earlier = intake.ask_earlier_messages(installation.database(settings), key)
    with tempfile.TemporaryDirectory(dir=settings.home, prefix="impact-") as scratch:
        out = Path(scratch) / "received"
        try:
            receive_export(inbox, unit=key.unit, night=key.night, agreement=agreement, out=out, earlier=earlier)
        except ExportRefused:
            return None
        folders = sorted(out.glob("part-*"))
        return Tables(
            *(
                pl.concat([pl.read_parquet(folder / f"{table.name}.parquet") for folder in folders])
                for table in schema.TABLES
            )
        )


def _export_id(inbox: Path, key: ExportKey) -> str | None:
    try:
        return read_manifest(inbox, key.unit, key.night).export_id
    except ExportRefused:
        return None


def rejected_rows(settings: Settings, key: ExportKey) -> pl.DataFrame:
    """Return (row, registration_number, version) of what the contract rejected of an export."""
    with transaction(installation.database(settings), "intake.outcome") as given:
        rows = query(
            given,
            "SELECT row, registration_number, version FROM intake.outcome"
            " WHERE (unit, night, export_id) = (%s, %s, %s) AND outcome = 'reject' ORDER BY row",
            key.values(),
        )
    return pl.DataFrame(
        rows, schema={ROW: pl.Int64, "registration_number": pl.String, "version": pl.Int64}, orient="row"
    )
