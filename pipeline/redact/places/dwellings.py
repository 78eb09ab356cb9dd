"""What words tell a home: a floor, a door, a side of the street; no street has to stand there."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from pipeline.policy.redaction import RedactionPolicy, small_words
from pipeline.redact.lexicon import NAME, PLACE, SURE_STREET, VOCABULARY, WORD, Lexicon
from pipeline.redact.months import FEAST_DAY, MONTH
from pipeline.redact.patterns import TOKEN
from pipeline.redact.places.journeys import Journeys
from pipeline.redact.reading import Reading
from pipeline.redact.spans import Span
from pipeline.redact.spelt_numbers import SPELT, UNITS
from pipeline.weigh.remember import remembered

NUMBERED: Final = re.compile(
    rf"\b(?:op|van|nr\.?|nummer|no\.?|huisnummer|perceel|unit|chalet|kamer|kavel|app\.?|appartement|etage|blok|trap|portiek|ingang|steiger|vak|plek|huisje)\.? (?:nr\.? |nummer )?(?:\d{{1,4}}(?:[ \-]?[a-h])?(?!\w)|{SPELT}){UNITS}|^van (?:de )?(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|\d+e)$"
)
AGED: Final = re.compile(
    rf"(?:meisje|jongen|jongetje|kind(?:eren)?|zoon(?:tje)?|dochter(?:tje)?|baby|peuter|kleuter|tweeling|zusje|broertje) van (?:\d{{1,2}}|{SPELT})$"
)
"""A child by its age: `een meisje van zes`."""
LONGEST_AGED: Final = 60
"""Characters in which a child stands by its age: more are looked at again for every home of a long text."""
COUNTS: Final = re.compile(
    rf" (?:{MONTH}|{FEAST_DAY}\b|uur\b|jaar\b|keer\b|dag(?:en)?\b|weken\b|maand(?:en)?\b|minuten\b)"
)
"""Behind a number that is of no house: `op 12 augustus`, `op 1e kerstdag`."""
SPELT_BEHIND: Final = re.compile(rf" (?:{SPELT}|zoveel)(?: [a-h]\b)?{UNITS}")
"""A house number in words behind a street: `tweehonderdelf b`."""
NEXT_WORD: Final = re.compile(r" ([^\W_]+)")
GARNISH: Final = re.compile(r" (?:met|mei) (?:de|het|it|die|dat|een|z'n|zijn|haar) (?:[^\W\d_]+ ){0,2}[^\W\d_]+")
"""What a house is known by: `met de vlag`."""
TINT: Final = r"(?:(?:licht|donker|fel)?(?:rode?|rood|blauwe?|groene?|gele?|geel|witte?|wit|zwarte?|grijze?|grijs|bruine?|bruin|oranje|paarse?|roze))"
SEEN: Final = r"(?:\w*(?:deur|hek|hok|huisje|luiken|kozijn(?:en)?|gordijn(?:en)?|dak|schutting|poort|gevel|brievenbus|rolluik(?:en)?|zonnepanelen))"
TINTED: Final = re.compile(rf" (?:(?:met|mei) )?{TINT} {SEEN}(?!\w)")
"""The same without an article: `met rode luiken`, `nr 44 blauw hok`."""
NEXT_TINTED: Final = re.compile(rf", (?P<seen>{TINT} {SEEN})(?= ?[,.;)]| ?$)")
"""Behind a comma: `nr 44, blauw hok`."""
STOPS: Final = small_words()["home_ends"]
"""Where a description ends at the latest, inside a piece."""
MOST_TOLD: Final = 14
"""Words of a description between two commas."""
MOST_READ: Final = 60
"""Words in which its end is looked for."""
SHORT: Final = 3
"""Words of a piece that goes on with a home."""
GOES_ON: Final = 4
LOOKS_ON: Final = 9
"""Words of a piece behind a home that says how it looks, and of one that does so with `met` or `zonder`."""
LOOKS: Final = frozenset({"met", "zonder"})
POINTS: Final = frozenset({"die", "dat", "deze"})
ARTICLES: Final = frozenset({"de", "het", "een", "'t", "die", "dat", "enig", "enige"})
BARE: Final = re.compile(
    r"(?:de|het|een|die|dat|deze|dit) (?:flat|flatgebouw|pand|gebouw|appartement|appartementencomplex|wooncomplex|complex|portiek|galerij|huurhuis|straatje|studentenhuis|woning|camping|vakantiepark|buurhuis)"
)
"""Tells no home by itself: `bewoners van [de flat]`."""
PLACE_LEADS: Final = small_words()["home_places"]
DWELLING: Final = re.compile(
    r"[^\W\d_]{3,}(?:woning|woninkje|flat|flatje|hoeve|boerderij|boerderijtje|caravan|etage|bungalow|verdieping|portiek|huisje|keet|schip|boot|bootje|ark|arkje|stelp)(?<!park)|\d{1,2}-hoog"
)
COUNTED: Final = small_words()["home_counted"]
"""Before the first word of a description they belong to it."""
AT: Final = re.compile(
    r"(?:(?:nu|nog|daar|hier|zelf|ook|tijdelijk|ergens|momenteel|thans|bij ons|nota bene|altijd|vlak|gewoon) )*"
    r"(?:in|op|te|aan|boven|onder|naast|achter|tegenover|schuin|nabij|om|aan|rond|langs|tussen de|tussen het|bij de|bij het|vlakbij|dichtbij|daarboven)\b"
    r"(?! (?:huis|elkaar|gezinsverband|het huis|angst|vrede|scheiding|zichzelf|haar|zijn|hun|mijn|die tijd|bed|de bank|hem)\b)"
)
"""Behind `woont` of somebody outside: a place, whatever words follow."""
REACHED: Final = re.compile(
    r"(?:(?:alleen|slechts|enkel|uitsluitend|het best|te voet) )*(?:bereikbaar|te bereiken|toegankelijk|toegang|(?:in|op)gang) (?:via|over|langs|door|met|vanaf|achterom|aan)\b"
)
"""How a home is come to: `alleen bereikbaar via het pad`."""
ORDER: Final = small_words()["home_order"]
OWN_NOUN: Final = re.compile(
    r"\b(?:so|ve|ik|wij|we|slachtoffer|verdachte|aangeefster|aangever|betrokkenen?|kinderen|kind|gezin|echtpaar|partijen|k\d|mw|hun|zijn (?:vrouw|ouders)|moeder|vader|echtgeno(?:ot|te))\b"
)


LEADING: Final = small_words()["home_leading"]


class Dwellings:
    """Tells whether words of a piece of text tell a home, and from where to where."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        words = policy.whereabouts
        self.kept = words["kept"] - LEADING
        self.others, self.verbs, self.lexicon = others_of(policy), policy.person_verbs - {"zijn", "en"}, lexicon
        self.countries, self.outhouses = words["countries"], words["outhouses"]
        self.sure, self.perhaps = words["dwellings"], words["dwelling_parts"]
        self.leads = words["leads"] | words["before"] | words["beside"]
        self.tells = self.leads | self.sure | self.perhaps
        self.journeys = Journeys(policy.parts["journeys"])
        self.says = remembered(self._of_word)
        """Whether a word says that a home is told, and whether it does so with a capital."""

    def told_in(self, reading: Reading, start: int, stop: int, *, sure: bool) -> tuple[int, int] | None:
        """Return from where to where `start:stop` tells a home; `sure`: only where a word of a home says so.

        A street of the family says nothing by itself.
        """
        text, small, stay = reading.text, reading.small, reading.stay
        words = list(islice(TOKEN.finditer(small, start, stop), MOST_READ))
        words = words[: next((n for n in range(len(words)) if self._ends(words, n)), MOST_TOLD)]
        if words and words[-1][0][0].isdigit() and COUNTS.match(small, words[-1].end()):
            words.pop()
        if not words:
            return None
        known = [w for w in words if any(span.start <= w.start() < span.end for span in stay)] if stay else []
        told = [n for n, w in enumerate(words) if w not in known and self._says(text, w)]
        told += [n for n in range(1, len(words)) if words[n] not in known and self._is_led(text, words, n)]
        if not told and not self._tell_together(small, words, sure=sure):
            return None
        first = next((n for n, w in enumerate(words) if w[0] in self.tells or w[0][0].isdigit() or n in told), 0)
        looks = not sure and (len(words) <= SHORT or words[0][0] in LOOKS)
        if (
            looks
            or REACHED.match(small, words[0].start())
            or (not sure and self.is_plain([w[0] for w in words[:first]]))
        ):
            first = 0  # `, groene deur`, `, met de blauwe schutting`, `, de boot net voorbij de brug`
        while first and words[first - 1][0] in COUNTED:
            first -= 1
        return words[first].start(), words[-1].end()

    def goes_on(self, small: str, start: int, stop: int) -> bool:
        """Whether a piece behind a home says no more than what it looks like: `, blauwe mast`, `, oneven kant`."""
        words = words_of(small, start, stop)
        looks = not LOOKS.isdisjoint(words)
        words = words[1:] if looks and words[0] in POINTS else words
        return self.is_plain(words) and 1 < len(words) <= (LOOKS_ON if looks else GOES_ON)

    def is_plain(self, words: Sequence[str]) -> bool:
        """Whether none of `words` says who, when or what happened."""
        return not any(
            w in self.verbs or w in self.kept or w in self.others or OWN_NOUN.fullmatch(w) or w[0].isdigit()
            for w in words
        )

    def is_bare(self, small: str, told: Span) -> bool:
        """Whether a home is told by no more than what it is: `bewoners van [de flat] zagen niets`."""
        bare = BARE.match(small, told.start, told.end)
        behind = words_of(small, bare.end(), told.end)[:1] if bare else []
        return bare is not None and (bare.end() == told.end or not self.is_plain(behind))

    def garnished(self, small: str, at: int) -> int:
        """Return where the rest of an address ends: a number in words, a floor, what the house is known by."""
        number = SPELT_BEHIND.match(small, at)
        at = number.end() if number else at
        while (word := NEXT_WORD.match(small, at)) and (word[1] in self.sure or word[1] in self.perhaps):
            at = word.end()
        tinted = TINTED.match(small, at)
        at = tinted.end() if tinted else at
        garnish = GARNISH.match(small, at)
        return garnish.end() if garnish and not any(w in self.verbs for w in garnish[0].split()) else at

    def is_part(self, word: str) -> bool:
        """Whether a word behind an address belongs to it: `, bovenwoning`, `, schuur`."""
        return word in self.perhaps or word in self.outhouses

    def is_short(self, small: str, start: int, stop: int) -> bool:
        """Whether a stretch is a few words of which none says who or what happened."""
        words = words_of(small, start, stop)
        return len(words) <= GOES_ON and not any(w in self.verbs or w in self.others for w in words)

    def _tell_together(self, small: str, words: Sequence[re.Match[str]], *, sure: bool) -> bool:
        """Whether words of which none says so by itself tell a home: by a number, by two weak ones, by how far it is."""
        low, high = words[0].start(), words[-1].end()
        stretch = small[low:high]
        weak = sum(w[0] in self.perhaps for w in words) + (
            GARNISH.search(stretch) is not None or TINTED.search(stretch) is not None
        )
        numbered = (
            None
            if AGED.search(small, max(0, high - LONGEST_AGED), high)
            else NUMBERED.search(stretch.removeprefix("daar ").removeprefix("hier "))
        )
        if sure and not weak and numbered:
            return numbered.start() == 0 or stretch.startswith(("op ", "nr", "nummer"))
        if (
            numbered
            or weak > 1
            or REACHED.match(small, low, high)
            or (not sure and (weak or AT.match(small, low, high)))
        ):
            return True
        return any(self.journeys.find(small, low, high))

    def _ends(self, words: Sequence[re.Match[str]], at: int) -> bool:
        """Whether a description is over before the word at `at`: at a verb, a conjunction, a word behind a number."""
        word = words[at][0]
        if word in self.verbs or (
            at > 0
            and word in STOPS
            and not (self._points(words, at) or self._looks(words, at) or _is_between(words, at))
        ):
            return True
        counted = at > 0 and words[at - 1][0].isdigit()
        return (
            counted
            and len(word) > 1
            and word not in self.sure
            and word not in self.perhaps
            and word not in self.leads
            and word not in ORDER
        )

    def _points(self, words: Sequence[re.Match[str]], at: int) -> bool:
        """Whether the word at `at` points at a house: `boven die winkel`, `met dat hek`."""
        before = words[at - 1][0]
        return words[at][0] in {"die", "dat"} and (before == "met" or before in self.leads)

    def _looks(self, words: Sequence[re.Match[str]], at: int) -> bool:
        """Whether the word at `at` goes on with how a house looks: `zonder naambord`, `vanaf de brug`."""
        word = words[at][0]
        if word not in {"zonder", "vanaf"} or at + 1 == len(words):
            return False
        behind = [w[0] for w in words[at + 1 : at + 3]]
        noun = behind[-1] if behind[0] in ARTICLES else behind[0]
        led = word == "zonder" or behind[0] in ARTICLES
        return led and noun not in ARTICLES and self.is_plain([noun])

    def _is_led(self, text: str, words: Sequence[re.Match[str]], at: int) -> bool:
        """Whether a word with a capital behind `te`, `in` or `wijk` is a place: `te IJlst`, `de wijk Het Broek`."""
        if words[at - 1][0] not in PLACE_LEADS or not text[words[at].start()].isupper():
            return False
        small = words[at][0]
        return not self.lexicon.of(small) & VOCABULARY and small not in self.countries

    def _says(self, text: str, word: re.Match[str]) -> bool:
        """Whether a word says that a home is told: of the policy's, a street, a place, a landmark with a lead."""
        sure, written = self.says(word[0])
        return sure or (written and text[word.start()].isupper())

    def _of_word(self, small: str) -> tuple[bool, bool]:
        if small in self.sure or DWELLING.fullmatch(small):
            return True, True
        flags = self.lexicon.of(small)
        if SURE_STREET.match(small):
            return not flags & (WORD | VOCABULARY), True
        return False, bool(flags & PLACE) and not flags & NAME


def _is_between(words: Sequence[re.Match[str]], at: int) -> bool:
    """Whether the word at `at` leads to the second thing that a home lies between: `tussen de slager en de Wibra`."""
    return words[at][0] == "en" and any(word[0] == "tussen" for word in words[max(0, at - GOES_ON) : at])


def words_of(small: str, start: int, end: int) -> list[str]:
    """Return the words of a stretch."""
    return TOKEN.findall(small, start, end)


def others_of(policy: RedactionPolicy) -> frozenset[str]:
    """Return the words for somebody outside: titles of callers, witnesses and others."""
    return frozenset(
        word
        for word, title in policy.titles.items()
        if title.kind in {"witness", "caller"} or (title.kind == "third_party" and title.always)
    )
