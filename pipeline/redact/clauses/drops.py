"""Sentences and clauses that go whole: tactics, intelligence, informants, and the special kinds of Wpg art. 5."""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from pipeline.policy.redaction import RedactionPolicy, Rule
from pipeline.policy.redaction.parts import compile_uncaptured
from pipeline.redact.clauses.cuts import WHOLE, Cuts, body_end, lead_of
from pipeline.redact.clauses.sentences import RUN_ON, is_stamp, parted, written_bounds
from pipeline.redact.clauses.traced import NOBODY, STREET_NAME, Own, Trace, Traced
from pipeline.redact.scan import Hit, Match, Scan
from pipeline.redact.spans import DOUBT, DROP, OMITTED, Span
from pipeline.weigh.sense import SILENCE, Sense, Sensed, Sum

QUOTE = re.compile(r"[\"“”„]")
NAMED = re.compile(
    r"(?<![\w.])(?:(?-i:[A-Z])\.(?:(?-i:[A-Z])\.)* ?|(?:mw|mevr|mvr|dhr|coll|agt|brig|insp|hagt|rech)\.? |(?:mevrouw|meneer|fam(?:ilie)?\.?"
    r"|(?:wijk|hoofd)?agente?|brigadier|inspecteur|rechercheur|verbalisant|collega) )$",
    re.IGNORECASE,
)
"""Before a word with a capital that is then a name."""
NAMED_REACH = 16
LEAST_WORDS = 3
"""Words of a clause that say something together."""

Said = tuple[list[Sum], list[int], list[Sum]]
"""What each clause says, how many words it has, and what it says more behind the clause before it (`Sense.sums`)."""
Loud = tuple[int, Sensed]
"""A clause whose words together say that it must not leave: which one, and what they tell."""


