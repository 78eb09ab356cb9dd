"""Families: who they are and where they live. A family is a pure function of where it was first reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

from pipeline.synth.identity import bsns
from pipeline.synth.places import Address, draw_address
from pipeline.synth.plan import HOUSEHOLD_RNG
from pipeline.synth.words import read_words
from pipeline.synth.world import Slot, World

FAMILIES: Final = (
    ("couple", 0.60),
    ("young", 0.84),
    ("elder", 0.87),
    ("parent", 0.93),
    ("youth", 0.94),
    ("siblings", 1.0),
)
"""Forms of a family with their cumulative share; assumptions, together giving children in half of the reports."""
ROOM_FOR_BSNS: Final = 6


NEARBY: Final = 0.8
"""Of the partners who live apart, those who stay in the region; an assumption."""


class Person(NamedTuple):
    """A member of a family, as he or she really is."""

    identity: str
    female: bool
    given: str
    prefix: str | None
    family: str
    born: date
    bsn: str
    serial: int
    """What telephone and mail follow from."""
    minor: bool
    lives_apart: bool


class PastIncident(NamedTuple):
    """An earlier registration of a member that is older than what the generator writes."""

    member: int
    date: date
    code: str
    role: str
    outcome: str
    source: str


@dataclass(frozen=True)
class Household:
    """A family. Members 0 and 1 are the two adults that an event is mostly about; minors come last."""

    identity: str
    form: str
    culture: str
    members: tuple[Person, ...]
    home: Address
    other_home: Address
    """Where member 1 lives when the two are apart; where the family moved to when it moved."""
    past: tuple[PastIncident, ...]


@cache
def _cultures() -> tuple[tuple[str, float], ...]:
    weights = {name: words["weight"] for name, words in read_words("names").items()}
    whole = sum(weights.values())
    return tuple(zip(weights, accumulate(weight / whole for weight in weights.values()), strict=True))


def draw_culture(rng: Random) -> str:
    """Draw a background by its weight."""
    drawn = rng.random()
    return next((name for name, upto in _cultures() if drawn < upto), "dutch")


def draw_name(rng: Random, culture: str, female: bool) -> tuple[str, str | None, str]:
    """Draw given name, prefix and family name."""
    words, draw = read_words("names")[culture], rng.random
    given = words["female" if female else "male"]
    name = given[int(draw() * len(given))]
    second = given[int(draw() * len(given))] if draw() < 0.12 else name
    if second != name:
        name = f"{name} {second}"
    prefix, _, family = words["family"][int(draw() * len(words["family"]))].rpartition("|")
    return name, prefix or None, family


@lru_cache(maxsize=512)
def household_of(world: World, origin: Slot) -> Household:
    """Return the family that was first reported at `origin`."""
    rng = world.rng(HOUSEHOLD_RNG, origin)
    identity = f"H-{origin.unit}-{origin.night}-{origin.slot}"
    drawn = rng.random()
    form = next(name for name, upto in FAMILIES if drawn < upto)
    if world.dialects[origin.unit] == "stuf":
        form = "young"
    culture = draw_culture(rng)
    first_bsn = (
        world.total(origin.night) * origin.night + world.units.index(origin.unit) * 37 + origin.slot
    ) * ROOM_FOR_BSNS
    ages = _ages(rng, form)
    members: list[Person] = []
    shared = draw_name(rng, culture, False)
    for index, (age, female) in enumerate(ages):
        own = draw_name(rng, culture if rng.random() < 0.93 else draw_culture(rng), female)
        keeps_own = form == "couple" and index == 0
        given, (_, prefix, family) = own[0], own if keeps_own else shared
        days = int(age * 365.25 + rng.random() * 365)
        members.append(
            Person(
                f"{identity}-{index}",
                female,
                given,
                prefix,
                family,
                date.fromordinal(origin.night) - timedelta(days=days),
                bsns()[(first_bsn + index) % len(bsns())],
                first_bsn + index,
                age < 18,
                index == 1 and form in ("couple", "young") and rng.random() < 0.3,
            )
        )
    home, elsewhere = draw_address(rng, origin.unit), rng.random() < 0.12
    other = draw_address(rng, world.units[int(rng.random() * len(world.units))] if elsewhere else origin.unit)
    for _ in range(4 if rng.random() < NEARBY else 0):
        other = other if other.town.region == home.town.region else draw_address(rng, origin.unit)
    return Household(identity, form, culture, tuple(members), home, other, _past(rng, origin, len(members)))


def _ages(rng: Random, form: str) -> list[tuple[int, bool]]:
    """Return (age in years, female) of the members; minors last."""
    draw = rng.random
    match form:
        case "couple" | "young":
            adult = 19 + int(draw() ** 1.4 * (45 if form == "couple" else 28))
            pair = [(adult, True), (max(18, adult + int(draw() * 9) - 3), draw() < 0.04)]
            has_children = form == "young" or (draw() < 0.72 and adult < 54)
            children = 1 + int(draw() ** 1.6 * 4) if has_children else 0
            return pair + [(min(17, int(draw() * min(17, max(1, adult - 17)))), draw() < 0.5) for _ in range(children)]
        case "elder":
            senior = 70 + int(draw() * 22)
            return [(senior, draw() < 0.7), (senior - 28 - int(draw() * 10), draw() < 0.4)]
        case "parent":
            parent = 38 + int(draw() * 22)
            rest = [(6 + int(draw() * 10), draw() < 0.5)] if draw() < 0.35 else []
            return [(parent, draw() < 0.75), (18 + int(draw() * 6), draw() < 0.25), *rest]
        case "youth":
            return [(18 + int(draw() * 3), True), (44 + int(draw() * 10), False)]
        case _:
            return [
                (19 + int(draw() * 12), draw() < 0.6),
                (18 + int(draw() * 14), draw() < 0.2),
                (46 + int(draw() * 12), True),
            ]


_RELEVANT: Final = ("F550", "F551", "F530", "F533", "F15", "C40", "F70", "F51", "F527", "F95")
_IRRELEVANT: Final = ("A20", "B10", "D51", "E10", "M11", "F60", "J15")
_OUTCOMES: Final = (
    "sepot",
    "aangehouden",
    "geen vervolging",
    "veroordeeld",
    "bemiddeld",
    "onbekend",
    "huisverbod opgelegd",
    "doorgezonden VT",
)


def _past(rng: Random, origin: Slot, members: int) -> tuple[PastIncident, ...]:
    draw = rng.random
    incidents = []
    for serial in range(int(draw() ** 2.2 * 4)):
        codes = _RELEVANT if draw() < 0.6 else _IRRELEVANT
        day = date.fromordinal(origin.night - 60 - int(draw() * 2600))
        incidents.append(
            PastIncident(
                int(draw() * min(2, members)),
                day,
                codes[int(draw() * len(codes))],
                "VE" if draw() < 0.6 else "SO",
                _OUTCOMES[int(draw() * len(_OUTCOMES))],
                f"PL{10 + int(draw() * 14):02d}99-{day.year}{9 - serial}{int(draw() * 100_000):05d}",
            )
        )
    return tuple(incidents)
