"""`make up` and `make down`."""

from __future__ import annotations

import argparse
import os
import sys

from pipeline.airflow_setup.config import USERS, airflow_home, read_passwords
from pipeline.airflow_setup.services import start, stop
from pipeline.errors import MeldstroomError
from pipeline.load.server import stop_server
from pipeline.settings import Settings, read_settings


def main(arguments: list[str]) -> int:
    """Run one verb; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.airflow_setup", description=__doc__)
    parser.add_argument("verb", choices=("up", "down"))
    verb = parser.parse_args(arguments).verb
    try:
        settings = read_settings()
        _up(settings) if verb == "up" else _down(settings)
    except MeldstroomError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _up(settings: Settings) -> None:
    sys.stdout.write("Airflow start, dat duurt een halve minuut… / starting Airflow, half a minute…\n")
    sys.stdout.flush()
    started = start(settings, os.environ)
    sys.stdout.write(
        f"{'Airflow draait' if started else 'Airflow draaide al'}: http://127.0.0.1:{settings.ui_port}\n\n"
    )
    passwords = read_passwords(settings)
    for user, role in USERS.items():
        sys.stdout.write(f"  {user:8} {passwords[user]:20} {role}\n")
    sys.stdout.write(f"\nLogs: {airflow_home(settings)}    Stoppen / stop: make down\n")


def _down(settings: Settings) -> None:
    stopped = stop(settings)
    database = stop_server(settings)
    names = [*stopped, *(["PostgreSQL"] if database else [])]
    sys.stdout.write(f"Gestopt / stopped: {', '.join(names) if names else 'er draaide niets / nothing ran'}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
