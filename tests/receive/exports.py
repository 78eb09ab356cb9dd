"""Export folders for tests, in any dialect, out of canonical rows.

A report is a registration as a dict of our column names, with its children as lists under `person`, `entry` and
`prior_incident`; say only what matters, `report()` fills in what the contract requires. `write_export` writes one
folder with its manifest in the notation of the dialect (or of an agreement, for bvh-csv), and `Export` lets a test
break it: change or add files, then `seal()` writes a manifest that fits, or `seal(unit="RE01")` one that does not.

    export = write_export(tmp_path, [report(acute=True, person=[{"person_number": 1, "role": "SO"}])], "jsonl")
    export.files["registraties.jsonl"] = b"no json\\n"
    export.seal()
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import schema
from pipeline.policy.agreements import Agreement, Contact, Form
from pipeline.schema import Column, Table

UNIT, NIGHT = "RE06", date(2026, 11, 22)
KNOWN_AT = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FILES = {
    "registratie": "registraties",
    "betrokkene": "betrokkenen",
    "mutatie": "mutaties",
    "antecedent": "antecedenten",
}
PLAIN = Form()
DIALECTS = ("bvh-csv", "jsonl", "parquet")
"""Those that carry every column; stuf carries youth concerns only, see `message`."""
Report = dict[str, Any]


def number(place: int) -> str:
    """Return a registration number."""
    return f"PL0600-2026{place:06d}"


def report(place: int = 1, /, **given: Any) -> Report:
    """Return a report with the required columns filled, and what is given."""
    return {"registration_number": number(place), "version": 1, "known_at": KNOWN_AT, "legal_regime": "8"} | given


def agreement(**given: Any) -> Agreement:
    """Return an agreement of UNIT that adds nothing to the contract but what is given."""
    return Agreement(
        **{
            "unit": UNIT,
            "unit_name": "Proefeenheid",
            "version": "proef-1",
            "valid_from": date(2015, 1, 1),
            "valid_until": date(2099, 12, 31),
            "owner": "eigenaar",
            "mandate": "mandaat",
            "signed": date(2014, 12, 1),
            "flow": "automated",
            "contact": Contact("loket"),
        }
        | given
    )


@dataclass
class Export:
    """An export folder that can be changed and sealed again."""

    folder: Path
    dialect: str
    files: dict[str, bytes]
    tables: dict[str, str]
    """File name -> the contract's table name."""
    rows: dict[str, int]
    manifest: dict[str, Any] = field(default_factory=dict)

    def seal(self, **changes: Any) -> Path:
        """Write the files and, last, a manifest of them with `changes`; return the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (self.folder / name).write_bytes(content)
        unit, night = self.folder.parent.name, self.folder.name
        self.manifest = {
            "contract": "police-export/1",
            "unit": unit,
            "night": night,
            "export_id": f"{unit}-{night}-1",
            "dialect": self.dialect,
            "created_at": "2026-11-23T01:10:00+01:00",
            "files": [self.entry(name) for name in self.files],
        } | changes
        (self.folder / "manifest.json").write_text(json.dumps(self.manifest), encoding="utf-8")
        return self.folder

    def entry(self, name: str, **changes: Any) -> dict[str, Any]:
        """Return the manifest's line of a file."""
        digest = hashlib.sha256(self.files[name]).hexdigest()
        return {"name": name, "table": self.tables[name], "rows": self.rows[name], "sha256": digest} | changes

    def edit(self, name: str, change: Callable[[bytes], bytes]) -> Export:
        """Change the bytes of a file; the row count stays as promised."""
        self.files[name] = change(self.files[name])
        return self


def write_export(
    inbox: Path,
    reports: Sequence[Report],
    dialect: str = "bvh-csv",
    *,
    unit: str = UNIT,
    night: date = NIGHT,
    given: Agreement | None = None,
    with_version: bool = True,
) -> Export:
    """Write `inbox/<unit>/<night>/`, sealed.

    Args:
        given: write bvh-csv in this agreement's names, codes and notation instead of the contract's.
        with_version: whether the child tables carry `versie` (bvh-csv and parquet).
    """
    writer = {"bvh-csv": _csv_files, "jsonl": _jsonl_files, "parquet": _parquet_files, "stuf": _stuf_files}[dialect]
    contents, tables, rows = {}, {}, {}
    for name, table, count, content in writer(reports, given or agreement(), with_version):
        contents[name], tables[name], rows[name] = content, table, count
    export = Export(inbox / unit / night.isoformat(), dialect, contents, tables, rows)
    export.seal()
    return export


