"""Where a delivery is worked on: a folder a unit and night, one Parquet file a table and part, gone when it is done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pipeline import schema
from pipeline.schema import Tables
from pipeline.settings import Settings


@dataclass(frozen=True)
class Delivery:
    """One export folder on its way through the stages."""

    unit: str
    night: date
    channel: str
    """`nightly` or `urgent`."""
    inbox: Path
    """The folder that the unit filled."""
    work: Path
    """Our folder for it."""

    @property
    def received(self) -> Path:
        """Canonical tables, a folder a part."""
        return self.work / "received"

    @property
    def decided(self) -> Path:
        """There when every registration has its outcome in the database."""
        return self.work / "decided"

    def file(self, stage: str, part: str, name: str) -> Path:
        """Return where a stage keeps one table of one part."""
        return self.work / stage / f"{part}.{name}.parquet"

    def parts(self) -> list[str]:
        """Return the names of the parts that receiving made, in order."""
        return sorted(folder.name for folder in self.received.glob("part-*") if folder.is_dir())


def nightly(settings: Settings, unit: str, night: date) -> Delivery:
    """Return the delivery of a unit's night."""
    return Delivery(
        unit, night, "nightly", settings.inbox / unit / night.isoformat(), night_folder(settings, night) / unit
    )


def night_folder(settings: Settings, night: date) -> Path:
    """Return the folder that holds all of a night's work."""
    return settings.home / "work" / night.isoformat()


def deliveries(settings: Settings, night: date, units: list[str]) -> Iterator[Delivery]:
    """Yield the deliveries of a night that were decided and are not finished: one that failed on its way is not."""
    for unit in units:
        delivery = nightly(settings, unit, night)
        if delivery.decided.exists():
            yield delivery


def read_tables(delivery: Delivery, part: str) -> Tables:
    """Read one part as it was received."""
    folder = delivery.received / part
    return Tables(*(pl.read_parquet(folder / f"{table.name}.parquet") for table in schema.TABLES))


def write(frame: pl.DataFrame, file: Path) -> None:
    """Write a frame beside and rename: a killed task leaves no half file."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_suffix(".new")
    frame.write_parquet(beside, compression="lz4", statistics=False)
    os.replace(beside, file)


def read(delivery: Delivery, stage: str, part: str, name: str) -> pl.DataFrame:
    """Read what a stage wrote of one part."""
    return pl.read_parquet(delivery.file(stage, part, name))


def clear(folder: Path) -> None:
    """Delete a working folder."""
    shutil.rmtree(folder, ignore_errors=True)
