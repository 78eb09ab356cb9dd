"""Feedback, re-routing and reconciliation on a terminal: Dutch, numbers of registrations and nothing of a person."""

from __future__ import annotations

import polars as pl
from rich.console import Console
from rich.table import Table

from pipeline.feedback.reconcile import Reconciliation
from pipeline.outbox.fields import LOCAL

_COUNTS = {
    "exported": "bestemd",
    "outcomes": "besloten",
    "taken_back": "terug",
    "disclosed": "register",
    "staged": "geplaatst",
    "tables_only": "tabel",
    "recalled_unsent": "niet meer",
    "sent": "verzonden",
    "acknowledged": "bevestigd",
}
_AGREEMENT = {
    "both": "beide",
    "only_theirs": "alleen VT",
    "only_ours": "alleen wij",
    "returned": "geretourneerd",
    "returned_asked_for": "VT vroeg ernaar",
    "returned_acted_on": "VT ging ermee door",
}


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    return table


def print_reconciliation(found: Reconciliation) -> None:
    """Print the counts a night and region, then every gap with its registrations.

    `terug`: taken back; `tabel`: no message by agreement; `niet meer`: recalled before a message went.
    """
    console = Console(highlight=False)
    for (night,), lines in found.regions.group_by("night", maintain_order=True):
        table = _table("regio", *_COUNTS.values())
        for line in lines.iter_rows(named=True):
            table.add_row(line["region"], *("–" if line[name] is None else str(line[name]) for name in _COUNTS))
        console.print(f"Nacht {night}", style="bold")
        console.print(table)
    for sentence in found.sentences:
        console.print(sentence, style="bold", soft_wrap=True)
    for gap in found.gaps.iter_rows(named=True):
        version = "" if gap["version"] is None else f" versie {gap['version']}"
        where = gap["region"] or gap["unit"]
        console.print(f"  {gap['night']} {where} {gap['gap']}: {gap['registration_number']}{version}", soft_wrap=True)
    if not found.sentences:
        console.print(f"Alles sluit; {found.waiting} berichten wachten nog op bevestiging en hebben de tijd.")


def print_reroutes(asked: pl.DataFrame) -> None:
    """Print the open requests, and how to decide."""
    console = Console(highlight=False)
    table = _table("melding", "versie", "van", "gevaar", "gevraagd", "adressen leiden naar", "contact")
    for line in asked.iter_rows(named=True):
        table.add_row(
            line["registration_number"],
            str(line["version"]),
            line["region"],
            "ja" if line["danger"] else "",
            f"{line['asked_at'].astimezone(LOCAL):%d-%m-%Y}",
            ", ".join(line["suggested"]) or "nergens anders",
            line["contact"] or "",
        )
    console.print(table)
    console.print(f"{len(asked)} wachten. Beslissen: meldstroom feedback reroute decide NUMMER --from VT09 --to VT10")


def print_agreement(found: pl.DataFrame) -> None:
    """Print our verdict beside theirs, a line a criterion."""
    table = _table("criterium", *_AGREEMENT.values())
    for line in found.iter_rows(named=True):
        table.add_row(line["criterion"], *(str(line[name]) for name in _AGREEMENT))
    Console(highlight=False).print(table)
