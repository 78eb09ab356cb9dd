"""From a unit's notation to canonical values, column by column: what cannot be read becomes unknown and is noted.

A conversion gives the value and, where it has something to say, a reason: `unreadable:<column>`,
`unknown_code:<column>`, `ambiguous_time:<column>`, `nonexistent_time:<column>`, `absurd_date:<column>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline import schema
from pipeline.policy.agreements import CODED, Agreement
from pipeline.policy.codes import contract_codes
from pipeline.schema import WIDEST_WHOLE, Column
from pipeline.settings import ZONE

OPEN_CODE: Final = r"^[A-Za-z]\d{2,4}$|^[A-Za-z]{1,3}$"
"""An incident class, or a project code: of these the case says nothing."""
LIST_MARK: Final = "\x1f"
"""Joins the items of a list that was a real list where it came from."""
NO_VALUE: Final = "\ufffe"
"""Stands for what can be no value at all, such as an object where a text belongs: no notation reads it."""
YES: Final = ("j", "ja", "true", "y", "1")
NO: Final = ("n", "nee", "false", "0")
"""1 and 0: what typed files make of a yes or no that some tool held as a number."""
MOMENTS: Final = (
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
)
MOMENTS_WITH_OFFSET: Final = (
    "%Y-%m-%dT%H:%M:%S%.f%:z",
    "%Y-%m-%d %H:%M:%S%.f%:z",
    "%Y-%m-%dT%H:%M%:z",
    "%Y-%m-%d %H:%M%:z",
    "%d-%m-%Y %H:%M%:z",
)
DAYS: Final = ("%d-%m-%Y", "%Y-%m-%d")
OFFSET: Final = r":[0-9.]+(?:[zZ]|[+-][0-9]{2}(?::?[0-9]{2})?)$"
WITH_TIME: Final = (
    r"^(?:([0-9]{4}-[0-9]{2}-[0-9]{2})[T ].*|([0-9]{2}[-/][0-9]{2}[-/][0-9]{4}) [0-9]{2}:[0-9]{2}(?::[0-9]{2})?)$"
)
"""A day that a tool kept as a moment."""
READABLE_YEARS: Final = (1800, 2200)
YEARS_OF_DAYS: Final = (1800, 9999)
"""A year of two digits is none; 31-12-9999 is how systems write that there is no end."""
BORN: Final = r"^(18[5-9][0-9]|19[0-9]{2}|20[0-9]{2})-"
EARLIEST_YEAR: Final = 1990
LATEST_YEAR: Final = 2100


@dataclass(frozen=True)
class Read:
    """A column as read: its values, and for each reason where it applies."""

    values: pl.Series
    problems: Mapping[str, pl.Series]


def tidy(text: pl.Series) -> pl.Series:
    """Return text without control characters or white space around it; empty is unknown."""
    plain = text.str.replace_all(r"[\x00-\x08\x0b\x0c\x0e-\x1e\x7f]", " ").str.strip_chars()
    return plain.set(plain == "", None)


def read_column(column: Column, text: pl.Series, agreement: Agreement) -> Read:
    """Read one column of text in the notation of the contract or of the unit's agreement."""
    # a mark of a list in what is no list is a control character as others are
    text = tidy(text if column.type == schema.CODES else text.str.replace_all(LIST_MARK, " ", literal=True))
    nothing = (text == NO_VALUE).fill_null(value=False)
    if not nothing.any():
        return _read(column, text, agreement)
    read, reason = _read(column, text.set(nothing, None), agreement), f"unreadable:{column.name}"
    return Read(read.values, {**read.problems, reason: nothing | read.problems.get(reason, nothing)})


def _read(column: Column, text: pl.Series, agreement: Agreement) -> Read:
    if column.name == "birth_date":
        return _noted(column, text, _birth_date(text, agreement))
    if column.type == schema.WHOLE:
        return _noted(column, text, _whole(text, column.least))
    by_type = {schema.YES_NO: _yes_no, schema.DAY: _day}
    if column.type in by_type:
        return _noted(column, text, by_type[column.type](text, agreement))
    with_notes = {schema.MOMENT: _moment, schema.CODES: _codes}
    return with_notes.get(column.type, _text)(column, text, agreement)


