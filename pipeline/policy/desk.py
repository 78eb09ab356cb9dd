"""The release desk's policy (`desk.toml`): how long an item may wait, and what each role may do."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pipeline.policy.danger import SIGNALS
from pipeline.policy.strict import reading
from pipeline.policy.versions import known_on
from pipeline.policy.words import Words

UNREAD: Final = "unread"
RIGHTS: Final = frozenset({"list", "open", "decide"})


@dataclass(frozen=True)
class Clock:
    """How long an item may wait, from a day on."""

    effective_from: date
    danger: timedelta
    other: timedelta

    def allows(self, *, danger: bool) -> timedelta:
        """Return how long an item may wait."""
        return self.danger if danger else self.other


@dataclass(frozen=True)
class Role:
    """What one of Airflow's roles may do."""

    name: str
    may: frozenset[str]
    words: Words


@dataclass(frozen=True)
class DeskPolicy:
    """Everything of `desk.toml`."""

    version: str
    owner: str
    source: str
    clocks: tuple[Clock, ...]
    roles: dict[str, Role]
    danger_first: tuple[str, ...]
    """Danger signals, the gravest first; `unread` stands for danger that cannot be read."""

    def clock_on(self, day: date) -> Clock:
        """Return the clock in force on `day`; the first one before it."""
        return known_on(self.clocks, day)

    def may(self, role: str | None, right: str) -> bool:
        """Tell whether a role has a right. What is not named has none."""
        assert right in RIGHTS
        return role in self.roles and right in self.roles[role].may


@cache
def read_desk_policy(file: Path | None = None) -> DeskPolicy:
    """Read the policy that ships, unless `file` names another.

    Raises:
        PolicyError: naming the file, for a missing, surplus or unknown entry, or a time that is not above 0.
    """
    source = file or files("pipeline.policy") / "desk.toml"
    with reading(source.name):
        entries = tomllib.loads(source.read_text(encoding="utf-8"))
        clocks = tuple(map(_clock, entries.pop("clock")))
        roles = [_role(entry) for entry in entries.pop("role")]
        if not clocks or len({role.name for role in roles}) != len(roles):
            raise ValueError("a clock is missing, or a role stands there twice")
        first = tuple(entries.pop("danger_first"))
        if len(first) != len(set(first)) or set(first) != {UNREAD, *SIGNALS}:
            raise ValueError(f"danger_first names each of {', '.join(sorted({UNREAD, *SIGNALS}))} once")
        made = DeskPolicy(clocks=clocks, roles={role.name: role for role in roles}, danger_first=first, **entries)
    return made


def _clock(entry: dict[str, Any]) -> Clock:
    minutes = (entry.pop("danger_minutes"), entry.pop("other_minutes"))
    if not all(isinstance(number, int) and number > 0 for number in minutes):
        raise ValueError("minutes must be whole and above 0")
    danger, other = (timedelta(minutes=number) for number in minutes)
    return Clock(danger=danger, other=other, **entry)


def _role(entry: dict[str, Any]) -> Role:
    may = frozenset(entry.pop("may"))
    if not RIGHTS.issuperset(may):
        raise ValueError(f"unknown right in {sorted(may)}")
    return Role(may=may, words=Words(**entry.pop("words")), **entry)
