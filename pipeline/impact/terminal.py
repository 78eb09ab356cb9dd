"""The answer on a terminal: Dutch first; the codes are those of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from pipeline.impact.changes import in_dutch
from pipeline.impact.document import OUTCOME_WORDS, SHOWN, Document

MOST: Final = 15
"""Ways to move that are shown of each variant; the document holds all, per unit and region."""
LACKS: Final = {
    "facts": "nachten van een eenheid waarvan niets meer bewaard is",
    "tables": "nachten van een eenheid waarvan de tabellen niet meer bewaard zijn",
    "delivered": "nachten van een eenheid waarvan de levering er niet meer is",
}


def print_impact(document: Document) -> None:
    """Print the variants side by side, then what moves under each."""
    console = Console(highlight=False)
    variants = document["variants"]
    nights = f"{document['nights']} {'nacht' if document['nights'] == 1 else 'nachten'}"
    title = f"{document['from']} t/m {document['to']}: {nights}, {document['received']} ontvangen"
    console.print(_side_by_side(title, variants))
    for variant in variants:
        console.print(f"\n[bold]{variant['name']}[/bold]: {variant['moved']} registraties krijgen een andere uitkomst")
        for change in variant["changes"]:
            where = f"{change['unit']} " if change["unit"] else ""
            told = f"{change['before']} → {change['after']}"
            console.print(f"  {change['what']} {where}{change['name']}: {in_dutch(told)}")
        for what, count in variant["not_judged"].items():
            if count:
                console.print(f"  [bold]{count}[/bold] {LACKS[what]}: dat deel is niet beoordeeld")
        for line in variant["labelled"]:
            was, would = (_percent(line[side]["share"]) for side in ("before", "after"))
            console.print(f"  {line['words']['nl']}: {was} → {would} van {line['before']['total']}", soft_wrap=True)
        for line in variant["kept_back"]:
            console.print(f"  niet gedeeld, {line['unit']} {line['kind']}: {line['before']} → {line['after']} waarden")
        for line in _moves(variant["moves"]):
            console.print(line, soft_wrap=True)


def _side_by_side(title: str, variants: list[Document]) -> Table:
    table = Table(title=title)
    table.add_column("")
    table.add_column("nu", justify="right")
    for variant in variants:
        table.add_column(variant["name"], justify="right")
    for outcome in SHOWN:
        now = variants[0]["outcomes"][outcome]["before"]
        table.add_row(OUTCOME_WORDS[outcome].nl, str(now), *(_changed(v["outcomes"][outcome]) for v in variants))
    table.add_section()
    for name, place in (("Veilig Thuis", "vt"), ("loket", "desk"), ("eenheden", "units")):
        loads = [variant["load"][place] for variant in variants]
        table.add_row(f"{name}, uren", f"{loads[0]['before']['hours']:.0f}", *(_hours(load, "hours") for load in loads))
        table.add_row("  voltijdbanen", f"{loads[0]['before']['fte']:.1f}", *(_hours(load, "fte") for load in loads))
    return table


def _changed(count: dict[str, int]) -> str:
    difference = count["after"] - count["before"]
    return f"{count['after']} ({difference:+d})" if difference else str(count["after"])


def _hours(load: dict[str, Any], what: str) -> str:
    digits = 0 if what == "hours" else 1
    difference = load["after"][what] - load["before"][what]
    shown = f"{load['after'][what]:.{digits}f}"
    return f"{shown} ({difference:+.{digits}f})" if round(difference, digits) else shown


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _moves(moves: list[Document]) -> Iterator[str]:
    """Yield a line for every way in which registrations move, over all units and regions, the largest first."""
    ways: dict[tuple[str, str, str], list[Document]] = {}
    for move in moves:
        ways.setdefault((move["from"], move["to"], move["rule"]), []).append(move)
    counted = sorted(ways.items(), key=lambda way: (-sum(move["count"] for move in way[1]), way[0]))
    for (before, after, rule), ours in counted[:MOST]:
        count, units = sum(move["count"] for move in ours), len({move["unit"] for move in ours})
        example = ours[0]["examples"][0]
        way = f"{OUTCOME_WORDS[before].nl} → {OUTCOME_WORDS[after].nl}"
        yield f"  {count:>6} {way} in {units} eenheden door {rule}, zoals {example}"
    if len(counted) > MOST:
        yield f"  en {len(counted) - MOST} andere: --json of --out toont alles"
