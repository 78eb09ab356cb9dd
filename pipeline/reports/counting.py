"""The cells of a report: every count that it may show, and how they add up with each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from pipeline.policy.rules import OUTCOMES
from pipeline.reports.daily import JUDGED
from pipeline.reports.disclosure import ALL, Counts, Key
from pipeline.reports.material import Material
from pipeline.reports.names import criteria
from pipeline.reports.period import bucket as begin_of

UNKNOWN_REGION: Final = ""
OTHER: Final = "other"
"""Duplicate or rejected: so few that one unit's are told together."""
SHOWN: Final = ("forward", "return", "hold", "elsewhere", "withhold", OTHER)
"""Outcomes as the tables of units and regions tell them."""
KINDS: Final = ("domestic_violence", "youth_concern")
SEQUENCES: Final = ("first", "repeat", "follow_up", "")
SUSPICIONS: Final = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "")
STATUSES: Final = ("sent", "received", "not_accepted", "wrong_region", "triaged", "closed")
STATES: Final = ("in_time", "late", "open")
WAITS: Final = {"day": 24, "three_days": 72, "week": 168, "longer": 10_000}
"""Classes of waiting time, with the last class of `daily_delay` that each holds."""
YES_NO: Final = ("yes", "no")


def count_report(material: Material, units: Sequence[str], regions: Sequence[str]) -> Counts:
    """Return the cells of a report: cubes `reg`, `time`, `judged`, `region`, `gap:*`, `delivered` and so on.

    Args:
        material: counts of the period.
        units: those with an agreement; others of which there is something are added.
        regions: of today.
    """
    counts = Counts()
    units = units_of(material, units)
    _count_registrations(counts, material, units)
    counts.add_cube("region", _together(material.regions), {"region": (*regions, UNKNOWN_REGION), "outcome": SHOWN})
    _count_gaps(counts, material, units)
    _count_deliveries(counts, material, regions)
    _count_answers(counts, material, regions)
    _count_waits(counts, material, units)
    observed = material.observed.filter(pl.col("outcome").is_in(JUDGED)).with_columns(_founded())
    counts.add_cube("base", observed, {"unit": units, "founded": YES_NO})
    return counts


def worth(cell: Key) -> float:
    """Return what it costs a reader to lose a cell: the country's numbers most, then shares, then totals."""
    if cell[1] == ALL:
        return 10_000.0 if set(cell[1:]) == {ALL} else 1_000.0
    if cell[0] in {"judged", "founded", "base", "time"}:
        return 30.0
    return 10.0 if ALL in cell[2:3] else 5.0 if "forward" in cell else 1.0


def units_of(material: Material, units: Sequence[str]) -> list[str]:
    """Return the units of a report, in order."""
    return sorted({*units, *material.outcomes["unit"], *material.observed["unit"], *material.waiting["unit"]})


def _founded() -> pl.Expr:
    return pl.when("founded").then(pl.lit("yes")).otherwise(pl.lit("no")).alias("founded")


def _count_registrations(counts: Counts, material: Material, units: list[str]) -> None:
    """Count by outcome: over units, over time, and how much of what is judged is well founded over both."""
    outcomes = material.outcomes.with_columns(_founded())
    judged = material.judged.with_columns(_founded())
    period = material.period
    buckets, longer = period.buckets(), period.buckets(period.unit_step)
    counts.add_cube("reg", _together(outcomes), {"unit": units, "outcome": SHOWN, "founded": YES_NO})
    # how much of one outcome is well founded stands in no table; it ties the outcomes to what is judged
    counts.free |= {cell for cell in counts.values if cell[0] == "reg" and ALL not in cell[2:]}
    counts.add_cube("time", outcomes, {"bucket": buckets, "outcome": OUTCOMES})
    counts.add_cube("judged", judged, {"unit": units, "unit_bucket": longer, "founded": YES_NO})
    counts.add_cube("founded", judged, {"bucket": buckets, "founded": YES_NO})
    for outcome in (*SHOWN, ALL):
        parts = ("duplicate", "reject") if outcome == OTHER else (outcome,)
        counts.add_sum(("reg", ALL, outcome, ALL), [("time", ALL, part) for part in parts])
    for unit in (*units, ALL):
        for founded in (*YES_NO, ALL):
            counts.add_sum(("judged", unit, ALL, founded), [("reg", unit, outcome, founded) for outcome in JUDGED])
    for bucket in buckets:
        counts.add_sum(("founded", bucket, ALL), [("time", bucket, outcome) for outcome in JUDGED])
    for founded in (*YES_NO, ALL):
        for long in longer:
            within = [bucket for bucket in buckets if _begin(bucket, period.unit_step) == long]
            counts.add_sum(("judged", ALL, long, founded), [("founded", bucket, founded) for bucket in within])


