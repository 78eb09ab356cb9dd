"""What tells a secret place by what is there: seen or heard from it, around it, what it looks like, who is with whom.

Words that no list of places holds: `ze hoort hier elke ochtend geiten`, `schuin tegenover zit een pottenbakster`. The
expressions are those of `outlooks.toml`. Only for a registration with a secret address; a stretch ends where who, when
or what happened is told.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.policy.redaction import RedactionPolicy
from pipeline.policy.redaction.outlooks import Outlook
from pipeline.redact.places.ends import PlaceEnds
from pipeline.redact.places.words import CLOSE_GAP, Kind, Word, joined
from pipeline.redact.reading import Reading
from pipeline.redact.scan import outlook_sign

NEAR: Final = 12
"""Words before somebody's stay in which it is told whose it is."""


class Sentence(NamedTuple):
    """A sentence as it is looked at: `bounds` in `text`, and in `small`, the same in lower case."""

    text: str
    small: str
    bounds: tuple[int, int]
    words: Sequence[Word]
    starts: Sequence[int]
    """Where its words begin."""

    def at(self, offset: int) -> int:
        """Return which word begins at `offset` or is the next."""
        return bisect_left(self.starts, offset)

    def inside(self, low: int, high: int) -> Sequence[Word]:
        """Return the words that begin in `low:high`."""
        return self.words[self.at(low) : self.at(high)]


class Roles(NamedTuple):
    """Names of the registration, folded, by the part that somebody plays."""

    harmers: frozenset[str]
    """Of who is hidden from."""
    children: frozenset[str]


Spans = Iterator[tuple[int, int]]
"""From where to where stretches reach."""
Sighting = tuple[Sentence, re.Match[str], Outlook, Roles]
"""A match of an outlook in a sentence of a registration."""


