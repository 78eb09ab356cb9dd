"""Advice before sending."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from pipeline.commands.options import REFUSED, English, Json, day, one_unit, print_json, spoken_language

app = typer.Typer()


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A draft: JSON, CSV or Parquet files in a folder, or a StUF message.")],
    unit: Annotated[str | None, one_unit("The unit, as RE06; default what the draft tells.")] = None,
    night: Annotated[
        datetime | None,
        day("--night", help="Whose rules count; default today."),
    ] = None,
    english: English = False,
    as_json: Json = False,
) -> None:
    """Say what would become of a draft, what is missing, and what would stay behind. Nothing is kept."""
    from pipeline import clock, installation
    from pipeline.check.draft import Whose, read_files, unit_of
    from pipeline.check.judge import check_draft
    from pipeline.check.show import print_advice
    from pipeline.check.words import guessed, read_words
    from pipeline.errors import ExportRefused
    from pipeline.settings import read_settings

    language = spoken_language(english)
    on = night.date() if night else clock.today()
    try:
        files, known = read_files(file), installation.agreements(read_settings())
        whose = Whose(unit, told=True) if unit else unit_of(files, known.units, file.absolute().parts)
        with _ends_tidily():
            found = check_draft(files, known, on, whose.unit)
    except ExportRefused as refusal:
        if as_json:
            print_json({"refused": refusal.say_of_draft(language), "unit_told": whose.told, "advice": []})
        else:
            typer.echo(f"{read_words()['heading']['unread'].say(language)}: {refusal.say_of_draft(language)}")
            if unsure := guessed(whose):
                typer.echo(f"{unsure.say(language)} (--unit).")
        raise typer.Exit(REFUSED) from None
    if as_json:
        print_json({"refused": None, "unit_told": whose.told, "advice": [one.as_json() for one in found]})
    else:
        print_advice(found, whose, language)


@contextmanager
def _ends_tidily() -> Iterator[None]:
    """Let a signal that ends the program end it by way of all that closes behind itself: the draft goes, too."""
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)


def _leave(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