def rows_of(reports: Sequence[Report], table: Table) -> list[dict[str, Any]]:
    """Return the rows of a table, children with the number and version of their registration."""
    if table is schema.REGISTRATION:
        return [{name: value for name, value in one.items() if name not in _CHILDREN} for one in reports]
    keys = ("registration_number", "version")
    return [{**{key: one[key] for key in keys}, **row} for one in reports for row in one.get(table.name, ())]


_CHILDREN = {table.name for table in schema.CHILDREN}
_Written = list[tuple[str, str, int, bytes]]


def columns_of(table: Table, with_version: bool) -> list[Column]:
    """Return the columns that an export has of a table."""
    return [column for column in table.columns if with_version or column.name != "version" or column.required]


def csv_text(value: Any, column: Column, form: Form = PLAIN) -> str:
    """Write a canonical value in the notation of bvh-csv; text, also wrong text, goes as it is."""
    if isinstance(value, bool):
        return (form.yes or ("J",))[0] if value else (form.no or ("N",))[0]
    if isinstance(value, datetime):
        local = value.astimezone(AMSTERDAM)
        seconds = "%d-%m-%Y %H:%M:%S" if local.second else "%d-%m-%Y %H:%M"
        return local.strftime((form.moment_formats or (seconds,))[0])
    if isinstance(value, date):
        return value.strftime((form.date_formats or ("%d-%m-%Y",))[0])
    if isinstance(value, list):
        return (form.list_separators or ("|",))[0].join(value)
    if column.name == "birth_date" and value and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return f"{value[8:]}-{value[5:7]}-{value[:4]}"
    return "" if value is None else str(value)


def _csv_files(reports: Sequence[Report], given: Agreement, with_version: bool) -> _Written:
    form, written = given.form, []
    for table in schema.TABLES:
        columns, rows = columns_of(table, with_version), rows_of(reports, table)
        names = _turned(given.columns.get(table.dutch, {}))
        text = io.StringIO()
        out = csv.writer(text, delimiter=(form.delimiters or (";",))[0], lineterminator="\r\n")
        out.writerow(names.get(column.dutch, column.dutch) for column in columns)
        for row in rows:
            out.writerow(csv_text(_coded(row.get(c.name), c, given), c, form) for c in columns)
        encoding = (form.encodings or ("windows-1252",))[0]
        written.append((f"{FILES[table.dutch]}.csv", table.dutch, len(rows), text.getvalue().encode(encoding)))
    return written


def _turned(names: Mapping[str, str]) -> dict[str, str]:
    return {meant: name for name, meant in names.items()}


def _coded(value: Any, column: Column, given: Agreement) -> Any:
    codes = _turned(given.codes.get(column.dutch, {}))
    if isinstance(value, list):
        return [codes.get(item, item) for item in value]
    return codes.get(value, value) if isinstance(value, str) else value


def json_value(value: Any) -> Any:
    """Write a canonical value as JSON has it: local times with their offset."""
    if isinstance(value, datetime):
        return value.astimezone(AMSTERDAM).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def json_line(one: Report) -> dict[str, Any]:
    """Return a report as the object of its line."""
    line = {column.dutch: json_value(one.get(column.name)) for column in schema.REGISTRATION.columns}
    for table in schema.CHILDREN:
        own = [column for column in table.columns if column.name not in {"registration_number", "version"}]
        line[FILES[table.dutch]] = [
            {c.dutch: json_value(row.get(c.name)) for c in own} for row in one.get(table.name, ())
        ]
    return line


def _jsonl_files(reports: Sequence[Report], given: Agreement, with_version: bool) -> _Written:
    lines = "".join(json.dumps(json_line(one), ensure_ascii=False) + "\n" for one in reports)
    return [("registraties.jsonl", "registratie", len(reports), lines.encode())]


