"""Numbers of officers: behind what says so, behind a rank, in brackets behind who wrote it."""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.redact.codes.figures import AHEAD, Figures
from pipeline.redact.codes.moments import DAY, HARMLESS
from pipeline.redact.spans import Span, mask

SERVICE: Final = re.compile(
    r"\b(?:dnr|dn|mtk|dienstnummers?|dienstnr\.?|d\.?nr|p\.?nr|pers(?:oneels)?\.?\s?(?:nr|nummer)|legitimatie(?:nr|nummer)?|roep(?:nr|nummer)|pol(?:itie)?\.?\s?(?:nr|nummer)|bodycam(?:nr)?|personeelsnummer|stam(?:nr|nummer)|bodycamnummer|verbalisant(?:en)?|(?:mutant|ingevoerd|invoer|opgemaakt)(?: door| ?:)|rapporteur|opsteller|vb?t|verbt?)[\s.:]*(?:is\s+|van\s+|met\s+|nummer\s+|nr\.?\s+|dnr\.?\s+)?(?:[a-z]{0,4}[ \-]?\d{2,8}(?:[ .\-]\d{2,4}|[.\-]\d(?=[.\-]\d\d))*(?<=\d\d\d\d|\d[ .\-]\d\d|\d\d[ .\-]\d|[.\-]\d\d\d)(?:[\-/][a-z]{1,3}(?:[\-/]\d{1,4})?(?!\w))?)(?:(?:\s*(?:en|/|,|&)\s*)\d{4,8})*",
)
CODED: Final = re.compile(r"(?<![\w\-])(?:[A-Z]{1,4}-\d{3,6}|[A-Z]{2}\d{5})(?![\w\-])")
"""A service number with letters: `OBZ-23817`, `H-4471`, `DR20771`."""
RANKED: Final = re.compile(
    r"\b(?:coll(?:ega)?(?:'?s)?|agent(?:en)?|hoofdagent|hagt|agt|brigadier|brig|rechercheur|wijkagent|(?:politie)?ambtena\w+)[\s.:]*"
    r"(?:met\s+|nummer\s+|nr\.?\s+|dnr\.?\s+)?(?P<n>\d{4,8}(?:(?:\s*(?:en|/|,|&)\s*)\d{4,8})*)",
)
BARE: Final = re.compile(r"\b(?:bij|door|aan|en|met|collega) (?P<n>\d{5})(?=[.,;)\n]|$)(?![.,]\d)")
"""Five digits where an officer is named: `zijn nieuwe adres ligt bij 47720.`"""
SERVICE_DIGITS: Final = 5
BRACKETED: Final = re.compile(
    r"(?:\b(?:verb|vbt|rapp|opst|getekend|gez|agent|h?agt|brig|hfdag|hoofdagent|rech|coll|door|wijkagent|boa)[^;:\n()\d]{2,60}|(?<=\d\)) ?(?:en|,|/|&) [^;:\n()\d]{0,40})\((?P<n>[a-z]{1,4}[ \-]?\d{1,4}(?:[ .\-]\d{1,4})*|\d{1,4}(?:[ .\-]\d{1,4}){1,2})\)"
)
"""In brackets behind who wrote or did it: `door Haverkamp (31.0977)`."""
IN_BRACKETS: Final = re.compile(r"\((?:[a-z]{1,4}[ \-]?)?\d")
LEAST_SERVICE: Final = 4
"""Figures of one in pieces."""


def find_service_numbers(figures: Figures) -> Iterator[Span]:
    """Yield those with figures of a row in them; a sign of one stands near."""
    for pattern, held in ((SERVICE, figures.small), (RANKED, figures.small), (CODED, figures.text)):
        for hit in pattern.finditer(held, figures.low, figures.high + AHEAD):
            if figures.touches(*hit.span()):
                yield mask(hit.start("n") if pattern is RANKED else hit.start(), hit.end(), "officer")


def bare_number(figures: Figures) -> Span | None:
    """Return five figures alone where an officer is named."""
    if figures.end - figures.start != SERVICE_DIGITS:
        return None
    bare = BARE.search(figures.small, max(0, figures.start - 10), figures.end + 1)
    return mask(*bare.span("n"), "officer") if bare else None


def find_bracketed(small: str) -> Iterator[Span]:
    """Yield the service numbers in brackets; a day or a time is none."""
    for hit in BRACKETED.finditer(small):
        figures = sum(map(str.isdigit, hit["n"]))
        if figures >= LEAST_SERVICE and not (HARMLESS.fullmatch(hit["n"]) or DAY.search(hit["n"])):
            yield mask(*hit.span("n"), "officer")
