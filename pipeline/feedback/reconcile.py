"""Sent equals received: exported, decided, staged, sent, acknowledged; each with its number and what is in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.feedback.query import query_frame
from pipeline.feedback.words import say
from pipeline.outbox.channel import Channel
from pipeline.policy.stuf.terms import due

if TYPE_CHECKING:
    from psycopg2.extensions import connection

UNITS: Final = pl.Schema({"night": pl.Date(), "unit": pl.String(), "exported": pl.Int64(), "outcomes": pl.Int64()})
COUNTS: Final = (
    *("exported", "outcomes", "taken_back", "disclosed", "staged"),
    *("tables_only", "recalled_unsent", "sent", "acknowledged"),
)
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


@dataclass(frozen=True)
class Reconciliation:
    """The counts, and what lies between two of them by number; no value of a person."""

    units: pl.DataFrame
    """UNITS: rows in accepted exports, and outcomes."""
    regions: pl.DataFrame
    """REGIONAL: how many registration versions there are for the region at each step.

    - `exported`: decided for it, in any accepted export
    - `outcomes`: of those, the ones whose export is loaded
    - `taken_back`: staged, recalled, and no longer decided for it (re-routed, rectified)
    - `disclosed`: in the ledger
    - `tables_only`: staged, and by the agreements no message carries it
    - `recalled_unsent`: recalled before a message went
    - `sent`, `acknowledged`: null for a region that takes no messages

    Where nothing is wrong exported = outcomes, outcomes + taken_back = staged = disclosed,
    staged = sent + tables_only + recalled_unsent, and in the end acknowledged = sent.
    """
    gaps: pl.DataFrame
    """GAP: the exact registration versions."""
    waiting: int
    """Messages that are not acknowledged yet and have time."""
    demonstrated: int = 0
    """Messages of a demonstration, which nobody received; they count as sent in a reconciliation of one only."""

    @property
    def sentences(self) -> list[str]:
        """What is wrong, in Dutch."""
        return self.told("nl")

    def told(self, language: str) -> list[str]:
        """Return what is wrong, a sentence a gap, in `nl` or `en`; empty when everything meets."""
        lost = [
            f"{night} {unit}: " + say("screen", "lost", language, exported=exported, outcomes=outcomes)
            for night, unit, exported, outcomes in self.units.filter(pl.col("exported") != pl.col("outcomes")).rows()
        ]
        counted = self.gaps.filter(pl.col("gap") != "no_outcome").group_by("night", "region", "gap").len()
        return lost + [
            f"{night} {region}: {count} {say('gap', gap, language)}."
            for night, region, gap, count in counted.sort("night", "region", "gap").rows()
        ]


def reconcile(
    connection: connection,
    nights: tuple[date, date] | None,
    channel: Channel | None = None,
    today: date | None = None,
    settled: datetime | None = None,
    placed: date | None = None,
) -> Reconciliation:
    """Compare what was exported, decided, disclosed, staged, sent and acknowledged.

    Args:
        connection: to the police side's database.
        nights: the first and the last night, or None for all.
        channel: who takes which messages; without it, the tables are the end of the line for everybody.
        today: a message need not be acknowledged before its term is over; without it, at once.
        placed: what was placed from that day on is compared too, of whatever night.
        settled: what was placed or recalled after this moment need not be sent yet; without it, it must be.

    Raises:
        LoadError: PostgreSQL refused.
    """
    first, last = nights or (None, None)
    asked = {
        **{"first": first, "last": last, "settled": settled, "placed": placed},
        "demonstration": bool(channel and channel.demonstration),
    }
    steps = _with_channel(_steps(connection, asked), channel).with_columns(
        stands=pl.col("staged") & ~pl.col("recalled"),
        waits=pl.col("sent") & ~pl.col("acknowledged") & ~pl.col("refused") & ~pl.col("recalled"),
    )
    in_time = _in_time(steps, today)
    gaps = pl.concat([_gaps(steps.with_columns(in_time=in_time)), _lost(connection, asked)]).sort(GAP.names())
    return Reconciliation(
        units=_units(connection, asked),
        regions=_regions(steps),
        gaps=gaps,
        waiting=int((steps.get_column("waits") & steps.get_column("connected") & in_time).sum()),
        demonstrated=0 if asked["demonstration"] else _demonstrated(connection, asked),
    )


def _with_channel(steps: pl.DataFrame, channel: Channel | None) -> pl.DataFrame:
    """Add `connected`: whether a message carries it."""
    key = ["region", "unit", "kind", "night"]
    asked = steps.select(key).unique()
    takes = [channel is not None and channel.takes(*row) for row in asked.iter_rows()]
    answered = asked.with_columns(pl.Series("connected", takes, dtype=pl.Boolean))
    return steps.join(answered, on=key, how="left", nulls_equal=True, maintain_order="left")


_FLAGS: Final = (
    *("decided", "loaded", "disclosed", "staged", "recalled", "withdrawn", "sent", "kept_back", "acknowledged"),
    *("refused", "recall_sent", "settled", "recall_settled", "amended"),
)
_IN_REACH: Final = "night BETWEEN coalesce(%(first)s::date, '-infinity') AND coalesce(%(last)s::date, 'infinity')"


def _steps(connection: connection, asked: Mapping[str, object]) -> pl.DataFrame:
    """Return one row a registration version and region, with the steps that it took."""
    schema = pl.Schema(
        {
            **{name: GAP[name] for name in ("night", "region", "unit", "registration_number", "version")},
            "kind": pl.String(),
            "placed_on": pl.Date(),
            **dict.fromkeys(_FLAGS, pl.Boolean()),
        }
    )
    return query_frame(connection, _STEPS, schema, asked)


_STEPS: Final = f"""
    WITH decided AS (
        SELECT DISTINCT ON (region, unit, registration_number, version)
               night, region, unit, registration_number, version, export.state = 'loaded' AS loaded
        FROM intake.outcome JOIN intake.export USING (unit, night, export_id), unnest(regions) AS region
        WHERE outcome = 'forward' AND {_IN_REACH}
        ORDER BY region, unit, registration_number, version, (state = 'loaded') DESC, night
    ), staged AS (
        SELECT region, unit, registration_number, version, night, kind, loaded_at FROM intake.delivery
        WHERE {_IN_REACH} OR loaded_at >= %(placed)s::date
           OR (unit, registration_number) IN (SELECT unit, registration_number FROM decided)
    ), pair AS (
        SELECT region, unit, registration_number, version, decided.night IS NOT NULL AS decided, loaded,
               staged.night IS NOT NULL AS staged, coalesce(decided.night, staged.night) AS night, staged.kind,
               staged.loaded_at
        FROM decided FULL JOIN staged USING (region, unit, registration_number, version)
    ), answer AS (
        SELECT reference, bool_or(answer = 'Bv03' OR fault = 'StUF016') AS taken FROM intake.acknowledgement
        GROUP BY reference
    )
    SELECT pair.night, pair.region, pair.unit, pair.registration_number, pair.version, pair.kind,
           -- its last message is waited for: not from the first delivery, as Veilig Thuis' own terms are
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
           latest.reference IS NOT NULL,
           coalesce(message.state = 'kept_back', false) AND latest.reference IS NULL,
           coalesce(answer.taken, false),
           coalesce(NOT answer.taken, false),
           EXISTS (SELECT 1 FROM intake.message AS back
                   WHERE back.region = pair.region AND back.unit = pair.unit AND back.version = pair.version
                     AND back.registration_number = pair.registration_number
                     AND back.purpose = 'recall' AND back.state = 'sent' AND back.demonstration <= %(demonstration)s),
           coalesce(pair.loaded_at < %(settled)s::timestamptz, true),
           coalesce(recalled.recalled_at < %(settled)s::timestamptz, true),
           coalesce(latest.content_at < pair.loaded_at, false)
    FROM pair
    LEFT JOIN intake.recalled ON (recalled.region, recalled.unit, recalled.registration_number, recalled.version)
            = (pair.region, pair.unit, pair.registration_number, pair.version)
    LEFT JOIN intake.message ON (message.region, message.unit, message.registration_number, message.version)
            = (pair.region, pair.unit, pair.registration_number, pair.version) AND message.purpose = 'report'
            AND message.demonstration <= %(demonstration)s
    -- what was added to a report after it was sent goes out in a message of its own: the last one counts
    LEFT JOIN LATERAL (
        SELECT reference, content_at FROM intake.message AS each
        WHERE (each.region, each.unit, each.registration_number, each.version)
            = (pair.region, pair.unit, pair.registration_number, pair.version)
          AND each.purpose IN ('report', 'amendment') AND each.state = 'sent'
          AND each.demonstration <= %(demonstration)s
        ORDER BY content_at DESC LIMIT 1
    ) AS latest ON true
    LEFT JOIN answer ON answer.reference = latest.reference
    WHERE pair.{_IN_REACH} OR pair.loaded_at >= %(placed)s::date
