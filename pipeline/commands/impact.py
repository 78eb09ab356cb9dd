"""What a changed agreement, criterion or element would have done."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import Json, day, print_json, progress

app = typer.Typer()


@app.command()
def impact(
    first: Annotated[datetime, day("--from", help="The first night, as 2026-06-01.")],
    last: Annotated[datetime, day("--to", help="The last night.")],
    agreements: Annotated[
        Path | None, typer.Option(help="Folder of changed agreements, or of folders with a variant in each.")
    ] = None,
    expectations: Annotated[Path | None, typer.Option(help="Folder with a changed well_founded.json.")] = None,
    policy: Annotated[Path | None, typer.Option(help="Folder with a changed gates.toml or elements.toml.")] = None,
    variant: Annotated[
        list[str] | None, typer.Option(help="NAME=DIR, repeated: DIR holds agreements/, expectations/ or policy/.")
    ] = None,
    adopt: Annotated[str | None, typer.Option(help="The unit that does well, as RE03; with --onto.")] = None,
    onto: Annotated[str | None, typer.Option(help="The unit that would take its choices, as RE06.")] = None,
    truth: Annotated[
        Path | None, typer.Option(help="What the registrations are (synth --truth): measure against it.")
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option(help="Labelled texts: leak and loss where rules on texts change.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Also write a page, a table and the document there.")] = None,
    as_json: Json = False,
) -> None:
    """Judge the kept nights again under a changed policy: what moves, and what it costs. Writes to no table."""
    from pipeline.impact.command import judge_impact, proposals_of
    from pipeline.impact.terminal import print_impact
    from pipeline.settings import read_settings

    named, adopted = [_named(text) for text in variant or ()], _adopted(adopt, onto)
    changed = {"agreements": agreements, "expectations": expectations, "policy": policy}
    proposals = proposals_of(last.date(), **changed, named=named, adopted=adopted)
    nights = first.date(), last.date()
    with progress("impact", None) as advance:
        document = judge_impact(read_settings(), proposals, *nights, advance, truth=truth, corpus=corpus)
    if out is not None:
        from pipeline.impact.files import write_impact

        write_impact(document, out)
    if as_json:
        print_json(document)
    else:
        print_impact(document)


def _adopted(adopt: str | None, onto: str | None) -> tuple[str, str] | None:
    """Return whose choices another unit would take, if it was asked."""
    from pipeline.errors import UsageError

    if (adopt is None) != (onto is None):
        raise UsageError("--adopt en --onto horen bij elkaar", "--adopt and --onto go together")
    return (adopt, onto) if adopt and onto else None


def _named(text: str) -> tuple[str, Path]:
    from pipeline.errors import UsageError

    name, _, folder = text.partition("=")
    if not name or not folder:
        raise UsageError(f"--variant {text}: schrijf NAAM=MAP", f"--variant {text}: write it as NAME=DIR")
    return name, Path(folder)
