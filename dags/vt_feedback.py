"""
# Terugkoppeling van Veilig Thuis

Elke werkdag om het uur, van 07:30 tot en met 18:30.

| stap | doet | rood betekent |
|---|---|---|
| `take` | leest wat nieuw is onder `inbox/feedback/`, antwoordt onder `answers/` | PostgreSQL weigerde |
| `lists` | per eenheid: wat VT miste en wat er van de melding werd, in codes | |
| `terms` | wat te laat is: ontvangst, triage, afsluiting | nooit; het aantal staat in de log |
| `reconcile` | vergelijkt geleverd, besloten, geplaatst, verzonden, bevestigd | er zit iets tussen: zie de log |

Een onleesbare regel maakt niets rood: zij krijgt een antwoord. `reconcile` kijkt vijf weken terug; de log noemt regio's
en aantallen, en `meldstroom reconcile` de nummers.

**In English.** Feedback of Veilig Thuis, each hour of a working day. Rows that cannot be taken are answered and make
nothing red. `reconcile` is red where what was decided, placed, sent and acknowledged do not meet; its log names region,
count and what is wrong.
"""

# mypy: disable-error-code="untyped-decorator"
# Airflow's own decorators are not typed.
from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag, task


@task
def take() -> dict[str, int]:
    """Take the files that were not read before; return counts."""
    from pipeline import vt_steps
    from pipeline.airflow_setup.calls import call

    return call(vt_steps.feedback)


@task
def lists() -> dict[str, int]:
    """Write each unit's list; return how many lines each holds."""
    from pipeline import vt_steps
    from pipeline.airflow_setup.calls import call

    return call(vt_steps.unit_lists)


@task
def terms() -> dict[str, int]:
    """Count what is late, by term."""
    from pipeline import vt_steps
    from pipeline.airflow_setup.calls import call

    return call(vt_steps.overdue)


@task(trigger_rule=TriggerRule.ALL_DONE, retries=0)
def reconcile() -> None:
    """Fail with a sentence where sent and received do not meet."""
    from pipeline import vt_steps
    from pipeline.airflow_setup.calls import call

    call(vt_steps.reconcile)


@dag(
    dag_id="vt_feedback",
    schedule=CronTriggerTimetable("30 7-18 * * 1-5", timezone="Europe/Amsterdam"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=30), "execution_timeout": timedelta(hours=1)},
    is_paused_upon_creation=False,
    doc_md=__doc__,
    tags=["meldstroom"],
)
def vt_feedback() -> None:
    """Draw the way back."""
    taken = take()
    taken >> [lists(), terms()] >> reconcile()


vt_feedback()
