"""The desk in a terminal: what waits, and one item of it for the person who may see it. The words are the pages'."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from pipeline.desk.item_view import Cell, Row, Somebody, Text, show_item
from pipeline.desk.labels import holding, label, reason_words, span_words
from pipeline.desk.marks import Segment
from pipeline.desk.queue import Item
from pipeline.desk.story import Event
from pipeline.desk.value_words import evidence_words, triage_words
from pipeline.desk.written import moment, shown, waiting
from pipeline.desk_steps import Opened
from pipeline.policy.rules import Rules
from pipeline.policy.words import Language, Words
from pipeline.redact import UNREAD
from pipeline.screens import PIPED_WIDTH

LONG: Final = 60
"""Characters above which a value has a line of its own."""
CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a text could move a terminal with."""
WIDE: Final = {name: (name,) for name in ("registration", "unit", "clock", "danger", "why")}
NARROW: Final = {"registration": ("registration", "unit", "clock"), "why": ("danger", "why")}
"""Columns of the queue by heading, and what stands in each."""
WIDE_ENOUGH: Final = 100
"""Below it five columns leave the reasons a word a line."""
PARTS: Final = ("report", "person", "prior_incident", "danger_signal")


def print_desk(items: Sequence[Item], counts: Mapping[str, int], at: datetime, rules: Rules, lang: Language) -> None:
    """Print what waits, in its order; no personal data.

    Args:
        items: of the queue.
        counts: of all that waits: open, danger, late.
        at: now, for the clocks.
        rules: the words of reasons.
        lang: of the words.
    """
    say = _Say(lang)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
    table = Table(title=say("desk", **counts), caption=say("order") if items else say("nothing"))
    columns = NARROW if console.width < WIDE_ENOUGH else WIDE
    for heading in columns:
        table.add_column(say(heading), overflow="fold", no_wrap=heading == "registration")  # a number to be copied
    for item in items:
        number = item.registration_number or item.name
        version = f"\n({say('version')} {item.version})" if (item.version or 1) > 1 else ""
        told = {
            "registration": f"{number}{version}",
            "unit": item.unit,
            "clock": waiting(item.due - at, lang),
            "danger": _danger(item, say),
            "why": _why(item, rules, say),
        }
        table.add_row(*("\n".join(told[name] for name in together if told[name]) for together in columns.values()))
    console.print(table)
    if len(items) < counts["open"]:
        console.print(say("more", count=counts["open"] - len(items)))


def print_item(opened: Opened, rules: Rules, account: str, names: Mapping[str, str], lang: Language) -> None:
    """Print one item as its page shows it: why it is here, what came with its marks, and what would go.

    Args:
        opened: the item.
        rules: the words of reasons.
        account: who looks.
        names: of the regions.
        lang: of the words.
    """
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for line in item_lines(opened, rules, account, names, lang):
        console.print(CONTROL.sub(" ", line))


def item_lines(opened: Opened, rules: Rules, account: str, names: Mapping[str, str], lang: Language) -> Iterable[str]:
    """Yield what `print_item` prints."""
    say, view = _Say(lang), show_item(opened, rules, account)
    yield from _heading(opened, view, say)
    yield from _missing(view, say)
    if view["raw"] is not None:
        yield from ("", say("row"), *(f"  {line}" for line in _raw(view)))
    else:
        yield from _contents(opened, view, say)
        yield from _going(opened, view, names, say)
    yield from _history(opened, say)
    yield from ("", say("decide"), *(f"  {line}" for line in _commands(opened)))


