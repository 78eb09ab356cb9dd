"""
# Impactanalyse

Alleen met de hand (*Trigger*): wat een andere werkafspraak had gedaan over de bewaarde nachten. Verandert niets.

| parameter | betekent |
|---|---|
| `first`, `last` | eerste en laatste nacht, zoals `2026-06-01` |
| `agreements` | map met gewijzigde werkafspraken (of met een map per variant), of leeg |
| `expectations`, `policy` | map met gewijzigde criteria, poorten of elementen, of leeg |
| `adopt`, `onto` | een goed voorbeeld: zet de keuzes van de ene eenheid op de andere, of leeg |

De bladzijde komt in `MELDSTROOM_HOME/reports/impact/<nachten>-<run>/index.html`. Rood betekent: de log zegt welke map
of welke datum niet klopt.

**In English.** By hand only: what another agreement, other criteria or another unit's choices would have done over the
kept nights. Nothing is changed; the page's path and the counts are the run's result.
"""

# mypy: disable-error-code="untyped-decorator"
# Airflow's own decorators are not typed.
from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, task

DAY = {"type": "string", "format": "date"}
OPTIONAL = {"type": ["null", "string"]}


@task(retries=0, execution_timeout=timedelta(hours=3))
def judge() -> dict[str, Any]:
    """Judge the kept nights again and write the page; return its path and counts."""
    from airflow.sdk import get_current_context

    from pipeline.airflow_setup.calls import call
    from pipeline.impact.command import impact_page_of

    context = get_current_context()
    return call(impact_page_of, dict(context["params"]), context["run_id"])


@dag(
    dag_id="impact",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params={
        "first": Param(title="eerste nacht / first night", **DAY),
        "last": Param(title="laatste nacht / last night", **DAY),
        "agreements": Param(None, title="map met werkafspraken / folder of agreements", **OPTIONAL),
        "expectations": Param(None, title="map met criteria / folder of criteria", **OPTIONAL),
        "policy": Param(None, title="map met poorten of elementen / folder of gates or elements", **OPTIONAL),
        "adopt": Param(None, title="goed voorbeeld, zoals RE03 / good example, as RE03", **OPTIONAL),
        "onto": Param(None, title="op deze eenheid, zoals RE06 / onto this unit, as RE06", **OPTIONAL),
    },
    is_paused_upon_creation=False,
    doc_md=__doc__,
    tags=["meldstroom"],
)
def impact() -> None:
    """Draw the analysis."""
    judge()


impact()
