"""Rows of the child tables: whose they are, which are set aside, and what their registration says of those."""

from __future__ import annotations

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
SET_ASIDE_FOR: Final = ("no_number", "no_person", "duplicate_number", "too_long", "unreadable", OTHER_VERSION)
"""Why a row is set aside of which it is known whose it is."""
SECRET_ASIDE: Final = "secret_set_aside"  # noqa: S105 - a reason, not a password
"""Problem of a registration: a person was set aside whose address is secret, so that nobody knows what to mask."""
OF_WHOM: Final = frozenset({schema.NUMBER.name, schema.VERSION.name})
"""Columns of a child row that tell whose it is, and nothing else: a nested row may leave them out."""
CHILD_NUMBER: Final = {"person": "person_number", "entry": "entry_number", "prior_incident": None}
NESTED: Final = "nested_in"
"""Column of a reader that knows which registration row a child row came with."""


def attach(
    table: Table, frame: pl.DataFrame, registration: pl.DataFrame, agreement: Agreement, persons: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give each child row the ROW of its registration; set aside orphans, repeated and unnumbered rows.

    `persons` are those that were taken before, None where `table` is theirs: of an incident it is said whose it is.

    Returns:
        What is taken; what is set aside: SET_ASIDE, with `copy`: it says nothing that a row before it does not say,
        `hides`: it says that an address is secret, and `of`: the row of an orphan's number, in its latest version.
    """
    read = read_table(table, frame, agreement)
    if table is schema.PERSON:
        read = fill_flags(read, agreement)
    if NESTED in frame.columns:
        taken = registration.get_column(ROW).implode()
        nested = frame.get_column(NESTED)
        read = read.with_columns(nested.alias(ROW)).with_columns(
            pl.when(pl.col(ROW).is_in(taken)).then(pl.col(ROW)).alias(ROW), pl.lit(None, pl.Int64).alias("of")
        )
    else:
        read = _find_row(read, registration)
    judged = read.with_columns(_taken(table, read).alias("taken"), _of_nobody(table, read, persons).alias("of_nobody"))
    judged = judged.with_columns(_why_aside(table).alias("reason"))
    apart = judged.get_column("reason").is_not_null()
    no = pl.lit(value=False)
    # every value of every row is hashed for it: only where there is anything to tell
    copy = ~pl.struct(ROW, *_said(table)).is_first_distinct() if apart.any() else no
    hides = pl.col("secret_address").fill_null(value=True) if table is schema.PERSON else no
    aside = judged.with_columns(copy.alias("copy"), hides.alias("hides")).filter(apart)
    aside = aside.with_columns(payload(frame, apart), pl.lit(table.name).alias("table"))
    aside = aside.select(*SET_ASIDE, "copy", "hides", "of")
    kept = judged.filter(~apart).drop("registration_number", "version", "taken", "of_nobody")
    named = kept.join(
        registration.select(ROW, "registration_number", "version"), on=ROW, how="left", maintain_order="left"
    )
    number = CHILD_NUMBER[table.name] or "person_number"
    return named.select(ROW, *table.schema.names(), PROBLEMS).sort(ROW, number, maintain_order=True), aside


def _said(table: Table) -> list[str]:
    return [name for name in table.schema.names() if name not in OF_WHOM]


def _taken(table: Table, read: pl.DataFrame) -> pl.Series:
    """Tell which child row has its number: of persons one at a secret address before one at an open one.

    An incident has no number of its own: what is said of it a second time, by a dump that holds all twice, is no other.
    """
    said, number = _said(table), CHILD_NUMBER[table.name]
    secret = ["secret_address"] if table is schema.PERSON else []
    key = [number] if number else said
    return is_taken(read, [ROW, *key], [*secret, *(name for name in said if name not in secret)])


def _of_nobody(table: Table, read: pl.DataFrame, persons: pl.DataFrame | None) -> pl.Series:
    """Tell which child row names a person of its registration who is not there."""
    if persons is None or table is not schema.PRIOR_INCIDENT:
        return pl.select(pl.repeat(value=False, n=len(read))).to_series()
    key = [ROW, "person_number"]
    there = persons.select(key).unique().with_columns(there=pl.lit(value=True))
    return read.select(key).join(there, on=key, how="left", maintain_order="left")["there"].is_null()


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


def _find_row(read: pl.DataFrame, registration: pl.DataFrame) -> pl.DataFrame:
    """Find the registration by number and version, or the highest that is no retraction (CONTRACT.md §1).

    Adds ROW, and `of`: the row of that highest one.
    """
    taken = is_taken(registration, ["registration_number", "version"], schema.REGISTRATION.schema.names())
    first = registration.filter(taken).select("registration_number", "version", ROW, "retracted")
    default = (
        first.with_columns(pl.col("retracted").fill_null(value=False))
        .sort("registration_number", "retracted", pl.col("version") * -1)
        .unique("registration_number", keep="first", maintain_order=True)
        .select("registration_number", pl.col(ROW).alias("of"))
    )
    exact = first.select("registration_number", "version", pl.col(ROW).alias("exact"))
    return (
        read.join(exact, on=["registration_number", "version"], how="left", maintain_order="left")
        .join(default, on="registration_number", how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("version").is_null()).then("of").otherwise("exact").alias(ROW))
        .drop("exact")
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
