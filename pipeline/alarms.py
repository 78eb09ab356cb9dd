"""Whether a unit's night is like its own past: shares of outcomes against the band of earlier nights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING, Final

from pipeline.load.database import query
from pipeline.load.intake import NOT_REPEATED
from pipeline.policy.alarms import AlarmPolicy, read_alarm_policy

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

NOTHING_FORWARDED: Final = "nothing_forwarded"
TO_DEVIATION: Final = 1.4826
"""A normal spread's standard deviation, of its median absolute deviation."""
Counts = Mapping[str, int]
"""Registration versions of one night by outcome, repeats left out."""


@dataclass(frozen=True)
class Alarm:
    """One share that left its band."""

    unit: str
    night: date
    measure: str
    share: float
    low: float
    high: float
    judged: int
    nights: int


def judge_night(unit: str, night: date, tonight: Counts, past: Sequence[Counts], policy: AlarmPolicy) -> list[Alarm]:
    """Return the alarms of one unit's night.

    Args:
        unit: whose.
        night: which.
        tonight: counts of the night; one with too few registrations says nothing.
        past: counts of earlier nights, in any order.
        policy: how wide the band is, and how much it needs.
    """
    judged = sum(tonight.values())
    alarms = []
    if judged >= policy.nothing_forwarded_from and not tonight.get("forward"):
        alarms.append(Alarm(unit, night, NOTHING_FORWARDED, 0.0, 0.0, 1.0, judged, len(past)))
    counted = [counts for counts in past if sum(counts.values()) >= policy.least_registrations]
    if judged < policy.least_registrations or len(counted) < policy.least_nights:
        return alarms
    for measure in policy.measures:
        share = tonight.get(measure, 0) / judged
        low, high = band([counts.get(measure, 0) / sum(counts.values()) for counts in counted], judged, policy)
        if not low <= share <= high:
            alarms.append(Alarm(unit, night, measure, share, low, high, judged, len(counted)))
    return alarms


def band(shares: Sequence[float], judged: int, policy: AlarmPolicy) -> tuple[float, float]:
    """Return the band of a share: by its past nights, and by chance in a night of `judged` registrations.

    Median and median absolute deviation, so that one bad night of the past does not widen it. A share that was always
    nought or all still varies: as one that is met or missed once in two such nights.
    """
    middle = median(shares)
    spread = TO_DEVIATION * median(abs(share - middle) for share in shares)
    least = 1 / (2 * judged)
    likely = min(max(middle, least), 1 - least)
    reach = policy.deviations * sqrt(spread**2 + likely * (1 - likely) / judged)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def raise_alarms(given: cursor, night: date, units: Iterable[str]) -> list[Alarm]:
    """Judge a night of every unit that is complete, and keep what is found in place of what was found before."""
    policy = read_alarm_policy()
    counts = _counts(given, night - timedelta(days=policy.look_back_nights), night)
    found = []
    for unit in units:
        nights = dict(counts.get(unit, {}))
        tonight = nights.pop(night, None)
        if tonight is not None:
            found += judge_night(unit, night, tonight, list(nights.values()), policy)
    given.execute("DELETE FROM intake.alarm WHERE night = %s", (night,))
    for alarm in found:
        given.execute(
            "INSERT INTO intake.alarm (unit, night, measure, share, low, high, judged, nights)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            astuple(alarm),
        )
    return found


def read_alarms(given: cursor, night: date, unit: str | None = None) -> list[Alarm]:
    """Return the alarms of a night, of one unit or of all."""
    rows = query(
        given,
        "SELECT unit, night, measure, share, low, high, judged, nights FROM intake.alarm"
        " WHERE night = %s AND (%s::text IS NULL OR unit = %s) ORDER BY unit, measure",
        (night, unit, unit),
    )
    return [Alarm(*row) for row in rows]


def _counts(given: cursor, after: date, until: date) -> dict[str, dict[date, dict[str, int]]]:
    """Return counts by unit, night and outcome of what is loaded; a repeat is no registration of the night."""
    found: dict[str, dict[date, dict[str, int]]] = {}
    for unit, night, outcome, count in query(
        given,
        f"SELECT unit, night, outcome, count(*) FILTER (WHERE {NOT_REPEATED})"  # noqa: S608 - our own text
        " FROM intake.outcome JOIN intake.export USING (unit, night, export_id)"
        " WHERE night > %s AND night <= %s AND state = 'loaded' GROUP BY 1, 2, 3",
        (after, until),
    ):
        found.setdefault(unit, {}).setdefault(night, {})[outcome] = int(count)
    return found
