"""Small numbers: neither shown, nor to be worked out of any two tables of one report."""

from fractions import Fraction
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reports.disclosure import ALL, SMALL, Counts, hide

UNITS, OUTCOMES, NIGHTS = ["RE01", "RE02", "RE03"], ["forward", "return", "hold"], ["mon", "tue"]


def table(name, rows, **dimensions):
    counts = Counts()
    frame = pl.DataFrame(rows, schema=[*dimensions, "count"], orient="row")
    counts.add_cube(name, frame, dimensions)
    return counts


def report(cells) -> tuple[Counts, dict[str, list]]:
    """A report of three tables: unit x outcome, night x outcome, unit x night; the cube itself is not shown."""
    counts = table(
        "cube",
        [(*place, count) for place, count in cells.items()],
        unit=UNITS,
        outcome=OUTCOMES,
        night=NIGHTS,
    )
    tables = {
        "unit_outcome": [("cube", u, o, ALL) for u in [*UNITS, ALL] for o in [*OUTCOMES, ALL]],
        "night_outcome": [("cube", ALL, o, n) for n in [*NIGHTS, ALL] for o in [*OUTCOMES, ALL]],
        "unit_night": [("cube", u, ALL, n) for u in [*UNITS, ALL] for n in [*NIGHTS, ALL]],
    }
    return counts, tables


def recoverable(counts: Counts, visible: set, targets: set) -> set:
    """Which targets follow from the visible cells: exact row reduction over the fractions.

    Everything is a sum over the finest cells. A target follows when its row lies in the span of the visible rows.
    """
    finest = [cell for cell in counts.values if ALL not in cell]
    rows = {cell: [int(_covers(cell, one)) for one in finest] for cell in visible | targets}
    basis: list[list[Fraction]] = []
    for cell in sorted(visible):
        left = _reduce([Fraction(value) for value in rows[cell]], basis)
        if any(left):
            basis.append(left)
    return {cell for cell in targets if not any(_reduce([Fraction(value) for value in rows[cell]], basis))}


def _covers(cell, one) -> bool:
    return all(value in {ALL, held} for value, held in zip(cell, one, strict=True))


def _reduce(row, basis):
    for base in basis:
        place = next(index for index, value in enumerate(base) if value)
        if row[place]:
            factor = row[place] / base[place]
            row = [value - factor * held for value, held in zip(row, base, strict=True)]
    return row


CELLS = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 40)), min_size=18, max_size=18).map(
    lambda values: dict(zip([(u, o, n) for u in UNITS for o in OUTCOMES for n in NIGHTS], values, strict=True))
)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(CELLS)
def test_no_two_tables_of_a_report_give_a_small_number_away(cells):
    counts, tables = report(cells)
    shown = {cell for found in tables.values() for cell in found}
    hidden = hide(counts, shown)
    small = {cell for cell, value in counts.values.items() if 0 < value < SMALL}
    assert small & shown <= hidden
    zeros = {cell for cell, value in counts.values.items() if value == 0}
    for pair in combinations(tables.values(), 2):
        visible = {cell for found in pair for cell in found if cell not in hidden}
        assert not recoverable(counts, visible | zeros, small)
    assert not recoverable(counts, (shown - hidden) | zeros, small), "nor all of them together"


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_nobody_can_tell_that_a_hidden_number_is_small(values):
    """Every way to fill the hidden cells is tried: one of them makes it 5 or more."""
    places = [(u, o) for u in UNITS[:2] for o in OUTCOMES[:2]]
    counts = table("two", [(*p, v) for p, v in zip(places, values, strict=True)], unit=UNITS[:2], outcome=OUTCOMES[:2])
    hidden = hide(counts, counts.values)
    fillings = list(_fillings(places, counts, hidden))
    for cell, value in counts.values.items():
        if 0 < value < SMALL:
            assert any(_value(cell, filling) >= SMALL for filling in fillings)


def _value(cell, filling) -> int:
    return sum(value for place, value in filling.items() if _covers(cell, ("two", *place)))


def _fillings(places, counts, hidden, most=8):
    """Yield the ways to fill the hidden cells (at least 1, small enough to try) that leave every visible one right."""
    free = [place for place in places if ("two", *place) in hidden]
    fixed = {place: counts.values[("two", *place)] for place in places if place not in free}
    totals = [(cell, value) for cell, value in counts.values.items() if ALL in cell and cell not in hidden]

    def fill(left, filling):
        if any(_value(cell, filling) > value for cell, value in totals):
            return
        if not left:
            if all(_value(cell, filling) == value for cell, value in totals):
                yield filling
            return
        for value in range(1, most):
            yield from fill(left[1:], filling | {left[0]: value})

    yield from fill(free, fixed)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([10, 20, 30], set()),
        ([10, 0, 30], set()),
        ([3, 20, 30], {"RE01", "RE02"}),
        ([1, 1, 30], {"RE01", "RE02", "RE03"}),
        ([1, 2, 0], {"RE01", "RE02", ALL}),
        ([4, 4, 4], {"RE01", "RE02", "RE03"}),
    ],
)
def test_what_is_hidden_with_a_small_number(values, expected):
    counts = table("one", list(zip(UNITS, values, strict=True)), unit=UNITS)
    assert {cell[1] for cell in hide(counts, counts.values, lambda cell: 9.0 if ALL in cell else 1.0)} == expected


def test_two_tables_that_tell_the_same_number_are_one():
    counts = table("a", [("RE01", 3), ("RE02", 9), ("RE03", 9)], unit=UNITS)
    counts.add_cube("b", pl.DataFrame({"night": NIGHTS, "count": [10, 11]}), {"night": NIGHTS})
    counts.add_sum(("a", ALL), [("b", ALL)])
    hidden = hide(counts, counts.values, lambda cell: 0.1 if cell == ("a", ALL) else 1.0)
    assert hidden & {("a", "RE02"), ("a", "RE03"), ("b", ALL)}, "to hide one total is not enough"


def test_what_is_left_of_a_number_is_protected_though_no_table_shows_it():
    counts = table("all", [("RE01", 12), ("RE02", 40), ("RE03", 40)], unit=UNITS)
    counts.add_cube("late", pl.DataFrame({"unit": UNITS, "count": [10, 20, 20]}), {"unit": UNITS})
    for unit in UNITS:
        counts.add_rest(("all", unit), ("late", unit), ("rest", unit))
    shown = [cell for cell in counts.values if cell[0] != "rest"]
    assert hide(counts, shown), "12 - 10 = 2"


def test_a_total_that_is_none_is_a_fault():
    counts = table("a", [("RE01", 3)], unit=UNITS)
    with pytest.raises(AssertionError, match="not the sum"):
        counts.add_sum(("a", ALL), [("a", "RE02")])
