"""One delivered table read: every column by its notation, what could not be read noted, what is too long found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pipeline import schema
from pipeline.policy.agreements import Agreement
from pipeline.receive.notation import read_columns
from pipeline.schema import PROBLEMS, Table

LONGEST_TEXT: Final = 100_000
"""Bytes: forty pages. A longer field is no text of an officer, and no pattern is searched in it: a person looks."""


def read_table(table: Table, frame: pl.DataFrame, agreement: Agreement) -> pl.DataFrame:
    """Read every column of a table as delivered (`frame`); return canonical values with PROBLEMS."""
    read = read_columns([column for column in table.columns if column.dutch in frame.columns], frame, agreement)
    absent = [None] * len(frame)
    columns = [
        read[name].values.cast(kind).alias(name) if name in read else pl.Series(name, absent, kind)
        for name, kind in table.schema.items()
    ]
    noted = {reason: where for told in read.values() for reason, where in told.problems.items() if where.any()}
    return pl.DataFrame([*columns, _gathered(noted, len(frame))])


def _gathered(noted: Mapping[str, pl.Series], rows: int) -> pl.Series:
    """Return of each row the reasons that apply to it."""
    if not noted:
        return pl.Series(PROBLEMS, [[]] * rows, pl.List(pl.String))
    said = pl.concat_list(pl.when(reason).then(pl.lit(reason)) for reason in noted)
    return pl.DataFrame(noted).select(said.list.drop_nulls().alias(PROBLEMS)).to_series()


def fill_flags(registration: pl.DataFrame, agreement: Agreement) -> pl.DataFrame:
    """Read an empty flag as not set where the unit's system leaves it empty; one that cannot be read stays unknown."""
    return registration.with_columns(
        pl.when(pl.col(name).is_null() & ~pl.col(PROBLEMS).list.contains(f"unreadable:{name}"))
        .then(pl.lit(value=False))
        .otherwise(pl.col(name))
        .alias(name)
        for name in sorted(agreement.leaves_empty)
        if name in registration.columns
    )


def too_long(table: Table) -> list[pl.Expr]:
    """Return for each column of text its reason where it is longer than any text can be."""
    return [
        pl.when(pl.col(column.name).str.len_bytes() > LONGEST_TEXT).then(pl.lit(f"too_long:{column.name}"))
        for column in table.columns
        if column.type == schema.TEXT
    ]


def payload(raw: pl.DataFrame, apart: pl.Series) -> pl.Series:
    """Return the rows kept apart as JSON, as they were delivered; encoding every row costs a sixth of receive."""
    return raw.filter(apart).select(pl.struct(pl.all()).struct.json_encode().alias("payload")).to_series()
