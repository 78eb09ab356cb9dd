"""What tells the secret addresses of one registration: whole, in part, misspelt or in words."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from pipeline.policy.reference import STREET_CUTS
from pipeline.redact.people import TOO_SMALL, Address, distance, fold, squeeze
from pipeline.redact.spelt_numbers import ONES, UNITS, spelt

VOWEL: Final = re.compile(r"[aeiou]")
SPLIT: Final = re.compile(r"(?<=\w{3})(straat|laan|weg|plein|gracht|kade|singel|steeg|dreef|dijk|hof)$")
TAIL: Final = re.compile(
    r"(?:straat|laan|weg|plein|gracht|kade|singel|steeg|dreef|dijk|hof|gang|pad|haven|hoven|markt|wal|hoek|brink|kamp|baan|poort|veld|park)$"
)
LEAST_HIDDEN: Final = 5
"""Letters of a street of a secret address that is looked for misspelt; shorter ones are words."""
FAR_STREET: Final = 2
"""Errors in the name of a long street that still tell it; in any other, one."""
LEAST_FAR: Final = 8
"""Letters of a long one."""
LEAST_SPELT, LARGEST_SPELT = 13, 1000
"""From here a house number that is written as a word is masked wherever it stands; `zeven` is too common for that."""
LEAST_SHORT, LEAST_PLACE = 3, 6
"""Letters of a place cut short (`Lwd`), and of one that may hold an error."""
LEAST_PART: Final = 7
"""Letters of a part of its name that may hold an error."""
NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class HiddenAddresses:
    """The secret addresses of a registration, as they are looked for; empty where it has none."""

    pattern: re.Pattern[str] | None = None
    """Whatever tells one by itself."""
    streets: Mapping[int, Sequence[tuple[str, int]]] = field(default_factory=dict)
    """Streets, and words of them but the first, with the errors that each may hold, by letters that it then may have."""
    places: Set[str] = NOTHING
    tails: Sequence[str] = ()
    """How their streets end."""

    def is_street(self, street: str) -> bool:
        """Whether this is the street of a secret address, also misspelt."""
        return self.is_squeezed_street(squeeze(street))

    def is_squeezed_street(self, flat: str) -> bool:
        """The same of one that is squeezed already."""
        told = self.streets.get(len(flat), ())
        return any(distance(flat, street, errors) <= errors for street, errors in told)

    def is_place(self, word: str) -> bool:
        """Whether a word that is no other may be the place of a secret address, misspelt or cut short: `z'zee`, `Lwd`."""
        flat = squeeze(word) if self.places else ""
        if len(flat) < LEAST_SHORT:
            return False
        return any(
            flat[0] == place[0]
            and (
                (len(place) >= LEAST_PLACE and distance(flat, place, 1) <= 1)
                or (_is_cut_short(flat, place) and ("'" in word or not VOWEL.search(flat[1:])))
            )
            for place in self.places
        )


def hidden_addresses(addresses: Sequence[Address], public: Set[str]) -> HiddenAddresses:
    """Return how `addresses` are looked for; a `public` place tells none of them."""
    if not addresses:
        return HiddenAddresses()
    streets = {squeeze(a.street) for a in addresses if a.street}
    tails = (TAIL.search(street) for street in streets)
    long = {street for street in streets if len(street) >= LEAST_HIDDEN}
    words = {word for a in addresses for word in (a.street or "").split()[1:] if len(word) >= LEAST_HIDDEN}
    parts = {squeeze(word) for word in words} - {""}
    far = [(street, FAR_STREET if len(street) >= LEAST_FAR else 1) for street in long]
    near = [(part, 1 if len(part) >= LEAST_PART else 0) for part in parts]
    return HiddenAddresses(
        pattern=_secret_pattern(addresses, public),
        streets=_by_size([*far, *near]),
        places={fold(a.place) for a in addresses if a.place} - public,
        tails=sorted({tail[0] for tail in tails if tail}),
    )


def _by_size(streets: Iterable[tuple[str, int]]) -> Mapping[int, Sequence[tuple[str, int]]]:
    """Return streets and the errors that each may hold, by how many letters such a street may have."""
    sized: dict[int, list[tuple[str, int]]] = {}
    for street, errors in streets:
        for size in range(len(street) - errors, len(street) + errors + 1):
            sized.setdefault(size, []).append((street, errors))
    return sized


def _is_cut_short(short: str, name: str) -> bool:
    """Whether the letters of `short` stand in `name`, in this order."""
    letters = iter(name)
    return all(letter in letters for letter in short)


def _cut_short(street: str) -> Iterator[str]:
    """Yield a pattern for a street of which all words but the last are cut short: `N. Haven`, `N-Haven`, `Sint J. gang`."""
    *words, last = street.split()
    tail = TAIL.search(last.lower())
    if tail and tail.start() >= LEAST_SHORT:
        words, last = [*words, last[: tail.start()]], tail[0]
        yield from (
            rf"{re.escape(words[-1])}[\s\-]?{cut}\.?" for cut in STREET_CUTS if STREET_CUTS[cut] == last.lower()
        )
    if words:
        heads = (
            rf"(?:{re.escape(word)}[.\-\s]{{0,2}}|(?:{'|'.join(re.escape(word[:n]) for n in range(len(word) - 1, 0, -1))})(?:[.\-'’`] ?{'| ' if word.lower() in TOO_SMALL else ''}))"
            for word in words
        )
        yield "".join(heads) + re.escape(last)


def _secret_pattern(hidden: Sequence[Address], public: Set[str]) -> re.Pattern[str] | None:
    """One pattern, any case, for everything that tells a secret address by itself; a `public` place does not."""
    terms: list[str] = []
    for address in hidden:
        if address.street:
            terms += [r"\s*".join(SPLIT.sub(r"\\s?\1", re.escape(part)) for part in address.street.split())]
            terms += _cut_short(address.street)
        if address.postcode:
            flat = address.postcode.replace(" ", "")
            digits = r"[\s.\-]?".join(flat[:4])
            apart = r"[\s.\-/]{0,3}".join(flat)
            terms += [rf"{apart}(?:[\s\-/]*\d{{1,4}})?", rf"(?<!\d){digits}(?!\d)"]
        terms += [re.escape(p) for p in (address.place, *address.municipalities) if p and fold(p) not in public]
        if address.house_number:
            house = address.house_number.strip()
            terms.append(rf"(?<![\d:.,/\-€]){re.escape(house)}(?:\s?-?[a-z])?(?!\w){UNITS}")
            if house.isdecimal() and len(house) > 1 and "0" not in house:
                terms.append(r"\s?".join(ONES[int(digit) - 1] for digit in house))  # `viervier`
            if house.isdecimal() and LEAST_SPELT <= int(house) < LARGEST_SPELT:
                terms.append(spelt(int(house)) + UNITS)
    if not terms:
        return None
    return re.compile("|".join(rf"(?<!\w)(?:{t})(?!\w)" for t in dict.fromkeys(terms)), re.IGNORECASE)
