"""The legal gates on the whole registration (DOMAIN.md G1–G4), as findings: every gate that closes is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

import polars as pl

from pipeline.policy.dates import years_before
from pipeline.policy.rules import Gate, Rules
from pipeline.schema import ROW, Tables, local_day

DEPENDENCY = ("partner", "ex-partner", "ouder", "kind", "broer-zus", "familie", "huisgenoot", "mantelzorger")
"""Relations in which violence is domestic violence (Wmo 2015 1.1.1)."""
OUTSIDE = ("buur", "anders")
SOURCES = ("GE", "ME", "PR", "IN")
"""Roles that tell of it and are no part of it."""
MARKED_KINDS = ("HG", "ZJ")

FINDING: Final = pl.Schema({ROW: pl.Int64(), "reason": pl.String()})


def judge_gates(tables: Tables, rules: Rules, night: date, *, agreed: bool) -> pl.DataFrame:
    """Return the findings (row, reason) of every gate that closes; a registration may have several or none.

    Args:
        tables: canonical tables.
        rules: gates as data.
        night: the night of the export; five years count back from it.
        agreed: whether the unit's agreement is in force on the night.
    """
    return pl.concat(
        [judge_tests(tables.registration, rules.gates_on(night), night), _judge_scope(tables, agreed=agreed)]
    )


def judge_tests(registration: pl.DataFrame, gates: Iterable[Gate], night: date) -> pl.DataFrame:
    """Return the findings of those of `gates` that test a column; `registration` needs ROW and what they test."""
    conditions = {gate.id: _condition(gate, night) for gate in gates}
    return findings_where(registration, {name: closes for name, closes in conditions.items() if closes is not None})


def findings_where(registration: pl.DataFrame, conditions: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Return FINDING where a condition is met, one reason after the other."""
    told = registration.select(ROW, *(met.alias(reason) for reason, met in conditions.items()))
    found = told.unpivot(list(conditions), index=ROW, variable_name="reason", value_name="met")
    return found.filter(pl.col("met").cast(pl.Boolean)).select(FINDING.names()).cast(FINDING)


def _condition(gate: Gate, night: date) -> pl.Expr | None:
    """Return the gate's test as an expression that is never unknown; None for gates that a stage finds."""
    tests: dict[str, Callable[[], pl.Expr]] = {
        "flag": lambda: pl.col(str(gate.flag)).fill_null(value=False),
        "unknown_flag": lambda: pl.col(str(gate.unknown_flag)).is_null(),
        "present": lambda: pl.col(str(gate.present)).is_not_null(),
        "column": lambda: _code_is_met(gate),
        "older_than_years": lambda: local_day("known_at") < pl.lit(years_before(night, gate.older_than_years or 0)),
    }
    return next((test() for name, test in tests.items() if getattr(gate, name) is not None), None)


def _code_is_met(gate: Gate) -> pl.Expr:
    code = pl.col(str(gate.column))
    if gate.among:
        return code.is_in(gate.among).fill_null(value=False)
    return ~code.is_in(gate.not_among).fill_null(value=False)


def _judge_scope(tables: Tables, *, agreed: bool) -> pl.DataFrame:
    """Find what is out of scope, what contradicts its mark, and what no agreement covers (CONTRACT.md §2)."""
    scoped = tables.registration.select(
        ROW,
        marked=pl.col("kind").is_in(MARKED_KINDS).fill_null(value=False) | pl.col("project_code").is_not_null(),
        unreadable=pl.col("problems").list.contains("unknown_code:kind"),
    ).join(_relations(tables.person), on=ROW, how="left", maintain_order="left")
    marked, unreadable = pl.col("marked"), pl.col("unreadable")
    dependent = pl.col("dependent").fill_null(value=False)
    outside = pl.col("outside").fill_null(value=False)
    out_of_scope = ~marked & ~dependent & ~unreadable
    findings = {
        "out_of_scope": out_of_scope,
        "kind_unknown": ~marked & unreadable,
        "marked_outside_dependency": marked & outside & ~dependent,
        "unmarked_dependency": ~marked & dependent,
        "agreement_not_in_force": ~out_of_scope & pl.lit(not agreed),
    }
    return findings_where(scoped, findings)


def _relations(person: pl.DataFrame) -> pl.DataFrame:
    """Return per row whether any stated relation is one of dependency, and whether any lies outside it.

    A neighbour who called or saw it says nothing of the relation that the registration is about; a caller who is a
    partner does.
    """
    relation = pl.col("relation")
    source = pl.col("role").is_in(SOURCES).fill_null(value=False)
    return person.group_by(ROW).agg(
        dependent=relation.is_in(DEPENDENCY).any(), outside=(relation.is_in(OUTSIDE) & ~source).any()
    )
