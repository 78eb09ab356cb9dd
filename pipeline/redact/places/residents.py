"""Whose home it is: whether the last person named before it, or the subject behind its verb, is outside."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import NAME, PLACE, VOCABULARY, WORD, Lexicon
from pipeline.redact.patterns import TOKEN
from pipeline.redact.people import fold
from pipeline.redact.places.dwellings import OWN_NOUN, others_of
from pipeline.redact.reading import Reading
from pipeline.redact.spans import Span

SENTENCE_ENDS: Final = (". ", "! ", "? ", "\n")
REACH: Final = 160
"""Characters before the sentence of a verb in which the person it speaks of is looked for."""
FAR: Final = 600
"""Characters of the verb's own sentence in which that person is looked for."""
ELSEWHERE: Final = re.compile(r"(?:in|te) (?P<town>[A-ZÀ-Þ][^\W\d_]+(?:-[A-ZÀ-Þ][^\W\d_]+)?)")
SELF: Final = frozenset({"ik", "wij", "we"})
SELF_WORD: Final = re.compile(r"(?:ik|wij|we)\b")
THIRD: Final = ("hij ", "zij ", "ze ", "die ")
"""Begin a sentence of which the subject is not who speaks."""
SAID: Final = re.compile(r"[\"“]|: ")
RELATIVE: Final = re.compile(
    r"\b(?:(?:er|hier|daar)(?:naast|boven|onder|tegenover|achter)|(?:er|daar|hier)van|over(?:kant|zijde)|(?:er)?tegenover(?= ?(?:[,.;)]|$))|belendende?|aangrenzende?|naastgelegen"
    r"|(?:deur|deuren|huis|huizen|portiek|portieken|etages?|verdieping(?:en)?) (?:verder(?:op)?|hoger|lager|terug)"
    r"|(?:boven|onder|naast|tegenover) (?:hen|hun|hem|haar|(?:de|deze|die) familie|het gezin|het stel))\b"
)
"""Words of a home that is told by that of the family, and so is none of theirs."""
NOBODY: Final = re.compile(
    r" (?:(?:er|nu|al|ook|nog|momenteel|daar|alleen) )*(?:niemand|een (?:\w+ ){0,2}(?:man|vrouw|stel|echtpaar|gezin|weduwe|weduwnaar|student\w*|familie|meisje|jongen|meneer|mevrouw|dame|heer)|de (?:\w*buur\w*|melder|meldster|getuige|beller|familie|fam))\b"
)
"""Behind a verb: who it speaks of is outside, and has no name: `in de etage erboven woont een oude man`."""
LONGEST_TITLE: Final = len("mevr. ")
"""Characters of what stands before a name with a stop that ends no sentence."""
SOMEBODY: Final = re.compile(
    r"een (?:(?:\w+e) )?(?:jongen|jongetje|meisje|student|studente|dame|heer|meneer|kerel|gozer)"
)
"""Who is spoken of has no name, and so is none of the family."""
SUBJECT_REACH: Final = 40
"""Characters behind the verb in which its subject stands."""
SUBJECT: Final = re.compile(r" (?:ik|wij|we|so|ve|aangeefster|slachtoffer)\b")
"""Behind a verb: who it speaks of is of the family."""
LED: Final = re.compile(r"\b(?:bij|van|met|aan|naar|door|voor|tegen|over|naast|en) $")
OTHER_NOUN: Final = re.compile(
    r"\b(?:meld(?:er|ster)s?|getuigen?|beller|belster|\w*buur(?:man|vrouw|meisje|jongen)|buren|passant\w*|omstander\w*|collega|baas|vriend(?:in|en)?|kennis|maat|kameraad|klasgenoot|nicht|neef|tante|oom|zus|broer|zwager|schoonzus|oppas|minnaar|minnares|huisbaas|bewo(?:ner|onster)|\w*maat|\w*genoot|die laatste|laatstgenoemde)\b"
)


class Outside(NamedTuple):
    """Who is outside in a text."""

    starts: Sequence[int]
    """Where the masks of persons outside begin, in order."""
    speaks: frozenset[str]
    """Words of who speaks, where that is somebody outside."""


