"""Danger that the texts of a part tell of, registration by registration; of rows that break the contract, too.

A fault in one registration's texts stops no other. A danger that cannot be read is never taken for none: it may be any.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from pipeline.decide.danger_text import TOLD, children_of, detect_danger, texts_of
from pipeline.errors import told
from pipeline.policy.danger import DangerRules
from pipeline.receive.conform import LONGEST_TEXT
from pipeline.schema import REGISTRATION, ROW, Tables

LOG: Final = logging.getLogger("meldstroom.danger")
NARRATIVES: Final = ("description", "reason_for_report")
TEXTS: Final = pl.Schema(
    {ROW: pl.Int64(), "field": pl.String(), "entry_number": pl.Int64(), "source": pl.String(), "text": pl.String()}
)


@dataclass(frozen=True)
class Danger:
    """What texts tell of danger."""

    told: pl.DataFrame
    """`danger_text.TOLD`."""
    unread: pl.DataFrame
    """row: the registrations of which the texts could not be read for danger."""


def read_danger(tables: Tables, night: date, rules: DangerRules | None = None) -> Danger:
    """Return the danger that texts tell of, by the rules that ship when none are given.

    Nothing is read twice while nothing stops. Where something does, the halves are read by themselves, down to the one
    registration; the log says where the code stopped and never at what.
    """
    rows = tables.registration.select(ROW)
    try:
        found = detect_danger(texts_of(tables), night, children_of(tables.person), rules)
        return Danger(found, rows.clear())
    except MemoryError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        if rows.height <= 1:
            LOG.warning("the texts of one registration could not be read for danger: %s", told(error))
            return Danger(TOLD.to_frame(), rows)
    half = rows.height // 2
    first, second = (read_danger(tables.only(part), night, rules) for part in (rows[:half], rows[half:]))
    return Danger(pl.concat([first.told, second.told]), pl.concat([first.unread, second.unread]))


def read_rejected(rejected: pl.DataFrame, night: date, rules: DangerRules | None = None) -> pl.DataFrame:
    """Return rejected rows (receive.conform.REJECTED) with `danger` also where their texts tell of it, or may.

    What is no row at all is read as one text. A danger that cannot be read is never taken for none.
    """
    given = [
        (row, field, text)
        for row, payload in rejected.filter(~pl.col("danger")).select(ROW, "payload").iter_rows()
        for field, text in _narratives(payload)
    ]
    short = [(row, field, None, None, text) for row, field, text in given if len(text.encode()) <= LONGEST_TEXT]
    found = _rows_in_danger(pl.DataFrame(short, schema=TEXTS, orient="row"), night, rules)
    unread = [row for row, _, text in given if len(text.encode()) > LONGEST_TEXT]
    dangerous = pl.col(ROW).is_in(pl.Series([*found, *unread], dtype=pl.Int64).implode())
    return rejected.with_columns(danger=pl.col("danger") | dangerous)


def _narratives(payload: str) -> list[tuple[str, str]]:
    """Return field and text of a row as it was delivered: the contract's names, or a line that is no row."""
    content = json.loads(payload)
    if isinstance(content, str):
        return [(NARRATIVES[0], content)]
    named = ((name, content.get(REGISTRATION.column(name).dutch)) for name in NARRATIVES)
    return [(name, text) for name, text in named if text]


def _rows_in_danger(texts: pl.DataFrame, night: date, rules: DangerRules | None) -> list[int]:
    """Return the rows whose texts tell of danger, or cannot be read for it: down to the one, as in `read_danger`."""
    try:
        return detect_danger(texts, night, rules=rules).get_column(ROW).to_list()
    except MemoryError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        if texts.height <= 1:
            LOG.warning("the texts of one rejected row could not be read for danger: %s", told(error))
            return texts.get_column(ROW).to_list()
    half = texts.height // 2
    return _rows_in_danger(texts[:half], night, rules) + _rows_in_danger(texts[half:], night, rules)
