"""Homes of somebody outside who has no name: whoever dwells, stays or is heard there, and neighbours."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.redact.places.residents import RELATIVE
from pipeline.redact.places.told_homes import BEHIND, NEXT, ToldHomes
from pipeline.redact.reading import Reading
from pipeline.redact.spans import Span, mask

BEHIND_NEIGHBOUR: Final = re.compile(
    r"\b\w*(?:buur(?:man|vrouw)?|buren) ?[,(/] ?(?P<n>\d{1,4}(?:[ \-]?[a-z])?)(?=[),;/\n]|\.(?!\d)|$)"
)
"""The house of a neighbour, by its number: `(buur,12-c)`."""
DWELLER: Final = re.compile(
    r"\b(?:(?:mede)?bewo(?:ners?|onsters?)|(?:onder)?huur(?:ders?|sters?)|eigena(?:ar|ars|ares|resse)) (?:van|uit|op|in) "
    r"|\b(?:ik ben|wij zijn) van (?=(?:die|dat|de|het) (?:\w+e )?\w*(?:boot|ark|schip|caravan|flat|huis|huisje|boerderij|woning|chalet|hoeve|molen)(?:je|tje)? (?:met|zonder|voor|naast|tegenover|achter|boven|op|aan|bij|onder|hier|schuin)\b)"
)
"""Before the home of somebody outside: `bewoonster van het appartement achter de slagerij`."""
DWELLERS: Final = frozenset({"dweller", "neighbour", "floor", "beside"})
"""Signs of `signs.toml` of somebody's home who has no name."""
FLOOR: Final = re.compile(
    r"(?:beneden|boven)(?= ?[,.;)]| (?:had|zag|hoorde|hoort|kwam|zei|zegt|belde|is|was|heeft|deed)\b)"
)
"""`de vrouw van beneden`."""
NEIGHBOURS: Final = re.compile(
    r"(?:\b\w*buur(?:man|vrouw|meisje|jongen|tjes?)\b|\b\w*buren\b(?! gebruik)|\b\w*buor(?:frou|man|lju)\b)(?P<looks> (?:met|mei) (?:de|het|die|dat|een|'n|it|z'n|haar|zijn) (?:[^\W\d_]+ )?[^\W\d_]+(?=,))?"
)
"""They live where no family of the registration does, whatever they are called."""
SOMEBODY: Final = re.compile(
    r"\b(?:man|vrouw|jongen|meisje|dame|heer|meneer|mevrouw|mensen|stel|echtpaar|gezin|familie|student(?:en|e)?|iemand|die|degene|kerel|jongeman|weduwe|weduwnaar|klager|klaagster|bewoners?) (?:van|uit|op|in|vanuit) "
)
"""Before a home that is told by where it stands from the family's: `de jongen van de etage erboven`."""
BESIDE: Final = re.compile(
    r"\b(?:het|de|een|dat|die) (?:[^\W\d_]+e )?(?:huis|huisje|woning|pand|flat|deur|appartement|etage|verdieping|boot|ark|caravan|boerderij)"
    r" (?:(?:schuin|recht|pal|direct|vlak) )?(?:(?:er|hier|daar)(?:naast|boven|onder|tegenover|achter)|(?:links|rechts) (?:er|daar)van)\b"
)
"""A house told by that of the family, whoever lives there: `het witte huis schuin ertegenover`."""


def find_nameless(reading: Reading, homes: ToldHomes) -> Iterator[Span]:
    """Yield the homes of somebody who has no name: `bewoonster van …`, `de jongen van de etage erboven`."""
    small, signs = reading.small, reading.scan.signs
    if DWELLERS.isdisjoint(signs):
        return
    if "dweller" in signs:
        for somebody in DWELLER.finditer(small):
            told = [*homes.told(reading, somebody.end(), sure=True)]
            if told and not homes.dwellings.is_bare(small, told[0]):
                yield from told
    if "neighbour" in signs:
        yield from _neighbours(reading, homes)
    if "floor" in signs:
        for somebody in SOMEBODY.finditer(small):
            if floor := FLOOR.match(small, somebody.end()):
                yield mask(*floor.span(), "third_party_address")
                yield from homes.behind(reading, floor.end(), NEXT, sure=False)
    if "beside" in signs and RELATIVE.search(small):
        for house in BESIDE.finditer(small):
            yield mask(*house.span(), "third_party_address")
            yield from homes.told(reading, house.start(), sure=True)
        for somebody in SOMEBODY.finditer(small):
            told = [*homes.told(reading, somebody.end(), sure=True)]
            if told and RELATIVE.search(small, told[0].start, told[0].end):
                yield from told


def _neighbours(reading: Reading, homes: ToldHomes) -> Iterator[Span]:
    """Yield what is told behind somebody who lives near: `bovenbuurvrouw, tweede deur links`, `(buur,12-c)`."""
    small = reading.small
    ends = sorted({somebody.end() for somebody in NEIGHBOURS.finditer(small)})
    yield from homes.in_rows(reading, ends, BEHIND)
    for house in BEHIND_NEIGHBOUR.finditer(small):
        if not reading.stays(*house.span("n")):
            yield mask(*house.span("n"), "third_party_address")
