"""Calling people: a sentence of counts and item names to the log, and to a webhook where the operator named one."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import Request, urlopen

from pipeline import installation
from pipeline.load.database import query, transaction
from pipeline.settings import LOCAL, Settings, read_settings

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

LOG = logging.getLogger("meldstroom.notice")
MOST_NAMED = 20
"""Items that one notice names; the desk shows the rest."""
SECONDS = 10


def over_the_clock(settings: Settings | None = None) -> list[str]:
    """Return a sentence on what waits at the desk for longer than its clock allows, or nothing.

    Whom it concerns is not in it: only counts and names of items. Nothing is ever released by a clock.
    """
    settings = settings or read_settings()
    with transaction(installation.database(settings), "desk") as given:
        late = _late(given)
    if not late:
        return []
    danger = sum(dangerous for _, dangerous, _ in late)
    oldest = min(due for _, _, due in late).astimezone(LOCAL)
    named = ", ".join(name for name, _, _ in late[:MOST_NAMED]) + (" …" if len(late) > MOST_NAMED else "")
    return [f"{len(late)} stukken bij het loket zijn over hun tijd, {danger} met een gevaarsignaal; de eerste had om"
            f" {oldest:%d-%m %H:%M} klaar moeten zijn. / {len(late)} items at the release desk are over their clock,"
            f" {danger} of them in danger; the first was due {oldest:%d-%m %H:%M}. {named}"]  # fmt: skip


def _late(given: cursor) -> list[tuple[str, bool, datetime]]:
    """Return (name, danger, due) of every item over its clock, danger first, then the one longest over."""
    return query(
        given,
        "SELECT concat_ws('.', hold.unit, hold.night, hold.export_id, hold.row), danger, due FROM intake.hold"
        " JOIN intake.export USING (unit, night, export_id)"
        " WHERE state = 'loaded' AND decided_at IS NULL AND due < now() ORDER BY danger DESC, due, 1",
    )


def tell(sentence: str, settings: Settings | None = None) -> bool:
    """Log a sentence, and post it as JSON (`{"text": …}`) where a webhook is set; tell whether it got there.

    A webhook that does not answer stops nothing: the log has it, and the task that called is red by itself.
    """
    settings = settings or read_settings()
    LOG.warning(sentence)
    if settings.webhook is None:
        return True
    body = json.dumps({"text": sentence}, ensure_ascii=False).encode()
    asked = Request(settings.webhook, body, {"Content-Type": "application/json"}, method="POST")  # noqa: S310 - http(s)
    try:
        with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310 - http(s), see settings
            return bool(answer.status < 300)  # noqa: PLR2004
    except (URLError, OSError) as error:
        LOG.error("the webhook did not take it: %s", type(error).__name__)
        return False
