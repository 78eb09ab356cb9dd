"""Turns of phrase: regular expressions over plain text, each with the literals that a text with the turn holds.

A night's sentences are gone through once for all literals; an expression is tried only where one of its own stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from re import _parser  # type: ignore[attr-defined]
from typing import Any


@dataclass(frozen=True)
class Turn:
    """One alternative of a pattern."""

    pattern: str
    literals: frozenset[str]
    """A text that matches holds one of these."""


def turns(pattern: str) -> tuple[Turn, ...]:
    """Return the alternatives of a pattern, each with its literals; ValueError for one that could stand anywhere."""
    return tuple(Turn(part, _literals_of(part)) for part in alternatives(pattern))


def alternatives(pattern: str) -> Iterator[str]:
    """Yield the parts of a pattern between the `|` that no bracket encloses; brackets around all of a part go."""
    depth, begin, escaped = 0, 0, False
    for at, char in enumerate(pattern):
        if escaped or char == "\\":
            escaped = not escaped
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "|" and depth == 0:
            yield pattern[begin:at]
            begin = at + 1
    yield pattern[begin:]


def _literals_of(pattern: str) -> frozenset[str]:
    # the one Rust spelling in our patterns that Python does not read
    found = _required(_parser.parse(pattern.replace(r"(?-u:\b)", r"\b")))
    if not found:
        raise ValueError(f"no letters by which to find {pattern[:40]}")
    return found


def _required(nodes: Iterable[Any]) -> frozenset[str]:
    """Return strings of which each match holds one, the longest that there are; empty where nothing is required."""
    choices, run = [], ""
    for operation, argument in nodes:
        if str(operation) == "LITERAL":
            run += chr(argument)
            continue
        choices += [frozenset({run}), _required_by(str(operation), argument)]
        run = ""
    choices.append(frozenset({run}))
    return max(choices, key=lambda literals: (min(map(len, literals), default=0), -len(literals)))


def _required_by(operation: str, argument: Any) -> frozenset[str]:  # noqa: ANN401 (what the parser gives)
    if operation == "SUBPATTERN":
        return _required(argument[-1])
    if operation == "MAX_REPEAT" and argument[0] > 0:
        return _required(argument[2])
    if operation == "BRANCH":
        branches = [_required(branch) for branch in argument[1]]
        return frozenset().union(*branches) if all("" not in branch and branch for branch in branches) else frozenset()
    return frozenset()
