"""One report out of several registrations of one event: what the carrier lacks is taken over from those it carries.

Texts stay apart under the number of the registration that they come from; a person or a text that the carrier has
already is not repeated; what it ticks otherwise is told among the texts; the danger of every one of them counts. Works
on what may be shared: the tables are minimised already.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.policy.carried import read_carried
from pipeline.schema import INVOLVED, ROW, Tables

SAME_NAME: Final = ["family_name", "given_names", "birth_date"]
NARRATIVES: Final = ("description", "reason_for_report")
SELF: Final = [ROW, "person_number"]


def take_over(carrier: Tables, carried: Tables, pairs: pl.DataFrame, links: pl.DataFrame) -> Tables:
    """Return the rows that carriers get of the registrations that they carry, under the carrier's row.

    Args:
        carrier: minimised tables of the carriers, rows unique in the night.
        carried: of the registrations that they carry.
        pairs: row, carrier_row.
        links: row, person_number (of a carried registration), carrier_row, carrier_person: one person.

    Returns:
        Tables without registrations: persons numbered on from the carrier's, entries numbered on from the carrier's
        with the number of their own registration, and prior incidents of both.
    """
    person, numbers = _persons(carrier.person, carried.person, pairs, links)
    return Tables(
        registration=carrier.registration.clear(),
        person=person,
        entry=_entries(carrier, carried, pairs),
        prior_incident=_prior_incidents(carrier.prior_incident, carried.prior_incident, numbers),
    )


def _persons(
    carrier: pl.DataFrame, carried: pl.DataFrame, pairs: pl.DataFrame, links: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the persons to add, and row, person_number, carrier_row, carrier_person of everybody carried."""
    there = carrier.select(
        pl.col(ROW).alias("carrier_row"), pl.col("person_number").alias("carrier_person"), *SAME_NAME
    )
    involved = carried.filter(pl.col("role").is_in(INVOLVED)).join(pairs, on=ROW)
    by_name = involved.join(there, on=["carrier_row", *SAME_NAME]).select(*SELF, "carrier_row", "carrier_person")
    known = pl.concat([links.select(by_name.columns), by_name]).unique(SELF, keep="first", maintain_order=True)
    whose = ["carrier_row", *SAME_NAME, "role"]
    listed = involved.join(known, on=SELF, how="anti").sort("carrier_row", *SELF)
    # two children without a name are two where one registration lists both
    listed = listed.with_columns(is_first=pl.col(ROW) == pl.col(ROW).first().over(whose))
    fresh = _numbered_on(listed.filter("is_first"), carrier, "person_number").rename({"number": "carrier_person"})
    one = fresh.filter(pl.len().over(whose) == 1).select(*whose, "carrier_person")
    again = listed.filter(~pl.col("is_first")).join(one, on=whose, nulls_equal=True)
    numbers = pl.concat([known, fresh.select(known.columns), again.select(known.columns)])
    return _under_carrier(fresh, numbers).select(carrier.columns), numbers


def _under_carrier(person: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Return persons under their carrier's row, with the numbers that they and those whom they relate to have there."""
    related = numbers.select(ROW, pl.col("person_number").alias("relation_to"), pl.col("carrier_person").alias("to"))
    return person.join(related, on=[ROW, "relation_to"], how="left", maintain_order="left").with_columns(
        pl.col("carrier_row").alias(ROW), pl.col("carrier_person").alias("person_number"), relation_to="to"
    )


def _numbered_on(rows: pl.DataFrame, there: pl.DataFrame, column: str) -> pl.DataFrame:
    """Add `number` to the rows that carriers get: on from the highest that they have `there` in a column."""
    last = there.group_by(ROW).agg(pl.col(column).max().alias("last"))
    number = pl.col("last").fill_null(0) + pl.int_range(1, pl.len() + 1).over("carrier_row")
    known = rows.join(last, left_on="carrier_row", right_on=ROW, how="left", maintain_order="left")
    return known.with_columns(number.alias("number"))


def _entries(carrier: Tables, carried: Tables, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the texts to add: a carried description and reason stand among the entries, not known from whom.

    So does what a carried one ticks or fills in and its carrier does not.
    """
    there = pl.concat(
        [carrier.entry.select(ROW, "text")]
        + [carrier.registration.select(ROW, pl.col(column).alias("text")) for column in NARRATIVES]
    ).rename({ROW: "carrier_row"})
    filled = _filled_in(carrier.registration, carried.registration, pairs)
    own = [
        filled.select(
            ROW, pl.col("known_at").alias("written_at"), pl.col(column).alias("text"), "registration_number", "version"
        )
        for column in (*NARRATIVES, "filled_in")
    ]
    told = pl.concat([carried.entry.with_columns(pl.lit(1).alias("after")), *_as_entries(carried.entry, own)])
    added = (
        told.drop_nulls("text")
        .join(pairs, on=ROW)
        .join(there, on=["carrier_row", "text"], how="anti")
        .sort("carrier_row", ROW, "after", "entry_number", maintain_order=True)  # description, then reason
    )
    numbered = _numbered_on(added, carrier.entry, "entry_number").with_columns(
        pl.col("number").alias("entry_number"), pl.col("carrier_row").alias(ROW)
    )
    return numbered.select(carrier.entry.columns)


def _filled_in(carrier: pl.DataFrame, carried: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Add to the carried registrations what they tick or fill in and their carrier does not (`filled_in`)."""
    lead, words = read_carried()
    own = carrier.select(pl.col(ROW).alias("carrier_row"), pl.col(list(words)).name.prefix("own_"))
    beside = carried.join(pairs, on=ROW).join(own, on="carrier_row", how="left", maintain_order="left")
    told = [_otherwise(column, carried.schema[column], word) for column, word in words.items()]
    said = pl.concat_str(told, separator="; ", ignore_nulls=True)
    return beside.with_columns(pl.when(said != "").then(pl.format(f"{lead} {{}}.", said)).alias("filled_in"))


def _otherwise(column: str, kind: pl.DataType, word: str) -> pl.Expr:
    theirs, own = pl.col(column), pl.col(f"own_{column}")
    if kind == pl.Boolean():
        return pl.when(theirs & ~own.fill_null(value=False)).then(pl.lit(word))
    if isinstance(kind, pl.List):
        more = theirs.list.set_difference(own.fill_null([])).list.sort()
        return pl.when(more.list.len() > 0).then(pl.format(f"{word} {{}}", more.list.join(", ")))
    said = theirs.dt.strftime("%d-%m-%Y") if kind == pl.Date() else theirs
    return pl.when(theirs.is_not_null() & theirs.ne_missing(own)).then(pl.format(f"{word} {{}}", said))


def _as_entries(entry: pl.DataFrame, own: list[pl.DataFrame]) -> list[pl.DataFrame]:
    empty = entry.clear().with_columns(pl.lit(0).alias("after"))
    return [pl.concat([empty, part.with_columns(pl.lit(0).alias("after"))], how="diagonal") for part in own]


def _prior_incidents(carrier: pl.DataFrame, carried: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    return (
        carried.join(numbers, on=SELF)
        .with_columns(pl.col("carrier_row").alias(ROW), pl.col("carrier_person").alias("person_number"))
        .select(carrier.columns)
        .join(carrier, on=[*SELF, "date", "incident_code", "role"], how="anti", nulls_equal=True)
        .unique([*SELF, "date", "incident_code", "role"], keep="first", maintain_order=True)
    )
