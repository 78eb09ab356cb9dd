"""Which regions an address can lie in: by municipality code, else postcode, else place name.

A code outranks a postcode, because the police system fills it from the address register while a postcode is typed.
What stays in more than one region stays unrouted: the wrong region would read somebody's report.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pipeline.policy.reference import Reference, place_key

ADDRESS_KEYS = ("municipality_code", "postcode", "place")
READ_BY = ("municipality_code", "postcode4", "with_letters", "place")
"""What of an address says where it lies: a country has 4,000 different ones for us, not 8 million."""
POSTCODE = r"^\s*([1-9]\d{3})(?:\D|$)"


def locate(addresses: pl.DataFrame, reference: Reference, night: date) -> pl.DataFrame:
    """Add to addresses `region` (null: cannot be told), `contradiction` and `several`.

    `contradiction`: code and postcode name other regions; `several`: the address is known and lies in one of several
    regions, so that nothing in it is wrong or missing.

    Args:
        addresses: any rows with municipality_code, postcode and place.
        reference: the tables of `pipeline.policy.reference`.
        night: the day on which municipalities and regions are read.
    """
    # Five digits are a postcode abroad, and its first four another place here.
    keyed = addresses.with_columns(
        pl.col("postcode").str.extract(POSTCODE).alias("postcode4"),
        pl.col("postcode").str.contains(r"\p{L}").fill_null(value=False).alias("with_letters"),
    )
    known = _located(keyed.select(READ_BY).unique(), reference, night)
    located = keyed.join(known, on=READ_BY, how="left", nulls_equal=True, maintain_order="left")
    return located.drop("postcode4", "with_letters")


def _located(addresses: pl.DataFrame, reference: Reference, night: date) -> pl.DataFrame:
    """Return READ_BY, each once, with what `locate` adds."""
    return (
        addresses.with_columns(
            _code(pl.col("municipality_code")).alias("code"),
            place_key(pl.col("place")).alias("place_key"),
        )
        .with_columns(pl.when(~_is_abroad(reference)).then("postcode4").alias("postcode_here"))
        .join(reference.regions_by_code(night).rename({"regions": "by_code"}), on="code", how="left")
        .join(
            reference.regions_by_postcode(night).rename({"regions": "by_postcode"}),
            left_on="postcode_here",
            right_on="postcode4",
            how="left",
        )
        .join(
            reference.regions_by_place(night).rename({"regions": "by_place"}),
            left_on="place_key",
            right_on="place",
            how="left",
        )
        .with_columns(_region().alias("region"))
        .select(*READ_BY, "region", _contradiction().alias("contradiction"), _several().alias("several"))
    )


def _is_abroad(reference: Reference) -> pl.Expr:
    """Tell whether four digits without letters are a postcode of a place abroad."""
    there = pl.col("place_key").is_in(reference.abroad().implode()).fill_null(value=False)
    return there & ~pl.col("with_letters")


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


def _several() -> pl.Expr:
    read = pl.coalesce("by_code", "by_postcode")
    return (pl.col("region").is_null() & (read.list.len() > 1)).fill_null(value=False)


def _contradiction() -> pl.Expr:
    shared = pl.col("by_code").list.set_intersection(pl.col("by_postcode"))
    return (shared.list.len() == 0).fill_null(value=False)
