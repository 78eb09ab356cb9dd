"""A connection of its own for the edges that keep their transactions to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg2

from pipeline.errors import LoadError

if TYPE_CHECKING:
    from psycopg2.extensions import connection


@contextmanager
def connected(dsn: str) -> Iterator[connection]:
    """Yield a connection and close it. Raises LoadError when nobody answers."""
    try:
        opened = psycopg2.connect(dsn, client_encoding="UTF8")
    except psycopg2.Error as error:
        raise LoadError("database", error.pgcode) from None
    try:
        yield opened
    finally:
        opened.close()
