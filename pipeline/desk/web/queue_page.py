"""The queue as a page shows it: a line an item, and nothing personal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from pipeline.desk.decisions import needs_four_eyes
from pipeline.desk.labels import Reason, holding, reason_words
from pipeline.desk.queue import Choice, Item, count_by, count_held, list_held
from pipeline.load.database import now, query
from pipeline.policy.rules import Rules

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

PAGE: Final = 50


@dataclass(frozen=True)
class Line:
    """One item in the queue."""

    item: Item
    left: timedelta
    """Of its clock; negative: over."""
    holds: Sequence[Reason]
    four_eyes: bool
    first: str | None
    """Who proposed to release it: a second person is needed."""
    asked: str | None
    """Who asked the unit."""


def read_queue(given: cursor, choice: Choice, number: int, rules: Rules) -> dict[str, Any]:
    """Return what the queue's template shows: page `number` (from 1) of what is chosen."""
    at = now(given)
    chosen = count_held(given, choice)
    pages = max(1, -(-chosen["open"] // PAGE))
    number = min(max(number, 1), pages)
    items = list_held(given, limit=PAGE, offset=(number - 1) * PAGE, choice=choice)
    by = count_by(given)
    pending = _pending(given, items)
    return {
        "at": at,
        "counts": count_held(given),
        "chosen": chosen,
        "choice": choice,
        "units": _with(by["unit"], choice.unit),
        "reasons": _reasons(_with(by["reason"], choice.reason), rules),
        "lines": [_line(item, at, rules, pending) for item in items],
        "page": number,
        "pages": pages,
        "address": lambda page: f"?{urlencode({**_named(choice), 'page': page})}",
    }


def _with(counts: dict[str, int], chosen: str | None) -> dict[str, int]:
    """Return the counts to choose from; what is chosen is among them also when nothing of it waits any more."""
    return counts | ({} if chosen is None or chosen in counts else {chosen: 0})


def _named(choice: Choice) -> dict[str, str]:
    danger = None if choice.danger is None else str(int(choice.danger))
    named = {"unit": choice.unit, "reason": choice.reason, "danger": danger, "late": "1" if choice.late else None}
    return {name: value for name, value in named.items() if value}


def _line(item: Item, at: datetime, rules: Rules, pending: dict[str, dict[str, str]]) -> Line:
    reasons = [reason_words(reason, rules, item.night) for reason in item.reasons]
    mine = pending.get(item.name, {})
    return Line(
        item,
        item.due - at,
        holding(reasons),
        needs_four_eyes(item, rules),
        mine.get("release"),
        mine.get("return"),
    )


def _reasons(counts: dict[str, int], rules: Rules) -> list[tuple[Reason, int]]:
    found = [(reason_words(code, rules), count) for code, count in counts.items()]
    return sorted(((reason, count) for reason, count in found if reason.holds), key=lambda pair: -pair[1])


def _pending(given: cursor, items: Sequence[Item]) -> dict[str, dict[str, str]]:
    """Return by item and kind who decided something that took no effect yet, since it lies there."""
    if not items:
        return {}
    rows = query(
        given,
        "SELECT concat_ws('.', unit, night, export_id, row), kind, account FROM intake.desk_decision"
        " JOIN intake.hold USING (unit, night, export_id, row)"
        " WHERE NOT effective AND desk_decision.decided_at >= since AND (unit, night, export_id, row) IN"
        " (SELECT * FROM unnest(%s, %s, %s, %s)) ORDER BY decision",
        tuple(list(column) for column in zip(*(item.place for item in items), strict=True)),
    )
    found: dict[str, dict[str, str]] = {}
    for name, kind, account in rows:
        found.setdefault(name, {})[kind] = account
    return found
