"""Addresses in a text: those of the family stay, those of anybody else go."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.policy.redaction.parts import escaped, filled
from pipeline.redact.lexicon import Lexicon
from pipeline.redact.line_leads import houses_of_round
from pipeline.redact.months import FEAST_DAY, MONTH_STEM
from pipeline.redact.patterns import holds_any
from pipeline.redact.people import squeeze
from pipeline.redact.places.streets import MORE, Streets
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import Span, mask

RUN: Final = re.compile(r"\d\d*")  # `re` skips to a single class, not to a repeated one
LONGEST: Final = 5
GLUED: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:/-€_")
GOES_ON: Final = re.compile(rf"\d|:(?! \D)|[.,/]\d|e {FEAST_DAY}")
SPACED_POSTCODE: Final = re.compile(
    r"(?<![\d.,:\-] )(?<![\d.,:\-/])[1-9](?:(?: \d){3}|\d \d\d|[.\-]\d[.\-]\d[.\-]\d)[ .\-/]{0,3}[A-Z][ .\-]?[A-Z](?![\w'’])"
)
"""A postcode whose figures stand apart: `7 2 0 1 - A B`, `94 01 DA`."""
POSTCODE: Final = re.compile(r"[1-9]\d{3}(?: ?[A-Z]{2}|[a-z]{2})(?!\w)")
HOUSE_BEHIND: Final = re.compile(
    r"[ ,\-/]{1,2}(?:nr\.? ?|nummer |huisnr\.? ?|huisnummer )?(?P<n>\d{1,4}(?:[ \-]?[a-h](?!\w))?)(?![\d:.]\d|\d| ?(?:uur|jaar|jr))",
    re.IGNORECASE,
)
"""A house number behind a postcode."""
MARKED: Final = re.compile(
    r"(?:(?<!\w)(?:van|vanaf|vanuit|achter|binnen|op|uit|bij|naast|tegenover|huis|adres|woning|boven|onder|buren|bewoner|bewoners|bewoonster|pand|de|buurvrouw|buurman|verder|tegenover|overkant|wonend|wonende|woont|woon) *|, *|: *|\()"
    r"(?P<mark>(?:huis)?nummers? *|(?:huis)?nrs?\.? *|perceel *|no\. *)$"
)
NEAR: Final = re.compile(
    r"(?<!\w)(?:verder|overkant|tegenover|ernaast|daarnaast|deur|deuren|huis|huizen|buren|buur\w*|boven\w*|beneden\w*|hoek)[ ,]+(?:\w+[ ,]+){0,2}(?:op|van|nr\.?|nummer) *$"
)
LED: Final = re.compile(r"(?<!\w)(?:van|op|uit|bij|naast|tegenover) *$")
NEIGHBOUR: Final = re.compile(
    r"(?<!\w)(?:\w*buur\w*|buren|bewon\w+|melder|meldster|getuige) (?:van|op|uit) *$|(?<!\w)(?:die|dat|degene) van *$"
)
SUFFIX: Final = re.compile(r"[ \-]?(?:bis|hs|rood|zwart|[a-h]|[IVX]{1,3})(?!\w)", re.IGNORECASE)
UNIT: Final = re.compile(
    rf"\s*(?:[:/]|uur|u\b|jaar|jr|dagen|weken|maand|min|keer|x\b|van de|{MONTH_STEM})",
    re.IGNORECASE,
)
NEIGHBOURS: Final = re.compile(
    r"(?:(?<=[,.;:(] )|(?<= en )|(?<= op ))(?P<n>\d{1,4}(?:-\d{1,3}|[ ]?[a-h])?)(?= (?:niets|niet|niks|hoorde|hoort|hoorden|zag|zagen|geen|wel|ook|deed|opende|verklaarde|verklaart|meldde|meldt|belde|zegt|zei|sliep|weet|wist|wil|wilde|was thuis|heeft|had|gaf|bevestigt|bevestigde)\b)"
)
"""Houses that stand for who lives there: `86-1 niets gehoord, 90 hoorde gebonk`."""
DWELT: Final = re.compile(
    r"(?:^|(?<=[.,;:(\n])|(?<=[.,;:(] )|(?<= en )|(?<= maar ))(?:op|in|bij) (?P<n>\d{1,3}(?:-\d{1,2}|[ ]?[a-h])?)"
    r"(?= (?:woont|wonen|woonde|woonden|huist|staat (?:leeg|te koop|te huur)|is (?:onbewoond|leeg)|(?:deed|doet) (?:[^\s,.;:]+ ){1,4}open|opende|opent|hoorde|hoort|(?:(?:deed|doet|was|is|werd|wordt) )?(?:er |ook )?(?:niemand|geen gehoor|niet opengedaan|niet open gedaan))\b)"
)
"""A house by its number, in lower case, of which the clause says who lives there: `op 31 woont`, `in 7 was niemand thuis`."""
NOT_BUT: Final = re.compile(
    r",?(?: (?:woont|woonde|zit))?,? maar (?:op |in |van )?(?:nr\.? ?|nummer )?(?P<n>\d{1,4}(?:-\d{1,2}|[ ]?[a-h])?)(?![\w:]|[.,]\d)"
)
"""The house that was meant: `niet op nr 31 woont maar op 37`."""
BERTH: Final = r"\b{berths} ?(?:nr\.? ?|nummer )?\d{1,4}(?:[ \-]?[a-h])?\b(?! ?(?:uur|jaar|keer|x|euro|[:.,]\d))"
"""A door, a berth or a caravan by its number, in lower case."""


class Addresses:
    """Finds them, by the words of `parts.toml`."""

    def __init__(self, words: Mapping[str, Sequence[str]], lexicon: Lexicon) -> None:
        """Compile; `words` are those of [addresses]."""
        self.streets = Streets(words, lexicon)
        self.house_leads = frozenset(words["house_leads"])
        self.berth = re.compile(filled(BERTH, {"berths": escaped(words["berths"])}))
        self.before_berth = (*words["berths"], "nr", "nr.", "nummer")
        """How the word before the number of a berth ends."""

    def find(self, text: str, small: str, report: ReportMasks) -> Iterator[Span]:
        """Yield a span for every address with a number, every postcode and every bare house number that has to go.

        `small` is `text` in lower case.
        """
        runs = [(run, _word_before(text, run.start())) for run in RUN.finditer(text)]
        yield from self._doors(text, small, runs, report)
        for run, last in runs:
            size = run.end() - run.start()
            if size <= len("94") and text[run.end() + 1 : run.end() + 2].isdigit():
                apart = SPACED_POSTCODE.match(text, run.start())
                if apart and squeeze(apart[0]) not in report.family_postcodes:
                    yield mask(*apart.span(), "third_party_address")
            if size > LONGEST or text[run.start() - 1 : run.start()] in GLUED:
                continue
            if size == len("1234") and (code := POSTCODE.match(text, run.start())):
                yield from _postcode(text, code, report)
            elif not GOES_ON.match(text, run.end()):
                yield from self._house(text, run, last, report)

    def _doors(
        self, text: str, small: str, runs: Sequence[tuple[re.Match[str], str]], report: ReportMasks
    ) -> Iterator[Span]:
        """Yield the houses and doors that stand by their number alone; `runs` are the numbers, each with the word before it."""
        if holds_any(text, ("bewon", "Bewon", "buren", "Buren", "uurtonderzoek", "portiek", "galerij")):
            for home in NEIGHBOURS.finditer(text):
                if home["n"].lower() not in report.family_numbers:
                    yield mask(home.start(), home.end(), "third_party_address")
        for home in houses_of_round(small):
            if _flat(home["house"]) not in report.family_numbers:
                yield mask(*home.span("n"), "third_party_address")
        for run, last in runs:
            dwelt = DWELT.match(small, run.start() - len(last) - 1) if last in {"op", "in", "bij"} else None
            if dwelt and dwelt["n"] not in report.family_numbers:
                yield mask(dwelt.start("n"), dwelt.end(), "third_party_address")
        if any(last.endswith(self.before_berth) for _, last in runs):
            for berth in self.berth.finditer(small):
                yield mask(berth.start(), berth.end(), "third_party_address")

    def _house(self, text: str, run: re.Match[str], last: str, report: ReportMasks) -> Iterator[Span]:
        """Yield the house whose number is `run`, behind the word `last`, and the one that was meant."""
        span = self.streets.numbered(text, run, last, report) if last else None
        if span is None and last in self.house_leads:
            span = _bare(text, run, report)
        if span:
            yield span
            yield from _meant(text, span, report)


def _postcode(text: str, code: re.Match[str], report: ReportMasks) -> Iterator[Span]:
    """Yield a postcode with the house number behind it, unless they are the family's."""
    house = HOUSE_BEHIND.match(text, code.end())
    own = _flat(code[0]) in report.family_postcodes
    if not own or (house and report.family_numbers and house["n"].lower() not in report.family_numbers):
        yield mask(code.start(), house.end() if house else code.end(), "third_party_address")


