"""What the commands share: their options, and how they answer."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pipeline.policy.words import Language

YEARS = range(2000, 2101)
"""Years that a night can be of: another one is a typing error, and days are counted on from it in both directions."""


def as_day(value: str) -> datetime:
    """Read a day, written in the one way that every command takes."""
    try:
        return datetime.strptime(value, "%Y-%m-%d")
    except ValueError:
        raise typer.BadParameter(f"{value!r} is no day; write it as 2026-11-22") from None


def in_our_time(value: datetime | None) -> datetime | None:
    """Return a day that was given; a year far off is a wrong use and not an error deep in a query."""
    if value is not None and value.year not in YEARS:
        raise typer.BadParameter(f"a year from {YEARS[0]} to {YEARS[-1]}")
    return value


def day(*names: str, help: str | None = None) -> Any:  # noqa: ANN401 - as typer.Option
    """Return an option that is a day, as 2026-11-22."""
    return typer.Option(*names, parser=as_day, metavar="YYYY-MM-DD", callback=in_our_time, help=help)


_NUMBER = re.compile(r"PL[0-9A-Z]{4}-[0-9]{10}", re.IGNORECASE)


def as_delivered(value: str) -> str:
    """Return a registration's number in the one spelling that exports have; anything else, as an item's name, as it is.

    A number in small letters would be told to have come in no export.
    """
    return value.strip().upper() if _NUMBER.fullmatch(value.strip()) else value


def as_coded(value: str | None) -> str | None:
    """Return the code of a unit or region in the one spelling that it has: re06 would be told to have sent nothing."""
    return value and value.strip().upper()


def as_codes(values: list[str] | None) -> list[str] | None:
    """Return codes in the one spelling that they have."""
    return values and [value.strip().upper() for value in values]


def one_unit(help: str) -> Any:  # noqa: ANN401 - as typer.Option
    """Return an option that is the code of a unit, as RE06."""
    return typer.Option(help=help, callback=as_coded)


Number = Annotated[
    str,
    typer.Argument(
        metavar="REGISTRATIENUMMER",
        callback=as_delivered,
        help="The number that its unit gave it, as PL0600-2026000123.",
    ),
]
Night = Annotated[datetime, day("--night", help="The night, as 2026-11-22.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Unit = Annotated[str | None, one_unit("The unit, where two have the same number.")]
English = Annotated[bool, typer.Option("--english", help="In English.")]
Comment = Annotated[str | None, typer.Option(help="Why.")]
REFUSED = 1
CANNOT = 2


def spoken_language(english: bool) -> Language:
    """Return the language that is answered in: Dutch, unless somebody asks for English."""
    return "en" if english else "nl"


def print_json(document: object) -> None:
    """Print one JSON document on standard output, moments as ISO says them; where that is not UTF-8, in escapes."""
    typer.echo(json.dumps(document, ensure_ascii=sys.stdout.encoding.lower() != "utf-8", default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def progress(title: str, total: int | None) -> AbstractContextManager[Callable[[str], None]]:
    """Show progress on a terminal, and nothing where it is piped."""
    from pipeline import screens

    return screens.progress(title, total)
