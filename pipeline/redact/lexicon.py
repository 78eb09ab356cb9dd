"""Which words are known, and what a word may be: name, place, street. Built once from the policy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import accumulate, compress

from pipeline.policy.redaction import RedactionPolicy, small_words
from pipeline.redact.people import fold, folded
from pipeline.weigh.remember import remembered

GIVEN, FAMILY, PROPER, PLACE, WORD, NEVER, VOCABULARY = 1, 2, 4, 8, 16, 32, 64
NAME = GIVEN | FAMILY | PROPER
STREET = re.compile(
    r"(?:straat|str|laan|weg|plein|gracht|kade|dijk|singel|hof|pad|steeg|dreef|plantsoen|wal|haven|ring|baan|markt"
    r"|park|burg|oever|dyk|strjitte|loane|sloot|kamp|veld|horst|akker|hoeve|tuin|tuinen|poort|bolwerk|boulevard|erf|gaarde|warande)$"
)
SURE_STREET = re.compile(
    r"\w{3,}(?:straat|laan|weg|plein|gracht|kade|singel|steeg|dreef|plantsoen|boulevard|pad|dijk|hof)$"
)
NAME_END = re.compile(
    r"(?:berg|bergen|veld|huis|huizen|man|stra|sma|ma|dijk|horst|kamp|burg|hof|meer|beek|broek|bos|boom|bloem|stein|steen|water"
    r"|weg|land|hoven|oven|ink|aar|kerk|hout|waard|donk|stad|poort|haven|brink|zicht|wijk|voort|oord|rood|groot|koop)$"
)
TOKENS = re.compile(r"([^\W\d_][a-zA-Z]*[^\W\d_]*(?:['’\-][^\W\d_]+)*)")
"""Words; begins with a single class, to which `re` skips, and goes on with one that it knows by a bit a letter."""
LEAST_PART = 4
ABBREVIATED = small_words()["ranks"]
"""Titles that a full stop belongs to."""
STAND_IN = "人"
"""What is read in the place of a token or of what becomes one: a letter without case, of no Dutch word."""


class Lexicon:
    """Sets of words that need no second look, and a dictionary for those that do."""

    def __init__(self, policy: RedactionPolicy) -> None:
        """Index the word lists."""
        lists = policy.lists
        self.flags: dict[str, int] = {}
        for name, flag in (("given_names", GIVEN), ("family_names", FAMILY), ("proper_nouns", PROPER)):
            self._add(lists[name], flag)
        self.borne = frozenset(self.flags)
        """Names that many bear: one of them is rather another person than a form of a person involved."""
        for name, flag in (("rare_given_names", GIVEN), ("rare_family_names", FAMILY)):
            self._add(lists[name], flag)
        self.places = {place.lower() for place in lists["places"]}
        self.place_parts = {part for place in self.places if " " in place for part in place.split()}
        self.place_starts = {place.split()[0] for place in self.places if " " in place}
        self.never = lists["never_names"] | policy.person_verbs | policy.particles
        self.written, self.written_places = lists["vocabulary"], lists["places"]
        self.vocabulary = {word.lower() for word in self.written} | {STAND_IN}
        for words, flag in ((self.places, PLACE), (self.never, NEVER), (self.vocabulary, VOCABULARY)):
            for word in words:
                self.flags[word] = self.flags.get(word, 0) | flag
        self.words, self.titles = lists["words"] | self.never, policy.titles
        self._longest = max(map(len, self.words), default=0)
        for word in self.flags.keys() & self.words:
            self.flags[word] |= WORD
        self.of = remembered(self._of)
        """The flags of a word in lower case."""
        self.is_compound = remembered(self._is_compound)
        """Whether an unknown word is made of two known ones, and does not end as Dutch family names do."""
        self.is_known_small = remembered(self._is_known_small)
        """Whether a word in lower case needs no second look, in a text whose capitals say nothing."""

    def _add(self, names: Iterable[str], flag: int) -> None:
        for word in names:
            for form in {word.lower(), folded(word)}:
                self.flags[form] = self.flags.get(form, 0) | flag

    def is_known(self, written: str) -> bool:  # noqa: PLR0911 - each return is one reason
        """Whether a word, as written, needs no second look."""
        small = written.lower()
        capital = written == small.capitalize()
        if self._is_pure_name(written) or self._begins_place(written) or (capital and small in self.place_starts):
            return False
        if small in self.titles and (written == small or capital or written in self.written):
            return False
        if written in self.written or (capital and small in self.never):
            return True
        if capital and self._is_name(small):
            return False
        if written in self.words or written in self.vocabulary:
            return True
        if capital and len(small) > 1 and self._is_plain(small):
            return True
        return written in self.written_places and self._is_but_place(small)

    def _is_known_small(self, small: str) -> bool:
        if small in self.titles or self._begins_place(small):
            return False
        known = small in self.never or small in self.vocabulary
        return known or self._is_plain(small) or (small in self.places and self._is_but_place(small))

    def _is_name(self, small: str) -> bool:
        flags = self.flags.get(small, 0)
        return bool(flags & NAME) and not flags & NEVER

    def _is_pure_name(self, small: str) -> bool:
        return self._is_name(small) and small not in self.words and small not in self.vocabulary

    def _is_plain(self, small: str) -> bool:
        """Whether a word is known, and neither a name nor a street."""
        return small in self.words and not self._is_name(small) and not SURE_STREET.match(small)

    def _begins_place(self, small: str) -> bool:
        """Whether a place may begin with a word: `bergen` of `bergen op zoom`, but not `de` or `ter` written small."""
        return small in self.place_starts and not self.flags.get(small, 0) & NEVER

    def _is_but_place(self, small: str) -> bool:
        """Whether a place is one word, and no name."""
        return " " not in small and not self.flags.get(small, 0) & NAME

    def _of(self, word: str) -> int:
        flag = self.flags.get(word)
        if flag is None:
            return WORD if word in self.words else 0 if word.isascii() else self.flags.get(fold(word), 0)
        return flag

    def is_word(self, word: str) -> bool:
        """Whether a word in lower case is one that a text may hold, and no name of an account."""
        return bool(self.of(word) & (WORD | VOCABULARY | PLACE | NEVER))

    def is_but_name(self, word: str) -> bool:
        """Whether a word, as written, is a name and nothing else."""
        flags = self.of(word.lower()) if word[0].isupper() else 0
        return bool(flags & (GIVEN | FAMILY)) and not flags & (WORD | VOCABULARY | PLACE | NEVER)

    def _is_compound(self, word: str) -> bool:
        return len(word) > 2 * LEAST_PART and not NAME_END.search(word) and self._splits(word)

    def _splits(self, word: str) -> bool:
        if len(word) > 2 * self._longest + 1:
            return False
        for cut in range(LEAST_PART, len(word) - LEAST_PART + 1):
            head, tail = word[:cut], word[cut:]
            if tail in self.words and (head in self.words or (head[-1] in "s-" and head[:-1] in self.words)):
                return True
        return False


BEYOND = [""] * 10


class Words:
    """A text cut into words (odd positions) and what stands between them (even positions).

    `lows` holds the parts in lower case, and the empty string where a position lies up to five words outside the text.
    """

    __slots__ = ("flat", "lows", "parts", "starts", "text")

    def __init__(self, text: str, flat: bool = False) -> None:
        """Cut `text`; `flat` where its capitals say nothing of names."""
        self.text = text
        self.parts = TOKENS.split(text)
        self.lows = list(map(str.lower, self.parts))
        self.lows += BEYOND
        self.starts = list(accumulate(map(len, self.parts), initial=0))
        self.flat = flat

    def standing(self, names: Mapping[str, object]) -> list[int]:
        """Return the positions of words that, in lower case, are keys of `names`."""
        return [*compress(range(1, len(self.parts), 2), map(names.__contains__, self.lows[1::2]))]

    def end(self, at: int) -> int:
        """Return where the word at position `at` ends in the text."""
        return self.starts[at + 1]

    def is_first(self, at: int) -> bool:
        """Whether the word begins a sentence, a line or a quotation."""
        gap = self.parts[at - 1]
        if gap == " ":
            return False
        if gap == ". " and self.lows[at - 2] in ABBREVIATED:
            return False
        return at == 1 or gap[:1] in ".!?\n" or any(mark in gap for mark in '.!?\n:"“;•[]')

    def has_capital(self, at: int) -> bool:
        """Whether the capital of the word says something: not in a text or a stretch of capitals only."""
        if self.flat or at >= len(self.parts):
            return False
        word = self.parts[at]  # before the text: what stands between its words
        if not word[:1].isupper():
            return False
        return len(word) == 1 or not word.isupper() or not (self._shouts(at - 2) or self._shouts(at + 2))

    def _shouts(self, at: int) -> bool:
        return 0 < at < len(self.parts) and len(self.parts[at]) > 2 and self.parts[at].isupper()  # noqa: PLR2004 - SO and VE shout not
