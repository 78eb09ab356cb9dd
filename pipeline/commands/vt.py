"""The way to Veilig Thuis and back: messages out, feedback in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import Json, Night, print_json

app = typer.Typer()


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
        print_json(asdict(written))
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
    from datetime import UTC, datetime

    from pipeline import steps
    from pipeline.feedback.take import import_feedback
    from pipeline.load.connection import connected
    from pipeline.policy.stuf.identities import read_identities
    from pipeline.settings import read_settings

    with connected(steps.database(read_settings())) as connection:
        result = import_feedback(connection, path, datetime.now(UTC), read_identities())
    if as_json:
        print_json(result.as_json())
    else:
        typer.echo(f"{result.files} bestanden, {result.taken} regels genomen, {len(result.errors)} apart gelegd")
