"""Which word bears a name behind a title, an initial, or another word of it."""

# ruff: noqa: PLR0911 - each return is one reason why a word is, or is no, name
from __future__ import annotations

import re
from typing import Final

from pipeline.policy.redaction import RedactionPolicy, Title
from pipeline.redact.lexicon import (
    ABBREVIATED,
    FAMILY,
    GIVEN,
    NAME,
    NAME_END,
    NEVER,
    PLACE,
    SURE_STREET,
    VOCABULARY,
    WORD,
    Lexicon,
    Words,
)
from pipeline.redact.names.particles import Particles, is_behind_ter
from pipeline.redact.names.roles import STRONG, is_officer, is_strong
from pipeline.redact.names.words import CUT_STREET, LEAST_NAME

FROM: Final = frozenset({"van", "de", "der", "den"})
"""Particles behind which a place is a family name, where initials stand before them."""
BEHIND_RANK: Final = frozenset({"mee", "tp", "en", "ter", "erbij", "aanwezig"})
"""In a text of capitals these follow who came."""
TOLD_OF: Final = re.compile(r"(?:(?:ge|be|ver|ont|her|er)\w+(?:[dt]|en)|\w+(?:ig|lijk|end|baar|loos))$")
"""`buurman kees gehoord`, `aanwezig`: what is told of who was named."""
ENDS: Final = frozenset({",", ".", "(", ":", ";", "/", ""})
YEAR: Final = re.compile(r"\s*(?:19|20)\d{2}\b")


