"""Numbers and codes in a text that lead to a person: phones, bank accounts, plates, BSNs, birth dates.

Only the stretches around digits are looked at: most words have none.
Patterns without capitals are held against the text in lower case: `re` is slow where it has to ignore case.
"""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.redact.codes.bank_accounts import CARD, IBAN, find_masked
from pipeline.redact.codes.figures import AHEAD, Figures, next_figures
from pipeline.redact.codes.filed_numbers import FiledNumbers
from pipeline.redact.codes.moments import DAY, HARMLESS, find_birth, find_written_birth, moments_in
from pipeline.redact.codes.phones import (
    EXTENSION,
    LOCAL,
    PAIRS,
    PHONE,
    SERVICE_LINES,
    find_mobiles,
    is_said,
    with_zeros,
)
from pipeline.redact.codes.plates import MIXED_PLATE, NO_PLATE, PLATE, PLATE_SIZE, find_disguised, find_said
from pipeline.redact.codes.service_numbers import IN_BRACKETS, bare_number, find_bracketed, find_service_numbers
from pipeline.redact.report import ReportMasks
from pipeline.redact.scan import Scan
from pipeline.redact.spans import Span, mask

IP: Final = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
DOCUMENT: Final = re.compile(r"(?<![\w\-])[A-Z]{2}[A-Z0-9]{6}\d(?![\w\-])")
"""A passport or an identity card: `NXH4K7D95`."""
REGISTRATION: Final = re.compile(r"\bPL\d{4}-\d{10}\b")
DIGITS = re.compile(r"\d")
WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
BSN_SAID: Final = re.compile(r"\b(?:bsn|burgerservicenummer|sofi(?:nummer)?)\W{0,3}(?:\w+\W{1,3}){0,2}$", re.IGNORECASE)
IP_DOTS: Final = 3
MANY: Final = re.compile(r"(?:\D*\d){7}")
"""So many digits that are no date, time, amount or registration number are masked, whatever they are."""


def passes_elfproef(digits: str) -> bool:
    """Whether nine digits can be a BSN (DOMAIN.md, codes)."""
    return len(digits) == len(WEIGHTS) and sum(w * int(d) for w, d in zip(WEIGHTS, digits, strict=True)) % 11 == 0


