"""Sent equals received: exported, decided, staged, sent, acknowledged; each with its number and what is in between."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.feedback.query import query_frame
from pipeline.policy.stuf.terms import read_terms

if TYPE_CHECKING:
    from psycopg2.extensions import connection

UNITS: Final = pl.Schema({"night": pl.Date(), "unit": pl.String(), "exported": pl.Int64(), "outcomes": pl.Int64()})
COUNTS: Final = ("exported", "outcomes", "disclosed", "staged", "recalled_unsent", "sent", "acknowledged")
REGIONAL: Final = pl.Schema({"night": pl.Date(), "region": pl.String(), **dict.fromkeys(COUNTS, pl.Int64())})
GAP: Final = pl.Schema(
    {
        "night": pl.Date(),
        "region": pl.String(),
        "gap": pl.String(),
        "unit": pl.String(),
        "registration_number": pl.String(),
        "version": pl.Int64(),
    }
)
_SENTENCES: Final = {
    "not_disclosed": "besloten en niet in het verstrekkingenregister",
    "not_staged": "besloten en niet geplaatst in de tabellen van de regio",
    "not_decided": "geplaatst zonder besluit, en niet ingetrokken",
    "not_sent": "geplaatst en niet als bericht verzonden",
    "kept_back": "als bericht tegengehouden",
    "refused": "door de ontvanger geweigerd",
    "not_acknowledged": "verzonden en niet op tijd bevestigd",
    "recall_not_sent": "ingetrokken na verzending, zonder intrekkingsbericht",
}


@dataclass(frozen=True)
class Reconciliation:
    """The counts, and what lies between two of them by number; no value of a person."""

    units: pl.DataFrame
    """UNITS: rows in accepted exports, and outcomes."""
    regions: pl.DataFrame
    """REGIONAL: registration versions for the region at each step. `exported`: decided for it, in any accepted export;
    `outcomes`: of those, the ones whose export is loaded; `disclosed`: in the ledger; `recalled_unsent`: staged, and
    recalled before a message went; `sent` and `acknowledged` are null for a region that takes no messages."""
    gaps: pl.DataFrame
    """GAP: the exact registration versions."""
    waiting: int
    """Messages that are not acknowledged yet and have time."""

    @property
    def sentences(self) -> list[str]:
        """What is wrong, a sentence a gap; empty when everything meets."""
        told = [
            f"{night} {unit}: {exported} registraties geleverd en {outcomes} uitkomsten."
            for night, unit, exported, outcomes in self.units.filter(pl.col("exported") != pl.col("outcomes")).rows()
        ]
        counted = self.gaps.group_by("night", "region", "gap").len().sort("night", "region", "gap")
        return told + [f"{night} {region}: {count} {_SENTENCES[gap]}." for night, region, gap, count in counted.rows()]


def reconcile(
    connection: connection, night: date | None, connected: Collection[str] = (), today: date | None = None
) -> Reconciliation:
    """Compare what was exported, decided, disclosed, staged, sent and acknowledged.

    Args:
        connection: to the police side's database.
        night: one night, or None for all.
        connected: the regions that take messages; for the others the tables are the end of the line.
        today: a message need not be acknowledged before its term is over; without it, at once.

    Raises:
        LoadError: PostgreSQL refused.
    """
    steps = _steps(connection, night).with_columns(
        connected=pl.col("region").is_in(list(connected)),
        stands=pl.col("staged") & ~pl.col("recalled"),
    )
    in_time = _in_time(steps, today)
    gaps = _gaps(steps.with_columns(in_time=in_time))
    return Reconciliation(
        units=_units(connection, night),
        regions=_regions(steps),
        gaps=gaps,
        waiting=int((steps.get_column("waits") & steps.get_column("connected") & in_time).sum()),
    )


def _steps(connection: connection, night: date | None) -> pl.DataFrame:
    """Return one row a registration version and region, with the steps that it took."""
    flags = (
        "decided",
        "loaded",
        "disclosed",
        "staged",
        "recalled",
        "withdrawn",
        "sent",
        "kept_back",
        "acknowledged",
        "refused",
    )
    schema = pl.Schema(
        {
            **{name: GAP[name] for name in ("night", "region", "unit", "registration_number", "version")},
            "delivered_on": pl.Date(),
            **dict.fromkeys((*flags, "recall_sent"), pl.Boolean()),
        }
    )
    steps = query_frame(connection, _STEPS, schema, {"night": night})
    return steps.with_columns(waits=pl.col("sent") & ~pl.col("acknowledged") & ~pl.col("refused") & ~pl.col("recalled"))


_STEPS: Final = """
    WITH decided AS (
        SELECT DISTINCT ON (region, unit, registration_number, version)
               night, region, unit, registration_number, version, export.state = 'loaded' AS loaded
        FROM intake.outcome JOIN intake.export USING (unit, night, export_id), unnest(regions) AS region
        WHERE outcome = 'forward' AND (%(night)s::date IS NULL OR night = %(night)s::date)
        ORDER BY region, unit, registration_number, version, (state = 'loaded') DESC, night
    ), staged AS (
        SELECT region, unit, registration_number, version, night, loaded_at FROM intake.delivery
        WHERE %(night)s::date IS NULL OR night = %(night)s::date
           OR (unit, registration_number) IN (SELECT unit, registration_number FROM decided)
    ), pair AS (
        SELECT region, unit, registration_number, version, decided.night IS NOT NULL AS decided, loaded,
               staged.night IS NOT NULL AS staged, coalesce(decided.night, staged.night) AS night, staged.loaded_at
        FROM decided FULL JOIN staged USING (region, unit, registration_number, version)
    ), answer AS (
        SELECT reference, bool_or(answer = 'Bv03' OR fault = 'StUF016') AS taken FROM intake.acknowledgement
        GROUP BY reference
    )
    SELECT pair.night, pair.region, pair.unit, pair.registration_number, pair.version,
           greatest(pair.night + 1, (pair.loaded_at AT TIME ZONE 'Europe/Amsterdam')::date),
           -- decided on another night than this one: not this night's business
           pair.decided OR EXISTS (
               SELECT 1 FROM intake.outcome AS other
               WHERE other.registration_number = pair.registration_number AND other.unit = pair.unit
                 AND other.version = pair.version AND pair.region = ANY (other.regions)),
           coalesce(pair.loaded, true),
           EXISTS (
               SELECT 1 FROM intake.ledger
               WHERE ledger.registration_number = pair.registration_number AND ledger.unit = pair.unit
                 AND ledger.version = pair.version AND ledger.region = pair.region AND ledger.kind = 'disclosure'),
           pair.staged,
           recalled.reason IS NOT NULL,
           coalesce(recalled.reason <> 'replaced', false),
           coalesce(message.state = 'sent', false),
           coalesce(message.state = 'kept_back', false),
           coalesce(answer.taken, false),
           coalesce(NOT answer.taken, false),
           EXISTS (SELECT 1 FROM intake.message AS back
                   WHERE back.region = pair.region AND back.unit = pair.unit AND back.version = pair.version
                     AND back.registration_number = pair.registration_number
                     AND back.purpose = 'recall' AND back.state = 'sent')
    FROM pair
    LEFT JOIN intake.recalled ON (recalled.region, recalled.unit, recalled.registration_number, recalled.version)
            = (pair.region, pair.unit, pair.registration_number, pair.version)
    LEFT JOIN intake.message ON (message.region, message.unit, message.registration_number, message.version)
            = (pair.region, pair.unit, pair.registration_number, pair.version) AND message.purpose = 'report'
    LEFT JOIN answer ON answer.reference = message.reference
    WHERE %(night)s::date IS NULL OR pair.night = %(night)s::date
