"""One question to the police side's database, as a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
import psycopg2

from pipeline.errors import LoadError

if TYPE_CHECKING:
    from psycopg2.extensions import connection


def query_frame(
    connection: connection, statement: str, schema: pl.Schema, parameters: Sequence[Any] | Mapping[str, Any] = ()
) -> pl.DataFrame:
    """Run one SELECT in a transaction of its own into a frame of `schema`, column by position; LoadError if refused."""
    try:
        with connection, connection.cursor() as given:
            given.execute("SET LOCAL TIME ZONE 'UTC'")
            given.execute(statement, parameters)
            return pl.DataFrame(given.fetchall(), schema=schema, orient="row")
    except psycopg2.Error as error:
        raise LoadError("feedback", error.pgcode) from None
