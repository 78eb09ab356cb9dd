"""A sentence from which something may have to go: its clauses, its facts, what it tells openly, whose names stay."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from operator import itemgetter

from pipeline.policy.redaction import Rule
from pipeline.redact.clauses.sentences import clause_bounds
from pipeline.redact.scan import Match, Scan

QUOTE = re.compile(r"[\"“”„'‘]")
NAME = re.compile(r"[^\W\d_]{2,}")
START = itemgetter(0)
SAID = re.compile(r"[\"“„][^\"“”„\n]{8,160}(?:[\"”]|$)|(?<!\w)['‘](?![stnkm] )[^\"“”„\n'‘’]{8,160}['’](?!\w)")
"""What somebody is quoted as saying; a longer one is an account."""
REST = re.compile(r"[^\"\n]{0,160}(?:\"|$)")
"""The end of what was quoted in the sentence before."""
TO_SOMEBODY = re.compile(
    r"(?<!\w)(?:je|jij|jou|jouw|jullie|u|uw|ik|'k|wij|we|mij|me|mijn|ons|papa|mama|oe|ow|dy|dyn|dien|gij|ge|mien|ich|dich)\b"
)
"""Words between those who speak with each other: `ik maak je af`, `waar is mama`."""

CALLED = re.compile(
    r"(?<!\w)(?:[Dd]e )?(?:[Hh]eer|[Hh]er|[Mm]evrouw|[Mm]eneer)"
    r" (?=(?:(?:[Vv]an|[Dd]er?|[Dd]en|[Tt]en?|[Tt]er|[Ee]l|[Aa]l)[ -])*[A-ZÀ-Þ])|@[\w.\-]+"
)
"""What somebody is called by before the name, or the name of an account: `de heer` is no Lord."""
STREET_NAME = re.compile(
    r"(?:[A-ZÀ-Þ][\w'’.\-]{0,60} (?:van |de |der |den )*){0,2}"
    r"[A-ZÀ-Þ][\w'’\-]{0,60}(?:straat|laan|weg|plein|gracht|kade|singel|steeg|dreef|hof|dijk)(?!\w)"
)

Own = Callable[[str], bool]
NOBODY: Own = lambda word: False  # noqa: E731 - one line
Trace = tuple[int, int, Rule]
"""What has to go from a sentence, half-open, in characters, and why."""


class Traced:
    """A sentence with a trace in it: its bounds, what is asked of it more than once, and whose names stay.

    `small` is `text` in lower case, of the same length; `own` says whether a word names a person involved, `named`
    whether it is but a name, of anybody.
    """

    __slots__ = tuple(
        "_clauses _facts _of_text _opened _said end excused named openly own small start text".split()  # noqa: SIM905 - one line
    )

    def __init__(self, text: str, small: str, start: int, end: int, scan: Scan, own: Own, named: Own = NOBODY) -> None:
        """Look at nothing yet; `scan` is of the text."""
        self.text, self.small, self.start, self.end, self.own, self.named = text, small, start, end, own, named
        self._of_text, self.openly = scan.facts, scan.openly
        self._facts: list[tuple[int, int]] | None = None
        self._clauses: list[tuple[int, int]] = []
        self._said: list[tuple[int, int]] | None = None
        self.excused: dict[tuple[str, int], bool] = {}
        """Whether the rule and clause were asked for an excuse, and had one."""
        self._opened: dict[int, tuple[int, int] | None] = {}
        """Where the clauses that were asked tell something openly."""

    @property
    def facts(self) -> list[tuple[int, int]]:
        """Where its words stand that tell a fact to keep, in order."""
        if self._facts is None:
            start, end = self.start, self.end
            self._facts = sorted((at, to) for at, to in self._of_text.items() if start <= at and to <= end)
        return self._facts

    @property
    def clauses(self) -> list[tuple[int, int]]:
        """The bounds of its clauses, in order."""
        if not self._clauses:
            self._clauses = clause_bounds(self.text, self.start, self.end)
            if self.said:
                self._clauses = [part for bounds in self._clauses for part in self._parted(*bounds)]
        return self._clauses

    def _parted(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield the parts of a clause: what is quoted in it stands by itself."""
        cuts = sorted({at for pair in self.said for at in pair if low < at < high})
        return pairwise([low, *cuts, high])

    @property
    def said(self) -> list[tuple[int, int]]:
        """Where somebody is quoted who speaks to somebody, in order."""
        if self._said is None:
            self._said = []
            if QUOTE.search(self.small, self.start, self.end):
                self._said = [quote.span() for quote in self._quotes() if TO_SOMEBODY.search(quote[0])]
        return self._said

    def _quotes(self) -> Iterator[re.Match[str]]:
        """Yield what is quoted in the sentence; a quotation may have begun before it."""
        line = self.small.rfind("\n", 0, self.start) + 1
        opened = self.small.count('"', line, self.start) % 2
        rest = REST.match(self.small, self.start, self.end) if opened else None
        if rest:
            yield rest
        yield from SAID.finditer(self.small, rest.end() if rest else self.start, self.end)

    def quote_of(self, clause: int) -> tuple[int, int] | None:
        """Return the bounds of the quotation that a clause stands in."""
        low, high = self.clauses[clause]
        return next(((start, end) for start, end in self.said if start <= low and high <= end), None)

    def nameless(self) -> str:
        """Return `small` without names of persons, accounts and streets, as weights are learned without them."""
        text, start, end = self.text, self.start, self.end
        names = (name for name in NAME.finditer(text, start, end) if self.own(name[0]) or self.named(name[0]))
        small = self.small
        for name in (*names, *CALLED.finditer(text, start, end), *STREET_NAME.finditer(text, start, end)):
            small = f"{small[: name.start()]}{' ' * len(name[0])}{small[name.end() :]}"
        return small

    def clause_at(self, at: int) -> int:
        """Return which clause the character at `at` stands in."""
        return bisect_right(self.clauses, at, key=START) - 1

    def by_clause(self, matched: Sequence[Trace]) -> list[list[Trace]]:
        """Return for each clause what has to go from it."""
        traces: list[list[Trace]] = [[] for _ in self.clauses]
        for trace in matched:
            for at in range(self.clause_at(trace[0]), self.clause_at(trace[1] - 1) + 1):
                traces[at].append(trace)
        return traces

    def facts_in(self, low: int, high: int, gone: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the facts to keep between `low` and `high` that begin outside the stretches that have to go."""
        first, last = bisect_left(self.facts, low, key=START), bisect_left(self.facts, high, key=START)
        facts = [fact for fact in self.facts[first:last] if fact[1] <= high]
        taken = {at for start, end in gone for at in range(start, end)} if facts else ()
        return [fact for fact in facts if fact[0] not in taken]

    def tells(self, low: int, high: int, matched: Sequence[Trace]) -> bool:
        """Whether a fact to keep stands between `low` and `high` outside the words that have to go."""
        if not self.facts:
            return False
        return bool(self.facts_in(low, high, [whole_words(self.small, at, to) for at, to, _ in matched]))

    def is_open(self, low: int, high: int) -> bool:
        """Whether `low:high`, a trace, touches words that tell something openly: police work that is no secret."""
        found = [self.openly_in(at) for at in range(self.clause_at(low), self.clause_at(high - 1) + 1)]
        return any(told is not None and told[0] < high and low < told[1] for told in found)

    def openly_in(self, clause: int) -> tuple[int, int] | None:
        """Return where a clause tells something openly, if it does."""
        if not self.openly:
            return None
        if clause not in self._opened:
            low, high = self.clauses[clause]
            first, last = bisect_left(self.openly, low, key=START), bisect_left(self.openly, high, key=START)
            told = self.small[low:high] if first < last else ""
            tried = dict.fromkeys(hit[2].match for hit in self.openly[first:last])
            found = next((span for match in tried if match and (span := _holds(match, told))), None)
            self._opened[clause] = (low + found[0], low + found[1]) if found else None
        return self._opened[clause]


def _holds(match: Match, told: str) -> tuple[int, int] | None:
    """Return where a pattern holds in `told`, unless something excuses it."""
    found = match.pattern.search(told)
    return found.span() if found and not any(excuse.search(told) for excuse in match.unless) else None


def whole_words(small: str, start: int, end: int) -> tuple[int, int]:
    """Return a stretch with the words whole that it begins and ends in."""
    while start and small[start - 1].isalnum():
        start -= 1
    while end < len(small) and (small[end].isalnum() or (small[end] == "-" and small[end + 1 : end + 2].isalnum())):
        end += 1
    return start, end
