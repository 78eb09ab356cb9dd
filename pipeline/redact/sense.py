"""What a clause tells by its words taken together, where no single word or turn gives it away.

A linear model: every word, every piece of four or five characters of it and every pair of neighbours has a weight;
their sum says whether a clause tells something that must not leave, and of which kind. The weights are data
(`clause_weights.tsv`), learned from the labelled texts by `python -m tests.redact.train_sense`; `Sense.reasons` says
which words spoke.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pipeline.policy.redaction import ClauseWeights
from pipeline.redact.remember import remembered

WORD: Final = re.compile(r"[a-z]+[^\W\d_]*|[^\W\d_]+|\d+")
"""Letters, or figures; plain letters stand by themselves because `re` knows those by a bit."""
PIECES: Final = (4, 5)
"""How many characters of a word, with a mark at either end, are weighed together."""
START: Final = "^"
"""What stands before the first word."""
NO_PAIR: Final[Mapping[str, float]] = {}
SAYS: Final = 0.3
"""The weight from which a word is one of those that speak."""


def parts_of(word: str) -> Iterator[str]:
    """Yield what is weighed of a word in lower case: itself, and its pieces; a number is any number."""
    if word[0].isdigit():
        yield "0"
        return
    yield word
    marked = f"<{word}>"
    for size in PIECES:
        if len(marked) > size:
            yield from (f"#{marked[at : at + size]}" for at in range(len(marked) - size + 1))


Kinds = tuple[float, ...]
"""How much something says of each kind."""
Known = tuple[float, Mapping[str, float]]
"""Of a word: its weight, from those of its parts, and the weight with each word before it."""


class Sense:
    """The weights, ready to sum."""

    def __init__(self, weights: ClauseWeights) -> None:
        """Index `weights`."""
        self.kinds = weights.kinds
        self.bias = weights.bias
        self.any, self.of_kind = weights.any, weights.of_kind
        self.pairs: dict[str, dict[str, float]] = {}
        for before, pair, word in (part.partition(" ") for part in self.any):
            if pair:
                self.pairs.setdefault(word, {})[before] = self.any[f"{before} {word}"]
        self.weigh = remembered(self._weigh)
        """What a word weighs: its parts together, and beside that with each word before it."""
        self.says = remembered(self._says)
        """What the parts of a word say of each kind; empty where they say nothing."""

    def sums(self, small: str, bounds: Iterable[tuple[int, int]]) -> tuple[list[float], list[int]]:
        """Return for each stretch of `small` (lower case) the weights of its words, summed, and the number of words."""
        totals: list[float] = []
        counts: list[int] = []
        weigh, words_of = self.weigh, WORD.findall
        for start, end in bounds:
            words = words_of(small, start, end)
            total, before = 0.0, START
            for word in words:
                weight, behind = weigh(word)
                total += weight + behind[before] if before in behind else weight
                before = word
            totals.append(total)
            counts.append(len(words))
        return totals, counts

    def score(self, total: float, words: int) -> float:
        """Return how strongly `words` words with this sum say that they must not leave; 0 is even."""
        return self.bias + total / math.sqrt(words or 1)

    def kind(self, small: str, start: int, end: int) -> str:
        """Return the kind of which the words of `small[start:end]` speak most."""
        told = (self.says(word) for word in WORD.findall(small, start, end))
        sums: list[float] = list(map(sum, zip(*(one for one in told if one), strict=True))) or [0.0]
        return self.kinds[sums.index(max(sums))]

    def _weigh(self, word: str) -> Known:
        return sum(self.any.get(part, 0.0) for part in parts_of(word)), self.pairs.get(word, NO_PAIR)

    def _says(self, word: str) -> Kinds:
        told = (self.of_kind[part] for part in parts_of(word) if part in self.of_kind)
        return tuple(map(sum, zip(*told, strict=True)))

    def reasons(self, small: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return where the words stand that speak: those whose own weight counts, and pairs that do."""
        found: list[tuple[int, int]] = []
        before = START
        for hit in WORD.finditer(small, start, end):
            weight, behind = self.weigh(hit[0])
            if weight + behind.get(before, 0.0) > SAYS:
                found.append(hit.span())
            before = hit[0]
        return found
