"""Somebody whom no list, title or capital gives away, and words in the same places that are nobody's."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy.redaction import SORTS
from pipeline.redact.likely import TOKEN, Likely
from tests.learn import learned_texts
from tests.redact.family import FAMILY
from tests.redact.train_likely import OUT, digest

GONE = [
    ("krielaart", "De buurman, meneer krielaart, hoorde haar gillen."),
    ("joop", "Melder was joop, de bovenbuurman."),
    ("triezenberg", "Op naam van een zekere triezenberg wubbo."),
]
STAY = [
    "Melder was boos, de bovenbuurman ook.",
    "Zij riep de hulp in van haar zwager, die haar naar huis bracht.",
    "Elif liep met de hond langs de school en zag Dennis staan.",
    "Om 22.40 uur kwam Dennis terug, op 13/11 sloeg hij haar weer.",
    "In Zwolle ging Elif met de bus van 8.15 uur naar haar werk.",
]


@pytest.fixture(scope="module")
def eager(policy, redactor):
    """Weights by which every word is said to be somebody's."""
    least = dict.fromkeys(SORTS, 0.0)
    return Likely(replace(policy, word_weights={"any word": 1}, least_likely=least), redactor.lexicon)


@pytest.mark.parametrize(("name", "text"), GONE, ids=range(len(GONE)))
def test_a_name_in_small_letters_is_known_by_the_words_beside_it(redactor, name, text):
    done = redactor.redact_one(text, source="W", people=FAMILY)
    assert name not in (done.text or "")
    assert "likely_name" in {span.rule for span in done.spans}


@pytest.mark.parametrize("text", STAY, ids=range(len(STAY)))
def test_plain_words_in_those_places_stay(redactor, text):
    assert redactor.redact_one(text, source="W", people=FAMILY).text == text


def test_a_name_that_is_found_twice_reads_as_one_to_the_words_beside_it(redactor):
    left = redactor.redact_one("nee meneer Jan Winter hangt aan de lijn", source="W").text
    assert left == "nee [derde 1] hangt aan de lijn"


def test_a_person_involved_is_nobody_else(redactor):
    text = "Zij riep de hulp in van haar zwager dennis."
    assert redactor.redact_one(text, source="W", people=FAMILY).text == text


def test_a_fact_and_the_family_stay_whatever_is_said(redactor, eager, monkeypatch):
    monkeypatch.setattr(redactor, "likely", eager)
    done = redactor.redact_one("Dennis sloeg Elif, met een mes.", source="W", people=FAMILY)
    assert done.text == "Dennis sloeg Elif, [naam] mes."


@given(st.text(max_size=80))
def test_every_character_is_cut_into_a_token_or_a_gap(redactor, text):
    parts = TOKEN.split(text)
    assert "".join(parts) == text
    assert all(parts[1::2])
    assert all(0 <= at < len(parts) // 2 for at in redactor.likely.told(parts[1::2], {}))


@given(st.text(max_size=80))
def test_what_is_found_is_words_in_order_with_no_space_around(eager, text):
    found = [*eager.told_in(text, {}, lambda start, end: False)]
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in found)
    assert all(end < start for (_, end), (start, _) in pairwise(found))
    assert {c for start, end in found for c in text[start:end]} >= {c for c in text if c.isalnum()}


def test_the_weights_were_learned_from_the_texts_as_they_stand():
    heading = [line for line in OUT.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert f"# Learned from texts with digest {digest(learned_texts())}." in heading, (
        "run python -m tests.redact.train_likely"
    )
