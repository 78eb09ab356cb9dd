"""What speaks no more for its registration: a higher version was received, or its own again with other contents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.load.intake import NOT_REPEATED, ExportKey

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

LATER: Final = """
    SELECT max(later.version) FROM intake.outcome AS later JOIN intake.export AS came USING (unit, night, export_id)
    WHERE came.state IN ('decided', 'loaded') AND later.outcome <> 'reject'
      AND (later.registration_number, unit) = (ours.registration_number, ours.unit)
      AND (later.version > ours.version
           OR later.version = ours.version AND later.content_hash IS DISTINCT FROM ours.content_hash
              AND NOT later.reasons @> '{already_received}' AND (night, came.started_at) > (
                  SELECT own.night, own.started_at FROM intake.export AS own
                  WHERE (own.unit, own.night, own.export_id) = (ours.unit, ours.night, ours.export_id)))
"""
"""Of `ours` (intake.outcome) the highest version that was received above it, or its own with other contents after it.

What came last may be under embargo, or removed from use: what came before tells nothing of that. One that is decided
counts before its export is loaded: the regions may have been loaded already, and what it recalls there is not looked
for again.
"""
_LEAVE: Final = f"""
    WITH higher AS (
        SELECT unit, registration_number, version, outcome, decided_by, started_at,
               decided_by = 'desk' AND reasons @> '{{contents_changed}}' AS changed
        FROM intake.outcome JOIN intake.export USING (unit, night, export_id)
        WHERE (unit, night, export_id) = (%s, %s, %s) AND outcome NOT IN ('hold', 'reject') AND {NOT_REPEATED}
    ), waits AS (
        SELECT DISTINCT unit, night, export_id, row, lower.outcome
        FROM higher JOIN intake.outcome AS lower USING (unit, registration_number)
        JOIN intake.hold USING (unit, night, export_id, row) JOIN intake.export AS came USING (unit, night, export_id)
        WHERE (lower.version < higher.version OR lower.version = higher.version
               AND (lower.outcome = 'reject' OR changed AND came.started_at < higher.started_at))
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
    is overtaken by its own version, too, and what came before with other contents by what a person decided of it since.
    """
    given.execute(_LEAVE, key.values())
    return int(given.rowcount)
