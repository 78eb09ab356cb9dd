"""What becomes of one part of an export, as pure functions over its tables: screen, enrich, decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from pipeline.decide.danger import read_danger
from pipeline.decide.facts import STAND_IN, registration_facts
from pipeline.decide.outcome import decide
from pipeline.enrich.route import persons_by_region, route
from pipeline.enrich.supplement import Known, supplement
from pipeline.enrich.triage import INJURED_CHILD, KNOWN_FROM, origin_of
from pipeline.policy.agreements import Agreement, Agreements
from pipeline.policy.codes import read_conviction_words, read_languages
from pipeline.policy.dates import years_before
from pipeline.policy.disclosure import Terms, read_disclosure
from pipeline.policy.enrichment import read_enrichment
from pipeline.policy.incident_classes import relevant_classes
from pipeline.policy.reference import Reference, read_reference
from pipeline.policy.rules import Rules, read_rules
from pipeline.policy.triage import read_triage
from pipeline.redact import UNREAD, RedactedTables, read_redactor, redact_tables, with_texts
from pipeline.schema import DANGER_BOXES, ROW, Tables
from pipeline.screen.address_secrecy import SECRET, with_secrecy
from pipeline.screen.contact import with_desk
from pipeline.screen.elements import (
    RELATED,
    WITHHELD,
    add_related,
    bsn_is_verified,
    codes_are_codes,
    keep_allowed,
    of_persons,
    of_shape,
    of_the_past,
)
from pipeline.screen.gates import FINDING, findings_where, judge_gates
from pipeline.screen.versions import find_repeated

PLACED: Final = ("secret_address", "address_between_regions")
"""Reasons of routing that tell of an address that leads somewhere, though only a person can say where."""


@dataclass(frozen=True)
class Policy:
    """Everything that a decision on one unit's night rests on."""

    rules: Rules
    reference: Reference
    agreement: Agreement
    agreed: bool
    """Whether the agreement is in force on the night."""
    terms: Terms

    @property
    def night(self) -> date:
        """The night that is judged."""
        return self.terms.night


def policy_on(agreements: Agreements, unit: str, night: date) -> Policy:
    """Return what a decision on a unit's night rests on, by these agreements. Raises UsageError: it has none."""
    agreements.require([unit])
    agreement, rules = agreements.latest(unit, night), read_rules()
    assert agreement is not None, "it was required"
    return Policy(
        rules=rules,
        reference=read_reference(),
        agreement=agreement,
        agreed=agreements.in_force(unit, night) is not None,
        terms=read_disclosure(night).terms(agreement, night, rules.version),
    )


@dataclass(frozen=True)
class Enriched:
    """What a part's registrations turn out to be."""

    routed: pl.DataFrame
    """row, regions, routed_by, route_reasons."""
    persons_by_region: pl.DataFrame
    """row, region, person_number."""
    facts: pl.DataFrame
    """row and the facts that criteria are declared over; `danger`, `danger_told`, `danger_unread`,
    `danger_possible`."""


@dataclass(frozen=True)
class Decided:
    """What becomes of a part's registrations."""

    verdict: pl.DataFrame
    """row, outcome, reasons, substantiation_score, gaps, danger, danger_told, in_danger, leads_to (where its addresses
    lead), regions (those of a forward); what is told of each report beside its tables: contact_police_first."""
    allowed: Tables
    """What may be shared of those that are forwarded."""
    withheld: pl.DataFrame
    """WITHHELD: what was kept back of those that are forwarded."""


def screen(tables: Tables, policy: Policy) -> pl.DataFrame:
    """Return the findings of the legal gates, and what receiving noticed of each row."""
    noticed = tables.registration.select(ROW, pl.col("problems").alias("reason")).explode("reason").drop_nulls("reason")
    gates = judge_gates(tables, policy.rules, policy.night, agreed=policy.agreed)
    return pl.concat([gates, noticed.cast(FINDING), find_repeated(tables)])


def enrich(tables: Tables, policy: Policy) -> Enriched:
    """Return where each registration goes and the facts it states."""
    agreement, night = policy.agreement, policy.night
    routed = route(tables, policy.reference, agreement, night)
    persons = persons_by_region(tables, policy.reference, agreement, night, routed)
    known = pl.col("route_reasons").list.set_intersection(pl.lit(list(PLACED))).list.len() > 0
    facts = registration_facts(tables, read_danger(tables, night)).join(
        routed.select(ROW, ((pl.col("regions").list.len() > 0) | known).alias("routes")),
        on=ROW,
        how="left",
        maintain_order="left",
    )
    return Enriched(routed, persons, facts)


