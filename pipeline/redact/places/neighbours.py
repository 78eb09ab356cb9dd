"""Where somebody outside lives, told behind a verb by what stands around it: `melder woont boven de bakker`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.patterns import any_stem
from pipeline.redact.places.whereabouts import Whereabouts
from pipeline.redact.reading import Reading
from pipeline.redact.spans import Span

LIVES: Final = re.compile(r"[^.;:!?\n]{0,60}\bwo(?:ont|onachtig|nend|nende|onde|nen)\b(?P<at>[^.;!?\n]{3,100})")
"""A clause that says where somebody lives."""
LIVES_VERB: Final = re.compile(r"wo(?<!\wwo)(?:ont|onachtig|nend|nende|onde|nen)\b(?=[^.;!?\n]{3})")
LIVES_BACK: Final = 60
"""The verb of LIVES, and how far before it LIVES begins: only there LIVES is tried, not from every character."""


class Neighbours:
    """Finds them, by the policy's words for people outside and of the family."""

    def __init__(self, policy: RedactionPolicy, places: Whereabouts) -> None:
        """Hold the words."""
        self.outsider, self.family = (any_stem(policy.whereabouts[name]) for name in ("outsiders", "family"))
        self.places = places

    def find(self, reading: Reading) -> Iterator[Span]:
        """Yield what describes such a place in a clause that names somebody outside, and nobody of the family."""
        small = reading.small
        for home in find_homes(small) if "woon" in small else ():
            before = home.start(), home.start("at")
            if self.outsider.search(small, *before) and not self.family.search(small, *before):
                for span in self.places.find(reading, (home.start("at"), home.end())):
                    yield span._replace(kind="third_party_address", rule="third_party_address")


def find_homes(small: str) -> Iterator[re.Match[str]]:
    """Yield the matches of LIVES: each begins as far before a verb as it may."""
    at = 0
    while verb := LIVES_VERB.search(small, at):
        low = max(at, verb.start() - LIVES_BACK)
        low = max(low, 1 + max(small.rfind(stop, low, verb.start()) for stop in ".;:!?\n"))
        at = verb.end()
        if home := LIVES.match(small, low):
            yield home
            at = home.end()
