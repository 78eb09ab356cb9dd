"""Where paragraphs, sentences and clauses of police prose begin and end."""

# ruff: noqa: E501 - a list of words is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from pipeline.policy.redaction import small_words
from pipeline.redact.months import MONTH_STEM

EMPTY_LINE: Final = re.compile(r"\n[ \t]*\n\s*")
BREAK: Final = re.compile(
    r"[.!?\n\-–•*](?:(?<=[.!?])(?<![.!?]{2})[.!?]*+[\"'”’)\]]*+\s+|(?<=\n)\s*|(?<=\s[-–•*])\s+(?=[A-Z]))"
)
"""A stop, a new line, or a bullet. It begins with one class of characters: `re` skips all others much faster.

A row of stops is looked at from its first alone: from each of them, a line of dots costs its square."""
SHORT: Final = small_words()["stops"]
TOO_LONG: Final = 1 + max(map(len, SHORT))
"""So many letters before a full stop are no abbreviation."""
LONGEST_SHORT: Final = 12
"""Characters to look back for an abbreviation; a longer word is none."""
CLAUSE: Final = re.compile(
    r"[;,\s](?:(?=[\s;\-emtwodEMTWO])(?<=\s)(?<!\s\s)\s*(?:;\s*|-\s+"
    r"|(?:en|maar|terwijl|waarna|omdat|want|doordat|waardoor|EN|MAAR|TERWIJL|OMDAT|WANT)\s+)|(?<=,)\s+|(?<=;)\s*)"
)
"""A semicolon, a comma, a dash or a conjunction, with the white space around it; begins as BREAK does.

White space is looked at from its first character alone: from each of them, blank lines cost their square. What comes
behind it is looked at first: most words begin with no letter of a conjunction."""

RUN_ON: Final = 240
"""Characters from which on a sentence is several that nobody parted: of 5,700 written with care none is so long."""
LONG_CLAUSE: Final = 100
"""The same of a clause, of 9,900."""
LEAST_STAMPS: Final = 2
"""Sentences that begin with a moment from which on a text is a log."""
LEAST_PART: Final = 80
"""Characters that a part of such a sentence has at least: some fifteen words."""
OPENS: Final = re.compile(
    r"(?<= )(?:hij|zij|ze|ik|wij|we|men|er|toen|daarna|vervolgens|verder|ook|nu|later|hierop|hierna|inmiddels|gisteren|vandaag"
    r"|(?:(?:de|het|haar|zijn|mijn|hun) )?(?:moeder|vader|man|vrouw|kind|kinderen|zoon|dochter|meisje|jongen|oma|opa|buurvrouw|buurman"
    r"|melder|meldster|beller|getuige|verdachte|vdt?|slachtoffer|aangever|aangeefster|so|ve)) ",
    re.IGNORECASE,
)
"""Words with which a main clause begins, where nothing parts it from the one before."""
GOES_ON: Final = re.compile(
    r"(?:^|\s)(?:dat|als|omdat|toen|want|of|terwijl|waar\w*|die|wat|hoe|wie|en|maar|dan|zodat|tot|nadat|voordat|sinds|met|van|voor|door|aan|op|bij|tegen|naar"
    r"|over|uit|in|om|zei|zegt|heeft|had|is|was|kan|kon|wil|wilde|zou|zal|moet|moest|mag|mocht|doet|deed|gaat|ging|komt|kwam|wordt|werd|sloeg|slaat|riep|roept"
    r"|de|het|een|haar|zijn|mijn|hun) $",
    re.IGNORECASE,
)
"""Words behind which none begins: `dat hij`, `zei zij`, `met haar moeder`."""
LONGEST_GOES_ON: Final = 12
"""Characters to look back for one of them."""
STAMP: Final = re.compile(
    r"[ \t]*(?:[-–•*] ?)?(?:[0-2]?\d[:.][0-5]\d(?:[:.][0-5]\d)?(?: ?(?:uur|u|h)\b\.?)?|\d{1,2}[-/]\d{1,2}(?:[-/]\d{2,4})?(?= *:)"
    rf"|\d{{1,2}} {MONTH_STEM}[a-z]*\.?(?: \d{{4}})?(?= *:))[ :,\-–]+(?=\S)"
)
"""The moment that a line or a sentence of a log begins with: `22:11 `, `- 9 januari: `."""


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each part of a text begins that empty lines end, and the part: no word speaks across them."""
    start = 0
    for empty in EMPTY_LINE.finditer(text):
        yield start, text[start : empty.start()]
        start = empty.end()
    yield start, text[start:]


def is_stamp(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]`, one of its sentences, is the moment of a line of a log."""
    stamp = STAMP.match(text, start)
    return stamp is not None and stamp.end() == end


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """Return the half-open bounds of the sentences of `text`, in order; together they cover it but for white space.

    What nobody parted, a text without a full stop, comes in parts of some clauses each: what goes for one sentence
    does not take all else along.
    """
    return parted(text, written_bounds(text))


