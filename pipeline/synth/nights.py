"""Write nights of exports, a unit's night at a time, on as many cores as there are."""

from __future__ import annotations

import gc
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pipeline.errors import UsageError
from pipeline.policy.agreements import Agreements
from pipeline.synth.columns import AMSTERDAM
from pipeline.synth.report import report_at
from pipeline.synth.truth import TruthFiles
from pipeline.synth.world import DIALECTS, Slot, World
from pipeline.synth.write_csv import CsvExport, Notation, notation_of
from pipeline.synth.write_jsonl import JsonlExport
from pipeline.synth.write_parquet import ParquetExport
from pipeline.synth.write_stuf import StufExport
from pipeline.workers import worker_pool

CHUNK: Final = 2000
"""Registrations in memory at a time and process; more of them made it slower (5,000: by 8 %)."""
WORTH_PROCESSES: Final = 8_000
"""Rows from which a second process is worth its start (about a second)."""
MOST: Final = 900_000
"""Rows a night and unit for which a year's numbers suffice."""


def write_nights(
    inbox: Path,
    first_night: date,
    nights: int = 1,
    registrations: int | None = None,
    units: Sequence[str] | None = None,
    seed: int = 1,
    agreements: Agreements | None = None,
    truth: Path | None = None,
    progress: Callable[[str], None] | None = None,
    dialects: Mapping[str, str] | None = None,
    processes: int = 2,
) -> None:
    """Write `nights` nights of exports below `inbox`; the manifest of each is written last.

    Args:
        inbox: gets `<unit>/<night>/` folders; what lies in them is replaced.
        first_night: corrections and repeats of the first night stay within it; a later night never depends on `nights`.
        nights: how many.
        registrations: rows of `registratie` a night over all units together, exactly; None: about 233, 1.4 times as
            many from Friday to Sunday.
        units: which of them; None: all ten.
        seed: the same seed gives the same bytes.
        agreements: whose column names, codes and notations the `bvh-csv` dumps use; None: the contract's own.
        truth: Parquet of what each registration is; `.persons` and `.spans` are written beside it.
        progress: told of each unit's night when it is written.
        dialects: by unit, where it differs from the default.
        processes: at most so many, and one where the nights are small.

    Raises:
        UsageError: an unknown dialect, no night, or more registrations than a year has numbers for.
    """
    world = _world(first_night, nights, registrations, units, seed, dialects)
    days = [first_night + timedelta(days=offset) for offset in range(nights)]
    work = [(unit, day) for day in days for unit in world.units]
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        told = stack.enter_context(TruthFiles(truth)) if truth else None
        for index, (unit, day, rows) in enumerate(
            _run(stack, world, inbox, work, agreements, scratch, truth, processes)
        ):
            if told is not None:
                told.append(_part(scratch, index))
            if progress is not None:
                progress(f"{unit} {day.isoformat()}: {rows} registraties")


def write_night(
    inbox: Path,
    night: date,
    registrations: int,
    dialects: Mapping[str, str],
    seed: int = 1,
    **other: Any,  # noqa: ANN401 - as write_nights
) -> None:
    """Write one night of the units named in `dialects`, each in its dialect: what a benchmark asks for."""
    write_nights(inbox, night, 1, registrations, list(dialects), seed, dialects=dialects, **other)


def _world(
    first_night: date,
    nights: int,
    registrations: int | None,
    units: Sequence[str] | None,
    seed: int,
    dialects: Mapping[str, str] | None,
) -> World:
    names = tuple(sorted(set(units))) if units else tuple(DIALECTS)
    chosen = {unit: (dialects or {}).get(unit, DIALECTS.get(unit, "bvh-csv")) for unit in names}
    unknown = sorted(set(chosen.values()) - set(DIALECTS.values()))
    if unknown:
        raise UsageError(f"onbekend dialect {', '.join(unknown)}", f"unknown dialect {', '.join(unknown)}")
    if nights < 1 or (registrations is not None and not 0 <= registrations <= MOST * len(names)):
        raise UsageError(
            f"vraag ten minste één nacht, en hoogstens {MOST} registraties per eenheid",
            f"ask for at least one night, and for at most {MOST} registrations a unit",
        )
    return World(seed, first_night.toordinal(), registrations, names, chosen)


def _run(
    stack: ExitStack,
    world: World,
    inbox: Path,
    work: list[tuple[str, date]],
    agreements: Agreements | None,
    scratch: Path,
    truth: Path | None,
    processes: int,
) -> Iterator[tuple[str, date, int]]:
    """Write every unit's night and yield what was written, in the order of `work`."""
    jobs = [
        (
            world,
            inbox,
            unit,
            day,
            notation_of(agreements.latest(unit, day) if agreements else None),
            truth and _part(scratch, index),
        )
        for index, (unit, day) in enumerate(work)
    ]
    total = sum(world.total(day.toordinal()) for day in {day for _, day in work})
    if processes < 2 or total < WORTH_PROCESSES:
        yield from (_write_unit(*job) for job in jobs)
        return
    pool = stack.enter_context(worker_pool(processes))
    by_size = sorted(range(len(jobs)), key=lambda i: -world.count(work[i][0], work[i][1].toordinal()))
    waiting: dict[int, Future[tuple[str, date, int]]] = {i: pool.submit(_write_unit, *jobs[i]) for i in by_size}
    yield from (waiting[index].result() for index in range(len(jobs)))


def _part(scratch: Path, index: int) -> Path:
    return scratch / f"{index:06d}.parquet"


def _write_unit(
    world: World, inbox: Path, unit: str, day: date, notation: Notation, truth: Path | None
) -> tuple[str, date, int]:
    folder = inbox / unit / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").unlink(missing_ok=True)  # first: a folder without it is not complete
    for old in folder.iterdir():
        old.unlink()
    night = day.toordinal()
    count = world.count(unit, night)
    with ExitStack() as stack:
        if gc.isenabled():
            # Half of the time otherwise: millions of rows without a cycle among them, searched again and again.
            gc.disable()
            stack.callback(gc.enable)
        export = _export(world, unit, folder, notation)
        stack.enter_context(export)
        told = stack.enter_context(TruthFiles(truth)) if truth else None
        for start in range(0, max(count, 1), CHUNK):
            reports = [report_at(world, Slot(unit, night, slot)) for slot in range(start, min(count, start + CHUNK))]
            export.add(reports)
            if told is not None:
                told.add(reports)
    _write_manifest(folder, unit, day, world.dialects[unit], export.listing())
    return unit, day, count


def _export(
    world: World, unit: str, folder: Path, notation: Notation
) -> CsvExport | JsonlExport | ParquetExport | StufExport:
    """Return the writer of the unit's dialect."""
    match world.dialects[unit]:
        case "bvh-csv":
            return CsvExport(folder, notation, world.has_child_versions(unit))
        case "jsonl":
            return JsonlExport(folder)
        case "parquet":
            return ParquetExport(folder)
        case _:
            return StufExport(folder, unit)


def _write_manifest(folder: Path, unit: str, day: date, dialect: str, listing: list[tuple[Path, str, int]]) -> None:
    created = datetime.combine(day + timedelta(days=1), datetime.min.time(), AMSTERDAM) + timedelta(hours=3, minutes=10)
    content = {
        "contract": "police-export/1",
        "unit": unit,
        "night": day.isoformat(),
        "export_id": f"{unit}-{day.isoformat()}-1",
        "dialect": dialect,
        "created_at": created.isoformat(),
        "files": [
            {"name": path.name, "table": table, "rows": rows, "sha256": _sha256(path)} for path, table, rows in listing
        ],
    }
    (folder / "manifest.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
