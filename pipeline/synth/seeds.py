"""What the filter has to find: other people, numbers and addresses, and sentences that must go as a whole."""

from __future__ import annotations

from random import Random
from typing import Final

from pipeline.synth.fragments import LOWER, Text, pick, sentences
from pipeline.synth.household import draw_culture, draw_name
from pipeline.synth.identity import bsns, draw_email, draw_iban, draw_phone, draw_plate
from pipeline.synth.places import draw_address
from pipeline.synth.writer import Entry, Narrative, Wish, Writer

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


DROP_SOURCES: Final = {"tactical": "T", "intelligence": "I", "informant": "I", "medical": "V", "religion": "V"}


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


def _somewhere(writer: Writer, told: Narrative) -> Text:
    """Return the description or one of the entries."""
    index = int(writer.rng.random() * (len(told.entries) + 2)) - 2
    return told.description if index < 0 else told.entries[index].text


def seed_texts(writer: Writer, told: Narrative, wish: Wish) -> None:
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
