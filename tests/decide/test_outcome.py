from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.decide.outcome import decide
from pipeline.policy.rules import read_rules
from pipeline.screen.gates import FINDING

NIGHT = date(2026, 11, 22)
RULES = read_rules()
DETAILED = [f"{gate.id}:detail" for gate in RULES.gates[::4]]
REASONS = [gate.id for gate in RULES.gates] + [*DETAILED, "unreadable:alcohol", "ambiguous_time:known_at"]
rows = st.integers(0, 6)  # the last is none of those that are decided
found = st.lists(st.tuples(rows, st.sampled_from(REASONS)), max_size=25)


def decided(findings: list[tuple[int, str]]) -> dict[int, tuple[str, list[str]]]:
    frame = pl.DataFrame(findings, schema=FINDING, orient="row")
    result = decide(pl.Series("row", range(6), dtype=pl.Int64), frame, RULES, NIGHT)
    return {row: (outcome, reasons) for row, outcome, reasons in result.iter_rows()}


@settings(max_examples=150, deadline=None)
@given(found)
def test_one_outcome_each_with_every_reason(findings):
    result = decided(findings)
    assert sorted(result) == list(range(6))
    for row, (outcome, reasons) in result.items():
        given_reasons = {reason for found_row, reason in findings if found_row == row}
        named = {reason.split(":")[0] for reason in given_reasons}
        assert given_reasons == set(reasons) - ({"well_founded"} - given_reasons)
        gates = [gate for gate in RULES.gates if gate.id in named]
        assert outcome == (gates[0].outcome if gates else "forward")
        assert reasons[0].split(":")[0] == (gates[0].id if gates else "well_founded")


@settings(max_examples=80, deadline=None)
@given(found, st.randoms())
def test_order_does_not_matter(findings, random):
    shuffled = findings.copy()
    random.shuffle(shuffled)
    assert decided(shuffled) == decided(findings + shuffled)


@settings(max_examples=80, deadline=None)
@given(found, st.tuples(rows, st.sampled_from(REASONS)))
def test_another_finding_never_forwards_more(findings, another):
    def forwarded(result: dict) -> set[int]:
        return {row for row, (outcome, _) in result.items() if outcome == "forward"}

    assert forwarded(decided([*findings, another])) <= forwarded(decided(findings))
