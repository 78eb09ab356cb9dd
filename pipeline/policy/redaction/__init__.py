"""The rules and word lists by which free text loses what must not leave (DOMAIN.md, elements), as data.

- `rules.toml`: the rules; each names the `fields` (medicines, parties, …) whose words it takes
- `titles.toml`, `beside_names.toml`: what stands beside a name
- `described.toml`: by what somebody is told whom nobody names
- `whereabouts.toml`, `outlooks.toml`: what tells a place, and how one is told by what is there
- `signs.toml`: what a text is looked through for first, and the names of the net
- `parts.toml`: words that stand in expressions of the code
- `small_words.toml`: what one place of the code asks of a word
- `*.txt`: lists, one entry a line; `*_weights.tsv`: what was learned
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from pipeline.errors import PolicyError
from pipeline.policy.lines import read_lines
from pipeline.policy.patterns import any_of, read_patterns
from pipeline.policy.redaction.outlooks import OutlookPolicy, outlook_policy
from pipeline.policy.redaction.parts import compile_uncaptured, word_parts
from pipeline.policy.redaction.signs import SignPolicy, sign_policy
from pipeline.policy.weights import ClauseWeights, read_weights

LISTS: Final = (
    "words",
    "given_names",
    "family_names",
    "rare_given_names",
    "rare_family_names",
    "proper_nouns",
    "never_names",
    "vocabulary",
    "places",
    "shelters",
)
SORTS: Final = ("word", "known", "capital", "code")
"""Of words that are weighed by those beside them: in no list, known, with a capital, with figures or marks."""
SCOPES: Final = frozenset({"entry", "sentence", "clause", "span", "doubt"})


@dataclass(frozen=True)
class Pattern:
    """A regular expression on one sentence in lower case, tried where one of the anchors stands."""

    anchors: tuple[str, ...]
    match: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One reason for which text is withheld. `token` is what stands in its place, without brackets."""

    id: str
    kind: str
    scope: str
    words_nl: str
    words_en: str
    law: str
    valid_from: date
    token: str = ""
    numbered: bool = False
    doubt: bool = False
    narrow: bool = False
    """`unless` counts for the clause that the trace stands in only."""
    words: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Title:
    """Whose name follows a word: the rule that masks it; `always` also where a person involved bears it.

    `places`: a place may be told by the word, which ends none: `boven de slotenmaker aan de haven`.
    """

    kind: str
    always: bool
    places: bool = False


@dataclass(frozen=True)
class Thresholds:
    """From which sum of weights a clause goes (`rules.toml`, [sense]); None of them is a probability."""

    clause: float
    beside_fact: float
    """How much more where a fact to keep is told as well."""
    sentence: float
    """Where the words of a whole sentence are summed."""
    harmless: float
    """Up to this sum words in which somebody reports stay beside what he tells."""

    @property
    def least(self) -> float:
        """The sum below which nothing is decided."""
        return min(self.clause, self.sentence, self.harmless)


@dataclass(frozen=True)
class RedactionPolicy:
    """Everything `pipeline.redact` decides by. Word sets are in lower case unless named otherwise."""

    version: str
    rules: Mapping[str, Rule]
    titles: Mapping[str, Title]
    form_fields: Mapping[str, str]
    """Name of a field -> the rule that masks whose name stands in it."""
    introducers: frozenset[str]
    person_verbs: frozenset[str]
    particles: frozenset[str]
    lists: Mapping[str, frozenset[str]]
    """By name of LISTS, as written in the file."""
    whereabouts: Mapping[str, frozenset[str]]
    """Words of `whereabouts.toml` by what they do in the description of a place."""
    outlooks: OutlookPolicy
    signs: SignPolicy
    parts: Mapping[str, Mapping[str, Sequence[str]]]
    """Words of `parts.toml` by what takes them in and by name."""
    beside_names: Mapping[str, frozenset[str]]
    """Words of `beside_names.toml` by what they say of the name beside them; `leads` as written."""
    described: Mapping[str, frozenset[str]]
    """Words of `described.toml` by what they tell of somebody whom nobody names."""
    nicknames: Mapping[str, frozenset[str]]
    """Given name -> its short forms, both in lower case."""
    facts: tuple[str, ...]
    """How words begin that tell a fact to keep."""
    weights: ClauseWeights
    thresholds: Thresholds
    word_weights: Mapping[str, int]
    """Trait of a word or of one beside it (`pipeline.redact.likely`) -> what it says of the word, in hundredths."""
    least_likely: Mapping[str, float]
    """From which sum of those a word goes, by its sort (`rules.toml`, [likely])."""
    open: tuple[Pattern, ...]
    """Patterns on a clause: what it tells openly no sum and no police-only rule holds (`rules.toml`, [[open]])."""
    ahead: re.Pattern[str]
    """How a sentence goes on behind the moment at which something will be done: that moment goes as well."""

    @property
    def ending_titles(self) -> frozenset[str]:
        """Titles that are no part of a place that is told."""
        return frozenset(w for w, title in self.titles.items() if not title.places) - self.whereabouts["landmarks"]


def read_redaction_policy(folder: Traversable | None = None) -> RedactionPolicy:
    """Return the policy of `folder`, by default the one that ships: that is read once a process, for half a second.

    Raises:
        PolicyError: names a file that cannot be used.
    """
    return _shipped() if folder is None else _read_policy(folder)


