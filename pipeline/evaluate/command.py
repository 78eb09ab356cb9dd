"""`meldstroom evaluate`: our redactor on the labelled corpus, `deduce` beside it where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.evaluate.corpus import Labelled, read_corpus
from pipeline.evaluate.danger import Detect, score_danger
from pipeline.evaluate.deduce import SHARED, redact_with_deduce
from pipeline.evaluate.score import Redact, score
from pipeline.evaluate.speed import measure_speed
from pipeline.evaluate.table import danger_as_dict, scores_as_dict


def evaluate(
    corpus: Path,
    part: str,
    redact: Redact,
    *,
    detect: Detect | None = None,
    deduce_python: Path | None = None,
    speed_of: str | None = None,
) -> dict[str, Any]:
    """Return the whole measure of one part of the corpus in `corpus`, ready for JSON and for `table.render_scores`.

    `detect` adds the reading of danger; `deduce_python` is the interpreter of an environment that holds deduce;
    `speed_of` (`module:function`, the function answers a `Redact`) is what a fresh process opens to be timed.
    UsageError: there is no such part, or no deduce there.
    """
    records = read_corpus(corpus, part)
    document: dict[str, Any] = {
        "part": part,
        "hand_written": sum(record.origin == "hand" for record in records),
        **scores_as_dict(score(records, redact)),
    }
    if detect is not None:
        document["danger"] = danger_as_dict(score_danger(records, detect))
    if deduce_python is not None:
        document["deduce"] = _of_deduce(records, deduce_python)
    if speed_of is not None:
        document["speed"] = measure_speed(records, speed_of)
    return document


def _of_deduce(records: list[Labelled], interpreter: Path) -> dict[str, Any]:
    redacted, speed = redact_with_deduce(records, interpreter)
    answers = {record.id: answer for record, answer in zip(records, redacted, strict=True)}
    scores = scores_as_dict(score(records, lambda record: answers[record.id]))
    return {**scores, "shared_kinds": sorted(SHARED), "speed": speed}