def _word_before(text: str, at: int) -> str:
    return text[max(0, at - 40) : at].rstrip(" ,").rpartition(" ")[2].lower().lstrip("(")


def _bare(text: str, hit: re.Match[str], report: ReportMasks) -> Span | None:
    """`van nummer 90`, `VAN NR 207`, `van 84-bis`: a neighbour's house; `getuige nummer 2` is none."""
    before = text[max(0, hit.start() - 24) : hit.start()].lower()
    suffix = SUFFIX.match(text, hit.end())
    marked = MARKED.search(before)
    near = NEIGHBOUR.search(before) or NEAR.search(before)
    if not marked and not (suffix and LED.search(before)) and not near:
        return None
    own = hit[0] in report.family_numbers and not (suffix and near)
    if own or UNIT.match(text, hit.end()):
        return None
    start = hit.start() - (len(before) - marked.start("mark") if marked else 0)
    end = suffix.end() if suffix else hit.end()
    more = MORE.match(text, end) if marked or near else None
    return mask(start, more.end() if more else end, "third_party_address")


def _meant(text: str, found: Span, report: ReportMasks) -> Iterator[Span]:
    """Yield the house that a writer puts in the place of another: `niet op nr 31 woont maar op 37`."""
    but = NOT_BUT.match(text, found.end)
    if but and not UNIT.match(text, but.end()) and but["n"].lower() not in report.family_numbers:
        yield mask(but.start("n"), but.end(), "third_party_address")


def _flat(text: str) -> str:
    return text.replace(" ", "").lower()
