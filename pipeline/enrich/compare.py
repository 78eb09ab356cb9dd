"""How far two entries of a person agree, field by field: one level a field, null where either side does not know.

Works on pairs: tonight's columns as they are, the earlier ones with `_earlier` behind.
"""

from __future__ import annotations

from typing import Final

import polars as pl

TWO_PARTS: Final = 2
"""Of year, month and day."""


def levels() -> list[pl.Expr]:
    """Return the level of agreement of each field of `pipeline.policy.linking.LEVELS`, named as the field."""
    return [
        _same("bsn").alias("bsn"),
        _birth().alias("birth"),
        _family_name().alias("family_name"),
        _given_name().alias("given_name"),
        _same("sex").alias("sex"),
        _address().alias("address"),
    ]


def _earlier(name: str) -> pl.Expr:
    return pl.col(f"{name}_earlier")


def _equal(name: str) -> pl.Expr:
    return pl.col(name) == _earlier(name)


def _known(*names: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(*names, *(f"{name}_earlier" for name in names)).is_not_null())


def _overlap(name: str, other: str | None = None) -> pl.Expr:
    shared = pl.col(name).list.set_intersection(_earlier(other or name))
    return (shared.list.len() > 0).fill_null(value=False)


def _first(name: str) -> pl.Expr:
    """The first parts are the same, or one name's first part is the other's parts written together."""
    first, earlier = pl.col(name).list, _earlier(name).list
    together = (first.first() == earlier.last()) | (first.last() == earlier.first()) | (first.last() == earlier.last())
    return ((first.first() == earlier.first()) | together).fill_null(value=False)


def _same(name: str) -> pl.Expr:
    return pl.when(_known(name)).then(pl.when(_equal(name)).then(pl.lit("same")).otherwise(pl.lit("different")))


def _birth() -> pl.Expr:
    year, month, day = (_equal(f"birth_{part}").fill_null(value=False) for part in ("year", "month", "day"))
    whole = _known("birth")
    # What one of the two leaves open does not speak against it; what both know must agree.
    agree = [_equal(f"birth_{part}").fill_null(value=True) for part in ("month", "day")]
    return (
        pl.when(~_known("birth_year"))
        .then(None)
        .when(_equal("birth"))
        .then(pl.lit("exact"))
        .when(whole & (pl.col("birth_swapped") == _earlier("birth")))
        .then(pl.lit("swapped"))
        .when(whole & pl.col("birth_off").list.contains(_earlier("birth")))
        .then(pl.lit("year_off"))
        .when(~whole & year & agree[0] & agree[1])
        .then(pl.lit("part"))
        .when(whole & (year.cast(pl.Int8) + month.cast(pl.Int8) + day.cast(pl.Int8) >= TWO_PARTS))
        .then(pl.lit("two_parts"))
        .otherwise(pl.lit("different"))
    )


def _family_name() -> pl.Expr:
    alike = pl.col("family").list.len() == _earlier("family").list.len()
    return (
        pl.when(~_known("family"))
        .then(None)
        .when(_first("family") & alike)
        .then(pl.lit("exact"))
        .when(_first("family_sound") & alike)
        .then(pl.lit("sound"))
        .when(_overlap("family_sound"))
        .then(pl.lit("shared"))
        .when(_overlap("family_near"))
        .then(pl.lit("near"))
        .when(_overlap("family_sound", "given_sound") & _overlap("given_sound", "family_sound"))
        .then(pl.lit("swapped"))
        .otherwise(pl.lit("different"))
    )


def _given_name() -> pl.Expr:
    initial = (pl.col("initial_only") | _earlier("initial_only")).fill_null(value=False)
    return (
        pl.when(~_known("given"))
        .then(None)
        .when(initial)
        .then(pl.when(_equal("initial")).then(pl.lit("initial")).otherwise(_swapped_or_different()))
        .when(_first("given"))
        .then(pl.lit("exact"))
        .when(_first("given_sound"))
        .then(pl.lit("sound"))
        .when(_overlap("given_near"))
        .then(pl.lit("near"))
        .when(_overlap("given_sound"))
        .then(pl.lit("shared"))
        .otherwise(_swapped_or_different())
    )


def _swapped_or_different() -> pl.Expr:
    swapped = _overlap("family_sound", "given_sound") & _overlap("given_sound", "family_sound")
    return pl.when(swapped).then(pl.lit("swapped")).otherwise(pl.lit("different"))


def _address() -> pl.Expr:
    return (
        pl.when(~_known("area") & ~_known("address"))
        .then(None)
        .when(_equal("address").fill_null(value=False))
        .then(pl.lit("same"))
        .when(_equal("area").fill_null(value=False))
        .then(pl.lit("area"))
        .when(_equal("district").fill_null(value=False))
        .then(pl.lit("district"))
        .otherwise(pl.lit("different"))
    )
