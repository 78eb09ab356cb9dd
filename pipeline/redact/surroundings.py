"""What stands around a secret place in its sentence and says no more than where: it goes along."""

# ruff: noqa: E501, PLR0911 - a condition is read better whole; each return is one reason
from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import GIVEN, PLACE, WORD, Lexicon
from pipeline.redact.place_words import CLOSE_GAP, Kind, PlaceWords, Word, joined
from pipeline.redact.reading import Reading
from pipeline.redact.spans import Span

PAUSE: Final = re.compile(r" ?[,(:] ?[\"“'‘]?")
PAUSES: Final = frozenset(',.;:!?)"”')
"""What a piece ends before."""
MOST_LEFT, MOST_RIGHT = 9, 6
"""Words that a description of a secret place may hold beside what tells the place."""
MOST_ROUTE: Final = 14
"""Words of a stretch that leads on from a place, or stands between two."""
PARTED: Final = frozenset({"aan", "in", "om", "op"})
"""Ends of verbs that are leads as well: `reed haar aan`, `sloot haar op`."""
DONE: Final = re.compile(
    r"(?:aan|af|dicht|dood|in|klem|mee|neer|om|op|over|tegen|toe|uit|vast|weg)ge(?!leg)[a-zë]{3,}(?:t|d|en)"
)
"""What was done to somebody: `vastgehouden`, `neergestoken`; no `aangelegd`."""
PARTICIPLE: Final = re.compile(r"(?:\w{0,5}ge|be|ver|ont|her)[a-zë]{3,}(?:t|d|en)")
"""What was done to something: no way to a place."""
MOST_LOOKS: Final = 2
LIVES: Final = re.compile(
    r"\b(?:woon(?:t|de|den|achtig)?|won(?:en|end|ende)|verblij(?:ft|ven)|verble(?:ef|ven)|logeer(?:t|de|den)?|logeren|huur(?:t|de|den)?|huren|ondergebracht|ondergedoken|bivakkeert)"
    r"(?: (?:nu|nou|nog|tijdelijk|voorlopig|dicht|ergens|momenteel|thans|hier|daar|zelf|weer|vlak|een (?:kamer|huisje|woning|flatje|studio)|met (?:beide|de|haar|twee|drie) kinderen))* "
    r"(?=(?:in|op|aan|bij|boven|naast|achter|tegenover|onder|langs|nabij|om|vlakbij|schuin) )"
    r"|\b(?:slaapt?|slapen|zit(?:ten)?|schuil(?:t|en)?|overnacht(?:en)?)(?: (?:nu|nou|nog|tijdelijk|voorlopig|ergens|hier|daar|weer|vlak))* "
    r"(?=(?:bij|boven|naast|achter|tegenover|langs|nabij|vlakbij|tussen|onder) (?:de|het|een|die|dat) )",
    re.IGNORECASE,
)
"""A verb of living with a place behind it."""
LIVES_LAST: Final = re.compile(
    r"\b(?P<place>(?:in|op|aan|bij|boven|naast|achter|tegenover|onder|langs|nabij|vlakbij) (?:de|het|een|die|dat) [^\W\d_]+(?: [^\W\d_]+)?)(?= (?:woon(?:t|de|den)?|wonen|verblijft|verblijven|logeert|logeren|slaapt|slapen|schuilt|schuilen|overnachten)\b)",
    re.IGNORECASE,
)
"""The same with the verb at the end of its clause: `dat ze bij de spoorbomen wonen`."""
LIVING: Final = (
    "woon",
    "won",
    "verblij",
    "verble",
    "loge",
    "hur",
    "huur",
    "ondergebracht",
    "ondergedoken",
    "bivak",
    "slaap",
    "slap",
    "zit",
    "schuil",
    "overnacht",
)
"""One of these begins each verb of LIVES and LIVES_LAST."""
COUNTED: Final = frozenset({"een", "één", "die", "dat"})
COUNTS: Final = frozenset({"twee", "drie", "vier", "vijf", "zes"})
LOOKS: Final = frozenset({"met", "zonder"})
LEADING: Final = frozenset({"met", "zonder", "en", "of", "alle", "beide"})
"""Beside articles and leads what belongs to the words behind it."""


