"""One night without a scheduler: the same steps as the DAG, the units side by side over the cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import date
from multiprocessing import get_context
from typing import Any

from pipeline import settle_steps, steps
from pipeline.errors import ExportRefused
from pipeline.impact.shadow import shadow
from pipeline.settings import Settings

Progress = Callable[[str], None]


def run_night(settings: Settings, night: date, progress: Progress = lambda _: None) -> dict[str, Any]:
    """Take one night through all stages and return its status (CONTRACT.md §5).

    A refused export is in the status, with its sentence; the other units go on. Any other error ends the night: what
    was written stays consistent, and running it again continues.
    """
    steps.database(settings)
    with _workers(settings) as submit:
        for unit in _each(submit, take_unit, steps.units(settings), night, settings):
            progress(unit)
        settle_steps.settle(night, settings)
        for region in _each(submit, steps.load, steps.regions(), night, settings):
            progress(region)
    status = steps.finish(night, settings)
    shadow(night, settings)
    steps.clear(night, settings)
    return status


def take_unit(unit: str, night: date, settings: Settings) -> None:
    """Take one unit from its export to its outcomes; a refusal is recorded, and is no error here."""
    try:
        received = steps.receive(unit, night, settings)
    except ExportRefused:
        return
    if received["state"] == "received":
        steps.screen(unit, night, settings)
        steps.enrich(unit, night, settings)
        steps.decide(unit, night, settings)


Submit = Callable[..., "Future[Any]"]


@contextmanager
def _workers(settings: Settings) -> Iterator[Submit]:
    """Yield a way to run work: in processes of its own, or here when there is one process."""
    if settings.processes == 1:
        yield _run_here
        return
    # spawn: polars and Arrow hold threads that do not survive a fork
    with ProcessPoolExecutor(settings.processes, mp_context=get_context("spawn")) as pool:
        yield pool.submit


def _run_here(work: Callable[..., Any], *arguments: object) -> Future[Any]:
    done: Future[Any] = Future()
    done.set_result(work(*arguments))
    return done


def _each(submit: Submit, work: Callable[..., Any], names: list[str], night: date, settings: Settings) -> Iterator[str]:
    """Run `work` for each name and yield the name when it is done; the first error is raised after all ended."""
    running = {submit(work, name, night, settings): name for name in names}
    failures = []
    for done in as_completed(running):
        failure = done.exception()
        if failure is not None:
            failures.append(failure)
        yield running[done]
    if failures:
        raise failures[0]
