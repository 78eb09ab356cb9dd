"""One item in a terminal, for the person who may see it."""

from __future__ import annotations

from rich.console import Console

from pipeline.desk.labels import gap_words, label, reason_words
from pipeline.desk.marks import segments
from pipeline.desk_steps import Opened
from pipeline.policy.rules import Rules
from pipeline.redact import Redacted


def print_item(opened: Opened, rules: Rules) -> None:
    """Print one item for the person who may see it: what holds it, its texts with marks, what would go."""
    item, out = opened.item, opened.outgoing
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"{item.registration_number or item.name} van {item.unit}, nacht {item.night}")
    for reason in (reason_words(code, rules) for code in item.reasons):
        console.print(f"  · {reason.words.nl}" + (f" ({reason.source})" if reason.source else ""))
    console.print(f"ontbreekt: {', '.join(gap_words(gap).words.nl for gap in item.gaps) or 'niets'}")
    console.print(f"gevaar: {', '.join(label('signal', name).nl for name in item.signals) or 'geen'}")
    for proposal in opened.proposals:
        console.print(f"voorgesteld door {proposal.account}: doorzenden naar {', '.join(proposal.regions)}")
    if isinstance(opened.contents, str) or out is None:
        console.print(str(opened.contents))
        return
    for row in opened.contents.person.iter_rows(named=True):
        console.print({name: str(value) for name, value in row.items() if value is not None})
    for (field, number), done in out.texts.items():
        title = f"{label('text', field).nl}{'' if number is None else f' {number}'}"
        console.print(f"\n{title} ({field}:{'' if number is None else number})")
        console.print(_marked(out.originals[(field, number)], done))
    console.print(f"\nzou gaan naar: {', '.join(out.regions) or 'nergens: kies een regio'}")
    for mask in out.masks:
        console.print(f"zonder {mask}")
    for name, table in vars(out.staging).items():
        for row in table.iter_rows(named=True):
            console.print(
                f"{name}: { {column: str(value) for column, value in row.items() if value not in (None, [])} }"
            )


def _marked(text: str, done: Redacted) -> str:
    """Return a text with what is done to each stretch of it in front of that stretch."""
    pieces = []
    for one in segments(text, done.spans):
        opening = f"⟦{label('action', one.action).nl} {one.start}-{one.end}: " if one.action else ""
        pieces.append(f"{opening}{one.text}⟧" if one.action else one.text)
    return "".join(pieces)
