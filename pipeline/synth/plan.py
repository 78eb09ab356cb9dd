"""What each row of a unit's night is: a first report, a second one of the same event, a correction, and so on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.synth.world import Slot, World

FIRST, SECOND, CORRECTION, RETRACTION, REDELIVERY = "first", "second", "correction", "retraction", "redelivery"

SHARES: Final = ((SECOND, 0.065), (CORRECTION, 0.028), (RETRACTION, 0.010), (REDELIVERY, 0.008))
BAD: Final = 0.002
"""Share of rows that break the contract (DOMAIN.md has no figure; an assumption)."""
REPEAT: Final = 0.38
"""Share of events in families that were reported before (CBS 2023: 38.1 %)."""
OTHER_UNIT: Final = 0.2
LATER_NIGHT: Final = 0.35
"""Of the second reports: written by another unit, or on the night after."""

KIND_DRAW, BAD_DRAW, NEW_DRAW, TARGET_DRAW, FAR_DRAW = 1, 2, 3, 4, 5
EVENT_RNG, HOUSEHOLD_RNG, REPORT_RNG, TEXT_RNG = 11, 12, 13, 14


@dataclass(frozen=True)
class Plan:
    """One unit's night. `targets` holds, for a row that is no first report, the first report that it is about."""

    kinds: tuple[str, ...]
    targets: dict[int, Slot]
    bad: frozenset[int]
    superseded: frozenset[int]
    """Positions of first reports of which this same export holds a correction."""


def kind_of(world: World, at: Slot) -> str:
    """Return what a row is meant to be, before it is known whether there is anything to correct."""
    draw = world.draw(KIND_DRAW, at)
    for kind, share in _shares(world, at.unit):
        if draw < share:
            return kind
        draw -= share
    return FIRST


def is_new_family(world: World, at: Slot) -> bool:
    """Whether the row is the first report of the first event of its family."""
    return kind_of(world, at) == FIRST and world.draw(NEW_DRAW, at) >= REPEAT and world.draw(BAD_DRAW, at) >= BAD


@lru_cache(maxsize=256)
def plan_night(world: World, unit: str, night: int) -> Plan:
    """Return the plan of a unit's night; it depends on no other night but through `world.first_night`."""
    slots = np.arange(world.count(unit, night), dtype=np.uint64)
    drawn = _drawn_kinds(world, unit, night, slots)
    kinds = list(drawn)
    bad = world.draws(BAD_DRAW, unit, night, slots) < BAD
    far = world.draws(FAR_DRAW, unit, night, slots)
    targets: dict[int, Slot] = {}
    taken: set[Slot] = set()
    for slot in np.flatnonzero(drawn != FIRST).tolist():
        at = Slot(unit, night, slot)
        target = _target(world, at, kinds[slot], float(far[slot]), taken)
        if target is None:
            kinds[slot] = FIRST
        else:
            targets[slot] = target
    bad &= drawn == FIRST
    same = {t.slot for s, t in targets.items() if kinds[s] == CORRECTION and t.night == night}
    is_stuf = world.dialects[unit] == "stuf"
    return Plan(
        tuple(kinds), targets, frozenset() if is_stuf else frozenset(np.flatnonzero(bad).tolist()), frozenset(same)
    )


@lru_cache(maxsize=64)
def seconded(world: World, unit: str, night: int) -> frozenset[int]:
    """Return the positions of which another row, in any unit, this night or the next, reports the same event."""
    plans = [plan_night(world, other, day) for other in world.units for day in (night, night + 1)]
    return frozenset(
        target.slot
        for plan in plans
        for slot, target in plan.targets.items()
        if plan.kinds[slot] == SECOND and target.unit == unit and target.night == night
    )


def _shares(world: World, unit: str) -> tuple[tuple[str, float], ...]:
    # A StUF message cannot retract, and a unit that sends care forms only has one officer write each.
    stuf = world.dialects[unit] == "stuf"
    return tuple((kind, 0.0 if stuf and kind in (SECOND, RETRACTION) else share) for kind, share in SHARES)


def _drawn_kinds(world: World, unit: str, night: int, slots: npt.NDArray[np.uint64]) -> npt.NDArray[np.object_]:
    draws = world.draws(KIND_DRAW, unit, night, slots)
    drawn = np.full(len(slots), FIRST, dtype=object)
    lower = 0.0
    for kind, share in _shares(world, unit):
        drawn[(draws >= lower) & (draws < lower + share)] = kind
        lower += share
    return drawn


@lru_cache(maxsize=512)
def _candidates(world: World, unit: str, night: int) -> npt.NDArray[np.int64]:
    slots = np.arange(world.count(unit, night), dtype=np.uint64)
    first = _drawn_kinds(world, unit, night, slots) == FIRST
    return np.flatnonzero(first & (world.draws(BAD_DRAW, unit, night, slots) >= BAD))


@lru_cache(maxsize=1024)
def _touchable(world: World, unit: str, night: int, kind: str, distance: int) -> npt.NDArray[np.int64]:
    """Return the first reports that a row of this kind, so many nights later, may be about."""
    allowed = {CORRECTION: (0, 2), RETRACTION: (1,), REDELIVERY: (3,)}[kind]
    candidates = _candidates(world, unit, night)
    kept: npt.NDArray[np.int64] = candidates[np.isin(candidates % 4, allowed) & (candidates // 4 % 4 == distance)]
    return kept


def _target(world: World, at: Slot, kind: str, far: float, taken: set[Slot]) -> Slot | None:
    """Return the first report that this row is about, or None where there is none left.

    No first report is corrected, retracted or sent again twice: its number modulo 4 says which of them may touch it,
    and the next two bits from how many nights later.
    """
    unit, distance = at.unit, int(far * 4)
    if kind == SECOND:
        distance = int(far < LATER_NIGHT)
        others = [name for name in world.units if world.dialects[name] != "stuf" and name != unit]
        if others and far * 7 % 1 < OTHER_UNIT:
            unit = others[int(far * 977 % 1 * len(others))]
    night = max(world.first_night, at.night - distance)
    distance = at.night - night
    if kind == REDELIVERY and distance == 0 and world.dialects[unit] not in ("jsonl", "stuf"):
        return None  # four tables cannot say which of two equal registrations a child row belongs to
    candidates = _candidates(world, unit, night) if kind == SECOND else _touchable(world, unit, night, kind, distance)
    if len(candidates) == 0:
        return None
    start = int(world.draw(TARGET_DRAW, at) * len(candidates))
    for step in range(len(candidates)):
        target = Slot(unit, night, int(candidates[(start + step) % len(candidates)]))
        if target not in taken and target != at:
            taken.add(target)
            return target
    return None
