"""Which addresses of a registration are secret: those that somebody keeps so, and all that may be the same.

Addresses are compared as they are written: cut short, misspelt, or known in part.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from pipeline.policy.reference import STREET_CUTS, place_key
from pipeline.schema import INVOLVED, ROW, Tables

PLACE: Final = ("postcode_at", "number_at", "street_at", "town_at")
MET_BY: Final = (["postcode_at"], ["street_at"], ["number_at", "town_at"])
"""By what two addresses are looked up that may be the same: all with all would be the square of the persons."""
POSTCODE_AREA, ALIKE = 4, 4
"""Characters: of a postcode its area, and of two streets that may be one, misspelt."""
WHOLE_POSTCODE: Final = r"^\d{4}[a-z]{2}$"
SECRET: Final = "secret"  # noqa: S105 - a column, not a password
"""Whether an address may not be shown: secret, unknown whether it is, or the same as one that is."""


def with_secrecy(tables: Tables) -> Tables:
    """Return tables whose registrations and persons say SECRET; those that say it already stay: a part asks once."""
    if SECRET in tables.person.columns:
        return tables
    registration, person = mark_secret_addresses(tables.registration, tables.person)
    return replace(tables, registration=registration, person=person)


def mark_secret_addresses(registration: pl.DataFrame, person: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add SECRET to both tables.

    A person's address is secret when it is marked so, when nobody knows whether it is, or when another person of the
    registration has a secret address there. The place of the event is secret unless it is certainly another one than
    every secret address of the registration: what cannot be compared is masked, but for the home of a person involved
    that is shown beside it, and tells the same.
    """
    flagged = person.with_columns(pl.col("secret_address").fill_null(value=True).alias(SECRET)).with_row_index("at")
    placed = flagged.select("at", ROW, SECRET, *_place())
    hidden = placed.filter(SECRET).select(ROW, pl.col(PLACE).name.suffix("_hidden")).unique()
    places = placed.filter(~pl.col(SECRET))
    met = pl.concat(
        places.join(hidden, left_on=[ROW, *key], right_on=[ROW, *(f"{name}_hidden" for name in key)], coalesce=False)
        for key in MET_BY
    )
    shared = pl.col("at").is_in(_compared(met).filter(_is_same()).get_column("at").implode())
    beside = _compared(registration.select(ROW, *_place()).join(hidden, on=ROW))
    told = flagged.with_columns(pl.col(SECRET) | shared).drop("at")
    may_be = beside.filter(_is_same() | ~_is_another()).select(ROW, known=_is_same())
    masked = may_be.filter(pl.col("known") | ~pl.col(ROW).is_in(_at_an_open_home(registration, told).implode()))
    return registration.with_columns(pl.col(ROW).is_in(masked.get_column(ROW).implode()).alias(SECRET)), told


def _at_an_open_home(registration: pl.DataFrame, person: pl.DataFrame) -> pl.Series:
    """Return the rows of which the event took place in a home that is shown: letter by letter the same, and whole."""
    shown = person.filter(~pl.col(SECRET) & pl.col("role").is_in(INVOLVED).fill_null(value=False))
    events = registration.select(ROW, *_place(), _suffix())
    homes = shown.select(ROW, *_place(), _suffix())
    whole = homes.drop_nulls("number_at").filter(
        pl.col("postcode_at").str.contains(WHOLE_POSTCODE).fill_null(value=False)
        | (pl.col("street_at").is_not_null() & pl.col("town_at").is_not_null())
    )
    return events.join(whole, on=[ROW, *PLACE, "suffix_at"], how="semi", nulls_equal=True).get_column(ROW)


def _compared(pairs: pl.DataFrame) -> pl.DataFrame:
    """Tell of two addresses, PLACE and the `_hidden` one beside it, which parts are the same and which contradict.

    Four digits may be the begin of a whole postcode, and a street that begins alike may be misspelt.
    """
    shown = {"postcode_at": POSTCODE_AREA, "street_at": ALIKE}
    told = []
    for name in PLACE:
        ours, theirs = pl.col(name), pl.col(f"{name}_hidden")
        begin = shown.get(name)
        apart = ours != theirs if begin is None else ours.str.slice(0, begin) != theirs.str.slice(0, begin)
        if name == "postcode_at":
            apart |= (ours != theirs) & (ours.str.len_chars() == theirs.str.len_chars())
        told += [
            (ours == theirs).fill_null(value=False).alias(f"{name}_same"),
            apart.fill_null(value=False).alias(f"{name}_other"),
        ]
    return pairs.with_columns(told)


def _is_same() -> pl.Expr:
    """Tell whether two addresses are the same: some part is, and none tells them apart.

    The letter of a house counts for nothing: 12 and 12A are one building. Nor do two towns tell one street and number
    apart where no postcode does: a town may have two names.
    """
    postcode, number, street, town = (pl.col(f"{name}_same") for name in PLACE)
    other_postcode, other_number, other_street, other_town = (pl.col(f"{name}_other") for name in PLACE)
    whole = pl.col("postcode_at").str.contains(WHOLE_POSTCODE).fill_null(value=False)
    return (
        (postcode & (number | (whole & ~other_number)))
        | (street & ((number & (town | ~other_postcode)) | ~(other_postcode | other_number | other_town)))
        | (number & town & ~other_street & ~other_postcode)
    )


def _is_another() -> pl.Expr:
    """Tell whether two addresses are certainly not the same: both are known whole, and differ."""
    known = {name: pl.col(name).is_not_null() & pl.col(f"{name}_hidden").is_not_null() for name in PLACE}
    other_postcode, other_number, other_street, other_town = (pl.col(f"{name}_other") for name in PLACE)
    by_postcode = known["postcode_at"] & known["number_at"] & (other_postcode | other_number)
    by_street = known["town_at"] & known["street_at"] & known["number_at"]
    return by_postcode | (by_street & (other_street | other_number | other_town))


def _suffix() -> pl.Expr:
    """Return what tells homes of one number apart: the suffix, and what the number holds beside its digits."""
    return (
        pl.concat_str("house_number", "house_number_suffix", separator=" ", ignore_nulls=True)
        .str.to_lowercase()
        .str.replace_all(r"[^a-z0-9]", "")
        .alias("suffix_at")
    )


def _place() -> list[pl.Expr]:
    """Return PLACE: the parts of an address in one spelling, null where they are not known."""

    def plain(column: str) -> pl.Expr:
        return place_key(pl.col(column)).str.replace_all(r"[^a-z0-9]", "").replace("", None)

    street = plain("street")
    for cut, whole in STREET_CUTS.items():
        street = street.str.replace(f"{whole}$", cut)
    parts = (plain("postcode"), pl.col("house_number").str.extract(r"0*(\d+)"), street, plain("place"))
    return [part.alias(name) for part, name in zip(parts, PLACE, strict=True)]
