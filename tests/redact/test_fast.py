"""What is written for speed finds what its plain form finds."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluate.corpus import read_corpus
from pipeline.redact.numbers import BANKS, SERVICE_SIGNS, VEHICLES, Signs
from pipeline.redact.report import _squeeze
from pipeline.redact.sentences import BREAK

PLAIN_BREAK = re.compile(r"[.!?]+[\"'”’)\]]*\s+|\n\s*|(?<=\s)[-–•*]\s+(?=[A-Z])")
CORPUS = Path(__file__).parents[1] / "corpus"


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
def test_a_plain_street_is_squeezed_as_any_other(text: str) -> None:
    assert _squeeze(text) == _squeeze(f"-{text}")  # a mark sends it the long way
    assert re.fullmatch(r"[a-z0-9]*", _squeeze(text))


def test_signs_of_a_text_hold_those_of_each_stretch() -> None:
    small = "de scooter van collega 12345 en de rekening bij rabo"
    signs = Signs.of(small)
    for kind, all_signs in zip(signs, (SERVICE_SIGNS, BANKS, VEHICLES), strict=True):
        assert kind
        for low in range(0, len(small), 7):
            near = small[low : low + 20]
            assert any(s in near for s in kind) == any(s in near for s in all_signs)
