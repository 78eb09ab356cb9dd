"""The baseline: exports of the unfiltered past judged by today's rules, and nothing of them loaded anywhere.

Only counts last: how many registrations of a unit's night would have had which outcome, how many of them well
founded, and which criteria they miss. No outcome, hold, ledger entry, history or archive is written, and what was
conformed to judge it is deleted at once. What was received before is not looked up: a past export stands by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import polars as pl

from pipeline import installation, stages, workspace
from pipeline.decide.criteria import judge_quality, score_criteria
from pipeline.errors import ExportRefused
from pipeline.load.database import copy, transaction
from pipeline.policy.rules import read_rules
from pipeline.receive import read_manifest, receive_export
from pipeline.receive.refusal import refuse
from pipeline.reports.daily import JUDGED
from pipeline.schema import ROW
from pipeline.settings import Settings
from pipeline.workspace import Delivery

POOR = ("poorly_founded", "poorly_founded_in_danger")
VERDICT = pl.Schema({"outcome": pl.String(), "founded": pl.Boolean(), "gaps": pl.List(pl.String())})


def observe_night(settings: Settings, night: date, progress: Callable[[str], None] = lambda _: None) -> dict[str, str]:
    """Judge the exports of a night and keep the counts; return by unit what came of it.

    Returns:
        By unit `observed`, `missing`, or the sentence of a refusal.
    """
    told = {}
    for unit in installation.units(settings):
        told[unit] = observe_unit(settings, unit, night)
        progress(unit)
    return told


def observe_unit(settings: Settings, unit: str, night: date) -> str:
    """Judge one unit's export and keep the counts, in place of those of an earlier time; see `observe_night`."""
    usual = workspace.delivery_of(settings, unit, night)
    delivery = replace(usual, work=settings.home / "observe" / night.isoformat() / unit)
    if not (delivery.inbox / "manifest.json").exists():
        return "missing"
    try:
        verdicts = pl.concat([VERDICT.to_frame(), *_judge(settings, delivery)])
    except ExportRefused as refusal:
        return refusal.dutch
    finally:
        workspace.clear(delivery.work)
    _record(settings, unit, night, verdicts)
    return "observed"


def _judge(settings: Settings, delivery: Delivery) -> Iterator[pl.DataFrame]:
    """Yield VERDICT of each part, and of the rows that could not be read."""
    agreement = installation.agreements(settings).latest(delivery.unit, delivery.night)
    if agreement is None:
        raise refuse(delivery.unit, None, "no_agreement")
    read_manifest(delivery.inbox, delivery.unit, delivery.night)
    receive_export(
        delivery.inbox,
        unit=delivery.unit,
        night=delivery.night,
        agreement=agreement,
        out=delivery.received,
        earlier=lambda _: {},
    )
    policy = installation.policy_of(delivery, settings)
    for part in delivery.parts():
        tables = workspace.read_tables(delivery, part)
        quality, _ = judge_quality(tables, delivery.night)
        enriched = stages.enrich(tables, policy)
        scores, _ = score_criteria(enriched.facts, delivery.night)
        findings = pl.concat([stages.screen(tables, policy), quality, stages.find(enriched, scores)])
        yield _verdict(stages.conclude(tables, findings, enriched, scores, policy).verdict)
    rejected = pl.read_parquet(delivery.received / "rejected.parquet").select(ROW)
    yield rejected.with_columns(
        outcome=pl.lit("reject"), founded=pl.lit(value=True), gaps=pl.lit([], dtype=pl.List(pl.String))
    ).drop(ROW)


def _verdict(verdict: pl.DataFrame) -> pl.DataFrame:
    poor = pl.any_horizontal(pl.col("reasons").list.contains(reason) for reason in POOR)
    return verdict.select("outcome", (~poor).alias("founded"), pl.col("gaps").fill_null([])).cast(VERDICT)


def _record(settings: Settings, unit: str, night: date, verdicts: pl.DataFrame) -> None:
    """Replace the counts of a unit's night."""
    policy_version = read_rules().version
    named = [pl.lit(unit).alias("unit"), pl.lit(night).alias("night")]
    counted = verdicts.group_by("outcome", "founded").len("count").sort("outcome", "founded")
    gaps = (
        verdicts.filter(pl.col("outcome").is_in(JUDGED))
        .select(pl.col("gaps").alias("criterion"))
        .explode("criterion")
        .drop_nulls()
        .group_by("criterion")
        .len("missed")
        .sort("criterion")
    )
    with transaction(installation.database(settings), "intake.observed") as given:
        for table in ("observed", "observed_gap"):
            given.execute(
                f"DELETE FROM intake.{table} WHERE (unit, night) = (%s, %s)",  # noqa: S608 - of this line above
                (unit, night),
            )
        copy(
            given,
            "intake.observed",
            counted.select(*named, pl.lit(policy_version).alias("policy_version"), "outcome", "founded", "count"),
        )
        copy(given, "intake.observed_gap", gaps.select(*named, "criterion", "missed"))
