"""From rows as delivered to canonical tables: names, notations and codes; bad rows are set apart with their reason.

What is delivered comes in as frames of text with the contract's (Dutch) column names, or the unit's own. Nothing is
dropped unseen: a row is taken, rejected, or set aside, and an extra column is named in the receipt.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from pipeline import schema
from pipeline.policy.agreements import Agreement
from pipeline.policy.incident_classes import danger_box
from pipeline.receive.notation import read_column
from pipeline.receive.refusal import refuse
from pipeline.repeated import is_taken
from pipeline.schema import CONTENT_HASH, PROBLEMS, ROW, Column, Table, Tables

NUMBER_SHAPE: Final = r"^PL[0-9]{4}-[0-9]{10}$"
NUMBER_IN_LINE: Final = re.compile(NUMBER_SHAPE.strip("^$"))
"""In a line that is no row."""
LONGEST_TEXT: Final = 100_000
"""Bytes: forty pages. A longer field is no text of an officer, and no pattern is searched in it: a person looks."""
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
SET_ASIDE: Final = pl.Schema({"table": pl.String(), ROW: pl.Int64(), "reason": pl.String(), "payload": pl.String()})
DANGER_BOXES: Final = (*schema.DANGER_BOXES, "injury")
"""Of a rejected row: whose injury it is cannot be told from the row alone."""
DANGER_COLUMNS: Final = frozenset(schema.REGISTRATION.column(box).dutch for box in DANGER_BOXES)
OTHER_VERSION: Final = "other_version"
"""What a registration says of an orphan that names its number, and a version of it that is not there."""
SET_ASIDE_FOR: Final = ("no_number", "duplicate_number", "too_long", "unreadable", OTHER_VERSION)
"""Why a row is set aside of which it is known whose it is."""
SECRET_ASIDE: Final = "secret_set_aside"  # noqa: S105 - a reason, not a password
"""Problem of a registration: a person was set aside whose address is secret, so that nobody knows what to mask."""
CHILD_NUMBER: Final = {"person": "person_number", "entry": "entry_number", "prior_incident": None}
PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_ ]{0,39}")
NESTED: Final = "nested_in"
"""Column of a reader that knows which registration row a child row came with."""
Earlier = Callable[[list[str]], Mapping[str, Sequence[tuple[int, str]]]]
"""Looks up (version, content hash) of earlier messages by registration number: dialect stuf has no versions."""


@dataclass(frozen=True)
class Part:
    """A part of an export: its tables, and what did not come into them."""

    tables: Tables
    rejected: pl.DataFrame
    set_aside: pl.DataFrame


@dataclass
class Renamed:
    """What renaming found in one table of one export."""

    columns: dict[str, str] = field(default_factory=dict)
    """Delivered name -> the contract's."""
    dropped: list[str] = field(default_factory=list)


def match_columns(names: Sequence[str], table: Table, agreement: Agreement, unit: str, file: str) -> Renamed:
    """Find each delivered column's meaning: the contract's own names first, then the agreement's.

    Raises:
        ExportRefused: a required column is missing, or two columns mean the same.
    """
    meanings, dropped = find_meanings(names, table, agreement)
    refuse_repeated([meant for meant, listed in meanings.items() if len(listed) > 1], unit, file)
    missing = [column.dutch for column in table.columns if column.required and column.dutch not in meanings]
    if missing:
        raise refuse(unit, file, "no_column", columns=", ".join(missing))
    return Renamed({name: meant for meant, listed in meanings.items() for name in listed}, dropped)


def known_names(table: Table, agreement: Agreement) -> dict[str, str]:
    """Return what the names of a table's columns mean (the contract's name), by the name in small letters."""
    agreed = {name.lower(): meant for name, meant in agreement.columns.get(table.dutch, {}).items()}
    return agreed | {column.dutch: column.dutch for column in table.columns}


def find_meanings(names: Sequence[str], table: Table, agreement: Agreement) -> tuple[dict[str, list[str]], list[str]]:
    """Return the delivered names of each column (the contract's name), and those that mean nothing to us."""
    known = known_names(table, agreement)
    meanings: dict[str, list[str]] = {}
    dropped = []
    for place, name in enumerate(names, 1):
        meant = known.get(name.partition("\x1f")[0].strip().lower())  # the CSV reader marks a repeated name
        if meant is not None:
            meanings.setdefault(meant, []).append(name)
        else:
            dropped.append(name if PLAIN_NAME.fullmatch(name) else f"column {place}")
    return meanings, dropped


def refuse_repeated(twice: Sequence[str], unit: str, file: str) -> None:
    """Refuse an export whose columns `twice` are there twice."""
    if twice:
        raise refuse(unit, file, "column_twice", columns=", ".join(sorted(twice)))


