"""What a person keeps back may stand at a region already, received before with other contents: it stands no longer.

To withhold a version, or to find that it is not for Veilig Thuis, is said of its latest contents, and so of the
version: as a later one that does not come it recalls what stands, with its outcome as the reason (CONTRACT.md, what
becomes of a registration). While it waits nothing is recalled: a person has to see it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from pipeline.feedback.recall import change_regions, note_change, recall, standing
from pipeline.feedback.rectify import HoldAgain, hold_carried
from pipeline.load.database import query
from pipeline.load.taken_out import take_out_gone

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


_CARRIERS: Final = (
    "WITH carrier AS MATERIALIZED ("
    " SELECT DISTINCT split_part(carried_by, ' ', 1) AS unit, split_part(carried_by, ' ', 2) AS registration_number"
    " FROM intake.outcome WHERE carried_by IS NOT NULL AND (unit, registration_number, version) = (%s, %s, %s))"
)
"""The reports that carry a version, whatever version of theirs."""


@dataclass(frozen=True)
class KeptBack:
    """A version that a person keeps back."""

    unit: str
    registration_number: str
    version: int
    becomes: str
    """`withhold` or `elsewhere`."""
    account: str
    comment: str | None

    @property
    def key(self) -> tuple[str, str, int]:
        """The version."""
        return self.unit, self.registration_number, self.version

    @property
    def reason(self) -> str:
        """Code of the reason that is put first."""
        return f"desk_{self.becomes}"


def regions_told(given: cursor, unit: str, number: str, version: int) -> list[str]:
    """Return the regions where a version stands, by itself or in a report that carries it."""
    carriers = query(given, f"{_CARRIERS} SELECT * FROM carrier", (unit, number, version))  # noqa: S608 - our own text
    carrying = [each.region for carrier, named in carriers for each in standing(given, named, carrier)]
    return sorted({*_standing(given, unit, number, version), *carrying})


def regions_with_it(given: cursor, unit: str, number: str, version: int) -> list[str]:
    """Return the regions where a version stands, and those with a report that carried it and was taken back."""
    return sorted({*_standing(given, unit, number, version), *_regions_of_carriers(given, unit, number, version)})


def withdraw(given: cursor, kept: KeptBack, today: date, hold_again: HoldAgain) -> None:
    """Take back from every region what stands of a version that a person keeps back; the outcome follows.

    What its report carried waits for a person; a report that carries it tells it no more. Twice is once.

    Args:
        given: cursor of the caller's transaction, which holds the locks of `regions_with_it`.
        kept: the version.
        today: the Dutch day on which it is done.
        hold_again: puts a row on the desk again.
    """
    held = [each for each in standing(given, kept.registration_number, kept.unit) if each.version == kept.version]
    for each in held:
        recall(given, each, kept.becomes, today)
        change_regions(given, each, [], kept.becomes, kept.reason, kept.account, kept.comment)
    if held:
        hold_carried(given, [kept.key], ("carrier_withdrawn", kept.account, kept.comment), hold_again)
    _take_out(given, kept)


def _standing(given: cursor, unit: str, number: str, version: int) -> list[str]:
    return [each.region for each in standing(given, number, unit) if each.version == version]


def _regions_of_carriers(given: cursor, unit: str, number: str, version: int) -> list[str]:
    found: list[tuple[str]] = query(
        given,
        f"{_CARRIERS} SELECT DISTINCT region FROM carrier JOIN intake.delivery"  # noqa: S608 - our own text
        " USING (unit, registration_number)",
        (unit, number, version),
    )
    return [region for (region,) in found]


def _take_out(given: cursor, kept: KeptBack) -> None:
    """Take it out of the reports that carry it, and note that nothing carries it."""
    for region in sorted(_regions_of_carriers(given, *kept.key)):
        given.execute(
            "CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT %s::text AS registration_number, %s::integer AS highest",
            kept.key[1:],
        )
        take_out_gone(given, region, kept.becomes)
        given.execute("DROP TABLE gone")
    given.execute(
        "UPDATE intake.outcome SET outcome = %s, carried_by = NULL, decided_by = 'desk',"
        " reasons = array_prepend(%s, array_remove(reasons, 'same_event'))"
        " WHERE (unit, registration_number, version) = (%s, %s, %s) AND carried_by IS NOT NULL"
        " RETURNING night, export_id, row",
        (kept.becomes, kept.reason, *kept.key),
    )
    for night, export_id, row in given.fetchall():
        place = (kept.unit, night, export_id, row)
        note_change(given, place, "duplicate", kept.becomes, kept.reason, kept.account, kept.comment)
