"""A secret address in a text: its traces, misspelt or in part, and what belongs to them: a number, words between two."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from pipeline.redact.hidden_addresses import HiddenAddresses
from pipeline.redact.lexicon import NAME, VOCABULARY, WORD, Lexicon
from pipeline.redact.people import squeeze
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import Span, mask
from pipeline.redact.spelt_numbers import SPELT, UNITS

HOUSE: Final = re.compile(
    rf"(?<!\w)(?:huisnummer|huisnr|huisno|nummer(?:tje)?|nr|no|perceel|deurnummer|deur|deurbel|bel|brievenbus|postbus|kamernummer|kamer|appartement|app|unit|bungalow|chalet|kavel|ligplaats|standplaats|flat|verdieping|plek|vak|blok|laag|etage|niveau|dek|spoor|box|cel|huisje|tent)\.?[ :]{{1,2}}(?:is |was )?"
    rf"(?P<n>\d{{1,4}}(?!\d)(?:[ \-]?[a-h](?!\w))?|{SPELT}){UNITS}",
    re.IGNORECASE,
)
"""A house or a room by its number, in digits or words."""
LETTERED: Final = re.compile(
    r"(?<!\w)(?:rij|blok|vak|trap|portiek|opgang|ingang|steiger|vleugel|toren|gebouw|kamer|unit|laan) [A-Z](?![\w'’.])"
)
"""A part of a building or a site by its letter: `rij C`."""
ABBREVIATED: Final = re.compile(
    r"(?:(?<![\w'’])(?:nwe|nieuwe|nw|n|st|sint|snt|gr|grt|grote|o|oude|kl|kleine|k|korte|l|lange|hoge|lage|h|ach|acht|burg|prof|dr|mr|ds|pr|mevr?|mw|mevrouw|meneer|dhr|heer|fam|familie|kon|past|gem|gemeente|verl|verlengde|oost|west|noord|zuid|dorp|stad|huize|no|nr|nummer|pc|postcode)\.?[ \-]{0,2})+$",
    re.IGNORECASE,
)
"""What may stand before the part of a secret address that is known: the rest of its street, cut short."""
INITIAL: Final = re.compile(r"(?<![\w.])[A-ZÀ-Þ]\.? ?[\-–] ?$")
"""A place by its first letter, before a postcode: `A - 9401`."""
MOST_BEHIND: Final = 8
"""Parts of an address behind it: in a text of addresses alone each would go on to its end."""
TAIL: Final = re.compile(
    rf"(?:[ \-]?(?:oost|west|noord|zuid|centrum|bis|hs|rood|zwart|[a-h])(?!\w)| ?[\-/] ?\d{{1,4}}(?![\d:])|(?: ?,? |-)(?:nr\.? |nummer |huisnr\.? |no\.? )?{SPELT}{UNITS}){{1,{MOST_BEHIND}}}",
    re.IGNORECASE,
)
GLUE: Final = re.compile(
    r"[ ,.\-/(]{0,3}(?:(?:in|te|op|aan|de|het|van|bij|nr|nummer|no|huisnr|huisnummer|hoek|en|kern|dorp|wijk|gemeente|provincie|regio|plaats|postcode|straat|ergens|namelijk|precies|preciezer|is|ligt|staat|dus|oftewel)[ .,:]{1,2}){0,3}",
    re.IGNORECASE,
)

MOST_PARTS: Final = 3
"""Words of a secret street that are looked for misspelt."""
NAMED: Final = re.compile(r"([^\W\d_]+(?:['’.\-][^\W\d_]+)*)")


def find_secrets(text: str, lexicon: Lexicon, report: ReportMasks) -> Iterator[Span]:
    """Yield a span for every trace of a secret address and every secret word of the registration."""
    if report.hidden.pattern:
        for hit in report.hidden.pattern.finditer(text):
            if hit.end() > hit.start():
                yield mask(hit.start(), hit.end(), "secret_address")
    if report.hidden.streets or report.hidden.places:
        yield from _misspelt(text, lexicon, report.hidden)
    for secret in report.secret_words:
        at = text.find(secret)
        while at >= 0:
            yield mask(at, at + len(secret), "officer")
            at = text.find(secret, at + len(secret))


def _misspelt(text: str, lexicon: Lexicon, hidden: HiddenAddresses) -> Iterator[Span]:
    """Yield what may be the street or place of a secret address, misspelt or in part: `Sint Jacobgang`, `bij de Hoven`."""
    parts = NAMED.split(text)
    squeezed = list(map(squeeze, parts))
    starts, letters = ([*accumulate(map(len, cut), initial=0)] for cut in (parts, squeezed))
    flat = "".join(squeezed)
    for at in range(1, len(parts), 2):
        for last in range(min(at + 2 * MOST_PARTS, len(parts)) - 2, at - 1, -2):
            street = flat[letters[at] : letters[last + 1]]
            if len(street) in hidden.streets and hidden.is_squeezed_street(street):
                yield mask(starts[at], starts[last + 1], "secret_address")
                break
        else:
            word = parts[at]
            if not lexicon.of(word.lower()) & (WORD | NAME | VOCABULARY) and hidden.is_place(word):
                yield mask(starts[at], starts[at + 1], "secret_address")


def find_house_words(text: str, report: ReportMasks) -> Iterator[Span]:
    """Yield a span for every house or room told by its number, but for that of the family's open address."""
    for hit in HOUSE.finditer(text):
        if hit["n"].lower() not in report.family_numbers:
            yield mask(hit.start(), hit.end(), "secret_address")
    for hit in LETTERED.finditer(text):
        yield mask(hit.start(), hit.end(), "secret_address")


def join_secrets(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return `spans` with those of a secret address widened over what belongs to it, and joined where they touch."""
    joined = [span for span in spans if span.kind != "secret_address"]
    last: Span | None = None
    for span in sorted(span for span in spans if span.kind == "secret_address"):
        wide = _widened(text, span)
        if last and (wide.start <= last.end or GLUE.fullmatch(text, last.end, wide.start)):
            last = last._replace(end=max(last.end, wide.end))
            continue
        joined += [last] if last else []
        last = wide
    return [*joined, last] if last else joined


def _widened(text: str, span: Span) -> Span:
    before = ABBREVIATED.search(text, max(0, span.start - 24), span.start)
    if not before and text[span.start].isdigit():
        before = INITIAL.search(text, max(0, span.start - 5), span.start)
    after = TAIL.match(text, span.end)
    return span._replace(start=before.start() if before else span.start, end=after.end() if after else span.end)
