"""The texts of a report, put together from fragments."""

from __future__ import annotations

from random import Random
from typing import Final

from pipeline.synth.event import Event
from pipeline.synth.fragments import Text
from pipeline.synth.household import draw_name
from pipeline.synth.seeds import seed_texts
from pipeline.synth.writer import Entry, Narrative, Wish, Writer

SIGNALS: Final = ("injury", "weapon", "strangulation", "threat", "stalking", "acute", "escalation", "injured_child")


def write_narrative(rng: Random, event: Event, wish: Wish) -> Narrative:
    """Write an event up."""
    writer = Writer(rng, event)
    told = Narrative(Text(), Text(), [])
    if not _write_poor(writer, told, wish):
        _write_description(writer, told, wish)
        _write_entries(writer, told, wish)
        seed_texts(writer, told, wish)
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
