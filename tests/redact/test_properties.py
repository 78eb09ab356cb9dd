"""What holds of every text."""

import dataclasses
import pickle
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.redact import Redactor, ReportMasks, Span
from pipeline.redact.people import distance
from pipeline.redact.spans import settle
from tests.redact.family import FAMILY, HIDDEN
from tests.redact.test_drops import GONE as DROPPED
from tests.redact.test_drops import STAY as FACTS
from tests.redact.test_names import GONE as NAMES
from tests.redact.test_names import STAY as INVOLVED
from tests.redact.test_numbers import GONE as NUMBERS

SENTENCES = [t for t, _ in (*NAMES, *INVOLVED)] + [t for _, t in DROPPED] + [n[0] for n in NUMBERS] + FACTS
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5).map(" ".join)
quick = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quick
@given(texts)
@example("het kind genaamd sem woont bij zijn vader rob in almere op NL91ABNA0417164300 storten")
def test_twice_is_once(redactor, text):
    once = redactor.redact_one(text, source="W", people=FAMILY).text
    if once:
        assert redactor.redact_one(once, source="W", people=FAMILY).text == once


@quick
@given(texts)
def test_spans_lie_in_the_text_in_order_without_overlap(redactor, text):
    spans = [s for s in redactor.redact_one(text, source="W", people=HIDDEN).spans if s.action != "doubt"]
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@quick
@given(st.text(max_size=200))
def test_any_text_is_read(redactor, text):
    done = redactor.redact_one(text, source="V", people=HIDDEN)
    assert done == redactor.redact_one(text, source="V", people=HIDDEN)


NEUTRAL = (
    "Wij zijn ter plaatse gegaan en hebben met iedereen gesproken. Het was rustig toen wij om 21:15 uur weggingen."
)


def found_in(redactor, people, before, text, behind):
    spans = redactor.redact_one(before + text + behind, source="W", people=people).spans
    at = len(before)  # a sentence that goes takes the space behind it along
    return {(span.start - at, min(span.end - at, len(text)), span.rule, span.action) for span in spans}


@pytest.mark.parametrize("people", [FAMILY, HIDDEN], ids=["known", "hidden"])
def test_a_neutral_paragraph_changes_nothing_of_what_is_found_beside_it(redactor, people):
    """But in texts without a capital, or of capitals alone: there a paragraph with capitals tells of all of them."""
    cased = {text for text in SENTENCES if not text.isupper() and not text.islower()}
    changed = []
    for text in sorted(cased | {text.rstrip(".") for text in cased}):
        alone = found_in(redactor, people, "", text, "")
        below = found_in(redactor, people, f"{NEUTRAL}\n\n", text, "")
        above = found_in(redactor, people, "", text, f"\n\n{NEUTRAL}")
        if not alone == below == above:
            changed.append(text)
    assert not changed


@quick
@given(texts, st.text(alphabet="0123456789", min_size=8, max_size=12))
def test_a_long_number_never_stays(redactor, text, digits):
    done = redactor.redact_one(f"{text} tel 06{digits} en verder niets.", source="W", people=FAMILY)
    assert f"06{digits}" not in (done.text or "")


@pytest.fixture(scope="module")
def stricter(policy):
    rule = dataclasses.replace(policy.rules["tactical"], id="more", words=("bloed", "sloeg"), patterns=())
    return Redactor(dataclasses.replace(policy, rules={**policy.rules, "more": rule}))


@quick
@given(texts)
def test_another_rule_never_reveals_more(redactor, stricter, text):
    before = redactor.redact_one(text, source="W", people=FAMILY)
    after = stricter.redact_one(text, source="W", people=FAMILY)
    gone = {i for s in before.spans if s.action != "doubt" for i in range(s.start, s.end)}
    assert gone <= {i for s in after.spans if s.action != "doubt" for i in range(s.start, s.end)}


def test_the_same_person_bears_the_same_token_in_every_text(redactor):
    masks = ReportMasks(FAMILY)
    first = redactor.redact_one("Getuige Karel van den Berg zag Piet Hendriks.", source="W", masks=masks).text
    second = redactor.redact_one("Hendriks sprak met Karel en met Sjaan.", source="V", masks=masks).text
    assert first == "Getuige [getuige 1] zag [derde 1]."
    assert second == "[derde 1] sprak met [getuige 1] en met [derde 2]."


def test_spans_that_overlap_become_one():
    joined = settle([Span(0, 5, "a", "a", "mask"), Span(3, 9, "b", "b", "drop"), Span(10, 11, "c", "c", "mask")])
    assert [(s.start, s.end) for s in joined] == [(0, 9), (10, 11)]
    assert joined[0].action == "drop"


@pytest.mark.parametrize(
    ("one", "other", "far"), [("anna", "anne", 1), ("naima", "niama", 1), ("abc", "abcdef", 3), ("kok", "bakker", 3)]
)
def test_distance(one, other, far):
    assert distance(one, other, 2) == far


def test_a_redactor_is_rebuilt_where_it_is_sent(redactor):
    again = pickle.loads(pickle.dumps(redactor))
    assert again.redact_one("Piet sloeg.", source="W", people=FAMILY).text == "[derde 1] sloeg."
