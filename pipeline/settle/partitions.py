"""Rows divided over files by what they have in common, so that of a whole night one file at a time is in memory."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa

DIVIDED_BY = "_file"
Add = Callable[[pl.DataFrame, pl.Expr], None]
"""Appends each row of a frame to the file with its number, from 0. Every frame has the columns of the first."""


@dataclass(frozen=True)
class Partitions:
    """A folder of `count` files, in which rows stay in the order in which they came."""

    folder: Path
    count: int

    @contextmanager
    def filled(self) -> Iterator[Add]:
        """Yield what the files are filled with; the folder is in its place when all is in: a killed task leaves none.

        At least one frame must come, be it empty: it tells the columns. All `count` files are open meanwhile.
        """
        beside = self.folder.with_name(f"{self.folder.name}.new")
        for left in (self.folder, beside):
            shutil.rmtree(left, ignore_errors=True)
        beside.mkdir(parents=True, mode=0o700)
        with ExitStack() as opened:
            writers: list[pa.RecordBatchStreamWriter] = []

            def add(rows: pl.DataFrame, number: pl.Expr) -> None:
                if not writers:
                    writers.extend(opened.enter_context(_begin(beside / _name(at), rows)) for at in range(self.count))
                numbered = rows.with_columns(number.alias(DIVIDED_BY))
                for (at,), theirs in numbered.partition_by(DIVIDED_BY, as_dict=True, include_key=False).items():
                    writers[at].write_table(theirs.to_arrow())

            yield add
        os.replace(beside, self.folder)

    def read(self, number: int) -> pl.DataFrame:
        """Read one file."""
        return pl.read_ipc_stream(self.folder / _name(number))


@contextmanager
def _begin(path: Path, like: pl.DataFrame) -> Iterator[pa.RecordBatchStreamWriter]:
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    schema = like.clear().to_arrow().schema
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, schema, options=options) as writer:
        yield writer


def _name(number: int) -> str:
    return f"{number:04d}.arrow"
