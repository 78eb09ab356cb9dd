"""A part of an export: the texts, what was withheld, and what a person must look at."""

import dataclasses
from datetime import UTC, datetime

import polars as pl
import pytest

from pipeline import schema
from pipeline.redact import RedactedTables, Subject, redact_tables, with_texts


def frame(table, rows):
    columns = {**dict(table.schema), "row": pl.Int64()}
    return pl.DataFrame([{**dict.fromkeys(columns), **row} for row in rows], schema=columns)


@pytest.fixture
def tables():
    home = {"street": "Dorpsstraat", "house_number": "12", "postcode": "3811AB", "place": "Amersfoort"}
    person = [
        {
            "row": 0,
            "person_number": 1,
            "role": "SO",
            "family_name": "Öztürk",
            "given_names": "Elif",
            **home,
            "secret_address": False,
        },
        {
            "row": 0,
            "person_number": 2,
            "role": "PR",
            "family_name": "Bakker",
            "given_names": "Anouk",
            "organisation": "Basisschool De Regenboog, juf Anouk Bakker",
            "secret_address": False,
        },
        {
            "row": 0,
            "person_number": 3,
            "role": "ME",
            "family_name": "Smit",
            "organisation": "Smit BV",
            "secret_address": False,
        },
        {
            "row": 1,
            "person_number": 1,
            "role": "SO",
            "family_name": "Vos",
            "given_names": "Eva",
            "street": "Wilgenstraat",
            "place": "Zwolle",
            "municipality_code": "0193",
        },
    ]
    entry = [
        {"row": 0, "entry_number": 1, "source": "W", "text": "Elif huilde, Piet keek. Collega 84512 was erbij."},
        {"row": 0, "entry_number": 2, "source": "T", "text": "Plan."},
        {"row": 0, "entry_number": 3, "source": None, "text": "Elif zei iets."},
        {"row": 1, "entry_number": 1, "source": "V", "text": "Eva is in Zwolle, onderzoek 26Koper."},
        {"row": 1, "entry_number": 2, "source": "V", "text": "De arts zei dat de arm gebroken is."},
    ]
    prior = [
        {"row": 0, "person_number": 1, "outcome": "sepot"},
        {"row": 0, "person_number": 1, "outcome": "gemeld door Piet"},
    ]
    registration = [
        {"row": 0, "description": "Piet was er.", "weapon_kind": "mes", "author_service_number": "84512", **home},
        {"row": 1, "description": None, "investigation_number": "26Koper"},
    ]
    return schema.Tables(
        frame(schema.REGISTRATION, registration),
        frame(schema.PERSON, person),
        frame(schema.ENTRY, entry),
        frame(schema.PRIOR_INCIDENT, prior),
    )


def texts(done):
    return {(row, field, number): text for row, field, number, text in done.texts.iter_rows()}


def test_every_text_is_answered_once(redactor, tables):
    left = texts(redact_tables(tables, redactor))
    assert left[0, "description", None] == "[derde 1] was er."
    assert left[0, "weapon_kind", None] == "mes"
    assert left[0, "entry", 1] == "Elif huilde, [derde 1] keek. Collega [verbalisant] was erbij."
    assert left[0, "entry", 2] is None
    assert left[0, "entry", 3] is None
    assert left[0, "prior_incident", 1] == "sepot"
    assert left[0, "prior_incident", 2] == "gemeld door [derde 1]"
    assert left[1, "entry", 1] is None
    assert len(left) == 11


def test_an_organisation_stays_with_the_function_and_without_the_name(redactor, tables):
    left = texts(redact_tables(tables, redactor))
    assert left[0, "organisation", 2] == "Basisschool De Regenboog, [professional 1, juf]"
    assert left[0, "organisation", 3] is None


@pytest.mark.parametrize(
    ("registered", "left"),
    [
        ("Huisartsenpraktijk, dokter Quenmorinfubro 06-71158411", "Huisartsenpraktijk, [adres]"),
        ("GGZ Centraal, j.smit@ggz.example", "GGZ Centraal, [e-mail]"),
        ("Basisschool De Kameleon, Sanne de Wit", "Basisschool De Kameleon, [derde 1]"),
        ("thuiszorg via Ineke", "thuiszorg via [derde 1]"),
        ("Huisartsenpraktijk De Linde", "Huisartsenpraktijk De Linde"),
    ],
)
def test_what_is_written_beside_an_organisation_is_no_part_of_its_name(redactor, tables, registered, left):
    organisation = pl.when(pl.col("person_number") == 2).then(pl.lit(registered)).alias("organisation")
    told = dataclasses.replace(tables, person=tables.person.with_columns(organisation))
    assert texts(redact_tables(told, redactor))[0, "organisation", 2] == left


