"""Rules in versions: each night has the one that counted, and no night has two."""

from datetime import date

import pytest

from pipeline.errors import PolicyError
from pipeline.policy import reason_words
from pipeline.policy.rules import read_rules
from pipeline.policy.versions import version_on

GATE = """
[[gate]]
id = "embargo"
outcome = "{outcome}"
flag = "embargo"
{days}
source = "{source}"
words.nl = "a"
words.en = "b"
"""
ELEMENT = """
[[element]]
id = "{id}"
action = "{action}"
columns = ["person.bsn"]
{days}
source = "x"
words.nl = "a"
words.en = "b"
"""
BEFORE = "effective_from = 2015-01-01\neffective_until = 2026-06-30"
SINCE = "effective_from = 2026-07-01"


def gates(tmp_path, until=BEFORE):
    versions = (("hold", until, "old law"), ("withhold", SINCE, "new law"))
    told = "".join(GATE.format(outcome=outcome, days=days, source=source) for outcome, days, source in versions)
    (tmp_path / "gates.toml").write_text(told)
    return read_rules(tmp_path)


@pytest.mark.parametrize(
    ("night", "outcome", "source"),
    [
        (date(2014, 12, 31), "hold", "old law"),
        (date(2026, 6, 30), "hold", "old law"),
        (date(2026, 7, 1), "withhold", "new law"),
        (date(2030, 1, 1), "withhold", "new law"),
    ],
)
def test_a_gate_is_told_as_it_was_on_the_night(tmp_path, monkeypatch, night, outcome, source):
    rules = gates(tmp_path)
    assert [gate.outcome for gate in rules.gates_on(night)] == [outcome]
    assert rules.gate("embargo", night).outcome == outcome
    monkeypatch.setattr(reason_words, "read_rules", lambda: rules)
    assert reason_words.tell_reason("embargo", night).source == source


def test_of_what_counts_no_more_the_last_version_is_told(tmp_path):
    ended = gates(tmp_path).gates[0]
    assert version_on([ended], date(2030, 1, 1)) is ended
    assert version_on([], date(2030, 1, 1)) is None


def test_no_gate_stands_twice_on_a_night(tmp_path):
    with pytest.raises(PolicyError, match="embargo stands twice"):
        gates(tmp_path, until="effective_from = 2015-01-01\neffective_until = 2026-07-01")
    with pytest.raises(PolicyError, match="embargo stands twice"):
        gates(tmp_path, until="effective_from = 2015-01-01")


def elements(tmp_path, until):
    versions = (("bsn", "drop", until), ("number", "share", SINCE))
    told = "".join(ELEMENT.format(id=name, action=action, days=days) for name, action, days in versions)
    (tmp_path / "elements.toml").write_text(told)
    return read_rules(tmp_path)


def test_a_column_has_one_element_on_a_night(tmp_path):
    rules = elements(tmp_path, BEFORE)
    assert rules.elements_on(date(2026, 6, 30))["person.bsn"].action == "drop"
    assert rules.elements_on(date(2026, 7, 1))["person.bsn"].action == "share"


def test_a_column_that_two_elements_govern_on_a_night_is_refused(tmp_path):
    with pytest.raises(PolicyError, match=r"person\.bsn stands twice"):
        elements(tmp_path, "effective_from = 2015-01-01")


FIRST_DECIDES = [
    ("reject", {"rejected"}),
    ("hold", {"contents_changed"}),
    ("duplicate", {"already_received"}),
    ("withhold", {"retracted", "retracted_later"}),
    ("withhold", {"removed", "too_old"}),
    ("withhold", {"forbidden_regime"}),
    ("duplicate", {"superseded"}),
    ("hold", {"unknown_regime", "retraction_unknown", "removal_unknown"}),
    ("hold", {"embargo", "embargo_unknown", "shielded", "shielding_unknown", "running_investigation"}),
    ("elsewhere", {"out_of_scope"}),
    ("hold", {"agreement_not_in_force"}),
    ("hold", {"kind_unknown", "marked_outside_dependency", "unmarked_dependency"}),
    ("hold", {"poorly_founded_in_danger"}),
    ("return", {"poorly_founded"}),
    ("hold", {"secret_address", "unroutable", "danger_unread", "text_doubt", "text_unread"}),
    ("hold", {"secret_set_aside", "secret_elsewhere", "carrier_withdrawn"}),
    ("duplicate", {"same_event"}),
    ("forward", {"well_founded"}),
]
"""The order of the contract (CONTRACT.md section 2), with what each becomes; what stands together becomes the same."""
TWO_PERSONS = FIRST_DECIDES[7][1] | FIRST_DECIDES[8][1] | {"agreement_not_in_force"}


@pytest.mark.parametrize(
    "rule",
    [
        ELEMENT.format(id="bsn", action="conditional", days=SINCE),
        ELEMENT.format(id="bsn", action="share", days='needs = ["agreed"]\n' + SINCE),
        ELEMENT.format(id="bsn", action="conditional", days='needs = ["agred"]\n' + SINCE),
    ],
)
def test_a_condition_that_was_lost_or_misspelt_is_refused(tmp_path, rule):
    (tmp_path / "elements.toml").write_text(rule)
    with pytest.raises(PolicyError, match=r"elements\.toml: element bsn"):
        read_rules(tmp_path)


def test_the_gates_that_ship_decide_in_the_order_of_the_contract():
    gates = read_rules().gates_on(date(2026, 11, 22))
    expected = [(outcome, name) for outcome, names in FIRST_DECIDES for name in names]
    rank = {name: place for place, (_, names) in enumerate(FIRST_DECIDES) for name in names}
    assert {(gate.outcome, gate.id) for gate in gates} == set(expected)
    assert [rank[gate.id] for gate in gates] == sorted(rank.values())


def test_what_the_law_leaves_in_doubt_takes_two_persons_and_nothing_else_does():
    gates = read_rules().gates_on(date(2026, 11, 22))
    assert {gate.id for gate in gates if gate.doubt is not None} == TWO_PERSONS