def _noted(column: Column, text: pl.Series, values: pl.Series) -> Read:
    return Read(values, {f"unreadable:{column.name}": text.is_not_null() & values.is_null()})


def _whole(text: pl.Series, least: int) -> pl.Series:
    """Read whole numbers; one that no column of ours can hold, or below the `least`, is as unreadable as a word."""
    number = text.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    return number.set(~number.is_between(least, WIDEST_WHOLE).fill_null(value=True), None)


def is_no(text: str, agreement: Agreement) -> bool:
    """Tell whether a box says no, or nothing at all."""
    return text.strip().lower() in {"", "null", *_yes_and_no(agreement)[1]}


def _yes_no(text: pl.Series, agreement: Agreement) -> pl.Series:
    lower = text.str.to_lowercase()
    yes, no = _yes_and_no(agreement)
    said = pl.DataFrame({"said": lower}).select(
        pl.when(pl.col("said").is_in(yes))
        .then(pl.lit(value=True))
        .when(pl.col("said").is_in(no))
        .then(pl.lit(value=False))
    )
    return said.to_series()


def _yes_and_no(agreement: Agreement) -> tuple[list[str], list[str]]:
    """Return the words for both; the contract's own mean what they mean, whatever an agreement adds."""
    yes = [*YES, *(word.lower() for word in agreement.form.yes if word.lower() not in NO)]
    return yes, [*NO, *(word.lower() for word in agreement.form.no if word.lower() not in yes)]


def _day(text: pl.Series, agreement: Agreement) -> pl.Series:
    plain = _without_time(text)
    day = _first(plain.str.to_date(form, strict=False) for form in (*DAYS, *agreement.form.date_formats))
    return day.set(~day.dt.year().is_between(*YEARS_OF_DAYS).fill_null(value=True), None)


def _without_time(text: pl.Series) -> pl.Series:
    """Leave out the time of a day that was kept as a moment; one with an offset is the day that it is in Amsterdam."""
    exact = _exact(text, _has_offset(text))
    plain = text.str.replace(WITH_TIME, "$1$2")
    if exact.null_count() == len(exact):
        return plain
    return _first([exact.dt.convert_time_zone(ZONE).dt.to_string("%Y-%m-%d"), plain])


def _birth_date(text: pl.Series, agreement: Agreement) -> pl.Series:
    """Return `yyyy-mm-dd` with 00 for an unknown day or month; a day that does not exist is unreadable."""
    plain = _without_time(text)
    agreed = (plain.str.to_date(form, strict=False).dt.to_string("%Y-%m-%d") for form in agreement.form.date_formats)
    slashed = plain.str.replace_all("[/.]", "-") if agreement.form.date_formats else plain
    turned = slashed.str.replace(r"^([0-9]{2})-([0-9]{2})-([0-9]{4})$", "$3-$2-$1").str.replace(
        r"^([0-9]{4})([0-9]{2})([0-9]{2})$", "$1-$2-$3"
    )
    partly = turned.str.contains(rf"{BORN}(00-00|(0[1-9]|1[0-2])-00|00-(0[1-9]|[12][0-9]|3[01]))$")
    whole = turned.str.contains(BORN) & turned.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    known = turned.set(~(partly | whole).fill_null(value=False), None)
    return _first([known, *(day.set(~day.str.contains(BORN).fill_null(value=False), None) for day in agreed)])


def _first(candidates: Iterable[pl.Series]) -> pl.Series:
    """Return the first value that is known, row by row; stop trying when all are."""
    found: pl.Series | None = None
    for candidate in candidates:
        found = (
            candidate
            if found is None
            else found.to_frame("a").select(pl.coalesce("a", candidate.alias("b"))).to_series()
        )
        if found.null_count() == 0:
            break
    assert found is not None
    return found


