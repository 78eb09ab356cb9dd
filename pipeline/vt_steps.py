"""The tasks of the way to Veilig Thuis and back: messages out, feedback in, recalls, and sent equals received."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from pipeline import clock, installation
from pipeline.errors import MeldstroomError
from pipeline.feedback import reconcile as reconciliation
from pipeline.feedback import rectify as rectification
from pipeline.feedback import reroute as rerouting
from pipeline.feedback import status
from pipeline.feedback.recall import Held
from pipeline.feedback.take import FeedbackResult, import_feedback, import_new_feedback
from pipeline.load.connection import connected
from pipeline.load.database import transaction
from pipeline.load.held_again import put_at_desk
from pipeline.outbox.channel import Channel
from pipeline.outbox.checks import Schemas
from pipeline.outbox.write import Outbox, waiting_nights, write_outbox
from pipeline.policy.reference import read_reference
from pipeline.policy.retention import first_kept
from pipeline.policy.stuf.identities import read_identities
from pipeline.settings import Settings, read_key, read_settings

LIST_DAYS: Final = timedelta(days=28)
"""How far back a unit's list of feedback looks."""
SEND_DAYS: Final = timedelta(days=35)
"""How far back the outbox looks for what was not sent, and a reconciliation for what does not meet."""
SENDING_TIME: Final = timedelta(hours=2)
"""What was placed so recently need not be sent yet: the outbox runs each half hour."""


def channel(settings: Settings, demonstration: bool = False) -> Channel:
    """Return who exchanges which messages in this installation."""
    return Channel(read_identities(settings.identities), installation.agreements(settings), demonstration)


def schemas(settings: Settings) -> Schemas | None:
    """Return the standard's schemas, where the user has named a copy."""
    return Schemas(settings.stuf_xsd) if settings.stuf_xsd else None


def outbox_folder(settings: Settings) -> Path:
    """Return where the carrier takes messages from."""
    return settings.outbox or settings.home / "outbox"


def outbox(
    night: date,
    out: Path,
    *,
    demonstration: bool = False,
    only_new: bool = False,
    regions: list[str] | None = None,
    settings: Settings | None = None,
) -> Outbox:
    """Write the messages of a night; PolicyError while the parties hold placeholders and it is no demonstration."""
    settings = settings or read_settings()
    given = channel(settings, demonstration)
    given.require_usable()
    with connected(installation.database(settings)) as connection:
        return write_outbox(
            connection, night, out, given, schemas(settings), regions or installation.regions(), only_new=only_new
        )


def sending_regions(settings: Settings | None = None) -> list[str] | None:
    """Return the regions with something to be sent; None where nobody has filled in a table of parties yet.

    Raises:
        PolicyError: the table of this installation still holds placeholders.
    """
    settings = settings or read_settings()
    if settings.identities is None:
        return None
    given = channel(settings)
    given.require_usable()
    since = clock.today() - SEND_DAYS
    with connected(installation.database(settings)) as connection:
        return [region for region in installation.regions() if waiting_nights(connection, region, given, since)]


def send(region: str, settings: Settings | None = None) -> dict[str, int]:
    """Send a region what was not sent; return counts.

    Raises:
        MeldstroomError: a message must not be sent as it is; says how many, and why.
    """
    settings = settings or read_settings()
    given, since = channel(settings), clock.today() - SEND_DAYS
    with connected(installation.database(settings)) as connection:
        nights = waiting_nights(connection, region, given, since)
        done = [
            write_outbox(connection, night, outbox_folder(settings), given, schemas(settings), [region], only_new=True)
            for night in nights
        ]
    reasons = sorted({reason for each in done for found in each.kept_back.values() for reason in found})
    if reasons:
        count = sum(len(each.kept_back) for each in done)
        raise MeldstroomError(
            f"{region}: {count} bericht(en) tegengehouden ({', '.join(reasons)}); de andere zijn verzonden."
            f" Nachten: {', '.join(map(str, nights))}.",
            f"{region}: {count} message(s) kept back ({', '.join(reasons)}); the others are sent."
            f" Nights: {', '.join(map(str, nights))}.",
        )
    return {name: sum(getattr(each, name) for each in done) for name in ("sent", "amended", "withdrawn")}


