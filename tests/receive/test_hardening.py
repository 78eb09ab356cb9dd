"""What an export can hold that nobody meant: no crash, no value lost unseen, no danger signal lost."""

from __future__ import annotations

import json
import os
from threading import Thread
from typing import Any

import polars as pl
import pytest

from pipeline.errors import ExportRefused
from pipeline.policy.agreements import Form
from pipeline.receive.manifest import mark
from tests.receive.exports import agreement, number, report, write_export
from tests.receive.test_broken_exports import CSV, REPORTS, bytes_of, columns, instead, lines, listed, receive
from tests.receive.test_dialects import take


def first(folder: Any) -> dict[str, Any]:
    return pl.read_parquet(folder / "out/part-000/registration.parquet").row(0, named=True)


def rejected(folder: Any) -> dict[str, Any]:
    return pl.read_parquet(folder / "out/rejected.parquet").row(0, named=True)


@pytest.mark.parametrize("change", [listed(table=["registratie"]), listed(table={}), listed(rows=10**30)])
def test_a_manifest_of_wrong_types_is_refused(tmp_path, change):
    export = write_export(tmp_path, REPORTS)
    change(export)
    with pytest.raises(ExportRefused, match="file 1"):
        receive(export.folder, tmp_path / "out")


def test_a_pipe_in_place_of_a_manifest_is_not_waited_for(tmp_path):
    export = write_export(tmp_path, REPORTS)
    (export.folder / "manifest.json").unlink()
    os.mkfifo(export.folder / "manifest.json")
    with pytest.raises(ExportRefused, match=r"manifest\.json"):
        receive(export.folder, tmp_path / "out")
    marking = Thread(target=mark, args=(export.folder,), daemon=True)
    marking.start()
    marking.join(10)
    assert not marking.is_alive()


def test_a_column_given_twice_is_refused(tmp_path):
    export = write_export(tmp_path, REPORTS)
    columns("projectcode", "soort")(export)
    with pytest.raises(ExportRefused, match="soort is there twice"):
        receive(export.folder, tmp_path / "out")


@pytest.mark.parametrize("value", [7, "x", None])
def test_a_key_with_our_own_name_is_an_extra_column(tmp_path, value):
    export = write_export(tmp_path, REPORTS, "jsonl")
    lines(lambda line: (line.update(row=value), line["betrokkenen"][0].update(nested_in=value)))(export)
    receipt = receive(export.folder, tmp_path / "out")
    assert first(tmp_path)["row"] == 0
    assert receipt.set_aside == {}
    assert receipt.dropped == {"registration": ["row"], "person": ["nested_in"]}


def test_a_column_with_our_own_name_is_named_in_the_receipt(tmp_path):
    export = write_export(tmp_path, REPORTS)
    columns("projectcode", "row")(export)
    assert receive(export.folder, tmp_path / "out").dropped == {"registration": ["row"]}


def test_half_a_surrogate_pair_is_replaced(tmp_path):
    export = write_export(tmp_path, REPORTS, "jsonl")
    lines(lambda line: line.update({"straat": "a\ud800b", "\udfff": 1, "aard": ["01", "\ud800"]}))(export)
    receive(export.folder, tmp_path / "out")
    assert first(tmp_path)["street"] == "a?b"


@pytest.mark.parametrize(
    "text",
    ['"acuut": NaN', '"acuut": Infinity', '"acuut": true, "acuut": false', '"acuut": {"a": 1}'],
)
def test_a_danger_box_that_cannot_be_read_is_not_an_empty_one(tmp_path, text):
    export = write_export(tmp_path, REPORTS, "jsonl")
    lines(lambda _: None, lambda line: line.replace('"acuut": true', text))(export)
    receive(export.folder, tmp_path / "out")
    assert "unreadable:acute" in first(tmp_path)["problems"]


def test_a_key_given_twice_alike_is_read(tmp_path):
    export = write_export(tmp_path, REPORTS, "jsonl")
    lines(lambda _: None, lambda line: line.replace('"acuut": true', '"acuut": true, "acuut": true'))(export)
    receive(export.folder, tmp_path / "out")
    assert first(tmp_path)["acute"] is True


def test_an_object_where_text_belongs_is_unreadable(tmp_path):
    export = write_export(tmp_path, REPORTS, "jsonl")
    lines(lambda line: line.update(omschrijving={"a": 1}, postcode=[{}], aard={}))(export)
    receive(export.folder, tmp_path / "out")
    one = first(tmp_path)
    assert (one["description"], one["postcode"], one["nature"]) == (None, None, None)
    assert set(one["problems"]) == {"unreadable:description", "unreadable:postcode", "unreadable:nature"}


