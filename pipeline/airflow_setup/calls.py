"""How a task of a DAG calls a step: its night, its name in the grid, and errors that say what to do and no value."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NoReturn, TypeVar

import polars as pl
from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException, AirflowTaskTimeout

from pipeline import installation
from pipeline.claim import claim, is_claimed, release
from pipeline.errors import MeldstroomError, is_of_system, told
from pipeline.policy.rules import OUTCOMES
from pipeline.settings import LOCAL, read_settings

LOG = logging.getLogger("meldstroom.tasks")

ENDED = ("success", "failed")
"""States of a run that is over."""

MEND = (
    "Verhelp dat, en wis daarna van deze run wat rood is, vanaf het eerste vakje, met alles wat volgt.",
    "Mend that, then clear what is red of this run, from the first square on, with all that follows.",
)
UNFORESEEN = ("Draai de nacht vanaf de opdrachtregel.", "Run the night from the shell.")
"""What to do about an error that is not ours, where the system has something against a file or disk, and else."""

Answer = TypeVar("Answer")


def read_night() -> date:
    """Return the night of this run: its partition key, and nothing else.

    Raises:
        AirflowFailException: the run has no partition key, or one that is no date.
    """
    key = getattr(get_current_context()["dag_run"], "partition_key", None)
    try:
        return date.fromisoformat(str(key))
    except ValueError:
        fail(
            "Deze run noemt geen nacht. Start haar met een partition key als 2026-11-22: de nacht is de sleutel. /"
            " This run names no night. Start it with a partition key such as 2026-11-22: the night is the key."
        )


def fail(said: str) -> NoReturn:
    """End the task as failed, for good.

    Args:
        said: why and what to do, in both languages with ` / ` between.

    Raises:
        AirflowFailException: always; its log holds a sentence a line, too.
    """
    _log(said)
    raise AirflowFailException(said) from None


def _log(said: str) -> None:
    """Log a sentence a line: of a long line the log's page shows the beginning, and what to do stands at the end."""
    for line in re.split(r" / |(?<=[.;]) (?=[A-Z])", said):
        LOG.error(line)


def name_task(name: str) -> None:
    """Show `name` in the grid in place of the task's number. The name is a unit, a night or a region."""
    get_current_context()["shown_name"] = name


def name_export(export: Mapping[str, str]) -> tuple[str, date]:
    """Name this task after one export, and return its unit and night. A late one shows its own night too."""
    unit, night = export["unit"], date.fromisoformat(export["night"])
    name_task(unit if night == read_night() else f"{unit} {night}")
    return unit, night


def own_export(export: Mapping[str, str]) -> tuple[str, date]:
    """Name this task after one export whose night is this run's; return its unit and night.

    Each task asks again: one that is cleared finds its night released, and perhaps another run at work on it.
    """
    unit, night = name_export(export)
    claim_own_night(night)
    return unit, night


def nights_of(exports: Iterable[Mapping[str, str]] | None) -> list[date]:
    """Return the night of this run and those of the late exports, oldest first.

    Raises:
        AirflowSkipException: nothing was planned. The night may be another run's, whose work this one would disturb.
    """
    if exports is None:
        raise AirflowSkipException("Er is niets gepland: `plan` zegt waarom. / Nothing was planned: `plan` says why.")
    return sorted({read_night(), *(date.fromisoformat(export["night"]) for export in exports)})


def own_nights(exports: Iterable[Mapping[str, str]] | None) -> list[date]:
    """Claim the nights of this run, and return them, oldest first.

    Raises:
        AirflowFailException: another run works on one of them.
    """
    nights = nights_of(exports)
    for night in nights:
        claim_own_night(night)
    return nights


def counts_of(status: Mapping[str, Any]) -> dict[str, int]:
    """Return of a night's status what an asset event may carry: a total per outcome, and deliveries per region."""
    counts: dict[str, int] = dict(status["regions"])
    for unit in status["units"].values():
        for outcome in ("received", *OUTCOMES):
            counts[outcome] = counts.get(outcome, 0) + (unit.get(outcome) or 0)
    return counts


def call(step: Callable[..., Answer], *given: Any) -> Answer:  # noqa: ANN401 - steps differ in what they take
    """Run one step, and end the task with a sentence if it cannot be done.

    A lost connection is tried again. Nothing else is: a second attempt at the same export refuses it again.
    Errors other than ours are named by class and place only, since libraries quote values in their texts.
    """
    try:
        return step(*given)
    except MeldstroomError as error:
        _log(str(error))
        raise (AirflowException if error.passing else AirflowFailException)(str(error)) from None
    except AirflowTaskTimeout:  # what hangs for so long hangs again
        fail(
            "De stap was binnen haar tijd niet klaar en is afgebroken. Kijk of de schijven en PostgreSQL antwoorden, en"
            " draai haar opnieuw. / The step was not done within its time and was broken off. See whether the disks and"
            " PostgreSQL answer, and run it again."
        )
    except (Exception, pl.exceptions.PanicException) as error:  # its text may hold a value
        dutch, english = MEND if is_of_system(error) else UNFORESEEN
        fail(f"{told(error)}. {dutch} / {told(error, 'en')}. {english}")


def claim_night(night: date) -> bool:
    """Claim a night for this run; tell whether it is this run's: another one may be at work on it."""

    def is_over(run: str) -> bool:
        try:
            return str(get_current_context()["ti"].get_dagrun_state(given["dag_run"].dag_id, run)) in ENDED
        except AirflowException:  # deleted
            return True

    given = get_current_context()
    return claim(read_settings(), night, given["dag_run"].run_id, is_over)


def claim_own_night(night: date) -> None:
    """Claim a night for this run. Raises AirflowFailException: another run works on it."""
    if not claim_night(night):
        fail(
            f"Een andere run werkt aan {night}. Start deze opnieuw als die klaar is. /"
            f" Another run works on {night}. Start this one again when it has ended."
        )


def release_nights(nights: Iterable[date], clear: Callable[[date], None]) -> None:
    """Clear those of `nights` that are this run's, and let go of them."""
    for night in nights:
        if is_claimed(read_settings(), night, get_current_context()["dag_run"].run_id):
            clear(night)
            release(read_settings(), night)


def skip_unless_received(received: Mapping[str, Any]) -> None:
    """End the task as skipped when its export was loaded before and has not changed: nothing is left to do."""
    if received["state"] != "received":
        raise AirflowSkipException(
            "Al eerder verwerkt en niet veranderd: niets te doen. / Taken before, unchanged: nothing to do."
        )


def await_export(unit: str, night: date, now: datetime) -> bool:
    """Return False while `unit` may still deliver `night`; end the task as skipped once the deadline is past.

    That is the unit's own where its agreement names one, else that of the settings.
    """
    settings = read_settings()
    agreement = installation.agreements(settings).latest(unit, night)
    agreed = agreement.deadline if agreement else None
    deadline = datetime.combine(night + timedelta(days=1), agreed or settings.deadline, LOCAL)
    if now < deadline:
        return False
    raise AirflowSkipException(
        f"{unit}: niets ontvangen voor {night} om {deadline:%d-%m %H:%M}. De eenheid ontbreekt. /"
        f" {unit}: nothing received for {night} by {deadline:%d-%m %H:%M}. The unit is missing."
    )
