"""Names in a text: those of persons involved stay as they are written, every other goes.

Work is done per candidate, not per word: a word is one when the lexicon does not know it, when it may be a name, or
when it is a title that a name follows.
"""

# ruff: noqa: PLR0911 - each return is one reason why a word is, or is no, name
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from itertools import compress
from typing import Final

from pipeline.policy.redaction import RedactionPolicy, Title
from pipeline.redact.lexicon import (
    ABBREVIATED,
    FAMILY,
    GIVEN,
    NAME,
    NEVER,
    PLACE,
    PROPER,
    SURE_STREET,
    VOCABULARY,
    WORD,
    Lexicon,
    Words,
)
from pipeline.redact.people import fold
from pipeline.redact.remember import remembered
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import DOUBT, MASK, Span

GAP: Final = re.compile(r"^[\s.:,(/'\"“‘\-]*(?:\d{1,2}[:.)]?\s*)?$")
PLACE_LEADS: Final = frozenset(
    [
        "te",
        "in",
        "naar",
        "uit",
        "gemeente",
        "richting",
        "bureau",
        "regio",
        "omgeving",
        "nabij",
        "vanuit",
        "politie",
        "stad",
        "dorp",
        "plaats",
        "wijk",
        "centrum",
        "station",
        "politiebureau",
        "basisteam",
        "district",
        "kern",
        "omstreken",
        "en",
    ]
)
LIST_GAPS: Final = frozenset({"/", " / ", ", ", " & ", "/ "})
STRONG: Final = frozenset({"officer", "witness", "caller", "professional"})
WITH: Final = frozenset(
    [
        "met",
        "door",
        "van",
        "aan",
        "bij",
        "en",
        "dat",
        "dan",
        "als",
        "of",
        "naar",
        "tegen",
        "voor",
        "namens",
        "over",
        "volgens",
    ]
)
LED_BY: Final = frozenset(
    "met door dat als naar tegen namens volgens ene zekere en of bij van vriend buur".split()  # noqa: SIM905 - one line
)
"""Before a capital they tell that it is a name, of a plain word too."""
LEADS: Final = LED_BY | {"die", "Van", "De", "Ter", "Ten"}
"""Behind these a known word is looked at, too."""
LOOK, LEAD = 1, 2
BEFORE_CALLED: Final = frozenset({"die", "zich"})
CALLED_BEHIND: Final = frozenset({"heet", "heette", "genoemd", "noemt", "noemde", "werd", "wordt"})
"""`iemand die Lange heet`, `die Bonne werd genoemd`."""
QUOTED: Final = re.compile(r"[\"“](?:[A-ZÀ-Þ][\w'’\-]* ){1,2}$")
DETERMINERS: Final = frozenset(
    ["de", "het", "een", "die", "dat", "deze", "dit", "haar", "zijn", "mijn", "hun", "onze", "geen", "elke"]
)
HONORIFICS: Final = frozenset(
    ["mevrouw", "mevr", "mw", "mvr", "meneer", "mijnheer", "dhr", "heer", "hr", "mr", "drs", "dr", "ir", "prof", "ds"]
)
RANKS: Final = frozenset(
    [
        *(
            "surveillant",
            "aspirant",
            "adspirant",
            "agent",
            "agente",
            "hoofdagent",
            "brigadier",
            "inspecteur",
            "hoofdinspecteur",
        ),
        *("commissaris", "hagt", "brig", "insp", "agt", "asp", "stagiair", "stagiaire"),
    ]
)
"""With a name behind it a rank tells who it is, and the token says as much."""
CALLED: Final = frozenset(
    [
        "oma",
        "ome",
        "opa",
        "tante",
        "oom",
        "schoonzus",
        "schoonzusje",
        "schoonbroer",
        "zwager",
        "neef",
        "nicht",
        "neefje",
        "nichtje",
        "buurman",
        "buurvrouw",
        "buurvr",
        "buurm",
        "buurmeisje",
        "buurjongen",
        "bovenbuurman",
        "bovenbuurvrouw",
        "benedenbuurman",
        "benedenbuurvrouw",
        "onderbuurvrouw",
        "onderbuurman",
        "overbuurman",
        "overbuurvrouw",
        "juf",
        "juffrouw",
        "meester",
        "vriendje",
        "vriendinnetje",
        "kameraad",
        "maat",
        "schoonmoeder",
        "schoonvader",
        "schoonzoon",
        "schoondochter",
        "stiefoma",
        "stiefopa",
    ]
)
"""What a person is called by, as good as a name beside it: it goes into the token."""
LEAST_NAME: Final = 3
CUT_STREET: Final = re.compile(r"\w{4,}(?:str|ln|pln|sngl)$")
LEAST_LEARNED: Final = 4
LEAST_PIECE: Final = 3
INITIALS: Final = re.compile(r"(?<![\w.])(?:[A-Z]\. ?|[A-Z](?=[ .]))+[ .]*$")
SMALL_INITIALS: Final = re.compile(r"(?<![\w.])(?:[A-Za-z]\. ?)+$")
FARMS: Final = (
    *("Oude", "Olde", "Groot", "Grote", "Klein", "Kleine", "Lutje", "Nieuw", "Jonge", "Schulte", "Lutke", "Hof"),
)
FARM_NAMES: Final = re.compile(rf"(?<= )(?:{'|'.join(FARMS)}) $")
"""Begin a family name in the east of the country: `Oude Nijhuis`."""
KEPT_CAPS: Final = 5
LONGEST_ACRONYM: Final = 5
"""Letters of a word in capitals amid other words that is an abbreviation, and no name in any list."""
YEAR: Final = re.compile(r"\s*(?:19|20)\d{2}\b")
AGE: Final = re.compile(r",? ?\(?(?:van )?\d{1,2} ?(?:jaar|jr|jaren)?(?: oud)?\)|, \d{1,2} (?:jaar|jr)\b")
"""Behind the name of somebody outside: as good as a birth date."""
ELDER: Final = re.compile(
    r" (?:senior|junior|sr|jr)\b| [A-Z]\.(?=[ ]?[,;:)]| [a-z]| [A-Z]{2})| [a-z]\.(?=[,;:)])|, [A-Z]\.(?=[,;)])"
    r"| [a-z](?= \(| te heten)| (?:d\.|v\.|v/?d )[A-Z]\."
    r"|,? \(\d[\d.\- ]{3,9}\)"
)
"""Behind a name what makes it one person's: an initial, a service number."""
HOUSE: Final = re.compile(
    r" (?:van|op) (?:nr\.? ?|nummer ?)?\d{1,4}(?:-\d{1,3}| ?[a-h])?(?![\w:.]\d|\d| ?(?:uur|jaar|jr|euro|km|keer))"
    r"(?! ?(?:jan|feb|maart|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec))\b"
)
"""Behind the name of somebody outside: `mevr. Bos van 18`."""
FROM: Final = re.compile(r" van (?:de |het |'t |m'n |mijn |zijn |haar |hun )(?P<what>[a-zé\-]{3,})(?![\w\-])")
"""Behind a name it says who is meant: `Mo van de sportschool`."""


