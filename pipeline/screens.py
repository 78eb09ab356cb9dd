"""What the terminal shows: Dutch first; the codes are those of the contract."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipeline.desk.queue import Item
from pipeline.load.intake import OUTCOMES
from pipeline.schema import Tables

DUTCH = {
    "forward": "doorgezonden",
    "return": "terug",
    "hold": "vastgehouden",
    "elsewhere": "elders",
    "withhold": "achtergehouden",
    "duplicate": "dubbel",
    "reject": "afgekeurd",
}
PIPED_WIDTH = 132
"""Characters a line where standard output is a file or a pipe."""
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


def _console() -> Console:
    """Return a console that is wide enough for a table where nobody says how wide the page is."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


def print_status(status: dict[str, Any]) -> None:
    """Print a night's status as a table a unit, then the regions, then the refusals."""
    console = _console()
    table = Table(title=f"Nacht {status['night']}", caption=None if status["balanced"] else "DE TELLING KLOPT NIET")
    table.add_column("eenheid")
    table.add_column("stand")
    for heading in ("ontvangen", *(DUTCH[outcome] for outcome in OUTCOMES)):
        table.add_column(heading, justify="right")
    for unit, line in status["units"].items():
        counts = ("·" if line[name] is None else str(line[name]) for name in ("received", *OUTCOMES))
        table.add_row(unit, STATES[line["state"]], *counts)
    console.print(table)
    delivered = ", ".join(f"{region} {count}" for region, count in status["regions"].items() if count)
    console.print(f"Geleverd per regio: {delivered or 'niets'}")
    for line in status["units"].values():
        if line["reason"]:
            console.print(f"[bold]Geweigerd[/bold] {line['reason']}", markup=True)


def print_story(story: dict[str, Any]) -> None:
    """Print the story of one registration, oldest version first."""
    console = _console()
    console.print(f"[bold]{story['registration_number']}[/bold] van {story['unit']}")
    for version in story["versions"]:
        console.print(
            f"\nVersie {version['version']}, nacht {version['night']}: [bold]{DUTCH[version['outcome']]}[/bold]"
            + (f" naar {', '.join(version['regions'])}" if version["regions"] else "")
            + (f", meegenomen door {version['carried_by']}" if version["carried_by"] else "")
        )
        if answered := version["answers"]:
            console.print(f"  antwoord op de retour van versie {answered['version']}, nacht {answered['night']}")
        for reason in version["reasons"]:
            console.print(f"  · {_worded(reason)}", soft_wrap=True)
        for label, values in (("ontbreekt", version["gaps"]), ("gevaarsignalen", version["danger"])):
            if values:
                console.print(f"  {label}: {', '.join(values)}")
        if version["score"] is not None:
            console.print(f"  onderbouwing: {version['score']} van 100")
        for held in version["withheld"]:
            words = held["words"]["nl"] if held["words"] else held["kind"]
            console.print(
                f"  niet gedeeld: {words} ({held['count']}; {held['source'] or 'niet benoemd'})", soft_wrap=True
            )
        for change in version["history"]:
            console.print(f"  {change['at']}: {DUTCH[change['from']]} → {DUTCH[change['to']]}, door {change['by']}")
        console.print(f"  werkafspraak {version['agreement_version']}, regels {version['policy_version']}")
    for entry in story["disclosures"]:
        where = f"verstrekt aan {entry['region']}" if entry["region"] else "niet verstrekt"
        console.print(f"\n{entry['at']}: versie {entry['version']} {where}; grond: {entry['ground']}", soft_wrap=True)
        if entry["elements"]:
            console.print(f"  gedeeld: {', '.join(entry['elements'])}", soft_wrap=True)
    for recall in story["recalls"]:
        console.print(
            f"\n{recall['at']}: versie {recall['version']} ingetrokken bij {recall['region']}: {recall['reason']}"
        )


def _worded(reason: dict[str, Any]) -> str:
    if reason["words"] is None:
        return str(reason["code"])
    return f"{reason['words']['nl']} ({reason['code']}; {reason['source']})"


def print_desk(items: list[Item], counts: dict[str, int]) -> None:
    """Print what waits: no personal data."""
    console = _console()
    table = Table(title=f"Loket: {counts['open']} open, {counts['danger']} met gevaar, {counts['late']} over tijd")
    for heading in ("registratie", "versie", "gevaar", "sinds", "uiterlijk", "waarom"):
        table.add_column(heading)
    for item in items:
        danger = ", ".join(item.signals) or ("ja" if item.danger else "")
        times = (f"{item.since:%d-%m %H:%M}", f"{item.due:%d-%m %H:%M}")
        table.add_row(item.registration_number or item.name, str(item.version or ""), danger, *times, item.reasons[0])
    console.print(table)


def print_item(item: Item, contents: Tables | str) -> None:
    """Print one item with its contents, for the person who may see them."""
    console = Console(highlight=False, markup=False)
    console.print(
        f"{item.registration_number or item.name} van {item.unit}, nacht {item.night}: {', '.join(item.reasons)}"
    )
    console.print(f"ontbreekt: {', '.join(item.gaps) or 'niets'}; gevaar: {', '.join(item.signals) or 'geen'}")
    if isinstance(contents, str):
        console.print(contents, soft_wrap=True)
        return
    for row in contents.registration.iter_rows(named=True):
        console.print({name: str(value) for name, value in row.items() if value not in (None, [])}, soft_wrap=True)
    for row in contents.person.iter_rows(named=True):
        console.print({name: str(value) for name, value in row.items() if value is not None}, soft_wrap=True)
    for row in contents.entry.iter_rows(named=True):
        console.print(f"[{row['source'] or '?'}] {row['text']}", soft_wrap=True)
