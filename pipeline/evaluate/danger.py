"""Score the reading of danger out of text: per signal, what is told and found, and what is found and told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.evaluate.corpus import Labelled, Stretch
from pipeline.evaluate.interval import Share
from pipeline.evaluate.score import NEVER_SHARED

Detect = Callable[[Labelled], Iterable[Stretch]]
"""A text in; the danger signals read in it, each with its evidence (the sentence), in offsets of the text."""

ARGUABLE = {"acute": "threat_words"}
"""A threat is not always acute and sometimes is: finding it where only the words of threat are labelled counts as
neither right nor wrong."""


@dataclass(frozen=True)
class DangerScores:
    """How well danger is read, by signal."""

    recall: dict[str, Share]
    """Labelled stretches that a finding of the same signal touches."""
    precision: dict[str, Share]
    """Findings that touch a labelled stretch of the same signal."""
    noticed: Share
    """Texts with a danger label in which any danger is found: those do not end as a mere return."""
    quiet: Share
    """Texts without any danger label in which nothing is found (arguable findings left out)."""
    missed: tuple[tuple[str, str], ...]
    """(id of the text, signal) of every label not found."""
    false: tuple[tuple[str, str], ...]
    """(id of the text, signal) of every finding that no label bears out."""


def score_danger(records: Iterable[Labelled], detect: Detect) -> DangerScores:
    """Return recall and precision of `detect` by signal, and how quiet it is where there is no danger."""
    recall: dict[str, Share] = defaultdict(lambda: Share(0, 0))
    precision: dict[str, Share] = defaultdict(lambda: Share(0, 0))
    noticed, quiet, missed, false = Share(0, 0), Share(0, 0), [], []
    for record in records:
        if record.field == "text" and record.source in NEVER_SHARED:
            continue  # never heard, so that nothing of it can leave: neither a miss nor a find
        found = [finding for finding in detect(record) if not _is_arguable(finding, record)]
        for label in record.danger:
            hit = _touches_any(label, found)
            recall[label.kind] += Share(int(hit), 1)
            missed += [] if hit else [(record.id, label.kind)]
        for finding in found:
            hit = _touches_any(finding, record.danger)
            precision[finding.kind] += Share(int(hit), 1)
            false += [] if hit else [(record.id, finding.kind)]
        if record.danger:
            noticed += Share(int(bool(found)), 1)
        else:
            quiet += Share(int(not found), 1)
    return DangerScores(dict(recall), dict(precision), noticed, quiet, tuple(missed), tuple(false))


def _touches_any(stretch: Stretch, others: Iterable[Stretch]) -> bool:
    return any(o.kind == stretch.kind and o.start < stretch.end and stretch.start < o.end for o in others)


def _is_arguable(finding: Stretch, record: Labelled) -> bool:
    fact = ARGUABLE.get(finding.kind)
    if fact is None or _touches_any(finding, record.danger):
        return False
    return _touches_any(Stretch(finding.start, finding.end, fact), record.facts)
