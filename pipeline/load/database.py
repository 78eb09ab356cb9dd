"""PostgreSQL's edge: connections, migrations, and tables by COPY. Silent about values: its own messages quote rows."""

from __future__ import annotations

import io
import select
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

import polars as pl
import psycopg2
from psycopg2 import sql

from pipeline.errors import LoadError, SettingsError
from pipeline.load.connection import connect

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

_kept: ContextVar[dict[str, connection] | None] = ContextVar("_kept", default=None)
"""Connections between two transactions, by DSN; None where each transaction has a connection of its own."""

FORBIDDEN = "42501"
"""SQLSTATE of what a role has no right to."""
MIGRATION_LOCK = 7_301_946
"""Key of the advisory lock that two starting programs meet at."""


@contextmanager
def transaction(dsn: str, target: str) -> Iterator[cursor]:
    """Yield a cursor on a connection of its own; commit at the end, roll back on any error.

    Raises:
        LoadError: PostgreSQL refused, or was not there; names `target` and the SQLSTATE only.
    """
    try:
        opened = _open(dsn)
    except psycopg2.Error as error:
        raise LoadError(target, error.pgcode) from None
    try:
        with opened, opened.cursor() as given:
            yield given
    except psycopg2.Error as error:
        raise LoadError(target, error.pgcode) from None
    finally:
        _put_away(dsn, opened)


def keep_connections() -> None:
    """Let transactions that follow each other in this process use one connection, until it ends.

    A new connection knows nothing of the tables: forty of them took three quarters of what a small night asks of
    PostgreSQL.
    """
    _kept.set({})


@contextmanager
def kept_connections() -> Iterator[None]:
    """Let transactions that follow each other within use one connection; close it at the end.

    Within another such block they use that one's, which its end closes.
    """
    if _kept.get() is not None:
        yield
        return
    kept: dict[str, connection] = {}
    before = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(before)
        for opened in kept.values():
            opened.close()


def _open(dsn: str) -> connection:
    """Return the kept connection, or a new one where there is none or its server went away."""
    kept = (_kept.get() or {}).pop(dsn, None)
    if kept is not None:
        if not _was_ended(kept):
            return kept
        kept.close()
    return _in_utc(connect(dsn))


def _was_ended(kept: connection) -> bool:
    """Tell whether the server said to nobody that it ends the connection. It is not asked: that would take a turn."""
    return bool(select.select([kept], [], [], 0)[0])


def _in_utc(opened: connection) -> connection:
    opened.autocommit = True  # in a transaction it would be undone with that
    with opened.cursor() as given:
        given.execute("SET TIME ZONE 'UTC'")
    opened.autocommit = False
    return opened


def _put_away(dsn: str, opened: connection) -> None:
    """Keep a connection whose transaction ended, or close it: where none is kept, or one already is, or it broke."""
    kept = _kept.get()
    if kept is None or dsn in kept or opened.closed:
        opened.close()
    else:
        kept[dsn] = opened


@contextmanager
def savepoint(given: cursor, target: str) -> Iterator[None]:
    """Undo what is done within, and nothing else of the transaction, when PostgreSQL does not take it.

    Raises:
        LoadError: PostgreSQL refused; the transaction goes on.
    """
    given.execute("SAVEPOINT attempt")
    try:
        yield
    except psycopg2.Error as error:
        if given.connection.closed:
            raise
        given.execute("ROLLBACK TO SAVEPOINT attempt")
        raise LoadError(target, error.pgcode) from None
    given.execute("RELEASE SAVEPOINT attempt")


