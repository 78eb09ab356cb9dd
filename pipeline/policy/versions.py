"""Rules that count from a day on: which of them a night knew, and that no two say something else of one day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol, TypeVar


class Dated(Protocol):
    """What counts from a day on."""

    @property
    def effective_from(self) -> date:
        """Its first day."""
        ...


class Ending(Dated, Protocol):
    """What counts from a day on, and may end."""

    @property
    def effective_until(self) -> date | None:
        """Its last day."""
        ...


One = TypeVar("One", bound=Dated)


def version_on(versions: Iterable[One], night: date) -> One | None:
    """Return which version of one rule a night knew: the last that had begun, else the first there is."""
    known = sorted(versions, key=lambda version: version.effective_from)
    begun = [version for version in known if version.effective_from <= night]
    return next(iter(begun[-1:] or known[:1]), None)


def judged_as_of(rules: Sequence[Dated], night: date) -> date:
    """Return the day whose rules judge a night: one before the first rules is judged by the first.

    Were it judged by none, no gate would close and everything would be forwarded.
    """
    return max(night, min((rule.effective_from for rule in rules), default=night))


def in_force(rule: Ending, night: date) -> bool:
    """Tell whether the rule counts on that night; its last day counts."""
    return rule.effective_from <= night <= (rule.effective_until or date.max)


def require_one_at_a_time(rules: Iterable[tuple[str, Ending]]) -> None:
    """Refuse, by what they govern, two rules that count on one day. Raises ValueError."""
    by_name: dict[str, list[Ending]] = {}
    for name, rule in rules:
        by_name.setdefault(name, []).append(rule)
    for name, versions in by_name.items():
        for before, after in pairwise(sorted(versions, key=lambda version: version.effective_from)):
            if before.effective_until is None or before.effective_until >= after.effective_from:
                raise ValueError(f"{name} stands twice, and both count from {after.effective_from} on")
