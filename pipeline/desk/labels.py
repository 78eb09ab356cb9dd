"""What the desk calls things, in Dutch and English: its own labels, and the words of gates, criteria and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from pipeline.policy.reason_words import tell_reason
from pipeline.policy.redaction import read_redaction_policy
from pipeline.policy.rules import Rules
from pipeline.policy.suites import read_suite
from pipeline.policy.words import Words, read_words


@dataclass(frozen=True)
class Reason:
    """A reason as a person reads it."""

    code: str
    words: Words
    source: str | None
    """The law or contract it rests on."""
    doubt: str | None
    """`embargo` or `legal`: lifting it takes two persons."""
    holds: bool
    """Whether it keeps the item at the desk, or only says something of its quality."""


@dataclass(frozen=True)
class Gap:
    """A fact that is missing, and how to add it."""

    name: str
    words: Words
    advice: Words | None
    blocking: bool


def read_labels() -> Mapping[str, Mapping[str, Words]]:
    """Return the labels by group and name."""
    return read_words(__package__, "labels.toml")


def label(group: str, name: object) -> Words:
    """Return the label of a code; the code itself where it has none."""
    return read_labels()[group].get(str(name), Words(str(name), str(name)))


def decision_done(kind: str, *, effective: bool) -> str:
    """Return under which name of `done` it is said that a decision was taken."""
    return kind if effective else f"{kind}-noted"


def reason_words(reason: str, rules: Rules, night: date = date.max) -> Reason:
    """Return a reason of a night with its words: a gate's, a quality rule's, or what receiving noticed of a column."""
    gate = rules.gate(reason.partition(":")[0], night)
    if gate is not None:
        return Reason(reason, gate.words, gate.source, gate.doubt, gate.outcome in HOLDING)
    told = tell_reason(reason, night)
    return Reason(reason, told.words, told.source, None, holds=False)


HOLDING: Final = frozenset({"hold", "reject"})
REJECTED: Final = "rejected"


def holding(reasons: Sequence[Reason]) -> Sequence[Reason]:
    """Return what keeps an item at the desk: of a rejected row all that is wrong with it.

    Where no rule does (it was taken back) what was done with it last.
    """
    if any(reason.code == REJECTED for reason in reasons):
        return reasons
    return [reason for reason in reasons if reason.holds] or reasons[:1]


def gap_words(name: str, night: date = date.max) -> Gap:
    """Return a criterion that was not met on a night, with its words and advice."""
    rule = read_suite("well_founded").rule(name, night)
    return Gap(name, rule.words, rule.advice, rule.blocking) if rule else Gap(name, Words(name, name), None, False)


@cache
def span_words() -> dict[str, Words]:
    """Return the words of every rule that takes something out of a text, by its id."""
    return {name: Words(rule.words_nl, rule.words_en) for name, rule in read_redaction_policy().rules.items()}