def conform_part(delivered: Mapping[str, pl.DataFrame], agreement: Agreement, earlier: Earlier | None = None) -> Part:
    """Make one part canonical.

    Args:
        delivered: by the contract's table name, text frames with the contract's column names; registratie has ROW.
            Child frames may have NESTED (the ROW of the line they were nested in).
        agreement: what to read it with.
        earlier: for messages without versions: looks up what was received before.
    """
    read, raw = _read(schema.REGISTRATION, delivered["registratie"], agreement)
    read = read.with_columns(pl.Series(ROW, delivered["registratie"].get_column(ROW)))
    registration, rejected = _part_rejects(_fill_flags(read, agreement), raw)
    children: dict[str, pl.DataFrame] = {}
    told = [registration.select(ROW, PROBLEMS)]
    aside: list[pl.DataFrame] = []
    for table in schema.CHILDREN:
        frame = delivered.get(table.dutch)
        if frame is None:
            frame = pl.DataFrame(schema={column.dutch: pl.String for column in table.columns})
        taken, set_aside = _attach(table, frame, registration, agreement)
        told += [_problems_of(table, taken), _problems_aside(table, set_aside)]
        children[table.name] = taken.drop(PROBLEMS)
        aside.append(set_aside.select(SET_ASIDE.names()).cast(SET_ASIDE))
    registration = _with_hashes(_gather_problems(registration, told), children)
    if earlier is not None:
        registration, children = _with_versions(registration, children, earlier)
    tables = Tables(_ordered(schema.REGISTRATION, registration), *(children[table.name] for table in schema.CHILDREN))
    return Part(tables, rejected, pl.concat(aside))


