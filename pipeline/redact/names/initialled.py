"""Names that begin with an initial: `J. de Wit`, and with it a plain word: `door M. Kamphuis`."""

from __future__ import annotations

import re
from typing import Final

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import FAMILY, PLACE, WORD, Lexicon, Words
from pipeline.redact.names.bearers import FROM
from pipeline.redact.names.particles import is_behind_ter
from pipeline.redact.names.runs import NameRuns, Run
from pipeline.redact.names.words import LEAST_NAME, NameWords

LETTERED: Final = re.compile(r"([A-Z])\.(?<![^\s:][A-Z]\.) ")
"""What begins a line of a list, an initial as well: `A. `."""
LIST_REACH: Final = 400
"""Characters around a letter in which the other lines of its list are looked for."""
SELF: Final = frozenset({"mij", "ik", "ondergetekende", "verbalisant", "rapporteur"})


class Initialled:
    """Reads them."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon, name_words: NameWords, runs: NameRuns) -> None:
        """Hold the words."""
        self.lexicon, self.name_words, self.runs, self.beside = lexicon, name_words, runs, policy.beside_names
        self.particles, self.verbs = policy.particles, policy.person_verbs

    def read(self, words: Words, i: int) -> Run | None:
        """Read `J. de Wit`, `M de Vries`: an initial before a name."""
        if words.parts[i - 1].rstrip()[-1:].isdigit():
            return None  # `Churchilllaan 61 A te Bergen op Zoom`
        gap = words.parts[i + 1]
        leads = gap in {".", ". "} or (gap == " " and self.name_words.is_pure(words.lows[i + 2]))
        if not words.parts[i].isupper() or not leads:
            return None
        if words.parts[i - 2] in self.beside["led_by"] and (led := self._initialled(words, i)):
            return led
        if signed := self._signed(words, i):
            return signed
        found = self.runs.read(words, i, introduced=False, role=None)
        if not found or not (words.has_capital(found.content[0]) or words.flat):
            return None
        first = found.content[0]
        from_place = not words.flat and words.lows[first - 2] in FROM  # `P.J. van Rechteren`
        return found if from_place or is_behind_ter(words, first) or self.runs.is_name_like(words, found) else None

    def _signed(self, words: Words, i: int) -> Run | None:
        """Read `9 mei: M. Kamphuis, ...` or a line `J. Bakhuis`: an initial and a plain word that stand alone."""
        at = self.past_particles(words, i)
        before, behind = words.parts[i - 1], words.parts[at + 1] if at + 1 < len(words.parts) else "-"
        last = (not behind.strip(" .") and at + 2 >= len(words.parts)) or behind.strip(" .")[:1] == "\n"
        alone = (not before.strip() and i == 1) or "\n" in before or ":" in before or (last and before in {", ", ". "})
        alone = alone or (before == ", " and words.lows[i - 2] in SELF)
        ends = not behind or behind[:1] in ",\n(" or not behind.strip(" .")
        small = words.lows[at]
        if before.endswith("(") and behind.startswith(")") and len(small) >= LEAST_NAME and words.has_capital(at):
            return Run([at], words.starts[i], words.end(at), at, words.parts[i])  # `bewoner 205 (M. Sterk)`
        known = self.lexicon.of(small) in ((WORD, WORD | PLACE, PLACE) if last else (WORD,))
        plain = len(small) >= LEAST_NAME and (known or small in self.beside["noun_names"])
        signs = alone and ends and plain and words.has_capital(at) and words.parts[i + 1] in {". ", "."}
        if signs and not _is_listed(words.text, words.starts[i], words.parts[i]):
            return Run([at], words.starts[i], words.end(at), at, words.parts[i])
        return None

    def _initialled(self, words: Words, i: int) -> Run | None:
        """Read `met V. Kriek`, `bij B. Nieuwkoop`: an initial amid a sentence makes a name of any plain word."""
        at = self.past_particles(words, i)
        flags = self.lexicon.of(words.lows[at])
        plain = len(words.lows[at]) > 1 and (flags in (WORD, WORD | PLACE, PLACE) or flags & FAMILY)
        if not plain or not words.has_capital(at) or words.lows[at + 2] in self.verbs:
            return None
        return Run([at], words.starts[i], words.end(at), at, words.parts[i])

    def past_particles(self, words: Words, i: int) -> int:
        """Return the position behind an initial or a title at `i` and the particles that follow it."""
        at = i + 2
        while words.lows[at] in self.particles and words.parts[at].islower() and at < i + 8:
            at += 2
        return at


def _is_listed(text: str, at: int, letter: str) -> bool:
    """Whether `letter` at `at` numbers a line of a list that begins at A: `A. Hamer`, `B. Schaar`."""
    told = {item[1] for item in LETTERED.finditer(text, max(0, at - LIST_REACH), at + LIST_REACH)}
    return all(chr(one) in told for one in range(ord("A"), max(ord(letter), ord("B")) + 1))
