"""Accounts, e-mail addresses and addresses on the net in a text.

They are looked for around the signs of theirs that the scan saw (`signs.toml`), each pattern only where what it cannot
do without stands: `re` is slow where a match may begin at every word.
"""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from pipeline.policy.redaction.parts import filled
from pipeline.policy.redaction.signs import SignPolicy
from pipeline.redact.codes.read_out import READ_MAIL
from pipeline.redact.codes.screen_names import ScreenNames
from pipeline.redact.patterns import PIECES
from pipeline.redact.scan import Scan
from pipeline.redact.spans import Span, mask

EMAIL: Final = re.compile(
    r"(?<![\w.+\-])[\w.+\-]+(?:(?:\spunt\s|\s?[(\[{](?:punt|dot|\.)[)\]}]\s?)[\w.+\-]+)*\s?(?:@|\(at\)|\[at\]|\{at\}|<at>|\(a\)|\bat\b(?=\s\w+\s(?:punt|dot)\s|\s[\w\-]+\.(?:nl|com|net|org|be|eu|de)\b)|\(ape?n?staart(?:je)?\)|\bape?n?staart(?:je)?\b)\s?[\w\-]+"
    r"(?:(?:\s?\.(?=[a-z]{2,})|,(?=(?:nl|com|org|net|be|eu|de)\b)|\s?[(\[{](?:punt|dot|\.)[)\]}]\s?|\s(?:punt|dot)\s)[a-z][\w\-]*)+(?:[.@][\w.\-]+)?",
)
LINK: Final = re.compile(
    r"(?:https?://|www\.)\S+|\b[a-z][\w\-]*\.(?:com|me|nl|be|ee|gg|tv|app|net|link|social)/[\w./?=%\-]+|(?<![\w.])@[\w][\w.\-]*\w|\bu/\w{3,}"
)
ACCOUNT: Final = (
    r"\b{account}"
    r"(?:[\- ]?(?:account|profiel|naam|gebruiker|user|id|tag))?(?![a-z])(?:\s+(?:genaamd|heet|is|als|onder|de|naam|met|van\s+\w+|hem|haar|zijn|account|gebruikersnaam|profiel|toe|via)){0,6}\s*[:=]?\s*[\"'“‘(]?"
    r"(?P<h>(?=[\w.\-]*(?:[.\-]\w|[_\d]))[a-z][\w.\-]*\w)"
)
LOOSE_HANDLE: Final = re.compile(
    r"(?<![\w.@\-/])(?:_+(?=\w{4}))?(?:[A-Za-z]\w*[.\-·•]){0,3}[A-Za-z]\w*_\w*(?:[.\-·•]\w+)*(?:#\d{2,5}\b)?|(?<![\w.@\-/])xx?[._]\w+(?:[._]\w+)*|(?<![\w.@\-/])\w[\w.·•]+#\d{4}\b"
)
LETTERS_AND_DIGITS: Final = re.compile(
    r"(?<![\w.@\-/])(?=[\w.\-]*[A-Za-z]{3})[A-Za-z][A-Za-z.\-]*\d[\w.\-]*\w(?![\w@])|(?<![\w.@\-/])[A-Za-z][A-Za-z.\-]{2,}\d(?![\w@\-:.,]\d)|(?<![\w.@\-/])[a-z]+\d[a-z]+\w*(?![\w@])"
)
"""`tomek88`, `k3vin`: no Dutch word; looked for where a text speaks of the net."""
LETTER_AND_DIGIT: Final = re.compile(r"\d(?:(?<=[A-Za-z]\d)|(?<=[A-Za-z.\-][.\-]\d))")
"""What every LETTERS_AND_DIGITS holds, and few texts do."""
QUOTED: Final = (
    r"{quoted}"
    r"(?:\s+(?:van|is|heet|genaamd|met|de|het|onder|op|als|naam|hem|haar|hij|zij|zich|account|profiel)){0,6}\s*[:,]?\s*[\"“‘'](?P<h>[^\"”’'\n]{3,40})[\"”’']"
)
DOTTED_HANDLE: Final = re.compile(
    r"\b(?:naam|heet|genaamd|gebruikersnaam|username|nickname|noemt\s+zich|zich|als|account|profiel|nick|onder|via|vroeg|schreef|stuurde|appte|aan)(?:\s+(?:hij|zij|ze|ie|ve|so|daar|er|nu|ook|tegenwoordig|inmiddels|staat|luidt|op(?:\s+naam\s+van)?|op\s+(?:die|deze|dat|de|het)\s+\w+))*\s*[:,]?\s*[\"“‘']?(?P<h>[a-z]\w*(?:[._]\w+)+|[a-z]+\d\w*)",
)

