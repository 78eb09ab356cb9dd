"""One text in, what may leave of it out."""

from __future__ import annotations

import gc
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import accumulate

from pipeline.policy.redaction import RedactionPolicy, Rule, read_redaction_policy
from pipeline.redact.clauses.drops import Drops
from pipeline.redact.clauses.sentences import sentence_bounds
from pipeline.redact.codes.accounts import Accounts
from pipeline.redact.codes.numbers import Numbers
from pipeline.redact.codes.read_out import find_read_out
from pipeline.redact.lexicon import NAME, VOCABULARY, WORD, Lexicon, Words
from pipeline.redact.likely import Likely
from pipeline.redact.names.described import Described
from pipeline.redact.names.names import Names
from pipeline.redact.people import Subject, fold
from pipeline.redact.places.addresses import Addresses
from pipeline.redact.places.homes import Homes
from pipeline.redact.places.neighbours import Neighbours
from pipeline.redact.places.secret_addresses import find_house_words, find_secrets, join_secrets
from pipeline.redact.places.shelters import Shelters
from pipeline.redact.places.threats import Threats
from pipeline.redact.places.whereabouts import Whereabouts
from pipeline.redact.reading import Reading
from pipeline.redact.report import ReportMasks
from pipeline.redact.scan import Scanner
from pipeline.redact.spans import DOUBT, DROP, FIELD, MASK, Redacted, Span, blank, mask, rewrite, settle

SHARED_SOURCES = frozenset({"W", "V", "H", "O", FIELD})
"""Sources whose texts are looked at; any other text goes whole (CONTRACT.md, mutatie; deny by default)."""

CLOSED_SOURCES = {"T": "tactical", "I": "intelligence"}
"""Of which kind a text is that goes whole because of its source."""

CODES = frozenset(
    ["weggelaten", "telefoon", "e-mail", "account", "kenteken", "rekening", "bsn", "nummer", "geboortedatum"]
)
"""Tokens of what says nothing of how an officer writes names; the token of a name stands for its capital."""

DIGIT = re.compile(r"\d")
TOKEN = re.compile(r"\[([a-z][a-z\-]*(?: [a-z]+)?)(?: \d+)?(?:, [a-z]+)?\]")


