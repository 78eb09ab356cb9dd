"""Which words stand for one name together: initials, particles and what bears it, from its first word to its last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.policy.redaction import RedactionPolicy, Title
from pipeline.redact.lexicon import NAME, PLACE, VOCABULARY, WORD, Lexicon, Words
from pipeline.redact.names.bearers import NameBearers
from pipeline.redact.names.particles import Particles
from pipeline.redact.names.roles import is_strong
from pipeline.weigh.remember import remembered

KEPT_CAPS: Final = 5
LONGEST: Final = 16
"""Words of one name, initials and particles with it; no more, or a pasted list of initials costs its square."""


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

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        self.lexicon, self.given_words, self.titles = lexicon, policy.beside_names["given_words"], policy.titles
        self.particles = Particles(policy, lexicon)
        self.bearers = NameBearers(policy, lexicon, self.particles)
        self.is_plain = remembered(self._is_plain)
        """Whether no name begins with a word as written, whatever stands before it."""

    def read(self, words: Words, start: int, introduced: bool, role: Title | None) -> Run | None:
        """Read the name that starts at `start`, behind a title or in a list; None when there is none."""
        content: list[int] = []
        initials = ""
        for at in range(start, min(len(words.parts), start + 2 * LONGEST), 2):
            small = words.lows[at]
            if not content and self._is_initial(words, at):
                initials += words.parts[at]
            elif small in self.particles.every and not (content and words.has_capital(at) and len(small) > KEPT_CAPS):
                leads = self.particles.leads_on(words, at, bool(content), strong=is_strong(role))
                if not leads and not self.particles.announces(words, at, role):
                    break
            elif (
                self.bearers.belongs(words, at, content, introduced, role)
                or (not content and self.particles.announces(words, at - 2, role))
                or (content and self._goes_on(words, at, content))
                or (initials and not content and self.bearers.is_surname(words, at, role))
            ):
                content.append(at)
            else:
                break
            if not self.particles.joins(small, words.parts[at + 1], bool(content)):
                break
        if not content:
            return None
        return Run(content, words.starts[start], words.end(content[-1]), content[-1], initials)

    def _is_initial(self, words: Words, at: int) -> bool:
        """Whether the word at `at` is a letter before a name: `J.`, `M`."""
        word, gap = words.parts[at], words.parts[at + 1]
        if len(word) != 1 or not word.isalpha() or gap not in {".", ". ", " "}:
            return False
        return word.isupper() or (gap.startswith(".") and words.lows[at] not in self.particles.every)

    def _goes_on(self, words: Words, at: int, content: list[int]) -> bool:
        """Whether a name goes on with the word at `at`: `De Vries-van Dam`, and in capitals `SAMIRA EL K.`."""
        if words.has_capital(at) and words.lows[content[-1]].rpartition("-")[2] in self.particles.every:
            return True
        cut = len(words.parts[at]) == 1 and words.parts[at + 1][:1] == "."
        return words.flat and cut and words.lows[at - 2] in self.particles.every

    def _is_plain(self, written: str) -> bool:
        if len(written) == 1 or not written.islower() or written in self.particles.every:
            return False
        flags = self.lexicon.of(written)
        return written in self.titles or (flags > 0 and not flags & NAME)

    def extend(self, words: Words, i: int) -> Run:
        """Read a name on from its first bearing word, and take in the particles before it."""
        found = self.read(words, i, introduced=False, role=None) or Run([i], words.starts[i], words.end(i), i)
        if i not in found.content:
            found = Run([i], words.starts[i], words.end(i), i)
        at = i - 2
        lead: list[str] = []
        while at > 0 and words.parts[at + 1] in {" ", "-"} and words.lows[at] in self.particles.every and len(lead) < 3:  # noqa: PLR2004 - van der, in 't
            lead.insert(0, words.parts[at])
            at -= 2
        while lead and not self.particles.lead(words, at + 2, lead):
            lead.pop(0)
            at += 2
        if lead:
            found.start = words.starts[at + 2]
        return found

    def is_name_like(self, words: Words, found: Run) -> bool:
        """Whether a name read on from a list is one: no plain word with a capital."""
        if any(words.lows[i] in self.given_words for i in found.content):
            return True
        flags = [self.lexicon.of(words.lows[i]) for i in found.content]
        return any(f & NAME or not f & (WORD | VOCABULARY | PLACE) for f in flags)
