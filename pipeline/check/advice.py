"""What would become of a draft, as the night would judge it alone: the same gates, criteria and elements."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import Any

import polars as pl

from pipeline import stages
from pipeline.decide.criteria import judge_quality, score_criteria
from pipeline.policy.reason_words import InWords, tell_gap, tell_reason
from pipeline.policy.redaction import rules_by_kind
from pipeline.policy.rules import Element
from pipeline.policy.suites import read_suite
from pipeline.policy.words import Words
from pipeline.receive.conform import Part
from pipeline.schema import ROW, Tables
from pipeline.stages import Decided, Policy


@dataclass(frozen=True)
class Withheld:
    """One kind of data that would stay behind; never the content."""

    kind: str
    words: Words
    source: str | None
    count: int


@dataclass(frozen=True)
class Advice:
    """What would become of one registration, and what its writer can do."""

    unit: str
    """Whose agreement it was read with."""
    registration_number: str | None
    version: int | None
    outcome: str
    score: int | None
    reasons: tuple[InWords, ...]
    blocking: tuple[InWords, ...]
    """What is missing and keeps it from going."""
    missing: tuple[InWords, ...]
    """What is missing besides."""
    danger: tuple[str, ...]
    withheld: tuple[Withheld, ...]
    """Of what would go, or would have gone."""
    regions: tuple[Words, ...]
    """Where it would go, or would have gone, by name."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)


def judge_alone(tables: Tables, policy: Policy) -> tuple[Decided, pl.DataFrame, stages.Enriched]:
    """Judge tables as the night does, without what was received before; return scores and facts too."""
    quality, _ = judge_quality(tables, policy.night)
    enriched = stages.enrich(tables, policy)
    scores, _ = score_criteria(enriched.facts, policy.night)
    findings = pl.concat([stages.screen(tables, policy), quality, stages.find(enriched, scores)])
    return stages.conclude(tables, findings, enriched, scores, policy), scores, enriched


def advise(part: Part, policy: Policy) -> list[Advice]:
    """Return advice on every registration of a draft, in its order; on rows that are none, first."""
    unread = [
        Advice(
            policy.terms.unit,
            number,
            version,
            "reject",
            None,
            _told(["rejected", *problems], policy.night),
            (),
            (),
            (),
            (),
            (),
        )
        for number, version, problems in part.rejected.select("registration_number", "version", "problems").iter_rows()
    ]
    if part.tables.registration.is_empty():
        return unread
    decided, scores, enriched = judge_alone(part.tables, policy)
    named = part.tables.registration.select(ROW, "registration_number", "version")
    judged = (
        decided.verdict.drop("regions")
        .join(named, on=ROW, maintain_order="left")
        .join(scores.select(ROW, "blocking_gaps"), on=ROW, maintain_order="left")
        .join(enriched.routed.select(ROW, "regions"), on=ROW, maintain_order="left")
    )
    kept_back = _withheld(part.tables, policy)
    return unread + [_advice(line, kept_back.get(line[ROW], ()), policy) for line in judged.iter_rows(named=True)]


def _advice(line: dict[str, Any], withheld: tuple[Withheld, ...], policy: Policy) -> Advice:
    blocking = list(line["blocking_gaps"])
    named = {
        region: Words(name, name) for region, name in policy.reference.regions.select("region", "name").iter_rows()
    }
    return Advice(
        unit=policy.terms.unit,
        registration_number=line["registration_number"],
        version=line["version"],
        outcome=line["outcome"],
        score=line["substantiation_score"],
        reasons=_told(line["reasons"], policy.night),
        blocking=tuple(tell_gap(name, policy.night) for name in blocking),
        missing=tuple(tell_gap(name, policy.night) for name in line["gaps"] if name not in blocking),
        danger=tuple(dict.fromkeys([*line["danger"], *line["danger_told"]])),
        withheld=withheld,
        regions=tuple(named[region] for region in line["regions"]),
    )


def _told(reasons: list[str], night: date) -> tuple[InWords, ...]:
    """Return the words of the reasons; what was noticed of a column says more than that it is not known."""
    noticed = {reason.rpartition(":")[2] for reason in reasons if not reason.startswith("quality:")}
    return tuple(tell_reason(reason, night) for reason in reasons if _not_known().get(reason) not in noticed)


@cache
def _not_known() -> dict[str, str]:
    """Return the quality reasons that say no more than that a column of the registration is empty, with that column."""
    return {
        f"quality:{rule.name}": rule.columns[0]
        for rule in read_suite("registration_quality").rules
        if rule.type == "expect_column_values_to_not_be_null"
    }


def _withheld(tables: Tables, policy: Policy) -> dict[int, tuple[Withheld, ...]]:
    """Return what would be kept back of each registration, whatever becomes of it."""
    _, back = stages.minimise(tables, stages.redact(tables, policy), policy)
    words = {element.id: element for element in policy.rules.elements}
    found: dict[int, list[Withheld]] = {}
    for row, kind, count in back.group_by(ROW, "kind").agg(pl.col("count").sum()).sort(ROW, "kind").iter_rows():
        found.setdefault(row, []).append(Withheld(kind, *_words_of(kind, words.get(kind)), count))
    return {row: tuple(listed) for row, listed in found.items()}


def _words_of(kind: str, element: Element | None) -> tuple[Words, str | None]:
    """Return what a kind of element, or of what was taken out of a text, is called, and its law."""
    if element:
        return element.words, element.source
    rule = rules_by_kind().get(kind)
    return (Words(rule.words_nl, rule.words_en), rule.law) if rule else (Words(kind, kind), None)
