"""Weights of words, learned from labelled texts: what a clause tells by all that is said in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import numpy as np
import numpy.typing as npt

from pipeline.policy.lines import read_lines


@dataclass(frozen=True)
class ClauseWeights:
    """What words say of a clause (`pipeline.weigh.sense`): a sum above 0 says that it tells something of that kind.

    `place` says of a word, `#piece` of one or `pair of words` which row of `table` holds its weights, in hundredths, a
    column for each of `kinds`; `bias` is what no words at all say.
    """

    kinds: tuple[str, ...]
    bias: tuple[int, ...]
    place: Mapping[str, int]
    table: npt.NDArray[np.int16]


def read_weights(path: Traversable) -> ClauseWeights:
    """Read a table of weights, its second line the bias; ValueError where a part has not one weight for every kind."""
    (_, _, kinds), *rows = (line.partition("\t") for line in read_lines(path))
    names, least = tuple(kinds.split("\t")), kinds.count("\t")
    if any(weights.count("\t") != least for _, _, weights in rows):
        raise ValueError("a part has one weight for every kind")
    numbers = np.fromstring("\t".join(weights for _, _, weights in rows), dtype=np.int16, sep="\t")
    bias, table = np.split(numbers.reshape(len(rows), len(names)), [1])
    place = dict(zip((part for part, _, _ in rows[1:]), range(len(rows) - 1), strict=True))
    return ClauseWeights(names, tuple(bias[0].tolist()), place, table)
