"""What the terminal shows: Dutch first; the codes are those of the contract."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipeline.explain.tell import tell
from pipeline.policy.rules import OUTCOMES
from pipeline.policy.words import shared_words

PIPED_WIDTH = 132
"""Characters a line where standard output is a file or a pipe."""
WIDEST = 1000
"""Characters a line that no table needs: it is measured as it would be there."""


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[[str], None]]:
    """Show progress on standard error of a terminal; say nothing where it is piped."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(title, total=total)

        def advance(name: str) -> None:
            shown.update(task, advance=1, description=f"{title} · {name}")

        yield advance


def outcome_name(outcome: str, language: str = "nl") -> str:
    """Return what an outcome is called in a line or above a column."""
    return shared_words()["outcome_brief"][outcome].say(language)


def unit_state(state: str, language: str) -> str:
    """Return how a unit's part of a night stands, in words."""
    return shared_words()["unit_state"][state].say(language)


def say_status(name: str, language: str, **given: object) -> str:
    """Return what a night's status says, with what is `given` filled in."""
    return shared_words()["status"][name].say(language).format(**given)


def wide_console() -> Console:
    """Return a console that is wide enough for a table where nobody says how wide the page is."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


def print_status(status: dict[str, Any], language: str = "nl") -> None:
    """Print a night's status as a table a unit, then the regions, then the refusals."""
    console = wide_console()
    table = _table(status, language, narrow=False)
    if console.measure(table, options=console.options.update(width=WIDEST)).maximum > console.width:
        table = _table(status, language, narrow=True)
    console.print(table)
    delivered = ", ".join(f"{region} {count}" for region, count in status["regions"].items() if count)
    delivered = delivered or say_status("nothing", language)
    console.print(say_status("delivered", language, regions=delivered), soft_wrap=True)
    for line in status["units"].values():
        if line["reason"]:
            console.print(f"[bold]{say_status('refused', language)}[/bold] {escape(line['reason'])}", soft_wrap=True)


def _table(status: dict[str, Any], language: str, *, narrow: bool) -> Table:
    """Return a night's table; `narrow` breaks the outcomes' words where they may be."""
    table = Table(
        title=say_status("title", language, night=status["night"]),
        caption=None if status["balanced"] else say_status("unbalanced", language),
        box=SIMPLE_HEAD,  # ten columns: lines between them would cost a common terminal its words
        padding=0 if narrow else (0, 1, 0, 0),
    )
    table.add_column(say_status("unit", language), no_wrap=True, overflow="fold")
    table.add_column(say_status("state", language), overflow="fold")
    whole = {"received": say_status("received", language)}
    whole |= {outcome: outcome_name(outcome, language) for outcome in OUTCOMES}
    for name, heading in whole.items():
        broken = shared_words()["column_narrow"][name].say(language)
        table.add_column(broken if narrow else heading, justify="right", overflow="fold")
    for unit, line in status["units"].items():
        counts = ("·" if line[name] is None else str(line[name]) for name in whole)
        table.add_row(unit, unit_state(line["state"], language), *counts)
    return table


def print_story(story: dict[str, Any], language: str = "nl") -> None:
    """Print the story of one registration, oldest version first."""
    console = wide_console()
    for line in tell(story, language):
        console.print(line, soft_wrap=True)
