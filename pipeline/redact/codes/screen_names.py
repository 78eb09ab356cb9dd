"""What somebody is called on a screen, where it looks like any name: `een Tikkie van DJ Ferro`, `Big Boss op TikTok`.

Nothing in such a name tells that it is one; what leads to it does. That is looked for around the signs of the scan, in
the text in lower case, and the name behind or before it in the text as written.
"""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from pipeline.policy.redaction.parts import filled
from pipeline.redact.scan import Scan
from pipeline.redact.spans import Span, mask

LEADS: Final = (
    # who writes or stands there as
    r"\b(?:(?:appt?e?|appen|mailt|mailde|dm'?t|dm'?de|snapt|snapte|chat(?:te)?|sms't|sms'te|schrijft|schreef|reageert|reageerde|speelt|gamet|streamt|post|postte|logt|ingelogd|opgeslagen|aangemeld|staat)(?:(?: [\w']{1,12}){0,4}? als|(?: [\w']{1,12}){0,2}? onder)(?: de naam)?"
    r"|(?:op|via|van|in) (?:zijn |haar |de |het )?{screen}(?:[ \-]?(?:account|profiel|app))?(?: (?:staat|heet|zit|noemt|speelt|is|hij|zij|ze|ie|ve|so|zich|daar|er|nu|nog|ook|actief)){0,5} (?:als|met|onder|heet|naam|genaamd)(?: de naam)?"
    r"|(?:op|via) {screen} (?:heet|noemt) (?:hij|zij|ze|ie|ve|so)(?: zich)?(?: (?:nu|daar|er))?"
    r"|{screen}(?:[ \-]?(?:account|profiel|naam|(?:live )?tag|id|nick|user))? ?[:=]|{screen}[ \-](?:account|profiel|naam|tag|id|nick) (?:is|was|luidt|heet)|(?:gamertag|handle|schermnaam) (?:is|luidt|was)"
    r"|(?:appgroep|whats-?app-?groep|whatsapp groep|app-groep|groepsapp|telegramgroep|telegramkanaal|discordserver|facebookpagina|facebookgroep)(?: genaamd| heet| met de naam)?|(?:accounts?|profiel(?:en)?|accountnamen|socials)(?: van \w+)? ?:|nep(?:account|profiel)(?: (?:genaamd|heet|is|was|met de naam|onder de naam))?"
    r"|(?:gepost|geplaatst|gedeeld|geliket|getagd|toegevoegd|gevolgd|geblokkeerd) door(?: een zekere| ene| gebruiker)?"
    # a telephone that knows him as
    r"|in (?:de|het|mijn|zijn|haar|m'n|z'n|d'r|hun|wiens|wier) (?:tel(?:efoon)?\.?|mobiel(?:tje)?|contacten|contactlijst|gsm|adresboek|telefoonboek)(?: (?:staat|heet|hij|zij|ze|ie|ve|so|als|onder|met|de|naam|genaamd|opgeslagen|bekend)){0,6}"
    # what came from
    r"|(?:tikkies?|betaalverzoek\w*|app(?:je|jes|s)?|sms(?:je|jes)?|dm'?s?|snaps?|spraakbericht\w*|vriendschapsverzoek\w*|volgverzoek\w*|chatverzoek\w*|verzoekje)(?: ontvangen| gekregen| binnen| gestuurd)? (?:op naam )?(?:van|door)(?: ene| een zekere| contact| gebruiker)?"
    r"|(?:afzender|afz\.?|contactnaam|weergavenaam|schermnaam|profielnaam|gebruikersnaam|groepsnaam)(?: (?:van )?(?:die|de|dat|het|deze|dit) \w+)?(?: is| was|:)?)"
    r" [\"“‘'~*]?"
)
"""What stands before it; `{screen}` in this and what follows is the name of a site (`signs.toml`)."""
SYMBOL: Final = r"☀-➿⬀-⯿\U0001f300-\U0001faff"
VALUE: Final = re.compile(
    rf"[A-ZÀ-Þ{SYMBOL}][\w'’\-{SYMBOL}]*(?:(?<=[A-ZÀ-Þ])\.(?! [A-Z]))?(?: (?:(?:de|het|'t|van|der|den|en|the|of|op|in|la|el|van de|van der) )?(?:[A-ZÀ-Þ][\w'’\-{SYMBOL}]*(?:(?<= [A-ZÀ-Þ])\.)?|\d{{1,4}}(?!\d|[\w:.]\d| ?(?:uur|euro|keer|jaar|april|mei|ju[nl]i))|&|[{SYMBOL}]+)){{0,4}}"
    r"(?: \([^()\n]{1,20}\))?(?:,? \(?\d{2}\)?, [^\W\d]{3,20}(?=[.,;\n]|$))?"
)
"""It, in words with capitals: `JW Bouw en Klus`, `Jeroen Wal (Utreg)`, `Tomasz, 33, romantyk`."""
SMALL_VALUE: Final = re.compile(
    r"[a-z]\w{2,} \d{2,4}(?! [a-zé]{3,}(?:en|s)\b|[\w:.]\d|\w| ?(?:uur|euro|keer|jaar|jan|feb|maa|apr|mei|ju[nl]|aug|sep|okt|nov|dec))|[a-z][\w\-]*(?:[._][\w\-]+)+(?<![\d.]\d\d\d\d)(?![\w@])"
)
LOUD_VALUE: Final = re.compile(
    r"[^\W\d_][\w.\-]*(?: (?!VAN |VOOR |MET |EN |OP |IN |DIE )[^\W\d_][\w.\-]*(?= VAN | VOOR |[.,;]|$))?"
)
"""It in a text of capitals: no further than the next small word."""
BEFORE_SITE: Final = rf"\b(?:als|van|met|onder|heet|gebruikt|noemt zich|noemde zich|naam|account|profiel|volgt|volgde|ene) (?P<h>{VALUE.pattern}) (?:(?:op|bij|via) (?i:{{screen}})\b|in (?:haar|zijn|mijn|de|d'r|z'n|m'n) (?:contacten|telefoon|tel\b|mobiel|gsm|adresboek))"
"""`gebruikt Raggie op Instagram`."""
BEHIND_SITE: Final = (
    r"\b(?i:{screen}) (?P<h>[A-ZÀ-Þ][\w'’\-]+(?: (?:(?:de|van|der|den) )?[A-ZÀ-Þ][\w'’\-]*){0,3} \([^()\n\d]{2,20}\))"
)
"""`plaatste op Facebook Jeroen Wal (Utreg)`."""
DRAWN: Final = re.compile(rf"(?<![\w.\-])[\w.\-]*[{SYMBOL}][\w.\-{SYMBOL}]*")
"""`Raggie★`."""
AMID: Final = re.compile(rf"\w[{SYMBOL}️]+\w|[a-z\d]\.[{SYMBOL}]")
"""A picture amid a name, or behind a stop at its end: `vos💙lena`, `lena.🦊`."""
PICTURES: Final = re.compile(rf"[{SYMBOL}]")
SENDER: Final = re.compile(
    r"(?:^|\n|\b(?:chat|app|snap|insta|telegram|signal|whatsapp) )\[?(?:[01]?\d|2[0-3])[:.][0-5]\d(?::\d\d)?(?: ?u(?:ur)?)?\]?[,:]? ?[-–]? ?(?P<h>[^\W\d_][^:\n\[\]]{1,30}?) ?:(?!\d)",
    re.IGNORECASE,
)
"""Who wrote a line of a chat: `[21:04] Opoe Jet 🌷: kom je`."""
MOST_NAMES: Final = 2
"""Words that a person is called by: `tante Jet`."""
LEAST_LINES: Final = 2
"""Lines of a chat: one such line alone is of a log."""
WRAPPED: Final = re.compile(r"(?<!\w)(?P<x>xx|_{2,}|~+|-=)(?! ?\d)[^.,;:\n]{2,30}?(?P=x)(?!\w)")
"""`xX lena de vos Xx`, in lower case."""
MINE: Final = re.compile(
    r"\b(?:die|dat) van (?:mij|mijn|hem|haar|hen|\w+)(?: is| heet| was)? (?P<h>[a-z]\w*(?: [a-z]\w*){0,2}(?: \d{2,4}|\d{1,4}))(?![\w:]|[.,]\d| ?(?:uur|euro|keer|jaar))"
)
"""The account of one more, behind that of the first: `en die van mij lena vos 2016`."""
SMALL_WORDS: Final = re.compile(
    r"(?P<h>[a-z][a-z.'’]+(?: [a-z][a-z.'’]*){1,2})(?=,|;|\)|\n|$|\. |\.$| en | of | /)(?!, (?:die|dat) )"
)
"""It in two or three words without capitals, behind a site and a colon: `snap: lena de vos`."""
SITE_COLON: Final = r"(?<!\w){screen}(?:[ \-]?(?:account|profiel|naam|tag|id|nick|user))? ?[:=] ?[\"“‘'~*]?"
SHORT_ENDED: Final = re.compile(
    r"\b(?:als|naar|van|aan|via|door|is|heet|onder|volgt|account|stuurde|appte) (?P<h>[a-z]{3,}(?:\.[a-z]{2,4}\d{0,4}|\.[a-z]{1,4}\d{1,4}|\.\d{2,4}))(?![\w@]|[.:]\w| ?(?:uur|u|euro)\b)"
)
"""`appt als jelmer.hks`: a stop amid a word that no word follows."""
STOP_AMID: Final = re.compile(r"[a-z]\.[a-z\d]")
VOWEL: Final = re.compile(r"[aeiouy]")
BESIDE: Final = re.compile(r"(?<!\w)@[\w.\-]+\w(?:,| en| of| /) (?P<h>[a-z][\w.\-]{3,}\w)(?![\w@])")
"""`socials: @raggie_026, oualitje`."""
SAID: Final = re.compile(r"[^.,;:\n]{0,30}?\b(?:je|jij|jou|jouw|jullie)\b", re.IGNORECASE)
"""No name, but what somebody writes to somebody: `WhatsApp: Ik Vermoord Je`."""
MORE: Final = re.compile(r"(?:,| en| of| /) (?P<h>[a-z][\w.\-]{3,}\w)(?![\w@])")
"""Behind one of several: `accounts: boze.beer en zoetehoning`."""
PIECES: Final = re.compile(r"[^\W_]+")
PARTICLES: Final = frozenset({"de", "het", "van", "der", "den", "en", "t", "el", "la", "in", "op"})
SHORTHAND: Final = frozenset({"SO", "VE", "VD", "VDT", "AE", "AG", "K1", "K2", "K3"})
"""For who is involved: `de snap van SO`."""
BEFORE, BEHIND = 60, 90
"""Characters around the signs in which such a name stands."""


