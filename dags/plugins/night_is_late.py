"""When a night is late, and what Airflow calls then.

Every process of Airflow loads this file, and finds it on its path: the deadline of the night's DAG is made of it.
"""

from datetime import datetime
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin
from airflow.sdk.definitions.deadline import BaseDeadlineReference


class WhenQueued(BaseDeadlineReference):  # type: ignore[misc]
    """The moment at which a run was queued for the first time.

    In the place of Airflow's own: of a run with that one no task can be cleared (apache/airflow issue 70368, 3.3.0 on).
    """

    required_kwargs: ClassVar = {"dag_id", "run_id"}

    def _evaluate_with(self, *, session: Any, dag_id: str, run_id: str) -> datetime | None:  # noqa: ANN401 - SQLAlchemy's
        from airflow.models import DagRun
        from sqlalchemy import select

        queued: datetime | None = session.scalar(
            select(DagRun.queued_at).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
        )
        return queued


class NightIsLate(AirflowPlugin):  # type: ignore[misc]
    """Lets Airflow read the reference back."""

    name = "night_is_late"
    deadline_references = [WhenQueued]  # noqa: RUF012 - Airflow's own attribute


def tell(context: dict[str, Any] | None = None, **others: Any) -> None:  # noqa: ANN401 - whatever Airflow hands in
    """Call people: the night is late. Nothing is stopped, skipped or released by it."""
    from pipeline.notice import tell as call_people

    run = (context or others.get("context") or {}).get("dag_run")
    night = getattr(run, "partition_key", None) or (run.get("partition_key") if isinstance(run, dict) else None)
    call_people(
        f"De nacht {night or 'die loopt'} is te laat: drie uur na het begin niet klaar. /"
        f" The night {night or 'that runs'} is late: not done three hours after it began."
    )
