"""The words of the way to Veilig Thuis and back (`words.toml`), in two languages."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("nl", "en")


def say(group: str, code: str, language: str, **values: object) -> str:
    """Return a code or a heading in words; the code itself where it has none."""
    words = read_words()[group].get(code)
    return words[LANGUAGES.index(language)].format(**values) if words else code


def coded(group: str, code: str, language: str) -> str:
    """Return a code in words, with itself behind: who has to look it up needs it."""
    words = say(group, code, language)
    return words if words == code else f"{words} ({code})"


@cache
def read_words() -> dict[str, dict[str, list[str]]]:
    """Return the words by group and code: Dutch, then English."""
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
