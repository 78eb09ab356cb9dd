"""What stands beside a name and tells who is meant as much as the name does: initials, an age, `oma`."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from typing import Final

from pipeline.policy.redaction import RedactionPolicy, small_words
from pipeline.redact.lexicon import STAND_IN, Words
from pipeline.redact.months import MONTH_STEM
from pipeline.redact.names.described import ITS, WHOLE, WORN
from pipeline.redact.patterns import any_ending, any_of
from pipeline.redact.spans import Span

INITIALS: Final = re.compile(r"(?<![\w.])(?:[A-Z]\.[ \-]?|[A-Z](?=[ .]))+[ .]*$")
SMALL_INITIALS: Final = re.compile(r"(?<!\d )(?<![\w.])(?:[A-Za-z]\. ?)+$")
"""Not the `u.` of an hour: `om 20.05 u. Kees belde`."""
FARMS: Final = tuple(small_words()["farms"])
FARM_NAMES: Final = re.compile(rf"(?<![^\s'\"‘“(])(?:{'|'.join(FARMS)}) $")
"""Begin a family name in the east of the country, `Oude Nijhuis`, or what somebody is called: `Lange Kees`."""
AGE: Final = re.compile(r",? ?\(?(?:van )?\d{1,2} ?(?:jaar|jr|jaren)?(?: oud)?\)|, \d{1,2} (?:jaar|jr)\b")
"""Behind the name of somebody outside: as good as a birth date."""
ELDER: Final = (
    r" (?:senior|junior|sr|jr)\b| [A-Z]\.(?=[ ]?[,;:)]| [a-z]| [A-Z]{2}|\s*$|\n)| [a-z]\.(?=[,;:().]| [a-zà-ÿ]{2})|, [A-Z]\.(?=[,;)])"
    r"| [a-z](?= \(| te heten)| (?:d\.|v\.|v/?d )[A-Z]\.| [a-z]{1,2}[A-Z](?!\w)"
    r"|,? \((?:(?:stam|dienst|personeels)(?:nr|nummer)|[dp]nr)?[.:]? ?(?:[A-Z]{2,3}[- ])?\d[\d.\- ]{3,9}\)|,? \d{5,6}(?![\w:]|[.,\-/]\d)"
)
"""Behind a name what makes it one person's: an initial, a service number."""
BEFORE_VERB: Final = r" [B-HJ-NP-Z](?= %s\b)"
"""The same without a full stop, before what somebody does: `Mo K belde`. A, I and O stand for too much else."""
CALLED: Final = r"(?:(?:de|den|het|'t|d'r|ut) )?[A-ZÀ-Þ][\w'’\-]*(?: [A-ZÀ-Þ][\w'’\-]*)?"
REST: Final = re.compile(
    r"-\n\s?[a-zà-ÿ]{2,}(?![\w\-])|(?: ?[-–] ?| |(?=\.))\.?(?:v\. ?d\.|v/d|vd|v\.|d\.) ?[A-ZÀ-Þ][\w'’\-]*[a-zà-ÿ](?![\w\-])"
    r"|[ \-](?:el|al|ben|ait|aït|tot|ould|bint)[ \-](?:el[ \-])?[A-ZÀ-Þ][\w'’\-]+|(?<=-v)\.d\."
)
"""What a name goes on with where its words were read apart: at the end of a line, behind a particle cut short."""
NICK: Final = re.compile(
    rf",? \(?(?:bijnaam|roepnaam|bijgenaamd|alias|beter bekend als|echte naam) [\"“‘']?(?P<a>{CALLED})[\"”’']?\)?"
    rf"| \([\"“](?P<b>{CALLED})[\"”]\)|, [\"“](?P<c>{CALLED})[\"”](?=[,.;])"
    rf"| [\"“](?P<e>{CALLED})[\"”] [A-ZÀ-Þ][\w'’\-]+"
    rf"| [\"“](?P<d>(?:de|den|'t|d'r) {CALLED})[\"”]"
)
"""Behind a name what its bearer is called by: `("de Snor")`, `, bijnaam Kraai`."""
NICKNAMED: Final = re.compile(
    rf"\b(?:heet|heette|bijnaam|roepnaam|volksmond|bekend als)\b[^.;\"“”\n]{{0,40}}[\"“'‘](?P<n>{CALLED})[\"”'’](?!\w)"
)
"""A name that nothing but quotation marks tells: `de oudste heet in het dorp "de Snor"`."""
HOUSE: Final = re.compile(
    r" (?:(?:van|op|v\.?) (?:nr\.? ?|nummer ?)?|(?:nr\.? ?|nummer ?))\d{1,4}(?:-\d{1,3}| ?[a-h])?(?![\w:.]\d|\d| ?(?:uur|jaar|jr|euro|km|keer))"
    rf"(?! ?{MONTH_STEM})\b"
)
"""Behind the name of somebody outside: `mevr. Bos van 18`."""
FROM: Final = re.compile(
    r",? (?:(?:die|dat) )?(?:(?:van|fan) (?:de |het |'t |it |'e |m'n |mijn |zijn |haar |hun )|(?:v\.? ?d\.?|v/d) ?)(?:(?:rode|oude|nieuwe|grote|kleine|witte|blauwe|groene|zwarte|gele|bruine|turkse|poolse|chinese|vaste|hoge|lage|andere|dure) )?(?P<what>[a-zé\-]{3,})(?![\w\-])"
)
"""Behind a name it says who is meant: `Mo van de sportschool`."""
OUT_OF: Final = re.compile(
    r" uit (?:de|het|'t) (?:(?:eerste|tweede|derde|vierde|vijfde|laatste|voorlaatste) (?P<what>[a-zé\-]{3,})"
    r"|[a-zé\-]{3,} van (?:de|het|'t) (?P<where>[a-zé\-]{3,}))(?![\w\-])"
)
"""`Gijs uit de spoelkeuken van het hotel`, `Fieke uit de tweede laan`."""
FIRM_BRACKETED: Final = re.compile(r" \((?:van|v/d|v\.d\.|fan) (?P<firm>(?:de |het |'t )?[a-zé]{3,}[^()\n]{0,40})\)")
"""`(van afhaal ...)`: where one is found, behind the name."""
ONE_LIMB: Final = re.compile(
    r"(?:,? die)? met (?:dat|die|zijn|haar|z'n|d'r|de|het|één|een|maar) (?:ene|één|scheve|gouden|glazen|houten|halve|rare|grote|lange|kromme|korte|stijve) "
    r"(?:oog|oor|oren|been|arm|hand|tand|tanden|neus|kin|poot|vinger|duim|haar|nek)(?![\w\-])"
)
"""`Steven met dat ene been`: no injury, but what one knows him by."""
ACROSS: Final = re.compile(r" (?:van|aan) de overkant(?: van (?:de|het|'t) [a-zé]{3,})?(?!\w)")
DOG: Final = re.compile(r" [A-ZÀ-Þ][a-zà-þ]+(?![\w\-])")
"""Behind an animal its name: `met het hondje Pluis`."""
AND_KIN: Final = re.compile(
    rf" en (?:haar|zijn|d'r|z'n) (?:man|vrouw|vriend|vriendin|zoon|dochter|zus|broer|partner)(?=, (?:(?:de|die) (?:mensen|lui|twee)|\W{{0,2}}{STAND_IN}))"
)
QUOTES: Final = frozenset("'\"“”‘’")
TAILED: Final = frozenset({"third_party", "witness", "caller"})
"""Rules of people outside of whom nothing but the role is told."""
TAIL: Final = 90
"""Characters behind a name in which is told who is meant."""
MOST_TAILS: Final = 3


