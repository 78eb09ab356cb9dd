"""Whom Veilig Thuis can ask: the registration's own desk, else that of its unit."""

from __future__ import annotations

import polars as pl

from pipeline.policy.agreements import Contact
from pipeline.schema import ROW

REACHED_BY = ("contact_phone", "contact_email")
SAID = ("contact_department", *REACHED_BY)


def with_desk(left: pl.DataFrame, said: pl.DataFrame, desk: Contact) -> pl.DataFrame:
    """Put the unit's desk where a registration names an officer and no desk, or nothing that it says may be shared.

    The number beside an officer is that officer's, whatever it looks like.

    Args:
        left: the registrations as they may leave.
        said: the same registrations as received.
        desk: of the unit's agreement.
    """
    reached = pl.any_horizontal(pl.col(name).is_not_null() for name in REACHED_BY)
    rows = said.select(ROW, pl.col(SAID).name.prefix("said_"), could=reached)
    officer = pl.any_horizontal(pl.col(name).is_null() & pl.col(f"said_{name}").is_not_null() for name in SAID)
    silenced = pl.col("could") & (~reached | (officer & pl.col("contact_department").is_null()))
    own = {"contact_department": desk.department, "contact_phone": desk.phone, "contact_email": desk.email}
    return (
        left.join(rows, on=ROW, how="left", maintain_order="left")
        .with_columns(
            pl.when(silenced).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in own.items()
        )
        .select(left.columns)
    )
