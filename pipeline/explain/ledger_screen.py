"""What the terminal shows of the ledger: Dutch, with the words of the element rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.explain.gather import kept_back_words, takes_out
from pipeline.explain.tell import moment
from pipeline.explain.words import said
from pipeline.load.verify import PROBLEMS, Verified
from pipeline.policy.rules import read_rules
from pipeline.retention import Applied
from pipeline.screens import PIPED_WIDTH

BY_NUMBER: Final = (
    "Er is alleen op BSN gezocht. Niet in elke melding gaat het nummer mee: zoek ook op naam en geboortedatum."
)
MATCHES: Final = {
    "bsn": "zelfde BSN",
    "name": "zelfde geboortedatum en naam",
    "alike": "lijkt erop: ga na of het dezelfde persoon is",
}


def print_verified(verified: Verified) -> None:
    """Print whether the ledger holds, in a sentence, and where it does not."""
    console = Console(highlight=False, soft_wrap=True)
    size = f"{verified.entries} vermeldingen in {verified.chains} ketens"
    if verified.holds:
        console.print(f"[bold]Het verstrekkingenregister klopt[/bold]: {size}, {_covered(verified)}.")
        return
    console.print(
        f"[bold]Het verstrekkingenregister klopt NIET[/bold]: {len(verified.breaches)} afwijkingen in {size}."
    )
    for breach in verified.breaches:
        console.print(f"  {breach.chain} {breach.sequence}: {PROBLEMS[breach.problem][0]}")


def _covered(verified: Verified) -> str:
    if verified.checkpoint is None:
        return "nog geen controlepunt"
    return f"laatste controlepunt {verified.checkpoint.number} van {moment(verified.checkpoint.said['made_at'])}"


def print_entries(entries: Sequence[dict[str, Any]], number: str) -> None:
    """Print the ledger's entries of one registration, oldest first."""
    console = Console(highlight=False, soft_wrap=True)
    if not entries:
        console.print(f"Het verstrekkingenregister noemt {escape(number)} niet.")
    for entry in entries:
        back = "reden" if entry["kind"] == "recall" else said("line", "taken_out")["nl"] if takes_out(entry) else None
        to = f" {'bij' if back else 'aan'} {entry['region']}" if entry["region"] else ""
        kind = said("entry", "shortened" if takes_out(entry) else entry["kind"])["nl"]
        console.print(
            f"{moment(entry['at'])}: versie {entry['version']} [bold]{kind}[/bold]{to}"
            f" (keten {entry['chain']}, nummer {entry['sequence']})"
        )
        _print_terms(console, entry)
        if entry["elements"]:
            console.print(f"  gedeeld: {named(entry['elements'])}")
        if entry["withheld"]:
            told = "; ".join(kept_back_words(one, entry["kind"], read_rules()).nl for one in entry["withheld"])
            console.print(f"  {back or 'niet gedeeld'}: {told}")


def print_answer(found: Sequence[dict[str, Any]], said: Mapping[str, str]) -> None:
    """Print what was disclosed of a person, newest first; and what could not be found by what was `said`."""
    console = Console(highlight=False, soft_wrap=True)
    told = "1 verstrekking" if len(found) == 1 else f"{len(found)} verstrekkingen"
    console.print(f"[bold]{told}[/bold] over deze persoon gevonden")
    if not said.get("family_name", "").strip():
        console.print(BY_NUMBER)
    for entry in found:
        console.print(
            f"\n{moment(entry['at'])}: aan {entry['region']}, registratie {entry['registration_number']}"
            f" van {entry['unit']}, versie {entry['version']} ({MATCHES[entry['match']]})"
        )
        _print_terms(console, entry)
        console.print(f"  over deze persoon: {named(entry['elements'])}")
        console.print(f"  in de melding: {named(entry['report_elements'])}")
        if entry["recalled"]:
            told = kept_back_words(entry["recalled"], "recall", read_rules()).nl
            console.print(f"  sindsdien ingetrokken: {told}")


def print_retention(applied: Sequence[Applied], *, dry: bool) -> None:
    """Print what each rule let go, or would let go, with the law it rests on."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    table = Table(title="Bewaartermijnen" + (": wat weg zou gaan" if dry else ": wat weg is"))
    for heading in ("wat", "termijn", "vanaf", "bron"):
        table.add_column(heading)
    table.add_column("aantal", justify="right")
    for each in applied:
        row = (each.term.words.nl, keep_in_dutch(each.term.keep), str(each.limit or ""), each.term.source)
        table.add_row(*row, str(each.gone))
    console.print(table)


def keep_in_dutch(keep: str) -> str:
    """Return a term of the policy in Dutch."""
    for english, dutch in (("at once", "meteen"), ("for good", "blijvend"), ("days", "dagen"), ("years", "jaar")):
        keep = keep.replace(english, dutch)
    return keep


def _print_terms(console: Console, entry: dict[str, Any]) -> None:
    ground, agreement, mandate = (escape(entry[name]) for name in ("ground", "agreement_version", "mandate"))
    console.print(f"  grond: {ground}; werkafspraak {agreement}; gemandateerd door {mandate}")


def named(kinds: Sequence[str]) -> str:
    """Return kinds of element in their Dutch words; one that no rule names any more keeps its code."""
    words = {element.id: element.words.nl for element in read_rules().elements}
    return "; ".join(words.get(kind, kind) for kind in kinds)
