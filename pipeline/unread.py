"""Texts that the redactor stops at: a fault in one registration's texts holds that one, and stops no other.

What cannot be redacted does not leave (allow-list): its texts are empty, and a person has to look.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import polars as pl

from pipeline.errors import told
from pipeline.redact import Redacted, RedactedTables
from pipeline.redact.spans import DOUBT, Span
from pipeline.schema import ROW, Tables

LOG = logging.getLogger("meldstroom.redact")
UNREAD: Final = "unread"
"""Kind and rule of the doubt that stands for texts which were not read."""


def redact_each(tables: Tables, redact: Callable[[Tables], RedactedTables]) -> RedactedTables:
    """Return what `redact` leaves of `tables`; a registration at which it stops has no texts, and a doubt (UNREAD).

    Nothing is read twice while nothing stops. Where something does, the halves are read by themselves, down to the one
    registration; the log says where the code stopped and never at what.
    """
    try:
        return redact(tables)
    except MemoryError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        rows = tables.registration.select(ROW)
        if rows.height <= 1:
            LOG.warning("the texts of one registration could not be redacted, it is held: %s", told(error))
            return _unread(rows)
    half = rows.height // 2
    first, second = (redact_each(tables.only(part), redact) for part in (rows[:half], rows[half:]))
    return RedactedTables(pl.concat([first.texts, second.texts]), pl.concat([first.spans, second.spans]))


def _unread(rows: pl.DataFrame) -> RedactedTables:
    doubt = Redacted(None, (Span(0, 0, UNREAD, UNREAD, DOUBT),))
    return RedactedTables.of((row, {("description", None): doubt}) for row in rows.get_column(ROW))


def doubts_in(redacted: RedactedTables) -> pl.DataFrame:
    """Return row, reason of what a person must look at because of its texts: `text_unread` or `text_doubt`."""
    unread = pl.col("rule") == UNREAD
    reason = pl.when(unread).then(pl.lit("text_unread")).otherwise(pl.lit("text_doubt"))
    return redacted.doubts.select(ROW, reason=reason)
