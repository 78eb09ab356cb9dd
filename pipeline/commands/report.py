"""What project leaders steer by."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import Json, day
from pipeline.errors import UsageError

app = typer.Typer()


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="The folder to write the pages and CSV files into.")],
    night: Annotated[datetime | None, day("--night", help="One night.")] = None,
    first: Annotated[datetime | None, day("--from", help="First night of several.")] = None,
    last: Annotated[datetime | None, day("--to", help="Last night of several.")] = None,
    as_json: Json = False,
) -> None:
    """Write the project leaders' report of a night or a period: pages that need no server, and CSV files."""
    from pipeline.reports import steps
    from pipeline.reports.build import as_json as in_json
    from pipeline.reports.period import Period
    from pipeline.settings import read_settings

    if night is not None and first is None and last is None:
        period = Period(night.date(), night.date())
    elif night is None and first is not None and last is not None:
        period = Period(first.date(), last.date())
    else:
        raise UsageError("noem één --night, of --from en --to", "name one --night, or --from and --to")
    made = steps.build(read_settings(), period, out)
    typer.echo(in_json(made) if as_json else f"{out.absolute() / 'index.html'}")