@pytest.mark.parametrize("children", [{"volgnummer": 1}, "x", 5, True])
def test_children_that_are_no_list_are_set_aside(tmp_path, children):
    export = write_export(tmp_path, REPORTS, "jsonl")
    lines(lambda line: line.update(betrokkenen=children))(export)
    assert receive(export.folder, tmp_path / "out").set_aside == {"person:no_number": 1}


@pytest.mark.parametrize("dialect", ["bvh-csv", "jsonl", "parquet"])
def test_what_cannot_be_read_of_a_child_is_a_problem_of_its_registration(tmp_path, dialect):
    person = {"person_number": 1, "role": "XX", "birth_date": "gisteren"}
    rows = [
        report(1, person=[person, person | {"person_number": 2}], entry=[{"entry_number": 1, "source": "Q"}]),
        report(2),
    ]
    taken = take(write_export(tmp_path, rows, dialect).folder, tmp_path / "out")[1].registration
    assert sorted(taken["problems"][0]) == [
        "unknown_code:entry.source",
        "unknown_code:person.role",
        "unreadable:person.birth_date",
    ]
    assert taken["problems"][1].to_list() == []


@pytest.mark.parametrize("box", ["acute", "weapon", "strangulation", "stalking", "escalation", "injury"])
@pytest.mark.parametrize("said", [True, "onleesbaar"])
def test_a_rejected_row_may_tell_of_danger(tmp_path, box, said):
    take(write_export(tmp_path, [report(1, version=None, **{box: said})]).folder, tmp_path / "out")
    assert rejected(tmp_path)["danger"] is True


@pytest.mark.parametrize(("said", "danger"), [("J", True), ("N", False), ("", False), ("0", False), ("?", True)])
@pytest.mark.parametrize("place", ["soort", "tolk"])
def test_a_row_with_a_field_too_many_may_tell_of_danger(tmp_path, said, danger, place):
    given = agreement(form=Form(no=("0",)))
    export = write_export(tmp_path, [report(2, escalation=said)])
    old, new = {"soort": (";1;", ";1;;"), "tolk": ("\r\n", ";\r\n")}[place]
    row = export.files[CSV].split(b"\r\n")[1].decode() + "\r\n"
    bytes_of(CSV, lambda content: content.replace(row.encode(), row.replace(old, new, 1).encode()))(export)
    take_broken = take(export.folder, tmp_path / "out", given)[0]
    assert take_broken.rejected == 1
    assert rejected(tmp_path)["danger"] is danger
    assert number(2) in json.loads(rejected(tmp_path)["payload"])


@pytest.mark.parametrize(
    ("line", "danger"),
    [
        ('{"acuut": true, "x', True),
        ('{"ACUUT" : "J", ', True),
        ('{"wapen": false, "letsel": null, "x', False),
        ('{"letsel": NaN', True),
        ('{"omschrijving": "acuut', False),
    ],
)
def test_a_line_that_is_no_json_may_tell_of_danger(tmp_path, line, danger):
    export = write_export(tmp_path, REPORTS, "jsonl")
    instead(line)(export)
    receive(export.folder, tmp_path / "out")
    assert rejected(tmp_path)["danger"] is danger


OTHER = "Zie PL0600-2026000099. "
"""Words that name another registration than theirs."""


@pytest.mark.parametrize("dialect", ["bvh-csv", "jsonl"])
@pytest.mark.parametrize("cut", [2, 40])
def test_a_line_that_breaks_off_says_whose_it_is(tmp_path, dialect, cut):
    export = write_export(tmp_path, [report(1), report(2, description=OTHER)], dialect)
    name = next(iter(export.files))
    export.edit(name, lambda content: content.rstrip()[:-cut]).seal()
    assert receive(export.folder, tmp_path / "out").rejected == 1
    assert rejected(tmp_path)["registration_number"] == number(2)


@pytest.mark.parametrize(
    ("dialect", "start"),
    [
        ("bvh-csv", f"{OTHER};;"),
        ("bvh-csv", f'"x;{number(1)}'),
        ("jsonl", f'{{"omschrijving": "{OTHER}"'),
        ("jsonl", '{"registratienummer": "PL0600-20'),
    ],
)
def test_a_line_that_does_not_say_whose_it_is_is_nobodys(tmp_path, dialect, start):
    export = write_export(tmp_path, [report(1), report(2)], dialect)
    name = next(iter(export.files))
    export.edit(name, lambda content: b"\n".join((*content.splitlines()[:-1], start.encode()))).seal()
    receive(export.folder, tmp_path / "out")
    assert rejected(tmp_path)["registration_number"] is None
