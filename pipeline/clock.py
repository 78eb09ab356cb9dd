"""Days: the only reader of the clock, which edges and commands ask and hand on, and nights in their order."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from pipeline.errors import UsageError
from pipeline.settings import LOCAL


def now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)


def local_day(at: datetime) -> date:
    """Return the day that it was, or will be, at a moment where nights and terms are counted."""
    return at.astimezone(LOCAL).date()


def today() -> date:
    """Return the day that it is there."""
    return local_day(now())


def start_of(day: date) -> datetime:
    """Return the moment, in UTC, at which a day begins there."""
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)


def require_in_order(first: date, last: date) -> None:
    """Refuse nights of which the last comes before the first. Raises UsageError."""
    if last < first:
        raise UsageError(
            f"{first} tot {last}: de laatste nacht ligt voor de eerste",
            f"{first} to {last}: the last night comes before the first",
        )
