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
    NEVER,
    PLACE,
    STAND_IN,
    VOCABULARY,
    WORD,
    Lexicon,
    Words,
)
from pipeline.redact.names.roles import is_officer, is_strong
from pipeline.redact.names.runs import Run
from pipeline.redact.names.tails import NICK, NICKNAMED, NameTails, with_initials
from pipeline.redact.patterns import PIECES
from pipeline.redact.people import fold
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import MASK, Span

LEAST_LEARNED: Final = 4
LEAST_LONG: Final = 5
SMALLER: Final = ("je", "tje", "etje", "letje", "netje", "s")
"""Ends of a name that is known again: `MOLLETJE`, `Havens hele familie`."""
LEAST_LED: Final = 3
"""Letters of a name that is known again behind its particle: `Van Ede`."""
QUOTED_ARTICLE: Final = re.compile(r"(?<!\w)['’`][tn] $", re.IGNORECASE)
ANNOUNCED: Final = frozenset({"ene", "zekere", "genaamd", "genaamde", "geheten"})
"""Behind these a name begins."""
ONWARD: Final = frozenset({"naar", "tot", "richting", "via"})


class NameOwners:
    """Decides whose a name is."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon, tails: NameTails) -> None:
        """Hold the words."""
        self.lexicon, self.tails, self.rules = lexicon, tails, policy.rules
        self.titles, self.particles = policy.titles, policy.particles
        self.given_words, self.determiners = policy.beside_names["given_words"], policy.beside_names["determiners"]
        self.address_words, self.street_words = policy.beside_names["abroad"], policy.beside_names["street"]
        self.verbs = policy.person_verbs
        self.nicknames: dict[str, frozenset[str]] = dict(policy.nicknames)

    def decide(self, words: Words, found: Run, role: Title | None, report: ReportMasks) -> Iterator[Span]:
        """Yield the mask of a name, unless it is of a person involved."""
        names = self._pieces(words, found)
        # a witness or an officer who is called like somebody involved is not that person
        inside = [name in report.involved if is_strong(role) else self._is_involved(name, report) for name in names]
        if not any(inside) and (town := self._town_behind(words, found)):
            found = replace(found, content=[*found.content, town], end=words.end(town), last=town)
            names.append(fold(words.lows[town]))
            inside.append(False)
        if not all(inside) and not is_strong(role) and self._is_married(words, found, report):
            return
        goes = role is not None and role.always
        if all(inside) and not goes and self._may_bear(words, found, names, report):
            yield from self._relative(words, found, names, role, report)
            return
        if all(inside) and goes and len(names) > 1 and not is_officer(role):
            return
        if inside[0] and not all(inside) and not goes and self._only_words(names[1:]):
            return
        if role is None and (lead := self._leading(found, names, inside)):
            last = found.content[lead - 1]
            found, names = replace(found, content=found.content[:lead], end=words.end(last)), names[:lead]
        yield self._masked(words, found, names, role, report)

    def _pieces(self, words: Words, found: Run) -> list[str]:
        """Return the words of a name, folded, without particles: `De Vries-van Dam` has two."""
        names: list[str] = []
        for small in (words.lows[at] for at in found.content):
            pieces = () if small.isalpha() else re.split(r"['’\-]", small)
            names += [fold(p) for p in pieces if len(p) > 1 and p not in self.particles] or [fold(small)]
        return names

    def _may_bear(self, words: Words, found: Run, names: list[str], report: ReportMasks) -> bool:
        """Whether the initials before names of the family may be those of one who bears them."""
        initials = found.initials
        return not initials or report.initials_fit(initials, names) or _ends_before(words, found, names, report)

    def _masked(self, words: Words, found: Run, names: list[str], role: Title | None, report: ReportMasks) -> Span:
        """Return the mask of a name with what belongs to it, and hold it for what follows."""
        rule, known = report.rule_of(names, role.kind if role else "third_party")
        bare = found.start, found.end
        start = self._with_given(words, with_initials(words, found.start), report)
        end = self.tails.end(words, (start, found.end), rule)
        beside = self._beside(words, bare, (start, end))
        if rule == "third_party" and role is None and not any(self.lexicon.of(name) & NAME for name in names):
            token = f"[{self.rules['unknown_name'].token}]"
            self._learn([], beside, rule, token, report)
            return Span(start, end, "name", "unknown_name", MASK, token)
        key = [name for name in known if name not in report.involved] or names
        token = report.token(rule, self.rules[rule].token, key)
        self._learn(names, beside, rule, token, report)
        called = self.tails.role(words, bare[1], end)
        token = f"{token[:-1]}, {called}]" if called else token
        return Span(start, end, self.rules[rule].kind, rule, MASK, token)

    def _town_behind(self, words: Words, found: Run) -> int | None:
        """Return where the family name of `Marloes van Ede` stands, unless a way leads on: `van Ede naar Arnhem`."""
        van, town = found.last + 2, found.last + 4
        if words.lows[van] != "van" or not words.has_capital(town) or {*words.parts[van - 1 : town : 2]} != {" "}:
            return None
        given = self.lexicon.of(words.lows[found.content[0]]) & GIVEN
        way = words.lows[town + 2] in ONWARD
        return town if given and self.lexicon.of(words.lows[town]) & PLACE and not way else None

    def nicknamed(self, words: Words, report: ReportMasks) -> Iterator[Span]:
        """Mask what somebody outside is called by, where no name stands beside it: `heet in het dorp "de Snor"`."""
        text = words.text
        if "heet" not in text and "naam" not in text and "volksmond" not in text and "bekend als" not in text:
            return
        for hit in NICKNAMED.finditer(words.text):
            called = [fold(one) for one in PIECES.findall(hit["n"]) if one[0].isupper()]
            if STAND_IN in hit["n"] or all(self._is_involved(one, report) for one in called):
                continue
            token = report.token("third_party", self.rules["third_party"].token, called)
            report.learned.update((one, "third_party") for one in called if len(one) >= LEAST_LEARNED)
            yield Span(hit.start("n"), hit.end("n"), "third_party", "third_party", MASK, token)

    def _relative(
        self, words: Words, found: Run, names: list[str], role: Title | None, report: ReportMasks
    ) -> Iterator[Span]:
        """Mask a relative who bears the family's name behind a plain word with a capital: `haar zus Maatje Lampe`."""
        at = bisect_right(words.starts, found.start - 1) - 2
        if not report.families.issuperset(names) or at < 1 or at % 2 == 0 or words.parts[at + 1] != " ":
            return
        small = words.lows[at]
        flags = self.lexicon.of(small)
        first = words.is_first(at)
        plain = not first and flags in (WORD, WORD | GIVEN)
        named = small in self.given_words or (flags & GIVEN and not (first and flags & VOCABULARY)) or plain
        if not named or not words.has_capital(at) or small in self.titles or self._is_involved(fold(small), report):
            return
        if words.end(at) + 1 != found.start:
            return
        rule, _ = report.rule_of([fold(small)], role.kind if role else "third_party")
        end = self.tails.end(words, (found.start, found.end), rule)
        token = report.token(rule, self.rules[rule].token, [fold(small)])
        beside = self._beside(words, (found.start, found.end), (words.starts[at], end))
        self._learn([fold(small)], beside, rule, token, report)
        yield Span(words.starts[at], end, self.rules[rule].kind, rule, MASK, token)

    def _beside(self, words: Words, bare: tuple[int, int], masked: tuple[int, int]) -> list[str]:
        """Return what else of `masked` than the `bare` name names its bearer: `Dik`, and what one is called."""
        if bare == masked:
            return []
        at = bisect_right(words.starts, masked[0]) - 1
        first = words.lows[at]
        leads = first in self.given_words or (words.lows[at - 2] in ANNOUNCED and len(first) >= LEAST_LEARNED)
        beside = [first] if masked[0] < bare[0] and leads else []
        nick = NICK.match(words.text, bare[1], masked[1]) if masked[1] > bare[1] else None
        called = PIECES.findall(nick[nick.lastgroup or 0]) if nick else ()
        return beside + [one.lower() for one in called if one[0].isupper() and len(one) >= LEAST_LEARNED]

    def _learn(self, names: list[str], beside: list[str], rule: str, token: str, report: ReportMasks) -> None:
        """Hold names that were masked: they are names from here on, those `beside` them however short."""
        learned = [name for name in names if len(name) >= LEAST_LED] + beside
        learned = [name for name in learned if name not in report.involved]
        learned += [f"{name}{end}" for name in learned for end in SMALLER if len(name) + len(end) >= LEAST_LONG]
        report.learned.update((name, rule) for name in learned if name not in report.involved)
        for name in beside if token[-2:-1].isdigit() else ():
            report.named.setdefault(f"{rule}:{name}", token)

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
        """Return where a name begins with what is no name by itself: `Jan de Boer`, `pan Marek`, `'t Hert`."""
        i = bisect_right(words.starts, start - 1) - 2
        if QUOTED_ARTICLE.search(words.text, max(0, start - 4), start):
            return start - 3
        if i < 1 or i % 2 == 0 or words.parts[i + 1] != " " or words.end(i) + 1 != start:
            return start
        if self._is_called_by(words, i):
            return words.starts[i]
        given = self._is_given(words, i) and not self._is_involved(fold(words.lows[i]), report)
        return words.starts[i] if given and words.lows[i] not in self.titles else start

    def _is_given(self, words: Words, i: int) -> bool:
        """Whether the word before a name is a given name: `Jan`, in small letters `kees Bakker`, or led to as one."""
        small = words.lows[i]
        flags = self.lexicon.of(small)
        given, plain = flags & GIVEN or small in self.given_words, not flags & (NEVER | VOCABULARY | PLACE)
        if words.has_capital(i):
            return bool(given) or (plain and not words.is_first(i) and self._is_announced(words, i))
        cased = words.parts[i].islower() and words.has_capital(i + 2)
        return bool(given) and plain and cased and len(small) >= LEAST_LED and small not in self.verbs

    def _is_called_by(self, words: Words, i: int) -> bool:
        """Whether the word at `i` is what people are called by in another tongue, or in a street: `Si`, `kleine`."""
        small = words.lows[i]
        if small in self.address_words:
            return words.lows[i - 2] not in self.determiners
        return small in self.street_words and (words.parts[i - 1] != " " or words.lows[i - 2] == "en")

    def _is_announced(self, words: Words, i: int) -> bool:
        """Whether a plain word with a capital stands where a name begins: `ene Akker Jansma`, `, Bo A Tjon`."""
        listed = words.parts[i - 1] in {", ", "/", " / "} or words.lows[i - 2] in self.titles
        return (len(words.lows[i]) < LEAST_LED and listed) or (
            words.parts[i - 1] == " " and words.lows[i - 2] in ANNOUNCED
        )

    def _only_words(self, names: list[str]) -> bool:
        """Whether what follows the name of a person involved is no name at all."""
        return all(
            self.lexicon.of(n) & (WORD | VOCABULARY) and not self.lexicon.of(n) & (GIVEN | FAMILY) for n in names
        )

    def is_own(self, small: str, report: ReportMasks) -> bool:
        """Whether a word in lower case is the name of a person involved, in any form."""
        return self._is_involved(fold(small.removesuffix("'s").removesuffix("’s")), report)

    def _is_involved(self, name: str, report: ReportMasks) -> bool:
        listed = name in self.lexicon.borne or name in self.given_words
        return report.is_involved(name, listed, self.nicknames)


def _ends_before(words: Words, found: Run, names: list[str], report: ReportMasks) -> bool:
    """Whether the initial ends a sentence of its own: `de blaastest gaf een F. Bo is zwanger` has no F. Bo in it."""
    before = words.text[: found.start].split()[-1:]
    return before == ["een"] and all(name in report.given for name in names)
