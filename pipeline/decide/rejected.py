"""Danger that rows which break the contract tell of outside their boxes: in their texts, and in their entries.

Entries were set aside with their row and belong to nothing else. A danger that cannot be read is never taken for none.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any, Final

import polars as pl

from pipeline import schema
from pipeline.decide.danger_text import NARRATIVES, TEXTS, detect_danger
from pipeline.decide.halves import read_in_halves
from pipeline.errors import told
from pipeline.receive.children import NESTED
from pipeline.receive.conform import NUMBER_IN_LINE
from pipeline.receive.table import LONGEST_TEXT
from pipeline.schema import ROW

LOG: Final = logging.getLogger("meldstroom.danger")
NUMBER, TEXT, SOURCE = schema.NUMBER.dutch, schema.ENTRY.column("text").dutch, schema.ENTRY.column("source").dutch
TEXTS_AT_ONCE: Final = 5_000
"""A column that nobody can read rejects every row of an export; their texts are not in memory together."""
Line = tuple[int, str, int | None, str | None, str]
"""A line of TEXTS."""


def add_danger_of_texts(rejected: pl.DataFrame, night: date) -> pl.DataFrame:
    """Return `rejected` (conform.REJECTED) with danger also where a text of the row itself tells of it, or may.

    What is no row at all is read as one text.
    """
    lines = (line for row, content in _quiet(rejected) for line in _narratives(row, content))
    dangerous = pl.Series(sorted(_rows_in_danger(lines, night)), dtype=pl.Int64)
    return rejected.with_columns(danger=pl.col("danger") | pl.col(ROW).is_in(dangerous.implode()))


def add_danger_of_entries(rejected: pl.DataFrame, set_aside: pl.DataFrame, night: date) -> pl.DataFrame:
    """Return `rejected` with danger also where an entry tells of it, or may; the entries stand behind the payload.

    Args:
        rejected: conform.REJECTED.
        set_aside: children.SET_ASIDE: among them the entries of what is rejected, which have no registration left.
        night: of the export.
    """
    lost = set_aside.filter((pl.col("table") == schema.ENTRY.name) & pl.col(ROW).is_null()).get_column("payload")
    rows: dict[int | str, int] = {}
    for row, content in _quiet(rejected) if len(lost) else ():
        rows |= {key: row for key in (row, _number_of(content)) if key is not None}
    dangerous = _rows_in_danger((line for line, _ in _entries_of(rows, lost)), night)
    behind: dict[int, list[str]] = {row: [] for row in sorted(dangerous)}
    for line, payload in _entries_of(rows, lost) if behind else ():
        behind.get(line[0], []).append(payload)
    return _with_behind(rejected, {row: "\n".join(payloads) for row, payloads in behind.items()})


def _quiet(rejected: pl.DataFrame) -> Iterator[tuple[int, Any]]:
    """Yield row and content of those in which no danger was seen so far: by column as delivered, or a line as text."""
    for row, payload in rejected.filter(~pl.col("danger")).select(ROW, "payload").iter_rows():
        yield row, json.loads(payload)


def _narratives(row: int, content: Any) -> Iterator[Line]:  # noqa: ANN401 - JSON is any value
    if isinstance(content, str):
        yield row, NARRATIVES[0], None, None, content
        return
    for name in NARRATIVES:
        if text := content.get(schema.REGISTRATION.column(name).dutch):
            yield row, name, None, None, text


def _number_of(content: Any) -> str | None:  # noqa: ANN401 - JSON is any value
    """Return the registration's number in what was delivered of a row; of a line that is no row where it tells one."""
    if isinstance(content, str):
        found = NUMBER_IN_LINE.search(content)
        return found[0] if found else None
    return str(content.get(NUMBER) or "").strip() or None


def _entries_of(rows: Mapping[int | str, int], lost: pl.Series) -> Iterator[tuple[Line, str]]:
    """Yield the entries that were delivered with one of `rows` (by row and by number), each beside its payload."""
    for payload in lost if rows else ():
        entry = json.loads(payload)
        nested = entry.get(NESTED) if isinstance(entry, dict) else None
        row = next((rows[key] for key in (nested, _number_of(entry)) if key is not None and key in rows), None)
        text, source = (entry.get(TEXT), entry.get(SOURCE)) if isinstance(entry, dict) else (entry, None)
        if row is not None and text:
            yield (row, "text", None, source, text), payload


def _with_behind(rejected: pl.DataFrame, behind: Mapping[int, str]) -> pl.DataFrame:
    """Mark rows as dangerous, with what told so behind their payload."""
    added = pl.DataFrame(list(behind.items()), schema={ROW: pl.Int64, "behind": pl.String}, orient="row")
    is_told = pl.col("behind").is_not_null()
    return (
        rejected.join(added, on=ROW, how="left", maintain_order="left")
        .with_columns(
            danger=pl.col("danger") | is_told,
            payload=pl.when(is_told).then(pl.concat_str("payload", "behind", separator="\n")).otherwise("payload"),
        )
        .select(rejected.columns)
    )


def _rows_in_danger(lines: Iterable[Line], night: date) -> set[int]:
    """Return the rows of which a text tells of danger, is longer than anybody searches, or cannot be read for it."""
    found: set[int] = set()
    given = iter(lines)
    while some := list(islice(given, TEXTS_AT_ONCE)):
        texts = pl.DataFrame(some, schema=TEXTS, orient="row")
        short = pl.col("text").str.len_bytes() <= LONGEST_TEXT
        found.update(texts.filter(~short).get_column(ROW), _rows_telling(texts.filter(short), night))
    return found


def _rows_telling(texts: pl.DataFrame, night: date) -> list[int]:
    """Return the rows of which a text tells of danger, or stops the reading of it."""

    def read(some: pl.DataFrame) -> list[int]:
        return detect_danger(some, night).get_column(ROW).to_list()

    def unread(one: pl.DataFrame, error: BaseException) -> list[int]:
        LOG.warning("a text of one rejected row could not be read for danger: %s", told(error))
        return one.get_column(ROW).to_list()

    return [row for rows in read_in_halves(texts, read, unread) for row in rows]
