"""How much goes along with what has to go from a sentence: its clause, what stands around it up to a fact, those beside it."""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from pipeline.policy.redaction import RedactionPolicy, Rule, small_words
from pipeline.redact.clauses.traced import NAME, Trace, Traced, whole_words
from pipeline.redact.spans import DOUBT, DROP, OMITTED, Span
from pipeline.weigh.sense import Sense

WHOLE = frozenset({"sentence"})
FIGURE = re.compile(r"\d")
WORDS = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
LEAD = re.compile(r"[\s,;\-]*(?:(?:en|maar|terwijl|waarna|omdat|want|doordat|waardoor|dat|die)\s+)*")
FACT_LEAD, FACT_TAIL = 2, 3
"""Words that belong to a fact: before it (`een gezwollen`; none before a verb) and after it (`op zijn hoofd`)."""
PERSON = re.compile(r"kind|baby|zoon|dochter|zwanger|\w*school|getrouwd|gescheiden|ex-")
"""A fact that is a person or a state: nothing behind it belongs to it."""
WHERE = small_words()["before_places"]
"""What comes before a place."""
OPENS = WHERE | small_words()["in_facts"]
"""What is no end of a fact."""
SPOKEN = (
    r"(?:zegt|zei|zeggen|zeiden|gezegd|verklaar\w+|vertel\w*|verteld|meld\w*|gemeld|aangeeft|aangaf|gaf aan|geeft aan|weet|wist|denkt|dacht"
    r"|vindt|vond|vreest|noemt|noemde|schrijft|schreef|hoorde|begreep|begrepen|beweert|beweerde|antwoordde|riep|roept|appte|appt|stelt|stelde"
    r"|benadrukt\w*|vermoedt|vermoedde|wil kwijt|voegt toe|voegde toe|laat weten|liet weten|doorgegeven|geeft door|gaf door)"
)
REPORTED = re.compile(
    rf"(?=(?:[^\s,;]+ ){{3}}[^,;]*\bdat )[^,;]{{0,70}}?\b{SPOKEN}(?: [^\s,;]+){{0,3}} dat |[^,;:]{{2,60}}: [\"“'‘]?"
)
"""Who said it: `op de vraag waarom zij bleef antwoordde zij dat`. Shorter ones go along: little is lost with them."""


