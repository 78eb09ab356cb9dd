"""The families and outsiders of a part: read `casts.txt`, write a name as an officer would."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROLES = {"K1": "KI", "K2": "KI"}
RELATIONS = {"VE": "ex-partner", "K1": "kind", "K2": "kind", "OU": "ouder"}


@dataclass(frozen=True)
class Someone:
    """One person of a cast; nickname and misspelling are as colleagues and texts write them."""

    slot: str
    sex: str
    given: str
    prefix: str
    family: str
    born: str
    nick: str
    typo: str

    def written(self, form: str | None) -> str:
        """Return the name in a form: v(oornaam), a(chternaam), va, av, i(nitials), f(amily bare), n(ick), t(ypo)."""
        first, last = self.given.split()[0], f"{self.prefix} {self.family}".strip()
        forms = {
            None: first,
            "v": self.given,
            "a": last,
            "cap": last[:1].upper() + last[1:],
            "va": f"{first} {last}",
            "av": f"{last}, {first}",
            "i": f"{first[0]}. {last}",
            "f": self.family,
            "n": self.nick,
            "t": self.typo,
            "born": self.born,
        }
        return forms[form]


@dataclass(frozen=True)
class Address:
    """A street with number, postcode and place."""

    street: str
    number: str
    postcode: str
    place: str


@dataclass(frozen=True)
class Cast:
    """A family with the outsiders around it; `secret` is where the victim hides."""

    name: str
    home: Address
    secret: Address
    people: dict[str, Someone]


def read_casts(path: Path) -> dict[str, Cast]:
    """Read the casts of a part by name."""
    casts = {}
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        name, home, secret, *rows = (line.strip() for line in block.splitlines() if line[:1] != "#")
        people = {}
        for row in rows:
            cells = [cell.strip() for cell in row.split(";")]
            people[cells[0]] = Someone(*cells)
        casts[name] = Cast(name, _address(home), _address(secret), people)
    return casts


def _address(row: str) -> Address:
    return Address(*(cell.strip() for cell in row.split(";")[1:]))


def person_rows(cast: Cast, slots: list[str], secret: bool) -> list[dict[str, object]]:
    """Return the person list of a registration, canonical names as in pipeline/schema.py."""
    rows: list[dict[str, object]] = []
    for number, slot in enumerate(slots, start=1):
        someone = cast.people[slot]
        hides = secret and slot in {"SO", "K1", "K2"}
        lives = cast.secret if hides else cast.home
        of_family = slot in {"SO", "VE", "K1", "K2", "OU", "HU"}
        rows.append(
            {
                "person_number": number,
                "role": ROLES.get(slot, slot),
                "family_name": someone.family,
                "name_prefix": someone.prefix or None,
                "given_names": someone.given,
                "birth_date": someone.born or None,
                "sex": someone.sex,
                "street": lives.street if of_family else None,
                "house_number": lives.number if of_family else None,
                "postcode": lives.postcode if of_family else None,
                "place": lives.place if of_family else None,
                "secret_address": hides,
                "relation": RELATIONS.get(slot),
            }
        )
    return rows
