"""The ways to tell a place by what is there: each finds its own example, by an anchor."""

from __future__ import annotations

import re

import pytest

from pipeline.evaluate.corpus import read_corpus
from pipeline.policy.redaction import read_redaction_policy
from pipeline.policy.redaction.outlooks import outlook_policy
from tests.corpus import CORPUS

OUTLOOKS = read_redaction_policy().outlooks.outlooks


def _pattern(outlook):
    return re.compile(outlook.match, re.IGNORECASE)


@pytest.mark.parametrize("outlook", OUTLOOKS, ids=[one.id for one in OUTLOOKS])
def test_an_outlook_finds_its_example(outlook):
    behind = " er is een Oude toren."  # what some of them ask for behind the match
    assert _pattern(outlook).search(f"ze zegt: {outlook.like}{behind if outlook.reach else ''}")


def test_no_match_is_without_an_anchor():
    """Else it would be looked for in vain; on every text that rules are tuned on."""
    texts = [record.text.lower() for record in read_corpus(CORPUS, "tune") if record.origin == "hand"]
    without = [
        outlook.id
        for outlook in OUTLOOKS
        if outlook.anchors
        for text in texts
        if not any(anchor in text for anchor in outlook.anchors) and _pattern(outlook).search(text)
    ]
    assert not without


def test_parts_are_filled_in_and_an_unknown_one_is_told():
    words = {"hosts": frozenset({"oom", "tante"}), "households": frozenset(), "features": frozenset()}
    raw = {
        "parts": {"home": ["huis", "boot"], "place": ["{home}", "kamer"]},
        "aids": {"at": "in {place}"},
        "outlook": [
            {
                "id": "x",
                "like": "in de boot",
                "tells": "itself",
                "match": ["{place}s", "{hosts}"],
                "anchors": ["{place}"],
            }
        ],
    }
    policy = outlook_policy(raw, words)
    assert policy.outlooks[0].match == "(?:(?:huis|boot)|kamer)s|(?:tante|oom)"
    assert policy.outlooks[0].anchors == ("huis", "boot", "kamer")
    assert policy.aids["at"] == "in (?:(?:huis|boot)|kamer)"
    with pytest.raises(KeyError):
        outlook_policy({**raw, "aids": {"at": "{nowhere}"}}, words)