class Residents:
    """Tells whether who lives somewhere is outside."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        self.others, self.countries, self.lexicon = others_of(policy), policy.whereabouts["countries"], lexicon

    def is_subject(self, small: str, end: int, others: Sequence[int]) -> bool:
        """Whether somebody outside stands right behind a verb, or nobody does: `woont Bos`, `woont niemand`."""
        if SUBJECT.match(small, end):
            return False
        if NOBODY.match(small, end):
            return True
        at = bisect_left(others, end)
        return (
            at < len(others)
            and others[at] <= end + SUBJECT_REACH
            and not any(c in small[end : others[at]] for c in ".;:!?\n")
        )

    def is_others(
        self,
        reading: Reading,
        verb: tuple[int, int],
        others: Outside,
        told: Span,
        *,
        elsewhere: bool,
    ) -> bool:
        """Whether the verb speaks of somebody outside: the last person named before it, or its subject right behind."""
        text, small, is_own = reading.text, reading.small, reading.is_own
        start, end = verb
        if SUBJECT.match(small, end) and not others.speaks:
            return False
        behind = TOKEN.match(small, end + 1)
        if behind and text[behind.start()].isupper() and is_own(behind[0]):
            return False  # `volgens Bos woont Naima nog op 12`
        low = begins(text, SENTENCE_ENDS, 0, start)
        here = self._mentions(reading, (max(low, start - FAR), start), others)
        relative = RELATIVE.search(small, told.start, told.end) is not None
        if here and not (relative and SELF_WORD.match(small, max(here)[0])):
            return max(here)[1]
        if elsewhere and not here:
            return True
        before = begins(text, SENTENCE_ENDS, 0, max(0, low - 1))
        there = self._mentions(reading, (max(before - LONGEST_TITLE, low - REACH, 0), low), others)
        if small[low:start].lstrip().startswith(THIRD):
            there = [mention for mention in there if not SELF_WORD.match(small, mention[0])]
        if not there or here:
            return relative
        last = small[low:start].lstrip().startswith(("die ", "deze ", "laatst"))
        return (max if last else min)(there)[1]

    def is_elsewhere(self, reading: Reading, told: Span) -> bool:
        """Whether a home is told by a place where none of the family is known to live.

        It is theirs only where a sentence says so.
        """
        places, town = reading.report.open_places, ELSEWHERE.match(reading.text, told.start, told.end)
        if town is None or not places or fold(town["town"]) in places:
            return False
        flags = self.lexicon.of(town["town"].lower())
        return (
            bool(flags & PLACE)
            and not flags & (NAME | WORD | VOCABULARY)
            and town["town"].lower() not in self.countries
        )

    def _mentions(self, reading: Reading, within: tuple[int, int], others: Outside) -> list[tuple[int, bool]]:
        """Return who is named `within` a stretch, other than behind a preposition: where, and whether outside."""
        text, small, is_own = reading.text, reading.small, reading.is_own
        low, high = within
        outside = set(others.starts[bisect_left(others.starts, low) : bisect_left(others.starts, high)])
        found = [(at, True) for at in outside]
        for hit in TOKEN.finditer(small, low, high):
            word = hit[0]
            if hit.start() in outside:
                continue
            nameless = word == "een" and SOMEBODY.match(small, hit.start())
            if nameless or word in self.others or word in others.speaks or OTHER_NOUN.fullmatch(word):
                found.append((hit.start(), True))
            elif word in SELF and SAID.search(text, low, hit.start()):
                continue  # `Piet: "ik woon in Elst"`
            elif text[hit.start()].isupper() and self._is_name(word) and not is_own(word):
                found.append((hit.start(), True))  # in a sentence that goes whole
            elif (OWN_NOUN.fullmatch(word) or (text[hit.start()].isupper() and is_own(word))) and not LED.search(
                small, max(low, hit.start() - 8), hit.start()
            ):
                found.append((hit.start(), False))
        return found

    def _is_name(self, word: str) -> bool:
        """Whether a word is a name and nothing else."""
        flags = self.lexicon.of(word)
        return bool(flags & NAME) and not flags & (WORD | VOCABULARY | PLACE)


def begins(text: str, ends: Iterable[str], low: int, high: int) -> int:
    """Return where begins what goes on to `high`: behind the last of `ends` from `low` on, or 0."""
    return 1 + max(text.rfind(end, max(0, low), high) for end in ends)
