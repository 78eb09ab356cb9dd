"""
# Rapporten voor de projectleiders

Zodra een nacht af is (het *asset* `meldstroom_night`), met dezelfde nacht als *partition key*.

| stap | doet | rood betekent |
|---|---|---|
| `build` | het rapport van de nacht, van de week ervoor en van het lopende halfjaar | PostgreSQL weigerde |

De pagina's staan onder *Rapporten* in het menu, en als bestanden in `reports/` onder `MELDSTROOM_HOME`. Opnieuw draaien
is veilig: wat er staat wordt vervangen. Kleine aantallen staan er niet in (docs/report.md).

**In English.** The project leaders' reports of a night, of the seven nights up to it and of its half year, as soon as
the night is complete. They are under *Rapporten* in the menu; small numbers are hidden.
"""

# mypy: disable-error-code="untyped-decorator"
# Airflow's own decorators are not typed.
from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Asset, PartitionedAssetTimetable, dag, task

NIGHT = Asset("meldstroom_night", uri="meldstroom://night")
KINDS = ["night", "week", "half_year"]


@task(map_index_template="{{ shown_name }}")
def build(kind: str) -> int:
    """Make one report; return how many registrations it is about, or -1 where that is hidden."""
    from pipeline.airflow_setup.calls import call, name_task, read_night
    from pipeline.reports import steps

    name_task(kind)
    return call(steps.build_kind, kind, read_night())


@dag(
    dag_id="police_reports_overview",
    schedule=PartitionedAssetTimetable(assets=NIGHT),
    catchup=False,
    max_active_runs=1,  # two nights would write the same week
    default_args={"retries": 2, "retry_delay": timedelta(seconds=30), "execution_timeout": timedelta(hours=1)},
    is_paused_upon_creation=False,
    doc_md=__doc__,
    tags=["meldstroom"],
)
def police_reports_overview() -> None:
    """Draw the reports."""
    build.expand(kind=KINDS)


police_reports_overview()
