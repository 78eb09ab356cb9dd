"""What tells a home behind or before a place in a text: piece by piece, as far as it goes on."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import Lexicon
from pipeline.redact.places.dwellings import AT, Dwellings, words_of
from pipeline.redact.places.residents import begins
from pipeline.redact.reading import Reading
from pipeline.redact.spans import Span, mask

PIECE: Final = re.compile(
    r"[^,.;:!?()\n\"“”\[\]]*(?:(?:(?<=\bnr)|(?<=\bv)\.a|(?<=\bt)\.[oh](?:\.v)?)\.[^,.;:!?()\n\"“”\[\]]*)*"
)
"""Up to a stop that is of no `nr.`, `v.a.`, `t.o.v.`."""
BEHIND: Final = re.compile(
    r"[\"”’]?(?: thuis)? ?[,(] ?| [-–] | (?=(?:uit|van|op|in|boven|onder|naast|tegenover|achter|om|schuin|een (?:verdieping|etage|deur|huis|portiek|straat))\b)"
)
"""What stands between somebody and where he lives."""
NEXT: Final = re.compile(r" ?[,(] ?(?:(?:dat is|dus|oftewel|ofwel|namelijk|te weten) )?| [-–] ")
MOST_PIECES: Final = 12
"""Pieces in which one home is told: in a text of homes alone each would go on to its end."""
KNOWN_BY: Final = re.compile(
    r" waar (?:[^\W\d_]+ ){1,8}(?:hangt|hangen|staat|staan|ligt|liggen|brandt|branden|wappert|groeit|zit|zitten)(?= ?[,.;)\n]| ?$)"
)
"""Behind a home, what stands there: `waar altijd een fiets tegen de gevel staat`."""
MOST_PASSES, MOST_PASSED = 2, 4
"""Pieces that say nothing of a home, and words of one, between the name and the piece that does: `, student, kamer 3`."""
THERE: Final = frozenset({"daar", "hier", "daarin", "alwaar"})
UP_FRONT: Final = re.compile(
    r" ?(?:in|op|boven|onder|naast|achter|tegenover|schuin|recht|pal|aan|bij|rechts|links|om|hoek)\b"
)
"""Begins a clause that tells where before it tells who: `boven de winkel woont Bos`."""
FRONT: Final = 120
"""Characters before a verb in which such a clause begins."""
MOST_PIECE: Final = 600
"""Characters of a piece that are looked at: it may go on for a whole text where nobody set a stop."""
CLAUSE_ENDS: Final = ',.;:!?(\n"'
OPENED: Final = re.compile(r"\b(?:die|dat|ze|zij|hij|ie|wie|en) ")


class ToldHomes:
    """Reads what tells a home from where it is known to begin or to end."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        self.dwellings = Dwellings(policy, lexicon)

    def in_rows(
        self,
        reading: Reading,
        ends: Iterable[int],
        opening: re.Pattern[str],
        *,
        sure: bool = True,
    ) -> Iterator[Span]:
        """Yield what `behind` yields behind each of `ends`, but for those that lie in what was told already."""
        reached = 0
        for end in ends:
            for told in self.behind(reading, end, opening, sure=sure) if end >= reached else ():
                reached = told.end
                yield told

    def behind(self, reading: Reading, at: int, opening: re.Pattern[str], *, sure: bool = True) -> Iterator[Span]:
        """Yield the pieces between commas behind `at` that tell a home, in a row: the first as `sure` as of `Dwellings.told_in`."""
        small, passed = reading.small, 0
        for _ in range(MOST_PIECES):
            gap = opening.match(small, at)
            if gap is None:
                return
            piece = PIECE.match(small, gap.end(), gap.end() + MOST_PIECE)
            start, stop = piece.span() if piece else (at, at)
            told = self.dwellings.told_in(reading, start, stop, sure=sure)
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
            yield mask(first, last, "third_party_address")
            if last < stop:
                return
            passed, sure, at, opening = 0, False, self.dwellings.garnished(small, last), NEXT

    def told(self, reading: Reading, at: int, *, sure: bool) -> Iterator[Span]:
        """Yield what is told behind a verb: `woont [schuin tegenover met die witte schutting]`."""
        small = reading.small
        piece = PIECE.match(small, at, at + MOST_PIECE)
        start, stop = piece.span() if piece else (at, at)
        told = self.dwellings.told_in(reading, start, stop, sure=sure)
        if told is None:
            return
        first, last = told
        known_by = KNOWN_BY.match(small, last)
        if known_by:
            last = known_by.end()
        yield mask(first, last, "third_party_address")
        if last >= stop:
            yield from self.behind(reading, last, NEXT, sure=False)

    def before(self, reading: Reading, at: int) -> Iterator[Span]:
        """Yield what is told before a verb that ends its clause: `die [in het witte rijtje aan de haven] woont`."""
        small = reading.small
        low = begins(small, CLAUSE_ENDS, 0, at)
        opened = next(iter(reversed(list(OPENED.finditer(small, max(low, at - MOST_PIECE), at)))), None)
        told = self.dwellings.told_in(reading, opened.end(), at, sure=True) if opened else None
        if told and told[1] >= at - 1:
            yield mask(*told, "third_party_address")

    def led_up(self, small: str, at: int, addresses: Set[int]) -> Iterator[Span]:
        """Yield what stands between a verb and an address that goes on with it: `staat op [het kamp], vak 6`."""
        piece = PIECE.match(small, at, at + MOST_PIECE)
        stop = piece.end() if piece else at
        led = small.startswith(", ", stop) and stop + 2 in addresses and AT.match(small, at + 1, stop)
        if led and self.dwellings.is_short(small, at, stop):
            yield mask(at + 1, stop, "third_party_address")

    def up_front(self, reading: Reading, at: int) -> Iterator[Span]:
        """Yield what is told before a verb whose subject stands behind it: `[boven de winkel] woont Bos`."""
        small = reading.small
        low = begins(small, CLAUSE_ENDS, at - FRONT, at)
        stretch = small[low:at].strip()
        if stretch in THERE and small[low - 1 : low] == ",":
            begin = begins(small, ".;:!?\n", low - FRONT, low)
            told = self.dwellings.told_in(reading, begin, low - 1, sure=True)
        elif UP_FRONT.match(small, low):
            told = self.dwellings.told_in(reading, low, at, sure=True)
        else:
            return
        if told:
            yield mask(*told, "third_party_address")
