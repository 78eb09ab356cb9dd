"""Names that are told by their dress, whatever their words are: a form's field, initials behind a comma, a nickname.

What is read word by word (`names`) knows a name by its words; here a plain word bears one, or none but letters do.
"""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Final

from pipeline.policy.redaction import RedactionPolicy, small_words
from pipeline.redact.clauses.sentences import paragraphs
from pipeline.redact.lexicon import (
    FAMILY,
    GIVEN,
    NAME,
    NEVER,
    PLACE,
    STAND_IN,
    SURE_STREET,
    VOCABULARY,
    WORD,
    Lexicon,
    Words,
)
from pipeline.redact.line_leads import SET_OFF, field_of_form, openers
from pipeline.redact.patterns import CAPITAL, PIECES, holds_any
from pipeline.redact.people import TOO_SMALL, fold
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import MASK, Span

PREFIX: Final = r"(?:v\.? ?d\.?|v/d|van|von|de[rn]?|te[rn]?|'t|el|la|op)(?: (?:de[rn]?|het|'t))?"
FIRSTS_BEHIND: Final = re.compile(
    rf",? ?,(?: ?{PREFIX},)? ?(?P<first>(?:[A-Z]\.[ -]?){{1,5}}|[A-Z](?![\w.'’]))(?=\s*(?P<after>$|[\n|,;:()/.]|[a-zà-ÿ]|[A-Z]))"
)
"""Behind a family name its prefix and the initials, as a list has it: `KRUIT, van der, P.`."""
FAMILY_BEFORE: Final = re.compile(
    rf"(?<![\w'’\-])(?:(?:van|von|de[rn]?|te[rn]?|'t|el|la) ){{0,2}}(?P<n>{CAPITAL}[\w'’\-]{{2,}})$"
)
INITIAL: Final = re.compile(r"[A-Z]\.")
"""What names hold of which nothing but letters is told."""
SAME: Final = 3
REACH: Final = 40
"""Characters in which the name stands that initials follow."""
VALUE: Final = re.compile(
    rf"(?:(?<![\w'’\-])(?:{CAPITAL}[\w'’\-]+|{CAPITAL}(?!\.)|(?:van|von|de[rn]?|te[rn]?|vd|v/d|'t|el|la|tot|gezegd|genaamd))(?![\w'’\-])[ ,.]*|(?<![\w'’\-])[A-Za-z]\.[ ,.]*|(?<= )- )+$"
)
BY_LETTERS: Final = re.compile(
    r"\b(?i:door|namens|collega|coll\.?|verbalisant|verb\.?|rapporteur|mutant|paraaf|w\.g\.)[: ]+(?P<n>[A-Z]\.(?:[A-Z]\.){1,3})(?! ?(?:[A-ZÀ-Þ(]|van |de |v\.|d\.))"
)
"""Who is told by letters alone: `foto's door K.B.`."""
FIRMS: Final = small_words()["firms"]
LETTERS_BETWEEN: Final = re.compile(
    rf"(?<![\w.])(?P<n>(?:[A-Z]\. ?){{1,3}}(?:v\. ?d\. ?|v/d ?|vd ?|v\. ?|{PREFIX} )[A-Z]\.)(?! ?[A-ZÀ-Þ])(?=[\s,;:)]|$)"
)
"""`C. v. d. W.`: initials, of the family name as well."""
RANKED: Final = re.compile(
    rf"\b(?i:hfdag|hfdagt|hagt|agt|brig|insp|wmr|surv|asp|coll|collega|agent|hoofdagent|brigadier)\.? (?P<n>['’`][tns] {CAPITAL}[\w\-]+)"
)
"""`brig. 't Kuikentje`."""
PRESENTED: Final = re.compile(
    rf"(?:[Mm]et|naam is|heet) (?P<n>{CAPITAL}[a-zà-ÿ]+(?: (?:(?:van|de|der|den) ){{0,2}}{CAPITAL}[\w\-]+)?)(?=[,.!] )"
)
PRESENTING: Final = re.compile(
    r"(?:(?:^|[.!?\n\"“:] ?)(?:(?:hoi|hallo|hai|dag|goede\w+),? )?met|\b(?:u|je) spreekt met|\bspreek je met|\bmijn naam is|\bik heet|\bmn naam is) $",
    re.IGNORECASE,
)
"""Who calls or writes says who it is: `Hoi met Lies, ik woon ...`."""
SO_CALLED: Final = re.compile(
    r"(?:\b(?:een|die|de|ene|zo'n) (?:[a-zé]+e )?(?:jongen|man|vrouw|meisje|gozer|gast|vent|kerel|knul|meid|dame|buurman|buurvrouw|figuur|iemand|persoon)(?: uit de buurt| van de straat)?|\biemand),? die (?:ze|we|wij|men|iedereen|hij|zij)(?: hier| daar| altijd| in de buurt)? [\"“'‘](?P<n>[^\"”'’\n]{2,30})[\"”'’] noem(?:en|t|den|de)\b",
    re.IGNORECASE,
)
"""Whom nothing but a nickname tells: `een jongen die ze 'Smurf' noemen`."""
QUOTED: Final = re.compile(
    rf"(?:/|{CAPITAL}[a-zà-ÿ]+, {CAPITAL}[a-zà-ÿ]+(?: en |, ))[\"“'‘](?P<n>{CAPITAL}[\w\- ]{{1,20}})[\"”'’](?=/|[ .,;\n)]|$)"
)
"""In a list, of names or with strokes: `Piet/"Bolle"/Karel`, `Piet, Karel en "Bolle"`."""
COUPLE: Final = re.compile(
    rf"\b(?P<n>(?i:(?:het )?echtpaar|familie|fam\.?|gezin) (?:(?i:van|de[rn]?|te[rn]?|'t) ){{0,2}}{CAPITAL}[\w'’]+ ?[-–] ?(?:(?i:van|de[rn]?) ){{0,2}}{CAPITAL}[\w'’]+(?:, {CAPITAL}{{5,}}(?=\.|\n|$))?)"
)
"""`het echtpaar DE KUIL - MOL, MELKVEEHOUDERIJ`: no word of it is known for a name."""


