"""The way to Veilig Thuis: messages out, what should not have gone taken back, sent equals received."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import (
    REFUSED,
    English,
    Json,
    Night,
    Number,
    Unit,
    as_codes,
    day,
    print_json,
    spoken_language,
)

app = typer.Typer()
Demonstration = Annotated[bool, typer.Option("--demo", help="A demonstration: identities that nobody has.")]
Regions = Annotated[
    list[str] | None, typer.Option("--region", callback=as_codes, help="VT09; may be repeated. Default: all.")
]
UNNAMED = (
    "Een demonstratie, met afzenders en ontvangers die niet bestaan: noem in MELDSTROOM_IDENTITIES een ingevulde tabel"
    " van partijen om echt te verzenden."
)


@app.command()
def outbox(
    night: Night,
    out: Annotated[Path, typer.Option("--out", help="The folder that the carrier takes messages from.")],
    demonstration: Demonstration = False,
    only_new: Annotated[bool, typer.Option("--new", help="Leave out what was sent before.")] = False,
    region: Regions = None,
    as_json: Json = False,
) -> None:
    """Write the reports of a night as StUF messages, a file a report version, and withdrawals of what was recalled.

    Twice is once: the same report has the same number and the same bytes. Exit status 1: a message was kept back.
    While nobody has filled in who sends and takes (MELDSTROOM_IDENTITIES), it is a demonstration.
    """
    from dataclasses import asdict

    from pipeline import installation, vt_steps
    from pipeline.errors import UsageError
    from pipeline.settings import read_settings

    if unknown := sorted(set(region or ()) - set(installation.regions())):
        raise UsageError(f"{', '.join(unknown)}: zo'n regio is er niet", f"{', '.join(unknown)}: no such region")
    if read_settings().identities is None and not demonstration:
        demonstration = True
        typer.echo(UNNAMED, err=True)
    written = vt_steps.outbox(night.date(), out, demonstration=demonstration, only_new=only_new, regions=region)
    if as_json:
        print_json({"night": f"{night:%Y-%m-%d}", "demonstration": demonstration, **asdict(written)})
    else:
        _say_outbox(written.sent, written.amended, written.withdrawn, sum(written.tables_only.values()))
        _say_some({name: _why(reasons) for name, reasons in written.kept_back.items()}, "tegengehouden")
        _say_some(dict.fromkeys(written.changed, ""), "eerder verzonden met een andere inhoud, en zo gelaten")
    if not written.complete:
        raise typer.Exit(REFUSED)


def _say_outbox(sent: int, amended: int, withdrawn: int, tables_only: int) -> None:
    typer.echo(f"{sent} meldingen, {amended} aanvullingen en {withdrawn} intrekkingen als bericht geschreven.")
    if tables_only:
        typer.echo(f"{tables_only} meldingen staan alleen in de tabellen: zo is het afgesproken.")


def _why(reasons: list[str]) -> str:
    from pipeline.feedback.words import coded

    return "; ".join(coded("message", reason, "nl") for reason in reasons)


def _say_some(found: dict[str, str], what: str, most: int = 10) -> None:
    """Name the first few of what somebody has to look at; `--json` names all."""
    for reference, why in list(found.items())[:most]:
        typer.echo(f"{what}: {reference}{': ' if why else ''}{why}")
    if len(found) > most:
        typer.echo(f"{what}: en nog {len(found) - most}; --json noemt ze alle")


@app.command()
def receiver(
    messages: Annotated[Path, typer.Option("--outbox", help="Messages, as `outbox` wrote them.")],
    inbox: Annotated[Path, typer.Option("--inbox", help="Where the answers go: feedback/<region>/<date>/.")],
    at: Annotated[datetime, day(help="The day of the answers, as 2026-11-24.")],
    fault: Annotated[
        list[str] | None,
        typer.Option(help="late, twice, unknown_number, wrong_region or garbage, =, and a message's number."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Play Veilig Thuis, for tests and demonstrations: take messages and answer them, with faults where asked."""
    from pipeline.errors import UsageError
    from pipeline.outbox.receiver import FAULTS, Fault, play
    from pipeline.settings import LOCAL

    faults: dict[str, Fault] = {}
    for one in fault or []:
        kind, _, number = one.partition("=")
        if kind not in FAULTS or not number:
            raise UsageError(
                f"--fault {kind}: noem een van {', '.join(FAULTS)}, dan = en het nummer van een bericht",
                f"--fault {kind}: name one of {', '.join(FAULTS)}, then = and the number of a message",
            )
        faults[number] = kind
    if not messages.is_dir():
        raise UsageError(f"{messages}: zo'n map is er niet", f"{messages}: there is no such folder")
    written = play(messages, inbox, at.replace(hour=7, tzinfo=LOCAL), faults)
    if as_json:
        print_json({"files": written})
    else:
        typer.echo(f"{written} antwoorden geschreven onder {inbox / 'feedback'}.")


