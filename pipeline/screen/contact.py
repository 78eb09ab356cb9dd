"""Whom Veilig Thuis can ask: the registration's own desk, else that of its unit."""

from __future__ import annotations

import polars as pl

from pipeline.policy.agreements import Contact
from pipeline.schema import ROW

REACHED_BY = ("contact_phone", "contact_email")


def with_desk(left: pl.DataFrame, said: pl.DataFrame, desk: Contact) -> pl.DataFrame:
    """Put the unit's desk where a registration said how to reach somebody, and nothing of that may be shared.

    Args:
        left: the registrations as they may leave.
        said: the same registrations as received.
        desk: of the unit's agreement.
    """
    reached = pl.any_horizontal(pl.col(name).is_not_null() for name in REACHED_BY)
    silenced = pl.col(ROW).is_in(said.filter(reached).get_column(ROW).implode()) & ~reached
    own = {"contact_department": desk.department, "contact_phone": desk.phone, "contact_email": desk.email}
    return left.with_columns(
        pl.when(silenced).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in own.items()
    )
