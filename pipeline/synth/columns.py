"""Rows to columns, and values to the notation of a dialect, a whole column at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timezone
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from pipeline.schema import CODES, DAY, MOMENT, YES_NO, Column, Table
from pipeline.synth.report import Report

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")


def rows_of(table: Table, reports: Sequence[Report]) -> list[dict[str, Any]]:
    """Return the rows of one of the contract's tables."""
    if table.name == "registration":
        return [report.registration for report in reports]
    kind = {"person": "persons", "entry": "entries", "prior_incident": "prior_incidents"}[table.name]
    return [row for report in reports for row in getattr(report, kind)]


def column_of(rows: Sequence[dict[str, Any]], column: Column) -> list[Any]:
    """Return one column's values, None where a row has none."""
    name = column.name
    return [row.get(name) for row in rows]


@lru_cache(maxsize=4096)
def offset_of(day: date, hour: int) -> str:
    """Return the offset of local time in the Netherlands at that hour, such as `+01:00`."""
    text = datetime(day.year, day.month, day.day, hour, tzinfo=AMSTERDAM).strftime("%z")
    return f"{text[:3]}:{text[3:]}"


def iso_moment(moment: datetime | str | None) -> str | None:
    """Return ISO time with offset; what is no moment stays as it is."""
    if not isinstance(moment, datetime):
        return moment
    return moment.isoformat() + offset_of(moment.date(), moment.hour)


def utc_moment(moment: datetime | None) -> datetime | None:
    """Return the moment in UTC."""
    return moment.replace(tzinfo=AMSTERDAM).astimezone(timezone.utc) if moment else None  # noqa: UP017 - mypy's stub


def dutch_date(text: str | None) -> str | None:
    """Return `dd-mm-yyyy` of an ISO date that may be partly zeros."""
    return text and f"{text[8:]}-{text[5:7]}-{text[:4]}"


def convert(column: Column, values: list[Any], by_type: dict[str, Callable[[Any], Any]]) -> list[Any]:
    """Apply to every known value of a column the notation of its type (see `kind_of`)."""
    kind = kind_of(column)
    change = by_type.get(kind) if kind else None
    return values if change is None else [None if value is None else change(value) for value in values]


def kind_of(column: Column) -> str | None:
    """Return which notation a column takes; None for text and numbers."""
    if column.name == "birth_date":
        return "birth_date"
    for kind, type_ in (("moment", MOMENT), ("day", DAY), ("codes", CODES), ("yes_no", YES_NO)):
        if column.type == type_:
            return kind
    return None
