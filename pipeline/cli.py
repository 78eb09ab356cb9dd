"""The program `meldstroom`: a module a subject in `pipeline.commands`; an error's class gives the exit status.

0: done (a missing unit is no error). 1: done, and at least one export was refused. 2: wrong use, or it cannot run.
What is heavy is imported by the command that needs it: `--help` answers at once.
"""

from __future__ import annotations

import io
import sys

import typer

from pipeline.commands import (
    check,
    desk,
    evaluate,
    feedback,
    impact,
    ledger,
    night,
    replay,
    report,
    returns,
    urgent,
    vt,
)
from pipeline.commands.dutch import speak_dutch
from pipeline.commands.options import CANNOT
from pipeline.errors import of_a_file, told

app = typer.Typer(
    name="meldstroom",
    help="Brings police reports on domestic violence to Veilig Thuis: complete, minimised, well founded.",
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback's locals would show what is in the data
)
for subject in (night, urgent, check, desk, returns, replay, vt, feedback, ledger, impact, evaluate, report):
    app.add_typer(subject.app)


def main() -> None:
    """Run the program; an error is one sentence on standard error, without a traceback: it could show a value."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows another
    arguments, command = sys.argv[1:], typer.main.get_command(app)
    if "--help" in arguments and "--english" in arguments:
        arguments.remove("--english")  # a command that speaks one language has a help in two
    elif "--help" in arguments:
        speak_dutch(command)
    try:
        command(arguments)
    except Exception as error:
        language = "en" if "--english" in sys.argv else "nl"
        typer.echo(f"meldstroom: {of_a_file(error, language) or told(error, language)}", err=True)
        sys.exit(CANNOT)
