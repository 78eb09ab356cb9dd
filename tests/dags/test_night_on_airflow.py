"""The real DAG, on a real Airflow, over the real steps: a small night with a refused and a missing unit."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import ahocorasick_rs
import polars as pl
import psycopg2
import pytest

from pipeline import installation, night_steps, vt_steps
from pipeline.airflow_setup import runs, services
from pipeline.airflow_setup.config import DATABASE, airflow_home
from pipeline.load.server import _binaries, ensure_server, other_database, stop_server
from pipeline.policy.agreements import SHIPPED
from pipeline.policy.stuf.identities import COLUMNS, demonstration_identities, read_identities
from pipeline.receive import receive_export
from pipeline.settings import LOCAL, read_settings
from pipeline.synth import write_nights
from tests.conftest import careless

pytestmark = pytest.mark.airflow

DAG = "police_reports_nightly"
NIGHT = datetime.now(LOCAL).date() - timedelta(days=20)
"""Over, and not yet past what the outbox looks back at. A new Airflow runs last night at once while it is early in the
morning (04:00 and a tenth of a day): of this one it takes nothing as late."""
UNITS = ("RE01", "RE03", "RE06", "RE08")
REFUSED, MISSING = "RE06", "RE03"
TAKES_MESSAGES = ("VT02", "VT23")
"""A task each: of these units and of two regions."""
PERSONAL = {
    "person": ("family_name", "given_names", "bsn", "phone", "email"),
    "registration": ("description", "reason_for_report", "informed_explanation"),
    "entry": ("text",),
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def webhook():
    """The address of a listener, and what it was told."""
    told = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", told
        server.shutdown()


@pytest.fixture(scope="module")
def settings(tmp_path_factory, webhook):
    folder = tmp_path_factory.mktemp("airflow")
    parties = demonstration_identities(read_identities()).parties.values()
    takes = {one.party: "|".join(sorted(one.takes)) for one in parties if one.party in TAKES_MESSAGES}
    rows = [[*(getattr(one, name) for name in COLUMNS[:-1]), takes.get(one.party, "")] for one in parties]
    (folder / "parties.csv").write_text("\n".join(",".join(row) for row in [COLUMNS, *rows]))
    (folder / "agreements").mkdir()
    for unit in UNITS:  # an installation with four units: ten take twice the time and show the same
        shutil.copy(SHIPPED / f"{unit.lower()}.toml", folder / "agreements")
    settings = read_settings(
        {
            "MELDSTROOM_HOME": str(folder / "home"),
            "MELDSTROOM_UI_PORT": str(free_port()),
            "MELDSTROOM_AGREEMENTS": str(folder / "agreements"),
            "MELDSTROOM_IDENTITIES": str(folder / "parties.csv"),
            "MELDSTROOM_WEBHOOK": webhook[0],
        }
    )
    known = installation.agreements(settings)
    write_nights(settings.inbox, NIGHT, registrations=120, units=UNITS, seed=7, agreements=known)
    shutil.rmtree(settings.inbox / MISSING)
    try:
        careless(ensure_server(settings))
        services.start(settings, os.environ, ("api-server", "scheduler", "dag-processor"))
        yield settings
    finally:
        services.STOP_SECONDS = 2  # nothing of this home is needed any more
        services.stop(settings)
        stop_server(settings)


@pytest.fixture(scope="module")
def personal(settings, tmp_path_factory):
    """Every value of the night that says something of a person, long enough to be nobody else's word."""
    found = set()
    for unit in sorted(folder.name for folder in settings.inbox.iterdir()):
        agreement = installation.agreements(settings).latest(unit, NIGHT)
        out = tmp_path_factory.mktemp(unit)
        receive_export(settings.inbox / unit / NIGHT.isoformat(), unit=unit, night=NIGHT, agreement=agreement, out=out)
        for table, columns in PERSONAL.items():
            for file in out.glob(f"part-*/{table}.parquet"):
                frame = pl.read_parquet(file)
                for column in columns:
                    found.update(frame.get_column(column).drop_nulls().to_list())
    return sorted(value[:60] for value in found if len(value) > 4)


@pytest.fixture(scope="module")
def night(settings, personal):
    """Run the night once, late at once; return its id, how it ended and every square of the grid."""
    (settings.inbox / REFUSED / NIGHT.isoformat() / "manifest.json").write_text("{")
    token = runs.log_in(settings, "admin")
    run = runs.trigger(settings, token, DAG, NIGHT.isoformat())
    connection = psycopg2.connect(other_database(ensure_server(settings), DATABASE))
    with (
        connection,
        connection.cursor() as cursor,
    ):  # three hours have passed; the schedule's own run has a deadline too
        own = "dagrun_id = (SELECT id FROM dag_run WHERE dag_id = %s AND run_id = %s)"
        cursor.execute(f"UPDATE deadline SET deadline_time = now() WHERE {own}", (DAG, run))
        assert cursor.rowcount == 1
    connection.close()
    state = runs.wait(settings, token, DAG, run, 300)
    return run, state, {(one.task, one.shown): one.state for one in runs.read_states(settings, token, DAG, run)}


