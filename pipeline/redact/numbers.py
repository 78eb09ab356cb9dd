"""Numbers and codes in a text that lead to a person: phones, bank accounts, plates, BSNs, birth dates.

Only the stretches around digits are looked at: most words have none.
Patterns without capitals are held against the text in lower case: `re` is slow where it has to ignore case.
"""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.redact.filed_numbers import find_filed
from pipeline.redact.months import MONTH, MONTH_STEM
from pipeline.redact.report import ReportMasks
from pipeline.redact.scan import Scan
from pipeline.redact.spans import MASK, Span

WINDOW: Final = re.compile(r"\d(?:[ .:/\-()+]{0,3}\d)*")
HARMLESS: Final = re.compile(
    r"(?:\d{1,4}|\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?- ?\d{1,2}[:.]\d{2})?|\d{1,2}[-/]\d{1,2}|\d{1,3}(?:[.,]\d{3})*,\d{2})"
)
DAY: Final = re.compile(
    r"(?<!\d)(?:(?P<d>0?[1-9]|[12]\d|3[01])[-./](?P<m>0?[1-9]|1[0-2])[-./](?P<y>(?:19|20)\d{2}|\d{2})|(?P<y2>(?:19|20)\d{2})-(?P<m2>\d{1,2})-(?P<d2>\d{1,2})|(?<!\d[ \-])(?P<y3>(?:19|20)\d{2})(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01]))(?!\d)"
)
MOMENT: Final = re.compile(
    r"(?<![\d.\-/])(?:0?[1-9]|[12]\d|3[01])[/-](?:0?[1-9]|1[0-2])(?= (?:[01]\d|2[0-3])[.:]?[0-5]\d(?![ .\-/]?\d))"
)
"""A day without its year, by the time behind it: `02/09 0815`."""
LOGGED: Final = re.compile(r"(?<=\d\. )(?:[01]?\d|2[0-3])[:.][0-5]\d(?= [A-ZÀ-Þa-z])")
"""A time that begins the next line of a log: `BSN 999963004. 23:52 Zoon belt`."""
CLOCK: Final = re.compile(r"(?<![\w:])(?<!\d[.\-])(?:[01]?\d|2[0-3])[.:][0-5]\d(?= ?(?:u|uur|h)\b)")
"""A time that is said to be one: it ends the number before it (`0671889201. 00.15 uur`)."""
MONTHS: Final = ("jan", "feb", "m", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
WRITTEN_DAY: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}}) ({MONTH_STEM})[a-z]*\.? '?((?:19|20)?\d{{2}})(?!\d)",
)
BORN: Final = re.compile(
    r"(?:geb(?:oren)?|geboortedatum|geb\.?dat(?:um)?|gd|dob|\*)[\s.:]*(?:op|d\.?d\.?|zijnde|:)?\s*$", re.IGNORECASE
)
OLD: Final = 2012
"""A full date before this year is taken for a birth date; an older event is told by its year."""

