"""Rules that count from a day on: which of them a night knew, and that no two say something else of one day."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from pipeline.errors import PolicyError
from pipeline.policy.strict import reading


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


class Named(Dated, Protocol):
    """One version of a rule that is told by its id."""

    @property
    def id(self) -> str:
        """What its versions share."""
        ...


One = TypeVar("One", bound=Dated)
OneNamed = TypeVar("OneNamed", bound=Named)


def version_on(versions: Iterable[One], night: date) -> One | None:
    """Return which version of one rule a night knew: the last that had begun, else the first there is."""
    known = sorted(versions, key=lambda version: version.effective_from)
    begun = [version for version in known if version.effective_from <= night]
    return next(iter(begun[-1:] or known[:1]), None)


def known_on(versions: Iterable[One], night: date) -> One:
    """Return the same of what has a version at least, as everything that `read_versions` reads."""
    found = version_on(versions, night)
    assert found is not None, "checked when it was read"
    return found


def read_versions(file: Traversable, make: Callable[[dict[str, Any]], One]) -> tuple[One, ...]:
    """Read every `[[version]]` of a policy file: what `make` makes of each, in the order of the file.

    Raises:
        PolicyError: naming the file: it is no TOML, `make` refuses what is missing, unknown or wrong, there is no
            version, or two begin on one day.
    """
    with reading(file.name):
        made = tuple(map(make, tomllib.loads(file.read_text(encoding="utf-8"))["version"]))
    if not made or len({version.effective_from for version in made}) < len(made):
        raise PolicyError(file.name, "no [[version]], or two of one day")
    return made


def each_known_on(rules: Iterable[OneNamed], night: date) -> tuple[OneNamed, ...]:
    """Return of each rule the version that a night knew, in the order in which the rules first stand."""
    by_id: dict[str, list[OneNamed]] = {}
    for rule in rules:
        by_id.setdefault(rule.id, []).append(rule)
    return tuple(known_on(versions, night) for versions in by_id.values())


def require_days_apart(rules: Collection[Named]) -> None:
    """Refuse two versions of a rule that begin on one day. Raises ValueError."""
    if len({(rule.id, rule.effective_from) for rule in rules}) < len(rules):
        raise ValueError("a rule stands twice, and both begin on one day")


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
