"""What Veilig Thuis says of the reports."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import (
    Comment,
    English,
    Json,
    Number,
    as_coded,
    day,
    one_unit,
    print_json,
    spoken_language,
)

app = typer.Typer()
feedback = typer.Typer(help="What Veilig Thuis says of the reports.")
reroute = typer.Typer(help="Reports that a region calls another region's.")
app.add_typer(feedback, name="feedback")
feedback.add_typer(reroute, name="reroute")


@feedback.command("import")
def feedback_import(
    path: Annotated[Path, typer.Argument(help="feedback.csv, a message, or a folder with such.")],
    answers: Annotated[
        Path | None, typer.Option(help="Where the answer to each region goes; default answers/ of the home.")
    ] = None,
    english: English = False,
    as_json: Json = False,
) -> None:
    """Take feedback; unknown, repeated and unreadable rows are answered, and lose nothing."""
    from pipeline import vt_steps

    result = vt_steps.import_path(path, answers=answers)
    if as_json:
        print_json(result.as_json())
    else:
        from pipeline.feedback.screens import print_taken

        print_taken(result, spoken_language(english))


@feedback.command("lists")
def feedback_lists(
    out: Annotated[Path, typer.Option("--out", help="A CSV file a unit goes here.")], as_json: Json = False
) -> None:
    """Write each unit's list of the last four weeks: what Veilig Thuis missed and what became of it, in codes."""
    from pipeline import vt_steps

    written = vt_steps.unit_lists(out=out)
    if as_json:
        print_json(written)
    else:
        if not written:
            typer.echo("Van de laatste vier weken is er geen terugkoppeling.")
        for unit, lines in written.items():
            typer.echo(f"{unit}: {lines} regels")


@feedback.command("terms")
def feedback_terms(english: English = False, as_json: Json = False) -> None:
    """List the reports that are past a term: receipt, triage, closing."""
    from pipeline import vt_steps

    late = vt_steps.late()
    if as_json:
        print_json(late.to_dicts())
    else:
        from pipeline.feedback.screens import print_late

        print_late(late, spoken_language(english))


@feedback.command("agreement")
def feedback_agreement(
    first: Annotated[datetime, day("--from", help="The first night, as 2026-06-01.")],
    last: Annotated[datetime, day("--to", help="The last night.")],
    unit: Annotated[str | None, one_unit("One unit, as RE06; default all.")] = None,
    english: English = False,
    as_json: Json = False,
) -> None:
    """Show per criterion where we and Veilig Thuis agree: what both miss, what only they miss, what only we miss."""
    from pipeline import installation
    from pipeline.clock import require_in_order
    from pipeline.feedback.agreement import criterion_agreement
    from pipeline.load.connection import connected
    from pipeline.settings import read_settings

    require_in_order(first.date(), last.date())
    with connected(installation.database(read_settings())) as connection:
        found = criterion_agreement(connection, first.date(), last.date(), unit)
    if as_json:
        print_json(found.to_dicts())
    else:
        from pipeline.feedback.screens import print_agreement

        print_agreement(found, spoken_language(english))


@reroute.command("list")
def reroute_list(english: English = False, as_json: Json = False) -> None:
    """Show what a region calls another region's and nobody decided on: danger first, then the oldest."""
    from pipeline import vt_steps

    asked = vt_steps.look_at_reroutes()
    if as_json:
        print_json(asked.to_dicts())
    else:
        from pipeline.feedback.screens import print_reroutes

        print_reroutes(asked, spoken_language(english))


@reroute.command("decide")
def reroute_decide(
    number: Number,
    away: Annotated[str, typer.Option("--from", callback=as_coded, help="The region that called it another's.")],
    to: Annotated[str | None, typer.Option(callback=as_coded, help="Where it goes: VT10.")] = None,
    stay: Annotated[bool, typer.Option("--stay", help="It is that region's after all.")] = False,
    comment: Comment = None,
    as_json: Json = False,
) -> None:
    """Decide, having looked: withdraw it at the one region and deliver it to the other, once; or let it stay."""
    from dataclasses import asdict

    from pipeline import vt_steps
    from pipeline.errors import UsageError
    from pipeline.feedback.reroute import Decision
    from pipeline.settings import account

    if stay == (to is not None):
        raise UsageError("zeg waar de melding heen gaat met --to, of --stay", "say where it goes with --to, or --stay")
    moved = vt_steps.decide_reroute(Decision(away, number, to, account(), comment))
    if as_json:
        print_json({"from": away, "to": to, "moved": [asdict(held) for held in moved]})
    elif to is None:
        typer.echo(f"De melding blijft bij {away}.")
    else:
        versions = ", ".join(str(held.version) for held in moved) or "geen (daar stond niets meer)"
        typer.echo(f"Van {away} naar {to}: versie {versions}.")