IBAN: Final = re.compile(
    r"\b[a-z]{2}[ .\-]?\d{2}[ .\-]?(?:(?:[a-z][ .\-]?){4}(?:\d[ .\-]?){9}\d(?!\d)|[a-z0-9]{4}(?: ?[a-z0-9]{4}){2,6}(?: ?[a-z0-9]{1,4})?\b)",
)
CARD: Final = re.compile(r"(?<!\d)(?:\d[ \-]?){15,19}(?!\d)|(?<!\d)\d{4}[ \-]\d{6}[ \-]\d{5}(?!\d)")
IP: Final = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
PHONE: Final = re.compile(
    r"(?<![\w])(?:(?:\+|00)\s?\d{2,3}[\s.\-/]*(?:\(0\)[\s.\-]*)?(?:\d[\s.\-/]{0,2}){7,10}\d|\(?0\d{1,3}\)?[\s.\-/]{0,3}(?:\d[\s.\-/]{0,2}){5,9}\d)(?!\d)"
)
MOBILE: Final = re.compile(
    r"(?<![\w\-./])(?:\+31|0031|[0oO])[\s.,:*'=_\-–—/()0]{0,4}6(?:[\s.,:*'=_\-–—/()…]{0,3}\d){8}(?!\d)"
)
"""However it is cut up: `06,12,34,56,78`."""
MOBILE_END: Final = re.compile(r"6(?:[\s.,:*'=_\-–—/()0…]{0,3}\d){8}")
"""What every MOBILE ends in, and few texts hold: it begins with one letter, to which `re` skips."""
PAIRS: Final = re.compile(r"(?<!\d)\d{2}(?:[ .\-]\d{2}){3,4}(?!\d)|(?<!\d)0\d{2,3}[\s.\-/]+(?!\d)(?=\s|$)")
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
LITTLE: Final = frozenset(
    {
        "en",
        "om",
        "of",
        "op",
        "tot",
        "in",
        "te",
        "is",
        "na",
        "ca",
        "van",
        "de",
        "ze",
        "ik",
        "we",
        "er",
        "al",
        "zo",
        "nu",
        "ja",
        "bij",
        "met",
        "uit",
        "pas",
        "nog",
        "dan",
        "a",
        "u",
        "m",
        "x",
        "s",
        "die",
        "dat",
        "min",
        "uur",
        "jr",
        "km",
        "eur",
        "ruim",
    }
)
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
SERVICE: Final = re.compile(
    r"\b(?:dnr|dn|mtk|dienstnummers?|dienstnr\.?|d\.?nr|p\.?nr|pers(?:oneels)?\.?\s?(?:nr|nummer)|legitimatie(?:nr|nummer)?|roep(?:nr|nummer)|pol(?:itie)?\.?\s?(?:nr|nummer)|bodycam(?:nr)?|personeelsnummer|stam(?:nr|nummer)|bodycamnummer|verbalisant(?:en)?|(?:mutant|ingevoerd|invoer|opgemaakt)(?: door| ?:)|rapporteur|opsteller|vb?t|verbt?)[\s.:]*(?:is\s+|van\s+|met\s+|nummer\s+|nr\.?\s+|dnr\.?\s+)?(?:[a-z]{0,4}[ \-]?\d{2,8}(?:[ .\-]\d{2,4}|[.\-]\d(?=[.\-]\d\d))*(?<=\d\d\d\d|\d[ .\-]\d\d|\d\d[ .\-]\d|[.\-]\d\d\d)(?:[\-/][a-z]{1,3}(?:[\-/]\d{1,4})?(?!\w))?)(?:(?:\s*(?:en|/|,|&)\s*)\d{4,8})*",
)
DOCUMENT: Final = re.compile(r"(?<![\w\-])[A-Z]{2}[A-Z0-9]{6}\d(?![\w\-])")
"""A passport or an identity card: `NXH4K7D95`."""
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
NO_PLATE: Final = re.compile(rf"\d{{4}} ?[a-z]{{2}}|\d{{1,2}} {MONTH} \d{{1,2}}", re.IGNORECASE)
"""A postcode, and a day with the hour behind it: `6 NOV 10 UUR`."""
STAMPED: Final = re.compile(
    r"\b(?:chassis|frame|serie|motor|polis|klant|relatie|dossier|zaak|parket|kenmerk|referentie|incident|meldkamer|pas|order|bestel|lid|cli[eë]nt|pati[eë]nt|leerling|abonnee|contract|kaart|document|bon|verzekerings?|schade|chip|track\w*|zending|pakket|factuur|boeking|reservering|imei|sim\w*|v-|vin|crm)[ \-]?(?:nummer|nr\b\.?|code(?= \d{4}))"
    r"(?: (?:is|raad|om|vt|fiets|auto|laptop|tablet|telefoon|toestel|scooter|van (?:de|het|zijn|haar) \w+(?!\w)|bij \w+|eindig\w* op|begint met|begin\w*|:)){0,3}\s?[:=]?\s?(?P<code>(?!pl\d{4}-)(?=[a-z./\-]{0,6} ?\d)[a-z\d][a-z\d./\-]{2,}(?: \d[a-z\d]{1,4})*|[a-z]{1,3} \d{2,4} \d?[a-z\d]{1,3})(?![\w/])"
    r"|\b(?:vin|chassis|meldcode)(?:nr|nummer)?[ :]{1,2}(?P<car>(?=\w*\d)[a-z\d]{4,17})(?!\w)|(?<![\w:])(?P<net>(?:[0-9a-f]{2}[:\-]){5}[0-9a-f]{2}|(?=[0-9a-f:]*(?:[a-f]|::))(?=[0-9a-f:]*\d)(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6})(?![\w:])"
)
"""What somebody or something is filed or made under: `chassisnummer eindigt op K304417`, `MAC-adres 3C:22:FB:1A:0B:9E`."""
STAMPS: Final = ("nummer", "nr", "vin", "chassis", "meldcode", "mac", "ip", "code")
CLOCKED: Final = re.compile(r"\d{1,2}:\d\d(?::\d\d)?|\d{1,2}[.\-/]\d{1,2}[.\-/]\d{2,4}")
REGISTRATION: Final = re.compile(r"\bPL\d{4}-\d{10}\b")
DIGITS = re.compile(r"\d")
WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
BSN_SAID: Final = re.compile(r"\b(?:bsn|burgerservicenummer|sofi(?:nummer)?)\W{0,3}(?:\w+\W{1,3}){0,2}$", re.IGNORECASE)
CUT_UP: Final = re.compile(r"0(?<![\w\-.,/:]0)(?:6|\d{2,3})(?: (?:en )?dan \d{1,4}| \d{1,3}(?![\w:]|\.\d)){3,8}")
"""`0673 dan 44 dan 80 12`, `06 7 8 15`."""
SERVICE_LINES: Final = re.compile(r"0[89]00[\s.\-]?\d{4}(?:\d{3})?$")
PHONE_SAID: Final = re.compile(
    r"\b(?:tel(?:efoon)?(?:nummer|nr)?|nr|nummer|mobiel|gsm|bereikbaar|belde?n?|06)\W{0,3}(?:\w+\W{1,3}){0,2}$",
    re.IGNORECASE,
)
NUMBER_SAID: Final = re.compile(
    r"\b(?:bsn|burgerservicenummer|sofi\w*|nr|nummer|rek\w*|account\w*|pas\w*|dossier\w*|document\w*|tel\w*|mobiel|gsm)\W{0,3}(?:\w+\W{1,3})?$",
    re.IGNORECASE,
)
"""Behind it eight digits are no day, though they read as one: `rekening 20190412`."""
LOCAL: Final = re.compile(r"\d{2,3}[ \-.]?\d{2,3}[ \-.]?\d{2}|\d{3}[ \-.]\d{3,4}")
"""A number without its area code, where the text says that it is one."""
IP_DOTS: Final = 3
MANY: Final = re.compile(r"(?:\D*\d){7}")
"""So many digits that are no date, time, amount or registration number are masked, whatever they are."""


