"""Gates and elements: the legal rules as data (`gates.toml`, `elements.toml`), read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, TypeVar

from pipeline import schema
from pipeline.policy.digest import policy_version
from pipeline.policy.strict import reading
from pipeline.policy.versions import in_force, judged_as_of, require_one_at_a_time, version_on
from pipeline.policy.words import Words

OUTCOMES: Final = ("forward", "return", "hold", "elsewhere", "withhold", "duplicate", "reject")
TESTS: Final = ("flag", "unknown_flag", "present", "column", "older_than_years", "stage")
NEEDS: Final = frozenset(
    (
        *("agreed", "elfproef", "not_secret", "redacted", "no_threat", "relevant_class", "within_five_years"),
        *("class_shape", "mark_shape", "known_language", "name_only", "own_line", "among_involved", "no_informant"),
        *("was_involved", "no_conviction", "shape"),
    )
)


@dataclass(frozen=True)
class Gate:
    """One finding that may decide over a registration; its place in the file is its precedence."""

    id: str
    outcome: str
    effective_from: date
    source: str
    words: Words
    effective_until: date | None = None
    flag: str | None = None
    """Boolean column: found where it is true."""
    unknown_flag: str | None = None
    """Boolean column: found where it is unknown."""
    present: str | None = None
    """Column: found where it holds anything."""
    column: str | None = None
    """Coded column: found where the code is `among`, or unknown or `not_among`."""
    among: tuple[str, ...] = ()
    not_among: tuple[str, ...] = ()
    older_than_years: int | None = None
    """Found where `known_at` lies further back from the night."""
    stage: str | None = None
    """Found by code of that stage."""
    doubt: str | None = None
    """`embargo` or `legal`: lifting it takes two persons."""


@dataclass(frozen=True)
class Element:
    """One kind of data: what may be shared, for whom, on which conditions."""

    id: str
    action: str
    columns: tuple[str, ...]
    effective_from: date
    source: str
    words: Words
    effective_until: date | None = None
    roles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """Gates in order of precedence, and elements, of one version."""

    gates: tuple[Gate, ...]
    elements: tuple[Element, ...]
    version: str

    def gates_on(self, night: date) -> tuple[Gate, ...]:
        """Return the gates in force, in order."""
        day = judged_as_of(self.gates, night)
        return tuple(gate for gate in self.gates if in_force(gate, day))

    def elements_on(self, night: date) -> dict[str, Element]:
        """Return the element that governs each `table.column`, as in force."""
        day = judged_as_of(self.elements, night)
        return {column: element for element in self.elements if in_force(element, day) for column in element.columns}

    def gate(self, name: str, night: date = date.max) -> Gate | None:
        """Return the gate with that id as it was on a night, else as it is last; in force or not."""
        return version_on((gate for gate in self.gates if gate.id == name), night)

    def element(self, name: str, night: date) -> Element | None:
        """Return the element with that id as it was on a night, in force or not."""
        return version_on((element for element in self.elements if element.id == name), night)


Rule = TypeVar("Rule", Gate, Element)


@cache
def read_rules(changed: Path | None = None) -> Rules:
    """Read the rules that ship with the program; a `gates.toml` or `elements.toml` in `changed` goes in its place.

    Raises:
        PolicyError: a file is no TOML, a key is unknown or missing, a gate stands or a column is governed twice on a
            day.
    """
    gates = tuple(_each(_file("gates.toml", changed), "gate", _gate, lambda gate: (gate.id,)))
    elements = tuple(_each(_file("elements.toml", changed), "element", _element, lambda element: element.columns))
    return Rules(gates, elements, policy_version())


def _file(name: str, changed: Path | None) -> Traversable:
    if changed is not None and (changed / name).is_file():
        return changed / name
    return resources.files("pipeline.policy").joinpath(name)


def _each(
    file: Traversable, name: str, make: Callable[[dict[str, Any]], Rule], governs: Callable[[Rule], Iterable[str]]
) -> list[Rule]:
    with reading(file.name):
        made = [make(entry) for entry in tomllib.loads(file.read_text(encoding="utf-8"))[name]]
        require_one_at_a_time((governed, rule) for rule in made for governed in governs(rule))
    return made


def _gate(entry: dict[str, Any]) -> Gate:
    words = Words(**entry.pop("words"))
    for listed in ("among", "not_among"):
        entry[listed] = tuple(entry.get(listed, ()))
    gate = Gate(words=words, **entry)
    tests = [test for test in TESTS if getattr(gate, test) is not None]
    if len(tests) != 1 or gate.outcome not in OUTCOMES:
        raise ValueError(f"gate {gate.id} needs exactly one test and a known outcome")
    for column in filter(None, (gate.flag, gate.unknown_flag, gate.present, gate.column)):
        if column not in schema.REGISTRATION.schema:
            raise ValueError(f"gate {gate.id} names no column of the registration")
    return gate


def _element(entry: dict[str, Any]) -> Element:
    words = Words(**entry.pop("words"))
    for listed in ("columns", "roles", "needs"):
        entry[listed] = tuple(entry.get(listed, ()))
    element = Element(words=words, **entry)
    if element.action not in {"share", "drop", "mask", "conditional"} or not NEEDS.issuperset(element.needs):
        raise ValueError(f"element {element.id} has an unknown action or need")
    if (element.action == "conditional") != bool(element.needs):  # a condition that was lost would share all of it
        raise ValueError(f"element {element.id} needs conditions when it is conditional, and only then")
    known = {f"{table.name}.{column.name}" for table in schema.TABLES for column in table.columns}
    if not known.issuperset(element.columns):
        raise ValueError(f"element {element.id} names a column that does not exist")
    return element
