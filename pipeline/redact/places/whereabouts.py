"""Where somebody is, told in words: landmarks, institutions, quarters, shops, and names behind `in`, `bij`, `aan`.

Looked for only where a place must not leave: in every text of a registration with a secret address, and in a sentence
that names a shelter. There deny by default holds: a place goes unless the family is known to live there.
"""

# ruff: noqa: E501 - a pattern or a list of words is read better whole; each return is one reason
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import PLACE, WORD, Lexicon
from pipeline.redact.places.ends import PlaceEnds
from pipeline.redact.places.journeys import Journeys
from pipeline.redact.places.lived_in import LivedIn
from pipeline.redact.places.outlooks import Outlooks, Roles
from pipeline.redact.places.surroundings import Surroundings
from pipeline.redact.places.words import CLOSE_GAP, Kind, PlaceWords, Word, joined, read_words
from pipeline.redact.reading import Reading
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import Span, mask

QUOTED: Final = re.compile(r",? ?[\"“'‘](?P<name>[A-ZÀ-Þ][^\"”’'\n]{2,40})[\"”’']")
"""The name of an institution behind it: `de kinderopvang, "De Blauwe Reiger"`."""
QUOTES: Final = "\"“'‘"
ORDINAL: Final = re.compile(
    r"(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde|twaalfde|\d+e)"
)
COUNTED: Final = re.compile(
    r"\d{1,4}|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde|twaalfde|begane|bovenste|onderste|middelste|laatste|\d+e"
)
THERE: Final = re.compile(
    r" (?:aldaar|alhier|ter plaatse|om de hoek|in de buurt|verderop|ernaast|daarnaast|dichtbij)\b"
)
WITH: Final = re.compile(r" (?:met|zonder) (?:de|het|een|die|dat) ")
"""Behind an institution it is the one beside where somebody is: `de vrije school aldaar`."""
REACH: Final = 80
"""Characters around an address in which a description of it stands."""
MOST_ADJECTIVES: Final = 2
WIND: Final = re.compile(r"(?:noord|oost|zuid|west|centrum|binnen|buiten)\w{0,5}", re.IGNORECASE)