def _moment(column: Column, text: pl.Series, agreement: Agreement) -> Read:
    has_offset = _has_offset(text)
    exact = _exact(text, has_offset)
    formats = (*MOMENTS, *agreement.form.moment_formats)
    local = _first(text.set(has_offset, None).str.to_datetime(form, time_unit="us", strict=False) for form in formats)
    whole_days = (*DAYS, *agreement.form.date_formats)
    days = _first(text.str.to_datetime(form, time_unit="us", strict=False) for form in whole_days)
    precise = local.is_not_null() | exact.is_not_null()
    local = _first([local, days.set(precise, None)])
    local, exact = (
        series.set(~series.dt.year().is_between(*READABLE_YEARS).fill_null(value=True), None)
        for series in (local, exact)
    )
    first = local.dt.replace_time_zone(ZONE, ambiguous="earliest", non_existent="null")
    last = local.dt.replace_time_zone(ZONE, ambiguous="latest", non_existent="null")
    skipped = local.is_not_null() & first.is_null()
    later = local.dt.offset_by("1h").dt.replace_time_zone(ZONE, ambiguous="earliest", non_existent="null")
    values = _first([exact, *(series.dt.convert_time_zone("UTC") for series in (first, later))])
    year = values.dt.year()
    return Read(
        values,
        {
            f"unreadable:{column.name}": text.is_not_null() & values.is_null(),
            f"ambiguous_time:{column.name}": (first != last).fill_null(value=False),
            f"nonexistent_time:{column.name}": skipped,
            f"precision:day:{column.name}": values.is_not_null() & ~precise,
            f"absurd_date:{column.name}": ((year < EARLIEST_YEAR) | (year > LATEST_YEAR)).fill_null(value=False),
        },
    )


def _has_offset(text: pl.Series) -> pl.Series:
    return text.str.contains(OFFSET).fill_null(value=False)


def _exact(text: pl.Series, has_offset: pl.Series) -> pl.Series:
    """Read the moments that tell their offset from UTC."""
    own = text.set(~has_offset, None)
    if own.null_count() == len(own):
        return own.cast(schema.MOMENT)
    with_offset = (
        own.str.replace(r"[zZ]$", "+00:00")
        .str.replace(r"(:[\d.]+[+-]\d{2})(\d{2})$", "$1:$2")
        .str.replace(r"(:[\d.]+[+-]\d{2})$", "$1:00")
    )
    return _first(
        with_offset.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False) for form in MOMENTS_WITH_OFFSET
    )


def _text(column: Column, text: pl.Series, agreement: Agreement) -> Read:
    shaped = _shaped(column.name, text)
    agreed = agreement.codes.get(column.dutch, {})
    known = contract_codes().get(column.name)
    if known is None:
        if column.dutch not in CODED:
            return Read(shaped, {})
        return Read(shaped.to_frame("code").select(open_code(pl.col("code"), agreed)).to_series(), {})
    values = _coded(shaped, known, agreed)
    return Read(values, {f"unknown_code:{column.name}": text.is_not_null() & values.is_null()})


def _shaped(name: str, text: pl.Series) -> pl.Series:
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


def _coded(text: pl.Series, known: tuple[str, ...], agreed: Mapping[str, str]) -> pl.Series:
    """Translate a code: the contract's own, the agreement's, in any case; anything else is unknown."""
    spelled = {code.lower(): code for code in known}
    table = spelled | {code.lower(): meant for code, meant in agreed.items() if code.lower() not in spelled}
    return text.str.to_lowercase().replace_strict(table, default=None, return_dtype=pl.String)


def _codes(column: Column, text: pl.Series, agreement: Agreement) -> Read:
    separators = ["|", LIST_MARK, *agreement.form.list_separators]
    plain = text
    for separator in separators[1:]:
        plain = plain.str.replace_all(separator, "|", literal=True)
    listed = (
        pl.DataFrame({"text": plain}).with_row_index("at").with_columns(pl.col("text").str.split("|")).explode("text")
    )
    items = tidy(listed.get_column("text"))
    known = contract_codes().get(column.name, ())
    coded = _coded(_shaped(column.name, items), known, agreement.codes.get(column.dutch, {}))
    gathered = (
        listed.select("at")
        .with_columns(coded.alias("code"), (items.is_not_null() & coded.is_null()).alias("unknown"))
        .group_by("at", maintain_order=True)
        .agg(pl.col("code").drop_nulls().unique().sort(), pl.col("unknown").any())
        .sort("at")
    )
    values = gathered.get_column("code").set(text.is_null(), None) if len(text) else pl.Series([], dtype=schema.CODES)
    return Read(values, {f"unknown_code:{column.name}": gathered.get_column("unknown")})