@pytest.fixture
def called(night, webhook):
    """What people were told of the night by its deadline."""
    until = time.monotonic() + 30
    while not (told := [sentence for sentence in webhook[1] if "is late" in sentence]) and time.monotonic() < until:
        time.sleep(0.5)
    return told


def test_the_grid_shows_which_unit_failed_where_and_the_run_fails(night):
    _, state, grid = night
    assert state == "failed"
    assert grid[("unit.receive", REFUSED)] == "failed"
    assert grid[("unit.receive", MISSING)] == "skipped"
    taken = {shown for (task, shown), ended in grid.items() if task == "unit.decide" and ended == "success"}
    assert taken == set(UNITS) - {REFUSED, MISSING}
    assert grid[("overlook_nothing", "-1")] == "failed"


def test_the_night_completes_for_the_others(night, settings):
    _, _, grid = night
    loaded = {shown for (task, shown), ended in grid.items() if task == "load" and ended == "success"}
    assert loaded == set(installation.regions())
    assert grid[("finish", "-1")] == grid[("clear", "-1")] == "success"
    status = night_steps.status(NIGHT, settings)
    assert status["balanced"]
    assert status["units"][REFUSED]["state"] == "refused"
    assert status["units"][MISSING]["state"] == "missing"
    assert status["units"]["RE01"]["state"] == "complete"
    assert not list((settings.home / "work").glob("*/*"))


def test_the_refused_task_says_what_to_do(night, settings):
    run, _, _ = night
    logs = (airflow_home(settings) / "logs" / f"dag_id={DAG}" / f"run_id={run}" / "task_id=unit.receive").rglob("*.log")
    assert any(re.search(rf"{REFUSED}, manifest\.json: [^\"]+\. [^\"]+\.\"", log.read_text()) for log in logs)


def test_the_asset_event_carries_counts_and_no_more(night, settings):
    connection = psycopg2.connect(other_database(ensure_server(settings), DATABASE))
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT extra FROM asset_event WHERE partition_key = %s", (NIGHT.isoformat(),))
        ((counts,),) = cursor.fetchall()
    connection.close()
    status = night_steps.status(NIGHT, settings)
    assert {region: counts[region] for region in status["regions"]} == status["regions"]
    assert counts["forward"] == sum(unit["forward"] or 0 for unit in status["units"].values()) > 0


def test_neither_database_nor_logs_of_airflow_hold_a_personal_value(night, settings, personal):
    assert len(personal) > 300
    dumped = subprocess.run(
        [str(_binaries() / "pg_dump"), other_database(ensure_server(settings), DATABASE)],
        capture_output=True,
        check=True,
    ).stdout.decode(errors="replace")
    places = {"database": dumped}
    for file in [*airflow_home(settings).rglob("*.log"), settings.home / "postgres" / "server.log"]:
        places[str(file)] = file.read_text(errors="replace")
    search = ahocorasick_rs.AhoCorasick(personal)
    for place, text in places.items():
        whole = [
            index
            for index, start, end in search.find_matches_as_indexes(text, overlapping=True)
            if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
        ]
        assert whole == [], Path(place).name  # indexes only: the values stay out of the report


def test_a_region_cannot_reach_the_database_of_airflow(night, settings):
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        psycopg2.connect(other_database(ensure_server(settings), DATABASE, "vt_09_reader"))


def test_a_run_without_a_night_is_refused_and_one_of_a_night_taken_before_does_nothing(night, settings):
    token = runs.log_in(settings, "beheer")
    before = night_steps.status(NIGHT, settings)
    without = runs.trigger(settings, token, DAG, None)
    again = runs.trigger(settings, token, DAG, NIGHT.isoformat())
    assert runs.wait(settings, token, DAG, without, 120) == "failed"
    refused = {one.task: one.state for one in runs.read_states(settings, token, DAG, without)}
    assert refused["plan"] == "failed"
    assert "success" not in refused.values()
    deadline = time.monotonic() + 60
    grid = {}
    while grid.get(("unit.screen", "RE01")) not in {"skipped", "success", "failed"} and time.monotonic() < deadline:
        time.sleep(1)
        grid = {(one.task, one.shown): one.state for one in runs.read_states(settings, token, DAG, again)}
    assert grid[("unit.receive", "RE01")] == "success"
    assert grid[("unit.screen", "RE01")] == "skipped"
    assert night_steps.status(NIGHT, settings) == before


def test_the_desk_is_behind_the_log_in_and_its_contents_for_its_officers(night, settings):
    def answer(path, user=None):
        token = {"Cookie": f"_token={runs.log_in(settings, user)}"} if user else {}
        asked = urllib.request.Request(f"http://127.0.0.1:{settings.ui_port}{path}", headers=token)
        try:
            with urllib.request.urlopen(asked) as answered:
                return answered.status, answered.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    status, page = answer("/desk/", "desk1")
    assert status == 200
    item = re.findall(r"/desk/item/[^\"]+", page)[0]
    assert answer("/desk/")[0] == answer(item)[0] == 401
    assert answer("/desk/", "kijker")[0] == 200
    assert item not in answer("/desk/", "kijker")[1]
    assert answer(item, "kijker")[0] == answer(item, "admin")[0] == 403
    status, page = answer(item, "desk2")
    assert status == 200
    assert "desk2" in page
    menu = urllib.request.Request(
        f"http://127.0.0.1:{settings.ui_port}/api/v2/plugins",
        headers={"Authorization": f"Bearer {runs.log_in(settings, 'admin')}"},
    )
    with urllib.request.urlopen(menu) as answered:
        assert b'"href":"/desk/"' in answered.read()


