"""What project leaders agreed, as data: minutes of work, targets, and each unit's improvement actions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from pipeline.errors import PolicyError
from pipeline.policy.rules import OUTCOMES
from pipeline.policy.words import Words
from pipeline.reports.names import criteria

_SHIPPED: Final = resources.files("pipeline.reports").joinpath("data")
IMPROVEMENTS: Final = "improvements.toml"


@dataclass(frozen=True)
class Task:
    """Work at the front office that no longer happens, in minutes a registration of one of the outcomes."""

    id: str
    minutes: float
    counts: tuple[str, ...]
    words: Words
    source: Words


@dataclass(frozen=True)
class Relief:
    """All of that work, and what a full-time post works a year."""

    tasks: tuple[Task, ...]
    hours_a_year: float
    post_source: Words


@dataclass(frozen=True)
class Target:
    """By which day the share that is poorly founded falls by which part of the baseline."""

    by: date
    fall: float
    words: Words
    source: Words


@dataclass(frozen=True)
class Action:
    """What one unit does about one gap."""

    unit: str
    criterion: str
    what: Words
    owner: str
    due: date


def read_relief() -> Relief:
    """Read `relief.toml`; PolicyError when it is not of the right shape."""
    file = _SHIPPED.joinpath("relief.toml")
    content = _read(file)
    try:
        tasks = tuple(_task(**entry) for entry in content["task"])
        return Relief(tasks, float(content["post"]["hours_a_year"]), Words(**content["post"]["source"]))
    except (KeyError, TypeError, ValueError) as error:
        raise PolicyError(file.name, f"not of the right shape ({error})") from error


def _task(id: str, minutes: float, counts: list[str], words: Mapping[str, str], source: Mapping[str, str]) -> Task:
    if not set(counts) <= set(OUTCOMES):
        raise ValueError(f"{id} counts what is no outcome")
    return Task(id, float(minutes), tuple(counts), Words(**words), Words(**source))


def read_target() -> Target:
    """Read `targets.toml`; PolicyError when it is not of the right shape."""
    file = _SHIPPED.joinpath("targets.toml")
    content = _read(file)
    try:
        return Target(words=Words(**content.pop("words")), source=Words(**content.pop("source")), **content)
    except (KeyError, TypeError) as error:
        raise PolicyError(file.name, f"not of the right shape ({error})") from error


def read_improvements(home: Path) -> tuple[Action, ...]:
    """Read the units' improvement actions: those of this installation, else those that show the form."""
    own = home / IMPROVEMENTS
    file: Traversable = own if own.exists() else _SHIPPED.joinpath(IMPROVEMENTS)
    try:
        actions = tuple(Action(what=Words(**entry.pop("what")), **entry) for entry in _read(file).get("action", []))
    except (KeyError, TypeError, AttributeError) as error:
        raise PolicyError(file.name, f"not of the right shape ({error})") from error
    unknown = sorted({action.criterion for action in actions} - set(criteria()))
    if unknown:
        raise PolicyError(file.name, f"there is no criterion {', '.join(unknown)}")
    return actions


def _read(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(file.name, f"cannot be read ({type(error).__name__})") from error
