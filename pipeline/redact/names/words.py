"""Whether a word is a name by itself: by the lists, by its capital, and by the words beside it."""

# ruff: noqa: PLR0911 - each return is one reason why a word is, or is no, name
from __future__ import annotations

import re
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import (
    FAMILY,
    GIVEN,
    NAME,
    NEVER,
    PLACE,
    SURE_STREET,
    VOCABULARY,
    WORD,
    Lexicon,
    Words,
)
from pipeline.redact.report import ReportMasks

BEFORE_CALLED: Final = frozenset({"die", "zich"})
LEAST_NAME: Final = 3
QUARTERS: Final = frozenset({"noord", "zuid", "oost", "west", "centrum", "stad"})
"""Behind a town: a part of it."""
CUT_STREET: Final = re.compile(r"\w{4,}(?:str|ln|pln|sngl)$")
LEAST_PIECE: Final = 3
LEAST_PAST: Final = 5
LONGEST_ACRONYM: Final = 5
"""Letters of a word in capitals amid other words that is an abbreviation, and no name in any list."""


class NameWords:
    """Judges words that no title announces."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        self.lexicon, self.beside = lexicon, policy.beside_names
        self.titles, self.particles, self.verbs = policy.titles, policy.particles, policy.person_verbs
        told = policy.whereabouts
        self.haunts = told["landmarks"] | told["whole"] | told["institutions"] | told["haunts"]

    def is_dull(self, written: str) -> bool:
        """Whether a word in small letters is no name, whatever stands around it, where capitals say something."""
        if not written.islower() or written in self.titles:
            return False
        small = written.removesuffix("'s").removesuffix("’s")
        flags = self.lexicon.of(small)
        pure = flags & NAME and not flags & (WORD | VOCABULARY | NEVER)
        return not pure and not SURE_STREET.match(small)

    def judge(self, words: Words, i: int, small: str, flags: int, capital: bool, report: ReportMasks) -> str:
        """Return what the word at `i` is: `name`, `unknown`, `doubt`, `street`, or empty for a plain word."""
        if capital:
            return self._capital(words, i, small, flags)
        return self._small(words, i, small, flags, report)

    def _capital(self, words: Words, i: int, small: str, flags: int) -> str:
        """Judge a word whose capital says something: `name`, `doubt`, `street`, or empty for a plain word."""
        first = words.is_first(i)
        if not first and words.lows[i + 2] in self.beside["called_behind"] and words.lows[i - 2] in BEFORE_CALLED:
            return "name"  # `iemand die Lange heet`
        if flags & VOCABULARY and not flags & NAME:
            return ""
        if not flags and CUT_STREET.match(small):
            return "street"
        if (
            words.parts[i - 1] in {". ", " "}
            and len(words.parts[i - 2]) == 1
            and words.has_capital(i - 2)
            and not flags & WORD
        ):
            return "name"  # `J. Hulshof`
        if SURE_STREET.match(small) and not (flags & NAME and words.lows[i - 2] not in {"de", "het", "aan", "in"}):
            return "street" if not first or not flags & WORD else ""
        if self.is_behind_particle(words, i):
            return "name"
        if flags & NEVER:
            return "name" if not first and self._beside_name(words, i) else ""
        if flags & NAME and flags & (WORD | VOCABULARY):
            return self._ambiguous(words, i, flags) if first or flags & VOCABULARY else "name"
        if flags & NAME:
            return "name"
        if flags & (WORD | PLACE):
            return "name" if not first and flags == WORD and self._is_person(words, i) else ""
        if words.parts[i].isupper() and len(small) <= LONGEST_ACRONYM:
            return ""
        return "" if first and self.lexicon.is_compound(small) else "unknown"

    def _is_person(self, words: Words, i: int) -> bool:
        """Whether a plain word with a capital stands where a person does: `gebeld door Peet`, `dat Peet zag`."""
        before, after = words.lows[i - 2], words.lows[i + 2]
        followed = words.has_capital(i + 2) and words.parts[i + 1] == " "
        if words.lows[i] in self.verbs or followed or not self.is_led(words, i):
            return False
        return before not in {"van", "en", "of", "bij", "naar", "dat", "als"} or after in self.verbs or before == "dat"

    def _beside_name(self, words: Words, i: int) -> bool:
        """`Jan Kort`, `De Lange`: a common word that is a name by its neighbour."""
        before = words.lows[i - 2]
        return (
            words.parts[i - 1] == " "
            and words.has_capital(i - 2)
            and (
                before in self.particles
                or bool(self.lexicon.of(before) & GIVEN and not self.lexicon.of(before) & NEVER)
            )
        )

    def _ambiguous(self, words: Words, i: int, flags: int) -> str:
        """Judge a first word of a sentence that may be a name or a plain word."""
        after = words.lows[i + 2]
        if words.parts[i + 1] == " " and (
            words.has_capital(i + 2) or after in self.particles - {"het", "in", "a", "t", "d", "de", "van", "op"}
        ):
            follows = self.lexicon.of(after)
            if follows & NAME or not follows & (WORD | VOCABULARY):
                return "name"
            if flags & GIVEN and not (flags | follows) & VOCABULARY and words.parts[i + 2][1:].islower():
                return "name"  # `Netje Kleine`: two capitals, and no other reason for the second
        if words.parts[i + 1][:1] in (" ", ",") and (after in self.verbs or self._is_past(after)):
            return "name"
        if words.lows[i] in self.beside["given_tongues"] and words.lows[i - 2] in self.beside["beside_whom"]:
            return "name" if words.parts[i - 1] == " " and not words.has_capital(i + 2) else ""  # `gespeeld met Frans`
        if not flags & GIVEN or flags & VOCABULARY:
            return ""
        if after == "van" and words.lows[i + 4] in {"de", "het", "'t"}:
            verb = words.lows[i + 8]
            if verb in self.verbs or self._is_past(verb):
                return "name"  # `Ank van de loterij stond`
        return "doubt" if words.parts[i + 1] == " " else "name"

    def _is_past(self, small: str) -> bool:
        """Whether a word is a verb by its end and by its stem: `tolkte`, `wenkte`, `hechtte`."""
        if not small.endswith(("te", "de")) or len(small) < LEAST_PAST or self.lexicon.of(small) != WORD:
            return False
        stem = small[:-2]
        return any(form in self.lexicon.words for form in (f"ge{stem}t", f"ge{stem}d", f"{stem}ten", f"{stem}den"))

    def _small(self, words: Words, i: int, small: str, flags: int, report: ReportMasks) -> str:
        """Judge a word without a telling capital."""
        if report.hidden.streets and SURE_STREET.match(small) and small not in self.haunts:
            return "street"
        if self.is_done_by(words, i):
            return "name"
        if flags & (NEVER | VOCABULARY) and not flags & NAME:
            return ""
        if flags & NAME and not flags & (WORD | VOCABULARY | NEVER):
            return "name" if len(small) > 2 and not (flags & PLACE) else ""  # noqa: PLR2004
        if flags & NEVER or not (words.flat or words.parts[i].isupper()):
            return ""
        before, after = words.lows[i - 2], words.lows[i + 2]
        verb = after in self.verbs and words.parts[i + 1] == " "
        if flags & NAME:
            led = before in self.particles and words.lows[i - 4] in self.particles
            led = led and not (before == "de" and words.lows[i - 4] in {"in", "op"})  # `kneep hem in de wang`
            led = led or bool(words.flat and flags & GIVEN and before in self.beside["with"])
            return "name" if led or (verb and flags & (GIVEN | FAMILY) and before not in {"de", "het", "een"}) else ""
        if flags or self.lexicon.is_compound(small) or len(small) < 4:  # noqa: PLR2004
            return ""
        if SURE_STREET.match(small):
            return "street"
        # In a text that has capitals and small letters a stretch of capitals holds words as known as any other.
        return "unknown" if verb or not words.flat or before in self.beside["with"] else ""

    def is_done_by(self, words: Words, i: int) -> bool:
        """`AANGEHOUDEN DOOR VAN RIJEN`: where capitals say nothing, whatever stands behind `door van`."""
        return words.flat and words.lows[i - 2] == "van" and words.lows[i - 4] == "door"

    def is_place(self, words: Words, i: int, small: str, flags: int, capital: bool) -> bool:
        """Whether the word is (part of) the name of a place here, and of nobody."""
        before, after = words.lows[i - 2], words.lows[i + 2]
        if self.is_done_by(words, i):
            return False
        parts = self.lexicon.place_parts
        for phrase in (
            ()
            if small not in parts and before not in parts
            else (
                f"{small} {after}",
                f"{before} {small}",
                f"{before} {small} {after}",
                f"{small} {after} {words.lows[i + 4]}",
                f"{words.lows[i - 4]} {before} {small}",
            )
        ):
            if " " in phrase and phrase in self.lexicon.places:
                return True
        if not flags & PLACE or (capital and before != "den" and self.is_behind_particle(words, i)):
            return False
        if not flags & NAME:
            return True
        return before in self.beside["place_leads"] and not (
            capital and words.has_capital(i + 2) and words.parts[i + 1] == " "
        )

    def is_compound(self, words: Words, i: int, small: str) -> bool:
        """Whether an unknown word with dashes is made of known ones: `SafetyNet-overleg`, no `De Vries-van Dam`."""
        pieces = re.split(r"[-’']", small)
        if pieces[-1] in QUARTERS and self.lexicon.of(pieces[0]) & PLACE:
            return True  # `Utrecht-Noord`
        if words.has_capital(i) and pieces[-1] in self.particles:
            return False  # `De Vries-van Dam`
        tail = words.parts[i].rpartition("-")[2]
        if (
            tail.islower()
            and len(tail) > LEAST_PIECE
            and self.lexicon.of(tail) == WORD
            and not self.lexicon.of(pieces[0]) & NAME
        ):
            return True  # `SafetyNet-overleg`
        flags = [self.lexicon.of(piece) for piece in pieces]
        plain = [
            bool(f & (WORD | VOCABULARY | PLACE)) or len(p) < LEAST_NAME or self.lexicon.is_compound(p)
            for p, f in zip(pieces, flags, strict=True)
        ]
        if not all(plain):
            return False
        return (
            not words.has_capital(i)
            or not any(f & NAME and not f & NEVER for f in flags)
            or words.parts[i].split("-")[-1].islower()
        )

    def is_behind_particle(self, words: Words, i: int) -> bool:
        """Whether a particle with a capital that it has not from its sentence stands before the word."""
        before = words.lows[i - 2]
        if before not in self.particles or words.parts[i - 1] != " " or not words.has_capital(i - 2):
            return False
        if words.lows[i - 4] in self.beside["schools"] and self.lexicon.of(words.lows[i]) & WORD:
            return False  # `basisschool De Regenboog`
        return before not in {"in", "op", "a"} and (not words.is_first(i - 2) or words.lows[i + 2] in self.verbs)

    def is_led(self, words: Words, i: int) -> bool:
        """`gebeld door Peet`: a plain word with a capital, amid a sentence, where a person is named."""
        word = words.parts[i]
        led = words.parts[i - 2] in self.beside["led_by"] and word[0].isupper() and word[1:].islower()
        tongue = words.lows[i] in self.beside["given_tongues"] and not words.has_capital(i + 2)
        return led and (tongue or self.lexicon.of(words.lows[i]) == WORD)

    def is_called(self, words: Words, i: int) -> bool:
        """`Van Wijhe`, `die Lange heet`: a place or a plain word that a particle or a verb makes a name."""
        if words.parts[i - 2] == "die":
            return words.has_capital(i) and words.lows[i + 2] in self.beside["called_behind"]
        return words.has_capital(i) and self.is_behind_particle(words, i)

    def is_pure(self, small: str) -> bool:
        """Whether a word in lower case is a name and nothing else."""
        flags = self.lexicon.of(small)
        return bool(flags & NAME) and not flags & (WORD | VOCABULARY)

    def is_strange(self, small: str) -> bool:
        """Whether no list knows a word in lower case, nor words that it is made of."""
        return (
            len(small) > LEAST_NAME
            and small.isalpha()
            and not self.lexicon.of(small)
            and not self.lexicon.is_compound(small)
        )
