"""First report, repeat or follow-up, and whether it gets worse: computed from earlier incidents, with the facts."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from pipeline.policy.enrichment import Enrichment
from pipeline.schema import DANGER_BOXES, local_day

FIRST, REPEAT, FOLLOW_UP = "first", "repeat", "follow_up"
BOXES: Final = (*DANGER_BOXES, "injury")
TODAY: Final = -1
"""What happened on the day itself is more days old than that."""


def sequence(registration: pl.DataFrame, priors: pl.DataFrame, policy: Enrichment) -> pl.DataFrame:
    """Tell the place of each registration in the history of its persons.

    Args:
        registration: tonight's registrations.
        priors: `prior.prior_incidents`.
        policy: `enrichment.toml`.

    Returns:
        One row a registration: `row`; `sequence` (`first`; `repeat`: earlier domestic incidents; `follow_up`: one of
        them so recent that VT's case may still be open); `earlier_dates` (list, oldest first); `escalates` and
        `escalation_facts`, such as `more_often:3_after_1` and `graver:4_after_2`.
    """
    known = registration.select("row", local_day("known_at").alias("known"), _gravity(policy).alias("grave"))
    events = priors.group_by("row", "date").agg(
        pl.col("domestic").any(), _class_gravity(policy).max().alias("was_grave")
    )
    dated = events.join(known.select("row", "known"), on="row")
    facts = dated.group_by("row").agg(
        pl.col("date").filter("domestic").sort().alias("earlier_dates"),
        (_within(TODAY, policy.repeat.open_case_days) & pl.col("domestic")).any().alias("open"),
        _within(TODAY, policy.repeat.often_days).sum().alias("lately"),
        _within(policy.repeat.often_days, 2 * policy.repeat.often_days).sum().alias("before"),
        pl.col("was_grave").max(),
    )
    told = known.join(facts, on="row", how="left", maintain_order="left")
    return told.select(
        "row", _place().alias("sequence"), pl.col("earlier_dates").fill_null([]), _facts().alias("escalation_facts")
    ).with_columns((pl.col("escalation_facts").list.len() > 0).alias("escalates"))


def _within(after: int, until: int) -> pl.Expr:
    """Tell whether an event is more than `after` days old, and at most `until`."""
    age = pl.col("known") - pl.col("date")
    return (age > timedelta(days=after)) & (age <= timedelta(days=until))


def _place() -> pl.Expr:
    domestic = (pl.col("earlier_dates").list.len() > 0).fill_null(value=False)
    return (
        pl.when(domestic & pl.col("open"))
        .then(pl.lit(FOLLOW_UP))
        .when(domestic)
        .then(pl.lit(REPEAT))
        .otherwise(pl.lit(FIRST))
    )


def _class_gravity(policy: Enrichment) -> pl.Expr:
    return pl.col("incident_code").replace_strict(dict(policy.gravity), default=None, return_dtype=pl.Int64)


def _gravity(policy: Enrichment) -> pl.Expr:
    boxes = [pl.when(pl.col(box)).then(pl.lit(policy.danger_gravity[box], dtype=pl.Int64)) for box in BOXES]
    return pl.max_horizontal(_class_gravity(policy), *boxes)


def _facts() -> pl.Expr:
    often = pl.col("lately") > pl.col("before")
    graver = pl.col("grave") > pl.col("was_grave")
    # this report itself is one of the latest
    lately = pl.format("more_often:{}_after_{}", pl.col("lately") + 1, "before")
    worse = pl.format("graver:{}_after_{}", "grave", "was_grave")
    return pl.concat_list(pl.when(often).then(lately), pl.when(graver).then(worse)).list.drop_nulls()