class NameTails:
    """Takes in what stands beside a name."""

    def __init__(self, policy: RedactionPolicy) -> None:
        """Hold the words."""
        self.beside = policy.beside_names
        told, described = policy.whereabouts, policy.described
        self.kept = (described["kept"] | told["family"]) - described["haunts"]
        people, looks = any_ending(described["people"], WHOLE), any_ending(described["looks"])
        self.looks = re.compile(rf"(?:,? die)? met {ITS}{looks}{WORN}")
        self.called = re.compile(
            rf",? (?:de|die|dat|het|een) (?:[a-zé]+e )?(?P<who>{people})(?= (?:van|met|uit|op|achter) )"
        )
        self.trade = re.compile(
            rf" (?:de|den|d'n) {any_ending(described['people'] - described['passing'], WHOLE)}(?![\w\-])"
        )
        verbs = policy.person_verbs | small_words()["plural_verbs"]
        self.elder = re.compile(f"{ELDER}|{BEFORE_VERB % any_of(verbs)}")
        firms = any_of(described["firms"])
        self.firm = re.compile(rf",? van {firms}(?![\w\-])(?: [A-ZÀ-Þ][\w'’\-]+){{0,2}}", re.IGNORECASE)

    def end(self, words: Words, name: tuple[int, int], rule: str) -> int:
        """Return the end of what tells who is meant behind a `name`: an age, or `van de sportschool`."""
        start, end = name
        rest = REST.match(words.text, end) if not words.flat else None
        end = rest.end() if rest else self._beside(words, end, rule)
        if rule not in TAILED:
            return end
        quoted = words.text[end : end + 1] in QUOTES and words.text[start - 1 : start] in QUOTES
        end += 1 if quoted and words.text[end : end + 1] else 0  # `'Tjalf' van de sleutelbar`
        small = words.text[end : end + TAIL].lower()
        at = 0
        for _ in range(MOST_TAILS):
            more = self._tail(words.text, small, end, at)
            if more == at:
                break
            at = more
        return end + at if at or not quoted else end - 1

    def role(self, words: Words, start: int, end: int) -> str:
        """Return what somebody is called in the tail that was taken in: `de overbuurvrouw met de zes honden`."""
        hit = self.called.match(words.text[start : end + 1].lower()) if end > start else None
        return hit["who"] if hit else ""

    def _tail(self, text: str, small: str, end: int, at: int) -> int:
        """Return where the tail that begins at `at` of `small` ends, or `at`; `small` is `text` from `end` on."""
        for pattern in (self.looks, self.trade, ONE_LIMB, AND_KIN, ACROSS):
            if hit := pattern.match(small, at):
                dog = DOG.match(text, end + hit.end()) if pattern is self.looks else None
                return dog.end() - end if dog else hit.end()
        if firm := self.firm.match(text, end + at):
            return firm.end() - end
        for pattern in (OUT_OF, FROM, FIRM_BRACKETED):
            where = pattern.match(small, at)
            if where and self.kept.isdisjoint(where[where.lastgroup or 0].split()):
                return where.end()
        if called := self.called.match(small, at):
            return called.end() if self._tail(text, small, end, called.end()) > called.end() else at
        return at

    def _beside(self, words: Words, at: int, rule: str) -> int:
        if nick := NICK.match(words.text, at):
            return nick.end()
        if more := AGE.match(words.text, at) or self.elder.match(words.text, at):
            return more.end()
        house = HOUSE.match(words.text, at)
        if house and rule in TAILED:
            return house.end()
        return at

    def with_kin(self, words: Words, i: int, span: Span) -> Span:
        """Take `oma` of `oma Olga` into the token, `[derde 1, oma]`: as good as a name; `dhr.` goes, too."""
        small = words.lows[i]
        if words.end(i) + 3 < span.start or span.start < words.end(i):
            return span
        if small in self.beside["honorifics"] or (small in self.beside["ranks"] and span.rule == "officer"):
            return Span(words.starts[i], span.end, span.kind, span.rule, span.action, span.token)
        if small in self.beside["called"] and span.token.startswith("[") and span.token[-2:-1].isdigit():
            return Span(words.starts[i], span.end, span.kind, span.rule, span.action, f"{span.token[:-1]}, {small}]")
        return span


def with_initials(words: Words, start: int) -> int:
    """Return where a masked name begins with its initials: `J.P. [getuige 1]` would tell too much."""
    low = max(0, start - 12)
    before = words.text[low:start].rstrip(" .\n-")
    if before[-1:].isalpha() and not before[-2:-1].isalnum():
        initials = INITIALS.search(words.text, low, start) or SMALL_INITIALS.search(words.text, low, start)
    else:
        initials = FARM_NAMES.search(words.text, low, start) if before.endswith(FARMS) else None
    return initials.start() if initials else start