class Numbers:
    """Finds them."""

    def __init__(self, parts: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Compile what is filed under `parts` (parts.toml)."""
        self.filed = FiledNumbers(parts["filed_numbers"])

    def find(self, text: str, small: str, scan: Scan, report: ReportMasks) -> Iterator[Span]:
        """Yield a span for every number, code and birth date that has to go; `small` is `text` in lower case."""
        if "o" in small:
            text = with_zeros(text)
        if IN_BRACKETS.search(small) and ("service" in scan.signs or "door " in small):
            yield from find_bracketed(small)
        yield from find_mobiles(text, small)
        yield from self.filed.find(small)
        at = 0
        while figures := next_figures(text, small, at):
            at = figures.end
            if bare := bare_number(figures):
                yield bare
                continue
            for span in _of(figures, scan, report):
                at = max(at, span.end)
                more = EXTENSION.match(small, span.end) if span.kind == "phone" else None
                yield span._replace(end=more.end()) if more else span
        yield from self.filed.find_read_off(text, small)  # behind `bankpas` an account is one first
        yield from find_masked(small, bank="bank" in scan.signs)


def _of(figures: Figures, scan: Scan, report: ReportMasks) -> Iterator[Span]:
    """Yield what a row of figures is, or is part of."""
    text, start, end = figures.text, figures.start, figures.end
    if text.startswith("PL", max(0, start - 2)) and REGISTRATION.match(text, start - 2):
        return
    letters = text[start - 1 : start].isalpha() or text[end : end + 1].isalpha() or _beside_code(text, start, end)
    found = [*_coded(figures, scan, letters=letters)]
    if figures.is_near(scan, "plate"):
        found += find_said(figures)
    vehicle = figures.is_near(scan, "vehicle")
    if not found and (vehicle or letters):
        found += find_disguised(figures, vehicle=vehicle)
    yield from found
    if HARMLESS.fullmatch(text, start, end) is None:
        yield from _digits(figures, report)  # `22 33 44 DE` may be a plate, and the end of a phone number
    elif not found:
        yield from find_written_birth(figures, report)


Shape = tuple[str, re.Pattern[str], bool]
"""A kind, its pattern, and whether it is held against the text as written, for its capitals."""
BY_LETTERS: Final[tuple[Shape, ...]] = (("iban", IBAN, False),)
BY_CAPITALS: Final[tuple[Shape, ...]] = (
    *BY_LETTERS,
    ("plate", PLATE, True),
    ("plate", MIXED_PLATE, True),
    ("number", DOCUMENT, True),
)
BY_DOTS: Final[tuple[Shape, ...]] = (("number", IP, False),)


def _coded(figures: Figures, scan: Scan, *, letters: bool) -> Iterator[Span]:
    """Yield service numbers, accounts, plates and documents: dear patterns, tried where what stands around allows it."""
    if figures.is_near(scan, "service"):
        yield from find_service_numbers(figures)
    text, small, start, end = figures.text, figures.small, figures.start, figures.end
    shapes: tuple[Shape, ...] = ()
    if letters or figures.is_near(scan, "bank"):
        around = slice(max(0, start - PLATE_SIZE), end + PLATE_SIZE)
        shapes = BY_CAPITALS if text[around] != small[around] else BY_LETTERS
    if text.count(".", start, end) >= IP_DOTS:
        shapes += BY_DOTS
    for kind, pattern, written in shapes:
        for hit in pattern.finditer(text if written else small, figures.low, figures.high + AHEAD):
            if figures.touches(*hit.span()) and not (kind == "plate" and NO_PLATE.fullmatch(hit[0])):
                yield mask(*hit.span(), kind)


def _beside_code(text: str, start: int, end: int) -> bool:
    """Whether capitals stand one separator away, as in a plate: `GZ-123-D`, `42 HF PS`."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return _leads_to_code(before[1:], before[:1]) or _leads_to_code(after[:1], after[1:])


def _leads_to_code(gap: str, letter: str) -> bool:
    return (gap == "-" and letter.isalpha()) or (gap == " " and letter.isupper())


def _digits(figures: Figures, report: ReportMasks) -> Iterator[Span]:
    """Judge a row of figures between the days and times in it."""
    text, start, end = figures.text, figures.start, figures.end
    if any(hit.start() <= start < hit.end() for hit in REGISTRATION.finditer(text, max(0, start - 20), end + 4)):
        return
    while start and text[start - 1] in "+(":
        start -= 1
    at = start
    for moment in moments_in(text, start, end):
        yield from _rest(text, at, moment.start())
        if moment.re is DAY:
            yield from find_birth(text, moment, report)
        at = moment.end()
    yield from _rest(text, at, end)
    yield from find_written_birth(figures, report)


def _rest(text: str, start: int, end: int) -> Iterator[Span]:
    """Judge a stretch of digits without dates; not by recursion behind a hit: a pasted list of calls has thousands."""
    patterns = [("iban", CARD), ("phone", PHONE)]
    while True:
        piece = text[start:end]
        if LOCAL.fullmatch(piece.lstrip("(")) and is_said(text, start):
            yield mask(start, end, "phone")
            return
        if not MANY.match(piece) and not PAIRS.search(piece):
            return
        if SERVICE_LINES.match(piece.strip()):
            return
        while patterns and not (hit := patterns[-1][1].search(text, start, end)):
            patterns.pop()  # nor further on
        if not patterns or not hit:
            yield from _unbroken(text, start, end)
            return
        yield from _rest(text, start, hit.start())
        yield mask(hit.start(), hit.end(), patterns[-1][0])
        start = hit.end()


def _unbroken(text: str, start: int, end: int) -> Iterator[Span]:
    """Judge a stretch of digits of which no part is a number to call or of a card."""
    piece = text[start:end]
    digits = "".join(DIGITS.findall(piece))
    times = re.sub(r"(?<![\d.:])\d{1,2}[:.]\d{2}(?![\d.:])|(?<![\d.\-])(?:19|20)\d{2}(?![\d.\-])", "", piece)
    if not MANY.match(times) and not PAIRS.search(times):
        return
    if passes_elfproef(digits) or BSN_SAID.search(text, max(0, start - 40), start):
        kind = "bsn"
    elif PAIRS.search(piece) or is_said(text, start):
        kind = "phone"
    else:
        kind = "number"
    lead = len(piece) - len(piece.lstrip(" .,:/-()"))
    tail = len(piece) - len(piece.rstrip(" .,:/-(")) if piece else 0
    yield mask(start + lead, end - tail, kind)
