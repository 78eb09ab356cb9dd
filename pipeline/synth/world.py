"""What a whole run has in common, and how every draw in it comes from one seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

UNIT_SHARES: Final = {
    "RE01": 0.10, "RE02": 0.17, "RE03": 0.12, "RE04": 0.08, "RE05": 0.08,
    "RE06": 0.12, "RE07": 0.11, "RE08": 0.05, "RE09": 0.09, "RE10": 0.08,
}  # fmt: skip
"""Share of a night by unit; an assumption that follows the population, but for RE08 (youth concern reports only)."""

NUMBER_PREFIXES: Final = {
    "RE01": 1, "RE02": 6, "RE03": 9, "RE04": 11, "RE05": 13, "RE06": 15, "RE07": 17, "RE08": 20, "RE09": 21, "RE10": 23,
}  # fmt: skip
"""First two of the four digits after `PL`, by unit."""

DIALECTS: Final = {
    "RE01": "bvh-csv", "RE02": "jsonl", "RE03": "bvh-csv", "RE04": "parquet", "RE05": "jsonl",
    "RE06": "bvh-csv", "RE07": "bvh-csv", "RE08": "stuf", "RE09": "parquet", "RE10": "bvh-csv",
}  # fmt: skip
"""The dialect of each unit unless the caller says otherwise."""

DAILY: Final = 233
"""Police reports a day, nationally (DOMAIN.md, figures)."""
WEEKEND: Final = 1.4
"""Friday to Sunday against the other days; an assumption."""
FRIDAY: Final = 4

WITHOUT_CHILD_VERSIONS: Final = frozenset({"RE01", "RE07"})
"""Units whose dump has no `versie` in the child tables."""

_MASK: Final = (1 << 64) - 1


class Slot(NamedTuple):
    """Where a registration stands: unit, night as ordinal, position in that night's export."""

    unit: str
    night: int
    slot: int


LARGEST_ROOM: Final = 250_000
"""Numbers of one unit and night: 366 nights of them fit the eight digits that team and running number share."""


@dataclass(frozen=True, eq=False)
class World:
    """One run of the generator. Frozen and hashed by identity; handed to every process."""

    seed: int
    first_night: int
    """Ordinal. Corrections, redeliveries and second reports never look back past it; families do."""
    registrations: int | None
    """Rows a night over all units; None: about 233, more from Friday to Sunday."""
    units: tuple[str, ...]
    dialects: Mapping[str, str]

    def __reduce__(self) -> tuple[Any, ...]:
        """Arrive in another process as the one world that is there already: what is cached hangs on its identity."""
        dialects = tuple(self.dialects.items())
        return _world_of, (self.seed, self.first_night, self.registrations, self.units, dialects)

    def has_child_versions(self, unit: str) -> bool:
        """Whether the unit's child rows say which version they belong to."""
        return unit not in WITHOUT_CHILD_VERSIONS or self.dialects[unit] != "bvh-csv"

    def total(self, night: int) -> int:
        """Return the number of registration rows of a night over all units."""
        if self.registrations is not None:
            return self.registrations
        ordinary = DAILY * 7 / (4 + 3 * WEEKEND)
        weekend = date.fromordinal(night).weekday() >= FRIDAY
        return round(ordinary * (WEEKEND if weekend else 1.0))

    def count(self, unit: str, night: int) -> int:
        """Return the number of registration rows of a unit; over the units they add up to `total`."""
        shares = [UNIT_SHARES.get(name, 0.05) for name in self.units]
        position = self.units.index(unit)
        total, whole = self.total(night), sum(shares)
        upto = round(total * sum(shares[: position + 1]) / whole)
        return upto - round(total * sum(shares[:position]) / whole)

    def number(self, at: Slot) -> str:
        """Return the registration number `PLuuuu-jjjjnnnnnn`, unique over nights, units and positions."""
        year, first = self._numbers_of(at.night)
        team, running = divmod(first + at.slot, 1_000_000)
        prefix = NUMBER_PREFIXES.get(at.unit, 50 + sum(map(ord, at.unit)) % 40)
        return f"PL{prefix:02d}{team:02d}-{year}{running:06d}"

    @lru_cache(maxsize=4096)  # noqa: B019 - few worlds in a process
    def _numbers_of(self, night: int) -> tuple[int, int]:
        """Return the year and the number of the night's first row, the same in every unit."""
        day, room = date.fromordinal(night), 1000
        while room < self.total(night):
            room *= 10
        return day.year, (day.timetuple().tm_yday - 1) * min(room, LARGEST_ROOM)

    def draws(self, purpose: int, unit: str, night: int, slots: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
        """Return a number in [0, 1) for every position: the same as `draw` gives one by one."""
        mixed = slots * np.uint64(0x9E3779B97F4A7C15) + np.uint64(self._base(purpose, unit, night))
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
        return np.asarray((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11), dtype=np.float64) / float(1 << 53)

    def draw(self, purpose: int, at: Slot) -> float:
        """Return the number in [0, 1) that belongs to this position and purpose (splitmix64)."""
        mixed = (at.slot * 0x9E3779B97F4A7C15 + self._base(purpose, at.unit, at.night)) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return float((mixed ^ (mixed >> 31)) >> 11) / float(1 << 53)

    def rng(self, purpose: int, at: Slot) -> Random:
        """Return a generator of its own for this position and purpose, whatever ran before."""
        return Random((self._base(purpose, at.unit, at.night) << 40) | at.slot)

    @lru_cache(maxsize=65_536)  # noqa: B019 - few worlds in a process
    def _base(self, purpose: int, unit: str, night: int) -> int:
        mixed = 0
        for part in (self.seed & _MASK, purpose, night, int.from_bytes(unit.encode(), "big")):
            mixed = ((mixed ^ part) * 0xD6E8FEB86659FD93 + 0x632BE59BD9B4E019) & _MASK
            mixed ^= mixed >> 32
        return mixed


@lru_cache(maxsize=4)
def _world_of(
    seed: int,
    first_night: int,
    registrations: int | None,
    units: tuple[str, ...],
    dialects: tuple[tuple[str, str], ...],
) -> World:
    return World(seed, first_night, registrations, units, dict(dialects))
