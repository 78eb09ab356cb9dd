"""One kept export judged again: what was found stays as it was found, but for the rules that changed.

Pure. `kept` is what `load.archive.read_judged` gives: verdict, facts, codes and routing, a row a registration, and
all findings as `reasons`, whichever of them decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from pipeline.decide.outcome import decide
from pipeline.policy.agreements import Agreement
from pipeline.policy.rules import TESTS, Gate, Rules
from pipeline.policy.suites import Rule, Suite
from pipeline.policy.words import Words
from pipeline.schema import LISTED, ROW
from pipeline.screen.gates import FINDING, judge_tests
from pipeline.screen.verdicts import judge

NONE: Final = pl.lit([], dtype=LISTED)
UNTITLED: Final = Words("", "")
POORLY: Final = ("poorly_founded", "poorly_founded_in_danger")


@dataclass(frozen=True)
class Governing:
    """What governs one unit's night."""

    rules: Rules
    criteria: Suite
    agreement: Agreement | None
    agreed: bool
    """Whether the agreement is in force."""


@dataclass(frozen=True)
class Scoring:
    """The criteria that changed between two suites, as they count on one night."""

    rules: tuple[Rule, ...]
    """All that count afterwards, in their order."""
    anew: tuple[Rule, ...]
    """Those of which no verdict is kept: new, or tested otherwise."""
    gone: frozenset[str]
    """Names whose kept verdict says nothing any more."""


def compare(before: Suite, after: Suite, night: date) -> Scoring | None:
    """Return what changed in the criteria on `night`; None when nothing did."""
    had, has = {rule.name: rule for rule in before.on(night)}, {rule.name: rule for rule in after.on(night)}
    if [_weighed(rule) for rule in had.values()] == [_weighed(rule) for rule in has.values()]:
        return None
    anew = tuple(rule for name, rule in has.items() if name not in had or _tests(had[name]) != _tests(rule))
    gone = frozenset(had.keys() - has.keys()) | {rule.name for rule in anew}
    return Scoring(tuple(has.values()), anew, gone)


def _weighed(rule: Rule) -> tuple[object, ...]:
    return (*_tests(rule), rule.weight, rule.blocking)


def _tests(rule: Rule) -> tuple[object, ...]:
    return rule.name, rule.type, rule.kwargs


def rejudge(kept: pl.DataFrame, before: Governing, after: Governing, night: date) -> pl.DataFrame:
    """Judge one kept export again.

    Returns:
        One line a row of `kept`, in their order:

        - row
        - `outcome`, `reasons`, `regions` (where it is forwarded to, or would be): as decided then
        - `to_outcome`, `to_reasons`, `to_regions`, `to_score`, `to_gaps`: as they would be
        - `blocking`, `to_blocking`: lists of criteria, then and as they would be

    Raises:
        PolicyError: a changed criterion looks at a fact that is not kept.
    """
    scoring = compare(before.criteria, after.criteria, night)
    scored = _rescore(with_blocking(kept, before.criteria, night), scoring, night)
    routed = _reroute(scored, before.agreement, after.agreement)
    gates = changed_gates(before.rules, after.rules, night)
    standing = _standing(routed, _voided(before, after, gates, poorly=scoring is not None))
    found = [standing, judge_tests(routed, gates, night)]
    if scoring is not None:
        found.append(_poorly_founded(routed))
    if after.agreed != before.agreed and not after.agreed:
        found.append(_not_in_force(routed))
    found.append(_nowhere(routed))
    decision = decide(routed.get_column(ROW), pl.concat(found), after.rules, night)
    to = decision.rename({"outcome": "to_outcome", "reasons": "to_reasons"})
    return routed.join(to, on=ROW, how="left", maintain_order="left").select(
        *(ROW, "outcome", "reasons", pl.col("routed_regions").alias("regions")),
        *("to_outcome", "to_reasons", "to_regions", "to_score", "to_gaps", "blocking", "to_blocking"),
    )


def with_blocking(kept: pl.DataFrame, criteria: Suite, night: date) -> pl.DataFrame:
    """Add `blocking`, the criteria that blocked, and what older nights did not keep.

    Of older nights only what was forwarded is known to have a region.
    """
    blocked = [rule.name for rule in criteria.on(night) if rule.blocking]
    missing = []
    if "routed_regions" not in kept.columns:
        missing.append(pl.col("regions").alias("routed_regions"))
    if "route_reasons" not in kept.columns:
        missing.append(NONE.alias("route_reasons"))
    return kept.with_columns(missing).with_columns(
        *(pl.col(name).fill_null(NONE) for name in ("gaps", "routed_regions", "route_reasons")),
        pl.col("gaps").fill_null(NONE).list.set_intersection(pl.lit(blocked, dtype=LISTED)).alias("blocking"),
    )


def _rescore(kept: pl.DataFrame, scoring: Scoring | None, night: date) -> pl.DataFrame:
    """Add `to_score`, `to_gaps` and `to_blocking`; only the criteria that changed are judged."""
    if scoring is None:
        same = {"to_score": "substantiation_score", "to_gaps": "gaps", "to_blocking": "blocking"}
        return kept.with_columns(pl.col(name).alias(alias) for alias, name in same.items())
    lacking = _lacking(kept, scoring, night)
    total = sum(rule.weight for rule in scoring.rules)
    missed = pl.sum_horizontal(pl.when(rule.name).then(rule.weight).otherwise(0) for rule in scoring.rules)
    unheard_of = pl.col("gaps").list.set_difference([*scoring.gone, *(rule.name for rule in scoring.rules)])
    told = lacking.select(
        (100 - missed * 100 / max(total, 1)).round().cast(pl.Int64).alias("to_score"),
        _names(scoring.rules).alias("named"),
        _names([rule for rule in scoring.rules if rule.blocking]).alias("to_blocking"),
    )
    return kept.hstack(told).with_columns(pl.concat_list("named", unheard_of).alias("to_gaps")).drop("named")


