"""Sentences and clauses that go whole: tactics, intelligence, informants, and the special kinds of Wpg art. 5."""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import ahocorasick_rs

from pipeline.policy.redaction import Pattern, RedactionPolicy, Rule
from pipeline.redact.people import fold
from pipeline.redact.sentences import clause_bounds, sentence_bounds
from pipeline.redact.spans import DOUBT, DROP, OMITTED, Span

NAME = re.compile(r"[^\W\d_]{2,}")
WHOLE = frozenset({"sentence"})


NO_RULE = Rule("", "", "", "", "", "", date.min)


@dataclass(frozen=True, eq=False)
class _Word:
    """A literal of a rule: which ends have to be the end of a word."""

    rule: Rule
    left: bool
    right: bool
    pattern: int


SHELTER = _Word(NO_RULE, True, True, -1)
NET = _Word(NO_RULE, False, False, -1)
NET_SIGNS = ("@", "://", "www.", "(at)", "[at]", "apenstaart", "apestaart", ".com", ".me/", ".nl", ".be/", "_", "u/", "insta", "snap", "tiktok", "facebook", "telegram", "discord", "skype", "twitter", "account", "profiel", "gebruikersnaam", "nickname", "xbox", "psn", "twitch", "marktplaats", "fb.")  # fmt: skip


@dataclass(frozen=True)
class Scan:
    """What one look through a text found: hits of rules, and whether it speaks of a shelter or of the net."""

    hits: list[tuple[int, int, _Word]]
    shelter: bool
    net: bool


