"""What the contract leaves to whoever writes an export: names in quotes, types of a tool, names of two hands."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import ExportRefused
from pipeline.policy.agreements import Form, read_agreements
from pipeline.receive import Receipt, parquet
from pipeline.schema import Tables
from tests.receive.exports import NIGHT, agreement, json_line, number, parquet_bytes, report, write_export
from tests.receive.test_dialects import take

CSV, JSONL, PARQUET = "registraties.csv", "registraties.jsonl", "registraties-2.parquet"


def csv_with(
    folder: Path, change: Callable[[bytes], bytes], *rows: dict[str, Any], **given: Any
) -> tuple[Receipt, Tables]:
    export = write_export(folder, rows or [report(1, place="Ede")])
    return take(export.edit(CSV, change).seal(), folder / "out", agreement(**given))


@pytest.mark.parametrize("extra", ['"eigen;kolom"', '"eigen\r\nkolom"', '"eigen ""kolom"""', '"a\nb\nc"'])
def test_an_extra_column_may_have_any_name(tmp_path, extra):
    receipt, taken = csv_with(tmp_path, lambda content: content.replace(b"projectcode", extra.encode(), 1))
    assert taken.registration["place"].to_list() == ["Ede"]
    assert (receipt.rejected, receipt.dropped) == (0, {"registration": ["column 6"]})


def test_names_in_quotes_do_not_count_for_the_delimiter(tmp_path):
    form = Form(delimiters=(",",))
    names = b'"' + b"," * 60 + b'"'
    _, taken = csv_with(tmp_path, lambda content: content.replace(b"projectcode", names, 1), form=form)
    assert taken.registration["place"].to_list() == ["Ede"]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_header_alone_is_a_table_without_rows(tmp_path, end):
    export = write_export(tmp_path, [report(1)])
    export.edit("mutaties.csv", lambda content: content.rstrip() + end)
    assert take(export.seal(), tmp_path / "out")[1].entry.is_empty()


def test_a_row_with_a_field_too_many_rejects_itself_however_long_it_is(tmp_path):
    long = report(2, description="x" * 140_000)
    change = lambda content: content.replace(number(2).encode() + b";1;", number(2).encode() + b";1;;")  # noqa: E731
    receipt, taken = csv_with(tmp_path, change, report(1), long)
    assert (len(taken.registration), receipt.rejected) == (1, 1)
    assert pl.read_parquet(tmp_path / "out/rejected.parquet")["danger"].to_list() == [True]


@pytest.mark.parametrize("acute", [True, False])
def test_a_quote_that_never_ends_hides_no_danger(tmp_path, acute):
    row = report(1, description="x", acute=acute)
    csv_with(tmp_path, lambda content: content.replace(b";x;", b';"x;'), row)
    rejected = pl.read_parquet(tmp_path / "out/rejected.parquet")
    assert rejected.select("problems", "danger").rows() == [(["unreadable:row"], acute)]


@pytest.mark.parametrize(
    ("encodings", "told"), [((), "it is in UTF-8, not in Windows-1252"), (("utf-8",), "it is no UTF-8")]
)
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_text_that_is_mostly_utf8_is_not_read_as_windows_1252(tmp_path, encodings, told, start):
    rows = [report(1, description="Renée, café, één, vóór"), report(2, description="oom")]
    change = lambda content: start + content.decode("cp1252").encode().replace(b"oom", b"oom\xe9")  # noqa: E731
    with pytest.raises(ExportRefused) as refusal:
        csv_with(tmp_path, change, *rows, form=Form(encodings=encodings))
    assert told in str(refusal.value)


def test_windows_1252_may_hold_what_is_utf8_by_chance(tmp_path):
    rows = [report(1, description="RenÃ©e"), report(2, description="café, één, geïnd")]
    _, taken = csv_with(tmp_path, bytes, *rows, form=Form(encodings=("utf-8",)))
    assert taken.registration["description"].to_list() == [row["description"] for row in rows]


def lines_with(folder: Path, *lines: dict[str, Any], **more: Any) -> Tables:
    export = write_export(folder, [report(place) for place in range(1, len(lines) + 1)], "jsonl")
    export.files[JSONL] = "".join(json.dumps(line) + "\n" for line in lines).encode()
    return take(export.seal(), folder / "out", **more)[1]


CHILDREN = {"betrokkenen": [{"volgnummer": 1, "rol": "SO"}], "mutaties": [{"volgnummer": 1, "tekst": "Gezien."}]}


def line(place: int, **given: Any) -> dict[str, Any]:
    return json_line(report(place)) | given


