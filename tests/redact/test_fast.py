"""What is written for speed finds what its plain form finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluate.corpus import read_corpus
from pipeline.policy.redaction.parts import compile_uncaptured
from pipeline.redact import Redactor
from pipeline.redact.clauses.sentences import BREAK, CLAUSE
from pipeline.redact.people import squeeze
from pipeline.redact.places.neighbours import LIVES, find_homes
from pipeline.weigh.sense import WORD
from tests.corpus import CORPUS
from tests.redact.family import FAMILY

PLAIN_BREAK = re.compile(r"[.!?]+[\"'”’)\]]*\s+|\n\s*|(?<=\s)[-–•*]\s+(?=[A-Z])")
PLAIN_CLAUSE = re.compile(
    r"\s*;\s*|,\s+|\s+(?:en|maar|terwijl|waarna|omdat|want|doordat|waardoor|EN|MAAR|TERWIJL|OMDAT|WANT)\s+|\s+-\s+"
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(".!?\"')] \n\t-–•*Aa1"))
def test_sentences_break_where_the_plain_pattern_breaks_them(text: str) -> None:
    assert [hit.span() for hit in BREAK.finditer(text)] == [hit.span() for hit in PLAIN_BREAK.finditer(text)]


def test_sentences_of_the_corpus_break_where_the_plain_pattern_breaks_them() -> None:
    texts = [record.text for record in read_corpus(CORPUS, "tune")]
    assert sum(len(BREAK.findall(text)) for text in texts) > len(texts)
    for text in texts:
        assert [hit.span() for hit in BREAK.finditer(text)] == [hit.span() for hit in PLAIN_BREAK.finditer(text)]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text("aZ 0-'é²ß"))
def test_a_plain_street_issqueezed_as_any_other(text: str) -> None:
    assert squeeze(text) == squeeze(f"-{text}")  # a mark sends it the long way
    assert re.fullmatch(r"[a-z0-9]*", squeeze(text))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([" ", "  ", "\n", ",", ";", "-", "en", "MAAR", "a", "want"])).map("".join))
def test_clauses_part_where_the_plain_pattern_parts_them(text: str) -> None:
    assert [hit.span() for hit in CLAUSE.finditer(text)] == [hit.span() for hit in PLAIN_CLAUSE.finditer(text)]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([*"a .:;\n", "woont", " wonen ", "_woont", "de kale man van hiernaast"])).map("".join))
def test_homes_are_told_where_the_plain_pattern_finds_them(text: str) -> None:
    assert [home.span("at") for home in find_homes(text)] == [home.span("at") for home in LIVES.finditer(text)]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text("az0_9éß -'İ²"))
def test_words_are_letters_or_figures(text: str) -> None:
    assert WORD.findall(text) == re.findall(r"[^\W\d_]+|\d+", text)


def test_signs_stand_near_where_the_stretch_holds_them(redactor: Redactor) -> None:
    small = "de scooter van collega 12345 met kenteken en de rekening bij rabo, zie insta_x"
    scan = redactor.scanner.scan(small)
    assert {"service", "bank", "vehicle", "plate", "platform", "loose"} <= scan.signs.keys()
    for kind, signs in redactor.policy.signs.literals.items():
        for low in range(0, len(small), 7):
            near = small[low : low + 20]
            assert scan.near(kind, low, low + 20) == any(sign in near for sign in signs)


def test_an_expression_without_groups_matches_what_it_matched() -> None:
    bare = compile_uncaptured(r"(tap|taps?) (?!de)\((on|uit)\)")
    assert bare.groups == 0
    assert bare.search("de tap (uit)")
    assert compile_uncaptured(r"[(](a)[]^(]\(").pattern == r"[(](?:a)[]^(]\(", "none begins in a class, or escaped"
    assert compile_uncaptured(r"(a)\1").groups == compile_uncaptured("(?P<n>a)").groups == 1, "what is asked for stays"


@pytest.mark.parametrize("written", ["...", "?!", "İ", "Abcdefghij"])
def test_a_line_of_dots_or_a_word_of_ninety_kilobytes_costs_no_square(redactor, seconds_of, written):
    """As large as a text can be; what was pasted into it, such as a picture, is one word."""
    text = (written * 90_000)[:90_000]
    assert seconds_of(lambda: redactor.redact_one(text, source="W", people=FAMILY)) < 5  # dots took minutes


def test_a_list_of_house_numbers_costs_no_square(redactor, seconds_of):
    text = "nr 1, " * 8_000
    assert seconds_of(lambda: redactor.redact_one(text, source="W", people=FAMILY)) < 5