def passes_elfproef(digits: str) -> bool:
    """Whether nine digits can be a BSN (DOMAIN.md, codes)."""
    return len(digits) == len(WEIGHTS) and sum(w * int(d) for w, d in zip(WEIGHTS, digits, strict=True)) % 11 == 0


EXTENSION: Final = re.compile(r" ?(?:tst|toestel|doorkies(?:nr|nummer)?)\.? ?\d{1,5}")
LOOKS_ZERO: Final = re.compile(r"[oO](?<=\d.)[oO]{0,2}(?=[\- ]?\d)")
"""A letter in the place of a zero."""
LOOKS_LIKE: Final = re.compile(r"(?<!\w)(?:(?=[oOIl]*\d)[oOIl\d]+|\d[ZzSB]|[ZzSB]\d|OO?(?= ?\d)|(?<=\d[ \-])OO?)(?!\w)")
"""Figures with letters among them that look like one: `8I2`, `l9`, `7O1`; two in a row: `OO 45`."""
LETTER_AMID: Final = re.compile(r"[oOIlZzSB](?:(?<=\d.)|(?=\d))")
"""What every text with such a figure holds, and few others: it begins with one character, to which `re` skips."""
AS_FIGURES: Final = str.maketrans("oOIlZzSB", "00112258")


