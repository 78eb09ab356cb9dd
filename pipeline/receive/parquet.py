"""Dialect parquet: typed columns, read in batches and brought to text, so that one notation reads every dialect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.receive.notation import LIST_MARK, NO_VALUE
from pipeline.receive.refusal import refuse

ROWS: Final = 20_000


def batches(path: Path, unit: str, names: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Yield the rows of the columns `names` as text frames; what else is in the file is not read.

    Raises:
        ExportRefused: it is no Parquet, or damaged inside.
    """
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=ROWS, columns=list(names)):
                batch.validate(full=True)  # text that is no UTF-8
                yield pl.DataFrame([_as_text(name, batch.column(name)) for name in names])
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError):
        raise refuse(unit, path.name, "no_parquet") from None


def columns(path: Path, unit: str) -> list[str]:
    """Return the column names of a file. Raises ExportRefused when it is no Parquet."""
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise refuse(unit, path.name, "no_parquet") from None


def _as_text(name: str, array: Any) -> pl.Series:  # noqa: ANN401 - pyarrow names no types
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _as_text(name, array.cast(kind.value_type))
    if pa.types.is_fixed_size_list(kind):
        return _as_text(name, array.cast(pa.list_(kind.value_type)))
    if pa.types.is_timestamp(kind):  # in any unit and zone, also one that is an offset
        array = array.cast(pa.timestamp("us", kind.tz and "UTC"), safe=False)
        form = "iso:strict" if kind.tz else "%Y-%m-%dT%H:%M:%S%.f"
        return _series(name, array).dt.to_string(form)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        if _is_plain(kind.value_type):
            return _series(name, array).cast(pl.List(pl.String)).list.join(LIST_MARK)
    elif _is_plain(kind):
        text = _series(name, array).cast(pl.String)
        counted = pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        # a tool that knows no empty integer keeps the code 8 as 8.0
        return text.str.replace(r"\.0+$", "") if counted else text
    there = _series(name, array.is_valid())
    return pl.select(pl.when(there).then(pl.lit(NO_VALUE)).alias(name)).to_series()


def _is_plain(kind: Any) -> bool:  # noqa: ANN401 - pyarrow names no types
    told = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_boolean)
    counted = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_date, pa.types.is_null)
    return any(is_kind(kind) for is_kind in (*told, *counted))


def _series(name: str, array: Any) -> pl.Series:  # noqa: ANN401 - pyarrow names no types
    return pl.Series(name, pl.from_arrow(array))