class Cuts:
    """Cuts the clauses of a sentence that have to go, and keeps its facts and the names of persons involved."""

    def __init__(self, policy: RedactionPolicy, sense: Sense) -> None:
        """Hold what says where a clause still tells something."""
        self.sense, self.from_sum, self.verbs = sense, policy.thresholds, policy.person_verbs

    def clauses(self, one: Traced, traces: Sequence[list[Trace]]) -> Iterator[Span]:
        """Drop the clauses with a trace that tell no fact, and those beside them that tell nothing to keep.

        Of a clause that tells a fact what stands around the trace goes, up to the fact, and a person looks when the
        rule says so. Names of persons involved that stand before the trace stay: `dhr Lampe [weggelaten]`.
        """
        clauses = one.clauses
        gone: list[Trace] = []
        for at, rule in self._that_go(one, traces):
            low, high = clauses[at]
            first = _after_names(one, low, min((m[0] for m in traces[at]), default=high))
            first = max(first, self._after_report(one, low, high, traces[at]))
            if gone and gone[-1][1] == first == low:
                gone[-1] = (gone[-1][0], high, gone[-1][2])
            elif first < high:
                gone.append((first, high, rule))
        for (low, high), inside in zip(clauses, traces, strict=True):
            if inside and one.tells(low, high, inside):
                yield from self._around(one, low, high, inside)
        for low, high, rule in gone:
            if low <= one.start and high >= one.end:
                yield Span(one.start, one.end, rule.kind, rule.id, DROP)
            else:
                token = OMITTED if low <= one.start else f" {OMITTED}"
                yield Span(low, body_end(one.small, low, high), rule.kind, rule.id, DROP, token)

    def _after_report(self, one: Traced, low: int, high: int, inside: Sequence[Trace]) -> int:
        """Return where what is reported begins in a clause with traces: who said it, and to whom, stays.

        Only where no trace stands in the report itself, and where the words behind it still say what has to go; of what
        only the police may read nothing stays.
        """
        lead = REPORTED.match(one.small, low, high)
        if not lead or not inside or any(rule.scope in WHOLE for _, _, rule in inside):
            return low
        told = [(at, to) for at, to, _ in inside if at < lead.end()]
        whole = [to for at, to in told if at <= low + lead_of(one.small, low, high) and to > lead.end()]
        if len(whole) < len(told):
            return low
        totals, words, _ = self.sense.sums(one.small, ((low, lead.end()), (lead.end(), high)))
        report, rest = map(self.sense.told, totals, words)
        if report.score > self.from_sum.harmless or (whole and rest.score <= self.from_sum.clause):
            return low
        return lead.end()

    def _that_go(self, one: Traced, traces: Sequence[list[Trace]]) -> Iterator[tuple[int, Rule]]:
        """Yield which clauses go whole, in order, and why: with a trace and no fact, or beside a trace, in a row."""
        clauses = one.clauses
        why: list[Rule | None] = [inside[0][2] if inside else None for inside in traces]
        for at in range(1, len(clauses)):
            if why[at] is None and why[at - 1] and self._goes_on(one, at) and _told_by_one(one, at, at - 1):
                why[at] = why[at - 1]
        for at in range(len(clauses) - 2, -1, -1):
            if why[at] is None and why[at + 1] and self._leads_up(one, at) and _told_by_one(one, at, at + 1):
                why[at] = why[at + 1]
        for at, rule in enumerate(why):
            if rule and not (traces[at] and one.tells(*clauses[at], traces[at])):
                yield at, rule

    def _goes_on(self, one: Traced, clause: int) -> bool:
        """Whether a clause without a trace goes on with the one before: `heeft adhd en slikt daar iets voor`."""
        named = any(one.own(word[0]) for word in NAME.finditer(one.text, *one.clauses[clause]))
        return not named and self._leads_up(one, clause)

    def _leads_up(self, one: Traced, clause: int) -> bool:
        """Whether a clause without a trace tells nothing to keep: no fact, no number, and nothing openly."""
        low, high = one.clauses[clause]
        if FIGURE.search(one.small, low, high) or one.tells(low, high, ()):
            return False
        return one.openly_in(clause) is None

    def _around(self, one: Traced, low: int, high: int, inside: list[Trace]) -> Iterator[Span]:
        """Drop what stands around the traces in a clause, up to its facts and names."""
        small = one.small
        stop = body_end(small, low, high)
        gone = [whole_words(small, max(at, low), min(to, high)) for at, to, _ in inside]
        kept = [(word.start(), word.end()) for word in NAME.finditer(one.text, low, stop) if one.own(word[0])]
        begins, over = sorted(at for at, _ in gone), sorted(to for _, to in gone)
        for at, to in one.facts_in(low, stop, gone):
            kept.append(self._phrase(small, at, _last(over, at, low), _next(begins, to, stop)))
        kept.sort()
        starts, ends = [start for start, _ in kept], list(accumulate((end for _, end in kept), max))
        for (at, to), (_, _, rule) in zip(gone, inside, strict=True):
            before = bisect_left(starts, at)
            first = ends[before - 1] if before else low + lead_of(small, low, at)
            last = _next(starts, to, stop)
            yield Span(min(first, at), max(last, to), rule.kind, rule.id, DROP, f" {OMITTED} ")
        doubtful = next((rule for _, _, rule in inside if rule.doubt), None)
        if doubtful:
            yield Span(low, stop, doubtful.kind, doubtful.id, DOUBT)

    def _phrase(self, small: str, fact: int, low: int, stop: int) -> tuple[int, int]:
        """Return a fact with its article and adjective, and up to three words that say where: `een bult op zijn hoofd`.

        `fact` is where it begins; it has no words before `low` or behind `stop`, where something has to go.
        """
        words = list(WORDS.finditer(small, low, stop))
        at = next(i for i, word in enumerate(words) if word.end() > fact)
        first = at
        lead = 0 if words[at][0] in self.verbs else FACT_LEAD
        while first > 0 and at - first < lead and words[first - 1][0] not in self.verbs:
            first -= 1
        last = at + self._tail([word[0] for word in words[at : at + FACT_TAIL + 1]])
        return words[first].start(), words[last].end()

    def _tail(self, words: Sequence[str]) -> int:
        """Return how many of the words behind the first, a fact, belong to it: what a verb did, and where something is."""
        fact, *behind = words
        if fact not in self.verbs and (PERSON.match(fact) or not behind or behind[0] not in WHERE):
            return 0
        tail = next((at for at, word in enumerate(behind) if word in self.verbs), len(behind))
        while tail and behind[tail - 1] in OPENS:
            tail -= 1
        return tail


def _after_names(one: Traced, low: int, first: int) -> int:
    """Return where the text to drop begins: behind the last name of a person involved before the first trace."""
    for word in NAME.finditer(one.text, low, first):
        if one.own(word[0]):
            low = word.end()
    return low


def _told_by_one(one: Traced, clause: int, beside: int) -> bool:
    """Whether a clause is no quotation, or of the one that the clause beside it is of: what is said in it stays."""
    quote = one.quote_of(clause)
    return quote is None or quote == one.quote_of(beside)


def _last(places: Sequence[int], at: int, default: int) -> int:
    """Return the last of `places` (in order) that is not beyond `at`."""
    count = bisect_right(places, at)
    return places[count - 1] if count else default


def _next(places: Sequence[int], at: int, default: int) -> int:
    """Return the first of `places` (in order) that is not before `at`."""
    count = bisect_left(places, at)
    return places[count] if count < len(places) else default


def lead_of(small: str, low: int, at: int) -> int:
    """Return how long the separator is that a clause begins with: it stays."""
    lead = LEAD.match(small, low, at)
    return len(lead[0]) if lead else 0


def body_end(small: str, low: int, high: int) -> int:
    """Return where a stretch ends but for the stop and space that stay."""
    return low + len(small[low:high].rstrip(" \n.!?"))
