"""What speaks no more for its registration: a higher version was received, or its own again with other contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.load.database import query
from pipeline.load.intake import NOT_REPEATED, OF_EXPORTS, ExportKey, columns_of
from pipeline.schema import VERSION_KEY

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

_ANEW: Final = """
    later.version = ours.version AND later.content_hash IS DISTINCT FROM ours.content_hash
    AND (later.night, later.started_at) > (
        SELECT own.night, own.started_at FROM intake.export AS own
        WHERE (own.unit, own.night, own.export_id) = (ours.unit, ours.night, ours.export_id))
"""
"""`later` tells of the version of `ours` with other contents, and after it: of a night that comes late, before it."""
LATER: Final = f"""
    SELECT max(later.version) FROM (
        SELECT * FROM intake.outcome JOIN intake.export USING (unit, night, export_id)) AS later
    WHERE later.state IN ('decided', 'loaded') AND later.outcome <> 'reject'
      AND (later.registration_number, later.unit) = (ours.registration_number, ours.unit)
      AND (later.version > ours.version OR NOT later.reasons @> '{{already_received}}' AND {_ANEW})
"""  # noqa: S608 - our own text
"""Of `ours` (intake.outcome) the highest version that was received above it, or its own with other contents after it.

What came last may be under embargo, or removed from use: what came before tells nothing of that. One that is decided
counts before its export is loaded: the regions may have been loaded already, and what it recalls there is not looked
for again.
"""
_LEAVE: Final = f"""
    WITH later AS (
        SELECT unit, registration_number, version, outcome, decided_by, content_hash, night, started_at
        FROM intake.outcome JOIN intake.export USING (unit, night, export_id)
        WHERE (unit, night, export_id) = (%s, %s, %s) AND outcome NOT IN ('hold', 'reject') AND {NOT_REPEATED}
    ), waits AS (
        SELECT DISTINCT ours.unit, ours.night, ours.export_id, ours.row, ours.outcome
        FROM later JOIN intake.outcome AS ours USING (unit, registration_number)
        JOIN intake.hold ON (hold.unit, hold.night, hold.export_id, hold.row)
             = (ours.unit, ours.night, ours.export_id, ours.row)
        WHERE (ours.version < later.version OR ours.version = later.version AND ours.outcome = 'reject'
               OR later.decided_by = 'desk' AND {_ANEW})
          AND decided_at IS NULL
          AND (NOT hold.danger OR later.decided_by = 'desk' OR later.outcome NOT IN ('return', 'elsewhere'))
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


def overtaken_by(given: cursor, exports: Sequence[ExportKey]) -> pl.DataFrame:
    """Return (VERSION_KEY) what these exports bring that is higher than what came before of the same number.

    Also one that is withheld or cannot be read, of which nothing is remembered: it recalls the earlier one, too.
    """
    rows = query(
        given,
        f"""
        SELECT DISTINCT unit, registration_number, version FROM intake.outcome AS new
        WHERE version > 1 AND {OF_EXPORTS}
          AND NOT EXISTS (SELECT FROM intake.outcome AS known JOIN intake.export USING (unit, night, export_id)
                          WHERE (known.registration_number, known.unit) = (new.registration_number, new.unit)
                            AND state = 'loaded' AND known.version >= new.version)
        """,  # noqa: S608 - our own text
        columns_of(exports),
    )
    return pl.DataFrame(rows, schema=VERSION_KEY, orient="row")
