"""What the desk does to a registration: a person's decision is taken, and a release is loaded at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from pipeline import stages, workspace
from pipeline.decide.criteria import score_criteria
from pipeline.decide.disclosed import ledger_entries
from pipeline.decide.report import Staging, build_staging
from pipeline.desk import decisions as desk_decisions
from pipeline.desk.decisions import Decision
from pipeline.desk.queue import Item, find_item, view
from pipeline.load.database import transaction
from pipeline.load.staging import load_region, write_recalls
from pipeline.policy.rules import read_rules
from pipeline.schema import ROW, Tables
from pipeline.settings import Settings, read_key, read_settings
from pipeline.steps import database, policy_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def decide_at_desk(number: str, unit: str | None, decision: Decision, settings: Settings | None = None) -> bool:
    """Take a person's decision over what waits; tell whether it took effect. A release is loaded at once.

    Args:
        number: the registration's number, or the item's name.
        unit: where two units have that number.
        decision: with `lock` -1 for the item as it is now, and without regions for where the addresses lead.
        settings: of this installation.

    Raises:
        UsageError: nothing of that number waits.
        DecisionRefused: it is not allowed, or somebody was first.
    """
    settings = settings or read_settings()
    rules, secret = read_rules(), read_key(settings)
    with transaction(database(settings), "desk") as given:
        item = find_item(given, number, unit)
        contents = view(given, item, decision.account, secret)
        wanted = replace(decision, lock=item.lock if decision.lock < 0 else decision.lock)
        if isinstance(contents, Tables) and decision.kind == "release" and not decision.regions:
            delivery = workspace.nightly(settings, item.unit, item.night)
            routed = stages.enrich(contents, policy_of(delivery, settings)).routed.get_column("regions").to_list()
            wanted = replace(wanted, regions=tuple(routed[0]))
        done = desk_decisions.decide(given, item, wanted, rules)
        if done and decision.kind == "release":
            assert isinstance(contents, Tables)
            _release(given, item, contents, wanted.regions, settings)
    return done


def _release(given: cursor, item: Item, tables: Tables, regions: tuple[str, ...], settings: Settings) -> None:
    """Load one released registration, minimised like any other, into its regions."""
    policy = policy_of(workspace.nightly(settings, item.unit, item.night), settings)
    enriched = stages.enrich(tables, policy)
    scores, _ = score_criteria(enriched.facts, item.night)
    everybody = tables.person.select(ROW, "person_number").join(
        pl.DataFrame({"region": list(regions)}, schema={"region": pl.String}), how="cross"
    )
    allowed, withheld = stages.minimise(tables, policy)
    verdict = (
        scores.drop("blocking_gaps")
        .join(enriched.facts.select(ROW, "danger", "danger_told"), on=ROW)
        .with_columns(pl.lit(list(regions)).alias("regions"))
    )
    staging = build_staging(allowed, verdict, everybody, policy.terms)
    entries = ledger_entries(staging, withheld, policy.rules.elements_on(item.night), policy.terms)
    for region in regions:
        ours = pl.col("region") == region
        parts = (staging.report, staging.person, staging.prior_incident, staging.danger_signal)
        load_region(given, region, Staging(*(part.filter(ours) for part in parts)), entries.filter(ours))
        write_recalls(given, region, [(item.unit, item.night.isoformat(), item.export_id)])