class _Say:
    """The words of one language."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang

    def __call__(self, heading: str, **values: object) -> str:
        return self.words(label("screen", heading)).format(**values)

    def words(self, words: Words) -> str:
        return words.say(self.lang)

    def label(self, group: str, code: object) -> str:
        return self.words(label(group, code))


def _danger(item: Item, say: _Say) -> str:
    signals = ", ".join(say.label("signal", signal) for signal in item.signals)
    return signals or (say("possible") if item.danger else "")


def _why(item: Item, rules: Rules, say: _Say) -> str:
    reasons = [reason_words(reason, rules, item.night) for reason in item.reasons]
    return "\n".join(f"{say.words(reason.words)} ({reason.code})" for reason in holding(reasons))


def _heading(opened: Opened, view: dict[str, Any], say: _Say) -> Iterable[str]:
    item = opened.item
    yield (
        f"{item.registration_number or say('unnumbered')} {say('of')} {item.unit}, {say('night')}"
        f" {item.night:%d-%m-%Y}, {say('version')} {item.version or '?'}: {waiting(view['left'], say.lang)}"
    )
    if opened.later:
        yield say("later", later=opened.later)
    if opened.stands:
        yield say("stands", regions=", ".join(opened.stands))
    yield from ("", say("why").capitalize())
    for reason in view["holds"]:
        yield f"  · {say.words(reason.words)}" + (f" ({reason.source})" if reason.source else "")
    if opened.four_eyes:
        yield f"  · {say('four_eyes')}"
    for proposal in opened.proposals:
        yield f"  · {proposal.account}: {say.label('decision', 'release')} {', '.join(proposal.regions)}"
    for signal in view["signals"]:
        told = "; ".join(f"“{sentence}”" for sentence in signal.sentences) or say.words(signal.otherwise)
        yield f"  ▲ {say.label('signal', signal.name)}: {told}"
    if opened.item.danger and not view["signals"]:
        yield f"  ▲ {say(view['unsaid'])}"


def _missing(view: dict[str, Any], say: _Say) -> Iterable[str]:
    score = view["item"].score
    if view["blocking"] or view["other_gaps"]:
        yield from ("", say("missing") + (f" ({say('score', score=score)})" if score is not None else ""))
    for gap in view["blocking"]:
        yield f"  · {say.words(gap.words)}" + (f". {say.words(gap.advice)}" if gap.advice else "")
    if view["other_gaps"]:
        yield f"  · {say('less')}: {'; '.join(say.words(gap.words) for gap in view['other_gaps'])}"
    if view["remarks"]:
        yield from ("", say("remarks"), *(f"  · {say.words(reason.words)}" for reason in view["remarks"]))


def _raw(view: dict[str, Any]) -> Iterable[str]:
    """Yield a rejected row, a field a line; what is empty says that it is."""
    fields: Sequence[tuple[str, str]] | None = view["raw_fields"]
    return [view["raw"]] if fields is None else [f"{name}: {value or '–'}" for name, value in fields]


def _contents(opened: Opened, view: dict[str, Any], say: _Say) -> Iterable[str]:
    if view["texts"]:
        yield from ("", say("texts"))
    for text in view["texts"]:
        yield from _text(text, say)
    yield from ("", say("persons"))
    for somebody in view["persons"]:
        yield from _somebody(somebody, say)
    if opened.hints:
        yield f"  {say('hints')}:"
    for hint in opened.hints:
        evidence = ", ".join(say.words(evidence_words(one)) for one in hint.evidence)
        yield (
            f"  · {say('person')} {hint.person_number} ↔ {hint.earlier_number} ({hint.earlier_unit})"
            f" {say('person')} {hint.earlier_person_number}: {evidence}"
        )
    yield from ("", say("facts"), f"  {_cells(view['facts'], say)}")
    if view["priors"]:
        yield from ("", say("priors"), *(f"  {_cells(cells, say)}" for cells in view["priors"]))


def _text(text: Text, say: _Say) -> Iterable[str]:
    source = f", {say.label('source', text.source)}" if text.source else ""
    at = f", {moment(text.at, say.lang)}" if text.at else ""
    # the name that --mask takes
    yield f"  {say.words(text.title)}{source}{at} [{text.field}:{'' if text.number is None else text.number}]"
    yield f"    {''.join(_marked(segment, say) for segment in text.marked)}"


def _marked(segment: Segment, say: _Say) -> str:
    danger = f"▲{segment.text}" if segment.opens_danger else segment.text
    if segment.action is None:
        return danger
    becomes = f" → {segment.token}" if segment.token else ""
    if segment.rule == UNREAD:
        becomes = f": {say.words(span_words()[UNREAD])}"
    return f"⟦{danger}⟧({say.label('action', segment.action)} {segment.start}-{segment.end}{becomes})"


def _somebody(somebody: Somebody, say: _Say) -> Iterable[str]:
    role = say.label("role", somebody.role) if somebody.role else say("role_unknown")
    yield f"  {somebody.number} · {role}" + (f" · {somebody.name}" if somebody.name else "")
    yield f"    {_cells(somebody.cells, say)}"


def _cells(cells: Sequence[Cell], say: _Say) -> str:
    return "; ".join(
        f"{say.label('column', cell.column)}: {shown(cell.value, say.lang, cell.column)}"
        + (f" ({say('stays')})" if cell.goes is False else "")
        for cell in cells
    )


def _going(opened: Opened, view: dict[str, Any], names: Mapping[str, str], say: _Say) -> Iterable[str]:
    if opened.outgoing is not None and opened.outgoing.masks:
        yield from ("", say("without"), *(f"  {mask}" for mask in opened.outgoing.masks))
    if not view["regions"]:
        yield from ("", say("nowhere"))
    for region, tables in view["regions"]:
        yield from ("", say("goes", region=region, name=names.get(region, "")))
        for part in PARTS:
            for row in tables[part]:
                yield f"  {say(part).capitalize()}"
                yield from (f"    {line}" for line in _row(row, say))


def _row(row: Row, say: _Say) -> Iterable[str]:
    """Yield a row of a region's table: short values together, a long one or one of a list on a line of its own."""
    yield _cells([Cell(*cell, goes=True) for cell in row.cells if not _is_long(*cell)], say)
    for column, value in (cell for cell in row.cells if _is_long(*cell)):
        if column not in LISTS:
            yield f"{say.label('column', column)}: {value}"
            continue
        yield f"{say.label('column', column)}:"
        yield from (f"  {LISTS[column](one, say)}" for one in value)


