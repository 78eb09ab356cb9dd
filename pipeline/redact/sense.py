"""What a clause tells by its words taken together, where no single word or turn gives it away.

A linear model: every word, its beginning, its end and every pair of neighbours has a weight; their sum says whether a
clause tells something that must not leave, and of which kind. The weights are data (`clause_weights.tsv`), learned from
the labelled texts by `python -m tests.redact.train_sense`; `Sense.reasons` says which words spoke.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pipeline.policy.redaction import ClauseWeights

WORD: Final = re.compile(r"[^\W\d_]+|\d+")
BEGIN, END = 5, 5
"""Letters of a word's beginning and end that are weighed by themselves: of words longer than those, and by two more."""
START: Final = "^"
"""What stands before the first word."""
KNOWN: Final = 60_000
"""Words whose weight is remembered."""
NO_PAIR: Final[Mapping[str, float]] = {}
SAYS: Final = 0.3
"""The weight from which a word is one of those that speak."""


def parts_of(word: str) -> Iterator[str]:
    """Yield what is weighed of a word in lower case: itself, its beginning, its end; a number is any number."""
    if word[0].isdigit():
        yield "0"
        return
    yield word
    if len(word) > BEGIN:
        yield f"{word[:BEGIN]}~"
    if len(word) > END + 2:
        yield f"~{word[-END:]}"


class _Words(dict[str, tuple[float, Mapping[str, float]]]):
    """Of every word that was met: its weight, from those of its parts, and the weight with each word before it."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        super().__init__()
        self.weights = weights
        self.pairs: dict[str, dict[str, float]] = {}
        for before, pair, word in (part.partition(" ") for part in weights):
            if pair:
                self.pairs.setdefault(word, {})[before] = weights[f"{before} {word}"]

    def __missing__(self, word: str) -> tuple[float, Mapping[str, float]]:
        weight = (sum(self.weights.get(part, 0.0) for part in parts_of(word)), self.pairs.get(word, NO_PAIR))
        if len(self) < KNOWN:
            self[word] = weight
        return weight


class Sense:
    """The weights, ready to sum."""

    def __init__(self, weights: ClauseWeights) -> None:
        """Index `weights`."""
        self.kinds = weights.kinds
        self.bias = weights.bias
        self.words = _Words(weights.any)
        self.of_kind = weights.of_kind

    def sum(self, small: str, start: int, end: int) -> tuple[float, int]:
        """Return the weights of the words of `small[start:end]` (lower case), summed, and how many words they are."""
        words = WORD.findall(small, start, end)
        total, before = 0.0, START
        known = self.words
        for word in words:
            weight, behind = known[word]
            total += weight + behind.get(before, 0.0)
            before = word
        return total, len(words)

    def score(self, sums: Iterable[tuple[float, int]]) -> float:
        """Return how strongly the words of clauses with these `sums` say that they must not leave; 0 is even."""
        total, words = 0.0, 0
        for value, count in sums:
            total, words = total + value, words + count
        return self.bias + total / math.sqrt(words or 1)

    def kind(self, small: str, start: int, end: int) -> str:
        """Return the kind of which the words of `small[start:end]` speak most."""
        told: list[tuple[float, ...]] = []
        before = START
        for word in WORD.findall(small, start, end):
            told += [self.of_kind[part] for part in (*parts_of(word), f"{before} {word}") if part in self.of_kind]
            before = word
        sums = [sum(column) for column in zip(*told, strict=True)] or [0.0]
        return self.kinds[sums.index(max(sums))]

    def reasons(self, small: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return where the words stand that speak: those whose own weight counts, and pairs that do."""
        found: list[tuple[int, int]] = []
        before = START
        for hit in WORD.finditer(small, start, end):
            weight, behind = self.words[hit[0]]
            if weight + behind.get(before, 0.0) > SAYS:
                found.append(hit.span())
            before = hit[0]
        return found
