"""Runs of a DAG on a running Airflow, over its REST API: start one for a night, follow it, read how its tasks ended."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.airflow_setup.config import read_passwords
from pipeline.settings import Settings

ENDED = frozenset({"success", "failed"})


@dataclass(frozen=True)
class TaskState:
    """How one square of the grid ended."""

    task: str
    shown: str
    """The name shown for a mapped task: a unit or a region; else its number as text, `-1` when it is not mapped."""
    state: str | None


def log_in(settings: Settings, user: str) -> str:
    """Return a token for one of our users."""
    body = {"username": user, "password": read_passwords(settings)[user]}
    token: str = _ask(settings, None, "POST", "/auth/token", body)["access_token"]
    return token


def trigger(
    settings: Settings, token: str, dag: str, night: str | None, params: Mapping[str, str] | None = None
) -> str:
    """Start a run of `dag` whose partition key is `night`, with its parameters; return its id."""
    body = {"logical_date": None, "partition_key": night, "conf": dict(params or {})}
    run: str = _ask(settings, token, "POST", f"/api/v2/dags/{dag}/dagRuns", body)["dag_run_id"]
    return run


def wait(settings: Settings, token: str, dag: str, run: str, seconds: float) -> str:
    """Return the state in which the run ended, or the one it is in after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        state: str = _ask(settings, token, "GET", f"/api/v2/dags/{dag}/dagRuns/{run}")["state"]
        if state in ENDED or time.monotonic() > deadline:
            return state
        time.sleep(0.5)


def read_states(settings: Settings, token: str, dag: str, run: str) -> list[TaskState]:
    """Return how every task instance of a run stands."""
    found: list[TaskState] = []
    while True:
        path = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances?limit=100&offset={len(found)}"
        page = _ask(settings, token, "GET", path)
        found += [
            TaskState(one["task_id"], one.get("rendered_map_index") or str(one["map_index"]), one["state"])
            for one in page["task_instances"]
        ]
        if len(found) >= page["total_entries"] or not page["task_instances"]:
            return found


def _ask(settings: Settings, token: str | None, method: str, path: str, body: Any = None) -> dict[str, Any]:  # noqa: ANN401 - JSON
    request = urllib.request.Request(
        f"http://127.0.0.1:{settings.ui_port}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
        told: dict[str, Any] = json.load(answer)
        return told