def _begin(day: str, step: str) -> str:
    return begin_of(date.fromisoformat(day), step).isoformat()


def _together(frame: pl.DataFrame) -> pl.DataFrame:
    """Tell what is rare as one outcome."""
    rare = pl.col("outcome").is_in(["duplicate", "reject"])
    return frame.with_columns(outcome=pl.when(rare).then(pl.lit(OTHER)).otherwise("outcome"))


def _count_gaps(counts: Counts, material: Material, units: list[str]) -> None:
    """Count by criterion how many of what is judged miss it and meet it, and for how many it is all that blocks."""
    judged = {unit: counts.values[("judged", unit, ALL, ALL)] for unit in units}
    for criterion in criteria():
        found = material.gaps.filter(pl.col("criterion") == criterion)
        missed = dict(found.select("unit", "missed").iter_rows())
        rows = [(unit, "missed", missed.get(unit, 0)) for unit in units]
        rows += [(unit, "met", judged[unit] - missed.get(unit, 0)) for unit in units]
        frame = pl.DataFrame(rows, schema=["unit", "answer", "count"], orient="row")
        counts.add_cube(f"gap:{criterion}", frame, {"unit": units, "answer": ("missed", "met")})
        for unit in units:
            counts.add_sum(("judged", unit, ALL, ALL), [(f"gap:{criterion}", unit, ALL)])
        counts.values[("alone", criterion)] = int(found["alone"].sum())
        counts.add_rest((f"gap:{criterion}", ALL, "missed"), ("alone", criterion), ("not_alone", criterion))


def _count_deliveries(counts: Counts, material: Material, regions: Sequence[str]) -> None:
    """Count report versions in the regions' tables, by the classes of the national statistics."""
    delivered = material.deliveries.with_columns(
        recalled=pl.when("recalled").then(pl.lit("yes")).otherwise(pl.lit("no"))
    )
    for column, values in (
        ("kind", KINDS),
        ("sequence", SEQUENCES),
        ("suspicion", SUSPICIONS),
        ("recalled", YES_NO),
    ):
        counts.add_cube(column, delivered, {"region": regions, column: values})
        for region in (*regions, ALL):
            counts.relate((column, region, ALL), ("kind", region, ALL))
    for region in regions:
        counts.relate(("kind", region, ALL), ("region", region, "forward"))


def _count_answers(counts: Counts, material: Material, regions: Sequence[str]) -> None:
    for column, values in (("status", STATUSES), ("triage", STATES), ("closed", STATES)):
        counts.add_cube(f"answer:{column}", material.answers, {"region": regions, column: values})
        for region in (*regions, ALL):
            counts.relate((f"answer:{column}", region, ALL), ("kind", region, ALL))


def _count_waits(counts: Counts, material: Material, units: list[str]) -> None:
    """Count how long reports took to their region, and what waits at the desk."""
    names, edges = list(WAITS), list(WAITS.values())
    for since in ("known", "committed"):
        taken = material.delays.filter(pl.col("since") == since).with_columns(
            wait=pl.col("hours").map_elements(
                lambda hours: next(name for name, edge in zip(names, edges, strict=True) if hours <= edge), pl.String
            )
        )
        counts.add_cube(since, taken, {"unit": units, "wait": names})
    counts.relate(("known", ALL, ALL), ("kind", ALL, ALL))
    waiting = material.waiting.with_columns(
        *(pl.when(name).then(pl.lit("yes")).otherwise(pl.lit("no")).alias(name) for name in ("danger", "late"))
    )
    counts.add_cube("desk", waiting, {"unit": units, "danger": YES_NO, "late": YES_NO})
    for unit in units:
        counts.relate(("desk", unit, ALL, ALL), ("reg", unit, "hold", ALL))
