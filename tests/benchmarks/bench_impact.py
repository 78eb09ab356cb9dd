"""One changed criterion over half a year of nights: `meldstroom impact` on judged files as the archive keeps them.

A real night of all units is run once; its judged rows, repeated under new numbers, make every (unit, night) of the
period. Measures the command in a process of its own, the largest process, and the size of what is kept.

    .venv/bin/python tests/benchmarks/bench_impact.py [--registrations 3600000] [--nights 182] [--processes 2]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import polars as pl

from pipeline.installation import database
from pipeline.load import archive
from pipeline.load.database import transaction
from pipeline.load.intake import ExportKey
from pipeline.load.seal import write_sealed
from pipeline.load.server import stop_server
from pipeline.night import run_night
from pipeline.policy.agreements import read_agreements
from pipeline.schema import ROW
from pipeline.settings import Settings, read_key, read_settings
from pipeline.synth import write_nights

NIGHT = date(2026, 11, 22)
SAMPLE = 1000


def run_sample(settings: Settings) -> dict[str, pl.DataFrame]:
    """Run one real night and return the judged rows of each unit."""
    write_nights(settings.inbox, NIGHT, nights=1, registrations=SAMPLE, seed=7, agreements=read_agreements())
    run_night(settings, NIGHT)
    key = read_key(settings)
    found = {}
    for unit in read_agreements().units:
        (folder,) = (settings.home / "archive" / unit / str(NIGHT)).iterdir()
        found[unit] = archive.read_judged(settings.home, ExportKey(unit, NIGHT, folder.name), key)
    shutil.rmtree(settings.home / "archive")
    return found


def fabricate(settings: Settings, judged: dict[str, pl.DataFrame], first: date, nights: int, each: int) -> int:
    """Write the judged file of every unit and night, and its export; return the bytes."""
    key, size = read_key(settings), 0
    with transaction(database(settings), "bench") as given:
        given.execute("DELETE FROM intake.export")
        for day in range(nights):
            night = first + timedelta(days=day)
            for unit, rows in judged.items():
                export = ExportKey(unit, night, f"{unit}-{night}-1")
                many = pl.concat([rows] * (each // len(rows) + 1)).head(each)
                numbered = many.with_columns(
                    pl.int_range(pl.len(), dtype=pl.Int64).alias(ROW),
                    (pl.lit(f"PL{unit[2:]}00-{night:%Y}") + (pl.int_range(pl.len()) + day * each).cast(pl.String).str.zfill(6))
                    .alias("registration_number"),
                    (pl.col("known_at") - timedelta(days=(NIGHT - night).days)).alias("known_at"),
                ).sample(fraction=1, shuffle=True, seed=day)  # fmt: skip
                file = archive.folder(settings.home, export) / "part-000.judged"
                write_sealed(key, numbered, file)
                size += file.stat().st_size
                given.execute(
                    "INSERT INTO intake.export VALUES"
                    " (%s, %s, %s, 'nightly', 'loaded', '', 'bvh-csv', '', '', %s, '{}', now(), now())",
                    (unit, night, export.export_id, each),
                )
    return size


def changed_criterion(folder: Path) -> Path:
    """Write the suite with one criterion that tests something else and blocks."""
    suite = json.loads(resources.files("expectations").joinpath("well_founded.json").read_text(encoding="utf-8"))
    (rule,) = (one for one in suite["expectations"] if one["meta"]["rule"] == "children_answered")
    rule["kwargs"]["column"], rule["meta"]["blocking"] = "children_detailed", True
    folder.mkdir()
    (folder / "well_founded.json").write_text(json.dumps(suite), encoding="utf-8")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registrations", type=int, default=3_600_000)
    parser.add_argument("--nights", type=int, default=182)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="meldstroom-impact-"))
    settings = read_settings({"MELDSTROOM_HOME": str(home), "MELDSTROOM_PROCESSES": "1"})
    try:
        judged = run_sample(settings)
        first = NIGHT - timedelta(days=given.nights - 1)
        size = fabricate(settings, judged, first, given.nights, given.registrations // given.nights // len(judged))
        began = time.perf_counter()
        done = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("meldstroom")), "impact", "--json"),
                *("--expectations", str(changed_criterion(home / "changed")), "--from", str(first), "--to", str(NIGHT)),
            ],
            env={**os.environ, "MELDSTROOM_HOME": str(home), "MELDSTROOM_PROCESSES": str(given.processes)},
            stdout=subprocess.PIPE,
            check=True,
        )
        took, document = time.perf_counter() - began, json.loads(done.stdout)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        (variant,) = document["variants"]
        print(f"{document['received']:,} registrations, {document['exports']} exports, {size / 1e6:.0f} MB kept")
        print(
            f"meldstroom impact, {given.processes} processes: {took:.1f} s, {document['received'] / took:,.0f} registrations/s"
        )
        print(f"largest process {memory:.2f} GB; {variant['moved']:,} registrations would move")
    finally:
        stop_server(settings)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
