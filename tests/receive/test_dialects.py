"""The same rows in every dialect are the same tables; what the dialects cannot say alike is tested by itself."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import schema
from pipeline.policy.agreements import Agreement, Form, read_agreements
from pipeline.receive import Receipt, export, receive_export
from pipeline.schema import ROW, Tables
from tests.receive.exports import (
    AMSTERDAM,
    DIALECTS,
    KNOWN_AT,
    NIGHT,
    UNIT,
    Report,
    agreement,
    json_line,
    message,
    number,
    parquet_bytes,
    report,
    write_export,
)

CP1252 = st.characters(codec="cp1252", exclude_categories=("Cc", "Zs"))


def _reads_as_one(word: str) -> bool:
    """Whether the bytes of a word are no UTF-8: an export in Windows-1252 that is both is refused, and rightly."""
    try:
        return word.encode("cp1252").decode("utf-8").isascii()
    except UnicodeDecodeError:
        return True


WORDS = (
    st.text(CP1252 | st.sampled_from(" ;\"'|,\n<&"), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
    .filter(_reads_as_one)
)
CODES = {
    "kind": ["HG", "ZJ", "OV"],
    "legal_regime": ["8", "9", "10", "12", "13"],
    "suspicion": ["01", "09"],
    "role": ["SO", "VE", "KI", "GE"],
    "sex": ["M", "V", "O"],
    "relation": ["partner", "ex-partner", "onbekend"],
    "source": ["W", "V", "H"],
}
BIRTH_DATES = st.sampled_from(["1987-00-00", "1990-05-00", "1900-01-01", "2001-02-28", "2026-11-22"])
FIXED = {"registration_number", "version", "known_at", "person_number", "entry_number"}
DUTCH_SHAPED = {"postcode", "municipality_code", "house_number"}
"""Columns that reading brings into one spelling: whatever text, as long as it is theirs."""


def _value(column: schema.Column) -> st.SearchStrategy[object]:
    if column.name in CODES:
        return st.sampled_from(CODES[column.name])
    if column.name == "birth_date":
        return BIRTH_DATES
    if column.name in DUTCH_SHAPED:
        return st.sampled_from(["1234", "0518"])
    moments = st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 22)).map(_apart_from_clock_changes)
    kinds = {
        schema.YES_NO: st.booleans(),
        schema.WHOLE: st.integers(1, 9),
        schema.DAY: st.dates(date(1990, 1, 1), date(2030, 1, 1)),
        schema.CODES: st.lists(st.sampled_from(["01", "08", "11"]), min_size=1, max_size=3, unique=True).map(sorted),
        schema.MOMENT: moments,
    }
    return kinds.get(column.type, WORDS)


def _apart_from_clock_changes(moment: datetime) -> datetime:
    """Move a moment out of the hours that bvh-csv cannot write, because it has no offsets."""
    safe = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    return safe + timedelta(hours=6) if safe.month in {3, 10} and safe.hour < 3 else safe


def _row(table: schema.Table) -> st.SearchStrategy[dict[str, object]]:
    free = {column.name: _value(column) for column in table.columns if column.name not in FIXED}
    return st.fixed_dictionaries({}, optional=free)


@st.composite
def reports(draw: st.DrawFn) -> list[Report]:
    made = []
    for place in range(1, draw(st.integers(1, 4)) + 1):
        one = (
            report(place)
            | draw(_row(schema.REGISTRATION))
            | {"known_at": draw(_value(schema.REGISTRATION.column("known_at")))}
        )
        for table, key in ((schema.PERSON, "person_number"), (schema.ENTRY, "entry_number")):
            rows = draw(st.lists(_row(table), max_size=3))
            one[table.name] = [{key: count, **row} for count, row in enumerate(rows, 1)]
        prior = draw(st.lists(_row(schema.PRIOR_INCIDENT), max_size=2)) if one["person"] else []
        one["prior_incident"] = [{"person_number": 1, **row} for row in prior]
        made.append(one)
    return made


def take(folder: Path, out: Path, given: Agreement | None = None, **more: object) -> tuple[Receipt, Tables]:
    """Receive an export and read its parts back as one."""
    receipt = receive_export(folder, unit=UNIT, night=NIGHT, agreement=given or agreement(), out=out, **more)  # type: ignore[arg-type] # tests pass what they like
    frames = (
        pl.concat(pl.read_parquet(file) for file in sorted(out.glob(f"part-*/{table.name}.parquet"))).sort(ROW)
        for table in schema.TABLES
    )
    return receipt, Tables(*frames)


def _same(one: Tables, other: Tables) -> None:
    assert one.registration.equals(other.registration)
    for table in schema.CHILDREN:
        left, right = (getattr(tables, table.name) for tables in (one, other))
        order = [ROW, *table.schema.names()]
        assert left.sort(order).equals(right.sort(order)), table.name


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports())
def test_the_same_rows_are_the_same_tables_in_every_dialect(rows):
    with TemporaryDirectory() as folder:
        taken = {
            dialect: take(write_export(Path(folder, dialect), rows, dialect).folder, Path(folder, dialect, "out"))[1]
            for dialect in DIALECTS
        }
    for dialect in DIALECTS[1:]:
        _same(taken["bvh-csv"], taken[dialect])
    assert taken["jsonl"].registration["registration_number"].to_list() == [row["registration_number"] for row in rows]
    assert taken["jsonl"].registration["problems"].list.len().sum() == 0
    for table in schema.TABLES:
        assert getattr(taken["jsonl"], table.name).schema.items() >= {ROW: pl.Int64, **table.schema}.items()


def _full(place: int) -> Report:
    return report(
        place,
        kind="HG",
        acute=True,
        nature=["01", "08"],
        suspicion="01",
        incident_code="F550",
        committed_from=datetime(2026, 11, 22, 20, 5, tzinfo=UTC),
        restraining_order_until=date(2026, 12, 2),
        description="Hij zei; «blijf hier»\nen liep weg. É",
        person=[
            {"person_number": 1, "role": "SO", "sex": "V", "birth_date": "1987-00-00", "relation": "partner"},
            {
                "person_number": 2,
                "role": "VE",
                "sex": "M",
                "birth_date": "1985-06-07",
                "relation_to": 1,
                "custody": True,
            },
        ],
        entry=[
            {"entry_number": 1, "source": "W", "text": "Gezien.", "written_at": datetime(2026, 11, 22, 21, tzinfo=UTC)}
        ],
        prior_incident=[{"person_number": 2, "date": date(2024, 1, 2), "incident_code": "F530", "role": "VE"}],
    )


@pytest.mark.parametrize("unit", ["RE01", "RE03", "RE06", "RE07", "RE10"])
def test_a_dump_in_its_agreements_words_is_the_same_tables(tmp_path, unit):
    theirs = read_agreements().in_force(unit, NIGHT)
    assert theirs is not None
    rows = [_full(place) for place in range(1, 4)]
    own = take(write_export(tmp_path / "own", rows, given=theirs).folder, tmp_path / "a", theirs)[1]
    contract = take(write_export(tmp_path / "contract", rows).folder, tmp_path / "b", theirs)[1]
    plain = take(write_export(tmp_path / "plain", rows).folder, tmp_path / "c")[1]
    _same(own, contract)
    assert own.registration["content_hash"].n_unique() == 3
    without_flags = [name for name in plain.registration.columns if name not in {"content_hash", *theirs.leaves_empty}]
    assert plain.registration.select(without_flags).equals(own.registration.select(without_flags))


@pytest.mark.parametrize("dialect", [*DIALECTS, "stuf"])
def test_a_unit_that_nobody_wrote_code_for(tmp_path, dialect):
    file = tmp_path / "agreements" / "zz01.toml"
    file.parent.mkdir()
    file.write_text(
        """
