"""One look through a text for every literal that a rule waits for: its words and anchors, facts, and signs of codes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import Final, NamedTuple

import ahocorasick_rs

from pipeline.policy.redaction import Pattern, RedactionPolicy, Rule
from pipeline.policy.redaction.parts import compile_uncaptured

NO_RULE: Final = Rule("", "", "", "", "", "", date.min)


@dataclass(frozen=True, eq=False, slots=True)
class Match:
    """A pattern of a rule, compiled, and what in the sentence says that it does not hold."""

    pattern: re.Pattern[str]
    unless: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Word:
    """A literal of a rule: which ends have to be the end of a word, and the pattern that it is only an anchor of."""

    rule: Rule
    left: bool
    right: bool
    match: Match | None = None


OPENLY: Final = Rule("openly", "", "", "", "", "", date.min)
"""The rule of anchors of what a clause tells openly (`rules.toml`, [[open]])."""
SHELTER: Final = Word(NO_RULE, left=True, right=True)
FACT: Final = Word(NO_RULE, left=True, right=False)
FACT_INSIDE: Final = Word(NO_RULE, left=False, right=True)
"""The end of a word that tells a fact: `vlindermes`."""

Hit = tuple[int, int, Word]
"""Where a literal of a rule stands: half-open, in characters."""
START: Final = itemgetter(0)
END: Final = itemgetter(1)


class Scan(NamedTuple):
    """What one look through a text found."""

    hits: list[Hit]
    facts: dict[int, int]
    """Where words that tell a fact begin, and where their stem ends."""
    shelters: list[tuple[int, int]]
    """Where the names of shelters stand."""
    signs: dict[str, list[tuple[int, int]]]
    """Where the literals of `signs.toml` stand, by kind, in the order of their ends."""
    openly: list[Hit]
    """Where anchors stand of what a clause tells openly, in the order of their starts."""

    def around(self, kinds: Iterable[str], before: int, behind: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches so many characters around the signs of `kinds`, in order, none of them twice."""
        low, high = 0, -1
        for start, end in sorted(sign for kind in kinds for sign in self.signs.get(kind, ())):
            if start - before > high:
                if high >= 0:
                    yield low, high
                low = max(0, start - before)
            high = end + behind
        if high >= 0:
            yield low, high

    def near(self, kind: str, start: int, end: int) -> bool:
        """Whether a sign of `kind` stands within `start:end`."""
        found = self.signs.get(kind)
        if not found:
            return False
        for at, to in islice(found, bisect_right(found, start, key=END), None):
            if to > end:
                return False
            if at >= start:
                return True
        return False


class Scanner:
    """Every literal of the policy in one automaton over lower-case text."""

    def __init__(self, policy: RedactionPolicy) -> None:
        """Compile; a literal of several rules is looked up once."""
        words: dict[str, list[Word]] = {}
        for rule in policy.rules.values():
            for word in rule.words:
                left, right = not word.startswith("*"), not word.endswith("*")
                words.setdefault(word.strip("*").lower(), []).append(Word(rule, left, right))
            for pattern in rule.patterns:
                match = _compiled(pattern)
                for anchor in pattern.anchors:
                    left = not anchor.startswith("*") and anchor[0].isalnum()
                    words.setdefault(anchor.strip("*"), []).append(Word(rule, left, right=False, match=match))
        for pattern in policy.open:
            match = _compiled(pattern)
            for anchor in pattern.anchors:
                opens = Word(OPENLY, left=not anchor.startswith("*"), right=False, match=match)
                words.setdefault(anchor.strip("*"), []).append(opens)
        for literals, marker in ((policy.lists["shelters"], SHELTER), (policy.facts, FACT)):
            for literal in literals:
                inside = marker is FACT and literal.startswith("*")
                words.setdefault(literal.strip("*").lower(), []).append(FACT_INSIDE if inside else marker)
        kinds: dict[str, list[str]] = {}
        told: dict[str, Iterable[str]] = {
            "looks": policy.described["looks"],
            "haunt": policy.described["haunts"] | policy.described["firms"],
        }
        told |= {outlook_sign(outlook.id): outlook.anchors for outlook in policy.outlooks.outlooks}
        for kind, signs in (*policy.signs.literals.items(), *told.items()):
            for literal in signs:
                kinds.setdefault(literal, []).append(kind)
        every = list({**words, **kinds})
        self._told = [(kinds.get(literal, ()), words.get(literal, ())) for literal in every]
        contiguous = ahocorasick_rs.Implementation.ContiguousNFA  # 1.6 times as fast here as what is chosen by itself
        self._automaton = ahocorasick_rs.AhoCorasick(every, implementation=contiguous)

    def scan(self, small: str) -> Scan:
        """Look once through a text in lower case for every literal of the policy."""
        hits: list[Hit] = []
        facts: dict[int, int] = {}
        shelters: list[tuple[int, int]] = []
        signs: dict[str, list[tuple[int, int]]] = {}
        openly: list[Hit] = []
        last = len(small)
        for number, start, end in self._automaton.find_matches_as_indexes(small, overlapping=True):
            kinds, words = self._told[number]
            for kind in kinds:
                signs.setdefault(kind, []).append((start, end))
            if not words:
                continue
            inside = start > 0 and small[start - 1].isalnum()
            goes_on = end < last and small[end].isalnum()
            for word in words:
                if (inside and word.left) or (goes_on and word.right):
                    continue
                if word is FACT or word is FACT_INSIDE:
                    facts.setdefault(start, end)
                elif word is SHELTER:
                    shelters.append((start, end))
                elif word.rule is OPENLY:
                    openly.append((start, end, word))
                else:
                    hits.append((start, end, word))
        return Scan(hits, facts, shelters, signs, sorted(openly, key=START))


def outlook_sign(outlook: str) -> str:
    """Return the kind of sign that the anchors of an outlook are."""
    return f"outlook {outlook}"


def _compiled(pattern: Pattern) -> Match:
    return Match(compile_uncaptured(pattern.match), tuple(compile_uncaptured(excuse) for excuse in pattern.unless))
