"""What a report tells of a period: counts, small ones hidden, in tables; nothing of it drawn yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.policy.agreements import Agreements
from pipeline.policy.reference import Reference
from pipeline.policy.rules import OUTCOMES
from pipeline.reports import gaps, halfyear, service, volumes
from pipeline.reports.agreed import Action, Relief, Target
from pipeline.reports.coming import (
    coming_agreements,
    coming_moves_table,
    coming_outcomes_table,
    coming_table,
    count_coming,
)
from pipeline.reports.counting import count_report, units_of, worth
from pipeline.reports.disclosure import ALL, hide
from pipeline.reports.events import Event, events_table, find_events
from pipeline.reports.material import Material
from pipeline.reports.names import Names, read_names
from pipeline.reports.period import Period
from pipeline.reports.relief import Relieved, relieve
from pipeline.reports.render import ShownTable, show
from pipeline.reports.table import Table, Tellable
from pipeline.schema import REGIONS
from pipeline.settings import LOCAL


@dataclass(frozen=True)
class Agreed:
    """What people agreed that a report needs."""

    agreements: Agreements
    reference: Reference
    relief: Relief
    target: Target
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Report:
    """Everything that a report tells, before it is drawn."""

    period: Period
    made: str
    names: Names
    units: list[str]
    told: Tellable
    tables: dict[str, ShownTable]
    relieved: Relieved
    target: Target
    events: list[Event]
    coming: tuple[str, ...]
    """Units of which another agreement is to come."""

    def share(self, unit: str, bucket: str = ALL) -> float | None:
        """Return how much of a unit's is well founded, if it may be told."""
        return self.told.share(("judged", unit, bucket, "yes"), ("judged", unit, bucket, ALL))

    def baseline(self, unit: str) -> float | None:
        """Return how much was in the baseline, if it may be told."""
        return self.told.share(("base", unit, "yes"), ("base", unit, ALL))

    def would_forward(self, unit: str) -> tuple[float | None, float | None]:
        """Return how much of a unit's is forwarded under the agreement to come, and now; each if it may be told."""
        whole = ("shadow", unit, ALL)
        return self.told.share(("after", unit, "forward"), whole), self.told.share(("before", unit, "forward"), whole)

    def aim(self, unit: str) -> float | None:
        """Return how much it should be on the target's day, if it may be told."""
        base = self.baseline(unit)
        return None if base is None else 1 - (1 - base) * (1 - self.target.fall)


def tell_report(material: Material, agreed: Agreed) -> Report:
    """Return what a report tells: pure over what was read and agreed."""
    names = read_names(agreed.agreements, agreed.reference)
    units = units_of(material, agreed.agreements.units)
    counts = count_report(material, units, REGIONS)
    coming = coming_agreements(agreed.agreements, material.period.last)
    count_coming(counts, material, coming)
    period, bare = material.period, Tellable(counts)
    events = find_events(material.exports, period, agreed.agreements, units)
    counted = _counted_tables(material, agreed, names, units, bare)
    shown = {key for table in counted for key in table.cells()} | {("time", ALL, outcome) for outcome in OUTCOMES}
    told = Tellable(counts, hide(counts, shown, worth))
    relieved = relieve(told, agreed.relief, period.nights)
    # what is told decides over order and verdicts of these, so that neither gives a hidden number away
    final = (*_counted_tables(material, agreed, names, units, told), relieved.table, events_table(events, names))
    tables = {table.name: show(told, table) for table in final}
    made = material.at.astimezone(LOCAL).strftime("%d-%m-%Y %H:%M")
    return Report(period, made, names, units, told, tables, relieved, agreed.target, events, tuple(coming))


def _counted_tables(
    material: Material, agreed: Agreed, names: Names, units: Sequence[str], told: Tellable
) -> tuple[Table, ...]:
    actions = [action for action in agreed.actions if action.unit in units]
    coming = coming_agreements(agreed.agreements, material.period.last)
    return (
        volumes.outcomes_table(),
        volumes.units_table(units, names),
        volumes.baseline_table(units, names, told, agreed.target),
        volumes.founded_series_table(material.period, units, names),
        volumes.regions_table(REGIONS, names),
        volumes.series_table(material.period),
        service.exports_table(material, units, names),
        gaps.gaps_table(told),
        gaps.actions_table(names, actions),
        gaps.unit_gaps_table(units, names, actions),
        coming_table(material, coming, names),
        coming_outcomes_table(coming, names),
        coming_moves_table(material, coming, names),
        service.desk_table(material, units, names, told),
        service.delay_table(material, units, names, told),
        service.feedback_table(REGIONS, names),
        service.agreement_table(material),
        service.alarms_table(material, names),
        *halfyear.halfyear_tables(REGIONS, names),
    )