unit = "ZZ01"
unit_name = "Verzonnen"
[[version]]
name = "ZZ01-1"
valid_from = 2020-01-01
owner = "eigenaar"
mandate = "mandaat"
signed = 2019-12-01
flow = "automated"
contact = { department = "loket" }
form = { encodings = ["utf-8"], delimiters = ["\\t"], yes = ["SIM"], no = ["NAO"], moment_formats = ["%Y/%m/%d %H.%M"] }
[version.columns.registratie]
ZAAK = "registratienummer"
[version.codes.soort]
GEWELD = "HG"
[version.codes.incidentcode]
KLAP = "F550"
""",
        encoding="utf-8",
    )
    theirs = read_agreements(file.parent).in_force("ZZ01", NIGHT)
    assert theirs is not None
    export = write_export(tmp_path, [_full(1)], dialect, unit="ZZ01", given=theirs)
    receipt = receive_export(export.folder, unit="ZZ01", night=NIGHT, agreement=theirs, out=tmp_path / "out")
    row = pl.read_parquet(tmp_path / "out/part-000/registration.parquet").row(0, named=True)
    assert receipt.agreement_version == "ZZ01-1"
    assert (row["registration_number"], row["kind"]) == (number(1), "ZJ" if dialect == "stuf" else "HG")
    if dialect == "bvh-csv":
        assert export.files["registraties.csv"].startswith(b"ZAAK\t")
        assert (row["incident_code"], row["acute"]) == ("F550", True)


def test_parts_hold_families_together_and_change_nothing(tmp_path):
    rows = [_full(place) for place in range(1, 41)]
    folder = write_export(tmp_path, rows).folder
    whole = take(folder, tmp_path / "whole")[1]
    parted = take(folder, tmp_path / "parted", rows_per_part=7)[1]
    _same(whole, parted)
    for part in sorted((tmp_path / "parted").glob("part-*")):
        own = set(pl.read_parquet(part / "registration.parquet")[ROW])
        for table in schema.CHILDREN:
            assert set(pl.read_parquet(part / f"{table.name}.parquet")[ROW]) <= own
    assert len(list((tmp_path / "parted").glob("part-*"))) == 6


@pytest.mark.parametrize("at_once", [1, 3, 9])
def test_messages_that_are_read_few_at_a_time_are_the_same_rows(tmp_path, monkeypatch, at_once):
    folder = write_export(tmp_path, [_full(place) for place in range(1, 10)], "stuf").folder
    receipt, whole = take(folder, tmp_path / "whole")
    monkeypatch.setattr(export, "MESSAGES_AT_ONCE", at_once)
    again, parted = take(folder, tmp_path / "parted")
    _same(whole, parted)
    assert again == receipt
    assert receipt.rows["registration"] == 9


@pytest.mark.parametrize("dialect", [*DIALECTS, "stuf"])
def test_twice_is_the_same_bytes(tmp_path, dialect):
    folder = write_export(tmp_path, [_full(place) for place in range(1, 10)], dialect).folder
    takes = []
    for _ in range(2):
        receipt = take(folder, tmp_path / "out", rows_per_part=4)[0]
        files = sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())
        takes.append((receipt.as_json(), [(path.name, path.read_bytes()) for path in files]))
    assert takes[0] == takes[1]
    assert not (tmp_path / "out.new").exists()


def test_order_of_rows_does_not_change_the_content(tmp_path):
    rows = [_full(place) for place in range(1, 6)]
    turned = [one | {name: one[name][::-1] for name in ("person", "entry", "prior_incident")} for one in rows[::-1]]
    keep = ["registration_number", "content_hash"]
    first = take(write_export(tmp_path / "a", rows).folder, tmp_path / "out-a")[1]
    second = take(write_export(tmp_path / "b", turned).folder, tmp_path / "out-b")[1]
    assert first.registration.select(keep).sort(keep).equals(second.registration.select(keep).sort(keep))


@pytest.mark.parametrize(
    "change",
    [
        {"acute": False},
        {"description": "anders"},
        {"nature": ["01"]},
        {"person": []},
        {"entry": [{"entry_number": 1, "text": "Gezien"}]},
        {"prior_incident": []},
    ],
)
def test_other_content_has_another_hash_and_another_version_has_not(tmp_path, change):
    rows = [_full(1), _full(1) | {"version": 2}, _full(1) | {"version": 3} | change]
    hashes = take(write_export(tmp_path, rows, "jsonl").folder, tmp_path / "out")[1].registration["content_hash"]
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_contracts_words_are_understood_beside_the_agreements(tmp_path, dialect):
    theirs = agreement(form=Form(yes=("1",), no=("0",), date_formats=("%Y%m%d",), moment_formats=("%Y%m%d%H%M",)))
    row = report(1, acute="1", weapon="0", stalking="J", alcohol="nee", restraining_order_until="20261202")
    if dialect == "parquet":
        row = report(
            1, acute=True, weapon=False, stalking=True, alcohol=False, restraining_order_until=date(2026, 12, 2)
        )
    taken = take(write_export(tmp_path, [row], dialect).folder, tmp_path / "out", theirs)[1].registration
    assert taken.select("acute", "weapon", "stalking", "alcohol", "restraining_order_until").row(0) == (
        True, False, True, False, date(2026, 12, 2),
    )  # fmt: skip


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32(), pa.int8(), pa.decimal128(25, 2)])
def test_codes_and_boxes_that_a_tool_kept_as_numbers_are_read(tmp_path, kind):
    export = write_export(tmp_path, [report(1), report(2)], "parquet")
    numbers = {"wpg_artikel": [8, 13], "aanleiding": [1, None], "embargo": [0, None], "acuut": [1, 0]}
    for name in [name for name in export.files if name.startswith("registraties")]:
        table = pq.read_table(pa.BufferReader(export.files[name])).drop_columns(list(numbers))
        place = int(name[-len("1.parquet")]) - 1
        given = {column: pa.array([values[place]]).cast(kind) for column, values in numbers.items()}
        export.files[name] = parquet_bytes(dict(zip(table.column_names, table.columns, strict=True)) | given)
    taken = take(export.seal(), tmp_path / "out")[1].registration
    told = taken.select("legal_regime", "suspicion", "embargo", "acute").rows()
    assert told == [("8", "01", False, True), ("13", None, None, False)]
    assert taken["problems"].to_list() == [[], []]


@pytest.mark.parametrize("kind", ["binary", "large_binary", "binary_view", "string_view", "dictionary"])
def test_text_in_any_type_of_a_tool_is_the_same_text(tmp_path, kind):
    export = write_export(tmp_path, [_full(1)], "parquet")
    as_it_is = take(export.folder, tmp_path / "out")[1]
    types = {"binary": pa.binary(), "large_binary": pa.large_binary(), "binary_view": pa.binary_view()}
    types |= {"string_view": pa.string_view(), "dictionary": pa.dictionary(pa.int32(), pa.binary())}
    for name, content in export.files.items():
        table = pq.read_table(pa.BufferReader(content))
        columns = zip(table.column_names, (column.combine_chunks() for column in table.columns), strict=True)
        export.files[name] = parquet_bytes(
            {name: column.cast(types[kind]) if column.type == pa.string() else column for name, column in columns}
        )
    taken = take(export.seal(), tmp_path / "again")[1]
    assert all(taken.registration[name].equals(as_it_is.registration[name]) for name in taken.registration.columns)
    assert (taken.person.rows(), taken.entry.rows()) == (as_it_is.person.rows(), as_it_is.entry.rows())


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Amsterdam", "+05:30"])
def test_moments_in_any_unit_and_zone_are_the_same_moment(tmp_path, unit, zone):
    export = write_export(tmp_path, [report(1), report(2)], "parquet")
    local = KNOWN_AT if zone else KNOWN_AT.astimezone(AMSTERDAM).replace(tzinfo=None)
    for name in [name for name in export.files if name.startswith("registraties")]:
        table = pq.read_table(pa.BufferReader(export.files[name]))
        columns = dict(zip(table.column_names, table.columns, strict=True))
        export.files[name] = parquet_bytes(columns | {"kennisname": pa.array([local], pa.timestamp(unit, zone))})
    assert take(export.seal(), tmp_path / "out")[1].registration["known_at"].to_list() == [KNOWN_AT] * 2


def test_a_line_may_hold_codes_as_numbers(tmp_path):
    line = json.dumps(json_line(report(1)) | {"wpg_artikel": 8.0, "aanleiding": 1.0, "versie": 1.0, "acuut": 1})
    export = write_export(tmp_path, [report(1)], "jsonl")
    export.files["registraties.jsonl"] = f"{line}\n".encode()
    one = take(export.seal(), tmp_path / "out")[1].registration.row(0, named=True)
    assert (one["legal_regime"], one["suspicion"], one["version"], one["acute"]) == ("8", "01", 1, True)


def test_messages_are_numbered_by_their_contents(tmp_path):
    other = _full(1) | {"description": "Nieuw bericht."}
    folder = write_export(tmp_path, [_full(1), other, _full(1), _full(2)], "stuf").folder
    taken = take(folder, tmp_path / "out")[1].registration
    assert taken["version"].to_list() == [1, 2, 1, 1]
    first, second = taken["content_hash"].to_list()[:2]

    def earlier(numbers: list[str]) -> dict[str, list[tuple[int, str]]]:
        assert set(numbers) == {number(1), number(2)}
        return {number(1): [(1, "0" * 32), (2, second)]}

    again = take(folder, tmp_path / "again", earlier=earlier)[1].registration
    assert again["version"].to_list() == [3, 2, 3, 1]
    assert again["content_hash"].to_list()[0] == first


def test_a_message_says_what_the_contract_says_it_says(tmp_path):
    row = report(
        1,
        place="Dorpsstraat 1, 2511AA Den Haag",
        description="Wat er gebeurde.",
        reason_for_report="Zorgen.",
        person=[
            {"role": "KI", "family_name": "Testman", "sex": "V", "birth_date": "2018-01-01"},
            {"role": "OU", "family_name": "Testman", "sex": "M"},
            {"role": "een rol die niemand kent", "family_name": "Testman"},
        ],
    )
    export = write_export(tmp_path, [row], "stuf")
    taken = take(export.folder, tmp_path / "out")[1]
    one = taken.registration.row(0, named=True)
    assert (one["kind"], one["legal_regime"], one["suspicion"], one["version"]) == ("ZJ", "8", "08", 1)
    assert one["known_at"] == datetime(2026, 11, 21, 23, tzinfo=UTC), "midnight in Amsterdam"
    assert "precision:day:known_at" in one["problems"]
    assert (one["street"], one["house_number"], one["postcode"], one["place"]) == (
        "Dorpsstraat",
        "1",
        "2511AA",
        "Den Haag",
    )
    assert taken.person["role"].to_list() == ["KI", "OU", "OV"]
    assert taken.person.row(1, named=True)["relation"] == "ouder"
    assert taken.person.row(1, named=True)["relation_to"] == 1


def test_a_message_tells_of_honour_of_a_phone_and_of_the_letter_of_a_house(tmp_path):
    row = report(1, reason_for_report="Zorgen.", person=[{"role": "KI", "family_name": "Testman", "sex": "V"}])
    export = write_export(tmp_path, [row], "stuf")
    home = (
        "<BG:telefoonnummer>0600000000</BG:telefoonnummer><BG:formeelVerblijfadresBinnenland>"
        "<BG:aoa.huisnummer>1</BG:aoa.huisnummer><BG:aoa.huisletter>A</BG:aoa.huisletter>"
        "<BG:aoa.huisnummertoevoeging>2</BG:aoa.huisnummertoevoeging></BG:formeelVerblijfadresBinnenland>"
    )
    reason = "</JZ:omschrijvingZorgelijkeSituatie>"
    text = message(row).replace(reason, f"{reason}<JZ:eergerelateerdGeweld>Ja</JZ:eergerelateerdGeweld>")
    sex = "</BG:geslachtsaanduiding>"
    export.files["melding-00001.xml"] = text.replace(sex, sex + home).encode()
    taken = take(export.seal(), tmp_path / "out")[1]
    assert taken.registration["honour"].to_list() == [True]
    assert taken.person.select("phone", "house_number", "house_number_suffix").row(0) == ("0600000000", "1", "A2")


@pytest.mark.parametrize(
    ("role", "reason", "secret"),
    [
        ("KI", "nietGeautoriseerd", True),
        ("OU", "nietGeautoriseerd", True),
        ("KI", "waardeOnbekend", False),
        ("melder", "nietGeautoriseerd", False),
    ],
)
def test_an_address_that_a_message_may_not_show_is_secret(tmp_path, role, reason, secret):
    export = write_export(tmp_path, [report(1, person=[{"role": role, "family_name": "Testman", "sex": "V"}])], "stuf")
    home = (
        "<BG:feitelijkVerblijfsadresBinnenland><BG:wpl.woonplaatsNaam"
        f" xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true' StUF:noValue='{reason}'/>"
        "</BG:feitelijkVerblijfsadresBinnenland>"
    )
    text, sex = export.files["melding-00001.xml"].decode(), "</BG:geslachtsaanduiding>"
    export.files["melding-00001.xml"] = text.replace(sex, sex + home).encode()
    given = agreement(leaves_empty=frozenset({"secret_address"}))
    assert take(export.seal(), tmp_path / "out", given)[1].person["secret_address"].to_list() == [secret]


@pytest.mark.parametrize(
    ("mark", "birth_date"), [("V", "2018-03-04"), ("D", "2018-03-00"), ("M", "2018-00-00"), ("J", None)]
)
def test_a_message_may_know_a_birth_date_in_part(tmp_path, mark, birth_date):
    row = report(1, person=[{"role": "KI", "family_name": "Testman", "birth_date": "2018-03-04"}])
    export = write_export(tmp_path, [row], "stuf")
    text = message(row).replace("<BG:geboortedatum>", f"<BG:geboortedatum StUF:indOnvolledigeDatum='{mark}'>")
    export.files["melding-00001.xml"] = text.encode()
    assert take(export.seal(), tmp_path / "out")[1].person["birth_date"].to_list() == [birth_date]
