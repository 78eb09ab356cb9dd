"""Number plates: by their shape, by what calls them one, and in any disguise beside a vehicle."""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from pipeline.policy.redaction import small_words
from pipeline.redact.codes.figures import Figures
from pipeline.redact.months import MONTH
from pipeline.redact.spans import Span, mask

PLATE: Final = re.compile(
    r"(?<![\w\-])(?!(?<=\d[:.])\d)(?:[A-Z]{2}(?P<a>[\- ]?)\d{2}(?P=a)\d{2}|\d{2}(?P<b>[\- ]?)\d{2}(?P=b)[A-Z]{2}|\d{2}(?P<c>[\- ]?)[A-Z]{2}(?P=c)\d{2}|[A-Z]{2}(?P<e>[\- ]?)\d{2}(?P=e)[A-Z]{2}"
    r"|[A-Z]{2}(?P<f>[\- ]?)[A-Z]{2}(?P=f)\d{2}|\d{2}(?P<g>[\- ]?)[A-Z]{2}(?P=g)[A-Z]{2}|\d{2}(?P<h>[\- ]?)[A-Z]{3}(?P=h)\d|\d(?P<i>[\- ]?)[A-Z]{3}(?P=i)\d{2}|[A-Z]{2}(?P<j>[\- ]?)\d{3}(?P=j)[A-Z]"
    r"|[A-Z](?P<k>[\- ]?)\d{3}(?P=k)[A-Z]{2}|[A-Z]{3}(?P<l>[\- ]?)\d{2}(?P=l)[A-Z]|[A-Z](?P<m>[\- ]?)\d{2}(?P=m)[A-Z]{3}|\d(?P<n>[\- ]?)[A-Z]{2}(?P=n)\d{3}|\d{3}(?P<o>[\- ]?)[A-Z]{2}(?P=o)\d|\d-[A-Z]{3}-\d{3}|[A-Z]{2}-\d{3}-[A-Z]{2}|[A-Z]{1,3}-[A-Z]{1,2} ?\d{1,4})(?!\w|(?<=\d)[:.]\d)",
)
NO_REGION: Final = (
    r"(?!(?:SO|VE|TP|OM|TE|IN|OP|AF|NA|CA|NR|DD|VA|VD|WO|ZA|ZO|MA|DI|DO|VR|EN|OF|IS|DE|AL|NU|ER|ZE|AAN|VAN|TOT|PER|MAX|MIN|UUR|UU|BIJ|MET|DAN|NOG|RUIM"
    r"|HET|EEN|JR|KM|CM|KG|EUR|JAN|FEB|MRT|APR|MEI|JUN|JUL|AUG|SEP|OKT|NOV|DEC|BMW|VW|MB|CC|PK|TEL|BSN|DNR|VBT|GRIP|PRIO|A|C|E|X)(?![A-Z]))"
)
"""Letters of shorthand and of models, no region of a foreign plate: `OM 1530 UUR`, `BMW 320`."""
FOREIGN_PLATE: Final = re.compile(
    rf"(?<![\w\-]){NO_REGION}(?:[A-Z]{{1,3}} (?:[A-Z]{{1,2}} )?\d{{3,5}}|[A-ZÄÖÜ]{{1,3}}[ \-]{NO_REGION}[A-Z]{{1,2}}[ \-]?\d{{2,4}}[EH]?"
    rf"|[A-Z]{{1,2}} ?\d{{2,4}} ?{NO_REGION}[A-Z]{{2,3}}|\d{{2}} {NO_REGION}[A-Z]{{1,3}} \d{{2,4}}|\d{{4}} [B-DF-HJ-NPR-TV-Z]{{3}}|\d[A-Z]\d \d{{4}})(?!\w|[:.]\d)"
)
"""Germany; Romania, Bulgaria, Ukraine, Italy; Turkey; Spain; Czechia: beside a vehicle."""
MIXED_PLATE: Final = re.compile(
    rf"(?<![\w\-]){NO_REGION}[A-Z]{{2,3}} (?:\d{{4}}[A-Z]|\d{{3}}[A-Z]{{2}}|\d[A-Z]\d{{3}}|\d{{2}}[A-Z]\d{{2}}|\d[A-Z]{{2}}\d{{2}}|[A-Z]\d{{3}}|[A-Z]\d{{2}}[A-Z]|\d[A-Z]\d{{2}}|\d[A-Z]{{2}}\d|[A-Z]{{2}}\d{{3}})(?!\w)"
)
"""Poland: `WGM 7714K`. No other code of a text looks like it, so that no vehicle need stand by it."""
PLATE_SIZE: Final = 12
"""Characters of the longest PLATE, which has a capital in it."""
LETTERS: Final = re.compile(r"[a-z]+")
LITTLE: Final = small_words()["between_figures"]
"""Between digits no part of a plate: `tussen 12 en 13`."""
DOTTED_PLATE: Final = re.compile(r"(?<![\w.\-])[A-Z\d](?:[.\-]{0,2}[A-Z\d]){5}(?![\w\-])")
"""`V.833.XD`: a PLATE that somebody cut up; looked for where a text speaks of a vehicle, or lines and stops cut it."""
LOOSE_PLATE: Final = re.compile(
    r"(?<![\w.\-])(?![A-Z ]*\d\d?[.:]\d\d(?!\d))[A-Z\d](?: ?[.\-()/]? ?[A-Z\d]){5}(?![\w\-])"
)
"""`X 144 (X) N`: the same with gaps of any kind, where the text says that it is a plate."""
SMALL_LOOSE_PLATE: Final = re.compile(
    r"(?<![\w.\-])(?:\d{1,2}|[b-df-hj-np-tv-xz]{1,3})(?:(?:[ \-]|\.(?!\d)|(?<!\d)\.){0,2}(?:\d{1,3}|[b-df-hj-np-tv-xz]{1,3})){2}(?![\w\-]|[.:]\d)"
)
"""`8zvb 24`: in small letters, none of them a vowel, with a gap here and none there."""
HYPHENED_PLATE: Final = re.compile(
    r"(?<![\w\-])(?=[\w\-]*\d)(?=[\w\-]*[a-z])(?:[a-z]{1,3}|\d{1,3})(?:-(?:[a-z]{1,3}|\d{1,3})){2,3}(?![\w\-]|[.,:]\d)"
)
"""`d-hp-07-k`: a PLATE with a line too many."""
SEPARATORS: Final = re.compile(r"[ .\-()/]")
SMALL_PLATE: Final = re.compile(PLATE.pattern.replace("A-Z", "a-z"))
SAID_PLATE: Final = re.compile(
    r"\b(?:kenteken|kent\.?|kntk|nummerplaat|plaat)(?![a-z])(?:\s+(?:van|is|nr|nummer|met|scooter|auto|bromfiets|nl|duits|pools|belgisch|buitenlands|was|:))*[\s:]*(?P<plate>(?:[a-z0-9][\- ]){4,5}[a-z0-9]\b|(?=[a-z0-9\- ]*\d)[a-z0-9]{1,4}(?:[\- ]?[a-z0-9]{1,4}){1,3})\b",
)
NO_PLATE: Final = re.compile(rf"\d{{4}} ?[a-z]{{2}}|\d{{1,2}} {MONTH} \d{{1,2}}", re.IGNORECASE)
"""A postcode, and a day with the hour behind it: `6 NOV 10 UUR`."""


