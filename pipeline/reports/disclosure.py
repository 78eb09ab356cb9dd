"""Small numbers: which counts of a report stay hidden, so that none of 1 to 4 can be read or worked out.

A report is one system of counts: every number on any of its pages and CSV files is a cell, and every way in which
cells add up, within a table or between two, is a `Sum`. The rule has two halves:

1. a count of 1 to 4 is hidden, whatever it counts: of registrations of one night of one unit it points at families;
2. of what remains visible, the least is hidden with it that makes sure that nobody who adds and subtracts every
   number of the report can tell that a hidden number is below 5: among the values that it may still have there is
   always one of 5 or more.

A zero stays visible: that nothing happened says nothing of anybody, and "nothing came in" must be seen. A reader
therefore knows that a hidden number is at least 1; that is counted with. The largest value that a cell may have is
found by linear programming over the hidden cells (HiGHS), so the second half holds for chains of tables too.
Numbers of different reports are not compared: who may read two reports may read both nights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

import numpy as np
import polars as pl

SMALL: Final = 5
"""Counts from 1 up to this one, not itself, are hidden (CBS and the national statistics use the same bound)."""

ALL: Final = "*"
"""In the place of a value: summed over all of them."""

Key = tuple[str, ...]
"""Name of a cell: the name of its cube, then a value or ALL for each dimension."""

_NEAR: Final = 1e-6


@dataclass(frozen=True)
class Sum:
    """A cell that is the sum of others; with one part it says that two cells are the same number."""

    total: Key
    parts: tuple[Key, ...]

    def cells(self) -> tuple[Key, ...]:
        """Return the total and the parts."""
        return (self.total, *self.parts)


@dataclass
class Counts:
    """The cells of a report and how they add up."""

    values: dict[Key, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)

    def add_cube(self, name: str, frame: pl.DataFrame, dimensions: Mapping[str, Sequence[str]]) -> None:
        """Add the cells of a table of counts, with all of its totals.

        Args:
            name: of the cube.
            frame: a text column for each dimension, and `count`; rows of the same values add up.
            dimensions: for each column its values; what the frame lacks is zero, what is not named is left out.
        """
        named = list(dimensions)
        found = {
            tuple(row[:-1]): int(row[-1])
            for row in frame.group_by(named).agg(pl.col("count").sum()).select(*named, "count").iter_rows()
        }
        for place in product(*dimensions.values()):
            self.values[(name, *place)] = found.get(place, 0)
        for depth, values in enumerate(dimensions.values()):
            rest = [[*held, ALL] if before < depth else held for before, held in enumerate(dimensions.values())]
            rest[depth] = [ALL]
            for place in product(*rest):
                parts = tuple((name, *place[:depth], value, *place[depth + 1 :]) for value in values)
                self.add_sum((name, *place), parts)

    def add_sum(self, total: Key, parts: Iterable[Key]) -> None:
        """Say that a cell is the sum of others; a total that is not there yet gets its value."""
        parts = tuple(parts)
        added = sum(self.values[part] for part in parts)
        if self.values.setdefault(total, added) != added:
            raise AssertionError(f"{' '.join(total)} is not the sum of its parts")
        self.sums.append(Sum(total, parts))

    def add_rest(self, total: Key, part: Key, rest: Key) -> None:
        """Say that `part` is some of `total`: what is left is a cell that nobody shows."""
        self.values[rest] = self.values[total] - self.values[part]
        self.add_sum(total, (part, rest))


def hide(counts: Counts, shown: Iterable[Key]) -> frozenset[Key]:
    """Return which of the `shown` cells to hide so that no count of 1 to 4 can be worked out.

    Cells that are not shown are protected like hidden ones; that they are zero is taken to be known.
    """
    visible = {cell for cell in shown if not 0 < counts.values[cell] < SMALL}
    small = {cell for cell, value in counts.values.items() if 0 < value < SMALL}
    visible |= {cell for cell, value in counts.values.items() if value == 0}
    beside = _sums_of(counts.sums)
    while exposed := _exposed(counts, visible, small):
        visible -= {_companion(one, counts, visible, beside) for one in exposed}
    return frozenset(cell for cell in shown if cell not in visible)


def _sums_of(sums: Sequence[Sum]) -> dict[Key, list[Sum]]:
    found: dict[Key, list[Sum]] = {}
    for one in sums:
        for cell in one.cells():
            found.setdefault(cell, []).append(one)
    return found


def _companion(exposed: Key, counts: Counts, visible: set[Key], beside: Mapping[Key, list[Sum]]) -> Key:
    """Return the visible cell to hide next: the smallest of the sums that hold the exposed one, else further on.

    A total is taken only where no part is left.
    """
    reached, edge = {exposed}, {exposed}
    while edge:
        met = [(one, cell) for start in edge for one in beside.get(start, ()) for cell in one.cells()]
        candidates = [
            (cell == one.total, cell.count(ALL), counts.values[cell], cell)
            for one, cell in met
            if cell in visible and counts.values[cell]
        ]
        if candidates:
            return min(candidates)[-1]
        edge = {cell for _, cell in met if cell not in visible} - reached
        reached |= edge
    raise AssertionError("a small number cannot be protected")


def _exposed(counts: Counts, visible: set[Key], small: set[Key]) -> list[Key]:
    """Return the small cells of which the visible ones tell that they are below SMALL, in a fixed order."""
    found: list[Key] = []
    for cells, sums in _components(counts, visible):
        asked = [cell for cell in cells if cell in small]
        if asked:
            found += _too_tight(cells, asked, sums, counts, visible)
    return sorted(found)


def _components(counts: Counts, visible: set[Key]) -> list[tuple[list[Key], list[Sum]]]:
    """Return the hidden cells in groups that no sum joins, each with the sums that hold them."""
    leads: dict[Key, Key] = {}

    def lead(cell: Key) -> Key:
        while leads.setdefault(cell, cell) != cell:
            leads[cell] = leads[leads[cell]]
            cell = leads[cell]
        return cell

    holding = []
    for one in counts.sums:
        hidden = [cell for cell in one.cells() if cell not in visible]
        if hidden:
            holding.append((hidden[0], one))
            for cell in hidden[1:]:
                leads[lead(cell)] = lead(hidden[0])
    groups: dict[Key, tuple[list[Key], list[Sum]]] = {}
    for cell in counts.values:
        if cell not in visible:
            groups.setdefault(lead(cell), ([], []))[0].append(cell)
    for first, one in holding:
        groups[lead(first)][1].append(one)
    return list(groups.values())


def _too_tight(cells: list[Key], asked: list[Key], sums: list[Sum], counts: Counts, visible: set[Key]) -> list[Key]:
    """Return those of `asked` that cannot be SMALL or more, given what is visible."""
    if not sums:
        return []  # in no sum at all: nothing tells anything of it
    places = {cell: place for place, cell in enumerate(cells)}
    matrix, right = _equations(places, sums, counts, visible)
    reached = _reach([places[cell] for cell in asked], matrix, right)
    return [cell for cell, value in zip(asked, reached, strict=True) if value < SMALL - _NEAR]


def _equations(places: Mapping[Key, int], sums: list[Sum], counts: Counts, visible: set[Key]) -> tuple[Any, Any]:
    from scipy.sparse import coo_array

    rows, columns, signs, right = [], [], [], np.zeros(len(sums))
    for row, one in enumerate(sums):
        for cell in one.cells():
            sign = 1 if cell != one.total else -1
            if cell in visible:
                right[row] -= sign * counts.values[cell]
            else:
                rows.append(row)
                columns.append(places[cell])
                signs.append(sign)
    return coo_array((signs, (rows, columns)), shape=(len(sums), len(places))).tocsr(), right


def _reach(asked: list[int], matrix: Any, right: Any) -> list[float]:  # noqa: ANN401 - sparse arrays have no types
    """Return how large each asked cell can be, up to SMALL: one programme for all, then one for each that is not.

    In the first every asked cell has a stand-in of at most SMALL that is not above it; their sum is made large.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_array, csr_array, hstack

    wide, many = matrix.shape[1], len(asked)
    equal = hstack([matrix, csr_array((matrix.shape[0], many))]).tocsr()
    order = list(range(many))
    above = coo_array(
        ([-1] * many + [1] * many, (order + order, asked + [wide + one for one in order])), shape=(many, wide + many)
    ).tocsr()
    bounds = [(1, None)] * wide + [(0, SMALL)] * many
    cost = np.concatenate([np.zeros(wide), -np.ones(many)])
    together = linprog(cost, A_ub=above, b_ub=np.zeros(many), A_eq=equal, b_eq=right, bounds=bounds, method="highs")
    reached = [float(value) for value in together.x[wide:]]
    for one, place in enumerate(asked):
        if reached[one] < SMALL - _NEAR:
            alone = np.zeros(wide)
            alone[place] = -1
            found = linprog(alone, A_eq=matrix, b_eq=right, bounds=[(1, None)] * wide, method="highs")
            reached[one] = float(SMALL if found.status == _UNBOUNDED else -found.fun)
    return reached


_UNBOUNDED: Final = 3
