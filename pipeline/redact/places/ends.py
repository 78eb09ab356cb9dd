"""Which words of a sentence end what tells a place, and which belong to the noun behind them."""

from __future__ import annotations

import re
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import GIVEN, PLACE, WORD, Lexicon
from pipeline.redact.places.words import Kind, Word

DONE: Final = re.compile(
    r"(?:aan|af|dicht|dood|in|klem|mee|neer|om|op|over|tegen|toe|uit|vast|weg)ge(?!leg)[a-zë]{3,}(?:t|d|en)"
)
"""What was done to somebody: `vastgehouden`, `neergestoken`; no `aangelegd`."""
LEADING: Final = frozenset({"met", "zonder", "en", "of", "alle", "beide"})
"""Beside articles and leads what belongs to the words behind it."""


class PlaceEnds:
    """Judges them, by the policy's words and the lexicon."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        self.words, self.lexicon = policy.whereabouts, lexicon
        self.more = policy.person_verbs | self.words["kept"] | policy.ending_titles
        """Words that say who, when or what happened."""
        self.facts = tuple(stem.strip() for stem in policy.facts if not stem.startswith("*"))
        self.fact_ends = tuple(stem[1:].strip() for stem in policy.facts if stem.startswith("*"))

    def leads_on(self, word: Word) -> bool:
        """Whether a word belongs to the noun behind it."""
        small = word.small
        return small in self.words["leads"] or small in self.words["articles"] or small in LEADING

    def stops(self, word: Word) -> bool:
        """Whether a word says more than where: who, when, what happened."""
        small = word.small
        return (
            word.kind == Kind.OWN
            or small.removeprefix("ex-") in self.more
            or (len(small) == 1 and word.text.isupper())
            or (self.lexicon.of(small) & GIVEN and not self.lexicon.of(small) & (WORD | PLACE))
            or small.startswith(self.facts)
            or small.endswith(self.fact_ends)
            or DONE.fullmatch(small) is not None
            or (small.isdigit() and word.kind == Kind.PLAIN)
        )
