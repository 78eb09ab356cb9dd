"""Where somebody outside lives, told behind the name or behind a verb: `Bos, drie hoog achter, zag`.

No street has to stand there: what says that it is a home are words such as a floor, a door, a side of the street.
"""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.dwellings import AT, NEXT_TINTED, Dwellings, words_of
from pipeline.redact.lexicon import GIVEN, Lexicon
from pipeline.redact.residents import FAR, RELATIVE, SELF, SENTENCE_ENDS, Outside, Residents, begins
from pipeline.redact.scan import Scan
from pipeline.redact.spans import MASK, Span
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
PIECE: Final = re.compile(
    r"[^,.;:!?()\n\"“”\[\]]*(?:(?:(?<=\bnr)|(?<=\bv)\.a|(?<=\bt)\.[oh](?:\.v)?)\.[^,.;:!?()\n\"“”\[\]]*)*"
)
"""Up to a stop that is of no `nr.`, `v.a.`, `t.o.v.`."""
BEHIND: Final = re.compile(
    r"[\"”’]?(?: thuis)? ?[,(] ?| [-–] | (?=(?:uit|van|op|in|boven|onder|naast|tegenover|achter|om|schuin|een (?:verdieping|etage|deur|huis|portiek|straat))\b)"
)
"""What stands between somebody and where he lives."""
NEXT: Final = re.compile(r" ?[,(] ?(?:(?:dat is|dus|oftewel|ofwel|namelijk|te weten) )?| [-–] ")
PART: Final = re.compile(r" ?[,(] ?([^\W\d_]+)(?= ?[,.;)\n]| ?$)")
BEHIND_NEIGHBOUR: Final = re.compile(
    r"\b\w*(?:buur(?:man|vrouw)?|buren) ?[,(/] ?(?P<n>\d{1,4}(?:[ \-]?[a-z])?)(?=[),;/\n]|\.(?!\d)|$)"
)
"""The house of a neighbour, by its number: `(buur,12-c)`."""
MOST_PIECES: Final = 12
"""Pieces in which one home is told: in a text of homes alone each would go on to its end."""
KNOWN_BY: Final = re.compile(
    r" waar (?:[^\W\d_]+ ){1,8}(?:hangt|hangen|staat|staan|ligt|liggen|brandt|branden|wappert|groeit|zit|zitten)(?= ?[,.;)\n]| ?$)"
)
"""Behind a home, what stands there: `waar altijd een fiets tegen de gevel staat`."""
MOST_PASSES, MOST_PASSED = 2, 4
"""Pieces that say nothing of a home, and words of one, between the name and the piece that does: `, student, kamer 3`."""
HOUSE: Final = re.compile(rf"\b(?:huisnummer|huisnr\.?) {SPELT}{UNITS}")
INTRODUCED: Final = re.compile(r"\b(?:mijn naam is|ik ben|ik heet|mijn naam:) (?:\w+ )?$")
"""Before the name of somebody outside: who speaks is outside."""
SPEAKS: Final = ("mijn naam", "ik ben", "ik heet")
DWELLER: Final = re.compile(
    r"\b(?:(?:mede)?bewo(?:ners?|onsters?)|(?:onder)?huur(?:ders?|sters?)|eigena(?:ar|ars|ares|resse)) (?:van|uit|op|in) "
    r"|\b(?:ik ben|wij zijn) van (?=(?:die|dat|de|het) (?:\w+e )?\w*(?:boot|ark|schip|caravan|flat|huis|huisje|boerderij|woning|chalet|hoeve|molen)(?:je|tje)? (?:met|zonder|voor|naast|tegenover|achter|boven|op|aan|bij|onder|hier|schuin)\b)"
)
"""Before the home of somebody outside: `bewoonster van het appartement achter de slagerij`."""
DWELLERS: Final = frozenset({"dweller", "neighbour", "floor", "beside"})
"""Signs of `signs.toml` of somebody's home who has no name."""
FLOOR: Final = re.compile(
    r"(?:beneden|boven)(?= ?[,.;)]| (?:had|zag|hoorde|hoort|kwam|zei|zegt|belde|is|was|heeft|deed)\b)"
)
"""`de vrouw van beneden`."""
NEIGHBOURS: Final = re.compile(
    r"(?:\b\w*buur(?:man|vrouw|meisje|jongen|tjes?)\b|\b\w*buren\b(?! gebruik)|\b\w*buor(?:frou|man|lju)\b)(?P<looks> (?:met|mei) (?:de|het|die|dat|een|'n|it|z'n|haar|zijn) (?:[^\W\d_]+ )?[^\W\d_]+(?=,))?"
)
"""They live where no family of the registration does, whatever they are called."""
SOMEBODY: Final = re.compile(
    r"\b(?:man|vrouw|jongen|meisje|dame|heer|meneer|mevrouw|mensen|stel|echtpaar|gezin|familie|student(?:en|e)?|iemand|die|degene|kerel|jongeman|weduwe|weduwnaar|klager|klaagster|bewoners?) (?:van|uit|op|in|vanuit) "
)
"""Before a home that is told by where it stands from the family's: `de jongen van de etage erboven`."""
BESIDE: Final = re.compile(
    r"\b(?:het|de|een|dat|die) (?:[^\W\d_]+e )?(?:huis|huisje|woning|pand|flat|deur|appartement|etage|verdieping|boot|ark|caravan|boerderij)"
    r" (?:(?:schuin|recht|pal|direct|vlak) )?(?:(?:er|hier|daar)(?:naast|boven|onder|tegenover|achter)|(?:links|rechts) (?:er|daar)van)\b"
)
"""A house told by that of the family, whoever lives there: `het witte huis schuin ertegenover`."""
THERE: Final = frozenset({"daar", "hier", "daarin", "alwaar"})
UP_FRONT: Final = re.compile(
    r" ?(?:in|op|boven|onder|naast|achter|tegenover|schuin|recht|pal|aan|bij|rechts|links|om|hoek)\b"
)
"""Begins a clause that tells where before it tells who: `boven de winkel woont Bos`."""
FRONT: Final = 120
"""Characters before a verb in which such a clause begins."""
MOST_PIECE: Final = 600
"""Characters of a piece that are looked at: it may go on for a whole text where nobody set a stop."""
NAMED_HOME: Final = re.compile(
    r"[\"“'‘]?(?:(?:De|Het|It|'t|Ons|Op|Oud|Oude|Nieuw|Nieuwe|Groot|Grote|Klein|Kleine|Nij|Huis|Huize) )?[A-ZÀ-Þ][\w'’]+[\"”'’]?"
)
"""The name behind `hoeve`, `ark`, `boerderij`."""
BEFORE_NAMED: Final = re.compile(r"(?:(?:de|het|it|een|zijn|haar|hun|'t) )?(?:[^\W\d_]+e )?$")
PLACE_NAMED: Final = re.compile(r"(?:^| )(?:op|oan|by|nei|aan) (?:de |it |het |'t )?$")
"""Before an unknown name that is a place: `zij zit op de Wulpenhoek`."""
LED_PLACE: Final = re.compile(r"(?:op|oan|by|aan) (?:de|it|het|'t) ")
ARTICLE: Final = re.compile(r"(?:it|'t|de|het) $")
CLAUSE_ENDS: Final = ',.;:!?(\n"'
CLOSED: Final = frozenset(["", ",", ".", ";", ":", ")", "\n", '"'])
"""What stands behind a verb that ends its clause."""
OPENED: Final = re.compile(r"\b(?:die|dat|ze|zij|hij|ie|wie|en) ")


