"""What a unit is told of a night: each export's receipt, what came back with its gaps, and how usual each gap is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from pipeline.load.database import query
from pipeline.load.intake import NOT_REPEATED
from pipeline.policy.rules import OUTCOMES
from pipeline.policy.words import Words

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

USUAL: Final = timedelta(days=90)
"""How far back "how often at your unit" counts."""


@dataclass(frozen=True)
class Receipt:
    """What was taken of one export. No name, no text, no number of a registration."""

    export_id: str
    channel: str
    dialect: str
    received: int
    outcomes: Mapping[str, int]
    """Registration versions by outcome; they add up to `received`."""
    dropped: Mapping[str, Sequence[str]]
    """Columns that no agreement names, by table."""
    set_aside: Mapping[str, int]
    """Rows of child tables that could not be used, by `table:reason`."""
    quality: Mapping[str, int]
    """How many registrations have a data-quality reason, by reason."""


@dataclass(frozen=True)
class Answer:
    """A later version of what was returned, and what became of it."""

    version: int
    night: date
    outcome: str


@dataclass(frozen=True)
class Returned:
    """One registration version that came back, or whose row was rejected, or that the desk has a question about."""

    registration_number: str | None
    version: int | None
    """Of a rejected row it may be that neither can be read."""
    export_id: str
    gaps: Sequence[str]
    """Criteria that are not met, as they are declared."""
    comments: Sequence[str]
    """What the desk asks for."""
    question: bool
    """It stays at the desk meanwhile: there is danger in it."""
    answer: Answer | None
    why: Sequence[str] = ()
    """Reasons that the gaps do not tell: why a person took back what was forwarded, or what of a row is not right."""
    rejected: bool = False
    """Its row breaks the contract."""


@dataclass(frozen=True)
class UnitNight:
    """Everything that a unit is told of a night."""

    unit: str
    night: date
    receipts: Sequence[Receipt]
    refusals: Sequence[Words]
    """Why a folder could not be used, and what to do."""
    returned: Sequence[Returned]
    usual: Mapping[str, float]
    """Share of the unit's registrations of the last 90 nights that lack a criterion, 0 to 1."""


def gather(given: cursor, unit: str, night: date) -> UnitNight:
    """Return what a unit is told of a night; nothing in it when the unit delivered nothing."""
    refusals = query(
        given,
        "SELECT reason, coalesce(reason_en, reason) FROM intake.refusal WHERE unit = %s AND night = %s"
        " ORDER BY channel",
        (unit, night),
    )
    returned = _returned(given, unit, night)
    return UnitNight(
        unit,
        night,
        _receipts(given, unit, night),
        [Words(*both) for both in refusals],
        returned,
        _usual(given, unit, night) if returned else {},
    )


def _receipts(given: cursor, unit: str, night: date) -> list[Receipt]:
    counted: dict[str, dict[str, int]] = {}
    for export, outcome, count in query(
        given,
        "SELECT export_id, outcome, count(*) FROM intake.outcome WHERE unit = %s AND night = %s GROUP BY 1, 2",
        (unit, night),
    ):
        counted.setdefault(export, dict.fromkeys(OUTCOMES, 0))[outcome] = int(count)
    quality: dict[str, dict[str, int]] = {}
    for export, reason, count in query(
        given,
        "SELECT export_id, reason, count(*) FROM intake.outcome CROSS JOIN LATERAL unnest(reasons) AS reason"
        " WHERE unit = %s AND night = %s AND reason LIKE '%%:%%' GROUP BY 1, 2 ORDER BY 3 DESC, 2",
        (unit, night),
    ):
        quality.setdefault(export, {})[reason] = int(count)
    exports = query(
        given,
        "SELECT export_id, channel, dialect, received, receipt FROM intake.export"
        " WHERE unit = %s AND night = %s AND state = 'loaded' ORDER BY started_at, export_id",
        (unit, night),
    )
    return [
        Receipt(
            *(export, channel, dialect, received),
            outcomes=counted.get(export, dict.fromkeys(OUTCOMES, 0)),
            dropped=receipt["dropped"],
            set_aside=receipt["set_aside"],
            quality=quality.get(export, {}),
        )
        for export, channel, dialect, received, receipt in exports
    ]


