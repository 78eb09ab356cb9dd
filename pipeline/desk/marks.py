"""A text with its marks, as segments that a page or a terminal can show one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.desk.masks import BY_PERSON
from pipeline.redact.spans import DOUBT, Span


@dataclass(frozen=True)
class Segment:
    """A stretch of a text that is marked in one way."""

    start: int
    end: int
    text: str
    action: str | None = None
    """`mask`, `drop`, `doubt`, `desk` (a person left it out), or None: it stays."""
    rule: str | None = None
    token: str = ""
    """What stands in its place."""
    opens: bool = False
    """The first segment of its span: a label goes before it."""
    danger: tuple[str, ...] = ()
    """The signals that this sentence tells of."""
    opens_danger: bool = False


@dataclass(frozen=True)
class DangerSentence:
    """A sentence that tells of danger."""

    start: int
    end: int
    signal: str


def segments(text: str, spans: Sequence[Span], told: Sequence[DangerSentence] = ()) -> list[Segment]:
    """Cut `text` where marks begin and end.

    Args:
        text: as it was received.
        spans: what is masked, dropped or in doubt; where several lie over one another what goes hides what is in doubt.
        told: sentences that tell of danger; they lie over the rest.

    Returns:
        Segments in order; joined their texts are `text`.
    """
    edges = {0, len(text), *(edge for span in spans for edge in span[:2])}
    edges |= {edge for one in told for edge in (one.start, one.end)}
    ordered = sorted(edge for edge in edges if 0 <= edge <= len(text))
    return [_segment(text, start, end, spans, told) for start, end in pairwise(ordered)]


def _segment(text: str, start: int, end: int, spans: Sequence[Span], told: Sequence[DangerSentence]) -> Segment:
    over = [span for span in spans if span.start <= start and end <= span.end]
    chief = min(over, key=lambda span: (span.action == DOUBT, span.start), default=None)
    heard = [one for one in told if one.start <= start and end <= one.end]
    return Segment(
        start,
        end,
        text[start:end],
        action=None if chief is None else "desk" if chief.rule == BY_PERSON else chief.action,
        rule=None if chief is None else chief.rule,
        token="" if chief is None else chief.token,
        opens=chief is not None and chief.start == start,
        danger=tuple(sorted({one.signal for one in heard})),
        opens_danger=any(one.start == start for one in heard),
    )
