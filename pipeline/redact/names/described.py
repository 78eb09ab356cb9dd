"""People outside whom no name tells but what they look like or where they are found: `een man met een rode pet`.

The words are those of `described.toml`; they are looked for around the signs of the scan.
"""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pipeline.redact.patterns import any_ending, any_of
from pipeline.redact.scan import Scan
from pipeline.redact.spans import MASK, Span, mask

BEFORE, BEHIND = 80, 60
"""Characters around a sign in which a description stands."""
WHOLE: Final = 4
"""Letters of a word for somebody that ends no other: `ober` is not in `oktober`."""
LEADS: Final = (
    r"(?:(?:een|de|die|dat|het|ene|zekere|zo'n|'n|twee|drie|vier|enkele|wat|mijn|onze) ){0,2}(?:[a-zé]+e ){0,2}?"
)
ITS: Final = r"(?:(?:een|de|het|'n|'t|zijn|haar|z'n|d'r|zo'n|zulke|die|dat|twee|drie|vier|vijf|zes|al|veel|van die) ){0,2}(?:[a-zé\-]{3,},? ){0,2}?"
WORN: Final = r"(?: (?:om|op|aan|in|over|rond) (?:zijn|haar|het|de|d'r|z'n) (?:hoofd|arm|kop|neus|nek|hals|oor|been|hand|schouders?|rug|riem|lijn|pols))?"
FAMILY_BEFORE: Final = re.compile(
    r"\b(?:ve|so|verdachte|slachtoffer|aange(?:ver|efster)|signalement|dader|vader|moeder|zoon|dochter|ex|partner|hij|zij)\b[^.;\n]{0,30}$|\b(?:is|was|zijnde|betreft|blijkt|bleek|als) $"
)
"""Before a description that may be of somebody involved: `VE is een man met een baard`."""
WITH: Final = re.compile(r" (?:met|in) ")
FROM_THE: Final = r"(?:(?:van|fan|uit|achter|bij|op|in) (?:de|het|'t|die|een|it)|v\.? ?d\.?|v/d)"
AT: Final = re.compile(rf" {FROM_THE} (?:[a-zé]+e )?[a-zé\-]*$")
"""Before a sign of looks there is WITH, AT before one of a place, or it makes no description: looked at first."""
KNOWN: Final = r"(?:de|die|het|dat|deze|zekere) (?:[a-zé]+e ){0,2}?"
"""Before who is described as everybody knows him; `een vrouw in een badjas` whom the police find may be the victim."""
SAW: Final = (
    r"(?:zag|zagen|ziet|zien|hoorde|hoorden|hoort|horen|belde|belden|belt|bellen|meldde|meldden|meldt"
    r"|waarschuwde|waarschuwden|filmde|filmden|tipte)"
)
TELLS: Final = rf"(?=,?(?: ook)?(?: [a-z]+nd)?,? {SAW}\b)"
"""Behind who saw, heard or called."""
SAYS_SO: Final = r" (?:verklaarde|verklaart|vertelde|vertelt|zei|zegt|gaf aan)[^.;\n]{0,50}\b(?:zag|zien|hoorde|horen|gezien|gehoord|getuige)\b"
HELPS: Final = (
    r"[^.;\n]{0,40}\b(?:kwam tussenbeide|kwam ertussen|sprong ertussen|greep in|schoot te hulp|kwam te hulp"
    r"|hielp|(?:trok|haalde|duwde|hield|sprak) (?:hem|hen|ve|verdachte|de verdachte|de man|de dader)) "
)
WITNESSED: Final = re.compile(rf"{TELLS}|{SAYS_SO}|{HELPS}")
"""Behind who saw it, says so, or came between: he is outside, whatever is told."""
DWELLS: Final = r"(?:,? die [^.,;\n]{0,30}?\bwo(?:ont|onde|nen)\b)?"
BROKEN: Final = re.compile(r"\b(?:gebroken|kapot|bebloed|gescheurd|bloed|blauwe? oog|wond)")
"""In a description it tells of an injury: that stays."""
KIN: Final = r"(?:man|vrouw|ex(?:-?\w+)?|vriend(?:in)?|partner|echtgeno(?:ot|te)|verloofde|zoon(?:tje)?|dochter(?:tje)?|kind|stief\w+|vader|moeder)"
FAMILY_BEHIND: Final = re.compile(
    rf"[^.;\n]{{0,30}}\b(?:bleek|zijnde|verdachte|betreft|\(ve\)|\(so\))| (?:is|was|betrof) (?:(?:haar|zijn|hun|mijn) |de ){KIN}\b"
)
"""`is haar ex`."""
OWN_KIN: Final = re.compile(rf"(?:(?:mijn|onze|m'n) |(?<=haar )|(?<=zijn )|(?<=hun )|(?<=d'r )|(?<=z'n )){KIN}\b")
"""`haar man van de markt`: her husband, not a man who is known by it."""
IS: Final = re.compile(r",? (?:dit |dat |die )?(?:is|was|heet|heette) (?P<who>[^\W\d_]+)")
ACT: Final = re.compile(
    rf"[^.,;:!?\n]{{0,60}}\b(?:ruzie\b|(?:haar|zijn) {KIN}\b|haar (?:vast|in|aan|op)\b|(?:op|tegen) haar in\b)| aan\b"
)
"""Behind somebody of whom only looks or a place are told, who may be the victim or the suspect: `werd door haar man geduwd`, `hielden haar vast`."""
CALLED: Final = (
    r"(?:\b(?:melder|meldster|beller|belster|mld)(?:[,:]? (?:is|was|betreft|betrof|zijnde|bleek)| ?[=:,])? "
    r"|\b(?:melding|telefoontje|bericht|mail|mailtje|tip|briefje|brief|kaartje)(?: (?:kwam|komt|kregen wij))? (?:van|door) "
    r"|\b(?:ondertekend|ondertekent|getekend|gebeld|gemeld)(?: is| was)? (?:met|door) |\bbekend als |\baan de balie )"
)
"""Before who called or wrote."""
PLACED: Final = (
    r" (?:van|fan|uit|v/d|v\.? ?d\.?|bij|op|in|aan) [^.,;:()\n\"'“”‘’\d]{3,60}?"
    r"(?=[.,;:()\n\"'“”‘’]|$| (?:dat|die|wat|en|nr|tel|met|over|omdat|ter|tp|wij|hij|zij|ze|is|was|had|heeft|wil|belde|belt|meldde|meldt"
    r"|hoorde|hoort|zag|ziet|zei|zegt|verklaart|verklaarde|vertelde|gaf)(?!\w))"
)
"""Behind somebody: where he is known."""
CALLER_WORD: Final = re.compile(r"[^\W\d_]{3,}")
THEIRS: Final = re.compile(
    r"\b(?:so|ve|slo|slachtoffer|verdachte|vdt|betrokkene|aange(?:ver|efster)|haar|zijn|hem|woning)\b"
    r"|school|opvang|politie|meldkamer|veilig thuis|gg[zd]|wijkteam|buurtteam|ziekenhuis|gemeente|zorg\b|peuterspeelzaal|huisarts"
)
"""Somebody of theirs is told by his relation, a professional by his organisation and function: that stays."""
CLAUSE: Final = re.compile(r"[^.,;:!?\n]{0,80}")


