"""What Airflow calls when a night is not done by its deadline."""

from typing import Any


def tell(context: dict[str, Any] | None = None, **others: Any) -> None:  # noqa: ANN401 - whatever Airflow hands in
    """Call people: the night is late. Nothing is stopped, skipped or released by it."""
    from pipeline.notice import tell as call_people

    run = (context or others.get("context") or {}).get("dag_run")
    night = getattr(run, "partition_key", None) or (run.get("partition_key") if isinstance(run, dict) else None)
    call_people(f"The night {night or 'that runs'} is late: not done three hours after it began.")
