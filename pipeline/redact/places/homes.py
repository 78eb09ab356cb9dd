"""Where somebody outside lives, told behind the name or behind a verb: `Bos, drie hoog achter, zag`.

No street has to stand there: what says that it is a home are words such as a floor, a door, a side of the street.
"""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import GIVEN, Lexicon
from pipeline.redact.patterns import holds_any
from pipeline.redact.places.dwellings import NEXT_TINTED
from pipeline.redact.places.nameless_homes import find_nameless
from pipeline.redact.places.residents import FAR, SELF, SENTENCE_ENDS, Outside, Residents, begins
from pipeline.redact.places.told_homes import BEHIND, NEXT, ToldHomes
from pipeline.redact.reading import Reading
from pipeline.redact.scan import Scan
from pipeline.redact.spans import Span, mask
from pipeline.redact.spelt_numbers import SPELT, UNITS

PERSONS: Final = frozenset({"third_party", "witness", "caller", "name"})
"""Kinds of masks that stand for somebody outside whose home is nobody's business."""
LIVES: Final = re.compile(
    r"\b(?:in|bij|mee)?(?:won(?:end|ende|en)|woon(?:t|de|den|achtig)?)\b|\b(?:wng|wnd)\.(?= )|\b(?:wng|wnd|adres|huist|ingeschreven|te vinden)\b|\b(?:haar|zijn|hun) (?:huis|woning) ?(?:is(?= )|:)"
)
LONGEST_LEAD: Final = len("mee")
"""Characters of such a verb before its sign; a word goes on for a whole text where nobody set a space."""
OWN_HOME: Final = re.compile(
    r"\b(?:mijn|ons) (?:eigen )?(?:huis|huisje|woning|flat|appartement|kamer|etage)\b(?: (?:gegaan|gelopen|gerend|gebracht|gereden|gevlucht|meegenomen))?"
)
"""Of somebody outside who speaks."""
NUMBER: Final = re.compile(
    rf" \d{{1,4}}(?: ?[a-h](?!\w)|[a-h]{{1,2}}(?!\w))?(?!\w){UNITS}(?= ?[,.;)\n]| ?$| (?:[a-zé]+ hoog|hoog|hs|bis|rood|zwart|boven|beneden|achter|huis)\b)"
)
"""Behind a word with a capital between commas: a house."""
STREET: Final = re.compile(
    r"[,(] ?(?P<street>(?:(?:De|Het|'t|Op) (?:de )?)?[A-ZÀ-Þ][^\W\d_]{3,}(?:[ \-][A-ZÀ-Þ][^\W\d_]+)?)$"
)
PERSON_BEFORE: Final = re.compile(r"[A-ZÀ-Þ][^\W\d_]+ (?:(?:van|de|der|den|el|ten|ter) ){0,3}[A-ZÀ-Þ][^\W\d_]+$")
NAME_REACH: Final = 60
"""Characters before a house number in which its street stands, and before that a person."""
STAYS: Final = re.compile(
    r"\b(?:zit|zat|zaten|slaapt|sliep|verblijft|verbleef|huurt|huurde|logeert|logeerde|gelogeerd|geslapen|overnacht|bivakkeert|resideert|kampeert|staat|wacht|wachtte|onderdak(?: \w+)?|vanuit|vanaf)\b"
)
"""Verbs that tell a home only where a home is told behind them."""
PART: Final = re.compile(r" ?[,(] ?([^\W\d_]+)(?= ?[,.;)\n]| ?$)")
HOUSE: Final = re.compile(rf"\b(?:huisnummer|huisnr\.?) {SPELT}{UNITS}")
INTRODUCED: Final = re.compile(r"\b(?:mijn naam is|ik ben|ik heet|mijn naam:) (?:\w+ )?$")
"""Before the name of somebody outside: who speaks is outside."""
SPEAKS: Final = ("mijn naam", "ik ben", "ik heet")
NAMED_HOME: Final = re.compile(
    r"[\"“'‘]?(?:(?:De|Het|It|'t|Ons|Op|Oud|Oude|Nieuw|Nieuwe|Groot|Grote|Klein|Kleine|Nij|Huis|Huize) )?[A-ZÀ-Þ][\w'’]+[\"”'’]?"
)
"""The name behind `hoeve`, `ark`, `boerderij`."""
BEFORE_NAMED: Final = re.compile(r"(?:(?:de|het|it|een|zijn|haar|hun|'t) )?(?:[^\W\d_]+e )?$")
PLACE_NAMED: Final = re.compile(r"(?:^| )(?:op|oan|by|nei|aan) (?:de |it |het |'t )?$")
"""Before an unknown name that is a place: `zij zit op de Wulpenhoek`."""
LED_PLACE: Final = re.compile(r"(?:op|oan|by|aan) (?:de|it|het|'t) ")
ARTICLE: Final = re.compile(r"(?:it|'t|de|het) $")
CLOSED: Final = frozenset(["", ",", ".", ";", ":", ")", "\n", '"'])
"""What stands behind a verb that ends its clause."""


