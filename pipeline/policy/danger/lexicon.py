"""Which fields of meaning a word belongs to (`words.toml`): as written, in a compound, by its sound, or with a slip."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Final

SOUNDED: Final = 5
"""Letters from which a word may be written as it sounds; below it too many words sound alike."""
SLIPPED: Final = 7
"""Letters from which one letter may be dropped, doubled or changed places with the next."""
SOUNDS: Final = (
    ("ch", "g"),
    ("y", "ij"),
    ("ij", "ei"),
    ("ou", "au"),
    ("c", "k"),
    ("dt", "t"),
    ("ph", "f"),
    ("th", "t"),
)
MARKS: Final = ("", "-*", "*", "~", "!")
"""How an entry is written: whole, open at its end, open at its beginning, part of a compound, never."""
NUMBER: Final = re.compile(r"(\d+)x?$")
RANGE: Final = re.compile(r"#(\d+)-(\d+)$")
MOST_DIGITS: Final = 9
"""Python reads no number of thousands of them, and no field holds one."""
MOST_SEEN: Final = 65_536
"""Words of texts of which the fields are kept: a process that reads night after night does not grow."""
KNOWN: Final = "redaction/words.txt"
"""Dutch words: what stands there is no slip of the pen."""
Found = dict[str, frozenset[str]]


@dataclass(frozen=True)
class Lexicon:
    """Words by how they are looked up, each with its fields."""

    whole: Found
    opening: Found
    closing: Found
    compound: Found
    never: Found
    sounding: Found
    slipped: Found
    numbers: tuple[tuple[range, str], ...]
    longest: int
    """Letters of the longest entry: what is written beyond them is not looked at, or a long word costs its square."""
    seen: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def fields(self, word: str) -> frozenset[str]:
        """Return the fields of a plain word (lower case, no accents); empty for a word that says nothing here."""
        if word not in self.seen:
            if len(self.seen) >= MOST_SEEN:
                self.seen.clear()
            self.seen[word] = self._fields(word)
        return self.seen[word]

    def _fields(self, word: str) -> frozenset[str]:
        if number := NUMBER.match(word):
            if len(number[1]) > MOST_DIGITS:
                return frozenset()
            return frozenset(name for within, name in self.numbers if int(number[1]) in within)
        found = self._written(word)
        if not found and len(word) >= SOUNDED and word not in known_words():
            found = self._compound(word) or self.sounding.get(sound(word)) or self._slip(word)
        return found - self.never.get(word, frozenset())

    def _written(self, word: str) -> frozenset[str]:
        found = self.whole.get(word, frozenset())
        for cut in range(2, min(len(word), self.longest) + 1):
            found |= self.opening.get(word[:cut], frozenset())
        for cut in range(max(2, len(word) - self.longest), len(word) - 1):
            found |= self.closing.get(word[cut:], frozenset())
        return found

    def _compound(self, word: str) -> frozenset[str]:
        ends = (self.compound.get(word[cut:]) for cut in range(max(2, len(word) - self.longest), len(word)))
        return next((found for found in ends if found), frozenset())

    def _slip(self, word: str) -> frozenset[str]:
        if not SLIPPED - 1 <= len(word) <= self.longest + 1:
            return frozenset()
        near = (self.slipped.get(other) or self.whole.get(other) for other in slips(word))
        return next((found for found in near if found), frozenset())


def sound(word: str) -> str:
    """Return a key that is the same for the usual misspellings of a word: `dt`, `ei` and `ij`, doubled letters."""
    for written, heard in SOUNDS:
        word = word.replace(written, heard)
    single = re.sub(r"(.)\1+", r"\1", word)
    return single[:-1] + "t" if single.endswith("d") else single


def slips(word: str) -> Iterator[str]:
    """Yield `word`, with each letter left out, and with each two neighbours turned round."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def make_lexicon(entries: Mapping[str, str]) -> Lexicon:
    """Make the lexicon of fields and their words, parted by spaces; ValueError for a field without words.

    `keel` is the word, `wurg*` what begins with it, `*bijl` what ends with it, `~mes` what ends with it and is no
    Dutch word that ships (`keukenmes`, which is one, is to be named; `reclames` is not meant), `!dames` never,
    `#10-99` a number.
    """
    marked: dict[str, defaultdict[str, set[str]]] = {mark: defaultdict(set) for mark in MARKS}
    numbers = []
    for name, words in entries.items():
        if not words.split():
            raise ValueError(f"field {name} has no words")
        for word in words.split():
            if span := RANGE.match(word):
                numbers.append((range(int(span[1]), int(span[2]) + 1), name))
            else:
                mark, bare = _parted(word)
                marked[mark][bare].add(name)
    whole = _frozen(marked[""])
    return Lexicon(
        whole=whole,
        opening=_frozen(marked["-*"]),
        closing=_frozen(marked["*"]),
        compound=_frozen(marked["~"]),
        never=_frozen(marked["!"]),
        sounding=_misspelt(whole, SOUNDED, lambda word: [sound(word)]),
        slipped=_misspelt(whole, SLIPPED, lambda word: [word[:at] + word[at + 1 :] for at in range(len(word))]),
        numbers=tuple(numbers),
        longest=max((len(word) for words in marked.values() for word in words), default=0),
    )


def _parted(entry: str) -> tuple[str, str]:
    if entry[0] in "!~*":
        return entry[0], entry[1:]
    return ("-*", entry[:-1]) if entry[-1] == "*" else ("", entry)


def _frozen(found: Mapping[str, set[str]]) -> Found:
    return {word: frozenset(names) for word, names in found.items()}


def _misspelt(whole: Found, letters: int, written: Callable[[str], list[str]]) -> Found:
    """Return the fields of words of so many letters or more, by how they may be `written`."""
    found = defaultdict[str, set[str]](set)
    for word, names in whole.items():
        if len(word) >= letters:
            for other in written(word):
                found[other] |= names
    return _frozen(found)


@cache
def known_words() -> frozenset[str]:
    """Return the Dutch words that ship, in lower case."""
    lines = resources.files("pipeline.policy").joinpath(KNOWN).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
