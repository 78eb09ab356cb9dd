"""Particles in names: to which word they lead, and whether they belong to a name at all."""

# ruff: noqa: PLR0911 - each return is one reason why a word is, or is no, name
from __future__ import annotations

from typing import Final

from pipeline.policy.redaction import RedactionPolicy, Title
from pipeline.redact.lexicon import (
    FAMILY,
    GIVEN,
    NEVER,
    PLACE,
    PROPER,
    STREET,
    SURE_STREET,
    VOCABULARY,
    WORD,
    Lexicon,
    Words,
)
from pipeline.redact.names.roles import is_strong

QUOTE_GAPS: Final = frozenset({" '", " ’"})
NAME_GAPS: Final = QUOTE_GAPS | {" ", "-"}
"""Between the words of one name: `De Vries-van Dam`, `van 't Hoff`."""
QUOTED_GAPS: Final = frozenset({"' ", "’ "})
"""Behind what somebody is called, inside the name: `Jaap 'Kippie' Ommen`."""
QUOTE_LEAST: Final = 3
"""Letters of what somebody is called; `'t` is none."""
NEXT: Final = 2
"""From a word to the next one, with what stands between them."""
SHORT_PARTICLE: Final = 2
"""Letters of a particle that a full stop cuts short: `v.d.`."""
CAPITAL_PARTICLES: Final = frozenset({"van", "de", "der", "den", "ter", "ten", "te"})
"""Particles that with a capital, behind a title, begin a name whatever follows: `hovj Ter Haar`."""