BEFORE_ROLE: Final = re.compile(r"(?<![\w.])(?P<n>[A-Z]\.(?:[A-Z]\.){1,3}),? (?P<role>[a-zé\-]{4,})(?![\w\-])")
"""`H.Y., hulpverlener`: letters before what their bearer does."""
SIGNED_OFF: Final = re.compile(
    r"(?:[.!?]\s+|\n\s*)(?P<n>[a-z]\. ?(?:(?:el|de|van|v\.?d\.?) )?[a-z]\.|[bcdfghjklmnpqrstvwxz]{3,5})\s*$"
)
"""Letters alone at the end, of who wrote it: `... aangehouden. kvdw`."""
SIGNED_WITH: Final = re.compile(
    rf"(?:[.!?]\s+|\n\s*|\d[ .:]?(?:u|uur)?, |\d [a-z]{{3,9}}\.?,? )(?P<n>{CAPITAL}[a-zà-ÿ]{{2,}})[.\s]*$"
)
"""A family name alone at the end of a text or a part of it, of who wrote it: `... aangehouden. Molenaar`, `zorgmelding 12 mrt, Rietveld`."""
BY_QUOTED: Final = re.compile(
    rf"\b(?:door|namens|collega) [\"“'‘](?P<n>{CAPITAL}[a-zà-ÿ]+(?: {CAPITAL}[a-zà-ÿ]+)?)[\"”'’](?!\w)"
)
"""`afgelost door "Lange Teun"`."""
AMID: Final = re.compile(
    rf"(?:(?<=[a-zà-ÿ] )|(?<=\()|(?<=/))(?P<n>(?:Van (?:de[rn]?|het|'t)|Ter|Ten) {CAPITAL}[a-zà-ÿ]{{2,}})(?![\w\-])"
)
"""Amid a sentence a particle with a capital makes a name of any word: `baas is Van der Laan`."""
GLUED: Final = re.compile(rf"(?<!\w)(?P<word>[a-z]{{3,}})(?P<dash>-?)(?P<n>{CAPITAL}[a-zà-ÿ]+)(?!\w)")
"""A space that nobody wrote: `kleinzoonSven stond`, `mevrouwSpijkerman`, `buurman-Harmen`."""
INITIALLED: Final = re.compile(
    rf"(?<![\w.'’])(?P<n>[A-Z]\. (?P<name>{CAPITAL}[a-zà-ÿ]{{2,}}))(?![\w'’\-])(?P<after>[,)(/:;]| [(/])?"
)
"""An initial before a word that is a name as well, or one that something sets off: `S. Koster zei`, `L. Zwartjes (juf)`."""
APPOSED: Final = re.compile(
    rf"(?<![\w'’\-])(?P<n>{CAPITAL}[a-zà-ÿ]{{2,}}), (?P<role>[a-zé\-]{{4,}})(?=[,.;)]| (?:bij|van|uit|op)\b)"
)
"""What somebody does, or is to others, right behind a word that is a name as well: `Storm, wijkverpleegkundige, belde`."""
SHORTENED: Final = re.compile(
    rf"(?<![\w'’\-])(?P<n>(?:[Vv]\.? ?[Dd]\.?|[Vv]/[Dd]\.?) {CAPITAL}[a-zà-ÿ]{{2,}})(?![\w\-])"
)
"""`mw vd. Stoep`, `Vd Stoep stond`."""
SMALL: Final = re.compile(r"(?<![\w'’\-])(?P<n>van de[rn] (?P<name>[a-zà-ÿ]{3,}))(?![\w\-])")
"""`zij zat bij van der velde in de auto`."""
VERBAL: Final = re.compile(
    rf"(?<![\w'’\-])(?P<n>(?:Wil|Ben) (?:van (?:de[rn]? )?|de[rn]? ){CAPITAL}[a-zà-ÿ]+)(?![\w\-])"
)
"""A given name that is a verb as well: `Wil van Tricht belde`."""
KNOWN_AS: Final = re.compile(
    rf"\b(?:bekend als|iedereen zegt|alias|a\.?k\.?a\.?|bijnaam(?: is)?) [\"“'‘]?(?P<n>{CAPITAL}\w+)(?!\w)"
)
"""`Deze staat bekend als KJ.`"""
TURNED: Final = re.compile(rf"(?<![\w.])(?P<n>{CAPITAL}[a-zà-ÿ]{{2,}} [A-Z]\.)(?! ?[A-ZÀ-Þ])(?=[ ,;:)]|$)")
"""A family name before its initial: `Kuipers B. en Storm T.`."""
IN_CAPITALS: Final = re.compile(
    r"(?<![\w'’\-])(?P<n>(?P<given>[A-ZÀ-Þ\-]{3,}) (?P<name>[A-ZÀ-Þ]{3,}))(?=[,.:;()/\n]|$)"
)
"""Where capitals say nothing: `KEES MUIS, FACTUUR`."""
OPENING: Final = ("'", '"', "“", "‘")
SPOKEN: Final = tuple(f"{mark}ik " for mark in OPENING)
OUTSIDE: Final = (
    (BY_QUOTED, "third_party", OPENING),
    (RANKED, "officer", ("'t ", "'n ", "'s ", "’t ", "’n ", "’s ", "`t ")),
    (QUOTED, "third_party", OPENING),
    (COUPLE, "third_party", ("echtpaar", "fam", "gezin")),
)
"""Names of people outside, the rule that masks each, and what the text holds where one is."""
SELF_TOLD: Final = re.compile(
    r"\b(?:onbekende?|anonieme?|anoniem|melder|meldster|beller|belster|tipgever)\b[^.;\n]{0,30}\b(?:zei|zegt|zeide|noemde|noemt|gaf|liet)\b[^.;\n\"'“‘]{0,20}(?P<n>[\"'“‘]ik (?:zit|sta|zing|speel|werk|train|dans|loop|ben|help) [^\"”'’\n]{5,120}[\"”'’])",
    re.IGNORECASE,
)
"""Who tells no name but where one is known: `beller zei 'ik sta op de markt naast haar'`."""


