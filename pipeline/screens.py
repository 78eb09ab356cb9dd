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
STATES = {"complete": "volledig", "refused": "geweigerd", "missing": "niet ontvangen", "running": "bezig"}


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


def outcome_name(outcome: str) -> str:
    """Return what an outcome is called in a line or above a column."""
    return shared_words()["outcome_brief"][outcome].nl


def wide_console() -> Console:
    """Return a console that is wide enough for a table where nobody says how wide the page is."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


def print_status(status: dict[str, Any]) -> None:
    """Print a night's status as a table a unit, then the regions, then the refusals."""
    console = wide_console()
    table = _table(status, narrow=False)
    if console.measure(table, options=console.options.update(width=WIDEST)).maximum > console.width:
        table = _table(status, narrow=True)
    console.print(table)
    delivered = ", ".join(f"{region} {count}" for region, count in status["regions"].items() if count)
    console.print(f"Geleverd per regio: {delivered or 'niets'}", soft_wrap=True)
    for line in status["units"].values():
        if line["reason"]:
            console.print(f"[bold]Geweigerd[/bold] {escape(line['reason'])}", soft_wrap=True)


def _table(status: dict[str, Any], *, narrow: bool) -> Table:
    """Return a night's table; `narrow` breaks the outcomes' words where they may be."""
    table = Table(
        title=f"Nacht {status['night']}",
        caption=None if status["balanced"] else "DE TELLING KLOPT NIET",
        box=SIMPLE_HEAD,  # ten columns: lines between them would cost a common terminal its words
        padding=0 if narrow else (0, 1, 0, 0),
    )
    table.add_column("eenheid", no_wrap=True, overflow="fold")
    table.add_column("stand", overflow="fold")
    whole = {"received": "ontvangen", **{outcome: outcome_name(outcome) for outcome in OUTCOMES}}
    for name, heading in whole.items():
        broken = shared_words()["column_narrow"][name].nl
        table.add_column(broken if narrow else heading, justify="right", overflow="fold")
    for unit, line in status["units"].items():
        counts = ("·" if line[name] is None else str(line[name]) for name in whole)
        table.add_row(unit, STATES[line["state"]], *counts)
    return table


def print_story(story: dict[str, Any], language: str = "nl") -> None:
    """Print the story of one registration, oldest version first."""
    console = wide_console()
    for line in tell(story, language):
        console.print(line, soft_wrap=True)
