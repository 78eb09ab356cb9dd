"""The way past the night, without a scheduler."""

from __future__ import annotations

from typing import Any

import typer

from pipeline.commands.options import REFUSED, Json, print_json

app = typer.Typer()
STATES = {"loaded": "geladen", "known": "eerder geladen", "refused": "geweigerd"}


def _told(drop: dict[str, Any]) -> str:
    """Say what became of one drop: its counts by outcome, or why it was refused."""
    from pipeline.policy.rules import OUTCOMES
    from pipeline.screens import outcome_name

    counts = ", ".join(f"{outcome_name(outcome)} {drop[outcome]}" for outcome in OUTCOMES if drop.get(outcome))
    after = drop.get("reason") or counts
    state = STATES.get(drop["state"], drop["state"])
    return f"{drop['unit']} {drop['name']}, nacht {drop['night']}: {state}" + (f" ({after})" if after else "")


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
            found.append(name | {"state": "refused", "reason": refusal.dutch})
    if as_json:
        print_json({"drops": found})
    else:
        if not found:
            typer.echo("Er wacht niets: geen eenheid leverde met spoed.")
        for one in found:
            typer.echo(_told(one))
    if refused:
        raise typer.Exit(REFUSED)