@app.command()
def rectify(
    number: Number,
    reason: Annotated[str, typer.Option(help="wrong_link, rule_error or wrong_data.")],
    comment: Annotated[str, typer.Option(help="Why, for the unit and for who reads it later; no names.")],
    version: Annotated[int | None, typer.Option(help="Only this version.")] = None,
    unit: Unit = None,
    region: Regions = None,
    as_json: Json = False,
) -> None:
    """Take back a delivered report from the regions that received it: recall row, ledger entry, withdrawal message.

    The registration goes back to its unit, whose next version takes its place; one in danger goes to the desk.
    """
    from dataclasses import asdict

    from pipeline import vt_steps
    from pipeline.feedback.rectify import Wrong
    from pipeline.settings import account

    wrong = Wrong(number, reason, account(), comment, unit, version, tuple(region or ()))
    done = vt_steps.rectify(wrong)
    if as_json:
        withdrawn = [asdict(held) for held in done.withdrawn]
        print_json({"withdrawn": withdrawn, "becomes": done.becomes, "carried": done.carried})
        return
    from pipeline.screens import outcome_name

    for held in done.withdrawn:
        typer.echo(f"{held.region}: versie {held.version} ingetrokken.")
    for rectified, becomes in done.becomes.items():
        typer.echo(f"Versie {rectified} is nu: {outcome_name(becomes)}.")
    for carried, becomes in done.carried.items():
        typer.echo(f"Ging erin mee, en is nu {outcome_name(becomes)}: {carried}.")


@app.command()
def reconcile(
    night: Annotated[datetime | None, day(help="Default: all nights that the ledger is kept of.")] = None,
    demonstration: Demonstration = False,
    english: English = False,
    as_json: Json = False,
) -> None:
    """Compare what was exported, decided, placed, sent and acknowledged. Exit status 1: two of them do not meet."""
    from pipeline import vt_steps
    from pipeline.settings import read_settings

    language = spoken_language(english)
    found = vt_steps.reconciled((night.date(), night.date()) if night else None, demonstration=demonstration)
    if as_json:
        print_json(
            {
                "meets": not found.sentences,
                "sentences": found.told(language),
                "waiting": found.waiting,
                "demonstrated": found.demonstrated,
                "units": found.units.to_dicts(),
                "regions": found.regions.to_dicts(),
                "gaps": found.gaps.to_dicts(),
            }
        )
    else:
        from pipeline.feedback.screens import print_reconciliation

        parties = demonstration or read_settings().identities is not None
        print_reconciliation(found, language, parties=parties)
    if found.sentences:
        raise typer.Exit(REFUSED)


@app.command()
def handbook() -> None:
    """Print docs/veilig-thuis.md: the staging tables out of their column comments, for Veilig Thuis's ICT."""
    from pipeline import installation
    from pipeline.load.connection import connected
    from pipeline.outbox.handbook import handbook_page
    from pipeline.settings import read_settings

    with connected(installation.database(read_settings())) as connection:
        typer.echo(handbook_page(connection), nl=False)
