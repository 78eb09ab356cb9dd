"""The terminal: a night's table is read on 80 columns as on a wide one."""

from __future__ import annotations

import pytest

from pipeline import screens
from pipeline.policy.rules import OUTCOMES
from pipeline.policy.words import shared_words

COUNTS = dict.fromkeys(("received", *OUTCOMES), 68)
STATUS = {
    "night": "2026-11-22",
    "units": {
        "RE01": {"state": "complete", "reason": None, **COUNTS},
        "RE02": {"state": "missing", "reason": None, **dict.fromkeys(COUNTS)},
    },
    "regions": {"VT01": 20},
    "balanced": True,
}


@pytest.mark.parametrize(
    ("width", "heading"),
    [
        (80, "ont- door- vast- niet achter- afge-"),
        (121, "doorgezonden terug vastgehouden niet voor VT"),
    ],
)
def test_a_nights_table_breaks_no_word_where_it_may_not(capsys, monkeypatch, width, heading):
    monkeypatch.setattr(screens, "PIPED_WIDTH", width)
    screens.print_status(STATUS)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    words = [" ".join(line.split()) for line in lines]
    assert any(heading in line for line in words)
    assert any(line.startswith("RE01 volledig 68 68") for line in words)
    assert any(line.startswith("RE02 niet") for line in words)


def test_a_nights_table_is_told_in_english_on_the_switch(capsys):
    screens.print_status(STATUS | {"balanced": False}, "en")
    told = capsys.readouterr().out
    for words in ("Night 2026-11-22", "not received", "forwarded", "Delivered by region: VT01 20", "DO NOT ADD UP"):
        assert words in told


def test_a_broken_word_is_the_same_word():
    for outcome in OUTCOMES:
        narrow, whole = (shared_words()[group][outcome] for group in ("column_narrow", "outcome_brief"))
        for broken, word in ((narrow.nl, whole.nl), (narrow.en, whole.en)):
            assert broken.replace("-\n", "").replace("\n", " ") == word
