"""What Airflow is told: its configuration as variables, made of the settings and of nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import replace
from pathlib import Path

from pipeline.load.server import other_database
from pipeline.settings import Settings, as_environ, read_key

DATABASE = "airflow"
"""Airflow's metadata, beside ours in the same server; no region's role can connect to it."""

PARALLELISM = 4
"""Tasks at once, also on two cores: a task waits for the scheduler and PostgreSQL more than it computes."""

POOLS = {
    "night": (PARALLELISM, "Tonight, and every run of a single night"),
    "backfill": (PARALLELISM // 2, "Backfills: they leave room for tonight"),
}

USERS = {
    "kijker": "viewer",
    "desk1": "user",
    "desk2": "user",
    "beheer": "op",
    "admin": "admin",
}
"""Log-ins and their roles. Two at the release desk: four eyes see a release."""

ROOT = Path(__file__).parents[2]
LOCAL_SETTINGS = Path(__file__).parent / "local_settings"


def airflow_home(settings: Settings) -> Path:
    """Return the folder that holds Airflow's logs, passwords and process files."""
    return settings.home / "airflow"


def airflow_environ(settings: Settings, dsn: str, inherited: dict[str, str]) -> dict[str, str]:
    """Return the whole environment of Airflow's processes.

    Args:
        settings: of the installation.
        dsn: of our database; Airflow's own is on the same server.
        inherited: the variables of the starting process; what it says of Airflow or of us is replaced.
    """
    kept = {name: value for name, value in inherited.items() if not name.startswith(("AIRFLOW", "MELDSTROOM_"))}
    path = os.pathsep.join(filter(None, (str(LOCAL_SETTINGS), inherited.get("PYTHONPATH"))))
    # One process a task: the executor already runs several, and polars threads inside each.
    ours = as_environ(replace(settings, processes=1))
    return {**kept, **ours, **_options(settings, dsn), "PYTHONPATH": path, "GX_ANALYTICS_ENABLED": "false"}


def _options(settings: Settings, dsn: str) -> dict[str, str]:
    home, address = airflow_home(settings), f"http://127.0.0.1:{settings.ui_port}"
    options = {
        "core__dags_folder": ROOT / "dags",
        "core__plugins_folder": ROOT / "dags" / "plugins",
        "core__executor": "LocalExecutor",
        "core__parallelism": PARALLELISM,
        "core__max_active_tasks_per_dag": 64,
        "core__load_examples": False,
        "core__default_timezone": "Europe/Amsterdam",
        "core__fernet_key": _secret(settings, "airflow fernet"),
        "core__auth_manager": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "core__simple_auth_manager_users": ",".join(f"{user}:{role}" for user, role in USERS.items()),
        "core__simple_auth_manager_passwords_file": home / "passwords.json",
        "core__execution_api_server_url": f"{address}/execution/",
        "core__test_connection": "Disabled",
        "database__sql_alchemy_conn": other_database(dsn, DATABASE).replace(
            "postgresql://", "postgresql+psycopg2://", 1
        ),
        # Only the API's endpoint that waits for a run would use it, and it takes a driver that nothing else needs.
        "database__sql_alchemy_conn_async": "",
        "api__host": "127.0.0.1",
        "api__port": settings.ui_port,
        "api__base_url": address,
        "api__workers": 1,
        "api__secret_key": _secret(settings, "airflow sessions"),
        "api__expose_config": False,
        "api__expose_stacktrace": False,
        "api__instance_name": "Meldstroom",
        "api_auth__jwt_secret": _secret(settings, "airflow tokens"),
        # The defaults give up on a server that is busy or still starting, and with it on a task that did nothing wrong.
        "workers__execution_api_timeout": 30,
        "workers__execution_api_retries": 8,
        # A worker that sees its task's pipes close a moment before the process has ended sleeps for this long: seconds.
        "workers__min_heartbeat_interval": 1,
        "scheduler__scheduler_idle_sleep_time": 0.2,  # a night is many short tasks; the default second adds up
        "scheduler__max_tis_per_query": 64,
        "dag_processor__refresh_interval": 30,
        "dag_processor__min_file_process_interval": 300,
        "logging__base_log_folder": home / "logs",
        "logging__logging_level": "INFO",
        "logging__namespace_levels": "great_expectations=WARNING",
        "logging__file_task_handler_new_folder_permissions": "0o700",
        "logging__file_task_handler_new_file_permissions": "0o600",
    }
    named = {f"AIRFLOW__{name.upper()}": str(value) for name, value in options.items()}
    return {"AIRFLOW_HOME": str(home), **named}


def _secret(settings: Settings, purpose: str) -> str:
    """Derive one of Airflow's secrets from the installation's key: the same at every start, and kept nowhere."""
    return base64.urlsafe_b64encode(hmac.digest(read_key(settings), purpose.encode(), hashlib.sha256)).decode()


def read_passwords(settings: Settings) -> dict[str, str]:
    """Return the password of every user, making those that are missing; the file is its owner's alone."""
    file = airflow_home(settings) / "passwords.json"
    held: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    passwords = {user: held.get(user) or secrets.token_urlsafe(12) for user in USERS}
    if passwords != held:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = file.with_suffix(".new")
        beside.touch(mode=0o600)
        beside.write_text(json.dumps(passwords), encoding="utf-8")
        beside.replace(file)
    return passwords
