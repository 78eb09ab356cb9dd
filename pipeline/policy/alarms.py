"""When a unit's night is unlike its past (`alarms.toml`), read strictly."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from pipeline.policy.rules import OUTCOMES
from pipeline.policy.strict import reading

FILE: Final = "alarms.toml"


@dataclass(frozen=True)
class AlarmPolicy:
    """The words of the file."""

    version: str
    measures: tuple[str, ...]
    look_back_nights: int
    least_nights: int
    least_registrations: int
    deviations: float
    nothing_forwarded_from: int


@cache
def read_alarm_policy() -> AlarmPolicy:
    """Read the policy that ships."""
    return parse_alarm_policy(resources.files("pipeline.policy").joinpath(FILE).read_text(encoding="utf-8"))


def parse_alarm_policy(text: str) -> AlarmPolicy:
    """Make the policy out of TOML; a surplus or missing key, or a measure that is no outcome, is a PolicyError."""
    with reading(FILE):
        content = tomllib.loads(text)
        policy = AlarmPolicy(measures=tuple(content.pop("measures")), **content)
        if not set(policy.measures) <= set(OUTCOMES) or min(policy.least_nights, policy.least_registrations) < 1:
            raise ValueError("measures are outcomes, and a band needs at least one night and registration")
    return policy