class Homes:
    """Finds descriptions of the homes of persons outside."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        self.dwellings, self.residents, self.lexicon = Dwellings(policy, lexicon), Residents(policy, lexicon), lexicon

    def find(
        self,
        text: str,
        small: str,
        scan: Scan,
        found: Sequence[Span],
        stay: Sequence[Span],
        is_own: Callable[[str], bool],
        places: Set[str],
    ) -> Iterator[Span]:
        """Yield a span for every home of somebody outside: behind a mask of `found`, and behind a verb that speaks of one."""
        yield from self._dwellers(text, small, scan, stay)
        yield from self._streets(text, small, found, stay)
        yield from self._named(text, small, scan, found, stay)
        yield from self._in_rows(
            text, small, sorted({span.end for span in found if span.kind in PERSONS}), BEHIND, stay
        )
        ends = {
            span.end: self.dwellings.garnished(small, span.end) for span in found if span.kind == "third_party_address"
        }
        for end, garnished in ends.items():
            if garnished > end:
                yield _home(end, garnished)
        for end in ends.values():
            if seen := NEXT_TINTED.match(small, end):
                yield _home(*seen.span("seen"))
            if (part := PART.match(small, end)) and self.dwellings.is_part(part[1]):
                yield _home(part.start(1), part.end(1))
        yield from self._in_rows(text, small, sorted(ends.values()), NEXT, stay)
        if "huisn" in small:
            for house in HOUSE.finditer(small):
                yield _home(*house.span())
        if any(sign in small for sign in SPEAKS) and any(
            span.kind in PERSONS and _is_introduced(small, span.start) for span in found
        ):
            for home in OWN_HOME.finditer(small):
                yield from self._behind(text, small, home.end(), NEXT, stay, sure=True)
        if "home" in scan.signs:
            yield from self._beside_verbs(text, small, scan, found, stay, is_own, places)

    def _beside_verbs(
        self,
        text: str,
        small: str,
        scan: Scan,
        found: Sequence[Span],
        stay: Sequence[Span],
        is_own: Callable[[str], bool],
        places: Set[str],
    ) -> Iterator[Span]:
        """Yield homes beside a verb that speaks of somebody outside: `woont boven de winkel`, `in de flat woont Bos`."""
        starts = sorted(span.start for span in found if span.kind in PERSONS)
        speaks = any(sign in small for sign in SPEAKS) and any(
            INTRODUCED.search(small, max(0, at - 24), at) for at in starts
        )
        others = Outside(starts, SELF if speaks else frozenset())
        addresses = {span.start for span in found if span.kind == "third_party_address"}
        for start, end, sure in _verbs(small, scan):
            told = [*self._told(text, small, end, stay, sure=sure)]
            if not told and sure and small.startswith(", ", end):
                told = [*self._behind(text, small, end, NEXT, stay)]  # `heeft bij Bos gelogeerd, een huisje …`
            if not told:
                told = [*self._led_up(small, end, addresses)]
            if small[end : end + 1] in CLOSED or small.startswith((" en ", " maar "), end):
                told += self._before(text, small, start, stay)
            elsewhere = bool(told) and not sure and self.residents.is_elsewhere(text, told[0], places)
            if told and self.residents.is_others(
                text, small, (start, end), others, is_own, told[0], elsewhere=elsewhere
            ):
                yield from told
            if not sure and self.residents.is_subject(small, end, starts):
                yield from self._up_front(text, small, start, stay)

    def _streets(self, text: str, small: str, found: Sequence[Span], stay: Sequence[Span]) -> Iterator[Span]:
        """Yield a street that no list knows, by its number: `Fleur van Dam, Hemelrijken 90 twee hoog`."""
        masked = {span.start: span.end for span in found if span.kind in PERSONS}
        ends = set(masked.values())
        for number in NUMBER.finditer(text):
            low = max(0, number.start() - NAME_REACH)
            street = STREET.search(text, low, number.start())
            if street is None or any(span.start < number.end() and street.start("street") < span.end for span in stay):
                continue
            flags = self.lexicon.of(small[slice(*street.span("street"))])
            if flags & GIVEN and number[0][-1].isdigit():
                continue  # `Jada 12, Bo 9`
            someone = street.start() in ends or PERSON_BEFORE.search(text, low, street.start()) is not None
            if someone or masked.get(street.start("street")) == number.start():
                yield _home(street.start("street"), self.dwellings.garnished(small, number.end()))

    def _dwellers(self, text: str, small: str, scan: Scan, stay: Sequence[Span]) -> Iterator[Span]:
        """Yield the homes of somebody who has no name: `bewoonster van …`, `de jongen van de etage erboven`."""
        if DWELLERS.isdisjoint(scan.signs):
            return
        if "dweller" in scan.signs:
            for somebody in DWELLER.finditer(small):
                told = [*self._told(text, small, somebody.end(), stay, sure=True)]
                if told and not self.dwellings.is_bare(small, told[0]):
                    yield from told
        if "neighbour" in scan.signs:
            yield from self._neighbours(text, small, stay)
        if "floor" in scan.signs:
            for somebody in SOMEBODY.finditer(small):
                if floor := FLOOR.match(small, somebody.end()):
                    yield _home(*floor.span())
                    yield from self._behind(text, small, floor.end(), NEXT, stay, sure=False)
        if "beside" in scan.signs and RELATIVE.search(small):
            for house in BESIDE.finditer(small):
                yield _home(*house.span())
                yield from self._told(text, small, house.start(), stay, sure=True)
            for somebody in SOMEBODY.finditer(small):
                told = [*self._told(text, small, somebody.end(), stay, sure=True)]
                if told and RELATIVE.search(small, told[0].start, told[0].end):
                    yield from told

    def _neighbours(self, text: str, small: str, stay: Sequence[Span]) -> Iterator[Span]:
        """Yield what is told behind somebody who lives near: `bovenbuurvrouw, tweede deur links`, `(buur,12-c)`."""
        ends = sorted({somebody.end() for somebody in NEIGHBOURS.finditer(small)})
        yield from self._in_rows(text, small, ends, BEHIND, stay)
        for house in BEHIND_NEIGHBOUR.finditer(small):
            if not any(span.start < house.end() and house.start("n") < span.end for span in stay):
                yield _home(*house.span("n"))

    def _named(self, text: str, small: str, scan: Scan, found: Sequence[Span], stay: Sequence[Span]) -> Iterator[Span]:
        """Yield homes by the name they bear, in a sentence that names somebody outside; and what describes them."""
        ends: list[int] = []
        for span in found:
            if span.kind != "name":
                continue
            lead = PLACE_NAMED.search(small, max(0, span.start - 12), span.start)
            if lead or LED_PLACE.match(small, span.start):
                article = ARTICLE.search(small, lead.start(), span.start) if lead else None
                if article:
                    yield _home(article.start(), span.end)
                ends.append(span.end)
        if "named home" not in scan.signs and not ends:
            return
        people = sorted(span.start for span in found if span.kind in PERSONS)
        for at, stop in scan.signs.get("named home", ()) if people else ():
            name = NAMED_HOME.match(text, stop)
            low = begins(text, SENTENCE_ENDS, at - FAR, at)
            person = bisect_left(people, at) - 1
            if name is None or person < 0 or people[person] < max(low, at - FAR):
                continue
            begin = at
            while begin and small[begin - 1].isalpha():
                begin -= 1
            before = BEFORE_NAMED.search(small, max(0, begin - 24), begin)
            start = before.start() if before else begin
            if not any(span.start < name.end() and start < span.end for span in stay):
                yield _home(start, name.end())
                ends.append(name.end())
        yield from self._in_rows(text, small, sorted(ends), NEXT, stay, sure=False)

    def _in_rows(
        self,
        text: str,
        small: str,
        ends: Iterable[int],
        opening: re.Pattern[str],
        stay: Sequence[Span],
        *,
        sure: bool = True,
    ) -> Iterator[Span]:
        """Yield what `_behind` yields behind each of `ends`, but for those that lie in what was told already."""
        reached = 0
        for end in ends:
            for home in self._behind(text, small, end, opening, stay, sure=sure) if end >= reached else ():
                reached = home.end
                yield home

    def _led_up(self, small: str, at: int, addresses: Set[int]) -> Iterator[Span]:
        """Yield what stands between a verb and an address that goes on with it: `staat op [het kamp], vak 6`."""
        piece = PIECE.match(small, at, at + MOST_PIECE)
        stop = piece.end() if piece else at
        led = small.startswith(", ", stop) and stop + 2 in addresses and AT.match(small, at + 1, stop)
        if led and self.dwellings.is_short(small, at, stop):
            yield _home(at + 1, stop)

    def _up_front(self, text: str, small: str, at: int, stay: Sequence[Span]) -> Iterator[Span]:
        """Yield what is told before a verb whose subject stands behind it: `[boven de winkel] woont Bos`."""
        low = begins(small, CLAUSE_ENDS, at - FRONT, at)
        stretch = small[low:at].strip()
        if stretch in THERE and small[low - 1 : low] == ",":
            begin = begins(small, ".;:!?\n", low - FRONT, low)
            told = self.dwellings.told_in(text, small, begin, low - 1, sure=True, stay=stay)
        elif UP_FRONT.match(small, low):
            told = self.dwellings.told_in(text, small, low, at, sure=True, stay=stay)
        else:
            return
        if told:
            yield _home(*told)

    def _behind(
        self, text: str, small: str, at: int, opening: re.Pattern[str], stay: Sequence[Span], *, sure: bool = True
    ) -> Iterator[Span]:
        """Yield the pieces between commas behind `at` that tell a home, in a row; `sure` as in `_told_in`, of the first."""
        passed = 0
        for _ in range(MOST_PIECES):
            gap = opening.match(small, at)
            if gap is None:
                return
            piece = PIECE.match(small, gap.end(), gap.end() + MOST_PIECE)
            start, stop = piece.span() if piece else (at, at)
            told = self.dwellings.told_in(text, small, start, stop, sure=sure, stay=stay)
            if told is None and not sure and self.dwellings.goes_on(small, start, stop):
                told = start, stop
            if told is None:
                words = words_of(small, start, stop)
                short = 0 < len(words) <= MOST_PASSED and not gap[0].isspace()
                if passed == MOST_PASSES or not short or not self.dwellings.verbs.isdisjoint(words):
                    return
                passed, at, opening = passed + 1, stop, NEXT
                continue
            first, last = told
            yield _home(first, last)
            if last < stop:
                return
            passed, sure, at, opening = 0, False, self.dwellings.garnished(small, last), NEXT

    def _told(self, text: str, small: str, at: int, stay: Sequence[Span], *, sure: bool) -> Iterator[Span]:
        """Yield what is told behind a verb: `woont [schuin tegenover met die witte schutting]`."""
        piece = PIECE.match(small, at, at + MOST_PIECE)
        start, stop = piece.span() if piece else (at, at)
        told = self.dwellings.told_in(text, small, start, stop, sure=sure, stay=stay)
        if told is None:
            return
        first, last = told
        known_by = KNOWN_BY.match(small, last)
        if known_by:
            last = known_by.end()
        yield _home(first, last)
        if last >= stop:
            yield from self._behind(text, small, last, NEXT, stay, sure=False)

    def _before(self, text: str, small: str, at: int, stay: Sequence[Span]) -> Iterator[Span]:
        """Yield what is told before a verb that ends its clause: `die [in het witte rijtje aan de haven] woont`."""
        low = begins(small, CLAUSE_ENDS, 0, at)
        opened = next(iter(reversed(list(OPENED.finditer(small, max(low, at - MOST_PIECE), at)))), None)
        told = self.dwellings.told_in(text, small, opened.end(), at, sure=True, stay=stay) if opened else None
        if told and told[1] >= at - 1:
            yield _home(*told)


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


def _is_introduced(small: str, at: int) -> bool:
    """Whether who speaks gives the name at `at`: `ik ben Bos`, also where the verb was taken for part of the name."""
    named = INTRODUCED.search(small, max(0, at - 24), at) is not None
    return named or (small.startswith("ben ", at) and small.endswith("ik ", 0, at))


def _home(start: int, end: int) -> Span:
    return Span(start, end, "third_party_address", "third_party_address", MASK)