class Homes:
    """Finds descriptions of the homes of persons outside."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        self.told, self.residents, self.lexicon = ToldHomes(policy, lexicon), Residents(policy, lexicon), lexicon
        self.dwellings = self.told.dwellings

    def find(self, reading: Reading, found: Sequence[Span]) -> Iterator[Span]:
        """Yield a span for every home of somebody outside: behind a mask of `found`, and behind a verb that speaks of one."""
        yield from find_nameless(reading, self.told)
        yield from self._streets(reading, found)
        yield from self._named(reading, found)
        yield from self.told.in_rows(reading, sorted({span.end for span in found if span.kind in PERSONS}), BEHIND)
        yield from self._behind_addresses(reading, [span.end for span in found if span.kind == "third_party_address"])
        if "huisn" in reading.small:
            for house in HOUSE.finditer(reading.small):
                yield mask(*house.span(), "third_party_address")
        speaks = holds_any(reading.small, SPEAKS)
        if speaks and any(_is_introduced(reading.small, span.start) for span in found if span.kind in PERSONS):
            for own in OWN_HOME.finditer(reading.small):
                yield from self.told.behind(reading, own.end(), NEXT, sure=True)
        if "home" in reading.scan.signs:
            yield from self._beside_verbs(reading, found, speaks=speaks)

    def _behind_addresses(self, reading: Reading, addresses: Iterable[int]) -> Iterator[Span]:
        """Yield what goes on behind the ends of addresses: a floor, what the house looks like, a shed."""
        small = reading.small
        ends = {end: self.dwellings.garnished(small, end) for end in addresses}
        for end, garnished in ends.items():
            if garnished > end:
                yield mask(end, garnished, "third_party_address")
        for end in ends.values():
            if seen := NEXT_TINTED.match(small, end):
                yield mask(*seen.span("seen"), "third_party_address")
            if (part := PART.match(small, end)) and self.dwellings.is_part(part[1]):
                yield mask(*part.span(1), "third_party_address")
        yield from self.told.in_rows(reading, sorted(ends.values()), NEXT)

    def _beside_verbs(self, reading: Reading, found: Sequence[Span], *, speaks: bool) -> Iterator[Span]:
        """Yield homes beside a verb that speaks of somebody outside: `woont boven de winkel`, `in de flat woont Bos`.

        `speaks`: who speaks may say who that is.
        """
        small = reading.small
        starts = sorted(span.start for span in found if span.kind in PERSONS)
        outside = speaks and any(_introduces(small, at) for at in starts)
        others = Outside(starts, SELF if outside else frozenset())
        addresses = {span.start for span in found if span.kind == "third_party_address"}
        for start, end, sure in _verbs(small, reading.scan):
            told = self._beside_verb(reading, (start, end), addresses, sure=sure)
            elsewhere = bool(told) and not sure and self.residents.is_elsewhere(reading, told[0])
            if told and self.residents.is_others(reading, (start, end), others, told[0], elsewhere=elsewhere):
                yield from told
            if not sure and self.residents.is_subject(small, end, starts):
                yield from self.told.up_front(reading, start)

    def _beside_verb(self, reading: Reading, verb: tuple[int, int], addresses: Set[int], *, sure: bool) -> list[Span]:
        """Return what tells a home behind a verb, and before one that ends its clause; `addresses` begin there."""
        small, (start, end) = reading.small, verb
        told = [*self.told.told(reading, end, sure=sure)]
        if not told and sure and small.startswith(", ", end):
            told = [*self.told.behind(reading, end, NEXT)]  # `heeft bij Bos gelogeerd, een huisje …`
        if not told:
            told = [*self.told.led_up(small, end, addresses)]
        if small[end : end + 1] in CLOSED or small.startswith((" en ", " maar "), end):
            told += self.told.before(reading, start)
        return told

    def _streets(self, reading: Reading, found: Sequence[Span]) -> Iterator[Span]:
        """Yield a street that no list knows, by its number: `Fleur van Dam, Hemelrijken 90 twee hoog`."""
        text, small = reading.text, reading.small
        masked = {span.start: span.end for span in found if span.kind in PERSONS}
        ends = set(masked.values())
        for number in NUMBER.finditer(text):
            low = max(0, number.start() - NAME_REACH)
            street = STREET.search(text, low, number.start())
            if street is None or reading.stays(street.start("street"), number.end()):
                continue
            flags = self.lexicon.of(small[slice(*street.span("street"))])
            if flags & GIVEN and number[0][-1].isdigit():
                continue  # `Jada 12, Bo 9`
            someone = street.start() in ends or PERSON_BEFORE.search(text, low, street.start()) is not None
            if someone or masked.get(street.start("street")) == number.start():
                yield mask(street.start("street"), self.dwellings.garnished(small, number.end()), "third_party_address")

    def _named(self, reading: Reading, found: Sequence[Span]) -> Iterator[Span]:
        """Yield homes by the name they bear, in a sentence that names somebody outside; and what describes them."""
        small, ends = reading.small, []
        for span in found:
            lead = PLACE_NAMED.search(small, max(0, span.start - 12), span.start) if span.kind == "name" else None
            if lead or (span.kind == "name" and LED_PLACE.match(small, span.start)):
                article = ARTICLE.search(small, lead.start(), span.start) if lead else None
                if article:
                    yield mask(article.start(), span.end, "third_party_address")
                ends.append(span.end)
        signs = reading.scan.signs.get("named home", ())
        people = sorted(span.start for span in found if span.kind in PERSONS) if signs else []
        for at, stop in signs:
            if told := self._bearing_a_name(reading, at, stop, people):
                yield told
                ends.append(told.end)
        yield from self.told.in_rows(reading, sorted(ends), NEXT, sure=False)

    def _bearing_a_name(self, reading: Reading, at: int, stop: int, people: Sequence[int]) -> Span | None:
        """Return a home by its kind, which stands at `at:stop`, and the name behind it: `de ark De Goede Hoop`."""
        text, small = reading.text, reading.small
        name = NAMED_HOME.match(text, stop)
        low = begins(text, SENTENCE_ENDS, at - FAR, at)
        person = bisect_left(people, at) - 1
        if name is None or person < 0 or people[person] < max(low, at - FAR):
            return None
        begin = at
        while begin and small[begin - 1].isalpha():
            begin -= 1
        before = BEFORE_NAMED.search(small, max(0, begin - 24), begin)
        start = before.start() if before else begin
        return None if reading.stays(start, name.end()) else mask(start, name.end(), "third_party_address")


def _verbs(small: str, scan: Scan) -> Iterator[tuple[int, int, bool]]:
    """Yield where verbs stand that may tell a home, and whether they do so only where a home is told."""
    begins: dict[int, None] = {}
    for sign, _ in scan.signs["home"]:
        at = sign
        while at and sign - at <= LONGEST_LEAD and small[at - 1].isalpha():
            at -= 1
        begins[at] = None
    for at in begins:
        if verb := LIVES.match(small, at):
            yield *verb.span(), False
        elif verb := STAYS.match(small, at):
            yield *verb.span(), True


def _introduces(small: str, at: int) -> bool:
    """Whether who speaks gives the name at `at`: `ik ben Bos`."""
    return INTRODUCED.search(small, max(0, at - 24), at) is not None


def _is_introduced(small: str, at: int) -> bool:
    """The same, also where the verb was taken for part of the name."""
    return _introduces(small, at) or (small.startswith("ben ", at) and small.endswith("ik ", 0, at))
