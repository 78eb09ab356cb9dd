"""Who lives at the address, by the registrations: which children, and which of them this registration leaves out.

Known are keyed hashes only: a child that is missing here is named by the registration and number it was seen under,
for VT to ask about. A child that the text mentions and the list lacks is a gap of this report, and no link.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.enrich.across import EARLIER
from pipeline.schema import Tables

AT_HOME: Final = ("SO", "KI")
CHILD_WORDS: Final = (
    r"(?i)\b(kind(eren|je|jes)?|zoon(tje)?|zonen|dochter(s|tje)?|baby|peuter|kleuter|stiefkind(eren)?)\b"
)
SEEN: Final = [*EARLIER, "earlier_person_number"]


def homes(person: pl.DataFrame, identified: pl.DataFrame) -> pl.DataFrame:
    """Return `row`, `address` (hash) of the homes of victims and children: what to ask the history about."""
    living = person.filter(pl.col("role").is_in(AT_HOME)).select("row", "person_number")
    return (
        living.join(identified, on=["row", "person_number"])
        .select("row", "address")
        .drop_nulls()
        .unique()
        .sort("row", "address")
    )


def household(tables: Tables, identified: pl.DataFrame, seen: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Tell each registration's household.

    Args:
        tables: tonight's.
        identified: `identity.identify` of tonight's persons.
        seen: who was registered at these addresses before (columns of `load.history.EARLIER_PERSONS`).
        links: columns of LINKS; somebody linked or hinted at is in this registration.

    Returns:
        One row a registration:

        - `row`
        - `residents`: how many persons of tonight live at a home of victim or child
        - `children_listed`
        - `children_elsewhere`: list of `unit number person` of children who were seen at the address and are not in
          this registration, each once
        - `child_in_text_only`: the text names a child, and the persons hold none
    """
    at = homes(tables.person, identified)
    present = (
        identified.select("row", "person_number", "address")
        .join(at, on=["row", "address"])
        .select("row", "person_number")
    )
    residents = present.group_by("row").agg(pl.len().cast(pl.Int64).alias("residents"))
    listed = tables.person.group_by("row").agg((pl.col("role") == "KI").sum().cast(pl.Int64).alias("children_listed"))
    missing = _missing_children(tables, identified, seen.join(at, on="address"), links)
    return (
        tables.registration.select("row")
        .join(residents, on="row", how="left", maintain_order="left")
        .join(listed, on="row", how="left", maintain_order="left")
        .join(missing, on="row", how="left", maintain_order="left")
        .join(_told_of_children(tables), on="row", how="left", maintain_order="left")
        .with_columns(pl.col("residents", "children_listed").fill_null(0), pl.col("children_elsewhere").fill_null([]))
        .with_columns(pl.col("child_told").fill_null(value=False) & (pl.col("children_listed") == 0))
        .rename({"child_told": "child_in_text_only"})
    )


def _missing_children(
    tables: Tables, identified: pl.DataFrame, seen: pl.DataFrame, links: pl.DataFrame
) -> pl.DataFrame:
    own = tables.registration.select("row", "registration_number")
    children = (
        seen.filter("child").join(own, on="row").filter(pl.col("earlier_number") != pl.col("registration_number"))
    )
    # One child of several registrations is one: by birth date and first name, as far as these were known.
    same = ["row", "birth", "given_first"]
    told = identified.select("row", "birth", pl.col("given_sound").list.first().alias("given_first"))
    known = links.select("row", *SEEN).unique()
    return (
        children.join(known, on=["row", *SEEN], how="anti")
        .join(told, on=same, how="anti")
        .sort("night", *SEEN, descending=[True, *[False] * len(SEEN)])
        .unique(same, keep="first", maintain_order=True)
        .sort("row", *SEEN)
        .group_by("row", maintain_order=True)
        .agg(
            pl.concat_str("earlier_unit", "earlier_number", "earlier_person_number", separator=" ").alias(
                "children_elsewhere"
            )
        )
    )


def _told_of_children(tables: Tables) -> pl.DataFrame:
    texts = [
        tables.registration.select("row", pl.col("description").alias("text")),
        tables.registration.select("row", pl.col("reason_for_report").alias("text")),
        tables.entry.select("row", "text"),
    ]
    return pl.concat(texts).group_by("row").agg(pl.col("text").str.contains(CHILD_WORDS).any().alias("child_told"))
