"""What of a person is compared, all of it keyed hashes: the shape of the history at rest.

Names, birth dates and addresses are kept as hashes only. A typing error still shows: two words that differ by one edit
share a word with one letter left out (Garbe's symmetric delete), so the hashes of those are kept.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.enrich.keyed import keyed, mixed
from pipeline.enrich.names import parts, sound
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
BIRTH_DOMAIN: Final = 11
STAND_IN: Final = "1900-01-01"


def identify(persons: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Return `row`, `person_number` and the columns of IDENTITY and OTHER_BIRTHS for canonical person rows.

    `key` is the installation's linking key; a secret address (true or unknown) is left out of the comparison.
    """
    plain = comparable(persons)
    hashed = _hash_births(plain, key).with_columns(
        keyed(plain["bsn"], "bsn", key).alias("bsn"),
        keyed(plain["address"], "address", key).alias("address"),
        keyed(plain["area"], "area", key).alias("area"),
        keyed(plain["area"].str.slice(0, 2), "district", key).alias("district"),
        keyed(plain["given"].list.first().str.slice(0, 1), "initial", key).alias("initial"),
        (plain["given"].list.first().str.len_chars() == 1).alias("initial_only"),
    )
    for name in ("family", "given"):
        hashed = hashed.drop(name).join(_hash_parts(plain, name, key), on=["row", "person_number"], how="left")
    return hashed.select("row", "person_number", *IDENTITY, *OTHER_BIRTHS)


def comparable(persons: pl.DataFrame) -> pl.DataFrame:
    """Return `row`, `person_number` and what of a person is compared, in the clear: it stays in the caller's memory.

    Names as parts, the birth date as year, month and day (null: unknown), home and its postcode area unless secret.
    """
    return persons.select(
        "row",
        "person_number",
        pl.when(bsn_is_verified("bsn")).then("bsn").alias("bsn"),
        *_birth_parts(),
        parts(pl.col("family_name"), family=True).alias("family"),
        parts(pl.col("given_names"), family=False).alias("given"),
        pl.when(pl.col("sex").is_in(["M", "V"])).then("sex").alias("sex"),
        (pl.col("role") == "KI").alias("child"),
        *_address(),
    )


def place_hash(registration: pl.DataFrame, key: bytes) -> pl.Series:
    """Return the keyed hash of where each registration happened, comparable with the hash of a home."""
    return keyed(registration.select(_whole_address().alias("place"))["place"], "address", key)


def _birth_parts() -> list[pl.Expr]:
    born = pl.col("birth_date").str.strip_chars()
    iso = pl.when(born.str.contains(r"^\d{4}-\d\d-\d\d$") & (born != STAND_IN)).then(born)
    names = ("birth_year", "birth_month", "birth_day")
    spans = ((0, 4), (5, 2), (8, 2))
    return [
        pl.when(~iso.str.slice(start, length).str.contains("^0+$")).then(iso.str.slice(start, length)).alias(name)
        for name, (start, length) in zip(names, spans, strict=True)
    ]


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


def _hash_births(plain: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Hash year, month and day, and mix them: whole, with day and month swapped, a year earlier and later."""
    year = plain["birth_year"].cast(pl.Int32)
    hashed = plain.with_columns(
        keyed(plain["birth_year"], "year", key).alias("birth_year"),
        # Day and month share a domain, so that a swap shows.
        keyed(plain["birth_month"], "day or month", key).alias("birth_month"),
        keyed(plain["birth_day"], "day or month", key).alias("birth_day"),
        keyed((year - 1).cast(pl.String), "year", key).alias("before"),
        keyed((year + 1).cast(pl.String), "year", key).alias("after"),
    )
    whole = mixed(hashed, ["birth_year", "birth_month", "birth_day"], BIRTH_DOMAIN)
    swapped = mixed(hashed, ["birth_year", "birth_day", "birth_month"], BIRTH_DOMAIN)
    off = [mixed(hashed, [name, "birth_month", "birth_day"], BIRTH_DOMAIN) for name in ("before", "after")]
    both = pl.DataFrame({"before": off[0], "after": off[1]}).select(pl.concat_list("before", "after").list.drop_nulls())
    return hashed.drop("before", "after").with_columns(
        whole.alias("birth"), swapped.alias("birth_swapped"), both["before"].alias("birth_off")
    )


def _hash_parts(plain: pl.DataFrame, name: str, key: bytes) -> pl.DataFrame:
    """Hash a name's parts, their sounds and their near spellings; several parts are also taken as one word."""
    together = pl.when(pl.col(name).list.len() > 1).then(pl.concat_list(pl.col(name).list.join("")))
    words = plain.select("row", "person_number", pl.concat_list(name, together.fill_null([])).alias("word"))
    words = words.explode("word").drop_nulls()
    different = words.select("word").unique().sort("word").with_columns(sound(pl.col("word")).alias("sound"))
    hashed = different.with_columns(
        keyed(different["word"], "name", key).alias(name),
        # A name of vowels only has no sound of its own: its word stands in.
        keyed(different.select(_sounding())["sound"], "sound", key).alias(f"{name}_sound"),
    ).join(_near(different["word"], key).rename({"near": f"{name}_near"}), on="word", how="left")
    return (
        words.join(hashed, on="word", maintain_order="left")
        .group_by("row", "person_number", maintain_order=True)
        .agg(name, f"{name}_sound", pl.col(f"{name}_near").explode(empty_as_null=False).drop_nulls())
    )


def _sounding() -> pl.Expr:
    return pl.when(pl.col("sound").str.len_chars() > 1).then("sound").otherwise("word").alias("sound")


def _near(words: pl.Series, key: bytes) -> pl.DataFrame:
    """Return `word` and the hashes of the word and of the word with each letter left out."""
    long = words.filter(words.str.len_chars().is_between(MINOR_LENGTH, MAJOR_LENGTH))
    letters = pl.DataFrame({"word": long}).with_columns(
        pl.int_ranges(pl.lit(-1, dtype=pl.Int64), pl.col("word").str.len_chars().cast(pl.Int64)).alias("at")
    )
    spelled = letters.explode("at").with_columns(
        pl.when(pl.col("at") < 0)
        .then("word")
        .otherwise(pl.col("word").str.slice(0, pl.col("at").clip(0)) + pl.col("word").str.slice(pl.col("at") + 1))
        .alias("spelling")
    )
    hashes = keyed(spelled["spelling"], "near", key)
    return spelled.select("word", hashes.alias("near")).group_by("word").agg(pl.col("near").unique().sort())
