"""The rules that read danger out of a text (`told.toml`) and the words they name (`words.toml`), read strictly."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Final

import polars as pl

from pipeline.policy.danger.lexicon import Lexicon, make_lexicon
from pipeline.policy.danger.near import Near, parse_near
from pipeline.policy.danger.turns import Pattern, Turns, compiled
from pipeline.policy.patterns import any_of, read_patterns
from pipeline.policy.strict import reading
from pipeline.policy.weights import ClauseWeights, read_weights
from pipeline.policy.words import Words

SIGNALS: Final = frozenset({"acute", "weapon", "strangulation", "stalking", "escalation", "injured_child"})
FILE: Final = "danger/told.toml"
WORDS: Final = "danger/words.toml"
WEIGHTS: Final = "danger/sentence_weights.tsv"
FIELD_NAMED: Final = re.compile(r"@(\w+)")
"""In a field: all words of another, which names none itself."""

ASCII: Final = ((r"\p{L}", "[a-z]"), (".{", "[ -~]{"))
"""What a pattern writes, and the same in the characters that `plain` leaves."""
GROUP: Final = re.compile(r"\$(\d)")
"""In what a turn of phrase is read as: what stands in a bracket of it; 0 is the whole."""


@dataclass(frozen=True)
class Excuse:
    """What makes a sentence tell of no danger now."""

    id: str
    words: Words
    pattern: str
    not_with: Pattern | None = None
    """Where this is in the sentence too, the excuse does not hold."""
    wide: bool = False
    """It may stand in the sentence before: "Zij schilde appels. Het mes lag op tafel"."""
    longest: int | None = None
    """In a sentence of more characters it does not hold: what runs on tells of more than one thing."""


@dataclass(frozen=True)
class DangerRule:
    """How one signal is read in a sentence."""

    id: str
    signal: str
    words: Words
    near: tuple[Near, ...] = ()
    """Words that tell it where they stand near each other."""
    pattern: str | None = None
    """Turns of phrase that tell it."""
    unless: tuple[str, ...] = ()
    """Excuses that hold for it."""
    also: Pattern | None = None
    """The sentence must match this as well."""
    least: float | None = None
    """What the weights of all its words together must come to (`sentence_weights.tsv`), where those tell it."""
    overruled: float | None = None
    """Where they come to less than this, what its words or turns of phrase tell is not heard."""


@dataclass(frozen=True)
class DangerRules:
    """All of them, of one version."""

    version: str
    denies: Pattern
    """How an answer begins by which nothing that was asked is told."""
    blank: Turns[str]
    """Phrases that are taken out of a sentence before a rule looks."""
    excuses: tuple[Excuse, ...]
    excusing: Turns[Excuse]
    rules: tuple[DangerRule, ...]
    telling: Turns[DangerRule]
    readings: Turns[str]
    """Turns of phrase that are read as something else: as nothing, "een blauwe plek" as one word of its field."""
    lexicon: Lexicon

    @cached_property
    def weighing(self) -> tuple[tuple[DangerRule, float], ...]:
        """The rules that all words of a sentence together tell, each with the sum that it takes."""
        return tuple((rule, rule.least) for rule in self.rules if rule.least is not None)


@cache
def read_danger_rules() -> DangerRules:
    """Read the rules that ship; PolicyError says what is wrong with the file."""
    return parse_danger_rules(resources.files("pipeline.policy").joinpath(FILE).read_text(encoding="utf-8"))


def parse_danger_rules(text: str) -> DangerRules:
    """Make the rules out of TOML; a surplus key, an unknown signal or excuse, or a bad pattern is a PolicyError."""
    with reading(FILE):
        content = read_patterns(text)
        parts = {name: any_of(part) for name, part in content.pop("part", {}).items()}
        words = read_words()
        excuses = tuple(_excuse(name, entry) for name, entry in content.pop("excuse").items())
        rules = tuple(_rule(entry, excuses, parts, words) for entry in content.pop("rule"))
        made = DangerRules(
            version=content.pop("version"),
            denies=compiled(_pattern(content.pop("denies"))),
            blank=Turns((_pattern(pattern), " ") for pattern in content.pop("blank").values()),
            excuses=excuses,
            excusing=Turns((excuse.pattern, excuse) for excuse in excuses),
            rules=rules,
            telling=Turns((rule.pattern, rule) for rule in rules if rule.pattern),
            readings=Turns(_reading(**entry, parts=parts) for entry in content.pop("reading", ())),
            lexicon=_lexicon(),
            **content,
        )
    return made


@cache
def read_words() -> dict[str, str]:
    """Return the fields of meaning that ship, each with its words; PolicyError says what is wrong with the file."""
    with reading(WORDS):
        text = resources.files("pipeline.policy").joinpath(WORDS).read_text(encoding="utf-8")
        written = {name: _without_accents(words) for name, words in tomllib.loads(text).items()}
        made = {name: FIELD_NAMED.sub(lambda named: written[named[1]], words) for name, words in written.items()}
    return made


@cache
def read_sentence_weights() -> ClauseWeights:
    """Return what words say of a sentence, of each signal, that ship; PolicyError says what is wrong with the file."""
    return read_weights(resources.files("pipeline.policy").joinpath(WEIGHTS))


@cache
def _lexicon() -> Lexicon:
    return make_lexicon(read_words())


def _reading(pattern: str | list[str], read_as: str, parts: dict[str, str]) -> tuple[str, str]:
    # what is read stands between spaces; a turn of phrase looks for one
    return _pattern(pattern, parts), " " + GROUP.sub(r"\\g<\1>", read_as) + " "


def _excuse(name: str, entry: dict[str, Any]) -> Excuse:
    words, unlike = Words(**entry.pop("words")), entry.pop("not_with", None)
    not_with = None if unlike is None else compiled(_pattern(unlike))
    return Excuse(name, words, _pattern(entry.pop("pattern")), not_with, **entry)


def _rule(entry: dict[str, Any], excuses: Iterable[Excuse], parts: dict[str, str], words: dict[str, str]) -> DangerRule:
    rule = DangerRule(
        words=Words(**entry.pop("words")),
        near=tuple(parse_near(wanted, words) for wanted in entry.pop("near", ())),
        pattern=_pattern(entry.pop("pattern"), parts) if "pattern" in entry else None,
        unless=tuple(entry.pop("unless", ())),
        also=compiled(_pattern(entry.pop("also"), parts)) if "also" in entry else None,
        **entry,
    )
    if rule.signal not in SIGNALS or not _looks(rule) or not {excuse.id for excuse in excuses}.issuperset(rule.unless):
        raise ValueError(f"rule {rule.id} needs a known signal, words, a turn or a sum, and excuses that exist")
    return rule


def _looks(rule: DangerRule) -> bool:
    return bool(rule.near or rule.pattern or rule.least is not None)


def _pattern(pattern: str | list[str], parts: dict[str, str] | None = None) -> str:
    """Return one pattern over plain text, `<name>` replaced by its part.

    Letters and any characters in a number are those of ASCII: the engine is many times slower with Unicode's.
    """
    whole = any_of(pattern)
    for name, part in (parts or {}).items():
        whole = whole.replace(f"<{name}>", f"(?:{part})")
    whole = _without_accents(whole)
    for written, ascii_only in ASCII:
        whole = whole.replace(written, ascii_only)
    return whole


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def plain(text: pl.Expr) -> pl.Expr:
    """Return text as the patterns read it: lower case, without accents, all other characters but ASCII a space."""
    bare = text.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return bare.str.replace_all("[\u2018\u2019]", "'").str.replace_all(r"[^\x00-\x7F]|\t", " ")