@dataclass(slots=True)
class _Found:
    """A run of words that is read as one name: positions of its bearing words, its bounds, its initials."""

    content: list[int]
    start: int
    end: int
    last: int
    initials: str = ""


class Names:
    """Finds names and decides whose they are."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon) -> None:
        """Hold the policy's words; nothing is compiled."""
        self.policy, self.lexicon = policy, lexicon
        self.titles, self.particles, self.verbs = policy.titles, policy.particles, policy.person_verbs
        self.introducers = policy.introducers
        told = policy.whereabouts
        self.haunts = told["landmarks"] | told["whole"] | told["institutions"] | told["haunts"]
        self.nicknames: dict[str, frozenset[str]] = dict(policy.nicknames)
        self.mark = remembered(self._mark)
        """What a word as written asks for: LOOK at it, or, as a LEAD, at the one behind it."""
        self.is_plain = remembered(self._is_plain)
        """Whether no name begins with a word as written, whatever stands before it."""

    def find(self, words: Words, report: ReportMasks, taken: list[Span]) -> Iterator[Span]:
        """Yield a span for every name that has to go, and one for every word of which nobody can tell."""
        parts, lows, outside = words.parts, words.lows, report.outsiders
        done = -1
        covered = _covered(words, taken)
        title: tuple[int, Title] | None = None
        for i in self._candidates(words, report):
            if i <= done or (parts[i + 1] == " " and self._is_plainly_involved(words, i, report)):
                continue
            if covered[words.starts[i]]:
                continue
            if lows[i] in outside and lows[i] not in report.involved:
                registered = self._registered(words, i, report)
                if registered:
                    done = registered.last
                    yield from self._decide(words, registered, None, report)
                    done = yield from self._listed(words, registered, None, report, covered, done)
                    continue
            role = self.titles.get(lows[i])
            if role is not None and not self._is_bare_name(words, i):
                role = title[1] if title and title[0] == i and role.kind not in STRONG else role
                found, spans = self._after_title(words, i, role, report, covered)
                yield from spans
                if found:
                    done = found
                title = (i + 2, role) if not found and GAP.match(parts[i + 1] or " ") else None
                continue
            read = self._read(words, i, report)
            if isinstance(read, Span):
                yield read
            elif read:
                done = read.last
                yield from self._decide(words, read, None, report)
                done = yield from self._listed(words, read, None, report, covered, done)
        if not words.flat and not report.learned.keys().isdisjoint(words.lows):
            yield from self._learned(words, report)

    def _candidates(self, words: Words, report: ReportMasks) -> list[int]:
        """Return where words stand that are looked at: unknown ones, those of persons outside, and those led to."""
        parts, lows, outside = words.parts, words.lows, report.outsiders
        every = range(1, len(parts), 2)
        if words.flat:
            found = [i for i in every if not self.lexicon.is_known_small(lows[i])]
        else:
            marked = [*compress(every, map(self.mark, parts[1::2]))]
            found = [i for i in marked if self.mark(parts[i]) & LOOK]
            found += [i + 2 for i in marked if parts[i] in LEADS and self._leads_to(words, i + 2)]
        if not outside.keys().isdisjoint(lows):
            found += [i for i in every if lows[i] in outside]
        return sorted(set(found))

    def _mark(self, written: str) -> int:
        return (0 if self.lexicon.is_known(written) else LOOK) | (LEAD if written in LEADS else 0)

    def _leads_to(self, words: Words, i: int) -> bool:
        """Whether a known word at `i` is a name by the word before it: `door Peet`, `Van Wijhe`, `met P. Kok`."""
        parts = words.parts
        if i >= len(parts) or parts[i - 1] != " ":
            return False
        return (
            self._is_led(words, i)
            or (parts[i - 2] not in LED_BY and self._is_called(words, i))
            or (len(parts[i]) == 1 and parts[i].isupper() and parts[i + 1] == ". ")
        )

    def _learned(self, words: Words, report: ReportMasks) -> Iterator[Span]:
        """Yield plain words with a capital that bore a name before: `Melissa Donders belde. Donders schreef`."""
        learned = report.learned
        for i in [i for i in range(1, len(words.parts), 2) if words.lows[i] in learned]:
            rule = learned[words.lows[i]]
            behind = words.lows[i - 2] in self.particles and words.has_capital(i - 2)
            if words.has_capital(i) and (behind or not self.lexicon.of(words.lows[i]) & NEVER):
                token = report.token(rule, self.policy.rules[rule].token, [words.lows[i]])
                first = i
                while words.lows[first - 2] in self.particles and words.has_capital(first - 2):
                    first -= 2
                yield Span(words.starts[first], words.end(i), self.policy.rules[rule].kind, rule, MASK, token)

    def _is_led(self, words: Words, i: int) -> bool:
        """`gebeld door Peet`: a plain word with a capital, amid a sentence, where a person is named."""
        word = words.parts[i]
        led = words.parts[i - 2] in LED_BY and word[0].isupper() and word[1:].islower()
        return led and self.lexicon.of(words.lows[i]) == WORD

    def _is_called(self, words: Words, i: int) -> bool:
        """`Van Wijhe`, `die Lange heet`: a place or a plain word that a particle or a verb makes a name."""
        if words.parts[i - 2] == "die":
            return words.has_capital(i) and words.lows[i + 2] in CALLED_BEHIND
        return words.has_capital(i) and self._behind_particle(words, i)

    def _registered(self, words: Words, i: int, report: ReportMasks) -> _Found | None:
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
            led = before in self.titles or (start < i and words.lows[i - 2] not in DETERMINERS)
            _, number = report.outsiders[words.lows[i]]
            prefix = (report.people[number].name_prefix or "").lower()
            led = led or (
                bool(prefix)
                and words.text[words.starts[start] : words.starts[i]].lower().strip() == prefix
                and after in self.verbs
            )
            if words.lows[i - 2] in DETERMINERS and not led:
                return None
            if not (led or after in self.verbs or words.lows[i] in report.outsider_given):
                return None
        if (
            start < i
            and words.lows[i - 2] in DETERMINERS
            and not words.has_capital(i)
            and words.lows[start - 2] not in self.titles
        ):
            start = i
        return _Found(content, words.starts[start], words.end(last), last)

    def _is_plainly_involved(self, words: Words, i: int, report: ReportMasks) -> bool:
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

    def _calls(self, small: str) -> bool:
        """Whether a title is what one calls a person: behind another title it is a family name (`collega Maat`)."""
        return small not in HONORIFICS and small in self.titles and self.titles[small].kind == "third_party"

    def _is_bare_name(self, words: Words, i: int) -> bool:
        """`Van Buren zag`: a title with a capital behind a particle with one is a name."""
        return words.has_capital(i) and self._behind_particle(words, i)

    def _behind_particle(self, words: Words, i: int) -> bool:
        """Whether a particle with a capital that it has not from its sentence stands before the word."""
        before = words.lows[i - 2]
        if before not in self.particles or words.parts[i - 1] != " " or not words.has_capital(i - 2):
            return False
        return before not in {"in", "op", "a"} and (not words.is_first(i - 2) or words.lows[i + 2] in self.verbs)

    def _after_title(
        self, words: Words, i: int, role: Title, report: ReportMasks, covered: bytearray
    ) -> tuple[int, list[Span]]:
        if i + 2 < len(words.parts) and self.is_plain(words.parts[i + 2]):
            return 0, []
        gap = words.parts[i + 1]
        small = words.lows[i]
        if (
            not GAP.match(gap)
            or "\n" in gap
            or (gap[:1] == "." and small not in ABBREVIATED)
            or i + 2 >= len(words.parts)
        ):
            return 0, []
        if gap.startswith(",") and small not in ABBREVIATED and not words.has_capital(i + 2):
            return 0, []
        if covered[words.starts[i + 2]]:
            return 0, []
        found = self._parse(words, i + 2, introduced=small in self.introducers, role=role)
        if not found:
            return self._lone_initial(words, i, role, report)
        if any(covered[words.starts[at]] for at in found.content):
            return 0, []
        spans = [_with_kin(words, i, span) for span in self._decide(words, found, role, report)]
        listing = self._listed(words, found, role, report, covered, found.last)
        done = found.last
        while True:
            try:
                spans.append(next(listing))
            except StopIteration as stop:
                done = stop.value
                break
        return done, spans

    def _is_plain(self, written: str) -> bool:
        if len(written) == 1 or not written.islower() or written in self.particles:
            return False
        flags = self.lexicon.of(written)
        return written in self.titles or (flags > 0 and not flags & NAME)

    def _lone_initial(self, words: Words, i: int, role: Title, report: ReportMasks) -> tuple[int, list[Span]]:
        """`vrijwilligster Z. stond`: an initial alone is a name as well; `collega A en B` is none."""
        letter = words.parts[i + 2]
        pair = words.parts[i + 3 : i + 5]
        if role.kind in STRONG and letter.isupper() and pair[:1] == ["."] and len(pair[-1]) == 1 and pair[-1].isupper():
            rule = self.policy.rules[role.kind]  # `postbezorger B.Z.`
            token = report.token(role.kind, rule.token, [f"{letter}.{pair[1]}."])
            return i + 4, [Span(words.starts[i + 2], words.end(i + 4), rule.kind, role.kind, MASK, token)]
        lone = (
            len(letter) == 1
            and letter.isupper()
            and words.parts[i + 3 : i + 4] == [". "]
            and words.parts[i + 4 : i + 5]
        )
        if not lone or not words.parts[i + 4].islower() or words.parts[i + 1] != " ":
            return 0, []
        if role.kind not in STRONG and report.initials_fit(letter, list(report.involved)):
            return 0, []
        label = self.policy.rules[role.kind].token
        token = report.token(role.kind, label, [f"{letter}."])
        return i + 2, [
            Span(words.starts[i + 2], words.end(i + 2), self.policy.rules[role.kind].kind, role.kind, MASK, token)
        ]

    def _listed(
        self, words: Words, found: _Found, role: Title | None, report: ReportMasks, covered: bytearray, done: int
    ) -> Generator[Span, None, int]:
        """Read on through `Pietersma en Visser`, `Scholten/Kaya`, `Joke (roepnaam)`; return the last position read."""
        while True:
            at = found.last
            gap = words.parts[at + 1] if at + 1 < len(words.parts) else ""
            if gap == " " and words.lows[at + 2] in {"en", "of", "&"} and words.parts[at + 3] == " ":
                start = at + 4
            elif gap in LIST_GAPS and at + 2 < len(words.parts):
                start = at + 2
            else:
                return done
            if start >= len(words.parts) or words.lows[start] in self.titles or covered[words.starts[start]]:
                return done
            lone = words.has_capital(start) or self._pure(words.lows[start]) or words.lows[start] in self.particles
            flags = self.lexicon.of(words.lows[start])
            lone = lone or (role is not None and role.kind == "officer" and bool(flags & NAME))
            lone = lone or (role is not None and bool(flags & GIVEN and flags & VOCABULARY) and not flags & NEVER)
            following = self._parse(words, start, introduced=False, role=role) if lone else None
            if not following or not self._name_like(words, following):
                return done
            yield from self._decide(words, following, role, report)
            found, done = following, following.last

    def _name_like(self, words: Words, found: _Found) -> bool:
        """Whether a name read on from a list is one: no plain word with a capital."""
        flags = [self.lexicon.of(words.lows[i]) for i in found.content]
        return any(f & NAME or not f & (WORD | VOCABULARY | PLACE) for f in flags)

    def _pure(self, small: str) -> bool:
        flags = self.lexicon.of(small)
        return bool(flags & NAME) and not flags & (WORD | VOCABULARY)

    def _parse(self, words: Words, start: int, introduced: bool, role: Title | None) -> _Found | None:
        """Read the name that starts at `start`, behind a title or in a list; None when there is none."""
        content: list[int] = []
        initials = ""
        first = start
        at = start
        while at < len(words.parts):
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
                if not self._leads_on(words, at, bool(content)):
                    break
            elif self._belongs(words, at, content, introduced, role) or self._is_second(words, at, content):
                content.append(at)
            else:
                break
            if gap not in {" ", "-"} and not (not content and gap in {".", ". "}) and not (small == "v" and gap == "/"):
                break
            at += 2
        if not content:
            return None
        return _Found(content, words.starts[first], words.end(content[-1]), content[-1], initials)

    def _is_second(self, words: Words, at: int, content: list[int]) -> bool:
        """Whether the word at `at` ends a double name: `De Vries-van Dam`."""
        return bool(content) and words.has_capital(at) and words.lows[content[-1]].rpartition("-")[2] in self.particles

    def _leads_on(self, words: Words, at: int, inside: bool) -> bool:
        """Whether a particle at `at` leads to a word with a capital or to a listed name within three words."""
        for step in (2, 4, 6):
            if at + step >= len(words.parts) or words.parts[at + step - 1] not in {" ", "-", ".", ". ", "/"}:
                return False
            small = words.lows[at + step]
            if small in self.particles:
                continue
            flags = self.lexicon.of(small)
            if words.has_capital(at + step):
                if not inside:
                    return not flags & VOCABULARY and not (SURE_STREET.match(small) and not flags & FAMILY)
                if words.lows[at] in {"in", "op", "a", "t", "het", "d", "v"} and step == 2:  # noqa: PLR2004
                    return False
                if words.lows[at] == "van" and step == 2 and not flags & FAMILY:  # noqa: PLR2004
                    return not flags & (WORD | VOCABULARY | PLACE) and not SURE_STREET.match(small)
                return not flags & VOCABULARY and not (SURE_STREET.match(small) and not flags & FAMILY)
            if words.has_capital(at) or not flags & (FAMILY | PROPER) or small in self.verbs:
                return False
            return not flags & NEVER or self._ends_here(words, at + step)
        return False

    def _ends_here(self, words: Words, at: int) -> bool:
        """`buurvrouw de wit zag`: a colour or a size ends the name; `collega de grote` goes on to its noun."""
        return words.parts[at + 1] != " " or words.lows[at + 2] in self.verbs or at + 2 >= len(words.parts)

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
                and (flags & FAMILY or (_is_strong(role) and self._calls(small)))
            )
        )
        if small in self.titles and not named:
            return False
        if words.has_capital(at):
            if flags & VOCABULARY and not flags & NAME:
                return False
            if (
                role is not None
                and role.kind in STRONG
                and not words.is_first(at)
                and words.parts[at - 1] == " "
                and small not in self.verbs
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
            return False
        if content:
            return words.flat and len(small) >= LEAST_NAME and not self.lexicon.is_compound(small)
        strong = (
            introduced
            or words.flat
            or words.parts[at].isupper()
            or (role is not None and (role.kind in STRONG or role.always))
        )
        return strong and len(small) > 2 and not self.lexicon.is_compound(small) and words.parts[at - 1] != ", "  # noqa: PLR2004

    def _read(self, words: Words, i: int, report: ReportMasks) -> _Found | Span | None:
        """Judge a candidate that no title announces."""
        word, small = words.parts[i], words.lows[i]
        if len(word) == 1:
            return self._initial(words, i)
        if small.endswith(("'s", "’s")):
            small = small[:-2]
        flags = self.lexicon.of(small)
        capital = words.has_capital(i)
        verdict = self._capital(words, i, small, flags) if capital else self._small(words, i, small, flags, report)
        if not verdict or self._is_place(words, i, small, flags, capital):
            return None
        if "-" in small and not flags & NAME and self._pieces_known(words, i, small):
            return None
        if (
            fold(small) in report.open_words
            or (fold(small) in report.street_words and not flags & GIVEN)
            or (verdict == "unknown" and report.is_family_street(word))
        ):
            return None  # `bureau Capelle`, `Tollensstr 14`
        if verdict == "street":
            return self._street(words, i, report)
        if verdict == "doubt":
            if self.is_own(small, report):
                return None
            return Span(words.starts[i], words.end(i), "name", "doubtful_name", DOUBT)
        return self._extend(words, i)

    def _initial(self, words: Words, i: int) -> _Found | None:
        """Read `J. de Wit`, `M de Vries`: an initial before a name."""
        if words.parts[i - 1].rstrip()[-1:].isdigit():
            return None  # `Churchilllaan 61 A te Bergen op Zoom`
        if not words.parts[i].isupper() or not (words.parts[i + 1].startswith(".") or words.parts[i + 1] == " "):
            return None
        if words.parts[i + 1] not in {".", ". ", " "} or (
            words.parts[i + 1] == " " and not self._pure(words.lows[i + 2])
        ):
            return None
        if words.parts[i - 2] in LED_BY and (led := self._initialled(words, i)):
            return led
        found = self._parse(words, i, introduced=False, role=None)
        return (
            found
            if found and self._name_like(words, found) and (words.has_capital(found.content[0]) or words.flat)
            else None
        )

    def _initialled(self, words: Words, i: int) -> _Found | None:
        """Read `met V. Kriek`, `en P. van 't Hof`: an initial amid a sentence makes a name of a plain word."""
        at = i + 2
        while words.lows[at] in self.particles and words.parts[at].islower() and at < i + 8:
            at += 2
        plain = len(words.lows[at]) > 1 and self.lexicon.of(words.lows[at]) == WORD
        if not plain or not words.has_capital(at) or words.lows[at + 2] in self.verbs:
            return None
        return _Found([at], words.starts[i], words.end(at), at, words.parts[i])

    def _is_place(self, words: Words, i: int, small: str, flags: int, capital: bool) -> bool:
        """Whether the word is (part of) the name of a place here, and of nobody."""
        before, after = words.lows[i - 2], words.lows[i + 2]
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
        if not flags & PLACE or (capital and before != "den" and self._behind_particle(words, i)):
            return False
        if not flags & NAME:
            return True
        return before in PLACE_LEADS and not (capital and words.has_capital(i + 2) and words.parts[i + 1] == " ")

    def _pieces_known(self, words: Words, i: int, small: str) -> bool:
        pieces = re.split(r"[-’']", small)
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

    def _capital(self, words: Words, i: int, small: str, flags: int) -> str:
        """Judge a word whose capital says something: `name`, `doubt`, `street`, or empty for a plain word."""
        first = words.is_first(i)
        if not first and words.lows[i + 2] in CALLED_BEHIND and words.lows[i - 2] in BEFORE_CALLED:
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
        if self._behind_particle(words, i):
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
        if words.lows[i] in self.verbs or words.has_capital(i + 2) or not self._is_led(words, i):
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
        if words.parts[i + 1][:1] in (" ", ",") and after in self.verbs:
            return "name"
        if not flags & GIVEN or flags & VOCABULARY:
            return ""
        return "doubt" if words.parts[i + 1] == " " else "name"

    def _small(self, words: Words, i: int, small: str, flags: int, report: ReportMasks) -> str:
        """Judge a word without a telling capital."""
        if report.hidden_streets and SURE_STREET.match(small) and small not in self.haunts:
            return "street"
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
            led = led or bool(words.flat and flags & GIVEN and before in WITH)
            return "name" if led or (verb and flags & (GIVEN | FAMILY) and before not in {"de", "het", "een"}) else ""
        if flags or self.lexicon.is_compound(small) or len(small) < 4:  # noqa: PLR2004
            return ""
        if SURE_STREET.match(small):
            return "street"
        return "unknown" if verb or before in WITH else ""

    def _street(self, words: Words, i: int, report: ReportMasks) -> Span | None:
        """A street without a number: the family's stays, any other goes."""
        start = words.starts[i]
        if (
            words.has_capital(i - 2)
            and words.parts[i - 1] == " "
            and not words.is_first(i - 2)
            and words.lows[i - 2] not in self.titles
        ):
            start = words.starts[i - 2]
        text = words.text[start : words.end(i)]
        if report.is_hidden_street(words.parts[i]) or report.is_hidden_street(text):
            return Span(start, words.end(i), "secret_address", "secret_address", MASK)
        if report.is_family_street(text) or report.is_family_street(words.parts[i]):
            return None
        if not words.flat and words.parts[i].islower():
            return None
        return Span(start, words.end(i), "third_party_address", "third_party_address", MASK)

    def _extend(self, words: Words, i: int) -> _Found:
        """Read a name on from its first bearing word, and take in the particles before it."""
        found = self._parse(words, i, introduced=False, role=None) or _Found([i], words.starts[i], words.end(i), i)
        if i not in found.content:
            found = _Found([i], words.starts[i], words.end(i), i)
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

    def _decide(self, words: Words, found: _Found, role: Title | None, report: ReportMasks) -> Iterator[Span]:
        """Yield the mask of a name, unless it is of a person involved."""
        names: list[str] = []
        for at in found.content:
            small = words.lows[at]
            if small.isalpha():
                names.append(fold(small))
                continue
            pieces = re.split(r"['’\-]", small)
            names += [fold(p) for p in pieces if len(p) > 1 and p not in self.particles] or [fold(words.lows[at])]
        if _is_strong(role):  # a witness or an officer who is called like somebody involved is not that person
            inside = [name in report.involved for name in names]
        else:
            inside = [self._is_involved(name, report) for name in names]
        if not all(inside) and not _is_strong(role) and self._is_married(words, found, report):
            return
        if all(inside) and not (role and role.always):
            if (
                not found.initials
                or report.initials_fit(found.initials, names)
                or _ends_before(words, found, names, report)
            ):
                return
        elif (role and role.always and all(inside) and len(names) > 1 and role.kind != "officer") or (
            inside and inside[0] and not (role and role.always) and self._only_words(names[1:])
        ):
            return
        if role is None and (lead := self._leading(found, names, inside)):
            last = found.content[lead - 1]
            found, names = replace(found, content=found.content[:lead], end=words.end(last)), names[:lead]
        rule, known = report.rule_of(names, role.kind if role else "third_party")
        if rule == "third_party" and role is None and not any(self.lexicon.of(name) & NAME for name in names):
            end = self._with_more(words, found, rule)
            start = _with_initials(words, found.start)
            yield Span(start, end, "name", "unknown_name", MASK, f"[{self.policy.rules['unknown_name'].token}]")
            return
        found.start = self._with_given(words, _with_initials(words, found.start), report)
        found.end = self._with_more(words, found, rule)
        label = self.policy.rules[rule].token
        key = [name for name in known if name not in report.involved] or names
        report.learned.update(
            (name, rule) for name in names if len(name) >= LEAST_LEARNED and name not in report.involved
        )
        yield Span(found.start, found.end, self.policy.rules[rule].kind, rule, MASK, report.token(rule, label, key))

    def _leading(self, found: _Found, names: list[str], inside: list[bool]) -> int:
        """Return how many words stand before the name of a person involved and are in no list: `Vlgs Sandra sloeg`."""
        lead = inside.index(True) if any(inside) else 0
        alone = len(names) == len(found.content) and all(inside[lead:])
        return lead if alone and not any(self.lexicon.of(name) & NAME for name in names[:lead]) else 0

    def _is_married(self, words: Words, found: _Found, report: ReportMasks) -> bool:
        """`Alie Lampe-Verhoeven`, `Hoekstra-de Boer`: a family name of the registration with another one to it."""
        first = next((at for at in found.content if "-" in words.lows[at]), None)
        if first is None:
            return False
        pieces = [fold(piece) for piece in words.lows[first].split("-")]
        before = [fold(words.lows[at]) for at in found.content if at < first]
        return bool(report.families.intersection(pieces)) and all(self._is_involved(name, report) for name in before)

    def _with_given(self, words: Words, start: int, report: ReportMasks) -> int:
        """Return where a name begins with a given name that is a plain word, too: `Jan de Boer`, `Mei Ling`."""
        i = bisect_right(words.starts, start - 1) - 2
        if i < 1 or i % 2 == 0 or words.parts[i + 1] != " " or words.end(i) + 1 != start or not words.has_capital(i):
            return start
        given = self.lexicon.of(words.lows[i]) & GIVEN and not self._is_involved(fold(words.lows[i]), report)
        return words.starts[i] if given and words.lows[i] not in self.titles else start

    def _with_more(self, words: Words, found: _Found, rule: str) -> int:
        """Return the end of what tells who is meant: an age behind the name, or `van de sportschool`."""
        if more := AGE.match(words.text, found.end) or ELDER.match(words.text, found.end):
            return more.end()
        house = HOUSE.match(words.text, found.end)
        if house and rule in {"third_party", "witness", "caller"}:
            return house.end()
        where = FROM.match(words.text, found.end) if rule == "third_party" else None
        if where and where["what"] in self.haunts:
            return where.end()
        return found.end

    def _only_words(self, names: list[str]) -> bool:
        """Whether what follows the name of a person involved is no name at all."""
        return all(
            self.lexicon.of(n) & (WORD | VOCABULARY) and not self.lexicon.of(n) & (GIVEN | FAMILY) for n in names
        )

    def is_own(self, small: str, report: ReportMasks) -> bool:
        """Whether a word in lower case is the name of a person involved, in any form."""
        return self._is_involved(fold(small.removesuffix("'s").removesuffix("’s")), report)

    def _is_involved(self, name: str, report: ReportMasks) -> bool:
        return report.is_involved(name, bool(self.lexicon.of(name) & (GIVEN | FAMILY)), self.nicknames)


def _with_kin(words: Words, i: int, span: Span) -> Span:
    """Take `oma` of `oma Olga` into the token, `[derde 1, oma]`: as good as a name; `dhr.` goes, too."""
    small = words.lows[i]
    if words.end(i) + 3 < span.start or span.start < words.end(i):
        return span
    if small in HONORIFICS or (small in RANKS and span.rule == "officer"):
        return Span(words.starts[i], span.end, span.kind, span.rule, span.action, span.token)
    if small in CALLED and span.token.startswith("[") and span.token[-2:-1].isdigit():
        return Span(words.starts[i], span.end, span.kind, span.rule, span.action, f"{span.token[:-1]}, {small}]")
    return span


def _is_strong(role: Title | None) -> bool:
    return role is not None and role.kind in STRONG


def _ends_before(words: Words, found: _Found, names: list[str], report: ReportMasks) -> bool:
    """Whether the initial ends a sentence of its own: `de blaastest gaf een F. Bo is zwanger` has no F. Bo in it."""
    before = words.text[: found.start].split()[-1:]
    return before == ["een"] and all(name in report.given for name in names)


def _with_initials(words: Words, start: int) -> int:
    """Return where a masked name begins with its initials: `J.P. [getuige 1]` would tell too much."""
    low = max(0, start - 12)
    before = words.text[low:start].rstrip(" .\n")
    if before[-1:].isalpha() and not before[-2:-1].isalnum():
        initials = INITIALS.search(words.text, low, start) or SMALL_INITIALS.search(words.text, low, start)
    else:
        initials = FARM_NAMES.search(words.text, low, start) if before.endswith(FARMS) else None
    return initials.start() if initials else start


def _covered(words: Words, taken: list[Span]) -> bytearray:
    """Return for each character whether it stands in one of the spans `taken`."""
    covered = bytearray(len(words.text))
    for span in taken:
        covered[span.start : span.end] = b"\1" * (span.end - span.start)
    return covered
