"""The weights by which persons are linked over time: `linking.toml`, read strictly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pipeline.policy.versions import known_on, read_versions

LEVELS: Final = {
    "bsn": ("same", "different"),
    "birth": ("exact", "swapped", "year_off", "part", "two_parts", "different"),
    "family_name": ("exact", "sound", "near", "shared", "swapped", "different"),
    "given_name": ("exact", "sound", "near", "shared", "initial", "swapped", "different"),
    "sex": ("same", "different"),
    "address": ("same", "area", "district", "different"),
}
"""The levels of agreement of each field, strongest first. A field unknown on either side weighs nothing."""


@dataclass(frozen=True)
class Weights:
    """What linking reads of its policy; weights and thresholds in bits."""

    version: str
    owner: str
    effective_from: date
    source: str
    link: float
    hint: float
    corroboration: float
    common_name_prior: float
    chances: Mapping[str, Mapping[str, tuple[float, float]]]
    """(m, u) by field and level."""

    def bits(self, field: str, level: str) -> float:
        """Return log2(m / u) of a level of agreement."""
        m, u = self.chances[field][level]
        return math.log2(m / u)


def read_linking(night: date, file: Path | None = None) -> Weights:
    """Return the weights by which a night's persons are linked, out of those that ship or of another file.

    Raises:
        PolicyError: as `read_versions`, and for a missing or surplus field or level, a chance outside (0, 1] and a hint
            that takes as much as a link.
    """
    return known_on(_read(file), night)


@cache
def _read(file: Path | None) -> tuple[Weights, ...]:
    return read_versions(file or files("pipeline.policy") / "linking.toml", _version)


def _version(entry: dict[str, Any]) -> Weights:
    chances = {field: _chances(entry.pop(field), levels) for field, levels in LEVELS.items()}
    weights = Weights(**entry.pop("thresholds"), **entry, chances=chances)
    if not weights.hint < weights.link:
        raise ValueError("the threshold of a hint must lie below that of a link")
    return weights


def _chances(entry: dict[str, dict[str, float]], levels: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    if set(entry) != set(levels):
        raise ValueError(f"levels are {sorted(entry)}, not {sorted(levels)}")
    chances = {level: (float(entry[level]["m"]), float(entry[level]["u"])) for level in levels}
    if any(not 0 < chance <= 1 for pair in chances.values() for chance in pair):
        raise ValueError("a chance lies outside (0, 1]")
    return chances
