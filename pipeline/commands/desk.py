"""The release desk in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.options import Comment, English, Json, Number, Unit, as_codes, print_json, spoken_language

if TYPE_CHECKING:
    from pipeline.desk.masks import Mask

app = typer.Typer()
desk = typer.Typer(help="The release desk.")
app.add_typer(desk, name="desk")
KeptBack = Annotated[str | None, typer.Option("--comment", help="Why; under danger it is needed.")]


@desk.command("list")
def desk_list(
    limit: Annotated[int, typer.Option(min=1, help="How many at the most.")] = 50,
    english: English = False,
    as_json: Json = False,
) -> None:
    """Show what waits: the gravest danger first, then the oldest; nothing personal."""
    from dataclasses import asdict

    from pipeline import installation
    from pipeline.desk.queue import count_held, list_held
    from pipeline.load.database import now, transaction
    from pipeline.settings import read_settings

    with transaction(installation.database(read_settings()), "desk") as given:
        items, counts, at = list_held(given, limit=limit), count_held(given), now(given)
    if as_json:
        print_json({"counts": counts, "items": [asdict(item) for item in items]})
    else:
        from pipeline.desk.terminal import print_desk
        from pipeline.policy.rules import read_rules

        print_desk(items, counts, at, read_rules(), spoken_language(english))


@desk.command("show")
def desk_show(number: Number, unit: Unit = None, english: English = False, as_json: Json = False) -> None:
    """Open one item: what holds it, its texts with marks, what would go. That you looked is noted."""
    from pipeline import desk_steps
    from pipeline.settings import account, read_settings

    opened = desk_steps.open_item(number, unit, account(), read_settings())
    if as_json:
        from pipeline.desk.document import as_document

        print_json(as_document(opened))
    else:
        from pipeline.desk.terminal import print_item
        from pipeline.policy.reference import read_reference
        from pipeline.policy.rules import read_rules

        names = dict(read_reference().regions.select("region", "name").iter_rows())
        print_item(opened, read_rules(), account(), names, spoken_language(english))


@desk.command("release")
def desk_release(
    number: Number,
    region: Annotated[
        list[str] | None, typer.Option(callback=as_codes, help="VT09; default where the addresses lead.")
    ] = None,
    mask: Annotated[
        list[str] | None, typer.Option(help="Leave out further, as `show` names it: entry:2:10-25, description::0-4.")
    ] = None,
    share_doubts: Annotated[bool, typer.Option(help="Leave standing what is in doubt; else it is left out.")] = False,
    comment: Comment = None,
    unit: Unit = None,
    as_json: Json = False,
) -> None:
    """Release an item to Veilig Thuis; what is under embargo or in legal doubt takes a second person."""
    masks = _masks(number, unit, mask or [], share_doubts=share_doubts) if mask or share_doubts else None
    _say(number, "release", _decide_at_desk("release", number, unit, comment, tuple(region or ()), masks), as_json)


@desk.command("return")
def desk_return(
    number: Number,
    comment: Annotated[str, typer.Option(help="What the unit should add.")],
    unit: Unit = None,
    as_json: Json = False,
) -> None:
    """Return an item to its unit; one in danger stays on the desk while the unit is asked."""
    _say(number, "return", _decide_at_desk("return", number, unit, comment), as_json)


@desk.command("elsewhere")
def desk_elsewhere(number: Number, comment: KeptBack = None, unit: Unit = None, as_json: Json = False) -> None:
    """Decide that an item is not for Veilig Thuis; where its version stands already it is taken back."""
    _say(number, "elsewhere", _decide_at_desk("elsewhere", number, unit, comment), as_json)


@desk.command("withhold")
def desk_withhold(number: Number, comment: KeptBack = None, unit: Unit = None, as_json: Json = False) -> None:
    """Withhold an item: it is never shared; where its version stands already it is taken back."""
    _say(number, "withhold", _decide_at_desk("withhold", number, unit, comment), as_json)


def _masks(number: str, unit: str | None, given: list[str], *, share_doubts: bool) -> tuple[Mask, ...]:
    """Return what a person leaves out: the stretches that are named, and those in doubt unless they are shared."""
    from pipeline import desk_steps
    from pipeline.desk.masks import read_mask
    from pipeline.settings import account, read_settings

    named = tuple(read_mask(one) for one in given)
    if share_doubts:
        return named
    outgoing = desk_steps.open_item(number, unit, account(), read_settings()).outgoing
    return (*named, *(outgoing.doubts if outgoing else ()))


def _decide_at_desk(
    kind: str,
    number: str,
    unit: str | None,
    comment: str | None,
    regions: tuple[str, ...] = (),
    masks: tuple[Mask, ...] | None = None,
) -> bool:
    from pipeline import desk_steps
    from pipeline.desk.decisions import Decision
    from pipeline.settings import account, read_settings

    decision = Decision(kind, account(), lock=-1, comment=comment, regions=regions, masks=masks)
    return desk_steps.decide_at_desk(number, unit, decision, read_settings())


def _say(number: str, kind: str, effective: bool, as_json: bool) -> None:
    """Say what a decision did, as the desk's page does."""
    if as_json:
        print_json({"item": number, "decision": kind, "effective": effective})
        return
    from pipeline.desk.labels import decision_done, label

    typer.echo(label("done", decision_done(kind, effective=effective)).nl)
