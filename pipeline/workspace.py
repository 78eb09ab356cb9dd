"""Where a delivery is worked on: a folder a unit and night, one Parquet file a table and part, gone when it is done."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from pipeline import schema
from pipeline.errors import UsageError
from pipeline.load.intake import ExportKey
from pipeline.schema import Tables
from pipeline.settings import Settings

STAGED: Final = ("report", "person", "prior_incident", "danger_signal", "ledger")
"""What is written of each region's reports, one file a part each."""
LINKS: Final = "links"
"""Folder of a night's links: keys and how they agree, and no value."""
ROWS_AT_ONCE: Final = 5_000
"""Reports that are loaded in one go; a part's are never divided."""


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

    @property
    def links(self) -> Path:
        """Whom its persons were met as, a file a part. Not in `work`: what is loaded is received again to no end."""
        return self.work.parent / LINKS / self.unit

    def file(self, stage: str, part: str, name: str) -> Path:
        """Return where a stage keeps one table of one part."""
        return self.work / stage / f"{part}.{name}.parquet"

    def parts(self) -> list[str]:
        """Return the names of the parts that receiving made, in order."""
        return sorted(folder.name for folder in self.received.glob("part-*") if folder.is_dir())


def delivery_of(settings: Settings, unit: str, night: date, drop: str | None = None) -> Delivery:
    """Return a unit's delivery of a night: the nightly one, or an urgent one by the name of its folder."""
    work = work_folder(settings, night, drop) / unit
    if drop is not None:
        return Delivery(unit, night, "urgent", settings.inbox / unit / "urgent" / drop, work)
    return Delivery(unit, night, "nightly", settings.inbox / unit / night.isoformat(), work)


def work_folder(settings: Settings, night: date, drop: str | None = None) -> Path:
    """Return the folder that holds all work of a night, or of the urgent deliveries of one moment in it."""
    return settings.home / "work" / (night.isoformat() if drop is None else f"{night}-{drop}")


def deliveries(settings: Settings, night: date, units: list[str], drop: str | None = None) -> Iterator[Delivery]:
    """Yield the deliveries of a night that were decided and are not finished: one that failed on its way is not.

    An urgent delivery is worked on apart: the night does not see it until it is loaded.
    """
    for unit in units:
        delivery = delivery_of(settings, unit, night, drop)
        if delivery.decided.exists():
            yield delivery


def is_complete(delivery: Delivery) -> bool:
    """Tell whether the folder has its manifest, which is written last; one that is a link into nothing is one too.

    What stands in the folder's place and is none will never have one: it is there to be refused.
    """
    is_none = os.path.lexists(delivery.inbox) and not delivery.inbox.is_dir()
    return is_none or os.path.lexists(delivery.inbox / "manifest.json")


def is_closed(delivery: Delivery) -> bool:
    """Tell whether the folder, or the one that holds it, is there and closed to us."""
    return any(
        os.path.isdir(folder) and not os.access(folder, os.X_OK) for folder in (delivery.inbox.parent, delivery.inbox)
    )


def read_staged(waiting: Iterable[Delivery], stage: str, region: str) -> Iterator[dict[str, pl.DataFrame]]:
    """Yield what a stage (`forward` or `amend`) brings to a region, by table, parts together as memory allows."""
    gathered: list[dict[str, pl.DataFrame]] = []
    rows = 0
    for delivery in waiting:
        folder = delivery.work / stage / region
        for file in sorted(folder.glob("*.report.parquet")):
            part = file.name.split(".")[0]
            gathered.append({name: read(delivery, f"{stage}/{region}", part, name) for name in STAGED})
            rows += len(gathered[-1]["report"])
            if rows > ROWS_AT_ONCE:
                yield _together(gathered)
                gathered, rows = [], 0
    if gathered:
        yield _together(gathered)


def _together(gathered: list[dict[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    return {name: pl.concat([one[name] for one in gathered]) for name in STAGED}


def read_links(settings: Settings, night: date, units: list[str], drop: str | None = None) -> Iterator[pl.DataFrame]:
    """Yield the links of a night a part: of what a killed run had loaded already, too."""
    for unit in units:
        for file in sorted(delivery_of(settings, unit, night, drop).links.glob("*.parquet")):
            yield _read(file)


def read_tables(delivery: Delivery, part: str) -> Tables:
    """Read one part as it was received."""
    folder = delivery.received / part
    return Tables(*(_read(folder / f"{table.name}.parquet") for table in schema.TABLES))


def write(frame: pl.DataFrame, file: Path) -> None:
    """Write a frame beside and rename: a killed task leaves no half file."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_suffix(".new")
    frame.write_parquet(beside, compression="lz4", statistics=False)
    os.replace(beside, file)


def read(delivery: Delivery, stage: str, part: str, name: str) -> pl.DataFrame:
    """Read what a stage wrote of one part."""
    return _read(delivery.file(stage, part, name))


def _read(file: Path) -> pl.DataFrame:
    """Read a file whole: planning a scan of its path takes a third of the time that a small one takes."""
    return pl.read_parquet(file.read_bytes())


def make(folder: Path) -> None:
    """Make a working folder that is closed to others, whatever its home is: it holds rows as they were received."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def clear(folder: Path) -> None:
    """Delete a working folder."""
    shutil.rmtree(folder, ignore_errors=True)


def write_key(delivery: Delivery, key: ExportKey) -> None:
    """Write the receipt last: a folder with it holds a whole export."""
    beside = delivery.work / "receipt.new"
    beside.write_text(json.dumps({"export_id": key.export_id}), encoding="utf-8")
    beside.replace(delivery.work / "receipt.json")


def read_export_key(delivery: Delivery) -> ExportKey:
    """Return which export a delivery holds.

    Raises:
        UsageError: its working files are gone, so that it has to be received again.
    """
    try:
        held = json.loads((delivery.work / "receipt.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise gone(delivery.unit, delivery.night) from None
    return ExportKey(delivery.unit, delivery.night, held["export_id"])


def gone(whose: str, night: date) -> UsageError:
    """Return what to say where working files are needed that are no longer there; `whose` names units or regions."""
    return UsageError(
        f"{whose}: de werkbestanden van {night} zijn er niet meer. Ontvang opnieuw uit de map van de eenheid: in"
        " Airflow *clear* vanaf `receive` met alles wat volgt, anders de nacht nog eens",
        f"{whose}: the working files of {night} are gone. Receive again, from the unit's folder: in Airflow clear from"
        " `receive` on with what is downstream, else run the night once more",
    )