class Drops:
    """The rules with scope `sentence` and `clause`, compiled into one automaton over lower-case text."""

    def __init__(self, policy: RedactionPolicy) -> None:
        """Compile; a literal of several rules is looked up once."""
        self.words: dict[str, list[_Word]] = {}
        self.matches: list[tuple[Rule, re.Pattern[str], tuple[re.Pattern[str], ...]]] = []
        self.unless = {r.id: tuple(re.compile(u) for u in r.unless) for r in policy.rules.values()}
        self.facts = re.compile(rf"(?<!\w)(?:{policy.facts})")
        for rule in policy.rules.values():
            for word in rule.words:
                literal = word.strip("*").lower()
                self._add(literal, _Word(rule, not word.startswith("*"), not word.endswith("*"), -1))
            for pattern in rule.patterns:
                self._add_pattern(rule, pattern)
        for literal in policy.lists["shelters"]:
            self.words.setdefault(literal.lower(), []).append(SHELTER)
        for literal in NET_SIGNS:
            self.words.setdefault(literal, []).append(NET)
        self.literals = list(self.words)
        self.by_number = [self.words[literal] for literal in self.literals]
        self.automaton = ahocorasick_rs.AhoCorasick(self.literals)

    def _add(self, literal: str, word: _Word) -> None:
        self.words.setdefault(literal, []).append(word)

    def _add_pattern(self, rule: Rule, pattern: Pattern) -> None:
        number = len(self.matches)
        self.matches.append((rule, re.compile(pattern.match), tuple(re.compile(u) for u in pattern.unless)))
        for anchor in pattern.anchors:
            self._add(anchor.strip("*"), _Word(rule, not anchor.startswith("*") and anchor[0].isalnum(), False, number))

    def scan(self, small: str) -> Scan:
        """Look once through a text in lower case for every literal of the policy."""
        hits: list[tuple[int, int, _Word]] = []
        shelter = net = False
        for number, start, end in self.automaton.find_matches_as_indexes(small, overlapping=True):
            for word in self.by_number[number]:
                if word is NET:
                    net = True
                elif (word.left and start and small[start - 1].isalnum()) or (
                    word.right and end < len(small) and small[end].isalnum()
                ):
                    continue
                elif word is SHELTER:
                    shelter = True
                else:
                    hits.append((start, end, word))
        return Scan(hits, shelter, net)

    def find(
        self, text: str, small: str, scan: Scan, kept: Sequence[Span] = (), own: Container[str] = ()
    ) -> list[Span]:
        """Return what has to go from `text`, whose lower case is `small` (of the same length).

        `kept` are stretches that are no trace of anything (the family's street `Pastoor Petersstraat`), `own` the
        folded names of the persons involved.
        """
        hits = [hit for hit in scan.hits if not any(span.start <= hit[0] < span.end for span in kept)]
        return list(self._judge(text, small, hits, own)) if hits else []

    def _judge(
        self, text: str, small: str, hits: Iterable[tuple[int, int, _Word]], own: Container[str]
    ) -> Iterator[Span]:
        bounds = sentence_bounds(text)
        by_sentence: dict[tuple[int, int], list[tuple[int, int, _Word]]] = {}
        for hit in hits:
            home = next((b for b in bounds if b[0] <= hit[0] < b[1]), bounds[-1])
            by_sentence.setdefault(home, []).append(hit)
        for (start, end), inside in by_sentence.items():
            yield from self._sentence(text, small, start, end, inside, own)

    def _sentence(
        self, text: str, small: str, start: int, end: int, hits: list[tuple[int, int, _Word]], own: Container[str]
    ) -> Iterator[Span]:
        sentence = small[start:end]
        matched: list[tuple[int, int, Rule]] = []
        tried: set[int] = set()
        for at, to, word in hits:
            if word.pattern < 0:
                if not any(u.search(sentence) for u in self.unless[word.rule.id]):
                    matched.append((at, to, word.rule))
            elif word.pattern not in tried:
                tried.add(word.pattern)
                rule, pattern, unless = self.matches[word.pattern]
                found = pattern.search(sentence)
                if found and not any(u.search(sentence) for u in (*unless, *self.unless[rule.id])):
                    matched.append((start + min(found.start(), at - start), start + max(found.end(), to - start), rule))
        whole = next((rule for _, _, rule in matched if rule.scope in WHOLE), None)
        if whole:
            yield Span(start, end, whole.kind, whole.id, DROP)
        elif matched:
            yield from self._clauses(text, small, start, end, matched, own)

    def _clauses(
        self, text: str, small: str, start: int, end: int, matched: list[tuple[int, int, Rule]], own: Container[str]
    ) -> Iterator[Span]:
        """Drop the sentence from its first trace on when it tells no fact; else the clauses that tell none.

        Of a clause that tells a fact only the words go, and a person looks when the rule says so. Names of persons
        involved that stand before the trace stay: `dhr Lampe [weggelaten]`.
        """
        clauses = [(low, high) for low, high in clause_bounds(text, start, end)]
        hit = [(low, high, [m for m in matched if m[0] < high and m[1] > low]) for low, high in clauses]
        if not self._tells(small, start, end, matched):
            low, _, inside = next(one for one in hit if one[2])
            low = _after_names(small, low, min(m[0] for m in inside), own)
            whole = low <= start
            rule = inside[0][2]
            yield Span(
                low,
                end if whole else _body_end(small, low, end),
                rule.kind,
                rule.id,
                DROP,
                "" if whole else f" {OMITTED}",
            )
            return
        for low, high, inside in hit:
            if not inside:
                continue
            rule, stop = inside[0][2], _body_end(small, low, high)
            if not self._tells(small, low, high, inside):
                first = _after_names(small, low, min(m[0] for m in inside), own)
                yield Span(first, stop, rule.kind, rule.id, DROP, f" {OMITTED}" if first > start else OMITTED)
                continue
            for at, to, one in inside:
                yield Span(*_whole_words(small, max(at, low), min(to, high)), one.kind, one.id, DROP, OMITTED)
            if rule.doubt:
                yield Span(low, stop, rule.kind, rule.id, DOUBT)

    def _tells(self, small: str, start: int, end: int, matched: list[tuple[int, int, Rule]]) -> bool:
        """Whether a fact to keep stands in `start:end` outside the words that have to go."""
        gone = [_whole_words(small, at, to) for at, to, _ in matched]
        return any(
            not any(at <= fact.start() < to for at, to in gone) for fact in self.facts.finditer(small, start, end)
        )


def _after_names(small: str, low: int, first: int, own: Container[str]) -> int:
    """Return where the text to drop begins: behind the last name of a person involved before the first trace."""
    for word in NAME.finditer(small, low, first):
        if fold(word[0]) in own:
            low = word.end()
    return low


def _body_end(small: str, low: int, high: int) -> int:
    return low + len(small[low:high].rstrip(" \n.!?"))


def _whole_words(small: str, start: int, end: int) -> tuple[int, int]:
    while start and small[start - 1].isalnum():
        start -= 1
    while end < len(small) and (small[end].isalnum() or (small[end] == "-" and small[end + 1 : end + 2].isalnum())):
        end += 1
    return start, end