class Particles:
    """Judges them, by the policy's words and the lexicon."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        self.lexicon, self.every, self.verbs = lexicon, policy.particles, policy.person_verbs
        self.titles, self.honorifics = policy.titles, policy.beside_names["honorifics"]

    def joins(self, small: str, gap: str, inside: bool) -> bool:
        """Whether a name may go on behind `gap`: `De Vries-van Dam`, `J. Bos`, `Joop v.d. Spek`."""
        if gap in NAME_GAPS or (gap in QUOTED_GAPS and inside and len(small) >= QUOTE_LEAST):
            return True
        short = small in self.every and len(small) <= SHORT_PARTICLE
        return (gap in {".", ". "} and (not inside or short)) or (small == "v" and gap == "/")

    def announces(self, words: Words, at: int, role: Title | None) -> bool:
        """Whether behind a title a particle with a capital leads to a plain word: `agent De Rijk`."""
        named = is_strong(role) and at > 1 and words.has_capital(at) and words.lows[at] in CAPITAL_PARTICLES
        behind = at + 2 < len(words.parts) and words.parts[at - 1] in {" ", ". "} and words.parts[at + 1] == " "
        return named and behind and words.has_capital(at + 2) and words.parts[at + 2][1:].islower()

    def leads_on(self, words: Words, at: int, inside: bool, *, strong: bool) -> bool:
        """Whether a particle at `at` leads to a word with a capital or to a listed name within three words.

        `inside`: words of the name stand before it; `strong`: it is of somebody whose name goes, whoever is called so.
        """
        for step in (2, 4, 6):
            if at + step >= len(words.parts) or words.parts[at + step - 1] not in {*NAME_GAPS, ".", ". ", "/"}:
                return False
            small = words.lows[at + step]
            if small in self.every:
                continue
            flags = self.lexicon.of(small)
            if words.flat and inside and len(small) == 1 and words.parts[at + step + 1][:1] == ".":
                return words.lows[at] not in {"in", "op", "a", "t", "van"}  # `SAMIRA EL K.`
            if words.has_capital(at + step):
                if inside and strong and flags & PLACE and words.lows[at] == "van" and step == NEXT:
                    return True  # `agent Bas van Laren`
                return self._leads_to_capital(words, at, step, inside)
            if self.is_honoured(words, at) and flags & PLACE and step == NEXT:
                return True
            if words.has_capital(at) or not flags & (FAMILY | PROPER) or small in self.verbs:
                return False
            return not flags & NEVER or self.ends_here(words, at + step)
        return False

    def _leads_to_capital(self, words: Words, at: int, step: int, inside: bool) -> bool:
        """Whether the particles from `at` on lead to the word with a capital `step` parts behind."""
        lead, small = words.lows[at], words.lows[at + step]
        flags = self.lexicon.of(small)
        if lead in {"ter", "ten", "ver"} and step == NEXT and inside:
            return not SURE_STREET.match(small)  # `Jochem ter Haar`
        if is_behind_ter(words, at + NEXT):
            return not SURE_STREET.match(small)  # `S. Ter Haar`
        if not inside:
            if step == NEXT and words.parts[at] in {"in", "op"}:  # `zijn zus in Drachten`
                return False
            return not flags & VOCABULARY and not (SURE_STREET.match(small) and not flags & FAMILY)
        if lead in {"op", "in"} and STREET.search(words.lows[at + step + 2]):
            return False  # `hoekstra op de Grote Kerkstraat`
        if lead == "t" and step == NEXT and words.parts[at - 1] in QUOTE_GAPS:
            return bool(flags & FAMILY) or not flags & (VOCABULARY | PLACE)  # `Eline 't Hoen`
        if lead == "a" and words.parts[at] == "A" and step == NEXT:
            return not words.flat and words.parts[at - 1] == " "  # `Ricardo Tjon A Fat`
        if lead in {"in", "op", "a", "t", "het", "d", "v"} and step == NEXT:
            return words.lows[at - 2] == "v"  # `v.d. Spek`
        if lead in {"de", "den", "der"} and flags & FAMILY and words.parts[at].islower() and small not in self.titles:
            return words.parts[at + step][1:].islower()  # `Tess de Bont`
        if lead == "van" and step == NEXT and not flags & FAMILY:
            plain = flags == WORD and words.parts[at + step][1:].islower() and small not in self.titles
            return (plain or not flags & (WORD | VOCABULARY | PLACE)) and not SURE_STREET.match(small)
        return not flags & VOCABULARY and not (SURE_STREET.match(small) and not flags & FAMILY)

    def lead(self, words: Words, at: int, lead: list[str]) -> bool:
        """Whether the particles belong to the name: `van der`, `De`, `el`; not the `van` in `auto van Jan`."""
        small = [part.lower() for part in lead]
        flags = self.lexicon.of(words.lows[at + 2 * len(lead)])
        family = bool(flags & FAMILY) and not flags & GIVEN
        if lead[0][0].isupper() and not words.flat:
            return small[0] not in {"op", "in", "a", "t"} or len(small) > 1
        if small[0] in {"van", "in", "op", "uit", "a"}:
            return (
                len(small) > 1
                and small[1] in {"der", "den", "de", "'t", "t", "ter", "ten"}
                and (family or not flags & GIVEN)
            )
        if small[0] in {"de", "der", "den"}:
            return family
        return small[0] not in {"het", "a", "t", "d", "la", "du"} or family

    def is_honoured(self, words: Words, at: int) -> bool:
        """Whether the particle at `at` stands behind what one calls a person: `mevr. van zutphen` is no place."""
        return words.lows[at] == "van" and words.lows[at - 2] in self.honorifics

    def ends_here(self, words: Words, at: int) -> bool:
        """`buurvrouw de wit zag`: a colour or a size ends the name; `collega de grote` goes on to its noun."""
        return words.parts[at + 1] != " " or words.lows[at + 2] in self.verbs or at + 2 >= len(words.parts)


def is_behind_ter(words: Words, at: int) -> bool:
    """Whether `Ter` or `Ten` with a capital stands before the word at `at`: a name, whatever that is."""
    return words.lows[at - 2] in {"ter", "ten"} and words.has_capital(at - 2)
