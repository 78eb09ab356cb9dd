"""One export from its folder to canonical parts on disk: verified, streamed, conformed."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from pipeline import schema
from pipeline.policy.agreements import Agreement
from pipeline.receive import bvh_csv, jsonl, parquet, stuf
from pipeline.receive.children import NESTED, SET_ASIDE
from pipeline.receive.columns import Renamed, find_meanings, known_names, match_columns, refuse_repeated
from pipeline.receive.conform import NUMBER_IN_LINE, REJECTED, BrokenLine, Earlier, Part, conform_part
from pipeline.receive.manifest import File, Manifest, read_manifest, verify_files
from pipeline.receive.refusal import refuse
from pipeline.schema import PROBLEMS, ROW, Table

ROWS_PER_PART: Final = 5_000
"""Registrations that are in memory at a time, with their children, in every stage; a stage has fixed costs a part."""
MESSAGES_AT_ONCE: Final = 1_000
"""Messages of dialect stuf that are in memory as XML and as Python's rows."""
NUMBER: Final = schema.NUMBER.dutch
NOT_PROMISED: Final = -1
"""Rows of a draft's file; no manifest can say it."""


@dataclass(frozen=True)
class Receipt:
    """What was taken of an export; holds no value of a person."""

    unit: str
    night: str
    export_id: str
    dialect: str
    agreement_version: str
    rows: dict[str, int]
    """Rows as delivered, by our table name; a nested or set-aside row counts."""
    rejected: int
    set_aside: dict[str, int]
    """By `table:reason`."""
    dropped: dict[str, list[str]]
    """Columns that are in no agreement, by our table name."""
    files: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the receipt as plain JSON."""
        return asdict(self)


class _Parts:
    """Text rows on disk, a folder a part: a registration and its children are in the same one."""

    def __init__(self, scratch: Path, count: int) -> None:
        self.scratch, self.count = scratch, count
        self.written = 0

    def add(self, table: str, frame: pl.DataFrame) -> None:
        if frame.is_empty():
            return
        number = frame.get_column("registratienummer") if "registratienummer" in frame.columns else pl.Series([""])
        self.written += 1
        if self.count == 1:
            self._write(frame, 0, table)
            return
        part = number.str.strip_chars().fill_null("").hash(seed=0) % self.count
        for (at,), rows in frame.with_columns(part.alias("__part")).partition_by("__part", as_dict=True).items():
            self._write(rows.drop("__part"), int(at), table)

    def _write(self, frame: pl.DataFrame, part: int, table: str) -> None:
        folder = self.scratch / f"{part:03d}"
        folder.mkdir(parents=True, exist_ok=True)
        frame.write_ipc(folder / f"{table}-{self.written:06d}.arrow")

    def read(self, part: int) -> dict[str, pl.DataFrame]:
        found = {}
        for table in schema.TABLES:
            files = sorted((self.scratch / f"{part:03d}").glob(f"{table.dutch}-*.arrow"))
            if files:
                frames = [pl.read_ipc(file) for file in files]
                found[table.dutch] = pl.concat(frames, how="diagonal")
        return found


@dataclass
class _Tally:
    """What reading noticed beside the rows."""

    rows: Counter[str] = field(default_factory=Counter)
    dropped: dict[str, dict[str, None]] = field(default_factory=dict)
    broken: list[tuple[int, BrokenLine]] = field(default_factory=list)
    """Lines of registratie that are no row, each behind the row it would have been."""
    aside: list[tuple[str, str]] = field(default_factory=list)
    """Lines of child tables that are no row: table, line."""


def receive_export(
    folder: Path,
    *,
    unit: str,
    night: date,
    agreement: Agreement,
    out: Path,
    rows_per_part: int = ROWS_PER_PART,
    earlier: Earlier | None = None,
) -> Receipt:
    """Verify an export, make it canonical, and write it to `out` (replaced whole, and last of all).

    Writes `part-000/{registration,person,entry,prior_incident}.parquet` and so on, `rejected.parquet`
    (conform.REJECTED) and `set_aside.parquet` (children.SET_ASIDE). Memory grows with a part, not with the export.

    Raises:
        ExportRefused: the export as a whole breaks the contract; nothing is written.
    """
    manifest = read_manifest(folder, unit, night)
    verify_files(folder, manifest, unit)
    beside = out.with_name(f"{out.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    scratch = beside / "scratch"
    scratch.mkdir(parents=True, mode=0o700)
    parts = _Parts(scratch, max(1, -(-manifest.rows("registratie") // rows_per_part)))
    tally = _Tally()
    try:
        _READERS[manifest.dialect](folder, manifest, agreement, unit, parts, tally)
        receipt = _write_parts(parts, beside, manifest, agreement, unit, night, tally, earlier)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)  # rows of an export that nobody may use
        raise
    shutil.rmtree(scratch)
    shutil.rmtree(out, ignore_errors=True)
    os.replace(beside, out)
    return receipt


def receive_draft(folder: Path, dialect: str, files: Mapping[str, str], agreement: Agreement, unit: str) -> Part:
    """Make the files of a draft canonical, in memory: no manifest, no promises, nothing written.

    Args:
        folder: holds the files.
        dialect: as a manifest names it.
        files: table (the contract's name) of each file's name.
        agreement: what to read them with.
        unit: for the sentence of a refusal.

    Raises:
        ExportRefused: a file cannot be read in that dialect.
    """
    listed = tuple(File(name, table, NOT_PROMISED, "") for name, table in files.items())
    tally = _Tally()
    with TemporaryDirectory(dir=folder) as scratch:
        parts = _Parts(Path(scratch), 1)
        _READERS[dialect](folder, Manifest("draft", dialect, listed, ""), agreement, unit, parts, tally)
        delivered = parts.read(0)
    delivered.setdefault("registratie", pl.DataFrame(schema={ROW: pl.Int64}))
    part = conform_part(delivered, agreement, (lambda _: {}) if dialect == "stuf" else None)
    return replace(part, rejected=pl.concat([_lines_rejected(tally), part.rejected]).sort(ROW))


def _check_rows(unit: str, name: str, promised: int, found: int) -> None:
    if promised not in {found, NOT_PROMISED}:
        raise refuse(unit, name, "rows", promised=promised, found=found)


def _read_tables(
    folder: Path, manifest: Manifest, agreement: Agreement, unit: str, parts: _Parts, tally: _Tally
) -> None:
    """Read the four tables of bvh-csv or parquet, each of one or more files."""
    for table in schema.TABLES:
        at = 0
        for file in manifest.of(table.dutch):
            path = folder / file.name
            opened = bvh_csv.open_csv(path, agreement, unit) if manifest.dialect == "bvh-csv" else None
            names = opened.names if opened else parquet.columns(path, unit)
            renamed = match_columns(names, table, agreement, unit, file.name)
            _note_dropped(tally, table, renamed.dropped)
            batches = opened.batches() if opened else parquet.batches(path, unit, list(renamed.columns))
            found = at
            for batch in _renamed(batches, renamed):
                rows = batch.with_columns(pl.int_range(at, at + len(batch), dtype=pl.Int64).alias(ROW))
                parts.add(table.dutch, rows)
                at += len(batch)
            for broken in opened.broken_rows(renamed, agreement) if opened else ():
                _note_broken(tally, table, at, broken)
                at += 1
            _check_rows(unit, file.name, file.rows, at - found)
        tally.rows[table.name] = at


def _note_broken(tally: _Tally, table: Table, at: int, broken: BrokenLine) -> None:
    if table is schema.REGISTRATION:
        tally.broken.append((at, broken))
    else:
        tally.aside.append((table.name, broken.line))


def _note_dropped(tally: _Tally, table: Table, dropped: list[str]) -> None:
    tally.dropped.setdefault(table.name, {}).update(dict.fromkeys(dropped))


def _renamed(batches: Iterable[pl.DataFrame], renamed: Renamed) -> Iterator[pl.DataFrame]:
    for batch in batches:
        yield batch.select(pl.col(name).alias(meant) for name, meant in renamed.columns.items())


def _read_jsonl(
    folder: Path, manifest: Manifest, agreement: Agreement, unit: str, parts: _Parts, tally: _Tally
) -> None:
    at = 0
    known = {table.dutch: known_names(table, agreement) for table in schema.TABLES}
    for file in manifest.of("registratie"):
        begun, given = at, set[str]()
        for lines in jsonl.batches(folder / file.name, unit, at, known):
            names, registrations = _take_lines(lines, agreement, unit, file.name, parts, tally)
            given |= names
            at += registrations + len(lines.broken)
        _check_rows(unit, file.name, file.rows, at - begun)
        if given and file.rows != NOT_PROMISED:  # of a draft the one registration says what it lacks
            _refuse_missing(given, unit, file.name)
    tally.rows["registration"] = at


def _take_lines(
    lines: jsonl.Lines, agreement: Agreement, unit: str, file: str, parts: _Parts, tally: _Tally
) -> tuple[set[str], int]:
    """Add what some lines tell to the parts; return what columns the registrations have, and how many these are.

    Children go by the number of their registration, in whatever name its line gives it: it decides on the part.
    """
    numbers = pl.DataFrame(schema={NESTED: pl.Int64, NUMBER: pl.String})
    given, registrations = set[str](), 0
    for table in schema.TABLES:
        _note_dropped(tally, table, find_meanings(list(lines.extra[table.dutch]), table, agreement)[1])
        frame = lines.frame(table.dutch)
        if frame.is_empty():
            continue
        named = _conform_names(frame, table, agreement, unit, file)
        if table is schema.REGISTRATION:
            given, registrations = set(named.columns), len(frame)
            if NUMBER in named.columns:
                numbers = named.select(pl.col(ROW).alias(NESTED), NUMBER)
        else:
            named = named.drop(NUMBER, strict=False).join(numbers, on=NESTED, how="left", maintain_order="left")
        parts.add(table.dutch, named)
        tally.rows[table.name] += len(frame)
    tally.broken += [(place, jsonl.broken_line(line, agreement)) for place, line in lines.broken]
    return given, registrations


def _conform_names(frame: pl.DataFrame, table: Table, agreement: Agreement, unit: str, file: str) -> pl.DataFrame:
    """Match keys as columns are.

    One line may use another name of a column than the next; a line that gives two of them refuses the export.
    """
    own = [name for name in frame.columns if name in {ROW, NESTED}]
    names = [name for name in frame.columns if name not in own]
    meanings, _ = find_meanings(names, table, agreement)
    refuse_repeated(
        [meant for meant, listed in meanings.items() if len(listed) > 1 and _both_given(frame, listed)], unit, file
    )
    columns = [pl.coalesce(listed).alias(meant) for meant, listed in meanings.items()]
    return frame.select(*own, *columns)


def _refuse_missing(given: set[str], unit: str, file: str) -> None:
    """Refuse a file in which no line has a required key: one that some lines lack is a fault of those."""
    missing = [column.dutch for column in schema.REGISTRATION.columns if column.required and column.dutch not in given]
    if missing:
        raise refuse(unit, file, "no_key", columns=", ".join(missing))


def _both_given(frame: pl.DataFrame, names: list[str]) -> bool:
    given = pl.sum_horizontal(pl.col(name).is_not_null() for name in names)
    return bool(frame.select((given > 1).any()).item())


def _read_stuf(folder: Path, manifest: Manifest, agreement: Agreement, unit: str, parts: _Parts, tally: _Tally) -> None:
    for file in manifest.files:
        _check_rows(unit, file.name, file.rows, 1)
    paths = [folder / file.name for file in manifest.files]
    for at in range(0, len(paths), MESSAGES_AT_ONCE):
        frames = stuf.read_messages(paths[at : at + MESSAGES_AT_ONCE], agreement, unit, at)
        for table in schema.TABLES:
            parts.add(table.dutch, frames[table.dutch])
            tally.rows[table.name] += len(frames[table.dutch])


_READERS: Final = {
    "bvh-csv": _read_tables,
    "parquet": _read_tables,
    "jsonl": _read_jsonl,
    "stuf": _read_stuf,
}


def _write_parts(
    parts: _Parts,
    out: Path,
    manifest: Manifest,
    agreement: Agreement,
    unit: str,
    night: date,
    tally: _Tally,
    earlier: Earlier | None,
) -> Receipt:
    rejected = [_lines_rejected(tally)]
    aside = [_lines_aside(tally)]
    lost = _lost(tally)
    looked_up = (earlier or (lambda _: {})) if manifest.dialect == "stuf" else None
    for number in range(parts.count):
        delivered = parts.read(number)
        if "registratie" not in delivered:
            delivered["registratie"] = pl.DataFrame(schema={ROW: pl.Int64})
        part = conform_part(delivered, agreement, looked_up)
        tables = replace(part.tables, registration=_with_lost(part.tables.registration, lost))
        rejected.append(part.rejected)
        aside.append(part.set_aside)
        _write_tables(tables, out / f"part-{number:03d}")
    pl.concat(rejected).sort(ROW).write_parquet(out / "rejected.parquet")
    set_aside = pl.concat(aside).sort("table", ROW, "reason", "payload")
    set_aside.write_parquet(out / "set_aside.parquet")
    counted = set_aside.group_by("table", "reason").len().sort("table", "reason")
    return Receipt(
        unit=unit,
        night=night.isoformat(),
        export_id=manifest.export_id,
        dialect=manifest.dialect,
        agreement_version=agreement.version,
        rows={table.name: tally.rows[table.name] for table in schema.TABLES},
        rejected=sum(len(frame) for frame in rejected),
        set_aside={f"{table}:{reason}": count for table, reason, count in counted.iter_rows()},
        dropped={table: list(names) for table, names in tally.dropped.items() if names},
        files=[file.name for file in manifest.files],
    )


def _write_tables(tables: schema.Tables, folder: Path) -> None:
    folder.mkdir()
    for table in schema.TABLES:
        getattr(tables, table.name).write_parquet(folder / f"{table.name}.parquet", compression="lz4")


def _lost(tally: _Tally) -> pl.DataFrame:
    """Return registration_number and problem of the lines of child tables that are no row, as far as they say whose."""
    found = [(NUMBER_IN_LINE.search(line), table) for table, line in tally.aside]
    rows = [(number[0], f"unreadable:{table}") for number, table in found if number]
    return pl.DataFrame(rows, schema={"registration_number": pl.String, "lost": pl.String}, orient="row")


def _with_lost(registration: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """Add to each registration's problems that a line of it could not be read."""
    told = lost.group_by("registration_number").agg(pl.col("lost").unique().sort())
    noted = registration.join(told, on="registration_number", how="left", maintain_order="left")
    none = pl.lit([], dtype=pl.List(pl.String))
    return noted.with_columns(pl.concat_list(PROBLEMS, pl.col("lost").fill_null(none)).alias(PROBLEMS)).drop("lost")


def _lines_rejected(tally: _Tally) -> pl.DataFrame:
    rows = [
        (at, broken.number, None, ["unreadable:row"], broken.danger, json.dumps(broken.line))
        for at, broken in tally.broken
    ]
    return pl.DataFrame(rows, schema=REJECTED, orient="row")


def _lines_aside(tally: _Tally) -> pl.DataFrame:
    rows = [(table, None, "unreadable", json.dumps(line)) for table, line in tally.aside]
    return pl.DataFrame(rows, schema=SET_ASIDE, orient="row")
