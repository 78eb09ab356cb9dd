"""Airflow reads its home when it is imported: give it one that is nobody's, gone when the tests are."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

if "AIRFLOW_HOME" not in os.environ:
    home = os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="airflow-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
sys.path.append(str(Path(__file__).parents[2] / "dags" / "plugins"))  # as Airflow does with its folder of plugins
