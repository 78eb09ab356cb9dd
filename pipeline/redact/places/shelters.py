"""Names of shelters, and descriptions of places in a sentence that names one, or in a text that must tell none."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.clauses.sentences import sentence_bounds
from pipeline.redact.months import MONTH_STEM
from pipeline.redact.places.whereabouts import Whereabouts
from pipeline.redact.reading import Reading
from pipeline.redact.spans import Span, mask

ROOM: Final = re.compile(
    r"\b(?:nummer|nr|kamer|unit|appartement|huisnummer|flat|adres|op) ?\.? ?(?P<n>\d{1,4}[a-z]?)\b"
    rf"(?! ?(?:uur|jaar|{MONTH_STEM}|kind|dag|week|weken|[:./-]\d))",
    re.IGNORECASE,
)
"""A room there by its number."""
NAME: Final = r"(?:De|Het|'t|Huize|Huis|Stichting) [A-ZÀ-Þ][\w'’\-]+(?: [A-ZÀ-Þ][\w'’\-]+)?"
BEFORE: Final = re.compile(rf"[\"“'‘]?{NAME}[\"”'’]?(?=(?:, | \(| [-–] |: )(?:(?:de|een|het) )?$)")
BEHIND: Final = re.compile(rf"(?:,|:| heet| genaamd)? [\"“'‘]?{NAME}")
"""The name of a shelter beside a word for one: `De Luwte, vrouwenopvang`."""
REACH: Final = 50
"""Characters before a word for a shelter in which its name stands."""


class Shelters:
    """Finds them, by the policy's names."""

    def __init__(self, policy: RedactionPolicy, places: Whereabouts) -> None:
        """Hold the names."""
        self.names = {name.lower() for name in policy.lists["shelters"] if name[0].isupper()}
        self.places = places

    def find(self, reading: Reading) -> Iterator[Span]:
        """Yield the names, and what tells a place: in all of the text where the registration has a secret address."""
        for start, end in reading.scan.shelters:
            yield from self._named(reading, start, end)
        named_at = sorted(at for at, _ in reading.scan.shelters)
        for start, end in sentence_bounds(reading.text):
            named = bisect_left(named_at, start) < bisect_left(named_at, end)
            if named or reading.report.hides:
                yield from self.places.find(reading, (start, end))
            for number in ROOM.finditer(reading.text, start, end) if named else ():
                yield mask(*number.span("n"), "secret_address")

    def _named(self, reading: Reading, start: int, end: int) -> Iterator[Span]:
        """Yield the name at `start:end`, or beside a word for a shelter that stands there."""
        if reading.small[start:end] in self.names:
            yield mask(start, end, "secret_address")
            return
        if name := BEFORE.search(reading.text, max(0, start - REACH), start):
            yield mask(name.start(), end, "secret_address")
        if name := BEHIND.match(reading.text, end):
            yield mask(start, name.end(), "secret_address")
