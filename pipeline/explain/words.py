"""What the story of a registration calls things, in Dutch and English (`words.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _groups() -> dict[str, dict[str, tuple[str, str]]]:
    read = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    return {
        group: {name: (dutch, english) for name, (dutch, english) in names.items()} for group, names in read.items()
    }


def words(group: str) -> Mapping[str, tuple[str, str]]:
    """Return the words of a group by name: Dutch, English."""
    return _groups()[group]


def said(group: str, name: str) -> dict[str, str]:
    """Return how something is called, by language."""
    dutch, english = words(group)[name]
    return {"nl": dutch, "en": english}


def lines(language: str) -> dict[str, str]:
    """Return the turns of the lines that a story is told in; `language` is `nl` or `en`."""
    return {name: said("line", name)[language] for name in words("line")}
