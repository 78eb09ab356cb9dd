"""From a unit's notation of moments, days and birth dates to canonical ones: what cannot be read is unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

import polars as pl

from pipeline import schema
from pipeline.policy.agreements import Agreement
from pipeline.settings import ZONE

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
PARTLY_KNOWN: Final = rf"{BORN}(00-00|(0[1-9]|1[0-2])-00|00-(0[1-9]|[12][0-9]|3[01]))$"
EARLIEST_YEAR: Final = 1990
LATEST_YEAR: Final = 2100

Way = Callable[[pl.Expr], pl.Expr]
"""How a text may be read; null where it is not written so."""


def read_days(text: pl.Series, agreement: Agreement) -> pl.Series:
    """Read days; one in a year that is none is unreadable."""
    days = _first(_without_time(text), [_day(form) for form in (*DAYS, *agreement.form.date_formats)])
    day = pl.col("day")
    return days.to_frame("day").select(pl.when(day.dt.year().is_between(*YEARS_OF_DAYS)).then(day)).to_series()


def read_birth_dates(text: pl.Series, agreement: Agreement) -> pl.Series:
    """Return `yyyy-mm-dd` with 00 for an unknown day or month; a day that does not exist is unreadable."""
    forms, day = agreement.form.date_formats, pl.col("day")
    plain = _without_time(text).alias("day")
    slashed = day.str.replace_all("[/.]", "-") if forms else day
    turned = slashed.str.replace(r"^([0-9]{2})-([0-9]{2})-([0-9]{4})$", "$3-$2-$1").str.replace(
        r"^([0-9]{4})([0-9]{2})([0-9]{2})$", "$1-$2-$3"
    )
    whole = day.str.contains(BORN) & day.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    known = pl.when(day.str.contains(PARTLY_KNOWN) | whole).then(day)
    read = plain.to_frame().select(turned).select(known).to_series()
    if not forms or read.null_count() == plain.null_count():
        return read
    agreed = _first(plain, [_born(form) for form in forms])
    return read.to_frame("day").select(pl.coalesce("day", agreed.alias("agreed"))).to_series()


def read_moments(text: pl.Series, agreement: Agreement) -> tuple[pl.Series, dict[str, pl.Series]]:
    """Return moments, and for each thing to say of them where it applies."""
    own = _with_offset(text)
    exact = _exact(own)
    plain = pl.DataFrame({"text": text, "own": own}).select(pl.when(pl.col("own").is_null()).then("text")).to_series()
    local = _first(plain, [_moment(form) for form in (*MOMENTS, *agreement.form.moment_formats)])
    read = pl.DataFrame({"text": text, "exact": exact, "local": local})
    vague = read.select(pl.when(pl.col("local").is_null() & pl.col("exact").is_null()).then("text")).to_series()
    days = _first(vague, [_moment(form) for form in (*DAYS, *agreement.form.date_formats)])
    return _in_utc(read.select("exact", pl.coalesce("local", days.alias("day")).alias("local"), day=days))


def _in_utc(read: pl.DataFrame) -> tuple[pl.Series, dict[str, pl.Series]]:
    """Return in UTC what was read as `exact`, or as `local`: at `day`, where that is all that was told."""
    exact, local, first, value = pl.col("exact"), pl.col("local"), pl.col("first"), pl.col("value")
    skipped = local.is_not_null() & first.is_null()
    year = value.dt.year()
    told = (
        read.with_columns(
            pl.when(moment.dt.year().is_between(*READABLE_YEARS)).then(moment) for moment in (exact, local)
        )
        .with_columns(_of_here(local, "earliest").alias("first"), _of_here(local, "latest").alias("last"))
        .with_columns(nonexistent_time=skipped, later=pl.when(skipped).then(local.dt.offset_by("1h")))
        .with_columns(value=pl.coalesce(exact, first, _of_here(pl.col("later"), "earliest")))
        .select(
            value,
            pl.col("nonexistent_time"),
            (first != pl.col("last")).alias("ambiguous_time"),
            (value.is_not_null() & pl.col("day").is_not_null()).alias("precision:day"),
            ((year < EARLIEST_YEAR) | (year > LATEST_YEAR)).alias("absurd_date"),
        )
    )
    reasons = ("ambiguous_time", "nonexistent_time", "precision:day", "absurd_date")
    return told.get_column("value"), {reason: told.get_column(reason) for reason in reasons}


def _of_here(local: pl.Expr, ambiguous: Literal["earliest", "latest"]) -> pl.Expr:
    """Return what a clock in Amsterdam told, in UTC; null where no clock told it."""
    return local.dt.replace_time_zone(ZONE, ambiguous=ambiguous, non_existent="null").dt.convert_time_zone("UTC")


def _day(form: str) -> Way:
    return lambda text: text.str.to_date(form, strict=False)


def _born(form: str) -> Way:
    def read(text: pl.Expr) -> pl.Expr:
        day = text.str.to_date(form, strict=False).dt.to_string("%Y-%m-%d")
        return pl.when(day.str.contains(BORN)).then(day)

    return read


def _moment(form: str, zone: str | None = None) -> Way:
    return lambda text: text.str.to_datetime(form, time_unit="us", time_zone=zone, strict=False)


def _first(text: pl.Series, ways: Sequence[Way]) -> pl.Series:
    """Read by the first way that can, row by row; a way is tried on what those before it left."""
    first, *others = ways
    read = text.to_frame("text").select("text", first(pl.col("text")).alias("read"))
    left = pl.when(pl.col("read").is_null()).then("text")
    for way in others:
        if read.get_column("read").null_count() == text.null_count():
            break
        read = read.with_columns(pl.coalesce("read", way(left)))
    return read.get_column("read")


def _with_offset(text: pl.Series) -> pl.Series:
    """Return the texts that tell their offset from UTC."""
    told = pl.col("text")
    return text.to_frame("text").select(pl.when(told.str.contains(OFFSET)).then(told)).to_series()


def _exact(own: pl.Series) -> pl.Series:
    """Read moments that tell their offset from UTC."""
    if own.null_count() == len(own):
        return own.cast(schema.MOMENT)
    with_offset = (
        own.str.replace(r"[zZ]$", "+00:00")
        .str.replace(r"(:[\d.]+[+-]\d{2})(\d{2})$", "$1:$2")
        .str.replace(r"(:[\d.]+[+-]\d{2})$", "$1:00")
    )
    return _first(with_offset, [_moment(form, "UTC") for form in MOMENTS_WITH_OFFSET])


def _without_time(text: pl.Series) -> pl.Series:
    """Leave out the time of a day that was kept as a moment; one with an offset is the day that it is in Amsterdam."""
    told = pl.DataFrame({"exact": _exact(_with_offset(text)), "text": text})
    there = pl.col("exact").dt.convert_time_zone(ZONE).dt.to_string("%Y-%m-%d")
    return told.select(pl.coalesce(there, pl.col("text").str.replace(WITH_TIME, "$1$2"))).to_series()
