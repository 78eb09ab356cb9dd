"""Dialect `parquet`: the four tables with typed columns, a row group a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema import TABLES, WHOLE, Column
from pipeline.synth.columns import column_of, convert, kind_of, rows_of, utc_moment
from pipeline.synth.report import Report

TYPES: Final = {
    "moment": pa.timestamp("us", tz="UTC"),
    "day": pa.date32(),
    "codes": pa.list_(pa.string()),
    "yes_no": pa.bool_(),
}


def _type(column: Column) -> Any:  # noqa: ANN401 - pyarrow has no types
    return TYPES.get(kind_of(column) or "", pa.int64() if column.type == WHOLE else pa.string())


class ParquetExport:
    """Four files, written chunk by chunk. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        """Name the files and their columns."""
        self.files = {table.dutch: folder / f"{table.dutch}.parquet" for table in TABLES}
        self.counts = dict.fromkeys(self.files, 0)
        self.schemas = {t.dutch: pa.schema([(c.dutch, _type(c)) for c in t.columns]) for t in TABLES}

    def __enter__(self) -> ParquetExport:
        """Open the files."""
        self._writers = {
            t: pq.ParquetWriter(path, self.schemas[t], compression="zstd") for t, path in self.files.items()
        }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the footers and close the files."""
        for writer in self._writers.values():
            writer.close()

    def add(self, reports: Sequence[Report]) -> None:
        """Write a chunk as one row group a table."""
        for table in TABLES:
            rows = rows_of(table, reports)
            columns = [convert(column, column_of(rows, column), {"moment": utc_moment}) for column in table.columns]
            arrays = [pa.array(values, type=_type(c)) for c, values in zip(table.columns, columns, strict=True)]
            self._writers[table.dutch].write_table(pa.Table.from_arrays(arrays, schema=self.schemas[table.dutch]))
            self.counts[table.dutch] += len(rows)

    def listing(self) -> list[tuple[Path, str, int]]:
        """Return (file, table, rows) for the manifest."""
        return [(path, table, self.counts[table]) for table, path in self.files.items()]
