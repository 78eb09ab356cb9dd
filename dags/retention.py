"""
# Bewaren en vernietigen

Elke avond om 20:30: wat over zijn termijn is gaat weg, van verwijderde registraties alles behalve de sleutels.

| stap | doet | rood betekent |
|---|---|---|
| `checkpoint` | ondertekent waar het verstrekkingenregister staat | PostgreSQL weigerde |
| `forget` | past `pipeline/policy/retention.toml` toe | zie `verify`, of een bestand ging niet open |
| `verify` | loopt het hele register na | **er is aan het register gezeten: waarschuw de privacyfunctionaris** |

Vooraf zien wat er weg zou gaan: `meldstroom retention --dry-run`.

**In English.** Retention, every evening: what is past its term goes, and of removed registrations all but the keys.
`verify` red means that the disclosure ledger was tampered with: warn the privacy officer.
"""

# mypy: disable-error-code="untyped-decorator"
# Airflow's own decorators are not typed.
from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag, task


@task
def checkpoint() -> dict[str, str]:
    """Sign where the ledger stands; return number and digest, to be compared with later."""
    from pipeline import retention
    from pipeline.airflow_setup.calls import call

    made = call(retention.sign_checkpoint)
    return {"number": str(made.number), "digest": made.digest}


@task
def forget() -> dict[str, int]:
    """Apply every rule of retention; return counts by rule."""
    from pipeline import retention
    from pipeline.airflow_setup.calls import call

    return {applied.term.id: applied.gone for applied in call(retention.apply_retention)}


@task(trigger_rule=TriggerRule.ALL_DONE, retries=0)
def verify() -> int:
    """Fail where the ledger is not what it was; return how many entries it holds."""
    from pipeline import retention
    from pipeline.airflow_setup.calls import call

    return call(retention.require_whole_ledger).entries


@dag(
    dag_id="retention",
    schedule=CronTriggerTimetable("30 20 * * *", timezone="Europe/Amsterdam"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=30), "execution_timeout": timedelta(hours=2)},
    is_paused_upon_creation=False,
    doc_md=__doc__,
    tags=["meldstroom"],
)
def draw_retention() -> None:
    """Draw an evening of retention."""
    checkpoint() >> forget() >> verify()


draw_retention()
