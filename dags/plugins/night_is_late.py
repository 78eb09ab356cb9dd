"""When a night is late, and what Airflow calls then.

Every process of Airflow loads this file, and finds it on its path: the deadline of the night's DAG is made of it.
"""

from datetime import datetime
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin
from airflow.sdk.definitions.deadline import BaseDeadlineReference

LATE = (
    "De nacht {0} is te laat: drie uur na het begin niet klaar. /"
    " The night {0} is late: not done three hours after it began."
)
RED = (
    "Een run van de nacht {0} eindigde rood en is dat na drie uur nog: zijn raster zegt welke eenheid of regio. /"
    " A run of the night {0} ended red and still is after three hours: its grid says which unit or region."
)


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


def tell(context: dict[str, Any] | None = None, **_: Any) -> None:  # noqa: ANN401 - whatever Airflow hands in
    """Call people: the night is late, or red and nobody mended it. Nothing is stopped, skipped or released by it.

    Airflow drops the deadline of a run that ended well, and of no other: one that ended red is told of too.
    """
    from pipeline.notice import tell as call_people

    run = (context or {}).get("dag_run") or {}
    if night := run.get("partition_key"):  # without one it did nothing, and said so to whoever started it
        call_people((RED if run.get("state") == "failed" else LATE).format(night))