class NameDress:
    """Finds names by their dress."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        self.lexicon, self.rules, self.titles = lexicon, policy.rules, policy.titles
        self.verbs, self.form_fields = policy.person_verbs, policy.form_fields
        self.field = field_of_form(policy.form_fields)

    def find(self, words: Words, report: ReportMasks, is_own: Callable[[str], bool]) -> Iterator[Span]:
        """Yield a span for every name in such a dress; `is_own` says whether a word names a person involved."""
        text = words.text
        if "," in text and not words.flat:
            yield from self._listed(text, report, is_own)
        for opener in openers(text):
            if self._opens(opener["n"]) and self._is_outside(opener["n"], is_own):
                yield self._mask(text, *opener.span("n"), "third_party", report)
        if holds_any(text, SET_OFF):
            yield from self._fields(text, report, is_own)
        if words.flat:
            yield from self._in_capitals(text, report, is_own)
        else:
            yield from self._lettered(text, report, is_own)
            yield from self._told(text, report, is_own)
            yield from self._written_oddly(text, report, is_own)

    def _told(self, text: str, report: ReportMasks, is_own: Callable[[str], bool]) -> Iterator[Span]:
        """Yield names that the words around them tell."""
        small = text.lower()
        for pattern, rule, signs in OUTSIDE:
            if holds_any(small, signs):
                yield from self._masked(text, pattern.finditer(text), rule, report, is_own)
        for hit in PRESENTED.finditer(text):
            presents = PRESENTING.search(text, max(0, hit.start() - REACH), hit.start("n")) and self._is_bare(hit["n"])
            if presents and self._is_outside(hit["n"], partial(_is_called_so, report=report)):
                yield self._mask(text, hit.start("n"), hit.end("n"), "caller", report)
        for hit in SELF_TOLD.finditer(text) if holds_any(small, SPOKEN) else ():
            if not any(word[:1].isupper() and is_own(word) for word in PIECES.findall(hit["n"])):
                yield self._mask(text, hit.start("n"), hit.end("n"), "caller", report)
        amid = (hit for hit in AMID.finditer(text) if not self._is_place(hit["n"].lower()))
        yield from self._masked(text, amid, "third_party", report, is_own)
        for hit in SO_CALLED.finditer(text) if "noem" in text else ():
            if self._is_outside(hit["n"], is_own):
                yield self._mask(text, hit.start(), hit.end(), "third_party", report)

    def _written_oddly(self, text: str, report: ReportMasks, is_own: Callable[[str], bool]) -> Iterator[Span]:
        """Yield names that a space too few, a dash, an initial, a short particle or what somebody does gives away."""
        glued = (hit for hit in GLUED.finditer(text) if self._is_glued(hit))
        turned = (hit for hit in TURNED.finditer(text) if self._signs(hit["n"][: -len(" A.")]))
        lettered = (hit for hit in INITIALLED.finditer(text) if self._signs(hit["name"]) or self._is_set_off(hit))
        small = (hit for hit in SMALL.finditer(text) if self.lexicon.of(hit["name"]) & FAMILY)
        plain = (hit for pattern in (SHORTENED, VERBAL, KNOWN_AS) for hit in pattern.finditer(text))
        found = chain(glued, turned, lettered, small, plain)
        yield from self._masked(text, found, "third_party", report, is_own)
        for hit in APPOSED.finditer(text):
            role = self.titles.get(hit["role"])
            if role and self._bears(hit["n"]):
                yield from self._masked(text, [hit], role.kind, report, is_own)

    def _in_capitals(self, text: str, report: ReportMasks, is_own: Callable[[str], bool]) -> Iterator[Span]:
        """Yield a given name with a plain word behind it that is a family's name as well."""
        found = (hit for hit in IN_CAPITALS.finditer(text) if self._is_given(hit["given"]) and self._signs(hit["name"]))
        yield from self._masked(text, found, "third_party", report, is_own)

    def _is_given(self, word: str) -> bool:
        flags = self.lexicon.of(word.lower())
        return bool(flags & GIVEN) and not flags & (VOCABULARY | NEVER)

    def _is_place(self, small: str) -> bool:
        return small in self.lexicon.places or bool(SURE_STREET.match(small.rpartition(" ")[2]))

    def _is_glued(self, hit: re.Match[str]) -> bool:
        known = hit["word"] in self.titles if hit["dash"] else self.lexicon.of(hit["word"])
        return bool(known) and self._may_be_name(hit["n"])

    def _is_set_off(self, hit: re.Match[str]) -> bool:
        return bool(hit["after"]) and not self.lexicon.of(hit["name"].lower()) & (VOCABULARY | NEVER)

    def _bears(self, word: str) -> bool:
        """Whether a word with a capital is a name as well, and nothing that a text says of anybody."""
        flags = self.lexicon.of(word.lower())
        return bool(flags & NAME) and not flags & (VOCABULARY | NEVER) and word.lower() not in self.titles

    def _may_be_name(self, word: str) -> bool:
        flags = self.lexicon.of(word.lower())
        return not flags or bool(flags & NAME)

    def _lettered(self, text: str, report: ReportMasks, is_own: Callable[[str], bool]) -> Iterator[Span]:
        """Yield names of which nothing but initials is told, unless they may be of somebody involved."""
        signed = SIGNED_OFF.search(text, max(0, len(text) - REACH))
        if signed and not self.lexicon.of(signed["n"]):
            yield self._mask(text, signed.start("n"), signed.end("n"), "officer", report)
        for start, paragraph in paragraphs(text):
            signed = SIGNED_WITH.search(paragraph, max(0, len(paragraph) - REACH))
            if signed and self._signs(signed["n"]) and self._is_outside(signed["n"], is_own):
                yield self._mask(text, start + signed.start("n"), start + signed.end("n"), "officer", report)
        if not INITIAL.search(text):
            return
        for pattern, rule in ((BY_LETTERS, "officer"), (LETTERS_BETWEEN, "third_party"), (BEFORE_ROLE, "professional")):
            for hit in pattern.finditer(text):
                if pattern is BEFORE_ROLE and not self._is_professional(hit["role"]):
                    continue
                letters = [piece for piece in PIECES.findall(hit["n"]) if piece.isupper()]
                if not _fits(letters, report) and "".join(letters).lower() not in FIRMS:
                    yield self._mask(text, hit.start("n"), hit.end("n"), rule, report)

    def _listed(self, text: str, report: ReportMasks, is_own: Callable[[str], bool]) -> Iterator[Span]:
        """Yield names with their initials behind a comma; those of the family stay, and so does `Vader, J. slaat`."""
        for behind in FIRSTS_BEHIND.finditer(text):
            low = max(0, behind.start() - REACH)
            before = FAMILY_BEFORE.search(text, low, behind.start())
            if not before or STAND_IN in before[0]:
                continue
            name, small = before["n"], before["n"].lower()
            flags = self.lexicon.of(small)
            led = _word_before(text, before.start())
            titled = led in self.titles or led in self.form_fields
            loud = name.isupper() and "." in behind["first"]
            if small in self.titles or small in self.verbs or (behind["after"].isupper() and not loud):
                continue
            plain = flags & (VOCABULARY | NEVER) or (flags & (WORD | PLACE) and not flags & NAME)
            if plain and not (titled or loud):
                continue
            initials = "".join(PIECES.findall(behind["first"]))
            pieces = [fold(piece) for piece in PIECES.findall(name) if piece.lower() not in TOO_SMALL]
            if any(map(is_own, pieces)) and report.initials_fit(initials, pieces):
                continue
            rule = self.titles[led].kind if led in self.titles else self.form_fields.get(led, "third_party")
            end = behind.start("first") + len(behind["first"].rstrip(" -"))
            yield self._mask(text, before.start(), end, rule, report, pieces)

    def _fields(self, text: str, report: ReportMasks, is_own: Callable[[str], bool]) -> Iterator[Span]:
        """Yield what stands in a field for a name, where it is one of two words or more."""
        for field in self.field.finditer(text):
            value = field["n"].rstrip(" ,")
            pieces = [piece for piece in PIECES.findall(value) if piece.lower() not in TOO_SMALL]
            if len(pieces) < 2 or STAND_IN in value or not VALUE.match(value):  # noqa: PLR2004 - one word says too little
                continue
            flags = [self.lexicon.of(piece.lower()) for piece in pieces]
            letters = any(len(piece) == 1 for piece in pieces)
            pure = any(not f or (f & NAME and not f & (WORD | VOCABULARY | NEVER)) for f in flags)
            plain = any(f & VOCABULARY and not f & NAME and len(p) > 1 for p, f in zip(pieces, flags, strict=True))
            if plain or not (letters or pure):
                continue  # `Melder: Onbekende Man`
            if self._is_outside(value, is_own):
                whose = self.form_fields[field["name"].lower()]
                yield self._mask(text, field.start("n"), field.start("n") + len(value), whose, report)

    def _opens(self, told: str) -> bool:
        """Whether who opened is told by name: a word of it is one, or has a capital, and no word is none."""
        pieces = [piece for piece in PIECES.findall(told) if piece.lower() not in TOO_SMALL]
        flags = [self.lexicon.of(piece.lower()) for piece in pieces]
        capitals = [piece[:1].isupper() for piece in pieces]
        apart = any(capitals[1:]) or (
            any(capitals) and told[0].islower()
        )  # `van Es`: a capital that begins no sentence
        named = apart or not all(flags) or bool(flags and flags[0] & GIVEN)
        return named and not any(f & (VOCABULARY | NEVER) and not f & NAME for f in flags)

    def _signs(self, name: str) -> bool:
        flags = self.lexicon.of(name.lower())
        return bool(flags & FAMILY) and not flags & (VOCABULARY | NEVER | PLACE)

    def _is_professional(self, role: str) -> bool:
        title = self.titles.get(role)
        return title is not None and title.kind == "professional"

    def _is_outside(self, name: str, is_own: Callable[[str], bool]) -> bool:
        """Whether no word of a name is one of the family's."""
        pieces = [piece for piece in PIECES.findall(name) if piece.lower() not in TOO_SMALL]
        return STAND_IN not in name and bool(pieces) and not any(len(p) > 1 and is_own(p) for p in pieces)

    def _is_bare(self, name: str) -> bool:
        """Whether somebody may be called so who presents himself: no word that tells who calls, `met Politie Ede`."""
        first = name.split(maxsplit=1)[0].lower()
        return first not in self.titles and not self.lexicon.of(first) & (VOCABULARY | PLACE | NEVER)

    def _masked(
        self,
        text: str,
        found: Iterable[re.Match[str]],
        rule: str,
        report: ReportMasks,
        is_own: Callable[[str], bool],
    ) -> Iterator[Span]:
        """Yield a span for the name (`n`) of each that is of nobody involved."""
        for hit in found:
            if self._is_outside(hit["n"], is_own):
                yield self._mask(text, hit.start("n"), hit.end("n"), rule, report)

    def _mask(
        self, text: str, start: int, end: int, rule: str, report: ReportMasks, names: list[str] | None = None
    ) -> Span:
        pieces = names or [fold(p) for p in PIECES.findall(text, start, end) if p.lower() not in TOO_SMALL]
        token = report.token(rule, self.rules[rule].token, pieces)
        return Span(start, end, self.rules[rule].kind, rule, MASK, token)


def _is_called_so(word: str, report: ReportMasks) -> bool:
    """Whether who presents himself as `word` may be of the family: by its first three letters, `Kim` of Kimberley."""
    small = fold(word)
    return small in report.involved or any(name[:SAME] == small[:SAME] or name.endswith(small) for name in report.given)


def _word_before(text: str, at: int) -> str:
    """Return the word that ends before `at`, in lower case, or nothing where a sentence ends between."""
    words = PIECES.findall(text, max(0, at - 20), at)
    return words[-1].lower() if words else ""


def _fits(letters: list[str], report: ReportMasks) -> bool:
    """Whether initials may be of a person involved: of a given name and of the family name, or of given names."""
    first, last = letters[0].lower(), letters[-1].lower()
    for person in report.people:
        if person.involved:
            given = [fold(one)[0] for one in PIECES.findall(person.given_names or "")]
            family = [fold(one)[0] for one in PIECES.findall(person.family_name or "")]
            if first in given and (last in family or last in given):
                return True
    return False
