"""What the parts of a night have to tell each other: whom of another part a person may be, and what is known of it.

Each question goes to the file of its key, each answer to the file of who asked: what shares a key meets there, wherever
in the night it came in, and the work grows with what there is to tell and not with the square of the parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from pipeline import workspace
from pipeline.enrich.across import AS_EARLIER, EARLIER, NUMBER, VERSION, join_facts
from pipeline.enrich.near import Near, can_be_one_event, unnamed_places
from pipeline.enrich.within import described, keys_of, of_others, sharing
from pipeline.load.history import EARLIER_FACTS
from pipeline.settle.partitions import Partitions
from pipeline.settle.parts import Part, group_count, groups

PAIRS_AT_ONCE: Final = 50_000
"""Pairs of persons that are in memory with all that is compared: of a large night most share a key by chance."""


def write_candidates(parts: list[Part], scratch: Path) -> None:
    """Keep of each part the candidates among tonight's other persons (`within`: CANDIDATES)."""
    kept, asked, pairs, found = _in(scratch, parts, "kept", "asked", "pairs", "candidates")
    by_key = pl.col("block").reinterpret(signed=False) % kept.count
    with kept.filled() as keep, asked.filled() as ask:
        for part in parts:
            group = pl.lit(part.group)
            keep(keys_of(part.read("kept_person")).with_columns(group.alias("held")), by_key)
            ask(part.read("asked").with_columns(group.alias("asking")), by_key)
    with pairs.filled() as pair:
        for number in range(kept.count):
            pair(sharing(kept.read(number), asked.read(number)), pl.col("held"))
    with found.filled() as answer:
        for number, held in enumerate(groups(parts)):
            persons = pl.concat(part.read("kept_person") for part in held)
            met = pairs.read(number).unique()
            for some in (met.clear(), *met.iter_slices(PAIRS_AT_ONCE)):  # where nobody is met the files have columns
                answer(described(some, persons), pl.col("asking"))
    for number, asking in enumerate(groups(parts)):
        answered = found.read(number)
        for part in asking:
            part.write(of_others(answered, part.read("kept_registration")), "within")
    for used in (kept, asked, pairs, found):  # gigabytes, of a million registrations
        workspace.clear(used.folder)


def by_number(count: int, names: list[str] = EARLIER) -> pl.Expr:
    """Return in which of `count` files a registration lies: one with all versions of its number."""
    return pl.concat_str(names[:2], separator=" ").hash(seed=0) % count


def write_tonight(parts: list[Part], scratch: Path) -> Partitions:
    """Divide what may be remembered of the night's registrations (Tonight.registration) `by_number`."""
    (tonight,) = _in(scratch, parts, "tonight")
    with tonight.filled() as add:
        for part in parts:
            add(part.read("kept_registration"), by_number(tonight.count, VERSION))
    return tonight


def write_met(parts: list[Part], wanted: Partitions, earlier: Partitions, tonight: Partitions, scratch: Path) -> None:
    """Keep of each part what is known of the registrations that its persons were met in (`met`: EARLIER_FACTS).

    Args:
        parts: of the night.
        wanted: earlier_unit, earlier_number, number and group of the `part` that asks, `by_number`.
        earlier: what the history holds of them, `by_number`; a version may stand there twice.
        tonight: `write_tonight`.
        scratch: where files may be made.
    """
    (met,) = _in(scratch, parts, "met")
    with met.filled() as answer:
        for number in range(wanted.count):
            facts = join_facts(earlier.read(number), tonight.read(number))
            answer(wanted.read(number).join(facts, on=EARLIER[:2]), pl.col("group"))
    for number, asking in enumerate(groups(parts)):
        answered = met.read(number)
        for part in asking:
            part.write(answered.filter(part=part.number).select(EARLIER_FACTS.names()).sort(EARLIER), "met")


def places(tonight: Partitions) -> pl.DataFrame:
    """Return where the night's registrations happened (`place`, a hash), and whether one there is `bare`, each once."""
    return pl.concat(one.select("place", "bare").unique() for one in _each(tonight)).unique()


def find_near(links: pl.DataFrame, earlier: Partitions, tonight: Partitions) -> Near:
    """Return those of tonight and of the history that can be of one event.

    Args:
        links: `near.links_at_once` of all parts.
        earlier: EARLIER_FACTS, `by_number`; a version may stand there twice.
        tonight: `write_tonight`.
    """
    unnamed = unnamed_places(places(tonight), pl.concat(one.select("place", "bare") for one in _each(earlier)))
    sides = [links.select(VERSION), links.select(pl.col(was).alias(now) for now, was in AS_EARLIER.items())]
    named = pl.concat(sides).unique().with_columns(by_number(tonight.count, VERSION).alias("file"))
    new, old = [], []
    for number, (met, own) in enumerate(zip(_each(earlier), _each(tonight), strict=True)):
        names = named.filter(file=number).select(VERSION)
        near = can_be_one_event(met.unique(EARLIER, maintain_order=True), EARLIER, names, unnamed)
        again = own.join(near, left_on=NUMBER, right_on=EARLIER[:2], how="semi").select("row")
        can_be = can_be_one_event(own, VERSION, names, unnamed).select("row")
        new.append(own.join(pl.concat([again, can_be]), on="row", how="semi", maintain_order="left"))
        old.append(near)
    return Near(links, pl.concat(new), pl.concat(old))


def _each(files: Partitions) -> Iterator[pl.DataFrame]:
    return map(files.read, range(files.count))


def _in(scratch: Path, parts: list[Part], *names: str) -> Iterator[Partitions]:
    return (Partitions(scratch / name, group_count(parts)) for name in names)
