"""Exports that break the contract: refused with a sentence that a person can act on, or taken unharmed.

Every export here carries SECRET in its texts and names; it may be in no sentence and no receipt.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import ExportRefused
from pipeline.receive import Receipt, jsonl, read_manifest, receive_export
from tests.receive.exports import (
    NIGHT,
    UNIT,
    Export,
    agreement,
    json_line,
    message,
    number,
    parquet_bytes,
    report,
    write_export,
)

SECRET = "Geheimnaam"
CSV, JSONL, XML = "registraties.csv", "registraties.jsonl", "melding-00001.xml"
PARQUET = "registraties-2.parquet"
PERSON = {"person_number": 1, "role": "SO", "family_name": SECRET, "birth_date": "1990-01-02"}
REPORTS = [
    report(1, kind="HG", acute=True, description=f"{SECRET} café", person=[PERSON], entry=[{"entry_number": 1, "text": SECRET}]),
    report(2, kind="HG", description=SECRET, person=[PERSON]),
]  # fmt: skip
Change = Callable[[Export], object]


def bytes_of(name: str, change: Callable[[bytes], bytes]) -> Change:
    """Change the bytes of a file, with a manifest that fits them."""
    return lambda export: export.edit(name, change).seal()


def manifest(**changes: Any) -> Change:
    """Write a manifest with other fields."""
    return lambda export: export.seal(**changes)


def listed(place: int = 0, **changes: Any) -> Change:
    """Write a manifest in which the line of one file has other fields."""

    def change(export: Export) -> None:
        entries = [export.entry(name) for name in export.files]
        entries[place] |= changes
        export.seal(files=entries)

    return change


def after(change: Callable[[Path], object]) -> Change:
    """Change the sealed folder."""
    return lambda export: change(export.folder)


def raw_manifest(content: bytes) -> Change:
    return after(lambda folder: (folder / "manifest.json").write_bytes(content))


def a_file_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text(SECRET)


def linked_file(folder: Path) -> None:
    (folder / CSV).rename(folder.parent / "elsewhere.csv")
    (folder / CSV).symlink_to(folder.parent / "elsewhere.csv")


def linked_folder(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("registraties.csv", content + b"0" * 10_000_000)
    return packed.getvalue()


BILLION_LAUGHS = "<!DOCTYPE a [<!ENTITY a '" + "ha" * 50 + "'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 50}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
EXTERNAL = "<!DOCTYPE a [<!ENTITY xxe SYSTEM 'file:///etc/hostname'>]>"
UNCLOSED = bytes_of(CSV, lambda content: content.replace(b"PL0600-2026000001", b'"PL0600-2026000001', 1))


def twice(folder: Path) -> None:
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace('"unit"', '"night": "2026-11-21", "unit"', 1))


def parquet_column(name: str, change: Callable[[int], pa.Array]) -> Change:
    """Put another column into the second file of registrations, which holds one row."""

    def edit(content: bytes) -> bytes:
        table = pq.read_table(io.BytesIO(content))
        columns = {own: table.column(own).combine_chunks() for own in table.column_names}
        return parquet_bytes(columns | {name: change(table.num_rows)})

    return bytes_of(PARQUET, edit)


def latin(rows: int) -> pa.Array:
    return pa.array([b"caf\xe9"] * rows, pa.binary()).view(pa.string())


REFUSED: dict[str, tuple[str, Change, str]] = {
    "checksum": ("bvh-csv", listed(sha256="0" * 64), "checksum"),
    "truncated": ("bvh-csv", after(lambda folder: os.truncate(folder / CSV, 40)), "checksum"),
    "file full of holes": (
        "bvh-csv",
        after(lambda folder: os.truncate(folder / CSV, 50_000_000_001)),
        "larger than a night",
    ),
    "file missing": ("bvh-csv", after(lambda folder: (folder / CSV).unlink()), "missing"),
    "file in the place of the folder": ("bvh-csv", after(a_file_in_its_place), "place of the folder"),
    "fewer rows than promised": ("bvh-csv", listed(rows=3), "promises 3 rows and 2"),
    "more rows than promised": ("jsonl", listed(rows=1), "promises 1 rows and 2"),
    "rows of a child table": ("bvh-csv", listed(1, rows=9), "promises 9 rows and 2"),
    "parquet rows": ("parquet", listed(rows=5), "promises 5 rows and 1"),
    "two messages in a file": ("stuf", listed(rows=2), "promises 2 rows and 1"),
    "rows below zero": ("bvh-csv", listed(rows=-1), "used: rows"),
    "rows no number": ("bvh-csv", listed(rows="2"), "file 1"),
    "rows a fraction": ("bvh-csv", listed(rows=2.0), "file 1"),
    "rows true": ("bvh-csv", listed(rows=True), "file 1"),
    "no checksum": ("bvh-csv", listed(sha256=None), "used: sha256"),
    "path traversal": ("bvh-csv", listed(name="../../RE01/registraties.csv"), "file 1"),
    "backslashes": ("bvh-csv", listed(name="..\\registraties.csv"), "file 1"),
    "absolute name": ("bvh-csv", listed(name="/etc/passwd"), "used: name"),
    "name with a NUL": ("bvh-csv", listed(name="registraties.csv\0"), "file 1"),
    "name of dots": ("bvh-csv", listed(name=".."), "file 1"),
    "name no text": ("bvh-csv", listed(name=["registraties.csv"]), "file 1"),
    "unknown table": ("bvh-csv", listed(table="verdachten"), "used: table"),
    "file listed twice": ("bvh-csv", listed(1, name=CSV), "twice"),
    "table left out": (
        "bvh-csv",
        lambda export: export.seal(files=[export.entry(name) for name in list(export.files)[:2]]),
        "antecedent, mutatie",
    ),
    "table that the dialect has not": (
        "jsonl",
        lambda e: (e.tables.update({JSONL: "mutatie"}), e.seal()),
        "registratie",
    ),
    "linked file": ("bvh-csv", after(linked_file), "link"),
    "linked folder": ("bvh-csv", after(linked_folder), "link"),
    "manifest missing": ("bvh-csv", after(lambda folder: (folder / "manifest.json").unlink()), "missing"),
    "manifest a folder": (
        "bvh-csv",
        after(lambda folder: ((folder / "manifest.json").unlink(), (folder / "manifest.json").mkdir())),
        "missing",
    ),
    "manifest no JSON": ("bvh-csv", raw_manifest(b"{" + SECRET.encode()), "no JSON"),
    "manifest an array": ("bvh-csv", raw_manifest(b"[]"), "no JSON object"),
    "manifest empty": ("bvh-csv", raw_manifest(b""), "no JSON"),
    "manifest not UTF-8": ("bvh-csv", raw_manifest(b'{"unit": "\xff"}'), "no JSON"),
    "manifest nested deep": ("bvh-csv", raw_manifest(b"[" * 200_000), "no JSON"),
    "manifest huge": ("bvh-csv", after(lambda folder: os.truncate(folder / "manifest.json", 70_000_000)), "too large"),
    "another contract": ("bvh-csv", manifest(contract="police-export/2"), "contract"),
    "another unit": ("bvh-csv", manifest(unit="RE01"), "unit and night"),
    "another night": ("bvh-csv", manifest(night="2026-11-21"), "unit and night"),
    "night no text": ("bvh-csv", manifest(night=20261122), "unit and night"),
    "unknown dialect": ("bvh-csv", manifest(dialect="bvh-xls"), "dialect"),
    "dialect no text": ("bvh-csv", manifest(dialect=["bvh-csv"]), "dialect"),
    "no export_id": ("bvh-csv", manifest(export_id=None), "export_id"),
    "export_id with markup": ("bvh-csv", manifest(export_id=f"<b>{SECRET}</b>"), "export_id"),
    "a key twice": ("bvh-csv", after(twice), "twice"),
    "files no list": ("bvh-csv", manifest(files={"name": SECRET}), "lists no files"),
    "UTF-8": ("bvh-csv", bytes_of(CSV, lambda content: content.decode("cp1252").encode()), "UTF-8"),
    "UTF-8 with a mark": ("bvh-csv", bytes_of(CSV, lambda content: b"\xef\xbb\xbf" + content), "UTF-8"),
    "UTF-16": ("bvh-csv", bytes_of(CSV, lambda content: content.decode("cp1252").encode("utf-16")), "UTF-16"),
    "byte that Windows-1252 lacks": ("bvh-csv", bytes_of(CSV, lambda c: c.replace(b"\xe9", b"\x81")), "encoding"),
    "NUL bytes": ("bvh-csv", bytes_of(CSV, lambda content: content.replace(b"HG", b"H\0", 1)), "NUL"),
    "zip named csv": ("bvh-csv", bytes_of(CSV, zipped), "registraties.csv"),
    "gzip named csv": ("bvh-csv", bytes_of(CSV, lambda content: gzip.compress(content, mtime=0)), "registraties.csv"),
    "wrong delimiter": ("bvh-csv", bytes_of(CSV, lambda content: content.replace(b";", b",")), "registratienummer"),
    "no header": ("bvh-csv", bytes_of(CSV, lambda content: content.split(b"\r\n", 1)[1]), "registratienummer"),
    "empty file": ("bvh-csv", bytes_of(CSV, lambda _: b""), "empty"),
    "required column missing": (
        "bvh-csv",
        bytes_of(CSV, lambda c: c.replace(b"kennisname", b"gezien", 1)),
        "kennisname",
    ),
    "child's required column missing": (
        "bvh-csv",
        bytes_of("mutaties.csv", lambda content: content.replace(b"volgnummer", b"nr", 1)),
        "volgnummer",
    ),
    "header a column short": ("bvh-csv", bytes_of(CSV, lambda c: c.replace(b";toevoeging", b"", 1)), "every row has"),
    "quote that never ends": ("bvh-csv", UNCLOSED, "registraties.csv"),
    "jsonl not UTF-8": ("jsonl", bytes_of(JSONL, lambda content: content.replace(b"HG", b"H\xff", 1)), "UTF-8"),
    "jsonl key twice by case": (
        "jsonl",
        bytes_of(JSONL, lambda content: content.replace(b'"vervallen"', b'"VERSIE": 1, "vervallen"')),
        "versie is there twice",
    ),
    "required key in no line": (
        "jsonl",
        bytes_of(JSONL, lambda content: content.replace(b'"kennisname"', b'"gezien"')),
        "kennisname",
    ),
    "parquet that is none": ("parquet", bytes_of(PARQUET, lambda _: SECRET.encode()), "Parquet"),
    "parquet cut short": ("parquet", bytes_of(PARQUET, lambda content: content[:-20]), "Parquet"),
    "parquet damaged inside": (
        "parquet",
        bytes_of(PARQUET, lambda content: content[:4] + b"\xff" * 400 + content[404:]),
        "Parquet",
    ),
    "XML bomb": ("stuf", bytes_of(XML, lambda _: message(REPORTS[0], prolog=BILLION_LAUGHS).encode()), XML),
    "XML bomb that goes off": (
        "stuf",
        bytes_of(XML, lambda _: message(REPORTS[0], "<x>&i;</x>", BILLION_LAUGHS).encode()),
        XML,
    ),
    "external entity": ("stuf", bytes_of(XML, lambda _: message(REPORTS[0], "<x>&xxe;</x>", EXTERNAL).encode()), XML),
    "XML not well-formed": ("stuf", bytes_of(XML, lambda content: content[:-9]), "well-formed"),
    "another message": ("stuf", bytes_of(XML, lambda c: c.replace(b"vtMeldingDi01", b"vtAndersDi01")), "vtMeldingDi01"),
    "two messages in an envelope": (
        "stuf",
        bytes_of(XML, lambda content: b"<a>" + content.split(b"?>", 1)[1] * 2 + b"</a>"),
        "more than one message",
    ),
    "two bodies in a message": (
        "stuf",
        bytes_of(XML, lambda c: c.replace(b"</JZ:object>", b"</JZ:object><JZ:object/>")),
        "more than one message",
    ),
    "parquet text no UTF-8": ("parquet", parquet_column("straat", latin), "Parquet"),
    "parquet bytes no UTF-8": (
        "parquet",
        parquet_column("straat", lambda rows: latin(rows).view(pa.binary())),
        "column straat holds bytes",
    ),
    "XML nested deep": ("stuf", bytes_of(XML, lambda _: b"<a>" * 5000 + b"</a>" * 5000), XML),
}


def receive(folder: Path, out: Path) -> Receipt:
    return receive_export(folder, unit=UNIT, night=NIGHT, agreement=agreement(), out=out)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_sentence(tmp_path, name):
    dialect, change, told = REFUSED[name]
    export = write_export(tmp_path, REPORTS, dialect)
    change(export)
    with pytest.raises(ExportRefused) as refusal:
        receive(export.folder, tmp_path / "out")
    sentence = str(refusal.value)
    assert sentence.startswith(UNIT)
    assert told in sentence
    assert sentence.count(". ") >= 1, "what is wrong, then what to do"
    assert SECRET not in sentence
    assert refusal.value.__cause__ is None, "a cause may quote a value"
    assert not (tmp_path / "out").exists()


def test_a_row_that_stands_alone_is_broken_itself(tmp_path):
    export = write_export(tmp_path, REPORTS[:1])
    bytes_of(CSV, lambda content: content.replace(b";toevoeging", b"", 1))(export)
    assert receive(export.folder, tmp_path / "out").rejected == 1


def test_a_refusal_leaves_what_was_taken_before(tmp_path):
    export = write_export(tmp_path, REPORTS)
    receive(export.folder, tmp_path / "out")
    before = sorted((path, path.read_bytes()) for path in (tmp_path / "out").rglob("*") if path.is_file())
    UNCLOSED(export)
    with pytest.raises(ExportRefused):
        receive(export.folder, tmp_path / "out")
    assert before == sorted((path, path.read_bytes()) for path in (tmp_path / "out").rglob("*") if path.is_file())


def lines(change: Callable[[dict[str, Any]], object], text: Callable[[str], str] = str) -> Change:
    """Change the first line of a jsonl export, as an object and then as text."""

    def edit(content: bytes) -> bytes:
        first = json_line(REPORTS[0])
        change(first)
        return (text(json.dumps(first)) + "\n").encode() + content.split(b"\n", 1)[1]

    return bytes_of(JSONL, edit)


def instead(line: str) -> Change:
    """Replace the first line of a jsonl export."""
    return lines(lambda _: None, lambda _: line)


def columns(old: str, new: str, name: str = CSV) -> Change:
    return bytes_of(name, lambda content: content.replace(old.encode(), new.encode(), 1))


# name: dialect, change, (registrations, rejected, set aside by reason, dropped)
Taken = tuple[int, int, dict[str, int], dict[str, list[str]]]
NOTHING: Taken = (2, 0, {}, {})
TAKEN: dict[str, tuple[str, Change, Taken]] = {
    "extra column": ("bvh-csv", columns("projectcode", "eigen_kolom"), (2, 0, {}, {"registration": ["eigen_kolom"]})),
    "column named as a value": (
        "bvh-csv",
        columns("projectcode", "999911111"),
        (2, 0, {}, {"registration": ["column 6"]}),
    ),
    "column with markup": (
        "bvh-csv",
        columns("projectcode", "<script>alert(1)</script>"),
        (2, 0, {}, {"registration": ["column 6"]}),
    ),
    "column with a formula": ("bvh-csv", columns("projectcode", "=1+1"), (2, 0, {}, {"registration": ["column 6"]})),
    "optional column missing": ("bvh-csv", columns("plaats", "plek"), (2, 0, {}, {"registration": ["plek"]})),
    "blank lines": ("bvh-csv", bytes_of(CSV, lambda content: content.replace(b"\r\n", b"\r\n\r\n")), NOTHING),
    "blank lines before the header": ("bvh-csv", bytes_of(CSV, lambda content: b"\r\n  \r\n" + content), NOTHING),
    "line feeds alone": ("bvh-csv", bytes_of(CSV, lambda content: content.replace(b"\r\n", b"\n")), NOTHING),
    "no line end at the end": ("bvh-csv", bytes_of(CSV, lambda content: content.removesuffix(b"\r\n")), NOTHING),
    "row with a field too many": (
        "bvh-csv",
        columns(number(2) + ";1;", number(2) + ";1;;"),
        (1, 1, {"person:orphan": 1}, {}),
    ),
    "child row with a field too few": (
        "bvh-csv",
        columns(number(2) + ";1;", number(2) + ";", "betrokkenen.csv"),
        (2, 0, {"person:unreadable": 1}, {}),
    ),
    "orphan": (
        "bvh-csv",
        columns(number(1), number(77), "mutaties.csv"),
        (2, 0, {"entry:orphan": 1}, {}),
    ),
    "child of a version that is not there": (
        "bvh-csv",
        columns(number(1) + ";1;", number(1) + ";8;", "mutaties.csv"),
        (2, 0, {"entry:orphan": 1}, {}),
    ),
    "child without a number": (
        "bvh-csv",
        columns(number(1) + ";1;1;", number(1) + ";1;;", "mutaties.csv"),
        (2, 0, {"entry:no_number": 1}, {}),
    ),
    "no JSON": ("jsonl", instead("{" + SECRET), (1, 1, {}, {})),
    "JSON that is no object": ("jsonl", instead("[1]"), (1, 1, {}, {})),
    "JSON nested deep": ("jsonl", instead('{"a":' * 100_000), (1, 1, {}, {})),
    "JSON lists nested deep": ("jsonl", instead("[" * 200_000), (1, 1, {}, {})),
    "number of five thousand digits": ("jsonl", instead('{"versie": ' + "9" * 5000 + "}"), (1, 1, {}, {})),
    "number beyond every type": (
        "jsonl",
        lines(lambda line: line.update(versie=10**30)),
        (1, 1, {"person:orphan": 1, "entry:orphan": 1}, {}),
    ),
    "version below one": (
        "jsonl",
        lines(lambda line: line.update(versie=0)),
        (1, 1, {"person:orphan": 1, "entry:orphan": 1}, {}),
    ),
    "version that is a day": ("jsonl", lines(lambda line: line.update(versie=20261122)), (2, 0, {}, {})),
    "infinity": (
        "jsonl",
        lines(lambda line: line.update(versie=float("inf"))),
        (1, 1, {"person:orphan": 1, "entry:orphan": 1}, {}),
    ),
    "required key in some lines": (
        "jsonl",
        lines(lambda line: line.pop("kennisname")),
        (1, 1, {"person:orphan": 1, "entry:orphan": 1}, {}),
    ),
    "required value null": (
        "jsonl",
        lines(lambda line: line.update(kennisname=None)),
        (1, 1, {"person:orphan": 1, "entry:orphan": 1}, {}),
    ),
    "number of another shape": (
        "jsonl",
        lines(lambda line: line.update(registratienummer="' OR 1=1 --")),
        (1, 1, {"person:orphan": 1, "entry:orphan": 1}, {}),
    ),
    "duplicate child number": (
        "jsonl",
        lines(lambda line: line["betrokkenen"].append(line["betrokkenen"][0])),
        (2, 0, {"person:duplicate_number": 1}, {}),
    ),
    "child that is no object": (
        "jsonl",
        lines(lambda line: line["betrokkenen"].append("x")),
        (2, 0, {"person:no_number": 1}, {}),
    ),
    "NUL in JSON": ("jsonl", lines(lambda line: line.update(straat="a\0b")), NOTHING),
    "nested extra key": (
        "jsonl",
        lines(lambda line: line.update(eigen={"a": [1, {"b": SECRET}]})),
        (2, 0, {}, {"registration": ["eigen"]}),
    ),
    "byte order mark": ("jsonl", bytes_of(JSONL, lambda content: b"\xef\xbb\xbf" + content), NOTHING),
    "names with white space around them": (
        "jsonl",
        bytes_of(JSONL, lambda content: re.sub(rb'"([a-z_]+)":', rb'" \1 ":', content)),
        NOTHING,
    ),
    "lists named in capitals": (
        "jsonl",
        bytes_of(JSONL, lambda content: content.replace(b'"betrokkenen"', b'"BETROKKENEN"')),
        NOTHING,
    ),
    "columns named in capitals by one line": (
        "jsonl",
        bytes_of(JSONL, lambda content: content.replace(b'"versie"', b'"VERSIE"', 1)),
        NOTHING,
    ),
    "parquet moments of a zone that is an offset": (
        "parquet",
        parquet_column("pleeg_begin", lambda rows: pa.array([0] * rows, pa.timestamp("ms", tz="+05:30"))),
        NOTHING,
    ),
    "parquet lists of one size": (
        "parquet",
        parquet_column("aard", lambda rows: pa.array([["01", "03"]] * rows, pa.list_(pa.string(), 2))),
        NOTHING,
    ),
    "parquet extra column of a kind of its own": (
        "parquet",
        parquet_column("eigen", lambda rows: pa.array([[("a", 1)]] * rows, pa.map_(pa.string(), pa.int64()))),
        (2, 0, {}, {"registration": ["eigen"]}),
    ),
    "number wider than a column": (
        "bvh-csv",
        columns(number(1) + ";1;1;", number(1) + ";1;2147483648;", "mutaties.csv"),
        (2, 0, {"entry:no_number": 1}, {}),
    ),
    "files beside the listed": ("bvh-csv", after(lambda folder: (folder / "notitie.txt").write_text(SECRET)), NOTHING),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_taken_unharmed(tmp_path, name):
    dialect, change, expected = TAKEN[name]
    export = write_export(tmp_path, REPORTS, dialect)
    change(export)
    receipt = receive(export.folder, tmp_path / "out")
    kept = pl.read_parquet(tmp_path / "out/part-000/registration.parquet")
    assert (len(kept), receipt.rejected, receipt.set_aside, receipt.dropped) == expected
    assert receipt.rows["registration"] == len(kept) + receipt.rejected
    assert SECRET not in json.dumps(receipt.as_json())
    assert pl.read_parquet(tmp_path / "out/set_aside.parquet").height == sum(receipt.set_aside.values())


INJECTIONS = [
    "'; DROP TABLE intake.export; --",
    '=HYPERLINK("http://x.example","klik")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "{{ 7*7 }} ${7*7} %(naam)s {0}",
    "\\N",
    "\\.",
    "NULL",
    "../../etc/passwd",
    '"";""',
]


@pytest.mark.parametrize("dialect", ["bvh-csv", "jsonl", "parquet"])
def test_text_that_means_something_elsewhere_is_text_here(tmp_path, dialect):
    rows = [
        report(
            n, description=text, street=text, incident_code=text, person=[PERSON | {"family_name": text, "email": text}]
        )
        for n, text in enumerate(INJECTIONS)
    ]
    receive(write_export(tmp_path, rows, dialect).folder, tmp_path / "out")
    registration, person = (
        pl.read_parquet(tmp_path / f"out/part-000/{name}.parquet") for name in ("registration", "person")
    )
    for name in ("description", "street", "incident_code"):
        assert registration[name].to_list() == INJECTIONS, name
    assert person["family_name"].to_list() == INJECTIONS


def test_a_line_longer_than_any_is_one_row(tmp_path, monkeypatch):
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 3000)
    export = write_export(tmp_path, REPORTS, "jsonl")
    bytes_of(JSONL, lambda content: content.replace(SECRET.encode(), SECRET.encode() * 700, 1))(export)
    receipt = receive(export.folder, tmp_path / "out")
    assert (receipt.rows["registration"], receipt.rejected) == (2, 1)
    assert pl.read_parquet(tmp_path / "out/rejected.parquet")["danger"].to_list() == [True], "nobody read the rest"


def test_of_a_long_line_that_is_no_registration_the_beginning_is_kept(tmp_path):
    export = write_export(tmp_path, REPORTS, "jsonl")
    bytes_of(JSONL, lambda content: b'"' * (jsonl.MOST_KEPT + 9) + b"\n" + content.split(b"\n", 1)[1])(export)
    receipt = receive(export.folder, tmp_path / "out")
    assert (receipt.rows["registration"], receipt.rejected) == (2, 1)
    one = pl.read_parquet(tmp_path / "out/rejected.parquet").row(0, named=True)
    assert (len(json.loads(one["payload"])), one["danger"]) == (jsonl.MOST_KEPT, True), "nobody read the rest"


def test_a_file_that_cannot_be_opened_is_refused(tmp_path, monkeypatch):
    export = write_export(tmp_path, REPORTS)

    def closed(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("pipeline.receive.manifest.hashlib.file_digest", closed)
    with pytest.raises(ExportRefused, match="cannot be read"):
        receive(export.folder, tmp_path / "out")


def test_a_text_that_no_person_wrote_is_kept_aside_for_one_to_look(tmp_path):
    long = "x" * 100_001
    entries = [{"entry_number": 1, "text": long}, {"entry_number": 2, "text": long[1:]}]
    rows = [report(1, description=long * 20), report(2, description=long[1:], entry=entries)]
    receipt = receive(write_export(tmp_path, rows).folder, tmp_path / "out")
    one = pl.read_parquet(tmp_path / "out/rejected.parquet").row(0, named=True)
    assert (one["problems"], one["danger"]) == (["too_long:description"], True)
    assert (receipt.rejected, receipt.set_aside) == (1, {"entry:too_long": 1})


@pytest.mark.parametrize("dialect", ["bvh-csv", "jsonl", "parquet", "stuf"])
def test_an_empty_night_is_a_night(tmp_path, dialect):
    receipt = receive(write_export(tmp_path, [], dialect).folder, tmp_path / "out")
    assert set(receipt.rows.values()) == {0}
    assert pl.read_parquet(tmp_path / "out/part-000/person.parquet").is_empty()


def test_the_manifest_says_what_changed(tmp_path):
    export = write_export(tmp_path, REPORTS)
    first = read_manifest(export.folder, UNIT, NIGHT)
    assert read_manifest(export.seal(), UNIT, NIGHT) == first
    again = export.seal(
        created_at="2026-11-23T09:00:00+01:00", files=[export.entry(name) for name in reversed(export.files)]
    )
    assert read_manifest(again, UNIT, NIGHT).digest == first.digest, "written anew over the same files"
    assert read_manifest(export.seal(export_id="other"), UNIT, NIGHT).digest != first.digest
    export.edit(CSV, lambda content: content + b"\r\n").seal()
    assert read_manifest(export.folder, UNIT, NIGHT).digest != first.digest


def test_the_night_of_the_folder_counts(tmp_path):
    export = write_export(tmp_path, REPORTS, night=date(2026, 11, 21))
    with pytest.raises(ExportRefused, match="unit and night"):
        receive(export.folder, tmp_path / "out")
