"""Names in a text: those of persons involved stay as they are written, every other goes.

Work is done per candidate, not per word: a word is one when the lexicon does not know it, when it may be a name, or
when it is a title that a name follows.
"""

# ruff: noqa: PLR0911 - each return is one reason why a word is, or is no, name
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import Final

from pipeline.policy.redaction import RedactionPolicy, Title
from pipeline.redact.lexicon import (
    ABBREVIATED,
    GIVEN,
    NAME,
    NEVER,
    VOCABULARY,
    Lexicon,
    Words,
)
from pipeline.redact.names.dress import NameDress
from pipeline.redact.names.initialled import Initialled
from pipeline.redact.names.owners import NameOwners
from pipeline.redact.names.registered import RegisteredNames
from pipeline.redact.names.roles import STRONG, is_officer
from pipeline.redact.names.runs import NameRuns, Run
from pipeline.redact.names.tails import NameTails
from pipeline.redact.names.words import NameWords
from pipeline.redact.people import fold
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import DOUBT, MASK, Span, mask
from pipeline.weigh.remember import remembered

GAP: Final = re.compile(r"^[\s.:,(/'\"“‘\-]*(?:\d{1,2}[:.)]?\s*)?$")
HEADS: Final = re.compile(r" ?:| [A-Z]\. ?(?:[a-z]{1,3} )*[A-ZÀ-Þ]")
"""Behind a word that may head a line: `team: Vlinder`, `mutatie S. de Laat`."""
LIST_GAPS: Final = frozenset({"/", " / ", ", ", " & ", "/ "})
LOOK, LEAD, TITLE = 1, 2, 4


