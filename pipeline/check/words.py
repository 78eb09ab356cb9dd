"""The words of the advice (`words.toml`), in two languages."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.check.advice import Advice
from pipeline.check.draft import Whose
from pipeline.policy import words
from pipeline.policy.words import Words


def read_words() -> Mapping[str, Mapping[str, Words]]:
    """Return every phrase by section and name."""
    return words.read_words(__package__)


def guessed(whose: Whose) -> Words | None:
    """Return what says that nothing told the unit; None where something did."""
    if whose.told:
        return None
    told = read_words()["heading"]["guessed"]
    return Words(*(told.say(language).replace("{unit}", whose.unit) for language in ("nl", "en")))


def verdict_of(advice: Advice) -> Words:
    """Return the one sentence that says what would become of it."""
    told = read_words()["verdict"][advice.outcome]
    return Words(
        told.nl.replace("{regions}", " en ".join(f"Veilig Thuis {region.nl}" for region in advice.regions)),
        told.en.replace("{regions}", " and ".join(f"Veilig Thuis {region.en}" for region in advice.regions)),
    )
