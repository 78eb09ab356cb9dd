"""Earlier incidents of the persons involved: the export's antecedents and our own earlier registrations, merged.

Shared are the date, the class, the role and the outcome, of relevant classes, of persons involved, within five years
(Wpg 13(1)(a), 8(6); Bpg 4:2). Only links count here, never hints.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

import polars as pl

from pipeline.enrich.across import EARLIER
from pipeline.enrich.keep import involved
from pipeline.schema import Tables, local_day

PRIORS: Final = pl.Schema(
    {
        "row": pl.Int64(),
        "person_number": pl.Int64(),
        "date": pl.Date(),
        "incident_code": pl.String(),
        "role": pl.String(),
        "outcome": pl.String(),
        "origin": pl.String(),
        "source_registration": pl.String(),
        "domestic": pl.Boolean(),
    }
)
DOMESTIC_KINDS: Final = ("HG", "ZJ")
DOMESTIC_CLASSES: Final = ("domestic", "child")


def prior_incidents(
    tables: Tables, links: pl.DataFrame, earlier: pl.DataFrame, classes: dict[str, str], since: date
) -> pl.DataFrame:
    """Merge what the export and the history say of the past of each person involved.

    Args:
        tables: tonight's; antecedents of other persons and of other classes are left out.
        links: columns of LINKS; hints are passed over. Leave out registrations of the same event.
        earlier: facts of the linked registrations (columns of `load.history.EARLIER_FACTS`).
        classes: category by incident class (`policy.incident_classes.categories`).
        since: the first day that may still be shared.

    Returns:
        Columns of PRIORS, each incident of a person once: `origin` is `export` or `history` (what both name is the
        export's, with its outcome, and domestic violence where either says so); `incident_code` is null for domestic
        violence that is no crime.
    """
    told = _of_export(tables, classes)
    known = _of_history(tables, links, earlier, classes)
    merged = pl.concat([told, known]).filter(pl.col("date") >= since)
    # An officer may name the number in one report and only day and class in another: both are compared.
    numbered = pl.col("source_registration").is_not_null()
    once = _each_once(merged.filter(numbered), ["row", "person_number", "source_registration"])
    return _each_once(
        pl.concat([once, merged.filter(~numbered)]), ["row", "person_number", "date", "incident_code", "role"]
    ).sort("row", "person_number", "date", "incident_code", "role", "source_registration")


def _each_once(named: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Keep one of the rows that name one incident, whatever their order: the export's, and one that tells the outcome.

    Our own registrations are known to be domestic violence by their mark, an antecedent only by its class.
    """
    others = [name for name in PRIORS if name not in {"origin", "outcome"}]
    return (
        named.with_columns(pl.col("domestic").any().over(key))
        .sort("origin", "outcome", *others, nulls_last=True)
        .unique(key, keep="first", maintain_order=True)
    )


def _of_export(tables: Tables, classes: dict[str, str]) -> pl.DataFrame:
    persons = involved(tables.person).select("row", "person_number")
    before = tables.registration.select("row", local_day("known_at").alias("known"))
    return (
        tables.prior_incident.join(persons, on=["row", "person_number"])
        .join(before, on="row")
        .filter(pl.col("incident_code").is_in(list(classes)) & (pl.col("date") <= pl.col("known")))
        .with_columns(pl.lit("export").alias("origin"), _domestic(classes).alias("domestic"))
        .select(PRIORS.names())
        .cast(PRIORS)
    )


def _of_history(tables: Tables, links: pl.DataFrame, earlier: pl.DataFrame, classes: dict[str, str]) -> pl.DataFrame:
    persons = involved(tables.person).select("row", "person_number")
    before = tables.registration.select("row", pl.col("known_at").alias("known"), "registration_number")
    # The highest version of an earlier number tells what became of it.
    last = earlier.sort("earlier_version").unique(EARLIER[:2], keep="last", maintain_order=True)
    marked = pl.col("kind").is_in(DOMESTIC_KINDS) | pl.col("project_code").is_not_null()
    relevant = pl.col("incident_code").is_in(list(classes))
    return (
        links.filter(pl.col("kind") == "link")
        .drop("kind")
        .join(persons, on=["row", "person_number"])
        .join(before, on="row")
        .join(last, on=EARLIER)
        .filter((pl.col("known_at") < pl.col("known")) & (pl.col("earlier_number") != pl.col("registration_number")))
        .filter(relevant | marked.fill_null(value=False))
        .select(
            "row",
            "person_number",
            pl.coalesce(local_day("happened_at"), local_day("known_at")).alias("date"),
            pl.when(relevant).then("incident_code").alias("incident_code"),
            pl.col("earlier_role").alias("role"),
            pl.lit(None, dtype=pl.String).alias("outcome"),
            pl.lit("history").alias("origin"),
            pl.col("earlier_number").alias("source_registration"),
            (marked.fill_null(value=False) | _domestic(classes)).alias("domestic"),
        )
        .cast(PRIORS)
    )


def _domestic(classes: dict[str, str]) -> pl.Expr:
    codes: Collection[str] = [code for code, category in classes.items() if category in DOMESTIC_CLASSES]
    return pl.col("incident_code").is_in(codes).fill_null(value=False)
