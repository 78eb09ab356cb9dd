"""`feedback.csv` (CONTRACT.md §4): UTF-8, `,`, one event a line. A bad line is set aside, the others go on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from pipeline.feedback.event import (
    Event,
    Line,
    Unreadable,
    read_code,
    read_contact,
    read_event,
    read_missing,
    read_moment,
    read_number,
    safe_number,
)

REQUIRED: Final = ("registratienummer", "event", "at")
OPTIONAL: Final = ("code", "missing", "contact")
MAX_BYTES: Final = 100_000_000
MOST_LINES: Final = 5
_BOM: Final = b"\xef\xbb\xbf"


def read_feedback_csv(content: bytes) -> list[Line]:
    """Return one Line a row, numbered as an editor does; a file without the required columns is one bad line.

    A quoted field may run over at most MOST_LINES lines: a quote that is never closed loses its own line and not the
    rest of the file.
    """
    if len(content) > MAX_BYTES:
        return [Line(1, problem="too_large")]
    plain = content.removeprefix(_BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    numbered = list(enumerate(plain.split(b"\n"), 1))
    filled = [(number, raw) for number, raw in numbered if raw.strip()]
    if not filled:
        return [Line(1, problem="columns")]
    try:
        header = [name.strip().lower() for name in _cells(filled[0][1])]
    except Unreadable as error:
        return [Line(filled[0][0], problem=str(error))]
    if len(header) == 1 and set(REQUIRED) <= {name.strip() for name in re.split("[;\t|]", header[0])}:
        return [Line(filled[0][0], problem="separator")]
    if len(set(header)) < len(header) or not set(REQUIRED) <= set(header):
        return [Line(filled[0][0], problem="columns")]
    return [_line(number, raw, header) for number, raw in _rows(filled[1:], len(header))]


def _rows(lines: list[tuple[int, bytes]], width: int) -> Iterator[tuple[int, bytes]]:
    """Join the lines that a quoted field runs over; yield each row with the number of its first line."""
    place = 0
    while place < len(lines):
        number, raw = lines[place]
        taken = 1 if raw.count(b'"') % 2 == 0 else _reach(lines[place : place + MOST_LINES], width)
        yield number, b"\n".join(line for _, line in lines[place : place + taken])
        place += taken


def _reach(lines: list[tuple[int, bytes]], width: int) -> int:
    """Return how many lines make one whole row; 1 where none do: an open quote takes no neighbour with it."""
    for many in range(2, len(lines) + 1):
        try:
            if len(_cells(b"\n".join(line for _, line in lines[:many]))) == width:
                return many
        except Unreadable:
            continue
    return 1


def _cells(raw: bytes) -> list[str]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None
    if "\0" in text:
        raise Unreadable("encoding")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise Unreadable("quotes") from None
    if len(rows) != 1:
        raise Unreadable("quotes")
    return rows[0]


def _line(number: int, raw: bytes, header: list[str]) -> Line:
    said = None
    try:
        cells = _cells(raw)
        if len(cells) != len(header):
            raise Unreadable("number_of_columns")
        row = dict(zip(header, cells, strict=True))
        said = safe_number(row["registratienummer"])
        return Line(number, _event(row), registration_number=said)
    except Unreadable as error:
        return Line(number, problem=str(error), registration_number=said)


def _event(row: dict[str, str]) -> Event:
    code_text = row.get("code", "")
    code = read_code(code_text) if code_text.strip() else None
    missing, more = read_missing(row.get("missing", ""))
    dropped = [name for name, lost in (("code", code_text.strip() and code is None), ("missing", more)) if lost]
    return Event(
        registration_number=read_number(row["registratienummer"]),
        event=read_event(row["event"]),
        at=read_moment(row["at"]),
        code=code,
        missing=missing,
        contact=read_contact(row.get("contact", "")),
        dropped=tuple(dropped),
    )
