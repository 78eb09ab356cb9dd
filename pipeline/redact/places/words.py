"""What a word may be in a description of a place: its kind, by the policy's words, the lexicon and the registration."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import GIVEN, NAME, PLACE, SURE_STREET, VOCABULARY, WORD, Lexicon
from pipeline.redact.patterns import TOKEN
from pipeline.redact.people import fold
from pipeline.redact.reading import Reading
from pipeline.redact.report import ReportMasks
from pipeline.weigh.remember import MOST_WORDS

GAP: Final = re.compile(r"[ .]{1,2}|, ?| ?[(\"“'‘]|[\-/]|: ?")
"""What may stand between two words of one description."""
CLOSE_GAP: Final = re.compile(r" ?[\-/(\"“'‘ ]| ")
"""What may stand between two words that say together where: no comma."""
SHORT_END: Final = re.compile(r"(?:.*[^aeiou])?[aeiou][bdfgklmnprst]")
HEAD_END: Final = re.compile(
    r"[^\W\d_]{3,}(?:school|schooltje|praktijk|kliniek|vereniging|centrum|lokaal|club|clubje|kring)"
)
"""A compound that ends like an institution: `zwemschool`."""
LEAST_NAME: Final = 4
LONGEST_ACRONYM: Final = 4
CUT_STREETS: Final = ("str", "ln", "pln", "sngl")


class Kind(IntEnum):
    """What a word may be in a description of a place; the higher, the more it tells one."""

    PLAIN = 0
    OWN = 1
    """A person involved, or where the family is known to live: never part of a description."""
    NAME = 2
    """May be the name of a place: one behind a lead."""
    HEAD = 3
    """An institution: tells a place with a name or beside one."""
    PLACE = 4
    """Tells a place by itself."""


PLAIN, MAY_BE_NAME = (Kind.PLAIN, Kind.PLAIN), (Kind.NAME, Kind.NAME)
HEADS, PLACES = (Kind.HEAD, Kind.HEAD), (Kind.PLACE, Kind.PLACE)


Judge = Callable[["Word"], Kind]


class Word:
    """A word of the text, where it stands, and what it may be: judged once it is asked, as few words are."""

    __slots__ = ("_judge", "_kind", "end", "small", "start", "text")

    def __init__(self, text: str, start: int, end: int, judge: Judge) -> None:
        """Hold `text`, which stands at `start:end`."""
        self.text, self.small, self.start, self.end = text, text.lower(), start, end
        self._judge = judge
        self._kind: Kind | None = None

    @property
    def kind(self) -> Kind:
        """What the word may be."""
        if self._kind is None:
            self._kind = self._judge(self)
        return self._kind


class PlaceWords:
    """Judges words by the policy and the lexicon."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words; the landmarks become one pattern."""
        self.words, self.lexicon, self.ending_titles, self.verbs = (
            policy.whereabouts,
            lexicon,
            policy.ending_titles,
            policy.person_verbs,
        )
        ends = sorted(self.words["landmarks"], key=len, reverse=True)
        self.landmark = re.compile(rf"(?:.*[^\W\d_])?(?:{'|'.join(re.escape(end) for end in ends)})(?:en|s|je|jes)?")
        short_ends = sorted({end for end in (*ends, *self.words["whole"]) if SHORT_END.fullmatch(end)}, key=len)
        doubled = "|".join(f"{re.escape(end)}{end[-1]}" for end in reversed(short_ends))
        self.plural = re.compile(rf"[^\W\d_]*(?:{doubled})(?:en|etje|etjes)")
        """`stadswallen`, `bruggetjes`: a short end is doubled."""
        short = "|".join(sorted((re.escape(w) for w in self.words["whole"] if len(w) >= LEAST_NAME), key=len))
        self.compound = re.compile(rf"[^\W\d_]{{3,}}(?:{short})")
        """A word that no list knows and that ends like a landmark: `wijnhuistoren`."""
        self.kinds_of = lru_cache(MOST_WORDS)(self._kinds_of)
        """What a word as written may be, by itself: where it names a person involved, and where it does not."""

    def read(self, reading: Reading, bounds: tuple[int, int]) -> list[Word]:
        """Return the words within `bounds`."""
        stretch = reading.text[slice(*bounds)]
        flat = stretch.isupper() or stretch.islower()
        return read_words(reading.text, *bounds, self.judge(reading, flat))

    def judge(self, reading: Reading, flat: bool) -> Judge:
        """Return who says what a word of a text may be; `flat` where capitals say nothing."""
        leads, kinds_of = self.words["leads"], self.kinds_of
        text, _, _, report, stay, is_own = reading

        def kind(word: Word) -> Kind:
            small, upper = word.small, word.text[0].isupper()
            if small in leads and not upper:
                return Kind.PLAIN
            if stay and any(span.start <= word.start < span.end for span in stay):
                return Kind.OWN
            if _is_known(fold(small), upper, report):
                return Kind.OWN
            capital = upper and not flat and not _begins(text, word.start)
            own, other = kinds_of(word.text, capital, flat)
            return own if own is not other and is_own(small) else other

        return kind

    def _kinds_of(self, written: str, capital: bool, flat: bool) -> tuple[Kind, Kind]:  # noqa: PLR0911 - each return is one reason
        small = written.lower()
        if small in self.ending_titles or small in self.words["countries"]:
            return PLAIN
        if small in self.words["homes"]:
            return PLAIN
        if small in self.words["institutions"]:
            return HEADS
        flags = self.lexicon.of(small)
        street = SURE_STREET.match(small) and (capital or not flags & (WORD | VOCABULARY))
        if small in self.words["whole"] or self.landmark.fullmatch(small) or street or self._is_plural(small):
            return PLACES
        if not flags and self.compound.fullmatch(small):
            return PLACES
        if HEAD_END.fullmatch(small):
            return HEADS
        if small in self.words["shops"]:
            return MAY_BE_NAME
        if flags & PLACE:
            written_so = written[0].isupper() and not flat
            sure = not flags & (GIVEN | (0 if capital else WORD) | (0 if written_so else NAME))
            return PLACES if sure else MAY_BE_NAME
        if written.isupper() and not flat and not flags and len(small) <= LONGEST_ACRONYM:
            return PLAIN
        if flags & GIVEN and not flags & WORD:
            return Kind.OWN, Kind.PLAIN
        if (len(small) < LEAST_NAME and not capital) or flags & VOCABULARY or flags & GIVEN or small.isdigit():
            return PLAIN
        if capital:
            return Kind.OWN, Kind.NAME
        unknown = not flags and not self.lexicon.is_compound(small) and small.isalpha()
        return (Kind.PLAIN, Kind.NAME) if unknown else PLAIN

    def _is_plural(self, small: str) -> bool:
        """Whether a word is several of a landmark with a short end: `bruggen`, `stadswallen`."""
        return self.plural.fullmatch(small) is not None

    def is_adjective(self, word: Word) -> bool:
        """Whether a plain word may stand before the word of a place: `de hele binnenstad`."""
        small = word.small
        return (
            small[-1:] in {"e", "n", "s"}
            and len(small) >= LEAST_NAME
            and word.kind == Kind.PLAIN
            and small not in self.verbs
            and small not in self.words["leads"]
            and not small.isdigit()
            and bool(self.lexicon.of(small) & (WORD | VOCABULARY))
        )


