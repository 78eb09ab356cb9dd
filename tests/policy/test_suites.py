"""The suites that ship are whole; a wrong one is refused by name."""

import json
from datetime import date

import pytest

from pipeline.errors import PolicyError
from pipeline.policy import suites
from pipeline.policy.suites import SUITES, read_suite

NIGHT = date(2026, 11, 22)
RULES = [rule for name in SUITES for rule in read_suite(name).rules]


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_that_ships_is_whole(name):
    suite = read_suite(name)
    assert suite.name == name
    assert suite.title.nl
    assert suite.title.en
    assert suite.on(NIGHT) == suite.rules
    for rule in suite.rules:
        assert rule.words.nl != rule.words.en
        assert rule.source
        assert rule.columns


def test_seven_criteria_block_and_each_says_how_to_mend_it():
    founded = read_suite("well_founded").rules
    assert {rule.name for rule in founded if rule.blocking} == {
        "identified_person",
        "victim_and_suspect",
        "dependency_relation",
        "concrete_fact",
        "suspicion_coded",
        "routes",
        "contact_reachable",
    }
    for rule in founded:
        assert rule.advice is not None
        assert rule.weight > 0


def test_quality_neither_blocks_nor_scores():
    for name in ("registration_quality", "person_quality"):
        assert not any(rule.blocking or rule.weight for rule in read_suite(name).rules)


GOOD = {
    "name": "mine",
    "meta": {"owner": "x", "title": {"nl": "a", "en": "b"}},
    "expectations": [
        {
            "type": "expect_column_values_to_not_be_null",
            "kwargs": {"column": "kind"},
            "meta": {"rule": "r", "words": {"nl": "a", "en": "b"}, "source": "s", "effective_from": "2015-01-01"},
        }
    ],
}


@pytest.fixture
def read(tmp_path, monkeypatch):
    def reader(text: str):
        monkeypatch.setattr(suites.resources, "files", lambda _: tmp_path)
        (tmp_path / "mine.json").write_text(text, encoding="utf-8")
        return read_suite.__wrapped__("mine")

    return reader


def test_a_suite_can_be_read(read):
    [rule] = read(json.dumps(GOOD)).rules
    assert (rule.name, rule.columns, rule.weight, rule.blocking, rule.advice) == ("r", ("kind",), 0, False, None)


def test_a_rule_may_stand_in_versions(read):
    suite = json.loads(json.dumps(GOOD))
    [first] = suite["expectations"]
    later = first["meta"] | {"effective_from": "2026-07-01", "weight": 7, "source": "t"}
    suite["expectations"].append(first | {"meta": later})
    first["meta"]["effective_until"] = "2026-06-30"
    told = read(json.dumps(suite))
    for night, weight, source in ((date(2026, 6, 30), 0, "s"), (date(2026, 7, 1), 7, "t")):
        assert [rule.weight for rule in told.on(night)] == [weight]
        assert told.rule("r", night).source == source
    first["meta"]["effective_until"] = "2026-07-01"
    with pytest.raises(PolicyError, match="r stands twice"):
        read(json.dumps(suite))


def _without_words(suite):
    del suite["expectations"][0]["meta"]["words"]


def _surplus(suite):
    suite["expectations"][0]["meta"]["colour"] = "red"


def _twice(suite):
    suite["expectations"] *= 2


def _bad_date(suite):
    suite["expectations"][0]["meta"]["effective_from"] = "soon"


def _no_title(suite):
    del suite["meta"]["title"]


@pytest.mark.parametrize("spoil", [_without_words, _surplus, _twice, _bad_date, _no_title])
def test_a_wrong_suite_is_refused(read, spoil):
    suite = json.loads(json.dumps(GOOD))
    spoil(suite)
    with pytest.raises(PolicyError, match=r"mine\.json"):
        read(json.dumps(suite))


def test_a_suite_that_is_no_json_is_refused(read):
    with pytest.raises(PolicyError, match=r"mine\.json"):
        read("{")
