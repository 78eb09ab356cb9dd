"""The words of the way to Veilig Thuis and back (`words.toml`), in two languages."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.policy import words
from pipeline.policy.words import Words


def say(group: str, code: str, language: str, **values: object) -> str:
    """Return a code or a heading in words; the code itself where it has none."""
    told = read_words()[group].get(code)
    return told.say(language).format(**values) if told else code


def coded(group: str, code: str, language: str) -> str:
    """Return a code in words, with itself behind: who has to look it up needs it."""
    told = say(group, code, language)
    return told if told == code else f"{told} ({code})"


def read_words() -> Mapping[str, Mapping[str, Words]]:
    """Return the words by group and code."""
    return words.read_words(__package__)
