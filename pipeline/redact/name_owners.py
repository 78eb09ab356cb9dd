"""Whose a name is: of a person involved it stays, of anybody else it goes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pipeline.policy.redaction import RedactionPolicy, Title
from pipeline.redact.lexicon import (
    FAMILY,
    GIVEN,
    NAME,
    VOCABULARY,
    WORD,
    Lexicon,
    Words,
)
from pipeline.redact.name_runs import Run, is_strong
from pipeline.redact.name_tails import NameTails, with_initials
from pipeline.redact.people import fold
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import MASK, Span

LEAST_LEARNED: Final = 4


class NameOwners:
    """Decides whose a name is."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon, tails: NameTails) -> None:
        """Hold the words."""
        self.lexicon, self.tails, self.rules = lexicon, tails, policy.rules
        self.titles, self.particles = policy.titles, policy.particles
        self.nicknames: dict[str, frozenset[str]] = dict(policy.nicknames)

    def decide(self, words: Words, found: Run, role: Title | None, report: ReportMasks) -> Iterator[Span]:
        """Yield the mask of a name, unless it is of a person involved."""
        names: list[str] = []
        for at in found.content:
            small = words.lows[at]
            if small.isalpha():
                names.append(fold(small))
                continue
            pieces = re.split(r"['’\-]", small)
            names += [fold(p) for p in pieces if len(p) > 1 and p not in self.particles] or [fold(words.lows[at])]
        if is_strong(role):  # a witness or an officer who is called like somebody involved is not that person
            inside = [name in report.involved for name in names]
        else:
            inside = [self._is_involved(name, report) for name in names]
        if not all(inside) and not is_strong(role) and self._is_married(words, found, report):
            return
        if all(inside) and not (role and role.always):
            if (
                not found.initials
                or report.initials_fit(found.initials, names)
                or _ends_before(words, found, names, report)
            ):
                return
        elif (role and role.always and all(inside) and len(names) > 1 and role.kind != "officer") or (
            inside and inside[0] and not (role and role.always) and self._only_words(names[1:])
        ):
            return
        if role is None and (lead := self._leading(found, names, inside)):
            last = found.content[lead - 1]
            found, names = replace(found, content=found.content[:lead], end=words.end(last)), names[:lead]
        rule, known = report.rule_of(names, role.kind if role else "third_party")
        if rule == "third_party" and role is None and not any(self.lexicon.of(name) & NAME for name in names):
            end = self.tails.end(words, found, rule)
            start = with_initials(words, found.start)
            yield Span(start, end, "name", "unknown_name", MASK, f"[{self.rules['unknown_name'].token}]")
            return
        found.start = self._with_given(words, with_initials(words, found.start), report)
        found.end = self.tails.end(words, found, rule)
        label = self.rules[rule].token
        key = [name for name in known if name not in report.involved] or names
        report.learned.update(
            (name, rule) for name in names if len(name) >= LEAST_LEARNED and name not in report.involved
        )
        yield Span(found.start, found.end, self.rules[rule].kind, rule, MASK, report.token(rule, label, key))

    def _leading(self, found: Run, names: list[str], inside: list[bool]) -> int:
        """Return how many words stand before the name of a person involved and are in no list: `Vlgs Sandra sloeg`."""
        lead = inside.index(True) if any(inside) else 0
        alone = len(names) == len(found.content) and all(inside[lead:])
        return lead if alone and not any(self.lexicon.of(name) & NAME for name in names[:lead]) else 0

    def _is_married(self, words: Words, found: Run, report: ReportMasks) -> bool:
        """`Alie Lampe-Verhoeven`, `Hoekstra-de Boer`: a family name of the registration with another one to it."""
        first = next((at for at in found.content if "-" in words.lows[at]), None)
        if first is None:
            return False
        pieces = [fold(piece) for piece in words.lows[first].split("-")]
        before = [fold(words.lows[at]) for at in found.content if at < first]
        own = report.families.intersection(pieces)
        fits = not found.initials or report.initials_fit(found.initials, sorted(own))
        return bool(own) and fits and all(self._is_involved(name, report) for name in before)

    def _with_given(self, words: Words, start: int, report: ReportMasks) -> int:
        """Return where a name begins with a given name that is a plain word, too: `Jan de Boer`, `Mei Ling`."""
        i = bisect_right(words.starts, start - 1) - 2
        if i < 1 or i % 2 == 0 or words.parts[i + 1] != " " or words.end(i) + 1 != start or not words.has_capital(i):
            return start
        given = self.lexicon.of(words.lows[i]) & GIVEN and not self._is_involved(fold(words.lows[i]), report)
        return words.starts[i] if given and words.lows[i] not in self.titles else start

    def _only_words(self, names: list[str]) -> bool:
        """Whether what follows the name of a person involved is no name at all."""
        return all(
            self.lexicon.of(n) & (WORD | VOCABULARY) and not self.lexicon.of(n) & (GIVEN | FAMILY) for n in names
        )

    def is_own(self, small: str, report: ReportMasks) -> bool:
        """Whether a word in lower case is the name of a person involved, in any form."""
        return self._is_involved(fold(small.removesuffix("'s").removesuffix("’s")), report)

    def _is_involved(self, name: str, report: ReportMasks) -> bool:
        return report.is_involved(name, bool(self.lexicon.of(name) & NAME), self.nicknames)


def _ends_before(words: Words, found: Run, names: list[str], report: ReportMasks) -> bool:
    """Whether the initial ends a sentence of its own: `de blaastest gaf een F. Bo is zwanger` has no F. Bo in it."""
    before = words.text[: found.start].split()[-1:]
    return before == ["een"] and all(name in report.given for name in names)
