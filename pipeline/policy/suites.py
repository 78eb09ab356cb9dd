"""The suites of `expectations/`: rules declared once, with their words, weight, source and effective dates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from pipeline.policy.strict import reading
from pipeline.policy.versions import in_force, judged_as_of, require_one_at_a_time, version_on
from pipeline.policy.words import Words

COLUMN_ARGUMENTS: Final = ("column", "column_A", "column_B")
SUITES: Final = ("registration_quality", "person_quality", "well_founded")


@dataclass(frozen=True, eq=False)
class Rule:
    """One expectation, and what a person should know of it."""

    name: str
    type: str
    kwargs: dict[str, Any]
    words: Words
    """What is wrong or missing where it fails."""
    source: str
    effective_from: date
    effective_until: date | None
    weight: int
    blocking: bool
    advice: Words | None
    """How to add what is missing."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at."""
        return tuple(self.kwargs[name] for name in COLUMN_ARGUMENTS if name in self.kwargs)


@dataclass(frozen=True)
class Suite:
    """A named list of rules."""

    name: str
    title: Words
    rules: tuple[Rule, ...]

    def on(self, night: date) -> tuple[Rule, ...]:
        """Return the rules in force on a night."""
        day = judged_as_of(self.rules, night)
        return tuple(rule for rule in self.rules if in_force(rule, day))

    def rule(self, name: str, night: date) -> Rule | None:
        """Return the rule of that name as it was on a night, in force or not."""
        return version_on((rule for rule in self.rules if rule.name == name), night)


@cache
def read_suite(name: str, folder: Path | None = None) -> Suite:
    """Read a suite out of `folder`; without one, the suite that ships.

    Raises:
        PolicyError: it is no JSON, or a rule lacks its name, words or source, or has one that is unknown.
    """
    file = (folder or resources.files("expectations")).joinpath(f"{name}.json")
    with reading(f"{name}.json"):
        content = json.loads(file.read_text(encoding="utf-8"))
        rules = tuple(_rule(entry) for entry in content["expectations"])
        require_one_at_a_time((rule.name, rule) for rule in rules)
        made = Suite(content["name"], Words(**content["meta"]["title"]), rules)
    return made


def _rule(entry: dict[str, Any]) -> Rule:
    meta = dict(entry["meta"])
    until = meta.pop("effective_until", None)
    advice = meta.pop("advice", None)
    return Rule(
        name=meta.pop("rule"),
        type=entry["type"],
        kwargs=entry["kwargs"],
        words=Words(**meta.pop("words")),
        effective_from=date.fromisoformat(meta.pop("effective_from")),
        effective_until=date.fromisoformat(until) if until else None,
        weight=meta.pop("weight", 0),
        blocking=meta.pop("blocking", False),
        advice=Words(**advice) if advice else None,
        **meta,
    )
