"""From a unit's notation to canonical values, a kind of column at a time: what cannot be read is unknown, and noted.

A conversion gives the value and, where it has something to say, a reason: `unreadable:<column>`,
`unknown_code:<column>`, `ambiguous_time:<column>`, `nonexistent_time:<column>`, `absurd_date:<column>`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline import schema
from pipeline.policy.agreements import CODED, Agreement
from pipeline.policy.codes import contract_codes
from pipeline.receive.moments import read_birth_dates, read_days, read_moments
from pipeline.schema import WIDEST_WHOLE, Column

OPEN_CODE: Final = r"^[A-Za-z]\d{2,4}$|^[A-Za-z]{1,3}$"
"""An incident class, or a project code: of these the case says nothing."""
LIST_MARK: Final = "\x1f"
"""Joins the items of a list that was a real list where it came from."""
NO_VALUE: Final = "\ufffe"
"""Stands for what can be no value at all, such as an object where a text belongs: no notation reads it."""
YES: Final = ("j", "ja", "true", "y", "1")
NO: Final = ("n", "nee", "false", "0")
"""1 and 0: what typed files make of a yes or no that some tool held as a number."""


@dataclass(frozen=True)
class Read:
    """A column as read: its values, and for each reason where it applies."""

    values: pl.Series
    problems: Mapping[str, pl.Series]


def read_columns(columns: Sequence[Column], frame: pl.DataFrame, agreement: Agreement) -> dict[str, Read]:
    """Read columns of text (the contract's names) in the notation of the contract or of the unit's agreement.

    Columns that are read alike are read as one, below each other: a call has its price, of however few rows it is.
    """
    if not columns:
        return {}
    texts, nothing = _tidied(columns, frame)
    read = _read_texts([column for column in columns if _is_text(column)], texts, agreement)
    alike: dict[Hashable, list[Column]] = {}
    for column in columns:
        if not _is_text(column):
            alike.setdefault((column.type, column.least), []).append(column)
    for these in alike.values():
        read |= _read_stack(these, texts, agreement)
    return {name: _with_nothing(name, read[name], nothing[name]) for name in texts}


def _is_text(column: Column) -> bool:
    return column.type == schema.TEXT and column.name != "birth_date"


def tidy(text: pl.Expr) -> pl.Expr:
    """Return text without control characters or white space around it; empty is unknown."""
    return text.str.replace_all(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", " ").str.strip_chars().replace("", None)


def _tidied(columns: Sequence[Column], frame: pl.DataFrame) -> tuple[dict[str, pl.Series], dict[str, pl.Series]]:
    """Return of each column its tidy text, and where NO_VALUE stood in it."""
    delivered = [
        # a mark of a list in what is no list is a control character as others are
        text.str.replace_all(LIST_MARK, "|", literal=True) if column.type == schema.CODES else text
        for column in columns
        for text in [frame.get_column(column.dutch)]
    ]
    text = pl.col("text")
    tidied = (
        _stacked(delivered)
        .to_frame("text")
        .select(tidy(text))
        .select(pl.when(text != NO_VALUE).then(text), (text == NO_VALUE).alias("nothing"))
    )
    return _parted(columns, tidied.get_column("text")), _parted(columns, tidied.get_column("nothing"))


def _stacked(columns: Iterable[pl.Series]) -> pl.Series:
    return pl.concat(list(columns), rechunk=True)


def _parted(columns: Sequence[Column], stack: pl.Series) -> dict[str, pl.Series]:
    """Return what was found of columns that were stacked, by name."""
    rows = len(stack) // len(columns)
    return {column.name: stack.slice(at * rows, rows) for at, column in enumerate(columns)}


def _read_stack(columns: Sequence[Column], texts: Mapping[str, pl.Series], agreement: Agreement) -> dict[str, Read]:
    """Read columns of one type."""
    text, column, told = _stacked(texts[column.name] for column in columns), columns[0], dict[str, pl.Series]()
    if column.type == schema.MOMENT:
        values, told = read_moments(text, agreement)
    elif column.type == schema.CODES:
        values, told = _codes(column, text, agreement)
    elif column.type == schema.WHOLE:
        values = _whole(text, column.least)
    elif column.type == schema.YES_NO:
        values = _yes_no(text, agreement)
    elif column.type == schema.DAY:
        values = read_days(text, agreement)
    else:
        values = read_birth_dates(text, agreement)
    noted = {reason: _parted(columns, where) for reason, where in told.items()}
    return {
        name: Read(
            own,
            _lost(f"unreadable:{name}", texts[name], own)
            | {f"{reason}:{name}": where[name] for reason, where in noted.items()},
        )
        for name, own in _parted(columns, values).items()
    }


def _lost(reason: str, text: pl.Series, values: pl.Series) -> dict[str, pl.Series]:
    """Return where there is text and no value of it, if anywhere."""
    if values.null_count() == text.null_count():
        return {}
    return {reason: text.is_not_null() & values.is_null()}


def _with_nothing(name: str, read: Read, nothing: pl.Series) -> Read:
    if not nothing.any():
        return read
    reason = f"unreadable:{name}"
    return Read(read.values, {**read.problems, reason: nothing | read.problems.get(reason, nothing)})


def _whole(text: pl.Series, least: int) -> pl.Series:
    """Read whole numbers; one that no column of ours can hold, or below the `least`, is as unreadable as a word."""
    number = pl.col("number")
    read = text.to_frame("number").select(number.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False))
    return read.select(pl.when(number.is_between(least, WIDEST_WHOLE)).then(number)).to_series()


def is_no(text: str, agreement: Agreement) -> bool:
    """Tell whether a box says no, or nothing at all."""
    return text.strip().lower() in {"", "null", *_yes_and_no(agreement)[1]}


def _yes_no(text: pl.Series, agreement: Agreement) -> pl.Series:
    said = pl.col("said")
    yes, no = _yes_and_no(agreement)
    read = pl.when(said.is_in(yes)).then(pl.lit(value=True)).when(said.is_in(no)).then(pl.lit(value=False))
    return text.to_frame("said").select(said.str.to_lowercase()).select(read).to_series()


def _yes_and_no(agreement: Agreement) -> tuple[list[str], list[str]]:
    """Return the words for both; the contract's own mean what they mean, whatever an agreement adds."""
    yes = [*YES, *(word.lower() for word in agreement.form.yes if word.lower() not in NO)]
    return yes, [*NO, *(word.lower() for word in agreement.form.no if word.lower() not in yes)]


def _read_texts(columns: Sequence[Column], texts: Mapping[str, pl.Series], agreement: Agreement) -> dict[str, Read]:
    """Read columns of text, and of one code."""
    told = pl.DataFrame({column.name: texts[column.name] for column in columns})
    read = told.select(_text(column, agreement) for column in columns)
    return {
        name: Read(read.get_column(name), _lost(f"unknown_code:{name}", texts[name], read.get_column(name)))
        for name in read.columns
    }


def _text(column: Column, agreement: Agreement) -> pl.Expr:
    shaped, agreed = _shaped(column.name, pl.col(column.name)), agreement.codes.get(column.dutch, {})
    if column.name in contract_codes():
        return _coded(column.name, shaped, agreed)
    return open_code(shaped, agreed) if column.dutch in CODED else shaped


def _shaped(name: str, text: pl.Expr) -> pl.Expr:
    """Bring codes and postcodes into one spelling."""
    if name == "postcode":
        return text.str.to_uppercase().str.replace_all(r"\s", "")
    if name == "municipality_code":
        return text.str.replace(r"\.0$", "").str.zfill(4)
    if name in {"suspicion", "nature"}:
        return text.str.zfill(2)
    if name == "house_number":
        return text.str.replace(r"\.0$", "")
    return text


def open_code(text: pl.Expr, agreed: Mapping[str, str]) -> pl.Expr:
    """Translate a code of an open list, in any case; one that nobody agreed on passes as it is, a class in capitals."""
    meant = {code.lower(): code_meant for code, code_meant in agreed.items()}
    plain = pl.when(text.str.contains(OPEN_CODE)).then(text.str.to_uppercase()).otherwise(text)
    if not meant:
        return plain
    return pl.coalesce(text.str.to_lowercase().replace_strict(meant, default=None, return_dtype=pl.String), plain)


def _coded(name: str, text: pl.Expr, agreed: Mapping[str, str]) -> pl.Expr:
    """Translate a code: the contract's own, the agreement's, in any case; anything else is unknown."""
    spelled = {code.lower(): code for code in contract_codes()[name]}
    table = spelled | {code.lower(): meant for code, meant in agreed.items() if code.lower() not in spelled}
    return text.str.to_lowercase().replace_strict(table, default=None, return_dtype=pl.String)


def _codes(column: Column, text: pl.Series, agreement: Agreement) -> tuple[pl.Series, dict[str, pl.Series]]:
    """Return the known codes of each list, each once and in order, and where there are others."""
    listed = pl.col("text")
    for separator in agreement.form.list_separators:
        listed = listed.str.replace_all(separator, "|", literal=True)
    items = listed.str.split("|").list.eval(tidy(pl.element())).list.drop_nulls()
    coded = _coded(column.name, _shaped(column.name, pl.element()), agreement.codes.get(column.dutch, {}))
    known = pl.col("items").list.eval(coded).list.drop_nulls()
    read = text.to_frame("text").select(items=items).with_columns(known=known)
    unknown = pl.col("items").list.len() > pl.col("known").list.len()
    told = read.select(pl.col("known").list.unique().list.sort(), unknown_code=unknown)
    return told.get_column("known"), {"unknown_code": told.get_column("unknown_code")}