class Described:
    """Finds descriptions of people."""

    def __init__(self, told: Mapping[str, frozenset[str]]) -> None:
        """Compile the words of `described.toml`."""
        people = any_ending(told["people"], WHOLE)
        anyone = any_of(told["anyone"])
        found = any_ending(told["people"] | told["anyone"] | told["young"], WHOLE)
        looks = any_ending(told["looks"])
        haunts = rf"(?:{any_ending(told['haunts'])}|{any_of(told['firms'])}(?![\w\-]))"
        worn = rf"(?: er)?(?: ?bij)? (?:met|in) {ITS}{looks}{WORN}"
        callers = any_ending((told["people"] | told["callers"]) - {"agent"}, WHOLE)
        self.caller = re.compile(
            rf"{CALLED}(?P<n>(?:(?:een|de|het|die|twee|'n) )?(?:[a-zé]+e ){{0,2}}?{callers}{PLACED})"
        )
        self.outsider = re.compile(rf"{LEADS}{people}(?![\w\-])")
        self.looks = re.compile(
            rf"(?<![\w\-])(?:(?:{LEADS}{people}|{KNOWN}{anyone}){worn}(?:,? ook [a-z]+nd\b)?{DWELLS}|{LEADS}{anyone}{worn}{TELLS})"
        )
        self.haunts = re.compile(
            rf"(?<![\w\-]){LEADS}{found} {FROM_THE} (?:[a-zé]+e )?{haunts}(?: (?:aan|van|op) de (?:overkant|hoek)\b)?{DWELLS}"
        )

    def find(self, small: str, scan: Scan, is_own: Callable[[str], bool]) -> Iterator[Span]:
        """Yield a span for every description of somebody who is not of the family; `small` is in lower case.

        `is_own` says whether a word names a person involved: `de man met de snor is Dennis`.
        """
        for hit in self.caller.finditer(small):
            words = CALLER_WORD.findall(hit["n"])
            if not (
                THEIRS.search(hit["n"])
                or any(map(is_own, words))
                or any(at in scan.facts for at in range(*hit.span("n")))
            ):
                yield Span(hit.start("n"), hit.end("n"), "third_party", "caller", MASK)
        for sign, lead, pattern in (("looks", WITH, self.looks), ("haunt", AT, self.haunts)):
            done = 0
            for start, end in scan.signs.get(sign, ()):
                low = max(done, start - BEFORE)
                if not lead.search(small, low, start):
                    continue
                low = max(low, 1 + max(small.rfind(stop, low, start) for stop in ".;:!?\n"))
                for hit in pattern.finditer(small, low, min(len(small), end + BEHIND)):
                    done = hit.end()
                    if not (BROKEN.search(hit[0]) or self._is_family(small, hit, scan.facts, is_own)):
                        yield mask(hit.start(), hit.end(), "third_party")

    def _is_family(
        self, small: str, hit: re.Match[str], facts: Mapping[int, int], is_own: Callable[[str], bool]
    ) -> bool:
        """Whether it may be somebody involved: by a word beside it, or, without an occupation, by what is told behind."""
        start, end = hit.span()
        if FAMILY_BEFORE.search(small, max(0, start - BEFORE), start) or FAMILY_BEHIND.match(small, end):
            return True
        if OWN_KIN.match(small, start):
            return True
        named = IS.match(small, end)
        if named and is_own(named["who"]):
            return True
        if self.outsider.match(small, start, end) or WITNESSED.match(small, end):
            return False
        return ACT.match(small, end) is not None or any(at in facts for at in range(end, _clause_end(small, end)))


def _clause_end(small: str, at: int) -> int:
    """Return where the clause ends in which `at` stands."""
    clause = CLAUSE.match(small, at)
    return clause.end() if clause else at
