"""The weights by which persons are linked over time: `linking.toml`, read strictly."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from pipeline.errors import PolicyError

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


@cache
def read_weights(path: Traversable | None = None) -> Weights:
    """Read the policy (the package's own, unless `path` names another file).

    Raises:
        PolicyError: naming the file, for a missing or surplus field or level and for a chance outside (0, 1].
    """
    source = path or files("pipeline.policy") / "linking.toml"
    try:
        entries: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
        chances = {field: _chances(entries.pop(field), levels) for field, levels in LEVELS.items()}
        weights = Weights(**entries.pop("thresholds"), **entries, chances=chances)
    except KeyError as error:
        raise PolicyError(source.name, f"lacks {error}") from error
    except (OSError, tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise PolicyError(source.name, str(error)) from error
    if not weights.hint < weights.link:
        raise PolicyError(source.name, "the threshold of a hint must lie below that of a link")
    return weights


def _chances(entry: dict[str, dict[str, float]], levels: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    if set(entry) != set(levels):
        raise ValueError(f"levels are {sorted(entry)}, not {sorted(levels)}")
    chances = {level: (float(entry[level]["m"]), float(entry[level]["u"])) for level in levels}
    if any(not 0 < chance <= 1 for pair in chances.values() for chance in pair):
        raise ValueError("a chance lies outside (0, 1]")
    return chances
