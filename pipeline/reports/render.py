"""Pages out of tables and pictures: self-contained HTML, Dutch with English on a switch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, StrictUndefined

from pipeline.pages import page_loader
from pipeline.policy.words import Words
from pipeline.reports.period import say_bucket
from pipeline.reports.table import Shown, Table, Tellable

PAGES: Final = (
    ("index.html", Words("Overzicht", "Overview")),
    ("halfyear.html", Words("Halfjaarcijfers", "Half-year figures")),
    ("progress.html", Words("Voortgang", "Progress")),
    ("parliament.html", Words("Eén blad voor de Kamer", "One page for parliament")),
)


@dataclass(frozen=True)
class ShownTable:
    """A table with the values that may be told."""

    table: Table
    rows: list[list[Any]]


@dataclass(frozen=True)
class Figure:
    """One large number on top of a page."""

    words: Words
    value: Shown
    kind: str = "count"


def show(told: Tellable, table: Table) -> ShownTable:
    """Return a table as a page shows it."""
    return ShownTable(table, told.rows(table))


def render(page: str, **context: Any) -> str:  # noqa: ANN401 - templates take what they name
    """Return a page; a name that its template asks for and nobody gave is an error."""
    css = resources.files("pipeline.reports").joinpath("pages/report.css").read_text(encoding="utf-8")
    return _environment().get_template(page).render(css=css, here=page, pages=PAGES, **context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=page_loader("pipeline.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = lambda day: say_bucket(day.isoformat(), "day")
    environment.tests["float"] = lambda value: isinstance(value, float)
    return environment
