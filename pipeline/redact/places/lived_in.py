"""Where somebody lives or stays, told by a verb that says so and words that no list holds: `wonen bij de geiten`."""

# ruff: noqa: E501 - a condition is read better whole
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.patterns import holds_any
from pipeline.redact.places.ends import LEADING, PlaceEnds
from pipeline.redact.places.words import CLOSE_GAP, Kind, Word, joined

LIVES: Final = re.compile(
    r"\b(?:woon(?:t|de|den|achtig)?|won(?:en|end|ende)|verblij(?:ft|ven)|verble(?:ef|ven)|logeer(?:t|de|den)?|logeren|huur(?:t|de|den)?|huren|ondergebracht|ondergedoken|bivakkeert)"
    r"(?: (?:nu|nou|nog|tijdelijk|voorlopig|dicht|ergens|momenteel|thans|hier|daar|zelf|weer|vlak|een (?:kamer|huisje|woning|flatje|studio)|met (?:beide|de|haar|twee|drie) kinderen))* "
    r"(?=(?:in|op|aan|bij|boven|naast|achter|tegenover|onder|langs|nabij|om|vlakbij|schuin) )"
    r"|\b(?:slaapt?|slapen|zit(?:ten)?|schuil(?:t|en)?|overnacht(?:en)?)(?: (?:nu|nou|nog|tijdelijk|voorlopig|ergens|hier|daar|weer|vlak))* "
    r"(?=(?:bij|boven|naast|achter|tegenover|langs|nabij|vlakbij|tussen|onder) (?:de|het|een|die|dat) )",
    re.IGNORECASE,
)
"""A verb of living with a place behind it."""
LIVES_LAST: Final = re.compile(
    r"\b(?P<place>(?:in|op|aan|bij|boven|naast|achter|tegenover|onder|langs|nabij|vlakbij) (?:de|het|een|die|dat) [^\W\d_]+(?: [^\W\d_]+)?)(?= (?:woon(?:t|de|den)?|wonen|verblijft|verblijven|logeert|logeren|slaapt|slapen|schuilt|schuilen|overnachten)\b)",
    re.IGNORECASE,
)
"""The same with the verb at the end of its clause: `dat ze bij de spoorbomen wonen`."""
LIVING: Final = (
    "woon",
    "won",
    "verblij",
    "verble",
    "loge",
    "hur",
    "huur",
    "ondergebracht",
    "ondergedoken",
    "bivak",
    "slaap",
    "slap",
    "zit",
    "schuil",
    "overnacht",
)
"""One of these begins each verb of LIVES and LIVES_LAST."""
COUNTED: Final = frozenset({"een", "één", "die", "dat"})
MOST_WORDS: Final = 6
"""Words of such a place behind its lead."""


class LivedIn:
    """Finds such places."""

    def __init__(self, policy: RedactionPolicy, ends: PlaceEnds) -> None:
        """Hold the words."""
        self.at_home, self.ends = policy.whereabouts["at_home"], ends

    def find(self, text: str, bounds: tuple[int, int], words: list[Word]) -> Iterator[tuple[int, int]]:
        """Yield from where to where a verb of living tells a place by words that no list holds: `wonen bij de geiten`."""
        small = text[slice(*bounds)].lower()
        if not holds_any(small, LIVING):
            return
        starts = [word.start for word in words]
        for verb in LIVES.finditer(text, *bounds):
            first = bisect_left(starts, verb.end())
            if told := self._place_of(text, words, first):
                yield told
        for verb in LIVES_LAST.finditer(text, *bounds):
            first = bisect_left(starts, verb.start())
            told = self._place_of(text, words, first)
            if told and told[1] == verb.end("place"):
                yield told

    def _place_of(self, text: str, words: list[Word], first: int) -> tuple[int, int] | None:
        """Return from where to where the words from `first`, a lead, say where; None where they name no place."""
        last, named = first, False
        while last + 1 < len(words) and last - first < MOST_WORDS and joined(text, words, last, CLOSE_GAP):
            word = words[last + 1]
            if word.kind == Kind.OWN or word.small in self.at_home:
                return None
            if (self.ends.stops(word) and word.small not in COUNTED) or word.small in LEADING:
                break
            named = named or not self.ends.leads_on(word)
            last += 1
        while last > first and self.ends.leads_on(words[last]):
            last -= 1
        return (words[first].start, words[last].end) if named else None
