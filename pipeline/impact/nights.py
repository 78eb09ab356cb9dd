"""The edge to what is kept: which exports there are, read one by one, judged again in several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.impact.carried import CARRIED, fallen, mark_carried, mark_shown, release, still_carried
from pipeline.impact.changes import FACTS, needed
from pipeline.impact.labelled import TRUTH, count_truth, read_truth
from pipeline.impact.over_tables import Again, judge_tables
from pipeline.impact.rejudge import rejudge
from pipeline.impact.tally import Tally, add_up, apart, tally
from pipeline.impact.variant import Proposal, Variant, open_variant
from pipeline.load import archive
from pipeline.load.database import query, transaction
from pipeline.load.intake import ExportKey
from pipeline.load.secret_elsewhere import SECRET_ELSEWHERE
from pipeline.settings import Settings, read_key
from pipeline.workers import worker_pool

EXPORTS_AT_ONCE = 50
"""Exports that a process takes before it hands in its counts: memory grows with one export, not with the period."""
PRESENT = Proposal("present")
FALLEN = pl.Schema({"carried_by": CARRIED["carried_by"]})


@dataclass(frozen=True)
class Kept:
    """One export that was loaded."""

    key: ExportKey
    received: int
    carried: tuple[tuple[int, str], ...] = ()
    """(row, carried_by) of what another registration of the same event carries."""
    shown: tuple[int, ...] = ()
    """Rows of what shows an address that another registration keeps secret."""


@dataclass(frozen=True)
class Judged:
    """What judging gave of one proposal."""

    tally: Tally
    lacking: tuple[tuple[str, date, str], ...] = ()
    """(unit, night, what is no longer kept): exports that could not be judged, or not in every respect."""
    carried: pl.DataFrame = field(default_factory=CARRIED.to_frame)
    fallen: pl.DataFrame = field(default_factory=FALLEN.to_frame)
    truth: pl.DataFrame = field(default_factory=TRUTH.to_frame)
    """labelled.TRUTH, where a truth was given."""


def kept_exports(dsn: str, first: date, last: date) -> list[Kept]:
    """Return the loaded exports of the nights `first` to `last`, oldest first."""
    with transaction(dsn, "intake.export") as given:
        rows = query(
            given,
            "SELECT unit, night, export_id, received FROM intake.export"
            " WHERE state = 'loaded' AND night BETWEEN %s AND %s ORDER BY night, unit, export_id",
            (first, last),
        )
        carried: dict[ExportKey, list[tuple[int, str]]] = {}
        for *key, row, carrier in query(
            given,
            "SELECT unit, night, export_id, row, carried_by FROM intake.outcome"
            " WHERE night BETWEEN %s AND %s AND carried_by IS NOT NULL AND reasons[1] = 'same_event'",
            (first, last),
        ):
            carried.setdefault(ExportKey(*key), []).append((row, carrier))
        shown: dict[ExportKey, list[int]] = {}
        for *key, row in query(
            given,
            "SELECT unit, night, export_id, row FROM intake.outcome"
            " WHERE night BETWEEN %s AND %s AND reasons @> ARRAY[%s] ORDER BY 1, 2, 3, 4",
            (first, last, SECRET_ELSEWHERE),
        ):
            shown.setdefault(ExportKey(*key), []).append(row)
    keys = [(ExportKey(*key), received) for *key, received in rows]
    return [Kept(key, received, tuple(carried.get(key, ())), tuple(shown.get(key, ()))) for key, received in keys]


def judge_all(
    settings: Settings,
    exports: Sequence[Kept],
    proposals: Sequence[Proposal],
    progress: Callable[[str], None] = lambda _: None,
) -> list[Judged]:
    """Judge every export again under each proposal; one Judged a proposal, in their order."""
    read_key(settings)  # made once, before several processes would
    chunks = [exports[at : at + EXPORTS_AT_ONCE] for at in range(0, len(exports), EXPORTS_AT_ONCE)]
    carriers = pl.DataFrame({"carried_by": sorted({by for export in exports for _, by in export.carried})}, FALLEN)
    parts: list[list[Judged]] = []
    for judged in _each(settings, chunks, proposals):
        parts.append([_only_carriers(one, carriers) for one in judged])
        progress(f"{len(parts)}/{len(chunks)}")
    return [_released(_together([part[place] for part in parts])) for place in range(len(proposals))]


def _only_carriers(judged: Judged, carriers: pl.DataFrame) -> Judged:
    """Forget what fell and carried nothing: it may be every report of the period."""
    return replace(judged, fallen=judged.fallen.join(carriers, on="carried_by", how="semi"))


def _together(parts: Sequence[Judged]) -> Judged:
    return Judged(
        add_up([part.tally for part in parts]),
        tuple(sorted(lack for part in parts for lack in part.lacking)),
        pl.concat([CARRIED.to_frame(), *(part.carried for part in parts)]),
        pl.concat([FALLEN.to_frame(), *(part.fallen for part in parts)]),
        pl.concat([TRUTH.to_frame(), *(part.truth for part in parts)]),
    )


def _released(judged: Judged) -> Judged:
    return replace(judged, tally=release(judged.tally, judged.carried, judged.fallen))


def _each(
    settings: Settings, chunks: Sequence[Sequence[Kept]], proposals: Sequence[Proposal]
) -> Iterator[list[Judged]]:
    if settings.processes == 1 or len(chunks) < 2:  # noqa: PLR2004 - starting a process costs more than a chunk
        for chunk in chunks:
            yield judge_chunk(settings, chunk, proposals)
        return
    with worker_pool(settings.processes) as pool:
        running = [pool.submit(judge_chunk, settings, chunk, proposals) for chunk in chunks]
        for done in as_completed(running):
            yield done.result()


def judge_chunk(settings: Settings, exports: Sequence[Kept], proposals: Sequence[Proposal]) -> list[Judged]:
    """Judge some exports again, one at a time."""
    secret = read_key(settings)
    present = open_variant(PRESENT, settings.agreements)
    variants = [open_variant(proposal, settings.agreements) for proposal in proposals]
    parts: list[list[Judged]] = [[] for _ in variants]
    for export in exports:
        kept = _read(settings.home, export, secret)
        for place, variant in enumerate(variants):
            parts[place].append(_judge(settings, export, kept, present, variant))
    return [_together(found) for found in parts]


def _read(home: Path, export: Kept, secret: bytes) -> pl.DataFrame | None:
    """Read the facts and verdicts of one export; None when they are no longer kept."""
    if not any(archive.folder(home, export.key).glob("*.judged")):
        return None
    return mark_carried(mark_shown(archive.read_judged(home, export.key, secret), export.shown), export.carried)


def _judge(settings: Settings, export: Kept, kept: pl.DataFrame | None, present: Variant, variant: Variant) -> Judged:
    key = export.key
    if kept is None:
        return Judged(Tally(flows=apart(key, export.received)), ((key.unit, key.night, FACTS),))
    takes = needed(present, variant, key.unit, key.night)
    again = judge_tables(settings, key, kept, present, variant, takes) if takes > {FACTS} else None
    lacking = tuple((key.unit, key.night, need) for need in sorted(takes - {FACTS})) if again is None else ()
    if again is None:
        before, after = present.governing(key.unit, key.night), variant.governing(key.unit, key.night)
        again = Again(kept, rejudge(kept, before, after, key.night))
    counted = tally(key, again.kept, again.moved)
    never = apart(key, export.received - len(again.kept))
    elements = again.elements.select(pl.lit(key.unit).alias("unit"), "kind", "before", "after")
    whole = replace(counted, flows=pl.concat([counted.flows, never]), elements=elements)
    judged = (again.kept, again.moved)
    truth = count_truth(key, *judged, read_truth(variant.truth)) if variant.truth else TRUTH.to_frame()
    return Judged(whole, lacking, still_carried(key, *judged), fallen(key, *judged), truth)