class Whereabouts:
    """Finds descriptions of places, by the policy's words and the lexicon."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        self.words, self.lexicon = policy.whereabouts, lexicon
        self.place_words, self.journeys = PlaceWords(policy, lexicon), Journeys(policy.parts["journeys"])
        ends = PlaceEnds(policy, lexicon)
        self.outlooks, self.lived_in = Outlooks(policy, ends), LivedIn(policy, ends)
        self.spread = Surroundings(policy, self.place_words, ends).spread
        """Yields spans of a sentence, each with what stands around it."""

    def find(self, reading: Reading, bounds: tuple[int, int]) -> Iterator[Span]:
        """Yield a span for every description within `bounds`."""
        text, report = reading.text, reading.report
        words = self.place_words.read(reading, bounds)
        yield from self._quoted(text, bounds, words)
        if report.hides:
            for first, last in self.lived_in.find(text, bounds, words):
                yield mask(first, last, "secret_address")
            for first, last in self.outlooks.find(reading, bounds, words, _roles(report)):
                owner = self.outlooks.owner.match(text, last, bounds[1])
                yield mask(first, owner.end() if owner else last, "secret_address")
        for told in self.journeys.find(text, *bounds):
            yield mask(told.start(), told.end(), "secret_address")
        done = -1
        for at, word in enumerate(words):
            if at <= done or not self._tells(text, words, at):
                continue
            first, last = self._left(text, words, at), self._right(text, words, at)
            done = last
            if word.kind >= Kind.HEAD and self._is_known(words, first, last):
                continue
            owner = self.outlooks.owner.match(text, words[last].end, bounds[1]) if report.hides else None
            yield mask(words[first].start, owner.end() if owner else words[last].end, "secret_address")

    def _quoted(self, text: str, bounds: tuple[int, int], words: Sequence[Word]) -> Iterator[Span]:
        """Yield institutions with their names behind them: `de kinderopvang, "De Blauwe Reiger"`."""
        if not any(text.find(mark, *bounds) >= 0 for mark in QUOTES):
            return
        for word in words:
            quoted = QUOTED.match(text, word.end)
            if quoted and (word.small in self.words["called"] or word.kind >= Kind.HEAD):
                yield mask(word.start, quoted.end(), "secret_address")

    def widened(self, reading: Reading, span: Span) -> Span:
        """Return the span of an address with what describes it: `boven de kapper aan de`, `tiende verdieping`."""
        text = reading.text
        low = (
            max(text.rfind(stop, max(0, span.start - REACH), span.start) for stop in ("\n", ". ", "! ", "? ", "[", "]"))
            + 1
        )
        judge = self.place_words.judge(reading, text.isupper() or text.islower())
        words = [
            *read_words(text, max(low, span.start - REACH), span.start, judge),
            Word(text[span.start : span.end], span.start, span.end, lambda word: Kind.PLACE),
            *read_words(text, span.end, span.end + REACH, judge),
        ]
        at = next(at for at, word in enumerate(words) if word.start == span.start)
        first, last = self._left(text, words, at), self._right(text, words, at)
        return span._replace(start=words[first].start, end=words[last].end)

    def _tells(self, text: str, words: list[Word], at: int) -> bool:
        """Whether the word at `at` begins or is a description."""
        word = words[at]
        if word.kind == Kind.PLACE:
            return word.small not in self.words["verbs_too"] or self._is_thing(text, words, at)
        if word.kind < Kind.NAME:
            return False
        before = at - 1
        while before >= 0 and at - before <= MOST_ADJECTIVES + 1 and joined(text, words, before):
            small = words[before].small
            if word.kind == Kind.NAME and words[before].kind == Kind.HEAD:
                return True
            if word.kind == Kind.NAME and small in self.words["called"]:
                return True
            if small in self.words["beside"] if word.kind == Kind.HEAD else small in self.words["leads"]:
                return word.kind == Kind.HEAD or self._is_led(words, before, at)
            if small not in self.words["articles"] and not self.place_words.is_adjective(words[before]):
                break
            before -= 1
        return word.kind == Kind.HEAD and self._is_named(text, words, at)

    def _is_led(self, words: list[Word], lead: int, at: int) -> bool:
        """Whether the lead makes a place of the word at `at`: no town is anybody's, and `door Bos` is who did it."""
        flags = self.lexicon.of(words[at].small)
        if flags & WORD and lead == at - 2 and words[at - 1].small in self.words["possessives"]:
            return False  # `aan haar haren`
        return words[lead].small not in {"van", "door"} or bool(flags & PLACE) or (lead < at - 1 and flags == WORD)

    def _is_thing(self, text: str, words: list[Word], at: int) -> bool:
        """Whether a word that is a verb as well is none here: behind an article, a lead or an adjective."""
        if at == 0 or not joined(text, words, at - 1, CLOSE_GAP):
            return False
        before = words[at - 1]
        led = before.small in self.words["articles"] - self.words["possessives"] or before.small in self.words["leads"]
        return led or (self.place_words.is_adjective(before) and self._may_lead(words, at - 2))

    def _is_named(self, text: str, words: list[Word], at: int) -> bool:
        """Whether an institution is told by a name: `obs de Berkelschool`, `de huisarts op de Molenstraat`."""
        step = at
        if THERE.match(text, words[at].end) or self._looks(text, words, at):
            return True
        for _ in range(3):
            if not joined(text, words, step):
                return False
            step += 1
            if words[step].kind >= Kind.NAME and words[step].kind != Kind.HEAD:
                return words[step].kind == Kind.PLACE or words[step].text[0].isupper()
            if words[step].small not in self.words["joints"] and words[step].small not in self.words["articles"]:
                return False
        return False

    def _looks(self, text: str, words: list[Word], at: int) -> bool:
        """Whether an institution is told by what is to be seen there: `de school met de glijbaan`."""
        if at == 0 or words[at - 1].small not in self.words["articles"] or not WITH.match(text, words[at].end):
            return False
        behind = next((w for w in words[at + 2 : at + 5] if w.small not in self.words["articles"]), None)
        return (
            behind is not None
            and behind.kind == Kind.PLAIN
            and behind.small not in self.words["means"]
            and behind.small not in self.words["kept"]
            and behind.small not in self.place_words.ending_titles
        )

    def _left(self, text: str, words: list[Word], at: int) -> int:
        """Return where the description of the place at `at` begins."""
        first = at
        adjectives = 0
        while first > 0 and joined(text, words, first - 1):
            before = words[first - 1]
            if before.kind >= Kind.NAME or before.small in self.words["articles"] or ORDINAL.fullmatch(before.small):
                first -= 1
            elif (
                adjectives < MOST_ADJECTIVES
                and self.place_words.is_adjective(before)
                and self._may_lead(words, first - 2)
            ):
                adjectives += 1
                first -= 1
            elif before.small in self.words["leads"] or before.small in self.words["before"]:
                first = self._parts(text, words, first - 1)
                if first == 0 or words[first - 1].kind < Kind.HEAD or not joined(text, words, first - 1):
                    break
            else:
                break
        return first

    def _may_lead(self, words: list[Word], at: int) -> bool:
        """Whether an article or a lead stands before an adjective: `de hele binnenstad`, not `hele binnenstad` alone."""
        return at >= 0 and (
            words[at].small in self.words["articles"]
            or words[at].small in self.words["leads"]
            or self.place_words.is_adjective(words[at])
        )

    def _parts(self, text: str, words: list[Word], at: int) -> int:
        """Take in what stands before the lead at `at`: `drie deuren voorbij`, `vlak bij`, `de achterkant van`."""
        first = at
        while first > 0 and joined(text, words, first - 1):
            small = words[first - 1].small
            told = small in self.words["before"] or small in self.words["measures"] or small in self.words["parts"]
            if (
                told
                or (first < at and (COUNTED.fullmatch(small) or small in self.words["articles"]))
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
        while joined(text, words, step) and step < last + 5:
            step += 1
            word = words[step]
            if word.kind >= Kind.HEAD or WIND.fullmatch(word.text):
                return step if word.kind != Kind.HEAD or step > last + 1 else last
            if word.kind == Kind.NAME and word.text[0].isupper():
                return step
            if word.kind == Kind.OWN:
                return last
            if word.small in self.words["floors"] and (step > last + 1 or word.small in self.words["close"]):
                return step
            if (
                word.small in self.words["joints"]
                or word.small in self.words["articles"]
                or word.small in self.words["name_joints"]
                or word.small in self.words["before"]
            ):
                continue
            if (
                adjectives < MOST_ADJECTIVES and step > last + 1 and self.place_words.is_adjective(word)
            ) or COUNTED.fullmatch(word.small):
                adjectives += 1
                continue
            return last
        return last

    def _is_known(self, words: list[Word], first: int, last: int) -> bool:
        """Whether the family's own place or street stands in or right behind a description: `het station van Hengelo`."""
        behind = next(
            (
                w
                for w in words[last + 1 : last + 4]
                if w.small not in self.words["joints"] and w.small not in self.words["articles"]
            ),
            None,
        )
        return any(w.kind == Kind.OWN for w in words[first : last + 1]) or (
            behind is not None and behind.kind == Kind.OWN and not behind.small[0].isdigit()
        )


def _roles(report: ReportMasks) -> Roles:
    """Return the names of the suspects, where they are is no secret, and of the children."""
    suspects = report.names_of("VE")
    return Roles(suspects, report.names_of("KI") - suspects)
