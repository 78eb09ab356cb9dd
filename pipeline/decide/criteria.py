"""Quality and well-foundedness: the declared rules applied to tables and facts, as findings, scores and counts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

import polars as pl

from pipeline.policy.suites import Suite, read_suite
from pipeline.schema import LISTED, MOMENT, ROW, Tables
from pipeline.screen.gates import FINDING
from pipeline.screen.verdicts import FAIL, judge
from pipeline.settings import LOCAL

PREGNANCY: Final = timedelta(days=300)
"""An expected child is shared, with its due date (RjkJ annex 1)."""


def judge_quality(
    tables: Tables, night: date, suites: tuple[Suite, Suite] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Judge the quality of registrations and persons, by the suites that ship or two others.

    Returns:
        Findings (row, `quality:<rule>`) of what failed, of it or its persons; and counts by suite and rule. Rules of
        registrations may name `delivered_by` beside their columns, the moment of `_delivered_by`; those of persons
        `born_on`, the first day that a birth date may mean, and `born_by`.
    """
    findings, counts = [], []
    of_registration, of_person = suites or (read_suite("registration_quality"), read_suite("person_quality"))
    delivered_by = tables.registration.with_columns(pl.lit(_delivered_by(night)).cast(MOMENT).alias("delivered_by"))
    for suite, frame in ((of_registration, delivered_by), (of_person, _with_births(tables.person, night))):
        verdicts, counted = judge(frame, suite, night)
        rows = frame.select(pl.int_range(pl.len(), dtype=pl.Int64).alias("position"), ROW)
        failed = verdicts.filter(pl.col("answer") == FAIL).join(rows, on="position")
        findings.append(failed.select(ROW, ("quality:" + pl.col("rule")).alias("reason")).unique(maintain_order=True))
        counts.append(counted)
    return pl.concat(findings).cast(FINDING), pl.concat(counts)


def _delivered_by(night: date) -> datetime:
    """Return the moment before which a night's export is delivered: the end of the day after it, as late ones are.

    What is later lies in the future. Nothing else follows of it (the contract names no such outcome, and what is told
    may be true for all that): the gate of age passes what cannot be five years old, and danger is what it was.
    """
    return datetime.combine(night + timedelta(days=2), time(), LOCAL)


def _with_births(person: pl.DataFrame, night: date) -> pl.DataFrame:
    """Add `born_on` and `born_by`: what is later is no due date of an expected child either."""
    first = pl.col("birth_date").str.replace_all("-00", "-01", literal=True)
    due = (_delivered_by(night) + PREGNANCY).date()
    return person.with_columns(born_on=first.str.to_date("%Y-%m-%d", strict=False), born_by=pl.lit(due))


def score_criteria(
    facts: pl.DataFrame, night: date, criteria: Suite | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Score how well founded each registration is, by the criteria that ship or others; not knowing is not passing.

    Returns:
        row, substantiation_score (0 to 100: the share of the weights that is met), gaps and blocking_gaps (names of
        criteria, as they are declared); and counts by suite and rule.
    """
    suite = criteria or read_suite("well_founded")
    verdicts, counts = judge(facts, suite, night)
    missed = _missed(verdicts, suite, night)
    total = max(sum(rule.weight for rule in suite.on(night)), 1)
    scores = facts.select(pl.int_range(pl.len(), dtype=pl.Int64).alias("position"), ROW).join(
        missed, on="position", how="left", maintain_order="left"
    )
    none = pl.lit([], dtype=LISTED)
    return scores.select(
        ROW,
        (100 - pl.col("missed").fill_null(0) * 100 / total).round().cast(pl.Int64).alias("substantiation_score"),
        pl.col("gaps").fill_null(none),
        pl.col("blocking_gaps").fill_null(none),
    ), counts


def _missed(verdicts: pl.DataFrame, suite: Suite, night: date) -> pl.DataFrame:
    """Return position, gaps, blocking_gaps, and the weight that is `missed`, of what misses a criterion."""
    rules = pl.DataFrame(
        [(rule.name, rule.weight, rule.blocking, place) for place, rule in enumerate(suite.on(night))],
        schema={"rule": pl.String, "weight": pl.Int64, "blocking": pl.Boolean, "place": pl.Int64},
        orient="row",
    )
    return (
        verdicts.join(rules, on="rule")
        .sort("position", "place")
        .group_by("position", maintain_order=True)
        .agg(
            gaps=pl.col("rule"),
            blocking_gaps=pl.col("rule").filter("blocking"),
            missed=pl.col("weight").sum(),
        )
    )
