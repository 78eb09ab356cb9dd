"""The texts of a report, put together from fragments, with what must be filtered in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from pipeline.synth.event import Event
from pipeline.synth.fragments import LOWER, PLAIN, Sentence, Text, fitting, pick, sentences
from pipeline.synth.household import Person, draw_culture, draw_name
from pipeline.synth.identity import bsns, draw_email, draw_iban, draw_phone, draw_plate
from pipeline.synth.observe import mistype
from pipeline.synth.places import draw_address
from pipeline.synth.words import read_words

SEEDS: Final = (
    ("third_party", 0.22),
    ("witness", 0.13),
    ("caller", 0.22),
    ("officer", 0.28),
    ("service_number", 0.12),
    ("phone", 0.1),
    ("email", 0.03),
    ("plate", 0.05),
    ("iban", 0.015),
    ("bsn", 0.03),
    ("handle", 0.025),
    ("address", 0.04),
)
DROPS: Final = (
    ("tactical", 0.045),
    ("intelligence", 0.015),
    ("informant", 0.012),
    ("medical", 0.045),
    ("religion", 0.03),
)
"""Chances that a report holds such a sentence; third parties in 15-30 % of texts is DOMAIN.md's, the rest assumed."""
SIGNALS: Final = ("injury", "weapon", "strangulation", "threat", "stalking", "acute", "escalation", "injured_child")
DROP_SOURCES: Final = {"tactical": "T", "intelligence": "I", "informant": "I", "medical": "V", "religion": "V"}
WEEKDAYS: Final = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS: Final = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]


class Entry(NamedTuple):
    """A free-text entry: its source code and its text."""

    source: str
    text: Text


@dataclass
class Narrative:
    """Everything written in words about an event by one officer."""

    description: Text
    reason: Text
    explanation: Text
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
        return f"{WEEKDAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]}"
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}" if style == 2 else f"{moment.day}/{moment.month}"


class Writer:
    """One officer's hand on one event."""

    def __init__(self, rng: Random, event: Event) -> None:
        """Draw the hand and fix the values of the common slots."""
        self.rng = rng
        self.event = event
        drawn = rng.random()
        self.hand = next(hand for hand, upto in ((PLAIN, 0.5), (1, 0.75), (LOWER, 0.85), (3, 1.0)) if drawn < upto)
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


def draw_stranger(rng: Random) -> tuple[str, str | None, str]:
    """Draw the name of somebody outside the family: given name, prefix, family name."""
    return draw_name(rng, draw_culture(rng), rng.random() < 0.5)


def _written(rng: Random, name: tuple[str, str | None, str]) -> str:
    given, prefix, family = name
    full, drawn = " ".join(filter(None, (prefix, family))), rng.random()
    if drawn < 0.55:
        return f"{given} {full}"
    return f"{given[0]}. {full}" if drawn < 0.75 else (given if drawn < 0.9 else family)


def _seed_value(rng: Random, kind: str, unit: str, name: tuple[str, str | None, str]) -> str:  # noqa: PLR0911 - a table of kinds
    match kind:
        case "phone":
            return draw_phone(rng)
        case "email":
            return draw_email(rng, name[0], name[2])
        case "plate":
            return draw_plate(rng)
        case "iban":
            return draw_iban(rng)
        case "bsn":
            return bsns()[int(rng.random() * len(bsns()))]
        case "service_number":
            return f"{unit[2:]}{int(rng.random() * 90_000) + 10_000}"
        case "handle":
            return f"@{name[0].split(' ')[0].lower()}_{int(rng.random() * 900) + 10}"
        case "address":
            return draw_address(rng, unit).text
        case _:
            return _written(rng, name)


def write_narrative(rng: Random, event: Event, wish: Wish) -> Narrative:
    """Write an event up."""
    writer = Writer(rng, event)
    told = Narrative(Text(), Text(), Text(), [])
    if not _write_poor(writer, told, wish):
        _write_description(writer, told, wish)
        _write_entries(writer, told, wish)
        _seed(writer, told, wish)
    if event.in_scope and "no_reason" not in wish.flaws:
        own = rng.random() < 0.7
        writer.own(told.reason, "reasons") if own else writer.common(told.reason, "reason")
    elif not event.in_scope and rng.random() < 0.3:
        writer.own(told.reason, "reasons")
    return told


