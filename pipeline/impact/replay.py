"""Tables judged again: where a change cannot be judged over facts, because it looks at values, texts or what was sent.

What the export's own night decided by what came before it (repeated, retracted, of the same event) stays as it stands;
gates, scope, facts, criteria, routing and texts are judged as a night judges them, by the same functions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from pipeline import stages
from pipeline.decide.criteria import judge_quality, score_criteria
from pipeline.decide.danger import read_danger
from pipeline.decide.facts import registration_facts
from pipeline.decide.outcome import decide
from pipeline.impact.changes import OPEN_CODES
from pipeline.impact.rejudge import Governing, with_blocking
from pipeline.impact.variant import Variant
from pipeline.load.secret_elsewhere import SECRET_ELSEWHERE
from pipeline.policy.agreements import Agreement
from pipeline.policy.danger import DangerRules, parse_danger_rules
from pipeline.policy.disclosure import read_disclosure
from pipeline.policy.redaction import read_redaction_policy
from pipeline.policy.reference import read_reference
from pipeline.receive.notation import open_code
from pipeline.redact import RedactedTables, Redactor, redact_tables
from pipeline.schema import ROW, Tables
from pipeline.screen.gates import FINDING

STANDS: Final = (
    "already_received",
    "contents_changed",
    "retracted_later",
    "superseded",
    "same_event",
    SECRET_ELSEWHERE,
)
"""Findings that rest on what other exports held; they are not looked up again."""
KEPT_BACK: Final = pl.Schema({"kind": pl.String(), "before": pl.Int64(), "after": pl.Int64()})
"""Values of what is forwarded that are kept back, by kind of element."""


@dataclass(frozen=True)
class Replayed:
    """One part judged again."""

    moved: pl.DataFrame
    """As `rejudge` returns it."""
    elements: pl.DataFrame
    """KEPT_BACK."""


def policy_of(governing: Governing, night: date) -> stages.Policy:
    """Return what a decision on one unit's night rests on."""
    agreement = governing.agreement
    assert agreement is not None, "tables are kept of units that have an agreement"
    rules = governing.rules
    terms = read_disclosure(night).terms(agreement, night, rules.version)
    return stages.Policy(rules, read_reference(), agreement, governing.agreed, terms)


def replay(
    kept: pl.DataFrame, tables: Tables, before: stages.Policy, after: stages.Policy, present: Variant, variant: Variant
) -> Replayed:
    """Judge one part again under `variant`.

    Args:
        kept: what was decided of it; rows that `tables` lacks are rejected now.
        tables: canonical, as the changed agreement reads them.
        before: the policy of then.
        after: the policy of the variant.
        present: the suites and texts of then.
        variant: its suites and texts.
    """
    night = after.night
    routed, facts = _enrich(tables, after, variant)
    scores, _ = score_criteria(facts, night, variant.criteria)
    quality, _ = judge_quality(tables, night, (variant.suites[0], variant.suites[1]))
    enriched = stages.Enriched(routed, _NOBODY, facts)
    standing = _standing(kept, text_doubt=variant.texts is None)
    findings = [stages.screen(tables, after), quality, standing, stages.find(enriched, scores)]
    decision = decide(tables.registration.get_column(ROW), pl.concat(findings), after.rules, night)
    going = tables.only(decision.filter(pl.col("outcome") == "forward"))
    redacted = _redact(going, after, variant)
    if not redacted.holds.is_empty():
        findings.append(redacted.holds.cast(FINDING))
        decision = decide(tables.registration.get_column(ROW), pl.concat(findings), after.rules, night)
    moved = _moved(kept, decision, routed, scores, present, night)
    return Replayed(moved, _elements(tables, moved, redacted, (before, after), (present, variant)))


_NOBODY: Final = pl.DataFrame()


def _enrich(tables: Tables, policy: stages.Policy, variant: Variant) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return routing and facts; danger that texts tell is read by the variant's own rules."""
    enriched = stages.enrich(tables, policy)
    rules = danger_rules(variant.texts)
    if rules is None:
        return enriched.routed, enriched.facts
    facts = registration_facts(tables, read_danger(tables, policy.night, rules))
    routes = enriched.facts.select(ROW, "routes")
    return enriched.routed, facts.join(routes, on=ROW, how="left", maintain_order="left")


@cache
def danger_rules(texts: Path | None) -> DangerRules | None:
    """Return the rules on danger of a folder with other rules on texts; None where it has none."""
    file = texts / "danger" / "told.toml" if texts else None
    return parse_danger_rules(file.read_text(encoding="utf-8")) if file and file.is_file() else None


