"""Our codes beside the standard's: `codes.toml`, read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from pipeline.errors import PolicyError
from pipeline.policy.strict import reading
from pipeline.policy.words import Words

_FILE: Final = resources.files("pipeline.policy.stuf").joinpath("codes.toml")
_KEYS: Final = frozenset(
    {
        "standard", "source", "owner", "youth_role", "capacity", "relation", "question",
        "address_kind", "answer", "words",
    }
)  # fmt: skip
_WORDS: Final = ("role", "signal", "suspicion", "nature", "known_as", "urgency", "sequence", "recall")
_SAYS: Final = {None: "any", True: "yes", False: "no"}


@dataclass(frozen=True)
class YouthRole:
    """A text of `jeugzorgrol` and whom it fits; what is None fits everybody."""

    text: str
    role: str | None = None
    relation: str | None = None
    custody: str = "any"

    def fits(self, role: str, relation: str | None, custody: bool | None) -> bool:
        """Whether a person of this role, relation to the youth and custody is called so."""
        return (
            self.role in (None, role) and self.relation in (None, relation) and self.custody in ("any", _SAYS[custody])
        )


@dataclass(frozen=True)
class Capacity:
    """`hoedanigheid` of a main person in this role."""

    role: str
    code: str


@dataclass(frozen=True)
class Relation:
    """`betrokkenheidRelatie` for one of our relations, and for the other end of it."""

    code: str
    reverse: str


@dataclass(frozen=True)
class Answer:
    """An answer of Veilig Thuis as one of our events."""

    code: str
    event: str
    status: str
    words: Words
    outcome: str | None = None


@dataclass(frozen=True)
class Codes:
    """The standard's texts and codes for ours, and the words of the text fields."""

    standard: str
    youth_roles: tuple[YouthRole, ...]
    capacities: tuple[Capacity, ...]
    relations: Mapping[str, Relation]
    questions: Mapping[str, str]
    home_address: str
    answers: tuple[Answer, ...]
    words: Mapping[str, Mapping[str, str]]

    def said(self, kind: str, code: str) -> str:
        """Return the Dutch words for a code of ours, or the code where there are none."""
        return self.words[kind].get(code, code)


@cache
def read_codes() -> Codes:
    """Read the mapping that ships.

    Raises:
        PolicyError: a table is missing, surplus or not of the right shape.
    """
    with reading(_FILE.name):
        made = parse_codes(tomllib.loads(_FILE.read_text(encoding="utf-8")))
    return made


def parse_codes(given: Mapping[str, Any]) -> Codes:
    """Build the mapping out of the tables of `codes.toml`; PolicyError as in `read_codes`."""
    if set(given) != _KEYS:
        raise PolicyError("codes.toml", f"missing or unknown tables: {', '.join(sorted(set(given) ^ _KEYS))}")
    if tuple(given["words"]) != _WORDS:
        raise PolicyError("codes.toml", f"[words] holds not just {', '.join(_WORDS)}")
    with reading("codes.toml"):
        made = Codes(
            standard=given["standard"],
            youth_roles=tuple(YouthRole(**row) for row in given["youth_role"]),
            capacities=tuple(Capacity(**row) for row in given["capacity"]),
            relations={name: Relation(**row) for name, row in given["relation"].items()},
            questions=dict(given["question"]),
            home_address=given["address_kind"]["home"],
            answers=tuple(Answer(**row | {"words": Words(**row["words"])}) for row in given["answer"]),
            words={name: dict(words) for name, words in given["words"].items()},
        )
    return made
