"""The person list of a report: the family as the officer entered it, and those who stand beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from pipeline.synth.event import Event
from pipeline.synth.household import Person
from pipeline.synth.identity import draw_phone
from pipeline.synth.marks import Marks
from pipeline.synth.observe import TRANSLIT, address_values, observe_person, wrong_address
from pipeline.synth.places import Address, draw_address
from pipeline.synth.seeds import draw_stranger
from pipeline.synth.writer import Narrative

INVERSE: Final = {
    "partner": "partner",
    "ex-partner": "ex-partner",
    "kind": "ouder",
    "ouder": "kind",
    "broer-zus": "broer-zus",
}
LANGUAGES: Final = {
    "turkish": "Turks",
    "moroccan": "Berbers",
    "polish": "Pools",
    "arabic": "Arabisch",
    "eritrean": "Tigrinya",
    "ukrainian": "Oekraïens",
    "chinese": "Mandarijn",
}
NATIONALITIES: Final = {
    "polish": "Poolse",
    "eritrean": "Eritrese",
    "ukrainian": "Oekraïense",
    "arabic": "Syrische",
    "turkish": "Turkse",
}
RELIGIONS: Final = ("islam", "rooms-katholiek", "gereformeerd", "hindoe")
ORGANISATIONS: Final = (
    "Basisschool De Regenboog, intern begeleider",
    "Wijkteam, maatschappelijk werker",
    "Huisartsenpost, triagist",
    "Thuiszorg Samen, wijkverpleegkundige",
    "Jeugdbescherming, gezinsvoogd",
)
MEDICAL: Final = ("epilepsie", "zwanger, 20 weken", "depressie, onder behandeling", "diabetes")


@dataclass
class Cast:
    """The person rows of a report, who each of them really is, and the numbers that members of the family got."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    identities: list[tuple[int, str, list[str]]] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)

    def add(self, identity: str, errors: list[str], values: dict[str, Any]) -> int:
        """Append a person and return the number."""
        number = len(self.rows) + 1
        self.rows.append({"person_number": number, **values})
        self.identities.append((number, identity, errors))
        return number


def persons_of(
    rng: Random,
    event: Event,
    marks: Marks,
    told: Narrative,
    number: str,
    latin: bool,
    secret_place: Address,
    units: tuple[str, ...],
) -> Cast:
    """Return the person list. `latin`: the system holds Windows-1252 only."""
    cast, flaws = Cast(), marks.flaws
    if "log_line_only" in flaws:
        return cast
    if event.in_scope:
        _add_family(rng, cast, event, marks, latin, secret_place)
    else:
        _add_strangers(rng, cast, event, number, units, latin)
    _apply_flaws(rng, cast, event, flaws)
    _add_bystanders(rng, cast, event, marks, told, number, latin)
    return cast


def _listed(rng: Random, event: Event, flaws: frozenset[str]) -> list[tuple[int, str, str | None, bool]]:
    """Return (member, role, relation to the victim, lives in) in the order of the list."""
    relation = event.settings["relation"]
    listed: list[tuple[int, str, str | None, bool]] = [(event.victim, "SO", None, True)]
    # The suspect of a child's report is its parent; the suspect of a parent's report is the child.
    towards = INVERSE[relation]
    listed.append((event.suspect, "VE", towards, not event.apart or event.suspect == 0))
    if event.other is not None and rng.random() < 0.75:
        listed.append((event.other, "OU", "ouder", not event.apart or event.other == 0))
    role = "KI"
    relation = "broer-zus" if event.household.members[event.victim].minor else "kind"
    if "child_not_listed" not in flaws:
        listed += [(child, role, relation, True) for child in event.children]
    return listed


def _add_family(rng: Random, cast: Cast, event: Event, marks: Marks, latin: bool, secret_place: Address) -> None:
    household, draw = event.household, rng.random
    family = _listed(rng, event, marks.flaws)
    moved = event.is_repeat and draw() < 0.08
    foreign = LANGUAGES.get(household.culture) if draw() < 0.25 else None
    for member, role, relation, lives_in in family:
        person = household.members[member]
        apart = member == 1 and event.apart
        home = household.other_home if apart or (moved and not event.apart) else household.home
        partner = household.members[1 - member] if member < 2 and household.form in ("couple", "young") else None
        seen = observe_person(rng, person, home, household.other_home, partner, event.is_repeat, latin)
        values = {**seen.values, "role": role, "relation": relation, "relation_to": 1 if relation else None}
        values |= {"lives_in": lives_in if draw() < 0.85 else None, "secret_address": None}
        if role in ("VE", "OU", "SO") and household.members[-1].minor and not person.minor:
            values["custody"] = None if draw() < 0.3 else draw() < 0.85
        _special(rng, values, household.culture, foreign, person)
        if role == "SO" and marks.hidden is not None:
            values |= {**address_values(rng, secret_place), "secret_address": True}
        if role == "SO" and draw() < 0.5:
            values |= {"relation": event.settings["relation"], "relation_to": 2}
        cast.numbers[member] = cast.add(person.identity, seen.errors, values)
        if "moved" in seen.errors or moved:
            cast.marks.add("moved")
    codes = {row["municipality_code"] for row in cast.rows} - {None}
    if event.apart and household.home.town.region != household.other_home.town.region and 1 in cast.numbers:
        cast.marks.add("two_regions")
    if codes - {household.home.town.code, household.other_home.town.code, secret_place.town.code}:
        cast.marks.add("old_municipality_code")