def feedback(settings: Settings | None = None) -> dict[str, int]:
    """Take the feedback files that were not read before, and write the answers to them; return counts."""
    settings = settings or read_settings()
    if not (settings.inbox / "feedback").is_dir():
        return {"files": 0, "taken": 0, "set_aside": 0}
    with connected(installation.database(settings)) as connection:
        parties = read_identities(settings.identities)
        result = import_new_feedback(connection, settings.inbox, clock.now(), parties, settings.home / "answers")
    return {"files": result.files, "taken": result.taken, "set_aside": len(result.errors)}


def import_path(path: Path, settings: Settings | None = None, answers: Path | None = None) -> FeedbackResult:
    """Take a file or folder of feedback, read before or not, and write the answers; UsageError where there is none."""
    settings = settings or read_settings()
    with connected(installation.database(settings)) as connection:
        parties, into = read_identities(settings.identities), answers or settings.home / "answers"
        return import_feedback(connection, path, clock.now(), parties, into)


def unit_lists(settings: Settings | None = None, out: Path | None = None) -> dict[str, int]:
    """Write each unit's list of what Veilig Thuis said of the last four weeks; return its lines by unit."""
    settings = settings or read_settings()
    today = clock.today()
    with connected(installation.database(settings)) as connection:
        return status.write_unit_lists(connection, out or settings.home / "lists", today - LIST_DAYS, today)


def late(settings: Settings | None = None) -> pl.DataFrame:
    """Return the reports that are past a term (status.OVERDUE)."""
    settings = settings or read_settings()
    with connected(installation.database(settings)) as connection:
        return status.overdue(connection, clock.today())


def overdue(settings: Settings | None = None) -> dict[str, int]:
    """Return how many reports are past a term, by term."""
    return {str(term): count for term, count in late(settings).group_by("term").len().sort("term").iter_rows()}


def look_at_reroutes(settings: Settings | None = None) -> pl.DataFrame:
    """Return the open requests to re-route (reroute.REROUTE), with `suggested`: regions of the addresses."""
    settings = settings or read_settings()
    with transaction(installation.database(settings), "intake.reroute") as given:
        asked = rerouting.open_reroutes(given)
    regions_of = dict(read_reference().regions_by_code(clock.today()).iter_rows())
    return asked.with_columns(pl.Series("suggested", rerouting.suggest(asked, regions_of), dtype=pl.List(pl.String)))


def decide_reroute(decision: rerouting.Decision, settings: Settings | None = None) -> list[Held]:
    """Take a person's decision on a request to re-route; return the report versions that moved."""
    settings = settings or read_settings()
    with transaction(installation.database(settings), "intake.reroute") as given:
        return rerouting.decide(given, decision, clock.now(), clock.today())


def rectify(wrong: rectification.Wrong, settings: Settings | None = None) -> rectification.Rectified:
    """Take back a delivered report from the regions that received it."""
    settings = settings or read_settings()
    with transaction(installation.database(settings), "recall") as given:
        hold_again = partial(put_at_desk, given, settings.home, read_key(settings))
        return rectification.rectify(given, wrong, clock.today(), hold_again)


def reconciled(
    nights: tuple[date, date] | None,
    *,
    demonstration: bool = False,
    settings: Settings | None = None,
    placed: date | None = None,
) -> reconciliation.Reconciliation:
    """Compare what was exported, decided, staged, sent and acknowledged, as this installation exchanges messages.

    Of all nights, or of those named, the ones of which nothing is past its term: what retention took is no gap. And of
    what was `placed` from that day on, of whatever night.
    """
    settings = settings or read_settings()
    sends = demonstration or settings.identities is not None
    with connected(installation.database(settings)) as connection:
        return reconciliation.reconcile(
            connection,
            _kept(nights, today := clock.today()),
            channel(settings, demonstration) if sends else None,
            today=today,
            settled=None if demonstration else clock.now() - SENDING_TIME,
            placed=placed,
        )


def _kept(nights: tuple[date, date] | None, today: date) -> tuple[date, date]:
    """Return of some nights, or of all, those that the ledger is kept of: it is the first to go."""
    first, last = nights or (date.min, date.max)
    return max(first, first_kept("ledger", today)), last


def reconcile(settings: Settings | None = None) -> None:
    """Compare the counts of the last five weeks: of their nights, and of what was placed in them.

    Raises:
        MeldstroomError: two of them do not meet; says where, and how many.
    """
    today = clock.today()
    since = today - SEND_DAYS
    found = reconciled((since, today), settings=settings, placed=since)
    if found.sentences:
        raise MeldstroomError(
            " ".join(found.told("nl")) + " De nummers: meldstroom reconcile --json.",
            " ".join(found.told("en")) + " The numbers: meldstroom reconcile --json.",
        )
