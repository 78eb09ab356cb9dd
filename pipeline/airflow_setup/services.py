"""Airflow's services as processes: started once, found again by their process files, stopped as a whole."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from pipeline.airflow_setup.config import DATABASE, airflow_environ, airflow_home, read_passwords
from pipeline.errors import SettingsError
from pipeline.load.server import create_database, ensure_server, server_answers
from pipeline.settings import Settings, make_home

# Logs are read where they lie; a server for them would listen on every address of the machine.
COMMANDS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
SERVICES = tuple(COMMANDS)
START_SECONDS = 300
STOP_SECONDS = 15


def start(settings: Settings, inherited: Mapping[str, str], services: tuple[str, ...] = SERVICES) -> list[str]:
    """Start those of `services` that are not running; return their names once Airflow answers.

    What it cannot bring up, or is interrupted in, it stops again.

    Args:
        settings: where Airflow lives and which port its UI takes.
        inherited: the variables of the calling process.
        services: the triggerer is needed for tasks that wait for people, and for nothing else.

    Raises:
        SettingsError: the port is taken, or a service does not come up; names its log.
    """
    make_home(settings)
    with _lock(settings):
        if not server_answers(settings):  # what runs lost its database and ends, one after the other
            _stop(settings, services)
        missing = [service for service in services if _process(settings, service) is None]
        if not missing:
            return []
        if "api-server" in missing:
            _require_free_port(settings.ui_port)
        dsn = ensure_server(settings)
        create_database(dsn, DATABASE)
        read_passwords(settings)
        environ = airflow_environ(settings, dsn, dict(inherited))
        _prepare(settings, environ)
        try:
            for service in missing:
                _spawn(settings, service, environ)
            _wait_until_healthy(settings, services, missing, environ)
        except BaseException:  # half an Airflow runs no night, and stands in the way of the next start
            _stop(settings, missing)
            raise
        return missing


def stop(settings: Settings) -> list[str]:
    """Stop every service of this home with all that it started; return the names of those that ran."""
    if not airflow_home(settings).is_dir():
        return []
    with _lock(settings):
        return _stop(settings, SERVICES)


def _stop(settings: Settings, services: Iterable[str]) -> list[str]:
    running = {service: _process(settings, service) for service in services}
    ran = {service: process for service, process in running.items() if process is not None}
    _end([member for process in ran.values() for member in _session(process)])
    for service in running:
        _file(settings, service).unlink(missing_ok=True)
    return list(ran)


def health(settings: Settings) -> dict[str, Any]:
    """Return what Airflow says of its own health; empty while it does not answer."""
    address = f"http://127.0.0.1:{settings.ui_port}/api/v2/monitor/health"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            told: dict[str, Any] = json.load(answer)
            return told
    except (OSError, urllib.error.URLError, ValueError):
        return {}


def _require_free_port(port: int) -> None:
    """Refuse a port that somebody listens on: another Airflow there would answer in the place of ours."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what only lingers after a stop is no listener
            probe.bind(("127.0.0.1", port))
    except OSError as error:
        raise SettingsError(
            f"poort {port} op 127.0.0.1 is niet vrij ({error.strerror}): stop wat daar luistert, of kies een andere met"
            " MELDSTROOM_UI_PORT",
            f"port {port} on 127.0.0.1 is not free ({error.strerror}): stop what listens there, or choose another with"
            " MELDSTROOM_UI_PORT",
        ) from None


def _prepare(settings: Settings, environ: Mapping[str, str]) -> None:
    log = airflow_home(settings) / "prepare.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.airflow_setup.prepare"],
            env=dict(environ),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise SettingsError(f"Airflow's database cannot be prepared; see {log}")


def _spawn(settings: Settings, service: str, environ: Mapping[str, str]) -> None:
    """Start one service in a session of its own: tasks leave its process group, and stay in its session."""
    with _log(settings, service).open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "airflow", *COMMANDS[service]],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )
    started = {"pid": process.pid, "create_time": psutil.Process(process.pid).create_time()}
    _file(settings, service).write_text(json.dumps(started), encoding="utf-8")


def _wait_until_healthy(
    settings: Settings, services: tuple[str, ...], started: list[str], environ: Mapping[str, str]
) -> None:
    """Wait for all of `services`. One that ran already and ends meanwhile, as after a crash, joins those `started`."""
    expected = {"metadatabase", *(service.replace("-", "_") for service in services if service != "api-server")}
    deadline = time.monotonic() + START_SECONDS
    while True:
        for service in services:  # before it is asked how it is: another one may answer at its address
            if _process(settings, service) is None:
                if service in started:
                    raise SettingsError(f"Airflow's {service} stopped; see {_log(settings, service)}")
                _spawn(settings, service, environ)
                started.append(service)
        told = health(settings)
        if all((told.get(part) or {}).get("status") == "healthy" for part in expected):
            return
        if time.monotonic() > deadline:
            raise SettingsError(f"Airflow does not answer after {START_SECONDS} s; see {airflow_home(settings)}")
        time.sleep(0.5)


def _process(settings: Settings, service: str) -> psutil.Process | None:
    """Return the running service out of its process file. A number that another process took over is not it."""
    try:
        held = json.loads(_file(settings, service).read_text(encoding="utf-8"))
        process = psutil.Process(held["pid"])
        same = abs(process.create_time() - held["create_time"]) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, KeyError, psutil.Error):
        return None
    return process if same else None


def _session(leader: psutil.Process) -> list[psutil.Process]:
    """Return every process of the leader's session: workers and tasks too, whatever their process group."""
    members = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if os.getsid(process.pid) == leader.pid:
                members.append(process)
    return members


def _end(processes: list[psutil.Process]) -> None:
    """Ask, wait, insist."""
    for process in processes:
        with suppress(psutil.Error):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=STOP_SECONDS)
    for process in alive:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=STOP_SECONDS)


@contextmanager
def _lock(settings: Settings) -> Iterator[None]:
    """Let one program at a time start or stop the services of this home."""
    home = airflow_home(settings)
    home.mkdir(mode=0o700, exist_ok=True)
    with (home / "services.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _file(settings: Settings, service: str) -> Path:
    return airflow_home(settings) / f"{service}.pid"


def _log(settings: Settings, service: str) -> Path:
    return airflow_home(settings) / f"{service}.log"
