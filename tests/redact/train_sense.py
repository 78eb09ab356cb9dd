"""Learn the weights of `pipeline.weigh.sense` from the labelled texts: `python -m tests.redact.train_sense`.

Learned from are the clauses of part `tune` (never `unseen`), its labelled stretches, the single clauses in
`tests/corpus/source/clauses`, and the single sentences in `tests/corpus/source/special` (never `unseen.tsv`): what must not
leave, by kind, and near misses that stay. One multinomial logistic regression over the kinds and what stays. Two minutes of
one core; the result is the same every time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from pipeline.evaluate.corpus import Labelled, read_corpus
from pipeline.policy.reference import read_reference
from pipeline.redact.clauses.sentences import clause_bounds, sentence_bounds
from tests.corpus import CORPUS
from tests.learn import (
    LEAST_SEEN,
    SMOOTH,
    Parts,
    held_back,
    kept_parts,
    labelled_lines,
    names_of,
    pairs_apart,
    parts,
    table_of,
    weight_lines,
)

PLAIN: Final = ("w6", "wy")
"""Texts of persons and homes only: with no special data in them they would but lower every sum."""
CLAUSES: Final = CORPUS / "source" / "clauses"
SENTENCES: Final = CORPUS / "source" / "special"
OUT: Final = Path(str(files("pipeline.policy.redaction"))) / "clause_weights.tsv"
KINDS: Final = (
    *("ethnicity", "informant", "intelligence", "medical", "politics_or_union", "religion", "sexual_life", "tactical"),
)
STAYS: Final = ""
CLAUSE, SENTENCE = 1.5, 2.5
"""How much a clause and a sentence written by itself count beside one of a text: the last are the hardest, on both sides."""
STRENGTH: Final = 8.0
"""How much a weight may grow: the inverse of the penalty on its square."""
LEAST_WEIGHT: Final = 0.1
PLACES: Final = frozenset(
    name.lower() for name in read_reference().municipalities["name"] if len(name) > 6 and name.isalpha()
)
"""Where something happened says nothing of what is told; short ones are words, too (`Buren`)."""
LEAST_OVERLAP: Final = 3
"""Characters of a labelled stretch in a clause that make it an example of its kind."""

SAMPLE: Final = 500
"""Of one example in so many the digest holds what is weighed, too: of all it would take as long as half the learning."""


class Example(NamedTuple):
    """A clause or a sentence, the names in it, its kind (STAYS: none), and how much it counts."""

    text: str
    names: frozenset[str]
    kind: str
    counts: float


def examples() -> list[Example]:
    """Return all that is learned from."""
    found: list[Example] = []
    nobody = frozenset[str]()
    for kind in (*KINDS, "stays"):
        lines = (CLAUSES / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
        found += [
            Example(line, nobody, STAYS if kind == "stays" else kind, CLAUSE)
            for line in dict.fromkeys(lines)
            if line and line[0] != "#"
        ]
    for path in sorted(SENTENCES.glob("writer_*.tsv")):
        found += [Example(sentence, nobody, kind, SENTENCE) for kind, sentence in read_labelled(path)]
    seen: set[tuple[str, str]] = set()
    for record in read_corpus(CORPUS, "tune"):
        if record.id.startswith(PLAIN):
            continue
        for text, kind in _stretches(record):
            if (text.lower(), kind) not in seen:
                seen.add((text.lower(), kind))
                found.append(Example(text, names_of(record), kind, 1.0))
    return found


def weighed(one: Example) -> Parts:
    """Return all that is weighed of a clause or a sentence; of danger the pairs apart tell nothing more."""
    unsaid = one.names | PLACES
    return parts(one.text, unsaid) + pairs_apart(one.text, unsaid)


def read_labelled(path: Path) -> list[tuple[str, str]]:
    """Return the sentences of a file, each behind the kind that it tells (`stays` in the file: none)."""
    return [(STAYS if kind == "stays" else kind, sentence) for kind, sentence in labelled_lines(path)]


def _stretches(record: Labelled) -> Iterator[tuple[str, str]]:
    text = record.text
    for start, end in sentence_bounds(text):
        labels = [one for one in record.spans if one.kind in KINDS and one.start < end and one.end > start]
        whole = [one.kind for one in labels if one.kind in ("tactical", "intelligence", "informant")]
        yield text[start:end], whole[0] if whole else labels[0].kind if labels else STAYS
        for low, high in clause_bounds(text, start, end):
            inside = [one for one in labels if min(one.end, high) - max(one.start, low) >= LEAST_OVERLAP]
            if all(low <= one.start and one.end <= high for one in inside):  # a piece of a longer stretch tells little
                yield text[low:high], inside[0].kind if inside else STAYS
        for one in labels:
            yield text[one.start : one.end], one.kind


def digest(data: list[Example]) -> str:
    """Return what the weights follow from, in short: the examples, and what bounds a weight. Stands in their heading."""
    bounds = (KINDS, STRENGTH, SMOOTH, LEAST_SEEN, LEAST_WEIGHT, sorted(PLACES))
    told = [(one.text, sorted(one.names), one.kind, one.counts) for one in data]
    sample = [weighed(one) for one in data[::SAMPLE]]
    return hashlib.sha256(repr((bounds, told, sample)).encode()).hexdigest()


def learn(data: list[Example]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return the weights of each part and the bias, by kind."""
    counts = np.array([one.counts for one in data])
    told = np.array([(STAYS, *KINDS).index(one.kind) for one in data])
    told_by = [weighed(one) for one in data]
    kept = kept_parts(told_by)
    weights, bias = _fit(table_of(told_by, kept), told, counts)
    return dict(zip(kept, weights, strict=True)), bias