def _write_poor(writer: Writer, told: Narrative, wish: Wish) -> bool:
    """Write a text that is not one, where the marks ask for it."""
    for flaw, section in (("log_line_only", "log_line"), ("quarrel_only", "quarrel_only")):
        if flaw in wish.flaws:
            writer.common(told.description, section)
            return True
    if "opinion_only" in wish.flaws:
        writer.common(told.description, "opinion_only")
        told.entries.append(Entry("O", Text()))
        writer.common(told.entries[0].text, "opinion")
        return True
    return False


def _write_description(writer: Writer, told: Narrative, wish: Wish) -> None:
    event, draw, text = writer.event, writer.rng.random, told.description
    writer.common(text, "arrival")
    writer.own(text, "facts")
    if draw() < 0.5:
        writer.own(text, "facts")
    for fact in SIGNALS:
        if fact in event.facts and (wish.tell_all or draw() < 0.75):
            writer.common(text, fact)
            told.told.add(fact)
    for fact in ("alcohol", "drugs"):
        if fact in event.facts and draw() < 0.8:
            writer.common(text, fact)
    if not event.in_scope:
        writer.own(text, "context")
        return
    if draw() < 0.6:
        writer.own(text, "context")
    if writer.children and draw() < 0.8:
        writer.common(text, "child_present")
    if "child_not_listed" in wish.flaws:
        values = writer.values | {"ongenoemd": draw_name(writer.rng, event.household.culture, draw() < 0.5)[0]}
        text.add(writer.choose("texts/common", "unlisted_child"), values, writer.hand)
    for section, chance in ((f"statement{writer.child}", 0.75), ("pattern", 0.35), (f"fear{writer.child}", 0.25)):
        if draw() < chance:
            writer.common(text, section)
    _write_action(writer, text)


def _write_action(writer: Writer, text: Text) -> None:
    event, draw = writer.event, writer.rng.random
    writer.common(text, "arrest" if "arrest" in event.facts else "no_arrest")
    for fact in ("complaint", "restraining"):
        if fact in event.facts:
            writer.common(text, fact)
    if draw() < 0.6:
        writer.common(text, "closing")


def _write_entries(writer: Writer, told: Narrative, wish: Wish) -> None:
    draw, event = writer.rng.random, writer.event
    for source, section, chance in (
        ("W", "seen", 0.75),
        ("V", f"statement{writer.child}", 0.65),
        ("H", "hearsay", 0.3),
        ("O", "opinion", 0.15),
    ):
        if draw() >= chance * (1.0 if event.in_scope else 0.4):
            continue
        text = Text()
        writer.common(text, section)
        if source in "WV" and draw() < 0.5:
            writer.common(text, section)
        untold = sorted(fact for fact in SIGNALS if fact in event.facts and fact not in told.told)
        if source in "WV" and untold:
            writer.common(text, untold[0])
            told.told.add(untold[0])
        told.entries.append(Entry(source, text))
    if "opinion_only" not in wish.flaws and not told.entries and draw() < 0.3:
        told.entries.append(Entry("W", Text()))
        writer.common(told.entries[0].text, "closing")


def _somewhere(writer: Writer, told: Narrative) -> Text:
    """Return the description or one of the entries."""
    index = int(writer.rng.random() * (len(told.entries) + 2)) - 2
    return told.description if index < 0 else told.entries[index].text


def _seed(writer: Writer, told: Narrative, wish: Wish) -> None:
    """Put in what has to be filtered, each in one of the texts."""
    rng, draw = writer.rng, writer.rng.random
    for kind, chance in SEEDS:
        if draw() >= chance:
            continue
        name = draw_stranger(rng)
        if kind == "caller":
            told.caller = name
        elif kind == "witness":
            told.witness = name
        value = _seed_value(rng, kind, wish.unit, name)
        if writer.hand == LOWER and kind in ("third_party", "caller", "witness", "officer"):
            value = value.lower()
        sentence = pick(rng, sentences("seeds", f"mask.{kind}"))
        _somewhere(writer, told).add(sentence, writer.values | {kind: value}, writer.hand)
        told.seeded.add(kind)
    for kind, chance in DROPS:
        if draw() >= chance:
            continue
        text = _somewhere(writer, told)
        if draw() < 0.5:
            told.entries.append(Entry(DROP_SOURCES[kind], Text()))
            text = told.entries[-1].text
        text.add(pick(rng, sentences("seeds", f"drop.{kind}")), writer.values, writer.hand, whole=kind)
        told.seeded.add(kind)
    if wish.hidden is not None:
        section = "shelter" if "," in wish.hidden else "secret"
        sentence = pick(rng, sentences("seeds", f"secret.{section}"))
        told.description.add(sentence, writer.values | {section: wish.hidden}, writer.hand)
