"""Two simple queues, because the two places work differently.

Veilig Thuis weighs in office hours what came in at any hour, and its waiting list lives for weeks: a deterministic
fluid queue by day. With w(t) the hours of work that come in on day t, m the hours of a working day (0 on a day off):

    backlog(t) = max(0, backlog(t-1) + w(t) - m(t))          wait(t) = backlog(t) / m, in working days

The desk is staffed day and night and an item there waits minutes: M/M/c. With λ items an hour, service of 1/μ hours,
a = λ/μ and c people (Erlang C, as in Kleinrock, Queueing Systems I, 3.5):

    C(c, a) = (a^c/c! · c/(c-a)) / (Σ_{k<c} a^k/k! + a^c/c! · c/(c-a))
    mean wait = C / (cμ - λ)                                 P(wait > t) = C · exp(-(cμ - λ) t)

Neither knows of priorities, sick leave or holidays of people: they compare variants, and forecast nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp


@dataclass(frozen=True)
class Waiting:
    """A waiting list by day."""

    backlog: tuple[float, ...]
    """Hours of work left at the end of each day."""
    mean_days: float
    """Mean wait of what comes in, in working days, weighed by the work that came in."""
    longest_days: float
    late_share: float
    """Share of the work that came in behind a backlog longer than the term."""


def fluid_queue(work: Sequence[float], open_days: Sequence[bool], hours_a_day: float, term_days: float) -> Waiting:
    """Return the waiting list of a place that works `hours_a_day` on the days that are open.

    Args:
        work: hours of work that come in, a day.
        open_days: whether that day is a working day.
        hours_a_day: capacity of one working day, above 0.
        term_days: working days within which work should be taken up.
    """
    backlog, left, waits = 0.0, [], []
    for came, is_open in zip(work, open_days, strict=True):
        backlog = max(0.0, backlog + came - (hours_a_day if is_open else 0.0))
        left.append(backlog)
        waits.append(backlog / hours_a_day)
    total = sum(work)
    if not total:
        return Waiting(tuple(left), 0.0, 0.0, 0.0)
    mean = sum(wait * came for wait, came in zip(waits, work, strict=True)) / total
    late = sum(came for wait, came in zip(waits, work, strict=True) if wait > term_days) / total
    return Waiting(tuple(left), mean, max(waits), late)


@dataclass(frozen=True)
class Desk:
    """A desk that is always open."""

    people: int
    waits: float
    """Chance that an item has to wait at all; 1 where more comes in than can be done."""
    mean_minutes: float
    """Mean wait; infinite where more comes in than can be done."""
    late: float
    """Chance that it waits longer than the clock."""


def erlang_c(people: int, offered: float) -> float:
    """Return the chance to wait of M/M/c; `offered` is a = λ/μ. 1 where `offered` is not below `people`."""
    if offered >= people:
        return 1.0
    blocked = 1.0
    for server in range(1, people + 1):  # Erlang B by recursion: no factorial grows out of hand
        blocked = offered * blocked / (server + offered * blocked)
    return people * blocked / (people - offered * (1 - blocked))


def people_for(items_an_hour: float, minutes: float, utilisation: float) -> int:
    """Return how many must be on duty so that each is busy no more than `utilisation` of the time."""
    return max(1, ceil(items_an_hour * minutes / 60 / utilisation))


def desk_queue(items_an_hour: float, minutes: float, people: int, clock_minutes: float) -> Desk:
    """Return the wait at a desk of `people`, at `minutes` an item."""
    if not items_an_hour:
        return Desk(people, 0.0, 0.0, 0.0)
    waits = erlang_c(people, items_an_hour * minutes / 60)
    spare = people * 60 / minutes - items_an_hour
    if spare <= 0:
        return Desk(people, 1.0, float("inf"), 1.0)
    return Desk(people, waits, 60 * waits / spare, waits * exp(-spare * clock_minutes / 60))
