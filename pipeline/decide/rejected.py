"""Danger that the entries of rejected rows tell of: they were set aside with them, and belong to nothing else."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from pipeline import schema
from pipeline.decide.danger_text import TEXTS, detect_danger
from pipeline.errors import told
from pipeline.receive.conform import LONGEST_TEXT, NESTED
from pipeline.schema import ROW

LOG: Final = logging.getLogger("meldstroom.danger")
NUMBER, TEXT, SOURCE = schema.NUMBER.dutch, schema.ENTRY.column("text").dutch, schema.ENTRY.column("source").dutch
Line = tuple[int, str, int | None, str | None, str]
"""A line of TEXTS."""


def add_danger_of_entries(rejected: pl.DataFrame, set_aside: pl.DataFrame, night: date) -> pl.DataFrame:
    """Return `rejected` with danger also where an entry tells of it, or may; the entries stand behind the payload.

    Args:
        rejected: conform.REJECTED.
        set_aside: conform.SET_ASIDE: among them the entries of what is rejected, which have no registration left.
        night: of the export.
    """
    quiet = rejected.filter(~pl.col("danger"))
    rows = {row: json.loads(payload) for row, payload in quiet.select(ROW, "payload").iter_rows()}
    entries = list(_entries_of(rows, set_aside)) if rows else []
    if not entries:
        return rejected
    dangerous = _rows_in_danger([line for line, _ in entries], night)
    behind: dict[int, list[str]] = {row: [] for row in dangerous}
    for line, payload in entries:
        behind.get(line[0], []).append(payload)
    found = [(row, "\n".join(payloads)) for row, payloads in behind.items()]
    added = pl.DataFrame(found, schema={ROW: pl.Int64, "behind": pl.String}, orient="row")
    is_told = pl.col("behind").is_not_null()
    return (
        rejected.join(added, on=ROW, how="left", maintain_order="left")
        .with_columns(
            danger=pl.col("danger") | is_told,
            payload=pl.when(is_told).then(pl.concat_str("payload", "behind", separator="\n")).otherwise("payload"),
        )
        .select(rejected.columns)
    )


def _entries_of(rows: Mapping[int, Any], set_aside: pl.DataFrame) -> Iterator[tuple[Line, str]]:
    """Yield the entries that were delivered with one of `rows`, each beside its payload."""
    numbers = {
        str(content[NUMBER]).strip(): row
        for row, content in rows.items()
        if isinstance(content, dict) and content.get(NUMBER)
    }
    lost = set_aside.filter((pl.col("table") == schema.ENTRY.name) & pl.col(ROW).is_null())
    for payload in lost.get_column("payload"):
        entry = json.loads(payload)
        if not isinstance(entry, dict) or not isinstance(entry.get(TEXT), str):
            continue
        nested = entry.get(NESTED)
        row = nested if nested in rows else numbers.get(str(entry.get(NUMBER) or "").strip())
        if row is not None:
            yield (row, "text", None, entry.get(SOURCE), entry[TEXT]), payload


def _rows_in_danger(lines: list[Line], night: date) -> list[int]:
    """Return the rows of which an entry tells of danger; all of them where that cannot be read."""
    too_long = [line[0] for line in lines if len(line[-1].encode()) > LONGEST_TEXT]
    texts = pl.DataFrame([line for line in lines if line[0] not in too_long], schema=TEXTS, orient="row")
    try:
        found = detect_danger(texts, night)
    except MemoryError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        LOG.warning("the entries of rejected rows could not be read for danger, all are shown: %s", told(error))
        found = texts
    return sorted({*too_long, *found.get_column(ROW)})
