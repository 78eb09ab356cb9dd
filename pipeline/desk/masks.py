"""Stretches of a held text that a person leaves out when releasing it, beside what the redactor takes out itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.errors import DecisionRefused
from pipeline.redact import TextKey
from pipeline.redact.spans import DOUBT, DROP, OMITTED, Redacted, Span, rewrite, settle

BY_PERSON = "desk"
"""Kind and rule of a stretch that a person left out."""


class Mask(NamedTuple):
    """A stretch of an original text: half-open, in characters."""

    field: str
    """As in `redact.tables`: a column of the registration, `entry`, `organisation` or `prior_incident`."""
    entry_number: int | None
    start: int
    end: int

    def __str__(self) -> str:
        """Return it as a form and a command line write it: `entry:2:10-25`, `description::0-4`."""
        return f"{self.field}:{'' if self.entry_number is None else self.entry_number}:{self.start}-{self.end}"


def read_mask(text: str) -> Mask:
    """Read what `Mask.__str__` writes. Raises DecisionRefused for anything else."""
    try:
        field, number, stretch = text.split(":")
        start, end = stretch.split("-")
        return Mask(field, int(number) if number else None, int(start), int(end))
    except ValueError:
        raise DecisionRefused("Een passage is veld:nummer:van-tot.", "A passage is field:number:from-to.") from None


def as_json(masks: Iterable[Mask]) -> list[dict[str, Any]]:
    """Return masks as the database keeps them: sorted, so that two persons who mean the same say the same."""
    return [mask._asdict() for mask in sorted(set(masks), key=_order)]


def of_json(kept: Sequence[Mapping[str, Any]]) -> tuple[Mask, ...]:
    """Return what `as_json` made."""
    return tuple(Mask(**one) for one in kept)


def doubted(texts: Mapping[TextKey, Redacted]) -> tuple[Mask, ...]:
    """Return what the redactor leaves to a person and leaves standing: left out, unless that person says otherwise.

    Source: DOMAIN.md elements: diagnosis, treatment, doctor's words are held for a person, default drop (Wpg 5).
    """
    found: list[Mask] = []
    for (field, number), redacted in texts.items():
        gone = [span for span in redacted.spans if span.action != DOUBT]
        found += [
            Mask(field, number, doubt.start, doubt.end)
            for doubt in redacted.doubts
            if not any(span.start <= doubt.start and doubt.end <= span.end for span in gone)
        ]
    return tuple(sorted(set(found), key=_order))


def leave_out(
    originals: Mapping[TextKey, str], texts: Mapping[TextKey, Redacted], masks: Iterable[Mask]
) -> dict[TextKey, Redacted]:
    """Return `texts` without the stretches of `masks` as well.

    The redactor has read the text as it was: what a person takes out changes nothing of what it finds.

    Args:
        originals: each text as it was received.
        texts: what the redactor leaves of it.
        masks: what a person takes out further.

    Raises:
        DecisionRefused: a mask names no text of this registration, or reaches beyond it.
    """
    more: dict[TextKey, list[Span]] = {}
    for mask in masks:
        key = (mask.field, mask.entry_number)
        if key not in originals or not 0 <= mask.start < mask.end <= len(originals[key]):
            raise DecisionRefused("Een passage ligt niet in de tekst.", "A passage does not lie within its text.")
        more.setdefault(key, []).append(Span(mask.start, mask.end, BY_PERSON, BY_PERSON, DROP, OMITTED))
    return {**texts, **{key: _without(originals[key], texts[key], spans) for key, spans in more.items()}}


def _without(original: str, redacted: Redacted, more: list[Span]) -> Redacted:
    gone = settle([*(span for span in redacted.spans if span.action != DOUBT), *more])
    return Redacted(rewrite(original, gone), tuple(sorted((*gone, *redacted.doubts), key=lambda span: span.start)))


def _order(mask: Mask) -> tuple[str, int, int, int]:
    return (mask.field, -1 if mask.entry_number is None else mask.entry_number, mask.start, mask.end)
