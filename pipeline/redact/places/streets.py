"""A street before a house number: which words are one, and where it begins and ends."""

# ruff: noqa: E501, PLR0911 - a pattern is read better whole; each return is one reason why it is no street
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pipeline.redact.lexicon import GIVEN, NAME, PLACE, STREET, VOCABULARY, WORD, Lexicon
from pipeline.redact.months import MONTH_STEM
from pipeline.redact.people import fold
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import Span, mask

LEAST_STRANGE: Final = 6
MOST_WORDS: Final = 6
LONGEST_END: Final = len("weg")
"""Letters of an end that is no street by itself: `weg 3`."""
AFTER: Final = re.compile(
    r"(?:[ \-]?(?:bis|hs|huis|rood|zwart|[a-hA-H]|[IVX]{1,4}|\d{1,3}(?= |,|\.|$)|boven|beneden)(?!\w))?(?: nr\.? ?\d+)?(?:,? \d{1,2}(?:e|de)? ?hoog)?(?: (?:achter|voor|links|rechts)(?=[ ,.]))?(?:,? *\(?\d{4} ?[A-Za-z]{2}(?!\w)\)?)?"
)
TOWN: Final = re.compile(
    r",? +(?:te|in|,)? *((?:[A-ZÀ-Þ'][\w'’\-]+)(?: (?:aan|den|de|op|van|bij) (?:den |de )?[A-ZÀ-Þ]\w+| [A-ZÀ-Þ]\w+)?)"
)
MORE: Final = re.compile(
    r"(?:\s*(?:en|of|/|,|&|t/m)\s*(?:nr\.? ?|nummer )?\d{1,4}(?:[ \-]?[a-hA-H])?(?!\w|[:.]\d)){1,100}(?!\s*(?:uur|jaar|keer|kinderen|personen|minuten|dagen|weken))"
)
COUNTED: Final = re.compile(rf" (?:{MONTH_STEM}|euro\b)", re.IGNORECASE)
"""Behind a number that counts days or money: `aan Dwight 15 maart`."""
BEYOND: Final = re.compile(r" ?-?(?:bis|hs|boven|beneden|rood|zwart|[a-h]|I{1,3})(?!\w)|-\d{1,3}(?!\d)", re.IGNORECASE)
"""What makes another house of a number."""
CUT_END: Final = re.compile(r"(?:str|ln|wg|pln|pl|gr|kd|sngl|bd|blvd|plnts)\.$", re.IGNORECASE)
IN_TOWN: Final = re.compile(r"[a-h]? (?:in|te) [A-ZÀ-Þ]\w{2,}")
TOWN_BEFORE: Final = re.compile(r"(?P<town>[A-ZÀ-Þ][\w'’\-]+), $")
"""A town behind a number, or before what may be a street: `Harste 4 in Scharnegoutum`, `Krimpen, Noord 18`."""
INITIALS: Final = re.compile(r"(?<![\w.])(?:[A-Z]\. ?){1,3}$")
"""Before a street that is called after somebody: `W. de Zwijgerlaan`."""
ORDINAL: Final = re.compile(r"\b(?:\d{1,2}(?:e|de|ste)|eerste|tweede|derde|vierde) $", re.IGNORECASE)
LEADS: Final = re.compile(
    r"(?:\b(?:adres|woonachtig|woont|wonende|woonde|wonen|wnt|wnd|wng|woning|verblijft|verblijf|ingeschreven|slaapt|aan|op|in|naar|bij|tegenover|hoek|nabij|thv|t\.h\.v\.|hoogte van|te|gelegen|perceel|van|flat|torenflat|gebouw|complex|wooncomplex|camping|hofje|residentie|huize)\s+(?:de |het |'t |een |it |de'n )?|\()$",
    re.IGNORECASE,
)
ADDRESSED: Final = re.compile(r"\b(?:adres|[Aa]dres|woon\w+|wng|ingeschreven)\b[^.;!?\n]*[,:] $")
"""Before two words with capitals and a number: they are a street."""
MARK_END: Final = re.compile(r"^(?:huisnummer|huisnr|nummer|nr|no|perceel)\.?$")


