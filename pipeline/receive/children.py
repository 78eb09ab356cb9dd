"""Rows of the child tables: whose they are, which are set aside, and what their registration says of those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline import schema
from pipeline.policy.agreements import Agreement
from pipeline.receive.table import fill_flags, payload, read_table, too_long
from pipeline.repeated import is_taken
from pipeline.schema import PROBLEMS, ROW, Table

SET_ASIDE: Final = pl.Schema({"table": pl.String(), ROW: pl.Int64(), "reason": pl.String(), "payload": pl.String()})
OTHER_VERSION: Final = "other_version"
"""What a registration says of an orphan that names its number, and a version of it that is not there."""
ASIDE: Final = pl.Schema({**SET_ASIDE, "copy": pl.Boolean(), "hides": pl.Boolean(), "of": pl.Int64()})
"""SET_ASIDE while its registrations are told of it: `copy`, it says nothing that a row before it does not say; `hides`,
it says that an address is secret; `of`, the row of an orphan's number, in its latest version."""
SET_ASIDE_FOR: Final = ("no_number", "no_person", "duplicate_number", "too_long", "unreadable", OTHER_VERSION)
"""Why a row is set aside of which it is known whose it is."""
SECRET_ASIDE: Final = "secret_set_aside"  # noqa: S105 - a reason, not a password
"""Problem of a registration: a person was set aside whose address is secret, so that nobody knows what to mask."""
OF_WHOM: Final = frozenset({schema.NUMBER.name, schema.VERSION.name})
"""Columns of a child row that tell whose it is, and nothing else: a nested row may leave them out."""
CHILD_NUMBER: Final = {"person": "person_number", "entry": "entry_number", "prior_incident": None}
NESTED: Final = "nested_in"
"""Column of a reader that knows which registration row a child row came with."""


@dataclass(frozen=True)
class Registered:
    """The registrations of a part, as child rows name them."""

    rows: pl.DataFrame
    """ROW, registration_number, version."""
    exact: pl.DataFrame
    """registration_number, version, exact: the row that is taken of those with one number and version."""
    latest: pl.DataFrame
    """registration_number, of: the row of the highest version that is no retraction (CONTRACT.md §1)."""


def registered(registration: pl.DataFrame) -> Registered:
    """Return how child rows may name these registrations."""
    version = ["registration_number", "version"]
    taken = is_taken(registration, version, schema.REGISTRATION.schema.names())
    first = registration.filter(taken).select(*version, ROW, "retracted")
    latest = (
        first.with_columns(pl.col("retracted").fill_null(value=False))
        .sort("registration_number", "retracted", pl.col("version") * -1)
        .unique("registration_number", keep="first", maintain_order=True)
        .select("registration_number", pl.col(ROW).alias("of"))
    )
    return Registered(registration.select(ROW, *version), first.select(*version, pl.col(ROW).alias("exact")), latest)


