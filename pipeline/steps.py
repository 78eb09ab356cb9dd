"""One function a task: read, call what is pure, write. The command line and the DAGs call nothing else.

A unit's night goes through `receive`, `screen`, `enrich` and `decide`, each unit by itself; `settle` joins the units,
`load` fills one region, `finish` closes the night. Each may be repeated after a crash at any moment: files are
renamed into place, rows appear in one transaction, and an export counts for others only when it is loaded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl

from pipeline import stages, workspace
from pipeline.decide.criteria import judge_quality, score_criteria
from pipeline.decide.disclosed import ledger_entries
from pipeline.decide.report import Staging
from pipeline.errors import ExportRefused
from pipeline.load import archive, desk_items, intake, ledger
from pipeline.load.database import frame, migrate, query, transaction
from pipeline.load.intake import ExportKey
from pipeline.load.server import ensure_server
from pipeline.load.staging import load_region, write_recalls
from pipeline.policy.agreements import Agreements, read_agreements
from pipeline.policy.disclosure import read_disclosure
from pipeline.policy.reference import read_reference
from pipeline.policy.rules import read_rules
from pipeline.receive import read_manifest, receive_export
from pipeline.schema import REGIONS
from pipeline.settings import Settings, read_key, read_settings
from pipeline.workspace import Delivery

LOOK_BACK = timedelta(days=14)
"""How far back a scheduled run looks for complete folders that nobody took (CONTRACT.md §1)."""


@cache
def database(settings: Settings) -> str:
    """Return the DSN of the database in use, started and migrated."""
    dsn = ensure_server(settings)
    migrate(dsn)
    return dsn


@cache
def agreements(settings: Settings) -> Agreements:
    """Return the agreements of this installation."""
    return read_agreements(settings.agreements) if settings.agreements else read_agreements()


def units(settings: Settings | None = None) -> list[str]:
    """Return the units that have an agreement, in force or not."""
    return list(agreements(settings or read_settings()).units)


def regions() -> list[str]:
    """Return the regions that are loaded; also those with nothing tonight, because a re-run may recall there."""
    return list(REGIONS)


def late_exports(night: date, settings: Settings | None = None) -> list[tuple[str, date]]:
    """Return the complete folders of the 14 nights before `night` that nobody took or refused, oldest first."""
    settings = settings or read_settings()
    with transaction(database(settings), "intake.export") as given:
        taken = set(query(given, "SELECT unit, night FROM intake.export WHERE state = 'loaded'"))
        refused = set(query(given, "SELECT unit, night FROM intake.refusal"))
    return [
        (unit, day)
        for day in (night - timedelta(days=days) for days in range(LOOK_BACK.days, 0, -1))
        for unit in units(settings)
        if (workspace.nightly(settings, unit, day).inbox / "manifest.json").exists()
        and (unit, day) not in taken | refused
    ]


def nights_to_take(night: date, settings: Settings | None = None) -> list[str]:
    """Return, as ISO text, `night` and those of the 14 before it that hold a complete folder nobody took."""
    return sorted({night.isoformat(), *(day.isoformat() for _, day in late_exports(night, settings))})


def receive(unit: str, night: date, settings: Settings | None = None) -> dict[str, Any]:
    """Verify and conform a unit's export.

    Returns:
        `state` (`missing`, `known`: loaded before and unchanged, `received`) and counts.

    Raises:
        ExportRefused: it cannot be used; the sentence is kept for `status`.
    """
    settings = settings or read_settings()
    delivery = workspace.nightly(settings, unit, night)
    workspace.clear(delivery.work)
    if not (delivery.inbox / "manifest.json").exists():
        return {"state": "missing"}
    try:
        return _receive(delivery, settings)
    except ExportRefused as refusal:
        with transaction(database(settings), "intake.refusal") as given:
            intake.write_refusal(given, unit, night, delivery.channel, str(refusal))
        raise


def _receive(delivery: Delivery, settings: Settings) -> dict[str, Any]:
    unit, night = delivery.unit, delivery.night
    agreement = agreements(settings).latest(unit, night)
    if agreement is None:
        raise ExportRefused(unit, None, "there is no agreement with this unit", "Add an agreement file for it")
    manifest = read_manifest(delivery.inbox, unit, night)
    key = ExportKey(unit, night, manifest.export_id)
    with transaction(database(settings), "intake.export") as given:
        before = intake.read_export(given, key)
        if before == ("loaded", manifest.digest):
            intake.forget_refusal(given, unit, night, delivery.channel)
            return {"state": "known"}
    if before is not None and before[0] == "loaded":
        raise ExportRefused(
            unit,
            "manifest.json",
            f"export_id {manifest.export_id} was taken before with other files",
            "Deliver the changed files under a new export_id",
        )

    def earlier(numbers: list[str]) -> Mapping[str, Sequence[tuple[int, str]]]:
        with transaction(database(settings), "intake.outcome") as given:
            return intake.earlier_messages(given, key, numbers)

    receipt = receive_export(
        delivery.inbox, unit=unit, night=night, agreement=agreement, out=delivery.received, earlier=earlier
    )
    facts = {
        "channel": delivery.channel,
        "manifest_digest": manifest.digest,
        "dialect": manifest.dialect,
        "agreement_version": agreement.version,
        "policy_version": read_rules().version,
        "received": receipt.rows["registration"],
        "receipt": receipt.as_json(),
    }
    with transaction(database(settings), "intake.export") as given:
        intake.lock_unit(given, unit, night)
        intake.begin_export(given, key, facts)
    _write_key(delivery, key)
    return {"state": "received", "received": facts["received"]}


def _write_key(delivery: Delivery, key: ExportKey) -> None:
    """Write the receipt last: a folder with it holds a whole export."""
    beside = delivery.work / "receipt.new"
    beside.write_text(json.dumps({"export_id": key.export_id}), encoding="utf-8")
    beside.replace(delivery.work / "receipt.json")


def _read_key(delivery: Delivery) -> ExportKey:
    held = json.loads((delivery.work / "receipt.json").read_text(encoding="utf-8"))
    return ExportKey(delivery.unit, delivery.night, held["export_id"])


def policy_of(delivery: Delivery, settings: Settings) -> stages.Policy:
    """Return what a decision on one delivery rests on."""
    known = agreements(settings)
    agreement = known.latest(delivery.unit, delivery.night)
    assert agreement is not None, "received without an agreement"
    in_force = known.in_force(delivery.unit, delivery.night)
    return stages.Policy(
        rules=read_rules(),
        reference=read_reference(),
        agreement=agreement,
        agreed=in_force is not None,
        terms=read_disclosure().terms(agreement, delivery.night, read_rules().version),
    )


def screen(unit: str, night: date, settings: Settings | None = None) -> dict[str, int]:
    """Judge gates and quality of a received export; return how many findings there are."""
    settings = settings or read_settings()
    delivery = workspace.nightly(settings, unit, night)
    policy = policy_of(delivery, settings)
    found = 0
    for part in delivery.parts():
        tables = workspace.read_tables(delivery, part)
        quality, counts = judge_quality(tables, night)
        findings = pl.concat([stages.screen(tables, policy), quality])
        workspace.write(findings, delivery.file("screened", part, "findings"))
        workspace.write(counts, delivery.file("screened", part, "quality"))
        found += len(findings)
    return {"findings": found}


def enrich(unit: str, night: date, settings: Settings | None = None) -> dict[str, int]:
    """Route a screened export and state its facts; return how many registrations have a region."""
    settings = settings or read_settings()
    delivery = workspace.nightly(settings, unit, night)
    policy = policy_of(delivery, settings)
    routed = 0
    for part in delivery.parts():
        enriched = stages.enrich(workspace.read_tables(delivery, part), policy)
        workspace.write(enriched.routed, delivery.file("enriched", part, "routed"))
        workspace.write(enriched.parts, delivery.file("enriched", part, "parts"))
        workspace.write(enriched.facts, delivery.file("enriched", part, "facts"))
        routed += enriched.routed.filter(pl.col("regions").list.len() > 0).height
    return {"routed": routed}


def _read_enriched(delivery: Delivery, part: str) -> stages.Enriched:
    return stages.Enriched(*(workspace.read(delivery, "enriched", part, name) for name in ("routed", "parts", "facts")))


def decide(unit: str, night: date, settings: Settings | None = None) -> dict[str, int]:
    """Give every registration of an enriched export its outcome, record it, and build what is forwarded."""
    settings = settings or read_settings()
    delivery = workspace.nightly(settings, unit, night)
    key, policy, secret = _read_key(delivery), policy_of(delivery, settings), read_key(settings)
    with transaction(database(settings), "intake.outcome") as given:
        intake.lock_unit(given, unit, night)
        given.execute("DELETE FROM intake.outcome WHERE (unit, night, export_id) = (%s, %s, %s)", key.values())
        given.execute("DELETE FROM intake.quality WHERE (unit, night, export_id) = (%s, %s, %s)", key.values())
        quality = []
        for part in delivery.parts():
            tables = workspace.read_tables(delivery, part)
            findings = [
                workspace.read(delivery, "screened", part, "findings"),
                stages.judge_known(tables, intake.known_versions(given, key, tables.registration)),
            ]
            quality.append(workspace.read(delivery, "screened", part, "quality"))
            enriched = _read_enriched(delivery, part)
            scores, criteria = score_criteria(enriched.facts, night)
            quality.append(criteria)
            findings.append(stages.find(enriched, scores))
            decided = stages.conclude(tables, pl.concat(findings), enriched, scores, policy)
            outcomes = desk_items.outcome_rows(tables, decided.verdict, decided.withheld, policy.terms)
            held = desk_items.holds(tables, decided.verdict, key, secret, desk_items.now(given))
            intake.record_outcomes(given, key, outcomes, held)
            _write_forwards(delivery, part, decided, policy)
            archive.write_part(settings.home, key, part, tables, decided.verdict, enriched, secret)
        rejected = pl.read_parquet(delivery.received / "rejected.parquet")
        dangerous = desk_items.reject_holds(rejected, key, secret, desk_items.now(given))
        intake.record_outcomes(given, key, desk_items.reject_rows(rejected, policy.terms), dangerous)
        intake.record_quality(given, key, _sum_quality(quality))
        intake.set_state(given, key, "decided")
        counts = query(
            given,
            "SELECT outcome, count(*) FROM intake.outcome WHERE (unit, night, export_id) = (%s, %s, %s) GROUP BY 1",
            key.values(),
        )
    delivery.decided.touch()
    return {outcome: int(count) for outcome, count in counts}


def _sum_quality(counts: list[pl.DataFrame]) -> pl.DataFrame:
    if not counts:
        return pl.DataFrame(schema={"suite": pl.String, "rule": pl.String, "evaluated": pl.Int64})
    return pl.concat(counts).group_by("suite", "rule").sum().sort("suite", "rule")


def _write_forwards(delivery: Delivery, part: str, decided: stages.Decided, policy: stages.Policy) -> None:
    """Write what is forwarded, a folder a region, with the ledger entry of each report."""
    staging = decided.staging
    governing = policy.rules.elements_on(policy.night)
    entries = ledger_entries(staging, decided.withheld, governing, policy.terms)
    for region in staging.report.get_column("region").unique().sort():
        ours = pl.col("region") == region
        for name, table in (
            ("report", staging.report),
            ("person", staging.person),
            ("prior_incident", staging.prior_incident),
            ("danger_signal", staging.danger_signal),
            ("ledger", entries),
        ):
            workspace.write(table.filter(ours), delivery.file(f"forward/{region}", part, name))


def settle(night: date, settings: Settings | None = None) -> dict[str, int]:
    """Join the units of a night: what several of them registered of one event becomes one report."""
    settings = settings or read_settings()
    return {"deliveries": len(list(workspace.deliveries(settings, night, units(settings))))}


def load(region: str, night: date, settings: Settings | None = None) -> int:
    """Load one region's reports of a night, with their ledger entries and recalls; return how many are new."""
    settings = settings or read_settings()
    waiting = list(workspace.deliveries(settings, night, units(settings)))
    if not waiting:
        return 0
    loaded = 0
    with transaction(database(settings), region) as given:
        for delivery in waiting:
            for file in sorted((delivery.work / "forward" / region).glob("*.report.parquet")):
                part = file.name.split(".")[0]
                read = {
                    name: workspace.read(delivery, f"forward/{region}", part, name)
                    for name in ("report", "person", "prior_incident", "danger_signal", "ledger")
                }
                entries = read.pop("ledger")
                loaded += load_region(given, region, Staging(**read), entries)
        keys = [_read_key(delivery) for delivery in waiting]
        write_recalls(given, region, [(key.unit, key.night.isoformat(), key.export_id) for key in keys])
    return loaded


