"""How long what is kept (`retention.toml`), read strictly."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from pipeline.errors import PolicyError
from pipeline.policy.dates import years_before
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


@cache
def read_retention(file: Traversable | None = None) -> tuple[Term, ...]:
    """Read the terms that ship, unless `file` names others, in the order in which they are applied.

    Raises:
        PolicyError: the file is no TOML, a key is unknown or missing, a term cannot be read, a rule stands twice.
    """
    source = file or resources.files("pipeline.policy").joinpath("retention.toml")
    try:
        entries = tomllib.loads(source.read_text(encoding="utf-8"))["rule"]
        terms = tuple(
            Term(**entry | {"words": Words(**entry["words"]), "covers": tuple(entry["covers"])}) for entry in entries
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise PolicyError(source.name, str(error)) from error
    unread = [term.id for term in terms if not KEEP.fullmatch(term.keep)]
    if unread or len({term.id for term in terms}) < len(terms):
        raise PolicyError(source.name, f"a term cannot be read, or a rule stands twice: {', '.join(unread)}")
    return terms


def first_kept(rule: str, today: date) -> date:
    """Return the first day that a rule with a term keeps, as of `today`."""
    limit = next(term.limit(today) for term in read_retention() if term.id == rule)
    assert limit is not None, "a rule with a term"
    return limit
