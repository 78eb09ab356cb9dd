"""What a report is made of, read in one transaction out of the daily counts; counts only, no registration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pipeline.load.database import frame, now, query, transaction
from pipeline.reports.daily import JUDGED, refresh
from pipeline.reports.period import Period

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

TEXT, COUNT, YES_NO, DAY = pl.String(), pl.Int64(), pl.Boolean(), pl.Date()


STATEMENTS: Final[dict[str, tuple[str, dict[str, pl.DataType]]]] = {
    "outcomes": (
        "SELECT unit, date_trunc(%(step)s, night)::date::text, date_trunc(%(unit_step)s, night)::date::text, outcome,"
        " founded, sum(count)::bigint FROM intake.daily_outcome"
        " WHERE night BETWEEN %(first)s AND %(last)s GROUP BY 1, 2, 3, 4, 5",
        {"unit": TEXT, "bucket": TEXT, "unit_bucket": TEXT, "outcome": TEXT, "founded": YES_NO, "count": COUNT},
    ),
    "regions": (
        "SELECT region, outcome, sum(count)::bigint FROM intake.daily_region"
        " WHERE night BETWEEN %(first)s AND %(last)s GROUP BY 1, 2",
        {"region": TEXT, "outcome": TEXT, "count": COUNT},
    ),
    "gaps": (
        "SELECT unit, criterion, sum(missed)::bigint, sum(alone)::bigint FROM intake.daily_gap"
        " WHERE night BETWEEN %(first)s AND %(last)s GROUP BY 1, 2",
        {"unit": TEXT, "criterion": TEXT, "missed": COUNT, "alone": COUNT},
    ),
    "deliveries": (
        "SELECT region, kind, suspicion, sequence, recalled, sum(count)::bigint"
        " FROM intake.daily_delivery"
        " WHERE night BETWEEN %(first)s AND %(last)s GROUP BY 1, 2, 3, 4, 5",
        {"region": TEXT, "kind": TEXT, "suspicion": TEXT, "sequence": TEXT, "recalled": YES_NO, "count": COUNT},
    ),
    "delays": (
        "SELECT unit, since, hours, sum(count)::bigint FROM intake.daily_delay"
        " WHERE night BETWEEN %(first)s AND %(last)s GROUP BY 1, 2, 3",
        {"unit": TEXT, "since": TEXT, "hours": COUNT, "count": COUNT},
    ),
    "answers": (
        "SELECT region, status, triage, closed, sum(count)::bigint FROM intake.daily_answer"
        " WHERE night BETWEEN %(first)s AND %(last)s GROUP BY 1, 2, 3, 4",
        {"region": TEXT, "status": TEXT, "triage": TEXT, "closed": TEXT, "count": COUNT},
    ),
    "agreed": (
        'SELECT criterion, sum("both")::bigint, sum(only_theirs)::bigint, sum(only_ours)::bigint'
        " FROM intake.daily_agreement"
        " WHERE night BETWEEN %(first)s AND %(last)s GROUP BY 1",
        {"criterion": TEXT, "both": COUNT, "only_theirs": COUNT, "only_ours": COUNT},
    ),
    "waiting": (
        "SELECT unit, hold.danger, hold.due < %(now)s, count(*),"
        " percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %(now)s - since) / 3600)"
        " FROM intake.hold JOIN intake.export USING (unit, night, export_id)"
        " WHERE export.state = 'loaded' AND decided_at IS NULL AND night <= %(last)s GROUP BY 1, 2, 3",
        {"unit": TEXT, "danger": YES_NO, "late": YES_NO, "count": COUNT, "age": pl.Float64()},
    ),
    "exports": (
        # what came urgently is no night
        "SELECT unit, night, bool_and(state = 'loaded') AND bool_or(channel = 'nightly'), min(agreement_version),"
        " (min(loaded_at) FILTER (WHERE channel = 'nightly') AT TIME ZONE 'Europe/Amsterdam')::date"
        " FROM intake.export"
        " WHERE night BETWEEN %(first)s AND %(last)s GROUP BY 1, 2",
        {"unit": TEXT, "night": DAY, "complete": YES_NO, "agreement": TEXT, "loaded_on": DAY},
    ),
    "observed": (
        "SELECT unit, outcome, founded, sum(count)::bigint, count(DISTINCT night) FROM intake.observed"
        " GROUP BY 1, 2, 3",
        {"unit": TEXT, "outcome": TEXT, "founded": YES_NO, "count": COUNT, "nights": COUNT},
    ),
    "shadow": (
        "SELECT unit, agreement_version, from_outcome, to_outcome, rule, sum(count)::bigint FROM intake.shadow"
        " WHERE night BETWEEN %(first)s AND %(last)s GROUP BY 1, 2, 3, 4, 5",
        {"unit": TEXT, "agreement": TEXT, "before": TEXT, "after": TEXT, "rule": TEXT, "count": COUNT},
    ),
    "shadowed": (
        "SELECT unit, agreement_version, count(DISTINCT night) FROM intake.shadow"
        " WHERE night BETWEEN %(first)s AND %(last)s GROUP BY 1, 2",
        {"unit": TEXT, "agreement": TEXT, "nights": COUNT},
    ),
    "months": (
        "SELECT unit, date_trunc('month', night)::date::text, outcome, founded, sum(count)::bigint"
        " FROM intake.daily_outcome WHERE night <= %(last)s GROUP BY 1, 2, 3, 4",
        {"unit": TEXT, "bucket": TEXT, "outcome": TEXT, "founded": YES_NO, "count": COUNT},
    ),
}
"""By name: a SELECT, and the columns of its frame."""


@dataclass(frozen=True)
class Material:
    """Frames of counts over a period. Their columns stand in STATEMENTS."""

    period: Period
    at: Any
    """The moment of reading."""
    outcomes: pl.DataFrame
    regions: pl.DataFrame
    gaps: pl.DataFrame
    deliveries: pl.DataFrame
    delays: pl.DataFrame
    answers: pl.DataFrame
    agreed: pl.DataFrame
    waiting: pl.DataFrame
    exports: pl.DataFrame
    observed: pl.DataFrame
    shadow: pl.DataFrame
    shadowed: pl.DataFrame
    months: pl.DataFrame
    quality: pl.DataFrame
    """night, suite, rule, evaluated, failed, unknown: over the units."""
    alarms: pl.DataFrame
    """ALARM: empty as long as nothing raises any."""

    @property
    def judged(self) -> pl.DataFrame:
        """The outcomes of what is for Veilig Thuis."""
        return self.outcomes.filter(pl.col("outcome").is_in(JUDGED))


QUALITY: Final = pl.Schema(
    {"night": DAY, "suite": TEXT, "rule": TEXT, "evaluated": COUNT, "failed": COUNT, "unknown": COUNT}
)
ALARM: Final = pl.Schema({"unit": TEXT, "night": DAY, "measure": TEXT})
QUALITY_NIGHTS: Final = 31
"""Of how many of the last nights there is a page of Data Docs: older ones stay in the reports of their time."""


def read_material(dsn: str, period: Period) -> Material:
    """Bring the daily counts up to date and read those of a period, all as of one moment."""
    refresh(dsn)
    with transaction(dsn, "report") as given:
        given.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        at = now(given)
        asked: dict[str, object] = {"first": period.first, "last": period.last, "step": period.step}
        asked |= {"unit_step": period.unit_step, "now": at}
        frames = {name: _frame(given, *statement, asked) for name, statement in STATEMENTS.items()}
        return Material(period, at, quality=_quality(given, period), alarms=_alarms(given, period), **frames)


def _frame(given: cursor, statement: str, columns: dict[str, pl.DataType], asked: dict[str, object]) -> pl.DataFrame:
    given.execute(statement, asked)
    return pl.DataFrame(given.fetchall(), schema=columns, orient="row")


def _quality(given: cursor, period: Period) -> pl.DataFrame:
    nights = query(
        given,
        "SELECT DISTINCT night FROM intake.export WHERE state = 'loaded' AND night BETWEEN %s AND %s"
        " ORDER BY night DESC LIMIT %s",
        (period.first, period.last, QUALITY_NIGHTS),
    )
    return frame(
        given,
        "SELECT night, suite, rule, sum(evaluated)::bigint, sum(failed)::bigint, sum(unknown)::bigint"
        " FROM intake.quality WHERE night = ANY (%s) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        QUALITY,
        ([night for (night,) in nights],),
    )


def _alarms(given: cursor, period: Period) -> pl.DataFrame:
    """Read the alarms of a period, where this installation raises any."""
    if query(given, "SELECT to_regclass('intake.alarm') IS NULL")[0][0]:
        return ALARM.to_frame()
    return frame(
        given,
        "SELECT unit, night, measure FROM intake.alarm WHERE night BETWEEN %s AND %s ORDER BY 2 DESC, 1, 3",
        ALARM,
        (period.first, period.last),
    )


def read_exports(dsn: str, period: Period) -> pl.DataFrame:
    """Return the exports of a period, as in STATEMENTS."""
    with transaction(dsn, "report") as given:
        return _frame(given, *STATEMENTS["exports"], {"first": period.first, "last": period.last})


def first_night(dsn: str, default: date) -> date:
    """Return the first night that was ever taken."""
    with transaction(dsn, "report") as given:
        found: date | None = query(given, "SELECT min(night) FROM intake.daily_outcome")[0][0]
    return found or default


def last_night(dsn: str, default: date) -> date:
    """Return the last night of which anything was taken."""
    with transaction(dsn, "report") as given:
        found: date | None = query(given, "SELECT max(night) FROM intake.export WHERE state = 'loaded'")[0][0]
    return found or default