LETTERS: Final = (
    r"\b{letters}(?:[ \-]?(?:code|map|playlist|kanaal|app|tag|id|naam))?(?![a-z])"
    r"(?:,?\s+(?:is|heet|luidt|als|onder|genaamd|naam|met|de|account|zich|noemt|gebruikersnaam|hij|zij|ze|ie|hem|haar|staat|streamt|gamet|daar|nu|toont|gewijzigd\s+in|veranderd\s+in|van(?:\s+[a-z]+(?=\s+(?:is|heet|luidt|staat)\b|:))?)){0,6}\s*[:=,]?\s*[\"“‘']?(?P<h>(?:\[\w{1,5}\] ?)?[a-z][a-z.]{3,}(?:-[a-z]+)*(?: (?:punt|underscore|laag streepje|streepje) \w+(?: (?:een|twee|drie|vier|vijf|zes|zeven|acht|negen|nul)\b)*)*)"
)
"""A name of letters only: `insta lottiexo`."""
BEFORE_COLON: Final = r"(?:{colon}|\b{colon_whole})\b[^\n:]{0,40}[:=] ?[\"“‘'(]?(?P<h>[a-z][\w.\-]*\w)"
"""`insta v. ve: marvvv.lamp`."""
COLON: Final = re.compile(r"[:=]")
STRANGER: Final = re.compile(
    r"\b(?:onder|aan|van|door|via|genaamd|account|gebruiker|speler|met|volgt) (?P<h>[a-z]{6,})(?![\w@'’\-]|\.\w)"
)
"""A word that nobody knows behind who wrote to whom: `op Discord aan boerjelle`."""
NUMBERED: Final = r"\b(?:{numbered}|gebruikers)[ \-]?id(?: is| heet|:)?\s+(?P<h>(?=\w*\d)\w{5,})"
"""`Threema-ID K3WALX9P`."""
SHORT_FOR: Final = (
    r"(?<!\w){short}\s?[:=]\s?(?P<h>[a-z][\w.]{3,}\w)(?![\w@])|(?<!\w)ig (?P<dotted>[a-z]\w*(?:[._]\w+)+)"
)
"""`ig: jeroenvdw`, `sc=walterug`."""
CALLS_HIMSELF: Final = re.compile(
    r"\b(?:heet(?:te)? (?:hij|zij|ze|ie|daar|er)(?: (?:daar|er|nu|ook|tegenwoordig|inmiddels))*|en (?:sinds \w+ |nu |later |daarna |inmiddels )?ook) (?P<h>[a-z]{6,})(?=[.,;)]|$| en\b)"
)
"""The same behind how somebody calls himself: `heet daar k.storm en sinds gisteren ook nachtuil`."""
DOTTED: Final = re.compile(r"(?<![\w.@\-/])(?P<h>[a-z]\w*(?:[._\-]\w+)+)(?![\w@])")
"""Words strung together by dots or dashes; an account where a text speaks of the net and one of them is no word."""
STRUNG: Final = re.compile(r"[._\-](?<=\w.)\w")
NO_SPACE: Final = re.compile(r"\.(?<=[a-z]\.)[a-z\d]")
"""What every JOINED holds, and few texts do."""
JOINED: Final = re.compile(
    r"(?<![\w.@\-/])(?![a-z]+[.\d]+(?!\w))(?:[a-z]{2,}(?:\.[a-z\d]{2,}){2,}|[a-z]\.[a-z]{3,}(?:\.[a-z]{3,})+|[a-z]{3,}\.[a-z]{3,}\d{2,}|(?:[a-z]\.){2,}(?!(?:19|20)\d\d(?!\d))\d{4,})(?![\w@]|\.\w| uur)(?<!\.nl)(?<!\.com)(?<!\.org)(?<!\.net)(?<!\.be)(?<!\.eu)"
)
"""`storm.op.komst`, `eenzame.vader85`: whatever the text speaks of, two stops have not lost their space; but `dd.12.05.2024`."""
OWNED: Final = r"(?<![\w.@\-/])(?P<h>[\w.\-]{4,}) (?:is|was|heet) (?:zijn|haar|hun|de|het) (?:\w+ )?{owned}"
LONGEST_ABBREVIATED: Final = 2
NUMBER: Final = re.compile(r"\d")
CODE_LIKE: Final = re.compile(
    r"(?:[A-Z]{1,4}\d{1,5}|PL\d{4}.*|(?:covid|groep|nr|art|artikel|kamer|deel|bijlage|versie|fase|type|mp|win|ps|iphone|samsung|galaxy|dag|week|leeftijd|km|uur|om|rond|ca|plein|nummer|tel|bus|lijn|cel|zaal|unit|prio|code|art|niveau|bijlage|havo|vwo|mbo|route|afrit)[.\-]?\d+\w{0,2})",
    re.IGNORECASE,
)
RUN_OF_NAMES: Final = (
    r"\b(?:van|onder|als|naam|heet|is|door|en)(?: de naam| het account)? (?P<h>[A-ZÀ-Þ](?:[\w'’]+|\.)(?: (?:[A-ZÀ-Þ]\.|[A-ZÀ-Þ0-9][\w'’]*)){2,}(?<!\.))"
    r"|\b(?:profiel|account|gebruiker) (?P<user>[A-ZÀ-Þ][\w'’]+(?: [A-ZÀ-Þ0-9][\w'’]*)+)"
    r"|\b(?:hij|zij|ze|ie|ve|so) (?P<own>[A-ZÀ-Þ][\w'’]+(?: (?:(?:de|den|van|op|in|het) )?[A-ZÀ-Þ0-9][\w'’]*)+) (?:heet|noemt)\b"
    r"|\b(?:onder (?:de naam )?|(?:{named}|profiel|gebruikers|account|spelers|chat|gamer?|nick)\w*[ \-]?naam (?:is |was |luidt )?|gamertag (?:is |luidt )?|heet (?:hij|zij|ze|ie) (?:daar |er )?)(?P<two>[A-ZÀ-Þ][\w'’]+(?: [A-ZÀ-Þ0-9][\w'’]*)+)"
)
"""What somebody calls himself on the net, in words with capitals: `onder Tirza Heet 040`, `waar hij Wim de Baas heet`."""
FROM_QUOTED: Final = re.compile(r"\b(?:van|door|aan|met|onder) [\"“](?P<h>[^\"”\n]{2,40})[\"”]")
"""`oproepen in Signal van "Tomasz"`."""
DASHED: Final = r"{dash} ?[-–:] ?(?P<h>[^\-–,;:\n]{3,50}?)(?= ?[-–,;:\n]|$)"
"""`Strava - W. Hoekstra (Wieb op de fiets) - zie je`."""

