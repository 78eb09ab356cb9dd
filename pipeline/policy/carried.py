"""What a registration ticks or fills in, in the words of the report that carries it (`carried.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def read_carried() -> tuple[str, Mapping[str, str]]:
    """Return how the sentence begins, and by column of a registration what it is called there."""
    told = tomllib.loads(resources.files("pipeline.policy").joinpath("carried.toml").read_text(encoding="utf-8"))
    return told["lead"], told["words"]