class Surroundings:
    """Takes in what stands around a place, by the policy's words."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon, place_words: PlaceWords) -> None:
        """Hold the words."""
        self.words, self.lexicon, self.place_words = policy.whereabouts, lexicon, place_words
        self.more = policy.person_verbs | self.words["kept"] | (policy.titles.keys() - self.words["landmarks"])
        """Words that say who, when or what happened."""
        self.verbs = policy.person_verbs
        self.features = tuple(self.words["features"])
        self.facts = tuple(stem.strip() for stem in policy.facts if not stem.startswith("*"))
        self.fact_ends = tuple(stem[1:].strip() for stem in policy.facts if stem.startswith("*"))

    def spread(self, reading: Reading, bounds: tuple[int, int], spans: Sequence[Span]) -> Iterator[Span]:
        """Yield the spans of one sentence, each with the words around it that say no more than where.

        `op loopafstand van [MCL en het Rengerspark]`: up to a verb, a person, a moment, a fact or a pause.
        """
        text, words = reading.text, self.place_words.read(reading, bounds)
        starts = [word.start for word in words]
        before: tuple[Span, int] | None = None
        for span in sorted(spans):
            inside = range(max(0, bisect_right(starts, span.start) - 1), bisect_left(starts, span.end))
            inside = range(inside.start + (words[inside.start].end <= span.start), inside.stop) if inside else inside
            if not inside:
                yield span
                continue
            if before and inside[-1] <= before[1]:
                before = before[0]._replace(end=max(before[0].end, span.end)), before[1]
                continue
            first, last = self._left(text, words, inside[0]), self._right(text, words, inside[-1])
            first, last = self._piece_before(text, words, first), self._piece_behind(text, words, last)
            first, last = self._way_here(text, words, first), self._way_on(text, words, last)
            wide = span._replace(start=min(span.start, words[first].start), end=max(span.end, words[last].end))
            if before and self._is_way(text, words, before[1] + 1, first):
                wide = wide._replace(start=before[0].start)
            elif before:
                yield before[0]
            before = wide, last
        if before:
            yield before[0]

    def _way_on(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of what leads on from a place: `en dan het witte huis met de hooiberg`, `, je ziet de toren`."""
        while True:
            step = self._stretch_behind(text, words, self._scene(text, words, last))
            if step == last:
                return last
            last = step

    def _scene(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of a clause that says what is there: `, waar om vier uur de haan kraait`; `last` where it is none."""
        if last + 1 >= len(words) or words[last + 1].small != "waar":
            return last
        paused = PAUSE.fullmatch(text, words[last].end, words[last + 1].start) is not None
        step = last + 1
        if not (paused or joined(text, words, last, CLOSE_GAP)):
            return last
        while step - last < MOST_ROUTE and not self._pauses(text, words, step):
            step += 1
            word = words[step]
            passes = word.small in self.words["passing"] or word.small in self.words["scenes"]
            if word.kind == Kind.OWN or word.small in self.words["abstract"] or (self.stops(word) and not passes):
                return last
        end = words[step].small
        told = end in self.words["scenes"] or (end[-1] in "nt" and not PARTICIPLE.fullmatch(end))
        return step if step > last + 2 and told else last

    def _stretch_behind(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of one such stretch: it reaches to a pause; `last` where the words behind say something else."""
        if last + 1 >= len(words):
            return last
        opening = words[last + 1].small
        paused = PAUSE.fullmatch(text, words[last].end, words[last + 1].start) is not None
        if not paused and not joined(text, words, last, CLOSE_GAP):
            return last
        if opening in LOOKS:
            return self._looks(text, words, last)
        led = opening in self.words["route_starts"]
        led = led or (opening == "en" and last + 2 < len(words) and words[last + 2].small in self.words["route_starts"])
        if not (led or paused):
            return last
        step, tells = last + 1, False
        while self._may_lead_on(words[step]):
            tells = tells or self._tells(words[step])
            if self._pauses(text, words, step):
                return step if tells else last
            if step - last >= MOST_ROUTE or not joined(text, words, step, CLOSE_GAP):
                return last
            step += 1
        return last

    def _looks(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of `met de rode deur`, `zonder naambord` behind a place; `last` where it is no look of a house."""
        step, adjectives = last + 2, 0
        while step < len(words) and joined(text, words, step - 1, CLOSE_GAP):
            word = words[step]
            if word.small in self.words["means"]:
                return last
            behind = words[step + 1] if step + 1 < len(words) and joined(text, words, step, CLOSE_GAP) else None
            seen = behind is not None and behind.small.endswith(self.features)
            if self.stops(word) and word.small not in self.words["route"] and not seen:
                return last
            if word.small not in self.words["route"] | self.words["articles"]:
                if behind is None or adjectives == MOST_LOOKS or not self.place_words.is_adjective(word):
                    return self._of_noun(text, words, step)
                if self.stops(behind) and behind.small not in self.words["articles"] | COUNTS:
                    return last if word.small.endswith("e") and behind.small not in self.verbs else step
                adjectives += 1
            step += 1
        return last

    def _of_noun(self, text: str, words: list[Word], at: int) -> int:
        """Return the end of what belongs to the noun at `at`: `met de poes [voor het raam]`."""
        for _ in range(MOST_LOOKS):
            step = at + 1
            while step < len(words) and joined(text, words, step - 1, CLOSE_GAP) and self.leads_on(words[step]):
                step += 1
            led = at + 1 < step < len(words) and joined(text, words, step - 1, CLOSE_GAP)
            if not led or self.stops(words[step]) or words[step].small in self.words["means"]:
                return at
            at = step
        return at

    def _way_here(self, text: str, words: list[Word], first: int) -> int:
        """Return where a clause that leads to a place begins: `[je loopt] het station uit`."""
        step = first
        while step > 0 and joined(text, words, step - 1, CLOSE_GAP) and first - step < MOST_ROUTE:
            if not self._may_lead_on(words[step - 1]):
                return first
            step -= 1
        begins = step < first and (
            words[step].small in self.words["route_starts"] or words[step].small in self.words["route"]
        )
        led = any(word.small in self.words["route_starts"] for word in words[step:first])
        return step if begins and led else first

    def _is_way(self, text: str, words: list[Word], start: int, stop: int) -> bool:
        """Whether the words from `start` to `stop`, between two places, lead from one to the other."""
        if not 0 < stop - start <= MOST_ROUTE:
            return False
        between = words[start:stop]
        if not any(word.small in self.words["route_starts"] for word in between):
            return False
        close = all(
            joined(text, words, at, CLOSE_GAP) or PAUSE.fullmatch(text, words[at].end, words[at + 1].start)
            for at in range(start - 1, stop)
        )
        return close and all(self._may_lead_on(word) for word in between)

    def _may_lead_on(self, word: Word) -> bool:
        """Whether a word may stand in what leads from one place to the next."""
        if word.kind == Kind.OWN:
            return False
        if word.small in self.words["route"] or word.kind >= Kind.HEAD:
            return True
        return not self.stops(word) and PARTICIPLE.fullmatch(word.small) is None

    def _tells(self, word: Word) -> bool:
        """Whether a word of a stretch tells where: a landmark, a part of a house, what is seen from there."""
        small = word.small
        homes = small in self.words["dwellings"] or small in self.words["dwelling_parts"]
        return word.kind >= Kind.HEAD or homes or small in self.words["senses"] or small in self.words["beside"]

    def lived_in(self, text: str, bounds: tuple[int, int], words: list[Word]) -> Iterator[tuple[int, int]]:
        """Yield from where to where a verb of living tells a place by words that no list holds: `wonen bij de geiten`."""
        small = text[slice(*bounds)].lower()
        if not any(stem in small for stem in LIVING):
            return
        starts = [word.start for word in words]
        for verb in LIVES.finditer(text, *bounds):
            first = bisect_left(starts, verb.end())
            if told := self._place_of(text, words, first):
                yield told
        for verb in LIVES_LAST.finditer(text, *bounds):
            first = bisect_left(starts, verb.start())
            told = self._place_of(text, words, first)
            if told and told[1] == verb.end("place"):
                yield told

    def _place_of(self, text: str, words: list[Word], first: int) -> tuple[int, int] | None:
        """Return from where to where the words from `first`, a lead, say where; None where they name no place."""
        last, named = first, False
        while last + 1 < len(words) and last - first < MOST_RIGHT and joined(text, words, last, CLOSE_GAP):
            word = words[last + 1]
            if word.kind == Kind.OWN or word.small in self.words["at_home"]:
                return None
            if (self.stops(word) and word.small not in COUNTED) or word.small in LEADING:
                break
            named = named or not self.leads_on(word)
            last += 1
        while last > first and self.leads_on(words[last]):
            last -= 1
        return (words[first].start, words[last].end) if named else None

    def _piece_behind(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of a piece between commas behind a place that says only where: `, derde bus van links`."""
        while last + 1 < len(words) and PAUSE.fullmatch(text, words[last].end, words[last + 1].start):
            step = last + 1
            while joined(text, words, step, CLOSE_GAP) and not self.stops(words[step]):
                step += 1
            if self.stops(words[step]) or step - last > MOST_RIGHT or not self._pauses(text, words, step):
                break
            last = step
        return last

    def _piece_before(self, text: str, words: list[Word], first: int) -> int:
        """The same before a place: `N-Haven, viervier, plaats Zrkzee`."""
        while first > 0 and PAUSE.fullmatch(text, words[first - 1].end, words[first].start):
            step = first - 1
            while step > 0 and joined(text, words, step - 1, CLOSE_GAP) and not self.stops(words[step]):
                step -= 1
            opens = step == 0 or text[words[step - 1].end : words[step].start].strip() in {",", ":", "(", ";"}
            if self.stops(words[step]) or first - step > MOST_LEFT or not opens or step == 0:
                break
            first = step
        return first

    def _pauses(self, text: str, words: list[Word], at: int) -> bool:
        """Whether a piece ends behind the word at `at`."""
        return at + 1 == len(words) or text[words[at].end : words[at + 1].start].strip()[:1] in PAUSES

    def _left(self, text: str, words: list[Word], at: int) -> int:
        first = at
        while first > 0 and at - first < MOST_LEFT and joined(text, words, first - 1, CLOSE_GAP):
            before = words[first - 1]
            listed = (
                before.small == "en"
                and first > 1
                and (words[first - 2].text[0].isupper() or self._is_led(words, first - 2))
            )
            if (self.stops(before) and not listed) or self._is_object(words, first - 1):
                break
            first -= 1
        return first

    def _is_object(self, words: list[Word], at: int) -> bool:
        """Whether a pronoun stands before a lead, and so is somebody to whom something is done: `reed [haar aan] op de`."""
        if words[at + 1].small not in self.words["leads"]:
            return False
        if words[at].small in PARTED and at > 0:
            at -= 1
        return words[at].small in self.words["possessives"]

    def _is_hit(self, words: list[Word], at: int) -> bool:
        """Whether a lead is behind a place and before a thing of every home: `op de overloop [tegen de muur]`."""
        noun = at + 1
        while noun < len(words) - 1 and words[noun].small in self.words["articles"]:
            noun += 1
        return words[at].small in self.words["hit"] and noun < len(words) and words[noun].small in self.words["at_home"]

    def _right(self, text: str, words: list[Word], at: int) -> int:
        last = at
        while (
            last + 1 < len(words)
            and last - at < MOST_RIGHT
            and joined(text, words, last, CLOSE_GAP)
            and not self.stops(words[last + 1])
            and not self._is_hit(words, last + 1)
            and words[last + 1].small not in {"en", "met"}
        ):
            last += 1
        if joined(text, words, last, CLOSE_GAP) and words[last + 1].small == "en":
            last = self._other_side(text, words, last)
        if joined(text, words, last, CLOSE_GAP) and words[last + 1].small == "met":
            tells = [step for step in range(last + 2, min(last + 6, len(words))) if words[step].kind == Kind.PLACE]
            if tells and all(joined(text, words, step, CLOSE_GAP) for step in range(last, tells[0])):
                return tells[0]  # `met de vier poorten`
        goes_on = joined(text, words, last, CLOSE_GAP)
        while (
            goes_on
            and last > at
            and not self._is_noun(words, last)
            and (self.leads_on(words[last]) or self.place_words.is_adjective(words[last]))
        ):
            last -= 1  # `met beide` belongs to the children behind it
        return last

    def _is_led(self, words: list[Word], at: int) -> bool:
        """Whether a noun stands behind a lead and an article: `bij de eendjes`."""
        return (
            at > 1
            and words[at - 1].small in self.words["articles"]
            and words[at - 2].small in self.words["leads"]
            and not self.stops(words[at])
        )

    def _is_noun(self, words: list[Word], at: int) -> bool:
        """Whether the last word before one that stops is a noun: `bij de boten woont`, `op de hoek al`."""
        noun = words[at].small in self.words["noun_leads"] or (
            words[at].small[-1:] in {"n", "s"} and words[at + 1].small in self.verbs
        )
        return noun and self._is_led(words, at)

    def _other_side(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of the second thing that a place lies between: `tussen de slager [en de stoffenzaak]`."""
        if not any(word.small == "tussen" for word in words[max(0, last - MOST_RIGHT) : last]):
            return last
        step = last + 2
        while step < len(words) and joined(text, words, step - 1, CLOSE_GAP) and step < last + MOST_RIGHT:
            word = words[step]
            if self.stops(word):
                return last
            if word.small not in self.words["articles"] and not self.place_words.is_adjective(word):
                return step
            step += 1
        return last

    def leads_on(self, word: Word) -> bool:
        """Whether a word belongs to the noun behind it."""
        small = word.small
        return small in self.words["leads"] or small in self.words["articles"] or small in LEADING

    def stops(self, word: Word) -> bool:
        """Whether a word says more than where: who, when, what happened."""
        small = word.small
        return (
            word.kind == Kind.OWN
            or small.removeprefix("ex-") in self.more
            or (len(small) == 1 and word.text.isupper())
            or (self.lexicon.of(small) & GIVEN and not self.lexicon.of(small) & (WORD | PLACE))
            or small.startswith(self.facts)
            or small.endswith(self.fact_ends)
            or DONE.fullmatch(small) is not None
            or (small.isdigit() and word.kind == Kind.PLAIN)
        )
