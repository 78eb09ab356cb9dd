"""What a person reads: Dutch and English beside each other, in TOML files of `name = [Dutch, English]` by group."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from pipeline.policy.strict import reading

Language = Literal["nl", "en"]


@dataclass(frozen=True)
class Words:
    """What a person reads."""

    nl: str
    en: str

    def say(self, language: str) -> str:
        """Return what is said in `nl` or `en`."""
        return self.by_language[language]

    @property
    def by_language(self) -> dict[str, str]:
        """As JSON tells them."""
        return {"nl": self.nl, "en": self.en}


@cache
def read_words(package: str, name: str = "words.toml") -> Mapping[str, Mapping[str, Words]]:
    """Return the words of a package's file by group and name, beside those that it shares with others.

    Raises:
        PolicyError: the file is no TOML, or words lack a language.
    """
    return shared_words() | _groups(package, name)


@cache
def shared_words() -> dict[str, dict[str, Words]]:
    """Return what several screens say, by group and name."""
    return _groups("pipeline.policy", "shared_words.toml")


def _groups(package: str, name: str) -> dict[str, dict[str, Words]]:
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    with reading(f"{package}/{name}"):
        groups = tomllib.loads(text)
        made = {group: {key: Words(*both) for key, both in words.items()} for group, words in groups.items()}
    return made
