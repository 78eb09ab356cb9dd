"""Dialect bvh-csv: the automated dump, streamed; Windows-1252 unless the agreement adds another encoding."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from pipeline import schema
from pipeline.policy.agreements import Agreement
from pipeline.receive.columns import Renamed, known_names
from pipeline.receive.conform import DANGER_COLUMNS, NUMBER_IN_LINE, BrokenLine
from pipeline.receive.notation import is_no
from pipeline.receive.refusal import refuse

BLOCK: Final = 16 * 1024 * 1024
NO_ROWS: Final = ("Empty CSV file", "Could not skip initial")
"""What Arrow says of a header and nothing behind it, with a line end and without one."""
LONGEST_BOX: Final = 10
"""Characters of a yes or no; more is the text of another column."""
HIGH: Final = bytes(range(0x80, 0x100))
IN_UTF8: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"  # a character beyond ASCII
)
MOSTLY: Final = 10
"""So many times as many bytes beyond ASCII are UTF-8 as are not."""
BLANK_LINES: Final = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))+")
NOT_IN_CP1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass
class CsvFile:
    """One file: its column names, its rows in batches, and the rows with a wrong number of fields."""

    path: Path
    unit: str
    encoding: str
    delimiter: str
    names: list[str]
    header_lines: int = 1
    """Lines of the file to the end of the header: a name may hold a line end, and blank lines may stand before it."""
    broken: list[str] = field(default_factory=list)
    """Text of the rows that have more or fewer fields than the header."""

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the rows as text frames.

        Raises:
            ExportRefused: the file is no CSV: a quote that never ends, or a row longer than a block. Or its header fits
                no row: that is a fault of the file.
        """
        fits = False
        try:
            reader = pc.open_csv(
                self.path,
                read_options=pc.ReadOptions(
                    encoding=self.encoding, block_size=BLOCK, column_names=self.names, skip_rows=self.header_lines
                ),
                parse_options=pc.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=self._keep
                ),
                convert_options=pc.ConvertOptions(
                    column_types=dict.fromkeys(self.names, pa.string()), strings_can_be_null=False
                ),
            )
            for batch in reader:
                fits = fits or batch.num_rows > 0
                yield pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            if not any(told in str(error) for told in NO_ROWS):
                raise refuse(self.unit, self.path.name, "no_csv") from None
        if not fits:
            self._refuse_header()

    def _refuse_header(self) -> None:
        """Refuse a header that fits no row, where the rows agree: a row that stands alone may be broken itself."""
        counts = {len(fields) for line in self.broken for fields in self._fields(line)[:1]}
        if len(self.broken) > 1 and len(counts) == 1:
            raise refuse(self.unit, self.path.name, "header_fits_no_row", columns=len(self.names), fields=counts.pop())

    def broken_rows(self, renamed: Renamed, agreement: Agreement) -> Iterator[BrokenLine]:
        """Yield each broken row; after the batches."""
        for line in self.broken:
            rows = self._fields(line)
            yield BrokenLine(line, self._number(rows, renamed), self._tells_danger(rows, renamed, agreement))

    def _fields(self, line: str) -> list[list[str]]:
        """Return the fields of a broken row, in each way that it may be parted; none when it cannot be."""
        try:
            rows = [next(csv.reader([line.replace("\0", "")], delimiter=self.delimiter), [])]
        except csv.Error:  # a field longer than csv.field_size_limit, say
            return []
        if line.count('"') % 2:  # a quote that never ends hides what stands behind it
            rows.append(line.split(self.delimiter))
        return rows

    def _number(self, rows: list[list[str]], renamed: Renamed) -> str | None:
        """Return whose row it is, where that stands in its place from the left: the break is behind it."""
        places = [place for place, name in enumerate(self.names) if renamed.columns.get(name) == schema.NUMBER.dutch]
        said = (fields[place].strip() for fields in rows[:1] for place in places if place < len(fields))
        return next((text for text in said if NUMBER_IN_LINE.fullmatch(text)), None)

    def _tells_danger(self, rows: list[list[str]], renamed: Renamed, agreement: Agreement) -> bool:
        """Tell whether a broken row may hold a danger signal: a box ticked, counted from the left or from the right.

        Where the break is nobody knows, so both ends are looked at, and what is not plainly a no counts.
        """
        places = [place for place, name in enumerate(self.names) if renamed.columns.get(name) in DANGER_COLUMNS]
        return not rows or any(self._is_ticked(fields, places, agreement) for fields in rows)

    def _is_ticked(self, fields: list[str], places: list[int], agreement: Agreement) -> bool:
        shift = len(fields) - len(self.names)
        seen = (fields[at].strip() for place in places for at in (place, place + shift) if 0 <= at < len(fields))
        return any(len(text) <= LONGEST_BOX and not is_no(text, agreement) for text in seen)

    def _keep(self, row: Any) -> str:  # noqa: ANN401 - pyarrow names no type
        self.broken.append(row.text or "")
        return "skip"