BEFORE_SIGN, BEHIND_SIGN = 120, 140
"""Characters around the signs in which an account or address stands."""
QUOTE: Final = re.compile(r"[\"“‘']")
OWNS: Final = re.compile(r" (?:is|was|heet) (?:zijn|haar|hun|de|het) ")
CAPITALS: Final = re.compile(r" (?<=[\w'’.] )[A-ZÀ-Þ0-9]")


class Shape(NamedTuple):
    """How an account or an address is written."""

    pattern: re.Pattern[str]
    group: str | int = "h"
    """Which group of `pattern` is the account."""
    needs: re.Pattern[str] | None = None
    """What every match of `pattern` holds, and few texts do."""
    written: bool = False
    """Whether it is held against the text as written, for its capitals."""
    kind: str = "handle"

    def find(self, text: str, small: str, low: int, high: int) -> Iterator[re.Match[str]]:
        """Return where it stands in `text[low:high]`; `small` is `text` in lower case."""
        held = text if self.written else small
        if self.needs and not self.needs.search(held, low, high):
            return iter(())
        return self.pattern.finditer(held, low, high)


STRANGE: Final = (Shape(STRANGER, written=True), Shape(CALLS_HIMSELF, written=True))
STRUNG_TOGETHER: Final = Shape(DOTTED, needs=STRUNG)
DOTTED_UP: Final = Shape(
    re.compile(r"(?<![\w.@\-/])(?P<h>[a-z\d]\w{2,}(?:\.\w{3,})+)(?![\w@])"), needs=re.compile(r"\.\w{3}"), written=True
)
"""`ricky.ehv`, `026.savage`: whatever the text speaks of."""
JOINED_UP: Final = Shape(JOINED, 0, needs=NO_SPACE, written=True)
MIXED: Final = Shape(LETTERS_AND_DIGITS, 0, needs=LETTER_AND_DIGIT, written=True)


