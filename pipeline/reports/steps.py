"""A report from settings to files: what the command line and the DAG call."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl

from pipeline import steps
from pipeline.policy.reference import read_reference
from pipeline.reports.agreed import read_improvements, read_relief, read_target
from pipeline.reports.build import Agreed, Report, tell_report, write_progress, write_report
from pipeline.reports.data_docs import page_name, write_docs
from pipeline.reports.material import first_night, read_exports, read_material
from pipeline.reports.night_pages import reports_folder
from pipeline.reports.period import Period
from pipeline.screen.suites import SUITES
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
    dsn = steps.database(settings)
    material, known = read_material(dsn, period), agreed(settings)
    report = tell_report(material, known)
    since = Period(first_night(dsn, period.last), period.last)
    write_report(report, out, _docs(settings, material.quality, out))
    write_progress(material, report, known.agreements, read_exports(dsn, since), since, out)
    return report


def _docs(settings: Settings, quality: pl.DataFrame, out: Path) -> list[tuple[str, list[str]]]:
    """Keep the Data Docs of every night, and lay a copy of the period's beside its report; return their names."""
    kept = reports_folder(settings) / "data_docs"
    write_docs(quality, kept)
    found = []
    for night in sorted(set(quality["night"]), reverse=True):
        pages = [kept / page_name(night, suite) for suite in SUITES]
        if all(page.exists() for page in pages):
            (out / "data_docs").mkdir(parents=True, exist_ok=True)
            for page in pages:
                shutil.copyfile(page, out / "data_docs" / page.name)
            found.append((night.isoformat(), [f"data_docs/{page.name}" for page in pages]))
    return found
