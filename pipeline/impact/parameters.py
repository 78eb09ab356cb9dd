"""The numbers of hours, waiting and storage (`pipeline/policy/impact.toml`), each with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any

from pipeline.policy.strict import reading
from pipeline.policy.words import Words


@dataclass(frozen=True)
class Parameter:
    """One number, and where it comes from."""

    id: str
    value: float
    unit: str
    source: Words
    words: Words

    @property
    def assumed(self) -> bool:
        """Tell whether nobody measured it."""
        return self.source.en.startswith("assumption")


@dataclass(frozen=True)
class Parameters:
    """All of them; a field a number."""

    hours_per_fte_year: Parameter
    vt_minutes_per_report: Parameter
    vt_minutes_per_gap: Parameter
    desk_minutes_per_hold: Parameter
    unit_minutes_per_return: Parameter
    vt_utilisation: Parameter
    desk_utilisation: Parameter
    bytes_per_report: Parameter
    bytes_per_hold: Parameter
    seconds_per_1000_received: Parameter
    seconds_per_1000_reports: Parameter

    def all(self) -> list[Parameter]:
        """Return them in the order of the file."""
        return [getattr(self, field.name) for field in fields(self)]


def read_parameters(file: Path | None = None) -> Parameters:
    """Read the numbers that ship, or those of `file`.

    Raises:
        PolicyError: one is missing, unknown, without a source, or not above 0; or a share is not below 1.
    """
    at = file or resources.files("pipeline.policy").joinpath("impact.toml")
    with reading(at.name):
        entries = tomllib.loads(at.read_text(encoding="utf-8"))["parameter"]
        read = [_parameter(**entry) for entry in entries]
        wrong = [one.id for one in read if not one.source.en or not 0 < one.value < (1 if one.unit == "share" else 1e9)]
        if wrong:
            raise ValueError(f"{wrong[0]} lacks a source or is out of range")
        made = Parameters(**{one.id: one for one in read})
    return made


def _parameter(words: Mapping[str, str], source: Mapping[str, str], **rest: Any) -> Parameter:  # noqa: ANN401 - as read
    return Parameter(words=Words(**words), source=Words(**source), **rest)