def parquet_type(column: Column) -> pa.DataType:
    """Return the Arrow type that a parquet export gives a column."""
    kinds = {
        schema.TEXT: pa.string(),
        schema.YES_NO: pa.bool_(),
        schema.WHOLE: pa.int32(),
        schema.DAY: pa.date32(),
        schema.CODES: pa.list_(pa.string()),
        schema.MOMENT: pa.timestamp("us", tz="UTC"),
    }
    return kinds[column.type]


def parquet_bytes(columns: Mapping[str, pa.Array]) -> bytes:
    """Return a parquet file of the arrays."""
    sink = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), sink)
    return sink.getvalue()


def _parquet_files(reports: Sequence[Report], given: Agreement, with_version: bool) -> _Written:
    written = []
    for table in schema.TABLES:
        rows = rows_of(reports, table)
        arrays = {
            column.dutch: pa.array([row.get(column.name) for row in rows], parquet_type(column))
            for column in columns_of(table, with_version)
        }
        half = len(rows) // 2  # two files, as the contract allows
        for place, part in enumerate((slice(0, half), slice(half, None)), 1):
            sliced = {name: array[part] for name, array in arrays.items()}
            count = len(rows[part])
            written.append((f"{FILES[table.dutch]}-{place}.parquet", table.dutch, count, parquet_bytes(sliced)))
    return written


STUF_ROLES = {"KI": "jeugdige", "OU": "ouder, gezag niet benoemd", "ME": "melder", "PR": "hulpverlener"}


def message(one: Report, extra: str = "", prolog: str = "") -> str:
    """Return a report as a vtMeldingDi01; `extra` goes into `object`, `prolog` before the root."""

    def tag(name: str, value: Any) -> str:
        return f"<{name}>{escape(str(value))}</{name}>" if value is not None else ""

    persons = "".join(
        "<JZ:heeftBetrokken StUF:entiteittype='ZOSNPS'><JZ:gerelateerde StUF:entiteittype='NPS'>"
        + tag("BG:inp.bsn", row.get("bsn"))
        + tag("BG:geslachtsnaam", row.get("family_name"))
        + tag("BG:voornamen", row.get("given_names"))
        + tag("BG:geslachtsaanduiding", row.get("sex"))
        + tag("BG:geboortedatum", (row["birth_date"].replace("-", "") if row.get("birth_date") else None))
        + "</JZ:gerelateerde>"
        + tag("JZ:jeugzorgrol", STUF_ROLES.get(row.get("role", ""), row.get("role")))
        + "</JZ:heeftBetrokken>"
        for row in one.get("person", ())
    )
    known = one["known_at"].astimezone(AMSTERDAM).strftime("%Y%m%d")
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>{prolog}<JZ:vtMeldingDi01"
        " xmlns:JZ='http://www.stufstandaarden.nl/koppelvlak/jz0100' xmlns:StUF='http://www.egem.nl/StUF/StUF0301'"
        " xmlns:BG='http://www.egem.nl/StUF/sector/bg/0310'><JZ:stuurgegevens/><JZ:object StUF:entiteittype='VTM'>"
        + tag("JZ:identificatieVtMelding", one["registration_number"])
        + tag("JZ:datumMelding", known)
        + tag("JZ:datumIncident", known)
        + tag("JZ:locatieIncident", one.get("place"))
        + tag("JZ:omschrijvingIncident", one.get("description"))
        + f"{extra}<JZ:betreft StUF:entiteittype='VTMZOS'><JZ:gerelateerde StUF:entiteittype='ZOS'>"
        + tag("JZ:omschrijvingZorgelijkeSituatie", one.get("reason_for_report"))
        + f"{persons}</JZ:gerelateerde></JZ:betreft></JZ:object></JZ:vtMeldingDi01>"
    )


def _stuf_files(reports: Sequence[Report], given: Agreement, with_version: bool) -> _Written:
    return [
        (f"melding-{place:05d}.xml", "registratie", 1, message(one).encode()) for place, one in enumerate(reports, 1)
    ]
