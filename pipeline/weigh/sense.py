"""What a clause or a sentence tells by its words taken together, where no single word or turn gives it away.

A linear model: every word, every piece of four or five characters of it, every pair of neighbours and every pair with
one word between has a weight for each kind. Of what must not leave the kind with the largest sum is what a clause tells
(`told`); words that hint at different kinds do not add up. Of danger a sentence may tell several kinds (`scores`). The
weights are data (`clause_weights.tsv`, `sentence_weights.tsv`), learned from labelled texts
(`tests/redact/train_sense.py`, `tests/decide/train_danger.py`); `Sense.reasons` says which words spoke.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from struct import Struct
from typing import Final, NamedTuple

import numpy as np

from pipeline.policy.weights import ClauseWeights, PairWeights
from pipeline.weigh.remember import remembered

WORD: Final = re.compile(r"[a-z]+[^\W\d_]*|[^\W\d_]+|\d+")
"""Letters, or figures; plain letters stand by themselves because `re` knows those by a bit."""
PIECES: Final = (4, 5)
"""How many characters of a word, with a mark at either end, are weighed together."""
START: Final = "^"
"""What stands before the first word."""
APART: Final = "_"
"""What stands for the word between the two of a pair."""


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


Sum = int
"""What something says of each kind, in hundredths: FIELD bits for each, so that one addition adds them all."""
FIELD: Final = 32
HALF: Final = 1 << FIELD - 1
"""Added to each field before a sum is read, so that none is below 0."""
LONGEST: Final = 30
"""Words from which a longer stretch says no more than one of that many in which the same was said."""


class Sensed(NamedTuple):
    """What words say together: how strongly (0 is even) that they must not leave, and of which kind they say most."""

    score: float
    kind: str


SILENCE: Final = Sensed(-math.inf, "")


class Sense:
    """The weights, ready to sum."""

    def __init__(self, weights: ClauseWeights, least: float = -math.inf) -> None:
        """Index `weights`; a score below `least` is not worked out."""
        self.weights = weights
        self.fields = Struct(f"<{len(weights.kinds)}I")
        self.zero = pack([HALF] * len(weights.kinds))
        self.floor = cache(self._floor)
        """By the number of words: what, added, sets the highest bit of each field that reaches what it must."""
        self.unsaid = 100 * (least - math.log(len(weights.kinds))) - max(weights.bias)
        """What the most that is said of a kind must reach: a score is at most the logarithm of the kinds above it."""
        self.weigh = remembered(self._weigh)
        """What a word says by its parts together, beside that with each word before it, and with each before that."""

    def sums(self, small: str, bounds: Iterable[tuple[int, int]]) -> tuple[list[Sum], list[int], list[Sum]]:
        """Return for each stretch of `small` (lower case) what its words say, summed, and the number of words.

        Last, what each says more where it goes on with the stretch before it and does not begin by itself.
        """
        totals: list[Sum] = []
        counts: list[int] = []
        joins: list[Sum] = []
        weigh, words_of = self.weigh, WORD.findall
        earlier, last = START, START
        for start, end in bounds:
            words = words_of(small, start, end)
            joins.append(self._joined(words, earlier, last))
            total, apart, before = 0, START, START
            for word in words:
                alone, behind, beyond = weigh(word)
                total += alone
                if before in behind:
                    total += behind[before]
                if apart in beyond:
                    total += beyond[apart]
                apart, before = before, word
            totals.append(total)
            counts.append(len(words))
            *_, earlier, last = earlier, last, *words
        return totals, counts, joins

    def _joined(self, words: Sequence[str], earlier: str, last: str) -> Sum:
        """Return what the first `words` of a stretch say more behind the two before it than at a beginning."""
        if not words:
            return 0
        _, behind, beyond = self.weigh(words[0])
        more = behind.get(last, 0) - behind.get(START, 0) + beyond.get(earlier, 0)
        return more + self.weigh(words[1])[2].get(last, 0) if len(words) > 1 else more

    def is_silent(self, total: Sum, words: int) -> bool:
        """Whether `words` words with this sum say less than anything is decided by."""
        return not (total + self.floor(words)) & self.zero

    def are_silent(self, totals: Sequence[Sum], counts: Sequence[int], joins: Sequence[Sum]) -> bool:
        """Whether none of these stretches (as `sums` returns them) says more, nor all of them together."""
        return self.is_silent(sum(totals) + sum(joins), sum(counts)) and all(map(self.is_silent, totals, counts))

    def told(self, total: Sum, words: int) -> Sensed:
        """Return what `words` words with this sum tell; SILENCE where they are silent."""
        if self.is_silent(total, words):
            return SILENCE
        scores = self._scores(self.unpack(total), _root(words))
        most = max(scores)
        chances = sum([math.exp(score - most) for score in scores])
        return Sensed(most + math.log(chances), self.weights.kinds[scores.index(most)])

    def of_kind(self, total: Sum, words: int, kind: str) -> float:
        """Return how strongly `words` words with this sum tell something of one kind."""
        return self._scores(self.unpack(total), _root(words))[self.weights.kinds.index(kind)]

    def _floor(self, words: int) -> Sum:
        least = math.ceil(max(self.unsaid * _root(words), -HALF / 2))
        return pack([HALF - least] * len(self.weights.kinds))

    def scores(self, small: str) -> list[float]:
        """Return what a sentence in lower case says of each kind by itself, where it may tell of several; 0 is even."""
        (total,), (words,), _ = self.sums(small, [(0, len(small))])
        return self._scores(self.unpack(total), _root(words))

    def _scores(self, said: Iterable[int], root: float) -> list[float]:
        return [(bias + one / root) / 100 for bias, one in zip(self.weights.bias, said, strict=True)]

    def unpack(self, total: Sum) -> list[int]:
        """Return what a sum says of each kind."""
        fields = self.fields.unpack((total + self.zero).to_bytes(self.fields.size, "little"))
        return [one - HALF for one in fields]

    def _weigh(self, word: str) -> tuple[Sum, dict[str, Sum], dict[str, Sum]]:
        place, table = self.weights.place, self.weights.table
        known = [place[part] for part in parts_of(word) if part in place]
        alone = pack(table[known].sum(axis=0).tolist())
        return alone, self._before(self.weights.next_to, word), self._before(self.weights.apart, word)

    def _before(self, pairs: PairWeights, word: str) -> dict[str, Sum]:
        """Return by the words that say something before `word` what each says there, packed."""
        words, table = pairs.before(word)
        packed = (table + np.int64(HALF)).astype("<u4").tobytes()
        size = self.fields.size
        starts = range(0, len(packed), size)
        sums = (int.from_bytes(packed[at : at + size], "little") - self.zero for at in starts)
        return dict(zip(words, sums, strict=True))

    def reasons(self, small: str, start: int, end: int, kind: str) -> list[tuple[int, int]]:
        """Return where the words stand that speak of `kind`: more than each must to make the sum even."""
        at = self.weights.kinds.index(kind)
        words = list(WORD.finditer(small, start, end))
        even = -self.weights.bias[at] * _root(len(words)) / (len(words) or 1)
        found: list[tuple[int, int]] = []
        apart, before = START, START
        for hit in words:
            alone, behind, beyond = self.weigh(hit[0])
            if self.unpack(alone + behind.get(before, 0) + beyond.get(apart, 0))[at] > even:
                found.append(hit.span())
            apart, before = before, hit[0]
        return found


@cache
def _root(words: int) -> float:
    """Return by what the sum of so many words is divided, that long and short stretches can be compared."""
    return max(math.sqrt(words or 1), words / math.sqrt(LONGEST))


def pack(said: Iterable[int]) -> Sum:
    """Return as one number what something says of each kind."""
    return sum(one << FIELD * at for at, one in enumerate(said))