def test_starting_twice_is_harmless(settings):
    assert services.start(settings, os.environ, ("api-server", "scheduler", "dag-processor")) == []


def test_the_night_starts_the_reports_and_they_are_behind_the_log_in(night, settings):
    token = runs.log_in(settings, "admin")
    page = settings.home / "reports" / "pages" / f"night-{NIGHT}" / "index.html"
    for _ in range(120):
        if page.exists():
            break
        time.sleep(1)
    assert page.exists()
    address = f"http://127.0.0.1:{settings.ui_port}/reports/night-{NIGHT}/index.html"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address)
    assert refused.value.code == 401
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked) as answered:
        assert b"Van politie naar Veilig Thuis" in answered.read()


def test_whoever_is_to_be_called_hears_that_a_night_is_late(night, called):
    dutch = f"De nacht {NIGHT} is te laat: drie uur na het begin niet klaar."
    assert called == [f"{dutch} / The night {NIGHT} is late: not done three hours after it began."]


def test_an_impact_analysis_is_asked_for_by_hand_and_answers_with_a_page_and_counts(night, settings, tmp_path):
    token = runs.log_in(settings, "beheer")
    unit = SHIPPED / "re08.toml"
    ended = unit.read_text().replace("valid_from = 2015-01-01", "valid_from = 2015-01-01\nvalid_until = 2026-01-01")
    (tmp_path / "re08.toml").write_text(ended)
    asked = {"first": str(NIGHT), "last": str(NIGHT), "agreements": str(tmp_path)}
    run = runs.trigger(settings, token, "impact", None, asked)
    assert runs.wait(settings, token, "impact", run, 60) == "success"
    (page,) = (settings.home / "reports" / "impact").glob(f"{NIGHT}_{NIGHT}-*/index.html")
    assert "Impactanalyse" in page.read_text()


def test_messages_go_to_the_regions_that_something_is_for(night, settings):
    reached = vt_steps.sending_regions(settings)  # the outbox looks back five weeks from today
    token = runs.log_in(settings, "beheer")
    run = runs.trigger(settings, token, "vt_outbox", None)
    assert runs.wait(settings, token, "vt_outbox", run, 90) == "success"
    states = {(one.task, one.shown): one.state for one in runs.read_states(settings, token, "vt_outbox", run)}
    assert {shown: state for (_, shown), state in states.items() if shown != "-1"} == dict.fromkeys(reached, "success")
    assert vt_steps.sending_regions(settings) == []
    assert {folder.parents[0].name for folder in (settings.home / "outbox").glob("VT*/*")} >= set(reached)


@pytest.fixture(scope="module")
def again(night, settings):
    """The id of another run of that night, which has ended: it is not called late yet."""
    run, _, _ = night
    token = runs.log_in(settings, "beheer")
    told = runs._ask(settings, token, "GET", f"/api/v2/dags/{DAG}/dagRuns?limit=50")["dag_runs"]
    (other,) = [one["dag_run_id"] for one in told if one["partition_key"] == f"{NIGHT}" and one["dag_run_id"] != run]
    assert runs.wait(settings, token, DAG, other, 120) == "failed"
    return other


def clear(settings, run, task, number):
    """Clear one square with what is downstream, as an operator does; return how the run ends and every square."""
    token = runs.log_in(settings, "beheer")
    asked = {"dag_run_id": run, "task_ids": [[task, number]], "include_downstream": True, "only_failed": False}
    path = f"/api/v2/dags/{DAG}/clearTaskInstances"
    runs._ask(settings, token, "POST", path, {**asked, "dry_run": False})
    state = runs.wait(settings, token, DAG, run, 240)
    return state, {(one.task, one.shown): one.state for one in runs.read_states(settings, token, DAG, run)}


def test_a_refused_folder_that_is_replaced_and_its_square_cleared_heals_the_night(again, settings, tmp_path):
    known = installation.agreements(settings)
    write_nights(tmp_path, NIGHT, registrations=120, units=UNITS, seed=7, agreements=known)
    sent = Path(REFUSED, NIGHT.isoformat())
    shutil.copytree(tmp_path / sent, settings.inbox / sent, dirs_exist_ok=True)
    state, grid = clear(settings, again, "unit.receive", sorted(UNITS).index(REFUSED))
    assert state == "success"
    assert grid[("unit.decide", REFUSED)] == "success"
    status = night_steps.status(NIGHT, settings)
    assert status["units"][REFUSED]["state"] == "complete"
    assert status["units"][MISSING]["state"] == "missing"
    assert status["balanced"]
