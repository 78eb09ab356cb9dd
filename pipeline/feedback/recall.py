"""Taking back what a region holds: a row in its `recall`, an entry in the ledger, nothing deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.decide.about import ABOUT
from pipeline.load import ledger
from pipeline.load.database import frame, now, query
from pipeline.load.recalls import NOT_RECALLED, take_back
from pipeline.load.staging import lock_region
from pipeline.schema import schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

STANDING: Final = f"""
    SELECT unit, registration_number, version, %(reason)s, %(replaced_by)s::integer, %(night)s::date
    FROM {{schema}}.report
    WHERE (unit, registration_number, version) = (%(unit)s, %(number)s, %(version)s) AND {NOT_RECALLED}
"""  # noqa: S608 - our own text
"""A report version that a region holds and was not taken back there."""


@dataclass(frozen=True, order=True)
class Held:
    """A report version that a region holds."""

    region: str
    unit: str
    registration_number: str
    version: int

    @property
    def schema(self) -> str:
        """The region's schema."""
        return schema_of(self.region)

    @property
    def key(self) -> tuple[str, str, int]:
        """The report version, without the region."""
        return self.unit, self.registration_number, self.version


def standing(given: cursor, number: str, unit: str | None = None, region: str | None = None) -> list[Held]:
    """Return which regions hold which versions of a registration that were not recalled."""
    rows = query(
        given,
        "SELECT region, unit, registration_number, version FROM intake.delivery"
        " LEFT JOIN intake.recalled USING (region, unit, registration_number, version)"
        " WHERE registration_number = %s AND recalled.reason IS NULL"
        " AND (%s::text IS NULL OR unit = %s) AND (%s::text IS NULL OR region = %s) ORDER BY 1, 2, 3, 4",
        (number, unit, unit, region, region),
    )
    return [Held(*row) for row in rows]


def lock_regions(given: cursor, regions: Sequence[str]) -> None:
    """Wait until no load works on these regions; in one order, so that two programs never wait for each other."""
    for region in sorted(set(regions)):
        lock_region(given, region)


def recall(given: cursor, held: Held, reason: str, night: date, replaced_by: int | None = None) -> bool:
    """Take a report version back from its region; tell whether it stood there.

    Args:
        given: cursor of the caller's transaction.
        held: what to take back.
        reason: `replaced`, an outcome, `rerouted` or one of rectify.REASONS.
        night: the night that brings the recall; by day, the day itself: its night is yet to come.
        replaced_by: the version that stands in its place.
    """
    values = {"unit": held.unit, "number": held.registration_number, "version": held.version}
    told = {"reason": reason, "replaced_by": replaced_by, "night": night}
    return take_back(given, held.region, STANDING, values | told) > 0


def record_disclosure(given: cursor, held: Held, region: str, added: Sequence[int] = ()) -> None:
    """Say in the ledger of `region` that it got what the region of `held` had got, additions too, and about whom.

    With `added`: that a report which it holds already got these persons.
    """
    told = frame(
        given,
        f"SELECT {', '.join(ledger.ENTRY)} FROM intake.ledger WHERE kind IN ('disclosure', 'amendment')"  # noqa: S608
        " AND chain = %s AND (unit, registration_number, version) = (%s, %s, %s) ORDER BY sequence",
        ledger.ENTRY,
        (held.region, *held.key),
    )
    union = [
        pl.col(name).explode().drop_nulls().unique().sort().implode().alias(name) for name in ("elements", "withheld")
    ]
    others = [pl.col(name).first() for name in ledger.ENTRY.names() if name not in {"elements", "withheld"}]
    kind = pl.lit("amendment") if added else pl.col("kind")
    entry = told.select(*others, *union).with_columns(pl.lit(region).alias("region"), kind.alias("kind"))
    about = _about(given, held)
    about = about.filter(pl.col("person_number").is_in(added)) if added else about
    ledger.append(given, region, entry.select(ledger.ENTRY.names()) if len(told) else told, now(given), about)


def _about(given: cursor, held: Held) -> pl.DataFrame:
    """Return (ABOUT) whom the disclosures of a report version to its region were about."""
    persons = frame(
        given,
        "SELECT unit, registration_number, version, person_number, ledger_person.elements, keys"
        " FROM intake.ledger JOIN intake.ledger_person USING (chain, sequence)"
        " WHERE chain = %s AND (unit, registration_number, version) = (%s, %s, %s)",
        ABOUT,
        (held.region, *held.key),
    )
    key = [name for name in ABOUT.names() if name not in {"elements", "keys"}]
    union = [pl.col(name).explode().drop_nulls().unique().sort().alias(name) for name in ("elements", "keys")]
    return persons.group_by(key).agg(union).select(ABOUT.names())


def change_regions(
    given: cursor,
    held: Held,
    regions: Sequence[str],
    becomes: str,
    reason: str,
    account: str,
    comment: str | None,
) -> list[tuple[date, str, int]]:
    """Let the outcome of a forwarded version follow what was done to its deliveries, and note who did it.

    Args:
        given: cursor of the caller's transaction.
        held: the version; its region is one that the outcome names.
        regions: where the report goes from now on; none unless it `becomes` forward.
        becomes: the outcome.
        reason: reason code that is put first.
        account: who decided.
        comment: why, in words.

    Returns:
        night, export_id and row of each outcome that was changed.
    """
    given.execute(
        # why it went is no reason of what it becomes
        "UPDATE intake.outcome SET outcome = %(becomes)s, regions = %(regions)s, decided_by = 'desk', reasons ="
        " array_prepend(%(reason)s, CASE %(becomes)s WHEN 'forward' THEN reasons"
        " ELSE array_remove(reasons, 'well_founded') END)"
        " WHERE (unit, registration_number, version) = (%(unit)s, %(number)s, %(version)s)"
        " AND outcome = 'forward' AND %(region)s = ANY (regions) RETURNING night, export_id, row",
        {
            **{"becomes": becomes, "regions": list(regions), "reason": reason, "region": held.region},
            **dict(zip(("unit", "number", "version"), held.key, strict=True)),
        },
    )
    changed = given.fetchall()
    for night, export_id, row in changed:
        note_change(given, (held.unit, night, export_id, row), "forward", becomes, reason, account, comment)
    return changed


def note_change(
    given: cursor,
    place: tuple[str, date, str, int],
    before: str,
    becomes: str,
    reason: str,
    account: str,
    comment: str | None,
) -> None:
    """Note in the history of an outcome who changed it, and why; `place`: unit, night, export_id and row."""
    given.execute(
        "INSERT INTO intake.outcome_change (unit, night, export_id, row, from_outcome, to_outcome, reasons,"
        " changed_by, comment) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (*place, before, becomes, [reason], account, comment),
    )
