"""The persons of a registration as redaction sees them, and how a name in a text is held against theirs."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from pipeline.policy.redaction import small_words
from pipeline.schema import INVOLVED
from pipeline.weigh.remember import remembered

OUTSIDER_RULE: Final = {"ME": "caller", "GE": "witness", "PR": "professional"}
"""The rule for the names of the other roles; any role that is not here is a third party."""

TOO_SMALL = small_words()["too_small"]
"""Parts of a name that name nobody."""

NOT_PLAIN = re.compile(r"[^a-z0-9]")
VOWELS = re.compile(r"[aeiouyj]+")


class Address(NamedTuple):
    """An address; every part may be unknown."""

    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    place: str | None = None
    municipalities: tuple[str, ...] = ()
    """Names of the one that its code says, and of those that its postcode lies in."""


class Subject(NamedTuple):
    """A person of the registration. `role` is a canonical code; `secret_address` None is treated as secret."""

    role: str | None
    family_name: str | None = None
    name_prefix: str | None = None
    given_names: str | None = None
    birth_date: str | None = None
    address: Address = Address()
    secret_address: bool | None = False
    organisation: str | None = None

    @property
    def involved(self) -> bool:
        """Directly involved: the name stays, that of anybody else is masked."""
        return self.role in INVOLVED


def folded(word: str) -> str:
    """Return `word` small and without accents: Çelik and celik are one name."""
    small = word.lower()
    if small.isascii():
        return small
    plain = unicodedata.normalize("NFKD", small.replace("ı", "i").replace("ł", "l").replace("ø", "o"))
    return "".join(c for c in plain if not unicodedata.combining(c))


fold: Final = remembered(folded)
"""The same, of a word that may come again."""


@lru_cache(maxsize=65536)
def squeeze(text: str | None) -> str:
    """Return the plain letters and figures of `text`, folded: 't Hof and `t hof` are one street."""
    flat = fold(text or "")
    return flat if flat.isascii() and flat.isalnum() else NOT_PLAIN.sub("", flat)


def skeleton(word: str) -> str:
    """Return the consonants of a folded word, one of each double: Mervin and Marvin sound alike."""
    bare = VOWELS.sub("", word.replace("ph", "f").replace("c", "k").replace("z", "s"))
    return re.sub(r"(.)\1+", r"\1", bare)


def distance(one: str, other: str, most: int) -> int:
    """Return the Damerau-Levenshtein distance (adjacent swaps count once), or most + 1 where it is larger."""
    return OSA.distance(one, other, score_cutoff=most)
