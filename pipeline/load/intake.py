"""Exports on the police side: what was received before, what became of it, what waits for a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pipeline.load.database import copy, fill, frame, query, transaction
from pipeline.load.refusals import forget_refusal
from pipeline.schema import ROW, schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

UNIT_LOCK: Final = 7_301_949
KNOWN: Final = pl.Schema({ROW: pl.Int64(), "same": pl.Boolean(), "highest": pl.Int64(), "retracted": pl.Int64()})
DECIDED: Final = pl.Schema({ROW: pl.Int64(), "outcome": pl.String(), "regions": pl.List(pl.String)})


@dataclass(frozen=True)
class ExportKey:
    """Which export."""

    unit: str
    night: date
    export_id: str

    def values(self) -> tuple[str, date, str]:
        """Return the key as PostgreSQL takes it."""
        return self.unit, self.night, self.export_id


REPEATED: Final = ("already_received", "superseded")
"""Reasons of a version that tells nothing of its own: it was received before, or below one that is known."""
NOT_REPEATED: Final = f"NOT reasons && '{{{', '.join(REPEATED)}}}'"
"""Condition on intake.outcome."""
OF_EXPORTS: Final = """
    (unit, night, export_id) IN (SELECT * FROM unnest(%(units)s::text[], %(nights)s::date[], %(export_ids)s::text[]))
"""
"""Condition on intake.outcome: it came with one of some exports (`columns_of`)."""
SPEAKS: Final = """
    version DESC, outcome = 'forward' DESC, carried_by IS NULL, reasons @> ARRAY['already_received'],
    night DESC, export_id DESC, row
"""
"""Order of the rows of intake.outcome of one registration: the first speaks for it.

Of its versions the highest; of that what stands in a region, by itself or in another one's report; of copies in one
export the first.
"""
LAST_SAID: Final = f"""
    SELECT DISTINCT ON (unit, registration_number) unit, registration_number, version, outcome, reasons, carried_by
    FROM intake.outcome
    WHERE version > 1 AND {OF_EXPORTS}
    ORDER BY unit, registration_number, {SPEAKS}
"""  # noqa: S608 - our own text
"""What exports say at last of registrations that came before."""

_REACHED: Final = """(decided_by = 'desk' OR EXISTS (
    SELECT FROM intake.delivery
    WHERE (delivery.unit, delivery.registration_number, delivery.version)
          = (outcome.unit, outcome.registration_number, outcome.version)
      AND delivery.region = ANY (outcome.regions)))"""
"""Condition on intake.outcome of an export that was never loaded: a region has its report, or had it taken back."""

_LEFT: Final = """
    (export.unit, export.night) = (%s, %s) AND export.export_id <> %s AND channel = 'nightly' AND state <> 'loaded'
"""
"""Condition on intake.export: a crash left it unfinished, and another one stands in its folder."""
_ITS: Final = "(outcome.unit, outcome.night, outcome.export_id) = (export.unit, export.night, export.export_id)"
_ABANDON: Final = (
    f"DELETE FROM intake.outcome USING intake.export WHERE {_ITS} AND {_LEFT} AND NOT {_REACHED}",  # noqa: S608
    f"""
    UPDATE intake.export SET state = 'loaded', loaded_at = now(),
                             received = (SELECT count(*) FROM intake.outcome WHERE {_ITS})
    WHERE {_LEFT} AND EXISTS (SELECT FROM intake.outcome WHERE {_ITS})
    """,  # noqa: S608
    f"DELETE FROM intake.export WHERE {_LEFT}",  # noqa: S608
)

MEANWHILE: Final = f"""
    SELECT higher.* FROM (SELECT * FROM intake.outcome WHERE {OF_EXPORTS}) AS ours
    JOIN intake.outcome AS higher USING (unit, registration_number)
    JOIN intake.export ON (export.unit, export.night, export.export_id) = (higher.unit, higher.night, higher.export_id)
    WHERE (%(region)s::text IS NULL OR %(region)s = ANY (ours.regions))
      AND higher.version > ours.version AND higher.outcome <> 'reject' AND state IN ('decided', 'loaded')
