"""How long a report takes: five years, ten units, 25 regions; and what counting a night of 20,000 costs.

    python tests/benchmarks/bench_report.py [YEARS]

On a database of its own, out of daily counts made in SQL. The goal is 30 seconds on two cores.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline import installation
from pipeline.load.server import stop_server
from pipeline.reports import steps
from pipeline.reports.period import Period
from pipeline.settings import read_settings
from tests.reports.history import LAST, fill


def main(years: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="meldstroom-bench-"))
    settings = read_settings({"MELDSTROOM_HOME": str(home)})
    nights = 365 * years
    try:
        dsn = installation.database(settings)
        began = time.perf_counter()
        fill(dsn, nights)
        print(f"made {nights} nights in {time.perf_counter() - began:.1f} s")
        for name, period in (
            ("all of it", Period(LAST - timedelta(days=nights - 1), LAST)),
            ("half a year", Period(LAST - timedelta(days=181), LAST)),
            ("a week", Period(LAST - timedelta(days=6), LAST)),
            ("a night", Period(LAST, LAST)),
        ):
            wall, cpu = time.perf_counter(), time.process_time()
            report = steps.build(settings, period, home / "out")
            took = f"{time.perf_counter() - wall:.1f} s, {time.process_time() - cpu:.1f} s of our own processor time"
            told = report.told
            print(f"{name}: {took}; {len(told.counts.values)} cells, {len(told.hidden)} hidden")
    finally:
        stop_server(settings)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
