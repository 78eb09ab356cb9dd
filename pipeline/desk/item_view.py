"""One item as a page and a terminal show it: what holds it, texts with marks, what would go, what was done with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import polars as pl

from pipeline.desk.labels import Reason, gap_words, holding, label, reason_words, span_words
from pipeline.desk.marks import DangerSentence, Segment, segments
from pipeline.desk.masks import Mask
from pipeline.desk.outgoing import Outgoing
from pipeline.desk_steps import Opened
from pipeline.policy.rules import Rules
from pipeline.policy.words import Words
from pipeline.redact import TextKey
from pipeline.redact.codes.numbers import passes_elfproef
from pipeline.redact.tables import FIELDS
from pipeline.schema import DANGER_BOXES, KEY, PROBLEMS, ROW, Tables

NOT_SHOWN: Final = frozenset({ROW, PROBLEMS, "content_hash", "registration_number", "version", *FIELDS}) - {
    "weapon_kind"
}
NOTHING: Final[tuple[object, ...]] = (None, [], "")
FLAGS: Final = frozenset({"retracted", "removed", "embargo", "shielded", *DANGER_BOXES})
"""What is only worth a line when it is set."""
PRIOR_KEY: Final = ("person_number", "date", "incident_code")
ORDER: Final = ("description", "reason_for_report", "entry", "informed_explanation", "weapon_kind", "organisation")
IN_TABLES: Final = frozenset({"organisation", "prior_incident", "weapon_kind"})
"""Short texts that stand with their persons: shown as texts only where something is marked in them."""
HIDDEN: Final = "•" * 9
"""In place of a BSN that does not go."""
LIKE_BSN: Final = re.compile(r"(?<!\d)(?:\d[ .]?){7,8}\d(?!\d)")
"""Eight or nine digits, also written apart: `123.456.782`."""
JSON_COLUMNS: Final = frozenset({"entries", "triage"})


@dataclass(frozen=True)
class Text:
    """One text, as received and as it goes."""

    field: str
    number: int | None
    title: Words
    source: str | None
    """Code of how it is known; None of a text that is no entry."""
    at: datetime | None
    original: str
    marked: Sequence[Segment]
    left: str | None
    """What goes; None: nothing."""

    @property
    def id(self) -> str:
        """Its name within the page."""
        return f"text-{self.field}-{'' if self.number is None else self.number}"


@dataclass(frozen=True)
class Signal:
    """A danger signal and the sentences that tell of it."""

    name: str
    sentences: Sequence[str]
    otherwise: Words
    """How it is known where no sentence tells of it."""


@dataclass(frozen=True)
class Left:
    """A stretch that a person may leave out."""

    mask: Mask
    title: Words
    excerpt: str
    doubt: Words | None
    """Why the redactor leaves it to a person; None: a person chose it."""
    checked: bool


@dataclass(frozen=True)
class Cell:
    """A value as received."""

    column: str
    value: Any
    goes: bool | None
    """None: no region is chosen yet, so nobody can tell."""


@dataclass(frozen=True)
class Somebody:
    """A person of the registration, as received."""

    number: int
    role: str | None
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Row:
    """One row of a region's table."""

    cells: Sequence[tuple[str, Any]]
    """Column and value, where there is one."""
    empty: Sequence[str]
    """Columns without a value."""


def show_item(opened: Opened, rules: Rules, account: str) -> dict[str, Any]:
    """Return what the item's template shows."""
    item, out = opened.item, opened.outgoing
    reasons = [reason_words(reason, rules, item.night) for reason in item.reasons]
    holds = holding(reasons)
    gaps = [gap_words(gap, item.night) for gap in item.gaps]
    shown: dict[str, Any] = {
        "opened": opened,
        "item": item,
        "left": item.due - opened.at,
        "holds": holds,
        "remarks": [reason for reason in reasons if reason not in holds],
        "doubts": _doubts(reasons),
        "blocking": [gap for gap in gaps if gap.blocking],
        "other_gaps": [gap for gap in gaps if not gap.blocking],
        "mine": next((one for one in opened.proposals if one.account == account), None),
        "others": [one for one in opened.proposals if one.account != account],
        "raw": raw_row(opened.contents) if isinstance(opened.contents, str) else None,
        "raw_fields": raw_fields(opened.contents) if isinstance(opened.contents, str) else None,
        "unsaid": "row_danger" if isinstance(opened.contents, str) else "unread_danger",
        **dict.fromkeys(("texts", "signals", "masks", "persons", "facts", "priors", "regions"), ()),
        "shown": "",
    }
    if out is None or isinstance(opened.contents, str):
        return {**shown, "signals": [Signal(name, (), label("screen", "in_row")) for name in item.signals]}
    tables = replace(opened.contents, person=hide_bsn(opened.contents.person, out.staging.person))
    return shown | {
        "texts": _texts(tables, out, opened.told),
        "signals": _signals(opened, out),
        "masks": _masks(out),
        "persons": _persons(tables, out),
        "facts": _facts(tables, out),
        "priors": _received(tables.prior_incident, _going(out, "prior_incident"), PRIOR_KEY),
        "regions": [(region, _rows(out, region)) for region in out.regions],
        "shown": shown_as(out.regions, out.masks),
    }


