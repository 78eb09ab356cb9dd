"""`docs/veilig-thuis.md`: what VT's ICT needs, from the column comments and the tested example."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

import psycopg2

from pipeline.errors import LoadError
from pipeline.policy.stuf.terms import Term, read_terms

if TYPE_CHECKING:
    from psycopg2.extensions import connection

TABLES: Final = ("report", "person", "prior_incident", "danger_signal", "recall")
_COLUMNS: Final = """
    SELECT attribute.attname, format_type(attribute.atttypid, attribute.atttypmod), attribute.attnotnull,
           col_description(attribute.attrelid, attribute.attnum)
    FROM pg_attribute AS attribute
    WHERE attribute.attrelid = %s::regclass AND attribute.attnum > 0 AND NOT attribute.attisdropped
    ORDER BY attribute.attnum
"""
_TYPES: Final = {"timestamp with time zone": "timestamptz"}


def handbook_page(connection: connection) -> str:
    """Return the page in Markdown, from any migrated database. LoadError when PostgreSQL refuses."""
    files = resources.files("pipeline.outbox")
    page = files.joinpath("handbook.txt").read_text(encoding="utf-8")
    client = files.joinpath("example_client.txt").read_text(encoding="utf-8")
    try:
        with connection, connection.cursor() as cursor:
            # every region has the same tables: a test holds that
            tables = [_table(cursor, name) for name in TABLES]
    except psycopg2.Error as error:
        raise LoadError("vt_01", error.pgcode) from None
    for term in read_terms():
        page = page.replace(f"<<{term.id}>>", _said(term))
    return page.replace("<<client>>", client.rstrip()).replace("<<tables>>", "\n\n".join(tables))


def _table(cursor: psycopg2.extensions.cursor, name: str) -> str:
    cursor.execute("SELECT obj_description(%s::regclass)", (f"vt_01.{name}",))
    (comment,) = cursor.fetchone() or ("",)
    cursor.execute(_COLUMNS, (f"vt_01.{name}",))
    rows = [
        f"| `{column}` | {_TYPES.get(kind, kind)}{', always' if required else ''} | {_escaped(said)} |"
        for column, kind, required, said in cursor.fetchall()
    ]
    return "\n".join([f"### `{name}`", "", comment, "", "| column | type | holds |", "|---|---|---|", *rows])


def _said(term: Term) -> str:
    if term.weeks:
        return f"≤ {term.weeks} weeks"
    return f"≤ {term.working_days} working day{'s' if term.working_days > 1 else ''}"


def _escaped(text: str | None) -> str:
    return (text or "").replace("|", r"\|")
