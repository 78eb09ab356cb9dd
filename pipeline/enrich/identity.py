"""What of a person is compared, all of it keyed hashes: the shape of the history at rest.

Names, birth dates and addresses are kept as hashes only. A typing error still shows: two words that differ by one edit
share a word with one letter left out (Garbe's symmetric delete), so the hashes of those are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from pipeline.enrich.keyed import hasher, keyed, mixed
from pipeline.enrich.names import family_parts, parts, sound
from pipeline.screen.elements import bsn_is_verified

HASHES: Final = pl.List(pl.Int64)
IDENTITY: Final = pl.Schema(
    {
        "bsn": pl.Int64(),
        "birth": pl.Int64(),
        "birth_year": pl.Int64(),
        "birth_month": pl.Int64(),
        "birth_day": pl.Int64(),
        "family": HASHES,
        "family_sound": HASHES,
        "family_near": HASHES,
        "given": HASHES,
        "given_sound": HASHES,
        "given_near": HASHES,
        "initial": pl.Int64(),
        "initial_only": pl.Boolean(),
        "sex": pl.String(),
        "address": pl.Int64(),
        "area": pl.Int64(),
        "district": pl.Int64(),
        "child": pl.Boolean(),
    }
)
"""A person as kept. Lists hold a name's parts, the first part first, its parts written together last."""
OTHER_BIRTHS: Final = pl.Schema({"birth_swapped": pl.Int64(), "birth_off": HASHES})
"""Of tonight only: the birth date with day and month swapped, and a year earlier and later."""

MINOR_LENGTH: Final = 4
"""Shorter parts have no near spellings: Jan and Jaap are two persons, not a typing error."""
MAJOR_LENGTH: Final = 100
"""Longer parts have none either: no name is, and each has as many spellings as letters, each as long as the part."""
DOMAINS: Final = {
    "bsn": "bsn",
    "address": "address",
    "area": "area",
    "district": "district",
    "initial": "initial",
    "birth_year": "year",
    "before": "year",
    "after": "year",
    # Day and month share a domain, so that a swap shows.
    "birth_month": "day or month",
    "birth_day": "day or month",
}
"""What is hashed as it is, and in which domain."""
BIRTH_DOMAIN: Final = 11
NAMES: Final = ("family", "given")
DATE: Final = r"^(\d{4})-(\d\d)-(\d\d)$"
STAND_IN: Final = "1900-01-01"