def _special(rng: Random, values: dict[str, Any], culture: str, foreign: str | None, person: Person) -> None:
    draw = rng.random
    values["interpreter_language"] = foreign if not person.minor else None
    values["nationality"] = NATIONALITIES.get(culture, "Nederlandse") if draw() < 0.5 else None
    values["religion"] = RELIGIONS[int(draw() * len(RELIGIONS))] if draw() < 0.02 else None
    values["medical"] = MEDICAL[int(draw() * len(MEDICAL))] if draw() < 0.03 else None


def _add_strangers(rng: Random, cast: Cast, event: Event, number: str, units: tuple[str, ...], latin: bool) -> None:
    """The two of an event out of scope: a member of the family as one, somebody without a tie to it as the other."""
    relation = "buur" if event.kind == "neighbour_quarrel" else (None if rng.random() < 0.5 else "anders")
    person = event.household.members[0]
    seen = observe_person(rng, person, event.household.home, event.household.other_home, None, event.is_repeat, latin)
    cast.numbers[0] = cast.add(person.identity, seen.errors, {**seen.values, "role": "SO"})
    if event.kind == "out_of_scope" and rng.random() < 0.3:
        return
    given, prefix, family = draw_stranger(rng)
    year, month, day = 1950 + int(rng.random() * 55), 1 + int(rng.random() * 12), 1 + int(rng.random() * 28)
    values = {
        "role": "VE",
        "family_name": family.translate(TRANSLIT),
        "name_prefix": prefix,
        "given_names": given.translate(TRANSLIT),
        "birth_date": f"{year}-{month:02d}-{day:02d}",
        "sex": "M",
        "relation": relation,
        "relation_to": 1 if relation else None,
        **address_values(rng, draw_address(rng, units[0])),
    }
    cast.add(f"{number}-VE", [], values)


def _apply_flaws(rng: Random, cast: Cast, event: Event, flaws: frozenset[str]) -> None:
    for row in cast.rows:
        if "wrong_address" in flaws:
            row.update(wrong_address(rng))
        if "birth_date_standin" in flaws and row["role"] in ("SO", "VE"):
            row["birth_date"] = "1900-01-01"
        if "no_relation" in flaws:
            row.update(relation=None if rng.random() < 0.5 else "onbekend", relation_to=None)
        if "no_roles" in flaws:
            row["role"] = "OV"
    if "caller_as_victim" in flaws and cast.rows:
        cast.rows[0]["role"] = "OV"


def _add_bystanders(
    rng: Random, cast: Cast, event: Event, marks: Marks, told: Narrative, number: str, latin: bool
) -> None:
    """Callers and witnesses who stand in the text, professionals, and now and then an informant."""
    draw = rng.random
    home = event.household.home
    mistaken = "caller_as_victim" in marks.flaws
    caller = told.caller or (draw_stranger(rng) if mistaken else None)
    for role, name, chance in (("ME", caller, 1.0 if mistaken else 0.7), ("GE", told.witness, 0.5)):
        if name is None or draw() >= chance:
            continue
        values = _bystander(rng, role, name, latin) | address_values(rng, home)
        if mistaken and role == "ME":
            values["role"] = "SO"
        values["house_number"] = str(int(home.house_number) + 2)
        cast.add(f"{number}-{role}", [], values)
    if draw() < 0.14:
        values = _bystander(rng, "PR", draw_stranger(rng), latin)
        values["organisation"] = ORGANISATIONS[int(draw() * len(ORGANISATIONS))]
        cast.add(f"{number}-PR", [], values)
    if draw() < 0.004:
        cast.add(f"{number}-IN", [], _bystander(rng, "IN", draw_stranger(rng), latin))


def _bystander(rng: Random, role: str, name: tuple[str, str | None, str], latin: bool) -> dict[str, Any]:
    given, prefix, family = (part.translate(TRANSLIT) if part and latin else part for part in name)
    return {
        "role": role,
        "family_name": family,
        "name_prefix": prefix,
        "given_names": given,
        "phone": draw_phone(rng) if rng.random() < 0.7 else None,
        "relation": "buur" if role in ("ME", "GE") and rng.random() < 0.5 else None,
    }