class Redactor:
    """The policy, compiled once: under a second and some 200 MB.

    What it says of a text does not depend on the texts before it. Of those it keeps single words, to ask once.
    """

    def __init__(self, policy: RedactionPolicy) -> None:
        """Compile the lists and rules of `policy`."""
        self.policy = policy
        self.lexicon = Lexicon(policy)
        self.scanner = Scanner(policy)
        self.drops = Drops(policy)
        self.accounts = Accounts(policy.signs)
        self.names = Names(policy, self.lexicon)
        self.numbers = Numbers(policy.parts)
        self.addresses = Addresses(policy.parts["addresses"], self.lexicon)
        self.threats = Threats(policy.parts["threats"])
        self.places = Whereabouts(policy, self.lexicon)
        self.homes = Homes(policy, self.lexicon)
        self.likely = Likely(policy, self.lexicon)
        self.described = Described(policy.described)
        self.neighbours, self.shelters = Neighbours(policy, self.places), Shelters(policy, self.places)
        self.tokens = {rule.token for rule in policy.rules.values() if rule.token} | {"weggelaten"}
        gc.freeze()  # half a million words never die: without this every full collection walks through them (10 ms)

    def __reduce__(self) -> tuple[type[Redactor], tuple[RedactionPolicy]]:
        """Send the policy, not what was compiled from it."""
        return (Redactor, (self.policy,))

    def redact_one(
        self,
        text: str,
        *,
        source: str | None,
        people: Sequence[Subject] = (),
        masks: ReportMasks | None = None,
        spare: frozenset[str] = frozenset(),
    ) -> Redacted:
        """Return what may leave of `text`, and a span for everything that may not.

        Args:
            text: as the officer wrote it.
            source: how it is known: W, V, H, O, or FIELD for a text that is no entry. Any other drops it whole.
            people: the persons of the registration; not looked at where `masks` is given.
            masks: the registration's index and numbering, one for all of its texts.
            spare: rules by which no sentence goes whole here; what stands in it is looked at like any other.
        """
        if source not in SHARED_SOURCES:
            kind = CLOSED_SOURCES.get(source or "", "source")
            return Redacted(None, (Span(0, len(text), kind, "source_not_shared", DROP),))
        report = masks or ReportMasks(people)
        spans, doubts = self._find(text, report, spare)
        return Redacted(rewrite(text, spans), tuple(sorted((*spans, *doubts), key=lambda span: span.start)))

    def _find(self, text: str, report: ReportMasks, spare: frozenset[str]) -> tuple[list[Span], list[Span]]:
        """Find in this order: whole sentences, codes and addresses, names. Each reads what the ones before it left."""
        tokens = [t for t in TOKEN.finditer(text) if t[1] in self.tokens] if "[" in text else []
        text = blank(text, (t.span() for t in tokens))
        small = text.lower()
        if len(small) != len(text):
            small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        scan = self.scanner.scan(small)
        stay = list(_stays(small, report))
        is_own = partial(self.names.is_own, report=report)
        reading = Reading(text, small, scan, report, stay, is_own)
        threats = [*self.threats.find(small)] if report.hides or scan.shelters else []
        elsewhere = reading._replace(stay=[*stay, *threats]) if threats else reading
        drops = self.drops.find(text, small, scan, stay, partial(self._is_own, report=report), self.lexicon.is_but_name)
        drops = [span for span in drops if span.rule not in spare] + _investigations(text, report)
        found = [s for s in self._inside(reading, elsewhere) if not _inside_any(s, stay)]
        if report.hides:
            found = self._hidden(elsewhere, found)
        gone = [span for span in drops if span.action == DROP]
        left = blank(text, ((span.start, span.end) for span in (*gone, *found)))
        flat = left.isupper() or (left.islower() and all(token[1] in CODES for token in tokens))
        words = Words(left, flat)
        found += self.names.find(words, report, [*gone, *stay, *found])
        found += self._named_again(text, words, gone, report)
        if any(span.kind == "third_party_address" for span in found):
            found = list(self._described(reading, found))
        found += self.homes.find(reading, found)
        found += self.likely.find(reading, [*gone, *found])
        doubts = [span for span in (*drops, *found) if span.action == DOUBT]
        return [self._with_token(span) for span in settle([*gone, *found])], doubts

    def _named_again(self, text: str, left: Words, gone: Sequence[Span], report: ReportMasks) -> Iterator[Span]:
        """Yield names that are told in what goes whole, where they stand alone in what is left: `Van Ede was erbij`."""
        if not gone or left.text.isupper() or left.text.islower():
            return
        known = dict(report.learned)
        for span in gone:
            for _ in self.names.find(Words(text[span.start : span.end]), report, []):
                pass  # what it learns is what is asked for
        if report.learned != known:
            yield from self.names.registered.find_learned(left, report)

    def _hidden(self, reading: Reading, found: list[Span]) -> list[Span]:
        """Return `found` where every address but the family's may be the secret one, with all that describes it."""
        text = reading.text
        found = [_as_secret(span) for span in found]
        joined = join_secrets(text, found)
        secret = sorted(span for span in joined if span.kind == "secret_address")
        ends = [span.end for span in secret]
        wide = [span for span in joined if span.kind != "secret_address"]
        for start, end in sentence_bounds(text):
            inside = [*_clipped(secret, bisect_right(ends, start), (start, end))]
            if inside:
                inside += _tails(text, start, end, reading.report)
                wide += self.places.spread(reading, (start, end), inside)
        return join_secrets(text, [*wide, *secret])

    def _described(self, reading: Reading, found: list[Span]) -> Iterator[Span]:
        """Yield `found`, with what describes an address taken into it: `boven de kapper aan de Aalsterweg`."""
        others = [span for span in found if span.kind != "third_party_address"]
        yield from others
        starts = sorted(other.start for other in others)
        ends = [*accumulate((other.end for other in sorted(others)), max)]
        for span in found:
            if span.kind == "third_party_address":
                before = bisect_left(starts, span.end)
                alone = not before or ends[before - 1] <= span.start
                yield self.places.widened(reading, span) if alone else span

    def _inside(self, reading: Reading, elsewhere: Reading) -> Iterator[Span]:
        """Yield what is found without looking at names; what `elsewhere` keeps beside tells nobody's whereabouts."""
        text, small, scan, report, _, is_own = reading
        yield from self.accounts.find(text, small, scan, self.lexicon.is_word, is_own)
        yield from find_read_out(small, scan)
        yield from self.described.find(small, scan, is_own)
        if DIGIT.search(text):
            yield from self.numbers.find(text, small, scan, report)
            yield from self.addresses.find(text, small, report)
        if report.hidden.pattern or report.secret_words:
            yield from find_secrets(text, self.lexicon, report)
        if report.hides:
            yield from find_house_words(text, report)
        if not report.hides:
            yield from self.neighbours.find(reading)
        if report.hides or scan.shelters:
            yield from self.shelters.find(elsewhere)
        if report.threat:
            for organisation in {p.organisation for p in report.people if p.organisation and p.role == "PR"}:
                for hit in re.finditer(re.escape(organisation), text, re.IGNORECASE):
                    yield mask(hit.start(), hit.end(), "organisation")

    def _is_own(self, word: str, report: ReportMasks) -> bool:
        """Whether a word names a person involved: as registered, or with a capital also short or misspelt."""
        name = fold(word)
        if name in report.involved:
            return True
        if not word[0].isupper():
            return False
        flags = self.lexicon.of(name)
        return not flags & (WORD | VOCABULARY) and report.is_involved(name, bool(flags & NAME), self.names.nicknames)

    def _with_token(self, span: Span) -> Span:
        if span.token or span.action == DROP:
            return span
        rule: Rule = self.policy.rules[span.rule if span.action != DOUBT else "unknown_name"]
        label = f"[{rule.token}]"
        return Span(span.start, span.end, rule.kind, span.rule, MASK, label)


