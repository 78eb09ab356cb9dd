"""One delivered table read: every column by its notation, what could not be read noted, what is too long found."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline import schema
from pipeline.policy.agreements import Agreement
from pipeline.receive.notation import read_column
from pipeline.schema import PROBLEMS, Column, Table

LONGEST_TEXT: Final = 100_000
"""Bytes: forty pages. A longer field is no text of an officer, and no pattern is searched in it: a person looks."""


def read_table(table: Table, frame: pl.DataFrame, agreement: Agreement) -> pl.DataFrame:
    """Read every column of a table as delivered (`frame`); return canonical values with PROBLEMS."""
    columns: list[pl.Series] = []
    noted: list[pl.Series] = []
    for column in table.columns:
        values, problems = _column(column, frame, agreement)
        columns.append(values)
        noted += problems
    told = pl.DataFrame(noted) if noted else pl.DataFrame({"none": pl.Series([None] * len(frame), dtype=pl.String)})
    gathered = told.select(pl.concat_list(pl.all()).list.drop_nulls().alias(PROBLEMS)).to_series()
    return pl.DataFrame([*columns, gathered])


def _column(column: Column, frame: pl.DataFrame, agreement: Agreement) -> tuple[pl.Series, list[pl.Series]]:
    if column.dutch not in frame.columns:
        return pl.Series(column.name, [None] * len(frame), dtype=column.type), []
    read = read_column(column, frame.get_column(column.dutch), agreement)
    notes = [
        pl.select(pl.when(where.fill_null(value=False)).then(pl.lit(reason)).alias(reason)).to_series()
        for reason, where in read.problems.items()
        if where.any()
    ]
    return read.values.cast(column.type).alias(column.name), notes


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
