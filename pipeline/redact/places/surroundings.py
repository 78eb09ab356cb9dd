"""What stands around a secret place in its sentence and says no more than where: it goes along."""

# ruff: noqa: E501 - a condition is read better whole
from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.places.ends import PlaceEnds
from pipeline.redact.places.ways import PAUSE, Ways, pauses
from pipeline.redact.places.words import CLOSE_GAP, Kind, PlaceWords, Word, joined
from pipeline.redact.reading import Reading
from pipeline.redact.spans import Span

MOST_LEFT, MOST_RIGHT = 9, 6
"""Words that a description of a secret place may hold beside what tells the place."""
PARTED: Final = frozenset({"aan", "in", "om", "op"})
"""Ends of verbs that are leads as well: `reed haar aan`, `sloot haar op`."""


class Surroundings:
    """Takes in what stands around a place, by the policy's words."""

    def __init__(self, policy: RedactionPolicy, place_words: PlaceWords, ends: PlaceEnds) -> None:
        """Hold the words."""
        self.words, self.verbs, self.place_words, self.ends = policy.whereabouts, policy.person_verbs, place_words, ends
        self.ways = Ways(policy, place_words, ends)

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
            first, last = self.ways.here_to(text, words, first), self.ways.on_from(text, words, last)
            wide = span._replace(start=min(span.start, words[first].start), end=max(span.end, words[last].end))
            if before and self.ways.is_between(text, words, before[1] + 1, first):
                wide = wide._replace(start=before[0].start)
            elif before:
                yield before[0]
            before = wide, last
        if before:
            yield before[0]

    def _piece_behind(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of a piece between commas behind a place that says only where: `, derde bus van links`."""
        while last + 1 < len(words) and PAUSE.fullmatch(text, words[last].end, words[last + 1].start):
            step = last + 1
            while joined(text, words, step, CLOSE_GAP) and not self.ends.stops(words[step]):
                step += 1
            if self.ends.stops(words[step]) or step - last > MOST_RIGHT or not pauses(text, words, step):
                break
            last = step
        return last

    def _piece_before(self, text: str, words: list[Word], first: int) -> int:
        """The same before a place: `N-Haven, viervier, plaats Zrkzee`."""
        while first > 0 and PAUSE.fullmatch(text, words[first - 1].end, words[first].start):
            step = first - 1
            while step > 0 and joined(text, words, step - 1, CLOSE_GAP) and not self.ends.stops(words[step]):
                step -= 1
            opens = step == 0 or text[words[step - 1].end : words[step].start].strip() in {",", ":", "(", ";"}
            if self.ends.stops(words[step]) or first - step > MOST_LEFT or not opens or step == 0:
                break
            first = step
        return first

    def _left(self, text: str, words: list[Word], at: int) -> int:
        first = at
        while first > 0 and at - first < MOST_LEFT and joined(text, words, first - 1, CLOSE_GAP):
            before = words[first - 1]
            listed = (
                before.small == "en"
                and first > 1
                and (words[first - 2].text[0].isupper() or self._is_led(words, first - 2))
            )
            if (self.ends.stops(before) and not listed) or self._is_object(words, first - 1):
                break
            first -= 1
        return first

    def _right(self, text: str, words: list[Word], at: int) -> int:
        last = at
        while (
            last + 1 < len(words)
            and last - at < MOST_RIGHT
            and joined(text, words, last, CLOSE_GAP)
            and not self.ends.stops(words[last + 1])
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
            and (self.ends.leads_on(words[last]) or self.place_words.is_adjective(words[last]))
        ):
            last -= 1  # `met beide` belongs to the children behind it
        return last

    def _other_side(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of the second thing that a place lies between: `tussen de slager [en de stoffenzaak]`."""
        if not any(word.small == "tussen" for word in words[max(0, last - MOST_RIGHT) : last]):
            return last
        step = last + 2
        while step < len(words) and joined(text, words, step - 1, CLOSE_GAP) and step < last + MOST_RIGHT:
            word = words[step]
            if self.ends.stops(word):
                return last
            if word.small not in self.words["articles"] and not self.place_words.is_adjective(word):
                return step
            step += 1
        return last

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

    def _is_led(self, words: list[Word], at: int) -> bool:
        """Whether a noun stands behind a lead and an article: `bij de eendjes`."""
        return (
            at > 1
            and words[at - 1].small in self.words["articles"]
            and words[at - 2].small in self.words["leads"]
            and not self.ends.stops(words[at])
        )

    def _is_noun(self, words: list[Word], at: int) -> bool:
        """Whether the last word before one that stops is a noun: `bij de boten woont`, `op de hoek al`."""
        noun = words[at].small in self.words["noun_leads"] or (
            words[at].small[-1:] in {"n", "s"} and words[at + 1].small in self.verbs
        )
        return noun and self._is_led(words, at)
