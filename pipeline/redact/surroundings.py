"""What stands around a secret place in its sentence and says no more than where: it goes along."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import GIVEN, PLACE, WORD, Lexicon
from pipeline.redact.place_words import CLOSE_GAP, Kind, PlaceWords, Word, joined
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import Span

PAUSE: Final = re.compile(r" ?[,(:] ?[\"“'‘]?")
PAUSES: Final = frozenset(',.;:!?)"”')
"""What a piece ends before."""
MOST_LEFT, MOST_RIGHT = 9, 6
"""Words that a description of a secret place may hold beside what tells the place."""
LEADING: Final = frozenset({"met", "zonder", "en", "of", "alle", "beide"})
"""Beside articles and leads what belongs to the words behind it."""


class Surroundings:
    """Takes in what stands around a place, by the policy's words."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon, place_words: PlaceWords) -> None:
        """Hold the words."""
        self.words, self.lexicon, self.place_words = policy.whereabouts, lexicon, place_words
        self.more = policy.person_verbs | self.words["kept"] | (policy.titles.keys() - self.words["landmarks"])
        """Words that say who, when or what happened."""
        self.facts = tuple(stem.strip() for stem in policy.facts)

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
        words = self.place_words.read(text, bounds, report, stay, is_own)
        for span in spans:
            inside = [at for at, word in enumerate(words) if word.start < span.end and span.start < word.end]
            if not inside:
                yield span
                continue
            first, last = self._left(text, words, inside[0]), self._right(text, words, inside[-1])
            first, last = self._piece_before(text, words, first), self._piece_behind(text, words, last)
            yield span._replace(start=min(span.start, words[first].start), end=max(span.end, words[last].end))

    def _piece_behind(self, text: str, words: list[Word], last: int) -> int:
        """Return the end of a piece between commas behind a place that says only where: `, derde bus van links`."""
        while last + 1 < len(words) and PAUSE.fullmatch(text, words[last].end, words[last + 1].start):
            step = last + 1
            while joined(text, words, step, CLOSE_GAP) and not self._stops(words[step]):
                step += 1
            if self._stops(words[step]) or step - last > MOST_RIGHT or not self._pauses(text, words, step):
                break
            last = step
        return last

    def _piece_before(self, text: str, words: list[Word], first: int) -> int:
        """The same before a place: `N-Haven, viervier, plaats Zrkzee`."""
        while first > 0 and PAUSE.fullmatch(text, words[first - 1].end, words[first].start):
            step = first - 1
            while step > 0 and joined(text, words, step - 1, CLOSE_GAP) and not self._stops(words[step]):
                step -= 1
            opens = step == 0 or text[words[step - 1].end : words[step].start].strip() in {",", ":", "(", ";"}
            if self._stops(words[step]) or first - step > MOST_LEFT or not opens or step == 0:
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
            listed = before.small == "en" and first > 1 and words[first - 2].text[0].isupper()
            if self._stops(before) and not listed:
                break
            first -= 1
        return first

    def _right(self, text: str, words: list[Word], at: int) -> int:
        last = at
        while (
            last + 1 < len(words)
            and last - at < MOST_RIGHT
            and joined(text, words, last, CLOSE_GAP)
            and not self._stops(words[last + 1])
            and words[last + 1].small not in {"en", "met"}
        ):
            last += 1
        if joined(text, words, last, CLOSE_GAP) and words[last + 1].small == "met":
            tells = [step for step in range(last + 2, min(last + 6, len(words))) if words[step].kind == Kind.PLACE]
            if tells and all(joined(text, words, step, CLOSE_GAP) for step in range(last, tells[0])):
                return tells[0]  # `met de vier poorten`
        goes_on = joined(text, words, last, CLOSE_GAP)
        while goes_on and last > at and (self._leads_on(words[last]) or self.place_words.is_adjective(words[last])):
            last -= 1  # `met beide` belongs to the children behind it
        return last

    def _leads_on(self, word: Word) -> bool:
        small = word.small
        return small in self.words["leads"] or small in self.words["articles"] or small in LEADING

    def _stops(self, word: Word) -> bool:
        """Whether a word says more than where: who, when, what happened."""
        small = word.small
        return (
            word.kind == Kind.OWN
            or small in self.more
            or (len(small) == 1 and word.text.isupper())
            or (self.lexicon.of(small) & GIVEN and not self.lexicon.of(small) & (WORD | PLACE))
            or small.startswith(self.facts)
            or (small.isdigit() and word.kind == Kind.PLAIN)
        )