def test_an_organisation_under_threat_goes(redactor, tables):
    threat = pl.lit("Dennis bedreigde de juf van school met de dood.")
    threatened = schema.Tables(
        tables.registration.with_columns(reason_for_report=threat), tables.person, tables.entry, tables.prior_incident
    )
    assert texts(redact_tables(threatened, redactor))[0, "organisation", 2] is None


def test_what_is_withheld_is_counted_by_rule(redactor, tables):
    withheld = redact_tables(tables, redactor).withheld
    assert withheld.filter(row=0, rule="source_not_shared").rows() == [
        (0, "source", "source_not_shared", 2),
        (0, "tactical", "source_not_shared", 1),
    ]
    assert withheld.filter(row=0, rule="third_party")["count"].to_list() == [3]
    assert withheld.filter(row=1, rule="tactical")["count"].to_list() == [1]


def test_a_doubt_names_its_place(redactor, tables):
    redacted = redact_tables(tables, redactor)
    doubts = redacted.spans.filter(action="doubt")
    assert doubts.select("row", "field", "entry_number", "kind").rows() == [(1, "entry", 2, "medical")]
    assert redacted.holds.rows() == [(1, "text_doubt")]


def test_an_address_of_which_nobody_knows_whether_it_is_secret_is(redactor, tables):
    entry = tables.entry.with_columns(text=pl.lit("Eva woont in Zwolle."), source=pl.lit("V"))
    other = schema.Tables(tables.registration, tables.person, entry, tables.prior_incident)
    assert texts(redact_tables(other, redactor))[1, "entry", 1] == "Eva woont [geheim adres]."


def test_texts_go_back_as_they_may_leave(redactor, tables):
    moment = pl.lit(datetime(2026, 1, 1, tzinfo=UTC)).cast(schema.MOMENT)
    dated = schema.Tables(
        tables.registration, tables.person, tables.entry.with_columns(written_at=moment), tables.prior_incident
    )
    told = with_texts(dated, redact_tables(dated, redactor))
    assert told.registration.get_column("description").to_list() == ["[derde 1] was er.", None]
    assert told.entry.select("text", "source", pl.col("written_at").is_null()).rows() == [
        ("Elif huilde, [derde 1] keek. Collega [verbalisant] was erbij.", "W", False),
        (None, None, True),
        (None, None, True),
        (None, None, True),
        ("[weggelaten] de arm gebroken is.", "V", False),
    ]
    assert told.person.get_column("organisation").to_list()[1] == "Basisschool De Regenboog, [professional 1, juf]"
    assert told.prior_incident.get_column("outcome").to_list() == ["sepot", "gemeld door [derde 1]"]
    for before, after in zip(vars(dated).values(), vars(told).values(), strict=True):
        assert before.schema == after.schema


def test_texts_that_nobody_redacted_are_emptied(tables):
    told = with_texts(tables, RedactedTables.of(()))
    assert told.registration.select("description", "weapon_kind").null_count().row(0) == (2, 2)
    assert told.entry.get_column("text").null_count() == len(tables.entry)


def test_nothing_in_nothing_out(redactor, tables):
    none = schema.Tables(
        tables.registration.clear(), tables.person.clear(), tables.entry.clear(), tables.prior_incident.clear()
    )
    assert redact_tables(none, redactor).texts.is_empty()


def test_a_person_who_cannot_be_read_keeps_the_texts_of_one_registration(tables, redactor, monkeypatch, caplog):
    undisturbed = redact_tables(tables, redactor).texts.filter(pl.col("row") != 1)

    def stops(role, family, *rest):
        if family == "Vos":
            raise ValueError(family)
        return Subject(role, family, *rest)

    monkeypatch.setattr("pipeline.redact.tables.Subject", stops)
    redacted = redact_tables(tables, redactor)
    assert undisturbed.height
    assert redacted.texts.filter(pl.col("row") != 1).equals(undisturbed)
    assert set(redacted.texts.filter(pl.col("row") == 1).get_column("text")) == {None}
    assert set(redacted.holds.filter(pl.col("row") == 1).rows()) == {(1, "text_unread")}
    assert "Vos" not in caplog.text
