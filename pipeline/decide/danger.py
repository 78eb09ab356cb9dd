"""Danger that the texts of a part tell of, registration by registration.

A fault in one registration's texts stops no other. A danger that cannot be read is never taken for none: it may be any.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from pipeline.decide.danger_text import TOLD, children_of, detect_danger, texts_of
from pipeline.errors import told
from pipeline.policy.danger import DangerRules
from pipeline.schema import ROW, Tables

LOG: Final = logging.getLogger("meldstroom.danger")


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
