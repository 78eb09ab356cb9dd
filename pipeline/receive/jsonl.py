"""Dialect jsonl: one registration a line, its children nested in it; values become text, as in every dialect."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipeline import schema
from pipeline.errors import ExportRefused
from pipeline.receive.conform import NESTED
from pipeline.receive.notation import LIST_MARK
from pipeline.schema import ROW

NESTED_LISTS: Final = {"betrokkenen": "betrokkene", "mutaties": "mutatie", "antecedenten": "antecedent"}
LINES: Final = 5_000
LONGEST_LINE: Final = 16_000_000
"""Bytes; a registration is some kilobytes."""
NO_VALUE: Final = "\ufffe"
"""Stands for what can be no value at all, such as an object where a text belongs: no notation reads it."""


def batches(path: Path, unit: str, first_row: int) -> Iterator[tuple[dict[str, pl.DataFrame], list[tuple[int, str]]]]:
    """Yield frames of text by table (the contract's names), and the lines that are no registration, by row.

    Raises:
        ExportRefused: the file is no UTF-8.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    broken: list[tuple[int, str]] = []
    at = first_row
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            while line := file.readline(LONGEST_LINE):
                if not line.strip():
                    continue
                document = _parse(line)
                if document is None:
                    broken.append((at, line))
                else:
                    _take(rows, document, at)
                at += 1
                if (at - first_row) % LINES == 0:
                    yield _frames(rows), broken
                    rows, broken = {}, []
    except UnicodeDecodeError:
        raise ExportRefused(unit, path.name, "it is no UTF-8", "Write the file in UTF-8") from None
    yield _frames(rows), broken


def _parse(line: str) -> dict[str, Any] | None:
    """Return the line's object; None when it is none, or nested deeper than a registration can be."""
    try:
        document = json.loads(line, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _take(rows: dict[str, list[dict[str, Any]]], document: Mapping[str, Any], at: int) -> None:
    rows.setdefault("registratie", []).append(
        {ROW: at} | {name: _text(value) for name, value in document.items() if name not in NESTED_LISTS}
    )
    for name, table in NESTED_LISTS.items():
        listed = document.get(name)
        for child in listed if isinstance(listed, list) else []:
            if isinstance(child, dict):
                row: dict[str, Any] = {key: _text(value) for key, value in child.items()}
                row |= {NESTED: at, "registratienummer": _text(document.get("registratienummer"))}
                rows.setdefault(table, []).append(row)
            else:
                rows.setdefault(table, []).append({NESTED: at})


def _text(value: Any) -> str | None:  # noqa: ANN401 - JSON is any value
    """Write a JSON value as text of the contract's notation."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)[:40]
    if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        return LIST_MARK.join(map(str, value))
    return NO_VALUE


def _frames(rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, pl.DataFrame]:
    return {table.dutch: _frame(rows.get(table.dutch, [])) for table in schema.TABLES}


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    names = dict.fromkeys(name for row in rows for name in row)
    types = {name: pl.Int64 if name in {ROW, NESTED} else pl.String for name in names}
    return pl.DataFrame(rows, schema=types)