class Accounts:
    """Finds e-mail addresses, accounts and addresses on the net, by the policy's names of sites."""

    def __init__(self, policy: SignPolicy) -> None:
        """Compile the expressions with those names."""
        parts = policy.net_parts()

        def compiled(expression: str) -> re.Pattern[str]:
            return re.compile(filled(expression, parts))

        self.screen_names = ScreenNames(parts)
        self.by_sign: Mapping[str, tuple[Shape, ...]] = {
            "mail": (Shape(EMAIL, 0, kind="email"), Shape(READ_MAIL, 0, kind="email")),
            "link": (Shape(LINK, 0),),
            "platform": (
                Shape(compiled(ACCOUNT)),
                Shape(compiled(QUOTED), needs=QUOTE),
                Shape(compiled(OWNED), needs=OWNS),
                Shape(DOTTED_HANDLE),
            ),
            "loose": (Shape(LOOSE_HANDLE, 0, written=True),),
        }
        """What to look for where a text holds a sign of the kind."""
        self.named_so = (Shape(compiled(LETTERS)), Shape(compiled(BEFORE_COLON), needs=COLON))
        self.in_capitals = Shape(compiled(RUN_OF_NAMES), needs=CAPITALS, written=True)
        self.numbered, self.short_for = compiled(NUMBERED), compiled(SHORT_FOR)
        self.called_so = (Shape(compiled(DASHED), written=True), Shape(FROM_QUOTED, needs=QUOTE, written=True))

    def find(
        self, text: str, small: str, scan: Scan, is_word: Callable[[str], bool], is_own: Callable[[str], bool]
    ) -> Iterator[Span]:
        """Yield a span for each of them; `is_word` knows plain words, `is_own` the names of the family.

        They stand between the first sign of their kind and the last; `small` is `text` in lower case.
        """
        for hit in JOINED_UP.find(text, small, 0, len(text)):
            yield _span(hit, 0)
        yield from _strung(DOTTED_UP.find(text, small, 0, len(text)), text, is_word, is_own)
        yield from self.screen_names.find(text, small, scan, is_word, is_own)
        for sign, found in scan.signs.items():
            if sign not in self.by_sign:
                continue
            low = max(0, min(found)[0] - BEFORE_SIGN)
            high = min(len(text), found[-1][1] + BEHIND_SIGN)
            for shape in self.by_sign[sign]:
                for hit in shape.find(text, small, low, high):
                    yield _span(hit, shape.group, shape.kind)
            if sign == "platform":
                yield from self._letters_only(text, small, low, high, is_word, is_own)
                yield from self._cut_platform(small, low, high, lambda word: is_word(word) or is_own(word))

    def _letters_only(
        self, text: str, small: str, low: int, high: int, is_word: Callable[[str], bool], is_own: Callable[[str], bool]
    ) -> Iterator[Span]:
        """Yield accounts that hold no sign of their own, where a text speaks of a platform."""
        for shape in self.named_so:
            for hit in shape.find(text, small, low, high):
                named = text[hit.start("h")].isupper() and is_own(hit["h"])  # `op Facebook met Elif`
                if not named and not all(is_word(piece) for piece in PIECES.findall(hit["h"])):
                    yield _span(hit)
        for hit in (hit for shape in STRANGE for hit in shape.find(text, small, low, high)):
            if not is_word(hit["h"]) and not is_own(hit["h"]):
                yield from (_span(same, 0) for same in re.finditer(rf"\b{hit['h']}\b", text))
        yield from _strung(STRUNG_TOGETHER.find(text, small, low, high), text, is_word, is_own)
        for hit in self.in_capitals.find(text, small, low, high):
            yield from _called(hit, is_own)
        for hit in (hit for shape in self.called_so for hit in shape.find(text, small, low, high)):
            if hit.re is FROM_QUOTED or not (hit["h"].islower() and all(map(is_word, PIECES.findall(hit["h"])))):
                yield _span(hit)  # but `Snap: hij dreigde met haar`
        for hit in MIXED.find(text, small, low, high):
            if not CODE_LIKE.fullmatch(hit[0]):
                yield _span(hit, 0)

    def _cut_platform(self, small: str, low: int, high: int, is_known: Callable[[str], bool]) -> Iterator[Span]:
        """Yield accounts behind the number or the first letters of a platform; `is_known` knows words that are none."""
        yield from map(_span, self.numbered.finditer(small, low, high))
        for hit in self.short_for.finditer(small, low, high):
            name = hit.lastgroup or "h"
            if not is_known(hit[name]):
                yield _span(hit, name)


