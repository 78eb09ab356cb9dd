"""A report from settings to files: what the command line and the DAG call."""

from __future__ import annotations

from pathlib import Path

from pipeline import steps
from pipeline.policy.reference import read_reference
from pipeline.reports.agreed import read_improvements, read_relief, read_target
from pipeline.reports.build import Agreed, Report, tell_report, write_report
from pipeline.reports.material import read_material
from pipeline.reports.period import Period
from pipeline.settings import Settings


def agreed(settings: Settings) -> Agreed:
    """Read what people agreed that a report needs."""
    return Agreed(
        steps.agreements(settings),
        read_reference(),
        read_relief(),
        read_target(),
        read_improvements(settings.home),
    )


def build(settings: Settings, period: Period, out: Path) -> Report:
    """Make the report of a period in the folder `out`; what is there of an earlier one is replaced."""
    report = tell_report(read_material(steps.database(settings), period), agreed(settings))
    write_report(report, out, [])
    return report
