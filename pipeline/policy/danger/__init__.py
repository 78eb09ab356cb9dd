"""The rules that read danger out of a text (`told.toml`) and the words they name (`words.toml`), read strictly."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any, Final

import polars as pl

from pipeline.policy.danger.lexicon import Lexicon, make_lexicon
from pipeline.policy.danger.near import Near, parse_near
from pipeline.policy.danger.turns import Turn, turns
from pipeline.policy.strict import reading
from pipeline.policy.weights import ClauseWeights, read_weights
from pipeline.policy.words import Words

SIGNALS: Final = frozenset({"acute", "weapon", "strangulation", "stalking", "escalation", "injured_child"})
FILE: Final = "danger/told.toml"
WORDS: Final = "danger/words.toml"
WEIGHTS: Final = "danger/sentence_weights.tsv"
FIELD_NAMED: Final = re.compile(r"@(\w+)")
"""In a field: all words of another, which names none itself."""

ASCII: Final = ((r"\b", r"(?-u:\b)"), (r"\p{L}", "[a-z]"), (r"\d", "[0-9]"), (".{", "[ -~]{"))
"""What a pattern writes, and the same in the characters that `plain` leaves."""


@dataclass(frozen=True)
class Reading:
    """How a turn of phrase is read: an idiom as nothing, "een blauwe plek" as one word of its field."""

    turns: tuple[Turn, ...]
    read_as: str


@dataclass(frozen=True)
class Excuse:
    """What makes a sentence tell of no danger now."""

    words: Words
    pattern: str
    not_with: str | None = None
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
    turns: tuple[Turn, ...] = ()
    """Turns of phrase that tell it."""
    unless: tuple[str, ...] = ()
    """Excuses that hold for it."""
    also: str | None = None
    """The sentence must match this as well."""
    least: float | None = None
    """What the weights of all its words together must come to (`sentence_weights.tsv`), where those tell it."""
    overruled: float | None = None
    """Where they come to less than this, what its words or turns of phrase tell is not heard."""


@dataclass(frozen=True)
class DangerRules:
    """All of them, of one version."""

    version: str
    denies: str
    """How an answer begins by which nothing that was asked is told."""
    blank: tuple[Turn, ...]
    """Phrases that are taken out of a sentence before a rule looks."""
    excuses: dict[str, Excuse]
    rules: tuple[DangerRule, ...]
    readings: tuple[Reading, ...]
    lexicon: Lexicon


@cache
def read_danger_rules() -> DangerRules:
    """Read the rules that ship; PolicyError says what is wrong with the file."""
    return parse_danger_rules(resources.files("pipeline.policy").joinpath(FILE).read_text(encoding="utf-8"))


def parse_danger_rules(text: str) -> DangerRules:
    """Make the rules out of TOML; a surplus key, an unknown signal or excuse, or a bad pattern is a PolicyError."""
    with reading(FILE):
        content = tomllib.loads(text)
        parts = content.pop("part", {})
        excuses = {name: _excuse(entry) for name, entry in content.pop("excuse").items()}
        entries = read_words()
        made = DangerRules(
            version=content.pop("version"),
            denies=_pattern(content.pop("denies")),
            blank=tuple(turn for pattern in content.pop("blank").values() for turn in turns(_pattern(pattern))),
            excuses=excuses,
            rules=tuple(_rule(entry, excuses, parts, entries) for entry in content.pop("rule")),
            readings=tuple(_reading(entry, parts) for entry in content.pop("reading", ())),
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
    with reading(WEIGHTS):
        made = read_weights(resources.files("pipeline.policy").joinpath(WEIGHTS))
    return made


@cache
def _lexicon() -> Lexicon:
    return make_lexicon(read_words())


def _reading(entry: dict[str, Any], parts: dict[str, str]) -> Reading:
    return Reading(turns(_pattern(entry.pop("pattern"), parts)), f" {entry.pop('read_as')} ", **entry)


def _excuse(entry: dict[str, Any]) -> Excuse:
    words, unlike = Words(**entry.pop("words")), entry.pop("not_with", None)
    return Excuse(words, _pattern(entry.pop("pattern")), None if unlike is None else _pattern(unlike), **entry)


def _rule(
    entry: dict[str, Any], excuses: dict[str, Excuse], parts: dict[str, str], words: dict[str, str]
) -> DangerRule:
    if surplus := entry.keys() - {field.name for field in fields(DangerRule)} - {"pattern"}:
        raise ValueError(f"unknown key {min(surplus)}")
    also = _pattern(entry.pop("also"), parts) if "also" in entry else None
    rule = DangerRule(
        words=Words(**entry.pop("words")),
        near=tuple(parse_near(wanted, words) for wanted in entry.pop("near", ())),
        turns=turns(_pattern(entry.pop("pattern"), parts)) if "pattern" in entry else (),
        unless=tuple(entry.pop("unless", ())),
        also=also,
        **entry,
    )
    if rule.signal not in SIGNALS or not _looks(rule) or not excuses.keys() >= set(rule.unless):
        raise ValueError(f"rule {rule.id} needs a known signal, words, a turn or a sum, and excuses that exist")
    return rule


def _looks(rule: DangerRule) -> bool:
    return bool(rule.near or rule.turns or rule.least is not None)


def _pattern(pattern: str | list[str], parts: dict[str, str] | None = None) -> str:
    """Return one pattern over plain text, `<name>` replaced by its part; ValueError where it cannot be read.

    Word boundaries, letters and any characters in a number are those of ASCII: the engine is up to a hundred times
    slower with Unicode's.
    """
    whole = pattern if isinstance(pattern, str) else "|".join(pattern)
    for name, part in (parts or {}).items():
        whole = whole.replace(f"<{name}>", f"(?:{part})")
    whole = _without_accents(whole)
    for written, ascii_only in ASCII:
        whole = whole.replace(written, ascii_only)
    try:
        pl.select(pl.lit("").str.contains(whole))
    except pl.exceptions.PolarsError:
        raise ValueError(f"not a regular expression: {whole[:40]}") from None
    return whole


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def plain(text: pl.Expr) -> pl.Expr:
    """Return text as the patterns read it: lower case, without accents, all other characters but ASCII a space."""
    bare = text.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return bare.str.replace_all("[\u2018\u2019]", "'").str.replace_all(r"[^\x00-\x7F]|\t", " ")
