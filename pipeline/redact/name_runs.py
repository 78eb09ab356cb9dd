"""Which words stand for one name together: initials, particles and what bears it, from its first word to its last."""

# ruff: noqa: PLR0911 - each return is one reason why a word is, or is no, name
from __future__ import annotations

import re
from dataclasses import dataclass
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
    PROPER,
    STREET,
    SURE_STREET,
    VOCABULARY,
    WORD,
    Lexicon,
    Words,
)
from pipeline.redact.name_words import CUT_STREET, LEAST_NAME, NameWords
from pipeline.redact.remember import remembered

STRONG: Final = frozenset({"officer", "witness", "caller", "professional"})
KEPT_CAPS: Final = 5
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
FROM: Final = frozenset({"van", "de", "der", "den"})
"""Particles behind which a place is a family name, where initials stand before them."""
CAPITAL_PARTICLES: Final = frozenset({"van", "de", "der", "den", "ter", "ten", "te"})
"""Particles that with a capital, behind a title, begin a name whatever follows: `hovj Ter Haar`."""
LONGEST: Final = 16
"""Words of one name, initials and particles with it; no more, or a pasted list of initials costs its square."""
LETTERED: Final = re.compile(r"([A-Z])\.(?<![^\s:][A-Z]\.) ")
"""What begins a line of a list, an initial as well: `A. `."""
LIST_REACH: Final = 400
"""Characters around a letter in which the other lines of its list are looked for."""
SELF: Final = frozenset({"mij", "ik", "ondergetekende", "verbalisant", "rapporteur"})
BEHIND_RANK: Final = frozenset({"mee", "tp", "en", "ter", "erbij", "aanwezig"})
"""In a text of capitals these follow who came."""
YEAR: Final = re.compile(r"\s*(?:19|20)\d{2}\b")


@dataclass(slots=True)
class Run:
    """A run of words that is read as one name: positions of its bearing words, its bounds, its initials."""

    content: list[int]
    start: int
    end: int
    last: int
    initials: str = ""


