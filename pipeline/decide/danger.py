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
from pipeline.decide.halves import read_in_halves
from pipeline.errors import told
from pipeline.policy.danger import DangerRules
from pipeline.schema import ROW, Tables, local_day

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

    The log says where the code stopped and never at what.
    """
    rows = tables.registration.select(ROW)

    def read(some: pl.DataFrame) -> Danger:
        part = tables if some.height == rows.height else tables.only(some)
        known = part.registration.select(ROW, known_on=local_day("known_at"))
        return Danger(detect_danger(texts_of(part), night, children_of(part.person), rules, known), some.clear())

    def unread(one: pl.DataFrame, error: BaseException) -> Danger:
        LOG.warning("the texts of one registration could not be read for danger: %s", told(error))
        return Danger(TOLD.to_frame(), one)

    found = read_in_halves(rows, read, unread)
    return Danger(pl.concat([part.told for part in found]), pl.concat([part.unread for part in found]))
