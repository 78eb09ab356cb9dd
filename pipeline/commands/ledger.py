"""The disclosure ledger: whether it holds, what was disclosed of a registration, and of a person."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import English, Json, Number, Unit, day, print_json, spoken_language

app = typer.Typer()
ledger = typer.Typer(help="The disclosure ledger.")
app.add_typer(ledger, name="ledger")

BREACHED = 1
Out = Annotated[Path | None, typer.Option(help="A file to write it to, to keep elsewhere.")]


@ledger.command("verify")
def ledger_verify(
    key: Annotated[Path | None, typer.Option(help="The public key; default this installation's own.")] = None,
    against: Annotated[list[Path] | None, typer.Option(help="A checkpoint that was kept elsewhere.")] = None,
    english: English = False,
    as_json: Json = False,
) -> None:
    """Say whether the ledger is what it was: exit status 0 when it holds, 1 when it was tampered with."""
    from pipeline import installation
    from pipeline.load import checkpoint
    from pipeline.load.database import transaction
    from pipeline.load.verify import verify
    from pipeline.settings import read_key, read_settings

    settings = read_settings()
    pem = _read(key) if key else checkpoint.public_pem(read_key(settings))
    elsewhere = [checkpoint.read_document(_read(file)) for file in against or ()]
    with transaction(installation.database(settings), "ledger") as given:
        verified = verify(given, checkpoint.read_pem(pem), elsewhere)
    if as_json:
        print_json(verified.as_json())
    else:
        from pipeline.explain.ledger_screen import print_verified

        print_verified(verified, spoken_language(english))
    if not verified.holds:
        raise typer.Exit(BREACHED)


@ledger.command("checkpoint")
def ledger_checkpoint(out: Out = None, english: English = False, as_json: Json = False) -> None:
    """Sign where every chain stands now."""
    from pipeline import installation
    from pipeline.load.checkpoint import write_checkpoint
    from pipeline.load.database import transaction
    from pipeline.settings import read_key, read_settings

    settings = read_settings()
    with transaction(installation.database(settings), "ledger") as given:
        made = write_checkpoint(given, read_key(settings))
    if out:
        out.write_text(made.as_json() + "\n", encoding="utf-8")
    if as_json:
        print_json({**made.said, "digest": made.digest})
    else:
        from pipeline.explain.ledger_screen import print_checkpoint

        print_checkpoint(made, spoken_language(english))


@ledger.command("key")
def ledger_key(out: Out = None) -> None:
    """Give the public key, with which anybody verifies the checkpoints."""
    from pipeline.load.checkpoint import public_pem
    from pipeline.settings import read_key, read_settings

    pem = public_pem(read_key(read_settings()))
    if out:
        out.write_text(pem, encoding="ascii")
    else:
        typer.echo(pem, nl=False)


@ledger.command("show")
def ledger_show(number: Number, unit: Unit = None, english: English = False, as_json: Json = False) -> None:
    """Show what the ledger says of one registration."""
    from pipeline import installation
    from pipeline.load.database import transaction
    from pipeline.load.ledger import read_entries
    from pipeline.settings import read_settings

    with transaction(installation.database(read_settings()), "ledger") as given:
        entries = read_entries(given, number, unit)
    if as_json:
        print_json(entries)
    else:
        from pipeline.explain.ledger_screen import print_entries

        print_entries(entries, number, spoken_language(english))


@ledger.command("person")
def ledger_person(
    source: Annotated[
        Path | None, typer.Option("--from", help="A JSON file that says who; default: you are asked.")
    ] = None,
    english: English = False,
    as_json: Json = False,
) -> None:
    """Say what was disclosed of one person. Who it is, is asked or read from a file: never an argument."""
    from pipeline import installation
    from pipeline.load.asked import ask, read_person
    from pipeline.load.database import transaction
    from pipeline.settings import account, read_key, read_settings

    settings = read_settings()
    said = read_person(_read(source)) if source else _prompted(spoken_language(english))
    with transaction(installation.database(settings), "ledger") as given:
        found = ask(given, said, read_key(settings), account())
    if as_json:
        print_json(found)
    else:
        from pipeline.explain.ledger_screen import print_answer

        print_answer(found, said, spoken_language(english))


@app.command()
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")] = False,
    on: Annotated[
        datetime | None,
        day(help="As if it were that day; with --dry-run only."),
    ] = None,
    english: English = False,
    as_json: Json = False,
) -> None:
    """Let go what is past its term: archive, verdicts, history, desk, feedback, ledger; and removed data at once."""
    from pipeline.errors import UsageError
    from pipeline.retention import apply_retention

    if on and not dry_run:
        raise UsageError(
            "--on gaat alleen samen met --dry-run: wat weg is komt niet terug",
            "--on goes with --dry-run only: what is gone does not come back",
        )
    applied = apply_retention(today=on.date() if on else None, dry=dry_run)
    if as_json:
        print_json({"dry_run": dry_run, "rules": [each.as_json() for each in applied]})
    else:
        from pipeline.explain.ledger_screen import print_retention

        print_retention(applied, spoken_language(english), dry=dry_run)


def _prompted(language: str) -> dict[str, str]:
    from pipeline.errors import UsageError
    from pipeline.explain.words import words

    asked = {name: one.say(language) for name, one in words("asked").items()}
    try:  # asked on standard error, so that --json stays one document
        return {name: typer.prompt(said, default="", show_default=False, err=True) for name, said in asked.items()}
    except typer.Abort:  # typer's own exit status for it, 1, says that something was found wrong
        raise UsageError("er is niet gezegd wie het is", "it was not said who it is") from None


def _read(file: Path) -> str:
    from pipeline.errors import UsageError

    try:
        return file.read_text(encoding="utf-8-sig")  # Windows puts a mark before the text
    except UnicodeDecodeError:
        raise UsageError(f"{file}: niet te lezen als tekst", f"{file}: cannot be read as text") from None