"""


def _in_time(steps: pl.DataFrame, today: date | None) -> pl.Series:
    """Return whether the term for an acknowledgement still runs."""
    if today is None:
        return pl.Series("in_time", [False] * len(steps), dtype=pl.Boolean)
    receipt = next(term for term in read_terms() if term.id == "received")
    days = steps.get_column("delivered_on").drop_nulls().unique().to_list()
    running = [day for day in days if receipt.due(day) >= today]
    return steps.get_column("delivered_on").is_in(running).fill_null(value=False).alias("in_time")


def _gaps(steps: pl.DataFrame) -> pl.DataFrame:
    column, connected = pl.col, pl.col("connected")
    rules = {
        "not_disclosed": column("staged") & ~column("disclosed"),
        "not_staged": column("decided") & ~column("staged"),
        "not_decided": column("stands") & ~column("decided"),
        "not_sent": connected & column("stands") & ~column("sent") & ~column("kept_back"),
        "kept_back": connected & column("stands") & column("kept_back"),
        "refused": connected & column("stands") & column("refused"),
        "not_acknowledged": connected & column("waits") & ~column("in_time"),
        "recall_not_sent": connected & column("sent") & column("withdrawn") & ~column("recall_sent"),
    }
    found = [steps.filter(rule).with_columns(gap=pl.lit(name)).select(GAP.names()) for name, rule in rules.items()]
    return pl.concat(found).sort(GAP.names())


def _regions(steps: pl.DataFrame) -> pl.DataFrame:
    by_message = pl.col("connected").any() | pl.col("sent").any()
    return (
        steps.group_by("night", "region")
        .agg(
            pl.col("decided").sum().alias("exported"),
            (pl.col("decided") & pl.col("loaded")).sum().alias("outcomes"),
            pl.col("disclosed").sum(),
            pl.col("staged").sum(),
            (pl.col("staged") & pl.col("recalled") & ~pl.col("sent")).sum().alias("recalled_unsent"),
            pl.when(by_message).then(pl.col("sent").sum()).alias("sent"),
            pl.when(by_message).then((pl.col("sent") & pl.col("acknowledged")).sum()).alias("acknowledged"),
        )
        .select(REGIONAL.names())
        .cast(REGIONAL)
        .sort("night", "region")
    )


def _units(connection: connection, night: date | None) -> pl.DataFrame:
    return query_frame(
        connection,
        "SELECT night, unit, sum(received)::bigint, sum((SELECT count(*) FROM intake.outcome"
        "  WHERE (outcome.unit, outcome.night, outcome.export_id) = (export.unit, export.night, export.export_id)))"
        "::bigint FROM intake.export"
        " WHERE state = 'loaded' AND (%(night)s::date IS NULL OR night = %(night)s::date)"
        " GROUP BY night, unit ORDER BY night, unit",
        UNITS,
        {"night": night},
    )
