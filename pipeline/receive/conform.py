"""From rows as delivered to canonical tables: names, notations and codes; bad rows are set apart with their reason.

What is delivered comes in as frames of text with the contract's (Dutch) column names, or the unit's own. Nothing is
dropped unseen: a row is taken, rejected, or set aside, and an extra column is named in the receipt.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pipeline import schema
from pipeline.policy.agreements import Agreement
from pipeline.policy.incident_classes import danger_box
from pipeline.receive.children import NESTED, SET_ASIDE, attach, problems_aside, problems_of, registered
from pipeline.receive.table import fill_flags, payload, read_table, too_long
from pipeline.schema import CONTENT_HASH, PROBLEMS, ROW, Table, Tables

NUMBER_SHAPE: Final = r"^PL[0-9]{4}-[0-9]{10}$"
NUMBER_IN_LINE: Final = re.compile(NUMBER_SHAPE.strip("^$"))
"""In a line that is no row."""
REJECTED: Final = pl.Schema(
    {
        ROW: pl.Int64(),
        "registration_number": pl.String(),
        "version": pl.Int64(),
        PROBLEMS: pl.List(pl.String),
        "danger": pl.Boolean(),
        "payload": pl.String(),
    }
)
DANGER_BOXES: Final = (*schema.DANGER_BOXES, "injury")
"""Of a rejected row: whose injury it is cannot be told from the row alone."""
DANGER_COLUMNS: Final = frozenset(schema.REGISTRATION.column(box).dutch for box in DANGER_BOXES)
Earlier = Callable[[list[str]], Mapping[str, Sequence[tuple[int, str]]]]
"""Looks up (version, content hash) of earlier messages by registration number: dialect stuf has no versions."""


@dataclass(frozen=True)
class BrokenLine:
    """A line that is no row, or no registration."""

    line: str
    number: str | None
    """Of the registration that it tells of, where that can be read."""
    danger: bool
    """It may tell of danger."""


@dataclass(frozen=True)
class Part:
    """A part of an export: its tables, and what did not come into them."""

    tables: Tables
    rejected: pl.DataFrame
    set_aside: pl.DataFrame


def conform_part(delivered: Mapping[str, pl.DataFrame], agreement: Agreement, earlier: Earlier | None = None) -> Part:
    """Make one part canonical.

    Args:
        delivered: by the contract's table name, text frames with the contract's column names; registratie has ROW.
            Child frames may have NESTED (the ROW of the line they were nested in).
        agreement: what to read it with.
        earlier: for messages without versions: looks up what was received before.
    """
    raw = delivered["registratie"]
    read = read_table(schema.REGISTRATION, raw, agreement).with_columns(raw.get_column(ROW))
    registration, rejected = _part_rejects(fill_flags(read, agreement), raw)
    parents, children = registered(registration), dict[str, pl.DataFrame]()
    told = [registration.select(ROW, PROBLEMS)]
    aside: list[pl.DataFrame] = []
    for table in schema.CHILDREN:
        frame = delivered.get(table.dutch)
        if frame is None:
            frame = pl.DataFrame(schema={column.dutch: pl.String for column in table.columns})
        taken, set_aside = attach(table, frame, parents, agreement, children.get(schema.PERSON.name))
        told += [problems_of(table, taken), problems_aside(table, set_aside)]
        children[table.name] = taken.drop(PROBLEMS)
        aside.append(set_aside.select(SET_ASIDE.names()).cast(SET_ASIDE))
    nested = any(NESTED in frame.columns for frame in delivered.values())
    registration = _with_hashes(_gather_problems(registration, told), children, nested=nested)
    if earlier is not None:
        registration, children = _with_versions(registration, children, earlier)
    tables = Tables(_ordered(schema.REGISTRATION, registration), *(children[table.name] for table in schema.CHILDREN))
    return Part(tables, rejected, pl.concat(aside))


def _ordered(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    extra = [PROBLEMS, CONTENT_HASH] if table is schema.REGISTRATION else []
    return frame.select(ROW, *table.schema.names(), *extra)


def _part_rejects(registration: pl.DataFrame, raw: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the rows that break the contract from those that do not."""
    shaped = pl.col("registration_number").str.contains(NUMBER_SHAPE).fill_null(value=False)
    faults = [
        _fault("registration_number", ~shaped),
        _fault("version", pl.col("version").is_null() | (pl.col("version") < 1)),
        _fault("known_at", pl.col("known_at").is_null()),
        *too_long(schema.REGISTRATION),
    ]
    told = registration.select(pl.concat_list(faults).list.drop_nulls().alias("faults"))
    apart = told.select(pl.col("faults").list.len() > 0).to_series()
    if not apart.any():
        return registration, REJECTED.to_frame()
    unreadable = pl.any_horizontal(pl.col(PROBLEMS).list.contains(f"unreadable:{box}") for box in DANGER_BOXES)
    danger = pl.any_horizontal(danger_box(box).fill_null(value=False) for box in DANGER_BOXES) | unreadable
    rejected = (
        registration.hstack(told)
        .filter(apart)
        .with_columns(payload(raw, apart))
        .select(
            ROW,
            pl.when(shaped).then("registration_number"),
            "version",
            pl.concat_list("faults", PROBLEMS).list.unique(maintain_order=True).alias(PROBLEMS),
            (danger | pl.any_horizontal(long.is_not_null() for long in too_long(schema.REGISTRATION)))
            .fill_null(value=False)
            .alias("danger"),
            "payload",
        )
        .cast(REJECTED)
    )
    return registration.filter(~apart), rejected


