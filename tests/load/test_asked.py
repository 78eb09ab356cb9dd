import json

import polars as pl
import pytest

from pipeline.decide.about import disclosed_about
from pipeline.enrich.ledger_keys import asked_ledger_keys, ledger_keys
from pipeline.errors import UsageError
from pipeline.load.asked import ask, read_person
from pipeline.load.ledger import append
from pipeline.policy.rules import read_rules
from tests import builders
from tests.load.test_ledger import AT, SECRET, entries, ledger  # noqa: F401 - a fixture

ASKED = {"birth_date": "1988-02-11", "family_name": "Özgür", "given_names": "Noémi Maria", "bsn": "999900006"}
KEPT = ASKED | {"name_prefix": "van den", "bsn": None, "secret_address": False}


def levels(kept, asked):
    """How sure the answer is when `asked` is looked for among what was disclosed as `kept`."""
    (held,) = ledger_keys(builders.persons(KEPT | kept), SECRET)
    keys = asked_ledger_keys(builders.persons({"secret_address": False} | asked), SECRET)
    return next((level for level, key in keys if key in held), None)


@pytest.mark.parametrize(
    ("kept", "asked", "level"),
    [
        ({}, ASKED, "name"),
        ({"bsn": "999900006", "family_name": "Heel Anders"}, ASKED, "bsn"),
        ({"family_name": "OZGUR", "given_names": "noemi"}, ASKED, "name"),
        ({"family_name": "van den Özgür"}, ASKED, "name"),
        ({"family_name": "Özgür-de Vries"}, ASKED, "name"),
        ({"family_name": "Ozguur"}, ASKED, "alike"),
        ({"given_names": "N."}, ASKED, "alike"),
        ({"birth_date": "1988-00-00"}, ASKED, "alike"),
        ({"birth_date": "1988-02-12"}, ASKED, None),
        ({"given_names": "Lotte"}, ASKED, None),
        ({"family_name": "Bakker"}, ASKED, None),
        ({"family_name": None}, ASKED, None),
        ({"birth_date": None, "postcode": "2511AA", "house_number": "1"}, ASKED, None),
        (
            {"birth_date": None, "postcode": "2511AA", "house_number": "1"},
            ASKED | {"postcode": "2511 aa", "house_number": "1"},
            "alike",
        ),
    ],
)
def test_a_person_is_found_in_spite_of_the_spelling_and_nobody_else_is(kept, asked, level):
    assert levels(kept, asked) == level


def test_another_key_finds_nobody():
    (held,) = ledger_keys(builders.persons(KEPT), b"t" * 32)
    assert not {key for _, key in asked_ledger_keys(builders.persons(KEPT), SECRET)} & set(held)


def test_callers_and_nameless_persons_leave_no_key():
    nameless = builders.persons({"role": "ME"}, {"role": "SO", "birth_date": "1988-02-11"})
    assert ledger_keys(nameless, SECRET).to_list() == [[], []]


@pytest.fixture
def disclosed(ledger):  # noqa: F811
    """A ledger with one disclosure, about a victim with a past and a suspect."""
    person = builders.persons(
        KEPT, {"role": "VE", "family_name": "Testman", "given_names": "Bob", "birth_date": "1980-01-01"}
    )
    keyed = {"unit": "RE06", "registration_number": "PL0600-2026000007"}
    prior = builders.prior_incidents({"person_number": 1, "incident_code": "F550"})
    about = disclosed_about(_placed(person, keyed), _placed(prior, keyed), read_rules().elements_on(AT.date()), SECRET)
    append(ledger, "VT09", entries(1, number="PL0600-2026000007"), AT, about)
    return ledger


def _placed(table, keyed):
    return table.with_columns(pl.lit(value).alias(name) for name, value in keyed.items())


def test_the_answer_names_regions_grounds_and_kinds_of_that_person(disclosed):
    (told,) = ask(disclosed, {name: ASKED[name] for name in ("birth_date", "family_name", "given_names")}, SECRET, "fg")
    assert (told["region"], told["registration_number"], told["ground"]) == ("VT09", "PL0600-2026000007", "Wpg 18(1)")
    assert {"identity", "prior_incidents"} <= set(told["elements"])
    assert told["match"] == "name"
    assert "address_secrecy" not in told["elements"]  # that an address is not secret tells nothing
    assert told["recalled"] is None
    (other,) = ask(
        disclosed, {"birth_date": "01-01-1980", "family_name": "testman", "given_names": "Bob"}, SECRET, "fg"
    )
    assert "prior_incidents" not in other["elements"]


def test_that_somebody_asked_is_noted_and_not_about_whom(disclosed):
    ask(disclosed, ASKED, SECRET, "fg")
    disclosed.execute("SELECT row_to_json(ledger_question)::text FROM intake.ledger_question")
    ((noted,),) = disclosed.fetchall()
    assert json.loads(noted)["account"] == "fg"
    assert set(json.loads(noted)) == {"asked_at", "account", "found"}


def test_no_value_of_a_person_is_in_the_ledger(disclosed):
    disclosed.execute("SELECT string_agg(row_to_json(ledger_person)::text, '') FROM intake.ledger_person")
    ((text,),) = disclosed.fetchall()
    assert not [value for value in ("zg", "oemi", "1988", "9999", "estman") if value in text]


def test_who_is_asked_for_may_be_said_in_the_contracts_words():
    assert read_person('{"geboortedatum": "1988-02-11", "family_name": "B"}') == {
        "birth_date": "1988-02-11",
        "family_name": "B",
    }


@pytest.mark.parametrize("text", ["no", "[]", '{"bsn": 1}', '{"schoenmaat": "Waarde"}', '{"Waarde": "geslachtsnaam"}'])
def test_a_file_that_says_something_else_is_refused_without_its_values(text):
    with pytest.raises(UsageError) as refused:
        read_person(text)
    assert "Waarde" not in str(refused.value)
    if text.startswith("{") and "bsn" not in text:
        assert "geboortedatum, geslachtsnaam" in refused.value.say("nl")


BORN = {"family_name": "Testman", "given_names": "Bob"}


@pytest.mark.parametrize("born", ["1980-01-01", "01-01-1980", "1-1-1980", "01/01/1980", "1.1.1980", "1980-1-1"])
def test_a_birth_date_is_read_as_people_write_it(disclosed, born):
    assert len(ask(disclosed, BORN | {"birth_date": born}, SECRET, "fg")) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("birth_date", text) for text in ("32-13-1980", "1980-02-30", "01-01-80", "1980", "1 januari 1980", "geen idee")),
        *(("bsn", text) for text in ("123456789", "99990006", "999900006x", "000000000", "onbekend")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_answer_that_nothing_was_disclosed(disclosed, name, text):
    with pytest.raises(UsageError) as refused:
        ask(disclosed, BORN | {"birth_date": "1980-01-01", name: text}, SECRET, "fg")
    assert text not in str(refused.value)


def test_a_number_is_read_with_its_dots(ledger):  # noqa: F811
    assert ask(ledger, {"bsn": "9999.00.006"}, SECRET, "fg") == []


def test_what_is_null_in_a_file_is_not_said():
    assert read_person('{"bsn": null, "family_name": "B"}') == {"family_name": "B"}


def test_too_little_to_ask_with_is_refused(ledger):  # noqa: F811
    with pytest.raises(UsageError):
        ask(ledger, {"birth_date": "1988-02-11", "family_name": "B"}, SECRET, "fg")
