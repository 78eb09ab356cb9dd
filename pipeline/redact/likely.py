"""Words that are somebody's by their looks and by the words beside them, where no list, title or turn says so.

`even gebeld met babs over de auto`: no capital, no role, and in no list of names. A linear model adds up what a word
says of itself, what the two words before it and the two behind it say, and what those beside it say to a word of its
sort. Its weights are data (`word_weights.tsv`), learned by `python -m tests.redact.train_likely`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate, zip_longest
from typing import Final, NamedTuple

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.clauses.sentences import paragraphs
from pipeline.redact.lexicon import STAND_IN, Lexicon
from pipeline.redact.patterns import PIECES
from pipeline.redact.people import fold
from pipeline.redact.reading import Reading
from pipeline.redact.spans import DOUBT, MASK, Span, blank, settle
from pipeline.weigh.remember import remembered

TOKEN: Final = re.compile(rf"(\[{STAND_IN} *\]|@?[^\W_]+(?:['’_.\-][^\W_]+)*|[^\w\s])")
"""What is gone already, as one; a word or number with the marks inside it; a mark."""
DIGIT: Final = re.compile(r"\d")
CASES: Final = (
    (re.compile(r"[A-ZÀ-ÖØ-Þ]"), "X"),
    (re.compile(r"[^\W\d_A-ZÀ-ÖØ-Þ]"), "x"),
    (DIGIT, "9"),
)
LETTERS: Final = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
AGAIN: Final = re.compile(r"(.)\1{2,}")
LONGEST_SHAPE: Final = 8
SORT_OF_SHAPE: Final = 2
"""Of a shape so many characters make, with what the lexicon knows of it, the sort of a word."""


class Traits(NamedTuple):
    """A word as the model sees it."""

    word: str
    """In lower case; a number is any number."""
    shape: str
    """Its capitals, letters, digits and marks, cut short: `Xx`, `xx.99`."""
    flags: str
    """What it may be by the lexicon."""

    @property
    def sort(self) -> str:
        """What a neighbour looks at."""
        return f"{self.shape[:SORT_OF_SHAPE]}{self.flags}"


NOBODYS: Final = -1_000_000
"""What is said of a mark, of what is gone and of a person involved."""
GONE: Final = Traits(f"[{STAND_IN}]", "M", "-")
OWN: Final = Traits("±", "I", "±")
"""The name of a person involved, whatever it is."""
EDGE: Final = Traits("^", "^", "^")


def is_word(token: str) -> bool:
    """Whether a token is a word, a number or an account, and no mark."""
    return token[0].isalnum() or (token[0] == "@" and len(token) > 1)


def own_traits(one: Traits) -> list[str]:
    """Return what is weighed of a word by itself."""
    word, shape, flags = one
    pieces = (f"{word[:1]}-", f"{word[:3]}-", f"-{word[-2:]}", f"-{word[-3:]}")
    return ["any word", word, *pieces, f"~{shape}", f"={flags}", f"~{shape}={flags}"]


def seen_traits(one: Traits, place: int) -> list[str]:
    """Return what is weighed of a word that stands `place` words behind (or, below 0, before) another."""
    return [f"{place:+} {one.word}", f"{place:+} ~{one.shape}", f"{place:+} ={one.flags}"]


def beside_traits(one: Traits, place: int) -> list[str]:
    """Return what is weighed, together with the sort of the other, of a word right beside it."""
    return [f"{place:+} {one.word}|", f"{place:+} ~{one.shape}={one.flags}|"]


class Look(NamedTuple):
    """What a word says, in hundredths: of itself, to the two behind it, and to the two before it."""

    own: int
    to_next: int
    to_second: int
    to_last: int
    to_second_last: int
    best_next: int
    """The most that it says beside that to the next word, for that one's sort."""
    best_last: int
    """The same to the one before it."""
    name: str
    """As names are compared."""
    sort: str
    leads: Mapping[str, int]
    """What it says beside that to the next word, by the sort of that one."""
    follows: Mapping[str, int]
    """The same to the one before it."""