def _fault(name: str, broken: pl.Expr) -> pl.Expr:
    unreadable = pl.col(PROBLEMS).list.contains(f"unreadable:{name}") | pl.col(name).is_not_null()
    reason = pl.when(unreadable).then(pl.lit(f"unreadable:{name}")).otherwise(pl.lit(f"missing:{name}"))
    return pl.when(broken).then(reason)


def _gather_problems(registration: pl.DataFrame, told: Sequence[pl.DataFrame]) -> pl.DataFrame:
    if all(frame.is_empty() for frame in told[1:]):
        return registration
    gathered = (
        pl.concat(told)
        .explode(PROBLEMS)
        .drop_nulls(PROBLEMS)
        .group_by(ROW, maintain_order=True)
        .agg(pl.col(PROBLEMS).unique(maintain_order=True))
    )
    joined = registration.drop(PROBLEMS).join(gathered, on=ROW, how="left", maintain_order="left")
    return joined.with_columns(pl.col(PROBLEMS).fill_null(pl.lit([], dtype=pl.List(pl.String))))


def _with_hashes(registration: pl.DataFrame, children: Mapping[str, pl.DataFrame], *, nested: bool) -> pl.DataFrame:
    """Add CONTENT_HASH: over what is said, not over how: no version, no row order, no dialect.

    Where children name their registration, all rows of one version have the same: they are attached to one of them.
    """
    said = registration.select(
        pl.col(ROW) if nested else _with_children(registration, children),
        pl.struct(pl.exclude(ROW, PROBLEMS, "version")).struct.json_encode().alias("said"),
    )
    for table in schema.CHILDREN:
        frame = children[table.name]
        own = frame.select(
            ROW, pl.struct(pl.exclude(ROW, "version", "registration_number")).struct.json_encode().alias("own")
        )
        gathered = (
            own.sort(ROW, "own").group_by(ROW, maintain_order=True).agg(pl.col("own").str.join("\n").alias(table.name))
        )
        said = said.join(gathered, on=ROW, how="left", maintain_order="left")
    whole = said.select(
        pl.concat_str((pl.col(name).fill_null("") for name in said.columns if name != ROW), separator="\x1e")
    )
    digests = [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in whole.to_series()]
    return registration.with_columns(pl.Series(CONTENT_HASH, digests, dtype=pl.String))


def _with_children(registration: pl.DataFrame, children: Mapping[str, pl.DataFrame]) -> pl.Series:
    """Return of each row the ROW that its children were attached to: its own, else that of a row that it repeats."""
    version = ["registration_number", "version"]
    attached = pl.concat([frame.get_column(ROW) for frame in children.values()]).unique()
    parents = registration.select(ROW, *version).filter(pl.col(ROW).is_in(attached.implode())).unique(version)
    found = registration.select(*version).join(parents, on=version, how="left", nulls_equal=True, maintain_order="left")
    return found.get_column(ROW).fill_null(registration.get_column(ROW))


def _with_versions(
    registration: pl.DataFrame, children: dict[str, pl.DataFrame], earlier: Earlier
) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Number messages that carry no version: 1 plus the number of different earlier ones of the same number."""
    said = earlier(registration.get_column("registration_number").to_list())
    known = {number: {digest: version for version, digest in versions} for number, versions in said.items()}
    versions = []
    for number, digest in registration.select("registration_number", CONTENT_HASH).iter_rows():
        seen = known.setdefault(number, {})
        versions.append(seen.setdefault(digest, len(seen) + 1))
    numbered = registration.with_columns(pl.Series("version", versions, dtype=pl.Int64))
    by_row: Any = numbered.select(ROW, "version")
    return numbered, {
        name: frame.drop("version").join(by_row, on=ROW, how="left", maintain_order="left").select(frame.columns)
        for name, frame in children.items()
    }
