"""One night of a million registrations: the unfiltered stream that we replace, then `meldstroom run`, as a ratio.

The stream is `COPY` of the same export's four tables into four plain tables, of CSV prepared beforehand from the same
rows. The mix is 70 % bvh-csv, 15 % jsonl, 14 % parquet, 1 % stuf. Both in one run, on the embedded PostgreSQL.

    .venv/bin/python tests/benchmarks/bench_night.py [--registrations 1000000] [--home DIR] [--no-stages]
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
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import psycopg2

from pipeline import installation, load_steps, night_steps, schema, settle_steps, unit_steps
from pipeline.load.server import ensure_server, stop_server
from pipeline.policy.agreements import read_agreements
from pipeline.receive import receive_export
from pipeline.settings import read_settings
from pipeline.synth import write_night

NIGHT = date(2026, 11, 22)
MIX = {"bvh-csv": 0.70, "jsonl": 0.15, "parquet": 0.14, "stuf": 0.01}
UNITS = {
    "bvh-csv": ["RE01", "RE02", "RE03", "RE06", "RE07"],
    "jsonl": ["RE05", "RE10"],
    "parquet": ["RE04", "RE09"],
    "stuf": ["RE08"],
}


def write_exports(inbox: Path, registrations: int) -> float:
    began = time.perf_counter()
    for dialect, share in MIX.items():
        write_night(
            inbox, NIGHT, round(registrations * share), dict.fromkeys(UNITS[dialect], dialect), seed=7,
            agreements=read_agreements(),
        )  # fmt: skip
    return time.perf_counter() - began


def prepare_csv(inbox: Path, into: Path) -> dict[str, int]:
    """Write the four tables of every export as plain CSV, as received and unfiltered."""
    agreements = read_agreements()
    into.mkdir()
    rows = dict.fromkeys((table.name for table in schema.TABLES), 0)
    for folder in sorted(inbox.glob("RE*/*")):
        unit = folder.parent.name
        agreement = agreements.latest(unit, NIGHT)
        assert agreement is not None
        with tempfile.TemporaryDirectory(dir=into) as scratch:
            out = Path(scratch) / "received"
            receive_export(folder, unit=unit, night=NIGHT, agreement=agreement, out=out)
            for part in sorted(out.glob("part-*")):
                for table in schema.TABLES:
                    frame = pl.read_parquet(part / f"{table.name}.parquet").select(table.schema.names())
                    rows[table.name] += len(frame)
                    if table.name == "registration":
                        frame = frame.with_columns(pl.col("nature").list.join("|"))
                    with (into / f"{table.name}.csv").open("ab") as file:
                        frame.write_csv(file, include_header=False)
    return rows


def copy_stream(dsn: str, csv: Path) -> float:
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA stream")
        for table in schema.TABLES:
            cursor.execute(f"CREATE TABLE stream.{table.name} ({', '.join(f'{n} text' for n in table.schema)})")
    began = time.perf_counter()
    for table in schema.TABLES:
        with connection, connection.cursor() as cursor, (csv / f"{table.name}.csv").open("rb") as file:
            cursor.copy_expert(f"COPY stream.{table.name} FROM STDIN (FORMAT csv)", file)
    took = time.perf_counter() - began
    connection.close()
    return took


def run(home: Path, inbox: Path) -> tuple[float, dict]:
    began = time.perf_counter()
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("meldstroom")),
            "run",
            "--inbox",
            str(inbox),
            "--night",
            str(NIGHT),
            "--json",
        ],
        env={**os.environ, "MELDSTROOM_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=True,
    )
    return time.perf_counter() - began, json.loads(done.stdout)


def stage_rates(home: Path, inbox: Path) -> dict[str, float]:
    """Return registrations a second of each stage: one process, one unit of each dialect, in a home of its own."""
    settings = read_settings(
        {"MELDSTROOM_HOME": str(home), "MELDSTROOM_INBOX": str(inbox), "MELDSTROOM_PROCESSES": "1"}
    )
    took: dict[str, float] = {}
    rows = 0

    def timed(stage: str, work: Callable[..., Any], *given: Any) -> Any:
        began = time.perf_counter()
        answer = work(*given, settings)
        took[stage] = took.get(stage, 0.0) + time.perf_counter() - began
        return answer

    try:
        installation.database(settings)
        for unit in [units[0] for units in UNITS.values()]:
            rows += timed("receive", unit_steps.receive, unit, NIGHT)["received"]
            for stage in ("screen", "enrich", "decide"):
                timed(stage, getattr(unit_steps, stage), unit, NIGHT)
        timed("settle", settle_steps.settle, NIGHT)
        for region in installation.regions():
            timed("load", load_steps.load, region, NIGHT)
        timed("finish", night_steps.finish, NIGHT)
    finally:
        stop_server(settings)
    return {stage: rows / seconds for stage, seconds in took.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registrations", type=int, default=1_000_000)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument(
        "--stages", action=argparse.BooleanOptionalAction, default=True, help="and each stage by itself"
    )
    given = parser.parse_args()
    home = given.home or Path(tempfile.mkdtemp(prefix="meldstroom-bench-"))
    settings = read_settings({"MELDSTROOM_HOME": str(home)})
    dsn = ensure_server(settings)
    try:
        inbox = home / "inbox"
        print(f"{given.registrations} registrations written in {write_exports(inbox, given.registrations):.1f} s")
        rows = prepare_csv(inbox, home / "csv")
        size = sum(file.stat().st_size for file in (home / "csv").glob("*.csv"))
        print(f"rows: {rows}, {size / 1e9:.2f} GB of CSV")
        stream = copy_stream(dsn, home / "csv")
        took, status = run(home, inbox)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        total = sum(line["received"] or 0 for line in status["units"].values())
        print(f"COPY of the unfiltered stream: {stream:.1f} s")
        print(f"meldstroom run: {took:.1f} s, {total / took:,.0f} registrations/s, largest process {memory:.2f} GB")
        print(f"ratio: {took / stream:.2f}; balanced: {status['balanced']}")
        rates = stage_rates(home / "stages", inbox) if given.stages else {}
        for stage, rate in rates.items():
            print(f"{stage}: {rate:,.0f} registrations/s on one process")
        print(
            {
                outcome: sum(line[outcome] or 0 for line in status["units"].values())
                for outcome in ("forward", "return", "hold", "elsewhere", "withhold", "duplicate", "reject")
            }
        )
    finally:
        stop_server(settings)
        if given.home is None:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
