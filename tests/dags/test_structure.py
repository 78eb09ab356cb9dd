import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"great_expectations", "pandas", "polars", "pyarrow", "psycopg2", "pipeline"}
DAGS = Path(__file__).parents[2] / "dags"


@pytest.fixture(scope="module")
def parsed(tmp_path_factory):
    home, plugins = tmp_path_factory.mktemp("airflow"), DAGS / "plugins"
    environ = {**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__PLUGINS_FOLDER": str(plugins)}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("probe.py"))],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.rpartition("JSON")[2])


@pytest.fixture(scope="module")
def tasks(parsed):
    return parsed["dags"]["police_reports_nightly"]["tasks"]


def test_every_file_imports_and_holds_a_dag(parsed):
    assert parsed["errors"] == {}
    assert {Path(file).name for file in parsed["seconds"]} == {file.name for file in DAGS.glob("*.py")}


def test_parsing_is_quick_and_imports_nothing_heavy(parsed):
    assert max(parsed["seconds"].values()) < 1
    assert HEAVY.isdisjoint(parsed["imported"])


def test_every_dag_explains_itself_and_catches_nothing_up(parsed):
    for dag in parsed["dags"].values():
        assert dag["doc"]
        assert not dag["catchup"]
        assert all(task["doc"] for task in dag["tasks"].values())


@pytest.mark.parametrize("dag", ["police_reports_urgent", "release_desk_clock"])
def test_what_is_urgent_goes_before_a_night_that_asks_for_every_slot(parsed, tasks, dag):
    weights = [task["weight"] for task in parsed["dags"][dag]["tasks"].values()]
    most = sum(weight for _, weight in (task["weight"] for task in tasks.values()))  # of a task and all downstream
    assert all(rule == "absolute" and weight > most for rule, weight in weights)


def test_nothing_may_hang_for_good_and_hold_up_what_comes_after(parsed):
    """Most of these run one at a time: what hangs in the urgent way would hold up every later delivery."""
    longest = {dag: [task["longest"] for task in one["tasks"].values()] for dag, one in parsed["dags"].items()}
    assert all(None not in found for found in longest.values())
    assert max(longest["police_reports_urgent"] + longest["release_desk_clock"]) <= 1800


def test_the_night_runs_in_this_order(tasks):
    assert {name: task["upstream"] for name, task in tasks.items()} == {
        "plan": [],
        "unit.receive": ["plan"],
        "unit.screen": ["plan", "unit.receive"],
        "unit.enrich": ["plan", "unit.screen"],
        "unit.decide": ["plan", "unit.enrich"],
        "settle": ["plan", "unit.decide"],
        "load": ["plan", "settle"],
        "finish": ["load", "plan"],
        "shadow": ["finish", "plan"],
        "clear": ["finish", "plan"],
        "tell_units": ["finish", "plan"],
        "compare_with_past": ["plan", "tell_units"],
        "overlook_nothing": [
            *("compare_with_past", "finish", "load", "plan", "settle", "shadow", "tell_units", "unit.decide"),
        ],
    }


def test_one_failed_unit_stops_no_other_and_fails_the_run(tasks):
    assert tasks["settle"]["rule"] == tasks["finish"]["rule"] == "all_done"
    assert tasks["overlook_nothing"]["rule"] == "one_failed"
    assert tasks["overlook_nothing"]["retries"] == 0
    assert tasks["clear"]["teardown"]


def test_all_tasks_run_in_the_pool_of_the_night(tasks):
    assert {task["pool"] for task in tasks.values()} == {"night"}


def test_the_clock_change_costs_no_night(tmp_path):
    program = (
        "import runpy, json, pendulum, sys;"
        "from airflow.timetables.trigger import CronPartitionTimetable as T;"
        "from airflow.timetables.base import TimeRestriction as R, DagRunInfo;"
        "t = T('0 4 * * *', timezone='Europe/Amsterdam', run_offset=-1, key_format='%Y-%m-%d');"
        "r = R(earliest=pendulum.datetime(2026, 3, 27, tz='Europe/Amsterdam'), latest=None, catchup=True);"
        "a = t.next_dagrun_info_v2(last_dagrun_info=None, restriction=r); out = [a.partition_key];"
        "exec('for _ in range(3):\\n a = t.next_dagrun_info_v2(last_dagrun_info=a, restriction=r);"
        "out.append(a.partition_key)');"
        "print('JSON' + json.dumps(out))"
    )
    source = (DAGS / "nightly.py").read_text(encoding="utf-8")
    assert '"0 4 * * *", timezone="Europe/Amsterdam", run_offset=-1, key_format="%Y-%m-%d"' in source
    environ = {**os.environ, "AIRFLOW_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.rpartition("JSON")[2]) == ["2026-03-26", "2026-03-27", "2026-03-28", "2026-03-29"]


def test_what_the_scheduler_imports_before_it_forks_runs_nothing_of_polars():
    program = (
        "import os, great_expectations, pandas, pyarrow, pipeline.night_steps;"
        "names = {open(f'/proc/self/task/{n}/comm').read().strip() for n in os.listdir('/proc/self/task')};"
        "print('NAMES', *names)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    names = done.stdout.rpartition("NAMES")[2]
    assert "python" in names
    assert not re.search(r"polars-\d|tokio|async-exec", names)
