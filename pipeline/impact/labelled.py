"""Leak and loss on labelled data, before and after: on the corpus where rules on texts change, on a truth beside it.

The truth is what `meldstroom synth --truth` writes of nights that nobody lived: what each registration is. Where it
knows the kept nights, a variant is measured against what should have become of them, and not only against the present.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipeline.errors import UsageError
from pipeline.evaluate.corpus import read_corpus
from pipeline.evaluate.danger import score_danger
from pipeline.evaluate.interval import Share
from pipeline.evaluate.ours import open_redactor, read_danger
from pipeline.evaluate.score import score
from pipeline.impact.replay import danger_rules, redactor_of
from pipeline.load.intake import ExportKey
from pipeline.policy.words import Words
from pipeline.schema import ROW

PART: Final = "unseen"
MEASURES: Final = {
    "danger_recall": Words(
        "echt gevaar dat een mens bereikt (doorgezonden, meegenomen of vastgehouden)",
        "real danger that reaches a person (forwarded, carried or held)",
    ),
    "danger_precision": Words("vastgehouden om gevaar, en terecht", "held for danger, and rightly"),
    "founded_recall": Words("goed onderbouwd, en doorgezonden", "well founded, and forwarded"),
    "founded_precision": Words("doorgezonden, en goed onderbouwd", "forwarded, and well founded"),
    "leak_recall": Words("wat niet mag uitlekken en wegblijft", "what must not leave and is removed"),
    "fact_retention": Words("feiten die blijven staan", "facts that stay"),
    "danger_told_recall": Words("gevaar in tekst dat gevonden wordt", "danger told in text that is found"),
    "danger_told_precision": Words("gevonden gevaar in tekst dat er is", "danger found in text that is there"),
}
REACHES: Final = ("forward", "hold", "duplicate")
TRUTH: Final = pl.Schema({"measure": pl.String(), "side": pl.String(), "hits": pl.Int64(), "total": pl.Int64()})


@dataclass(frozen=True)
class Line:
    """One measure under both."""

    measure: str
    before: Share
    after: Share

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        words = MEASURES[self.measure]
        sides = {"before": self.before.as_dict(), "after": self.after.as_dict()}
        return {"measure": self.measure, "words": words.by_language, **sides}


def on_corpus(corpus: Path, texts: Path, night: date) -> list[Line]:
    """Measure rules on texts on the labelled corpus, those that ship and those in `texts`."""
    records, lines = read_corpus(corpus, PART), []
    redactor, rules = redactor_of(texts), danger_rules(texts)
    if redactor is not None:
        before, after = (score(records, open_redactor(one)) for one in (None, redactor))
        lines.append(Line("leak_recall", before.recall, after.recall))
        lines.append(Line("fact_retention", before.retention, after.retention))
    if rules is not None:
        told = [score_danger(records, read_danger(records, night, one)) for one in (None, rules)]
        for name in ("recall", "precision"):
            was, would = (sum(getattr(one, name).values(), Share(0, 0)) for one in told)
            lines.append(Line(f"danger_told_{name}", was, would))
    return lines


@cache
def read_truth(file: Path) -> pl.DataFrame:
    """Read what each registration is: unit, night, registration_number, version, danger, poor, expected_outcome."""
    columns = ["unit", "night", "registration_number", "version", "danger", "poor", "expected_outcome"]
    try:
        return pl.read_parquet(file, columns=columns)
    except (OSError, pl.exceptions.PolarsError):
        raise UsageError(
            f"{file}: niet zoals `meldstroom synth --truth` het schrijft",
            f"{file}: no truth as `meldstroom synth --truth` writes it",
        ) from None


def count_truth(key: ExportKey, kept: pl.DataFrame, moved: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Return TRUTH of one export that was judged again; what the truth does not know is not counted."""
    known = (
        moved.join(kept.select(ROW, "registration_number", "version"), on=ROW)
        .join(truth.filter(unit=key.unit, night=key.night), on=["registration_number", "version"])
        .unique(ROW)
    )
    counted = [
        known.select(
            pl.lit(measure).alias("measure"),
            pl.lit(side).alias("side"),
            (hit & among).sum().alias("hits"),
            among.sum().alias("total"),
        )
        for side, outcome, reasons in (("before", "outcome", "reasons"), ("after", "to_outcome", "to_reasons"))
        for measure, (hit, among) in _measures(pl.col(outcome), pl.col(reasons)).items()
    ]
    return pl.concat(counted).cast(TRUTH)


def _measures(outcome: pl.Expr, reasons: pl.Expr) -> Mapping[str, tuple[pl.Expr, pl.Expr]]:
    """Return what counts as a hit among what, of each measure; scope and law come before danger and are left out."""
    forwarded, danger, founded = outcome == "forward", pl.col("danger"), pl.col("expected_outcome") == "forward"
    for_danger = (outcome == "hold") & (reasons.list.first() == "poorly_founded_in_danger")
    within = danger & ~pl.col("expected_outcome").is_in(["elsewhere", "withhold"])
    return {
        "danger_recall": (outcome.is_in(REACHES), within),
        "danger_precision": (danger, for_danger),
        "founded_recall": (forwarded, founded),
        "founded_precision": (~pl.col("poor"), forwarded),
    }


def on_truth(counted: pl.DataFrame) -> list[Line]:
    """Return the measures of all exports together."""
    summed = counted.group_by("measure", "side").agg(pl.col("hits", "total").sum())
    shares = {(measure, side): Share(hits, total) for measure, side, hits, total in summed.iter_rows()}
    return [
        Line(measure, shares[measure, "before"], shares[measure, "after"])
        for measure in MEASURES
        if (measure, "before") in shares
    ]
