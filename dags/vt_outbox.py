"""
# Berichten naar Veilig Thuis

Elk half uur: wat nieuw in de tabellen van de regio's staat gaat als StUF-bericht de uitbak in, en wat is ingetrokken
als intrekking. Zo gaan ook vrijgaven van de beoordelaars, omleidingen en rectificaties overdag mee.

| stap | doet | rood betekent |
|---|---|---|
| `plan` | welke regio's iets te verzenden hebben, volgens hun afspraak | de tabel van partijen is niet af |
| `send` | per regio: schrijft de berichten voor de vervoerder | een bericht is tegengehouden: de log zegt waarom |

Roze: niemand heeft nog een tabel van partijen ingevuld (`MELDSTROOM_IDENTITIES`), of er is niets te verzenden.

**In English.** Each half hour, messages for what is new in the regions' tables, and withdrawals of what was recalled;
a region at a time, each as its agreement says. Pink: no table of parties yet, or nothing to send. What was sent before
is left alone.
"""

# mypy: disable-error-code="untyped-decorator"
# Airflow's own decorators are not typed.
from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task


@task
def plan() -> list[str]:
    """List the regions with something to be sent."""
    from airflow.sdk.exceptions import AirflowSkipException

    from pipeline import vt_steps
    from pipeline.airflow_setup.calls import call

    regions = call(vt_steps.sending_regions)
    if regions is None:
        raise AirflowSkipException(
            "Niemand vulde een tabel van partijen in (MELDSTROOM_IDENTITIES): er gaan geen berichten uit. /"
            " Nobody filled in a table of parties (MELDSTROOM_IDENTITIES): no messages go out."
        )
    return regions


@task(map_index_template="{{ shown_name }}")
def send(region: str) -> dict[str, int]:
    """Write one region's messages; return how many of each kind."""
    from pipeline import vt_steps
    from pipeline.airflow_setup.calls import call, name_task

    name_task(region)
    return call(vt_steps.send, region)


@dag(
    dag_id="vt_outbox",
    schedule=CronTriggerTimetable("*/30 * * * *", timezone="Europe/Amsterdam"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=30), "execution_timeout": timedelta(hours=1)},
    is_paused_upon_creation=False,
    doc_md=__doc__,
    tags=["meldstroom"],
)
def vt_outbox() -> None:
    """Draw the way out."""
    send.expand(region=plan())


vt_outbox()