def find_numbers(text: str, small: str, scan: Scan, report: ReportMasks) -> Iterator[Span]:
    """Yield a span for every number, code and birth date that has to go; `small` is `text` in lower case."""
    if "o" in small and LOOKS_ZERO.search(text):
        text = LOOKS_ZERO.sub(lambda hit: "0" * len(hit[0]), text)
    if LETTER_AMID.search(text):
        yield from _mobiles(LOOKS_LIKE.sub(lambda hit: hit[0].translate(AS_FIGURES), text))
    if IN_BRACKETS.search(small) and ("service" in scan.signs or "door " in small):
        yield from _bracketed(small)
    if "0" in small:
        for cut in CUT_UP.finditer(small):
            yield _span(cut.start(), cut.end(), "phone")
    yield from _mobiles(text)
    if any(stamp in small for stamp in STAMPS):
        for hit in STAMPED.finditer(small):
            part = hit.lastgroup or "code"
            if not CLOCKED.fullmatch(hit[part]):
                yield _span(hit.start(part), hit.end(part), "number")
    at = 0
    while window := WINDOW.search(text, at):
        at = window.end()
        if len(window[0]) == SERVICE_DIGITS and (bare := BARE.search(small, max(0, window.start() - 10), at + 1)):
            yield _span(bare.start("n"), bare.end("n"), "officer")
            continue
        for span in _window(text, small, window, scan, report):
            at = max(at, span.end)
            more = EXTENSION.match(small, span.end) if span.kind == "phone" else None
            yield span._replace(end=more.end()) if more else span
    yield from find_filed(text, small, bank="bank" in scan.signs)


def _mobiles(text: str) -> Iterator[Span]:
    if MOBILE_END.search(text):
        for mobile in MOBILE.finditer(text):
            yield _span(mobile.start(), mobile.end(), "phone")


def _bracketed(small: str) -> Iterator[Span]:
    """Yield the service numbers in brackets; a day or a time is none."""
    for hit in BRACKETED.finditer(small):
        figures = sum(map(str.isdigit, hit["n"]))
        if figures >= LEAST_SERVICE and not (HARMLESS.fullmatch(hit["n"]) or DAY.search(hit["n"])):
            yield _span(*hit.span("n"), "officer")


