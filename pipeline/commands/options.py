"""What the commands share: their options, and how they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Annotated

import typer

Night = Annotated[datetime, typer.Option("--night", formats=["%Y-%m-%d"], help="The night, as 2026-11-22.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Unit = Annotated[str | None, typer.Option(help="The unit, where two have the same number.")]
English = Annotated[bool, typer.Option("--english", help="In English.")]
REFUSED = 1
CANNOT = 2


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False, default=str))


def progress(title: str, total: int | None) -> AbstractContextManager[Callable[[str], None]]:
    """Show progress on a terminal, and nothing where it is piped."""
    from pipeline import screens

    return screens.progress(title, total)
