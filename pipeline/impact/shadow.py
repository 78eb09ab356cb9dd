"""Shadow mode: an agreement that begins later runs beside the one in force, and only its difference is kept."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipeline import installation
from pipeline.impact.nights import judge_all, kept_exports
from pipeline.impact.variant import Proposal, Variant, open_variant
from pipeline.load.database import copy, transaction
from pipeline.settings import Settings, read_settings

SHADOW = pl.Schema(
    {
        "night": pl.Date(),
        "unit": pl.String(),
        "agreement_version": pl.String(),
        "from_outcome": pl.String(),
        "to_outcome": pl.String(),
        "rule": pl.String(),
        "count": pl.Int64(),
    }
)


def shadow(night: date, settings: Settings | None = None) -> dict[str, int]:
    """Judge a night under each agreement that begins after it; return how many registrations would move, by unit.

    What was kept of an earlier attempt at the night is replaced.
    """
    settings = settings or read_settings()
    dsn = installation.database(settings)
    proposal = Proposal("shadow", as_if_after=night)
    coming = coming_versions(open_variant(proposal, settings.agreements))
    counted = SHADOW.to_frame()
    if coming:
        exports = [export for export in kept_exports(dsn, night, night) if export.key.unit in coming]
        (judged,) = judge_all(settings, exports, [proposal])
        counted = count_shadow(judged.tally.flows, coming)
    with transaction(dsn, "intake.shadow") as given:
        given.execute("DELETE FROM intake.shadow WHERE night = %s", (night,))
        copy(given, "intake.shadow", counted)
    moved = counted.filter(pl.col("from_outcome") != pl.col("to_outcome"))
    return dict.fromkeys(coming, 0) | dict(moved.group_by("unit").agg(pl.col("count").sum()).iter_rows())


def coming_versions(variant: Variant) -> dict[str, str]:
    """Return the version of each unit that has one to come."""
    proposed = {unit: variant.proposed(unit) for unit in variant.agreements.units}
    return {unit: agreement.version for unit, agreement in proposed.items() if agreement is not None}


def count_shadow(flows: pl.DataFrame, coming: dict[str, str]) -> pl.DataFrame:
    """Return rows of SHADOW out of flows (tally.FLOWS)."""
    versions = pl.DataFrame(
        {"unit": list(coming), "agreement_version": list(coming.values())},
        schema={name: SHADOW[name] for name in ("unit", "agreement_version")},
    )
    by = [name for name in SHADOW if name != "count"]
    named = flows.join(versions, on="unit").with_columns(pl.col("rule").fill_null(""))
    counted = named.group_by(by).agg(pl.col("count").sum())
    return counted.sort(by).select(SHADOW.names()).cast(SHADOW)
