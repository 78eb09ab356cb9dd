"""The parts of a night's decided exports, as settling goes through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipeline import installation, workspace
from pipeline.enrich.across import Tonight
from pipeline.load.intake import ExportKey
from pipeline.schema import ROW, TABLES, Tables
from pipeline.settings import Settings
from pipeline.workspace import Delivery, read_export_key

APART = 1_000_000_000
"""Rows of one export lie so far from those of the next, so that a row is unique in a night."""
PARTS_AT_ONCE = 3
"""Parts of which something is in memory in one go; a file of `Partitions` holds about what as many parts bring."""


@dataclass(frozen=True)
class Part:
    """One part of a decided export, and how its rows are numbered in the night."""

    delivery: Delivery
    name: str
    first: int
    number: int
    """Its place in the night, from 0."""

    @property
    def group(self) -> int:
        """The place in the night of the PARTS_AT_ONCE that it is one of."""
        return self.number // PARTS_AT_ONCE

    def read(self, table: str, stage: str = "judged") -> pl.DataFrame:
        """Read what a stage left (`judged`: under the rows of its export), under the rows of the night."""
        frame = workspace.read(self.delivery, stage, self.name, table)
        return frame.with_columns(pl.col(ROW) + self.first) if stage == "judged" else frame

    def write(self, frame: pl.DataFrame, table: str) -> None:
        """Keep what settling found of this part's registrations."""
        workspace.write(frame, self.delivery.file("settled", self.name, table))

    def tonight(self) -> Tonight:
        """Read what may be remembered of its registrations."""
        return Tonight(self.read("kept_registration"), self.read("kept_person"))

    def allowed(self) -> Tables:
        """Read what may be shared of the registrations that are forwarded."""
        return Tables(*(self.read(table.name) for table in TABLES))


def parts_of(settings: Settings, night: date, drop: str | None = None) -> list[Part]:
    """Return the parts of a night, or of one urgent delivery, in order of unit and name."""
    deliveries = enumerate(workspace.deliveries(settings, night, installation.units(settings), drop))
    named = [(delivery, name, at * APART) for at, delivery in deliveries for name in delivery.parts()]
    return [Part(*told, number) for number, told in enumerate(named)]


def groups(parts: list[Part]) -> Iterator[list[Part]]:
    """Yield PARTS_AT_ONCE parts at a time."""
    return (parts[at : at + PARTS_AT_ONCE] for at in range(0, len(parts), PARTS_AT_ONCE))


def group_count(parts: list[Part]) -> int:
    """Return how many `groups` there are."""
    return parts[-1].group + 1


def exports_of(parts: list[Part]) -> list[ExportKey]:
    """Return the exports that the parts are of, each once."""
    return list({read_export_key(part.delivery): None for part in parts})
