"""Patterns, and parts of patterns, that are built from the policy's words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pipeline.policy.redaction.parts import escaped

CAPITAL: Final = r"[A-ZÀ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĞĢĪİĶĹĻĽŁŃŅŇŐŒŔŘŚŞŠȘŢŤȚŪŮŰŲŹŻŽ]"
"""What names begin with, of whatever tongue that is written in the Latin alphabet: Łukasz, Şahin, Živković."""
TOKEN: Final = re.compile(r"[^\W_][a-zA-Z]*[^\W_]*(?:['’\-][^\W_]+)*")
"""Words of letters and figures; built as `lexicon.TOKENS`."""
PIECES: Final = re.compile(r"[^\W\d_]+")
"""Words in letters, or the pieces of one that has marks in it."""


def holds_any(text: str, signs: Iterable[str]) -> bool:
    """Whether one of `signs` stands in `text`."""
    return any(map(text.__contains__, signs))


def any_of(words: Iterable[str]) -> str:
    """Return what finds one of `words`, the longest first: in brackets, with nothing said of what stands around it."""
    return f"(?:{'|'.join(escaped(words))})"


def any_ending(words: Iterable[str], whole: int = 0) -> str:
    """Return what finds a word that ends in one of `words`, `viskraam`; those of up to `whole` letters end no other."""
    every = frozenset(words)
    short = frozenset(word for word in every if len(word) <= whole)
    longer = rf"[a-zé\-]*{any_of(every - short)}"
    either = f"{longer}|{any_of(short)}" if short else longer
    return rf"(?:(?:{either})(?:s|en|jes)?)(?![\w\-])"


def any_stem(words: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of `words`, whole, in lower case; * stands for any letters."""
    stems = (re.escape(word).replace(r"\*", r"\w*") for word in sorted(words))
    return re.compile(rf"\b(?:{'|'.join(stems)})\b")