def _lacking(kept: pl.DataFrame, scoring: Scoring, night: date) -> pl.DataFrame:
    """Return a yes/no column a criterion: whether a row does not meet it; not knowing is not meeting."""
    anew = {rule.name for rule in scoring.anew}
    known = kept.select(
        pl.col("gaps").list.contains(rule.name).alias(rule.name) for rule in scoring.rules if rule.name not in anew
    )
    if not scoring.anew:
        return known
    verdicts, _ = judge(kept, Suite("well_founded", UNTITLED, scoring.anew), night)
    positions = pl.Series(range(len(kept)), dtype=pl.Int64)
    fresh = [
        positions.is_in(verdicts.filter(pl.col("rule") == rule.name).get_column("position").implode()).alias(rule.name)
        for rule in scoring.anew
    ]
    return pl.DataFrame([*known.get_columns(), *fresh])


def _names(rules: tuple[Rule, ...] | list[Rule]) -> pl.Expr:
    """Return the list of those of `rules` whose column is true."""
    if not rules:
        return NONE
    return pl.concat_list(pl.when(rule.name).then(pl.lit(rule.name)) for rule in rules).list.drop_nulls()


def _reroute(kept: pl.DataFrame, before: Agreement | None, after: Agreement | None) -> pl.DataFrame:
    """Add `to_regions`: a secret address goes where the agreement says, and nowhere without one.

    The homes of a family of which one address was secret and led nowhere are not kept: they get the agreement's region.
    """
    had = before.secret_address_region if before else None
    has = after.secret_address_region if after else None
    regions = pl.col("routed_regions")
    secret = pl.col("route_reasons").list.contains("secret_address") | pl.col("reasons").list.contains("secret_address")
    if had == has:
        return kept.with_columns(regions.alias("to_regions"))
    if has is None:
        moved = NONE
    elif had is None:
        moved = pl.lit([has], dtype=LISTED)
    else:
        moved = regions.list.eval(pl.element().replace(had, has)).list.unique(maintain_order=True)
    return kept.with_columns(pl.when(secret).then(moved).otherwise(regions).alias("to_regions"))


def changed_gates(before: Rules, after: Rules, night: date) -> tuple[Gate, ...]:
    """Return the gates of `after` whose test differs: order, outcome and words need no new finding."""
    had = {gate.id: _test_of(gate) for gate in before.gates_on(night)}
    return tuple(gate for gate in after.gates_on(night) if had.get(gate.id) != _test_of(gate))


def _test_of(gate: Gate) -> tuple[object, ...]:
    return (*(getattr(gate, test) for test in TESTS), gate.among, gate.not_among)


def _voided(before: Governing, after: Governing, gates: tuple[Gate, ...], *, poorly: bool) -> dict[str, pl.Expr]:
    """Return the reasons that count no more, each with where: the rules behind them are judged again."""
    everywhere = pl.lit(value=True)
    void = {gate.id: everywhere for gate in gates if gate.stage is None}
    if poorly:
        void |= dict.fromkeys(POORLY, everywhere)
    if after.agreed != before.agreed:
        void["agreement_not_in_force"] = everywhere
    void["secret_address"] = pl.col("to_regions").list.len() > 0
    left_empty = _leaves_empty(after) - _leaves_empty(before)
    for gate in after.rules.gates:
        if gate.unknown_flag in left_empty:
            void[gate.id] = ~pl.col("reasons").list.contains(f"unreadable:{gate.unknown_flag}")
    return void


def _leaves_empty(governing: Governing) -> frozenset[str]:
    return governing.agreement.leaves_empty if governing.agreement else frozenset()


def _standing(kept: pl.DataFrame, void: dict[str, pl.Expr]) -> pl.DataFrame:
    """Return the findings that stay as they were."""
    gone = pl.lit(value=False)
    for reason, where in void.items():
        gone = gone | ((pl.col("reason") == reason) & where)
    return (
        kept.select(ROW, "reasons", "to_regions", pl.col("reasons").alias("reason"))
        .explode("reason")
        .filter(pl.col("reason").is_not_null() & (pl.col("reason") != "well_founded") & ~gone)
        .select(ROW, "reason")
        .cast(FINDING)
    )


def _poorly_founded(kept: pl.DataFrame) -> pl.DataFrame:
    lacking = kept.filter(pl.col("to_blocking").list.len() > 0)
    reason = pl.when(pl.col("in_danger")).then(pl.lit(POORLY[1])).otherwise(pl.lit(POORLY[0]))
    return lacking.select(ROW, reason.alias("reason")).cast(FINDING)


def _not_in_force(kept: pl.DataFrame) -> pl.DataFrame:
    """Hold what is in scope: nothing goes without a mandate."""
    within = kept.filter(~pl.col("reasons").list.contains("out_of_scope"))
    return within.select(ROW, pl.lit("agreement_not_in_force").alias("reason")).cast(FINDING)


def _nowhere(kept: pl.DataFrame) -> pl.DataFrame:
    """Find what lost its region by the change."""
    lost = kept.filter((pl.col("to_regions").list.len() == 0) & (pl.col("routed_regions").list.len() > 0))
    return lost.select(ROW, pl.lit("secret_address").alias("reason")).cast(FINDING)