"""  # noqa: S608 - our own text
"""Of what exports bring (to a region) the higher versions that were received: a night run beside theirs was quicker."""


def columns_of(exports: Sequence[ExportKey]) -> dict[str, Any]:
    """Return the keys of exports as OF_EXPORTS asks for them."""
    return {
        "units": [key.unit for key in exports],
        "nights": [key.night for key in exports],
        "export_ids": [key.export_id for key in exports],
    }


def lock_unit(given: cursor, unit: str, night: date) -> None:
    """Wait until no other program works on this unit and night; held until the transaction ends."""
    given.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (UNIT_LOCK, f"{unit} {night}"))


def read_export(given: cursor, key: ExportKey) -> tuple[str, str] | None:
    """Return (state, manifest digest) of an export that was accepted before, or None."""
    rows = query(
        given,
        "SELECT state, manifest_digest FROM intake.export WHERE (unit, night, export_id) = (%s, %s, %s)",
        key.values(),
    )
    return (rows[0][0], rows[0][1]) if rows else None


def has_reached(given: cursor, key: ExportKey) -> bool:
    """Tell whether a region was reached by a report of an export that was never loaded."""
    return bool(
        query(
            given,
            f"SELECT FROM intake.outcome WHERE (unit, night, export_id) = (%s, %s, %s) AND {_REACHED} LIMIT 1",
            key.values(),
        )
    )


def begin_export(given: cursor, key: ExportKey, facts: dict[str, Any]) -> None:
    """Open an export: what policy decided over an earlier attempt at it goes, and so does the unit's open refusal.

    So does what was left of another one that stood in its folder and that nothing will ever finish. What a person
    decided of it meanwhile stands: a report of it had reached a region, and was taken back (`feedback.rectify`).
    """
    if facts["channel"] == "nightly":
        _abandon_others(given, key)
    forget_decided(given, key)
    told = {**facts, "state": "running", "receipt": json.dumps(facts["receipt"], ensure_ascii=False)}
    names, anew = ", ".join(told), ", ".join(f"EXCLUDED.{name}" for name in told)
    given.execute(
        f"INSERT INTO intake.export (unit, night, export_id, {names}) VALUES %s"  # noqa: S608 - our own names
        f" ON CONFLICT (unit, night, export_id) DO UPDATE SET ({names}, started_at) = ({anew}, EXCLUDED.started_at)",
        ((*key.values(), *told.values()),),
    )
    forget_refusal(given, key.unit, key.night, facts["channel"])


def _abandon_others(given: cursor, key: ExportKey) -> None:
    """Let go of a night's other exports that a crash left unfinished and whose folder was replaced since.

    What of them reached a region already stays, as received, also where a person took it back: the one that comes now
    repeats it.
    """
    for statement in _ABANDON:
        given.execute(statement, key.values())


def forget_decided(given: cursor, key: ExportKey) -> None:
    """Let go of what policy decided over an export, to decide anew; what a person decided of it stands."""
    for table, whose in (("outcome", " AND decided_by <> 'desk'"), ("quality", "")):
        given.execute(
            f"DELETE FROM intake.{table} WHERE (unit, night, export_id) = (%s, %s, %s){whose}",  # noqa: S608
            key.values(),
        )


def decided_by_persons(given: cursor, key: ExportKey) -> pl.DataFrame:
    """Return (DECIDED) what persons decided of an export before it was loaded."""
    return frame(
        given,
        "SELECT row, outcome, regions FROM intake.outcome WHERE (unit, night, export_id) = (%s, %s, %s)"
        " AND decided_by = 'desk'",
        DECIDED,
        key.values(),
    )


def known_versions(given: cursor, key: ExportKey, registration: pl.DataFrame, channel: str = "nightly") -> pl.DataFrame:
    """Look up what loaded exports said of the same numbers.

    What the night's other channel decided counts before it is loaded: urgent and nightly run side by side, and the
    second must see the first. A copy of what was received says nothing by itself: were it to count, two that each
    crashed on their way could each stand back for the other.

    Returns:
        One line for each row whose number is known: `same` (this version: with the same contents, with others, or
        null: not received), `highest` version received that is no retraction, `retracted` (highest that is).
    """
    arrived = registration.select(ROW, "registration_number", "version", pl.col("content_hash").alias("hash"))
    fill(given, "arrived", "row bigint, registration_number text, version integer, hash text", arrived)
    known = frame(
        given,
        """
        SELECT arrived.row,
               bool_or(outcome.content_hash = arrived.hash) FILTER (WHERE outcome.version = arrived.version),
               max(outcome.version) FILTER (WHERE NOT retraction),
               max(outcome.version) FILTER (WHERE retraction)
        FROM arrived
        JOIN intake.outcome ON outcome.registration_number = arrived.registration_number AND outcome.unit = %s
        JOIN intake.export USING (unit, night, export_id)
        CROSS JOIN LATERAL (SELECT outcome.reasons @> '{retracted}' AS retraction) AS said
        WHERE (export.state = 'loaded'
               OR export.state = 'decided' AND export.night = %s AND export.channel <> %s)
          AND outcome.outcome <> 'reject' AND NOT outcome.reasons @> '{already_received}'
          AND (outcome.night, outcome.export_id) <> (%s, %s)
        GROUP BY arrived.row
        """,
        KNOWN,
        (key.unit, key.night, channel, key.night, key.export_id),
    )
    given.execute("DROP TABLE arrived")
    return known


def ask_earlier_messages(dsn: str, key: ExportKey) -> Callable[[Sequence[str]], dict[str, list[tuple[int, str]]]]:
    """Return who answers `earlier_messages`, each time by a transaction of its own."""

    def earlier(numbers: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
        with transaction(dsn, "intake.outcome") as given:
            return earlier_messages(given, key, numbers)

    return earlier


def earlier_messages(given: cursor, key: ExportKey, numbers: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """Return (version, content hash) of what loaded exports of other nights held of these numbers, oldest first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for number, version, digest in query(
        given,
        "SELECT registration_number, version, content_hash FROM intake.outcome"
        " JOIN intake.export USING (unit, night, export_id)"
        " WHERE registration_number = ANY (%s) AND unit = %s AND state = 'loaded' AND content_hash IS NOT NULL"
        " AND (night, export_id) <> (%s, %s) ORDER BY registration_number, version",
        (list(numbers), *key.values()),
    ):
        found.setdefault(number, []).append((version, digest))
    return found