class ScreenNames:
    """Finds them; where a site leads to one, by the policy's names."""

    def __init__(self, parts: Mapping[str, Sequence[str]]) -> None:
        """Compile; `parts` are the names of the net (`SignPolicy.net_parts`)."""
        self.leads, self.before, self.behind, self.colon = (
            re.compile(filled(expression, parts)) for expression in (LEADS, BEFORE_SITE, BEHIND_SITE, SITE_COLON)
        )

    def find(
        self, text: str, small: str, scan: Scan, is_word: Callable[[str], bool], is_own: Callable[[str], bool]
    ) -> Iterator[Span]:
        """Yield a span for everything that somebody is called on a screen; no more than a name of the family stays."""
        loud, bracketed = text.isupper(), "(" in text
        for low, high in scan.around(("platform", "sender"), BEFORE, BEHIND):
            for lead in self.leads.finditer(small, low, high):
                yield from _behind(text, lead.end(), loud, is_word, is_own)
            yield from self._small(text, small, (low, high), is_word)
            for hit in self.before.finditer(text, low, high):
                yield from _told(text, hit.start("h"), hit.end("h"), is_own)
            for hit in self.behind.finditer(text, low, high) if bracketed else ():
                yield mask(hit.start("h"), hit.end("h"), "handle")
        if not text.isascii() and PICTURES.search(text):
            yield from _drawn(text, is_own)
        if STOP_AMID.search(small):
            yield from _cut_short(text, small, is_word, is_own)
        if "\n" in text and ("platform" in scan.signs or "sender" in scan.signs):
            yield from _senders(text, is_word, is_own)
        if "@" in small:
            for hit in BESIDE.finditer(small):
                if not is_word(hit["h"]):
                    yield mask(hit.start("h"), hit.end("h"), "handle")

    def _small(self, text: str, small: str, within: tuple[int, int], is_word: Callable[[str], bool]) -> Iterator[Span]:
        """Yield names in words without capitals: behind a colon, between marks, behind another's."""
        leads = (SMALL_WORDS.match(text, lead.end()) for lead in self.colon.finditer(small, *within))
        mine = MINE.finditer(text, *within) if " van " in small else ()
        for hit in (*filter(None, leads), *mine):
            words = hit["h"].split()
            if not is_word(words[0]) or (words[-1].isalpha() and not is_word(words[-1])):
                yield mask(hit.start("h"), hit.end("h"), "handle")
        for hit in WRAPPED.finditer(small, *within):
            yield mask(*hit.span(), "handle")


