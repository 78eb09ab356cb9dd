import json
import os
import socket
import subprocess
import sys

import psutil
import pytest

from pipeline.airflow_setup import __main__ as program
from pipeline.airflow_setup import services
from pipeline.airflow_setup.config import airflow_home
from pipeline.errors import SettingsError
from pipeline.settings import read_settings

SLEEPER = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
PARENT = (
    "import os, subprocess, sys, time;"
    f"subprocess.Popen([sys.executable, '-c', {SLEEPER!r}], process_group=0);"
    "time.sleep(600)"
)


@pytest.fixture
def settings(tmp_path):
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path / "home")})
    airflow_home(settings).mkdir(parents=True)
    return settings


def record(settings, service, process, create_time=None):
    held = {"pid": process.pid, "create_time": create_time or psutil.Process(process.pid).create_time()}
    (airflow_home(settings) / f"{service}.pid").write_text(json.dumps(held))


def test_stopping_ends_the_whole_session_also_what_left_the_group_or_ignores_it(settings, monkeypatch):
    monkeypatch.setattr(services, "STOP_SECONDS", 1)
    leader = subprocess.Popen([sys.executable, "-c", PARENT], start_new_session=True)
    record(settings, "scheduler", leader)
    while not (children := psutil.Process(leader.pid).children()):
        pass
    assert services.stop(settings) == ["scheduler"]
    leader.wait(5)
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    assert services.stop(settings) == []


def test_a_number_that_another_process_took_over_is_left_alone(settings):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        record(settings, "scheduler", stranger, create_time=1.0)
        assert services.stop(settings) == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_what_runs_is_not_started_again(settings, monkeypatch):
    monkeypatch.setattr(services, "server_answers", lambda _: True)
    here = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        for service in services.SERVICES:
            record(settings, service, here)
        assert services.start(settings, {}) == []
    finally:
        here.kill()
        here.wait()


def test_what_lost_its_database_is_started_anew(settings, monkeypatch):
    lost = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    for service in services.SERVICES:
        record(settings, service, lost)
    for step in ("_require_free_port", "create_database", "airflow_environ", "_prepare", "_wait_until_healthy"):
        monkeypatch.setattr(services, step, lambda *_: {})
    monkeypatch.setattr(services, "ensure_server", lambda _: "postgresql:///")
    spawned = []
    monkeypatch.setattr(services, "_spawn", lambda _settings, service, _environ: spawned.append(service))
    services.start(settings, {})
    assert spawned == list(services.SERVICES)
    lost.wait(5)


def test_a_service_that_dies_at_once_is_named(settings, monkeypatch):
    monkeypatch.setitem(services.COMMANDS, "scheduler", ("no-such-service",))
    monkeypatch.setattr(services, "health", lambda _: {})
    services._spawn(settings, "scheduler", os.environ)
    with pytest.raises(SettingsError, match="scheduler stopped"):
        services._wait_until_healthy(settings, ("scheduler",), ["scheduler"], {})


def test_one_that_ran_and_ends_while_others_start_is_started_too(settings, monkeypatch):
    monkeypatch.setattr(
        services, "health", lambda _: {name: {"status": "healthy"} for name in ("metadatabase", "triggerer")}
    )
    monkeypatch.setattr(services, "_spawn", lambda settings, service, _: record(settings, service, psutil.Process()))
    started = ["scheduler"]
    services._wait_until_healthy(settings, ("triggerer",), started, {})
    assert started == ["scheduler", "triggerer"]


def test_one_that_never_answers_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(services, "START_SECONDS", 0)
    with pytest.raises(SettingsError, match="does not answer"):
        services._wait_until_healthy(settings, (), [], {})