class NameRuns:
    """Reads names word by word."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon, name_words: NameWords) -> None:
        """Hold the words."""
        self.lexicon, self.name_words, self.beside = lexicon, name_words, policy.beside_names
        self.titles, self.particles, self.verbs = policy.titles, policy.particles, policy.person_verbs
        self.is_plain = remembered(self._is_plain)
        """Whether no name begins with a word as written, whatever stands before it."""

    def read(self, words: Words, start: int, introduced: bool, role: Title | None) -> Run | None:
        """Read the name that starts at `start`, behind a title or in a list; None when there is none."""
        content: list[int] = []
        initials = ""
        first = start
        at = start
        stop = min(len(words.parts), start + 2 * LONGEST)
        while at < stop:
            word, small = words.parts[at], words.lows[at]
            gap = words.parts[at + 1]
            if (
                len(word) == 1
                and word.isalpha()
                and not content
                and (word.isupper() or (gap.startswith(".") and small not in self.particles))
                and gap in {".", ". ", " "}
            ):
                initials += word
            elif small in self.particles and not (content and words.has_capital(at) and len(small) > KEPT_CAPS):
                leads = self._leads_on(words, at, bool(content), strong=is_strong(role))
                if not leads and not self._announces(words, at, role):
                    break
            elif (
                self._belongs(words, at, content, introduced, role)
                or (not content and self._announces(words, at - 2, role))
                or self._is_second(words, at, content)
                or (initials and not content and self._is_surname(words, at, role))
            ):
                content.append(at)
            elif words.flat and content and len(word) == 1 and words.lows[at - 2] in self.particles and gap[:1] == ".":
                content.append(at)  # `SAMIRA EL K.`
            else:
                break
            if not self._joins(small, gap, bool(content)):
                break
            at += 2
        if not content:
            return None
        return Run(content, words.starts[first], words.end(content[-1]), content[-1], initials)

    def _joins(self, small: str, gap: str, inside: bool) -> bool:
        """Whether a name may go on behind `gap`: `De Vries-van Dam`, `J. Bos`, `Joop v.d. Spek`."""
        if gap in NAME_GAPS or (gap in QUOTED_GAPS and inside and len(small) >= QUOTE_LEAST):
            return True
        short = small in self.particles and len(small) <= SHORT_PARTICLE
        return (gap in {".", ". "} and (not inside or short)) or (small == "v" and gap == "/")

    def _is_surname(self, words: Words, at: int, role: Title | None) -> bool:
        """Whether a place or a plain word behind initials is a family name: `P.J. van Rechteren`, `agent J. Vos`."""
        if _is_behind_ter(words, at):
            return words.has_capital(at)  # `S. Ter Haar`
        flags = self.lexicon.of(words.lows[at])
        named = role is not None or words.lows[at - 2] in FROM  # not `mw. H. te Utrecht`
        if words.flat and flags == WORD and words.lows[at] not in self.verbs:
            return is_officer(role) and words.parts[at - 1] == ". "  # `MUT: P. STAPEL`
        if words.lows[at] in self.beside["noun_names"]:
            return role is not None and words.has_capital(at)  # `melder R. Pols`
        return named and words.has_capital(at) and flags > 0 and not flags & (NEVER | VOCABULARY)

    def _is_plain(self, written: str) -> bool:
        if len(written) == 1 or not written.islower() or written in self.particles:
            return False
        flags = self.lexicon.of(written)
        return written in self.titles or (flags > 0 and not flags & NAME)

    def _is_second(self, words: Words, at: int, content: list[int]) -> bool:
        """Whether the word at `at` ends a double name: `De Vries-van Dam`."""
        return bool(content) and words.has_capital(at) and words.lows[content[-1]].rpartition("-")[2] in self.particles

    def _leads_on(self, words: Words, at: int, inside: bool, *, strong: bool) -> bool:
        """Whether a particle at `at` leads to a word with a capital or to a listed name within three words.

        `inside`: words of the name stand before it; `strong`: it is of somebody whose name goes, whoever is called so.
        """
        for step in (2, 4, 6):
            if at + step >= len(words.parts) or words.parts[at + step - 1] not in {*NAME_GAPS, ".", ". ", "/"}:
                return False
            small = words.lows[at + step]
            if small in self.particles:
                continue
            flags = self.lexicon.of(small)
            if words.flat and inside and len(small) == 1 and words.parts[at + step + 1][:1] == ".":
                return words.lows[at] not in {"in", "op", "a", "t", "van"}  # `SAMIRA EL K.`
            if words.has_capital(at + step):
                if inside and strong and flags & PLACE and words.lows[at] == "van" and step == NEXT:
                    return True  # `agent Bas van Laren`
                return self._leads_to_capital(words, at, step, inside)
            if self._is_honoured(words, at) and flags & PLACE and step == NEXT:
                return True
            if words.has_capital(at) or not flags & (FAMILY | PROPER) or small in self.verbs:
                return False
            return not flags & NEVER or self._ends_here(words, at + step)
        return False

    def _leads_to_capital(self, words: Words, at: int, step: int, inside: bool) -> bool:
        """Whether the particles from `at` on lead to the word with a capital `step` parts behind."""
        lead, small = words.lows[at], words.lows[at + step]
        flags = self.lexicon.of(small)
        if lead in {"ter", "ten", "ver"} and step == NEXT and inside:
            return not SURE_STREET.match(small)  # `Jochem ter Haar`
        if _is_behind_ter(words, at + NEXT):
            return not SURE_STREET.match(small)  # `S. Ter Haar`
        if not inside:
            if step == NEXT and words.parts[at] in {"in", "op"}:  # `zijn zus in Drachten`
                return False
            return not flags & VOCABULARY and not (SURE_STREET.match(small) and not flags & FAMILY)
        if lead in {"op", "in"} and STREET.search(words.lows[at + step + 2]):
            return False  # `hoekstra op de Grote Kerkstraat`
        if lead == "t" and step == NEXT and words.parts[at - 1] in QUOTE_GAPS:
            return bool(flags & FAMILY) or not flags & (VOCABULARY | PLACE)  # `Eline 't Hoen`
        if lead in {"in", "op", "a", "t", "het", "d", "v"} and step == NEXT:
            return words.lows[at - 2] == "v"  # `v.d. Spek`
        if lead == "van" and step == NEXT and not flags & FAMILY:
            plain = flags == WORD and words.parts[at + step][1:].islower() and small not in self.titles
            return (plain or not flags & (WORD | VOCABULARY | PLACE)) and not SURE_STREET.match(small)
        return not flags & VOCABULARY and not (SURE_STREET.match(small) and not flags & FAMILY)

    def _is_honoured(self, words: Words, at: int) -> bool:
        """Whether the particle at `at` stands behind what one calls a person: `mevr. van zutphen` is no place."""
        return words.lows[at] == "van" and words.lows[at - 2] in self.beside["honorifics"]

    def _ends_here(self, words: Words, at: int) -> bool:
        """`buurvrouw de wit zag`: a colour or a size ends the name; `collega de grote` goes on to its noun."""
        return words.parts[at + 1] != " " or words.lows[at + 2] in self.verbs or at + 2 >= len(words.parts)

    def _announces(self, words: Words, at: int, role: Title | None) -> bool:
        """Whether behind a title a particle with a capital leads to a plain word: `agent De Rijk`."""
        named = is_strong(role) and at > 1 and words.has_capital(at) and words.lows[at] in CAPITAL_PARTICLES
        behind = at + 2 < len(words.parts) and words.parts[at - 1] in {" ", ". "} and words.parts[at + 1] == " "
        return named and behind and words.has_capital(at + 2) and words.parts[at + 2][1:].islower()

    def _belongs(self, words: Words, at: int, content: list[int], introduced: bool, role: Title | None) -> bool:  # noqa: PLR0912 - one branch a shape of name
        """Whether the word at `at` is part of the name that a title announced or another word began."""
        small = words.lows[at]
        if len(small) == 1 and words.parts[at + 1][:1].isdigit():  # `K1`: a child by its number
            return False
        flags = self.lexicon.of(small)
        named = words.has_capital(at) and (
            flags & GIVEN
            or (
                not words.is_first(at)
                and words.parts[at - 1] == " "
                and (flags & FAMILY or (is_strong(role) and self._calls(small)))
            )
        )
        if small in self.titles and not named:
            return False
        if words.has_capital(at):
            if (
                role is not None
                and not content
                and words.lows[at - 2] in self.beside["honorifics"]
                and self._is_cased(words, at)
            ):
                return True  # `mevrouw Pols`
            if flags & VOCABULARY and not flags & NAME and small not in self.beside["noun_names"]:
                return False
            if (
                role is not None
                and role.kind in STRONG
                and not words.is_first(at)
                and words.parts[at - 1] == " "
                and (small not in self.verbs or small in self.beside["given_words"])
            ):
                return True
            if (SURE_STREET.match(small) and not flags & NAME and role is None) or (
                not flags and CUT_STREET.match(small)
            ):
                return False
            if flags & NAME or not flags & (WORD | PLACE):
                return not (flags & NEVER and words.is_first(at)) or small in self.verbs
            if flags & PLACE:
                return bool(content) or (role is not None and words.lows[at - 2] in self.particles)
            if small in self.verbs:
                return role is not None and words.lows[at + 2] in self.verbs and not words.is_first(at)
            return bool(content) or (not words.is_first(at) and not flags & NEVER)
        if flags & NEVER and flags & FAMILY and words.lows[at - 2] in {"de", "der", "den"}:
            return self._ends_here(words, at) or (role is not None and role.kind == "officer")
        if role is not None and not content and flags & GIVEN and flags & VOCABULARY and not flags & NEVER:
            return not YEAR.match(words.parts[at + 1])  # `buurman jan`, not `jan 2024`
        if flags & (NEVER | VOCABULARY) or small in self.verbs or small in self.particles:
            return False
        behind = at - 2 if not content else content[-1]
        if content and words.has_capital(behind):
            return False
        if flags & NAME:
            loud = words.flat or words.parts[at].isupper()
            firm = role is not None and (role.kind in STRONG or role.always) and bool(flags & (GIVEN | FAMILY))
            if not flags & WORD or introduced or loud or firm or words.lows[at - 2] in self.particles:
                return True
            return bool(flags & (GIVEN | FAMILY)) and (bool(content) or words.lows[at + 2] in self.verbs)
        if flags & (WORD | PLACE):
            if flags & PLACE and not content and self._is_honoured(words, at - 2):
                return True
            if words.flat and content and is_strong(role) and self.lexicon.of(words.lows[content[-1]]) & GIVEN:
                return words.parts[at + 1][:1] in {",", ".", "(", ""}  # `GETUIGE: HENK ZWIEP, BUURMAN`
            if not words.flat or content:
                return False
            honoured = words.lows[at - 2] in self.beside["honorifics"] and NAME_END.search(small)  # `MELDER MEVR. DONK`
            shorthand = words.parts[at - 1] == ". " and words.lows[at - 2] in ABBREVIATED and is_officer(role)
            after = words.parts[at + 1] != " " or words.lows[at + 2] in self.verbs or words.lows[at + 2] in BEHIND_RANK
            return bool(honoured or (shorthand and after))  # `COLL. STAPEL MEE`
        if content:
            loud = words.flat or (words.parts[at].isupper() and words.parts[content[-1]].isupper())
            return loud and len(small) >= LEAST_NAME and not self.lexicon.is_compound(small)
        strong = (
            introduced
            or words.flat
            or words.parts[at].isupper()
            or (role is not None and (role.kind in STRONG or role.always))
        )
        return strong and len(small) > 2 and not self.lexicon.is_compound(small) and words.parts[at - 1] != ", "  # noqa: PLR2004

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

    def read_initial(self, words: Words, i: int) -> Run | None:
        """Read `J. de Wit`, `M de Vries`: an initial before a name."""
        if words.parts[i - 1].rstrip()[-1:].isdigit():
            return None  # `Churchilllaan 61 A te Bergen op Zoom`
        if not words.parts[i].isupper() or not (words.parts[i + 1].startswith(".") or words.parts[i + 1] == " "):
            return None
        if words.parts[i + 1] not in {".", ". ", " "} or (
            words.parts[i + 1] == " " and not self.name_words.is_pure(words.lows[i + 2])
        ):
            return None
        if words.parts[i - 2] in self.beside["led_by"] and (led := self._initialled(words, i)):
            return led
        if signed := self._signed(words, i):
            return signed
        found = self.read(words, i, introduced=False, role=None)
        if not found or not (words.has_capital(found.content[0]) or words.flat):
            return None
        first = found.content[0]
        from_place = not words.flat and words.lows[first - 2] in FROM  # `P.J. van Rechteren`
        return found if from_place or _is_behind_ter(words, first) or self.is_name_like(words, found) else None

    def _signed(self, words: Words, i: int) -> Run | None:
        """Read `9 mei: M. Kamphuis, ...` or a line `J. Bakhuis`: an initial and a plain word that stand alone."""
        at = i + 2
        while words.lows[at] in self.particles and words.parts[at].islower() and at < i + 8:
            at += 2
        before, behind = words.parts[i - 1], words.parts[at + 1] if at + 1 < len(words.parts) else "-"
        last = (not behind.strip(" .") and at + 2 >= len(words.parts)) or behind.strip(" .")[:1] == "\n"
        alone = (not before.strip() and i == 1) or "\n" in before or ":" in before or (last and before in {", ", ". "})
        alone = alone or (before == ", " and words.lows[i - 2] in SELF)
        ends = not behind or behind[:1] in ",\n(" or not behind.strip(" .")
        small = words.lows[at]
        known = self.lexicon.of(small) in ((WORD, WORD | PLACE, PLACE) if last else (WORD,))
        plain = len(small) >= LEAST_NAME and (known or small in self.beside["noun_names"])
        signs = alone and ends and plain and words.has_capital(at) and words.parts[i + 1] in {". ", "."}
        if signs and not _is_listed(words.text, words.starts[i], words.parts[i]):
            return Run([at], words.starts[i], words.end(at), at, words.parts[i])
        return None

    def _initialled(self, words: Words, i: int) -> Run | None:
        """Read `met V. Kriek`, `en P. van 't Hof`: an initial amid a sentence makes a name of a plain word."""
        at = i + 2
        while words.lows[at] in self.particles and words.parts[at].islower() and at < i + 8:
            at += 2
        plain = len(words.lows[at]) > 1 and self.lexicon.of(words.lows[at]) == WORD
        if not plain or not words.has_capital(at) or words.lows[at + 2] in self.verbs:
            return None
        return Run([at], words.starts[i], words.end(at), at, words.parts[i])

    def extend(self, words: Words, i: int) -> Run:
        """Read a name on from its first bearing word, and take in the particles before it."""
        found = self.read(words, i, introduced=False, role=None) or Run([i], words.starts[i], words.end(i), i)
        if i not in found.content:
            found = Run([i], words.starts[i], words.end(i), i)
        at = i - 2
        lead: list[str] = []
        while at > 0 and words.parts[at + 1] in {" ", "-"} and words.lows[at] in self.particles and len(lead) < 3:  # noqa: PLR2004 - van der, in 't
            lead.insert(0, words.parts[at])
            at -= 2
        while lead and not self._leads(words, at + 2, lead):
            lead.pop(0)
            at += 2
        if lead:
            found.start = words.starts[at + 2]
        return found

    def _leads(self, words: Words, at: int, lead: list[str]) -> bool:
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

    def is_name_like(self, words: Words, found: Run) -> bool:
        """Whether a name read on from a list is one: no plain word with a capital."""
        if any(words.lows[i] in self.beside["given_words"] for i in found.content):
            return True
        flags = [self.lexicon.of(words.lows[i]) for i in found.content]
        return any(f & NAME or not f & (WORD | VOCABULARY | PLACE) for f in flags)


def _is_behind_ter(words: Words, at: int) -> bool:
    """Whether `Ter` or `Ten` with a capital stands before the word at `at`: a name, whatever that is."""
    return words.lows[at - 2] in {"ter", "ten"} and words.has_capital(at - 2)


def _is_listed(text: str, at: int, letter: str) -> bool:
    """Whether `letter` at `at` numbers a line of a list that begins at A: `A. Hamer`, `B. Schaar`."""
    told = {item[1] for item in LETTERED.finditer(text, max(0, at - LIST_REACH), at + LIST_REACH)}
    return all(chr(one) in told for one in range(ord("A"), max(ord(letter), ord("B")) + 1))


def is_officer(role: Title | None) -> bool:
    """Whether a title is of somebody of the police."""
    return role is not None and role.kind == "officer"


def is_strong(role: Title | None) -> bool:
    """Whether a title is of somebody whose name goes, whoever is called like that."""
    return role is not None and role.kind in STRONG
