"""What each registration is, who each person is and what stands where in the texts: three Parquet files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.synth.report import Report

_KEYS: Final = [
    ("unit", pa.string()),
    ("night", pa.date32()),
    ("registration_number", pa.string()),
    ("version", pa.int64()),
]
_LIST: Final = pa.list_(pa.string())
SCHEMAS: Final = {
    "": pa.schema(
        [
            *_KEYS,
            ("expected_outcome", pa.string()),
            ("marks", _LIST),
            ("event_id", pa.string()),
            ("household_id", pa.string()),
            ("event_kind", pa.string()),
            ("gate", pa.string()),
            ("danger", pa.bool_()),
            ("danger_only_in_text", pa.bool_()),
            ("poor", pa.bool_()),
            ("gaps", _LIST),
        ]
    ),
    ".persons": pa.schema([*_KEYS, ("person_number", pa.int64()), ("person_id", pa.string()), ("errors", _LIST)]),
    ".spans": pa.schema(
        [
            *_KEYS,
            ("field", pa.string()),
            ("entry_number", pa.int64()),
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("kind", pa.string()),
        ]
    ),
}


def truth_path(truth: Path, part: str) -> Path:
    """Return where a part of the truth lies: `x.parquet`, `x.persons.parquet`, `x.spans.parquet`."""
    return truth.with_name(f"{truth.stem}{part}.parquet") if part else truth


class TruthFiles:
    """The three files, written chunk by chunk. Use as a context manager."""

    def __init__(self, truth: Path) -> None:
        """Remember where to write."""
        self.truth = truth

    def __enter__(self) -> TruthFiles:
        """Open the files."""
        self.truth.parent.mkdir(parents=True, exist_ok=True)
        self._writers = {
            part: pq.ParquetWriter(truth_path(self.truth, part), schema) for part, schema in SCHEMAS.items()
        }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the footers and close the files."""
        for writer in self._writers.values():
            writer.close()

    def add(self, reports: Sequence[Report]) -> None:
        """Write the truth of a chunk."""
        keys = [tuple(report.truth[name] for name, _ in _KEYS) for report in reports]
        pairs = list(zip(keys, reports, strict=True))
        self._write("", [tuple(report.truth[name] for name in SCHEMAS[""].names) for report in reports])
        self._write(".persons", [(*key, *person) for key, report in pairs for person in report.identities])
        self._write(".spans", [(*key, *span) for key, report in pairs for span in report.spans])

    def append(self, other: Path) -> None:
        """Append the truth that another process wrote."""
        for part, writer in self._writers.items():
            file = pq.ParquetFile(truth_path(other, part))
            for group in range(file.num_row_groups):
                writer.write_table(file.read_row_group(group))

    def _write(self, part: str, rows: list[tuple[object, ...]]) -> None:
        schema = SCHEMAS[part]
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
        arrays = [pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)]
        self._writers[part].write_table(pa.Table.from_arrays(arrays, schema=schema))
