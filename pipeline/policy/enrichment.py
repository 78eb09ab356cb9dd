"""The numbers of enrichment (`enrichment.toml`): one event, repeats, escalation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline.policy.versions import known_on, read_versions


@dataclass(frozen=True)
class SameEvent:
    """When two registrations can be of one event; minutes."""

    known_within_minutes: int
    began_within_minutes: int
    lasting_from_minutes: int
    at_once_minutes: int


@dataclass(frozen=True)
class Repeat:
    """What of the past counts."""

    history_years: int
    open_case_days: int
    often_days: int
    household_days: int


@dataclass(frozen=True)
class Enrichment:
    """One version of `enrichment.toml`."""

    version: str
    owner: str
    effective_from: date
    source: str
    same_event: SameEvent
    repeat: Repeat
    gravity: Mapping[str, int]
    danger_gravity: Mapping[str, int]


def read_enrichment(night: date, file: Path | None = None) -> Enrichment:
    """Return the numbers that a night is judged by, out of those that ship or of another file.

    Raises:
        PolicyError: as `read_versions`, and for a missing, surplus or negative number.
    """
    return known_on(_read(file), night)


@cache
def _read(file: Path | None) -> tuple[Enrichment, ...]:
    return read_versions(file or files("pipeline.policy") / "enrichment.toml", _version)


def _version(entry: dict[str, Any]) -> Enrichment:
    same_event, repeat = SameEvent(**entry.pop("same_event")), Repeat(**entry.pop("repeat"))
    numbers = [*vars(same_event).values(), *vars(repeat).values(), *entry["gravity"].values()]
    if not all(isinstance(number, int) and number > 0 for number in numbers):
        raise ValueError("every number must be whole and above 0")
    return Enrichment(same_event=same_event, repeat=repeat, **entry)
