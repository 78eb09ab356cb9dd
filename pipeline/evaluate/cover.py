"""When a labelled stretch counts as caught, and a fact as kept.

A stretch is **caught** only when every letter and digit of it was removed; punctuation and white space may stand.
One liberty: a function word of a closed list (`FUNCTION_WORDS`: "de", "van", "te" …) names nobody and may stand, but
not in a sentence that must go whole (`WHOLE`). What the redactor says that it removed is checked against the text that
it returns: a word that is in the output but not in what was kept makes every stretch holding that word a leak. Tokens
in square brackets are the redactor's own words.

A fact is **kept** when none of its letters and digits was removed, those of a labelled stretch inside it excepted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.evaluate.corpus import Stretch

WHOLE: Final = frozenset({"tactical", "intelligence", "informant"})
"""Kinds of which the sentence goes whole (Wpg art. 9, 10, 12)."""

FUNCTION_WORDS: Final = frozenset(
    (
        "de",
        "het",
        "een",
        "en",
        "of",
        "te",
        "in",
        "aan",
        "op",
        "bij",
        "van",
        "voor",
        "met",
        "om",
        "is",
        "was",
        "heeft",
        "die",
        "dat",
        "zijn",
        "haar",
        "hij",
        "zij",
        "ze",
        "er",
        "nr",
        "nummer",
    )
)

WORD: Final = re.compile(r"\w+")
_TOKEN: Final = re.compile(r"\[[^\[\]]*\]")


def removed_characters(length: int, removed: Iterable[Stretch]) -> bytearray:
    """Return a flag per character of a text of `length`: 1 where it was removed."""
    flags = bytearray(length)
    for stretch in removed:
        start, end = max(0, stretch.start), min(length, stretch.end)
        flags[start:end] = b"\x01" * max(0, end - start)
    return flags


def is_caught(text: str, label: Stretch, flags: Sequence[int], slipped: frozenset[str]) -> bool:
    """Tell whether nothing that tells is left of `label`; `slipped` as `slipped_words` gives it."""
    for hit in WORD.finditer(text, label.start, label.end):
        if label.kind not in WHOLE and hit[0].lower() in FUNCTION_WORDS:
            continue
        if hit[0].lower() in slipped or not all(flags[hit.start() : hit.end()]):
            return False
    return True


def is_bare(text: str, label: Stretch, flags: Sequence[int]) -> bool:
    """Tell whether more than half of the letters and digits of `label` were left: it can still be read."""
    told = [flags[at] for at in range(label.start, label.end) if text[at].isalnum()]
    return 2 * sum(told) < len(told)


def is_kept(text: str, fact: Stretch, labels: Sequence[Stretch], flags: Sequence[int]) -> bool:
    """Tell whether the words of `fact` were left alone, save where a label lies over them."""
    covered = removed_characters(len(text), labels)
    return not any(flags[at] and not covered[at] and text[at].isalnum() for at in range(fact.start, fact.end))


def slipped_words(text: str, flags: Sequence[int], output: str) -> frozenset[str]:
    """Return the words (lower case) that `output` says more often than what was kept of `text` does."""
    kept = "".join(" " if flag else char for char, flag in zip(text, flags, strict=True))
    said = Counter(word.lower() for word in WORD.findall(_TOKEN.sub(" ", output)))
    return frozenset(said - Counter(word.lower() for word in WORD.findall(kept)))


def masked_words(text: str, labels: Sequence[Stretch], flags: Sequence[int]) -> tuple[int, int]:
    """Return how many words that no label touches were removed (wholly or partly), and how many there are."""
    covered = removed_characters(len(text), labels)
    free = [hit for hit in WORD.finditer(text) if not any(covered[hit.start() : hit.end()])]
    return sum(any(flags[hit.start() : hit.end()]) for hit in free), len(free)
