"""The contract's code lists (`codes.toml`)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def contract_codes() -> dict[str, tuple[str, ...]]:
    """Return the contract's code lists by our column name."""
    content = tomllib.loads(resources.files("pipeline.policy").joinpath("codes.toml").read_text(encoding="utf-8"))
    return {column: tuple(codes) for column, codes in content.items() if isinstance(codes, list)}
