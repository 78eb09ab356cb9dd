"""Whether a name in a text is one of the registration in another form: short, cut, misspelt. All are folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from pipeline.redact.people import distance, skeleton

DIMINUTIVES: Final = frozenset({"je", "tje", "pje", "etje", "ke", "ie", "i", "y"})
NICK_ENDS: Final = ("ie", "y", "je", "ke", "i", "o", "a", "ies", "s", "e")
PET_ENDS: Final = (
    *("eczek", "aczek", "ek", "us", "usz", "ka", "cia", "sia", "unia", "usia", "enka"),
    *("ica", "ito", "ita", "inho", "inha"),
)
"""Ends of pet names in other tongues."""
ALIKE: Final = str.maketrans("yjcz", "iiks")
"""Letters that sound alike."""
LEAST_END: Final = 4
"""Letters of a name that is the end of another."""
LONGEST_NICK: Final = 7
"""Letters of a pet name."""
MOST_SHORT: Final = 5
"""Letters of a listed name that is short for another."""
LEAST_CUT: Final = 4
"""Letters of a family name cut short, and of what is cut off."""


def is_form_of_given(
    name: str, given_names: Iterable[str], nicknames: Mapping[str, frozenset[str]], listed: bool
) -> bool:
    """Whether `name` is a given name as people are called by it; `listed` where it exists by itself."""
    for given in given_names:
        if name in nicknames.get(given, ()):
            return True
        if len(name) >= LEAST_END and given.endswith(name):
            return True  # Gonda is short for Hillegonda
        if name[:1] != given[:1]:
            continue
        if given.startswith(name) and len(name) >= (4 if listed and len(given) < 6 else 3):  # noqa: PLR2004 - Dwi, Kim, Magda
            return True
        if name.startswith(given) and name[len(given) :] in DIMINUTIVES:
            return True
        if _is_nick(name, given, listed) or (not listed and _is_pet_form(name, given)):
            return True
    return False


def is_cut_from(name: str, families: Iterable[str]) -> bool:
    """Whether `name` is a family name cut short: Kromo for Kromodimedjo."""
    return len(name) >= LEAST_CUT and any(
        family.startswith(name) and len(family) >= len(name) + LEAST_CUT for family in families
    )


def _is_nick(name: str, given: str, listed: bool) -> bool:
    """Whether `name` may be short for `given`: it begins like it and is as short as what people call each other."""
    if name[:2] != given[:2] or len(name) > min(len(given) + 2, LONGEST_NICK):
        return False
    if listed:
        return name[:3] == given[:3] and len(given) > len(name) and len(name) <= MOST_SHORT and name.endswith(NICK_ENDS)
    return name.endswith(NICK_ENDS) or len(name) <= MOST_SHORT


def _is_pet_form(name: str, given: str) -> bool:
    """`Tomeczek` of Tomasz: an unknown name that begins like another and ends as pet names do."""
    return name[:3] == given[:3] and len(name) <= len(given) + 3 and name.endswith(PET_ENDS)


def is_misspelt(name: str, other: str, *, listed: bool) -> bool:
    """Whether one of two names may be the other with an error in it, or only sounds like it."""
    size = min(len(name), len(other))
    if size < (4 if listed else 3):
        return False
    if _sound(name) == _sound(other):  # Linn and Lynn, Jasmina and Yasmina
        return True
    if size < 4:  # noqa: PLR2004
        return False
    if name[:1] != other[:1]:  # `Wlilemijn` swaps letters, `lilemijn` lost one
        return not listed and size >= 5 and distance(name, other, 1) <= 1  # noqa: PLR2004
    if listed:
        return size >= 5 and distance(name, other, 2) <= 2 and skeleton(name) == skeleton(other)  # noqa: PLR2004 - Anna is not Anne
    return distance(name, other, 2) <= (2 if size >= 6 else 1)  # noqa: PLR2004 - two errors in a long name


@lru_cache(maxsize=65536)
def _sound(name: str) -> str:
    """Return a folded name as it sounds: one of each double letter, one letter for each sound."""
    heard = name.translate(ALIKE).replace("ph", "f").replace("th", "t").replace("ck", "k").replace("oe", "u")
    heard = heard.replace("ie", "i").replace("ei", "i").replace("ou", "u").replace("dt", "t").replace("sj", "s")
    return "".join(letter for at, letter in enumerate(heard) if at == 0 or letter != heard[at - 1])
