"""What the names of delivered columns mean: the contract's own, or the unit's by its agreement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.policy.agreements import Agreement
from pipeline.receive.refusal import refuse
from pipeline.schema import Table

PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_ ]{0,39}")


@dataclass
class Renamed:
    """What renaming found in one table of one export."""

    columns: dict[str, str] = field(default_factory=dict)
    """Delivered name -> the contract's."""
    dropped: list[str] = field(default_factory=list)


def match_columns(names: Sequence[str], table: Table, agreement: Agreement, unit: str, file: str) -> Renamed:
    """Find each delivered column's meaning: the contract's own names first, then the agreement's.

    Raises:
        ExportRefused: a required column is missing, or two columns mean the same.
    """
    meanings, dropped = find_meanings(names, table, agreement)
    refuse_repeated([meant for meant, listed in meanings.items() if len(listed) > 1], unit, file)
    missing = [column.dutch for column in table.columns if column.required and column.dutch not in meanings]
    if missing:
        raise refuse(unit, file, "no_column", columns=", ".join(missing))
    return Renamed({name: meant for meant, listed in meanings.items() for name in listed}, dropped)


def known_names(table: Table, agreement: Agreement) -> dict[str, str]:
    """Return what the names of a table's columns mean (the contract's name), by the name in small letters."""
    agreed = {name.lower(): meant for name, meant in agreement.columns.get(table.dutch, {}).items()}
    return agreed | {column.dutch: column.dutch for column in table.columns}


def find_meanings(names: Sequence[str], table: Table, agreement: Agreement) -> tuple[dict[str, list[str]], list[str]]:
    """Return the delivered names of each column (the contract's name), and those that mean nothing to us."""
    known = known_names(table, agreement)
    meanings: dict[str, list[str]] = {}
    dropped = []
    for place, name in enumerate(names, 1):
        meant = known.get(name.partition("\x1f")[0].strip().lower())  # the CSV reader marks a repeated name
        if meant is not None:
            meanings.setdefault(meant, []).append(name)
        else:
            dropped.append(name if PLAIN_NAME.fullmatch(name) else f"column {place}")
    return meanings, dropped


def refuse_repeated(twice: Sequence[str], unit: str, file: str) -> None:
    """Refuse an export whose columns `twice` are there twice."""
    if twice:
        raise refuse(unit, file, "column_twice", columns=", ".join(sorted(twice)))
