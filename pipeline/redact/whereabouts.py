"""Where somebody is, told in words: landmarks, institutions, quarters, shops, and names behind `in`, `bij`, `aan`.

Looked for only where a place must not leave: in every text of a registration with a secret address, and in a sentence
that names a shelter. There deny by default holds: a place goes unless the family is known to live there.
"""

# ruff: noqa: E501, PLR0911 - a pattern or a list of words is read better whole; each return is one reason
from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache, partial
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import GIVEN, MOST_WORDS, NAME, PLACE, SURE_STREET, VOCABULARY, WORD, Lexicon
from pipeline.redact.people import fold
from pipeline.redact.report import ONES, TEENS, TENS, UNITS, ReportMasks
from pipeline.redact.spans import MASK, Span

TOKEN: Final = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
GAP: Final = re.compile(r"[ .]{1,2}|, ?| ?[(\"“'‘]|[\-/]|: ?")
"""What may stand between two words of one description."""
CLOSE_GAP: Final = re.compile(r" ?[\-/(\"“'‘ ]| ")
"""What may stand between two words that say together where: no comma."""
PAUSE: Final = re.compile(r" ?[,(:] ?[\"“'‘]?")
QUOTED: Final = re.compile(r",? ?[\"“'‘](?P<name>[A-ZÀ-Þ][^\"”’'\n]{2,40})[\"”’']")
"""The name of an institution behind it: `de kinderopvang, "De Blauwe Reiger"`."""
ARTICLES: Final = frozenset(
    ["de", "het", "een", "'t", "t", "die", "dat", "deze", "dit", "onze", "ons", "haar", "zijn", "mijn", "hun", "den", "der", "it", "e", "ad", "z'n", "m'n", "d'r"]
)  # fmt: skip
JOINTS: Final = frozenset(
    ["van", "in", "te", "aan", "op", "bij", "hoek", "nabij", "naast", "achter", "tegenover", "boven", "richting", "over", "langs", "voorbij", "vlakbij", "tussen", "om", "onder", "voor"]
)  # fmt: skip
"""Lead from one place to the next: `de Molenstraat hoek Molenpad`, `het voetbalveld van Deil`."""
PARTICLES: Final = frozenset(["van", "de", "der", "den", "het", "aan", "op", "en", "ter", "ten", "te"])
ORDINAL: Final = re.compile(
    r"(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde|twaalfde|\d+e)"
)
COUNTED: Final = re.compile(
    r"\d{1,4}|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde|twaalfde|begane|bovenste|onderste|middelste|laatste|\d+e"
)
MOST_LEFT, MOST_RIGHT = 9, 6
"""Words that a description of a secret place may hold beside what tells the place."""
REACH: Final = 80
"""Characters around an address in which a description of it stands."""
CLOSE: Final = frozenset(
    {
        "achter",
        "boven",
        "beneden",
        "links",
        "rechts",
        "daarvan",
        "ervan",
        "ernaast",
        "daarnaast",
        "erboven",
        "daarboven",
        "eronder",
    }
)
"""Right behind an address they belong to it."""
MOST_ADJECTIVES: Final = 2
LEAST_NAME: Final = 4
LONGEST_ACRONYM: Final = 4
CUT_STREETS: Final = ("str", "ln", "pln", "sngl")
WIND: Final = re.compile(r"(?:noord|oost|zuid|west|centrum|binnen|buiten)\w{0,5}", re.IGNORECASE)