@pytest.mark.parametrize("name", ["reg_nr", "REGISTRATIENUMMER", "registratienummer"])
@pytest.mark.parametrize("own", [{}, {"reg_nr": "x"}, {"registratienummer": "x"}])
def test_children_stay_with_their_line_under_whatever_name_it_gives_its_number(tmp_path, name, own):
    """Theirs decided on the part that they came in: in another than their registration's they were orphans."""
    theirs = read_agreements().in_force("RE03", NIGHT)
    lines = []
    for place in range(1, 10):
        one = line(place) | {key: [row | own for row in rows] for key, rows in CHILDREN.items()}
        lines.append({name: one.pop("registratienummer"), **one})
    taken = lines_with(tmp_path, *lines, given=theirs, rows_per_part=2)
    numbers = [number(place) for place in range(1, 10)]
    for table in (taken.person, taken.entry):
        assert sorted(table["registration_number"]) == numbers
    assert pl.read_parquet(tmp_path / "out/set_aside.parquet").is_empty()


def test_lists_of_children_that_are_named_twice_are_one(tmp_path):
    taken = lines_with(tmp_path, line(1, betrokkenen=[{"volgnummer": 1}], BETROKKENEN=[{"volgnummer": 2}]))
    assert taken.person["person_number"].to_list() == [1, 2]


def test_lines_that_each_bring_other_keys_cost_no_square(tmp_path):
    keys = 10
    lines = [line(at) | {f"eigen{at}_{key}": "x" for key in range(keys)} for at in range(1, 2_501)]
    began = time.process_time()
    export = write_export(tmp_path, [report(at) for at in range(1, len(lines) + 1)], "jsonl")
    export.files[JSONL] = "".join(json.dumps(one) + "\n" for one in lines).encode()
    receipt, taken = take(export.seal(), tmp_path / "out")
    assert (len(taken.registration), len(receipt.dropped["registration"])) == (2_500, 25_000)
    assert time.process_time() - began < 10  # as columns of every row they took half a minute


LISTS = [["01", None], [1.0, 8], [None], [], ["01"]]
READ = [["01"], ["01", "08"], None, None, ["01"]]


def test_an_empty_item_of_a_list_says_nothing(tmp_path):
    taken = lines_with(tmp_path, *(line(place, aard=given) for place, given in enumerate(LISTS, 1))).registration
    assert (taken["nature"].to_list(), taken["problems"].to_list()) == (READ, [[]] * 5)


def test_a_list_where_a_text_belongs_keeps_no_mark_of_ours(tmp_path):
    taken = lines_with(tmp_path, line(1, omschrijving=["een", "twee"]), line(2, omschrijving="a\x1fb"))
    assert taken.registration["description"].to_list() == ["een twee", "a b"]


def parquet_with(folder: Path, **columns: pa.Array) -> pl.DataFrame:
    rows = len(next(iter(columns.values())))
    export = write_export(folder, [report(1)], "parquet")
    given = {
        "registratienummer": pa.array([number(place) for place in range(2, rows + 2)]),
        "versie": pa.array([1] * rows),
        "kennisname": pa.array([datetime(2026, 11, 22, 10)] * rows),
    }
    export.files[PARQUET], export.rows[PARQUET] = parquet_bytes(given | columns), rows
    return take(export.seal(), folder / "out")[1].registration


def codes_in(kind: Any) -> pa.Array:
    given = [["01", None], None, [], ["08", "01"]]
    if kind == "view":
        return pa.array(given, pa.list_view(pa.string()))
    lists = pa.array(given, pa.list_(pa.string()))
    if pa.types.is_dictionary(kind):
        return pa.ListArray.from_arrays(lists.offsets, lists.values.dictionary_encode(), mask=lists.is_null())
    return lists.cast(pa.list_(kind))


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()), "view"])
def test_parquet_lists_of_text_of_any_kind_are_lists(tmp_path, kind):
    assert parquet_with(tmp_path, aard=codes_in(kind))["nature"].to_list() == [["01"], None, None, ["01", "08"]]


@pytest.mark.parametrize("kind", [pa.int8(), pa.float64()])
def test_parquet_lists_of_codes_as_numbers_are_lists_of_codes(tmp_path, kind):
    taken = parquet_with(tmp_path, aard=pa.array([[1, None, 8]]).cast(pa.list_(kind)))
    assert taken["nature"].to_list() == [["01", "08"]]


def test_a_small_file_that_would_fill_the_memory_is_refused(tmp_path):
    same = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["x" * 2_000_000]))
    with pytest.raises(ExportRefused, match="larger than a registration"):
        parquet_with(tmp_path, straat=same)


def test_parquet_rows_that_are_large_are_read_few_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "BYTES", 500_000)
    sizes = []
    monkeypatch.setattr(parquet, "_as_text", lambda name, array, read=parquet._as_text: (sizes.append(len(array)), read(name, array))[1])  # fmt: skip
    assert len(parquet_with(tmp_path, straat=pa.array(["x" * 10_000] * 200).dictionary_encode())) == 200
    assert max(sizes) < 50


def test_a_decimal_of_any_width_is_a_number(tmp_path):
    taken = parquet_with(tmp_path, wpg_artikel=pa.array([Decimal(8), None], pa.decimal256(50, 1)))
    assert taken["legal_regime"].to_list() == ["8", None]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Amsterdam", "+05:30"])
