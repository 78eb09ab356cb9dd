"""The fields that are pre-filled for VT's triage (`triage.toml`), read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pipeline.policy.versions import known_on, read_versions
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
    """One version of `triage.toml`."""

    version: str
    owner: str
    effective_from: date
    source: str
    fields: tuple[Field, ...]


def read_triage(night: date, file: Path | None = None) -> Triage:
    """Return the fields of a night's reports, out of those that ship or of another file.

    Raises:
        PolicyError: as `read_versions`, and for a surplus key, an unknown step or origin, words lacking, a field twice.
    """
    return known_on(_read(file), night)


@cache
def field_words() -> dict[str, Words]:
    """Return what a person reads of every field that there is or was, by its id: the last version's words."""
    versions = sorted(_read(None), key=lambda version: version.effective_from)
    return {field.id: field.words for version in versions for field in version.fields}


@cache
def _read(file: Path | None) -> tuple[Triage, ...]:
    return read_versions(file or files("pipeline.policy") / "triage.toml", _version)


def _version(entry: dict[str, Any]) -> Triage:
    triage = Triage(fields=tuple(map(_field, entry.pop("field"))), **entry)
    if len({field.id for field in triage.fields}) != len(triage.fields):
        raise ValueError("a field stands there twice")
    return triage


def _field(entry: dict[str, Any]) -> Field:
    field = Field(**entry | {"words": Words(**entry["words"]), "codes": tuple(entry.get("codes", ()))})
    if field.step not in STEPS or field.origin not in ORIGINS:
        raise ValueError(f"field {field.id} has an unknown step or origin")
    return field
