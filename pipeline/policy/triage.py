"""The fields that are pre-filled for VT's triage (`triage.toml`), read strictly."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from pipeline.errors import PolicyError
from pipeline.policy.words import Words

STEPS: Final = ("acute_unsafety", "structural_unsafety", "multi_problem")
ORIGINS: Final = ("officer", "history")


@dataclass(frozen=True)
class Field:
    """One field: where a sign of it is read, and what a person reads."""

    step: str
    id: str
    column: str
    words: Words
    codes: tuple[str, ...] = ()
    origin: str = "officer"
    urgent: bool = False
    """Whether the sign asks for a look within 24 hours."""


@dataclass(frozen=True)
class Triage:
    """Everything of `triage.toml`."""

    version: str
    owner: str
    effective_from: date
    source: str
    fields: tuple[Field, ...]


@cache
def read_triage(path: Traversable | None = None) -> Triage:
    """Read the policy (the package's own, unless `path` names another file).

    Raises:
        PolicyError: naming the file, for a surplus key, an unknown step or origin, words lacking, or a field twice.
    """
    source = path or files("pipeline.policy") / "triage.toml"
    try:
        entries = tomllib.loads(source.read_text(encoding="utf-8"))
        fields = tuple(map(_field, entries.pop("field")))
        triage = Triage(fields=fields, **entries)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise PolicyError(source.name, str(error)) from error
    for field in fields:
        if field.step not in STEPS or field.origin not in ORIGINS:
            raise PolicyError(source.name, f"field {field.id} has an unknown step or origin")
    if len({field.id for field in fields}) != len(fields):
        raise PolicyError(source.name, "a field stands there twice")
    return triage


def _field(entry: dict[str, Any]) -> Field:
    return Field(**entry | {"words": Words(**entry["words"]), "codes": tuple(entry.get("codes", ()))})