class Outlooks:
    """Finds what is told of a secret place by what is there, by the policy's words."""

    def __init__(self, policy: RedactionPolicy, ends: PlaceEnds) -> None:
        """Hold the words."""
        self.words, self.ends = policy.whereabouts, ends
        self.features, self.titles = tuple(self.words["features"]), policy.titles
        self.verbs = policy.person_verbs - {"zijn", "en"}
        self.outlooks = [
            (one, _compiled(one), outlook_sign(one.id) if one.anchors else None) for one in policy.outlooks.outlooks
        ]
        aids = {name: re.compile(expression) for name, expression in policy.outlooks.aids.items()}
        self.damage, self.compound, self.at_parent = aids["damage"], aids["compound"], aids["at_parent"]
        self.indefinite = aids["indefinite"]
        self.owner = re.compile(aids["owner"].pattern, re.IGNORECASE)
        self.tells: dict[str, Callable[[Sighting], Spans]] = {
            "itself": self._itself,
            "reach": self._with_reach,
            "sight": self._sight,
            "company": self._company,
            "dwelling": self._dwelling,
            "away": self._away,
            "drawing": self._drawing,
            "region": self._region,
            "name": self._name,
        }

    def find(self, reading: Reading, bounds: tuple[int, int], words: Sequence[Word], roles: Roles) -> Spans:
        """Yield from where to where such a stretch reaches within `bounds`; `roles` says whose names are of whom.

        `words` are those within `bounds`.
        """
        text, small, scan = reading.text, reading.small, reading.scan
        one = Sentence(text, small, bounds, words, [word.start for word in words])
        damaged = self.damage.search(small, *bounds) is not None
        for outlook, pattern, sign in self.outlooks:
            if sign and (sign not in scan.signs or not scan.near(sign, *bounds)):
                continue
            if outlook.intact and damaged:
                continue
            for told in pattern.finditer(text if outlook.written else small, *bounds):
                yield from self.tells[outlook.tells]((one, told, outlook, roles))

    def _itself(self, told: Sighting) -> Spans:
        """Yield the match."""
        yield told[1].span()

    def _with_reach(self, told: Sighting) -> Spans:
        """Yield the match with the words behind it, where any tell something."""
        one, match, outlook, _ = told
        last = self._reach(one, one.at(match.end()), outlook.reach)
        if last is not None:
            yield match.start(), one.words[last].end

    def _sight(self, told: Sighting) -> Spans:
        """Yield the match, unless the words in its group tell of somebody, or of what happened."""
        one, match, _, _ = told
        inside = one.inside(*next(match.span(group) for group, found in match.groupdict().items() if found))
        if any(self._is_no_sight(word) for word in inside):
            return
        if inside and inside[-1].small in self.words["at_home"]:
            return  # `voor de deur staat`
        if not any(self._ends(inside, at) for at in range(len(inside))):
            yield match.span()

    def _company(self, told: Sighting) -> Spans:
        """Yield with whom somebody stays, unless it is who is hidden from, or a child with its parent."""
        one, match, _, roles = told
        hidden_from, children = self.words["hidden_from"], roles.children | self.words["children"]
        adults = hidden_from | self.words["hiders"]
        first = one.at(match.start())
        before = one.words[max(0, first - NEAR) : first]
        named = [word.small for word in before if word.kind == Kind.OWN or word.small in adults]
        if named and (named[-1] in roles.harmers or named[-1] in hidden_from):
            return
        is_child = any(word.small in children for word in before) and children.issuperset(named)
        if not (is_child and self.at_parent.search(match[0])):
            yield match.span("who" if match["who"] else "first")

    def _dwelling(self, told: Sighting) -> Spans:
        """Yield what somebody hides in, where that is no house of every street."""
        one, match, _, _ = told
        noun, adjectives = match["noun"], match["adjectives"].split()
        if noun in self.words["rooms"] or any(word in self.words["same"] for word in adjectives):
            return
        inside = one.inside(match.start("adjectives"), match.end())
        if any(word.kind == Kind.OWN or word.small in self.words["leads"] for word in inside[:-1]):
            return
        indefinite = self.indefinite.fullmatch(match["article"])
        if self.compound.fullmatch(noun) or (indefinite and (adjectives or noun not in self.words["bare_rooms"])):
            yield match.span()

    def _away(self, told: Sighting) -> Spans:
        """Yield how far it is from what tells where."""
        one, match, _, _ = told
        if not match["of"] or self._is_there(one.words[one.at(match.start("of"))]):
            yield match.span()

    def _drawing(self, told: Sighting) -> Spans:
        """Yield what a child tells of the house with a pencil, up to whom it drew in there doing something."""
        one, match, _, _ = told
        looks = one.inside(*match.span("looks"))
        people = (at for at, word in enumerate(looks) if word.kind == Kind.OWN or word.small in self.titles)
        first = next(people, None)
        if first is None or not any(word.small in self.verbs for word in looks[first:]):
            yield match.span()
        elif first > 1:
            yield match.start(), looks[first - 1].end  # `het huis met daarin` papa die mama slaat

    def _region(self, told: Sighting) -> Spans:
        """Yield what an organisation is called after, unless the family is known to live there."""
        one, match, _, _ = told
        if one.words[one.at(match.start("of"))].kind != Kind.OWN:
            yield match.span("of")

    def _name(self, told: Sighting) -> Spans:
        """Yield a lodging or an institution with its name."""
        one, match, outlook, _ = told
        first = one.at(match.end())
        last = self._reach(one, first, outlook.reach)
        capital = first < len(one.words) and one.words[first].text[0].isupper()
        if last is None and capital and not match[0].startswith("gem"):
            last = first  # `huize De Kiem`, whoever is called Kim
        if last is not None:
            yield match.start(), one.words[last].end

    def _is_there(self, word: Word) -> bool:
        """Whether a noun tells where: none of every home, nobody, nothing that was said."""
        everywhere = word.small in self.words["at_home"] or word.small in self.words["abstract"]
        return not (everywhere or self.ends.stops(word) or self.ends.leads_on(word))

    def _is_no_sight(self, word: Word) -> bool:
        """Whether a word is nothing that stands somewhere: what happened, what somebody goes by or has with him."""
        return word.small in self.words["abstract"] or word.small in self.words["means"]

    def _reach(self, one: Sentence, first: int, most: int) -> int | None:
        """Return the last word of what is told from the word at `first` on; None where nothing is."""
        text, words = one.text, one.words
        at, named = first, False
        while at < len(words) and at - first < most and (at == first or joined(text, words, at - 1, CLOSE_GAP)):
            word = words[at]
            if self._is_no_sight(word):
                return None
            if self._ends(words, at):
                break
            named = named or not (self.ends.leads_on(word) or word.small in self.words["counts"])
            at += 1
        at -= 1
        while at >= first and (self.ends.leads_on(words[at]) or words[at].small in self.words["trails"]):
            at -= 1
        return at if named and at >= first else None

    def _ends(self, words: Sequence[Word], at: int) -> bool:
        """Whether what is told is over before the word at `at`; what a house is known by may be blue."""
        word = words[at]
        behind = words[at + 1].small if at + 1 < len(words) else ""
        if word.small == "en":
            return behind not in self.words["counts"] and behind not in self.words["articles"]
        if word.small in self.words["counts"] or word.kind >= Kind.HEAD or not self.ends.stops(word):
            return False
        return word.kind == Kind.OWN or not behind.endswith(self.features)


def _compiled(outlook: Outlook) -> re.Pattern[str]:
    return re.compile(outlook.match, re.IGNORECASE if outlook.written else 0)