"""  # noqa: S608 - our own words


def _in_time(steps: pl.DataFrame, today: date | None) -> pl.Series:
    """Return whether the term for an acknowledgement still runs."""
    if today is None:
        return pl.Series("in_time", [False] * len(steps), dtype=pl.Boolean)
    days = steps.get_column("placed_on").drop_nulls().unique().to_list()
    running = [day for day in days if due("received", day) >= today]
    return steps.get_column("placed_on").is_in(running).fill_null(value=False).alias("in_time")


def _gaps(steps: pl.DataFrame) -> pl.DataFrame:
    column, connected = pl.col, pl.col("connected")
    rules = {
        "not_disclosed": column("staged") & ~column("disclosed"),
        "not_staged": column("decided") & ~column("staged"),
        "not_decided": column("stands") & ~column("decided"),
        "not_sent": connected & column("stands") & ~column("sent") & ~column("kept_back") & column("settled"),
        "amendment_not_sent": connected & column("stands") & column("amended") & column("settled"),
        "kept_back": connected & column("stands") & column("kept_back"),
        "refused": connected & column("stands") & column("refused"),
        "not_acknowledged": connected & column("waits") & ~column("in_time"),
        "recall_not_sent": column("sent") & column("withdrawn") & ~column("recall_sent") & column("recall_settled"),
    }
    found = [steps.filter(rule).with_columns(gap=pl.lit(name)).select(GAP.names()) for name, rule in rules.items()]
    return pl.concat(found)


def _lost(connection: connection, asked: Mapping[str, object]) -> pl.DataFrame:
    """Return as gaps the rows of loaded exports that have no outcome: named by export and position, from 0."""
    return query_frame(
        connection,
        "SELECT night, NULL, 'no_outcome', unit, format('%%s rij %%s', export_id, place), NULL::integer"  # noqa: S608
        " FROM intake.export, generate_series(0, received - 1) AS place"
        f" WHERE state = 'loaded' AND {_IN_REACH} AND received <> (SELECT count(*) FROM intake.outcome"
        "  WHERE (outcome.unit, outcome.night, outcome.export_id) = (export.unit, export.night, export.export_id))"
        " AND NOT EXISTS (SELECT 1 FROM intake.outcome WHERE (outcome.unit, outcome.night, outcome.export_id,"
        "  outcome.row) = (export.unit, export.night, export.export_id, place))",
        GAP,
        asked,
    )


def _demonstrated(connection: connection, asked: Mapping[str, object]) -> int:
    """Return how many messages of these nights were written for a demonstration."""
    counted = query_frame(
        connection,
        f"SELECT count(*) FROM intake.message WHERE demonstration AND state = 'sent' AND {_IN_REACH}",  # noqa: S608
        pl.Schema({"count": pl.Int64()}),
        asked,
    )
    return int(counted.item())


def _regions(steps: pl.DataFrame) -> pl.DataFrame:
    by_message = pl.col("connected").any() | pl.col("sent").any()
    return (
        steps.group_by("night", "region")
        .agg(
            pl.col("decided").sum().alias("exported"),
            (pl.col("decided") & pl.col("loaded")).sum().alias("outcomes"),
            (pl.col("staged") & pl.col("recalled") & ~pl.col("decided")).sum().alias("taken_back"),
            pl.col("disclosed").sum(),
            pl.col("staged").sum(),
            (pl.col("staged") & ~pl.col("connected") & ~pl.col("sent")).sum().alias("tables_only"),
            (pl.col("connected") & pl.col("staged") & pl.col("recalled") & ~pl.col("sent"))
            .sum()
            .alias("recalled_unsent"),
            pl.when(by_message).then(pl.col("sent").sum()).alias("sent"),
            pl.when(by_message).then((pl.col("sent") & pl.col("acknowledged")).sum()).alias("acknowledged"),
        )
        .select(REGIONAL.names())
        .cast(REGIONAL)
        .sort("night", "region")
    )


def _units(connection: connection, asked: Mapping[str, object]) -> pl.DataFrame:
    return query_frame(
        connection,
        "SELECT night, unit, sum(received)::bigint, sum((SELECT count(*) FROM intake.outcome"  # noqa: S608
        "  WHERE (outcome.unit, outcome.night, outcome.export_id) = (export.unit, export.night, export.export_id)))"
        f"::bigint FROM intake.export WHERE state = 'loaded' AND {_IN_REACH} GROUP BY night, unit ORDER BY night, unit",
        UNITS,
        asked,
    )