def _called(hit: re.Match[str], is_own: Callable[[str], bool]) -> Iterator[Span]:
    """Yield what somebody calls himself, unless it is no more than the names of the family: `van Elif Elif Kaya`.

    With a number it is more: `profiel Elif Kaya 90`.
    """
    name = hit.lastgroup or "h"
    if NUMBER.search(hit[name]) or not all(is_own(piece) for piece in PIECES.findall(hit[name])):
        yield _span(hit, name)


def _strung(
    hits: Iterator[re.Match[str]], text: str, is_word: Callable[[str], bool], is_own: Callable[[str], bool]
) -> Iterator[Span]:
    """Yield those of words strung together that are an account."""
    for hit in hits:
        if _is_strung(text[hit.start("h") : hit.end("h")], is_word, is_own):
            yield _span(hit)


def _is_strung(handle: str, is_word: Callable[[str], bool], is_own: Callable[[str], bool]) -> bool:
    """Whether words strung together are an account: no compound with dashes, no abbreviation, no stop without its space."""
    pieces = PIECES.findall(handle)
    strange = [piece for piece in pieces if len(piece) > 1 and not is_word(piece.lower())]
    outside = any(not is_own(piece) for piece in strange)  # `nu.elif huilde`
    if outside and "." in handle and handle.islower() and min(map(len, pieces), default=0) > 1:
        return True  # `tw.schaduw`; behind a stop that lost its space a capital begins
    if max(map(len, pieces), default=0) <= LONGEST_ABBREVIATED:
        return False
    return len(strange) == len(pieces) > 1 or (bool(strange) and len(pieces) > 2)  # noqa: PLR2004 - `huis.Naima` is two


def _span(hit: re.Match[str], group: str | int = "h", kind: str = "handle") -> Span:
    return mask(*hit.span(group), kind)
