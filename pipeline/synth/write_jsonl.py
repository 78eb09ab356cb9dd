"""Dialect `jsonl`: one registration a line, its children nested."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from pipeline.schema import ENTRY, PERSON, PRIOR_INCIDENT, REGISTRATION, Table
from pipeline.synth.columns import column_of, convert, iso_moment
from pipeline.synth.report import Report

NESTED: Final = (
    ("betrokkenen", PERSON, "persons"),
    ("mutaties", ENTRY, "entries"),
    ("antecedenten", PRIOR_INCIDENT, "prior_incidents"),
)
_NOTATION: Final[dict[str, Any]] = {"moment": iso_moment, "day": lambda value: value.isoformat()}


class JsonlExport:
    """One file, written chunk by chunk. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        """Name the file."""
        self.path = folder / "registraties.jsonl"
        self.count = 0

    def __enter__(self) -> JsonlExport:
        """Open the file."""
        self._file = self.path.open("w", encoding="utf-8", newline="\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def add(self, reports: Sequence[Report]) -> None:
        """Write a chunk."""
        lines = _dutch(REGISTRATION, [report.registration for report in reports], ())
        for name, table, kind in NESTED:
            children = iter(
                _dutch(
                    table,
                    [row for report in reports for row in getattr(report, kind)],
                    ("registration_number", "version"),
                )
            )
            for line, report in zip(lines, reports, strict=True):
                line[name] = [next(children) for _ in getattr(report, kind)]
        self._file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        self.count += len(lines)

    def listing(self) -> list[tuple[Path, str, int]]:
        """Return (file, table, rows) for the manifest."""
        return [(self.path, REGISTRATION.dutch, self.count)]


def _dutch(table: Table, rows: list[dict[str, Any]], without: tuple[str, ...]) -> list[dict[str, Any]]:
    kept = [column for column in table.columns if column.name not in without]
    names = [column.dutch for column in kept]
    columns = [convert(column, column_of(rows, column), _NOTATION) for column in kept]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