def find(enriched: Enriched, scores: pl.DataFrame) -> pl.DataFrame:
    """Return the findings on what a registration lacks, on where it goes, and on danger that could not be read.

    Args:
        enriched: facts and routing.
        scores: row, blocking_gaps (list): the blocking criteria that are not met.
    """
    lacking = pl.col("blocking_gaps").list.len() > 0
    nowhere = pl.col("regions").list.len() == 0
    secret = pl.col("route_reasons").list.contains("secret_address")
    return pl.concat(
        [
            findings_where(
                enriched.facts.join(scores, on=ROW),
                {"poorly_founded_in_danger": lacking & in_danger(), "poorly_founded": lacking & ~in_danger()},
            ),
            findings_where(enriched.facts, {"danger_unread": pl.col("danger_unread")}),
            findings_where(enriched.routed, {"secret_address": nowhere & secret, "unroutable": nowhere & ~secret}),
        ]
    )


def in_danger() -> pl.Expr:
    """Tell whether a danger signal is ticked, told, or may stand in a box or a text that could not be read."""
    signals = pl.col("danger").list.len() + pl.col("danger_told").list.len()
    return (signals > 0) | pl.col("danger_possible")


def conclude(
    tables: Tables, findings: pl.DataFrame, enriched: Enriched, scores: pl.DataFrame, policy: Policy
) -> Decided:
    """Decide over a part and minimise what is forwarded of it.

    Args:
        tables: as received.
        findings: of every stage (row, reason).
        enriched: routing and facts.
        scores: row, substantiation_score, gaps, blocking_gaps.
        policy: what the decision rests on.
    """
    rows = tables.registration.get_column(ROW)
    decision = decide(rows, findings, policy.rules, policy.night)
    going = with_secrecy(tables.only(decision.filter(pl.col("outcome") == "forward")))
    redacted = redact(going, policy)
    holds = redacted.holds
    if not holds.is_empty():
        decision = decide(rows, pl.concat([findings, holds.cast(FINDING)]), policy.rules, policy.night)
    told = enriched.facts.select(ROW, "danger", "danger_told", in_danger().alias("in_danger"))
    verdict = (
        decision.join(scores.drop("blocking_gaps"), on=ROW, how="left", maintain_order="left")
        .join(told, on=ROW, how="left", maintain_order="left")
        .join(enriched.routed.select(ROW, "regions"), on=ROW, how="left", maintain_order="left")
        .with_columns(
            leads_to=pl.col("regions").fill_null(pl.lit([], pl.List(pl.String))),
            regions=pl.when(pl.col("outcome") == "forward").then("regions").otherwise(pl.lit([], pl.List(pl.String))),
            contact_police_first=contact_police_first(going, redacted),
        )
    )
    forwarded = verdict.filter(pl.col("outcome") == "forward")
    return Decided(verdict, *minimise(going.only(forwarded), redacted, policy))


def supplemented(allowed: Tables, verdict: pl.DataFrame, known: Known, night: date) -> tuple[Tables, pl.DataFrame]:
    """Add what Veilig Thuis would supplement by hand to registrations that are forwarded.

    Danger that a text tells, or another registration of the event, counts like a box that was ticked; the triage says
    which of them it was.

    Args:
        allowed: what may be shared.
        verdict: row and lists of signals: `danger`, `danger_told`, where there is one `danger_of_others`.
        known: what the history answered for them.
        night: the five years count back from it.

    Returns:
        The tables with the prior incidents of export and history; the verdict with sequence, triage, urgency_hint.
    """
    lists = [name for name in KNOWN_FROM if name in verdict.columns]
    origins = [origin_of(signal, lists) for signal in (*DANGER_BOXES, INJURED_CHILD)]
    signals = verdict.select(ROW, pl.concat_list(lists).alias("signals"), *origins)
    boxes = [(pl.col(box) | pl.col("signals").list.contains(box)).alias(box) for box in DANGER_BOXES]
    child = pl.col("signals").list.contains(INJURED_CHILD).alias(INJURED_CHILD)
    registration = allowed.registration.join(signals, on=ROW, how="left", maintain_order="left")
    registration = registration.with_columns(*boxes, child).drop("signals")
    shared = Tables(registration, allowed.person, allowed.entry, allowed.prior_incident)
    added = supplement(shared, known, read_enrichment(night), read_triage(night), night)
    report = added.report.select(ROW, "sequence", "triage", "urgency_hint")
    tables = Tables(allowed.registration, allowed.person, allowed.entry, added.prior_incident)
    return tables, verdict.join(report, on=ROW, how="left", maintain_order="left")


