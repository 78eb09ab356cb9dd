"""An officer's hand: how he or she names people, days and times, and what the report gathers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from pipeline.policy.dates import month_of, say_day, weekday_of
from pipeline.synth.event import Event
from pipeline.synth.fragments import LOWER, PLAIN, SHORT, TYPOS, Sentence, Text, fitting, pick
from pipeline.synth.household import Person
from pipeline.synth.observe import mistype
from pipeline.synth.words import read_words

HANDS: Final = ((PLAIN, 0.5), (SHORT, 0.75), (LOWER, 0.85), (TYPOS, 1.0))
"""Each with the share of officers who write so, or in one before it."""


class Entry(NamedTuple):
    """A free-text entry: its source code and its text."""

    source: str
    text: Text


@dataclass
class Narrative:
    """Everything written in words about an event by one officer."""

    description: Text
    reason: Text
    entries: list[Entry]
    seeded: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    """The facts that stand in the description."""
    caller: tuple[str, str | None, str] | None = None
    witness: tuple[str, str | None, str] | None = None


class Wish(NamedTuple):
    """What a text has to be, beyond the event: its poor marks, its shelter, and whether it must tell each danger."""

    flaws: frozenset[str]
    hidden: str | None
    tell_all: bool
    unit: str


def _forms(rng: Random, person: Person) -> str:
    """Return one of the ways in which an officer names a person in a text."""
    drawn, full = rng.random(), " ".join(filter(None, (person.prefix, person.family)))
    if person.minor or drawn < 0.45:
        name = person.given if drawn < 0.1 else person.given.split(" ")[0]
    elif drawn < 0.65:
        name = f"{person.given} {full}"
    elif drawn < 0.9:
        name = f"{'mevrouw' if person.female else 'de heer'} {full[:1].upper()}{full[1:]}"
    else:
        name = person.family.upper()
    return mistype(rng, name) if rng.random() < 0.04 else name


def _pronouns(person: Person) -> tuple[str, str, str]:
    return ("zij", "haar", "haar") if person.female else ("hij", "zijn", "hem")


def _day(rng: Random, moment: datetime) -> str:
    style = int(rng.random() * 4)
    if style == 0:
        return moment.strftime("%d-%m-%Y")
    if style == 1:
        return f"{weekday_of(moment).nl} {moment.day} {month_of(moment).nl}"
    return say_day(moment, "nl") if style == 2 else f"{moment.day}/{moment.month}"


class Writer:
    """One officer's hand on one event."""

    def __init__(self, rng: Random, event: Event) -> None:
        """Draw the hand and fix the values of the common slots."""
        self.rng = rng
        self.event = event
        drawn = rng.random()
        self.hand = next(hand for hand, upto in HANDS if drawn < upto)
        self.children = min(2, len(event.children))
        self.child = "_child" if event.household.members[event.victim].minor else ""
        self.used: set[int] = set()
        self.values = self._values()

    def _values(self) -> dict[str, str]:
        rng, event, members = self.rng, self.event, self.event.household.members
        victim, suspect = members[event.victim], members[event.suspect]
        lower = str.lower if self.hand == LOWER else str
        sh, sz, sm = _pronouns(victim)
        vh, vz, vm = _pronouns(suspect)
        colon = ":" if rng.random() < 0.5 else "."
        at, later = event.happened, event.happened + timedelta(minutes=8 + int(rng.random() * 50))
        values = {
            "so": lower(_forms(rng, victim)),
            "ve": lower(_forms(rng, suspect)),
            "sh": sh,
            "sz": sz,
            "sm": sm,
            "vh": vh,
            "vz": vz,
            "vm": vm,
            "adres": event.place.text,
            "plaats": event.place.town.name,
            "datum": _day(rng, at),
            "tijd": f"{at.hour:02d}{colon}{at.minute:02d}",
            "tijd2": f"{later.hour:02d}{colon}{later.minute:02d}",
            "wapen": event.weapon[1] if event.weapon else "",
        }
        for slot, child in zip(("ki", "ki2"), event.children, strict=False):
            values[slot] = lower(members[child].given.split(" ")[0])
        values["kg"] = values["so"] if victim.minor else values.get("ki", values["so"])
        if event.other is not None:
            values["ou"] = lower(_forms(rng, members[event.other]))
        for slot in ("letsel", "kindletsel", "dreig", "duur", "jaren", "leeftijd", "instelling", "operation"):
            words = read_words("values")[slot]
            values[slot] = words[int(rng.random() * len(words))]
        return values

    def choose(self, file: str, section: str) -> Sentence:
        """Draw a sentence that names nobody who is not there and, if it can be, is not in the report yet."""
        choices = fitting(file, section, self.children, self.event.other is not None)
        drawn = pick(self.rng, choices)
        for _ in range(3):
            if id(drawn) not in self.used:
                break
            drawn = pick(self.rng, choices)
        self.used.add(id(drawn))
        return drawn

    def common(self, text: Text, *sections: str) -> None:
        """Append a sentence of each of these sections."""
        for section in sections:
            text.add(self.choose("texts/common", section), self.values, self.hand)

    def own(self, text: Text, section: str) -> None:
        """Append a sentence of the kind of event."""
        text.add(self.choose(f"texts/{self.event.kind}", section), self.values, self.hand)
