"""The way past the night: what a unit drops under `urgent/` goes through the same steps, within minutes.

A folder `<inbox>/<unit>/urgent/<yyyymmddThhmmss>/` holds an export of the same contract; its manifest names the night
that it falls in, and there it counts. The nightly copy of the same version is then a duplicate.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from pipeline import clock, installation, load_steps, night_steps, returns_steps, settle_steps, unit_steps, workspace
from pipeline.load.database import query, transaction
from pipeline.policy.retention import first_kept
from pipeline.receive.manifest import LARGEST, mark, read_digest
from pipeline.settings import Settings, read_settings

STAMP: Final = re.compile(r"\d{8}T\d{6}")
LOOK_BACK_DROPS: Final = 200
"""The newest folders of a unit that are looked at: what is older was taken long ago, or will not be."""


@dataclass(frozen=True)
class Drop:
    """One urgent delivery that nobody took yet."""

    unit: str
    night: date
    name: str
    """Of its folder: the moment, as 20261122T213000."""


def waiting(settings: Settings | None = None) -> list[Drop]:
    """Return the complete urgent folders that were neither loaded nor refused as they stand, oldest first.

    One with the export_id of another that was loaded is among them: taking it says that it is refused.
    """
    settings = settings or read_settings()
    since = first_kept("outcomes", clock.today())  # of what came before, nobody knows any more whether it was taken
    drops = (drop for unit in installation.units(settings) for drop in _drops(settings, unit))
    found = [drop for drop in drops if not date.min < _day(drop.name) < since]
    if not found:
        return []
    with transaction(installation.database(settings), "intake.export") as given:
        nights = sorted({drop.night for drop in found})
        taken = "SELECT unit, night, manifest_digest FROM intake.export WHERE state = 'loaded' AND night = ANY(%s)"
        loaded = set(query(given, taken, (nights,)))
        refused = set(query(given, "SELECT unit, name, mark FROM intake.refused_drop"))
    return [
        drop
        for drop in sorted(found, key=lambda drop: (drop.name, drop.unit))
        if (drop.unit, drop.name, mark(_folder(settings, drop))) not in refused
        and (drop.unit, drop.night, read_digest(_folder(settings, drop), drop.unit, drop.night)) not in loaded
    ]


def _folder(settings: Settings, drop: Drop) -> Path:
    return workspace.delivery_of(settings, drop.unit, drop.night, drop.name).inbox


def _drops(settings: Settings, unit: str) -> list[Drop]:
    """Return a unit's complete folders."""
    folder = settings.inbox / unit / "urgent"
    try:
        names = sorted(entry.name for entry in folder.iterdir() if STAMP.fullmatch(entry.name))
    except OSError:  # it has none, or is closed: the other units' are taken
        return []
    manifests = {name: folder / name / "manifest.json" for name in names[-LOOK_BACK_DROPS:]}
    return [Drop(unit, _peek(manifest, name), name) for name, manifest in manifests.items() if os.path.isfile(manifest)]


def _peek(manifest: Path, name: str) -> date:
    """Return the night that a manifest names; of one that cannot be read the day of its folder.

    Receiving refuses such a one with its sentence: here it only needs a night to be refused in.
    """
    try:
        return date.fromisoformat(json.loads(manifest.read_bytes()[:LARGEST].decode("utf-8-sig"))["night"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return _day(name)


def _day(name: str) -> date:
    try:
        return datetime.strptime(name, "%Y%m%dT%H%M%S").date()
    except ValueError:  # 20261399T000000
        return date.min


def take(drop: Drop, settings: Settings | None = None) -> dict[str, Any]:
    """Take one urgent delivery through all stages and load it; return what became of it.

    Twice is once, and a crash anywhere, then another attempt, ends as if nothing had happened: see `unit_steps`.

    Raises:
        ExportRefused: it cannot be used; the sentence is kept, and told to the unit.
        UnitsUntold: what some units are told of the night could not be written.
    """
    settings = settings or read_settings()
    try:
        return _take(drop, settings)
    finally:
        night_steps.clear(drop.night, settings, drop.name)


def _take(drop: Drop, settings: Settings) -> dict[str, Any]:
    unit, night, name = drop.unit, drop.night, drop.name
    try:
        received = unit_steps.receive(unit, night, settings, name)
        if received["state"] != "received":
            return {"state": received["state"]}
        unit_steps.screen(unit, night, settings, name)
        unit_steps.enrich(unit, night, settings, name)
        counts = unit_steps.decide(unit, night, settings, name)
        settle_steps.settle(night, settings, name)
        for region in installation.regions():
            load_steps.load(region, night, settings, name)
        night_steps.finish(night, settings, name)
        return {"state": "loaded", **counts}
    finally:
        returns_steps.returns(night, settings)
