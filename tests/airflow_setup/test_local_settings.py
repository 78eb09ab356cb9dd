import subprocess
import sys
from importlib import util
from types import SimpleNamespace

import pytest

from pipeline.airflow_setup.config import LOCAL_SETTINGS, POOLS

FILE = LOCAL_SETTINGS / "airflow_local_settings.py"


@pytest.fixture(scope="module")
def local_settings():
    spec = util.spec_from_file_location("airflow_local_settings", FILE)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("run", "pool", "becomes"),
    [
        ("scheduled__2026-11-23T03:00:00+00:00__2026-11-22", "night", "night"),
        ("manual__2026-11-23T09:12:00+00:00", "night", "night"),
        ("backfill__2026-11-01T03:00:00+00:00__2026-11-01", "night", "backfill"),
        ("backfill__2026-11-01T03:00:00+00:00__2026-11-01", "default_pool", "default_pool"),
    ],
)
def test_a_backfill_works_in_a_pool_of_its_own(local_settings, run, pool, becomes):
    instance = SimpleNamespace(run_id=run, pool=pool, priority_weight=5)
    local_settings.task_instance_mutation_hook(instance)
    assert instance.pool == becomes
    assert becomes in {*POOLS, "default_pool"}


@pytest.mark.parametrize(("service", "heavy"), [("api-server", False), ("dag-processor", False), ("scheduler", True)])
def test_only_what_forks_tasks_imports_what_they_need(service, heavy):
    program = (
        "import runpy, sys; import importlib;"
        "asked = []; importlib.import_module = asked.append;"
        f"sys.argv = ['airflow', {service!r}]; runpy.run_path({str(FILE)!r}); print(len(asked))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (int(done.stdout) > 0) is heavy