class Drops:
    """The rules with scope `sentence` and `clause`, held against sentences: by their literals, and by all words together."""

    def __init__(self, policy: RedactionPolicy) -> None:
        """Compile what excuses a trace."""
        self.sense, self.from_sum = Sense(policy.weights, policy.thresholds.least), policy.thresholds
        self.ahead = policy.ahead
        self.rules = policy.rules
        self.unless = {r.id: tuple(compile_uncaptured(u) for u in r.unless) for r in policy.rules.values()}
        self.cuts = Cuts(policy, self.sense)

    def find(
        self,
        text: str,
        small: str,
        scan: Scan,
        kept: Sequence[Span] = (),
        own: Own = NOBODY,
        named: Own = NOBODY,
    ) -> list[Span]:
        """Return what has to go from `text`, whose lower case is `small` (of the same length).

        `kept` are stretches that are no trace of anything (the family's street `Pastoor Petersstraat`), `own` says
        whether a word as written names a person involved, `named` whether it is but a name, of anybody.
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
            one = Traced(text, small, start, end, scan, own, named)
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

    def _sentence(self, one: Traced, hits: Sequence[Hit]) -> Iterable[Span]:
        matched: list[Trace] = []
        for trace in self._traces(one, hits) if hits else ():
            rule = trace[2]
            if rule.scope in WHOLE:
                return [Span(one.start, one.end, rule.kind, rule.id, DROP)]
            matched.append(trace)
        said = self.sense.sums(one.small, one.clauses)
        if not matched and self.sense.are_silent(*said):
            return ()
        traces = one.by_clause(matched)
        loud, whole = self._heard(one, said, traces)
        told = None
        if loud or whole.score > self.from_sum.sentence:
            nameless = one.nameless()
            unheard = [inside or self._is_silent(one, nameless, at) for at, inside in enumerate(traces)]
            loud, whole = self._heard(one, self.sense.sums(nameless, one.clauses), unheard)
            told = self._told(one, whole, loud)
        if told:
            return [Span(one.start, one.end, told.kind, told.id, DROP)]
        if not matched and not loud:
            return ()
        for at, heard in loud:
            traces[at] += self._sensed(one, *one.clauses[at], heard)
        return self.cuts.clauses(one, traces)

    def _is_silent(self, one: Traced, small: str, clause: int) -> bool:
        """Whether a clause tells something openly, and the rest of its words nothing that only the police may read."""
        openly = one.openly_in(clause)
        if openly is None:
            return False
        low, high = one.clauses[clause]
        rest = f"{small[low : openly[0]]} {small[openly[1] : high]}"
        (total,), (words,), _ = self.sense.sums(rest, ((0, len(rest)),))
        told = self.sense.told(total, words)
        if words < LEAST_WORDS or told.score <= self.from_sum.sentence + self.from_sum.beside_fact:
            return True
        return self.rules[told.kind].scope not in WHOLE

    def _heard(self, one: Traced, said: Said, unheard: Sequence[object]) -> tuple[list[Loud], Sensed]:
        """Return the clauses whose words together say that they must not leave, and what all of them say.

        Where no clause does but all of them together, it is the one that says most of that kind. Those with a trace are
        `unheard`: its rule says why they go, and a diagnosis is no tactics. So are, where that was asked, those that tell
        something openly and nothing else.
        """
        totals, words, joins = said
        for at in compress(range(len(totals)), unheard):
            totals[at], words[at], joins[at] = 0, 0, 0
            if at + 1 < len(joins):
                joins[at + 1] = 0
        told = list(map(self.sense.told, totals, words))
        whole = self.sense.told(sum(totals) + sum(joins), sum(words)) if sum(words) > 1 else SILENCE
        least = self.from_sum.clause
        loud = [
            (at, heard)
            for at, (heard, count) in enumerate(zip(told, words, strict=True))
            if heard.score > least and count >= LEAST_WORDS and not self._is_threat(one, at, heard)
        ]
        if not loud and whole.score > self.from_sum.sentence:
            at = self._loudest(totals, words, whole.kind)
            loud = [] if self._is_threat(one, at, whole) else [(at, whole)]
        return loud, whole

    def _loudest(self, totals: Sequence[Sum], words: Sequence[int], kind: str) -> int:
        """Return the clause that says most of a kind."""
        said = [self.sense.of_kind(total, count, kind) for total, count in zip(totals, words, strict=True)]
        return said.index(max(said))

    def _is_threat(self, one: Traced, clause: int, heard: Sensed) -> bool:
        """Whether a clause is of a quotation that hints at something only: what others say is no secret of the police."""
        if one.quote_of(clause) is None:
            return False
        return self.rules[heard.kind].scope in WHOLE or heard.score <= self.from_sum.clause + self.from_sum.beside_fact

    def _told(self, one: Traced, whole: Sensed, loud: Sequence[Loud]) -> Rule | None:
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

    def _sensed(self, one: Traced, low: int, high: int, heard: Sensed) -> Iterator[Trace]:
        """Yield what goes from a clause without a trace whose words together say that it must not leave.

        Of one that tells a fact it is the words that speak, of any other all of it.
        """
        rule = self.rules[heard.kind]
        if not one.tells(low, high, ()):
            yield low + lead_of(one.small, low, high), body_end(one.small, low, high), rule
        elif heard.score > self.from_sum.clause + self.from_sum.beside_fact:
            words = self.sense.reasons(one.small, low, high, heard.kind)
            if words:
                yield words[0][0], words[-1][1], rule

    def _traces(self, one: Traced, hits: Sequence[Hit]) -> Iterator[Trace]:
        """Yield the hits that are a trace: neither part of a street's name, nor an anchor alone, nor excused.

        Nor, of a police-only rule, one where a clause tells something openly.
        """
        sentence = one.small[one.start : one.end]
        tried: set[Match] = set()
        for at, to, word in hits:
            if word.match is None:
                open_ = word.rule.scope in WHOLE and one.is_open(at, to)
                if (
                    not open_
                    and not _is_street(one.text, at)
                    and not _is_name(one.text, at)
                    and not self._excused(one, at, word.rule)
                ):
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

    def _found(self, one: Traced, sentence: str, match: Match, rule: Rule) -> re.Match[str] | None:
        """Return where a pattern of `rule` holds first; of a police-only one where nothing is told openly."""
        if rule.scope not in WHOLE or not one.openly:
            return match.pattern.search(sentence)
        for found in match.pattern.finditer(sentence):
            if not one.is_open(one.start + found.start(), one.start + found.end()):
                return found
        return None

    def _excused(self, one: Traced, at: int, rule: Rule) -> bool:
        """Whether something in the sentence says that the trace at `at` is none; for a `narrow` rule: in its clause."""
        excuses = self.unless[rule.id]
        if not excuses:
            return False
        asked = (rule.id, one.clause_at(at) if rule.narrow else -1)
        if asked not in one.excused:
            start, end = one.clauses[asked[1]] if rule.narrow else (one.start, one.end)
            one.excused[asked] = any(excuse.search(one.small, start, end) for excuse in excuses)
        return one.excused[asked]


def _is_name(text: str, at: int) -> bool:
    """Whether the word at `at` is the name of somebody, by an initial, a rank or what one is called before it: `R. Bisschop`."""
    return (
        text[at].isupper()
        and text[at + 1 : at + 2].islower()
        and NAMED.search(text, max(0, at - NAMED_REACH), at) is not None
    )


def _is_street(text: str, at: int) -> bool:
    """Whether the word at `at` is the name of a street: `Kloosterstraat`, `Pastoor Petersstraat 5`."""
    while at and text[at - 1].isalnum():
        at -= 1
    return text[at].isupper() and STREET_NAME.match(text, at) is not None
