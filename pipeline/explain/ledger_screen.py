"""What the terminal shows of the ledger and of what is past its term, with the words of the element rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.explain.gather import entry_in_words, recall_words
from pipeline.explain.tell import moment, tell_entry
from pipeline.explain.words import lines, words
from pipeline.load.checkpoint import Checkpoint
from pipeline.load.verify import PROBLEMS, Verified
from pipeline.policy.rules import read_rules
from pipeline.policy.words import Words
from pipeline.retention import Applied
from pipeline.screens import wide_console


def _say(name: str, language: str, **given: object) -> str:
    return words("register")[name].say(language).format(**given)


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)


def print_verified(verified: Verified, language: str) -> None:
    """Print whether the ledger holds, in a sentence, and where it does not."""
    console = _console()
    size = _say("size", language, entries=verified.entries, chains=verified.chains)
    if verified.holds:
        console.print(_say("holds", language, size=size, covered=_covered(verified, language)))
        return
    console.print(_say("breached", language, breaches=len(verified.breaches), size=size))
    for breach in verified.breaches:
        console.print(f"  {breach.chain} {breach.sequence}: {Words(*PROBLEMS[breach.problem]).say(language)}")


def _covered(verified: Verified, language: str) -> str:
    made = verified.checkpoint
    if made is None:
        return _say("uncovered", language)
    return _say("covered", language, number=made.number, at=moment(made.said["made_at"]))


def print_checkpoint(made: Checkpoint, language: str) -> None:
    """Print a checkpoint's number and what the next one names it by."""
    at = moment(made.said["made_at"])
    _console().print(_say("checkpoint", language, number=made.number, at=at, digest=made.digest))


def print_entries(entries: Sequence[dict[str, Any]], number: str, language: str) -> None:
    """Print the ledger's entries of one registration, oldest first."""
    console = _console()
    if not entries:
        console.print(_say("unnamed", language, number=escape(number)))
    for entry in entries:
        for line in tell_entry(entry_in_words(entry, read_rules()), [], language):
            console.print(line)


def print_answer(found: Sequence[dict[str, Any]], said: Mapping[str, str], language: str) -> None:
    """Print what was disclosed of a person, newest first; and what could not be found by what was `said`."""
    console = _console()
    console.print(_say("one_found" if len(found) == 1 else "found", language, count=len(found)))
    if not said.get("family_name", "").strip():
        console.print(_say("by_number", language))
    for entry in found:
        match = words("match")[entry["match"]].say(language)
        console.print("\n" + _say("disclosed", language, **entry | {"at": moment(entry["at"]), "match": match}))
        _print_terms(console, entry, language)
        console.print(f"  {_say('of_person', language)}: {named(entry['elements'], language)}")
        console.print(f"  {_say('in_report', language)}: {named(entry['report_elements'], language)}")
        if entry["recalled"]:
            console.print(f"  {_say('recalled_since', language)}: {recall_words(entry['recalled'])[language]}")


def print_retention(applied: Sequence[Applied], language: str, *, dry: bool) -> None:
    """Print what each rule let go, or would let go, with the law it rests on."""
    table = Table(title=_say("would_go" if dry else "gone", language))
    for heading in ("what", "term", "since", "source"):
        table.add_column(_say(heading, language))
    table.add_column(_say("count", language), justify="right")
    for each in applied:
        term = each.term
        row = (term.words.say(language), _keep(term.keep, language), str(each.limit or ""), term.source)
        table.add_row(*row, str(each.gone))
    wide_console().print(table)


def _keep(keep: str, language: str) -> str:
    """Return a term of the policy, which is written in English, as it is said."""
    for english, told in words("keep").items():
        keep = keep.replace(english, told.say(language))
    return keep


def _print_terms(console: Console, entry: dict[str, Any], language: str) -> None:
    say = lines(language)
    ground, agreement, mandate = (escape(entry[name]) for name in ("ground", "agreement_version", "mandate"))
    console.print(f"  {say['ground']}: {ground}; {say['agreement']} {agreement}; {say['mandate']}: {mandate}")


def named(kinds: Sequence[str], language: str) -> str:
    """Return kinds of element in words; one that no rule names any more keeps its code."""
    told = {element.id: element.words.say(language) for element in read_rules().elements}
    return "; ".join(told.get(kind, kind) for kind in kinds)
