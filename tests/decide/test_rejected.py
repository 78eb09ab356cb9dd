"""Danger in the entries of rows that break the contract: a person sees them."""

import json
from datetime import date

import polars as pl
import pytest

from pipeline.decide.rejected import add_danger_of_entries
from pipeline.receive.conform import REJECTED, SET_ASIDE

NIGHT = date(2026, 11, 22)
NUMBER = "PL0600-2026000001"
CHOKED = "Hij kneep haar keel dicht."
CALM = "Er was een gesprek aan tafel."
PAYLOAD = json.dumps({"registratienummer": NUMBER})


def rejected(*payloads, danger=False):
    rows = [(at, None, None, ["missing:version"], danger, payload) for at, payload in enumerate(payloads)]
    return pl.DataFrame(rows, schema=REJECTED, orient="row")


def aside(**payload):
    return pl.DataFrame([("entry", None, "orphan", json.dumps(payload))], schema=SET_ASIDE, orient="row")


@pytest.mark.parametrize(
    ("entry", "danger"),
    [
        ({"registratienummer": NUMBER, "tekst": CHOKED}, True),
        ({"nested_in": 0, "tekst": CHOKED}, True),
        ({"nested_in": 0, "tekst": "x" * 100_001}, True),
        ({"registratienummer": NUMBER, "tekst": CALM}, False),
        ({"registratienummer": NUMBER, "tekst": CHOKED, "bron": "T"}, False),
        ({"registratienummer": "PL0600-2026000002", "tekst": CHOKED}, False),
        ({"nested_in": 7, "tekst": CHOKED}, False),
    ],
)
def test_danger_is_read_in_the_entries_of_a_rejected_row_and_they_stand_behind_it(entry, danger):
    [told] = add_danger_of_entries(rejected(PAYLOAD), aside(**entry), NIGHT).to_dicts()
    assert told["danger"] is danger
    assert told["payload"] == (f"{PAYLOAD}\n{json.dumps(entry)}" if danger else PAYLOAD)


def test_what_is_in_danger_already_and_what_is_no_row_are_left_as_they_are():
    entry = aside(registratienummer=NUMBER, tekst=CHOKED)
    for given in (rejected(PAYLOAD, danger=True), rejected(json.dumps("no row at all"))):
        assert add_danger_of_entries(given, entry, NIGHT).equals(given)


def test_entries_that_break_the_reading_of_danger_are_all_shown(monkeypatch, caplog):
    monkeypatch.setattr("pipeline.decide.rejected.detect_danger", lambda *_: 1 / 0)
    given = rejected(PAYLOAD, json.dumps({"straat": "x"}))
    told = add_danger_of_entries(given, aside(registratienummer=NUMBER, tekst=CALM), NIGHT)
    assert told.get_column("danger").to_list() == [True, False]
    assert CALM not in caplog.text
