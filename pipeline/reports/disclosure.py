"""Small numbers: which counts of a report stay hidden, so that none of 1 to 4 can be read or worked out.

A report is one system of counts: every number on any of its pages and CSV files is a cell, and every way in which
cells add up, within a table or between two, is a `Sum`. The rule has two halves:

1. a count of 1 to 4 is hidden, whatever it counts: of registrations of one night of one unit it points at families;
2. of what remains visible, as little as possible is hidden with it so that nobody who adds and subtracts every
   number of the report can tell that a hidden number is below 5: among the values that it may still have there is
   always one of 5 or more.

A zero stays visible: that nothing happened says nothing of anybody, and "nothing came in" must be seen. A reader
therefore knows that a hidden number is at least 1; that is counted with. What to hide is found by linear programming
(HiGHS) over all sums of the report, so the second half holds for chains of tables too.
Numbers of different reports are not compared: who may read two reports may read both nights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    free: set[Key] = field(default_factory=set)
    """Cells that no table shows and that need no protection: they only say how shown ones hang together."""

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

    def relate(self, one: Key, other: Key) -> None:
        """Say how two cells that count nearly the same differ, so that one does not give the other away."""
        if one == other:
            return
        if self.values[one] < self.values[other]:
            one, other = other, one
        rest = ("rest", *one, *other)
        self.add_rest(one, other, rest)
        self.free.add(rest)


def hide(counts: Counts, shown: Iterable[Key], weight: Callable[[Key], float] = lambda _: 1.0) -> frozenset[Key]:
    """Return which of the `shown` cells to hide so that no count of 1 to 4 can be worked out.

    For each small cell in turn: among all ways to change the cells so that every sum still holds, the small one
    becomes SMALL, no cell falls below 1 and zeros stay, the one that touches the least of what is still visible; what
    it touches is hidden. That changed report is the witness: with what remains visible, nobody can tell it from the
    true one. Hiding more only adds such reports, so that no earlier cell becomes unsafe.

    Args:
        counts: every cell, and how they add up.
        shown: what the tables show. Other cells are protected all the same, and count as hidden; zeros as known.
        weight: how much it costs a reader to lose a cell.
    """
    wanted = set(shown)
    cells = [cell for cell, value in counts.values.items() if value]
    small = {cell for cell in cells if counts.values[cell] < SMALL} - counts.free
    visible = wanted - small
    cost = np.array([weight(cell) * _size(counts.values[cell]) if cell in visible else 0.0 for cell in cells])
    search = _Search(cells, np.array([counts.values[cell] for cell in cells], dtype=float), counts.sums)
    safe: set[Key] = set()
    for cell in sorted(small, key=lambda one: (counts.values[one], one)):
        if cell not in safe:
            witness = search.find(cell, cost)
            cost[np.abs(witness - search.values) > _NEAR] = 0.0
            safe |= {one for one in small if witness[search.places[one]] > SMALL - _NEAR}
    lost = {cell for cell, price in zip(cells, cost, strict=True) if price == 0.0}
    return frozenset(wanted & lost)


def _size(value: int) -> float:
    """Let the smaller of two cells of one weight go."""
    return 1 + min(value, 10_000) / 100_000


class _Search:
    """The sums over the cells that are not zero, as equations."""

    def __init__(self, cells: Sequence[Key], values: Any, sums: Sequence[Sum]) -> None:  # noqa: ANN401 - an array
        from scipy.sparse import block_array, coo_array
        from scipy.sparse.csgraph import connected_components

        self.places = {cell: place for place, cell in enumerate(cells)}
        self.values = values
        rows, columns, signs = [], [], []
        for row, one in enumerate(sums):
            for cell in one.cells():
                if cell in self.places:
                    rows.append(row)
                    columns.append(self.places[cell])
                    signs.append(1.0 if cell != one.total else -1.0)
        self.matrix = coo_array((signs, (rows, columns)), shape=(len(sums), len(cells))).tocsc()
        # which cells and sums hang together: none of the others moves with a cell
        _, tied = connected_components(block_array([[None, self.matrix], [self.matrix.T, None]]), directed=False)
        self.sums_tied, self.cells_tied = tied[: len(sums)], tied[len(sums) :]

    def find(self, cell: Key, cost: Any) -> Any:  # noqa: ANN401 - arrays
        """Return the cheapest other report in which `cell` is SMALL: an array of values.

        Every cell may go up, or down as far as 1; the programme is in these two steps.
        """
        from scipy.optimize import linprog
        from scipy.sparse import hstack

        tie = self.cells_tied[self.places[cell]]
        tied = np.flatnonzero(self.cells_tied == tie)
        matrix, values = self.matrix[self.sums_tied == tie][:, tied], self.values[tied]
        at = np.searchsorted(tied, self.places[cell])
        wide = len(tied)
        up = np.zeros((wide, 2))
        up[:, 1] = np.inf
        up[at, 0] = SMALL - values[at]
        down = np.column_stack([np.zeros(wide), values - 1])
        down[at, 1] = 0
        both = hstack([matrix, -matrix]).tocsc()
        price = np.concatenate([cost[tied], cost[tied]]) + _TOUCH
        found = linprog(
            price,
            A_eq=both,
            b_eq=np.zeros(matrix.shape[0]),
            bounds=np.vstack([up, down]),
            method="highs",
            options={"presolve": False},  # takes longer than it spares: one night to ninety, ten units
        )
        assert found.success, "a small number cannot be protected"
        witness = self.values.copy()
        witness[tied] += found.x[:wide] - found.x[wide:]
        return witness


_TOUCH: Final = 1e-4
"""Moving a hidden cell costs next to nothing, but not nothing: no cell goes up and down at once."""
