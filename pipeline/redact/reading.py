"""A text as the redaction reads it, with all that is asked of it beside its letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipeline.redact.report import ReportMasks
from pipeline.redact.scan import Scan
from pipeline.redact.spans import Span


class Reading(NamedTuple):
    """One text of a registration, and what was found in it by one look."""

    text: str
    small: str
    """The text in lower case, of the same length."""
    scan: Scan
    report: ReportMasks
    stay: Sequence[Span]
    """Stretches that are no trace of anything, such as the family's known street."""
    is_own: Callable[[str], bool]
    """Whether a word in lower case is a name of a person involved, in any form."""

    def stays(self, start: int, end: int) -> bool:
        """Whether some of `start:end` is such a stretch."""
        return any(span.start < end and start < span.end for span in self.stay)