def record_outcomes(given: cursor, key: ExportKey, outcomes: pl.DataFrame, holds: pl.DataFrame) -> None:
    """Record one part's outcomes (columns of intake.outcome but its key) and what a person must look at."""
    copy(given, "intake.outcome", outcomes.select(*_identity(key), pl.all()))
    record_holds(given, key, holds)


def record_holds(given: cursor, key: ExportKey, holds: pl.DataFrame) -> None:
    """Record what a person must look at (columns of intake.hold but its key)."""
    copy(given, "intake.hold", holds.select(*_identity(key), pl.all()))


def _identity(key: ExportKey) -> list[pl.Expr]:
    return [pl.lit(value).alias(name) for name, value in vars(key).items()]


def record_quality(given: cursor, key: ExportKey, counts: pl.DataFrame) -> None:
    """Record the counts of the quality rules: suite, rule, evaluated, failed, unknown."""
    copy(given, "intake.quality", counts.select(*_identity(key), "suite", "rule", "evaluated", "failed", "unknown"))


def is_delivered(given: cursor, key: ExportKey) -> bool:
    """Tell whether every report that an export forwards stands in the schema of its region."""
    return next(_lacking(given, key), None) is None


def _lacking(given: cursor, key: ExportKey) -> Iterator[str]:
    """Yield the regions whose schema lacks a report that an export forwards there."""
    forwarded = query(
        given,
        "SELECT region, count(*) FROM intake.outcome CROSS JOIN LATERAL unnest(regions) AS region"
        " WHERE (unit, night, export_id) = (%s, %s, %s) GROUP BY region",
        key.values(),
    )
    for region, count in forwarded:
        staged = query(
            given,
            f"SELECT count(*) FROM {schema_of(region)}.report JOIN intake.outcome"  # noqa: S608 - the schema of a region
            " USING (unit, registration_number, version)"
            " WHERE (outcome.unit, outcome.night, outcome.export_id) = (%s, %s, %s) AND %s = ANY (outcome.regions)",
            (*key.values(), region),
        )
        if staged[0][0] != count:
            yield region


def undelivered(given: cursor, night: date, at_hand: Sequence[ExportKey], region: str | None = None) -> list[str]:
    """Return the units whose last export of a night was decided, never loaded, and is not at hand.

    With `region` those of which that one lacks a report.
    """
    last = query(
        given,
        "SELECT DISTINCT ON (unit) unit, night, export_id, state FROM intake.export"
        " WHERE night = %s AND channel = 'nightly' ORDER BY unit, started_at DESC, export_id DESC",
        (night,),
    )
    gone = [key for *values, state in last if state == "decided" and (key := ExportKey(*values)) not in at_hand]
    return [key.unit for key in gone if region is None or region in _lacking(given, key)]


def set_state(given: cursor, key: ExportKey, state: str) -> None:
    """Note how far an export came; `loaded` also notes when."""
    given.execute(
        "UPDATE intake.export SET state = %s, loaded_at = CASE WHEN %s = 'loaded' THEN now() END"
        " WHERE (unit, night, export_id) = (%s, %s, %s)",
        (state, state, *key.values()),
    )