def remembered(tables: Tables, verdict: pl.DataFrame, policy: Policy) -> Tables:
    """Return the registrations that may be recognised later as somebody's past.

    Left out: what is withheld, repeated or rejected, or would be if it did not wait for its changed contents; what the
    law leaves in doubt, until a person lifts it; and what lies outside the scope, unless its class is one that may be
    shared as an earlier incident.
    """
    gates = policy.rules.gates_on(policy.night)
    doubtful = [gate.id for gate in gates if gate.doubt or gate.outcome == "withhold"]
    in_doubt = pl.col("reasons").list.set_intersection(pl.lit(doubtful)).list.len() > 0
    relevant = pl.col("incident_code").is_in(relevant_classes()).fill_null(value=False)
    judged = verdict.join(tables.registration.select(ROW, "incident_code"), on=ROW)
    kept = pl.col("outcome").is_in(["forward", "return", "hold"]) | ((pl.col("outcome") == "elsewhere") & relevant)
    return tables.only(judged.filter(kept & ~in_doubt))


def redact(tables: Tables, policy: Policy) -> RedactedTables:
    """Redact the texts of what would be forwarded; the first call of a process compiles the word lists (a second)."""
    if tables.registration.is_empty():
        return RedactedTables.of(())
    return redact_tables(tables, read_redactor(), municipalities=policy.reference.municipality_names())


def contact_police_first(tables: Tables, redacted: RedactedTables) -> pl.Expr:
    """Tell of which rows something was left out that police work may hang on: tactics, or an investigation's number.

    Nobody knows what stands in texts that were not read.
    """
    numbered = tables.registration.filter(pl.col("investigation_number").is_not_null()).get_column(ROW)
    told = [redacted.rows_with("kind", kind) for kind in ("tactical", UNREAD)]
    return pl.col(ROW).is_in(pl.concat([numbered, *told]).implode())


def minimise(tables: Tables, redacted: RedactedTables, policy: Policy) -> tuple[Tables, pl.DataFrame]:
    """Empty everything that no element rule lets through; return the tables and what was withheld, texts too.

    Persons who play a role in an earlier incident are judged by their role in this registration.
    """
    told = with_secrecy(with_texts(tables, redacted))
    roles = told.person.select(ROW, "person_number", pl.col("role").alias("person_role"))
    prior = told.prior_incident.with_columns(origin=pl.lit("export")).join(
        roles, on=[ROW, "person_number"], how="left", maintain_order="left"
    )
    met = {
        "elfproef": bsn_is_verified(),
        "not_secret": ~pl.col(SECRET),
        "redacted": pl.lit(value=True),
        "no_threat": ~pl.col(ROW).is_in(redacted.rows_with("rule", "organisation").implode()),
        **codes_are_codes(read_languages()),
        **of_persons(),
        **of_shape(),
        **of_the_past(read_conviction_words()),
        "relevant_class": pl.col("incident_code").is_in(relevant_classes()),
        "within_five_years": pl.col("date") >= pl.lit(years_before(policy.night, 5)),
    }
    governing, shares = policy.rules.elements_on(policy.night), policy.agreement.shares
    kept = [
        keep_allowed(told.registration, "registration", governing, shares, met),
        keep_allowed(add_related(told.person), "person", governing, shares, met),
        keep_allowed(told.entry, "entry", governing, shares, met),
        keep_allowed(prior, "prior_incident", governing, shares, met, role="person_role"),
    ]
    gone = redacted.withheld.join(told.registration.select(ROW), on=ROW, how="semi").cast(WITHHELD)
    registration, person, *parts = (table.drop(RELATED, strict=False) for table, _ in kept)
    registration = with_desk(registration, told.registration, policy.agreement.contact)
    person = person.with_columns(pl.col("birth_date").replace({STAND_IN: None}))
    return Tables(registration, person, *parts), pl.concat([*(back for _, back in kept), gone])
