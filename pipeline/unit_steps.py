"""The tasks of one unit's night: `receive`, `screen`, `enrich`, `decide`, each: read, call what is pure, write.

Then `settle_steps.settle` joins the units, `load_steps.load` fills one region, `night_steps.finish` closes the night.
Each may be repeated after a crash at any moment: files are renamed into place, rows appear in one transaction, and an
export counts for others only when it is loaded.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline import installation, stages, workspace
from pipeline.decide.criteria import judge_quality, score_criteria
from pipeline.decide.rejected import add_danger_of_entries, add_danger_of_texts
from pipeline.enrich.across import Tonight
from pipeline.enrich.blocking import asked_keys
from pipeline.enrich.keep import persons_to_keep, registrations_to_keep
from pipeline.errors import ExportRefused, MeldstroomError, is_of_system, told
from pipeline.load import archive, desk_items, intake, refusals
from pipeline.load.database import now, query, transaction
from pipeline.load.intake import ExportKey
from pipeline.policy.rules import read_rules
from pipeline.receive import read_manifest, receive_export
from pipeline.receive.manifest import mark
from pipeline.receive.refusal import refuse
from pipeline.schema import ROW, TABLES, Tables
from pipeline.screen.address_secrecy import with_secrecy
from pipeline.screen.versions import find_known
from pipeline.settings import Settings, read_key, read_settings
from pipeline.workspace import Delivery

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

    from pipeline.policy.agreements import Agreement
    from pipeline.receive.export import Receipt
    from pipeline.receive.manifest import Manifest


def receive(unit: str, night: date, settings: Settings | None = None, drop: str | None = None) -> dict[str, Any]:
    """Verify and conform a unit's export; with `drop` an urgent one, by the name of its folder.

    Returns:
        `state` (`missing`, `known`: loaded before and unchanged, `received`) and counts.

    Raises:
        ExportRefused: it cannot be used; the sentence is kept for `status`.
    """
    settings = settings or read_settings()
    delivery = workspace.delivery_of(settings, unit, night, drop)
    workspace.clear(delivery.work)
    closed = workspace.is_closed(delivery)
    if not closed and not workspace.is_complete(delivery):
        return {"state": "missing"}
    workspace.make(delivery.work)
    stands_as = mark(delivery.inbox)  # before it is read: what comes meanwhile makes another folder of it
    try:
        if closed:
            raise refuse(unit, None, "closed_folder", folder=delivery.inbox.name)
        return _receive(delivery, settings)
    except ExportRefused as refusal:
        with transaction(installation.database(settings), "intake.refusal") as given:
            refusals.write_refusal(given, unit, night, delivery.channel, refusal, stands_as)
            if drop is not None:
                refusals.note_refused_drop(given, unit, drop, night, stands_as)
        raise


def _receive(delivery: Delivery, settings: Settings) -> dict[str, Any]:
    unit, night = delivery.unit, delivery.night
    agreement = installation.agreements(settings).latest(unit, night)
    if agreement is None:
        raise refuse(unit, None, "no_agreement")
    manifest = read_manifest(delivery.inbox, unit, night)
    key = ExportKey(unit, night, manifest.export_id)
    if _is_loaded(delivery, key, manifest, settings):
        return {"state": "known"}
    receipt = _read(delivery, key, agreement, settings)
    facts = {
        "channel": delivery.channel,
        "manifest_digest": manifest.digest,
        "dialect": manifest.dialect,
        "agreement_version": agreement.version,
        "policy_version": read_rules().version,
        "received": receipt.rows["registration"],
        "receipt": receipt.as_json(),
    }
    with transaction(installation.database(settings), "intake.export") as given:
        intake.lock_unit(given, unit, night)
        _forget_drop(given, delivery)
        intake.begin_export(given, key, facts)
    workspace.write_key(delivery, key)
    return {"state": "received", "received": facts["received"]}


def _is_loaded(delivery: Delivery, key: ExportKey, manifest: Manifest, settings: Settings) -> bool:
    """Tell whether the export was loaded before; what was refused of it meanwhile is then forgotten.

    Raises:
        ExportRefused: another export of the same id was, or reached a region: what became of its reports stands by
            that id, which these files would take.
    """
    with transaction(installation.database(settings), "intake.export") as given:
        state, digest = intake.read_export(given, key) or (None, None)
        if state is None or (state != "loaded" and (digest == manifest.digest or not intake.has_reached(given, key))):
            return False
        if digest == manifest.digest:
            _forget_drop(given, delivery)
            refusals.forget_refusal(given, key.unit, key.night, delivery.channel)
            return True
    raise refuse(key.unit, "manifest.json", "taken_before", export=key.export_id)


def _read(delivery: Delivery, key: ExportKey, agreement: Agreement, settings: Settings) -> Receipt:
    """Read the export's files; what no reader foresaw is this export's fault until somebody looked."""
    earlier = intake.ask_earlier_messages(installation.database(settings), key)
    try:
        return receive_export(
            delivery.inbox, unit=key.unit, night=key.night, agreement=agreement, out=delivery.received, earlier=earlier
        )
    except (MeldstroomError, MemoryError):
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        if is_of_system(error):  # a full disk of ours is not the unit's
            raise
        raise refuse(key.unit, None, "stopped", what=told(error)) from None


def _forget_drop(given: cursor, delivery: Delivery) -> None:
    if delivery.channel == "urgent":
        refusals.forget_refused_drop(given, delivery.unit, delivery.inbox.name)


def _received(
    unit: str, night: date, settings: Settings, drop: str | None
) -> tuple[Delivery, ExportKey, stages.Policy]:
    """Return a received export and what it is judged by. Raises UsageError: its working files are gone."""
    delivery = workspace.delivery_of(settings, unit, night, drop)
    return delivery, workspace.read_export_key(delivery), installation.policy_of(delivery, settings)


def screen(unit: str, night: date, settings: Settings | None = None, drop: str | None = None) -> dict[str, int]:
    """Judge gates and quality of a received export; return how many findings there are."""
    delivery, _, policy = _received(unit, night, settings or read_settings(), drop)
    found = 0
    for part in delivery.parts():
        tables = workspace.read_tables(delivery, part)
        quality, counts = judge_quality(tables, night)
        findings = pl.concat([stages.screen(tables, policy), quality])
        workspace.write(findings, delivery.file("screened", part, "findings"))
        workspace.write(counts, delivery.file("screened", part, "quality"))
        found += len(findings)
    return {"findings": found}


def enrich(unit: str, night: date, settings: Settings | None = None, drop: str | None = None) -> dict[str, int]:
    """Route a screened export and state its facts; return how many registrations have a region."""
    delivery, _, policy = _received(unit, night, settings or read_settings(), drop)
    routed = 0
    for part in delivery.parts():
        enriched = stages.enrich(workspace.read_tables(delivery, part), policy)
        workspace.write(enriched.routed, delivery.file("enriched", part, "routed"))
        workspace.write(enriched.persons_by_region, delivery.file("enriched", part, "persons_by_region"))
        workspace.write(enriched.facts, delivery.file("enriched", part, "facts"))
        routed += enriched.routed.filter(pl.col("regions").list.len() > 0).height
    return {"routed": routed}


def _read_enriched(delivery: Delivery, part: str) -> stages.Enriched:
    names = ("routed", "persons_by_region", "facts")
    return stages.Enriched(*(workspace.read(delivery, "enriched", part, name) for name in names))


def decide(unit: str, night: date, settings: Settings | None = None, drop: str | None = None) -> dict[str, int]:
    """Give every registration of an enriched export its outcome, record it, and build what is forwarded."""
    settings = settings or read_settings()
    delivery, key, policy = _received(unit, night, settings, drop)
    secret = read_key(settings)
    with transaction(installation.database(settings), "intake.outcome") as given:
        intake.lock_unit(given, unit, night)
        intake.forget_decided(given, key)
        stands = intake.decided_by_persons(given, key)
        quality = [_decide_part(given, delivery, part, key, policy, settings, stands) for part in delivery.parts()]
        rejected = _read_rejected(delivery)
        dangerous = desk_items.reject_holds(rejected, key, secret, now(given))
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


def _decide_part(
    given: cursor,
    delivery: Delivery,
    part: str,
    key: ExportKey,
    policy: stages.Policy,
    settings: Settings,
    stands: pl.DataFrame,
) -> pl.DataFrame:
    """Decide over a part: record its outcomes, and write what goes on; return what its quality counts.

    Of what a person decided before (intake.DECIDED, `stands`) nothing is recorded anew.
    """
    tables, enriched = workspace.read_tables(delivery, part), _read_enriched(delivery, part)
    secret = read_key(settings)
    scores, criteria = score_criteria(enriched.facts, delivery.night)
    findings = [
        workspace.read(delivery, "screened", part, "findings"),
        find_known(tables, intake.known_versions(given, key, tables.registration, delivery.channel)),
        stages.find(enriched, scores),
    ]
    marked = with_secrecy(tables)
    decided = stages.conclude(marked, pl.concat(findings), enriched, scores, policy)
    outcomes = desk_items.outcome_rows(tables, decided.verdict, decided.withheld, policy.terms)
    held = desk_items.holds(tables, decided.verdict, key, secret, now(given))
    intake.record_outcomes(given, key, *(rows.join(stands, on=ROW, how="anti") for rows in (outcomes, held)))
    decided = replace(decided, verdict=decided.verdict.update(stands, on=ROW))
    _write_decided(delivery, part, decided, enriched.persons_by_region)
    _write_kept(delivery, part, marked, decided.verdict, policy, secret)
    archive.write_part(settings.home, key, part, tables, decided.verdict, enriched, secret)
    return pl.concat([workspace.read(delivery, "screened", part, "quality"), criteria])


def _read_rejected(delivery: Delivery) -> pl.DataFrame:
    """Return the rejected rows of an export (conform.REJECTED), with the danger that texts and entries tell of."""
    rejected, set_aside = (pl.read_parquet(delivery.received / f"{name}.parquet") for name in ("rejected", "set_aside"))
    return add_danger_of_entries(add_danger_of_texts(rejected, delivery.night), set_aside, delivery.night)


def _sum_quality(counts: list[pl.DataFrame]) -> pl.DataFrame:
    if not counts:
        return pl.DataFrame(schema={"suite": pl.String, "rule": pl.String, "evaluated": pl.Int64})
    return pl.concat(counts).group_by("suite", "rule").sum().sort("suite", "rule")


def _write_decided(delivery: Delivery, part: str, decided: stages.Decided, persons_by_region: pl.DataFrame) -> None:
    """Write what is forwarded, for `settle`: the minimised tables, the verdicts, and who goes where."""
    forwarded = decided.verdict.filter(pl.col("outcome") == "forward")
    frames = {table.name: getattr(decided.allowed, table.name) for table in TABLES}
    frames |= {
        "verdict": forwarded,
        "withheld": decided.withheld,
        "persons_by_region": persons_by_region.join(forwarded, on=ROW, how="semi"),
    }
    for name, table in frames.items():
        workspace.write(table, delivery.file("judged", part, name))


def _write_kept(
    delivery: Delivery, part: str, tables: Tables, verdict: pl.DataFrame, policy: stages.Policy, secret: bytes
) -> None:
    """Write what may be remembered of a part: codes and keyed hashes, for `settle` and for the history.

    And what `settle` asks with: here the units do it side by side.
    """
    kept = stages.remembered(tables, verdict, policy)
    told = verdict.select(ROW, "outcome", "regions", pl.concat_list("danger", "danger_told").alias("told"))
    registration = (
        registrations_to_keep(kept, delivery.unit, delivery.night, secret)
        .join(told, on=ROW, maintain_order="left")
        .with_columns(pl.col("danger").list.set_union("told").list.sort())
        .drop("told")
    )
    workspace.write(registration, delivery.file("judged", part, "kept_registration"))
    person = persons_to_keep(kept, delivery.unit, secret)
    workspace.write(person, delivery.file("judged", part, "kept_person"))
    workspace.write(asked_keys(Tonight(registration, person).asking()), delivery.file("judged", part, "asked"))
