"""The numbers of enrichment (`enrichment.toml`): one event, repeats, escalation."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from pipeline.errors import PolicyError


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
    """Everything of `enrichment.toml`."""

    version: str
    owner: str
    effective_from: date
    source: str
    same_event: SameEvent
    repeat: Repeat
    gravity: Mapping[str, int]
    danger_gravity: Mapping[str, int]


@cache
def read_enrichment(path: Traversable | None = None) -> Enrichment:
    """Read the policy (the package's own, unless `path` names another file).

    Raises:
        PolicyError: naming the file, for a missing, surplus or negative number.
    """
    source = path or files("pipeline.policy") / "enrichment.toml"
    try:
        entries = tomllib.loads(source.read_text(encoding="utf-8"))
        same_event, repeat = SameEvent(**entries.pop("same_event")), Repeat(**entries.pop("repeat"))
        numbers = [*vars(same_event).values(), *vars(repeat).values(), *entries["gravity"].values()]
        if not all(isinstance(number, int) and number > 0 for number in numbers):
            raise ValueError("every number must be whole and above 0")
        return Enrichment(same_event=same_event, repeat=repeat, **entries)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise PolicyError(source.name, str(error)) from error