def _returned(given: cursor, unit: str, night: date) -> list[Returned]:
    rows = query(
        given,
        """
        WITH asked AS (SELECT DISTINCT unit, night, export_id, row FROM intake.desk_decision WHERE kind = 'return')
        SELECT registration_number, version, export_id, gaps, outcome,
               ARRAY(SELECT comment FROM intake.desk_decision decision
                     WHERE (decision.unit, decision.night, decision.export_id, decision.row)
                           = (outcome.unit, outcome.night, outcome.export_id, outcome.row)
                       AND decision.kind = 'return' AND comment <> '' ORDER BY decision)
               || ARRAY(SELECT comment FROM intake.outcome_change change
                        WHERE (change.unit, change.night, change.export_id, change.row)
                              = (outcome.unit, outcome.night, outcome.export_id, outcome.row)
                          AND change.reasons[1] LIKE 'rectified%%' AND comment IS NOT NULL ORDER BY change),
               ARRAY(SELECT reason FROM unnest(reasons) AS reason
                     WHERE reason LIKE 'rectified%%' OR outcome = 'reject'),
               asked.unit IS NOT NULL
        FROM intake.outcome JOIN intake.export USING (unit, night, export_id)
        LEFT JOIN asked USING (unit, night, export_id, row)
        WHERE unit = %s AND night = %s AND state = 'loaded' AND (outcome = 'return'
          OR NOT reasons @> '{desk_withhold}' AND (outcome = 'reject' OR outcome = 'hold' AND asked.unit IS NOT NULL))
        ORDER BY registration_number, version, row
        """,
        (unit, night),
    )
    answers = _answers(given, unit, [row[0] for row in rows])
    return [
        Returned(
            number, version, export, gaps, comments, asked and outcome != "return",
            next((one for one in answers.get(number, ()) if one.version >= _answered_by(version, outcome)), None),
            why, outcome == "reject",
        )
        for number, version, export, gaps, outcome, comments, why, asked in rows
    ]  # fmt: skip


def _answered_by(version: int | None, outcome: str) -> int:
    """Return the lowest version that answers one that came back: of a row that cannot be read its own."""
    return (version or 0) + (outcome != "reject")


def _answers(given: cursor, unit: str, numbers: Sequence[str]) -> dict[str, list[Answer]]:
    """Return the versions that loaded exports held of these numbers, lowest first; repeats left out."""
    found: dict[str, list[Answer]] = {}
    for number, *answer in query(
        given,
        "SELECT registration_number, version, night, outcome FROM intake.outcome"  # noqa: S608 - our own text
        " JOIN intake.export USING (unit, night, export_id)"
        " WHERE registration_number = ANY (%s) AND unit = %s AND state = 'loaded' AND outcome <> 'reject'"
        f" AND {NOT_REPEATED} ORDER BY version, night",
        (list(numbers), unit),
    ):
        found.setdefault(number, []).append(Answer(*answer))
    return found


def _usual(given: cursor, unit: str, night: date) -> dict[str, float]:
    """Return how many of the unit's judged registrations lack each criterion; what came again is none."""
    since: tuple[Any, ...] = (unit, night - USUAL, night)
    where = (
        " WHERE unit = %s AND night > %s AND night <= %s AND score IS NOT NULL AND outcome <> 'elsewhere'"
        f" AND {NOT_REPEATED}"
    )
    judged = query(given, f"SELECT count(*) FROM intake.outcome{where}", since)[0][0]  # noqa: S608 - our own text
    lacking = query(
        given,
        f"SELECT gap, count(*) FROM intake.outcome CROSS JOIN LATERAL unnest(gaps) AS gap{where} GROUP BY 1",  # noqa: S608
        since,
    )
    return {gap: count / judged for gap, count in lacking}


def answered_return(version: int, others: Sequence[tuple[int, date, str, bool]]) -> dict[str, Any] | None:
    """Return which return a version answers: the highest version below it, if that one came back.

    Args:
        version: of the registration that is explained.
        others: (version, night, outcome, repeated) of everything received of its number; a repeat is no version, and
            neither is one that cannot be read.
    """
    below = [other for other in others if other[0] < version and other[2] != "reject" and not other[3]]
    if not below:
        return None
    before, night, outcome, _ = max(below)
    return {"version": before, "night": night.isoformat()} if outcome == "return" else None
