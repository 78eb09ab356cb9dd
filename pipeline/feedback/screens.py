"""Feedback, re-routing and reconciliation on a terminal, in words: numbers of registrations and nothing of a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl
from rich.markup import escape
from rich.table import Table

from pipeline.desk.labels import gap_words
from pipeline.feedback.reconcile import COUNTS, Reconciliation
from pipeline.feedback.take import FeedbackError, FeedbackResult
from pipeline.feedback.words import coded, read_words, say
from pipeline.policy.stuf.terms import read_terms
from pipeline.screens import wide_console
from pipeline.settings import LOCAL


def _table(columns: Iterable[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    return table


def print_reconciliation(found: Reconciliation, language: str, *, parties: bool) -> None:
    """Print the counts a night and region, then every gap with its registrations.

    Args:
        found: what lies between the counts.
        language: `nl` or `en`.
        parties: whether this installation sends messages at all.
    """
    console = wide_console()
    for (night,), lines in found.regions.group_by("night", maintain_order=True):
        table = _table([say("screen", "region", language), *(say("count", name, language) for name in COUNTS)])
        for line in lines.iter_rows(named=True):
            table.add_row(line["region"], *("–" if line[name] is None else str(line[name]) for name in COUNTS))
        console.print(say("screen", "night", language, night=night), style="bold")
        console.print(table)
    for sentence in _below(found, language, parties=parties):
        console.print(sentence, soft_wrap=True)
    for sentence in found.told(language):
        console.print(sentence, style="bold", soft_wrap=True)
    for gap in found.gaps.iter_rows(named=True):
        version = "" if gap["version"] is None else f" {say('screen', 'version', language)} {gap['version']}"
        where, what = gap["region"] or gap["unit"], coded("gap", gap["gap"], language)
        console.print(f"  {gap['night']} {where} {gap['registration_number']}{version}: {what}", soft_wrap=True)
    if not found.told(language) and not found.regions.is_empty():
        console.print(say("screen", "closed", language, count=found.waiting))


def _below(found: Reconciliation, language: str, *, parties: bool) -> Iterable[str]:
    """Yield what a reader of the counts has to know: what `–` means, and what does not count."""
    if found.regions.is_empty():
        yield say("screen", "no_night", language)
    elif found.regions.get_column("sent").has_nulls():
        yield say("screen", "none" if parties else "no_parties", language)
    if found.demonstrated:
        yield say("screen", "demonstrated", language, count=found.demonstrated)


def print_reroutes(asked: pl.DataFrame, language: str) -> None:
    """Print the open requests, and how to decide."""
    console = wide_console()
    if asked.is_empty():
        console.print(say("screen", "no_reroutes", language))
        return
    table = _table(say("reroute", name, language) for name in read_words()["reroute"])
    for line in asked.iter_rows(named=True):
        table.add_row(
            line["registration_number"],
            str(line["version"]),
            line["region"],
            say("screen", "yes", language) if line["danger"] else "",
            f"{line['asked_at'].astimezone(LOCAL):%d-%m-%Y}",
            ", ".join(line["suggested"]) or say("screen", "nowhere_else", language),
            escape(line["contact"] or ""),  # a region wrote it
        )
    console.print(table)
    console.print(say("screen", "reroutes", language, count=len(asked)), soft_wrap=True)


def print_agreement(found: pl.DataFrame, language: str) -> None:
    """Print our verdict beside theirs, a line a criterion."""
    counts = read_words()["agreement"]
    table = _table([say("screen", "criterion", language), *(say("agreement", name, language) for name in counts)])
    for line in found.iter_rows(named=True):
        words = gap_words(line["criterion"]).words
        table.add_row(words.say(language), *(str(line[name]) for name in counts))
    wide_console().print(table)


def print_taken(result: FeedbackResult, language: str) -> None:
    """Print what became of feedback: counts, what was set aside, and what was taken and is odd."""
    console = wide_console()
    counts = {"files": result.files, "taken": result.taken, "acknowledged": result.acknowledged}
    console.print(say("screen", "taken", language, **counts, aside=len(result.errors)), soft_wrap=True)
    for line in _rows([*result.errors, *result.remarks], language):
        console.print(line, soft_wrap=True, markup=False)


def _rows(found: Sequence[FeedbackError], language: str) -> Iterable[str]:
    for one in found:
        number = f" {one.registration_number}" if one.registration_number else ""
        problem = coded("problem", one.problem, language)
        yield f"{one.file}, {say('screen', 'line', language)} {one.line}{number}: {problem}"


def print_late(late: pl.DataFrame, language: str) -> None:
    """Print the reports that are past a term."""
    console = wide_console()
    terms = {term.id: term.words.say(language) for term in read_terms()}
    version = say("screen", "version", language)
    for line in late.iter_rows(named=True):
        report = f"{line['region']} {line['registration_number']} {version} {line['version']}"
        told = {"report": report, "term": terms[line["term"]], "due": line["due"], "days": line["days_late"]}
        console.print(say("screen", "late", language, **told), soft_wrap=True)
    console.print(say("screen", "late_in_all", language, count=len(late)))
