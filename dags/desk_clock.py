"""
# De klok van het loket

Elk uur: wat langer ligt dan het loket mag laten liggen (gevaar 1 uur, de rest 24 uur; `pipeline/policy/desk.toml`).

| stap | doet | rood betekent |
|---|---|---|
| `over_the_clock` | telt wat over zijn tijd is | **er ligt iets te lang: de log en de melding noemen de stukken** |
| `tell_units` | werkt retourbestanden bij: teruggestuurd, teruggenomen, verwijderd | van een eenheid niet: zie de log |

De klok roept mensen; zij geeft nooit iets vrij. Waar de melding heen gaat: `MELDSTROOM_WEBHOOK`.

**In English.** Every hour: what waits at the release desk for longer than its clock allows is told to people, in counts
and names of items. Nothing is ever released by a clock. `tell_units` writes again what units are told of the nights of
which something was returned, taken back or removed.
"""

# mypy: disable-error-code="untyped-decorator"
# Airflow's own decorators are not typed.
from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import BaseNotifier, CronTriggerTimetable, dag, task


class CallPeople(BaseNotifier):  # type: ignore[misc]
    """Passes a failed task's own sentence on (`pipeline.notice.tell`): counts and names of items, by what raised it."""

    def notify(self, context: Any) -> None:  # noqa: ANN401 - Airflow's context
        """Tell it."""
        from pipeline.notice import tell

        told = context.get("exception")
        tell(str(told or "De klok van het loket faalde. / A task of the release desk's clock failed."))


@task(retries=0, on_failure_callback=CallPeople())
def over_the_clock() -> None:
    """Fail, with a sentence, while anything waits for longer than its clock allows."""
    from pipeline import notice
    from pipeline.airflow_setup.calls import call, fail

    if sentences := call(notice.over_the_clock):
        fail(" ".join(sentences))


@task
def tell_units() -> dict[str, int]:
    """Write again what units are told of nights that changed by now; return how many came back."""
    from pipeline import returns_steps
    from pipeline.airflow_setup.calls import call

    return call(returns_steps.tell_units, call(returns_steps.nights_to_tell))


@dag(
    dag_id="release_desk_clock",
    schedule=CronTriggerTimetable("5 * * * *", timezone="Europe/Amsterdam"),
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": 2,
        "retry_delay": timedelta(seconds=30),
        "execution_timeout": timedelta(minutes=30),
        "priority_weight": 100,  # before every task of a night, which would take each slot that falls free
        "weight_rule": "absolute",
    },
    is_paused_upon_creation=False,
    doc_md=__doc__,
    tags=["meldstroom"],
)
def release_desk_clock() -> None:
    """Draw the clock."""
    over_the_clock()
    tell_units()


release_desk_clock()
