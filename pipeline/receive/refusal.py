"""A refusal of an export in words: what is wrong and what the unit has to do (`refusals.toml`), in two languages."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from pipeline.errors import ExportRefused

DEFAULT: Final = "anew"
"""Whose advice counts where a refusal names none."""


def refuse(unit: str, file: str | None, why: str, **noticed: object) -> ExportRefused:
    """Return the error to raise.

    Args:
        unit: whose export it is.
        file: its name within the export; None for the export as a whole.
        why: a key of `refusals.toml`.
        noticed: what the words name in braces: files, tables, columns, counts; never a value.
    """
    entry = read_refusals()[why]
    advice = entry.get("advice", read_refusals()[DEFAULT]["advice"])
    dutch, english = (
        f"{problem.format(unit=unit, **noticed)}. {what}."
        for problem, what in zip(entry["problem"], advice, strict=True)
    )
    return ExportRefused(unit, file, dutch, english)


@cache
def read_refusals() -> dict[str, dict[str, list[str]]]:
    """Return the words by key: `problem` (but for `anew`) and, where it has its own, `advice`; Dutch, then English."""
    return tomllib.loads(files(__package__).joinpath("refusals.toml").read_text(encoding="utf-8"))
