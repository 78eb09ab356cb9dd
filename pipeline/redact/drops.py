"""Sentences and clauses that go whole: tactics, intelligence, informants, and the special kinds of Wpg art. 5."""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from operator import itemgetter

from pipeline.policy.redaction import RedactionPolicy, Rule
from pipeline.redact.scan import Hit, Match, Scan, compile_uncaptured
from pipeline.redact.sense import Sense, Told
from pipeline.redact.sentences import RUN_ON, clause_bounds, is_stamp, parted, written_bounds
from pipeline.redact.spans import DOUBT, DROP, OMITTED, Span

NAME = re.compile(r"[^\W\d_]{2,}")
WHOLE = frozenset({"sentence"})
START = itemgetter(0)
QUOTE = re.compile(r"[\"“”„]")
FIGURE = re.compile(r"\d")
WORDS = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
STREET_NAME = re.compile(
    r"(?:[A-ZÀ-Þ][\w'’.\-]* (?:van |de |der |den )*){0,2}[A-ZÀ-Þ][\w'’\-]*(?:straat|laan|weg|plein|gracht|kade|singel|steeg|dreef|hof|dijk)(?!\w)"
)
LEAD = re.compile(r"[\s,;\-]*(?:(?:en|maar|terwijl|waarna|omdat|want|doordat|waardoor|dat|die)\s+)*")
FACT_LEAD, FACT_TAIL = 2, 3
"""Words that belong to a fact: before it (`een gezwollen`; none before a verb) and after it (`op zijn hoofd`)."""
HARMLESS = -0.5
"""Up to this sum words in which somebody reports stay beside what he tells."""
LEAST_WORDS = 3
"""Words of a clause that say something together."""

PERSON = re.compile(r"kind|baby|zoon|dochter|zwanger|\w*school|getrouwd|gescheiden|ex-")
WHERE = frozenset(
    [
        "op",
        "in",
        "aan",
        "boven",
        "onder",
        "tegen",
        "achter",
        "naast",
        "rond",
        "over",
        "langs",
        "ter",
        "uit",
        "bij",
        "naar",
    ]
)
OPENS = WHERE | {
    "de",
    "het",
    "een",
    "mijn",
    "zijn",
    "haar",
    "hun",
    "geen",
    "die",
    "dat",
    "met",
    "van",
    "door",
    "om",
    "te",
}
"""What a fact that is a person or a state has nothing behind it of; what comes before a place; what is no end."""

SPOKEN = (
    r"(?:zegt|zei|zeggen|zeiden|gezegd|verklaar\w+|vertel\w*|verteld|meld\w*|gemeld|aangeeft|aangaf|gaf aan|geeft aan|weet|wist|denkt|dacht"
    r"|vindt|vond|vreest|noemt|noemde|schrijft|schreef|hoorde|begreep|begrepen|beweert|beweerde|antwoordde|riep|roept|appte|appt|stelt|stelde"
    r"|benadrukt\w*|vermoedt|vermoedde|wil kwijt|voegt toe|voegde toe|laat weten|liet weten|doorgegeven|geeft door|gaf door)"
)
REPORTED = re.compile(
    rf"(?=(?:[^\s,;]+ ){{3}}[^,;]*\bdat )[^,;]{{0,70}}?\b{SPOKEN}(?: [^\s,;]+){{0,3}} dat |[^,;:]{{2,60}}: [\"“'‘]?"
)
"""Who said it: `op de vraag waarom zij bleef antwoordde zij dat`. Shorter ones go along: little is lost with them."""

Own = Callable[[str], bool]
Trace = tuple[int, int, Rule]
"""What has to go from a sentence, half-open, in characters, and why."""
Loud = tuple[int, Told]
"""A clause whose words together say that it must not leave: which one, and what they tell."""


