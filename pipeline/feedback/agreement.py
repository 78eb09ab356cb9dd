"""Our verdict beside theirs, per criterion: what feedback says of the filter."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.feedback.query import query_frame

if TYPE_CHECKING:
    from psycopg2.extensions import connection

AGREEMENT: Final = pl.Schema(
    {
        "criterion": pl.String(),
        "both": pl.Int64(),
        "only_theirs": pl.Int64(),
        "only_ours": pl.Int64(),
        "returned": pl.Int64(),
        "returned_asked_for": pl.Int64(),
        "returned_acted_on": pl.Int64(),
    }
)


def criterion_agreement(connection: connection, first: date, last: date, unit: str | None = None) -> pl.DataFrame:
    """Return per criterion how often we and Veilig Thuis agree (AGREEMENT), over nights `first` to `last`.

    - `both`: both name the gap
    - `only_theirs`: we let it pass, and they miss it
    - `only_ours`: we named it; they judged the report, and do not
    - `returned`: we returned it for that
    - `returned_asked_for`: Veilig Thuis gave feedback on what we had returned
    - `returned_acted_on`: a later version went out, and Veilig Thuis took the case or handed it on
    """
    return query_frame(
        connection,
        'SELECT criterion, sum("both")::bigint, sum(only_theirs)::bigint, sum(only_ours)::bigint,'
        " sum(returned)::bigint, sum(returned_asked_for)::bigint, sum(returned_acted_on)::bigint"
        " FROM intake.criterion_agreement WHERE night BETWEEN %s AND %s AND (%s IS NULL OR unit = %s)"
        " GROUP BY criterion ORDER BY criterion",
        AGREEMENT,
        (first, last, unit, unit),
    )
