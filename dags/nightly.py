"""
# Een nacht politieregistraties naar Veilig Thuis

Elke ochtend om 04:00 de nacht ervoor. De nacht is de *partition key* van de run (`2026-11-22`) en niets anders.

| stap | doet | rood betekent |
|---|---|---|
| `plan` | wat er te doen is, ook late leveringen van 14 nachten | geen of toekomstige nacht, geen inbox, andere run |
| `unit` | per eenheid: ontvangen, toetsen, verrijken, beslissen | geweigerd: de log zegt wat de eenheid moet doen |
| `settle` | over eenheden heen: personen herkend, één melding per gebeurtenis, aanvulling | PostgreSQL weigerde |
| `load` | per regio naar de stagingtabellen | PostgreSQL weigerde |
| `finish` | de stand van de nacht | iets is besloten en nooit geladen: de log zegt van wie |
| `shadow` | wat een werkafspraak die later ingaat ervan had gemaakt; verandert niets | die vergelijking ontbreekt |
| `tell_units` | per eenheid ontvangst en retour (`outgoing/`), kwaliteitspagina (`reports/`) | wie niet: zie de log |
| `compare_with_past` | vergelijkt elke eenheid met haar verleden | een eenheid wijkt af: zie de log |
| `clear` | ruimt de werkbestanden op | |
| `overlook_nothing` | rood zodra iets anders rood is, zodat de run dat ook is | kijk welke eenheid of regio rood is |

Roze (*skipped*) bij `receive` van een eenheid: niets ontvangen voor de deadline. Dat is *missing*, geen nul.
Roze pas na `receive`: al eerder verwerkt en niet veranderd.
Met de hand: *Trigger*, *Geavanceerde opties*, de nacht als *partition key*; zonder die sleutel weigert `plan`.
Opnieuw draaien, *clear* en backfill zijn veilig: tweemaal is eenmaal. Na een nacht zijn de werkbestanden weg: *clear*
daarom vanaf `receive` met alles wat volgt, ook als alleen een regio rood is.

**In English.** One night of police reports for the regions, at 04:00 local time (02:00 does not exist on the day in
March when the clock changes). The night is the run's partition key. A refused export is that unit's red square, with
the sentence to act on in its log; the other units go on, and the run ends as failed so that nobody overlooks it.
Start one by hand under *Trigger*, *Advanced Options*, with the partition key filled in; several with
`python -m pipeline.airflow_setup airflow backfill create --dag-id police_reports_nightly
--from-date 2026-11-01 --to-date 2026-11-08` (the day after the last night). Backfills have a pool of their own.
To run a unit or region again, clear from `receive` on, with what is downstream: the working files are gone by then.
"""

# mypy: disable-error-code="untyped-decorator"
# Airflow's own decorators are not typed.
from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import (  # type: ignore[attr-defined]
    Asset,
    CronPartitionTimetable,
    DeadlineAlert,
    PokeReturnValue,
    SyncCallback,
    TriggerRule,
    dag,
    task,
    task_group,
    teardown,
)
from night_is_late import WhenQueued  # in dags/plugins, which Airflow puts on the path

NIGHT = Asset("meldstroom_night", uri="meldstroom://night")
"""Its events carry the counts of one night per outcome and region."""

TWICE_AT_MOST_HALF_A_MINUTE_LATER = {"retries": 2, "retry_delay": timedelta(seconds=30)}
"""For a lost database connection; everything else fails at once (`pipeline.airflow_setup.calls`)."""

Export = dict[str, str]
"""One folder to take: its unit and its night."""

Received = dict[str, Any]
"""What `receive` says of it: a state, and counts."""


@task
def plan() -> list[Export]:
    """List the night's units and, in a scheduled run, what came too late in the last 14 nights."""
    from airflow.sdk import get_current_context

    from pipeline import clock, installation, night_steps
    from pipeline.airflow_setup.calls import call, claim_night, claim_own_night, read_night

    night = read_night()
    call(installation.require_inbox)
    call(night_steps.require_begun, night, clock.today())
    claim_own_night(night)
    late = call(night_steps.late_exports, night) if get_current_context()["dag_run"].run_type == "scheduled" else []
    free = {of for of in {of for _, of in late} if claim_night(of)}  # another run may be at work on one
    exports = [(unit, night) for unit in call(installation.units)] + [(unit, of) for unit, of in late if of in free]
    return [{"unit": unit, "night": of.isoformat()} for unit, of in exports]


@task.sensor(mode="reschedule", poke_interval=120, timeout=172_800, map_index_template="{{ shown_name }}")
def receive(export: Export) -> PokeReturnValue:
    """Wait for one unit's export until the deadline, and take it."""
    from airflow.sdk import timezone

    from pipeline import unit_steps
    from pipeline.airflow_setup.calls import await_export, call, own_export

    unit, night = own_export(export)
    counts = call(unit_steps.receive, unit, night)
    if counts.get("state") == "missing":
        return PokeReturnValue(is_done=await_export(unit, night, timezone.utcnow()))
    return PokeReturnValue(is_done=True, xcom_value=counts)


@task(map_index_template="{{ shown_name }}")
def screen(export: Export, received: Received) -> None:
    """Legal gates, quality, allowed elements."""
    from pipeline import unit_steps
    from pipeline.airflow_setup.calls import call, own_export, skip_unless_received

    given = own_export(export)
    skip_unless_received(received)
    call(unit_steps.screen, *given)