def migrate(dsn: str) -> list[str]:
    """Apply the migrations of `pipeline/load/sql` that this database has not had, in order; return their names.

    Each is applied with its record in one transaction, so that a crash leaves it done or not begun.

    Raises:
        SettingsError: we may not; says what the administrator of the server has to give.
        LoadError: PostgreSQL refused for another reason.
    """
    try:
        return _migrate(dsn)
    except LoadError as refused:
        if refused.code != FORBIDDEN:
            raise
    raise SettingsError(
        "De rol in MELDSTROOM_DSN mag hier geen schema's of rollen maken: maak haar eigenaar van de database en geef"
        " haar CREATEROLE, of maak de rollen vt_01_reader tot en met vt_27_reader (LOGIN, zonder 16 en 26) zelf",
        "The role in MELDSTROOM_DSN may not make schemas or roles here: make it the owner of the database and give it"
        " CREATEROLE, or make the roles vt_01_reader to vt_27_reader (LOGIN, without 16 and 26) yourself",
    )


def _migrate(dsn: str) -> list[str]:
    with transaction(dsn, "database") as given:
        if query(given, "SHOW server_encoding") != [("UTF8",)]:
            raise SettingsError(
                "De database in MELDSTROOM_DSN bewaart geen UTF-8, en zou namen en teksten verminken: maak haar met"
                " ENCODING 'UTF8'",
                "The database in MELDSTROOM_DSN does not keep UTF-8, and would garble names and texts: make it with"
                " ENCODING 'UTF8'",
            )
        given.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        given.execute(
            "CREATE TABLE IF NOT EXISTS public.migration"
            " (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        given.execute("SELECT name FROM public.migration")
        had = {name for (name,) in given.fetchall()}
    applied = []
    for name, text in _migrations():
        if name in had:
            continue
        with transaction(dsn, f"migration {name}") as given:
            given.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
            given.execute("SELECT 1 FROM public.migration WHERE name = %s", (name,))
            if given.fetchone() is None:  # another program may have been quicker
                given.execute(text)
                given.execute("INSERT INTO public.migration (name) VALUES (%s)", (name,))
                applied.append(name)
    return applied


def _migrations() -> list[tuple[str, str]]:
    folder = resources.files("pipeline.load").joinpath("sql")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return [(file.name, file.read_text(encoding="utf-8")) for file in files]


def copy(given: cursor, table: str, frame: pl.DataFrame) -> None:
    """Append `frame` to `table` (`schema.table` or a temporary table); columns by name, lists of text as arrays."""
    if frame.is_empty():
        return
    buffer = io.BytesIO()
    frame.select(_as_text(frame, name) for name in frame.columns).write_csv(
        buffer, include_header=False, quote_style="non_numeric", datetime_format="%Y-%m-%dT%H:%M:%S%.6f%:z"
    )
    buffer.seek(0)
    columns = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(*table.split(".")), columns)
    given.copy_expert(statement, buffer)


def _as_text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Write a list of codes as PostgreSQL's array literal; leave other types to the CSV writer."""
    column = pl.col(name)
    if isinstance(frame.schema[name], pl.List):
        escaped = pl.element().cast(pl.String).str.replace_all(r'(["\\])', r"\$1")
        quoted = column.list.eval(pl.lit('"') + escaped + pl.lit('"'))
        return (pl.lit("{") + quoted.list.join(",") + pl.lit("}")).alias(name)
    return column


def fill(given: cursor, table: str, columns: str, rows: pl.DataFrame) -> None:
    """Make a temporary table of `columns` (as CREATE TABLE takes them) with `rows`; it ends with the transaction."""
    given.execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")
    copy(given, table, rows)
    given.execute(f"ANALYZE {table}")


def query(given: cursor, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run one SELECT and return all of its rows."""
    given.execute(statement, parameters)
    return given.fetchall()


def now(given: cursor) -> datetime:
    """Return the moment of the transaction, as the database has it."""
    moment: datetime = query(given, "SELECT now()")[0][0]
    return moment


def frame(
    given: cursor, statement: str, schema: pl.Schema, parameters: Sequence[Any] | Mapping[str, Any] = ()
) -> pl.DataFrame:
    """Run one SELECT into a frame of `schema`, column by position."""
    return pl.DataFrame(query(given, statement, parameters), schema=schema, orient="row")