def test_a_port_that_is_taken_is_told_before_anything_starts(tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = read_settings({"MELDSTROOM_HOME": str(tmp_path / "home"), "MELDSTROOM_UI_PORT": str(port)})
        monkeypatch.setattr(services, "ensure_server", lambda _: pytest.fail("started something"))
        with pytest.raises(SettingsError, match=rf"port {port} on 127\.0\.0\.1 is not free .*MELDSTROOM_UI_PORT"):
            services.start(taken, {})


def test_another_airflow_at_our_address_does_not_answer_for_a_service_that_died(settings, monkeypatch):
    healthy = {"metadatabase": {"status": "healthy"}, "scheduler": {"status": "healthy"}}
    monkeypatch.setattr(services, "health", lambda _: healthy)
    with pytest.raises(SettingsError, match="scheduler stopped"):
        services._wait_until_healthy(settings, ("scheduler",), ["scheduler"], {})


@pytest.mark.parametrize("failure", [SettingsError("Airflow's scheduler stopped"), KeyboardInterrupt()])
def test_a_start_that_fails_or_is_interrupted_leaves_nothing_running(settings, monkeypatch, failure):
    begun = []

    def spawn(_, service, environ):
        begun.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True))
        record(settings, service, begun[-1])

    def wait(*_):
        raise failure

    for name, instead in (("_spawn", spawn), ("_wait_until_healthy", wait), ("_prepare", lambda *_: None)):
        monkeypatch.setattr(services, name, instead)
    monkeypatch.setattr(services, "_require_free_port", lambda _: None)
    monkeypatch.setattr(services, "ensure_server", lambda _: "postgresql://postgres@/meldstroom?host=/run/x")
    monkeypatch.setattr(services, "create_database", lambda *_: None)
    with pytest.raises(type(failure)):
        services.start(settings, {}, ("api-server", "scheduler"))
    assert len(begun) == 2
    assert all(process.wait(5) is not None for process in begun)
    assert not list(airflow_home(settings).glob("*.pid"))


def test_an_interrupted_start_says_so_and_shows_no_traceback(settings, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setenv("MELDSTROOM_HOME", str(settings.home))
    monkeypatch.setattr(program, "start", interrupted)
    assert program.main(["up"]) == 130
    assert "make down" in capsys.readouterr().err


def test_a_database_that_cannot_be_prepared_names_its_log(settings):
    with pytest.raises(SettingsError, match="prepare"):
        services._prepare(settings, {"PYTHONPATH": "/nowhere", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "nonsense"})


def test_down_says_that_nothing_ran(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MELDSTROOM_HOME", str(tmp_path / "none"))
    assert program.main(["down"]) == 0
    assert "nothing ran" in capsys.readouterr().out


def test_up_shows_the_log_ins(settings, monkeypatch, capsys):
    monkeypatch.setenv("MELDSTROOM_HOME", str(settings.home))
    monkeypatch.setattr(program, "start", lambda *_: ["scheduler"])
    assert program.main(["up"]) == 0
    shown = capsys.readouterr().out
    assert "http://127.0.0.1:8080" in shown
    desk2 = next(line for line in shown.splitlines() if "desk2" in line)
    assert desk2.endswith("user     Medewerker van het loket.")
    assert "onder Plugins" in shown


def test_settings_that_do_not_do_are_a_sentence_and_status_2(monkeypatch, capsys):
    monkeypatch.setenv("MELDSTROOM_PROCESSES", "veel")
    assert program.main(["up"]) == 2
    assert capsys.readouterr().err.startswith("MELDSTROOM_PROCESSES")


@pytest.mark.parametrize("verb", ["up", "down"])
def test_a_home_of_somebody_else_is_a_sentence_and_status_2(settings, monkeypatch, capsys, verb):
    def refused(*_):
        raise PermissionError(13, "Permission denied", "/srv/theirs/services.lock")

    monkeypatch.setenv("MELDSTROOM_HOME", str(settings.home))
    monkeypatch.setattr(program, {"up": "start", "down": "stop"}[verb], refused)
    assert program.main([verb]) == 2
    told = capsys.readouterr().err
    assert told.startswith("/srv/theirs/services.lock: kan niet worden gelezen of geschreven (geen toegang) / ")


def test_airflow_s_own_program_runs_with_our_variables(settings, monkeypatch):
    asked = []
    monkeypatch.setenv("MELDSTROOM_HOME", str(settings.home))
    monkeypatch.setenv("MELDSTROOM_DSN", "postgresql://postgres@/meldstroom?host=/run/x")
    monkeypatch.setattr(
        program.subprocess,
        "run",
        lambda command, env, check: asked.append((command, env)) or subprocess.CompletedProcess(command, 3),
    )
    assert program.main(["airflow", "backfill", "create", "--dag-id", "x"]) == 3
    ((command, environ),) = asked
    assert command[1:] == ["-m", "airflow", "backfill", "create", "--dag-id", "x"]
    assert environ["AIRFLOW_HOME"] == str(airflow_home(settings))
