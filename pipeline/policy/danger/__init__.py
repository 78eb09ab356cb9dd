"""The rules that read danger out of a text (`told.toml`), read strictly."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any, Final

import polars as pl

from pipeline.errors import PolicyError
from pipeline.policy.rules import Words

SIGNALS: Final = frozenset({"acute", "weapon", "strangulation", "stalking", "escalation", "injured_child"})
FILE: Final = "danger/told.toml"


@dataclass(frozen=True)
class Excuse:
    """What makes a sentence tell of no danger now."""

    words: Words
    pattern: str
    not_with: str | None = None
    """Where this is in the sentence too, the excuse does not hold."""


@dataclass(frozen=True)
class DangerRule:
    """How one signal is read in a sentence."""

    id: str
    signal: str
    words: Words
    stems: tuple[str, ...]
    """A sentence that matches holds one of these, in any case."""
    pattern: str
    unless: tuple[str, ...] = ()
    """Excuses that hold for it."""
    also: str | None = None
    """The sentence must match this as well."""
    with_child: str | None = None
    """The sentence must match this as well, or write the name of a child."""


@dataclass(frozen=True)
class DangerRules:
    """All of them, of one version."""

    version: str
    blank: tuple[str, ...]
    """Phrases that are taken out of a sentence before a rule looks."""
    excuses: dict[str, Excuse]
    rules: tuple[DangerRule, ...]


@cache
def read_danger_rules() -> DangerRules:
    """Read the rules that ship; PolicyError says what is wrong with the file."""
    return parse_danger_rules(resources.files("pipeline.policy").joinpath(FILE).read_text(encoding="utf-8"))


def parse_danger_rules(text: str) -> DangerRules:
    """Make the rules out of TOML; a surplus key, an unknown signal or excuse, or a bad pattern is a PolicyError."""
    try:
        content = tomllib.loads(text)
        parts = content.pop("part", {})
        excuses = {name: _excuse(entry) for name, entry in content.pop("excuse").items()}
        return DangerRules(
            version=content.pop("version"),
            blank=tuple(_pattern(pattern) for pattern in content.pop("blank").values()),
            excuses=excuses,
            rules=tuple(_rule(entry, excuses, parts) for entry in content.pop("rule")),
            **content,
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise PolicyError(FILE, f"{type(error).__name__}: {error}") from error


def _excuse(entry: dict[str, Any]) -> Excuse:
    words, unlike = Words(**entry.pop("words")), entry.pop("not_with", None)
    return Excuse(words, _pattern(entry.pop("pattern")), None if unlike is None else _pattern(unlike), **entry)


def _rule(entry: dict[str, Any], excuses: dict[str, Excuse], parts: dict[str, str]) -> DangerRule:
    if surplus := entry.keys() - {field.name for field in fields(DangerRule)}:
        raise ValueError(f"unknown key {min(surplus)}")
    needed = {name: _pattern(entry.pop(name), parts) for name in ("also", "with_child") if name in entry}
    rule = DangerRule(
        words=Words(**entry.pop("words")),
        stems=tuple(entry.pop("stems")),
        pattern=_pattern(entry.pop("pattern"), parts),
        unless=tuple(entry.pop("unless", ())),
        **needed,
        **entry,
    )
    if rule.signal not in SIGNALS or not rule.stems or not excuses.keys() >= set(rule.unless):
        raise ValueError(f"rule {rule.id} needs a known signal, stems, and excuses that exist")
    return rule


def _pattern(pattern: str | list[str], parts: dict[str, str] | None = None) -> str:
    """Return one pattern over plain text, `<name>` replaced by its part; ValueError where it cannot be read.

    Word boundaries and letters are those of ASCII: the engine is a hundred times slower with Unicode's.
    """
    whole = pattern if isinstance(pattern, str) else "|".join(f"(?:{entry})" for entry in pattern)
    for name, part in (parts or {}).items():
        whole = whole.replace(f"<{name}>", f"(?:{part})")
    whole = _without_accents(whole).replace(r"\b", r"(?-u:\b)").replace(r"\p{L}", "[a-z]").replace(r"\d", "[0-9]")
    try:
        pl.select(pl.lit("").str.contains(whole))
    except pl.exceptions.PolarsError:
        raise ValueError(f"not a regular expression: {whole[:40]}") from None
    return whole


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def plain(text: pl.Expr) -> pl.Expr:
    """Return text as the patterns read it: lower case, without accents."""
    return text.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