def test_a_day_that_was_kept_as_a_moment_is_the_day_in_amsterdam(tmp_path, unit, zone):
    """At midnight in Amsterdam it is the day before in UTC."""
    moment = datetime(2026, 12, 2) if zone is None else datetime(2026, 12, 1, 23)
    taken = parquet_with(tmp_path, huisverbod_tot=pa.array([moment], pa.timestamp(unit, zone)))
    assert taken["restraining_order_until"].to_list() == [date(2026, 12, 2)]


def test_a_birth_date_that_was_kept_as_a_moment_is_the_day_in_amsterdam(tmp_path):
    children = [{"volgnummer": 1, "geboortedatum": "1987-04-30T22:00:00Z"}]
    children += [{"volgnummer": 2, "geboortedatum": "1987-05-01T00:00:00+02:00"}]
    children += [
        {"volgnummer": 3, "geboortedatum": "01-05-1987 00:00"},
        {"volgnummer": 4, "geboortedatum": "1987-05-01"},
    ]
    taken = lines_with(tmp_path, line(1, betrokkenen=children))
    assert taken.person["birth_date"].to_list() == ["1987-05-01"] * 4


def test_a_moment_in_no_year_of_ours_is_unreadable_and_stops_nothing(tmp_path):
    far = pa.array([2**62, -(2**62), None], pa.int64()).view(pa.timestamp("ms"))
    taken = parquet_with(tmp_path, pleeg_begin=far)
    assert taken["problems"].to_list() == [["unreadable:committed_from"], ["unreadable:committed_from"], []]


@pytest.mark.parametrize(("wide", "kind"), [(pa.int32(), pa.date32()), (pa.int64(), pa.date64())])
def test_a_day_in_no_year_of_ours_is_unreadable_and_stops_nothing(tmp_path, wide, kind):
    widest = 2 ** (wide.bit_width - 1) - 1
    day = 1 if kind == pa.date32() else 86_400_000
    far = pa.array([widest, -widest, 20_000 * day, None], wide).view(kind)
    taken = parquet_with(tmp_path, huisverbod_tot=far)
    far_off = ["unreadable:restraining_order_until"]
    assert taken["problems"].to_list() == [far_off, far_off, [], []]
    assert taken["restraining_order_until"].to_list() == [None, None, date(2024, 10, 4), None]


def test_a_year_of_two_digits_is_none(tmp_path):
    form = Form(date_formats=("%d/%m/%Y",))
    days = ["02-12-26", "02/12/26", "31-12-9999", "02-12-2026 18:00", "02/12/2026"]
    rows = [
        report(place, restraining_order_until=day, person=[{"person_number": 1, "birth_date": day[:-2] + "87"}])
        for place, day in enumerate(days, 1)
    ]
    taken = take(write_export(tmp_path, rows).folder, tmp_path / "out", agreement(form=form))[1]
    read = [None, None, date(9999, 12, 31), date(2026, 12, 2), date(2026, 12, 2)]
    assert taken.registration["restraining_order_until"].to_list() == read
    assert taken.person["birth_date"].to_list()[:2] == [None, None]


def test_a_day_alone_is_a_moment_in_the_notation_of_the_unit_too(tmp_path):
    rows = [report(place, known_at=day) for place, day in enumerate(("22-11-2026", "20261122", "2026-11-22"), 1)]
    given = agreement(form=Form(date_formats=("%Y%m%d",), moment_formats=("%Y%m%d%H%M",)))
    taken = take(write_export(tmp_path, rows).folder, tmp_path / "out", given)[1].registration
    assert taken["known_at"].to_list() == [datetime(2026, 11, 21, 23, tzinfo=UTC)] * 3
    assert taken["problems"].to_list() == [["precision:day:known_at"]] * 3


def test_a_number_in_other_digits_is_no_number(tmp_path):
    lines_with(tmp_path, line(1, registratienummer="PL0600-202600000\uff11"))
    rejected = pl.read_parquet(tmp_path / "out/rejected.parquet")["problems"].to_list()
    assert rejected == [["unreadable:registration_number"]]


def test_a_number_that_can_be_none_is_not_also_missing(tmp_path):
    parquet_with(tmp_path, registratienummer=pa.array([b"PL"]))
    rejected = pl.read_parquet(tmp_path / "out/rejected.parquet")["problems"].to_list()
    assert rejected == [["unreadable:registration_number"]]


def test_a_type_of_another_tool_is_what_it_is_kept_as(tmp_path):
    boxes = pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, None], pa.int8()))
    assert parquet_with(tmp_path, acuut=boxes)["acute"].to_list() == [True, False, None]


def test_parquet_extra_columns_of_one_name_are_dropped(tmp_path):
    export = write_export(tmp_path, [report(1)], "parquet")
    table = pq.read_table(io.BytesIO(export.files[PARQUET]))
    for _ in range(2):
        table = table.append_column("eigen", pa.array(["x"]))
    export.files[PARQUET] = parquet_bytes_of(table)
    receipt, taken = take(export.seal(), tmp_path / "out")
    assert (len(taken.registration), set(receipt.dropped["registration"])) == (1, {"eigen"})


def parquet_bytes_of(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()
