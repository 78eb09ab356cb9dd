"""The program `meldstroom`: one function a command; an error's class gives the exit status.

0: done (a missing unit is no error). 1: done, and at least one export was refused. 2: wrong use, or it cannot run.
What is heavy is imported by the command that needs it: `--help` answers at once.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.errors import MeldstroomError

app = typer.Typer(
    name="meldstroom",
    help="Brings police reports on domestic violence to Veilig Thuis: complete, minimised, well founded.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback's locals would show what is in the data
)

Night = Annotated[datetime, typer.Option("--night", formats=["%Y-%m-%d"], help="The night, as 2026-11-22.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
REFUSED = 1
CANNOT = 2


def main() -> None:
    """Run the program; an error that a person can act on is one sentence on standard error."""
    try:
        app()
    except MeldstroomError as error:
        typer.echo(f"meldstroom: {error}", err=True)
        sys.exit(CANNOT)


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, default=str))


@app.command()
def synth(
    out: Annotated[Path, typer.Option("--out", help="The inbox to write into.")],
    night: Night,
    nights: Annotated[int, typer.Option(min=1, help="How many nights, from NIGHT on.")] = 1,
    registrations: Annotated[
        int | None, typer.Option(min=0, help="Registrations a night over all units; default as many as in life.")
    ] = None,
    units: Annotated[str | None, typer.Option(help="Units, as RE01,RE06; default all.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    truth: Annotated[Path | None, typer.Option(help="Also write what each registration is (Parquet).")] = None,
) -> None:
    """Write believable nights of police exports; nobody in them exists."""
    from pipeline import steps
    from pipeline.settings import read_settings
    from pipeline.synth import write_nights

    settings = read_settings()
    with _progress("exports", None) as advance:
        write_nights(
            out,
            night.date(),
            nights=nights,
            registrations=registrations,
            units=units.split(",") if units else None,
            seed=seed,
            agreements=steps.agreements(settings),
            truth=truth,
            progress=advance,
            processes=settings.processes,
        )


@app.command()
def run(
    night: Night,
    inbox: Annotated[Path | None, typer.Option(help="Where the units deliver; default MELDSTROOM_INBOX.")] = None,
    as_json: Json = False,
) -> None:
    """Take one night through all stages, without a scheduler."""
    from dataclasses import replace

    from pipeline import night as nights
    from pipeline import steps
    from pipeline.settings import read_settings

    settings = read_settings()
    if inbox is not None:
        settings = replace(settings, inbox=inbox.absolute())
    total = len(steps.units(settings)) + len(steps.regions())
    with _progress(f"{night:%Y-%m-%d}", total) as advance:
        status = nights.run_night(settings, night.date(), advance)
    _show_status(status, as_json=as_json)


@app.command()
def status(night: Night, as_json: Json = False) -> None:
    """Say what became of a night, per unit and per region."""
    from pipeline import steps

    _show_status(steps.status(night.date()), as_json=as_json)


def _show_status(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        _print_json(found)
    else:
        from pipeline.screens import print_status

        print_status(found)
    if any(line["state"] == "refused" for line in found["units"].values()):
        raise typer.Exit(REFUSED)


@app.command()
def explain(
    number: Annotated[str, typer.Argument(metavar="REGISTRATIENUMMER")],
    unit: Annotated[str | None, typer.Option(help="The unit, where two have the same number.")] = None,
    as_json: Json = False,
) -> None:
    """Tell the whole story of one registration: outcome, reasons and their law, what was withheld."""
    from pipeline import explain as stories
    from pipeline import steps
    from pipeline.load.database import transaction
    from pipeline.policy.rules import read_rules
    from pipeline.settings import read_settings

    with transaction(steps.database(read_settings()), "explain") as given:
        story = stories.explain(given, number, unit, read_rules())
    if as_json:
        _print_json(story)
    else:
        from pipeline.screens import print_story

        print_story(story)


@app.command()
def outbox(
    night: Night,
    out: Annotated[Path, typer.Option("--out", help="The folder that the carrier takes messages from.")],
    demonstration: Annotated[bool, typer.Option("--demo", help="Send with identities that nobody has.")] = False,
    as_json: Json = False,
) -> None:
    """Write the reports of a night as StUF messages, a file a report version."""
    from dataclasses import asdict

    from pipeline import steps
    from pipeline.load.connection import connected
    from pipeline.outbox.write import write_outbox
    from pipeline.policy.stuf.identities import read_identities
    from pipeline.settings import read_settings

    with connected(steps.database(read_settings())) as connection:
        written = write_outbox(connection, night.date(), out, read_identities(), demonstration)
    if as_json:
        _print_json(asdict(written))
    else:
        kept = len(written.kept_back)
        typer.echo(f"{written.sent} berichten verzonden, {written.withdrawn} ingetrokken, {kept} tegengehouden")


feedback = typer.Typer(help="What Veilig Thuis says of the reports.", no_args_is_help=True)
app.add_typer(feedback, name="feedback")


@feedback.command("import")
def feedback_import(
    path: Annotated[Path, typer.Argument(help="feedback.csv, a message, or a folder with such.")], as_json: Json = False
) -> None:
    """Take feedback; unknown, repeated and unreadable rows are answered, and lose nothing."""
    from datetime import UTC

    from pipeline import steps
    from pipeline.feedback.take import import_feedback
    from pipeline.load.connection import connected
    from pipeline.policy.stuf.identities import read_identities
    from pipeline.settings import read_settings

    with connected(steps.database(read_settings())) as connection:
        result = import_feedback(connection, path, datetime.now(UTC), read_identities())
    if as_json:
        _print_json(result.as_json())
    else:
        typer.echo(f"{result.files} bestanden, {result.taken} regels genomen, {len(result.errors)} apart gelegd")


desk = typer.Typer(help="The release desk.", no_args_is_help=True)
app.add_typer(desk, name="desk")
Unit = Annotated[str | None, typer.Option(help="The unit, where two have the same number.")]


@desk.command("list")
def desk_list(
    limit: Annotated[int, typer.Option(min=1, help="How many at the most.")] = 50, as_json: Json = False
) -> None:
    """Show what waits: danger first, then the oldest; nothing personal."""
    from dataclasses import asdict

    from pipeline import steps
    from pipeline.desk.queue import count_held, list_held
    from pipeline.load.database import transaction
    from pipeline.settings import read_settings

    with transaction(steps.database(read_settings()), "desk") as given:
        items, counts = list_held(given, limit=limit), count_held(given)
    if as_json:
        _print_json({"counts": counts, "items": [asdict(item) for item in items]})
    else:
        from pipeline.screens import print_desk

        print_desk(items, counts)


@desk.command("show")
def desk_show(number: str, unit: Unit = None) -> None:
    """Open one item: what holds it and its contents. That you looked is noted."""
    from pipeline import steps
    from pipeline.desk.queue import find_item, view
    from pipeline.load.database import transaction
    from pipeline.screens import print_item
    from pipeline.settings import account, read_key, read_settings

    settings = read_settings()
    with transaction(steps.database(settings), "desk") as given:
        item = find_item(given, number, unit)
        contents = view(given, item, account(), read_key(settings))
    print_item(item, contents)


@desk.command("release")
def desk_release(
    number: str,
    region: Annotated[list[str] | None, typer.Option(help="VT09; default where the addresses lead.")] = None,
    comment: str | None = None,
    unit: Unit = None,
) -> None:
    """Release an item to Veilig Thuis; what is under embargo or in legal doubt takes a second person."""
    _decide_at_desk("release", number, unit, comment, tuple(region or ()))


@desk.command("return")
def desk_return(
    number: str, comment: Annotated[str, typer.Option(help="What the unit should add.")], unit: Unit = None
) -> None:
    """Return an item to its unit; one in danger stays on the desk while the unit is asked."""
    _decide_at_desk("return", number, unit, comment, ())


def _decide_at_desk(kind: str, number: str, unit: str | None, comment: str | None, regions: tuple[str, ...]) -> None:
    from pipeline import steps
    from pipeline.desk.decisions import Decision
    from pipeline.settings import account, read_settings

    decision = Decision(kind, account(), lock=-1, comment=comment, regions=regions)
    done = steps.decide_at_desk(number, unit, decision, read_settings())
    typer.echo(
        "Gedaan." if done else "Genoteerd; nog niet van kracht (tweede persoon nodig, of een vraag aan de eenheid)."
    )


@app.command()
def dsn() -> None:
    """Print the DSN of the database in use."""
    from pipeline import steps
    from pipeline.settings import read_settings

    typer.echo(steps.database(read_settings()))


@app.command()
def demo() -> None:
    """Make a night of exports, run the real pipeline over it, and say what became of it."""
    from pipeline.demo import run_demo
    from pipeline.settings import read_settings

    run_demo(read_settings())


def _progress(title: str, total: int | None) -> Any:  # noqa: ANN401 - a context manager of a function
    from pipeline.screens import progress

    return progress(title, total)