class Likely:
    """The weights, ready to sum."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Index the policy's weights, hundredths by trait, and what a word must come to, by its sort."""
        self.weights, self.least, self.lexicon = policy.word_weights, policy.least_likely, lexicon
        self.rules = policy.rules
        self.by_sort: dict[str, dict[str, int]] = {}
        for trait, weight in self.weights.items():
            beside, bar, sort = trait.partition("|")
            if bar:
                self.by_sort.setdefault(f"{beside}|", {})[sort] = weight
        self.together: dict[tuple[str, ...], dict[str, int]] = {}
        """What traits say together by sort: many words have the same, and hold it once."""
        self.look = remembered(lambda word: self._look(self.traits(word), fold(word)))
        """What a word says, as written."""
        self.own, self.edge = self._look(OWN), self._look(EDGE)

    def find(self, reading: Reading, taken: Iterable[Span]) -> Iterator[Span]:
        """Yield what `taken` leaves and is somebody's, but no fact and nothing of the family's own."""
        masked = settle([span for span in taken if span.action != DOUBT])
        left = blank(reading.text, ((span.start, span.end) for span in masked))
        for start, end in self.told_in(left, reading.report.involved, partial(_stays, reading)):
            rule = self.rules["likely_number" if DIGIT.search(left, start, end) else "likely_name"]
            yield Span(start, end, rule.kind, rule.id, MASK)

    def told_in(
        self, text: str, involved: Mapping[str, object], stays: Callable[[int, int], bool]
    ) -> Iterator[tuple[int, int]]:
        """Yield where words stand of which enough is said; those with nothing but a space between as one.

        Args:
            text: with a mark (STAND_IN) for everything that is gone already.
            involved: the folded names of persons involved; of them nothing is said.
            stays: whether the word from one place to another is kept, whatever is said of it.
        """
        for at, paragraph in paragraphs(text):
            yield from self._within(paragraph, at, involved, stays)

    def _within(
        self, text: str, at: int, involved: Mapping[str, object], stays: Callable[[int, int], bool]
    ) -> Iterator[tuple[int, int]]:
        parts = TOKEN.split(text)
        somebodys = self.told(parts[1::2], involved)
        if not somebodys:
            return
        starts = [*accumulate(map(len, parts), initial=at)]
        bounds = ((starts[2 * word + 1], starts[2 * word + 2]) for word in somebodys)
        told = [one for one in bounds if not stays(*one)]
        begun: int | None = None
        for (start, end), following in zip_longest(told, told[1:]):
            begun = start if begun is None else begun
            if following is None or text[end - at : following[0] - at].strip(" "):
                yield begun, end
                begun = None

    def told(self, tokens: Sequence[str], involved: Mapping[str, object]) -> list[int]:
        """Return which of `tokens` are somebody's: those of which more is said than they must come to."""
        met = [self.own if look.name in involved else look for look in map(self.look, tokens)]
        looks = [self.edge, self.edge, *met, self.edge, self.edge]
        own, to_next, to_second, to_last, to_second_last, best_next, best_last, *_ = zip(*looks, strict=True)
        said = (to_second, to_next[1:], best_next[1:], own[2:], to_last[3:], best_last[3:], to_second_last[4:])
        at_most = map(sum, zip(*said, strict=False))
        return [at for at, most in enumerate(at_most) if most > 0 and _exactly(most, looks[at + 1 : at + 4]) > 0]

    def traits(self, word: str) -> Traits:
        """Return the traits of a word, as written."""
        if word[0] == "[" and len(word) > 1:
            return GONE
        shape = word
        for case, letter in CASES:
            shape = case.sub(letter, shape)
        shape = AGAIN.sub(r"\1\1", shape)[:LONGEST_SHAPE]
        small = word.lower()
        flags = self.lexicon.of(small) if word[0].isalnum() else 0
        return Traits("0" if word.isdigit() else small, shape, str(flags))

    def _look(self, one: Traits, name: str = "") -> Look:
        of = self._sum
        own = of(own_traits(one)) - self._least(one) if is_word(one.word) else NOBODYS
        to_next, to_second, to_last, to_second_last = (of(seen_traits(one, place)) for place in (-1, -2, 1, 2))
        leads, follows = (self._by_sort(beside_traits(one, place)) for place in (-1, 1))
        best_next, best_last = (max(0, 0, *beside.values()) for beside in (leads, follows))
        alone = own, to_next, to_second, to_last, to_second_last
        return Look(*alone, best_next, best_last, name, one.sort, leads, follows)

    def _least(self, one: Traits) -> int:
        if not LETTERS.fullmatch(one.word):
            sort = "code"
        elif "X" in one.shape:
            sort = "capital"
        else:
            sort = "known" if self.lexicon.of(one.word) else "word"
        return round(100 * self.least[sort])

    def _sum(self, traits: Iterable[str]) -> int:
        return sum(self.weights.get(trait, 0) for trait in traits)

    def _by_sort(self, traits: Iterable[str]) -> Mapping[str, int]:
        known = tuple(trait for trait in traits if trait in self.by_sort)
        if known not in self.together:
            found = self.together[known] = {}
            for trait in known:
                for sort, weight in self.by_sort[trait].items():
                    found[sort] = found.get(sort, 0) + weight
        return self.together[known]


def _exactly(at_most: int, around: Sequence[Look]) -> int:
    """Return what is said of the word amid `around`, of which `at_most` would be said if it were of the best sort."""
    last, one, following = around
    beside = last.leads.get(one.sort, 0) + following.follows.get(one.sort, 0)
    return at_most - last.best_next - following.best_last + beside


def _stays(reading: Reading, start: int, end: int) -> bool:
    """Whether a word is kept: a letter alone, the family's street, a fact, or in any form a person involved."""
    if end - start == 1 or reading.stays(start, end) or any(start <= at < end for at in reading.scan.facts):
        return True
    pieces = PIECES.findall(reading.small, start, end)
    return any(reading.is_own(piece) or reading.report.is_glued(piece) for piece in pieces)
