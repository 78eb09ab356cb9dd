"""Learn the weights of `pipeline.redact.likely` from the labelled texts: `python -m tests.redact.train_likely`.

Learned from are the words of part `tune` (never `unseen`) that the redactor without these weights reads: which of them stand in a
labelled name, number, account or home. A word that went already is looked at as if its stretch had been overlooked, and that
alone. One logistic regression; a minute of one core, and the result is the same every time.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import Final

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from pipeline.evaluate.corpus import Labelled
from pipeline.evaluate.ours import open_redactor, subjects_of
from pipeline.policy.redaction import SORTS, read_redaction_policy
from pipeline.redact import Redactor
from pipeline.redact.clauses.sentences import paragraphs
from pipeline.redact.likely import (
    EDGE,
    GONE,
    OWN,
    TOKEN,
    Likely,
    Traits,
    beside_traits,
    is_word,
    own_traits,
    seen_traits,
)
from pipeline.redact.people import fold
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import blank
from tests.learn import learned_texts, logistic
from tests.redact.train_sense import KINDS

OUT: Final = Path(str(files("pipeline.policy.redaction"))) / "word_weights.tsv"
UNTAUGHT: Final = frozenset({*KINDS, "secret_address"})
"""What tells something, and what stands around a shelter, is no example: elsewhere its words are anybody's."""
STRENGTH: Final = 2.0
"""How much a weight may grow: the inverse of the penalty on its square."""
LEAST_SEEN: Final = 3
LEAST_WEIGHT: Final = 0.02

Example = tuple[list[str], bool]
"""What is weighed of a word, and whether it must not leave."""


def examples(record: Labelled, redactor: Redactor) -> Iterator[Example]:
    """Yield every word of a text that the rules left or masked, with what stands beside it."""
    involved = ReportMasks(subjects_of(record)).involved
    _, removed = open_redactor(redactor)(record)
    gone = [(one.start, one.end) for one in removed]
    whole = [(one.start, one.end) for one in removed if one.kind in UNTAUGHT]
    labelled = [(one.start, one.end) for one in record.spans]
    untaught = [(one.start, one.end) for one in record.spans if one.kind in UNTAUGHT]
    for looked_at in (None, *(one for one in gone if one not in whole)):
        text = blank(record.text, [one for one in gone if one != looked_at])
        for start, end, traits in _words(text, looked_at, redactor.likely, involved):
            if not _meet(start, end, untaught):
                yield traits, _meet(start, end, labelled)


def _words(
    text: str, looked_at: tuple[int, int] | None, likely: Likely, involved: Iterable[str]
) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the words in `looked_at`, of which all others are taken to be gone; without it every word."""
    for at, paragraph in paragraphs(text):
        parts = TOKEN.split(paragraph)
        starts = [*accumulate(map(len, parts), initial=at)]
        bounds = [*zip(starts[1:-1:2], starts[2::2], strict=True)]
        met = [OWN if fold(word) in involved else likely.traits(word) for word in parts[1::2]]
        inside = [one for one, (start, end) in enumerate(bounds) if looked_at is None or _meet(start, end, [looked_at])]
        for one in inside:
            if is_word(parts[2 * one + 1]):
                low, high = (one, one) if looked_at is None else (inside[0], inside[-1])
                before = [EDGE, EDGE, *met[:low], *([GONE] if one > low else [])][-2:]
                behind = [*([GONE] if one < high else []), *met[high + 1 : high + 3], EDGE, EDGE][:2]
                yield *bounds[one], _weighed(met[one], before, behind)


def _weighed(one: Traits, before: list[Traits], behind: list[Traits]) -> list[str]:
    (second_last, last), (following, second) = before, behind
    seen = [*seen_traits(second_last, -2), *seen_traits(last, -1), *seen_traits(following, 1), *seen_traits(second, 2)]
    beside = (*beside_traits(last, -1), *beside_traits(following, 1))
    return [*own_traits(one), *seen, *(f"{trait}{one.sort}" for trait in beside)]


def _meet(start: int, end: int, stretches: Iterable[tuple[int, int]]) -> bool:
    return any(low < end and start < high for low, high in stretches)


def digest(given: list[Labelled]) -> str:
    """Return what the weights follow from, in short: the texts, and what bounds a weight. Stands in their heading."""
    told = [(one.text, one.people, one.spans) for one in given]
    return hashlib.sha256(repr((STRENGTH, LEAST_SEEN, LEAST_WEIGHT, told)).encode()).hexdigest()


def learn(data: list[Example]) -> dict[str, float]:
    """Return the weight of each trait that was seen often enough."""
    seen = Counter(trait for traits, _ in data for trait in set(traits))
    place = {trait: at for at, trait in enumerate(sorted(t for t, count in seen.items() if count >= LEAST_SEEN))}
    rows = [[*{place[trait] for trait in traits if trait in place}] for traits, _ in data]
    ends = [*accumulate(map(len, rows), initial=0)]
    held = [at for row in rows for at in row]
    table = sparse.csr_matrix((np.ones(len(held)), held, ends), shape=(len(rows), len(place)))
    weights = _fit(table, np.array([gone for _, gone in data], dtype=float))
    return dict(zip(place, weights, strict=True))


def _fit(table: sparse.csr_matrix, gone: np.ndarray) -> np.ndarray:
    turned = sparse.csr_matrix(table.T)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = logistic(table @ weights, gone)
        return value + weights @ weights / (2 * STRENGTH), turned @ slope + weights / STRENGTH

    return minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 80}).x


def lines(source: str, weights: dict[str, float]) -> Iterable[str]:
    """Yield the lines of the file: a trait and its weight in hundredths."""
    yield "# What says that a word is a name, number, account or home of somebody, in hundredths; 0 together is even."
    yield "# Learned by `python -m tests.redact.train_likely`; not written by hand. +1 and -1 are the next word and the last,"
    yield "# ~ its shape, = what it may be by the lexicon, x- and -x how it begins and ends, | the sort of the word beside it."
    yield f"# Learned from texts with digest {source}."
    yield "# Owner: privacy officer. Valid from 2017-05-01."
    for trait, weight in sorted(weights.items()):
        if abs(weight) >= LEAST_WEIGHT:
            yield f"{trait}\t{round(100 * weight)}"


if __name__ == "__main__":
    policy = read_redaction_policy()
    bare = Redactor(replace(policy, word_weights={}, least_likely=dict.fromkeys(SORTS, 1.0)))
    learned = learned_texts()
    found = learn([one for record in learned for one in examples(record, bare)])
    OUT.write_text("".join(f"{line}\n" for line in lines(digest(learned), found)), encoding="utf-8")
