"""What a corrected report takes over once more: the registrations that its earlier version carried.

They came in before tonight, so that their rows are in the archive alone: they are minimised again, by the rules of the
night that brought them. One that cannot be taken over again is carried by nobody, and a person has to see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pipeline import installation, stages, workspace
from pipeline.desk.masks import doubted, leave_out
from pipeline.enrich.across import VERSION
from pipeline.enrich.carried import CARRIED
from pipeline.load import archive
from pipeline.load.carried import export_of
from pipeline.redact import RedactedTables, read_redactor, read_texts
from pipeline.schema import ROW, TABLES, Tables
from pipeline.settings import Settings, read_key

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

ALONG: Final = pl.Schema({"along_row": pl.Int64(), "warned": pl.Boolean(), **CARRIED})
"""A line of CARRIED whose `row` is null, the row (below 0) that its tables have, whether to call the police first."""


@dataclass(frozen=True)
class TakenAlong:
    """Registrations that were carried before tonight and that tonight's reports carry on."""

    lines: pl.DataFrame
    """ALONG."""
    allowed: list[Tables]
    """What may be shared of each, under its `along_row`."""


def read_taken_along(given: cursor, settings: Settings, carried: pl.DataFrame) -> TakenAlong:
    """Read what tonight's carriers get of registrations that were carried before tonight (CARRIED without a row).

    Left out is what the archive holds no more, what has texts that cannot be read now, and what belongs to a region
    that the carrier does not go to.
    """
    lines: list[dict[str, Any]] = []
    allowed: list[Tables] = []
    for line in carried.filter(pl.col("row").is_null()).iter_rows(named=True):
        found = _read(given, settings, line)
        if found is not None:
            tables, warned = found
            lines.append({"along_row": -1 - len(lines), "warned": warned, **line})
            allowed.append(_under(tables, -len(lines)))
    return TakenAlong(pl.DataFrame(lines, schema=ALONG), allowed)


def _read(given: cursor, settings: Settings, line: Mapping[str, Any]) -> tuple[Tables, bool] | None:
    key, row = export_of(given, *(line[name] for name in VERSION))
    tables = archive.read_row(settings.home, key, row, read_key(settings))
    if tables is None:
        return None
    policy = installation.policy_of(workspace.delivery_of(settings, key.unit, key.night), settings)
    wanted = stages.enrich(tables, policy).routed.get_column("regions").to_list()[0]
    if not set(wanted) <= set(line["carrier_regions"]):
        return None
    (told,) = read_texts(tables, read_redactor(), policy.reference.municipality_names())
    if told.unread:
        return None
    texts = leave_out(told.originals, told.redacted, doubted(told.redacted))
    redacted = RedactedTables.of([(told.row, texts)])
    allowed, _ = stages.minimise(tables, redacted, policy)
    warned: bool = tables.registration.select(stages.contact_police_first(tables, redacted)).item()
    return allowed, warned


def _under(tables: Tables, row: int) -> Tables:
    return Tables(*(getattr(tables, table.name).with_columns(pl.lit(row, pl.Int64).alias(ROW)) for table in TABLES))
