"""Back to the units."""

from __future__ import annotations

import typer

from pipeline.commands.options import Json, Night, print_json

app = typer.Typer()


@app.command()
def returns(night: Night, as_json: Json = False) -> None:
    """Write what each unit is told of a night: a receipt, and what came back with how to mend it."""
    from pipeline import returns_steps
    from pipeline.settings import read_settings

    settings = read_settings()
    raised = returns_steps.raise_alarms(night.date(), settings)
    counts = returns_steps.returns(night.date(), settings)
    folder = settings.home / "outgoing"
    if as_json:
        print_json({"night": night.date(), "folder": str(folder), "returned": counts, "alarms": raised})
        return
    if not counts:
        typer.echo(f"Van nacht {night:%Y-%m-%d} is niets ontvangen: er is niets terug te sturen.")
    for unit, count in counts.items():
        typer.echo(f"{unit}: {count} retour, {folder / unit / night.date().isoformat()}")
    for sentence in raised:
        typer.echo(sentence)