def _window(text: str, small: str, window: re.Match[str], scan: Scan, report: ReportMasks) -> Iterator[Span]:
    start, end = window.span()
    if text.startswith("PL", max(0, start - 2)) and REGISTRATION.match(text, start - 2):
        return
    low, high = max(0, start - 24), min(len(text), end + 14)
    before = max(0, low - 20)
    harmless = HARMLESS.fullmatch(window[0]) is not None
    letters = text[start - 1 : start].isalpha() or text[end : end + 1].isalpha() or _beside_code(text, start, end)
    around = slice(max(0, start - PLATE_SIZE), end + PLATE_SIZE)
    capital = text[around] != small[around]
    patterns = _worth_trying(window[0], scan, (before, high), letters=letters, capital=capital)
    found = False
    for kind, pattern, written in patterns:
        for hit in pattern.finditer(text if written else small, low, high + 20):
            if hit.start() < end and hit.end() > start and not (kind == "plate" and NO_PLATE.fullmatch(hit[0])):
                found = True
                yield _span(hit.start("n") if pattern is RANKED else hit.start(), hit.end(), kind)
    if scan.near("plate", before, high):
        for hit in SAID_PLATE.finditer(small, before, high):
            if hit.end("plate") > start and hit.start("plate") < end:
                found = True
                yield _span(hit.start("plate"), hit.end("plate"), "plate")
        yield from (
            _span(*hit.span(), "plate")
            for hit in LOOSE_PLATE.finditer(text, low, high)
            if PLATE.fullmatch(SEPARATORS.sub("", hit[0]))
        )
    vehicle = scan.near("vehicle", before, high)
    if not found and (vehicle or letters):
        for hit in (
            *(SMALL_PLATE.finditer(small, low, high) if vehicle or _is_joined(text, start) else ()),
            *(FOREIGN_PLATE.finditer(text, low, high) if vehicle else ()),
            *_cut_plates(text, small, (low, high), scan, vehicle=vehicle),
            *(HYPHENED_PLATE.finditer(small, low, high) if vehicle else ()),
        ):
            spoken = any(word in LITTLE for word in LETTERS.findall(hit[0].lower()))
            if hit.start() < end and hit.end() > start and not spoken and not NO_PLATE.fullmatch(hit[0]):
                found = True
                yield _span(hit.start(), hit.end(), "plate")
    if not harmless:
        yield from _digits(text, small, window, report)  # `22 33 44 DE` may be a plate, and the end of a phone number
    elif not found:
        yield from _written_day(text, small, start, low, high, report)


def _is_joined(text: str, start: int) -> bool:
    """Whether a line or a letter stands right before a figure."""
    return text[start - 1 : start] == "-" or text[start - 1 : start].isalnum()


def _cut_plates(
    text: str, small: str, within: tuple[int, int], scan: Scan, *, vehicle: bool
) -> Iterator[re.Match[str]]:
    """Yield plates with gaps where none belong; without a vehicle beside it one has at least two lines or stops."""
    patterns = [(DOTTED_PLATE, text)]
    if vehicle:
        patterns.append((SMALL_LOOSE_PLATE, small))
    for pattern, held in patterns:
        for hit in pattern.finditer(held, *within):
            squeezed = SEPARATORS.sub("", hit[0])
            cut = vehicle or len(hit[0]) - len(squeezed) > 1
            if cut and PLATE.fullmatch(squeezed.upper()):
                yield hit


Tried = tuple[str, re.Pattern[str], bool]
"""A kind, its pattern, and whether it is held against the text as written, for its capitals."""
BY_SERVICE: Final[tuple[Tried, ...]] = (
    ("officer", SERVICE, False),
    ("officer", RANKED, False),
    ("officer", CODED, True),
)
BY_LETTERS: Final[tuple[Tried, ...]] = (("iban", IBAN, False),)
BY_CAPITALS: Final[tuple[Tried, ...]] = (
    *BY_LETTERS,
    ("plate", PLATE, True),
    ("plate", MIXED_PLATE, True),
    ("number", DOCUMENT, True),
)
BY_DOTS: Final[tuple[Tried, ...]] = (("number", IP, False),)


def _worth_trying(
    digits: str, scan: Scan, around: tuple[int, int], *, letters: bool, capital: bool
) -> tuple[Tried, ...]:
    """The dear patterns that a stretch of digits can be part of at all, by what stands around it."""
    patterns = BY_SERVICE if scan.near("service", *around) else ()
    if letters or scan.near("bank", *around):
        patterns += BY_CAPITALS if capital else BY_LETTERS
    return patterns + BY_DOTS if digits.count(".") >= IP_DOTS else patterns


