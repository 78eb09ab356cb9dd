"""The words of `parts.toml`: each is taken in by the expression that it is for."""

import pytest

from pipeline.policy.redaction import read_redaction_policy
from pipeline.policy.redaction.parts import word_parts
from pipeline.redact.codes.filed_numbers import FiledNumbers
from pipeline.redact.places.journeys import Journeys
from pipeline.redact.places.threats import Threats

PARTS = read_redaction_policy().parts


def test_a_list_without_words_is_named():
    with pytest.raises(ValueError, match=r"threats\.hurl"):
        word_parts({**PARTS, "threats": {**PARTS["threats"], "hurl": []}})


@pytest.mark.parametrize("measure", PARTS["journeys"]["measures"])
def test_how_far_is_told_in_a_measure(measure):
    assert any(Journeys(PARTS["journeys"]).find(f"Drie {measure} verderop", 0, 99))


@pytest.mark.parametrize("line", PARTS["journeys"]["lines"])
def test_how_far_is_told_by_a_line(line):
    assert any(Journeys(PARTS["journeys"]).find(f"met {line} 12", 0, 99))


def test_what_is_no_measure_tells_no_distance():
    assert not any(Journeys(PARTS["journeys"]).find("Drie klappen verderop", 0, 99))


@pytest.mark.parametrize("verb", PARTS["threats"]["hurl"])
def test_a_threat_is_told_by_its_verb(verb):
    assert any(Threats(PARTS["threats"]).find(f"{verb} je in de sloot"))


@pytest.mark.parametrize("where", PARTS["threats"]["where"])
def test_a_threat_is_told_by_where(where):
    assert any(Threats(PARTS["threats"]).find(f"gooi je van het {where}"))


def test_a_verb_of_another_kind_threatens_nobody():
    assert not any(Threats(PARTS["threats"]).find("vind je bij de sloot"))


@pytest.fixture(scope="module")
def filed():
    return FiledNumbers(PARTS["filed_numbers"])


@pytest.mark.parametrize("lead", PARTS["filed_numbers"]["under"])
def test_a_number_is_filed_under_something(filed, lead):
    assert list(filed.find(f"{lead}nummer 4471-20"))
    assert list(filed.find_read_off(f"{lead}nummer 447 1203", f"{lead}nummer 447 1203"))


@pytest.mark.parametrize("lead", PARTS["filed_numbers"]["alone"])
def test_a_number_follows_what_it_is_of(filed, lead):
    assert list(filed.find_read_off(f"{lead} 4471-20", f"{lead} 4471-20"))


def test_a_number_behind_another_word_is_filed_under_nothing(filed):
    assert not list(filed.find("huisnummer 4471-20"))
