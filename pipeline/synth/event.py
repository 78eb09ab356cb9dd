"""What happened: the family, the kind of event, the moment and the facts. Two reports of one event share all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from random import Random
from typing import Any, Final

from pipeline.synth.household import Household, household_of
from pipeline.synth.places import Address, draw_address
from pipeline.synth.plan import EVENT_RNG, NEW_DRAW, REPEAT, is_new_family
from pipeline.synth.words import read_words
from pipeline.synth.world import Slot, World

OUT_OF_SCOPE: Final = 0.145
NEIGHBOURS: Final = 0.02
"""Share of events that are no domestic violence, and of neighbour quarrels that were coded as such."""
LATE: Final = 0.5
"""Half of the events fall between 18 and 02 h."""
OUT_OF_SCOPE_CODES: Final = ("F550", "A20", "D51", "E33", "C40", "F530", "B10", "M11", "F51")


@dataclass(frozen=True)
class Event:
    """One event. `victim`, `suspect`, `other` are positions in the household; `children` those of the minors beside."""

    identity: str
    kind: str
    household: Household
    origin: Slot
    is_repeat: bool
    happened: datetime
    place: Address
    code: str | None
    facts: frozenset[str]
    weapon: tuple[str, str] | None
    victim: int
    suspect: int
    other: int | None
    children: tuple[int, ...]

    @property
    def in_scope(self) -> bool:
        """Whether it is domestic violence or child abuse at all."""
        return self.kind not in ("out_of_scope", "neighbour_quarrel")

    @property
    def settings(self) -> dict[str, Any]:
        """The kind's entry in kinds.toml; empty for an event out of scope."""
        found: dict[str, Any] = read_words("kinds").get(self.kind, {})
        return found

    @property
    def apart(self) -> bool:
        """Whether the two adults live at different addresses."""
        return self.kind == "ex_partner" or (self.kind == "conflict_divorce" or self.household.members[1].lives_apart)


@cache
def _kinds(family: str) -> tuple[tuple[str, float], ...]:
    weights = {name: entry["weight"] for name, entry in read_words("kinds").items() if entry["family"] == family}
    whole = sum(weights.values())
    return tuple(zip(weights, accumulate(weight / whole for weight in weights.values()), strict=True))


def _draw_kind(rng: Random, household: Household, stuf: bool) -> str:
    drawn = rng.random()
    if not stuf and drawn < OUT_OF_SCOPE:
        return "out_of_scope"
    if not stuf and drawn < OUT_OF_SCOPE + NEIGHBOURS:
        return "neighbour_quarrel"
    form = household.form
    if form == "young" and not stuf and rng.random() < 0.25:
        form = "couple"
    elif form == "couple" and household.members[-1].minor and rng.random() < 0.15:
        form = "young"
    drawn = rng.random()
    return next((name for name, upto in _kinds(form) if drawn < upto), "partner_quarrel")


def _draw_origin(world: World, at: Slot, rng: Random) -> Slot:
    """Return where the family of a repeated event was first reported; `at` itself when none is found."""
    for _ in range(6):
        drawn = rng.random()
        back = 0 if drawn < 0.05 else 1 + int(rng.random() * (21 if drawn < 0.6 else 1500))
        unit = at.unit if rng.random() < 0.85 else world.units[int(rng.random() * len(world.units))]
        count = world.count(unit, at.night - back)
        origin = Slot(unit, at.night - back, int(rng.random() * count))
        if count and origin != at and is_new_family(world, origin) and _reaches(world, at, origin):
            return origin
    return at


def _reaches(world: World, at: Slot, origin: Slot) -> bool:
    return world.dialects[at.unit] != "stuf" or household_of(world, origin).form == "young"


def _moment(rng: Random, night: int) -> datetime:
    day = datetime.combine(date.fromordinal(night), datetime.min.time())
    minutes = 18 * 60 + rng.random() * 480 if rng.random() < LATE else 120 + rng.random() * 960
    return day + timedelta(minutes=int(minutes))


@lru_cache(maxsize=256)
def event_at(world: World, at: Slot) -> Event:
    """Return the event whose first report stands at `at`."""
    rng = world.rng(EVENT_RNG, at)
    repeats = world.draw(NEW_DRAW, at) < REPEAT
    origin = _draw_origin(world, at, rng) if repeats else at
    household = household_of(world, origin)
    kind = _draw_kind(rng, household, world.dialects[at.unit] == "stuf")
    entry: dict[str, Any] = read_words("kinds").get(kind, {})
    victim, suspect, other, children = _cast(rng, household, kind, entry)
    facts = {fact for fact, chance in entry.get("chances", {}).items() if rng.random() < chance}
    if not entry and rng.random() < 0.12:
        facts.add("weapon")
    if not entry and rng.random() < 0.1:
        facts.add("injury")
    if not children and not household.members[victim].minor:
        facts.discard("injured_child")
    codes = entry.get("codes", OUT_OF_SCOPE_CODES)
    weapons = sorted(read_words("values")["wapen"])
    sort = weapons[int(rng.random() * len(weapons))]
    words = read_words("values")["wapen"][sort]
    at_other = kind == "ex_partner" and rng.random() < 0.3
    place = household.other_home if at_other else household.home
    if rng.random() < 0.08 or not entry:
        place = draw_address(rng, at.unit)
    return Event(
        f"E-{at.unit}-{at.night}-{at.slot}",
        kind,
        household,
        origin,
        origin != at,
        _moment(rng, at.night),
        place,
        codes[int(rng.random() * len(codes))] or None,
        frozenset(facts),
        (sort, words[int(rng.random() * len(words))]) if "weapon" in facts else None,
        victim,
        suspect,
        other,
        children,
    )


def _cast(
    rng: Random, household: Household, kind: str, entry: dict[str, Any]
) -> tuple[int, int, int | None, tuple[int, ...]]:
    """Return victim, suspect, other parent and the children beside, as positions in the household."""
    minors = tuple(index for index, person in enumerate(household.members) if person.minor)
    match entry.get("family", household.form):
        case "young" if minors:
            suspect = int(rng.random() < 0.5)
            oldest = min(minors, key=lambda index: household.members[index].born)
            return oldest, suspect, 1 - suspect, tuple(index for index in minors if index != oldest)
        case "couple" | "young":
            victim = int(rng.random() < 0.18)
            return victim, 1 - victim, None, minors
        case "siblings":
            return 0, 1, 2, ()
        case "youth" | "elder":
            return 0, 1, None, ()
        case _:
            return 0, 1, None, minors