def _senders(text: str, is_word: Callable[[str], bool], is_own: Callable[[str], bool]) -> Iterator[Span]:
    """Yield who wrote the lines of a chat, called as nobody is; who is of the family stays, also with a picture behind."""
    lines = [] if text.isupper() else list(SENDER.finditer(text))
    for line in lines if len(lines) >= LEAST_LINES else ():
        pieces = PIECES.findall(line["h"])
        drawn = PICTURES.search(line["h"]) is not None
        odd = drawn or len(pieces) > MOST_NAMES or any(len(piece) > 1 and piece.isupper() for piece in pieces)
        known = all(is_own(piece) or piece in SHORTHAND or (is_word(piece.lower()) and not drawn) for piece in pieces)
        if odd and not known:
            yield mask(*line.span("h"), "handle")


def _drawn(text: str, is_own: Callable[[str], bool]) -> Iterator[Span]:
    """Yield words with pictures in them; a name of the family with one behind it stays."""
    for hit in DRAWN.finditer(text):
        marked = hit[0].lower() != hit[0] or any(map(str.isdigit, hit[0]))
        if AMID.search(hit[0]) or (marked and not all(map(is_own, PIECES.findall(hit[0])))):
            yield mask(hit.start(), hit.end(), "handle")


def _cut_short(text: str, small: str, is_word: Callable[[str], bool], is_own: Callable[[str], bool]) -> Iterator[Span]:
    """Yield what has a stop amid it that ends no sentence."""
    for hit in SHORT_ENDED.finditer(small):
        first, _, last = hit["h"].partition(".")
        strange = any(map(str.isdigit, last)) or not (is_word(last) or is_own(last))
        strange = strange or (not is_word(first) and not VOWEL.search(last))
        if strange and text.startswith(hit["h"], hit.start("h")):
            yield mask(hit.start("h"), hit.end("h"), "handle")


