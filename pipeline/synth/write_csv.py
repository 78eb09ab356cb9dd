"""Dialect `bvh-csv`, and the notations that a unit's agreement has in its place."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from pipeline.policy.agreements import Agreement
from pipeline.schema import REGISTRATION, TABLES, Column, Table
from pipeline.synth.columns import column_of, convert, dutch_date, rows_of
from pipeline.synth.observe import TRANSLIT
from pipeline.synth.report import Report

FILES: Final = {
    "registratie": "registraties",
    "betrokkene": "betrokkenen",
    "mutatie": "mutaties",
    "antecedent": "antecedenten",
}
OLD_SPELLING: Final = 5
"""Every so many rows the agreement's own incident class stands in place of the contract's."""


def _transliterate(error: UnicodeError) -> tuple[str, int]:
    # One letter for one, so that the truth's positions in a text hold in every encoding.
    assert isinstance(error, UnicodeEncodeError)
    return error.object[error.start : error.end].translate(TRANSLIT).encode("ascii", "replace").decode(), error.end


codecs.register_error("meldstroom-transliterate", _transliterate)


@dataclass(frozen=True)
class Notation:
    """How a unit writes; the contract's own unless its agreement says otherwise."""

    encoding: str = "cp1252"
    delimiter: str = ";"
    separator: str = "|"
    day: str = "%d-%m-%Y"
    moment: str = "%d-%m-%Y %H:%M"
    yes: str = "J"
    no: str = "N"
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Per table: the contract's column name -> the unit's."""
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Per column (the contract's name): the contract's code -> the unit's."""


def notation_of(agreement: Agreement | None) -> Notation:
    """Return the first of each notation that the agreement adds."""
    if agreement is None:
        return Notation()
    form, own = agreement.form, Notation()
    return Notation(
        next(iter(form.encodings), own.encoding),
        next(iter(form.delimiters), own.delimiter),
        next(iter(form.list_separators), own.separator),
        next(iter(form.date_formats), own.day),
        next(iter(form.moment_formats), own.moment),
        next(iter(form.yes), own.yes),
        next(iter(form.no), own.no),
        {table: _inverse(names) for table, names in agreement.columns.items()},
        {column: _inverse(codes) for column, codes in agreement.codes.items()},
    )


class CsvExport:
    """Four files, written chunk by chunk. Use as a context manager."""

    def __init__(self, folder: Path, notation: Notation, child_versions: bool) -> None:
        """Name files and columns; `child_versions` False leaves `versie` out of the child tables."""
        self.notation = notation
        self.files = {table.dutch: folder / f"{FILES[table.dutch]}.csv" for table in TABLES}
        self.counts = dict.fromkeys(FILES, 0)
        self.columns = {
            table.dutch: [c for c in table.columns if c.name != "version" or child_versions or table is REGISTRATION]
            for table in TABLES
        }
        self._stack = ExitStack()

    def __enter__(self) -> CsvExport:
        """Open the files and write their headers."""
        self._writers = {}
        for table, path in self.files.items():
            file = self._stack.enter_context(
                path.open("w", encoding=self.notation.encoding, errors="meldstroom-transliterate", newline="")
            )
            writer = csv.writer(file, delimiter=self.notation.delimiter, lineterminator="\r\n")
            own = self.notation.names.get(table, {})
            writer.writerow(own.get(column.dutch, column.dutch) for column in self.columns[table])
            self._writers[table] = writer
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the files."""
        self._stack.close()

    def add(self, reports: Sequence[Report]) -> None:
        """Write a chunk."""
        for table in TABLES:
            rows = rows_of(table, reports)
            columns = [self._column(table, column, rows) for column in self.columns[table.dutch]]
            self._writers[table.dutch].writerows(zip(*columns, strict=True))
            self.counts[table.dutch] += len(rows)

    def listing(self) -> list[tuple[Path, str, int]]:
        """Return (file, table, rows) for the manifest."""
        return [(path, table, self.counts[table]) for table, path in self.files.items()]

    def _column(self, table: Table, column: Column, rows: list[dict[str, Any]]) -> list[Any]:
        values, note = column_of(rows, column), self.notation
        if codes := note.codes.get(column.dutch):
            values = _translate(column, values, codes)
        return convert(
            column,
            values,
            {
                "moment": lambda value: value.strftime(note.moment) if isinstance(value, datetime) else value,
                "day": lambda value: value.strftime(note.day),
                "codes": note.separator.join,
                "yes_no": {True: note.yes, False: note.no}.get,
                "birth_date": dutch_date,
            },
        )


def _inverse(names: Mapping[str, str]) -> dict[str, str]:
    inverse: dict[str, str] = {}
    for own, contract in names.items():
        inverse.setdefault(contract, own)
    return inverse


def _translate(column: Column, values: list[Any], codes: Mapping[str, str]) -> list[Any]:
    if column.name == "nature":
        return [value and [codes.get(code, code) for code in value] for value in values]
    if column.name == "incident_code":
        return [v if i % OLD_SPELLING or v is None else codes.get(v, v) for i, v in enumerate(values)]
    return [codes.get(value, value) for value in values]