@task(map_index_template="{{ shown_name }}")
def enrich(export: Export) -> None:
    """Region, persons, history, household."""
    from pipeline import unit_steps
    from pipeline.airflow_setup.calls import call, own_export

    call(unit_steps.enrich, *own_export(export))


@task(map_index_template="{{ shown_name }}")
def decide(export: Export) -> dict[str, int]:
    """One outcome a registration; return how many of each."""
    from pipeline import unit_steps
    from pipeline.airflow_setup.calls import call, own_export

    return call(unit_steps.decide, *own_export(export))


@task_group
def unit(export: Export) -> None:
    """One unit's way through the night."""
    received = receive(export)
    screen(export, received) >> enrich(export) >> decide(export)


@task(trigger_rule=TriggerRule.ALL_DONE)
def settle(exports: list[Export]) -> list[str]:
    """Settle what goes across units; return the regions to load, those with nothing tonight too."""
    from pipeline import installation, settle_steps
    from pipeline.airflow_setup.calls import call, own_nights

    for night in own_nights(exports):
        call(settle_steps.settle, night)
    return call(installation.regions)


@task(map_index_template="{{ shown_name }}")
def load(region: str, exports: list[Export]) -> int:
    """Put one region's reports into its staging tables; return how many."""
    from pipeline import load_steps
    from pipeline.airflow_setup.calls import call, name_task, own_nights

    name_task(region)
    return sum(call(load_steps.load, region, night) for night in own_nights(exports))


@task(trigger_rule=TriggerRule.ALL_DONE, outlets=[NIGHT])
def finish(exports: list[Export], outlet_events: Any = None) -> None:  # noqa: ANN401 - Airflow hands it in
    """Close the nights, and tell the counts."""
    from pipeline import load_steps, night_steps
    from pipeline.airflow_setup.calls import call, counts_of, own_nights, read_night

    stands = {night: call(night_steps.finish, night) for night in own_nights(exports)}
    for night in stands:
        call(load_steps.require_at_hand, night)
    outlet_events[NIGHT].extra = counts_of(stands[read_night()])


@task
def shadow(exports: list[Export]) -> dict[str, int]:
    """Judge the nights under agreements that begin later; return how many registrations would move, by unit."""
    from pipeline.airflow_setup.calls import call, nights_of, read_night
    from pipeline.impact import shadow as shadows

    moved = {night: call(shadows.shadow, night) for night in nights_of(exports)}
    return moved[read_night()]


@task(trigger_rule=TriggerRule.ALL_DONE)
def tell_units(exports: list[Export]) -> dict[str, int]:
    """Write what each unit is told of its nights: a receipt, and what came back; return how many came back."""
    from pipeline import returns_steps
    from pipeline.airflow_setup.calls import call, nights_of
    from pipeline.reports.night_pages import write_quality_pages

    for night in nights_of(exports):
        call(returns_steps.raise_alarms, night)
        call(write_quality_pages, night)
    return call(returns_steps.tell_units, nights_of(exports))


@task(retries=0)
def compare_with_past(exports: list[Export]) -> None:
    """Fail, with a sentence for each, where a unit's night is unlike its past. Everything is loaded by then."""
    from pipeline import returns_steps
    from pipeline.airflow_setup.calls import call, fail, nights_of

    if sentences := [sentence for night in nights_of(exports) for sentence in call(returns_steps.raised, night)]:
        fail(" ".join(sentences))


@teardown
def clear(exports: list[Export]) -> None:
    """Delete the nights' working files, whatever happened; links to what is still to be loaded wait for it."""
    from pipeline import night_steps
    from pipeline.airflow_setup.calls import nights_of, release_nights

    release_nights(nights_of(exports), night_steps.clear)


@task(trigger_rule=TriggerRule.ONE_FAILED, retries=0)
def overlook_nothing() -> None:
    """End the run as failed when anything in it failed."""
    from pipeline.airflow_setup.calls import fail

    fail(
        "Er ging vannacht iets mis. Rood zegt welke eenheid of regio, de log daarvan waarom. /"
        " Something failed tonight. Red squares say which unit or region; their logs say why."
    )


LATE = DeadlineAlert(
    reference=WhenQueued(),
    interval=timedelta(hours=3),  # queued at 04:00; the last unit may deliver until 06:00
    callback=SyncCallback("night_is_late.tell"),
    name="the night is late",
)
"""Tells people that a night is not done by 07:00, or ended red and still is; it stops nothing."""


@dag(
    dag_id="police_reports_nightly",
    deadline=LATE,
    schedule=CronPartitionTimetable("0 4 * * *", timezone="Europe/Amsterdam", run_offset=-1, key_format="%Y-%m-%d"),
    catchup=False,  # a machine that was down takes last night; older folders come in as late ones
    max_active_runs=4,
    default_args={"pool": "night", "execution_timeout": timedelta(hours=2), **TWICE_AT_MOST_HALF_A_MINUTE_LATER},
    is_paused_upon_creation=False,
    doc_md=__doc__,
    tags=["meldstroom"],
)
def police_reports_nightly() -> None:
    """Draw the night."""
    exports = plan()
    units = unit.expand(export=exports)
    regions = settle(exports)
    loaded = load.partial(exports=exports).expand(region=regions)
    finished = finish(exports)
    shadowed = shadow(exports)
    told = tell_units(exports)
    compared = compare_with_past(exports)
    units >> regions >> loaded >> finished >> [shadowed, told, clear(exports)]
    told >> compared
    [exports, units, regions, loaded, finished, shadowed, told, compared] >> overlook_nothing()


police_reports_nightly()
