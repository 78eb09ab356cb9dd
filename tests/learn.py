"""What the weights of words are learned with: the parts of a text, their table, and the lines of a file of weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from scipy import sparse

from pipeline.evaluate.corpus import Labelled, read_corpus
from pipeline.weigh.sense import APART, START, WORD, parts_of
from tests.corpus import CORPUS

Parts = tuple[str, ...]
"""Everything that is weighed of a clause or a sentence."""
LEAST_SEEN: Final = 2
"""How often a pair or a piece of a word must stand in the examples to be weighed."""
SMOOTH: Final = 0.3
"""How often a part counts as seen on both sides beside what was seen: parts that tell the sides apart may weigh more."""


def learned_texts() -> list[Labelled]:
    """Return the labelled texts that are learned from; sources of T and I go whole, whatever they say."""
    return [one for one in read_corpus(CORPUS, "tune") if one.source not in ("T", "I")]


def labelled_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the label and the sentence of every line of a file of single sentences."""
    for line in path.read_text(encoding="utf-8").splitlines():
        label, _, sentence = line.partition("\t")
        yield label, sentence


def parts(text: str, names: frozenset[str] = frozenset()) -> Parts:
    """Return everything that is weighed of a clause; `names`, of persons or places, are not."""
    found: list[str] = []
    before = START
    words = WORD.findall(text.lower())
    for word in words:
        if word not in names:
            found += [*parts_of(word), f"{before} {word}"]
        before = word
    return tuple(found)


def pairs_apart(text: str, names: frozenset[str] = frozenset()) -> Parts:
    """Return the pairs of words with one between them; none ends in one of `names`."""
    words = WORD.findall(text.lower())
    return tuple(f"{one} {APART} {other}" for one, other in zip(words, words[2:], strict=False) if other not in names)


def names_of(record: Labelled) -> frozenset[str]:
    """Return the words of the names of the persons registered: they say nothing of what is told."""
    names = (str(person[column] or "") for person in record.people for column in ("given_names", "family_name"))
    return frozenset(word for name in names for word in WORD.findall(name.lower()))


def kept_parts(data: Sequence[Parts]) -> dict[str, int]:
    """Return the parts to weigh, with their place, in order."""
    seen = Counter(part for one in data for part in one)
    kept = (part for part, count in seen.items() if count >= LEAST_SEEN or (part[0] != "#" and " " not in part))
    return {part: at for at, part in enumerate(sorted(kept))}


def table_of(data: Sequence[Parts], place: dict[str, int]) -> sparse.csr_matrix:
    """Return how often each part to weigh stands in each example, the longer that is the less it counts."""
    rows, columns, values = [], [], []
    for at, one in enumerate(data):
        words = max(1, sum(part.count(" ") == 1 for part in one))  # every word ends one pair of neighbours
        for part in one:
            if part in place:
                rows.append(at)
                columns.append(place[part])
                values.append(words**-0.5)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(data), len(place)))


def held_back(table: sparse.csr_matrix, told: np.ndarray) -> np.ndarray:
    """Return how little each part is held back: less where one side, `told` or not, has much more of it (naive Bayes, tempered)."""
    held = sparse.csr_matrix(table > 0)
    gone, stay = (SMOOTH + np.asarray(held[side].sum(axis=0)).ravel() for side in (told, ~told))
    return np.sqrt(np.abs(np.log(gone / gone.sum() * stay.sum() / stay)))


def logistic(sums: np.ndarray, told: np.ndarray) -> tuple[float, np.ndarray]:
    """Return how badly `sums` say what was `told` (0 or 1), and its slope in each of them."""
    return np.logaddexp(0, sums).sum() - told @ sums, 1 / (1 + np.exp(-sums)) - told


def weight_lines(
    kinds: Sequence[str], weights: Mapping[str, np.ndarray], bias: np.ndarray, least: float
) -> Iterator[str]:
    """Yield the lines of a file below its heading: the kinds, the bias, and each part with its weights in hundredths."""
    yield "\t".join(("", *kinds))
    yield "\t".join(("", *(str(round(100 * value)) for value in bias)))
    for part, of_kind in sorted(weights.items()):
        if np.abs(of_kind).max() >= least:
            yield "\t".join((part, *(str(round(100 * value)) for value in of_kind)))