class NameBearers:
    """Judges words that may be part of a name."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon, particles: Particles) -> None:
        """Hold the words."""
        self.lexicon, self.particles, self.beside = lexicon, particles, policy.beside_names
        self.titles, self.verbs = policy.titles, policy.person_verbs

    def is_surname(self, words: Words, at: int, role: Title | None) -> bool:
        """Whether a place or a plain word behind initials is a family name: `P.J. van Rechteren`, `agent J. Vos`."""
        if is_behind_ter(words, at):
            return words.has_capital(at)  # `S. Ter Haar`
        flags = self.lexicon.of(words.lows[at])
        named = role is not None or words.lows[at - 2] in FROM  # not `mw. H. te Utrecht`
        if words.flat and flags in (0, WORD) and words.lows[at] not in self.verbs:
            initial = at - 2 if words.lows[at - 2] in FROM else at
            return is_strong(role) and words.parts[initial - 1] == ". "  # `GETUIGE M. STAPEL`, `ADVOCAAT B. DE WINDT`
        if words.lows[at] in self.beside["noun_names"]:
            return role is not None and words.has_capital(at)  # `melder R. Pols`
        return named and words.has_capital(at) and flags > 0 and not flags & (NEVER | VOCABULARY)

    def belongs(self, words: Words, at: int, content: list[int], introduced: bool, role: Title | None) -> bool:
        """Whether the word at `at` is part of the name that a title announced or another word began."""
        small = words.lows[at]
        if len(small) == 1 and words.parts[at + 1][:1].isdigit():  # `K1`: a child by its number
            return False
        flags, capital = self.lexicon.of(small), words.has_capital(at)
        if small in self.titles and not (capital and self._is_title_name(words, at, flags, role)):
            return False
        if capital:
            return self._belongs_with_capital(words, at, flags, content, role)
        if flags & NEVER and flags & FAMILY and words.lows[at - 2] in {"de", "der", "den"}:
            return self.particles.ends_here(words, at) or is_officer(role)
        if role is not None and not content and flags & GIVEN and flags & VOCABULARY and not flags & NEVER:
            return not YEAR.match(words.parts[at + 1])  # `buurman jan`, not `jan 2024`
        if small in self.verbs or small in self.particles.every:
            return False
        if role is not None and self._ends_small_name(words, at, flags, content):
            return True
        if flags & (NEVER | VOCABULARY):
            return False
        if content and words.has_capital(content[-1]):
            return False
        if flags & NAME:
            return self._belongs_listed(words, at, flags, content, introduced, role)
        if flags & (WORD | PLACE):
            return self._belongs_plain(words, at, flags, content, role)
        return self._belongs_unknown(words, at, content, introduced, role)

    def _ends_small_name(self, words: Words, at: int, flags: int, content: list[int]) -> bool:
        """Whether a plain word ends the name that one given name in small letters began: `getuige klaas stapper.`"""
        if len(content) != 1 or words.has_capital(content[0]) or words.parts[at - 1] != " " or flags & VOCABULARY:
            return False
        if not self._is_given(words.lows[content[0]]):
            return False
        gap = words.parts[at + 1]
        if gap == " ":
            return words.lows[at + 2] in self.verbs and bool(flags & FAMILY or not flags & NEVER)  # `mv els rook belde`
        return gap[:1] in ENDS and not flags & NEVER and not TOLD_OF.match(words.lows[at])

    def _is_given(self, small: str) -> bool:
        return any(self.lexicon.of(piece) & GIVEN for piece in small.split("-"))

    def _is_title_name(self, words: Words, at: int, flags: int, role: Title | None) -> bool:
        """Whether a title with a capital is the name of somebody: `collega Maat`, `mw. Bakker`."""
        if flags & GIVEN:
            return True
        amid = not words.is_first(at) and words.parts[at - 1] == " "
        return amid and bool(flags & FAMILY or (is_strong(role) and self._calls(words.lows[at])))

    def _belongs_with_capital(self, words: Words, at: int, flags: int, content: list[int], role: Title | None) -> bool:
        small = words.lows[at]
        honoured = role is not None and not content and words.lows[at - 2] in self.beside["honorifics"]
        if honoured and self._is_cased(words, at):
            return True  # `mevrouw Pols`
        if flags & VOCABULARY and not flags & NAME and small not in self.beside["noun_names"]:
            return False
        amid = not words.is_first(at) and words.parts[at - 1] == " "
        if is_strong(role) and amid and (small not in self.verbs or small in self.beside["given_words"]):
            return True
        street = SURE_STREET.match(small) and not flags & NAME and role is None
        if street or (not flags and CUT_STREET.match(small)):
            return False
        if flags & NAME or not flags & (WORD | PLACE):
            return not (flags & NEVER and words.is_first(at)) or small in self.verbs
        if flags & PLACE:
            return bool(content) or (role is not None and words.lows[at - 2] in self.particles.every)
        if small in self.verbs:
            return role is not None and words.lows[at + 2] in self.verbs and not words.is_first(at)
        return bool(content) or (not words.is_first(at) and not flags & NEVER)

    def _belongs_listed(
        self, words: Words, at: int, flags: int, content: list[int], introduced: bool, role: Title | None
    ) -> bool:
        """Whether a listed name without a capital is one here."""
        loud = words.flat or words.parts[at].isupper()
        firm = _is_firm(role) and bool(flags & (GIVEN | FAMILY))
        if not flags & WORD or introduced or loud or firm or words.lows[at - 2] in self.particles.every:
            return True
        return bool(flags & (GIVEN | FAMILY)) and (bool(content) or words.lows[at + 2] in self.verbs)

    def _belongs_plain(self, words: Words, at: int, flags: int, content: list[int], role: Title | None) -> bool:
        """Whether a plain word or a place without a capital is a name: in a text of capitals, or behind `mevr. van`."""
        if flags & PLACE and not content and self.particles.is_honoured(words, at - 2):
            return True
        if words.flat and content and is_strong(role) and self.lexicon.of(words.lows[content[-1]]) & GIVEN:
            return words.parts[at + 1][:1] in {",", ".", "(", ""}  # `GETUIGE: HENK ZWIEP, BUURMAN`
        if not words.flat or content:
            return False
        before, after = words.lows[at - 2], words.lows[at + 2]
        if before in self.beside["honorifics"] and NAME_END.search(words.lows[at]):  # `MELDER MEVR. DONK`
            return True
        shorthand = words.parts[at - 1] == ". " and before in ABBREVIATED and is_officer(role)
        return shorthand and (
            words.parts[at + 1] != " " or after in self.verbs or after in BEHIND_RANK
        )  # `COLL. STAPEL MEE`

    def _belongs_unknown(self, words: Words, at: int, content: list[int], introduced: bool, role: Title | None) -> bool:
        """Whether a word of no list without a telling capital is a name."""
        small, loud = words.lows[at], words.flat or words.parts[at].isupper()
        if self.lexicon.is_compound(small):
            return False
        if content:
            sounds = (
                words.flat or (loud and words.parts[content[-1]].isupper()) or self._is_given(words.lows[content[-1]])
            )
            return len(small) >= LEAST_NAME and sounds
        return (introduced or loud or _is_firm(role)) and len(small) > 2 and words.parts[at - 1] != ", "  # noqa: PLR2004

    def _is_cased(self, words: Words, at: int) -> bool:
        """Whether a word amid a sentence has a capital that nothing but a name explains."""
        word, small = words.parts[at], words.lows[at]
        plain = (
            small not in self.verbs and small not in self.titles and not self.lexicon.of(small) & (VOCABULARY | PLACE)
        )
        return plain and word[1:].islower() and len(word) >= LEAST_NAME and words.parts[at - 1] == " "

    def _calls(self, small: str) -> bool:
        """Whether a title is what one calls a person: behind another title it is a family name (`collega Maat`)."""
        return (
            small not in self.beside["honorifics"] and small in self.titles and self.titles[small].kind == "third_party"
        )


def _is_firm(role: Title | None) -> bool:
    """Whether a name follows a title, however that is written."""
    return role is not None and (role.kind in STRONG or role.always)
