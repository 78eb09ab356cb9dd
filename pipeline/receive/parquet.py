"""Dialect parquet: typed columns, read in batches and brought to text, so that one notation reads every dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.receive.notation import LIST_MARK, NO_VALUE
from pipeline.receive.refusal import refuse

ROWS: Final = 20_000
BYTES: Final = 256_000_000
"""Of rows that are read at a time: what a file of some kilobytes says once for every row is as large as it likes."""
LOOKED_AT: Final = 100
"""Rows by which the size of all is told."""
LARGEST_ROW: Final = 1_000_000
"""Bytes, on average: ten texts as long as any can be."""
UNITS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
DAY: Final = 86_400
YEARS: Final = (-62_135_596_800, 253_402_300_799)
"""Seconds since 1970 of the first and the last moment that has a year of four digits."""
LISTS: Final = (
    pa.types.is_list,
    pa.types.is_large_list,
    pa.types.is_fixed_size_list,
    pa.types.is_list_view,
    pa.types.is_large_list_view,
)
BINARIES: Final = (
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
    pa.types.is_fixed_size_binary,
)
"""What tools that do not say that their text is text keep it as."""


class _NoText(ValueError):
    """Bytes of a column are no UTF-8."""


def batches(path: Path, unit: str, names: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Yield the rows of the columns `names` as text frames; what else is in the file is not read.

    Raises:
        ExportRefused: it is no Parquet, or damaged inside, or its rows are larger than registrations can be, or a
            column holds bytes that are no text.
    """
    try:
        with pq.ParquetFile(path) as file:
            weight = _weight(next(file.iter_batches(batch_size=LOOKED_AT, columns=list(names)), None))
            if weight > LARGEST_ROW:
                raise refuse(unit, path.name, "large_rows")
            for batch in file.iter_batches(batch_size=min(ROWS, BYTES // weight), columns=list(names)):
                batch.validate(full=True)  # text that is no UTF-8
                yield pl.DataFrame([_as_text(name, batch.column(name)) for name in names])
    except _NoText as column:
        raise refuse(unit, path.name, "no_text", columns=column) from None
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError):
        raise refuse(unit, path.name, "no_parquet") from None


def _weight(batch: Any | None) -> int:  # noqa: ANN401 - pyarrow names no types
    """Return how many bytes a row of a batch takes when it is written out, on average; at least 1."""
    if batch is None or not batch.num_rows:
        return 1
    written = 0
    for column in batch.columns:
        kind = column.type
        written += int((column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column).nbytes)
    return max(1, written // int(batch.num_rows))


def columns(path: Path, unit: str) -> list[str]:
    """Return the column names of a file. Raises ExportRefused when it is no Parquet."""
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise refuse(unit, path.name, "no_parquet") from None


def _as_text(name: str, array: Any) -> pl.Series:  # noqa: ANN401 - pyarrow names no types
    array = _unwrapped(name, array)
    kind = array.type
    if pa.types.is_timestamp(kind):
        return _moments(name, array)
    if pa.types.is_date(kind):
        return _days(name, array)
    if _is_one_of(LISTS, kind):
        if _is_plain(kind.value_type):
            return _lists(name, array)
    elif _is_plain(kind):
        # Polars knows no decimal of 256 bits
        text = _series(name, array.cast(pa.string()) if pa.types.is_decimal(kind) else array).cast(pl.String)
        counted = pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        # a tool that knows no empty integer keeps the code 8 as 8.0
        return text.str.replace(r"\.0+$", "") if counted else text
    return _unreadable(name, array.is_valid())


def _unwrapped(name: str, array: Any) -> Any:  # noqa: ANN401 - pyarrow names no types
    """Return the values of a type that holds another one, and bytes as the text that they are.

    Raises:
        _NoText: one value is no UTF-8; then the column is no text at all.
    """
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _unwrapped(name, array.storage)
    if pa.types.is_dictionary(kind):
        return _unwrapped(name, array.cast(kind.value_type))
    if not _is_one_of(BINARIES, kind):
        return array
    try:
        return array.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        raise _NoText(name) from None


def _unreadable(name: str, where: Any) -> pl.Series:  # noqa: ANN401 - pyarrow names no types
    """Return NO_VALUE `where` there is a value, of a kind that no column of ours has."""
    return pl.select(pl.when(_series(name, where)).then(pl.lit(NO_VALUE)).alias(name)).to_series()


def _moments(name: str, array: Any) -> pl.Series:  # noqa: ANN401 - pyarrow names no types
    """Write moments in any unit, and in any zone, also one that is an offset; one in no year of four digits is none."""
    kind = array.type
    known = _in_a_year(array.cast(pa.int64()), UNITS[kind.unit])
    exact = pc.if_else(known, array, pa.scalar(None, kind)).cast(pa.timestamp("us", kind.tz and "UTC"), safe=False)
    text = _series(name, exact).dt.to_string("iso:strict" if kind.tz else "%Y-%m-%dT%H:%M:%S%.f")
    return _where_known(text, known)


def _days(name: str, array: Any) -> pl.Series:  # noqa: ANN401 - pyarrow names no types
    """Write days; one in no year of four digits is none, and stops Polars."""
    kind = array.type
    count = pc.multiply(array.cast(pa.int32()).cast(pa.int64()), DAY) if pa.types.is_date32(kind) else array
    known = _in_a_year(count.cast(pa.int64()), UNITS["s" if pa.types.is_date32(kind) else "ms"])
    return _where_known(_series(name, pc.if_else(known, array, pa.scalar(None, kind))).cast(pl.String), known)


def _in_a_year(count: Any, second: int) -> Any:  # noqa: ANN401 - pyarrow names no types
    """Tell which counts since 1970, in parts of which a second has `second`, lie in a year of four digits."""
    widest = 2**63 - 1
    first, last = (max(-widest, min(widest, bound * second)) for bound in YEARS)
    return pc.and_(pc.greater_equal(count, first), pc.less_equal(count, last))


def _where_known(text: pl.Series, known: Any) -> pl.Series:  # noqa: ANN401 - pyarrow names no types
    unreadable = _unreadable("b", pc.invert(known))
    return text.to_frame("a").select(pl.coalesce("a", unreadable).alias(text.name)).to_series()


def _lists(name: str, array: Any) -> pl.Series:  # noqa: ANN401 - pyarrow names no types
    """Write lists of plain values, their empty items left out, joined with LIST_MARK."""
    lengths = pc.fill_null(pc.list_value_length(array), 0)
    items = _as_text(name, pc.list_flatten(array))
    place = pl.Series("place", pl.int_range(len(array), eager=True).repeat_by(_series("n", lengths)).explode())
    there = _series("there", array.is_valid())
    joined = (
        pl.DataFrame({"place": place.drop_nulls(), "item": items})
        .group_by("place")
        .agg(pl.col("item").str.join(LIST_MARK))
    )
    return (
        pl.DataFrame({"there": there})
        .with_row_index("place")
        .with_columns(pl.col("place").cast(pl.Int64))
        .join(joined, on="place", how="left", maintain_order="left")
        .select(pl.when("there").then(pl.col("item").fill_null("")).alias(name))
        .to_series()
    )


def _is_plain(kind: Any) -> bool:  # noqa: ANN401 - pyarrow names no types
    if pa.types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    told = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_boolean)
    counted = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_date, pa.types.is_null)
    return _is_one_of((*told, *counted, *BINARIES), kind)


def _is_one_of(tests: Iterable[Callable[[Any], bool]], kind: Any) -> bool:  # noqa: ANN401 - pyarrow names no types
    return any(is_kind(kind) for is_kind in tests)


def _series(name: str, array: Any) -> pl.Series:  # noqa: ANN401 - pyarrow names no types
    return pl.Series(name, pl.from_arrow(array))
