"""Stretches of a text: how they are written, what they leave, how they are shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.desk.labels import reason_words
from pipeline.desk.marks import DangerSentence, segments
from pipeline.desk.masks import Mask, as_json, doubted, leave_out, of_json, read_mask
from pipeline.errors import DecisionRefused
from pipeline.policy.rules import read_rules
from pipeline.redact.spans import Redacted, Span

TEXT = "Piet belde de huisarts over de diagnose van zijn vrouw."
KEY = ("entry", 2)
spans = st.builds(
    lambda start, length, action: Span(start, start + length, "k", "r", action, "[x]"),
    st.integers(0, 40),
    st.integers(1, 15),
    st.sampled_from(["mask", "drop", "doubt"]),
)


@pytest.mark.parametrize("mask", [Mask("entry", 2, 0, 5), Mask("description", None, 10, 25)])
def test_a_mask_is_read_as_it_is_written(mask):
    assert read_mask(str(mask)) == mask
    assert of_json(as_json([mask, mask])) == (mask,)


def test_two_who_leave_out_the_same_say_the_same_whatever_their_order():
    masks = [Mask("entry", 2, 0, 4), Mask("description", None, 3, 9), Mask("entry", 1, 5, 6), Mask("entry", None, 0, 1)]
    assert as_json(masks) == as_json(masks[::-1])
    assert of_json(as_json(masks)) == (masks[1], masks[3], masks[2], masks[0])


@pytest.mark.parametrize("text", ["", "entry", "entry:2:5", "entry:x:1-2", "entry:2:1-2-3", "a:b:c:1-2"])
def test_what_is_no_mask_is_refused_without_repeating_it(text):
    with pytest.raises(DecisionRefused) as refused:
        read_mask(text)
    assert not text or text not in str(refused.value)


def test_what_a_person_leaves_out_goes_beside_what_the_rules_leave_out():
    redacted = {KEY: Redacted("[naam] belde", (Span(0, 4, "name", "unknown_name", "mask", "[naam]"),))}
    done = leave_out({KEY: TEXT}, redacted, [Mask(*KEY, 28, 55)])[KEY]
    assert done.text == "[naam] belde de huisarts over [weggelaten]"
    assert "diagnose" not in done.text
    assert [span.rule for span in done.spans] == ["unknown_name", "desk"]


@pytest.mark.parametrize("mask", [Mask("entry", 3, 0, 4), Mask(*KEY, 4, 4), Mask(*KEY, -1, 4), Mask(*KEY, 0, 999)])
def test_a_mask_outside_its_text_is_refused(mask):
    with pytest.raises(DecisionRefused):
        leave_out({KEY: TEXT}, {KEY: Redacted(TEXT)}, [mask])


def test_a_doubt_that_goes_anyway_asks_nobody():
    doubt, over = Span(31, 39, "medical", "medical", "doubt"), Span(20, 54, "t", "tactical", "drop")
    assert doubted({KEY: Redacted(TEXT, (doubt,))}) == (Mask(*KEY, 31, 39),)
    assert doubted({KEY: Redacted("", (over, doubt))}) == ()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(spans, max_size=4), st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=2))
def test_segments_joined_are_the_text_and_every_mark_shows(marks, sentences):
    told = [DangerSentence(start, min(start + length, len(TEXT)), "weapon") for start, length in sentences]
    cut = segments(TEXT, marks, told)
    assert "".join(one.text for one in cut) == TEXT
    gone = {at for span in marks if span.action != "doubt" for at in range(span.start, min(span.end, len(TEXT)))}
    assert {at for one in cut if one.action in {"mask", "drop"} for at in range(one.start, one.end)} == gone
    heard = {at for one in told for at in range(one.start, one.end)}
    assert {at for one in cut if one.danger for at in range(one.start, one.end)} == heard


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("embargo", "embargo"),
        ("quality:sex_known", "geslacht"),
        ("unreadable:alcohol", "alcohol is niet te lezen"),
        ("never_heard_of", "never_heard_of"),
    ],
)
def test_every_reason_has_words(reason, said):
    assert said in reason_words(reason, read_rules()).words.nl
