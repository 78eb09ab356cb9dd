"""Learn the weights by which all words of a sentence tell danger: `python -m tests.decide.train_danger`.

Learned from are the single sentences in `tests/corpus/source/danger` (never `unseen*.tsv`) and those of part `tune`, as the rules read
them; a sentence of `tune` in which a rule hears what nobody labelled says nothing. One logistic regression a signal, since a
sentence may tell of several. Two minutes of one core; the result is the same every time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from scipy import sparse
from scipy.optimize import minimize

from pipeline.decide.danger_text import TEXTS, detect_danger, read_sentences
from pipeline.policy.danger import SIGNALS, DangerRules, read_danger_rules
from tests.corpus import CORPUS
from tests.learn import (
    SMOOTH,
    Parts,
    held_back,
    kept_parts,
    labelled_lines,
    learned_texts,
    logistic,
    names_of,
    parts,
    table_of,
    weight_lines,
)

SENTENCES: Final = CORPUS / "source" / "danger"
OUT: Final = Path(str(files("pipeline.policy.danger"))) / "sentence_weights.tsv"
KINDS: Final = tuple(sorted(SIGNALS))
NIGHT: Final = date(2026, 11, 1)
STRENGTH: Final = 8.0
"""How much a weight may grow: the inverse of the penalty on its square."""
LEAST_WEIGHT: Final = 0.1

Example = tuple[Parts, frozenset[str]]
"""What is weighed of a sentence, and the signals that it tells."""


def read_labelled(path: Path) -> list[tuple[frozenset[str], str]]:
    """Return the sentences of a file, each behind the signals that it tells (`none`: no signal)."""
    return [(frozenset(labels.split(",")) - {"none"}, sentence) for labels, sentence in labelled_lines(path)]


def texts_frame(texts: Iterable[str], source: str = "W") -> pl.DataFrame:
    """Return one text a registration (TEXTS)."""
    return pl.DataFrame([(at, "text", 1, source, text) for at, text in enumerate(texts)], schema=TEXTS, orient="row")


def learned_from() -> list[tuple[frozenset[str], str]]:
    """Return the single sentences that are learned from."""
    return [one for path in sorted(SENTENCES.glob("writer_*.tsv")) for one in read_labelled(path)]


def examples(rules: DangerRules) -> Iterator[Example]:
    """Yield all that is learned from, as `rules` read it."""
    single = learned_from()
    read = read_sentences(texts_frame(text for _, text in single), rules)
    for row, sentence in read.select("row", "affirmed").iter_rows():
        yield parts(sentence), single[row][0]
    records, seen = learned_texts(), set[str]()
    texts = texts_frame(record.text for record in records)
    heard: dict[tuple[int, int], set[str]] = {}
    for row, start, signal in detect_danger(texts, NIGHT, rules=rules).select("row", "start", "signal").iter_rows():
        heard.setdefault((row, start), set()).add(signal)
    for row, start, end, sentence in read_sentences(texts, rules).select("row", "start", "end", "affirmed").iter_rows():
        told = frozenset(one.kind for one in records[row].danger if one.start < end and start < one.end)
        if sentence not in seen and heard.get((row, start), set()) <= told:
            yield parts(sentence, names_of(records[row])), told
        seen.add(sentence)


def digest() -> str:
    """Return what the weights follow from, in short: the sentences, and what bounds a weight. Stands in their heading."""
    tune = [(one.text, one.danger) for one in learned_texts()]
    single = [(sorted(told), text) for told, text in learned_from()]
    return hashlib.sha256(repr((KINDS, STRENGTH, SMOOTH, LEAST_WEIGHT, single, tune)).encode()).hexdigest()


def learn(data: list[Example]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return the weights of each part and the bias, by signal."""
    told_by = [one for one, _ in data]
    kept = kept_parts(told_by)
    table = table_of(told_by, kept)
    fits = [_fit(table, np.array([kind in told for _, told in data], dtype=float)) for kind in KINDS]
    weights = np.array(fits).T
    return dict(zip(kept, weights, strict=False)), weights[-1]


def _fit(table: sparse.csr_matrix, tells: np.ndarray) -> np.ndarray:
    """Return the weights of one signal, its bias last."""
    scale = held_back(table, tells > 0)
    scaled = sparse.csr_matrix(table @ sparse.diags(scale))
    turned = sparse.csr_matrix(scaled.T)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        sums = scaled @ flat[:-1] + flat[-1]
        value, slope = logistic(sums, tells)
        value += flat[:-1] @ flat[:-1] / (2 * STRENGTH)
        return value, np.append(turned @ slope + flat[:-1] / STRENGTH, slope.sum())

    start = np.zeros(table.shape[1] + 1)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 80}).x
    return np.append(scale * best[:-1], best[-1])


def lines(source: str, weights: dict[str, np.ndarray], bias: np.ndarray) -> Iterable[str]:
    """Yield the lines of the file: a part and its weight for each signal, in hundredths, in the order of the heading."""
    yield "# What words say of a sentence, in hundredths: that it tells of danger. Sum, divided by the root of the number of words."
    yield "# Learned by `python -m tests.decide.train_danger`; not written by hand. #x is a piece of a word, < and > its ends, ^ begins the sentence, 0 a number."
    yield f"# Learned from sentences with digest {source}."
    yield "# Owner: data quality, with the release desk. Valid from 2026-11-30. The second line are the weights of no words at all."
    yield from weight_lines(KINDS, weights, bias, LEAST_WEIGHT)


if __name__ == "__main__":
    shipped = read_danger_rules()
    bare = replace(shipped, rules=tuple(rule for rule in shipped.rules if rule.least is None))
    OUT.write_text("".join(f"{line}\n" for line in lines(digest(), *learn([*examples(bare)]))), encoding="utf-8")
