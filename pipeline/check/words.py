"""The words of the advice (`words.toml`), in two languages."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pipeline.check.advice import Advice
from pipeline.errors import PolicyError
from pipeline.policy.rules import Words


@cache
def read_words() -> dict[str, dict[str, Words]]:
    """Return every phrase by section and name; PolicyError where one lacks a language."""
    try:
        sections = tomllib.loads(resources.files("pipeline.check").joinpath("words.toml").read_text(encoding="utf-8"))
        return {section: {name: Words(**entry) for name, entry in words.items()} for section, words in sections.items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise PolicyError("words.toml", str(error)) from error


def verdict_of(advice: Advice) -> Words:
    """Return the one sentence that says what would become of it."""
    words = read_words()["outcome"][advice.outcome]
    return Words(
        words.nl.replace("{regions}", " en ".join(f"Veilig Thuis {region.nl}" for region in advice.regions)),
        words.en.replace("{regions}", " and ".join(f"Veilig Thuis {region.en}" for region in advice.regions)),
    )
