"""What is special about a report: its poor marks, its gate, its secrets; and what must become of it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from pipeline.policy.incident_classes import classes_of
from pipeline.schema import DANGER_BOXES
from pipeline.synth.event import Event

FLAWS: Final = (
    ("log_line_only", 0.07),
    ("quarrel_only", 0.07),
    ("child_not_listed", 0.12),
    ("wrong_address", 0.08),
    ("birth_date_standin", 0.12),
    ("opinion_only", 0.07),
    ("caller_as_victim", 0.05),
    ("no_relation", 0.12),
    ("no_suspicion", 0.08),
    ("no_roles", 0.05),
    ("no_contact", 0.05),
    ("no_time", 0.06),
    ("no_reason", 0.06),
)
"""Marks of a poor report (DOMAIN.md) and their share among the poor; assumptions."""
STUF_FLAWS: Final = frozenset({"child_not_listed", "wrong_address", "quarrel_only", "opinion_only"})
"""Marks that a vtMelding can carry."""
BLOCKING: Final = frozenset({"log_line_only", "no_relation", "no_suspicion", "no_roles"})
"""Marks that leave no doubt that a blocking criterion is missing."""
DOUBTFUL: Final = frozenset({"tactical", "intelligence", "informant", "medical", "religion"})
"""What in a text may make a person look first."""
POOR: Final = 0.38
GATES: Final = (
    ("regime_9", 0.009),
    ("regime_10", 0.005),
    ("regime_12", 0.004),
    ("regime_13", 0.02),
    ("regime_unknown", 0.004),
    ("removed", 0.005),
    ("too_old", 0.005),
    ("embargo", 0.008),
    ("shielded", 0.006),
    ("running_investigation", 0.01),
)
"""Legal gates and their shares; art. 9, 10 and 12 together 1-3 % (DOMAIN.md), the rest assumed."""
CLOSED: Final = {
    "regime_9": "withhold",
    "regime_10": "withhold",
    "regime_12": "withhold",
    "removed": "withhold",
    "too_old": "withhold",
    "regime_unknown": "hold",
    "embargo": "hold",
    "shielded": "hold",
    "running_investigation": None,
}
"""What a gate decides where the contract leaves no doubt."""
SECRET, SHELTER, TEXT_ONLY = 0.012, 0.012, 0.06
"""Share of secret and shelter addresses, and of dangerous reports in which no box was ticked."""


@dataclass(frozen=True)
class Marks:
    """What is special about one report."""

    flaws: frozenset[str]
    gate: str | None
    hidden: str | None
    """`secret_address` or `shelter_address`."""
    text_only: bool


def draw_marks(rng: Random, event: Event, stuf: bool) -> Marks:
    """Draw the marks of a report."""
    flaws: set[str] = set()
    if event.in_scope and rng.random() < POOR:
        for _ in range(1 if rng.random() < 0.7 else 2):
            flaws.add(_drawn(rng, FLAWS, sum(share for _, share in FLAWS)) or "no_time")
    if stuf:
        flaws &= STUF_FLAWS
    gate, secret = _drawn(rng, GATES, 1.0), rng.random()
    kind = "secret_address" if secret < SECRET else "shelter_address" if secret < SECRET + SHELTER else None
    if stuf or not event.in_scope or flaws & {"wrong_address", "log_line_only"}:
        kind = None
    # A vtMelding has no boxes for danger: what is dangerous stands in its text or nowhere.
    text_only = rng.random() < TEXT_ONLY or (stuf and is_dangerous(event))
    text_only = text_only and not flaws & {"log_line_only", "quarrel_only", "opinion_only"}
    return Marks(frozenset(flaws), None if stuf else gate, kind, text_only)


def _unfounded(event: Event, marks: Marks) -> str | None:
    if not is_dangerous(event):
        # A class that is danger by itself is so where its box is empty; whether it is, differs by dialect.
        return None if any(event.code in classes_of(box) for box in DANGER_BOXES) else "return"
    return "hold" if event.facts & set(DANGER_BOXES) and not marks.text_only else None


def _drawn(rng: Random, shares: tuple[tuple[str, float], ...], whole: float) -> str | None:
    drawn = rng.random() * whole
    for name, share in shares:
        if drawn < share:
            return name
        drawn -= share
    return None


def is_dangerous(event: Event) -> bool:
    """Whether a danger signal is among the facts."""
    return bool(event.facts & {*DANGER_BOXES, "injured_child"})


def expected_outcome(event: Event, marks: Marks, seeded: set[str], unsettled: bool) -> str | None:
    """Return the outcome that the contract leaves no doubt about, or None.

    `unsettled`: another row of the same event or number may decide otherwise.
    """
    if unsettled:
        return None
    if marks.gate in CLOSED:
        return CLOSED[marks.gate]
    if not event.in_scope:
        return "elsewhere" if event.kind == "out_of_scope" else "hold"
    if marks.flaws & BLOCKING:
        return _unfounded(event, marks)
    doubtful = bool(marks.flaws or marks.hidden or marks.text_only or seeded & DOUBTFUL)
    return None if doubtful else "forward"
