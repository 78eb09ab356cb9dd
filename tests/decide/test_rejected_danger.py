"""Danger that can be read in a row that breaks the contract, though no box is ticked."""

import json
from datetime import date

import polars as pl
import pytest

from pipeline.decide import danger
from pipeline.decide.danger import read_rejected
from pipeline.receive.conform import LONGEST_TEXT, REJECTED

NIGHT = date(2026, 11, 22)
THROAT = "Hij kneep haar keel dicht."


def rejected(*payloads, ticked=False):
    rows = [(row, None, None, ["x"], ticked, json.dumps(payload)) for row, payload in enumerate(payloads)]
    return pl.DataFrame(rows, schema=REJECTED, orient="row")


def in_danger(*payloads, **more):
    return read_rejected(rejected(*payloads, **more), NIGHT)["danger"].to_list()


@pytest.mark.parametrize(
    ("payload", "dangerous"),
    [
        ({"omschrijving": THROAT}, True),
        ({"reden_vt": THROAT, "omschrijving": None}, True),
        ({"omschrijving": "Er was ruzie over geld."}, False),
        ({"omschrijving": None}, False),
        ({}, False),
        (f"PL0600-2026000001;1;HG;{THROAT}", True),  # a line that is no row
        ("PL0600-2026000001;1;HG;ruzie", False),
        ({"omschrijving": "é" * LONGEST_TEXT}, True),  # what nobody searches may hold any
    ],
)
def test_a_rejected_row_tells_of_danger(payload, dangerous):
    assert in_danger(payload) == [dangerous]


def test_each_row_is_judged_by_itself_and_a_ticked_box_stays():
    assert in_danger({"omschrijving": "ruzie"}, {"omschrijving": THROAT}, {}) == [False, True, False]
    assert in_danger({}, ticked=True) == [True]
    assert read_rejected(REJECTED.to_frame(), NIGHT).is_empty()


def test_a_text_that_stops_the_reading_may_hold_any(monkeypatch, caplog):
    def stops(texts, *given, **more):
        if texts["text"].str.contains("stop").any():
            raise ValueError("stop")
        return real(texts, *given, **more)

    real = danger.detect_danger
    monkeypatch.setattr(danger, "detect_danger", stops)
    assert in_danger({"omschrijving": "ruzie"}, {"omschrijving": "stop"}, {"omschrijving": "twist"}) == [
        False,
        True,
        False,
    ]
    assert "stop" not in caplog.text.replace("stops", "")
