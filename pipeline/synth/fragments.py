"""Sentences with slots, in several hands, and the text under construction that remembers where what stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import Final, NamedTuple

from pipeline.synth.words import read_words

PLAIN, SHORT, LOWER, TYPOS = 0, 1, 2, 3
"""Hands: neat, with police shorthand, all in lower case, in a hurry."""

SPAN_KINDS: Final = frozenset(
    [
        "third_party",
        "caller",
        "witness",
        "officer",
        "service_number",
        "phone",
        "email",
        "plate",
        "iban",
        "bsn",
        "handle",
        "address",
    ]
)
"""Slots that a filter has to find; the slot's name is the span's kind."""
MARKED: Final = {kind: kind for kind in SPAN_KINDS} | {"shelter": "secret_address", "secret": "secret_address"}
"""Slots whose value is a span, with its kind."""
NEEDS_CHILD: Final = frozenset({"ki"})
NEEDS_TWO_CHILDREN: Final = frozenset({"ki2"})
NEEDS_OTHER_PARENT: Final = frozenset({"ou"})

NEW_LINE: Final = (560, 570)
"""A sentence that begins at such a length begins on a new line: in a text out of twenty or so."""

_SLOT: Final = re.compile(r"\{([a-z_0-9]+)\}")


class Sentence(NamedTuple):
    """A sentence: per hand its pieces, fixed text and slot names in turn; and which slots it has."""

    hands: tuple[tuple[str, ...], ...]
    slots: frozenset[str]


class Span(NamedTuple):
    """Characters `start` to `end` of a text are of this kind."""

    start: int
    end: int
    kind: str


def parse_sentence(words: str) -> Sentence:
    """Split `words` at its slots, once for every hand. Odd pieces are slots."""
    pieces = tuple(_SLOT.split(words))
    slots = frozenset(pieces[1::2])
    hands = (
        pieces,
        _fixed(pieces, _shorten),
        _fixed(pieces, str.lower),
        _fixed(pieces, lambda text: _mistype(text, Random(len(words) * 31 + ord(words[0])))),
    )
    return Sentence(hands, slots)


def _fixed(pieces: tuple[str, ...], change: object) -> tuple[str, ...]:
    assert callable(change)
    return tuple(change(piece) if index % 2 == 0 else piece for index, piece in enumerate(pieces))


def _shorten(text: str) -> str:
    for word, short in read_words("shorthand")["words"].items():
        text = re.sub(rf"\b{word}\b", short, text)
    return text


def _mistype(text: str, rng: Random) -> str:
    """Swap, drop or double a letter in about one long word in five."""

    def change(found: re.Match[str]) -> str:
        word = found.group()
        if rng.random() > 0.2:
            return word
        at = 1 + int(rng.random() * (len(word) - 3))
        return (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )[int(rng.random() * 3)]

    return re.sub(r"\b[a-zé]{6,}\b", change, text)


@cache
def sentences(file: str, section: str) -> tuple[Sentence, ...]:
    """Return the parsed sentences of a section of `words/<file>.toml`; `a.b` is a section in a section."""
    found = read_words(file)
    for key in section.split("."):
        found = found[key]
    assert isinstance(found, list)
    return tuple(parse_sentence(words) for words in found)


@cache
def fitting(file: str, section: str, children: int, other_parent: bool) -> tuple[Sentence, ...]:
    """Return the sentences of a section that name nobody who is not there."""
    missing: set[str] = set()
    if children < 1:
        missing |= NEEDS_CHILD
    if children < 2:
        missing |= NEEDS_TWO_CHILDREN
    if not other_parent:
        missing |= NEEDS_OTHER_PARENT
    return tuple(sentence for sentence in sentences(file, section) if not sentence.slots & missing)


class Text:
    """A text that grows by sentences and knows the spans in it."""

    __slots__ = ("_pieces", "length", "spans")

    def __init__(self) -> None:
        """Start empty."""
        self._pieces: list[str] = []
        self.length = 0
        self.spans: list[Span] = []

    def add(self, sentence: Sentence, values: Mapping[str, str], hand: int, whole: str | None = None) -> None:
        """Append a sentence in a hand; `whole` makes all of it one span of that kind."""
        append, length = self._pieces.append, self.length  # the hottest loop of the generator
        if length:
            append("\n" if NEW_LINE[0] < length < NEW_LINE[1] else " ")
            length += 1
        start, is_slot = length, False
        for piece in sentence.hands[hand]:
            value = piece
            if is_slot:
                value = values[piece]
                if length == start and hand != LOWER:
                    value = value[:1].upper() + value[1:]
                if piece in MARKED:
                    self.spans.append(Span(length, length + len(value), MARKED[piece]))
            append(value)
            length += len(value)
            is_slot = not is_slot
        self.length = length
        if whole is not None:
            self.spans.append(Span(start, length, whole))

    def __str__(self) -> str:
        """The text so far."""
        return "".join(self._pieces)


def pick(rng: Random, choices: Sequence[Sentence]) -> Sentence:
    """Draw one of the sentences."""
    return choices[int(rng.random() * len(choices))]
