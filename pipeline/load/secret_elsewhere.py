"""Registrations of earlier exports that show an address which another one keeps secret: none of them stands longer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.load.database import query
from pipeline.load.intake import NOT_REPEATED, SPEAKS, ExportKey
from pipeline.receive.children import SECRET_ASIDE
from pipeline.schema import VERSION_KEY

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

SECRET_ELSEWHERE: Final = "secret_elsewhere"  # noqa: S105 - the id of a gate
HIDING: Final = (SECRET_ELSEWHERE, SECRET_ASIDE)
"""Reasons for which no address goes with a registration: another one, or a row that was set aside, keeps it secret."""
Number = tuple[str, str]
"""unit, registration number."""
LATEST: Final = f"""
    SELECT DISTINCT ON (outcome.unit, outcome.registration_number)
           outcome.unit, night, export_id, row, outcome.registration_number, version, outcome, regions,
           split_part(carried_by, ' ', 1), split_part(carried_by, ' ', 2), danger <> '{{}}',
           reasons && '{{{", ".join(HIDING)}}}'
    FROM unnest(%s::text[], %s::text[]) AS wanted (unit, registration_number)
    JOIN intake.outcome USING (unit, registration_number) JOIN intake.export USING (unit, night, export_id)
    WHERE state = 'loaded' AND outcome <> 'reject' AND {NOT_REPEATED}
    ORDER BY outcome.unit, outcome.registration_number, {SPEAKS}
"""  # noqa: S608 - our own text
CARRIED_BY: Final = """
    SELECT DISTINCT unit, registration_number FROM intake.outcome WHERE carried_by IS NOT NULL
    AND split_part(carried_by, ' ', 1) || ' ' || split_part(carried_by, ' ', 2) = ANY (%s)
"""


@dataclass(frozen=True)
class Standing:
    """What became of the highest version of a registration."""

    unit: str
    night: date
    export_id: str
    row: int
    registration_number: str
    version: int
    outcome: str
    regions: Sequence[str]
    carrier_unit: str | None
    carrier_number: str | None
    danger: bool
    marked: bool
    """Whether it has one of HIDING already: then it waits, or went without any address."""

    @property
    def number(self) -> Number:
        """Unit and number."""
        return self.unit, self.registration_number

    @property
    def place(self) -> tuple[str, date, str, int]:
        """Its key in intake.outcome."""
        return self.unit, self.night, self.export_id, self.row

    @property
    def key(self) -> ExportKey:
        """The export it came in."""
        return ExportKey(self.unit, self.night, self.export_id)


def standing_with(given: cursor, numbers: Iterable[Number], corrected: Mapping[Number, int]) -> list[Standing]:
    """Return what is to be held: `numbers`, what carries them, and what is in the same reports; none of it marked yet.

    What is `corrected` tonight by a higher version is left out: that recalls it, and its other parts come free.
    """
    found = _latest(given, numbers, corrected)
    carriers = {(one.carrier_unit or "", one.carrier_number or "") for one in found if one.carrier_number}
    found += _latest(given, carriers - {one.number for one in found}, corrected)
    reports = [" ".join(one.number) for one in found if one.outcome == "forward"]
    carried = set(query(given, CARRIED_BY, (reports,)))
    found += _latest(given, carried - {one.number for one in found}, corrected)
    return sorted((one for one in found if not one.marked), key=lambda one: (*one.number, one.version))


def _latest(given: cursor, numbers: Iterable[Number], corrected: Mapping[Number, int]) -> list[Standing]:
    wanted = sorted(numbers)
    units, names = [unit for unit, _ in wanted], [name for _, name in wanted]
    found = [Standing(*row) for row in query(given, LATEST, (units, names))]
    return [one for one in found if one.version >= corrected.get(one.number, 0)]


def once_in_one_report(given: cursor, numbers: Iterable[Number]) -> pl.DataFrame:
    """Return (unit, registration_number, version) what was in one report with an earlier version of `numbers`."""
    wanted = sorted(numbers)
    carriers = query(
        given,
        "SELECT DISTINCT split_part(carried_by, ' ', 1), split_part(carried_by, ' ', 2) FROM intake.outcome"
        " JOIN unnest(%s::text[], %s::text[]) AS wanted (unit, registration_number) USING (unit, registration_number)"
        " WHERE carried_by IS NOT NULL",
        ([unit for unit, _ in wanted], [name for _, name in wanted]),
    )
    carried = query(given, CARRIED_BY, ([" ".join(number) for number in wanted],))
    found = _latest(given, {*carriers, *carried} - set(wanted), {})
    return pl.DataFrame([(*one.number, one.version) for one in found], schema=VERSION_KEY, orient="row")


def marked(given: cursor, numbers: pl.DataFrame) -> pl.DataFrame:
    """Return (unit, registration_number, version) those of `numbers` (unit and number) that went without an address."""
    wanted = numbers.unique()
    rows = query(
        given,
        "SELECT DISTINCT unit, registration_number, version FROM intake.outcome"
        " JOIN unnest(%s::text[], %s::text[]) AS wanted (unit, registration_number) USING (unit, registration_number)"
        " WHERE outcome = 'forward' AND reasons && %s",
        (wanted.to_series(0).to_list(), wanted.to_series(1).to_list(), list(HIDING)),
    )
    return pl.DataFrame(rows, schema=VERSION_KEY, orient="row")


def mark_rows(given: cursor, key: ExportKey, rows: Sequence[int]) -> None:
    """Add the reason to what is not forwarded of an export: if a person or a new policy sends it, it goes hidden."""
    given.execute(
        "UPDATE intake.outcome SET reasons = array_append(reasons, %s) WHERE (unit, night, export_id) = (%s, %s, %s)"
        " AND row = ANY (%s) AND outcome IN ('hold', 'return', 'elsewhere') AND NOT reasons @> ARRAY[%s]",
        (SECRET_ELSEWHERE, *key.values(), list(rows), SECRET_ELSEWHERE),
    )


def hold_standing(given: cursor, one: Standing) -> None:
    """Let the outcome of what was forwarded or carried be `hold`; `held_again.to_the_desk` brings it there."""
    given.execute(
        "UPDATE intake.outcome SET outcome = 'hold', regions = '{}', carried_by = NULL, decided_by = 'policy',"
        " reasons = array_prepend(%s, array_remove(array_remove(reasons, 'same_event'), 'well_founded'))"
        " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
        (SECRET_ELSEWHERE, *one.place),
    )
