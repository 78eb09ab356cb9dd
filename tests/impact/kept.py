"""Kept exports for tests: say only the columns that matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from pipeline.impact.rejudge import Governing
from pipeline.load.archive import CODES, YES_NO
from pipeline.policy.agreements import read_agreements
from pipeline.policy.rules import read_rules
from pipeline.policy.suites import Suite, read_suite

NIGHT = date(2026, 11, 22)
TEXTS = pl.List(pl.String)
CRITERIA = tuple(rule.name for rule in read_suite("well_founded").rules)
FOUNDED: dict[str, Any] = {
    "outcome": "forward",
    "reasons": ["well_founded"],
    "substantiation_score": 100,
    "gaps": [],
    "danger": [],
    "danger_told": [],
    "in_danger": False,
    "regions": ["VT09"],
    "version": 1,
    "known_at": datetime(2026, 11, 22, 12, tzinfo=UTC),
    "kind": "HG",
    "legal_regime": "8",
    "retracted": False,
    "removed": False,
    "embargo": False,
    "shielded": False,
    "routed_regions": ["VT09"],
    "routed_by": "victim_home",
    "route_reasons": [],
    **dict.fromkeys(CRITERIA, True),
}
SCHEMA = pl.Schema(
    {
        "row": pl.Int64(),
        "registration_number": pl.String(),
        "version": pl.Int64(),
        "outcome": pl.String(),
        "reasons": TEXTS,
        "substantiation_score": pl.Int64(),
        "gaps": TEXTS,
        "danger": TEXTS,
        "danger_told": TEXTS,
        "in_danger": pl.Boolean(),
        "regions": TEXTS,
        "known_at": pl.Datetime("us", "UTC"),
        **dict.fromkeys(CODES, pl.String()),
        **dict.fromkeys(YES_NO, pl.Boolean()),
        "investigation_number": pl.String(),
        **dict.fromkeys(CRITERIA, pl.Boolean()),
        "routed_regions": TEXTS,
        "routed_by": pl.String(),
        "route_reasons": TEXTS,
    }
)


def kept(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of a kept export, each forwarded to VT09 but for what is given."""
    numbered = [
        {"row": place, "registration_number": f"PL1500-2026{place:06d}"} | FOUNDED | row
        for place, row in enumerate(rows)
    ]
    return pl.DataFrame(numbered, schema=SCHEMA)


def poor(*gaps: str, **given: Any) -> dict[str, Any]:
    """A row that lacks blocking criteria."""
    danger = given.get("in_danger", False)
    outcome, reason = ("hold", "poorly_founded_in_danger") if danger else ("return", "poorly_founded")
    return {"outcome": outcome, "reasons": [reason], "gaps": list(gaps), "regions": []} | given


def governing(**changed: Any) -> Governing:
    """What governs RE06 as shipped, but for what is given."""
    shipped = read_agreements().by_unit["RE06"][-1]
    return replace(Governing(read_rules(), read_suite("well_founded"), shipped, True), **changed)


def agreement(**changed: Any) -> Any:
    """RE06's shipped agreement, but for what is given."""
    return replace(read_agreements().by_unit["RE06"][-1], **changed)


def criteria(**changed: dict[str, Any]) -> Suite:
    """The shipped suite with fields of its rules replaced, by name of the rule."""
    suite = read_suite("well_founded")
    return replace(suite, rules=tuple(replace(rule, **changed.get(rule.name, {})) for rule in suite.rules))
