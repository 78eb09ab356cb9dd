"""`make demo`: a night of exports that nobody lived through, through the real pipeline, and where to look."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from rich.console import Console

from pipeline import clock, installation
from pipeline import night as nights
from pipeline.explain import explain
from pipeline.load.database import query, transaction
from pipeline.policy.rules import read_rules
from pipeline.reports.period import period_of
from pipeline.reports.steps import build_kind, folder_of
from pipeline.screens import print_status, print_story, progress
from pipeline.settings import Settings, make_home
from pipeline.synth import write_nights

REGISTRATIONS = 400
SEED = 2017


def build_pages(settings: Settings, night: date) -> Path:
    """Build the night's report where Airflow's menu shows it, as its DAG would; return the page."""
    build_kind("night", night, settings)
    return folder_of(settings, "night", period_of("night", night)) / "index.html"


def run_demo(settings: Settings) -> None:
    """Make last night's exports, run them, print the status, one story, and where to look next.

    Safe to repeat: the exports of the same night are the same, and what was taken is not taken again.
    """
    console = Console(highlight=False)
    make_home(settings)  # before the exports do: it is closed to others
    night = clock.today() - timedelta(days=1)
    console.print(f"Een nacht verzonnen exports ({night}) in {settings.inbox} …", soft_wrap=True)
    known = installation.agreements(settings)
    write_nights(settings.inbox, night, registrations=REGISTRATIONS, seed=SEED, agreements=known)
    dsn = installation.database(settings)
    with progress(f"{night}", len(installation.units(settings)) + len(installation.regions())) as advance:
        status = nights.run_night(settings, night, advance)
    print_status(status)
    pages = build_pages(settings, night)
    with transaction(dsn, "explain") as given:
        # the best-founded report of which most was kept back shows most of what the product does
        chosen = query(
            given,
            "SELECT registration_number, unit FROM intake.outcome WHERE night = %s AND outcome = 'forward'"
            " ORDER BY cardinality(danger) > 0 DESC, (SELECT count(*) FROM jsonb_object_keys(withheld)) DESC, 1"
            " LIMIT 1",
            (night,),
        )
        story = explain(given, chosen[0][0], chosen[0][1], read_rules()) if chosen else None
    number, unit = chosen[0] if chosen else ("REGISTRATIENUMMER", "RE06")
    if story is not None:
        console.rule("één registratie, uitgelegd")
        print_story(story)
    console.rule("verder kijken")
    for label, where in (
        ("Stand van de nacht", f".venv/bin/meldstroom status --night {night}"),
        ("Eén registratie", f".venv/bin/meldstroom explain {number} --unit {unit}"),
        ("Wat op een mens wacht", ".venv/bin/meldstroom desk list"),
        ("Rapport voor projectleiders", str(pages)),
        ("Database", dsn),
        ("Airflow", "make up   (log-in wordt getoond)"),
        ("Klaar", "make down stopt Airflow en de database; elk commando start de database weer"),
    ):
        console.print(f"[bold]{label}[/bold]: {where}", soft_wrap=True)
