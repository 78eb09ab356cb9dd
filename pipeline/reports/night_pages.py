"""The first quality page of a night, one a unit, beside its status: what the rules found, in counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from pipeline import installation
from pipeline.load.database import frame, transaction
from pipeline.policy.suites import SUITES, read_suite
from pipeline.screen.quality_page import quality_page
from pipeline.settings import Settings, make_home, read_settings

_COUNTS = pl.Schema(
    {
        "unit": pl.String(),
        "suite": pl.String(),
        "rule": pl.String(),
        "evaluated": pl.Int64(),
        "failed": pl.Int64(),
        "unknown": pl.Int64(),
    }
)


def reports_folder(settings: Settings) -> Path:
    """Return where this installation keeps its reports."""
    return settings.home / "reports"


def quality_folder(settings: Settings, night: date) -> Path:
    """Return where the quality pages of a night are."""
    return reports_folder(settings) / night.isoformat() / "quality"


def write_quality_pages(night: date, settings: Settings | None = None) -> list[str]:
    """Write the quality page of each unit whose night is counted; return those units.

    For the unit itself and the operator: its counts are exact, so it is no part of the project leaders' report.
    """
    settings = settings or read_settings()
    with transaction(installation.database(settings), "intake.quality") as given:
        counts = frame(
            given,
            "SELECT unit, suite, rule, evaluated, failed, unknown FROM intake.quality"
            " JOIN intake.export USING (unit, night, export_id)"
            " WHERE night = %s AND export.state = 'loaded' ORDER BY 1, 2, 3",
            _COUNTS,
            (night,),
        )
    suites, known = [read_suite(name) for name in SUITES], installation.agreements(settings)
    units: list[str] = sorted(set(counts["unit"]))
    if units:
        make_home(settings)
        quality_folder(settings, night).mkdir(parents=True, exist_ok=True)
    for unit in units:
        page = quality_page(counts.filter(pl.col("unit") == unit), suites, known.called(unit), night)
        file = quality_folder(settings, night) / f"{unit}.html"
        beside = file.with_suffix(".part")
        beside.write_text(page, encoding="utf-8")
        beside.replace(file)
    return units
