"""What waits at the desk although a higher version of it was decided, or its own could be read: it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.load.intake import NOT_REPEATED, ExportKey

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

_LEAVE: Final = f"""
    WITH higher AS (
        SELECT unit, registration_number, version, outcome, decided_by FROM intake.outcome
        WHERE (unit, night, export_id) = (%s, %s, %s) AND outcome NOT IN ('hold', 'reject') AND {NOT_REPEATED}
    ), waits AS (
        SELECT DISTINCT unit, night, export_id, row, lower.outcome
        FROM higher JOIN intake.outcome AS lower USING (unit, registration_number)
        JOIN intake.hold USING (unit, night, export_id, row)
        WHERE (lower.version < higher.version OR lower.version = higher.version AND lower.outcome = 'reject')
          AND decided_at IS NULL
          AND (NOT hold.danger OR higher.decided_by = 'desk' OR higher.outcome NOT IN ('return', 'elsewhere'))
    ), gone AS (
        UPDATE intake.hold SET decided_at = now(), sealed = NULL, lock = lock + 1 FROM waits
        WHERE (hold.unit, hold.night, hold.export_id, hold.row)
              = (waits.unit, waits.night, waits.export_id, waits.row)
        RETURNING hold.unit, hold.night, hold.export_id, hold.row, waits.outcome
    )
    INSERT INTO intake.outcome_change (unit, night, export_id, row, from_outcome, to_outcome, reasons, changed_by)
    SELECT unit, night, export_id, row, outcome, outcome, '{{superseded}}', 'policy' FROM gone
"""  # noqa: S608 - our own text


def leave_overtaken(given: cursor, key: ExportKey) -> int:
    """Take off the desk what the decided versions of an export overtake; return how many.

    The outcome stays as it was counted; its history says `superseded`. While the higher one waits itself, both do. So
    does one in danger of which policy returns the higher version or finds it out of scope: a signal that a correction
    leaves out is for a person to see (a danger signal is never lost to a missing field). A row that could not be read
    is overtaken by its own version, too.
    """
    given.execute(_LEAVE, key.values())
    return int(given.rowcount)
