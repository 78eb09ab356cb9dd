"""How a place is told by what is there, out of `outlooks.toml`: expressions whose parts are lists of alternatives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.policy.patterns import any_of
from pipeline.policy.redaction.parts import PART, escaped, filled


@dataclass(frozen=True)
class Outlook:
    """One way to tell a place by what is there. `like` is how it reads."""

    id: str
    like: str
    tells: str
    """What of a match goes: `redact.outlooks.Outlooks.tells`."""
    match: str
    anchors: tuple[str, ...] = ()
    """One of these stands in every match; none: nothing is that telling."""
    reach: int = 0
    """Words behind the match that belong to it."""
    written: bool = False
    """Held against the text as written, in any case; else against its lower case."""
    intact: bool = False
    """Not in a sentence that tells of damage."""


@dataclass(frozen=True)
class OutlookPolicy:
    """Every outlook, and the expressions that decide beside them, by name."""

    outlooks: tuple[Outlook, ...]
    aids: Mapping[str, str]


def outlook_policy(raw: Mapping[str, Any], words: Mapping[str, frozenset[str]]) -> OutlookPolicy:
    """Return what `raw` (outlooks.toml) says, its parts filled in; `words` are the lists of whereabouts.toml."""
    parts = {name: escaped(words[name]) for name in ("hosts", "households", "features")} | raw["parts"]
    return OutlookPolicy(
        tuple(_outlook(one, parts) for one in raw["outlook"]),
        {name: filled(any_of(expression), parts) for name, expression in raw["aids"].items()},
    )


def _outlook(raw: Mapping[str, Any], parts: Mapping[str, list[str]]) -> Outlook:
    match = filled(any_of(raw["match"]), parts)
    re.compile(match)
    return Outlook(**{**raw, "match": match, "anchors": tuple(_words(raw.get("anchors", ()), parts))})


def _words(anchors: Iterable[str], parts: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield the anchors, each part among them as its alternatives, which are words or such parts."""
    for anchor in anchors:
        part = PART.fullmatch(anchor)
        yield from _words(parts[part[1]], parts) if part else (anchor,)
