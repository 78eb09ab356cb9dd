"""How good the redactor is, on texts of which somebody said by hand what must go and what must stay."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import Json, print_json

app = typer.Typer()
CORPUS = Path(__file__).parents[2] / "tests" / "corpus"
"""Where a checkout holds the labelled corpus; it is no part of the installed program."""


@app.command()
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="The folder of the labelled corpus.")] = CORPUS,
    part: Annotated[
        str, typer.Option(help="tune: what rules are tuned on; unseen: what figures are quoted from.")
    ] = "unseen",
    deduce_python: Annotated[
        Path | None, typer.Option(help="The Python of an environment with deduce, to compare with.")
    ] = None,
    speed: Annotated[bool, typer.Option(help="Also measure speed, memory and first start, in a fresh process.")] = True,
    as_json: Json = False,
) -> None:
    """Measure what leaks by kind, what facts are kept, what is masked for nothing, and how fast."""
    from datetime import date

    from rich.console import Console

    from pipeline.errors import UsageError
    from pipeline.evaluate.command import evaluate as measure
    from pipeline.evaluate.corpus import read_corpus
    from pipeline.evaluate.ours import OPENER, open_redactor, read_danger
    from pipeline.evaluate.table import render_scores

    if not corpus.is_dir():
        raise UsageError(f"{corpus} is no folder; the labelled corpus is tests/corpus of a checkout: name where it is")
    danger = read_danger(read_corpus(corpus, part), date(2026, 11, 22))
    document = measure(
        corpus,
        part,
        open_redactor(),
        detect=danger,
        deduce_python=deduce_python,
        speed_of=OPENER if speed else None,
    )
    if as_json:
        print_json(document)
    else:
        Console().print(render_scores(document))
