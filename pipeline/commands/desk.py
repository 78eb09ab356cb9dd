"""The release desk in a terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.commands.options import Json, Unit, print_json

app = typer.Typer()
desk = typer.Typer(help="The release desk.", no_args_is_help=True)
app.add_typer(desk, name="desk")


@desk.command("list")
def desk_list(
    limit: Annotated[int, typer.Option(min=1, help="How many at the most.")] = 50, as_json: Json = False
) -> None:
    """Show what waits: danger first, then the oldest; nothing personal."""
    from dataclasses import asdict

    from pipeline import steps
    from pipeline.desk.queue import count_held, list_held
    from pipeline.load.database import transaction
    from pipeline.settings import read_settings

    with transaction(steps.database(read_settings()), "desk") as given:
        items, counts = list_held(given, limit=limit), count_held(given)
    if as_json:
        print_json({"counts": counts, "items": [asdict(item) for item in items]})
    else:
        from pipeline.screens import print_desk

        print_desk(items, counts)


@desk.command("show")
def desk_show(number: str, unit: Unit = None) -> None:
    """Open one item: what holds it and its contents. That you looked is noted."""
    from pipeline import steps
    from pipeline.desk.queue import find_item, view
    from pipeline.load.database import transaction
    from pipeline.screens import print_item
    from pipeline.settings import account, read_key, read_settings

    settings = read_settings()
    with transaction(steps.database(settings), "desk") as given:
        item = find_item(given, number, unit)
        contents = view(given, item, account(), read_key(settings))
    print_item(item, contents)


@desk.command("release")
def desk_release(
    number: str,
    region: Annotated[list[str] | None, typer.Option(help="VT09; default where the addresses lead.")] = None,
    comment: str | None = None,
    unit: Unit = None,
) -> None:
    """Release an item to Veilig Thuis; what is under embargo or in legal doubt takes a second person."""
    _decide_at_desk("release", number, unit, comment, tuple(region or ()))


@desk.command("return")
def desk_return(
    number: str, comment: Annotated[str, typer.Option(help="What the unit should add.")], unit: Unit = None
) -> None:
    """Return an item to its unit; one in danger stays on the desk while the unit is asked."""
    _decide_at_desk("return", number, unit, comment, ())


def _decide_at_desk(kind: str, number: str, unit: str | None, comment: str | None, regions: tuple[str, ...]) -> None:
    from pipeline import desk_steps
    from pipeline.desk.decisions import Decision
    from pipeline.settings import account, read_settings

    decision = Decision(kind, account(), lock=-1, comment=comment, regions=regions)
    done = desk_steps.decide_at_desk(number, unit, decision, read_settings())
    typer.echo(
        "Gedaan." if done else "Genoteerd; nog niet van kracht (tweede persoon nodig, of een vraag aan de eenheid)."
    )
