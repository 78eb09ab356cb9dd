"""The contract's code lists (`codes.toml`), languages that may be named (`languages.txt`), words of a conviction."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pipeline.policy.lines import read_lines


@cache
def contract_codes() -> dict[str, tuple[str, ...]]:
    """Return the contract's code lists by our column name."""
    content = tomllib.loads(resources.files("pipeline.policy").joinpath("codes.toml").read_text(encoding="utf-8"))
    return {column: tuple(codes) for column, codes in content.items()}


@cache
def read_languages() -> frozenset[str]:
    """Return the languages (small letters) that may be named for an interpreter."""
    return frozenset(map(str.lower, read_lines(resources.files("pipeline.policy") / "languages.txt")))


@cache
def read_conviction_words() -> tuple[str, ...]:
    """Return how words (small letters) begin that tell of a conviction (`conviction_words.txt`)."""
    return tuple(read_lines(resources.files("pipeline.policy") / "conviction_words.txt"))