ONE: Final = "|".join((*ONES, "één"))
JOURNEY: Final = re.compile(
    rf"\b(?:\d{{1,3}}|{ONE}|{'|'.join(TEENS)}|{'|'.join(TENS)}|half|anderhalf|kwartier|paar)? ?(?:een )?(?:kwartier|half uur|halfuur|uur|uurtje|minuten|minuutjes|min|km|kilometer|meter|straten|huizen|deuren|haltes|dorpen)"
    r" (?:lopen|fietsen|rijden|treinen|reizen|verderop|verder weg|daarvandaan|hiervandaan|ervandaan|(?:hier|daar|er)?vandaan|met (?:de|het) (?:auto|bus|trein|fiets|ov|boot|pont)|afstand)(?: (?:daarvandaan|hiervandaan|ervandaan|verderop|vanaf daar))?"
    rf"|\b(?:\d{{1,3}}|{ONE}|half|anderhalf|kwartier) ?(?:uur|minuten|min|km|kilometer) (?:van|vanaf|buiten|ten (?:noorden|zuiden|oosten|westen) van) [A-ZÀ-Þ]\w+"
    r"|\b(?:bus|tram|metro|lijn|buslijn|tramlijn|trein|sprinter|veerpont) ?(?:nr\.? ?|nummer )?\d{1,3}\b",
    re.IGNORECASE,
)
"""How far: `vijf minuten lopen daarvandaan`."""
SPELT: Final = rf"(?:(?:(?:{ONE})?\s?honderd(?:\s?en)?\s?)?(?:(?:{ONE})[\s\-]?(?:en|ën)[\s\-]?)?(?:{'|'.join(TENS)})|(?:{'|'.join(TEENS)})|(?:{ONE})?\s?honderd|(?:{ONE}))(?!\w)"
HOUSE: Final = re.compile(
    rf"(?<!\w)(?:huisnummer|huisnr|huisno|nummer(?:tje)?|nr|no|perceel|deurnummer|deur|deurbel|bel|brievenbus|postbus|kamernummer|kamer|appartement|app|unit|bungalow|chalet|kavel|ligplaats|standplaats|flat|verdieping|plek|vak|blok)\.?[ :]{{1,2}}(?:is |was )?"
    rf"(?P<n>\d{{1,4}}(?!\d)(?:[ \-]?[a-h](?!\w))?|{SPELT}){UNITS}",
    re.IGNORECASE,
)
"""A house or a room by its number, in digits or words."""
ABBREVIATED: Final = re.compile(
    r"(?:(?<![\w'’])(?:nwe|nieuwe|nw|n|st|sint|snt|gr|grt|grote|o|oude|kl|kleine|k|korte|l|lange|hoge|lage|h|ach|acht|burg|prof|dr|mr|ds|pr|kon|past|gem|gemeente|verl|verlengde|oost|west|noord|zuid|dorp|stad|huize|no|nr|nummer|pc|postcode)\.?[ \-]{0,2})+$",
    re.IGNORECASE,
)
"""What may stand before the part of a secret address that is known: the rest of its street, cut short."""
TAIL: Final = re.compile(
    rf"(?:[ \-]?(?:oost|west|noord|zuid|centrum|bis|hs|[a-h])(?!\w)| ?[\-/] ?\d{{1,4}}(?![\d:])|(?:,? |-)(?:nr\.? |nummer |huisnr\.? |no\.? )?{SPELT}{UNITS})+",
    re.IGNORECASE,
)
GLUE: Final = re.compile(
    r"[ ,.\-/(]{0,3}(?:(?:in|te|op|aan|de|het|van|bij|nr|nummer|no|huisnr|huisnummer|hoek|en|kern|dorp|wijk|gemeente|provincie|regio|plaats|postcode|straat|ergens|namelijk|precies|preciezer)[ .,:]{1,2}){0,3}",
    re.IGNORECASE,
)


class Kind(IntEnum):
    """What a word may be in a description of a place."""

    PLAIN = 0
    OWN = 1
    """A person involved, or where the family is known to live: never part of a description."""
    NAME = 2
    """May be the name of a place: one behind a lead."""
    HEAD = 3
    """An institution: tells a place with a name or beside one."""
    PLACE = 4
    """Tells a place by itself."""


class Word:
    """A word of the text, where it stands, and what it may be: judged once it is asked, as few words are."""

    __slots__ = ("_judge", "_kind", "end", "small", "start", "text")

    def __init__(self, text: str, start: int, end: int, judge: Callable[[], Kind]) -> None:
        """Hold `text`, which stands at `start:end`."""
        self.text, self.small, self.start, self.end = text, text.lower(), start, end
        self._judge = judge
        self._kind: Kind | None = None

    @property
    def kind(self) -> Kind:
        """What the word may be."""
        if self._kind is None:
            self._kind = self._judge()
        return self._kind


