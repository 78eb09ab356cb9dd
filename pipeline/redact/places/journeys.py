"""How far a place is from where somebody stands, told in words: it leads there as an address does."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.policy.redaction.parts import escaped, filled
from pipeline.redact.patterns import holds_any
from pipeline.redact.spelt_numbers import ONE, TEENS, TENS

JOURNEY: Final = (
    r"\b(?:\d{1,3}|{one}|{teen}|{ten}|half|anderhalf|kwartier|paar)? ?(?:een )?{measures}"
    r" (?:lopen|fietsen|rijden|treinen|reizen|verderop|verder weg|daarvandaan|hiervandaan|ervandaan|(?:hier|daar|er)?vandaan|met (?:de|het) (?:auto|bus|trein|fiets|ov|boot|pont)|afstand)(?: (?:daarvandaan|hiervandaan|ervandaan|verderop|vanaf daar))?"
    r"|\b(?:\d{1,3}|{one}|half|anderhalf|kwartier) ?{distances} (?:van|vanaf|buiten|ten (?:noorden|zuiden|oosten|westen) van) (?-i:[A-ZÀ-Þ])\w+"
    r"|\b{lines} ?(?:nr\.? ?|nummer )?\d{1,3}\b"
)
"""How far: `vijf minuten lopen daarvandaan`."""


class Journeys:
    """Finds them, by the measures and lines of `parts.toml`."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """Compile; `words` are those of [journeys]."""
        lists = {name: escaped(some) for name, some in words.items()}
        numbers = {"one": [ONE], "teen": TEENS, "ten": TENS}
        self.journey = re.compile(filled(JOURNEY, {**lists, **numbers}), re.IGNORECASE)
        every = {word for some in words.values() for word in some}
        self.anchors = sorted(word for word in every if not any(other in word for other in every - {word}))
        """One of these stands in every journey, and in few texts: the expression is dear."""

    def find(self, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """Return the journeys within `text[start:end]`."""
        small = text[start:end].lower()
        return self.journey.finditer(text, start, end) if holds_any(small, self.anchors) else iter(())