def finish(night: date, settings: Settings | None = None) -> dict[str, Any]:
    """Close a night: exports whose every region was loaded count from now on; return the status."""
    settings = settings or read_settings()
    policy_version = read_rules().version
    for delivery in workspace.deliveries(settings, night, units(settings)):
        key, policy = _read_key(delivery), policy_of(delivery, settings)
        with transaction(database(settings), "intake.export") as given:
            if not intake.is_delivered(given, key):
                continue  # a region's load failed: the export stays open, and the next run takes it again
            withheld = frame(
                given,
                "SELECT registration_number, version, reasons FROM intake.outcome"
                " WHERE (unit, night, export_id) = (%s, %s, %s) AND outcome = 'withhold' ORDER BY row",
                pl.Schema(
                    {"registration_number": pl.String(), "version": pl.Int64(), "withheld": pl.List(pl.String())}
                ),
                key.values(),
            )
            ledger.append(given, key.unit, _withholdings(withheld, policy, policy_version), desk_items.now(given))
            intake.set_state(given, key, "loaded")
    return status(night, settings)


def _withholdings(withheld: pl.DataFrame, policy: stages.Policy, policy_version: str) -> pl.DataFrame:
    terms = policy.terms
    said: Mapping[str, object] = {
        "kind": "withholding",
        "night": terms.night,
        "unit": terms.unit,
        "region": None,
        "ground": terms.legal_ground,
        "agreement_version": terms.agreement_version,
        "policy_version": policy_version,
        "mandate": terms.mandate,
    }
    columns = [pl.lit(value).alias(name) for name, value in said.items()]
    empty = pl.lit([], dtype=pl.List(pl.String)).alias("elements")
    return withheld.with_columns(*columns, empty).select(ledger.ENTRY.names()).cast(ledger.ENTRY)


def clear(night: date, settings: Settings | None = None) -> None:
    """Delete the working files of a night; what is kept is in the database and the archive."""
    workspace.clear(workspace.night_folder(settings or read_settings(), night))


def status(night: date, settings: Settings | None = None) -> dict[str, Any]:
    """Return the status of a night (CONTRACT.md §5)."""
    settings = settings or read_settings()
    with transaction(database(settings), "status") as given:
        return intake.night_status(given, night, units(settings), REGIONS)
