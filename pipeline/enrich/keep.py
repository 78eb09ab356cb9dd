"""What of tonight goes into the history: registrations as codes, persons involved as keyed hashes."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipeline.enrich.blocking import kept_keys
from pipeline.enrich.identity import IDENTITY, OTHER_BIRTHS, identify, place_hash
from pipeline.schema import DANGER_BOXES, INVOLVED, Tables
from pipeline.screen.address_secrecy import SECRET, with_secrecy
from pipeline.screen.shapes import CLASS_SHAPE, MARK_SHAPE


def involved(person: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of persons involved: nobody else has a past that may be shared (Wpg 13(1)(a)), or is linked."""
    return person.filter(pl.col("role").is_in(INVOLVED))


def registrations_to_keep(tables: Tables, unit: str, night: date, key: bytes) -> pl.DataFrame:
    """Return the columns of intake.earlier, `row` and `bare` (nobody involved is named), for every registration.

    The caller leaves out what may not be kept: forbidden regimes, removed, retracted and rejected registrations.
    """
    known = tables.registration
    return known.select(
        "row",
        pl.lit(unit).alias("unit"),
        "registration_number",
        "version",
        pl.lit(night).alias("night"),
        "known_at",
        pl.coalesce("committed_from", "committed_until").alias("happened_at"),
        pl.when(pl.col("incident_code").str.contains(CLASS_SHAPE)).then("incident_code"),
        "kind",
        pl.when(pl.col("project_code").str.contains(MARK_SHAPE)).then("project_code"),
        "suspicion",
        pl.concat_list(pl.when(box).then(pl.lit(box)) for box in (*DANGER_BOXES, "injury"))
        .list.drop_nulls()
        .alias("danger"),
        place_hash(known, key).alias("place"),
        (~pl.col("row").is_in(involved(tables.person).get_column("row").implode())).alias("bare"),
    )


def persons_to_keep(tables: Tables, unit: str, key: bytes) -> pl.DataFrame:
    """Return the columns of intake.person_key, `row` and OTHER_BIRTHS, for the persons involved.

    `secret`: the address would be masked (`with_secrecy`). It is then not compared, whoever lists it openly:
    it would find the others in a shelter.
    """
    persons = involved(with_secrecy(tables).person.with_columns(secret_address=pl.col(SECRET)))
    identified = identify(persons, key)
    blocks = kept_keys(identified).group_by("row", "person_number").agg(pl.col("block").sort().alias("blocks"))
    numbers = tables.registration.select("row", pl.lit(unit).alias("unit"), "registration_number", "version")
    return (
        numbers.join(persons.select("row", "person_number", "role", pl.col(SECRET).alias("secret")), on="row")
        .join(identified, on=["row", "person_number"])
        .join(blocks, on=["row", "person_number"], how="left")
        .select(
            "row",
            "unit",
            "registration_number",
            "version",
            "person_number",
            "role",
            "secret",
            *IDENTITY,
            *OTHER_BIRTHS,
            pl.col("blocks").fill_null([]),
        )
    )