def parted(text: str, written: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return `written` itself, or, where one of these is RUN_ON long, with the parts of such."""
    if all(end - start < RUN_ON for start, end in written):
        return written
    return [part for bounds in written for part in _parts(text, *bounds)]


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start < RUN_ON:
        return [(start, end)]
    ends = [high for _, high in clause_bounds(text, start, end)]
    bounds: list[tuple[int, int]] = []
    for high in ends:
        if high - start >= LEAST_PART and end - high >= LEAST_PART:
            bounds.append((start, high))
            start = high
    return [*bounds, (start, end)]


def written_bounds(text: str) -> list[tuple[int, int]]:
    """Return the bounds of the sentences of `text` as whoever wrote it parted them, however long."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for gap in BREAK.finditer(text):
        at, after = gap.span()
        if text[at] == "." and _is_short(text, start, at, after):
            continue
        bounds.append((start, after))
        start = after
    if start < len(text):
        bounds.append((start, len(text)))
    return _stamped(text, bounds) if len(bounds) >= LEAST_STAMPS else bounds


def _stamped(text: str, bounds: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return `bounds` with the moments apart by which sentences begin, in a log: a text that has two such sentences.

    When something was logged says nothing of it, and Veilig Thuis needs it.
    """
    stamps = {start: stamp.end() for start, _ in bounds if (stamp := STAMP.match(text, start))}
    if len(stamps) < LEAST_STAMPS:
        return bounds
    parted: list[tuple[int, int]] = []
    for start, end in bounds:
        behind = stamps.get(start, end)
        parted += [(start, behind), (behind, end)] if behind < end else [(start, end)]
    return parted


def _is_short(text: str, start: int, dot: int, after: int) -> bool:
    """Whether the full stop at `dot` belongs to an abbreviation or to an initial."""
    words = text[max(start, dot - LONGEST_SHORT) : dot].rsplit(None, 1)
    word = words[-1].lstrip("(\"'") if words else ""
    if len(word) >= TOO_LONG:
        return False
    small = word.lower()
    if small in SHORT:
        return not (word.isupper() and len(word) > 1 and not text.isupper() and text[after : after + 1].isupper())
    return len(small) < 6 and small[-1:].isalpha() and small[-2:-1] in {"", "."}  # noqa: PLR2004 - J.P.M.


def clause_bounds(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the bounds of the clauses of the sentence `text[start:end]`; each takes its separator along."""
    bounds: list[tuple[int, int]] = []
    at = start
    for gap in CLAUSE.finditer(text, start, end):
        if gap.start() > at:
            bounds.append((at, gap.start()))
            at = gap.start()
    bounds.append((at, end))
    if end - start < LONG_CLAUSE:
        return bounds
    return [part for low, high in bounds for part in _openings(text, low, high)]


def _openings(text: str, low: int, high: int) -> list[tuple[int, int]]:
    """Return the bounds of a clause; of one that is too long, of the main clauses that begin in it."""
    if high - low < LONG_CLAUSE:
        return [(low, high)]
    cuts = [
        hit.start()
        for hit in OPENS.finditer(text, low, high)
        if not GOES_ON.search(text, max(low, hit.start() - LONGEST_GOES_ON), hit.start())
    ]
    return list(pairwise([low, *(at for at in cuts if at > low), high]))