def read_words(text: str, start: int, end: int, judge: Judge) -> list[Word]:
    """Return the words of `text[start:end]`, of which `judge` says what they may be."""
    return [Word(hit[0], hit.start(), hit.end(), judge) for hit in TOKEN.finditer(text, start, end)]


def joined(text: str, words: Sequence[Word], at: int, gap: re.Pattern[str] = GAP) -> bool:
    """Whether the word at `at` and the next may belong to one description."""
    if at + 1 >= len(words):
        return False
    end, start = words[at].end, words[at + 1].start
    if end + 1 == start and text[end] == " ":
        return True
    if gap.fullmatch(text, end, start) is None:
        return False
    short = len(words[at].text) <= LONGEST_ACRONYM or words[at].small.endswith(CUT_STREETS)
    return text[end] != "." or short


def _is_known(named: str, upper: bool, report: ReportMasks) -> bool:
    """Whether a folded word names a person of the registration, or where the family is known to live."""
    return (
        named in report.open_words
        or named in report.outsiders
        or (upper and named in report.street_words)
        or named in report.open_places
        or named in report.involved
        or ("-" in named and named.split("-", maxsplit=1)[0] in report.open_places)
    )


def _begins(text: str, at: int) -> bool:
    """Whether a sentence or a quotation begins at `at`."""
    before = text[:at].rstrip(" \"“'‘(")
    return not before or before[-1] in ".!?:;\n•" or text[at - 1 : at] in {"\n", '"', "“"}