def find_said(figures: Figures) -> Iterator[Span]:
    """Yield what the text calls a plate, and a plate with gaps of any kind beside such a word."""
    text, small = figures.text, figures.small
    for hit in SAID_PLATE.finditer(small, figures.lead, figures.high):
        if figures.touches(*hit.span("plate")):
            yield mask(*hit.span("plate"), "plate")
    for hit in LOOSE_PLATE.finditer(text, figures.low, figures.high):
        if figures.touches(*hit.span()) and PLATE.fullmatch(SEPARATORS.sub("", hit[0])):
            yield mask(*hit.span(), "plate")


def find_disguised(figures: Figures, *, vehicle: bool) -> Iterator[Span]:
    """Yield plates in small letters, of other countries, cut up: most only beside a vehicle."""
    text, small, low, high = figures.text, figures.small, figures.low, figures.high
    hits = _cut_up(figures, vehicle=vehicle)
    if vehicle:
        abroad, hyphened = FOREIGN_PLATE.finditer(text, low, high), HYPHENED_PLATE.finditer(small, low, high)
        hits = chain(SMALL_PLATE.finditer(small, low, high), abroad, hits, hyphened)
    elif _is_joined(text, figures.start):
        hits = chain(SMALL_PLATE.finditer(small, low, high), hits)
    for hit in hits:
        spoken = any(word in LITTLE for word in LETTERS.findall(hit[0].lower()))
        if figures.touches(*hit.span()) and not spoken and not NO_PLATE.fullmatch(hit[0]):
            yield mask(*hit.span(), "plate")


def _is_joined(text: str, start: int) -> bool:
    """Whether a line or a letter stands right before a figure."""
    return text[start - 1 : start] == "-" or text[start - 1 : start].isalnum()


def _cut_up(figures: Figures, *, vehicle: bool) -> Iterator[re.Match[str]]:
    """Yield plates with gaps where none belong; without a vehicle beside it one has at least two lines or stops."""
    hits = DOTTED_PLATE.finditer(figures.text, figures.low, figures.high)
    for hit in chain(hits, SMALL_LOOSE_PLATE.finditer(figures.small, figures.low, figures.high)) if vehicle else hits:
        squeezed = SEPARATORS.sub("", hit[0])
        cut = vehicle or len(hit[0]) - len(squeezed) > 1
        if cut and PLATE.fullmatch(squeezed.upper()):
            yield hit