def attach(
    table: Table, frame: pl.DataFrame, parents: Registered, agreement: Agreement, persons: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give each child row the ROW of its registration; set aside orphans, repeated and unnumbered rows.

    `persons` are those that were taken before, None where `table` is theirs: of an incident it is said whose it is.

    Returns:
        What is taken; what is set aside: ASIDE.
    """
    read = read_table(table, frame, agreement)
    if table is schema.PERSON:
        read = fill_flags(read, agreement)
    found = read.hstack(_rows_of(frame, parents) if NESTED in frame.columns else _rows_named(read, parents))
    judged = found.hstack([_taken(table, found), _of_nobody(table, found, persons)])
    judged = judged.with_columns(_why_aside(table).alias("reason"))
    apart = judged.get_column("reason").is_not_null()
    # every value of every row is copied or hashed for it: only where there is anything to tell
    aside = _aside(table, judged, frame, apart) if apart.any() else ASIDE.to_frame()
    kept = judged.filter(~apart) if apart.any() else judged
    names = kept.select(ROW).join(parents.rows, on=ROW, how="left", maintain_order="left")
    named = names.hstack(kept.select(*_said(table), PROBLEMS))
    return named.sort(ROW, CHILD_NUMBER[table.name] or "person_number", maintain_order=True), aside


def _aside(table: Table, judged: pl.DataFrame, frame: pl.DataFrame, apart: pl.Series) -> pl.DataFrame:
    """Return what is set aside of rows that were judged, with how they were delivered (`frame`)."""
    hides = pl.col("secret_address").fill_null(value=True) if table is schema.PERSON else pl.lit(value=False)
    told = judged.with_columns(copy=~pl.struct(ROW, *_said(table)).is_first_distinct(), hides=hides).filter(apart)
    return told.with_columns(payload(frame, apart), table=pl.lit(table.name)).select(*ASIDE)


def _said(table: Table) -> list[str]:
    return [name for name in table.schema.names() if name not in OF_WHOM]


def _taken(table: Table, read: pl.DataFrame) -> pl.Series:
    """Tell which child row has its number: of persons one at a secret address before one at an open one.

    An incident has no number of its own: what is said of it a second time, by a dump that holds all twice, is no other.
    """
    said, number = _said(table), CHILD_NUMBER[table.name]
    secret = ["secret_address"] if table is schema.PERSON else []
    key = [number] if number else said
    return is_taken(read, [ROW, *key], [*secret, *(name for name in said if name not in secret)]).alias("taken")


def _of_nobody(table: Table, read: pl.DataFrame, persons: pl.DataFrame | None) -> pl.Series:
    """Tell which child row names a person of its registration who is not there."""
    if persons is None or table is not schema.PRIOR_INCIDENT:
        return pl.Series("of_nobody", [False] * len(read), pl.Boolean)
    key = [ROW, "person_number"]
    there = persons.select(key).unique().with_columns(there=pl.lit(value=True))
    found = read.select(key).join(there, on=key, how="left", maintain_order="left")
    return found.get_column("there").is_null().alias("of_nobody")


def _why_aside(table: Table) -> pl.Expr:
    """Return why a child row, with the ROW that was found for it, `taken` and `of_nobody`, is set aside, or null."""
    number = CHILD_NUMBER[table.name] or "person_number"
    return (
        pl.when(pl.col(ROW).is_null())
        .then(pl.lit("orphan"))
        .when(pl.col(number).is_null())
        .then(pl.lit("no_number"))
        .when("of_nobody")
        .then(pl.lit("no_person"))
        .when(~pl.col("taken"))
        .then(pl.lit("duplicate_number" if CHILD_NUMBER[table.name] else "repeated"))
        .when(pl.any_horizontal(told.is_not_null() for told in too_long(table)))
        .then(pl.lit("too_long"))
    )


def _rows_of(frame: pl.DataFrame, parents: Registered) -> pl.DataFrame:
    """Return ROW of the line that each child row came with, where that is taken; `of` is nothing then."""
    row = pl.col(NESTED)
    taken = row.is_in(parents.rows.get_column(ROW).implode())
    return frame.select(pl.when(taken).then(row).alias(ROW), pl.lit(None, pl.Int64).alias("of"))


def _rows_named(read: pl.DataFrame, parents: Registered) -> pl.DataFrame:
    """Return ROW of the registration that each child row names by number and version, or by number alone; and `of`."""
    version = ["registration_number", "version"]
    return (
        read.select(version)
        .join(parents.exact, on=version, how="left", maintain_order="left")
        .join(parents.latest, on="registration_number", how="left", maintain_order="left")
        .select(pl.when(pl.col("version").is_null()).then("of").otherwise("exact").alias(ROW), "of")
    )


def problems_of(table: Table, taken: pl.DataFrame) -> pl.DataFrame:
    """Return the problems of child rows as those of their registration: `unreadable:person.sex`."""
    found = taken.select(ROW, PROBLEMS).filter(pl.col(PROBLEMS).list.len() > 0)
    named = pl.element().str.replace(r":([a-z_]+)$", f":{table.name}.$1")
    return found.with_columns(pl.col(PROBLEMS).list.eval(named))


def problems_aside(table: Table, aside: pl.DataFrame) -> pl.DataFrame:
    """Return what was set aside of a registration as its problems: `too_long:entry`, and SECRET_ASIDE."""
    of = pl.coalesce(ROW, "of").cast(pl.Int64)
    lost = aside.filter(of.is_not_null() & ~pl.col("copy"))
    reason = pl.when(pl.col(ROW).is_null()).then(pl.lit(OTHER_VERSION)).otherwise("reason")
    told = pl.concat_list(pl.concat_str(reason, pl.lit(f":{table.name}")), pl.when("hides").then(pl.lit(SECRET_ASIDE)))
    return lost.select(of.alias(ROW), told.list.drop_nulls().alias(PROBLEMS))
