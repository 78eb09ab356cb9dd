"""Sentences and clauses that go whole: tactics, intelligence, informants, and the special kinds of Wpg art. 5."""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from bisect import bisect_right
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
FIGURE = re.compile(r"\d")
WORDS = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
STREET_NAME = re.compile(
    r"(?:[A-ZÀ-Þ][\w'’.\-]* (?:van |de |der |den )*){0,2}[A-ZÀ-Þ][\w'’\-]*(?:straat|laan|weg|plein|gracht|kade|singel|steeg|dreef|hof|dijk)(?!\w)"
)
SAME_SUBJECT = re.compile(r"\W*(?:en|of)\s+([^\W\d_]+)")
LEAD = re.compile(r"[\s,;\-]*(?:(?:en|maar|terwijl|waarna|omdat|want|doordat|waardoor|dat|die)\s+)*")
FACT_LEAD, FACT_TAIL = 2, 3
"""Words that belong to a fact: before it (`een gezwollen`) and after it (`op zijn hoofd`)."""


NO_RULE = Rule("", "", "", "", "", "", date.min)


@dataclass(frozen=True, eq=False)
class _Word:
    """A literal of a rule: which ends have to be the end of a word."""

    rule: Rule
    left: bool
    right: bool
    pattern: int


SHELTER = _Word(NO_RULE, True, True, -1)
NET_SIGNS = {
    "mail": ("@", "(at)", "[at]", "{at}", "<at>", "(a)", " at ", " punt ", " dot ", "apenstaart", "apestaart"),
    "link": ("://", "www.", ".com", ".me/", ".nl", ".be/", "u/", "fb.", "@"),
    "platform": (
        "insta",
        "snap",
        "tiktok",
        "facebook",
        "telegram",
        "discord",
        "skype",
        "twitter",
        "account",
        "profiel",
        "gebruikersnaam",
        "nickname",
        "xbox",
        "psn",
        "twitch",
        "marktplaats",
        "nepprofiel",
        "wickr",
        "badoo",
        "hinge",
        "bumble",
        "vinted",
        "linkedin",
        "youtube",
        "reddit",
        "steam",
        "signal",
        "whatsapp",
        "gamenaam",
        "chatnaam",
        "username",
        "tinder",
        "onlyfans",
        "hyves",
        "messenger",
        "roblox",
        "fortnite",
        "kanaal",
        "pagina",
    ),
    "loose": ("_", "#", "xx"),
}
"""Literals, in any case, that say what a text may hold of the net."""


@dataclass(frozen=True)
class Scan:
    """What one look through a text found: hits of rules, and whether it speaks of a shelter or of the net."""

    hits: list[tuple[int, int, _Word]]
    shelter: bool
    net: dict[str, tuple[int, int]]
    """For each of NET_SIGNS that the text holds: from the first sign to the last."""


