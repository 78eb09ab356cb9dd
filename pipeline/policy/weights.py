"""Weights of words, learned from labelled texts: what a clause tells by all that is said in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.errors import PolicyError

Table = npt.NDArray[np.int16]
"""Weights in hundredths: a row for each of what is weighed, a column for each kind."""


@dataclass(frozen=True)
class PairWeights:
    """What pairs of words say, by their second: only of words that a text has is a dictionary ever made."""

    place: Mapping[str, tuple[int, int]]
    """By the second word: from which row to which its pairs stand."""
    first: pl.Series
    """The first word of each pair."""
    table: Table

    def before(self, word: str) -> tuple[list[str], Table]:
        """Return the words that say something before `word`, and what each says."""
        begin, end = self.place.get(word, (0, 0))
        return self.first.slice(begin, end - begin).to_list(), self.table[begin:end]


@dataclass(frozen=True)
class ClauseWeights:
    """What words say of a clause (`pipeline.weigh.sense`): a sum above 0 says that it tells something of that kind."""

    kinds: tuple[str, ...]
    bias: tuple[int, ...]
    """What no words at all say, in hundredths, for each of `kinds`."""
    place: Mapping[str, int]
    """Of a word, and of a `#piece` of one, the row of `table` that holds its weights."""
    table: Table
    next_to: PairWeights
    apart: PairWeights
    """Pairs with one word between them."""


def read_weights(path: Traversable) -> ClauseWeights:
    """Read a table of weights, its second line the bias; PolicyError where it cannot be read.

    A part is a word, a `#piece` of one, a `pair of` words, or one with a word between: `pair _ of`.
    """
    frame = _read_table(path)
    bias, parts = frame.row(0)[1:], frame.slice(1)
    words = pl.col("part").str.split(" ")
    of_words = words.list.len().alias("words")
    split = parts.with_columns(of_words, words.list.first().alias("first"), words.list.last().alias("last"))
    alone, next_to, apart = (split.filter(pl.col("words") == count) for count in (1, 2, 3))
    kinds = tuple(frame.columns[1:])
    place = dict(zip(alone["part"].to_list(), range(len(alone)), strict=True))
    return ClauseWeights(kinds, bias, place, _weights(alone, kinds), _pairs(next_to, kinds), _pairs(apart, kinds))


def _read_table(path: Traversable) -> pl.DataFrame:
    try:
        table = pl.read_csv(path.read_bytes(), separator="\t", comment_prefix="# ", quote_char=None)
        part, *kinds = table.columns
        frame = table.rename({part: "part"}).cast(dict.fromkeys(kinds, pl.Int16))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise PolicyError(path.name, str(error)) from error
    if frame.is_empty() or frame.drop("part").drop_nulls().height < frame.height or frame["part"][1:].has_nulls():
        raise PolicyError(path.name, "a part has not one weight for every kind")
    return frame


def _weights(parts: pl.DataFrame, kinds: tuple[str, ...]) -> Table:
    return np.ascontiguousarray(parts.select(kinds).to_numpy())


def _pairs(parts: pl.DataFrame, kinds: tuple[str, ...]) -> PairWeights:
    by_last = parts.sort("last", maintain_order=True)
    last, counts = by_last.group_by("last", maintain_order=True).len()
    ends = counts.cum_sum()
    rows = zip((ends - counts).to_list(), ends.to_list(), strict=True)
    return PairWeights(dict(zip(last.to_list(), rows, strict=True)), by_last["first"], _weights(by_last, kinds))
