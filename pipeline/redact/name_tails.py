"""What stands beside a name and tells who is meant as much as the name does: initials, an age, `oma`."""

from __future__ import annotations

import re
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import (
    Words,
)
from pipeline.redact.months import MONTH_STEM
from pipeline.redact.name_runs import Run
from pipeline.redact.spans import Span

INITIALS: Final = re.compile(r"(?<![\w.])(?:[A-Z]\. ?|[A-Z](?=[ .]))+[ .]*$")
SMALL_INITIALS: Final = re.compile(r"(?<!\d )(?<![\w.])(?:[A-Za-z]\. ?)+$")
"""Not the `u.` of an hour: `om 20.05 u. Kees belde`."""
FARMS: Final = (
    *("Oude", "Olde", "Groot", "Grote", "Klein", "Kleine", "Lutje", "Nieuw", "Jonge", "Schulte", "Lutke", "Hof"),
    *("Lange", "Rooie", "Dikke", "Kale", "Ouwe", "Gekke", "Schele", "Blonde", "Rode", "Pa", "Ma"),
)
FARM_NAMES: Final = re.compile(rf"(?<= )(?:{'|'.join(FARMS)}) $")
"""Begin a family name in the east of the country, `Oude Nijhuis`, or what somebody is called: `Lange Kees`."""
AGE: Final = re.compile(r",? ?\(?(?:van )?\d{1,2} ?(?:jaar|jr|jaren)?(?: oud)?\)|, \d{1,2} (?:jaar|jr)\b")
"""Behind the name of somebody outside: as good as a birth date."""
ELDER: Final = re.compile(
    r" (?:senior|junior|sr|jr)\b| [A-Z]\.(?=[ ]?[,;:)]| [a-z]| [A-Z]{2})| [a-z]\.(?=[,;:)])|, [A-Z]\.(?=[,;)])"
    r"| [a-z](?= \(| te heten)| (?:d\.|v\.|v/?d )[A-Z]\."
    r"|,? \(\d[\d.\- ]{3,9}\)"
)
"""Behind a name what makes it one person's: an initial, a service number."""
CALLED: Final = r"(?:(?:de|den|het|'t|d'r|ut) )?[A-ZÀ-Þ][\w'’\-]*(?: [A-ZÀ-Þ][\w'’\-]*)?"
NICK: Final = re.compile(
    rf",? \(?(?:bijnaam|roepnaam|bijgenaamd|alias|beter bekend als|echte naam) [\"“‘']?(?P<a>{CALLED})[\"”’']?\)?"
    rf"| \([\"“](?P<b>{CALLED})[\"”]\)|, [\"“](?P<c>{CALLED})[\"”](?=[,.;])"
    rf"| [\"“](?P<d>(?:de|den|'t|d'r) {CALLED})[\"”]"
)
"""Behind a name what its bearer is called by: `("de Snor")`, `, bijnaam Kraai`."""
NICKNAMED: Final = re.compile(
    rf"\b(?:heet|heette|bijnaam|roepnaam|volksmond|bekend als)\b[^.;\"“”\n]{{0,40}}[\"“'‘](?P<n>{CALLED})[\"”'’](?!\w)"
)
"""A name that nothing but quotation marks tells: `de oudste heet in het dorp "de Snor"`."""
HOUSE: Final = re.compile(
    r" (?:van|op) (?:nr\.? ?|nummer ?)?\d{1,4}(?:-\d{1,3}| ?[a-h])?(?![\w:.]\d|\d| ?(?:uur|jaar|jr|euro|km|keer))"
    rf"(?! ?{MONTH_STEM})\b"
)
"""Behind the name of somebody outside: `mevr. Bos van 18`."""
FROM: Final = re.compile(r" van (?:de |het |'t |m'n |mijn |zijn |haar |hun )(?P<what>[a-zé\-]{3,})(?![\w\-])")
"""Behind a name it says who is meant: `Mo van de sportschool`."""


class NameTails:
    """Takes in what stands beside a name."""

    def __init__(self, policy: RedactionPolicy) -> None:
        """Hold the words."""
        self.beside = policy.beside_names
        told = policy.whereabouts
        self.haunts = told["landmarks"] | told["whole"] | told["institutions"] | told["haunts"]

    def end(self, words: Words, found: Run, rule: str) -> int:
        """Return the end of what tells who is meant: an age behind the name, or `van de sportschool`."""
        if nick := NICK.match(words.text, found.end):
            return nick.end()
        if more := AGE.match(words.text, found.end) or ELDER.match(words.text, found.end):
            return more.end()
        house = HOUSE.match(words.text, found.end)
        if house and rule in {"third_party", "witness", "caller"}:
            return house.end()
        where = FROM.match(words.text, found.end) if rule == "third_party" else None
        if where and where["what"] in self.haunts:
            return where.end()
        return found.end

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
    before = words.text[low:start].rstrip(" .\n")
    if before[-1:].isalpha() and not before[-2:-1].isalnum():
        initials = INITIALS.search(words.text, low, start) or SMALL_INITIALS.search(words.text, low, start)
    else:
        initials = FARM_NAMES.search(words.text, low, start) if before.endswith(FARMS) else None
    return initials.start() if initials else start
