"""A night: made, run, told of, explained."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.commands.options import REFUSED, English, Json, Night, Number, Unit, print_json, progress, spoken_language

if TYPE_CHECKING:
    from pipeline.settings import Settings

app = typer.Typer()


@app.command()
def synth(
    out: Annotated[Path, typer.Option("--out", help="The inbox to write into.")],
    night: Night,
    nights: Annotated[int, typer.Option(min=1, help="How many nights, from --night on.")] = 1,
    registrations: Annotated[
        int | None, typer.Option(min=0, help="Registrations a night over all units; default as many as in life.")
    ] = None,
    units: Annotated[str | None, typer.Option(help="Units, as RE01,RE06; default all.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    truth: Annotated[Path | None, typer.Option(help="Also write what each registration is (Parquet).")] = None,
) -> None:
    """Write believable nights of police exports; nobody in them exists."""
    from pipeline import installation
    from pipeline.settings import read_settings
    from pipeline.synth import write_nights

    settings = read_settings()
    chosen = [unit.strip().upper() for unit in units.split(",")] if units else None
    known = installation.agreements(settings)
    known.require(chosen or ())
    with progress("exports", None) as advance:
        write_nights(
            out,
            night.date(),
            nights=nights,
            registrations=registrations,
            units=chosen,
            seed=seed,
            agreements=known,
            truth=truth,
            progress=advance,
            processes=settings.processes,
        )


@app.command()
def run(
    night: Night,
    inbox: Annotated[
        Path | None,
        typer.Option(help="Where the units deliver; default MELDSTROOM_INBOX.", exists=True, file_okay=False),
    ] = None,
    observe: Annotated[
        bool,
        typer.Option("--observe", help="Judge a past night for the baseline; load nothing."),
    ] = False,
    english: English = False,
    as_json: Json = False,
) -> None:
    """Take one night through all stages, without a scheduler."""
    from dataclasses import replace

    from pipeline import clock, installation, night_steps
    from pipeline import night as nights
    from pipeline.errors import NightIncomplete
    from pipeline.settings import read_settings

    settings = read_settings()
    if inbox is not None:
        settings = replace(settings, inbox=inbox.absolute())
    installation.require_inbox(settings)
    night_steps.require_begun(night.date(), clock.today(), settings)
    if observe:
        _observe(settings, night.date(), english=english, as_json=as_json)
        return
    total = len(installation.units(settings)) + len(installation.regions())
    with progress(f"{night:%Y-%m-%d}", total) as advance:
        try:
            status = nights.run_night(settings, night.date(), advance)
        except NightIncomplete as incomplete:
            _show_status(incomplete.status, english=english, as_json=as_json, final=False)
            raise
    _show_status(status, english=english, as_json=as_json)


def _observe(settings: Settings, night: date, *, english: bool, as_json: bool) -> None:
    """Judge a night for the baseline, and say what came of each unit; a refusal is exit status 1, as for a night."""
    from pipeline import installation
    from pipeline.reports.observe import observe_night
    from pipeline.screens import unit_state

    with progress(f"{night:%Y-%m-%d}", len(installation.units(settings))) as advance:
        told = observe_night(settings, night, advance)
    if as_json:
        print_json({"night": night.isoformat(), "units": told})
    else:
        language = spoken_language(english)
        for unit, said in told.items():
            typer.echo(f"{unit}: {unit_state(said, language) if said in JUDGED else said}")
    if set(told.values()) - JUDGED:
        raise typer.Exit(REFUSED)


JUDGED = {"observed", "missing"}
"""What comes of a unit's export that is judged for the baseline; else it is the sentence of a refusal."""


@app.command()
def status(night: Night, english: English = False, as_json: Json = False) -> None:
    """Say what became of a night, per unit and per region."""
    from pipeline import night_steps

    _show_status(night_steps.status(night.date()), english=english, as_json=as_json)


def _show_status(found: dict[str, Any], *, english: bool, as_json: bool, final: bool = True) -> None:
    """Print a status; where it is the whole answer, a refusal decides the exit status."""
    if as_json:
        print_json(found)
    else:
        from pipeline import night_steps, returns_steps
        from pipeline.reports.night_pages import quality_folder
        from pipeline.screens import print_status, say_status
        from pipeline.settings import read_settings

        language = spoken_language(english)
        print_status(found, language)
        night = date.fromisoformat(found["night"])
        if units := night_steps.untaken(found):
            typer.echo(say_status("untaken", language, units=", ".join(units), night=found["night"]))
        for sentence in returns_steps.raised(night):
            typer.echo(sentence)
        if (pages := quality_folder(read_settings(), night)).exists():
            typer.echo(say_status("pages", language, folder=pages))
    if final and any(line["state"] == "refused" for line in found["units"].values()):
        raise typer.Exit(REFUSED)


@app.command()
def explain(
    number: Number,
    unit: Unit = None,
    english: English = False,
    as_json: Json = False,
) -> None:
    """Tell the whole story of one registration: outcome, reasons and their law, what was withheld."""
    from pipeline import explain as stories
    from pipeline import installation
    from pipeline.load.database import transaction
    from pipeline.policy.rules import read_rules
    from pipeline.settings import read_settings

    with transaction(installation.database(read_settings()), "explain") as given:
        story = stories.explain(given, number, unit, read_rules())
    if as_json:
        print_json(story)
    else:
        from pipeline.screens import print_story

        print_story(story, spoken_language(english))


@app.command()
def dsn() -> None:
    """Print the DSN of the database in use."""
    from pipeline import installation
    from pipeline.settings import read_settings

    typer.echo(installation.database(read_settings()))


@app.command()
def demo() -> None:
    """Make a night of exports, run the real pipeline over it, and say what became of it."""
    from pipeline.demo import run_demo
    from pipeline.settings import read_settings

    run_demo(read_settings())