class Names:
    """Finds names and decides whose they are."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the policy's words; nothing is compiled."""
        self.lexicon, self.rules = lexicon, policy.rules
        self.titles, self.particles, self.introducers = policy.titles, policy.particles, policy.introducers
        self.name_words = NameWords(policy, lexicon)
        self.runs = NameRuns(policy, lexicon)
        self.initialled = Initialled(policy, lexicon, self.name_words, self.runs)
        self.tails = NameTails(policy)
        self.owners = NameOwners(policy, lexicon, self.tails)
        self.registered = RegisteredNames(policy, lexicon)
        self.dress = NameDress(policy, lexicon)
        self.is_own, self.nicknames = self.owners.is_own, self.owners.nicknames
        self.led_by = policy.beside_names["led_by"]
        self.headings = policy.beside_names["headings"]
        self.headed = replace(policy.titles["verbalisant"], always=False)
        """Behind a heading: somebody of the police, unless the family is called so: `Mutatie: Dennis slaat haar`."""
        self.leads = self.led_by | policy.beside_names["leads"]
        """Behind these a known word is looked at, too."""
        self.mark = remembered(self._mark)
        """What a word as written asks for: LOOK at it, or, as a LEAD or a TITLE, at the one behind it."""
        self.ends = remembered(self._ends)
        """Whether a word as written ends what a title says: no name begins with it, and no title."""

    def find(self, words: Words, report: ReportMasks, taken: list[Span]) -> Iterator[Span]:
        """Yield a span for every name that has to go, and one for every word of which nobody can tell."""
        parts, lows, outside = words.parts, words.lows, report.outsiders
        done = -1
        covered = _covered(words, taken)
        title: tuple[int, Title] | None = None
        for i in self._candidates(words, report):
            if i <= done or (parts[i + 1] == " " and self.registered.is_plainly_involved(words, i, report)):
                continue
            if covered[words.starts[i]]:
                continue
            if lows[i] in outside and lows[i] not in report.involved:
                registered = self.registered.read(words, i, report)
                if registered:
                    yield from self.owners.decide(words, registered, None, report)
                    done, listed = self._listed(words, registered, None, report, covered)
                    yield from listed
                    continue
            role = self._role(words, i)
            if role is None and lows[i] in self.headings:
                continue
            if role is not None and not self._is_bare_name(words, i):
                role = title[1] if title and title[0] == i and role.kind not in STRONG else role
                found, spans = self._after_title(words, i, role, report, covered)
                yield from spans
                if found:
                    done = found
                title = (i + 2, role) if not found and GAP.match(parts[i + 1] or " ") else None
                continue
            read = self._read(words, i, report)
            if isinstance(read, Span):
                yield read
            elif read:
                yield from self.owners.decide(words, read, None, report)
                done, listed = self._listed(words, read, None, report, covered)
                yield from listed
        yield from self.dress.find(words, report, partial(self.owners.is_own, report=report))
        if not words.flat:
            yield from self.owners.nicknamed(words, report)
        if not words.flat and report.learned:
            yield from self.registered.find_learned(words, report)

    def _candidates(self, words: Words, report: ReportMasks) -> list[int]:
        """Return where words stand that are looked at: unknown ones, those of persons outside, and those led to."""
        parts, lows = words.parts, words.lows
        every = range(1, len(parts), 2)
        if words.flat:
            found = [i for i in every if not self.lexicon.is_known_small(lows[i])]
            found += [i for i in every if lows[i] in self.headings]
            found += [i for i in every if lows[i - 2] == "van" and lows[i - 4] == "door" and parts[i - 1] == " "]
        else:
            marked = [(i, mark) for i, mark in zip(every, map(self.mark, parts[1::2]), strict=True) if mark]
            found = [i for i, mark in marked if mark & LOOK and not (mark & TITLE and self._is_alone(parts, i))]
            found += [i + 2 for i, mark in marked if mark & LEAD and self._leads_to(words, i + 2)]
        return sorted({*found, *words.standing(report.outsiders)})

    def _role(self, words: Words, i: int) -> Title | None:
        """Return whose name follows the word at `i`, if it says so."""
        heads = words.lows[i] in self.headings and HEADS.match(words.text, words.end(i))
        return self.headed if heads else self.titles.get(words.lows[i])

    def _mark(self, written: str) -> int:
        mark = LEAD if written in self.leads else 0
        if len(written) == 1 and written.isupper():
            return mark | LOOK  # an initial, though `d` and `v` are particles
        if written.lower() in self.headings:
            return mark | LOOK
        if self.lexicon.is_known(written) or self.name_words.is_dull(written):
            return mark
        return mark | LOOK | (TITLE if written in self.titles and written.islower() else 0)

    def _ends(self, written: str) -> bool:
        return self.runs.is_plain(written) and written not in self.titles

    def _is_alone(self, parts: Sequence[str], i: int) -> bool:
        """Whether a title in small letters, the one of `parts` at `i`, has no name behind it: `de moeder belde`."""
        return i + 2 < len(parts) and self.ends(parts[i + 2])

    def _leads_to(self, words: Words, i: int) -> bool:
        """Whether a known word at `i` is a name by the word before it: `door Peet`, `Van Wijhe`, `met P. Kok`."""
        parts = words.parts
        if i >= len(parts) or parts[i - 1] != " ":
            return False
        return (
            self.name_words.is_led(words, i)
            or (parts[i - 2] not in self.led_by and self.name_words.is_called(words, i))
            or (len(parts[i]) == 1 and parts[i].isupper() and parts[i + 1] == ". ")
        )

    def _is_bare_name(self, words: Words, i: int) -> bool:
        """`Van Buren zag`: a title with a capital behind a particle with one is a name."""
        return words.has_capital(i) and self.name_words.is_behind_particle(words, i)

    def _after_title(
        self, words: Words, i: int, role: Title, report: ReportMasks, covered: bytearray
    ) -> tuple[int, list[Span]]:
        if i + 2 < len(words.parts) and self.runs.is_plain(words.parts[i + 2]):
            return 0, []
        gap = words.parts[i + 1]
        small = words.lows[i]
        if (
            not GAP.match(gap)
            or "\n" in gap
            or (gap[:1] == "." and small not in ABBREVIATED)
            or i + 2 >= len(words.parts)
        ):
            return 0, []
        if gap.startswith(",") and small not in ABBREVIATED and not words.has_capital(i + 2):
            return self._enclosed(words, i, role, report)
        if covered[words.starts[i + 2]]:
            return 0, []
        found = self.runs.read(words, i + 2, introduced=small in self.introducers, role=role)
        if not found:
            return self._lone_initial(words, i, role, report)
        if any(covered[words.starts[at]] for at in found.content):
            found = _uncovered(words, found, covered)
            if found is None:
                return 0, []
        if words.lows[i + 2] == "van" and self.is_own(words.lows[i + 4], report):
            return 0, []  # `de zuster van Elif`
        if ":" in gap and role.kind != "officer" and all(self.is_own(words.lows[at], report) for at in found.content):
            return 0, []  # `buurvrouw: Elif heeft een blauw oog`
        spans = [self.tails.with_kin(words, i, span) for span in self.owners.decide(words, found, role, report)]
        done, listed = self._listed(words, found, role, report, covered)
        return done, spans + listed

    def _enclosed(self, words: Words, i: int, role: Title, report: ReportMasks) -> tuple[int, list[Span]]:
        """`die tante, khadouj, woont`: a word that nobody knows, by itself between commas."""
        at, small = i + 2, words.lows[i + 2]
        strange = self.name_words.is_strange(small) or self.name_words.is_pure(small)
        if not strange or words.parts[at - 1] != ", " or words.parts[at + 1][:1] not in {",", "."}:
            return 0, []
        if self.is_own(small, report):
            return 0, []
        found = Run([at], words.starts[at], words.end(at), at)
        return at, [*self.owners.decide(words, found, role, report)]

    def _lone_initial(self, words: Words, i: int, role: Title, report: ReportMasks) -> tuple[int, list[Span]]:
        """`vrijwilligster Z. stond`, `coll. de V. zag`: an initial alone is a name, too; `collega A en B` is none."""
        at = self.initialled.past_particles(words, i)
        letter, gap, behind = (*words.parts[at : at + 3], "", "", "")[:3]
        if role.kind in STRONG and letter.isupper() and gap == "." and len(behind) == 1 and behind.isupper():
            rule = self.rules[role.kind]  # `postbezorger B.Z.`
            token = report.token(role.kind, rule.token, [f"{letter}.{behind}."])
            return at + 2, [Span(words.starts[i + 2], words.end(at + 2), rule.kind, role.kind, MASK, token)]
        goes_on = words.has_capital(self.initialled.past_particles(words, at))  # `op naam van B. van Dijk`
        lone = len(letter) == 1 and letter.isupper() and gap == ". " and behind.islower() and not goes_on
        led = words.parts[i + 1] == " " or words.lows[i] in ABBREVIATED  # `dr. E. kwam`
        if not lone or not led:
            return 0, []
        if role.kind not in STRONG and report.initials_fit(letter, list(report.involved)):
            return 0, []
        label = self.rules[role.kind].token
        token = report.token(role.kind, label, [f"{letter}."])
        return at, [Span(words.starts[i + 2], words.end(at), self.rules[role.kind].kind, role.kind, MASK, token)]

    def _listed(
        self, words: Words, found: Run, role: Title | None, report: ReportMasks, covered: bytearray
    ) -> tuple[int, list[Span]]:
        """Return the masks of `Pietersma en Visser`, `Scholten/Kaya` behind a name, and the last position read."""
        spans: list[Span] = []
        while following := self._next_listed(words, found.last, role, covered):
            spans += self.owners.decide(words, following, role, report)
            found = following
        return found.last, spans

    def _next_listed(self, words: Words, at: int, role: Title | None, covered: bytearray) -> Run | None:
        """Return the next name of a list behind the one that ends with the word at `at`."""
        gap = words.parts[at + 1] if at + 1 < len(words.parts) else ""
        if gap == " " and words.lows[at + 2] in {"en", "of", "&"} and words.parts[at + 3] == " ":
            start = at + 4
        elif gap in LIST_GAPS and at + 2 < len(words.parts):
            start = at + 2
        else:
            return None
        if start >= len(words.parts) or words.lows[start] in self.titles or covered[words.starts[start]]:
            return None
        small, capital, flags = words.lows[start], words.has_capital(start), self.lexicon.of(words.lows[start])
        named = capital or self.name_words.is_pure(small) or small in self.particles
        if role is not None:
            named = named or (is_officer(role) and bool(flags & NAME))
            named = named or (bool(flags & GIVEN and flags & VOCABULARY) and not flags & NEVER)
        if not named and self.name_words.is_strange(small) and words.parts[start + 1][:1] in {".", ","}:
            return Run([start], words.starts[start], words.end(start), start)  # `Quincy en roëll.`
        following = self.runs.read(words, start, introduced=False, role=role) if named else None
        beside = capital and (is_officer(role) or gap == "/")  # `Bos en Kloet`, `Verbeek/Tuin`
        return following if following and (beside or self.runs.is_name_like(words, following)) else None

    def _read(self, words: Words, i: int, report: ReportMasks) -> Run | Span | None:
        """Judge a candidate that no title announces."""
        word, small = words.parts[i], words.lows[i]
        if len(word) == 1:
            return self.initialled.read(words, i)
        if small.endswith(("'s", "’s")):
            small = small[:-2]
        flags = self.lexicon.of(small)
        capital = words.has_capital(i)
        verdict = self.name_words.judge(words, i, small, flags, capital, report)
        if not verdict or self.name_words.is_place(words, i, small, flags, capital):
            return None
        if "-" in small and not flags & NAME and self.name_words.is_compound(words, i, small):
            return None
        if (
            fold(small) in report.open_words
            or (fold(small) in report.street_words and not flags & GIVEN)
            or (verdict == "unknown" and (report.is_family_street(word) or report.is_glued(word)))
        ):
            return None  # `bureau Capelle`, `Tollensstr 14`
        if verdict == "street":
            return self._street(words, i, report)
        if verdict == "doubt":
            if self.is_own(small, report):
                return None
            return Span(words.starts[i], words.end(i), "name", "doubtful_name", DOUBT)
        return self.runs.extend(words, i)

    def _street(self, words: Words, i: int, report: ReportMasks) -> Span | None:
        """A street without a number: the family's stays, any other goes."""
        start = words.starts[i]
        if (
            words.has_capital(i - 2)
            and words.parts[i - 1] == " "
            and not words.is_first(i - 2)
            and words.lows[i - 2] not in self.titles
        ):
            start = words.starts[i - 2]
        text = words.text[start : words.end(i)]
        if report.hidden.is_street(words.parts[i]) or report.hidden.is_street(text):
            return mask(start, words.end(i), "secret_address")
        if report.is_family_street(text) or report.is_family_street(words.parts[i]):
            return None
        if not words.flat and words.parts[i].islower():
            return None
        return mask(start, words.end(i), "third_party_address")


def _uncovered(words: Words, found: Run, covered: bytearray) -> Run | None:
    """Return what stands before the first word that is gone already; None where that is the first of the name."""
    content = [*takewhile(lambda at: not covered[words.starts[at]], found.content)]
    return replace(found, content=content, end=words.end(content[-1]), last=content[-1]) if content else None


def _covered(words: Words, taken: list[Span]) -> bytearray:
    """Return for each character whether it stands in one of the spans `taken`."""
    covered = bytearray(len(words.text))
    for span in taken:
        covered[span.start : span.end] = b"\1" * (span.end - span.start)
    return covered
