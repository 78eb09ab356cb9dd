"""How settling grows with the night: seconds, and the peak memory of a process of its own.

Run: `python -m tests.benchmarks.bench_settle [--registrations 20000] [--copies 1 4 10]`. A night is decided once; then
it is settled with every part standing so many times, each under numbers, keys and places of its own: what is of one
event in one copy is so in each. Copies have no outcomes in the database, and nothing is loaded.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from pipeline import installation, night, settle_steps, workspace
from pipeline.load.server import stop_server
from pipeline.settings import Settings, read_settings
from tests.benchmarks.bench_night import NIGHT, write_exports

SPAWN = get_context("spawn")
ROWS = 10_000_000
"""More than an export has."""
GOLDEN = 0x9E3779B97F4A7C15


def decide(settings: Settings) -> None:
    installation.database(settings)
    with ProcessPoolExecutor(settings.processes, mp_context=SPAWN) as pool:
        taken = [pool.submit(night.take_unit, unit, NIGHT, settings) for unit in installation.units(settings)]
        for done in taken:
            done.result()


def multiply(decided: Path, into: Path, copies: int) -> None:
    """Write the work folder of a night in which each part of `decided` stands `copies` times."""
    for unit in decided.glob("RE*"):
        to = into / unit.name
        to.mkdir(parents=True)
        for file in ("receipt.json", "decided"):
            shutil.copy(unit / file, to / file)
        for copy in range(copies):
            for file in (unit / "received").glob("part-*/*.parquet"):
                part = f"part-{copy:03d}{file.parent.name[5:]}"
                workspace.write(other(pl.read_parquet(file), copy), to / "received" / part / file.name)
            for file in (unit / "judged").glob("*.parquet"):
                part, table, _ = file.name.split(".")
                to_file = to / "judged" / f"part-{copy:03d}{part[5:]}.{table}.parquet"
                workspace.write(other(pl.read_parquet(file), copy), to_file)


def other(frame: pl.DataFrame, copy: int) -> pl.DataFrame:
    """The same registrations, as others: nothing of theirs is met in another copy."""
    mixed = pl.lit(copy * GOLDEN % 2**62, pl.Int64)
    hashes = [name for name in ("place", "block", "address") if frame.schema.get(name) == pl.Int64]
    changes = [(pl.col(name) ^ mixed).alias(name) for name in hashes]
    if "blocks" in frame.columns:
        changes.append(pl.col("blocks").list.eval(pl.element() ^ mixed))
    if "row" in frame.columns:
        changes.append(pl.col("row") + copy * ROWS)
    if "registration_number" in frame.columns:
        changes.append(pl.col("registration_number") + f"-{copy}")
    return frame.with_columns(changes)


def settle(settings: Settings) -> tuple[float, float, dict[str, int]]:
    """Return seconds, peak GB of this process, and what settling says."""
    began = time.perf_counter()
    said = settle_steps.settle(NIGHT, settings)
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registrations", type=int, default=20_000)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 4, 10])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"MELDSTROOM_HOME": f"{folder}/home", "MELDSTROOM_INBOX": f"{folder}/inbox"})
        write_exports(settings.inbox, chosen.registrations)
        try:
            decide(settings)
            dsn = installation.database(settings)
            for copies in chosen.copies:
                home = Path(folder) / f"times-{copies}"
                own = replace(settings, home=home, dsn=dsn)
                multiply(workspace.work_folder(settings, NIGHT), workspace.work_folder(own, NIGHT), copies)
                with ProcessPoolExecutor(1, mp_context=SPAWN) as pool:
                    took, memory, said = pool.submit(settle, own).result()
                print(f"{copies} x {chosen.registrations:,}: {took:.1f} s, {memory:.2f} GB, {said}", flush=True)
                shutil.rmtree(home)
        finally:
            stop_server(settings)


if __name__ == "__main__":
    main()
