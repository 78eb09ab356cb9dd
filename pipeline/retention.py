"""Retention: what is past its term goes (`policy/retention.toml`), rule by rule, each in a transaction of its own.

A dry run does the same and rolls back; files are then only counted. Twice is once, and the next makes a crash good.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline import clock, installation
from pipeline.errors import LedgerBroken
from pipeline.feedback.take import feedback_files, name_of
from pipeline.load import archive, history, removed
from pipeline.load.checkpoint import Checkpoint, cut_before, signing_key, write_checkpoint
from pipeline.load.database import query, transaction
from pipeline.load.intake import ExportKey
from pipeline.load.verify import Verified, verify
from pipeline.load.withheld import withhold_waiting
from pipeline.policy.retention import Term, read_retention
from pipeline.settings import Settings, read_key, read_settings
from pipeline.vt_steps import outbox_folder

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


TOO_OLD: Final = "Wpg 8(6)"
"""Ground of withholding what waited at the desk for too long."""


@dataclass(frozen=True)
class Applied:
    """What one rule let go."""

    term: Term
    limit: date | None
    """The first day that is kept."""
    gone: int
    """Registrations, files or rows."""

    def as_json(self) -> dict[str, Any]:
        """Return it for another program."""
        return {
            "rule": self.term.id,
            "keep": self.term.keep,
            "since": self.term.since,
            "limit": self.limit and self.limit.isoformat(),
            "gone": self.gone,
            "source": self.term.source,
            "words": self.term.words.by_language,
        }


@dataclass(frozen=True)
class Run:
    """One run of retention."""

    settings: Settings
    secret: bytes
    dry: bool


def apply_retention(settings: Settings | None = None, today: date | None = None, *, dry: bool = False) -> list[Applied]:
    """Apply every rule as of `today`, in order.

    Raises:
        LedgerBroken: the ledger was tampered with; the other rules were applied, and of the ledger nothing is gone.
    """
    settings = settings or read_settings()
    today = today or clock.today()
    run = Run(settings, read_key(settings), dry)
    applied: list[Applied] = []
    broken: LedgerBroken | None = None
    for term in read_retention(today):
        limit = term.limit(today)
        try:
            with transaction(installation.database(settings), f"retention {term.id}") as given:
                gone = RULES[term.id](given, run, limit or today)
                if dry:
                    given.connection.rollback()
        except LedgerBroken as error:
            broken, gone = error, 0
        applied.append(Applied(term, limit, gone))
    if broken is not None:
        raise broken
    return applied


def sign_checkpoint(settings: Settings | None = None) -> Checkpoint:
    """Sign where the ledger stands now."""
    settings = settings or read_settings()
    with transaction(installation.database(settings), "ledger") as given:
        return write_checkpoint(given, read_key(settings))


def require_whole_ledger(settings: Settings | None = None) -> Verified:
    """Return what was verified of the ledger. Raises LedgerBroken where it does not hold."""
    settings = settings or read_settings()
    with transaction(installation.database(settings), "ledger") as given:
        return _whole(given, read_key(settings))


def _whole(given: cursor, secret: bytes) -> Verified:
    verified = verify(given, signing_key(secret).public_key())
    if not verified.holds:
        raise LedgerBroken(len(verified.breaches))
    return verified


def _forget_removed(given: cursor, run: Run, _: date) -> int:
    removed.note_overlooked(given)
    return removed.forget_removed_data(given, run.settings.home, run.secret, dry=run.dry)


def _forget_tables(_: cursor, run: Run, limit: date) -> int:
    return archive.delete_before(run.settings.home, limit, judged=False, dry=run.dry)


def _forget_judged(given: cursor, run: Run, limit: date) -> int:
    """Delete what nights before `limit` left; of later nights the registrations that were known before it."""
    rows = query(
        given,
        "SELECT DISTINCT unit, night, export_id FROM intake.outcome WHERE known_at < %s",
        (clock.start_of(limit),),
    )
    for unit, night, export_id in () if run.dry else rows:
        archive.forget_known_before(
            run.settings.home, ExportKey(unit, night, export_id), clock.start_of(limit), run.secret
        )
    _withhold_too_old(given, limit)
    given.execute(f"UPDATE intake.outcome SET {archive.BLANK} WHERE known_at < %s", (clock.start_of(limit),))  # noqa: S608
    blanked = int(given.rowcount)
    # the reports are not to count these nights anew: what is gone stays counted
    given.execute("DELETE FROM intake.changed_night WHERE xmin = pg_current_xact_id()::xid")
    return blanked + archive.delete_before(run.settings.home, limit, judged=True, dry=run.dry)


def _withhold_too_old(given: cursor, limit: date) -> None:
    """Take off the desk what the police have known too long while it waited there: nobody may provide it any more."""
    given.execute(
        "CREATE TEMP TABLE open_row ON COMMIT DROP AS"
        " SELECT unit, night, export_id, row FROM intake.outcome WHERE known_at < %s",
        (clock.start_of(limit),),
    )
    withhold_waiting(given, "too_old", TOO_OLD)
    given.execute("DROP TABLE open_row")


def _forget_outcomes(given: cursor, _: Run, limit: date) -> int:
    """Delete whole nights: what belongs to an export goes with it; what the reports counted stays."""
    given.execute("SET LOCAL meldstroom.retention = 'on'")
    for table in ("refusal", "refused_drop", "alarm", "shadow"):
        given.execute(f"DELETE FROM intake.{table} WHERE night < %s", (limit,))  # noqa: S608 - our own names
    given.execute("DELETE FROM intake.export WHERE night < %s", (limit,))
    return given.rowcount


def _forget_history(given: cursor, _: Run, limit: date) -> int:
    return history.forget_before(given, limit)


def _forget_sealed(given: cursor, _: Run, __: date) -> int:
    given.execute("UPDATE intake.hold SET sealed = NULL WHERE decided_at IS NOT NULL AND sealed IS NOT NULL")
    return given.rowcount


def _older(*columns: str) -> Callable[[cursor, Run, date], int]:
    """Return what deletes rows by age: `table.column`, in this order."""

    def forget(given: cursor, _: Run, limit: date) -> int:
        gone = 0
        for column in columns:
            table, name = column.rsplit(".", maxsplit=1)
            given.execute(f"DELETE FROM {table} WHERE {name} < %s", (clock.start_of(limit),))  # noqa: S608 - our own names
            gone += given.rowcount
        return gone

    return forget


def _forget_feedback(given: cursor, run: Run, limit: date) -> int:
    """Messages go with their acknowledgements, whenever those came.

    That a file was read stays known as long as it lies in the inbox: else it would be taken anew.
    """
    inbox = run.settings.inbox / "feedback"
    there = [name_of(file) for file in feedback_files(inbox)] if inbox.is_dir() else []
    given.execute(
        "DELETE FROM intake.feedback_file WHERE received_at < %s AND file <> ALL (%s)", (clock.start_of(limit), there)
    )
    files = given.rowcount
    given.execute(
        "DELETE FROM intake.acknowledgement USING intake.message WHERE acknowledgement.reference = message.reference"
        " AND message.night < %s",
        (limit,),
    )
    return files + _older(
        "intake.message.night",
        "intake.feedback.received_at",
        "intake.feedback_error.received_at",
        "intake.reroute.asked_at",
    )(given, run, limit)


def _cut_ledger(given: cursor, run: Run, limit: date) -> int:
    """Only a ledger that holds is cut: tampering would go with it."""
    _whole(given, run.secret)
    return cut_before(given, run.secret, clock.start_of(limit)) + _older("intake.ledger_question.asked_at")(
        given, run, limit
    )


def _keep(_: cursor, __: Run, ___: date) -> int:
    return 0


def _count_delivered(_: cursor, run: Run, limit: date) -> int:
    """Count the folders of exports that stay too long; they are the unit's to take away."""
    return len(_before(run.settings.inbox, "RE*/????-??-??", limit))


