import ctypes
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest

from pipeline.errors import SettingsError
from pipeline.load import server as module
from pipeline.load.server import create_database, ensure_server, other_database, stop_server
from pipeline.settings import read_settings

PR_SET_CHILD_SUBREAPER = 36
"""Of prctl(2): who is orphaned below this process becomes its child, and not that of process 1."""
PROBE = """
import sys
from pipeline.load.server import ensure_server
from pipeline.settings import read_settings
print(ensure_server(read_settings()))
assert "psycopg2" not in sys.modules
"""


def home(path):
    return read_settings({"MELDSTROOM_HOME": str(path)})


def ask(dsn, statement):
    connection = psycopg2.connect(dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]
    finally:
        connection.close()


@pytest.fixture
def tmp_path():
    """Not below pytest's own folder: every pytest that starts closes that one to other users, and the server is one."""
    with tempfile.TemporaryDirectory(prefix="meldstroom-test-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def running(tmp_path):
    settings = home(tmp_path / "home")
    yield settings, ensure_server(settings)
    stop_server(settings)


def test_a_named_server_is_used_and_left_alone(tmp_path):
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path / "home"), "MELDSTROOM_DSN": "postgresql://elders/x"})
    assert ensure_server(settings) == "postgresql://elders/x"
    assert stop_server(settings) is False
    assert not settings.home.exists()


def test_it_serves_outlives_its_starter_and_stops(tmp_path):
    settings = home(tmp_path / "home")
    environ = {**os.environ, "MELDSTROOM_HOME": str(settings.home)}
    try:
        first = subprocess.run([sys.executable, "-c", PROBE], env=environ, capture_output=True, text=True, check=False)
        dsn = ensure_server(settings)
        assert ask(dsn, "SELECT current_database()") == "meldstroom"
        started = time.perf_counter()
        assert ensure_server(settings) == dsn
        assert time.perf_counter() - started < 0.05
        assert first.stderr.endswith("AssertionError\n") or first.stdout.strip() == dsn
        joined = subprocess.run([sys.executable, "-c", PROBE], env=environ, capture_output=True, text=True, check=True)
        assert joined.stdout.strip() == dsn
    finally:
        assert stop_server(settings) is True
    assert stop_server(settings) is False
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(dsn)


def test_many_start_it_once(tmp_path):
    settings = home(tmp_path / "home")
    try:
        with ThreadPoolExecutor(4) as pool:
            answers = set(pool.map(lambda _: ensure_server(settings), range(4)))
        assert len(answers) == 1
    finally:
        stop_server(settings)


def test_it_comes_back_after_a_crash_with_what_was_committed(running):
    settings, dsn = running
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 7 AS n")
    connection.close()
    pid = int((settings.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    while module._listens(settings.home / "postgres"):
        time.sleep(0.01)
    assert ask(ensure_server(settings), "SELECT n FROM kept") == 7


def test_it_comes_back_where_nobody_waits_for_the_dead_one(tmp_path):
    """As in a container whose process 1 does not: what is dead stays a zombie, and PostgreSQL takes it for alive."""
    settings = home(tmp_path / "home")
    adopt = ctypes.CDLL(None).prctl
    adopt(PR_SET_CHILD_SUBREAPER, 1)
    try:
        ensure_server(settings)
        pid = int((settings.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        while module._listens(settings.home / "postgres"):
            time.sleep(0.01)
        assert ask(ensure_server(settings), "SELECT 1") == 1
        assert Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    finally:
        stop_server(settings)
        adopt(PR_SET_CHILD_SUBREAPER, 0)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def test_a_home_with_a_long_or_odd_name_works(tmp_path):
    settings = home(tmp_path / ("lang" * 30) / "een 'huis' \"met\" $namen, é")
    try:
        dsn = ensure_server(settings)
        assert ask(dsn, "SELECT 1") == 1
        directory = Path(ask(dsn, "SHOW unix_socket_directories"))
        assert directory.stat().st_mode & 0o077 == 0
    finally:
        assert stop_server(settings)
    assert not directory.exists()


def test_its_log_keeps_no_value(running):
    settings, dsn = running
    connection = psycopg2.connect(dsn)
    for statement in ("SELECT 'geheime waarde'::date", "COPY nowhere FROM STDIN", "SELECT 1 / 0 -- geheim"):
        with pytest.raises(psycopg2.Error), connection, connection.cursor() as cursor:
            cursor.execute(statement)
    connection.close()
    assert "geheim" not in (settings.home / "postgres" / "server.log").read_text()


def test_a_server_found_starting_is_waited_for(running):
    settings, dsn = running
    (settings.home / "postgres.dsn").unlink()  # as if the one who started it was killed before it was ready
    assert ensure_server(settings) == dsn


def test_it_listens_nowhere_and_its_files_are_closed(running):
    settings, dsn = running
    assert ask(dsn, "SHOW listen_addresses") == ""
    assert ask(dsn, "SHOW synchronous_commit") == "on"
    assert (settings.home / "postgres").stat().st_mode & 0o077 == 0


def test_a_database_of_its_own_is_closed_to_the_public(running):
    _, dsn = running
    create_database(dsn, "airflow", owner="airflow")
    create_database(dsn, "airflow", owner="airflow")
    assert ask(other_database(dsn, "airflow", "airflow"), "SELECT current_user") == "airflow"
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE ROLE stranger LOGIN")
    connection.close()
    for database in ("airflow", "meldstroom", "postgres", "template1"):
        with pytest.raises(psycopg2.OperationalError, match="permission denied"):
            psycopg2.connect(other_database(dsn, database, "stranger"))


@pytest.mark.parametrize(
    ("dsn", "other"),
    [
        ("postgresql://postgres@/meldstroom?host=/run/x", "postgresql://postgres@/airflow?host=/run/x"),
        ("host=db port=5433 dbname=m user=u password='p w'", "postgresql://u:p%20w@/airflow?port=5433&host=db"),
        ("postgresql://u:p%40@db:5432/m", "postgresql://u:p%40@/airflow?host=db&port=5432"),
    ],
)
def test_another_database_of_the_same_server(dsn, other):
    parse = psycopg2.extensions.parse_dsn
    assert parse(other_database(dsn, "airflow")) == parse(other)


def test_a_server_that_cannot_start_names_its_log(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "START_ATTEMPTS", 1)
    monkeypatch.setitem(module.SERVER_SETTINGS, "shared_buffers", "nonsense")
    settings = home(tmp_path / "home")
    with pytest.raises(SettingsError, match=re.escape("server.log")):
        ensure_server(settings)


def test_a_cluster_that_cannot_be_made_says_why(tmp_path, monkeypatch):
    broken = tmp_path / "bin"
    broken.mkdir(mode=0o755)
    for name in ("initdb", "postgres"):
        (broken / name).write_text("#!/bin/sh\necho no room\nexit 1\n")
        (broken / name).chmod(0o755)
    monkeypatch.setattr(module, "_binaries", lambda: broken)
    with pytest.raises(SettingsError, match="no room"):
        ensure_server(home(tmp_path / "home"))


def test_without_the_wheel_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match="MELDSTROOM_DSN"):
        ensure_server(home(tmp_path / "home"))