class Streets:
    """Finds them, by the words of `parts.toml`."""

    def __init__(self, words: Mapping[str, Sequence[str]], lexicon: Lexicon) -> None:
        """Hold the words; `words` are those of [addresses]."""
        self.lexicon = lexicon
        self.inner, self.heads, self.small_heads, self.lower_heads, self.no_street = (
            frozenset(words[name]) for name in ("inner", "heads", "small_heads", "lower_heads", "no_street")
        )

    def numbered(self, text: str, hit: re.Match[str], last: str, report: ReportMasks) -> Span | None:
        """Return the span of the address whose number is `hit`, behind the word `last`; None where it is none, or stays."""
        if last in self.no_street and not MARK_END.search(last):
            return None
        if not self._looks_street(text, hit.start(), last.rstrip(".")):
            return None
        start, words = self._words_before(text, hit.start())
        last = words[-1].lower().strip(".,") if words else ""
        if last in self.no_street or not last:
            return None
        if not _ends_as_street(words[-1], last) and not self._is_street(text, start, words, hit):
            return None
        start, street = self._trim(text, start, words)
        if before := ORDINAL.search(text, max(0, start - 8), start) or INITIALS.search(text, max(0, start - 9), start):
            start = before.start()
        end = AFTER.match(text, hit.end()).end()  # type: ignore[union-attr]  # every part of it may be empty
        end = more.end() if (more := MORE.match(text, end)) else end
        if report.hidden.is_street(street):
            return mask(start, self._with_town(text, end), "secret_address")
        if _is_own(text, words, hit, report):
            return None
        return mask(start, self._with_town(text, end), "third_party_address")

    def _is_street(self, text: str, start: int, words: list[str], hit: re.Match[str]) -> bool:
        """Whether words that do not end as a street are one all the same, before the number `hit`."""
        if COUNTED.match(text, hit.end()):
            return False
        if not words[-1][0].isupper() and self.lower_heads.isdisjoint(word.lower() for word in words):
            return self._is_strange(words[-1].lower().strip(".,"), text[hit.end() : hit.end() + 9])
        return self._may_be_street(text, start, words, hit)

    def _words_before(self, text: str, at: int) -> tuple[int, list[str]]:
        """Return the words right before `at` that may be a street, and where the first begins; `nr` is passed over."""
        words: list[str] = []
        start = at
        while len(words) < MOST_WORDS:
            end = len(text[:start].rstrip(" ,")) if not words else len(text[:start].rstrip(" "))
            begin = text.rfind(" ", 0, end) + 1
            for gap in "\n(/:":
                begin = max(begin, text.rfind(gap, begin, end) + 1)
            word = text[begin:end]
            if not word or (
                not words and not word[-1].isalnum() and not MARK_END.match(word.lower()) and not CUT_END.search(word)
            ):
                break
            if not words and MARK_END.match(word.lower()):
                start = begin
                continue
            if (
                words and not (word[0].isupper() or word.lower() in self.inner or word.lower() in self.small_heads)
            ) or (words and word[-1] in ",;:!?)"):
                break
            words.insert(0, word)
            start = begin
            if begin == 0 or text[begin - 1] != " ":
                break
        return start, words

    def _looks_street(self, text: str, at: int, last: str) -> bool:
        """A cheap look before the dear one: a capital or a street's end close before the number."""
        if STREET.search(last) or MARK_END.search(last) or (len(last) >= LEAST_STRANGE and last.isalpha()):
            return True
        near = text[max(0, at - 40) : at]
        if near.rstrip(" ,").rpartition(" ")[2][:1].isupper():
            return True
        small = near.lower()
        return " van " in small and any(f"{word} van " in small for word in self.lower_heads)

    def _is_strange(self, word: str, after: str) -> bool:
        """`bogardeind 300`: a word that nobody knows before a number that counts nothing."""
        unknown = len(word) >= LEAST_STRANGE and not self.lexicon.of(word) and not self.lexicon.is_compound(word)
        return unknown and not re.match(
            r"\s*[a-z%€]", after.replace(" en ", "").replace(" in ", "").replace(" te ", "")
        )

    def _may_be_street(self, text: str, start: int, words: list[str], hit: re.Match[str]) -> bool:
        """`Brink 5`, `Laan van Meerdervoort 1`: no street by its end, but by what stands around it."""
        after = text[hit.end() : hit.end() + 9].lower()
        if re.match(r"\s*(?:uur|u\b|jaar|jr|jarig|dagen|weken|maand|min|kinder|euro|x\b)", after):
            return False
        heads = {word.lower().strip(".") for word in words[:-1]}
        if heads & self.heads or STREET.search(words[0].lower()):
            return True
        if after.lstrip().startswith("("):
            return False
        flags = self.lexicon.of(words[-1].lower())
        if (
            len(words) > 1
            and all(word[0].isupper() for word in words)
            and ADDRESSED.search(text, max(0, start - 60), start)
        ):
            return not flags & NAME
        if flags & VOCABULARY:
            return False
        leads = (
            LEADS.search(text, max(0, start - 24), start)
            or IN_TOWN.match(text, hit.end())
            or self._place_behind(text, hit.end())
        )
        if not leads and (town := TOWN_BEFORE.search(text, max(0, start - 24), start)):
            leads = (
                town
                if self.lexicon.of(town["town"].lower()) & PLACE or town["town"].lower() in self.lexicon.place_parts
                else None
            )
        return leads is not None and not (flags & GIVEN and flags & NAME and len(words) == 1)

    def _trim(self, text: str, start: int, words: list[str]) -> tuple[int, str]:
        """Take words off the front that belong to the sentence: `Zij woont Kerkstraat 5`, `op de Kerkstraat 5`."""
        while len(words) > 1:
            first = words[0]
            small = first.lower().strip(".")
            sentence = (first[0].islower() and small not in self.lower_heads | self.small_heads) or (
                small in self.lexicon.words and small not in self.heads and not STREET.search(small)
            )
            sentence = sentence or (small not in self.heads and bool(self.lexicon.of(small) & VOCABULARY))
            inner = first[0].isupper() and not first.isupper() and LEADS.search(text, max(0, start - 24), start)
            if inner and small not in {"de", "het", "ik", "wij", "zij", "hij"}:
                break
            if not sentence or (len(words) == 2 and small in {"de", "het", "'t"}):  # noqa: PLR2004 - `de Brink`
                break
            start = text.index(words[1], start + len(first))
            words = words[1:]
        return start, " ".join(words)

    def _place_behind(self, text: str, end: int) -> re.Match[str] | None:
        """Return the known place that stands right behind a number: `Kerkeburen 5 Makkum`."""
        town = TOWN.match(text, end)
        return town if town and text[end] == " " and town[1].lower() in self.lexicon.places else None

    def _with_town(self, text: str, end: int) -> int:
        town = TOWN.match(text, end)
        if not town:
            return end
        name = town[1].lower()
        if name in self.lexicon.places:
            return town.end()
        first = name.split()[0]
        if first in self.lexicon.places:
            return town.start(1) + len(first)
        led = text[end : town.start(1)].strip(" ,") in {"te", "in"}
        strange = not any(self.lexicon.of(part) & (WORD | VOCABULARY) for part in name.split())
        return town.end() if led or strange else end


def _ends_as_street(written: str, last: str) -> bool:
    """Whether the last word, as written and in small letters without its marks, is one of a street, cut short or not."""
    ends = CUT_END.search(written) or STREET.search(last)
    return ends is not None and len(last) > LONGEST_END and not last.isdigit()


def _is_own(text: str, words: list[str], hit: re.Match[str], report: ReportMasks) -> bool:
    """Whether it is the family's open address: its street, and its number where one is known."""
    last = words[-1].lower().strip(".,")
    family = any(report.is_family_street(" ".join(words[at:])) for at in range(len(words)))
    if not family and fold(last) not in report.street_words:
        return False
    own = hit[0] in report.family_numbers or not report.family_numbers
    return own and (not BEYOND.match(text, hit.end()) or _has_suffix(report.family_numbers, hit[0]))


def _has_suffix(numbers: Iterable[str], house: str) -> bool:
    """Whether the family lives at a number with more to it than `house`: `14 bis` is then their own."""
    return any(number != house and number.startswith(house) for number in numbers)