def _is_long(column: str, value: Any) -> bool:  # noqa: ANN401 - any cell of a table
    return column in LISTS or (isinstance(value, str) and len(value) > LONG)


def _entry(entry: Mapping[str, Any], say: _Say) -> str:
    known = say.label("known_as", entry["known_as"]) if entry.get("known_as") else "–"
    return f"{entry['entry_number']} ({known}): {entry['text']}"


def _triage(entry: Mapping[str, Any], say: _Say) -> str:
    return say.words(triage_words(entry))


LISTS: Final = {"entries": _entry, "triage": _triage}
"""Columns that hold a list of their own, and how one of it is written."""


def _history(opened: Opened, say: _Say) -> Iterable[str]:
    if opened.events:
        yield from ("", say("history"), *(f"  {_event(event, say)}" for event in opened.events))
    if opened.versions:
        yield from ("", say("versions"))
    for other in opened.versions:
        regions = f" {', '.join(other.regions)}" if other.regions else ""
        outcome = say.label("outcome", other.outcome)
        yield f"  {say('version')} {other.version}, {say('night')} {other.night:%d-%m-%Y}: {outcome}{regions}"


def _event(event: Event, say: _Say) -> str:
    who = f"{moment(event.at, say.lang)} {event.account}"
    if event.kind == "view":
        return f"{who} {say('viewed', times=event.times)}"
    regions = f" {', '.join(event.regions)}" if event.regions else ""
    pending = "" if event.effective else f" ({say('pending')})"
    comment = f": {event.comment}" if event.comment else ""
    return f"{who}: {say.label('decision', event.kind)}{regions}{pending}{comment}"


def _commands(opened: Opened) -> Iterable[str]:
    item = opened.item
    of = f"{item.registration_number} --unit {item.unit}" if item.registration_number else item.name
    raw = isinstance(opened.contents, str)
    if not raw:
        region = "" if opened.outgoing and opened.outgoing.regions else " --region VT.."
        yield f"meldstroom desk release {of}{region}"
    yield f'meldstroom desk return {of} --comment "…"'
    if not raw:
        yield f"meldstroom desk elsewhere {of}"
    yield f"meldstroom desk withhold {of}"
