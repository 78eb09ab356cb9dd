"""Expressions of which a part stands for a list of words: `in {place}` with `place = ["huis", "boot"]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

PART: Final = re.compile(r"\{([a-z_]+)\}")
"""A part in an expression; `{0,3}` is a count."""

OPENING: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?!\?)", re.DOTALL)
"""The parenthesis of a group, or what may hold one that is none: an escape, a class."""
ASKED_FOR: Final = re.compile(r"\(\?[P(]|\\[1-9]")
"""A named group, or what asks for a group again."""

TAKEN_IN: Final[Mapping[str, frozenset[str]]] = {
    "threats": frozenset({"hurl", "where"}),
    "journeys": frozenset({"measures", "distances", "lines"}),
    "filed_numbers": frozenset({"under", "alone"}),
    "addresses": frozenset(["inner", "house_leads", "heads", "small_heads", "lower_heads", "no_street", "berths"]),
}
"""The lists of `parts.toml`, by what takes them in."""


def word_parts(raw: Mapping[str, Mapping[str, Sequence[str]]]) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Return the lists of `raw` (parts.toml); ValueError names what is missing, empty or taken in by nothing."""
    given = {name: frozenset(lists) for name, lists in raw.items()}
    if given != TAKEN_IN:
        unlike = (name for name in given.keys() | TAKEN_IN.keys() if given.get(name) != TAKEN_IN.get(name))
        raise ValueError(f"parts.toml: the lists of {', '.join(sorted(unlike))}")
    if empty := [f"{name}.{part}" for name, lists in raw.items() for part, words in lists.items() if not words]:
        raise ValueError(f"parts.toml: no words in {', '.join(empty)}")
    return raw


def filled(expression: str, parts: Mapping[str, Sequence[str]]) -> str:
    """Return the expression with its parts as alternatives, which may hold parts; KeyError names an unknown one."""
    return PART.sub(lambda part: f"(?:{'|'.join(filled(one, parts) for one in parts[part[1]])})", expression)


def escaped(words: Iterable[str]) -> list[str]:
    """Return plain words as alternatives: a longer one before what it begins with."""
    return [re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))]


@cache
def compile_uncaptured(expression: str) -> re.Pattern[str]:
    """Compile an expression of which no group is asked for: `re` is half as fast again where it keeps none."""
    if ASKED_FOR.search(expression):
        return re.compile(expression)
    return re.compile(OPENING.sub(lambda opening: "(?:" if opening[0] == "(" else opening[0], expression))
