"""Everything that VT's front office supplements, in one call over tables handed in: past, household, triage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from pipeline.enrich.household import household
from pipeline.enrich.prior import prior_incidents
from pipeline.enrich.repeat import sequence
from pipeline.enrich.triage import triage
from pipeline.policy.dates import years_before
from pipeline.policy.enrichment import Enrichment
from pipeline.policy.incident_classes import categories
from pipeline.policy.triage import Triage
from pipeline.schema import Tables


@dataclass(frozen=True)
class Known:
    """What the history answered. Frames as `load.history` reads them; `links` as `link.link` judged them."""

    persons: pl.DataFrame
    """Tonight's persons involved, as `identity.identify` gives them."""
    links: pl.DataFrame
    earlier: pl.DataFrame
    seen_at_home: pl.DataFrame


@dataclass(frozen=True)
class Supplement:
    """What is added to registrations."""

    prior_incident: pl.DataFrame
    """Columns of `prior.PRIORS`: replaces the export's own antecedents."""
    report: pl.DataFrame
    """One row a registration: sequence, earlier_dates, escalates, escalation_facts, the household, triage, urgency."""


def supplement(tables: Tables, known: Known, enrichment: Enrichment, fields: Triage, night: date) -> Supplement:
    """Supplement the registrations of `tables`.

    Args:
        tables: what may be shared of tonight's registrations.
        known: what the history answered for them.
        enrichment: `enrichment.toml`.
        fields: `triage.toml`.
        night: the five years count back from it.
    """
    since = years_before(night, enrichment.repeat.history_years)
    priors = prior_incidents(tables, known.links, known.earlier, categories(), since)
    sequences = sequence(tables.registration, priors, enrichment)
    households = household(tables, known.persons, known.seen_at_home, known.links)
    filled = triage(tables, sequences, households, fields)
    report = sequences.join(households, on="row", maintain_order="left").join(filled, on="row", maintain_order="left")
    return Supplement(prior_incident=priors, report=report)
