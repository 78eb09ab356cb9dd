from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.decide.criteria import score_criteria
from pipeline.decide.outcome import decide
from pipeline.errors import PolicyError
from pipeline.impact.rejudge import rejudge
from pipeline.policy.rules import read_rules
from pipeline.policy.suites import read_suite
from tests.impact.kept import CRITERIA, NIGHT, agreement, criteria, governing, kept, poor

SECRET = {
    "outcome": "hold",
    "reasons": ["secret_address"],
    "regions": [],
    "routed_regions": [],
    "route_reasons": ["secret_address"],
}


def outcomes(rows, after, before=None):
    found = rejudge(kept(*rows), before or governing(), after, NIGHT)
    return list(found.select("to_outcome", "to_regions").iter_rows())


def gates(order=None, **changed):
    found = [replace(gate, **changed.get(gate.id, {})) for gate in read_rules().gates]
    if order:
        found.sort(key=lambda gate: gate.id not in order)
    return replace(read_rules(), gates=tuple(found))


@pytest.mark.parametrize(
    ("row", "after", "outcome", "regions"),
    [
        ({}, governing(), "forward", ["VT09"]),
        ({}, governing(agreed=False), "hold", ["VT09"]),
        (poor("contact_reachable"), governing(agreed=False), "hold", ["VT09"]),
        ({"outcome": "elsewhere", "reasons": ["out_of_scope"]}, governing(agreed=False), "elsewhere", ["VT09"]),
        (poor("contact_reachable"), governing(criteria=criteria(contact_reachable={"blocking": False})), "forward", ["VT09"]),
        ({"gaps": ["children_answered"]}, governing(criteria=criteria(children_answered={"blocking": True})), "return", ["VT09"]),
        ({"gaps": ["children_answered"], "in_danger": True}, governing(criteria=criteria(children_answered={"blocking": True})), "hold", ["VT09"]),
        (poor("suspicion_coded", "contact_reachable"), governing(criteria=criteria(contact_reachable={"blocking": False})), "return", ["VT09"]),
        (SECRET, governing(agreement=agreement(secret_address_region="VT11")), "forward", ["VT11"]),
        (SECRET, governing(), "hold", []),
        (
            {"outcome": "hold", "reasons": ["removal_unknown"], "removed": None},
            governing(agreement=agreement(leaves_empty=agreement().leaves_empty | {"removed"})), "hold", ["VT09"],
        ),
        ({"outcome": "hold", "reasons": ["embargo"], "embargo": True}, governing(rules=gates(embargo={"outcome": "withhold"})), "withhold", ["VT09"]),
        ({"acute": True}, governing(rules=gates(shielded={"flag": "acute"})), "hold", ["VT09"]),
        (
            {"outcome": "hold", "reasons": ["embargo", "poorly_founded"], "gaps": ["contact_reachable"]},
            governing(rules=gates(order={"poorly_founded"})), "return", ["VT09"],
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_a_registration_under_a_change(row, after, outcome, regions):
    assert outcomes([row], after) == [(outcome, regions)]


def test_what_the_system_is_said_to_leave_empty_is_no_doubt_any_more_unless_it_could_not_be_read():
    before = governing(agreement=agreement(leaves_empty=frozenset()))
    doubtful = {"outcome": "hold", "reasons": ["removal_unknown"], "removed": None}
    unreadable = doubtful | {"reasons": ["removal_unknown", "unreadable:removed"]}
    after = governing(agreement=agreement(leaves_empty=frozenset({"removed"})))
    assert [outcome for outcome, _ in outcomes([doubtful, unreadable], after, before)] == ["forward", "hold"]


def test_a_region_for_secret_addresses_taken_away_sends_them_to_the_desk():
    before = governing(agreement=agreement(secret_address_region="VT11"))
    secret = {"regions": ["VT11"], "routed_regions": ["VT11"], "route_reasons": ["secret_address"]}
    assert outcomes([secret, {}], governing(), before) == [("hold", []), ("forward", ["VT09"])]
    moved = governing(agreement=agreement(secret_address_region="VT10"))
    assert outcomes([secret], moved, before) == [("forward", ["VT10"])]


def test_nights_kept_before_the_routing_was_kept_are_judged_by_what_was_forwarded():
    older = kept({}, poor("contact_reachable")).drop("routed_regions", "routed_by", "route_reasons")
    after = governing(criteria=criteria(contact_reachable={"blocking": False}))
    assert rejudge(older, governing(), after, NIGHT).get_column("to_regions").to_list() == [["VT09"], []]


def test_a_criterion_over_a_fact_that_is_not_kept_is_refused():
    suite = criteria(reason_given={"kwargs": {"column": "weather", "value_set": [True]}})
    with pytest.raises(PolicyError, match="weather"):
        rejudge(kept({}), governing(), governing(criteria=suite), NIGHT)


def test_a_criterion_that_begins_later_does_not_count_before():
    later = criteria(children_answered={"blocking": True, "effective_from": date(2026, 12, 1)})
    before = criteria(children_answered={"effective_from": date(2026, 12, 1)})
    rows = kept({"gaps": ["children_answered"]})
    assert rejudge(rows, governing(criteria=before), governing(criteria=later), NIGHT)["to_outcome"].to_list() == [
        "forward"
    ]


facts = st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in CRITERIA})
changes = st.dictionaries(
    st.sampled_from(CRITERIA),
    st.fixed_dictionaries({"blocking": st.booleans(), "weight": st.integers(0, 20)}),
    max_size=4,
)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    st.lists(facts, min_size=1, max_size=5),
    changes,
    st.sampled_from([(), ("both_sides",), ("routes", "act_described")]),
)
def test_only_the_changed_criteria_anew_gives_what_judging_all_of_them_gives(rows, changed, gone):
    after = criteria(**changed)
    after = replace(after, rules=tuple(rule for rule in after.rules if rule.name not in gone))
    judged = _judged(kept(*rows), read_suite("well_founded"))
    again = rejudge(judged, governing(), governing(criteria=after), NIGHT)
    whole = _judged(kept(*rows), after)
    assert again["to_outcome"].to_list() == whole["outcome"].to_list()
    assert again["to_score"].to_list() == whole["substantiation_score"].to_list()
    assert [set(gaps) for gaps in again["to_gaps"]] == [set(gaps) for gaps in whole["gaps"]]


