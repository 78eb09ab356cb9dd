"""Dialect parquet: typed columns, read in batches and brought to text, so that one notation reads every dialect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import ExportRefused
from pipeline.receive.notation import LIST_MARK, NO_VALUE

ROWS: Final = 20_000


def batches(path: Path, unit: str) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file as text frames.

    Raises:
        ExportRefused: it is no Parquet, or damaged inside.
    """
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=ROWS):
                frame = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
                yield frame.select(_as_text(frame, name) for name in frame.columns)
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError):
        raise ExportRefused(unit, path.name, "it cannot be read as Parquet", "Write the file anew") from None


def columns(path: Path, unit: str) -> list[str]:
    """Return the column names of a file. Raises ExportRefused when it is no Parquet."""
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise ExportRefused(unit, path.name, "it cannot be read as Parquet", "Write the file anew") from None


def _as_text(frame: pl.DataFrame, name: str) -> pl.Expr:
    column, kind = pl.col(name), frame.schema[name]
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("iso:strict") if kind.time_zone else column.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
    if isinstance(kind, pl.List):
        return column.cast(pl.List(pl.String)).list.join(LIST_MARK)
    if isinstance(kind, pl.Struct | pl.Binary | pl.Object):
        return pl.when(column.is_not_null()).then(pl.lit(NO_VALUE)).alias(name)
    return column.cast(pl.String)
