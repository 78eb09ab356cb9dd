"""Danger that can be read in a row that breaks the contract, or in its entries, though no box is ticked."""

import json
from datetime import date

import polars as pl
import pytest

from pipeline.decide import rejected as judged
from pipeline.decide.rejected import add_danger_of_entries, add_danger_of_texts
from pipeline.receive.children import SET_ASIDE
from pipeline.receive.conform import REJECTED
from pipeline.receive.table import LONGEST_TEXT

NIGHT = date(2026, 11, 22)
NUMBER = "PL0600-2026000001"
CHOKED = "Hij kneep haar keel dicht."
CALM = "Er was een gesprek aan tafel."
PAYLOAD = json.dumps({"registratienummer": NUMBER})


def rejected(*payloads, danger=False):
    rows = [(at, None, None, ["missing:version"], danger, payload) for at, payload in enumerate(payloads)]
    return pl.DataFrame(rows, schema=REJECTED, orient="row")


def aside(line=None, **payload):
    return pl.DataFrame([("entry", None, "orphan", json.dumps(line or payload))], schema=SET_ASIDE, orient="row")


def in_danger(*contents, **more):
    given = rejected(*map(json.dumps, contents), **more)
    return add_danger_of_texts(given, NIGHT)["danger"].to_list()


@pytest.mark.parametrize(
    ("content", "dangerous"),
    [
        ({"omschrijving": CHOKED}, True),
        ({"reden_vt": CHOKED, "omschrijving": None}, True),
        ({"geinformeerd_toelichting": CHOKED}, True),
        ({"omschrijving": CALM}, False),
        ({"omschrijving": None}, False),
        ({}, False),
        (f"{NUMBER};1;HG;{CHOKED}", True),  # a line that is no row
        (f"{NUMBER};1;HG;ruzie", False),
        ({"omschrijving": "é" * LONGEST_TEXT}, True),  # what nobody searches may hold any
    ],
)
def test_a_rejected_row_tells_of_danger(content, dangerous):
    assert in_danger(content) == [dangerous]


def test_each_row_is_judged_by_itself_and_a_ticked_box_stays():
    assert in_danger({"omschrijving": CALM}, {"omschrijving": CHOKED}, {}) == [False, True, False]
    assert in_danger({}, danger=True) == [True]
    assert add_danger_of_texts(REJECTED.to_frame(), NIGHT).is_empty()


def test_many_texts_are_read_some_at_a_time(monkeypatch):
    read = []
    real = judged.detect_danger
    monkeypatch.setattr(judged, "detect_danger", lambda texts, night: read.append(texts.height) or real(texts, night))
    monkeypatch.setattr(judged, "TEXTS_AT_ONCE", 2)
    contents = [{"omschrijving": text} for text in (CALM, CALM, CHOKED, CALM, CHOKED)]
    assert in_danger(*contents) == [False, False, True, False, True]
    assert read == [2, 2, 1]


def test_a_text_that_stops_the_reading_may_hold_any(monkeypatch, caplog):
    def stops(texts, night):
        if texts["text"].str.contains("twist").any():
            raise ValueError("twist")
        return real(texts, night)

    real = judged.detect_danger
    monkeypatch.setattr(judged, "detect_danger", stops)
    assert in_danger({"omschrijving": CALM}, {"omschrijving": "twist"}, {"omschrijving": "ruzie"}) == [
        False,
        True,
        False,
    ]
    assert "twist" not in caplog.text


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


@pytest.mark.parametrize("row", [PAYLOAD, json.dumps(f"{NUMBER};1;HG")])
def test_an_entry_that_is_a_line_and_no_row_is_read_as_text(row):
    line = f"{NUMBER};1;{CHOKED}"
    [told] = add_danger_of_entries(rejected(row), aside(line), NIGHT).to_dicts()
    assert told["danger"]
    assert told["payload"] == f"{row}\n{json.dumps(line)}"


def test_what_is_in_danger_already_and_what_is_no_row_are_left_as_they_are():
    entry = aside(registratienummer=NUMBER, tekst=CHOKED)
    for given in (rejected(PAYLOAD, danger=True), rejected(json.dumps("no row at all"))):
        assert add_danger_of_entries(given, entry, NIGHT).equals(given)


def test_an_entry_that_stops_the_reading_is_shown(monkeypatch, caplog):
    monkeypatch.setattr("pipeline.decide.rejected.detect_danger", lambda *_: 1 / 0)
    given = rejected(PAYLOAD, json.dumps({"straat": "x"}))
    told = add_danger_of_entries(given, aside(registratienummer=NUMBER, tekst=CALM), NIGHT)
    assert told.get_column("danger").to_list() == [True, False]
    assert CALM not in caplog.text