def _fit(table: sparse.csr_matrix, told: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights and the bias of each kind beside those of what stays, which are 0: multinomial regression."""
    rows, size, many = *table.shape, len(KINDS) + 1
    scale = held_back(table, told > 0)
    scaled = sparse.csr_matrix(table @ sparse.diags(scale))
    turned = sparse.csr_matrix(scaled.T)
    truth = np.eye(many)[told]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        at = flat.reshape(size + 1, many)
        sums = scaled @ at[:size] + at[size]
        sums -= sums.max(axis=1, keepdims=True)
        shares = np.exp(sums)
        shares /= shares.sum(axis=1, keepdims=True)
        value = -(counts * np.log(shares[np.arange(rows), told] + 1e-12)).sum() + (at[:size] ** 2).sum() / (
            2 * STRENGTH
        )
        slope = (shares - truth) * counts[:, None]
        return value, np.concatenate([turned @ slope + at[:size] / STRENGTH, [slope.sum(axis=0)]]).ravel()

    start = np.zeros((size + 1) * many)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x.reshape(size + 1, many)
    beside = best[:, 1:] - best[:, :1]
    return scale[:, None] * beside[:size], beside[size]


def lines(source: str, weights: dict[str, np.ndarray], bias: np.ndarray) -> Iterable[str]:
    """Yield the lines of the file: a part and its weight for each kind, in hundredths, in the order of the heading."""
    yield "# What words say of a clause, in hundredths: that it tells something of a kind that must not leave. Sum, divided by the root of the number of words."
    yield "# Learned by `python -m tests.redact.train_sense`; not written by hand. #x is a piece of a word, < and > its ends, ^ begins the clause, 0 a number."
    yield f"# Learned from examples with digest {source}."
    yield "# Owner: privacy officer. Valid from 2017-05-01. The second line are the weights of no words at all."
    yield from weight_lines(KINDS, weights, bias, LEAST_WEIGHT)


if __name__ == "__main__":
    given = examples()
    OUT.write_text("".join(f"{line}\n" for line in lines(digest(given), *learn(given))), encoding="utf-8")