@cache
def read_redactor() -> Redactor:
    """Return the policy that ships, compiled: once a process, and only where something is forwarded."""
    return Redactor(read_redaction_policy())


def _clipped(spans: Sequence[Span], at: int, bounds: tuple[int, int]) -> Iterator[Span]:
    """Yield what lies within `bounds` of `spans`, which do not overlap, from the one at `at` on."""
    start, end = bounds
    while at < len(spans) and spans[at].start < end:
        yield spans[at]._replace(start=max(start, spans[at].start), end=min(end, spans[at].end))
        at += 1


def _tails(text: str, start: int, end: int, report: ReportMasks) -> Iterator[Span]:
    """Yield `de gang` for the Jacobsgang, in a sentence that tells of the secret address."""
    for tail in report.hidden.tails:
        for hit in re.compile(rf"(?<!\w)(?:de|het|'?t) {tail}(?!\w)", re.IGNORECASE).finditer(text, start, end):
            yield mask(hit.start(), hit.end(), "secret_address")


def _as_secret(span: Span) -> Span:
    return span._replace(kind="secret_address", rule="secret_address") if span.kind == "third_party_address" else span


def _investigations(text: str, report: ReportMasks) -> list[Span]:
    """Return the sentences that name an investigation of the registration."""
    numbers = [number for number in report.investigations if number and number in text]
    bounds = sentence_bounds(text) if numbers else []
    return [
        Span(start, end, "tactical", "tactical", DROP)
        for start, end in bounds
        if any(number in text[start:end] for number in numbers)
    ]


def _stays(small: str, report: ReportMasks) -> Iterator[Span]:
    """Yield where a street of the family or an organisation stands: no name, and no trace of anything else."""
    for street in report.written:
        at = small.find(street)
        while at >= 0:
            yield Span(at, at + len(street), "", "", "")
            at = small.find(street, at + 1)


def _inside_any(span: Span, others: list[Span]) -> bool:
    """Whether the whole span lies in one of `others`; what reaches beyond is masked, with all of it."""
    return any(span.start >= other.start and span.end <= other.end for other in others)
