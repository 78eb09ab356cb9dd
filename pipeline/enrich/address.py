"""Which regions an address can lie in: by municipality code, else postcode, else place name.

A code outranks a postcode, because the police system fills it from the address register while a postcode is typed.
What stays in more than one region stays unrouted: the wrong region would read somebody's report.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pipeline.policy.reference import Reference, place_key

ADDRESS_KEYS = ("municipality_code", "postcode", "place")


def locate(addresses: pl.DataFrame, reference: Reference, night: date) -> pl.DataFrame:
    """Add `region` (null: cannot be told) and `contradiction` (code and postcode name other regions) to addresses.

    Args:
        addresses: any rows with municipality_code, postcode and place.
        reference: the tables of `pipeline.policy.reference`.
        night: the day on which municipalities and regions are read.
    """
    # Letters of a postcode are cut off first: a country has 4,000 different addresses for us, not 8 million.
    keyed = addresses.with_columns(pl.col("postcode").str.strip_chars_start().str.slice(0, 4).alias("postcode4"))
    keys = ("municipality_code", "postcode4", "place")
    known = (
        keyed.select(keys)
        .unique()
        .with_columns(
            _code(pl.col("municipality_code")).alias("code"),
            place_key(pl.col("place")).alias("place_key"),
        )
        .join(reference.regions_by_code(night).rename({"regions": "by_code"}), on="code", how="left")
        .join(reference.regions_by_postcode(night).rename({"regions": "by_postcode"}), on="postcode4", how="left")
        .join(
            reference.regions_by_place(night).rename({"regions": "by_place"}),
            left_on="place_key",
            right_on="place",
            how="left",
        )
        .select(*keys, _region().alias("region"), _contradiction().alias("contradiction"))
    )
    return keyed.join(known, on=keys, how="left", nulls_equal=True, maintain_order="left").drop("postcode4")


def _code(text: pl.Expr) -> pl.Expr:
    """Read `0363`, `363` and `GM0363` alike; anything else is no code."""
    return text.str.extract(r"^\s*(?i:GM)?(\d{1,4})\s*$").str.zfill(4)


def _region() -> pl.Expr:
    code, postcode, place = pl.col("by_code"), pl.col("by_postcode"), pl.col("by_place")
    narrowed_code = pl.coalesce(_one(code), _one(code.list.set_intersection(postcode)), _one(_both(code, place)))
    narrowed_postcode = pl.coalesce(_one(postcode), _one(_both(postcode, place)))
    return (
        pl.when(code.is_not_null())
        .then(narrowed_code)
        .when(postcode.is_not_null())
        .then(narrowed_postcode)
        .otherwise(_one(place))
    )


def _both(regions: pl.Expr, place: pl.Expr) -> pl.Expr:
    return regions.list.set_intersection(place)


def _one(regions: pl.Expr) -> pl.Expr:
    return pl.when(regions.list.len() == 1).then(regions.list.first())


def _contradiction() -> pl.Expr:
    shared = pl.col("by_code").list.set_intersection(pl.col("by_postcode"))
    return (shared.list.len() == 0).fill_null(value=False)