@cache
def _shipped() -> RedactionPolicy:
    return _read_policy(files(__name__))


def _read_policy(at: Traversable) -> RedactionPolicy:
    rules = _read_toml(at / "rules.toml")
    titles = _read_toml(at / "titles.toml")
    whereabouts, beside_names, described = (
        _read_toml(at / f"{name}.toml") for name in ("whereabouts", "beside_names", "described")
    )
    try:
        places = {name: frozenset(table["words"]) for name, table in whereabouts.items()}
        return RedactionPolicy(
            version=f"{rules['version']}+{titles['version']}",
            rules=_rules(rules["rule"], at / "fields"),
            titles={
                w: Title(t["kind"], t.get("always", False), t.get("places", False))
                for t in titles["title"]
                for w in _words_of_title(t)
            },
            form_fields={name: field["kind"] for field in titles["field"] for name in field["words"]},
            introducers=frozenset(titles["introducers"]["words"]),
            person_verbs=frozenset(titles["person_verbs"]["words"]),
            particles=frozenset(titles["particles"]["words"]),
            lists={name: frozenset(read_lines(at / f"{name}.txt")) for name in LISTS},
            whereabouts=places,
            outlooks=outlook_policy(_read_toml(at / "outlooks.toml"), places),
            signs=sign_policy(_read_toml(at / "signs.toml")),
            parts=word_parts(_read_toml(at / "parts.toml")),
            beside_names={name: frozenset(table["words"]) for name, table in beside_names.items()},
            described={name: frozenset(table["words"]) for name, table in described.items()},
            nicknames=_read_nicknames(at / "nicknames.csv"),
            facts=tuple(stem for line in read_lines(at / "words_of_facts.txt") for stem in line.split("|")),
            weights=read_weights(at / "clause_weights.tsv"),
            thresholds=Thresholds(**rules["sense"]),
            word_weights=_read_word_weights(at / "word_weights.tsv"),
            least_likely={sort: float(rules["likely"][sort]) for sort in SORTS},
            open=tuple(map(_pattern, rules["open"])),
            ahead=re.compile(rules["log"]["ahead"], re.IGNORECASE),
        )
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise PolicyError("redaction", f"{type(error).__name__}: {error}") from error


@cache
def small_words() -> dict[str, frozenset[str]]:
    """Return the lists of `small_words.toml` by name, without reading the long ones."""
    return {name: frozenset(words) for name, words in _read_toml(files(__name__) / "small_words.toml").items()}


@cache
def rules_by_kind() -> dict[str, Rule]:
    """Return the rule that says in words what a kind of text is, without reading the word lists."""
    found: dict[str, Rule] = {}
    for rule in _rules(_read_toml(files(__name__) / "rules.toml")["rule"]).values():
        found.setdefault(rule.kind, rule)
    return found


def _rules(tables: list[dict[str, Any]], fields: Traversable | None = None) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for table in tables:
        raw = dict(table)
        patterns = tuple(_pattern(one) for one in raw.pop("pattern", ()))
        words, unless = raw.pop("words", ()), tuple(raw.pop("unless", ()))
        taken = raw.pop("field", ())
        if fields:
            words = dict.fromkeys((*words, *(word for one in taken for word in _words_of(fields, **one))))
        rule = Rule(**raw, words=tuple(words), unless=unless, patterns=patterns)
        if rule.scope not in SCOPES or rule.id in rules or not isinstance(rule.valid_from, date):
            raise ValueError(f"rule {rule.id}: its scope, its date or its name")
        for expression in rule.unless:
            compile_uncaptured(expression)
        rules[rule.id] = rule
    return rules


def _words_of(fields: Traversable, *, name: str, before: Iterable[str] = ("",)) -> Iterator[str]:
    """Yield the words of a field, each behind every one of `before`: `uit marokko`."""
    for word in read_lines(fields / f"{name}.txt"):
        for lead in before:
            yield f"{lead} {word}" if lead else word


def _words_of_title(table: dict[str, Any]) -> Iterator[str]:
    """Yield the words of a table of titles, each behind every one of its `heads` where it has those."""
    for word in table["words"]:
        for head in table.get("heads", ()):
            yield f"{head}{word}"
            yield f"{head}-{word}"
        if "heads" not in table:
            yield word


def _pattern(raw: dict[str, Any]) -> Pattern:
    pattern = Pattern(tuple(raw["anchors"]), any_of(raw["match"]), tuple(raw.get("unless", ())))
    for expression in (pattern.match, *pattern.unless):
        compile_uncaptured(expression)
    return pattern


def _read_toml(path: Traversable) -> dict[str, Any]:
    try:
        return read_patterns(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(path.name, str(error)) from error


def _read_nicknames(path: Traversable) -> dict[str, frozenset[str]]:
    short: dict[str, set[str]] = {}
    for row in csv.DictReader(read_lines(path)):
        short.setdefault(row["name"].lower(), set()).add(row["short"].lower())
    return {name: frozenset(forms) for name, forms in short.items()}


def _read_word_weights(path: Traversable) -> dict[str, int]:
    parted = (line.rpartition("\t") for line in read_lines(path))
    return {trait: int(weight) for trait, _, weight in parted}