class Whereabouts:
    """Finds descriptions of places, by the policy's words and the lexicon."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words; the landmarks become one pattern."""
        words, self.lexicon, self.titles = policy.whereabouts, lexicon, policy.titles
        ends = sorted(words["landmarks"], key=len, reverse=True)
        landmark = re.compile(rf"(?:.*[^\W\d_])?(?:{'|'.join(re.escape(end) for end in ends)})(?:en|s|je|jes)?")
        self.landmark = lru_cache(MOST_WORDS)(landmark.fullmatch)
        short = "|".join(sorted((re.escape(word) for word in words["whole"] if len(word) >= LEAST_NAME), key=len))
        self.compound = re.compile(rf"[^\W\d_]{{3,}}(?:{short})")
        """A word that no list knows and that ends like a landmark: `wijnhuistoren`."""
        self.words, self.verbs = words, policy.person_verbs
        self.facts = tuple(stem.strip() for stem in policy.facts)

    def find(
        self,
        text: str,
        bounds: tuple[int, int],
        report: ReportMasks,
        stay: Sequence[Span],
        is_own: Callable[[str], bool],
    ) -> Iterator[Span]:
        """Yield a span for every description within `bounds`.

        `stay` are stretches of the family's known address; `is_own` says whether a folded name is of a person involved.
        """
        words = self._read(text, bounds, report, stay, is_own)
        for word in words:
            quoted = (
                QUOTED.match(text, word.end)
                if word.kind in {Kind.HEAD, Kind.PLACE} or word.small in self.words["called"]
                else None
            )
            if quoted:
                yield Span(word.start, quoted.end(), "secret_address", "secret_address", MASK)
        for told in (*JOURNEY.finditer(text, *bounds),):
            yield Span(told.start(), told.end(), "secret_address", "secret_address", MASK)
        done = -1
        for at, word in enumerate(words):
            if at <= done or not self._tells(text, words, at):
                continue
            first, last = self._left(text, words, at), self._right(text, words, at)
            done = last
            if word.kind in {Kind.HEAD, Kind.PLACE} and self._is_known(words, first, last):
                continue
            yield Span(words[first].start, words[last].end, "secret_address", "secret_address", MASK)

    def widened(
        self, text: str, span: Span, report: ReportMasks, stay: Sequence[Span], is_own: Callable[[str], bool]
    ) -> Span:
        """Return the span of an address with what describes it: `boven de kapper aan de`, `tiende verdieping`."""
        low = max(text.rfind(stop, 0, span.start) for stop in ("\n", ". ", "! ", "? ", "[", "]")) + 1
        flat = text.isupper() or text.islower()
        kind = partial(self._kind, text, flat=flat, report=report, stay=stay, is_own=is_own)
        words = [
            *_words(TOKEN.finditer(text, max(low, span.start - REACH), span.start), kind),
            Word(text[span.start : span.end], span.start, span.end, lambda: Kind.PLACE),
            *_words(TOKEN.finditer(text, span.end, span.end + REACH), kind),
        ]
        at = next(at for at, word in enumerate(words) if word.start == span.start)
        first, last = self._left(text, words, at), self._right(text, words, at)
        return span._replace(start=words[first].start, end=words[last].end)

    def spread(
        self,
        text: str,
        bounds: tuple[int, int],
        spans: Sequence[Span],
        report: ReportMasks,
        stay: Sequence[Span],
        is_own: Callable[[str], bool],
    ) -> Iterator[Span]:
        """Yield the spans of one sentence, each with the words around it that say no more than where.

        `op loopafstand van [MCL en het Rengerspark]`: up to a verb, a person, a moment, a fact or a pause.
        """
        words = self._read(text, bounds, report, stay, is_own)
        for span in spans:
            inside = [at for at, word in enumerate(words) if word.start < span.end and span.start < word.end]
            if not inside:
                yield span
                continue
            first, last = self._spread_left(text, words, inside[0]), self._spread_right(text, words, inside[-1])
            first, last = self._fragment_before(text, words, first), self._fragment_behind(text, words, last)
            yield span._replace(start=min(span.start, words[first].start), end=max(span.end, words[last].end))

    def _fragment_behind(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of a piece between commas behind a place that says nothing but where: `, derde bus van links`."""
        while last + 1 < len(words) and PAUSE.fullmatch(text, words[last].end, words[last + 1].start):
            step = last + 1
            while _joined(text, words, step, CLOSE_GAP) and not self._stops(words[step]):
                step += 1
            if self._stops(words[step]) or step - last > MOST_RIGHT or not self._pauses(text, words, step):
                break
            last = step
        return last

    def _fragment_before(self, text: str, words: list[Word], first: int) -> int:
        """The same before a place: `N-Haven, viervier, plaats Zrkzee`."""
        while first > 0 and PAUSE.fullmatch(text, words[first - 1].end, words[first].start):
            step = first - 1
            while step > 0 and _joined(text, words, step - 1, CLOSE_GAP) and not self._stops(words[step]):
                step -= 1
            opens = step == 0 or text[words[step - 1].end : words[step].start].strip() in {",", ":", "(", ";"}
            if self._stops(words[step]) or first - step > MOST_LEFT or not opens or step == 0:
                break
            first = step
        return first

    def _pauses(self, text: str, words: list[Word], at: int) -> bool:
        """Whether a piece ends behind the word at `at`."""
        return at + 1 == len(words) or text[words[at].end : words[at + 1].start].strip()[:1] in set(',.;:!?)"”\n') - {
            ""
        }

    def _spread_left(self, text: str, words: list[Word], at: int) -> int:
        first = at
        while first > 0 and at - first < MOST_LEFT and _joined(text, words, first - 1, CLOSE_GAP):
            before = words[first - 1]
            listed = before.small == "en" and first > 1 and words[first - 2].text[0].isupper()
            if self._stops(before) and not listed:
                break
            first -= 1
        return first

    def _spread_right(self, text: str, words: list[Word], at: int) -> int:
        last = at
        while (
            last + 1 < len(words)
            and last - at < MOST_RIGHT
            and _joined(text, words, last, CLOSE_GAP)
            and not self._stops(words[last + 1])
            and words[last + 1].small not in {"en", "met"}
        ):
            last += 1
        if _joined(text, words, last, CLOSE_GAP) and words[last + 1].small == "met":
            tells = [step for step in range(last + 2, min(last + 6, len(words))) if words[step].kind == Kind.PLACE]
            if tells and all(_joined(text, words, step, CLOSE_GAP) for step in range(last, tells[0])):
                return tells[0]  # `met de vier poorten`
        goes_on = _joined(text, words, last, CLOSE_GAP)
        while goes_on and last > at and (self._leads_on(words[last]) or self._is_adjective(words[last])):
            last -= 1  # `met beide` belongs to the children behind it
        return last

    def _leads_on(self, word: Word) -> bool:
        small = word.small
        return (
            small in self.words["leads"] or small in ARTICLES or small in {"met", "zonder", "en", "of", "alle", "beide"}
        )

    def _stops(self, word: Word) -> bool:
        """Whether a word says more than where: who, when, what happened."""
        small = word.small
        return (
            word.kind == Kind.OWN
            or small in self.verbs
            or (small in self.titles and small not in self.words["landmarks"])
            or small in self.words["kept"]
            or (len(small) == 1 and word.text.isupper())
            or (self.lexicon.of(small) & GIVEN and not self.lexicon.of(small) & (WORD | PLACE))
            or small.startswith(self.facts)
            or (small.isdigit() and word.kind == Kind.PLAIN)
        )

    def _read(
        self,
        text: str,
        bounds: tuple[int, int],
        report: ReportMasks,
        stay: Sequence[Span],
        is_own: Callable[[str], bool],
    ) -> list[Word]:
        low, high = bounds
        flat = text[low:high].isupper() or text[low:high].islower()
        kind = partial(self._kind, text, flat=flat, report=report, stay=stay, is_own=is_own)
        return list(_words(TOKEN.finditer(text, low, high), kind))

    def _kind(
        self,
        text: str,
        hit: re.Match[str],
        flat: bool,
        report: ReportMasks,
        stay: Sequence[Span],
        is_own: Callable[[str], bool],
    ) -> Kind:
        small = hit[0].lower()
        if small in self.words["leads"] and not hit[0][0].isupper():
            return Kind.PLAIN
        if any(span.start <= hit.start() < span.end for span in stay):
            return Kind.OWN
        named = fold(small)
        if (
            named in report.open_words
            or named in report.outsiders
            or (hit[0][0].isupper() and named in report.street_words)
            or named in report.open_places
            or named.split("-")[0] in report.open_places
        ):
            return Kind.OWN
        if (
            named in report.involved
            or (small in self.titles and small not in self.words["landmarks"])
            or small in self.words["countries"]
        ):
            return Kind.OWN if named in report.involved else Kind.PLAIN
        return self._of_word(text, hit, small, flat, is_own)

    def _of_word(self, text: str, hit: re.Match[str], small: str, flat: bool, is_own: Callable[[str], bool]) -> Kind:
        if small in self.words["homes"]:
            return Kind.PLAIN
        if small in self.words["institutions"]:
            return Kind.HEAD
        flags = self.lexicon.of(small)
        capital = hit[0][0].isupper() and not flat and not _begins(text, hit.start())
        if small in self.words["whole"] or self.landmark(small) or self._is_street(small, flags, capital):
            return Kind.PLACE
        if not flags and self.compound.fullmatch(small):
            return Kind.PLACE
        if small in self.words["shops"]:
            return Kind.NAME
        if flags & PLACE:
            written = hit[0][0].isupper() and not flat
            sure = not flags & (GIVEN | (0 if capital else WORD) | (0 if written else NAME))
            return Kind.PLACE if sure else Kind.NAME
        if hit[0].isupper() and not flat and not flags and len(small) <= LONGEST_ACRONYM:
            return Kind.PLAIN
        if flags & GIVEN and not flags & WORD:
            return Kind.OWN if is_own(small) else Kind.PLAIN
        if (len(small) < LEAST_NAME and not capital) or flags & VOCABULARY or flags & GIVEN or small.isdigit():
            return Kind.PLAIN
        if capital:
            return Kind.OWN if is_own(small) else Kind.NAME
        unknown = not flags and not self.lexicon.is_compound(small) and small.isalpha()
        return Kind.NAME if unknown and not is_own(small) else Kind.PLAIN

    def _is_street(self, small: str, flags: int, capital: bool) -> bool:
        return bool(SURE_STREET.match(small)) and (capital or not flags & (WORD | VOCABULARY))

    def _tells(self, text: str, words: list[Word], at: int) -> bool:
        """Whether the word at `at` begins or is a description."""
        word = words[at]
        if word.kind == Kind.PLACE:
            return True
        if word.kind not in {Kind.NAME, Kind.HEAD}:
            return False
        before = at - 1
        while before >= 0 and at - before <= MOST_ADJECTIVES + 1 and _joined(text, words, before):
            small = words[before].small
            if word.kind == Kind.NAME and words[before].kind == Kind.HEAD:
                return True
            if word.kind == Kind.NAME and small in self.words["called"]:
                return True
            if small in self.words["beside"] if word.kind == Kind.HEAD else small in self.words["leads"]:
                flags = self.lexicon.of(word.small)
                return (
                    small != "van"
                    or word.kind == Kind.HEAD
                    or bool(flags & PLACE)
                    or (before < at - 1 and flags == WORD)
                )
            if small not in ARTICLES and not self._is_adjective(words[before]):
                break
            before -= 1
        return word.kind == Kind.HEAD and self._is_named(text, words, at)

    def _is_named(self, text: str, words: list[Word], at: int) -> bool:
        """Whether an institution is told by a name: `obs de Berkelschool`, `de huisarts op de Molenstraat`."""
        step = at
        for _ in range(3):
            if not _joined(text, words, step):
                return False
            step += 1
            if words[step].kind in {Kind.NAME, Kind.PLACE}:
                return words[step].kind == Kind.PLACE or words[step].text[0].isupper()
            if words[step].small not in JOINTS and words[step].small not in ARTICLES:
                return False
        return False

    def _is_adjective(self, word: Word) -> bool:
        small = word.small
        return (
            word.kind == Kind.PLAIN
            and small[-1:] in {"e", "n", "s"}
            and small not in self.verbs
            and small not in self.words["leads"]
            and not small.isdigit()
            and bool(self.lexicon.of(small) & (WORD | VOCABULARY))
            and len(small) >= LEAST_NAME
        )

    def _left(self, text: str, words: list[Word], at: int) -> int:
        """Return where the description of the place at `at` begins."""
        first = at
        adjectives = 0
        while first > 0 and _joined(text, words, first - 1):
            before = words[first - 1]
            if (
                before.kind in {Kind.HEAD, Kind.NAME, Kind.PLACE}
                or before.small in ARTICLES
                or ORDINAL.fullmatch(before.small)
            ):
                first -= 1
            elif adjectives < MOST_ADJECTIVES and self._is_adjective(before) and self._may_lead(words, first - 2):
                adjectives += 1
                first -= 1
            elif before.small in self.words["leads"] or before.small in self.words["before"]:
                first = self._parts(text, words, first - 1)
                if first == 0 or words[first - 1].kind != Kind.PLACE or not _joined(text, words, first - 1):
                    break
            else:
                break
        return first

    def _may_lead(self, words: list[Word], at: int) -> bool:
        """Whether an article or a lead stands before an adjective: `de hele binnenstad`, not `hele binnenstad` alone."""
        return at >= 0 and (
            words[at].small in ARTICLES or words[at].small in self.words["leads"] or self._is_adjective(words[at])
        )

    def _parts(self, text: str, words: list[Word], at: int) -> int:
        """Take in what stands before the lead at `at`: `drie deuren voorbij`, `vlak bij`, `de achterkant van`."""
        first = at
        while first > 0 and _joined(text, words, first - 1):
            small = words[first - 1].small
            told = small in self.words["before"] or small in self.words["measures"] or small in self.words["parts"]
            if (
                told
                or (first < at and (COUNTED.fullmatch(small) or small in ARTICLES))
                or (small in self.words["leads"] and small != "van" and first < at)
            ):
                first -= 1
            else:
                break
        return first

    def _right(self, text: str, words: list[Word], at: int) -> int:
        """Return the last word of the description that holds the place at `at`."""
        last = at
        while True:
            step = self._next(text, words, last)
            if step == last:
                return last
            last = step

    def _next(self, text: str, words: list[Word], last: int) -> int:
        """Return the next word of the description, over articles, adjectives and joints; `last` when there is none."""
        step, adjectives = last, 0
        while _joined(text, words, step) and step < last + 5:
            step += 1
            word = words[step]
            if word.kind in {Kind.PLACE, Kind.HEAD} or WIND.fullmatch(word.text):
                return step if word.kind != Kind.HEAD or step > last + 1 else last
            if word.kind == Kind.NAME and word.text[0].isupper():
                return step
            if word.kind == Kind.OWN:
                return last
            if word.small in self.words["floors"] and (step > last + 1 or word.small in CLOSE):
                return step
            if (
                word.small in JOINTS
                or word.small in ARTICLES
                or word.small in PARTICLES
                or word.small in self.words["before"]
            ):
                continue
            if (adjectives < MOST_ADJECTIVES and step > last + 1 and self._is_adjective(word)) or COUNTED.fullmatch(
                word.small
            ):
                adjectives += 1
                continue
            return last
        return last

    def _is_known(self, words: list[Word], first: int, last: int) -> bool:
        """Whether the family's own place or street stands in or right behind a description: `het station van Hengelo`."""
        behind = next(
            (w for w in words[last + 1 : last + 4] if w.small not in JOINTS and w.small not in ARTICLES), None
        )
        return any(w.kind == Kind.OWN for w in words[first : last + 1]) or (
            behind is not None and behind.kind == Kind.OWN and not behind.small[0].isdigit()
        )


def _words(hits: Iterable[re.Match[str]], kind: Callable[[re.Match[str]], Kind]) -> Iterator[Word]:
    for hit in hits:
        yield Word(hit[0], hit.start(), hit.end(), partial(kind, hit))


def _joined(text: str, words: list[Word], at: int, gap: re.Pattern[str] = GAP) -> bool:
    """Whether the word at `at` and the next may belong to one description."""
    if at + 1 >= len(words) or gap.fullmatch(text, words[at].end, words[at + 1].start) is None:
        return False
    short = len(words[at].text) <= LONGEST_ACRONYM or words[at].small.endswith(CUT_STREETS)
    return text[words[at].end] != "." or short


def _begins(text: str, at: int) -> bool:
    """Whether a sentence or a quotation begins at `at`."""
    before = text[:at].rstrip(" \"“'‘(")
    return not before or before[-1] in ".!?:;\n•" or text[at - 1 : at] in {"\n", '"', "“"}


def find_house_words(text: str, report: ReportMasks) -> Iterator[Span]:
    """Yield a span for every house or room told by its number, but for that of the family's open address."""
    for hit in HOUSE.finditer(text):
        if hit["n"].lower() not in report.family_numbers:
            yield Span(hit.start(), hit.end(), "secret_address", "secret_address", MASK)


def join_secrets(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return `spans` with those of a secret address widened over what belongs to it, and joined where they touch."""
    joined = [span for span in spans if span.kind != "secret_address"]
    last: Span | None = None
    for span in sorted(span for span in spans if span.kind == "secret_address"):
        wide = _widened(text, span)
        if last and (wide.start <= last.end or GLUE.fullmatch(text, last.end, wide.start)):
            last = last._replace(end=max(last.end, wide.end))
            continue
        joined += [last] if last else []
        last = wide
    return [*joined, last] if last else joined


def _widened(text: str, span: Span) -> Span:
    before = ABBREVIATED.search(text, max(0, span.start - 24), span.start)
    after = TAIL.match(text, span.end)
    return span._replace(start=before.start() if before else span.start, end=after.end() if after else span.end)
