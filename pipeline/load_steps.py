"""What is decided and settled becomes rows: `load` fills one region, `close` lets a unit's export count.

Each may be repeated after a crash at any moment: rows appear in one transaction, and an export counts for others only
when it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from pipeline import installation, workspace
from pipeline.decide.report import Staging
from pipeline.errors import LoadError
from pipeline.load import history, intake, ledger, removed
from pipeline.load.database import frame, now, query, savepoint, transaction
from pipeline.load.overtaken import leave_overtaken
from pipeline.load.past import take_out_of_pasts
from pipeline.load.recalls import write_recalls
from pipeline.load.staging import amend_region, holds_reports, load_region, lock_region
from pipeline.load.taken_out import take_out_corrected
from pipeline.settings import Settings, read_key, read_settings
from pipeline.workspace import Delivery

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def load(region: str, night: date, settings: Settings | None = None, drop: str | None = None) -> int:
    """Load one region's reports of a night, with their ledger entries and recalls; return how many are new.

    Raises:
        LoadError: PostgreSQL refused; what is not of the refused exports is loaded.
        UsageError: what an export brings here was never loaded and is not at hand any more; the others are loaded.
    """
    settings = settings or read_settings()
    waiting = list(workspace.deliveries(settings, night, installation.units(settings), drop))
    loaded = _load_waiting(region, waiting, settings)
    if drop is None:
        _require_at_hand(night, waiting, settings, region)
    return loaded


def require_at_hand(night: date, settings: Settings | None = None) -> None:
    """Refuse to take a night for done while a decided export is not loaded and gone.

    Raises:
        UsageError: names the units whose working files are no longer there.
    """
    settings = settings or read_settings()
    _require_at_hand(night, workspace.deliveries(settings, night, installation.units(settings)), settings)


def _require_at_hand(night: date, waiting: Iterable[Delivery], settings: Settings, region: str | None = None) -> None:
    """Refuse the same of a night, or of what it brings one region, whose deliveries at hand are `waiting`."""
    at_hand = [workspace.read_export_key(delivery) for delivery in waiting]
    with transaction(installation.database(settings), "intake.export") as given:
        lost = intake.undelivered(given, night, at_hand, region)
    if lost:
        raise workspace.gone(", ".join([*([region] if region else []), *lost]), night)


def _load_waiting(region: str, waiting: list[Delivery], settings: Settings) -> int:
    if not waiting:
        return 0
    failures: list[LoadError] = []
    with transaction(installation.database(settings), region) as given:
        try:
            loaded = _load_deliveries(given, region, waiting, read_key(settings))
        except LoadError as failure:
            if not failure.is_about_data:
                raise
            loaded = 0
            for delivery in waiting:  # one of them holds what the tables refuse: the others are loaded
                try:
                    loaded += _load_deliveries(given, region, [delivery], read_key(settings))
                except LoadError as refused:
                    failures.append(refused)
    if failures:
        raise failures[0]
    return loaded


def _load_deliveries(given: cursor, region: str, waiting: list[Delivery], secret: bytes) -> int:
    """Load new reports, additions to delivered ones and recalls of some exports; return how many."""
    done = 0
    target = f"{region} ({', '.join(delivery.unit for delivery in waiting)})"
    keys = [workspace.read_export_key(delivery) for delivery in waiting]
    with savepoint(given, target):
        lock_region(given, region)
        held = holds_reports(given, region)
        if held:
            take_out_corrected(given, region, keys)
        for stage, place in (("forward", load_region), ("amend", amend_region)):
            for read in workspace.read_staged(waiting, stage, region):
                entries = read.pop("ledger")
                done += place(given, region, Staging(**read), entries, secret)
        if held or done:  # else there is nothing to take back
            write_recalls(given, region, keys)
            removed.empty_region(given, region, removed.removed_by(given, keys, region))
            take_out_of_pasts(given, region, _nobodys_past(given, keys), "withhold")
    return done


def close(unit: str, night: date, settings: Settings | None = None, drop: str | None = None) -> None:
    """Let a unit's export count from now on; `night_steps.finish` does it where it was not done."""
    settings = settings or read_settings()
    for delivery in workspace.deliveries(settings, night, [unit], drop):
        with transaction(installation.database(settings), "intake.export") as given:
            _close(given, delivery, settings)


def _close(given: cursor, delivery: Delivery, settings: Settings) -> None:
    """Let an export count, with its withholdings in the ledger: unless a region's load failed, then it stays open."""
    key, policy = workspace.read_export_key(delivery), installation.policy_of(delivery, settings)
    intake.lock_unit(given, key.unit, key.night)
    state = intake.read_export(given, key)
    if (state is not None and state[0] == "loaded") or not intake.is_delivered(given, key):
        return
    withheld = frame(
        given,
        "SELECT registration_number, version, reasons FROM intake.outcome"
        " WHERE (unit, night, export_id) = (%s, %s, %s) AND outcome = 'withhold' ORDER BY row",
        pl.Schema({"registration_number": pl.String(), "version": pl.Int64(), "withheld": pl.List(pl.String())}),
        key.values(),
    )
    ledger.append(given, key.unit, ledger.withholdings(withheld, policy.terms, key.night), now(given))
    _remember(given, delivery)
    intake.set_state(given, key, "loaded")
    leave_overtaken(given, key)
    removed.note(given, [key])


def _remember(given: cursor, delivery: Delivery) -> None:
    """Keep what may be remembered of an export, and forget what it withholds (Wpg 8(6), 14(2); Bpg 4:2).

    An earlier version goes with it, whatever became of it: it tells of the same event. A higher one stands.
    """
    gone = _nobodys_past(given, [workspace.read_export_key(delivery)])
    for part in delivery.parts():
        registration, person = (
            workspace.read(delivery, "judged", part, name) for name in ("kept_registration", "kept_person")
        )
        history.keep_history(given, registration, person)
    history.forget_versions(given, delivery.unit, {number: version for _, number, version in gone})


def _nobodys_past(given: cursor, exports: Sequence[intake.ExportKey]) -> list[tuple[str, str, int]]:
    """Return what exports let be remembered no more: unit, number, and the highest version that goes."""
    return query(
        given,
        f"SELECT unit, registration_number, max(version) FROM intake.outcome WHERE {intake.OF_EXPORTS}"  # noqa: S608
        " AND (outcome = 'withhold' OR reasons && '{removed, retracted}') GROUP BY 1, 2",
        intake.columns_of(exports),
    )
