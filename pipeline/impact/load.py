"""What a tally costs: hours and full-time posts at Veilig Thuis, the desk and the units; waiting; storage; run time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from pipeline.impact.parameters import Parameters
from pipeline.impact.queues import Desk, Waiting, desk_queue, fluid_queue, people_for
from pipeline.impact.tally import Tally
from pipeline.policy.desk import read_desk_policy
from pipeline.policy.stuf.terms import is_working_day, read_terms

DAYS_A_YEAR: Final = 365.25
SIDES: Final = ("before", "after")


@dataclass(frozen=True)
class Work:
    """Hours of work in the period, and what that is in full-time posts."""

    hours: float
    fte: float


def load_of(counted: Tally, nights: tuple[date, date], given: Parameters) -> dict[str, Any]:
    """Return the cost before and after, ready for JSON.

    Capacity is what the present stream asks of it (`vt_utilisation`, `desk_utilisation`) and stays that under the
    variant: the waiting tells what happens if nobody is hired.
    """
    days = [nights[0] + timedelta(days=day) for day in range((nights[1] - nights[0]).days + 1)]
    per_fte = given.hours_per_fte_year.value * len(days) / DAYS_A_YEAR
    minutes = {
        "vt": {side: _vt_minutes(counted.deliveries, side, given) for side in SIDES},
        "desk": {side: _total(counted.holds, side) * given.desk_minutes_per_hold.value for side in SIDES},
        "units": {
            side: _total(counted.holds, f"returned_{side}") * given.unit_minutes_per_return.value for side in SIDES
        },
    }
    return {
        **{
            place: {side: asdict(Work(spent / 60, spent / 60 / per_fte)) for side, spent in sides.items()}
            for place, sides in minutes.items()
        },
        "waiting_vt": _waiting_vt(counted.deliveries, days, given),
        "waiting_desk": _waiting_desk(counted.holds, days, given),
        "storage": {side: _storage(counted, side, given) for side in SIDES},
        "run_time": {side: _run_time(counted, side, given) for side in SIDES},
    }


def _vt_minutes(deliveries: pl.DataFrame, side: str, given: Parameters) -> float:
    gaps = _total(deliveries, f"gaps_{side}") * given.vt_minutes_per_gap.value
    return _total(deliveries, side) * given.vt_minutes_per_report.value + gaps


def _total(frame: pl.DataFrame, column: str) -> float:
    return float(frame.get_column(column).sum())


def _waiting_vt(deliveries: pl.DataFrame, days: list[date], given: Parameters) -> dict[str, Any]:
    """Return the waiting of each region, before and after, in working days."""
    open_days = [is_working_day(day) for day in days]
    term = next(term.working_days for term in read_terms() if term.id == "triage")
    found = {}
    for (region,), ours in deliveries.partition_by("region", as_dict=True).items():
        work = {side: _by_day(ours, side, days, given) for side in SIDES}
        hours = sum(work["before"]) / max(sum(open_days), 1) / given.vt_utilisation.value
        if hours:
            queues = {side: fluid_queue(work[side], open_days, hours, term) for side in SIDES}
            found[str(region)] = {"hours_a_day": hours} | {side: _waited(queue) for side, queue in queues.items()}
    return dict(sorted(found.items()))


def _by_day(deliveries: pl.DataFrame, side: str, days: list[date], given: Parameters) -> list[float]:
    """Return the hours of work of each night, which comes in on the day after it."""
    spent = pl.col(side) * given.vt_minutes_per_report.value + pl.col(f"gaps_{side}") * given.vt_minutes_per_gap.value
    by_night = dict(deliveries.group_by("night").agg((spent.sum() / 60).alias("hours")).iter_rows())
    return [by_night.get(day, 0.0) for day in days]


def _waited(queue: Waiting) -> dict[str, float]:
    return {
        "mean_days": queue.mean_days,
        "longest_days": queue.longest_days,
        "late_share": queue.late_share,
        "backlog_hours": queue.backlog[-1] if queue.backlog else 0.0,
    }


def _waiting_desk(holds: pl.DataFrame, days: list[date], given: Parameters) -> dict[str, Any]:
    """Return the wait at the desk; the clock is that of an item in danger."""
    minutes = given.desk_minutes_per_hold.value
    clock = read_desk_policy().clock_on(days[-1]).danger.total_seconds() / 60
    rates = {side: _total(holds, side) / (len(days) * 24) for side in SIDES}
    people = people_for(rates["before"], minutes, given.desk_utilisation.value)
    return {side: _desk(desk_queue(rate, minutes, people, clock)) for side, rate in rates.items()}


def _desk(queue: Desk) -> dict[str, Any]:
    endless = queue.mean_minutes == float("inf")
    return asdict(queue) | {"mean_minutes": None if endless else queue.mean_minutes}


def _storage(counted: Tally, side: str, given: Parameters) -> float:
    """Return megabytes: what the regions keep of the period, and what waits at the desk until it is decided."""
    reports = _total(counted.deliveries, side) * given.bytes_per_report.value
    return (reports + _total(counted.holds, side) * given.bytes_per_hold.value) / 1e6


def _run_time(counted: Tally, side: str, given: Parameters) -> float:
    """Return seconds of one core over the period: what each registration costs, but for loading what is forwarded."""
    received, forwarded = _total(counted.flows, "count"), _total(counted.deliveries, "before")
    loading = given.seconds_per_1000_reports.value
    without = received * given.seconds_per_1000_received.value - forwarded * loading
    return (without + _total(counted.deliveries, side) * loading) / 1000
