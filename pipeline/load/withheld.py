"""What waits at the desk and may be kept no more: nobody decides on it, it is withheld, and the ledger says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.load import ledger
from pipeline.load.database import frame, now

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def withhold_waiting(given: cursor, reason: str, ground: str) -> None:
    """Take what waits of `open_row` off the desk, contents and all: it is withheld, and so recorded.

    Args:
        given: cursor of the caller's transaction, which made the temporary table `open_row` (unit, night, export_id,
            row).
        reason: code of the gate that closes.
        ground: the article of law that it rests on.
    """
    given.execute(
        "CREATE TEMP TABLE waiting ON COMMIT DROP AS"
        " SELECT unit, night, export_id, row, outcome FROM open_row"
        " JOIN intake.outcome USING (unit, night, export_id, row) JOIN intake.hold USING (unit, night, export_id, row)"
        " WHERE decided_at IS NULL"
    )
    given.execute(
        "INSERT INTO intake.outcome_change (unit, night, export_id, row, from_outcome, to_outcome, reasons, changed_by)"
        " SELECT unit, night, export_id, row, outcome, 'withhold', ARRAY[%s], 'policy' FROM waiting"
        " WHERE outcome = 'hold'",
        (reason,),
    )
    given.execute(
        "UPDATE intake.hold SET decided_at = now(), sealed = NULL, lock = lock + 1"
        " WHERE (unit, night, export_id, row) IN (SELECT unit, night, export_id, row FROM waiting)"
    )
    closed = frame(
        given,
        """
        WITH closed AS (
            UPDATE intake.outcome SET outcome = 'withhold', decided_by = 'policy',
                reasons = array_prepend(%(reason)s, array_remove(reasons, %(reason)s))
            WHERE (unit, night, export_id, row) IN
                (SELECT unit, night, export_id, row FROM waiting WHERE outcome = 'hold')
            RETURNING *
        )
        SELECT 'withholding', night, unit, registration_number, version, NULL, '{}'::text[], reasons, %(ground)s,
               coalesce(closed.agreement_version, export.agreement_version), closed.policy_version, %(ground)s
        FROM closed JOIN intake.export USING (unit, night, export_id) ORDER BY unit, night, export_id, row
        """,
        ledger.ENTRY,
        {"reason": reason, "ground": ground},
    )
    given.execute("DROP TABLE waiting")
    for (unit,), entries in closed.group_by("unit", maintain_order=True):
        ledger.append(given, str(unit), entries, now(given))