def open_csv(path: Path, agreement: Agreement, unit: str) -> CsvFile:
    """Look at a file's encoding and header.

    Raises:
        ExportRefused: it is empty, holds NULs, or is in an encoding that was not agreed.
    """
    encoding = _encoding(path, agreement, unit)
    blank, start = _without_blank_lines(_start(path, encoding))
    if not start.strip():
        raise refuse(unit, path.name, "empty")
    headers = [(delimiter, *_header(start, delimiter)) for delimiter in (";", *agreement.form.delimiters)]
    known = {name for table in schema.TABLES for name in known_names(table, agreement)}
    delimiter, names, lines = max(headers, key=lambda header: len(known.intersection(map(str.lower, header[1]))))
    unique = [name if name and names.index(name) == place else f"{name}\x1f{place}" for place, name in enumerate(names)]
    return CsvFile(path, unit, encoding, delimiter, unique, blank + lines)


def _encoding(path: Path, agreement: Agreement, unit: str) -> str:
    """Tell the encoding by looking at every byte: text that is UTF-8 beyond ASCII is never Windows-1252 by chance.

    Nor is text that is mostly so: in a place or two it was damaged, or put together from two.
    """
    decoder, is_utf8, beyond_ascii, fits = codecs.getincrementaldecoder("utf-8")(), True, False, True
    high = in_utf8 = 0
    with path.open("rb") as file:
        start = file.read(4)
        if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            if "utf-16" in agreement.form.encodings:
                return "utf-16"
            raise refuse(unit, path.name, "utf_16")
        file.seek(0)
        while block := file.read(BLOCK):
            if b"\0" in block:
                raise refuse(unit, path.name, "nul")
            if not block.isascii():
                beyond_ascii = True
                fits = fits and NOT_IN_CP1252.search(block) is None
                high += len(block) - len(block.translate(None, HIGH))
                in_utf8 += sum(map(len, IN_UTF8.findall(block)))
            if is_utf8 and beyond_ascii:
                is_utf8 = _decodes(decoder, block)
    utf8 = start.startswith(codecs.BOM_UTF8) or (beyond_ascii and (is_utf8 or in_utf8 >= MOSTLY * (high - in_utf8)))
    if utf8 and "utf-8" not in agreement.form.encodings:
        raise refuse(unit, path.name, "utf_8")
    if utf8 and not is_utf8:
        raise refuse(unit, path.name, "no_utf8")
    if utf8:
        return "utf-8"
    if not fits:
        raise refuse(unit, path.name, "encoding")
    return "windows-1252"


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _start(path: Path, encoding: str) -> str:
    with path.open("rb") as file:
        return file.read(65_536).decode(encoding, errors="replace").removeprefix("\ufeff")


def _without_blank_lines(start: str) -> tuple[int, str]:
    """Return how many blank lines a text begins with, and the text behind them."""
    blank = BLANK_LINES.match(start)
    if blank is None:
        return 0, start
    return len(re.findall(r"\r\n|\r|\n", blank[0])), start[blank.end() :]


def _header(start: str, delimiter: str) -> tuple[list[str], int]:
    """Return the names in the first row of a text, and how many lines it takes."""
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    names = next(reader, [])
    return [name.strip().strip('"').strip() for name in names], reader.line_num
