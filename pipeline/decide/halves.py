"""Reading many registrations at once, where one that stops the code stops no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import polars as pl

Answer = TypeVar("Answer")


def read_in_halves(
    rows: pl.DataFrame, read: Callable[[pl.DataFrame], Answer], unread: Callable[[pl.DataFrame, BaseException], Answer]
) -> list[Answer]:
    """Return what `read` answers of all rows, or of their halves down to the one row where it stops.

    Nothing is read twice while nothing stops. A single row that stops `read` is answered by `unread`, with the error; a
    lack of memory is nobody's row.
    """
    try:
        return [read(rows)]
    except MemoryError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        if rows.height <= 1:
            return [unread(rows, error)]
    half = rows.height // 2
    return read_in_halves(rows[:half], read, unread) + read_in_halves(rows[half:], read, unread)
