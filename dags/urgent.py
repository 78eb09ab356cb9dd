"""
# Spoed: langs de nacht

Elk kwartier. Een eenheid zet een levering in `inbox/<eenheid>/urgent/<yyyymmddThhmmss>/`; dezelfde regels, in minuten.

| stap | doet | rood betekent |
|---|---|---|
| `waiting` | zoekt wat er nieuw staat | de inbox is er niet, of PostgreSQL weigerde |
| `take` | per levering: alle stappen, tot bij de regio's | geweigerd: de log zegt wat de eenheid moet doen |

De nacht van het manifest telt. Wat 's nachts nog eens komt, is *dubbel, al ontvangen*.

**In English.** Every quarter of an hour: what a unit dropped under `urgent/` goes through the same stages and the same
rules. It counts in the night that its manifest names; the nightly copy of the same version is a duplicate. What was
refused is taken again when its manifest is replaced.
"""

# mypy: disable-error-code="untyped-decorator"
# Airflow's own decorators are not typed.
from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task

Drop = dict[str, str]
"""One urgent folder: its unit, night and name."""


@task
def waiting() -> list[Drop]:
    """List the urgent deliveries that nobody took."""
    from pipeline import installation, urgent
    from pipeline.airflow_setup.calls import call

    call(installation.require_inbox)
    return [{"unit": one.unit, "night": one.night.isoformat(), "name": one.name} for one in call(urgent.waiting)]


@task(map_index_template="{{ shown_name }}", max_active_tis_per_dag=1)  # of two with the same version one is a copy
def take(drop: Drop) -> dict[str, int | str]:
    """Take one delivery from its folder to the regions' tables; return how many of each outcome."""
    from datetime import date

    from pipeline import urgent
    from pipeline.airflow_setup.calls import call, name_task

    name_task(f"{drop['unit']} {drop['name']}")
    return call(urgent.take, urgent.Drop(drop["unit"], date.fromisoformat(drop["night"]), drop["name"]))


@dag(
    dag_id="police_reports_urgent",
    schedule=CronTriggerTimetable("*/15 * * * *", timezone="Europe/Amsterdam"),
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
def police_reports_urgent() -> None:
    """Draw the way past the night."""
    take.expand(drop=waiting())


police_reports_urgent()
