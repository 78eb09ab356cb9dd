"""The tasks of a night as a whole: whether it has begun, what came too late, its end, and how it stands.

Each may be repeated after a crash at any moment, as those of a unit (`unit_steps`) and of a region (`load_steps`).
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Final

from pipeline import installation, load_steps, unit_steps, workspace
from pipeline.errors import ExportRefused, UsageError
from pipeline.load import history, intake, refusals, removed
from pipeline.load.checkpoint import write_checkpoint
from pipeline.load.database import query, transaction
from pipeline.load.night_status import night_status
from pipeline.policy.linking import read_linking
from pipeline.receive.manifest import mark, read_digest
from pipeline.schema import REGIONS
from pipeline.settings import Settings, read_key, read_settings

LOOK_BACK: Final = timedelta(days=14)
"""How far back a scheduled run looks for complete folders that nobody took (CONTRACT.md §1)."""
UNIT_LIKE: Final = re.compile(r"[A-Za-z]{1,4}[ _-]?[0-9]{1,3}")
"""Name of a folder in the inbox that was meant for a unit."""


def require_begun(night: date, today: date, settings: Settings | None = None) -> None:
    """Refuse a night after `today` that nobody delivered: every unit would show as one that sent nothing.

    What was delivered of such a night is taken: the units' clock may be ahead of ours.

    Raises:
        UsageError: the night is still to come.
    """
    settings = settings or read_settings()
    expected = (workspace.delivery_of(settings, unit, night) for unit in installation.units(settings))
    if night > today and not any(map(workspace.is_complete, expected)):
        raise UsageError(
            f"de nacht van {night} moet nog komen: vandaag is het {today}, en geen eenheid heeft er iets van geleverd",
            f"the night of {night} is still to come: today is {today}, and no unit has delivered anything of it",
        )


def late_exports(night: date, settings: Settings | None = None) -> list[tuple[str, date]]:
    """Return the complete folders of the 14 nights before `night` that nobody took or refused as they stand now.

    A folder that was filled anew after a refusal, or under another export_id, is one of them. Oldest first.
    """
    settings = settings or read_settings()
    with transaction(installation.database(settings), "intake.export") as given:
        loaded = "SELECT unit, night, manifest_digest FROM intake.export WHERE state = 'loaded' AND channel = 'nightly'"
        taken = set(query(given, loaded))
        refused = set(query(given, "SELECT unit, night, mark FROM intake.refusal WHERE channel = 'nightly'"))
    found = []
    for day in (night - timedelta(days=days) for days in range(LOOK_BACK.days, 0, -1)):
        for unit in installation.units(settings):
            delivery = workspace.delivery_of(settings, unit, day)
            if workspace.is_complete(delivery) and (unit, day, mark(delivery.inbox)) not in refused:
                found += [] if (unit, day, read_digest(delivery.inbox, unit, day)) in taken else [(unit, day)]
    return found


def finish(night: date, settings: Settings | None = None, drop: str | None = None) -> dict[str, Any]:
    """Close a night: exports whose every region was loaded count from now on; return the status."""
    settings = settings or read_settings()
    for unit in installation.units(settings):
        load_steps.close(unit, night, settings, drop)
    with transaction(installation.database(settings), "intake.person_link") as given:
        for links in workspace.read_links(settings, night, installation.units(settings), drop):
            history.keep_links(given, links, read_linking(night).version)
    with transaction(installation.database(settings), "intake.removal") as given:
        removed.forget_removed_data(given, settings.home, read_key(settings))
    with transaction(installation.database(settings), "ledger") as given:
        write_checkpoint(given, read_key(settings))
    if drop is None:
        _refuse_strangers(night, settings)
    return status(night, settings)


def _refuse_strangers(night: date, settings: Settings) -> None:
    """Refuse what lies in the inbox under the name of a unit that has no agreement: else nobody says that it came."""
    known = installation.units(settings)
    with transaction(installation.database(settings), "intake.refusal") as given:
        refusals.forget_refusals_of_others(given, night, known)
    folders = sorted(settings.inbox.iterdir()) if settings.inbox.is_dir() else []
    for folder in folders:
        if UNIT_LIKE.fullmatch(folder.name) and folder.name not in known:
            with suppress(ExportRefused):
                unit_steps.receive(folder.name, night, settings)


def clear(night: date, settings: Settings | None = None, drop: str | None = None) -> None:
    """Delete the working files of a night; what is kept is in the database and the archive.

    Links of what is loaded to what is still to be wait for it: the attempt that loads it settles nothing else.
    """
    settings = settings or read_settings()
    folder = workspace.work_folder(settings, night, drop)
    for held in folder.iterdir() if folder.is_dir() else ():
        if held.name != workspace.LINKS:
            workspace.clear(held)
    with transaction(installation.database(settings), "intake.export") as given:
        if drop is not None or not intake.undelivered(given, night, at_hand=[]):
            workspace.clear(folder)


def status(night: date, settings: Settings | None = None) -> dict[str, Any]:
    """Return the status of a night (CONTRACT.md §5)."""
    settings = settings or read_settings()
    with transaction(installation.database(settings), "status") as given:
        return night_status(given, night, installation.units(settings), REGIONS)


def untaken(found: dict[str, Any], settings: Settings | None = None) -> list[str]:
    """Return the units of a status that are missing while their night lies in the inbox: a run waits, not the unit."""
    settings, night = settings or read_settings(), date.fromisoformat(found["night"])
    missing = (unit for unit, line in found["units"].items() if line["state"] == "missing")
    return [unit for unit in missing if workspace.is_complete(workspace.delivery_of(settings, unit, night))]
