"""The labelled corpus: JSON lines, one text a line, with what must not leave and what must survive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pipeline.errors import UsageError

SPECIAL: Final = frozenset({"religion", "ethnicity", "politics_or_union", "sexual_life"})
"""Special data of Wpg art. 5 that are also counted together, as `special`; medical stands by itself."""

PARTS: Final = ("tune", "unseen")
"""Rules are tuned on the first; figures are quoted from the second."""


@dataclass(frozen=True)
class Stretch:
    """Characters `start` to `end` (exclusive) of a text, of one kind."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Labelled:
    """One labelled text with the registration that it stands in."""

    id: str
    origin: Literal["hand", "variant"]
    field: str
    """`text` (an entry), `description` or `reason_for_report`."""
    source: str
    """W, V, H, O, T or I."""
    people: tuple[Mapping[str, Any], ...]
    """The persons registered, canonical column names of `schema.PERSON`."""
    text: str
    spans: tuple[Stretch, ...]
    """What must not leave."""
    facts: tuple[Stretch, ...]
    """What must survive."""
    danger: tuple[Stretch, ...]
    """Where a danger signal is told."""


def read_corpus(folder: Path, part: str) -> list[Labelled]:
    """Read `<folder>/<part>.jsonl`; UsageError when there is no such part or a line is not a labelled text."""
    path = folder / f"{part}.jsonl"
    if not path.is_file():
        raise UsageError(f"{folder} holds no part '{part}' of a labelled corpus ({path.name} is missing)")
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(_labelled(json.loads(line)))
        except (KeyError, TypeError, ValueError):
            raise UsageError(f"{path.name}, line {number}: not a labelled text") from None
    return found


def _labelled(row: Mapping[str, Any]) -> Labelled:
    text = row["text"]
    return Labelled(
        id=row["id"],
        origin=row["origin"],
        field=row["field"],
        source=row["source"],
        people=tuple(row["people"]),
        text=text,
        spans=_stretches(row["spans"], text),
        facts=_stretches(row["facts"], text),
        danger=_stretches(row["danger"], text),
    )


def _stretches(rows: list[Mapping[str, Any]], text: str) -> tuple[Stretch, ...]:
    found = tuple(Stretch(int(row["start"]), int(row["end"]), row["kind"]) for row in rows)
    if any(not 0 <= stretch.start < stretch.end <= len(text) for stretch in found):
        raise ValueError
    return found
