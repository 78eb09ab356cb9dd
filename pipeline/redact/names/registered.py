"""Names that the registration tells, or its texts so far: of persons outside, and of plain words that bore one."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.policy.redaction import RedactionPolicy
from pipeline.redact.lexicon import (
    GIVEN,
    NAME,
    NEVER,
    VOCABULARY,
    WORD,
    Lexicon,
    Words,
)
from pipeline.redact.names.owners import LEAST_LEARNED
from pipeline.redact.names.runs import Run
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import MASK, Span


class RegisteredNames:
    """Reads the names that are known before the text is read."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the words."""
        self.lexicon, self.beside, self.rules = lexicon, policy.beside_names, policy.rules
        self.given_words = policy.beside_names["given_words"]
        self.titles, self.particles, self.verbs = policy.titles, policy.particles, policy.person_verbs

    def read(self, words: Words, i: int, report: ReportMasks) -> Run | None:
        """Read the name of a registered caller, witness or professional, however it is written.

        A name that is a plain word too (`de kok`, `een roos`) is one by its capital, or by what stands around it.
        """
        content, last = [i], i
        while True:
            step = last + 2
            while words.lows[step] in self.particles and step < last + 8:
                step += 2
            if words.lows[step] not in report.outsiders or words.parts[last + 1] not in {" ", "-", ", "}:
                break
            content.append(step)
            last = step
        start = i
        while words.lows[start - 2] in self.particles and words.parts[start - 1] == " ":
            start -= 2
        plain = bool(self.lexicon.of(words.lows[i]) & (WORD | VOCABULARY | NEVER))
        if words.lows[i] in report.outsider_short and (not words.has_capital(i) or (plain and words.is_first(i))):
            return None
        if plain and len(content) == 1 and not words.has_capital(i):
            before, after = words.lows[start - 2], words.lows[i + 2]
            led = before in self.titles or (start < i and words.lows[i - 2] not in self.beside["determiners"])
            _, number = report.outsiders[words.lows[i]]
            prefix = (report.people[number].name_prefix or "").lower()
            led = led or (
                bool(prefix)
                and words.text[words.starts[start] : words.starts[i]].lower().strip() == prefix
                and after in self.verbs
            )
            if words.lows[i - 2] in self.beside["determiners"] and not led:
                return None
            if not (led or after in self.verbs or words.lows[i] in report.outsider_given):
                return None
        if (
            start < i
            and words.lows[i - 2] in self.beside["determiners"]
            and not words.has_capital(i)
            and words.lows[start - 2] not in self.titles
        ):
            start = i
        return Run(content, words.starts[start], words.end(last), last)

    def is_plainly_involved(self, words: Words, i: int, report: ReportMasks) -> bool:
        """The quick way out for most names: a first name of the family between two plain words."""
        if words.lows[i] not in report.given or words.lows[i] in report.outsiders or words.lows[i] in self.titles:
            return False
        following = words.parts[i + 2] if i + 2 < len(words.parts) else ""
        before = words.parts[i - 2] if i > 1 else ""
        return (
            following.islower()
            and following not in self.particles
            and not before[:1].isupper()
            and before not in self.particles
            and before not in self.titles
            and not self.lexicon.of(following) & NAME
        )

    def _begins_small(self, words: Words, i: int) -> bool:
        """Whether a name in small letters begins a sentence as one: `sem zijn vader belde`, `bakker MOCHT GAAN`."""
        if not words.is_first(i) or not words.parts[i].islower() or words.parts[i + 1] != " ":
            return False
        after = words.parts[i + 2]
        if len(after) >= LEAST_LEARNED and after.isupper():
            return True
        owns = after in {"zijn", "haar", "z'n", "d'r"} and words.lows[i + 4] in self.titles
        flags = self.lexicon.of(words.lows[i])
        return bool(flags & GIVEN) and not flags & (VOCABULARY | NEVER) and (owns or after in self.verbs)

    def find_learned(self, words: Words, report: ReportMasks) -> Iterator[Span]:
        """Yield plain words with a capital that bore a name before: `Melissa Donders belde. Donders schreef`."""
        learned = report.learned
        for i in words.standing(learned):
            rule = learned[words.lows[i]]
            behind = words.lows[i - 2] in self.particles and words.has_capital(i - 2)
            if words.lows[i] in self.given_words and words.is_first(i) and words.lows[i + 2] not in self.verbs:
                continue  # `Dik oog`
            long = len(words.lows[i]) >= LEAST_LEARNED or words.lows[i] in self.given_words
            # a short word begins many a sentence
            told = long or not words.is_first(i) or words.lows[i + 2] in self.verbs
            alone = told and not self.lexicon.of(words.lows[i]) & NEVER
            if (words.has_capital(i) and (behind or alone)) or self._begins_small(words, i):
                token = report.token(rule, self.rules[rule].token, [words.lows[i]])
                first = i
                while words.lows[first - 2] in self.particles and words.has_capital(first - 2):
                    first -= 2
                yield Span(words.starts[first], words.end(i), self.rules[rule].kind, rule, MASK, token)
