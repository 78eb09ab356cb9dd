"""How single values are read: what is known, what becomes unknown, and which problem says so."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.policy.agreements import Form
from tests.receive.exports import agreement, json_line, number, report, write_export
from tests.receive.test_dialects import take


def read(folder: Path, *rows: dict[str, Any], dialect: str = "bvh-csv", **given: Any) -> pl.DataFrame:
    return take(write_export(folder, list(rows), dialect).folder, folder / "out", agreement(**given))[1].registration


VALUES = [
    ("acute", "J", True, None),
    ("acute", "n", False, None),
    ("acute", "", None, None),
    ("acute", "misschien", None, "unreadable:acute"),
    ("injury", "?", None, "unreadable:injury"),
    ("kind", "hg", "HG", None),
    ("kind", "HX", None, "unknown_code:kind"),
    ("legal_regime", "8a", None, "unknown_code:legal_regime"),
    ("suspicion", "1", "01", None),
    ("suspicion", "44", None, "unknown_code:suspicion"),
    ("nature", "01|99|08", ["01", "08"], "unknown_code:nature"),
    ("nature", "", None, None),
    ("incident_code", " Z999 ", "Z999", None),
    ("incident_code", "f550", "F550", None),
    ("incident_code", "overige zaken", "overige zaken", None),
    ("project_code", "XYZ", "XYZ", None),
    ("project_code", "hg", "HG", None),
    ("postcode", "1234 ab", "1234AB", None),
    ("municipality_code", "518", "0518", None),
    ("street", "  Dorps\tstraat ", "Dorps\tstraat", None),
    ("street", "Dorps\x07straat", "Dorps straat", None),
    ("restraining_order_until", "02-12-2026", date(2026, 12, 2), None),
    ("restraining_order_until", "2026-12-02", date(2026, 12, 2), None),
    ("restraining_order_until", "31-02-2026", None, "unreadable:restraining_order_until"),
    ("committed_from", "22-11-2026 23:30", datetime(2026, 11, 22, 22, 30, tzinfo=UTC), None),
    ("committed_from", "22-11-2026 23:30:15", datetime(2026, 11, 22, 22, 30, 15, tzinfo=UTC), None),
    ("committed_from", "2026-11-22T23:30:00+01:00", datetime(2026, 11, 22, 22, 30, tzinfo=UTC), None),
    ("committed_from", "2026-11-22T22:30:00Z", datetime(2026, 11, 22, 22, 30, tzinfo=UTC), None),
    ("committed_from", "2026-11-22 23:30", datetime(2026, 11, 22, 22, 30, tzinfo=UTC), None),
    ("committed_from", "2026-11-22 23:30+01:00", datetime(2026, 11, 22, 22, 30, tzinfo=UTC), None),
    ("committed_from", "22-11-2026 23:30+01:00", datetime(2026, 11, 22, 22, 30, tzinfo=UTC), None),
    ("committed_from", "2026-11-22T23:30:00+01", datetime(2026, 11, 22, 22, 30, tzinfo=UTC), None),
    ("committed_from", "2026-11-22T23:30:00+0100", datetime(2026, 11, 22, 22, 30, tzinfo=UTC), None),
    ("committed_from", "22-07-2026 23:30", datetime(2026, 7, 22, 21, 30, tzinfo=UTC), None),
    (
        "committed_from",
        "25-10-2026 02:30",
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        "ambiguous_time:committed_from",
    ),
    (
        "committed_from",
        "29-03-2026 02:30",
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        "nonexistent_time:committed_from",
    ),
    ("committed_from", "22-11-2026", datetime(2026, 11, 21, 23, tzinfo=UTC), "precision:day:committed_from"),
    ("committed_from", "32-13-2026 25:61", None, "unreadable:committed_from"),
    ("committed_from", "22-11-26 10:00", None, "unreadable:committed_from"),
    ("committed_from", "gisteren", None, "unreadable:committed_from"),
    ("known_at", "01-01-1850 10:00", datetime(1850, 1, 1, 9, 40, 28, tzinfo=UTC), "absurd_date:known_at"),
]


@pytest.fixture(scope="module")
def registrations(tmp_path_factory):
    """Every one of VALUES out of one export, a row each."""
    rows = [report(place, **{column: text}) for place, (column, text, *_) in enumerate(VALUES)]
    return read(tmp_path_factory.mktemp("values"), *rows)


@pytest.mark.parametrize(
    ("place", "column", "value", "problem"), [(n, c, v, p) for n, (c, _, v, p) in enumerate(VALUES)]
)
def test_a_value_of_a_registration(registrations, place, column, value, problem):
    one = registrations.row(by_predicate=pl.col("registration_number") == number(place), named=True)
    if column != "known_at":  # before 1937 Amsterdam had a time of its own, which tz databases give differently
        assert one[column] == value
    assert one["problems"] == ([problem] if problem else [])


BIRTH_DATES = {
    "00-00-1987": "1987-00-00",
    "1987-00-00": "1987-00-00",
    "00-05-1987": "1987-05-00",
    "01-01-1900": "1900-01-01",
    "29-02-2000": "2000-02-29",
    "29-02-2001": None,
    "12-13-2001": None,
    "99-99-9999": None,
    "01-01-0001": None,
    "Jan": None,
    "": None,
}


@pytest.mark.parametrize("dialect", ["bvh-csv", "jsonl", "parquet"])
def test_a_birth_date_may_be_known_in_part(tmp_path, dialect):
    rows = [report(n, person=[{"person_number": 1, "birth_date": text}]) for n, text in enumerate(BIRTH_DATES)]
    person = take(write_export(tmp_path, rows, dialect).folder, tmp_path / "out")[1].person
    assert dict(zip(BIRTH_DATES, person["birth_date"], strict=True)) == BIRTH_DATES


BREAKING = [
    ({"registration_number": ""}, ["missing:registration_number"]),
    ({"registration_number": "2026000001"}, ["unreadable:registration_number"]),
    ({"version": None}, ["missing:version"]),
    ({"version": "een"}, ["unreadable:version"]),
    ({"version": 0}, ["unreadable:version"]),
    ({"version": -1}, ["unreadable:version"]),
    ({"version": 2**31}, ["unreadable:version"]),
    ({"known_at": None}, ["missing:known_at"]),
    ({"known_at": "vandaag"}, ["unreadable:known_at"]),
    ({"known_at": "22-11-9999 10:00"}, ["unreadable:known_at"]),
    ({"known_at": None, "version": None}, ["missing:known_at", "missing:version"]),
]


@pytest.fixture(scope="module")
def kept_aside(tmp_path_factory):
    """The rows that were kept aside of an export that breaks the contract in each way, and keeps it once at its end."""
    folder, told = tmp_path_factory.mktemp("breaking"), {"acute": True, "description": "blijft leesbaar"}
    rows = [report(place, **told) | change for place, (change, _) in enumerate(BREAKING)]
    receipt, tables = take(write_export(folder, [*rows, report(len(rows))]).folder, folder / "out")
    assert tables.registration["registration_number"].to_list() == [number(len(rows))]
    assert receipt.rejected == len(rows)
    return pl.read_parquet(folder / "out/rejected.parquet")


@pytest.mark.parametrize(("place", "change", "reasons"), [(n, *case) for n, case in enumerate(BREAKING)])
def test_a_row_that_breaks_the_contract_is_kept_aside(kept_aside, place, change, reasons):
    one = kept_aside.row(by_predicate=pl.col("row") == place, named=True)
    assert one["danger"]
    assert sorted(one["problems"]) == reasons
    assert json.loads(one["payload"])["omschrijving"] == "blijft leesbaar"
    assert one["registration_number"] == (None if "registration_number" in change else number(place))


def test_no_danger_is_read_where_none_is_told(tmp_path):
    rows = [report(1, version=None, acute=False, weapon=None)]
    rows += [report(2, version=None, incident_code="F533", stalking=False)]
    take(write_export(tmp_path, rows).folder, tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out/rejected.parquet")["danger"].to_list() == [False, False]


def test_a_class_is_danger_where_the_box_says_nothing(tmp_path):
    rows = [report(1, version=None, incident_code="F533"), report(2, version=None, incident_code="F72")]
    take(write_export(tmp_path, rows).folder, tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out/rejected.parquet")["danger"].to_list() == [True, True]


@pytest.mark.parametrize("form", [Form(yes=("X", "N")), Form(no=("O", "J"))])
def test_yes_and_no_of_the_contract_stay_what_they_are_whatever_a_unit_adds(tmp_path, form):
    line = read(tmp_path, report(1, acute="J", removed="N", embargo="nee"), form=form)
    assert line.select("acute", "removed", "embargo").row(0) == (True, False, False)


@pytest.mark.parametrize("flag", ["retracted", "removed", "embargo", "shielded"])
@pytest.mark.parametrize("leaves_empty", [True, False])
def test_an_empty_flag_is_what_the_agreement_says(tmp_path, flag, leaves_empty):
    named = frozenset({flag} if leaves_empty else ())
    rows = [report(1, **{flag: ""}), report(2, **{flag: "onleesbaar"}), report(3, **{flag: True})]
    taken = read(tmp_path, *rows, leaves_empty=named)
    assert taken[flag].to_list() == [False if leaves_empty else None, None, True]


@pytest.mark.parametrize("leaves_empty", [True, False])
def test_an_empty_secret_address_is_what_the_agreement_says(tmp_path, leaves_empty):
    given = agreement(leaves_empty=frozenset({"secret_address"} if leaves_empty else ()))
    rows = [report(1, person=[{"person_number": 1}, {"person_number": 2, "secret_address": "?"}])]
    person = take(write_export(tmp_path, rows).folder, tmp_path / "out", given)[1].person
    assert person["secret_address"].to_list() == [False if leaves_empty else None, None]


PERSON = {"person": [{"person_number": 1, "role": "SO"}]}


@pytest.mark.parametrize(
    ("versions", "row"),
    [
        ([{"version": 1}], 0),
        ([{"version": 1}, {"version": 2}], 1),
        ([{"version": 2}, {"version": 1}], 0),
        ([{"version": 1}, {"version": 2, "retracted": True}], 0),
        ([{"version": 1, "retracted": True}, {"version": 2, "retracted": True}], 1),
        ([{"version": 1}, {"version": 1}], 0),
    ],
)
@pytest.mark.parametrize("dialect", ["bvh-csv", "parquet"])
def test_children_without_a_version_belong_to_the_highest_that_is_no_retraction(tmp_path, versions, row, dialect):
    rows = [report(1, **version) for version in versions]
    rows[0] |= PERSON
    folder = write_export(tmp_path, rows, dialect, with_version=False).folder
    taken = take(folder, tmp_path / "out")[1]
    assert taken.person["row"].to_list() == [row]
    assert taken.person["version"].to_list() == [versions[row]["version"]]
    assert len(taken.registration) == len(versions), "the lower ones are kept"


@pytest.mark.parametrize("dialect", ["bvh-csv", "jsonl", "parquet"])
def test_children_with_a_version_belong_to_it(tmp_path, dialect):
    rows = [report(1, version=1) | PERSON, report(1, version=2)]
    assert take(write_export(tmp_path, rows, dialect).folder, tmp_path / "out")[1].person["version"].to_list() == [1]


def test_what_is_set_aside_can_be_looked_at(tmp_path):
    rows = [report(1, entry=[{"entry_number": 1, "text": "eerste"}, {"entry_number": 1, "text": "tweede"}])]
    taken = take(write_export(tmp_path, rows).folder, tmp_path / "out")[1]
    aside = pl.read_parquet(tmp_path / "out/set_aside.parquet").row(0, named=True)
    assert taken.entry["text"].to_list() == ["tweede"]
    assert (aside["table"], aside["row"], aside["reason"]) == ("entry", 0, "duplicate_number")
    assert json.loads(aside["payload"])["tekst"] == "eerste"


def problems_of(tmp_path, dialect="jsonl", **children):
    rows = [report(1, **children), report(2)]
    return take(write_export(tmp_path, rows, dialect).folder, tmp_path / "out")[1].registration["problems"].to_list()


ONE, OTHER = ({"entry_number": 1, "text": text} for text in ("eerste", "tweede"))
OPEN, SECRET = ({"person_number": 1, "role": "SO", "secret_address": secret} for secret in (False, True))


@pytest.mark.parametrize("dialect", ["bvh-csv", "jsonl", "parquet"])
@pytest.mark.parametrize(
    ("children", "problems"),
    [
        ({"entry": [ONE, OTHER]}, ["duplicate_number:entry"]),
        ({"entry": [ONE, ONE]}, []),  # said twice, and nothing is lost
        ({"entry": [OTHER | {"entry_number": None}]}, ["no_number:entry"]),
        ({"entry": [OTHER | {"entry_number": 0}]}, ["no_number:entry"]),
        ({"person": [OPEN | {"person_number": -1}]}, ["no_number:person"]),
        ({"person": [SECRET | {"person_number": 0}]}, ["no_number:person", "secret_set_aside"]),
        ({"prior_incident": [{"person_number": 0}]}, ["no_number:prior_incident"]),
        ({"person": [OPEN | {"relation_to": 0}]}, ["unreadable:person.relation_to"]),
        ({"person": [SECRET, OPEN]}, ["duplicate_number:person"]),
        ({"person": [OPEN, SECRET]}, ["duplicate_number:person"]),  # whichever comes first
        ({"person": [SECRET | {"family_name": "A"}, OPEN | {"family_name": "Z"}]}, ["duplicate_number:person"]),
        ({"person": [SECRET, SECRET]}, []),
        ({"person": [OPEN], "prior_incident": [{"person_number": 1, "role": "SO"}] * 2}, []),
        ({"person": [OPEN], "prior_incident": [{"person_number": 2}]}, ["no_person:prior_incident"]),
        ({"prior_incident": [{"person_number": 1, "role": "SO"}] * 2}, ["no_person:prior_incident"]),
    ],
)
def test_a_registration_says_what_was_set_aside_of_it(tmp_path, dialect, children, problems):
    assert problems_of(tmp_path, dialect, **children) == [problems, []]


def test_a_nested_row_that_names_its_registration_says_no_more(tmp_path):
    line = json_line(report(1, entry=[ONE, ONE]))
    line["mutaties"][1] |= {"registratienummer": number(1), "versie": 1}
    export = write_export(tmp_path, [report(1)], "jsonl")
    export.files["registraties.jsonl"] = json.dumps(line).encode()
    taken = take(export.seal(), tmp_path / "out")[1]
    assert (taken.entry.height, taken.registration["problems"].to_list()) == (1, [[]])


@pytest.mark.parametrize("dialect", ["bvh-csv", "jsonl", "parquet"])
def test_a_dump_that_holds_all_twice_says_what_it_says_once(tmp_path, dialect):
    """Else the same registration, delivered anew by the next night, would be told as one with other contents."""
    once = report(1, entry=[ONE], person=[OPEN], prior_incident=[{"person_number": 1, "role": "SO"}])
    said = [
        take(write_export(tmp_path / f"{times}", [once] * times, dialect).folder, tmp_path / f"out-{times}")[1]
        for times in (1, 2)
    ]
    assert said[1].registration["content_hash"].to_list() == said[0].registration["content_hash"].to_list() * 2


@pytest.mark.parametrize("dialect", ["bvh-csv", "jsonl", "parquet"])
def test_which_child_row_is_taken_does_not_follow_from_their_order(tmp_path, dialect):
    taken = []
    for at, (entries, persons) in enumerate((([ONE, OTHER], [OPEN, SECRET]), ([OTHER, ONE], [SECRET, OPEN]))):
        export = write_export(tmp_path / f"{at}", [report(1, entry=entries, person=persons)], dialect)
        taken.append(take(export.folder, tmp_path / f"out-{at}")[1])
    assert taken[0].entry.equals(taken[1].entry)
    assert [tables.person.get_column("secret_address").to_list() for tables in taken] == [[True], [True]]


@pytest.mark.parametrize(
    ("children", "problems"),
    [
        ({"entry": [ONE]}, ["other_version:entry"]),
        ({"person": [OPEN]}, ["other_version:person"]),
        ({"person": [SECRET]}, ["other_version:person", "secret_set_aside"]),
    ],
)
def test_a_row_of_a_version_that_is_not_there_is_said_of_its_registration(tmp_path, children, problems):
    export = write_export(tmp_path, [report(1, **children), report(1, version=2), report(2)])
    for file in ("betrokkenen.csv", "mutaties.csv"):
        export.edit(file, lambda content: content.replace(f"{number(1)};1;".encode(), f"{number(1)};8;".encode()))
    taken = take(export.seal(), tmp_path / "out")[1]
    assert taken.registration["problems"].to_list() == [[], problems, []]


def test_a_line_of_an_entry_that_is_none_is_said_of_its_registration(tmp_path):
    export = write_export(tmp_path, [report(1, entry=[ONE]), report(2)])
    export.edit("mutaties.csv", lambda content: content + f'"{number(2)}";1\r\n'.encode())
    export.rows["mutaties.csv"] += 1
    taken = take(export.seal(), tmp_path / "out")[1]
    assert taken.registration["problems"].to_list() == [[], ["unreadable:entry"]]


def test_a_unit_may_write_unicode_where_it_was_agreed(tmp_path):
    for encoding in ("utf-8", "utf-16"):
        given = agreement(form=Form(encodings=(encoding,)))
        folder = tmp_path / encoding
        rows = [report(1, description="Žižek → ☂")]
        taken = take(write_export(folder, rows, given=given).folder, folder / "out", given)[1]
        assert taken.registration["description"].to_list() == ["Žižek → ☂"]
        contract = take(write_export(folder / "own", [report(1, description="café")]).folder, folder / "b", given)[1]
        assert contract.registration["description"].to_list() == ["café"]


@pytest.mark.parametrize(
    ("array", "value"),
    [
        (pl.Series(["J"]), True),
        (pl.Series(["true"]), True),
        (pl.Series([True]), True),
        (pl.Series(["J"], dtype=pl.Categorical), True),
        (pl.Series([{"a": 1}]), None),
        (pl.Series([b"J"]), True),
    ],
)
def test_parquet_may_hold_text_where_a_type_belongs(tmp_path, array, value):
    from tests.receive.exports import parquet_bytes

    export = write_export(tmp_path, [report(1)], "parquet")
    columns = {"registratienummer": [number(1)], "versie": [1], "kennisname": ["22-11-2026 10:00"], "acuut": array}
    export.files["registraties-2.parquet"] = parquet_bytes({n: pl.Series(c).to_arrow() for n, c in columns.items()})
    taken = take(export.seal(), tmp_path / "out")[1].registration
    assert taken["acute"].to_list() == [value]
    assert taken["known_at"].to_list() == [datetime(2026, 11, 22, 9, tzinfo=UTC)]
