"""What the story of a registration calls things, in Dutch and English (`words.toml`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.policy.words import Words, read_words


def words(group: str) -> Mapping[str, Words]:
    """Return the words of a group by name."""
    return read_words(__package__)[group]


def said(group: str, name: str) -> dict[str, str]:
    """Return how something is called, by language."""
    return words(group)[name].by_language


def lines(language: str) -> dict[str, str]:
    """Return the turns of the lines that a story is told in; `language` is `nl` or `en`."""
    return {name: line.say(language) for name, line in words("line").items()}
