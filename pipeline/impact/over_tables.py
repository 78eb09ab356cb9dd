"""Where facts do not suffice: the tables of one export found, sealed or in the inbox, and judged again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from pipeline.impact.changes import DELIVERED, only_open_codes
from pipeline.impact.delivered import read_delivered, rejected_rows
from pipeline.impact.replay import KEPT_BACK, fill_secret, policy_of, replay, with_open_codes
from pipeline.impact.variant import Variant
from pipeline.load import archive
from pipeline.load.intake import ExportKey
from pipeline.policy.agreements import Agreement
from pipeline.schema import ROW, TABLES, Tables
from pipeline.settings import Settings, read_key


@dataclass(frozen=True)
class Again:
    """One export judged again."""

    kept: pl.DataFrame
    """What it was judged against; with the rows that the contract rejected, where the export was read again."""
    moved: pl.DataFrame
    """As `rejudge.rejudge` returns it."""
    elements: pl.DataFrame = field(default_factory=KEPT_BACK.to_frame)


def judge_tables(
    settings: Settings, key: ExportKey, kept: pl.DataFrame, present: Variant, variant: Variant, takes: frozenset[str]
) -> Again | None:
    """Judge one export again over its tables; None when what it takes is not kept any more."""
    before, after = (policy_of(side.governing(key.unit, key.night), key.night) for side in (present, variant))
    pairs: list[tuple[pl.DataFrame, Tables]]
    if (DELIVERED not in takes or only_open_codes(before.agreement, after.agreement)) and _is_sealed(settings, key):
        found = [_as_read(tables, after.agreement) for tables in _sealed(settings, key)]
        pairs = [(kept.join(tables.registration.select(ROW), on=ROW, how="semi"), tables) for tables in found]
    elif DELIVERED in takes and (delivered := read_delivered(settings, key, after.agreement)) is not None:
        kept = _with_rejected(kept, rejected_rows(settings, key))
        pairs = [(kept, delivered.only(kept))]
    else:
        return None
    judged = [replay(ours, tables, before, after, present, variant) for ours, tables in pairs]
    elements = pl.concat([KEPT_BACK.to_frame(), *(one.elements for one in judged)])
    return Again(
        kept,
        pl.concat([one.moved for one in judged]),
        elements.group_by("kind").agg(pl.col("before", "after").sum()).sort("kind"),
    )


def _is_sealed(settings: Settings, key: ExportKey) -> bool:
    folder = archive.folder(settings.home, key)
    parts = [file.stem for file in folder.glob("*.judged")]
    return all((folder / f"{part}.{table.name}").exists() for part in parts for table in TABLES)


def _sealed(settings: Settings, key: ExportKey) -> Iterator[Tables]:
    secret = read_key(settings)
    for file in sorted(archive.folder(settings.home, key).glob("*.judged")):
        yield archive.read_part(settings.home, key, file.stem, secret)


def _as_read(tables: Tables, agreement: Agreement) -> Tables:
    return fill_secret(with_open_codes(tables, agreement), agreement)


def _with_rejected(kept: pl.DataFrame, rejected: pl.DataFrame) -> pl.DataFrame:
    """Add the rows that the contract rejected, with the outcome they had."""
    listed = pl.List(pl.String)
    rows = rejected.with_columns(
        pl.lit("reject").alias("outcome"),
        pl.lit(["rejected"], dtype=listed).alias("reasons"),
        pl.lit([], dtype=listed).alias("gaps"),
    )
    return pl.concat([kept, rows], how="diagonal_relaxed")
