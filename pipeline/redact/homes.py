"""Where somebody outside lives, told behind the name or behind a verb: `Bos, drie hoog achter, zag`.

No street has to stand there: what says that it is a home are words such as a floor, a door, a side of the street.
"""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import islice
from typing import Final, NamedTuple

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.journeys import find_journeys
from pipeline.redact.lexicon import NAME, PLACE, SURE_STREET, VOCABULARY, WORD, Lexicon
from pipeline.redact.months import FEAST_DAY, MONTH
from pipeline.redact.people import fold
from pipeline.redact.remember import remembered
from pipeline.redact.report import UNITS
from pipeline.redact.scan import Scan
from pipeline.redact.secret_addresses import SPELT
from pipeline.redact.spans import MASK, Span

PERSONS: Final = frozenset({"third_party", "witness", "caller", "name"})
"""Kinds of masks that stand for somebody outside whose home is nobody's business."""
LIVES: Final = re.compile(
    r"\b(?:in|bij|mee)?(?:won(?:end|ende|en)|woon(?:t|de|den|achtig)?)\b|\b(?:wng|adres|huist|ingeschreven)\b"
)
LONGEST_LEAD: Final = len("mee")
"""Characters of such a verb before its sign; a word goes on for a whole text where nobody set a space."""
STAYS: Final = re.compile(
    r"\b(?:zit|zat|slaapt|sliep|verblijft|verbleef|huurt|huurde|logeert|logeerde|bivakkeert|resideert|kampeert|staat|wacht|wachtte|onderdak(?: \w+)?|vanuit|vanaf)\b"
)
"""Verbs that tell a home only where a home is told behind them."""
PIECE: Final = re.compile(r"[^,.;:!?()\n\"“”\[\]]*(?:(?<=\bnr)\.[^,.;:!?()\n\"“”\[\]]*)?")
BEHIND: Final = re.compile(
    r"[\"”’]?(?: thuis)? ?[,(] ?| [-–] | (?=(?:uit|van|op|in|boven|onder|naast|tegenover|achter|om|schuin|een (?:verdieping|etage|deur|huis|portiek|straat))\b)"
)
"""What stands between somebody and where he lives."""
NEXT: Final = re.compile(r" ?[,(] ?(?:(?:dat is|dus|oftewel|ofwel|namelijk|te weten) )?| [-–] ")
TOKEN: Final = re.compile(r"[^\W_][a-zA-Z]*[^\W_]*(?:['’\-][^\W_]+)*")  # as lexicon.TOKENS
NUMBERED: Final = re.compile(
    rf"\b(?:op|van|nr\.?|nummer|no\.?|huisnummer|perceel|unit|chalet|kamer|kavel|app\.?|appartement|etage|blok)\.? (?:nr\.? |nummer )?(?:\d{{1,4}}(?:[ \-]?[a-h])?(?!\w)|{SPELT}){UNITS}|^van (?:de )?(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|\d+e)$"
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
GARNISH: Final = re.compile(r" met (?:de|het|die|dat|een|z'n|zijn|haar) (?:[^\W\d_]+ ){0,2}[^\W\d_]+")
"""What a house is known by: `met de vlag`."""
STOPS: Final = frozenset(
    "en maar want omdat terwijl waarna toen zodat die dat wie waar of als sinds sedert vanaf samen zonder alleen ivm wegens".split()  # noqa: SIM905 - one line
)
"""Where a description ends at the latest, inside a piece."""
MOST_TOLD: Final = 14
"""Words of a description between two commas."""
MOST_READ: Final = 60
"""Words in which its end is looked for."""
REACH: Final = 160
"""Characters before the sentence of a verb in which the person it speaks of is looked for."""
FAR: Final = 600
"""Characters of the verb's own sentence in which that person is looked for."""
SHORT: Final = 3
"""Words of a piece that goes on with a home."""
GOES_ON: Final = 4
LOOKS_ON: Final = 9
"""Words of a piece behind a home that says how it looks, and of one that does so with `met` or `zonder`."""
LOOKS: Final = frozenset({"met", "zonder"})
POINTS: Final = frozenset({"die", "dat", "deze"})
ARTICLES: Final = frozenset({"de", "het", "een", "'t", "die", "dat", "enig", "enige"})
ELSEWHERE: Final = re.compile(r"(?:in|te) (?P<town>[A-ZÀ-Þ][^\W\d_]+(?:-[A-ZÀ-Þ][^\W\d_]+)?)")
PART: Final = re.compile(r" ?[,(] ?([^\W\d_]+)(?= ?[,.;)\n]| ?$)")
BARE: Final = re.compile(
    r"(?:de|het|een|die|dat|deze|dit) (?:flat|flatgebouw|pand|gebouw|appartement|appartementencomplex|wooncomplex|complex|portiek|galerij|huurhuis|straatje|studentenhuis|woning|camping|vakantiepark|buurhuis)"
)
"""Tells no home by itself: `bewoners van [de flat]`."""
MOST_PIECES: Final = 12
"""Pieces in which one home is told: in a text of homes alone each would go on to its end."""
MOST_PASSED: Final = 4
"""Words of a piece that says nothing of a home, between the name and the one that does: `, student, kamer 3`."""
PLACE_LEADS: Final = frozenset(
    {"te", "in", "uit", "wijk", "buurt", "dorp", "buurtschap", "kern", "gehucht", "nabij", "omgeving"}
)
DWELLING: Final = re.compile(
    r"[^\W\d_]{3,}(?:woning|woninkje|flat|flatje|hoeve|boerderij|boerderijtje|caravan|etage|bungalow|verdieping|portiek|huisje|keet|schip|boot|bootje|ark|arkje|stelp)(?<!park)"
)
HOUSE: Final = re.compile(rf"\b(?:huisnummer|huisnr\.?) {SPELT}{UNITS}")
SELF: Final = frozenset({"ik", "wij", "we"})
SELF_WORD: Final = re.compile(r"(?:ik|wij|we)\b")
THIRD: Final = ("hij ", "zij ", "ze ", "die ")
"""Begin a sentence of which the subject is not who speaks."""
INTRODUCED: Final = re.compile(r"\b(?:mijn naam is|ik ben|ik heet|mijn naam:) (?:\w+ )?$")
"""Before the name of somebody outside: who speaks is outside."""
SPEAKS: Final = ("mijn naam", "ik ben", "ik heet")
SAID: Final = re.compile(r"[\"“]|: ")
LEADING: Final = frozenset(
    {"een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "dat", "die", "tussen", "rond"}
)
COUNTED: Final = frozenset(
    {"de", "het", "een", "zelfde", "laatste", "eerste", "tweede", "derde", "twee", "drie", "vier", "vijf"}
)
"""Before the first word of a description they belong to it."""
AT: Final = re.compile(
    r"(?:(?:nu|nog|daar|hier|zelf|ook|tijdelijk|ergens|momenteel|thans|bij ons|nota bene|altijd|vlak|gewoon) )*"
    r"(?:in|op|te|aan|boven|onder|naast|achter|tegenover|schuin|nabij|om|aan|rond|langs|bij de|bij het|vlakbij|dichtbij|daarboven)\b"
    r"(?! (?:huis|elkaar|gezinsverband|het huis|angst|vrede|scheiding|zichzelf|haar|zijn|hun|mijn|die tijd|bed|de bank|hem)\b)"
)
"""Behind `woont` of somebody outside: a place, whatever words follow."""
REACHED: Final = re.compile(
    r"(?:(?:alleen|slechts|enkel|uitsluitend|het best|te voet) )*(?:bereikbaar|te bereiken|toegankelijk|toegang|(?:in|op)gang) (?:via|over|langs|door|met|vanaf|achterom|aan)\b"
)
"""How a home is come to: `alleen bereikbaar via het pad`."""
RELATIVE: Final = re.compile(
    r"\b(?:(?:er|hier|daar)(?:naast|boven|onder|tegenover|achter)|(?:er|daar|hier)van|over(?:kant|zijde)|(?:er)?tegenover(?= ?(?:[,.;)]|$))|belendende?|aangrenzende?|naastgelegen"
    r"|(?:deur|deuren|huis|huizen|portiek|portieken|etages?|verdieping(?:en)?) (?:verder(?:op)?|hoger|lager|terug)"
    r"|(?:boven|onder|naast|tegenover) (?:hen|hun|hem|haar|(?:de|deze|die) familie|het gezin|het stel))\b"
)
"""Words of a home that is told by that of the family, and so is none of theirs."""
DWELLER: Final = re.compile(
    r"\b(?:(?:mede)?bewo(?:ners?|onsters?)|(?:onder)?huur(?:ders?|sters?)|eigena(?:ar|ars|ares|resse)) (?:van|uit|op|in) "
)
"""Before the home of somebody outside: `bewoonster van het appartement achter de slagerij`."""
DWELLERS: Final = frozenset({"dweller", "neighbour", "floor", "beside"})
"""Signs of `scan.SIGNS` of somebody's home who has no name."""
FLOOR: Final = re.compile(
    r"(?:beneden|boven)(?= ?[,.;)]| (?:had|zag|hoorde|hoort|kwam|zei|zegt|belde|is|was|heeft|deed)\b)"
)
"""`de vrouw van beneden`."""
NEIGHBOURS: Final = re.compile(r"\b\w*buur(?:man|vrouw|meisje|jongen|tjes?)\b|\b\w*buren\b(?! gebruik)")
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
NOBODY: Final = re.compile(
    r" (?:(?:er|nu|al|ook|nog|momenteel|daar|alleen) )*(?:niemand|een (?:\w+ ){0,2}(?:man|vrouw|stel|echtpaar|gezin|weduwe|weduwnaar|student\w*|familie|meisje|jongen|meneer|mevrouw|dame|heer)|de (?:\w*buur\w*|melder|meldster|getuige|beller|familie|fam))\b"
)
"""Behind a verb: who it speaks of is outside, and has no name: `in de etage erboven woont een oude man`."""
UP_FRONT: Final = re.compile(
    r" ?(?:in|op|boven|onder|naast|achter|tegenover|schuin|recht|pal|aan|bij|rechts|links|om|hoek)\b"
)
"""Begins a clause that tells where before it tells who: `boven de winkel woont Bos`."""
FRONT: Final = 120
"""Characters before a verb in which such a clause begins."""
SUBJECT_REACH: Final = 40
"""Characters behind the verb in which its subject stands."""
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
SENTENCE_ENDS: Final = (". ", "! ", "? ", "\n")
CLAUSE_ENDS: Final = ',.;:!?(\n"'
CLOSED: Final = frozenset(["", ",", ".", ";", ":", ")", "\n", '"'])
"""What stands behind a verb that ends its clause."""
OPENED: Final = re.compile(r"\b(?:die|dat|ze|zij|hij|ie|wie|en) ")
ORDER: Final = frozenset({"hoog", "bis", "hs", "huis", "rood", "zwart", "achter", "voor"})
SUBJECT: Final = re.compile(r" (?:ik|wij|we|so|ve|aangeefster|slachtoffer)\b")
"""Behind a verb: who it speaks of is of the family."""
LED: Final = re.compile(r"\b(?:bij|van|met|aan|naar|door|voor|tegen|over|naast|en) $")
OWN_NOUN: Final = re.compile(
    r"\b(?:so|ve|ik|wij|we|slachtoffer|verdachte|aangeefster|aangever|betrokkenen?|kinderen|kind|gezin|echtpaar|partijen|k\d|mw|hun|zijn (?:vrouw|ouders)|moeder|vader|echtgeno(?:ot|te))\b"
)
OTHER_NOUN: Final = re.compile(
    r"\b(?:meld(?:er|ster)s?|getuigen?|beller|belster|\w*buur(?:man|vrouw|meisje|jongen)|buren|passant\w*|omstander\w*|collega|baas|vriend(?:in|en)?|kennis|maat|kameraad|klasgenoot|nicht|neef|tante|oom|zus|broer|zwager|schoonzus|oppas|minnaar|minnares|huisbaas|bewo(?:ner|onster)|\w*maat|\w*genoot|die laatste|laatstgenoemde)\b"
)


class Outside(NamedTuple):
    """Who is outside in a text."""

    starts: Sequence[int]
    """Where the masks of persons outside begin, in order."""
    speaks: frozenset[str]
    """Words of who speaks, where that is somebody outside."""


class Homes:
    """Finds descriptions of the homes of persons outside."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        words = policy.whereabouts
        self.kept = words["kept"] - LEADING
        self.others = {
            word
            for word, title in policy.titles.items()
            if title.kind in {"witness", "caller"} or (title.kind == "third_party" and title.always)
        }
        self.countries, self.outhouses = words["countries"], words["outhouses"]
        self.sure, self.perhaps = words["dwellings"], words["dwelling_parts"]
        self.leads = words["leads"] | words["before"] | words["beside"]
        self.tells = self.leads | self.sure | self.perhaps
        self.verbs, self.lexicon = policy.person_verbs - {"zijn", "en"}, lexicon
        self.says = remembered(self._of_word)
        """Whether a word says that a home is told, and whether it does so with a capital."""

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
        yield from self._named(text, small, scan, found, stay)
        yield from self._in_rows(
            text, small, sorted({span.end for span in found if span.kind in PERSONS}), BEHIND, stay
        )
        ends = {span.end: self._garnished(small, span.end) for span in found if span.kind == "third_party_address"}
        for end, garnished in ends.items():
            if garnished > end:
                yield _home(end, garnished)
        for end in ends.values():
            if (part := PART.match(small, end)) and (part[1] in self.perhaps or part[1] in self.outhouses):
                yield _home(part.start(1), part.end(1))
        yield from self._in_rows(text, small, sorted(ends.values()), NEXT, stay)
        if "huisn" in small:
            for house in HOUSE.finditer(small):
                yield _home(*house.span())
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
            if not told:
                told = [*self._led_up(small, end, addresses)]
            if small[end : end + 1] in CLOSED or small.startswith((" en ", " maar "), end):
                told += self._before(text, small, start, stay)
            elsewhere = bool(told) and not sure and self._is_elsewhere(text, told[0], places)
            if told and self._is_others(text, small, (start, end), others, is_own, told[0], elsewhere=elsewhere):
                yield from told
            if not sure and self._is_subject(small, end, starts):
                yield from self._up_front(text, small, start, stay)

    def _dwellers(self, text: str, small: str, scan: Scan, stay: Sequence[Span]) -> Iterator[Span]:
        """Yield the homes of somebody who has no name: `bewoonster van …`, `de jongen van de etage erboven`."""
        if DWELLERS.isdisjoint(scan.signs):
            return
        if "dweller" in scan.signs:
            for somebody in DWELLER.finditer(small):
                told = [*self._told(text, small, somebody.end(), stay, sure=True)]
                if told and not self._is_bare(small, told[0]):
                    yield from told
        if "neighbour" in scan.signs:
            ends = sorted({somebody.end() for somebody in NEIGHBOURS.finditer(small)})
            yield from self._in_rows(text, small, ends, BEHIND, stay)
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

    def _is_bare(self, small: str, told: Span) -> bool:
        """Whether a home is told by no more than what it is: `bewoners van [de flat] zagen niets`."""
        bare = BARE.match(small, told.start, told.end)
        behind = _words(small, bare.end(), told.end)[:1] if bare else []
        return bare is not None and (bare.end() == told.end or not self._is_plain(behind))

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
            low = _begins(text, SENTENCE_ENDS, at - FAR, at)
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
        words = _words(small, at, stop)
        led = small.startswith(", ", stop) and stop + 2 in addresses and AT.match(small, at + 1, stop)
        if led and len(words) <= GOES_ON and not any(w in self.verbs or w in self.others for w in words):
            yield _home(at + 1, stop)

    def _is_subject(self, small: str, end: int, others: Sequence[int]) -> bool:
        """Whether somebody outside stands right behind a verb, or nobody does: `woont Bos`, `woont niemand`."""
        if SUBJECT.match(small, end):
            return False
        if NOBODY.match(small, end):
            return True
        at = bisect_left(others, end)
        return (
            at < len(others)
            and others[at] <= end + SUBJECT_REACH
            and not any(c in small[end : others[at]] for c in ".;:!?\n")
        )

    def _up_front(self, text: str, small: str, at: int, stay: Sequence[Span]) -> Iterator[Span]:
        """Yield what is told before a verb whose subject stands behind it: `[boven de winkel] woont Bos`."""
        low = _begins(small, CLAUSE_ENDS, at - FRONT, at)
        stretch = small[low:at].strip()
        if stretch in THERE and small[low - 1 : low] == ",":
            begin = _begins(small, ".;:!?\n", low - FRONT, low)
            told = self._told_in(text, small, begin, low - 1, sure=True, stay=stay)
        elif UP_FRONT.match(small, low):
            told = self._told_in(text, small, low, at, sure=True, stay=stay)
        else:
            return
        if told:
            yield _home(*told)

    def _behind(
        self, text: str, small: str, at: int, opening: re.Pattern[str], stay: Sequence[Span], *, sure: bool = True
    ) -> Iterator[Span]:
        """Yield the pieces between commas behind `at` that tell a home, in a row; `sure` as in `_told_in`, of the first."""
        passed = False
        for _ in range(MOST_PIECES):
            gap = opening.match(small, at)
            if gap is None:
                return
            piece = PIECE.match(small, gap.end(), gap.end() + MOST_PIECE)
            start, stop = piece.span() if piece else (at, at)
            told = self._told_in(text, small, start, stop, sure=sure, stay=stay)
            if told is None and not sure and self._goes_on(small, start, stop):
                told = start, stop
            if told is None:
                short = 0 < len(_words(small, start, stop)) <= MOST_PASSED and not gap[0].isspace()
                if passed or not short or any(w in self.verbs for w in _words(small, start, stop)):
                    return
                passed, at, opening = True, stop, NEXT
                continue
            first, last = told
            yield _home(first, last)
            if last < stop:
                return
            passed, sure, at, opening = False, False, self._garnished(small, last), NEXT

    def _goes_on(self, small: str, start: int, stop: int) -> bool:
        """Whether a piece behind a home says no more than what it looks like: `, blauwe mast`, `, oneven kant`."""
        words = _words(small, start, stop)
        looks = not LOOKS.isdisjoint(words)
        words = words[1:] if looks and words[0] in POINTS else words
        return self._is_plain(words) and 1 < len(words) <= (LOOKS_ON if looks else GOES_ON)

    def _is_plain(self, words: Sequence[str]) -> bool:
        """Whether none of `words` says who, when or what happened."""
        return not any(
            w in self.verbs or w in self.kept or w in self.others or OWN_NOUN.fullmatch(w) or w[0].isdigit()
            for w in words
        )

    def _told(self, text: str, small: str, at: int, stay: Sequence[Span], *, sure: bool) -> Iterator[Span]:
        """Yield what is told behind a verb: `woont [schuin tegenover met die witte schutting]`."""
        piece = PIECE.match(small, at, at + MOST_PIECE)
        start, stop = piece.span() if piece else (at, at)
        told = self._told_in(text, small, start, stop, sure=sure, stay=stay)
        if told is None:
            return
        first, last = told
        yield _home(first, last)
        if last == stop:
            yield from self._behind(text, small, last, NEXT, stay, sure=False)

    def _before(self, text: str, small: str, at: int, stay: Sequence[Span]) -> Iterator[Span]:
        """Yield what is told before a verb that ends its clause: `die [in het witte rijtje aan de haven] woont`."""
        low = _begins(small, CLAUSE_ENDS, 0, at)
        opened = next(iter(reversed(list(OPENED.finditer(small, max(low, at - MOST_PIECE), at)))), None)
        told = self._told_in(text, small, opened.end(), at, sure=True, stay=stay) if opened else None
        if told and told[1] >= at - 1:
            yield _home(*told)

    def _told_in(
        self, text: str, small: str, start: int, stop: int, *, sure: bool, stay: Sequence[Span]
    ) -> tuple[int, int] | None:
        """Return from where to where `small[start:stop]` tells a home; `sure`: only where a word of a home says so.

        A street in `stay` (of the family) says nothing by itself.
        """
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
            or (not sure and self._is_plain([w[0] for w in words[:first]]))
        ):
            first = 0  # `, groene deur`, `, met de blauwe schutting`, `, de boot net voorbij de brug`
        while first and words[first - 1][0] in COUNTED:
            first -= 1
        return words[first].start(), words[-1].end()

    def _tell_together(self, small: str, words: Sequence[re.Match[str]], *, sure: bool) -> bool:
        """Whether words of which none says so by itself tell a home: by a number, by two weak ones, by how far it is."""
        low, high = words[0].start(), words[-1].end()
        stretch = small[low:high]
        weak = sum(w[0] in self.perhaps for w in words) + (GARNISH.search(stretch) is not None)
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
        return any(find_journeys(small, low, high))

    def _ends(self, words: Sequence[re.Match[str]], at: int) -> bool:
        """Whether a description is over before the word at `at`: at a verb, a conjunction, a word behind a number."""
        word = words[at][0]
        if word in self.verbs or (
            at > 0 and word in STOPS and not self._points(words, at) and not self._looks(words, at)
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
        return led and noun not in ARTICLES and self._is_plain([noun])

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

    def _garnished(self, small: str, at: int) -> int:
        """Return where the rest of an address ends: a number in words, a floor, what the house is known by."""
        number = SPELT_BEHIND.match(small, at)
        at = number.end() if number else at
        while (word := NEXT_WORD.match(small, at)) and (word[1] in self.sure or word[1] in self.perhaps):
            at = word.end()
        garnish = GARNISH.match(small, at)
        return garnish.end() if garnish and not any(w in self.verbs for w in garnish[0].split()) else at

    def _is_others(
        self,
        text: str,
        small: str,
        verb: tuple[int, int],
        others: Outside,
        is_own: Callable[[str], bool],
        told: Span,
        *,
        elsewhere: bool,
    ) -> bool:
        """Whether the verb speaks of somebody outside: the last person named before it, or its subject right behind."""
        start, end = verb
        if SUBJECT.match(small, end) and not others.speaks:
            return False
        low = _begins(text, SENTENCE_ENDS, 0, start)
        here = self._mentions(text, small, (max(low, start - FAR), start), others, is_own)
        relative = RELATIVE.search(small, told.start, told.end) is not None
        if here and not (relative and SELF_WORD.match(small, max(here)[0])):
            return max(here)[1]
        if elsewhere and not here:
            return True
        before = _begins(text, SENTENCE_ENDS, 0, max(0, low - 1))
        there = self._mentions(text, small, (max(before, low - REACH), low), others, is_own)
        if small[low:start].lstrip().startswith(THIRD):
            there = [mention for mention in there if not SELF_WORD.match(small, mention[0])]
        if not there or here:
            return relative
        last = small[low:start].lstrip().startswith(("die ", "deze ", "laatst"))
        return bool(there) and (max if last else min)(there)[1]

    def _is_elsewhere(self, text: str, told: Span, places: Set[str]) -> bool:
        """Whether a home is told by a place where none of the family is known to live: it is theirs only where a sentence says so."""
        town = ELSEWHERE.match(text, told.start, told.end)
        if town is None or not places or fold(town["town"]) in places:
            return False
        flags = self.lexicon.of(town["town"].lower())
        return (
            bool(flags & PLACE)
            and not flags & (NAME | WORD | VOCABULARY)
            and town["town"].lower() not in self.countries
        )

    def _is_name(self, word: str) -> bool:
        """Whether a word is a name and nothing else."""
        flags = self.lexicon.of(word)
        return bool(flags & NAME) and not flags & (WORD | VOCABULARY | PLACE)

    def _mentions(
        self, text: str, small: str, within: tuple[int, int], others: Outside, is_own: Callable[[str], bool]
    ) -> list[tuple[int, bool]]:
        """Return who is named `within` a stretch, other than behind a preposition: where, and whether outside."""
        low, high = within
        outside = set(others.starts[bisect_left(others.starts, low) : bisect_left(others.starts, high)])
        found = [(at, True) for at in outside]
        for hit in TOKEN.finditer(small, low, high):
            word = hit[0]
            if any(at <= hit.start() < at + 1 for at in outside):
                continue
            if word in self.others or word in others.speaks or OTHER_NOUN.fullmatch(word):
                found.append((hit.start(), True))
            elif word in SELF and SAID.search(text, low, hit.start()):
                continue  # `Piet: "ik woon in Elst"`
            elif text[hit.start()].isupper() and self._is_name(word) and not is_own(word):
                found.append((hit.start(), True))  # in a sentence that goes whole
            elif (OWN_NOUN.fullmatch(word) or (text[hit.start()].isupper() and is_own(word))) and not LED.search(
                small, max(low, hit.start() - 8), hit.start()
            ):
                found.append((hit.start(), False))
        return found


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


def _begins(text: str, ends: Iterable[str], low: int, high: int) -> int:
    """Return where begins what goes on to `high`: behind the last of `ends` from `low` on, or 0."""
    return 1 + max(text.rfind(end, max(0, low), high) for end in ends)


def _home(start: int, end: int) -> Span:
    return Span(start, end, "third_party_address", "third_party_address", MASK)


def _words(small: str, start: int, end: int) -> list[str]:
    return TOKEN.findall(small, start, end)
