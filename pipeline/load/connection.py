"""How we connect, and a connection of its own for the edges that keep their transactions to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg2
from psycopg2.extensions import parse_dsn

from pipeline.errors import LoadError

if TYPE_CHECKING:
    from psycopg2.extensions import connection

PATIENCE = {"connect_timeout": "30", "keepalives_idle": "60", "keepalives_interval": "15", "keepalives_count": "4"}
"""How long, in seconds and tries, a server elsewhere may be silent: by itself a query waits for over two hours.

Of no account for a server on this machine, which is reached over a socket file.
"""


def connect(dsn: str) -> connection:
    """Return a connection for texts in UTF-8, which gives a lost server up; what the DSN says of that goes before."""
    # PGCLIENTENCODING may name another encoding.
    opened: connection = psycopg2.connect(**{**PATIENCE, **parse_dsn(dsn), "client_encoding": "UTF8"})
    return opened


@contextmanager
def connected(dsn: str) -> Iterator[connection]:
    """Yield a connection and close it. Raises LoadError when nobody answers."""
    try:
        opened = connect(dsn)
    except psycopg2.Error as error:
        raise LoadError("database", error.pgcode) from None
    try:
        yield opened
    finally:
        opened.close()
