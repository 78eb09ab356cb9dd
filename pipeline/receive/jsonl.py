"""Dialect jsonl: one registration a line, its children nested in it; values become text, as in every dialect."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Container, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TextIO

import polars as pl

from pipeline import schema
from pipeline.policy.agreements import Agreement
from pipeline.receive.children import NESTED
from pipeline.receive.conform import DANGER_COLUMNS, NUMBER_IN_LINE, BrokenLine
from pipeline.receive.notation import LIST_MARK, NO_VALUE, is_no
from pipeline.receive.refusal import refuse
from pipeline.receive.table import LONGEST_TEXT
from pipeline.schema import ROW

NESTED_LISTS: Final = {"betrokkenen": "betrokkene", "mutaties": "mutatie", "antecedenten": "antecedent"}
LINES: Final = 5_000
LONGEST_LINE: Final = 16_000_000
"""Characters; a registration is some thousands."""
MOST_KEPT: Final = 10 * LONGEST_TEXT
"""Characters of a line that is no registration: nobody reads more of it, and at the desk it takes four times that."""


class Lines:
    """Some lines of a file as rows of text, by table (the contract's name)."""

    def __init__(self, known: Mapping[str, Container[str]]) -> None:
        """Take names, by table and in small letters, that mean something: of others a row keeps no value."""
        self._known = known
        self._rows: dict[str, list[dict[str, Any]]] = {table: [] for table in known}
        self.extra: dict[str, dict[str, None]] = {table: {} for table in known}
        """By table the names that mean nothing. Every line may bring its own: as columns they would cost a square."""
        self.broken: list[tuple[int, str]] = []
        """Lines that are no registration: the row that they would have been, the line as far as it is kept."""

    def frame(self, table: str) -> pl.DataFrame:
        """Return the rows of a table."""
        return _frame(self._rows[table])

    def add(self, document: Mapping[str, Any], at: int) -> None:
        """Add a registration, as row `at`, with its children."""
        own = {name: value for name, value in document.items() if name.strip().lower() not in NESTED_LISTS}
        self._rows["registratie"].append(self._row("registratie", own) | {ROW: at})
        for name, listed in document.items():
            if table := NESTED_LISTS.get(name.strip().lower()):
                # what is there and no list is set aside as one child that cannot be read
                children = listed if isinstance(listed, list) else [] if listed is None else [NO_VALUE]
                self._rows[table] += [
                    (self._row(table, child) if isinstance(child, dict) else {}) | {NESTED: at} for child in children
                ]

    def _row(self, table: str, given: Mapping[str, Any]) -> dict[str, Any]:
        known = self._known[table]
        row = {name: _text(value) for name, value in given.items() if name.strip().lower() in known}
        if len(row) < len(given):
            self.extra[table] |= {_encodable(name): None for name in given if name not in row}
        return row


def batches(path: Path, unit: str, first_row: int, known: Mapping[str, Container[str]]) -> Iterator[Lines]:
    """Yield the lines of a file, some at a time.

    Raises:
        ExportRefused: the file is no UTF-8.
    """
    lines = Lines(known)
    at = first_row
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            while line := file.readline(LONGEST_LINE):
                if not line.strip():
                    continue
                document = None if _cut(line, file) else _parse(line)
                if document is None:
                    lines.broken.append((at, line[:MOST_KEPT]))
                else:
                    lines.add(document, at)
                at += 1
                if (at - first_row) % LINES == 0:
                    yield lines
                    lines = Lines(known)
    except UnicodeDecodeError:
        raise refuse(unit, path.name, "no_utf8") from None
    yield lines


def _cut(line: str, file: TextIO) -> bool:
    """Tell whether a line was too long to be read whole, and skip the rest of it."""
    rest = line
    while len(rest) == LONGEST_LINE and not rest.endswith("\n"):
        rest = file.readline(LONGEST_LINE)
    return rest is not line


def broken_line(line: str, agreement: Agreement) -> BrokenLine:
    """Read what can be read of a line that is no registration: whose it is, and whether it may hold a danger signal.

    A box that is not plainly a no may be one; what was cut off may hold one too.
    """
    numbers = (said for said in _said(line, {schema.NUMBER.dutch}, agreement) if NUMBER_IN_LINE.fullmatch(said))
    danger = len(line) >= min(LONGEST_LINE, MOST_KEPT) or any(
        not is_no(box, agreement) for box in _said(line, DANGER_COLUMNS, agreement)
    )
    return BrokenLine(line, next(numbers, None), danger)


def _said(line: str, columns: Collection[str], agreement: Agreement) -> Iterator[str]:
    """Yield what stands behind the names of these columns of a registration, up to the next comma, quote or space."""
    agreed = agreement.columns.get(schema.REGISTRATION.dutch, {})
    names = [*columns, *(name for name, meant in agreed.items() if meant in columns)]
    found = re.finditer(rf'"(?:{"|".join(map(re.escape, names))})"\s*:\s*"?([^",}}\s]*)', line, re.IGNORECASE)
    return (said[1] for said in found)


def _parse(line: str) -> dict[str, Any] | None:
    """Return the line's object; None when it is none, or nested deeper than a registration can be."""
    try:
        # NaN is a value that nobody can read, not one that is missing: a danger box may hold it
        document = json.loads(line, parse_constant=lambda _: NO_VALUE, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; a key given twice with different values says nothing that can be read."""
    said: dict[str, Any] = dict(pairs)
    if len(said) < len(pairs):
        said |= {key: NO_VALUE for key, value in pairs if value != said[key]}
    return said


def _text(value: Any) -> str | None:  # noqa: ANN401 - JSON is any value
    """Write a JSON value as text of the contract's notation."""
    if value is None:
        return None
    if isinstance(value, str):
        return _encodable(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 8.0 is the code 8
    if isinstance(value, int | float):
        return str(value)[:40]
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return LIST_MARK.join(text for text in map(_text, value) if text is not None)
    return NO_VALUE


def _encodable(text: str) -> str:
    """Replace half a surrogate pair, which JSON can write and UTF-8 cannot."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    names = dict.fromkeys(name for row in rows for name in row)
    types = {name: pl.Int64 if name in {ROW, NESTED} else pl.String for name in names}
    return pl.DataFrame(rows, schema=types)
