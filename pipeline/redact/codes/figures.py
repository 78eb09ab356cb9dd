"""A row of figures, with what stands around it: only there numbers are looked for, and most words have none."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipeline.redact.scan import Scan

ROW: Final = re.compile(r"\d(?:[ .:/\-()+]{0,3}\d)*")
BEFORE, BEHIND = 24, 14
"""Characters around a row in which a number that it is part of begins, and in which it ends."""
LEAD, AHEAD = 20, 20
"""Characters before those in which what leads to the number stands; behind those in which the last of it may end."""


class Figures(NamedTuple):
    """The row `start:end` of a text; what it belongs to lies from `low` to `high`, what leads to it from `lead` on."""

    text: str
    small: str
    """The text in lower case."""
    start: int
    end: int
    low: int
    high: int
    lead: int

    def touches(self, start: int, end: int) -> bool:
        """Whether a stretch has some of these figures in it."""
        return start < self.end and end > self.start

    def is_near(self, scan: Scan, kind: str) -> bool:
        """Whether a sign of `kind` stands around it."""
        return scan.near(kind, self.lead, self.high)


def next_figures(text: str, small: str, at: int) -> Figures | None:
    """Return the first row of figures behind `at`."""
    row = ROW.search(text, at)
    if row is None:
        return None
    start, end = row.span()
    low = max(0, start - BEFORE)
    return Figures(text, small, start, end, low, min(len(text), end + BEHIND), max(0, low - LEAD))