def _judged(rows, suite):
    """Judge whole, as a night does."""
    missed = {rule.name: rows.select(~pl.col(rule.name).fill_null(value=False)).to_series() for rule in suite.rules}
    lines = []
    for place in range(len(rows)):
        gaps = [rule for rule in suite.rules if missed[rule.name][place]]
        total, weight = sum(rule.weight for rule in suite.rules), sum(rule.weight for rule in gaps)
        lines.append(
            (place, round(100 - weight * 100 / max(total, 1)), [g.name for g in gaps], any(g.blocking for g in gaps))
        )
    poorly = [(row, "poorly_founded") for row, _, _, blocking in lines if blocking]
    findings = pl.DataFrame(poorly, schema={"row": pl.Int64, "reason": pl.String}, orient="row")
    decision = decide(rows["row"], findings, read_rules(), NIGHT)
    return rows.with_columns(
        decision["outcome"], decision["reasons"],
        pl.Series("substantiation_score", [line[1] for line in lines]),
        pl.Series("gaps", [line[2] for line in lines], dtype=pl.List(pl.String)),
    )  # fmt: skip


def test_a_changed_test_is_judged_by_the_library_as_a_night_does():
    rows = kept(*({"reason_given": answer} for answer in (True, False, None)))
    other = {"kwargs": {"column": "reason_given", "value_set": [False]}, "blocking": True}
    again = rejudge(rows, governing(), governing(criteria=criteria(reason_given=other)), NIGHT)
    assert again["to_outcome"].to_list() == ["return", "forward", "return"]
    scores, _ = score_criteria(rows, NIGHT)
    assert scores["substantiation_score"].to_list() == [100, 98, 98]