class _Sentence:
    """A sentence with a trace in it: its bounds, what is asked of it more than once, and whose names stay.

    `small` is `text` in lower case, of the same length; `own` says whether a word names a person involved.
    """

    __slots__ = (
        "_clauses",
        "_facts",
        "_of_text",
        "end",
        "excused",
        "opened",
        "openly",
        "own",
        "small",
        "start",
        "text",
    )

    def __init__(self, text: str, small: str, start: int, end: int, scan: Scan, own: Own) -> None:
        """Look at nothing yet; `scan` is of the text."""
        self.text, self.small, self.start, self.end, self.own = text, small, start, end, own
        self._of_text, self.openly = scan.facts, scan.openly
        self._facts: list[tuple[int, int]] | None = None
        self._clauses: list[tuple[int, int]] = []
        self.excused: dict[tuple[str, int], bool] = {}
        """Whether the rule and clause were asked for an excuse, and had one."""
        self.opened: dict[int, tuple[int, int] | None] = {}
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
        return self._clauses

    def nameless(self) -> str:
        """Return `small` with the names of persons involved left out of the sentence: weights are learned without names, too."""
        small = self.small
        for name in NAME.finditer(self.text, self.start, self.end):
            if self.own(name[0]):
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
        return bool(self.facts_in(low, high, [_whole_words(self.small, at, to) for at, to, _ in matched]))


