"""Versions that repeat, supersede or retract another one, of the export itself or received before (CONTRACT.md §1, §2).

Each is a finding, like those of the gates.
"""

from __future__ import annotations

import polars as pl

from pipeline.repeated import is_taken
from pipeline.schema import REGISTRATION, ROW, Tables
from pipeline.screen.gates import findings_where


def find_repeated(tables: Tables) -> pl.DataFrame:
    """Find what the export itself repeats, supersedes or retracts.

    Of rows that repeat each other the one that has the children is taken.
    """
    own = REGISTRATION.schema.names()
    retracted = pl.col("retracted").fill_null(value=False)
    number, version = "registration_number", ["registration_number", "version"]
    has_children = pl.col(ROW).is_in(tables.person.get_column(ROW).implode()).alias("has_children")
    registration = tables.registration.sort(ROW).with_columns(has_children)
    numbered = registration.select(
        ROW,
        number,
        "version",
        "content_hash",
        pl.col("version").filter(~retracted).max().over(number).alias("highest"),
        pl.col("version").filter(retracted).max().over(number).alias("retracted_at"),
        is_taken(registration, version, [*own, "has_children", "content_hash"]).alias("taken"),
    )
    same = pl.col("content_hash") == pl.col("content_hash").filter(pl.col("taken")).first().over(version)
    return _find(numbered.with_columns(same=pl.when(~pl.col("taken")).then(same)))


def find_known(tables: Tables, known: pl.DataFrame) -> pl.DataFrame:
    """Find the same of rows whose number was received before (`load.intake.known_versions`)."""
    numbered = tables.registration.select(ROW, "version").join(known, on=ROW)
    return _find(numbered.rename({"retracted": "retracted_at"}))


def _find(numbered: pl.DataFrame) -> pl.DataFrame:
    """Find by `same` (null: not received), `highest` and `retracted_at`; a higher version is above both."""
    later_retraction = pl.col("retracted_at") > pl.col("version")
    conditions = {
        "already_received": pl.col("same"),
        "contents_changed": ~pl.col("same"),
        "retracted_later": later_retraction & ~(pl.col("highest") > pl.col("retracted_at")).fill_null(value=False),
        "superseded": pl.col("highest") > pl.col("version"),
    }
    return findings_where(numbered, conditions)
