"""One night without a scheduler: the same steps as the DAG, the units side by side over the cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, as_completed
from contextlib import contextmanager
from datetime import date
from typing import Any

import polars as pl

from pipeline import installation, load_steps, night_steps, returns_steps, settle_steps, unit_steps, workspace
from pipeline.claim import held
from pipeline.errors import ExportRefused, NightIncomplete, told
from pipeline.impact.shadow import shadow
from pipeline.load.database import keep_connections, kept_connections
from pipeline.reports.night_pages import write_quality_pages
from pipeline.settings import Settings
from pipeline.workers import worker_pool

Progress = Callable[[str], None]


def run_night(settings: Settings, night: date, progress: Progress = lambda _: None) -> dict[str, Any]:
    """Take one night through all stages and return its status (CONTRACT.md §5).

    A refused export is in the status, with its sentence. Whatever else fails in one unit or region stops no other.

    Raises:
        NightIncomplete: something failed that is no refusal; running the night again continues.
        UsageError: a run of Airflow works on the night.
    """
    with held(settings, night), kept_connections():
        return _run_night(settings, night, progress)


def _run_night(settings: Settings, night: date, progress: Progress) -> dict[str, Any]:
    installation.database(settings)
    failures: dict[str, str] = {}
    with _workers(settings) as submit:

        def side_by_side(work: Callable[..., Any], names: list[str], say: Progress = lambda _: None) -> None:
            for name, failure in _each(submit, work, names, night, settings):
                if failure:
                    failures.setdefault(name, failure)
                say(name)

        side_by_side(take_unit, _largest_first(settings, night), progress)
        settle_steps.settle(night, settings)
        side_by_side(load_steps.load, installation.regions(), progress)
        side_by_side(load_steps.close, installation.units(settings))
        status = night_steps.finish(night, settings)
        shadow(night, settings)
        returns_steps.raise_alarms(night, settings)
        side_by_side(returns_steps.return_to, installation.units(settings))
    write_quality_pages(night, settings)
    if failures:
        raise NightIncomplete(failures, status)
    night_steps.clear(night, settings)
    return status


def _largest_first(settings: Settings, night: date) -> list[str]:
    """Return the units by the size of what they delivered: a large one that begins last would keep one core waiting."""

    def delivered(unit: str) -> int:
        try:
            return sum(file.lstat().st_size for file in workspace.delivery_of(settings, unit, night).inbox.iterdir())
        except OSError:  # not there, or closed: receiving says which
            return 0

    return sorted(installation.units(settings), key=delivered, reverse=True)


def take_unit(unit: str, night: date, settings: Settings) -> None:
    """Take one unit from its export to its outcomes; a refusal is recorded, and is no error here."""
    try:
        received = unit_steps.receive(unit, night, settings)
    except ExportRefused:
        return
    if received["state"] == "received":
        unit_steps.screen(unit, night, settings)
        unit_steps.enrich(unit, night, settings)
        unit_steps.decide(unit, night, settings)


Submit = Callable[..., "Future[str | None]"]


@contextmanager
def _workers(settings: Settings) -> Iterator[Submit]:
    """Yield a way to run work: in processes of its own, or here when there is one process."""
    if settings.processes == 1:
        yield _run_here
        return
    with worker_pool(settings.processes, keep_connections) as pool:
        yield pool.submit


def _run_here(work: Callable[..., str | None], *arguments: object) -> Future[str | None]:
    done: Future[str | None] = Future()
    done.set_result(work(*arguments))
    return done


def _each(
    submit: Submit, work: Callable[..., Any], names: list[str], night: date, settings: Settings
) -> Iterator[tuple[str, str | None]]:
    """Run `work` for each name; yield each name when it is done, with what went wrong."""
    running = {submit(_attempt, work, name, night, settings): name for name in names}
    for done in as_completed(running):
        ended = done.exception()  # of the process itself: what the work raised is told, not raised
        yield running[done], told(ended) if ended else done.result()


def _attempt(work: Callable[..., Any], name: str, night: date, settings: Settings) -> str | None:
    """Return None, or why `work` failed; an exception of a library would carry values to whoever prints it."""
    try:
        work(name, night, settings)
    except (Exception, pl.exceptions.PanicException) as error:
        return told(error)
    return None
