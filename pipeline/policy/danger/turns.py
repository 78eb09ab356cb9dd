"""Turns of phrase: regular expressions over plain text, each with the literals that a text with the turn holds.

A night's sentences are gone through once for all literals; an expression is tried only where one of its own stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

PIECE: Final = re.compile(
    r"(?P<place>\(\?-u:\\b\)|\\[bB]|[\^$])|(?P<open>\((?:\?:|(?!\?)))|(?P<close>\))|(?P<other>\|)"
    r"|(?P<times>(?:[?*+]|\{\d+(?:,\d*)?\})\??)|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\]|\.|\\[dDsSwW])"
    r"|\\(?P<escaped>\W)|(?P<letter>[^()\[\\])|(?P<unknown>.)",
    re.DOTALL,
)
"""The pieces of a pattern, of what our patterns are written with."""
NOTHING: Final[frozenset[str]] = frozenset()
FREQUENT: Final = frozenset({
    "de", "het", "een", "van", "in", "op", "ik", "met", "aan", "bij", "voor", "niet", "zijn", "haar", "mijn",
    "hem", "had", "heeft", "over", "door", "uit", "nog", "dat", "die", "en", "is", "was", "te", "om", "naar",
    "zij", "ze", "hij", "er", "je", "af", "ook",
})  # fmt: skip
"""Words of nearly every text: a literal that holds nothing else leaves out next to none."""


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
    """Yield the parts of a pattern between the `|` that no bracket encloses."""
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
    found = _required(PIECE.finditer(pattern))
    if not found:
        raise ValueError(f"no letters by which to find {pattern[:40]}")
    return found


def _required(pieces: Iterator[re.Match[str]]) -> frozenset[str]:
    """Read up to the bracket that closes; return strings of which each match holds one, none where nothing is required.

    Raises:
        ValueError: a piece is not known here.
    """
    branches: list[list[str | frozenset[str]]] = [[]]
    for piece in pieces:
        match piece.lastgroup:
            case "close":
                break
            case "other":
                branches.append([])
            case "open":
                branches[-1].append(_required(pieces))
            case "letter" | "escaped":
                branches[-1].append(piece[piece.lastgroup])
            case "times" if piece[0][0] in "?*" or piece[0].startswith("{0"):
                branches[-1][-1] = NOTHING
            case "unknown":
                raise ValueError(f"{piece[0]} is not known here: {piece.string[:40]}")
            case _:  # a place, a set, or `+`, after which the same may stand once more
                branches[-1].append(NOTHING)
    longest = [_longest(branch) for branch in branches]
    return NOTHING.union(*longest) if all(longest) else NOTHING


def _longest(items: Sequence[str | frozenset[str]]) -> frozenset[str]:
    """Return the most telling of what each match of `items`, one after the other, holds: a run, or those of a group."""
    choices, run = [NOTHING], ""
    for item in (*items, NOTHING):
        if isinstance(item, str):
            run += item
            continue
        choices += [frozenset({run}) if run else NOTHING, item]
        run = ""
    return max(choices, key=lambda literals: (min(map(_telling, literals), default=-1), -len(literals)))


def _telling(literal: str) -> int:
    """Return how many letters a literal has that are not those of frequent words."""
    return sum(len(word) for word in literal.split() if word not in FREQUENT)
