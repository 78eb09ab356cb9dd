"""The only reader of the clock: edges and commands ask it, and hand on what they were told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from pipeline.settings import LOCAL


def now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day that it is where nights and terms are counted."""
    return now().astimezone(LOCAL).date()


def start_of(day: date) -> datetime:
    """Return the moment, in UTC, at which a day begins where nights and terms are counted."""
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)
