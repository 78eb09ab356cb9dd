"""What leads on from one secret place to the next, or says what is to be seen there: it goes along."""

# ruff: noqa: E501 - a condition is read better whole
from __future__ import annotations

import re
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.places.ends import PlaceEnds
from pipeline.redact.places.words import CLOSE_GAP, Kind, PlaceWords, Word, joined

PAUSE: Final = re.compile(r" ?[,(:] ?[\"“'‘]?")
PAUSES: Final = frozenset(',.;:!?)"”')
"""What a piece ends before."""
MOST_ROUTE: Final = 14
"""Words of a stretch that leads on from a place, or stands between two."""
PARTICIPLE: Final = re.compile(r"(?:\w{0,5}ge|be|ver|ont|her)[a-zë]{3,}(?:t|d|en)")
"""What was done to something: no way to a place."""
MOST_LOOKS: Final = 2
COUNTS: Final = frozenset({"twee", "drie", "vier", "vijf", "zes"})
LOOKS: Final = frozenset({"met", "zonder"})


class Ways:
    """Reads them, from the words of a place on."""

    def __init__(self, policy: RedactionPolicy, place_words: PlaceWords, ends: PlaceEnds) -> None:
        """Hold the words."""
        self.words, self.verbs, self.place_words, self.ends = policy.whereabouts, policy.person_verbs, place_words, ends
        self.features = tuple(self.words["features"])

    def on_from(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of what leads on from a place: `en dan het witte huis met de hooiberg`, `, je ziet de toren`."""
        while True:
            step = self._stretch_behind(text, words, self._scene(text, words, last))
            if step == last:
                return last
            last = step

    def here_to(self, text: str, words: list[Word], first: int) -> int:
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

    def is_between(self, text: str, words: list[Word], start: int, stop: int) -> bool:
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

    def _scene(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of a clause that says what is there: `, waar om vier uur de haan kraait`; `last` where it is none."""
        if last + 1 >= len(words) or words[last + 1].small != "waar":
            return last
        paused = PAUSE.fullmatch(text, words[last].end, words[last + 1].start) is not None
        step = last + 1
        if not (paused or joined(text, words, last, CLOSE_GAP)):
            return last
        while step - last < MOST_ROUTE and not pauses(text, words, step):
            step += 1
            word = words[step]
            passes = word.small in self.words["passing"] or word.small in self.words["scenes"]
            if word.kind == Kind.OWN or word.small in self.words["abstract"] or (self.ends.stops(word) and not passes):
                return last
        end = words[step].small
        told = end in self.words["scenes"] or (end[-1] in "nt" and not PARTICIPLE.fullmatch(end))
        return step if step > last + 2 and told else last

    def _stretch_behind(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of one such stretch behind the word at `last`; `last` where something else is said there."""
        if last + 1 >= len(words):
            return last
        paused = PAUSE.fullmatch(text, words[last].end, words[last + 1].start) is not None
        if not paused and not joined(text, words, last, CLOSE_GAP):
            return last
        if words[last + 1].small in LOOKS:
            return self._looks(text, words, last)
        return self._up_to_pause(text, words, last) if paused or self._opens(words, last + 1) else last

    def _opens(self, words: list[Word], at: int) -> bool:
        """Whether a way begins with the word at `at`: `je ziet`, `en dan`."""
        if words[at].small == "en" and at + 1 < len(words):
            at += 1
        return words[at].small in self.words["route_starts"]

    def _up_to_pause(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of words behind `last` that tell where, up to a pause; `last` where they do not."""
        step, tells = last + 1, False
        while self._may_lead_on(words[step]):
            tells = tells or self._tells(words[step])
            if pauses(text, words, step):
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
            if self.ends.stops(word) and word.small not in self.words["route"] and not seen:
                return last
            if word.small not in self.words["route"] | self.words["articles"]:
                if behind is None or adjectives == MOST_LOOKS or not self.place_words.is_adjective(word):
                    return self._of_noun(text, words, step)
                if self.ends.stops(behind) and behind.small not in self.words["articles"] | COUNTS:
                    return last if word.small.endswith("e") and behind.small not in self.verbs else step
                adjectives += 1
            step += 1
        return last

    def _of_noun(self, text: str, words: list[Word], at: int) -> int:
        """Return the end of what belongs to the noun at `at`: `met de poes [voor het raam]`."""
        for _ in range(MOST_LOOKS):
            step = at + 1
            while step < len(words) and joined(text, words, step - 1, CLOSE_GAP) and self.ends.leads_on(words[step]):
                step += 1
            led = at + 1 < step < len(words) and joined(text, words, step - 1, CLOSE_GAP)
            if not led or self.ends.stops(words[step]) or words[step].small in self.words["means"]:
                return at
            at = step
        return at

    def _may_lead_on(self, word: Word) -> bool:
        """Whether a word may stand in what leads from one place to the next."""
        if word.kind == Kind.OWN:
            return False
        if word.small in self.words["route"] or word.kind >= Kind.HEAD:
            return True
        return not self.ends.stops(word) and PARTICIPLE.fullmatch(word.small) is None

    def _tells(self, word: Word) -> bool:
        """Whether a word of a stretch tells where: a landmark, a part of a house, what is seen from there."""
        small = word.small
        homes = small in self.words["dwellings"] or small in self.words["dwelling_parts"]
        return word.kind >= Kind.HEAD or homes or small in self.words["senses"] or small in self.words["beside"]


def pauses(text: str, words: list[Word], at: int) -> bool:
    """Whether a piece ends behind the word at `at`."""
    return at + 1 == len(words) or text[words[at].end : words[at + 1].start].strip()[:1] in PAUSES
