"""Expressions of which a part stands for a list of words: `in {place}` with `place = ["huis", "boot"]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

PART: Final = re.compile(r"\{([a-z_]+)\}")
"""A part in an expression; `{0,3}` is a count."""


def filled(expression: str, parts: Mapping[str, Sequence[str]]) -> str:
    """Return the expression with its parts as alternatives, which may hold parts; KeyError names an unknown one."""
    return PART.sub(lambda part: f"(?:{'|'.join(filled(one, parts) for one in parts[part[1]])})", expression)


def escaped(words: Iterable[str]) -> list[str]:
    """Return plain words as alternatives: a longer one before what it begins with."""
    return [re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))]
