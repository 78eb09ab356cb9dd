"""Great Expectations' verdicts, row by row: the only importer of the library, and no value in any result.

The rules are the library's, and it is the reference of what they say. A night is judged by the same declarations as
expressions (`pipeline.screen.expressions`); the library is imported for a rule that has none, and for the proof.

`COMPLETE` without index columns and without unexpected values gives row positions only, and is its quickest form.
The library skips empty values and counts them as success; here they are `unknown`. A missing column does not raise
there; here it is a PolicyError. Measured on two busy cores, 20 rules on 50,000 rows: 4 million checks/s, 7 ms a rule of
fixed cost; with the query that the library writes out by default, and with yes/no as nullable booleans, 1 million.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final

import polars as pl

from pipeline.errors import PolicyError
from pipeline.policy.suites import Rule, Suite
from pipeline.screen.expressions import holds

FAIL, UNKNOWN = "fail", "unknown"
POSITIONS_ONLY: Final[dict[str, Any]] = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}
VERDICTS: Final = pl.Schema({"position": pl.Int64(), "rule": pl.String(), "answer": pl.String()})
COUNTS: Final = pl.Schema(
    {"suite": pl.String(), "rule": pl.String(), "evaluated": pl.Int64(), "failed": pl.Int64(), "unknown": pl.Int64()}
)


def judge(
    frame: pl.DataFrame, suite: Suite, night: date, *, by_library: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Judge every row by every rule of `suite` in force on `night`.

    Args:
        frame: with the columns that the rules name.
        suite: the rules.
        night: that is judged.
        by_library: let Great Expectations itself judge every rule; the answers are the same.

    Returns:
        VERDICTS of the rows that did not pass (all others passed), by position in `frame`; and COUNTS by rule.

    Raises:
        PolicyError: a rule names a column that is not there, or cannot be evaluated.
    """
    rules = suite.on(night)
    failed = dict.fromkeys((rule.name for rule in rules), pl.Series("position", [], dtype=pl.Int64))
    if len(frame) and rules:
        _check_columns(frame, suite, rules)
        told = {} if by_library else _expressed(frame, suite, rules)
        rest = tuple(rule for rule in rules if rule.name not in told)
        failed = told | (_failures(frame, suite, rest) if rest else {})
    unknown = {name: _without(empty, failed[name]) for name, empty in _empty(frame, rules).items()}
    counts = [(suite.name, name, len(frame), len(failed[name]), len(unknown[name])) for name in unknown]
    return _verdicts({FAIL: failed, UNKNOWN: unknown}), pl.DataFrame(counts, schema=COUNTS, orient="row")


def _verdicts(found: Mapping[str, Mapping[str, pl.Series]]) -> pl.DataFrame:
    """Return VERDICTS of the positions that were found, by answer and rule: those of one rule together."""
    told = [
        (positions, name, answer)
        for name in found[UNKNOWN]
        for answer in (FAIL, UNKNOWN)
        if len(positions := found[answer][name])
    ]
    listed = {**VERDICTS, "position": pl.List(pl.Int64)}
    return pl.DataFrame(told, schema=listed, orient="row").explode("position")


def _empty(frame: pl.DataFrame, rules: tuple[Rule, ...]) -> dict[str, pl.Series]:
    """Return the positions where a rule lacks a value, by rule."""
    lacking = {rule.name: pl.any_horizontal(pl.col(column).is_null() for column in rule.columns) for rule in rules}
    return _positions(frame, lacking)


def _positions(frame: pl.DataFrame, where: Mapping[str, pl.Expr]) -> dict[str, pl.Series]:
    found = frame.select(there.arg_true().implode().alias(name) for name, there in where.items())
    return {name: found.get_column(name)[0].cast(pl.Int64) for name in found.columns}


def _without(positions: pl.Series, failed: pl.Series) -> pl.Series:
    """Leave out what a rule failed: of a value that has to be there, for being empty."""
    return positions.filter(~positions.is_in(failed.implode())) if len(positions) and len(failed) else positions


def _check_columns(frame: pl.DataFrame, suite: Suite, rules: tuple[Rule, ...]) -> None:
    missing = sorted({column for rule in rules for column in rule.columns} - set(frame.columns))
    if missing:
        raise PolicyError(f"{suite.name}.json", f"there is no column {', '.join(missing)}")


def _expressed(frame: pl.DataFrame, suite: Suite, rules: tuple[Rule, ...]) -> dict[str, pl.Series]:
    """Return the positions that fail, by rule that has an expression."""
    held = {rule.name: holds(rule, frame.schema) for rule in rules}
    try:
        return _positions(frame, {name: ~there for name, there in held.items() if there is not None})
    except pl.exceptions.ComputeError:  # it quotes the declaration
        raise PolicyError(f"{suite.name}.json", "a rule cannot be evaluated") from None


def _failures(frame: pl.DataFrame, suite: Suite, rules: tuple[Rule, ...]) -> dict[str, pl.Series]:
    """Return the positions that fail, by rule, as the library tells."""
    columns = sorted({column for rule in rules for column in rule.columns})
    batch = _batch_definition().get_batch(batch_parameters={"dataframe": _pandas(frame.select(columns))})
    answered = batch.validate(_library_suite(suite.name, rules), result_format=POSITIONS_ONLY)
    failed = {}
    for result in answered.results:
        name = result.expectation_config.meta["rule"]
        if result.exception_info.get("raised_exception", True) or "unexpected_index_list" not in result.result:
            raise PolicyError(f"{suite.name}.json", f"rule {name} cannot be evaluated")
        failed[name] = pl.Series("position", list(result.result["unexpected_index_list"]), dtype=pl.Int64)
    return failed


def _pandas(frame: pl.DataFrame) -> Any:  # noqa: ANN401 - pandas is imported by this module alone
    """Hand the columns over; yes and no become 1 and 0, which equal true and false, and not a number is unknown.

    Every rule takes its rows out of the whole table: columns of one plain type are taken at once.
    """
    return frame.with_columns(pl.col(pl.Boolean).cast(pl.Float32)).to_pandas()


@cache
def _batch_definition() -> Any:  # noqa: ANN401 - the library has no types
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import: nothing leaves this machine
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("tables").add_dataframe_asset("table")
    return asset.add_batch_definition_whole_dataframe("whole")


@cache
def _library_suite(name: str, rules: tuple[Rule, ...]) -> Any:  # noqa: ANN401 - the library has no types
    import great_expectations as gx

    declared = [{"type": rule.type, "kwargs": rule.kwargs, "meta": {"rule": rule.name}} for rule in rules]
    try:
        made = gx.ExpectationSuite(name=name, expectations=declared)
    except Exception:  # the library's own, pydantic's and plain ones, by what is wrong with the declaration
        raise PolicyError(f"{name}.json", "a rule lacks an argument of its expectation, or has one too many") from None
    if len(made.expectations) < len(rules):  # it logs a type that it does not know, and goes on without it
        raise PolicyError(f"{name}.json", "a rule is of a type that the library does not know")
    return made
