"""The quality page of one unit's night: what the rules found, in counts and words, and no value of anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipeline.pages import page_environment
from pipeline.policy.dates import say_weekday
from pipeline.policy.suites import Rule, Suite
from pipeline.policy.words import Words


@dataclass(frozen=True)
class Line:
    """What one rule found."""

    name: str
    words: Words
    rule: Rule | None
    """None for a rule that counted then and is no longer declared."""
    evaluated: int
    failed: int
    unknown: int

    @property
    def passed(self) -> int:
        """Rows that the rule let through."""
        return self.evaluated - self.failed - self.unknown

    @property
    def lacking(self) -> float:
        """Share of the rows that did not pass, 0 to 1."""
        return (self.failed + self.unknown) / self.evaluated if self.evaluated else 0.0

    def percent(self, count: int) -> float:
        """Return `count` as a percentage of the rows, for the width of a bar."""
        return round(100 * count / self.evaluated, 2) if self.evaluated else 0.0


@dataclass(frozen=True)
class Section:
    """The rules of one suite, those that lack most first."""

    name: str
    title: Words
    lines: tuple[Line, ...]

    @property
    def evaluated(self) -> int:
        """Rows that were judged."""
        return max((line.evaluated for line in self.lines), default=0)

    @property
    def clean(self) -> int:
        """Rules that every row passed."""
        return sum(not (line.failed or line.unknown) for line in self.lines)


def quality_page(counts: pl.DataFrame, suites: Sequence[Suite], unit: str, night: date) -> str:
    """Return the page as self-contained HTML, Dutch with English on a switch.

    Args:
        counts: suite, rule, evaluated, failed, unknown: rows of `intake.quality` (the sum over a night's exports).
        suites: those that ship, in the order in which the page shows them.
        unit: whose night it is, as people call it.
        night: the day after which the export came.
    """
    environment = page_environment("pipeline.screen")
    environment.filters["nl"] = lambda number: f"{number:,}".replace(",", ".")
    environment.filters["en"] = lambda number: f"{number:,}"
    return environment.get_template("quality.html").render(
        unit=unit,
        night=night.isoformat(),
        day={language: say_weekday(night, language) for language in ("nl", "en")},
        sections=[section for suite in suites if (section := _section(suite, counts, night)).lines],
    )


def _section(suite: Suite, counts: pl.DataFrame, night: date) -> Section:
    summed = (
        counts.filter(pl.col("suite") == suite.name)
        .group_by("rule")
        .agg(pl.col("evaluated", "failed", "unknown").sum())
    )
    lines = [
        Line(name, rule.words if rule else Words(name, name), rule, *numbers)
        for name, *numbers in summed.select("rule", "evaluated", "failed", "unknown").iter_rows()
        for rule in (suite.rule(name, night),)
    ]
    return Section(suite.name, suite.title, tuple(sorted(lines, key=lambda line: (-line.lacking, line.name))))