@cache
def redactor_of(texts: Path | None) -> Redactor | None:
    """Return the redactor of a folder with other rules on texts; None where it has none."""
    folder = texts / "redaction" if texts else None
    return Redactor(read_redaction_policy(folder)) if folder and folder.is_dir() else None


def _redact(tables: Tables, policy: stages.Policy, variant: Variant) -> RedactedTables:
    redactor = redactor_of(variant.texts)
    if redactor is None or tables.registration.is_empty():
        return stages.redact(tables, policy)
    return redact_tables(tables, redactor, municipalities=policy.reference.municipality_names())


def _standing(kept: pl.DataFrame, *, text_doubt: bool) -> pl.DataFrame:
    stands = [*STANDS, "text_doubt", "text_unread"] if text_doubt else list(STANDS)
    reasons = kept.select(ROW, pl.col("reasons").alias("reason")).explode("reason")
    return reasons.filter(pl.col("reason").is_in(stands)).cast(FINDING)


def _moved(
    kept: pl.DataFrame,
    decision: pl.DataFrame,
    routed: pl.DataFrame,
    scores: pl.DataFrame,
    present: Variant,
    night: date,
) -> pl.DataFrame:
    to = (
        decision.rename({"outcome": "to_outcome", "reasons": "to_reasons"})
        .join(routed.select(ROW, pl.col("regions").alias("to_regions")), on=ROW, how="left")
        .join(
            scores.rename({"substantiation_score": "to_score", "gaps": "to_gaps", "blocking_gaps": "to_blocking"}),
            on=ROW,
            how="left",
        )
    )
    none = pl.lit([], dtype=pl.List(pl.String))
    return with_blocking(kept, present.criteria, night).join(to, on=ROW, how="left", maintain_order="left").select(
        *(ROW, "outcome", "reasons", pl.col("routed_regions").alias("regions")),
        pl.col("to_outcome").fill_null("reject"),
        pl.col("to_reasons").fill_null(pl.lit(["rejected"], dtype=pl.List(pl.String))),
        pl.col("to_regions").fill_null(none),
        "to_score",
        pl.col("to_gaps").fill_null(none),
        "blocking",
        pl.col("to_blocking").fill_null(none),
    )  # fmt: skip


def _elements(
    tables: Tables,
    moved: pl.DataFrame,
    redacted: RedactedTables,
    policies: tuple[stages.Policy, stages.Policy],
    variants: tuple[Variant, Variant],
) -> pl.DataFrame:
    """Count what is kept back of what is forwarded before and after; only what both forward can be compared."""
    both = moved.filter((pl.col("outcome") == "forward") & (pl.col("to_outcome") == "forward"))
    going = tables.only(both)
    if going.registration.is_empty():
        return KEPT_BACK.to_frame()
    then = _redact(going, policies[0], variants[0]) if variants[1].texts else redacted
    counted = []
    for name, policy, texts in (("before", policies[0], then), ("after", policies[1], redacted)):
        _, withheld = stages.minimise(going, texts, policy)
        counted.append(withheld.group_by("kind").agg(pl.col("count").sum().alias(name)))
    joined = counted[0].join(counted[1], on="kind", how="full", coalesce=True)
    return (
        joined.select("kind", *(pl.col(name).fill_null(0) for name in ("before", "after"))).sort("kind").cast(KEPT_BACK)
    )


def with_open_codes(tables: Tables, agreement: Agreement) -> Tables:
    """Translate the codes of open lists that an agreement adds: what was not translated is still there as delivered."""
    registration, prior = tables.registration, tables.prior_incident
    for dutch, name in OPEN_CODES.items():
        codes = dict(agreement.codes.get(dutch, {}))
        if codes:
            translated = open_code(pl.col(name), codes).alias(name)
            registration = registration.with_columns(translated)
            prior = prior.with_columns(translated) if name in prior.columns else prior
    return replace(tables, registration=registration, prior_incident=prior)


def fill_secret(tables: Tables, agreement: Agreement) -> Tables:
    """Read an empty mark of a secret address as not set where the agreement says that the system leaves it empty."""
    if "secret_address" not in agreement.leaves_empty:
        return tables
    unreadable = tables.registration.filter(
        pl.col("problems").list.contains("unreadable:person.secret_address")
    ).get_column(ROW)
    filled = pl.when(pl.col("secret_address").is_null() & ~pl.col(ROW).is_in(unreadable.implode()))
    mark = filled.then(pl.lit(value=False)).otherwise("secret_address").alias("secret_address")
    return replace(tables, person=tables.person.with_columns(mark))
