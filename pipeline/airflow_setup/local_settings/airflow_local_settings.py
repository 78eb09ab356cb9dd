"""What Airflow reads at its own start, because this folder is on its path.

Imports cost more than the work: `great_expectations` takes 3-10 s, `pandas` 2 s. Whoever forks tasks imports
them once, before it forks. Polars is imported and nothing of it run: its threads do not survive a fork.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

HEAVY = (
    "airflow.sdk",
    "airflow.providers.standard.decorators.python",
    "airflow.providers.standard.decorators.sensor",
    "polars",
    "pyarrow",
    "pandas",
    "great_expectations",
    "psycopg2",
    "lxml.etree",
    "pipeline.night_steps",  # with the steps of units and regions; none starts a thread, a test holds them to that
)
FORKING = frozenset({"scheduler", "celery"})
"""The services that fork tasks: the scheduler with its LocalExecutor, and a Celery worker."""

PATIENT = ("backfill__",)
"""How run ids of runs that must not starve tonight's begin."""

if FORKING.intersection(sys.argv[1:]):
    for name in HEAVY:
        import_module(name)


def task_instance_mutation_hook(task_instance: Any, dag_run: Any = None) -> None:  # noqa: ANN401 - Airflow's own types
    """Give backfills a pool of their own, and let tonight go first where slots are short."""
    del dag_run
    if str(task_instance.run_id).startswith(PATIENT) and task_instance.pool == "night":
        task_instance.pool = "backfill"
        task_instance.priority_weight = 1
