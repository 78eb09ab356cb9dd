"""After a changed rule or agreement."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pipeline.commands.options import Json, day, one_unit, print_json

app = typer.Typer()


@app.command()
def replay(
    first: Annotated[datetime, day("--from", help="The first night.")],
    last: Annotated[datetime, day("--to", help="The last night.")],
    outcome: Annotated[str, typer.Option(help="What to judge again, as return,hold.")] = "return,hold",
    unit: Annotated[str | None, one_unit("One unit; default all.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Judge what was kept aside again under the policy of today, and say what changed."""
    from dataclasses import asdict

    from pipeline import replay as again

    told, changes = again.replay(first.date(), last.date(), outcome.split(","), unit=unit, dry_run=dry_run)
    units = {unit: vars(found) for unit, found in sorted(told.items())}  # asdict breaks a Counter
    if as_json:
        listed = [asdict(change) for change in changes]
        print_json({"from": first.date(), "to": last.date(), "dry_run": dry_run, "units": units, "changes": listed})
        return
    for name, found in units.items():
        moved = ", ".join(f"{_way(way)} {count}" for way, count in sorted(found["changed"].items()))
        typer.echo(
            f"{name}: {found['judged']} opnieuw beoordeeld; {moved or 'niets verandert'}"
            f" (ingehaald {found['overtaken']}, niet bewaard {found['not_kept']})"
        )
    if not units:
        typer.echo("Van deze nachten is niets geladen: er is niets opnieuw te beoordelen.")
    elif dry_run:
        typer.echo("Niets is veranderd: dit was een proef.")


def _way(moved: str) -> str:
    """Say a way to move, `hold>return`, in words."""
    from pipeline.screens import outcome_name

    return " → ".join(map(outcome_name, moved.split(">")))
