"""What was found in a text, and the text without it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.redact.lexicon import STAND_IN

MASK, DROP, DOUBT = "mask", "drop", "doubt"
FIELD: Final = "field"
"""`source` of a text that is no entry and carries none (description, reason_for_report, ...)."""

OMITTED: Final = "[weggelaten]"
SPACES = re.compile(r"[ \t][ \t]+")  # `re` skips to a single class, not to a repeated one
STRAY = re.compile(r"\s\s*([,.;:!?])")
EMPTY = re.compile(r"^(?:\s|[.,;:!?()\-/]|\[weggelaten\])*$")


class Span(NamedTuple):
    """A stretch of the original text: half-open, in characters."""

    start: int
    end: int
    kind: str
    rule: str
    action: str
    token: str = ""


def mask(start: int, end: int, kind: str) -> Span:
    """Return a stretch that is masked by the rule of its own kind."""
    return Span(start, end, kind, kind, MASK)


def blank(text: str, stretches: Iterable[tuple[int, int]]) -> str:
    """Return `text`, as long as it was, with a mark for each stretch: masked or not, it reads the same."""
    for start, end in stretches:
        text = text[:start] + _mark(end - start) + text[end:]
    return text


@lru_cache(maxsize=1024)
def _mark(size: int) -> str:
    return f"{f'[{STAND_IN}'.ljust(size - 1)[: size - 1]}]"


@dataclass(frozen=True, slots=True)
class Redacted:
    """What is left of a text (None: nothing) and why the rest is gone, in the order of the text."""

    text: str | None
    spans: tuple[Span, ...] = ()

    @property
    def doubts(self) -> tuple[Span, ...]:
        """The stretches that a person has to look at before anything leaves."""
        return tuple(span for span in self.spans if span.action == DOUBT)


def settle(spans: list[Span]) -> list[Span]:
    """Return the masks and drops without overlap, in order: what starts first and reaches furthest takes the rest in.

    A span that overlaps another in part is joined to it, so that no end of either is left standing.
    """
    settled: list[Span] = []
    for span in sorted(spans, key=_rank):
        if settled and span.start < settled[-1].end:
            last = settled[-1]
            if span.end > last.end:
                chief = last if last.action == DROP or span.action != DROP else span
                settled[-1] = Span(last.start, span.end, chief.kind, chief.rule, chief.action, chief.token)
            continue
        settled.append(span)
    return settled


def _rank(span: Span) -> tuple[int, int, bool]:
    return (span.start, -span.end, span.action != DROP)


def rewrite(text: str, spans: list[Span]) -> str | None:
    """Return `text` with each settled span replaced by its token; None when nothing is left to read."""
    if not spans:
        return text
    pieces: list[str] = []
    at = 0
    for span in spans:
        pieces += (text[at : span.start], span.token)
        at = span.end
    pieces.append(text[at:])
    joined = "".join(pieces)
    if any(span.action == DROP for span in spans):
        joined = STRAY.sub(r"\1", SPACES.sub(" ", joined)).strip()
    return None if EMPTY.match(joined) else joined