def identify(persons: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Return `row`, `person_number` and the columns of IDENTITY and OTHER_BIRTHS for canonical person rows.

    `key` is the installation's linking key; a secret address (true or unknown) is left out of the comparison.
    """
    first, year = pl.col("given").list.first(), pl.col("birth_year").cast(pl.Int32)
    plain = comparable(persons).with_columns(
        district=pl.col("area").str.slice(0, 2),
        initial=first.str.slice(0, 1),
        initial_only=first.str.len_chars() == 1,
        before=(year - 1).cast(pl.String),
        after=(year + 1).cast(pl.String),
    )
    hashed = plain.with_columns(keyed(plain[name], domain, key) for name, domain in DOMAINS.items())
    return (
        hashed.with_columns(*_births())
        .drop("family", "given")
        .join(_hash_names(plain, key), on=["row", "person_number"], how="left")
        .select("row", "person_number", *IDENTITY, *OTHER_BIRTHS)
    )


def comparable(persons: pl.DataFrame) -> pl.DataFrame:
    """Return `row`, `person_number` and what of a person is compared, in the clear: it stays in the caller's memory.

    Names as parts, the birth date as year, month and day (null: unknown), home and its postcode area unless secret.
    """
    written = persons.with_columns(family=parts(pl.col("family_name")), born=pl.col("birth_date").str.strip_chars())
    return written.select(
        "row",
        "person_number",
        pl.when(bsn_is_verified("bsn")).then("bsn").alias("bsn"),
        *_birth_parts(),
        family_parts(pl.col("family")),
        parts(pl.col("given_names")).alias("given"),
        pl.when(pl.col("sex").is_in(["M", "V"])).then("sex").alias("sex"),
        (pl.col("role") == "KI").alias("child"),
        *_address(),
    )


def place_hash(registration: pl.DataFrame, key: bytes) -> pl.Series:
    """Return the keyed hash of where each registration happened, comparable with the hash of a home."""
    return keyed(registration.select(_whole_address().alias("place"))["place"], "address", key)


def _birth_parts() -> list[pl.Expr]:
    """Year, month and day of `born`, each null where it is not known."""
    names = ("birth_year", "birth_month", "birth_day")
    parts_of = {name: pl.col("born").str.extract(DATE, group) for group, name in enumerate(names, start=1)}
    known = pl.col("born") != STAND_IN
    return [pl.when(known).then(part.replace(["0000", "00"], None)).alias(name) for name, part in parts_of.items()]


def _address() -> list[pl.Expr]:
    # Not known to be open is treated as secret: its hash would find who else lives in a shelter.
    is_open = ~pl.col("secret_address").fill_null(value=True)
    return [
        pl.when(is_open).then(_whole_address()).alias("address"),
        pl.when(is_open).then(_postcode().str.extract(r"^(\d{4})")).alias("area"),
    ]


def _postcode() -> pl.Expr:
    return pl.col("postcode").str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")


def _whole_address() -> pl.Expr:
    """Postcode and number, or street and place where the postcode is not whole; null without a number."""
    whole = pl.when(_postcode().str.contains(r"^\d{4}[A-Z]{2}$")).then(_postcode())
    letters = (pl.col(name).str.to_lowercase().str.replace_all(r"[^a-z]", "") for name in ("street", "place"))
    number = pl.col("house_number").str.extract(r"^\s*(\d+)")
    suffix = pl.col("house_number_suffix").fill_null("").str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")
    return pl.concat_str(pl.coalesce(whole, pl.concat_str(*letters, separator="|")), number, suffix, separator="|")


def _births() -> list[pl.Expr]:
    """Mix year, month and day: whole, with day and month swapped, a year earlier and later."""
    day_and_month = ["birth_month", "birth_day"]
    off = pl.concat_list(mixed([year, *day_and_month], BIRTH_DOMAIN) for year in ("before", "after"))
    return [
        mixed(["birth_year", *day_and_month], BIRTH_DOMAIN).alias("birth"),
        mixed(["birth_year", *reversed(day_and_month)], BIRTH_DOMAIN).alias("birth_swapped"),
        off.list.drop_nulls().alias("birth_off"),
    ]


def _hash_names(plain: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Hash the parts of names, their sounds and their near spellings; several parts are also taken as one word."""
    written = pl.concat(
        plain.select("row", "person_number", pl.lit(name).alias("of"), _words(name).alias("word")).explode("word")
        for name in NAMES
    ).drop_nulls("word")
    words = written.select("word").unique().with_columns(sound=sound(pl.col("word")))
    sounding = words.select(_sounding()).to_series()
    hashed = words.select(
        "word",
        keyed(words["word"], "name", key).alias("name"),
        keyed(sounding, "sound", key),
        pl.Series("near", [_near(word, hasher("near", key)) for word in words["word"]], HASHES),
    )
    return (
        written.join(hashed, on="word", maintain_order="left")
        .group_by("row", "person_number", maintain_order=True)
        .agg(kept for name in NAMES for kept in _kept(name))
        .with_columns(
            # who has no such name at all has no list of it
            pl.when(pl.col(name).list.len() > 0).then(pl.col(f"^{name}.*$")).name.keep()
            for name in NAMES
        )
    )


def _kept(name: str) -> list[pl.Expr]:
    own = pl.col("of") == name
    return [
        pl.col("name").filter(own).alias(name),
        pl.col("sound").filter(own).alias(f"{name}_sound"),
        pl.col("near").filter(own).explode(empty_as_null=False).drop_nulls().alias(f"{name}_near"),
    ]


def _words(name: str) -> pl.Expr:
    together = pl.when(pl.col(name).list.len() > 1).then(pl.concat_list(pl.col(name).list.join("")))
    return pl.concat_list(name, together.fill_null([]))


def _sounding() -> pl.Expr:
    return pl.when(pl.col("sound").str.len_chars() > 1).then("sound").otherwise("word").alias("sound")


def _near(word: str, hashed: Callable[[str], int]) -> list[int] | None:
    """Return the hashes of a word and of the word with each letter left out."""
    if not MINOR_LENGTH <= len(word) <= MAJOR_LENGTH:
        return None
    return sorted({hashed(word), *(hashed(word[:at] + word[at + 1 :]) for at in range(len(word)))})
