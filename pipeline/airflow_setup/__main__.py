"""`make up`, `make down`, and Airflow's own program with this installation's variables set."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from pipeline.airflow_setup.config import USERS, airflow_environ, airflow_home, read_passwords
from pipeline.airflow_setup.services import start, stop
from pipeline.errors import MeldstroomError, of_a_file, told
from pipeline.load.server import ensure_server, stop_server
from pipeline.policy.desk import read_desk_policy
from pipeline.settings import Settings, read_settings


def main(arguments: list[str]) -> int:
    """Run one verb; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.airflow_setup", description=__doc__)
    parser.add_argument("verb", choices=("up", "down", "airflow"))
    parser.add_argument(
        "rest", nargs=argparse.REMAINDER, help="for airflow: what follows `airflow` on its command line"
    )
    given = parser.parse_args(arguments)
    try:
        settings = read_settings()
        if given.verb == "airflow":
            return _airflow(settings, given.rest)
        _up(settings) if given.verb == "up" else _down(settings)
    except MeldstroomError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        said = (of_a_file(error, language) or told(error, language) for language in ("nl", "en"))
        sys.stderr.write(f"{' / '.join(said)}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("Afgebroken; `make down` stopt wat nog draait. / Interrupted; `make down` stops what runs.\n")
        return 130
    return 0


def _up(settings: Settings) -> None:
    sys.stdout.write("Airflow start, dat duurt een halve minuut… / starting Airflow, half a minute…\n")
    sys.stdout.flush()
    started = start(settings, os.environ)
    sys.stdout.write(
        f"{'Airflow draait' if started else 'Airflow draaide al'}: http://127.0.0.1:{settings.ui_port}\n\n"
    )
    passwords, roles = read_passwords(settings), read_desk_policy().roles
    for user, role in USERS.items():
        sys.stdout.write(f"  {user:8} {passwords[user]:20} {role:8} {roles[role].words.nl}\n")
    sys.stdout.write(
        "\nLoket en Rapporten: in het menu onder Plugins / desk and reports: in the menu under Plugins\n"
        f"Logs: {airflow_home(settings)}    Stoppen / stop: make down\n"
    )


def _down(settings: Settings) -> None:
    stopped = stop(settings)
    database = stop_server(settings)
    names = [*stopped, *(["PostgreSQL"] if database else [])]
    sys.stdout.write(f"Gestopt / stopped: {', '.join(names) if names else 'er draaide niets / nothing ran'}\n")


def _airflow(settings: Settings, rest: list[str]) -> int:
    environ = airflow_environ(settings, ensure_server(settings), dict(os.environ))
    command = [sys.executable, "-m", "airflow", *rest]
    return subprocess.run(command, env=environ, check=False).returncode  # noqa: S603 - the operator's own words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