class Drops:
    """The rules with scope `sentence` and `clause`, compiled into one automaton over lower-case text."""

    def __init__(self, policy: RedactionPolicy) -> None:
        """Compile; a literal of several rules is looked up once."""
        self.words: dict[str, list[_Word]] = {}
        self.matches: list[tuple[Rule, re.Pattern[str], tuple[re.Pattern[str], ...]]] = []
        self.unless = {r.id: tuple(re.compile(u) for u in r.unless) for r in policy.rules.values()}
        self.verbs = policy.person_verbs
        self.facts = re.compile(rf"(?<!\w)(?:{policy.facts})")
        for rule in policy.rules.values():
            for word in rule.words:
                literal = word.strip("*").lower()
                self._add(literal, _Word(rule, not word.startswith("*"), not word.endswith("*"), -1))
            for pattern in rule.patterns:
                self._add_pattern(rule, pattern)
        for literal in policy.lists["shelters"]:
            self.words.setdefault(literal.lower(), []).append(SHELTER)
        self.net = {kind: _Word(NO_RULE, left=False, right=False, pattern=-1) for kind in NET_SIGNS}
        for kind, literals in NET_SIGNS.items():
            for literal in literals:
                self.words.setdefault(literal, []).append(self.net[kind])
        self.kinds = {word: kind for kind, word in self.net.items()}
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
        shelter = False
        net: dict[str, tuple[int, int]] = {}
        kinds = self.kinds
        for number, start, end in self.automaton.find_matches_as_indexes(small, overlapping=True):
            for word in self.by_number[number]:
                if word in kinds:
                    first, _ = net.get(kinds[word], (start, end))
                    net[kinds[word]] = (min(first, start), end)
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
        starts = [start for start, _ in bounds]
        by_sentence: dict[tuple[int, int], list[tuple[int, int, _Word]]] = {}
        for hit in hits:
            home = bounds[bisect_right(starts, hit[0]) - 1]
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
                if STREET_NAME.match(text, _whole_words(small, at, to)[0]):
                    continue  # `Kloosterstraat`, `Pastoor Petersstraat 5`
                if not self._excused(text, small, start, end, at, word.rule):
                    matched.append((at, to, word.rule))
            elif word.pattern not in tried:
                tried.add(word.pattern)
                rule, pattern, unless = self.matches[word.pattern]
                found = pattern.search(sentence)
                excused = found and (
                    any(u.search(sentence) for u in unless)
                    or self._excused(text, small, start, end, start + found.start(), rule)
                )
                if found and not excused:
                    matched.append((start + min(found.start(), at - start), start + max(found.end(), to - start), rule))
        whole = next((rule for _, _, rule in matched if rule.scope in WHOLE), None)
        if whole:
            yield Span(start, end, whole.kind, whole.id, DROP)
        elif matched:
            yield from self._clauses(text, small, start, end, matched, own)

    def _excused(self, text: str, small: str, start: int, end: int, at: int, rule: Rule) -> bool:
        """Whether something in the sentence says that the trace at `at` is none; for a `narrow` rule: in its clause."""
        excuses = self.unless[rule.id]
        if excuses and rule.narrow:
            start, end = next((b for b in clause_bounds(text, start, end) if b[0] <= at < b[1]), (start, end))
        return any(excuse.search(small, start, end) for excuse in excuses)

    def _clauses(
        self, text: str, small: str, start: int, end: int, matched: list[tuple[int, int, Rule]], own: Container[str]
    ) -> Iterator[Span]:
        """Drop the clauses with a trace that tell no fact, and what goes on from them.

        Of a clause that tells a fact what stands around the trace goes, up to the fact, and a person looks when the
        rule says so. Names of persons involved that stand before the trace stay: `dhr Lampe [weggelaten]`.
        """
        clauses = clause_bounds(text, start, end)
        told = self._tells(small, start, end, matched)
        gone: list[tuple[int, int, Rule]] = []
        for low, high in clauses:
            inside = [m for m in matched if m[0] < high and m[1] > low]
            after = bool(gone) and gone[-1][1] == low
            if not inside and not (after and self._goes_on(small, low, high, own, told)):
                continue
            if not inside:
                gone[-1] = (gone[-1][0], high, gone[-1][2])
            elif not self._tells(small, low, high, inside):
                first = _after_names(small, low, min(m[0] for m in inside), own)
                if after and first == low:
                    gone[-1] = (gone[-1][0], high, gone[-1][2])
                else:
                    gone.append((first, high, inside[0][2]))
            else:
                yield from self._around(small, low, high, inside, own)
        for low, high, rule in gone:
            if low <= start and high >= end:
                yield Span(start, end, rule.kind, rule.id, DROP)
            else:
                token = OMITTED if low <= start else f" {OMITTED}"
                yield Span(low, _body_end(small, low, high), rule.kind, rule.id, DROP, token)

    def _goes_on(self, small: str, low: int, high: int, own: Container[str], told: bool) -> bool:
        """Whether a clause without a trace goes on with the one that was dropped: `heeft adhd en slikt daar iets voor`.

        In a sentence that tells no fact, every clause that names no person involved and no number does.
        """
        if FIGURE.search(small, low, high) or any(fold(word[0]) in own for word in NAME.finditer(small, low, high)):
            return False
        if not told:
            return True
        follows = SAME_SUBJECT.match(small, low, high)
        return bool(follows and follows[1] in self.verbs) and not self._tells(small, low, high, ())

    def _around(
        self, small: str, low: int, high: int, inside: list[tuple[int, int, Rule]], own: Container[str]
    ) -> Iterator[Span]:
        """Drop what stands around the traces in a clause, up to its facts and names."""
        stop = _body_end(small, low, high)
        gone = [_whole_words(small, max(at, low), min(to, high)) for at, to, _ in inside]
        kept = [(word.start(), word.end()) for word in NAME.finditer(small, low, stop) if fold(word[0]) in own] + [
            self._phrase(small, fact, low, stop, gone)
            for fact in self.facts.finditer(small, low, stop)
            if not any(at <= fact.start() < to for at, to in gone)
        ]
        for (at, to), (_, _, rule) in zip(gone, inside, strict=True):
            first = max((b for a, b in kept if a < at), default=low + _lead(small, low, at))
            last = min((a for a, _ in kept if a >= to), default=stop)
            yield Span(min(first, at), max(last, to), rule.kind, rule.id, DROP, f" {OMITTED} ")
        doubtful = next((rule for _, _, rule in inside if rule.doubt), None)
        if doubtful:
            yield Span(low, stop, doubtful.kind, doubtful.id, DOUBT)

    def _phrase(
        self, small: str, fact: re.Match[str], low: int, stop: int, gone: list[tuple[int, int]]
    ) -> tuple[int, int]:
        """Return a fact with its article and adjective, and up to three words that say where: `een bult op zijn hoofd`."""
        low = max((to for _, to in gone if to <= fact.start()), default=low)
        stop = min((at for at, _ in gone if at >= fact.end()), default=stop)
        words = list(WORDS.finditer(small, low, stop))
        at = next(i for i, word in enumerate(words) if word.end() > fact.start())
        first = at
        while first > 0 and at - first < FACT_LEAD and words[first - 1][0] not in self.verbs:
            first -= 1
        last = at
        while last + 1 < len(words) and last - at < FACT_TAIL and words[last + 1][0] not in self.verbs:
            last += 1
        return words[first].start(), words[last].end()

    def _tells(self, small: str, start: int, end: int, matched: Sequence[tuple[int, int, Rule]]) -> bool:
        """Whether a fact to keep stands in `start:end` outside the words that have to go."""
        facts = [fact.start() for fact in self.facts.finditer(small, start, end)]
        gone = [_whole_words(small, at, to) for at, to, _ in matched] if facts else []
        return any(not any(at <= fact < to for at, to in gone) for fact in facts)


def _after_names(small: str, low: int, first: int, own: Container[str]) -> int:
    """Return where the text to drop begins: behind the last name of a person involved before the first trace."""
    for word in NAME.finditer(small, low, first):
        if fold(word[0]) in own:
            low = word.end()
    return low


def _lead(small: str, low: int, at: int) -> int:
    """Return how long the separator is that a clause begins with: it stays."""
    lead = LEAD.match(small, low, at)
    return len(lead[0]) if lead else 0


def _body_end(small: str, low: int, high: int) -> int:
    return low + len(small[low:high].rstrip(" \n.!?"))


def _whole_words(small: str, start: int, end: int) -> tuple[int, int]:
    while start and small[start - 1].isalnum():
        start -= 1
    while end < len(small) and (small[end].isalnum() or (small[end] == "-" and small[end + 1 : end + 2].isalnum())):
        end += 1
    return start, end
