"""The way past the night, without a scheduler."""

from __future__ import annotations

import typer

from pipeline.commands.options import REFUSED, Json, print_json

app = typer.Typer()


@app.command()
def urgent(as_json: Json = False) -> None:
    """Take what units dropped under urgent/ since the last time."""
    from pipeline import urgent as way
    from pipeline.errors import ExportRefused
    from pipeline.settings import read_settings

    settings = read_settings()
    found, refused = [], False
    for drop in way.waiting(settings):
        name = {"unit": drop.unit, "night": drop.night.isoformat(), "name": drop.name}
        try:
            found.append(name | way.take(drop, settings))
        except ExportRefused as refusal:
            refused = True
            found.append(name | {"state": "refused", "reason": str(refusal)})
    if as_json:
        print_json({"drops": found})
    else:
        for one in found:
            typer.echo(", ".join(f"{key} {value}" for key, value in one.items()))
    if refused:
        raise typer.Exit(REFUSED)