class Drops:
    """The rules with scope `sentence` and `clause`, held against sentences: by their literals, and by all words together."""

    def __init__(self, policy: RedactionPolicy) -> None:
        """Compile what excuses a trace."""
        self.sense, self.from_sum = Sense(policy.weights), policy.thresholds
        self.ahead = policy.ahead
        self.rules = policy.rules
        self.unless = {r.id: tuple(compile_uncaptured(u) for u in r.unless) for r in policy.rules.values()}
        self.verbs = policy.person_verbs

    def find(
        self, text: str, small: str, scan: Scan, kept: Sequence[Span] = (), own: Own = lambda word: False
    ) -> list[Span]:
        """Return what has to go from `text`, whose lower case is `small` (of the same length).

        `kept` are stretches that are no trace of anything (the family's street `Pastoor Petersstraat`), `own` says
        whether a word as written names a person involved.
        """
        hits = scan.hits
        if kept:
            hits = [hit for hit in hits if not any(span.start <= hit[0] < span.end for span in kept)]
        written = written_bounds(text)
        bounds = parted(text, written)
        starts = [start for start, _ in bounds]
        by_sentence: dict[int, list[Hit]] = {}
        for hit in hits:
            by_sentence.setdefault(bisect_right(starts, hit[0]) - 1, []).append(hit)
        spans: list[Span] = []
        for number, (start, end) in enumerate(bounds):
            one = _Sentence(text, small, start, end, scan, own)
            gone = self._sentence(one, by_sentence.get(number, ()))
            spans += self._behind_stamp(text, bounds[number - 1], gone) if number and gone else gone
        return spans if bounds is written else [*spans, *self._unsure(written, spans)]

    def _behind_stamp(self, text: str, before: tuple[int, int], gone: Iterable[Span]) -> Iterator[Span]:
        """Yield `gone`, with a token and its line kept where a whole sentence goes behind the moment of a log.

        Of what the police will do the moment goes too.
        """
        for span in gone:
            if span.token or span.start != before[1] or span.action != DROP or not is_stamp(text, *before):
                yield span
            elif self.rules[span.rule].scope in WHOLE and self.ahead.match(text, span.start):
                yield span._replace(start=before[0])
            else:
                yield span._replace(end=span.start + len(text[span.start : span.end].rstrip()), token=OMITTED)

    def _unsure(self, written: Sequence[tuple[int, int]], spans: Sequence[Span]) -> Iterator[Span]:
        """Yield for a person's eye the sentences that nobody parted where a part went that only the police may read.

        How far it goes on cannot be told there.
        """
        for start, end in written:
            if end - start >= RUN_ON:
                whole = (s for s in spans if start <= s.start < end and self.rules[s.rule].scope in WHOLE)
                if first := next(whole, None):
                    yield Span(start, end, first.kind, first.rule, DOUBT)

    def _sentence(self, one: _Sentence, hits: Sequence[Hit]) -> Iterable[Span]:
        matched: list[Trace] = []
        for trace in self._traces(one, hits) if hits else ():
            rule = trace[2]
            if rule.scope in WHOLE:
                return [Span(one.start, one.end, rule.kind, rule.id, DROP)]
            matched.append(trace)
        traces = one.by_clause(matched)
        loud, whole = self._heard(one, one.small, traces)
        told = None
        if loud or whole.score > self.from_sum.sentence:
            loud, whole = self._heard(one, one.nameless(), traces, openly=True)
            told = self._told(one, whole, loud)
        if told:
            return [Span(one.start, one.end, told.kind, told.id, DROP)]
        if not matched and not loud:
            return ()
        for at, heard in loud:
            traces[at] += self._sensed(one, *one.clauses[at], heard)
        return self._clauses(one, traces)

    def _is_open(self, one: _Sentence, low: int, high: int) -> bool:
        """Whether `low:high`, a trace, touches words that tell something openly: police work that is no secret."""
        found = [self._openly(one, at) for at in range(one.clause_at(low), one.clause_at(high - 1) + 1)]
        return any(told is not None and told[0] < high and low < told[1] for told in found)

    def _openly(self, one: _Sentence, clause: int) -> tuple[int, int] | None:
        """Return where a clause tells something openly, if it does."""
        if not one.openly:
            return None
        if clause not in one.opened:
            low, high = one.clauses[clause]
            first, last = bisect_left(one.openly, low, key=START), bisect_left(one.openly, high, key=START)
            told = one.small[low:high] if first < last else ""
            tried = dict.fromkeys(hit[2].match for hit in one.openly[first:last])
            found = next((span for match in tried if match and (span := _holds(match, told))), None)
            one.opened[clause] = (low + found[0], low + found[1]) if found else None
        return one.opened[clause]

    def _is_silent(self, one: _Sentence, small: str, clause: int) -> bool:
        """Whether a clause tells something openly, and the rest of its words nothing that only the police may read."""
        openly = self._openly(one, clause)
        if openly is None:
            return False
        low, high = one.clauses[clause]
        rest = f"{small[low : openly[0]]} {small[openly[1] : high]}"
        (total,), (words,) = self.sense.sums(rest, ((0, len(rest)),))
        told = self.sense.told(total, words)
        if words < LEAST_WORDS or told.score <= self.from_sum.sentence + self.from_sum.beside_fact:
            return True
        return self.rules[told.kind].scope not in WHOLE

    def _heard(
        self, one: _Sentence, small: str, traces: Sequence[list[Trace]], openly: bool = False
    ) -> tuple[list[Loud], Told]:
        """Return the clauses whose words together say that they must not leave, and what all of them say.

        Those with a trace are not heard: its rule says why they go, and a diagnosis is no tactics. Nor, where `openly`
        asks for it, are those that tell something openly and nothing else.
        """
        totals, words = self.sense.sums(small, one.clauses)
        for at, inside in enumerate(traces):
            if inside or (openly and self._is_silent(one, small, at)):
                totals[at], words[at] = 0, 0
        least, told = self.from_sum.clause, self.sense.told
        loud = [
            (at, heard)
            for at, (total, count) in enumerate(zip(totals, words, strict=True))
            if count >= LEAST_WORDS and (heard := told(total, count)).score > least
        ]
        return loud, told(sum(totals), sum(words))

    def _told(self, one: _Sentence, whole: Told, loud: Sequence[Loud]) -> Rule | None:
        """Return the police-only rule by which the whole sentence goes for what all its words, or those of one clause, say.

        Not where it quotes: that is what others say.
        """
        if QUOTE.search(one.small, one.start, one.end):
            return None
        more = self.from_sum.beside_fact
        if whole.score > self.from_sum.sentence + (more if one.facts else 0):
            rule = self.rules[whole.kind]
            if rule.scope in WHOLE:
                return rule
        sure = self.from_sum.clause + more
        rules = (self.rules[heard.kind] for _, heard in loud if heard.score > sure)
        return next((rule for rule in rules if rule.scope in WHOLE), None)

    def _sensed(self, one: _Sentence, low: int, high: int, heard: Told) -> Iterator[Trace]:
        """Yield what goes from a clause without a trace whose words together say that it must not leave.

        Of one that tells a fact it is the words that speak, of any other all of it.
        """
        rule = self.rules[heard.kind]
        if not one.tells(low, high, ()):
            yield low + _lead(one.small, low, high), _body_end(one.small, low, high), rule
        elif heard.score > self.from_sum.clause + self.from_sum.beside_fact:
            words = self.sense.reasons(one.small, low, high, heard.kind)
            if words:
                yield words[0][0], words[-1][1], rule

    def _traces(self, one: _Sentence, hits: Sequence[Hit]) -> Iterator[Trace]:
        """Yield the hits that are a trace: neither part of a street's name, nor an anchor alone, nor excused.

        Nor, of a police-only rule, one where a clause tells something openly.
        """
        sentence = one.small[one.start : one.end]
        tried: set[Match] = set()
        for at, to, word in hits:
            if word.match is None:
                open_ = word.rule.scope in WHOLE and self._is_open(one, at, to)
                if not open_ and not _is_street(one.text, at) and not self._excused(one, at, word.rule):
                    yield at, to, word.rule
            elif word.match not in tried:
                tried.add(word.match)
                found = self._found(one, sentence, word.match, word.rule)
                if (
                    found
                    and not any(excuse.search(sentence) for excuse in word.match.unless)
                    and not self._excused(one, one.start + found.start(), word.rule)
                ):
                    yield min(one.start + found.start(), at), max(one.start + found.end(), to), word.rule

    def _found(self, one: _Sentence, sentence: str, match: Match, rule: Rule) -> re.Match[str] | None:
        """Return where a pattern of `rule` holds first; of a police-only one where nothing is told openly."""
        if rule.scope not in WHOLE or not one.openly:
            return match.pattern.search(sentence)
        for found in match.pattern.finditer(sentence):
            if not self._is_open(one, one.start + found.start(), one.start + found.end()):
                return found
        return None

    def _excused(self, one: _Sentence, at: int, rule: Rule) -> bool:
        """Whether something in the sentence says that the trace at `at` is none; for a `narrow` rule: in its clause."""
        excuses = self.unless[rule.id]
        if not excuses:
            return False
        asked = (rule.id, one.clause_at(at) if rule.narrow else -1)
        if asked not in one.excused:
            start, end = one.clauses[asked[1]] if rule.narrow else (one.start, one.end)
            one.excused[asked] = any(excuse.search(one.small, start, end) for excuse in excuses)
        return one.excused[asked]

    def _clauses(self, one: _Sentence, traces: Sequence[list[Trace]]) -> Iterator[Span]:
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
                yield Span(low, _body_end(one.small, low, high), rule.kind, rule.id, DROP, token)

    def _after_report(self, one: _Sentence, low: int, high: int, inside: Sequence[Trace]) -> int:
        """Return where what is reported begins in a clause with traces: who said it, and to whom, stays.

        Only where no trace stands in the report itself, and where the words behind it still say what has to go; of what
        only the police may read nothing stays.
        """
        lead = REPORTED.match(one.small, low, high)
        if not lead or not inside or any(rule.scope in WHOLE for _, _, rule in inside):
            return low
        told = [(at, to) for at, to, _ in inside if at < lead.end()]
        whole = [to for at, to in told if at <= low + _lead(one.small, low, high) and to > lead.end()]
        if len(whole) < len(told):
            return low
        halves = self.sense.sums(one.small, ((low, lead.end()), (lead.end(), high)))
        report, rest = map(self.sense.told, *halves)
        if report.score > HARMLESS or (whole and rest.score <= self.from_sum.clause):
            return low
        return lead.end()

    def _that_go(self, one: _Sentence, traces: Sequence[list[Trace]]) -> Iterator[tuple[int, Rule]]:
        """Yield which clauses go whole, in order, and why: with a trace and no fact, or beside a trace, in a row."""
        clauses = one.clauses
        why: list[Rule | None] = [inside[0][2] if inside else None for inside in traces]
        for at in range(1, len(clauses)):
            if why[at] is None and why[at - 1] and self._goes_on(one, at):
                why[at] = why[at - 1]
        for at in range(len(clauses) - 2, -1, -1):
            if why[at] is None and why[at + 1] and self._leads_up(one, at):
                why[at] = why[at + 1]
        for at, rule in enumerate(why):
            if rule and not (traces[at] and one.tells(*clauses[at], traces[at])):
                yield at, rule

    def _goes_on(self, one: _Sentence, clause: int) -> bool:
        """Whether a clause without a trace goes on with the one before: `heeft adhd en slikt daar iets voor`."""
        named = any(one.own(word[0]) for word in NAME.finditer(one.text, *one.clauses[clause]))
        return not named and self._leads_up(one, clause)

    def _leads_up(self, one: _Sentence, clause: int) -> bool:
        """Whether a clause without a trace tells nothing to keep: no fact, no number, and nothing openly."""
        low, high = one.clauses[clause]
        if FIGURE.search(one.small, low, high) or one.tells(low, high, ()):
            return False
        return self._openly(one, clause) is None

    def _around(self, one: _Sentence, low: int, high: int, inside: list[Trace]) -> Iterator[Span]:
        """Drop what stands around the traces in a clause, up to its facts and names."""
        small = one.small
        stop = _body_end(small, low, high)
        gone = [_whole_words(small, max(at, low), min(to, high)) for at, to, _ in inside]
        kept = [(word.start(), word.end()) for word in NAME.finditer(one.text, low, stop) if one.own(word[0])]
        begins, over = sorted(at for at, _ in gone), sorted(to for _, to in gone)
        for at, to in one.facts_in(low, stop, gone):
            kept.append(self._phrase(small, at, _last(over, at, low), _next(begins, to, stop)))
        kept.sort()
        starts, ends = [start for start, _ in kept], list(accumulate((end for _, end in kept), max))
        for (at, to), (_, _, rule) in zip(gone, inside, strict=True):
            before = bisect_left(starts, at)
            first = ends[before - 1] if before else low + _lead(small, low, at)
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


