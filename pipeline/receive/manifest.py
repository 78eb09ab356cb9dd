"""The manifest of an export, and its promises: which files, how many rows, which checksums (CONTRACT.md §1)."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from pipeline import schema
from pipeline.errors import ExportRefused
from pipeline.receive.refusal import refuse

CONTRACT: Final = "police-export/1"
DIALECTS: Final = ("bvh-csv", "jsonl", "parquet", "stuf")
NEEDED: Final = {
    "bvh-csv": set(schema.BY_DUTCH),
    "parquet": set(schema.BY_DUTCH),
    "jsonl": {"registratie"},
    "stuf": set[str](),
}
LARGEST: Final = 64_000_000
"""Bytes: a manifest of a million files would fit."""
LARGEST_FILE: Final = 50_000_000_000
"""Bytes: a million registrations are two thousand million. Of a file full of holes the checksum alone takes hours."""
MOST_ROWS: Final = 1_000_000_000
"""Of one file; a promise beyond it is a typing error, and would make as many parts."""


@dataclass(frozen=True)
class File:
    """One file that the manifest lists."""

    name: str
    table: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a unit says it delivered."""

    export_id: str
    dialect: str
    files: tuple[File, ...]
    digest: str
    """SHA-256 over what makes it another export: id, dialect, every file's table and checksum. When the manifest was
    written does not: a unit may write it anew over the same files."""

    def of(self, table: str) -> tuple[File, ...]:
        """Return the files of a table (the contract's name), in order."""
        return tuple(file for file in self.files if file.table == table)

    def rows(self, table: str) -> int:
        """Return how many rows the manifest promises of a table."""
        return sum(file.rows for file in self.of(table))


def read_digest(folder: Path, unit: str, night: date) -> str | None:
    """Return the digest of a folder's manifest; None where it cannot be used."""
    try:
        return read_manifest(folder, unit, night).digest
    except ExportRefused:
        return None


def mark(folder: Path) -> str:
    """Return what tells a folder as it stands from the same one filled anew: its manifest, and what lies beside it.

    A file that was cut off on its way is sent again under the same manifest, so that names, sizes and moments count.
    """
    digest = hashlib.sha256()
    with suppress(OSError):
        digest.update(_read(folder / "manifest.json"))
    with suppress(OSError):
        for file in sorted(folder.iterdir()):
            stands = file.lstat()
            digest.update(os.fsencode(file.name) + f"\0{stands.st_size}\0{stands.st_mtime_ns}\0".encode())
    return digest.hexdigest()


class _TooLargeError(OSError):
    """A manifest of more bytes than one can have."""


class _KeyTwiceError(ValueError):
    """An object has a key twice."""


def _read(path: Path) -> bytes:
    """Return what a manifest holds. Raises OSError where it is too large, or no file: a pipe is waited for for ever."""
    if not path.is_file():
        raise FileNotFoundError
    if path.stat().st_size > LARGEST:
        raise _TooLargeError
    return path.read_bytes()


def read_manifest(folder: Path, unit: str, night: date) -> Manifest:
    """Read the manifest of an export folder.

    Raises:
        ExportRefused: there is none, it cannot be read, or it speaks of another contract, unit or night.
    """

    refused = partial(refuse, unit, "manifest.json")
    path = folder / "manifest.json"
    if folder.is_symlink() or path.is_symlink():
        raise refused("link")
    if folder.exists() and not folder.is_dir():
        raise refuse(unit, None, "no_folder", folder=folder.name)
    document = _document(path, refused)
    if document.get("contract") != CONTRACT:
        raise refused("other_contract", contract=CONTRACT)
    if document.get("unit") != unit or document.get("night") != night.isoformat():
        raise refuse(unit, "manifest.json", "other_folder", night=night)
    dialect, export_id = document.get("dialect"), document.get("export_id")
    if dialect not in DIALECTS:
        raise refused("dialect", dialects=", ".join(DIALECTS))
    if not (isinstance(export_id, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}", export_id)):
        raise refused("export_id")
    files = _files(document.get("files"), dialect, refused)
    return Manifest(export_id, dialect, files, _digest(export_id, dialect, files))


def _document(path: Path, refused: Callable[..., ExportRefused]) -> dict[str, Any]:
    try:
        document = json.loads(_read(path).decode("utf-8-sig"), object_pairs_hook=_once)
    except FileNotFoundError:
        raise refused("no_manifest") from None
    except _TooLargeError:
        raise refused("large_manifest") from None
    except OSError:
        raise refused("closed") from None
    except _KeyTwiceError:
        raise refused("key_twice") from None
    except (ValueError, RecursionError):
        raise refused("no_json_manifest") from None
    if not isinstance(document, dict):
        raise refused("no_object")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object. Raises _KeyTwiceError for a key that is there twice: it cannot be told which one is meant."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise _KeyTwiceError
    return dict(pairs)


def _digest(export_id: str, dialect: str, files: Iterable[File]) -> str:
    delivered = [export_id, dialect, sorted((file.table, file.sha256) for file in files)]
    return hashlib.sha256(json.dumps(delivered).encode()).hexdigest()


def _files(listed: Any, dialect: str, refused: Callable[..., ExportRefused]) -> tuple[File, ...]:  # noqa: ANN401 - JSON is any value
    if not isinstance(listed, list):
        raise refused("no_files")
    files = []
    for place, entry in enumerate(listed, 1):
        unsound = _unsound(entry if isinstance(entry, dict) else {})
        if unsound:
            raise refused("unsound_file", place=place, keys=", ".join(unsound))
        files.append(File(entry["name"], entry["table"], entry["rows"], entry["sha256"].lower()))
    if len({file.name for file in files}) < len(files):
        raise refused("file_twice")
    missing = NEEDED[dialect] - {file.table for file in files}
    if missing:
        raise refused("no_table", tables=", ".join(sorted(missing)))
    surplus = {file.table for file in files} - (NEEDED[dialect] or {"registratie"})
    if surplus:
        raise refused("surplus_table", dialect=dialect, tables=", ".join(sorted(surplus)))
    return tuple(files)


def _unsound(entry: Mapping[str, Any]) -> list[str]:
    """Return which of the keys that say what a file is are missing, or say what cannot be used."""
    rows = entry.get("rows")
    sound = {
        "name": _matches(r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,199}", entry.get("name")),
        "table": entry.get("table") in tuple(schema.BY_DUTCH),  # a list would not hash, and is none of them
        "rows": isinstance(rows, int) and not isinstance(rows, bool) and 0 <= rows <= MOST_ROWS,
        "sha256": _matches(r"[0-9A-Fa-f]{64}", entry.get("sha256")),
    }
    return [key for key, is_sound in sound.items() if not is_sound]


def _matches(shape: str, value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(shape, value) is not None


def verify_files(folder: Path, manifest: Manifest, unit: str) -> None:
    """Compare every listed file with its checksum, before a row is believed.

    Raises:
        ExportRefused: a file is missing, a link, too large, or has other contents than the manifest says.
    """
    for file in manifest.files:
        path = folder / file.name
        if path.is_symlink() or not path.is_file():
            raise refuse(unit, file.name, "no_file")
        if path.stat().st_size > LARGEST_FILE:
            raise refuse(unit, file.name, "large_file")
        try:
            with path.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError:
            raise refuse(unit, file.name, "closed") from None
        if digest != file.sha256:
            raise refuse(unit, file.name, "checksum")