def _count_sent(_: cursor, run: Run, limit: date) -> int:
    """Count the folders of messages that stay too long; they are the carrier's to take away."""
    return len(_before(outbox_folder(run.settings), "VT*/????-??-??", limit))


def _forget_told(_: cursor, run: Run, limit: date) -> int:
    """Delete what others were given to read: a folder a night, and lists by the last day that they tell of."""
    patterns = ("outgoing/*/????-??-??", "answers/*/????-??-??", "lists/*_????-??-??.csv")
    old = [path for pattern in patterns for path in _before(run.settings.home, pattern, limit)]
    for path in () if run.dry else old:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return len(old)


def _forget_working_files(_: cursor, run: Run, limit: date) -> int:
    """Delete what nights that never ended left, links to what was still to be loaded too; count nights and drops.

    By the last attempt at it: a night of long ago may be run just now.
    """
    since = clock.start_of(limit).timestamp()
    nights = [path for path in run.settings.home.glob("work/????-??-??*") if path.is_dir()]
    old = [night for night in nights if all(_touched(path) < since for path in (night, *night.rglob("*")))]
    for night in () if run.dry else old:
        shutil.rmtree(night)
    return len(old)


def _touched(path: Path) -> float:
    """Return when a file or folder was changed last; of one that is gone meanwhile: just now."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def _before(root: Path, pattern: str, limit: date) -> list[Path]:
    """Return what lies under `root` whose name ends in a day before `limit`."""
    day = len(limit.isoformat())
    return [path for path in root.glob(pattern) if path.stem[-day:] < limit.isoformat()]


RULES: Final[Mapping[str, Callable[[cursor, Run, date], int]]] = {
    "removed_data": _forget_removed,
    "received_tables": _forget_tables,
    "judged": _forget_judged,
    "outcomes": _forget_outcomes,
    "history": _forget_history,
    "sealed_holds": _forget_sealed,
    "desk": _older("intake.desk_view.viewed_at", "intake.desk_decision.decided_at"),
    "feedback": _forget_feedback,
    "ledger": _cut_ledger,
    "statistics": _keep,
    "checkpoints": _keep,
    "delivered_files": _count_delivered,
    "sent_files": _count_sent,
    "told_files": _forget_told,
    "working_files": _forget_working_files,
}
"""What applies each rule of the policy; called with a cursor, the run and the first day that is kept."""
