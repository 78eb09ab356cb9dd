"""One item as a JSON document, for the person who may see it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from pipeline.desk.item_view import hide_bsn, raw_row
from pipeline.desk_steps import Opened
from pipeline.schema import TABLES


def as_document(opened: Opened) -> dict[str, Any]:
    """Return the item, its contents, each text with its spans, and the rows that would go."""
    contents = opened.contents
    document: dict[str, Any] = {
        "item": asdict(opened.item),
        "four_eyes": opened.four_eyes,
        "proposals": [asdict(one) for one in opened.proposals],
        "later_version": opened.later,
        "stands": list(opened.stands),
        "events": [asdict(one) for one in opened.events],
    }
    if isinstance(contents, str):
        return {**document, "payload": raw_row(contents)}
    assert opened.outgoing is not None
    out = opened.outgoing
    contents = replace(contents, person=hide_bsn(contents.person, out.staging.person))
    return {
        **document,
        "contents": {table.name: getattr(contents, table.name).to_dicts() for table in TABLES},
        "texts": [
            {
                "field": field,
                "entry_number": number,
                "received": out.originals[(field, number)],
                "goes": done.text,
                "spans": [span._asdict() for span in done.spans],
            }
            for (field, number), done in out.texts.items()
        ],
        "danger_told": opened.told.to_dicts(),
        "danger_unread": opened.unread,
        "regions": list(out.regions),
        "masks": [str(mask) for mask in out.masks],
        "goes": {name: table.to_dicts() for name, table in vars(out.staging).items()},
    }
