"""From a decision to forward to the rows that Veilig Thuis reads: what is not built here does not leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline.enrich.triage import KNOWN_FROM
from pipeline.policy.disclosure import Terms
from pipeline.schema import KEY, ROW, Tables

YOUTH_PROJECTS: Final = ("KM",)
KNOWN_AS: Final = {"W": "seen", "V": "stated", "H": "heard", "O": "opinion"}
PERSON_ROLES: Final = ("SO", "VE", "KI", "OU", "HU", "GE", "ME", "PR", "OV")
"""Informants leave no row, nor does a role that nobody knows."""


@dataclass(frozen=True)
class Staging:
    """Rows for the tables of the regions' schemas; each frame has `region` beside the table's own columns."""

    report: pl.DataFrame
    person: pl.DataFrame
    prior_incident: pl.DataFrame
    danger_signal: pl.DataFrame


def build_staging(allowed: Tables, verdict: pl.DataFrame, persons_by_region: pl.DataFrame, terms: Terms) -> Staging:
    """Build the rows of every registration that is forwarded.

    Args:
        allowed: the minimised tables (`screen.elements.keep_allowed`), `person` with `secret`.
        verdict: per row `regions`, `substantiation_score`, `gaps`, `danger` and `danger_told` (signals by box and by
            text), and optional enrichment columns of the same names as in the staging table.
        persons_by_region: row, region, person_number: which region gets which person.
        terms: what is said of the disclosure in every report.
    """
    forwarded = verdict.explode("regions").rename({"regions": "region"})
    keyed = allowed.registration.select(ROW, "registration_number", "version").join(
        forwarded.select(ROW, "region"), on=ROW
    )
    keyed = keyed.with_columns(pl.lit(terms.unit).alias("unit"))
    persons = _persons(allowed.person, keyed, persons_by_region)
    return Staging(
        report=_reports(allowed, forwarded, terms),
        person=persons,
        prior_incident=_prior_incidents(allowed.prior_incident, persons),
        danger_signal=_danger_signals(forwarded, keyed),
    )


def build_amendment(taken: Tables, carriers: pl.DataFrame) -> Staging:
    """Build what reports that were delivered before get of registrations of the same event.

    Args:
        taken: `enrich.taken_over.take_over`, minimised.
        carriers: row, unit, registration_number, version, regions, also_registered_as and danger_of_others
            (lists), contact_police_first.

    Returns:
        Staging of which `report` has the key, `entries` and the columns that the carried add to; prior incidents are
        numbered from 1 on, beside those that the report has.
    """
    keyed = carriers.explode("regions").rename({"regions": "region"})
    everybody = taken.person.select(ROW, "person_number").join(keyed.select(ROW, "region"), on=ROW)
    key = keyed.select(ROW, "region", *KEY)
    whose = taken.prior_incident.select(ROW, "person_number").unique().join(key, on=ROW)
    return Staging(
        report=keyed.join(_entries(taken.entry), on=ROW, how="left", maintain_order="left").select(
            ROW, "region", *KEY, pl.col("entries").fill_null("[]"), "also_registered_as", "contact_police_first"
        ),
        person=_persons(taken.person, key, everybody),
        prior_incident=_prior_incidents(taken.prior_incident, whose),
        danger_signal=_danger_signals(keyed, key),
    )


def _reports(allowed: Tables, forwarded: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    registration = allowed.registration
    youth = (registration.get_column("kind") == "ZJ").fill_null(value=False)
    marked_youth = registration.get_column("project_code").is_in(YOUTH_PROJECTS).fill_null(value=False)
    kind = pl.when(youth | (marked_youth & registration.get_column("kind").is_null())).then(pl.lit("youth_concern"))
    columns = ("registration_number", "version", *REPORT_COLUMNS)
    extra = [column for column in ENRICHED if column in forwarded.columns]
    return (
        registration.with_columns(kind.otherwise(pl.lit("domestic_violence")).alias("kind"))
        .join(_entries(allowed.entry), on=ROW, how="left")
        .with_columns(pl.col("entries").fill_null("[]"), pl.col("nature").fill_null([]))
        .join(forwarded, on=ROW)
        .select(
            ROW,
            "region",
            pl.lit(terms.unit).alias("unit"),
            *columns,
            "entries",
            "substantiation_score",
            "gaps",
            *extra,
            pl.lit(terms.night).alias("night"),
            pl.lit(terms.legal_ground).alias("legal_ground"),
            pl.lit(terms.secrecy_notice).alias("secrecy_notice"),
            pl.lit(terms.agreement_version).alias("agreement_version"),
            pl.lit(terms.policy_version).alias("policy_version"),
            pl.lit(terms.mandate).alias("mandate"),
        )
        .sort("region", *KEY)
    )


REPORT_COLUMNS: Final = (
    *("kind", "known_at", "committed_from", "committed_until", "incident_code", "project_code"),
    *("street", "house_number", "house_number_suffix", "postcode", "place", "municipality_code"),
    *("contact_department", "contact_phone", "contact_email", "suspicion", "nature"),
    *("injury", "alcohol", "drugs", "honour", "weapon_kind", "arrest", "complaint"),
    *("restraining_order", "restraining_order_until", "children_present", "informed", "informed_explanation"),
    *("description", "reason_for_report"),
)
ENRICHED: Final = ("contact_police_first", "sequence", "also_registered_as", "triage", "urgency_hint")
PERSON_COLUMNS: Final = (
    *("role", "family_name", "name_prefix", "given_names", "birth_date", "sex", "bsn"),
    *("street", "house_number", "house_number_suffix", "postcode", "place", "municipality_code"),
    *("phone", "relation", "relation_to", "lives_in", "custody", "organisation", "interpreter_language"),
)


def _entries(entry: pl.DataFrame) -> pl.DataFrame:
    """Return the redacted entries of each row as one JSON list; an entry without text left leaves no trace."""
    told = entry.filter(pl.col("text").is_not_null()).sort(ROW, "entry_number")
    known_as = pl.col("source").replace_strict(KNOWN_AS, default=None).alias("known_as")
    written_at = pl.col("written_at").dt.to_string("iso:strict")
    fields = pl.struct("registration_number", "version", "entry_number", written_at, known_as, "text")
    return (
        told.select(ROW, fields.struct.json_encode().alias("told"))
        .group_by(ROW, maintain_order=True)
        .agg(("[" + pl.col("told").str.join(",") + "]").alias("entries"))
    )


def _persons(person: pl.DataFrame, keyed: pl.DataFrame, persons_by_region: pl.DataFrame) -> pl.DataFrame:
    another = pl.col("named_in") != pl.col("registration_number")
    return (
        person.filter(pl.col("role").is_in(PERSON_ROLES))
        .join(persons_by_region, on=[ROW, "person_number"])
        .rename({"registration_number": "named_in"})
        .drop("version")
        .join(keyed, on=[ROW, "region"])
        .with_columns(pl.when(another).then("named_in").alias("carried_from"))
        .select(
            *(ROW, "region", *KEY, "person_number", *PERSON_COLUMNS),
            pl.col("secret").alias("secret_address"),
            "carried_from",
        )
        .sort("region", *KEY, "person_number")
    )


def _prior_incidents(prior: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Return the prior incidents that minimising left, numbered within the report, oldest first."""
    return (
        prior.select(ROW, "person_number", "date", "incident_code", "role", "outcome", "origin")
        .join(persons.select(ROW, "region", *KEY, "person_number"), on=[ROW, "person_number"])
        .sort("region", *KEY, "date", "person_number", "incident_code", "role", "outcome", "origin")
        .with_columns((pl.int_range(pl.len()).over("region", *KEY) + 1).alias("number"))
        .select("region", *KEY, "person_number", "number", "date", "incident_code", "role", "outcome", "origin")
    )


def _danger_signals(forwarded: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """Return one row a signal: what the officer ticked, else what the text tells, else what a carried report says."""
    signals = pl.concat(
        forwarded.select(ROW, "region", pl.col(column).alias("signal"), pl.lit(known_from).alias("known_from"))
        .explode("signal")
        .drop_nulls("signal")
        for column, known_from in KNOWN_FROM.items()
        if column in forwarded.columns
    )
    return (
        signals.unique([ROW, "region", "signal"], keep="first", maintain_order=True)
        .join(keyed, on=[ROW, "region"])
        .select("region", *KEY, "signal", "known_from")
        .sort("region", *KEY, "signal")
    )