def shown_as(regions: Iterable[str], masks: Iterable[Mask]) -> str:
    """Return what a page showed as going out, so that a release of anything else is shown first."""
    return " ".join([*sorted(set(regions)), *sorted(map(str, set(masks)))])


def raw_row(payload: str) -> str:
    """Return a rejected row as it came, without what may be a BSN: the row can only go back, and nobody needs it."""
    return LIKE_BSN.sub(lambda hit: HIDDEN if _may_be_bsn(hit[0]) else hit[0], payload)


def raw_fields(payload: str) -> list[tuple[str, str]] | None:
    """Return a rejected row by its own names for the fields, as `raw_row` shows it; None where it came as no fields."""
    try:
        row = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(row, dict):
        return None
    return [(name, _as_it_came(value)) for name, value in row.items() if name != ROW]


def _as_it_came(value: Any) -> str:  # noqa: ANN401 - any value of JSON
    if value in NOTHING:
        return ""
    return raw_row(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _may_be_bsn(written: str) -> bool:
    digits = re.sub(r"\D", "", written)
    return len(digits) == len(HIDDEN) or passes_elfproef(digits.zfill(len(HIDDEN)))


def hide_bsn(person: pl.DataFrame, going: pl.DataFrame) -> pl.DataFrame:
    """Return the persons as received with a BSN only where it goes: nobody at the desk needs another (Wmo 5.2.9(1)).

    Args:
        person: as received.
        going: the rows of the regions' tables.
    """
    sent = going.select("person_number", pl.col("bsn").alias("sent")).unique("person_number")
    goes = pl.col("bsn").is_null() | (pl.col("bsn") == pl.col("sent")).fill_null(value=False)
    return (
        person.join(sent, on="person_number", how="left", maintain_order="left")
        .with_columns(bsn=pl.when(goes).then("bsn").otherwise(pl.lit(HIDDEN)))
        .drop("sent")
    )


def _doubts(reasons: Sequence[Reason]) -> list[str]:
    return sorted({reason.doubt for reason in reasons if reason.doubt is not None})


def _texts(tables: Tables, out: Outgoing, told: pl.DataFrame) -> list[Text]:
    entries = {entry["entry_number"]: entry for entry in tables.entry.iter_rows(named=True)}
    sentences: dict[TextKey, list[DangerSentence]] = {}
    for one in told.iter_rows(named=True):
        key = _key(one["field"], one["entry_number"])
        sentences.setdefault(key, []).append(DangerSentence(one["start"], one["end"], one["signal"]))
    texts = []
    for (field, number), original in out.originals.items():
        done = out.texts[(field, number)]
        entry = entries.get(number, {}) if field == "entry" else {}
        name = label("text", field)
        title = name if number is None else Words(f"{name.nl} {number}", f"{name.en} {number}")
        marked = segments(original, done.spans, sentences.get((field, number), ()))
        about = (entry.get("source"), entry.get("written_at"))
        if done.spans or field not in IN_TABLES:
            texts.append(Text(field, number, title, *about, original, marked, done.text))
    place = {field: at for at, field in enumerate(ORDER)}
    return sorted(texts, key=lambda text: (place.get(text.field, len(place)), text.number or 0))


def _key(field: str, number: int | None) -> TextKey:
    """Return the redaction's name for a text of `decide.danger_text`."""
    return ("entry", number) if field == "text" else (field, None)


def _signals(opened: Opened, out: Outgoing) -> list[Signal]:
    found: dict[str, list[str]] = {name: [] for name in opened.item.signals}
    for one in opened.told.iter_rows(named=True):
        text = out.originals.get(_key(one["field"], one["entry_number"]), "")
        sentence = text[one["start"] : one["end"]].strip()
        if one["signal"] in found and sentence not in found[one["signal"]]:
            found[one["signal"]].append(sentence)
    # what no box tells the night read in a text: if it can be read now and is not told, the rules changed since
    untold = label("screen", "unread_danger") if opened.unread else label("known_from", "text")
    ticked = label("known_from", "ticked")
    return [Signal(name, told, ticked if name in out.ticked else untold) for name, told in found.items()]


def _masks(out: Outgoing) -> list[Left]:
    rules = {
        Mask(mask.field, mask.entry_number, span.start, span.end): span.rule
        for mask in out.doubts
        for span in out.texts[(mask.field, mask.entry_number)].doubts
    }
    lines = []
    for mask in sorted({*out.doubts, *out.masks}, key=str):
        name = label("text", mask.field)
        suffix = "" if mask.entry_number is None else f" {mask.entry_number}"
        rule = rules.get(mask)
        doubt = span_words().get(rule, Words(rule, rule)) if rule else None
        excerpt = out.originals[(mask.field, mask.entry_number)][mask.start : mask.end]
        title = Words(f"{name.nl}{suffix}", f"{name.en}{suffix}")
        lines.append(Left(mask, title, excerpt, doubt, mask in out.masks))
    return lines


def _facts(tables: Tables, out: Outgoing) -> list[Cell]:
    """Return the registration's own values; the kind goes in words, a danger box as a signal."""
    signals = set(out.staging.danger_signal.get_column("signal"))
    sent_as = {box: box in signals for box in DANGER_BOXES} | {"kind": out.staging.report.height > 0}
    (cells,) = _received(tables.registration, _going(out, "report"), ())
    return [cell if cell.goes is None else replace(cell, goes=sent_as.get(cell.column, cell.goes)) for cell in cells]


def _going(out: Outgoing, table: str) -> pl.DataFrame | None:
    """Return a table of the regions; None where no region is chosen, and it is empty for that alone."""
    found: pl.DataFrame = getattr(out.staging, table)
    return found if out.regions else None


def _persons(tables: Tables, out: Outgoing) -> list[Somebody]:
    lines = _received(tables.person, _going(out, "person"), ("person_number",))
    names = ("given_names", "name_prefix", "family_name")
    return [
        Somebody(
            row["person_number"],
            row["role"],
            " ".join(row[name] for name in names if row[name]),
            [cell for cell in cells if cell.column not in {"person_number", "role"}],
        )
        for row, cells in zip(tables.person.iter_rows(named=True), lines, strict=True)
    ]


def _received(table: pl.DataFrame, going: pl.DataFrame | None, key: Sequence[str]) -> list[list[Cell]]:
    """Return each row as received, and of each value whether it goes; texts are shown elsewhere.

    Args:
        table: as received.
        going: the region's table; None: no region is chosen.
        key: columns that tell which row of it is the same.
    """
    sent = None if going is None else list(going.iter_rows(named=True))
    lines = []
    for row in table.iter_rows(named=True):
        same = sent and [one for one in sent if all(one[name] == row[name] for name in key)]
        cells = [(name, value) for name, value in row.items() if value not in NOTHING and name not in NOT_SHOWN]
        cells = [(name, value) for name, value in cells if value is not False or name not in FLAGS]
        lines.append([Cell(name, value, _goes(name, value, same)) for name, value in cells])
    return lines


def _goes(column: str, value: Any, sent: Sequence[dict[str, Any]] | None) -> bool | None:  # noqa: ANN401 - any cell
    return None if sent is None else any(one.get(column) == value for one in sent)


def _rows(out: Outgoing, region: str) -> dict[str, list[Row]]:
    tables = {
        "report": out.staging.report,
        "person": out.staging.person,
        "prior_incident": out.staging.prior_incident,
        "danger_signal": out.staging.danger_signal,
    }
    return {
        name: [
            _row(row, () if name == "report" else KEY)
            for row in table.filter(pl.col("region") == region).iter_rows(named=True)
        ]
        for name, table in tables.items()
    }


def _row(row: dict[str, Any], without: Sequence[str]) -> Row:
    cells = [
        (name, json.loads(value) if name in JSON_COLUMNS and isinstance(value, str) else value)
        for name, value in row.items()
        if value not in (None, [], "", "[]", "{}") and name not in {ROW, "region", *without}
    ]
    empty = [name for name, value in row.items() if value in (None, [], "", "[]", "{}") and name not in KEY]
    return Row(cells, empty)