def _ordered(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    extra = [PROBLEMS, CONTENT_HASH] if table is schema.REGISTRATION else []
    return frame.select(ROW, *table.schema.names(), *extra)


def _read(table: Table, frame: pl.DataFrame, agreement: Agreement) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read every column of a table; return canonical values with PROBLEMS, and the text as delivered."""
    columns: list[pl.Series] = []
    noted: list[pl.Series] = []
    for column in table.columns:
        values, problems = _column(column, frame, agreement)
        columns.append(values)
        noted += problems
    told = pl.DataFrame(noted) if noted else pl.DataFrame({"none": pl.Series([None] * len(frame), dtype=pl.String)})
    gathered = told.select(pl.concat_list(pl.all()).list.drop_nulls().alias(PROBLEMS)).to_series()
    return pl.DataFrame([*columns, gathered]), frame


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


def _fill_flags(registration: pl.DataFrame, agreement: Agreement) -> pl.DataFrame:
    """Read an empty flag as not set where the unit's system leaves it empty; one that cannot be read stays unknown."""
    return registration.with_columns(
        pl.when(pl.col(name).is_null() & ~pl.col(PROBLEMS).list.contains(f"unreadable:{name}"))
        .then(pl.lit(value=False))
        .otherwise(pl.col(name))
        .alias(name)
        for name in sorted(agreement.leaves_empty)
        if name in registration.columns
    )


def _part_rejects(registration: pl.DataFrame, raw: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the rows that break the contract from those that do not."""
    shaped = pl.col("registration_number").str.contains(NUMBER_SHAPE).fill_null(value=False)
    faults = [
        _fault("registration_number", ~shaped),
        _fault("version", pl.col("version").is_null() | (pl.col("version") < 1)),
        _fault("known_at", pl.col("known_at").is_null()),
        *_too_long(schema.REGISTRATION),
    ]
    judged = registration.with_columns(pl.concat_list(faults).list.drop_nulls().alias("faults"))
    broken = pl.col("faults").list.len() > 0
    unreadable = pl.any_horizontal(pl.col(PROBLEMS).list.contains(f"unreadable:{box}") for box in DANGER_BOXES)
    danger = pl.any_horizontal(danger_box(box).fill_null(value=False) for box in DANGER_BOXES) | unreadable
    apart = judged.select(broken).to_series()
    rejected = (
        judged.filter(apart)
        .with_columns(_payload(raw, apart))
        .select(
            ROW,
            pl.when(shaped).then("registration_number"),
            "version",
            pl.concat_list("faults", PROBLEMS).list.unique(maintain_order=True).alias(PROBLEMS),
            (danger | pl.any_horizontal(told.is_not_null() for told in _too_long(schema.REGISTRATION)))
            .fill_null(value=False)
            .alias("danger"),
            "payload",
        )
        .cast(REJECTED)
    )
    return judged.filter(~apart).drop("faults"), rejected


def _too_long(table: Table) -> list[pl.Expr]:
    """Return for each column of text its reason where it is longer than any text can be."""
    return [
        pl.when(pl.col(column.name).str.len_bytes() > LONGEST_TEXT).then(pl.lit(f"too_long:{column.name}"))
        for column in table.columns
        if column.type == schema.TEXT
    ]


def _payload(raw: pl.DataFrame, apart: pl.Series) -> pl.Series:
    """Return the rows kept apart as JSON, as they were delivered; encoding every row costs a sixth of receive."""
    return raw.filter(apart).select(pl.struct(pl.all()).struct.json_encode().alias("payload")).to_series()


def _fault(name: str, broken: pl.Expr) -> pl.Expr:
    unreadable = pl.col(PROBLEMS).list.contains(f"unreadable:{name}") | pl.col(name).is_not_null()
    reason = pl.when(unreadable).then(pl.lit(f"unreadable:{name}")).otherwise(pl.lit(f"missing:{name}"))
    return pl.when(broken).then(reason)


def _attach(
    table: Table, frame: pl.DataFrame, registration: pl.DataFrame, agreement: Agreement
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give each child row the ROW of its registration; set aside orphans, repeated and unnumbered rows.

    Returns:
        What is taken; what is set aside: SET_ASIDE, with `copy`: it says nothing that a row before it does not say,
        `hides`: it says that an address is secret, and `of`: the row of an orphan's number, in its latest version.
    """
    read, raw = _read(table, frame, agreement)
    if table is schema.PERSON:
        read = _fill_flags(read, agreement)
    if NESTED in frame.columns:
        taken = registration.get_column(ROW).implode()
        nested = frame.get_column(NESTED)
        read = read.with_columns(nested.alias(ROW)).with_columns(
            pl.when(pl.col(ROW).is_in(taken)).then(pl.col(ROW)).alias(ROW), pl.lit(None, pl.Int64).alias("of")
        )
    else:
        read = _find_row(read, registration)
    judged = read.with_columns(_taken(table, read).alias("taken")).with_columns(_why_aside(table).alias("reason"))
    apart = judged.get_column("reason").is_not_null()
    no = pl.lit(value=False)
    # every value of every row is hashed for it: only where there is anything to tell
    copy = ~pl.struct(ROW, *table.schema.names()).is_first_distinct() if apart.any() else no
    hides = pl.col("secret_address").fill_null(value=True) if table is schema.PERSON else no
    aside = judged.with_columns(copy.alias("copy"), hides.alias("hides")).filter(apart)
    aside = aside.with_columns(_payload(raw, apart), pl.lit(table.name).alias("table"))
    aside = aside.select(*SET_ASIDE, "copy", "hides", "of")
    kept = judged.filter(~apart).drop("registration_number", "version", "taken")
    named = kept.join(
        registration.select(ROW, "registration_number", "version"), on=ROW, how="left", maintain_order="left"
    )
    number = CHILD_NUMBER[table.name] or "person_number"
    return named.select(ROW, *table.schema.names(), PROBLEMS).sort(ROW, number, maintain_order=True), aside


def _taken(table: Table, read: pl.DataFrame) -> pl.Series:
    """Tell which child row has its number: of persons one at a secret address before one at an open one."""
    number = CHILD_NUMBER[table.name]
    if number is None:
        return pl.Series([True]).new_from_index(0, read.height)
    secret = ["secret_address"] if table is schema.PERSON else []
    return is_taken(read, [ROW, number], [*secret, *(name for name in table.schema.names() if name not in secret)])


def _why_aside(table: Table) -> pl.Expr:
    """Return why a child row, with the ROW that was found for it, and `taken`, is set aside; null where it is not."""
    number = CHILD_NUMBER[table.name] or "person_number"
    return (
        pl.when(pl.col(ROW).is_null())
        .then(pl.lit("orphan"))
        .when(pl.col(number).is_null())
        .then(pl.lit("no_number"))
        .when(~pl.col("taken"))
        .then(pl.lit("duplicate_number"))
        .when(pl.any_horizontal(told.is_not_null() for told in _too_long(table)))
        .then(pl.lit("too_long"))
    )


def _problems_of(table: Table, taken: pl.DataFrame) -> pl.DataFrame:
    """Return the problems of child rows as those of their registration: `unreadable:person.sex`."""
    found = taken.select(ROW, PROBLEMS).filter(pl.col(PROBLEMS).list.len() > 0)
    named = pl.element().str.replace(r":([a-z_]+)$", f":{table.name}.$1")
    return found.with_columns(pl.col(PROBLEMS).list.eval(named))


def _problems_aside(table: Table, aside: pl.DataFrame) -> pl.DataFrame:
    """Return what was set aside of a registration as its problems: `too_long:entry`, and SECRET_ASIDE."""
    of = pl.coalesce(ROW, "of").cast(pl.Int64)
    lost = aside.filter(of.is_not_null() & ~pl.col("copy"))
    reason = pl.when(pl.col(ROW).is_null()).then(pl.lit(OTHER_VERSION)).otherwise("reason")
    told = pl.concat_list(pl.concat_str(reason, pl.lit(f":{table.name}")), pl.when("hides").then(pl.lit(SECRET_ASIDE)))
    return lost.select(of.alias(ROW), told.list.drop_nulls().alias(PROBLEMS))


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


def _with_hashes(registration: pl.DataFrame, children: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Add CONTENT_HASH: over what is said, not over how: no version, no row order, no dialect."""
    said = registration.select(ROW, pl.struct(pl.exclude(ROW, PROBLEMS, "version")).struct.json_encode().alias("said"))
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
