import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate import cover
from pipeline.evaluate.corpus import Stretch

TEXT = "Buurman J. de Wit (tel. 06-71 23 45 67) zag VE slaan."


def caught(text, words, kind, *removed, slipped=frozenset()):
    start = text.index(words)
    stretches = [Stretch(text.index(r), text.index(r) + len(r), "x") for r in removed]
    flags = cover.removed_characters(len(text), stretches)
    return cover.is_caught(text, Stretch(start, start + len(words), kind), flags, slipped)


@pytest.mark.parametrize(
    ("words", "kind", "removed", "expected"),
    [
        ("J. de Wit", "witness", ["J. de Wit"], True),
        ("J. de Wit", "witness", ["J", "Wit"], True),
        ("J. de Wit", "witness", ["Wit"], False),
        ("J. de Wit", "witness", ["J. de Wi"], False),
        ("06-71 23 45 67", "phone", ["06", "71", "23", "45", "67"], True),
        ("06-71 23 45 67", "phone", ["06-71 23 45"], False),
        ("zag VE slaan.", "tactical", ["zag VE slaan"], True),
        ("J. de Wit", "tactical", ["J", "Wit"], False),
    ],
)
def test_caught_only_when_no_word_that_tells_is_left(words, kind, removed, expected):
    assert caught(TEXT, words, kind, *removed) is expected


def test_a_word_that_comes_back_in_the_output_is_a_leak():
    flags = cover.removed_characters(len(TEXT), [Stretch(8, 17, "x")])
    slipped = cover.slipped_words(TEXT, flags, TEXT[:8] + "[getuige 1] (dhr. Wit)" + TEXT[17:])
    assert slipped == {"dhr", "wit"}
    assert not caught(TEXT, "J. de Wit", "witness", "J. de Wit", slipped=slipped)


def test_tokens_in_brackets_are_the_redactors_own():
    flags = cover.removed_characters(len(TEXT), [Stretch(8, 17, "x")])
    assert cover.slipped_words(TEXT, flags, TEXT[:8] + "[getuige 1]" + TEXT[17:]) == frozenset()


def test_fact_is_lost_by_one_letter_and_kept_beside_a_label():
    text = "mes van Piet gezien"
    fact, label = Stretch(0, 12, "weapon"), Stretch(8, 12, "third_party")
    assert cover.is_kept(text, fact, [label], cover.removed_characters(len(text), [label]))
    assert not cover.is_kept(text, fact, [label], cover.removed_characters(len(text), [Stretch(2, 3, "x")]))


def test_masked_words_counts_only_what_no_label_covers():
    text = "Piet sloeg hard met deur"
    flags = cover.removed_characters(len(text), [Stretch(0, 7, "x")])
    assert cover.masked_words(text, [Stretch(0, 4, "third_party")], flags) == (1, 4)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=5))
def test_removing_everything_catches_everything_and_nothing_catches_no_word(text, pairs):
    everything = cover.removed_characters(len(text), [Stretch(0, len(text), "x")])
    nothing = cover.removed_characters(len(text), [])
    for start, end in pairs:
        label = Stretch(min(start, end, len(text)), min(max(start, end), len(text)), "tactical")
        words = cover.WORD.findall(text, label.start, label.end)
        assert cover.is_caught(text, label, everything, frozenset())
        assert cover.is_caught(text, label, nothing, frozenset()) is (not words)
    assert len(cover.removed_characters(len(text), [Stretch(*sorted(pair), "x") for pair in pairs])) == len(text)
