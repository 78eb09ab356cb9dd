"""One night on a running Airflow beside `meldstroom run` of the same night: what the scheduler costs.

Each in a home of its own, on its own embedded PostgreSQL; Airflow is up and idle before its night is started.

    .venv/bin/python tests/benchmarks/bench_airflow.py [--registrations 20000]
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from pipeline.airflow_setup import runs, services
from pipeline.load.server import stop_server
from pipeline.policy.agreements import read_agreements
from pipeline.settings import Settings, as_environ, read_settings
from pipeline.synth import write_nights

NIGHT = date(2026, 11, 22)
DAG = "police_reports_nightly"
LONGEST = 3600


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def in_process(settings: Settings) -> float:
    """Return the wall time of the program, its start included."""
    program = [str(Path(sys.executable).with_name("meldstroom")), "run", "--night", str(NIGHT), "--json"]
    began = time.perf_counter()
    subprocess.run(program, env={**os.environ, **as_environ(settings)}, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def on_airflow(settings: Settings) -> tuple[float, str, int]:
    """Return the wall time of the run, how it ended, and how many tasks it took."""
    services.start(settings, os.environ, ("api-server", "scheduler", "dag-processor"))
    try:
        token = runs.log_in(settings, "admin")
        began = time.perf_counter()
        run = runs.trigger(settings, token, DAG, NIGHT.isoformat())
        state = runs.wait(settings, token, DAG, run, LONGEST)
        return time.perf_counter() - began, state, len(runs.read_states(settings, token, DAG, run))
    finally:
        services.stop(settings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registrations", type=int, default=20_000)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="meldstroom-bench-"))
    inbox = folder / "inbox"
    homes = {
        name: read_settings(
            {
                "MELDSTROOM_HOME": str(folder / name),
                "MELDSTROOM_INBOX": str(inbox),
                "MELDSTROOM_UI_PORT": str(free_port()),
            }
        )
        for name in ("alone", "airflow")
    }
    try:
        write_nights(inbox, NIGHT, registrations=given.registrations, seed=7, agreements=read_agreements())
        alone = in_process(homes["alone"])
        took, state, tasks = on_airflow(homes["airflow"])
        print(f"meldstroom run: {alone:.1f} s")
        print(f"Airflow: {took:.1f} s, {tasks} tasks, {state}; {took - alone:+.1f} s")
    finally:
        for settings in homes.values():
            stop_server(settings)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
