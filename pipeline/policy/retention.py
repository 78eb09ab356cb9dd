"""How long what is kept (`retention.toml`), read strictly."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline.policy.dates import years_before
from pipeline.policy.strict import reading
from pipeline.policy.versions import each_known_on, require_days_apart
from pipeline.policy.words import Words

KEEP = re.compile(r"([1-9]\d*) (days|years)|at once|for good")


@dataclass(frozen=True)
class Term:
    """One rule of retention."""

    id: str
    keep: str
    """`90 days`, `5 years`, `at once` or `for good`."""
    since: str
    covers: tuple[str, ...]
    effective_from: date
    source: str
    words: Words

    def limit(self, today: date) -> date | None:
        """Return the first day that is still kept; None where no term is counted."""
        told = KEEP.fullmatch(self.keep)
        assert told is not None, "checked when it was read"
        if told[1] is None:
            return None
        return today - timedelta(days=int(told[1])) if told[2] == "days" else years_before(today, int(told[1]))


def read_retention(today: date, file: Path | None = None) -> tuple[Term, ...]:
    """Return the terms of a day, in the order in which they are applied, of those that ship or of another file.

    Raises:
        PolicyError: the file is no TOML, a key is unknown or missing, a term cannot be read, a rule stands twice
            for a day.
    """
    return each_known_on(_read(file), today)


@cache
def _read(changed: Path | None) -> tuple[Term, ...]:
    file = changed or files("pipeline.policy") / "retention.toml"
    with reading(file.name):
        terms = tuple(map(_term, tomllib.loads(file.read_text(encoding="utf-8"))["rule"]))
        require_days_apart(terms)
    return terms


def _term(entry: dict[str, Any]) -> Term:
    term = Term(**entry | {"words": Words(**entry["words"]), "covers": tuple(entry["covers"])})
    if not KEEP.fullmatch(term.keep):
        raise ValueError(f"rule {term.id}: its term cannot be read")
    return term


def first_kept(rule: str, today: date) -> date:
    """Return the first day that a rule with a term keeps, as of `today`."""
    limit = next(term.limit(today) for term in read_retention(today) if term.id == rule)
    assert limit is not None, "a rule with a term"
    return limit
