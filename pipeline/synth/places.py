"""Addresses in real municipalities with real postcode digits; streets and letters are drawn."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from pipeline.synth.words import read_words

REFERENCE: Final = Path(__file__).parent.parent / "policy" / "reference_data"
LETTERS: Final = "ABCDEGHJKLMNPRTVWXZ"
"""Letters of a postcode; without S, so that SA, SD and SS, which are never given out, cannot come up."""


class Town(NamedTuple):
    """One postcode area: its digits and the municipality it lies in."""

    postcode4: str
    code: str
    name: str
    region: str


class Address(NamedTuple):
    """Where somebody lives or something happened."""

    street: str
    house_number: str
    suffix: str | None
    postcode: str
    town: Town

    @property
    def text(self) -> str:
        """The address as an officer writes it in a sentence."""
        return f"{self.street} {self.house_number}{self.suffix or ''} te {self.town.name}"


def _rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def towns(unit: str) -> tuple[Town, ...]:
    """Return the postcode areas of a unit that lie in one municipality; of the whole country for an unknown unit."""
    municipalities = {row["code"]: row for row in _rows("municipalities.csv")}
    known = any(row["unit"] == unit for row in municipalities.values())
    return tuple(
        Town(row["postcode4"], code, municipalities[code]["name"].partition(" (")[0], municipalities[code]["region"])
        for row in _rows("postcodes.csv")
        if (code := row["municipalities"]) in municipalities and (not known or municipalities[code]["unit"] == unit)
    )


@cache
def old_codes() -> dict[str, tuple[str, ...]]:
    """Return, by current municipality code, the codes that went into it by merger or renaming."""
    found: dict[str, list[str]] = {}
    for row in _rows("municipality_changes.csv"):
        if row["is_main"] == "1" and row["kind"] != "split":
            found.setdefault(row["successor"], []).append(row["old_code"])
    return {code: tuple(old) for code, old in found.items()}


@cache
def _street_words() -> tuple[list[str], list[str]]:
    words = read_words("places")
    return words["streets"], words["suffixes"]


NO_TOWN: Final = "Onbekendhuizen"
"""A place that there is not."""


@cache
def nowhere() -> tuple[str, ...]:
    """Return the postcode digits that no municipality has."""
    known = {row["postcode4"] for row in _rows("postcodes.csv")}
    return tuple(digits for digits in map(str, range(1000, 10_000)) if digits not in known)


def draw_address(rng: Random, unit: str) -> Address:
    """Draw an address within a unit."""
    draw = rng.random
    choices, (streets, suffixes) = towns(unit), _street_words()
    town = choices[int(draw() * len(choices))]
    suffix = suffixes[int(draw() * len(suffixes))] if draw() < 0.15 else None
    letters = LETTERS[int(draw() * len(LETTERS))] + LETTERS[int(draw() * len(LETTERS))]
    number = str(1 + int(draw() ** 2 * 240))
    return Address(streets[int(draw() * len(streets))], number, suffix, town.postcode4 + letters, town)
