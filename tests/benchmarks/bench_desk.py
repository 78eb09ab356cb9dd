"""How long the desk's pages take with many held, over a real PostgreSQL: no page may take a second with 5,000.

.venv/bin/python tests/benchmarks/bench_desk.py [HELD]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from fastapi.testclient import TestClient

from pipeline import installation
from pipeline.desk.queue import list_held
from pipeline.desk.web.app import make_app
from pipeline.desk.web.guard import Person
from pipeline.load.database import query, transaction
from pipeline.load.desk_items import belongs_to
from pipeline.load.seal import seal_json, unseal_json
from pipeline.load.server import stop_server
from pipeline.night import run_night
from pipeline.policy.agreements import read_agreements
from pipeline.settings import read_key, read_settings
from pipeline.synth import write_nights

NIGHT = date(2026, 11, 22)
TIMES = 15
PLACE = "(unit, night, export_id, row) = (%s, %s, %s, %s)"


def multiply(settings, held):
    """Repeat the held items of a small night, each under rows and numbers of its own, until there are `held`."""
    secret = read_key(settings)
    with transaction(settings.dsn or installation.database(settings), "bench") as given:
        items = [item for item in list_held(given, limit=100_000) if item.outcome == "hold"]
        sealed = {}
        for item in items:
            kept = query(given, f"SELECT sealed FROM intake.hold WHERE {PLACE}", item.place)[0][0]
            sealed[item.name] = unseal_json(secret, bytes(kept), belongs_to(item.key, item.row))
        for number in range(held - len(items)):
            item, row = items[number % len(items)], 1_000_000 + number
            given.execute(
                "INSERT INTO intake.outcome (unit, night, export_id, row, registration_number, version, content_hash,"
                " outcome, reasons, gaps, danger, score, withheld, kind, known_at, agreement_version, policy_version)"
                f" SELECT unit, night, export_id, %s, %s, version, content_hash, outcome, reasons, gaps, danger, score,"
                f" withheld, kind, known_at, agreement_version, policy_version FROM intake.outcome WHERE {PLACE}",
                (row, f"PL0000-2026{number:06d}", *item.place),
            )
            given.execute(
                "INSERT INTO intake.hold (unit, night, export_id, row, danger, since, due, sealed)"
                f" SELECT unit, night, export_id, %s, danger, since - %s * interval '1 second', due, %s"
                f" FROM intake.hold WHERE {PLACE}",
                (row, number, seal_json(secret, sealed[item.name], belongs_to(item.key, row)), *item.place),
            )
        given.execute("ANALYZE intake.hold, intake.outcome, intake.export")  # as autovacuum does within a minute


def measure(client, address):
    """Return the first, the median and the slowest of TIMES requests, in seconds."""
    took = []
    for _ in range(TIMES):
        start = time.perf_counter()
        assert client.get(address).status_code == 200
        took.append(time.perf_counter() - start)
    return took[0], statistics.median(took), max(took[1:])


def main(held):
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"MELDSTROOM_HOME": str(Path(folder) / "home")})
        write_nights(settings.inbox, NIGHT, registrations=400, seed=3, agreements=read_agreements())
        run_night(settings, NIGHT)
        multiply(settings, held)
        client = TestClient(make_app(settings, lambda: Person("desk1", "user")))
        time.sleep(3)  # the word lists
        page = client.get("/").text
        item = page.split("/item/")[1].split('"')[0]
        print(f"{held} held; seconds: first, median, slowest of {TIMES}")
        for address in (
            "/",
            "/?page=100",
            "/?unit=RE06&danger=1",
            "/?reason=unroutable",
            "/overruled",
            f"/item/{item}",
        ):
            print(f"{address[:40]:42}", *(f"{seconds:.2f}" for seconds in measure(client, address)))
        stop_server(settings)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