def _behind(
    text: str, at: int, loud: bool, is_word: Callable[[str], bool], is_own: Callable[[str], bool]
) -> Iterator[Span]:
    """Yield what stands at `at`, behind words that lead to it."""
    if SAID.match(text, at):
        return
    if loud:
        hit = LOUD_VALUE.match(text, at)
        if hit and not all(is_word(piece) or is_own(piece) for piece in PIECES.findall(hit[0].lower())):
            yield mask(at, hit.end(), "handle")
    elif hit := VALUE.match(text, at):
        yield from _told(text, at, hit.end(), is_own)
    elif hit := SMALL_VALUE.match(text, at):
        yield mask(at, hit.end(), "handle")
        more = MORE.match(text, hit.end())
        if more and not is_word(more["h"]) and not is_own(more["h"]):
            yield mask(more.start("h"), more.end("h"), "handle")


def _told(text: str, start: int, end: int, is_own: Callable[[str], bool]) -> Iterator[Span]:
    """Yield a name on a screen, unless it is one name of the family's as anybody would write it."""
    pieces = [piece for piece in PIECES.findall(text, start, end) if piece.lower() not in PARTICLES]
    plain = all(is_own(piece) or piece in SHORTHAND for piece in pieces) and not PICTURES.search(text, start, end)
    if not plain and pieces:
        yield mask(start, end, "handle")
