"""What tonight's reports take over of the registrations that they carry: some parts' carriers at a time.

Texts and persons of what is carried wait in files, by the part of their carrier; those of reports that stand in a
region already in one of their own.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline.enrich.across import EARLIER, VERSION
from pipeline.enrich.carried import CARRIER
from pipeline.enrich.taken_over import take_over
from pipeline.load.staging import read_delivered
from pipeline.schema import ROW, TABLES, Tables
from pipeline.settle.partitions import Partitions
from pipeline.settle.parts import Part, group_count
from pipeline.settle.taken_along import TakenAlong

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


@dataclass(frozen=True)
class Takeover:
    """Who takes over what."""

    pairs: pl.DataFrame
    """row, carrier_row, and the `group` of the carrier's part."""
    between: pl.DataFrame
    """The links between persons of both, as `take_over` reads them."""
    delivered: pl.DataFrame
    """CARRIED, a line a carrier that stands in a region already, with the numbers (list) that it carries tonight;
    their group comes after the parts'."""
    carried: dict[str, Partitions]
    """What may be shared of tonight's carried registrations: a table a name, a file a group."""
    along: list[Tables]
    """What may be shared of what was carried before tonight."""
    numbered: pl.DataFrame
    """Persons of carriers of tonight that stand in some of their regions already, under their row (below 0): who comes
    there is numbered on from those of all regions."""

    def of_group(self, given: cursor, parts: list[Part]) -> Tables:
        """Return what the carriers of one group of parts get, under their row."""
        own = self.pairs.filter(group=parts[0].group).select(pl.col("carrier_row").alias(ROW)).unique()
        carriers = [part.allowed().only(own) for part in parts]
        return self._taken(parts[0].group, [*carriers, read_delivered(given, self.delivered.clear())])

    def of_delivered(self, given: cursor) -> Tables:
        """Return what reports that stand in a region already get, under their row (below 0)."""
        stand = read_delivered(given, self.delivered)
        stand = replace(stand, person=pl.concat([stand.person, self.numbered.select(stand.person.columns)]))
        return self._taken(self.carried[TABLES[0].name].count - 1, [stand])

    def _taken(self, group: int, carriers: list[Tables]) -> Tables:
        pairs = self.pairs.filter(group=group).drop("group")
        between = self.between.join(pairs, on=[ROW, "carrier_row"], how="semi", maintain_order="left")
        tonight = Tables(*(self.carried[table.name].read(group) for table in TABLES))
        carried = _joined([tonight, *(tables.only(pairs) for tables in self.along)])
        # what was delivered has fewer columns than what may be shared tonight
        alike = tonight.only(pairs.clear())
        return take_over(_joined([alike, *carriers]), carried, pairs, between)


def divide(parts: list[Part], carried: pl.DataFrame, along: TakenAlong, scratch: Path) -> Takeover:
    """Bring what is carried to the group of its carrier.

    Args:
        parts: of the night.
        carried: carried.CARRIED.
        along: what was carried before tonight.
        scratch: where files may be made.
    """
    new = carried.drop_nulls(ROW)
    before = along.lines.select(pl.col("along_row").alias(ROW), "carrier_row")
    pairs = _with_group(parts, pl.concat([new.select(ROW, "carrier_row"), before]))
    files = {table.name: Partitions(scratch / f"carried-{table.name}", group_count(parts) + 1) for table in TABLES}
    late = new.filter(pl.col("carrier_row") < 0)
    own = new.filter(pl.col("carrier_row") >= 0).select(pl.col("carrier_row").alias(ROW), *CARRIER)
    numbered = own.join(late.select("carrier_row", *CARRIER), on=CARRIER).select(ROW, "carrier_row").unique()
    between, persons = [], []
    with ExitStack() as opened:
        add = {name: opened.enter_context(table.filled()) for name, table in files.items()}
        for part in parts:
            allowed = part.allowed()
            for name, rows in vars(allowed.only(pairs)).items():
                to = rows.join(pairs.select(ROW, "group").unique(), on=ROW, maintain_order="left")
                add[name](to.drop("group"), pl.lit(to["group"]))
            theirs = allowed.person.join(numbered, on=ROW)
            persons.append(theirs.drop(ROW).rename({"carrier_row": ROW}))
            links = part.read("found", "settled").filter(kind="link")
            between += [_between(links, new), _between_along(links, along.lines)]
    delivered = late.group_by("carrier_row", maintain_order=True).agg(
        pl.exclude("registration_number").first(), "registration_number"
    )
    return Takeover(pairs, pl.concat(between), delivered, files, along.allowed, pl.concat(persons))


def _with_group(parts: list[Part], pairs: pl.DataFrame) -> pl.DataFrame:
    """Add the group of each carrier's part; reports that stand in a region already come after all parts."""
    carriers = pairs.select(pl.col("carrier_row")).unique()
    held = [
        part.read("verdict")
        .select(pl.col(ROW).alias("carrier_row"), pl.lit(part.group).alias("group"))
        .join(carriers, on="carrier_row", how="semi")
        for part in parts
    ]
    known = pairs.join(pl.concat(held), on="carrier_row", how="left", maintain_order="left")
    return known.with_columns(pl.col("group").fill_null(group_count(parts)))


def _between(links: pl.DataFrame, carried: pl.DataFrame) -> pl.DataFrame:
    """Return the links of persons of carried registrations to those of their carriers, as `take_over` reads them."""
    return links.join(carried, left_on=["row", *EARLIER], right_on=["row", *CARRIER]).select(
        "row", "person_number", "carrier_row", pl.col("earlier_person_number").alias("carrier_person")
    )


def _between_along(links: pl.DataFrame, along: pl.DataFrame) -> pl.DataFrame:
    """Return the links of persons of tonight's carriers to those whom they take along, as `take_over` reads them."""
    return links.join(along, left_on=["row", *EARLIER], right_on=["carrier_row", *VERSION]).select(
        pl.col("along_row").alias("row"),
        pl.col("earlier_person_number").alias("person_number"),
        pl.col("row").alias("carrier_row"),
        pl.col("person_number").alias("carrier_person"),
    )


def _joined(tables: list[Tables]) -> Tables:
    return Tables(
        *(pl.concat([getattr(each, table.name) for each in tables], how="diagonal_relaxed") for table in TABLES)
    )
