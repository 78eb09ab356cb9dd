"""The declarations of the suites as polars expressions: what Great Expectations would answer, without the library.

A night is judged by these: on 20 rules and a million rows expressions do 1.5 million rows a second, the library 21
thousand, and importing it takes seconds of every process. What is not known here for certain (another kind of rule,
another argument, another type of column) has no expression, and the library judges it. `tests/screen/test_verdicts.py`
proves for every rule that ships that it has one, and that both give the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from pipeline.policy.suites import Rule

Arguments = dict[str, Any]
Columns = Mapping[str, pl.DataType]

_ATOM: Final = r"(?:[A-Za-z0-9 -]|\[(?:[A-Za-z0-9](?:-[A-Za-z0-9])?)+\]|\(\?:|\)|\|)"
_TIMES: Final = r"(?:[?*+]|\{[0-9]{1,2}(?:,[0-9]{0,2})?\})"
PLAIN_REGEX: Final = re.compile(rf"\^?(?:{_ATOM}{_TIMES}?)*\$?")
"""What every engine reads alike: letters, digits, sets of them, groups, alternatives and counts, between two ends."""


def holds(rule: Rule, columns: Columns) -> pl.Expr | None:
    """Return where a rule holds, over a table of these columns; None where only the library can tell.

    The expression is null where a value is empty, but for the rule that asks for one.
    """
    express = EXPRESSED.get(rule.type)
    return express(rule.kwargs, columns) if express else None


def _there(told: Arguments, columns: Columns) -> pl.Expr | None:
    if told.keys() != {"column"} or columns[told["column"]].is_float():  # not a number is empty there
        return None
    return pl.col(told["column"]).is_not_null()


def _in_set(told: Arguments, columns: Columns) -> pl.Expr | None:
    if told.keys() != {"column", "value_set"} or not isinstance(told["value_set"], list):
        return None
    kind = {pl.Boolean: bool, pl.String: str}.get(columns[told["column"]].base_type())
    if kind is None or not told["value_set"] or any(type(value) is not kind for value in told["value_set"]):
        return None
    return pl.col(told["column"]).is_in(told["value_set"])


def _matches(told: Arguments, columns: Columns) -> pl.Expr | None:
    if told.keys() != {"column", "regex"} or columns[told["column"]] != pl.String:
        return None
    regex = told["regex"]
    if not _is_plain(regex):
        return None
    # the library's end is also the place before a closing line break
    return pl.col(told["column"]).str.contains(regex.removesuffix("$") + r"\n?\z" if regex.endswith("$") else regex)


def _matches_not(told: Arguments, columns: Columns) -> pl.Expr | None:
    matches = _matches(told, columns)
    return None if matches is None else ~matches


def _is_plain(regex: object) -> bool:
    if not isinstance(regex, str) or PLAIN_REGEX.fullmatch(regex) is None:
        return False
    try:
        re.compile(regex)
    except re.error:
        return False
    return True


def _length(told: Arguments, columns: Columns) -> pl.Expr | None:
    bounds = {name: value for name, value in told.items() if name != "column"}
    known = bounds and bounds.keys() <= {"min_value", "max_value"}
    if not known or any(type(value) is not int for value in bounds.values()) or columns[told["column"]] != pl.String:
        return None
    length = pl.col(told["column"]).str.len_chars().cast(pl.Int64)
    lowest, highest = (pl.lit(bounds.get(name, beyond)) for name, beyond in (("min_value", 0), ("max_value", 2**62)))
    return (length >= lowest) & (length <= highest)


def _in_order(told: Arguments, columns: Columns) -> pl.Expr | None:
    if told.keys() != {"column_A", "column_B", "or_equal", "ignore_row_if"}:
        return None
    later, earlier = pl.col(told["column_A"]), pl.col(told["column_B"])
    alike = columns[told["column_A"]] == columns[told["column_B"]] and columns[told["column_A"]].is_temporal()
    if not alike or told["ignore_row_if"] != "either_value_is_missing" or type(told["or_equal"]) is not bool:
        return None
    return later >= earlier if told["or_equal"] else later > earlier


EXPRESSED: Final[Mapping[str, Callable[[Arguments, Columns], pl.Expr | None]]] = {
    "expect_column_values_to_not_be_null": _there,
    "expect_column_values_to_be_in_set": _in_set,
    "expect_column_values_to_match_regex": _matches,
    "expect_column_values_to_not_match_regex": _matches_not,
    "expect_column_value_lengths_to_be_between": _length,
    "expect_column_pair_values_a_to_be_greater_than_b": _in_order,
}
