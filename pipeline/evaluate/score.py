"""Score a redactor on labelled texts: what leaks by kind, what is lost by kind, what is masked for nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pipeline.evaluate import cover
from pipeline.evaluate.corpus import SPECIAL, Labelled, Stretch
from pipeline.evaluate.interval import Share

Redact = Callable[[Labelled], tuple[str, Iterable[Stretch]]]
"""A text in; the text that would leave, and what was removed, in offsets of the original."""

NEVER_SHARED = frozenset({"T", "I"})
"""Entries of these sources leave nothing (CONTRACT.md, mutatie): what they tell is no fact that could be kept."""
ORIGINS = ("hand", "variant")
NOTHING = Share(0, 0)


@dataclass(frozen=True)
class Scores:
    """What a redactor does on a set of texts; shares are of labelled stretches, keys are (kind, origin)."""

    texts: int
    caught: dict[tuple[str, str], Share] = field(default_factory=dict)
    kept: dict[tuple[str, str], Share] = field(default_factory=dict)
    masked: Share = NOTHING
    """Words removed that no label touches, of all such words."""
    leaks: tuple[tuple[str, str], ...] = ()
    """(id of the text, kind) of every leak: where to look, never what it says."""
    losses: tuple[tuple[str, str], ...] = ()
    """(id of the text, kind) of every fact lost."""
    bare: dict[str, int] = field(default_factory=dict)
    """By kind the leaks of which most is left; of the others a few words are, such as who told it."""

    @property
    def recall(self) -> Share:
        """Leak recall over all kinds."""
        return sum(self.caught.values(), NOTHING)

    @property
    def retention(self) -> Share:
        """Fact retention over all kinds."""
        return sum(self.kept.values(), NOTHING)


def score(records: Iterable[Labelled], redact: Redact) -> Scores:
    """Return the scores of `redact` on `records`; cover.py says when a stretch counts as caught."""
    caught: dict[tuple[str, str], Share] = defaultdict(lambda: NOTHING)
    kept: dict[tuple[str, str], Share] = defaultdict(lambda: NOTHING)
    leaks, losses, bare, masked, texts = [], [], Counter[str](), NOTHING, 0
    for record in records:
        texts += 1
        output, removed = redact(record)
        flags = cover.removed_characters(len(record.text), removed)
        slipped = cover.slipped_words(record.text, flags, output)
        for label in record.spans:
            hit = cover.is_caught(record.text, label, flags, slipped)
            caught[label.kind, record.origin] += Share(int(hit), 1)
            leaks += [] if hit else [(record.id, label.kind)]
            bare[label.kind] += not hit and cover.is_bare(record.text, label, flags)
        for fact in () if record.field == "text" and record.source in NEVER_SHARED else record.facts:
            hit = cover.is_kept(record.text, fact, record.spans, flags)
            kept[fact.kind, record.origin] += Share(int(hit), 1)
            losses += [] if hit else [(record.id, fact.kind)]
        masked += Share(*cover.masked_words(record.text, record.spans, flags))
    return Scores(texts, dict(caught), dict(kept), masked, tuple(leaks), tuple(losses), dict(+bare))


def by_kind(shares: dict[tuple[str, str], Share]) -> dict[str, dict[str, Share]]:
    """Return per kind `all`, `hand` and `variant`; the four special kinds also together, as `special`."""
    kinds = sorted({kind for kind, _ in shares})
    table = {kind: _origins(shares, {kind}) for kind in kinds}
    return table | ({"special": _origins(shares, SPECIAL)} if SPECIAL & set(kinds) else {})


def _origins(shares: dict[tuple[str, str], Share], kinds: Iterable[str]) -> dict[str, Share]:
    rows = {o: sum((shares.get((kind, o), NOTHING) for kind in kinds), NOTHING) for o in ORIGINS}
    return {"all": sum(rows.values(), NOTHING), **rows}


def of_all_kinds(shares: dict[tuple[str, str], Share]) -> dict[str, Share]:
    """Return the same over all kinds together."""
    return _origins(shares, {kind for kind, _ in shares})
