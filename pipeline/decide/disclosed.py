"""What a delivery discloses, by kind of element: the content of its ledger entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from pipeline.decide.report import Staging
from pipeline.policy.disclosure import Terms
from pipeline.policy.rules import Element
from pipeline.schema import KEY, LISTED, ROW


def ledger_entries(
    staging: Staging, withheld: pl.DataFrame, governing: Mapping[str, Element], terms: Terms
) -> pl.DataFrame:
    """Return one ledger entry (load.ledger.ENTRY) for each report of `staging`.

    Args:
        staging: rows as they go to the regions.
        withheld: row, kind, count: what was kept back.
        governing: the element in force for each `table.column`.
        terms: under what it is disclosed.
    """
    elements = _elements(staging, ("registration", "person", "prior_incident"), governing)
    kept_back = withheld.group_by(ROW, "kind").agg(pl.col("count").sum()).sort(ROW, "kind")
    kept_back = kept_back.group_by(ROW, maintain_order=True).agg(pl.format("{}:{}", "kind", "count").alias("withheld"))
    return (
        staging.report.select(ROW, "region", *KEY, "night", "agreement_version", "policy_version", "mandate")
        .join(elements, on=[*KEY, "region"], how="left", maintain_order="left")
        .join(kept_back, on=ROW, how="left", maintain_order="left")
        .select(
            pl.lit("disclosure").alias("kind"),
            *("night", "unit", "registration_number", "version", "region"),
            pl.col("elements").fill_null(pl.lit([], dtype=LISTED)),
            pl.col("withheld").fill_null(pl.lit([], dtype=LISTED)),
            pl.lit(terms.legal_ground).alias("ground"),
            *("agreement_version", "policy_version", "mandate"),
        )
    )


def amendment_entries(amendment: Staging, governing: Mapping[str, Element], terms: Terms) -> pl.DataFrame:
    """Return one ledger entry for each delivered report that gets what `build_amendment` built."""
    key = [*KEY, "region"]
    elements = _elements(amendment, ("person", "prior_incident"), governing)
    return amendment.report.join(elements, on=key, how="left", maintain_order="left").select(
        pl.lit("amendment").alias("kind"),
        pl.lit(terms.night).alias("night"),
        *key,
        pl.col("elements").fill_null(pl.lit([], dtype=LISTED)),
        pl.lit([], dtype=LISTED).alias("withheld"),
        pl.lit(terms.legal_ground).alias("ground"),
        pl.lit(terms.agreement_version).alias("agreement_version"),
        pl.lit(terms.policy_version).alias("policy_version"),
        pl.lit(terms.mandate).alias("mandate"),
    )


def _elements(staging: Staging, names: Sequence[str], governing: Mapping[str, Element]) -> pl.DataFrame:
    """Return the kinds of element of each report: what those tables hold, what its entries tell, and its danger."""
    key = [*KEY, "region"]
    tables = {"registration": staging.report, "person": staging.person, "prior_incident": staging.prior_incident}
    kinds = [
        *(kinds_told(tables[name], key, name, governing) for name in names),
        staging.report.filter(pl.col("entries") != "[]").select(*key, pl.lit("narrative").alias("kind")),
        staging.danger_signal.select(*key, pl.lit("danger_signals").alias("kind")),
    ]
    return pl.concat(kinds).unique().group_by(key).agg(pl.col("kind").sort().alias("elements"))


def kinds_told(table: pl.DataFrame, key: list[str], name: str, governing: Mapping[str, Element]) -> pl.DataFrame:
    """Return (key, kind) for every kind of element of which `table` holds a value."""
    by_kind: dict[str, list[str]] = {}
    for column in table.columns:
        element = governing.get(f"{name}.{column}")
        if element is not None and column not in key:
            by_kind.setdefault(element.id, []).append(column)
    told = [pl.when(pl.any_horizontal(map(_tells, columns))).then(pl.lit(kind)) for kind, columns in by_kind.items()]
    return table.select(*key, kind=pl.concat_list(told)).explode("kind").drop_nulls("kind").unique()


def _tells(column: str) -> pl.Expr:
    """Whether a column holds anything: that an address is not secret discloses nothing."""
    return pl.col(column).fill_null(value=False) if column == "secret_address" else pl.col(column).is_not_null()
