"""A draft as somebody has it at hand: pasted, one file or a few; read as an export is, and gone afterwards."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from pipeline import schema
from pipeline.errors import UsageError
from pipeline.policy.agreements import Agreement
from pipeline.receive.conform import Part
from pipeline.receive.export import receive_draft
from pipeline.receive.refusal import refuse

LARGEST: Final = 10_000_000
"""Bytes of a whole draft: one registration is some kilobytes."""
MOST_FILES: Final = 20
PASTED: Final = "concept"
PRIVATE: Final = "meldstroom-check-"
"""Begins the name of the folder that a draft is read in."""
LONGEST_CHECK: Final = 3_600
"""Seconds; one takes a few."""
MANIFEST: Final = "manifest.json"
SUFFIXES: Final = {".csv": "bvh-csv", ".txt": "bvh-csv", ".parquet": "parquet", ".xml": "stuf"}
NUMBER_OF_UNIT: Final = re.compile(r"PL(\d\d)00-\d{10}")
"""Some numbers begin with the digits of their unit: PL0600 may be of RE06. No more than a guess."""
UNIT_IN_MANIFEST: Final = re.compile(r'"unit"\s*:\s*"(RE\d\d)"')


def read_files(path: Path) -> dict[str, bytes]:
    """Return the files of a draft by name: all of a folder, or the one file.

    Raises:
        UsageError: there is none, or it is too much for a draft.
    """
    if not path.exists():
        raise UsageError(f"{path}: dat bestand of die map is er niet", f"{path}: there is no such file or folder")
    found = sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]
    files = [file for file in found if not file.name.startswith(".")]
    if sum(file.stat().st_size for file in files) > LARGEST:
        raise UsageError(
            f"{path.name}: te groot voor een concept; een export gaat naar de inbox",
            f"{path.name}: too large for a draft; an export goes into the inbox",
        )
    return {file.name: file.read_bytes() for file in files}


def read_draft(files: Mapping[str, bytes], agreement: Agreement, unit: str) -> Part:
    """Read a draft in any dialect; in a private folder that is gone on return.

    Args:
        files: contents by name; what was pasted has no suffix, and shows by itself what it is. A manifest is left
            aside: a draft promises nothing.
        agreement: the unit's.
        unit: for the sentence of a refusal.

    Raises:
        UsageError: it is no draft: nothing, too much, or files that belong to no table.
        ExportRefused: a file cannot be read in its dialect.
    """
    given = {_plain_name(name): content for name, content in files.items() if name != MANIFEST}
    if not given or len(given) > MOST_FILES or sum(map(len, given.values())) > LARGEST:
        raise UsageError(
            "een concept is één registratie: een JSON-object, CSV- of Parquet-bestanden, of één StUF-bericht",
            "a draft is one registration: a JSON object, CSV or Parquet files, or one StUF message",
        )
    dialects = {name: _dialect(name, content) for name, content in given.items()}
    if len(set(dialects.values())) > 1:
        names = ", ".join(sorted(given))
        raise UsageError(
            f"deze bestanden hebben verschillende dialecten: {names}", f"these files are of different dialects: {names}"
        )
    dialect = next(iter(dialects.values()))
    contents, tables = _as_delivered(dialect, given, unit)
    with TemporaryDirectory(prefix=PRIVATE) as private:  # made for its owner alone
        folder = Path(private)
        _forget_left(folder)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        return receive_draft(folder, dialect, tables, agreement, unit)


def _forget_left(ours: Path) -> None:
    """Delete the folders beside ours that a check left which was killed outright."""
    made = ours.stat().st_mtime
    for left in ours.parent.glob(f"{PRIVATE}*"):
        with suppress(OSError):  # it went meanwhile, or is another user's
            if made - left.lstat().st_mtime > LONGEST_CHECK:
                shutil.rmtree(left)


class Whose(NamedTuple):
    """Which unit's agreement a draft is read with."""

    unit: str
    told: bool
    """Whether anything tells that it is this unit's; else it is any: the contract's own names and codes are understood
    under each."""


def unit_of(files: Mapping[str, bytes], units: Sequence[str], folders: Sequence[str] = ()) -> Whose:
    """Return whose a draft is when nobody says: as a manifest, a folder or the number tells."""
    named = UNIT_IN_MANIFEST.search(files.get(MANIFEST, b"").decode("utf-8", "replace"))
    texts = (content.decode("utf-8", "replace") for content in files.values())
    numbered = (f"RE{found[1]}" for text in texts if (found := NUMBER_OF_UNIT.search(text)))
    guesses = (named[1] if named else "", *reversed(folders), *numbered)
    told = next((unit for unit in guesses if unit in units), None)
    return Whose(told or min(units), told is not None)


def _plain_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", Path(name).name)[:80] or PASTED


def _dialect(name: str, content: bytes) -> str:
    suffix = Path(name).suffix.lower()
    if suffix in {".json", ".jsonl"}:
        return "jsonl"
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return {b"{": "jsonl", b"[": "jsonl", b"<": "stuf"}.get(start, "bvh-csv")


def _as_delivered(dialect: str, given: Mapping[str, bytes], unit: str) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the files as the readers expect them, and the table of each."""
    if dialect == "jsonl":
        lines = b"\n".join(_one_a_line(content, unit, name) for name, content in given.items())
        return {f"{PASTED}.jsonl": lines}, {f"{PASTED}.jsonl": schema.REGISTRATION.dutch}
    if dialect == "stuf":
        return dict(given), dict.fromkeys(given, schema.REGISTRATION.dutch)
    tables = {name: _table(name, only=len(given) == 1) for name in given}
    contents = dict(given)
    if dialect == "bvh-csv":  # a child table that is not there has no rows
        for table in schema.CHILDREN:
            if table.dutch not in tables.values():
                name = f"{table.dutch}.csv"
                tables[name] = table.dutch
                contents[name] = ";".join(column.dutch for column in table.columns if column.required).encode() + b"\n"
    return contents, tables


def _one_a_line(content: bytes, unit: str, name: str) -> bytes:
    """Write a JSON object or list of objects one a line; what has one a line stays as it is.

    Raises:
        ExportRefused: it is no UTF-8, or no JSON; names the line to look at.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse(unit, name, "no_utf8") from None
    if (fault := _json_fault(text)) is None:
        document = json.loads(text)
        listed = document if isinstance(document, list) else [document]
        return b"\n".join(json.dumps(entry, ensure_ascii=False).encode() for entry in listed)
    faults = [(number, _json_fault(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not faults or faults[0][1] is not None:  # no registration a line: one document, broken where the parser says
        raise refuse(unit, name, "no_json", line=fault)
    broken = [number for number, found in faults if found is not None]
    if broken:
        raise refuse(unit, name, "no_json", line=broken[0])
    return content


def _json_fault(text: str) -> int | None:
    """Return the line at which a text stops being JSON; None where it is JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno
    except (ValueError, RecursionError):
        return 1
    return None


def _table(name: str, *, only: bool) -> str:
    """Return the table that a file name speaks of: `betrokkenen.csv`, `re06_betrokkene_1.parquet`.

    Raises:
        UsageError: none.
    """
    lower = name.lower()
    for table in schema.TABLES:
        if table.dutch in lower or table.name in lower or (table is schema.REGISTRATION and only):
            return table.dutch
    tables = ", ".join(table.dutch for table in schema.TABLES)
    raise UsageError(f"{name}: de naam noemt geen van {tables}", f"{name}: its name says none of {tables}")
