"""A table of a report: rows of names, counts and shares; it knows its counts by key until it is known what to hide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pipeline.policy.words import Words
from pipeline.reports.disclosure import Counts, Key

HIDDEN: Final = "x"
"""Stands where a number is hidden, on pages and in CSV files."""


@dataclass(frozen=True)
class Count:
    """A count of the report, by its key."""

    key: Key


@dataclass(frozen=True)
class Share:
    """One count as a share of another, 0 to 1; hidden where either is."""

    part: Key
    whole: Key


Cell = Count | Share | Words | date | str | int | float | None
Shown = Words | date | str | int | float | None
"""A cell as people see it: HIDDEN where it may not be told, None where there is nothing to tell."""


@dataclass(frozen=True)
class Column:
    """A column: `kind` is name, count, share, hours, number, date, code or text."""

    name: str
    words: Words
    kind: str = "count"


@dataclass(frozen=True)
class Table:
    """A table with its name (of its CSV file too), its words and its rows."""

    name: str
    title: Words
    note: Words
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    totals: int = 0
    """How many of the last rows are totals."""
    long: bool = False
    """Whether a page folds it away."""

    def cells(self) -> Iterable[Key]:
        """Return the counts that it shows or gives away by a share."""
        for row in self.rows:
            for cell in row:
                if isinstance(cell, Count):
                    yield cell.key
                elif isinstance(cell, Share):
                    yield from (cell.part, cell.whole)


@dataclass(frozen=True)
class Tellable:
    """The values of a report that may be told."""

    counts: Counts
    hidden: frozenset[Key] = field(default_factory=frozenset)

    def tell(self, cell: Cell) -> Shown:
        """Return a cell's value, HIDDEN, or None."""
        if isinstance(cell, Count):
            return HIDDEN if cell.key in self.hidden else self.counts.values[cell.key]
        if isinstance(cell, Share):
            return self._share(cell)
        return cell

    def _share(self, cell: Share) -> Shown:
        return HIDDEN if {cell.part, cell.whole} & self.hidden else self.share(cell.part, cell.whole)

    def share(self, part: Key, whole: Key) -> float | None:
        """Return one count as a share of another, or None where it may not be told or there is nothing to share."""
        counted = self.counts.values[whole]
        return None if {part, whole} & self.hidden or not counted else self.counts.values[part] / counted

    def number(self, key: Key) -> int | None:
        """Return a count, or None where it is hidden."""
        return None if key in self.hidden else self.counts.values[key]

    def rows(self, table: Table) -> list[list[Any]]:
        """Return the rows of a table as they may be told."""
        return [[self.tell(cell) for cell in row] for row in table.rows]
