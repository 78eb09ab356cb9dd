"""A report from settings to files: what the command line and the DAG call."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from pipeline import clock, installation
from pipeline.errors import UsageError
from pipeline.policy.reference import read_reference
from pipeline.policy.suites import SUITES
from pipeline.reports.agreed import read_improvements, read_relief, read_target
from pipeline.reports.build import write_progress, write_report
from pipeline.reports.data_docs import page_name, write_docs
from pipeline.reports.disclosure import ALL
from pipeline.reports.material import first_night, last_night, read_exports, read_material
from pipeline.reports.night_pages import reports_folder
from pipeline.reports.period import Period, half_of, period_of
from pipeline.reports.tell import Agreed, Report, tell_report
from pipeline.settings import Settings, read_settings


def agreed(settings: Settings) -> Agreed:
    """Read what people agreed that a report needs."""
    return Agreed(
        installation.agreements(settings),
        read_reference(),
        read_relief(),
        read_target(),
        read_improvements(settings.home),
    )


def build(settings: Settings, period: Period, out: Path) -> Report:
    """Make the report of a period in the folder `out`; what is there of an earlier one is replaced.

    It ends where the nights do that can have come: of a half year that runs it is the part so far.
    """
    dsn = installation.database(settings)
    yesterday = clock.today() - timedelta(days=1)
    period = so_far(period, max(yesterday, last_night(dsn, yesterday)))
    material, known = read_material(dsn, period), agreed(settings)
    report = tell_report(material, known)
    since = Period(min(period.first, first_night(dsn, period.last)), period.last)
    write_report(report, out, _docs(settings, material.quality, out))
    write_progress(material, report, known.agreements, read_exports(dsn, since), since, out)
    return report


def so_far(period: Period, last: date) -> Period:
    """Return the nights of `period` up to `last`: one that is still to come is not missing.

    Raises:
        UsageError: all of them are still to come.
    """
    if period.first > last:
        raise UsageError(
            f"de nacht van {period.first} moet nog komen: de laatste is die van {last}",
            f"the night of {period.first} is still to come: the last one is that of {last}",
        )
    return Period(period.first, min(period.last, last))


def _docs(settings: Settings, quality: pl.DataFrame, out: Path) -> list[tuple[date, list[str]]]:
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
            found.append((night, [f"data_docs/{page.name}" for page in pages]))
    return found


def folder_of(settings: Settings, kind: str, period: Period) -> Path:
    """Return where a report lies: a folder a night, a week (by its last night) and a half year."""
    last = period.last
    half = f"{last.year}-{half_of(last)}"
    name = {"night": f"night-{last}", "week": f"week-{last}", "half_year": f"half-year-{half}"}[kind]
    return reports_folder(settings) / "pages" / name


def build_kind(kind: str, night: date, settings: Settings | None = None) -> int:
    """Make one of a night's reports where the menu shows it; return how many registrations, -1 where hidden."""
    settings = settings or read_settings()
    period = period_of(kind, night)
    report = build(settings, period, folder_of(settings, kind, period))
    received = report.told.number(("reg", ALL, ALL, ALL))
    return -1 if received is None else received