def _beside_code(text: str, start: int, end: int) -> bool:
    """Whether capitals stand one separator away, as in a plate: `GZ-123-D`, `42 HF PS`."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return _leads_to_code(before[1:], before[:1]) or _leads_to_code(after[:1], after[1:])


def _leads_to_code(gap: str, letter: str) -> bool:
    return (gap == "-" and letter.isalpha()) or (gap == " " and letter.isupper())


def _digits(text: str, small: str, window: re.Match[str], report: ReportMasks) -> Iterator[Span]:
    start, end = window.span()
    if any(hit.start() <= start < hit.end() for hit in REGISTRATION.finditer(text, max(0, start - 20), end + 4)):
        return
    while start and text[start - 1] in "+(":
        start -= 1
    at = start
    clocks = (hit for hit in CLOCK.finditer(text, start, end + len(" uur ")) if hit.end() <= end)
    days = (
        *(day for day in DAY.finditer(text, start, end) if not _is_number(text, day)),
        *MOMENT.finditer(text, start, end + 1),
        *LOGGED.finditer(text, start, end + 2),
    )
    for moment in sorted((*days, *clocks), key=re.Match.start):
        yield from _rest(text, at, moment.start())
        if moment.re is DAY:
            yield from _day(text, moment, report)
        at = moment.end()
    yield from _rest(text, at, end)
    yield from _written_day(text, small, window.start(), max(0, start - 3), min(len(text), end + 14), report)


def _rest(text: str, start: int, end: int) -> Iterator[Span]:
    """Judge a stretch of digits without dates; not by recursion behind a hit: a pasted list of calls has thousands."""
    patterns = [("iban", CARD), ("phone", PHONE)]
    while True:
        piece = text[start:end]
        if LOCAL.fullmatch(piece.lstrip("(")) and PHONE_SAID.search(text, max(0, start - 40), start):
            yield _span(start, end, "phone")
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
        yield _span(hit.start(), hit.end(), patterns[-1][0])
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
    elif PAIRS.search(piece) or PHONE_SAID.search(text, max(0, start - 40), start):
        kind = "phone"
    else:
        kind = "number"
    lead = len(piece) - len(piece.lstrip(" .,:/-()"))
    tail = len(piece) - len(piece.rstrip(" .,:/-(")) if piece else 0
    yield _span(start + lead, end - tail, kind)


def _is_number(text: str, day: re.Match[str]) -> bool:
    """Whether the text calls eight digits that read as a day a number."""
    return bool(day["y3"]) and NUMBER_SAID.search(text, max(0, day.start() - 40), day.start()) is not None


def _day(text: str, day: re.Match[str], report: ReportMasks) -> Iterator[Span]:
    year, month, date_ = ("".join(day[part + form] or "" for form in ("", "2", "3")) for part in "ymd")
    yield from _birth(text, day.start(), day.end(), (year, month, date_), report)


def _written_day(text: str, small: str, start: int, low: int, high: int, report: ReportMasks) -> Iterator[Span]:
    if not WRITTEN_DAY.match(small, start, high):
        return
    for hit in WRITTEN_DAY.finditer(small, low, high):  # a date before it may hold its first digits
        if hit.start() == start:
            month = next(i for i, name in enumerate(MONTHS, 1) if hit[2].startswith(name))
            yield from _birth(text, hit.start(), hit.end(), (hit[3], str(month), hit[1]), report)


def _birth(text: str, start: int, end: int, parts: tuple[str, str, str], report: ReportMasks) -> Iterator[Span]:
    year, month, day = parts
    born = BORN.search(text, max(0, start - 24), start) is not None
    full = len(year) == len("1987")
    if not born and (not full or int(year) >= OLD):
        return
    tail = f"-{int(month):02d}-{int(day):02d}"
    if any(known.endswith(year + tail) for known in report.birth_dates):
        return
    yield _span(start, end, "birth_date")


def _span(start: int, end: int, kind: str) -> Span:
    return Span(start, end, kind, kind, MASK)
