"""Every reason code in words: gates, quality rules, and what reading noticed; the same wherever a person reads it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from pipeline import schema
from pipeline.policy.codes import contract_codes
from pipeline.policy.rules import read_rules
from pipeline.policy.strict import reading
from pipeline.policy.suites import SUITES, read_suite
from pipeline.policy.words import Words

FILE: Final = "reason_words.toml"


@dataclass(frozen=True)
class InWords:
    """A reason, a gap or a kind of data as a person reads it."""

    code: str
    words: Words
    source: str | None = None
    advice: Words | None = None
    """What to do about it, where somebody at the unit can."""


def tell_reason(code: str, night: date = date.max) -> InWords:
    """Return the words of a reason, as its rule was on the night that gave it; one that has none is its own words."""
    key, _, detail = code.partition(":")
    gate = read_rules().gate(key, night)
    if gate is not None:
        return InWords(code, gate.words, gate.source)
    if key == "quality":
        rule = next(filter(None, (read_suite(name).rule(detail, night) for name in SUITES)), None)
        if rule is not None:
            return InWords(code, rule.words, rule.source, rule.advice)
    pattern = _patterns().get(code) or _patterns().get(key)
    if pattern is None:
        return InWords(code, Words(code, code))
    advice = pattern.advice and _filled(pattern.advice, detail)
    return InWords(code, _filled(pattern.words, detail), pattern.source, advice)


def tell_gap(name: str, night: date = date.max) -> InWords:
    """Return what a criterion of well-foundedness asked on a night, and how to add it."""
    rule = read_suite("well_founded").rule(name, night)
    return InWords(name, rule.words, rule.source, rule.advice) if rule else InWords(name, Words(name, name))


@cache
def _patterns() -> dict[str, InWords]:
    with reading(FILE):
        entries = tomllib.loads(resources.files("pipeline.policy").joinpath(FILE).read_text(encoding="utf-8"))
        made = {
            key: InWords(
                key,
                Words(**entry["words"]),
                entry["source"],
                Words(**entry["advice"]) if "advice" in entry else None,
            )
            for key, entry in entries.items()
        }
    return made


def _filled(words: Words, detail: str) -> Words:
    name = detail.rpartition(":")[2]
    column, codes = _dutch(name), contract_codes().get(name.rpartition(".")[2], ())
    nl, en = (said.replace("{column}", column) for said in (words.nl, words.en))
    return Words(nl.replace("{codes}", _listed(codes, "of")), en.replace("{codes}", _listed(codes, "or")))


def _listed(codes: Sequence[str], last: str) -> str:
    return f" {last} ".join(filter(None, (", ".join(codes[:-1]), *codes[-1:])))


def _dutch(name: str) -> str:
    """Return the contract's name of a column or table: `person.sex` is betrokkene.geslacht."""
    table_name, _, column_name = name.rpartition(".")
    table = next((table for table in schema.TABLES if table.name == (table_name or "registration")), None)
    whole = next((table.dutch for table in schema.TABLES if table.name == name), name)
    if table is None or column_name not in table.schema:
        return whole
    dutch = table.column(column_name).dutch
    return f"{table.dutch}.{dutch}" if table_name else dutch