def _holds(match: Match, told: str) -> tuple[int, int] | None:
    """Return where a pattern holds in `told`, unless something excuses it."""
    found = match.pattern.search(told)
    return found.span() if found and not any(excuse.search(told) for excuse in match.unless) else None


def _after_names(one: _Sentence, low: int, first: int) -> int:
    """Return where the text to drop begins: behind the last name of a person involved before the first trace."""
    for word in NAME.finditer(one.text, low, first):
        if one.own(word[0]):
            low = word.end()
    return low


def _last(places: Sequence[int], at: int, default: int) -> int:
    """Return the last of `places` (in order) that is not beyond `at`."""
    count = bisect_right(places, at)
    return places[count - 1] if count else default


def _next(places: Sequence[int], at: int, default: int) -> int:
    """Return the first of `places` (in order) that is not before `at`."""
    count = bisect_left(places, at)
    return places[count] if count < len(places) else default


def _lead(small: str, low: int, at: int) -> int:
    """Return how long the separator is that a clause begins with: it stays."""
    lead = LEAD.match(small, low, at)
    return len(lead[0]) if lead else 0


def _body_end(small: str, low: int, high: int) -> int:
    return low + len(small[low:high].rstrip(" \n.!?"))


def _is_street(text: str, at: int) -> bool:
    """Whether the word at `at` is the name of a street: `Kloosterstraat`, `Pastoor Petersstraat 5`."""
    while at and text[at - 1].isalnum():
        at -= 1
    return text[at].isupper() and STREET_NAME.match(text, at) is not None


def _whole_words(small: str, start: int, end: int) -> tuple[int, int]:
    while start and small[start - 1].isalnum():
        start -= 1
    while end < len(small) and (small[end].isalnum() or (small[end] == "-" and small[end + 1 : end + 2].isalnum())):
        end += 1
    return start, end
