"""Parse the DAGs as Airflow does, in a process of its own, and print what came of it as JSON."""

import json
import sys
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag

folder = Path(__file__).parents[2] / "dags"
before = set(sys.modules)
bag = DagBag(str(folder), bundle_path=folder, bundle_name="dags")
told = {
    "errors": {str(file): text for file, text in bag.import_errors.items()},
    "seconds": {str(one.file): one.duration.total_seconds() for one in bag.dagbag_stats},
    "imported": sorted({name.split(".")[0] for name in set(sys.modules) - before}),
    "dags": {
        dag.dag_id: {
            "paused": dag.is_paused_upon_creation,
            "catchup": dag.catchup,
            "doc": bool(dag.doc_md),
            "tasks": {
                task.task_id: {
                    "rule": str(task.trigger_rule.value),
                    "upstream": sorted(task.upstream_task_ids),
                    "pool": task.pool,
                    "weight": [str(task.weight_rule), task.priority_weight],
                    "retries": task.retries,
                    "longest": task.execution_timeout and task.execution_timeout.total_seconds(),
                    "teardown": task.is_teardown,
                    "mapped": task.is_mapped,
                    "doc": bool(task.doc_md or task.python_callable.__doc__),
                }
                for task in dag.tasks
            },
        }
        for dag in bag.dags.values()
    },
}
print("JSON" + json.dumps(told))
