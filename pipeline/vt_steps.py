"""The tasks of the way back from Veilig Thuis: feedback in, lists to the units, terms, and sent equals received."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from pipeline import steps
from pipeline.errors import MeldstroomError
from pipeline.feedback import reconcile as reconciliation
from pipeline.feedback import status
from pipeline.feedback.take import import_new_feedback
from pipeline.load.connection import connected
from pipeline.policy.stuf.identities import read_identities
from pipeline.settings import LOCAL, Settings, read_settings

LIST_DAYS = timedelta(days=28)
"""How far back a unit's list of feedback looks."""


def feedback(settings: Settings | None = None) -> dict[str, int]:
    """Take the feedback files that were not read before; return counts."""
    settings = settings or read_settings()
    if not (settings.inbox / "feedback").is_dir():
        return {"files": 0, "taken": 0, "set_aside": 0}
    with connected(steps.database(settings)) as connection:
        result = import_new_feedback(connection, settings.inbox, datetime.now(UTC), read_identities())
    return {"files": result.files, "taken": result.taken, "set_aside": len(result.errors)}


def unit_lists(settings: Settings | None = None) -> dict[str, int]:
    """Write each unit's list of what Veilig Thuis said of the last four weeks; return its lines by unit."""
    settings = settings or read_settings()
    today = _today()
    with connected(steps.database(settings)) as connection:
        return status.write_unit_lists(connection, settings.home / "lists", today - LIST_DAYS, today)


def overdue(settings: Settings | None = None) -> dict[str, int]:
    """Return how many reports are past a term, by term."""
    settings = settings or read_settings()
    with connected(steps.database(settings)) as connection:
        late = status.overdue(connection, _today())
    return {str(term): count for term, count in late.group_by("term").len().sort("term").iter_rows()}


def reconcile(settings: Settings | None = None) -> None:
    """Compare what was exported, decided, staged, sent and acknowledged.

    Raises:
        MeldstroomError: two of the counts do not meet; says where, and how many.
    """
    settings = settings or read_settings()
    with connected(steps.database(settings)) as connection:
        found = reconciliation.reconcile(connection, None, today=_today())
    if found.sentences:
        raise MeldstroomError(" ".join(found.sentences))


def _today() -> date:
    return datetime.now(LOCAL).date()
