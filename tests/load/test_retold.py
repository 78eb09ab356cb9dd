"""What a standing report says of danger that comes with what it carries, or goes with it."""

from datetime import date

import pytest

from pipeline.load.retold import _urgency, _with_danger
from pipeline.policy.triage import read_triage

FIELDS = read_triage(date(2026, 11, 22))
GENERAL = {"step": "general", "field": "suspicion", "value": "01"}
OWN, MILD = ({"field": field, "value": "yes"} for field in ("stalking", "injury"))


@pytest.mark.parametrize(
    ("told", "changed", "gone", "fields", "urgency"),
    [
        ([MILD, GENERAL], ["acute"], False, ["suspicion", "acute_danger", "injury"], "within_24_hours"),
        (
            [GENERAL, OWN],
            ["weapon", "acute"],
            False,
            ["suspicion", "acute_danger", "weapon", "stalking"],
            "within_24_hours",
        ),
        ([GENERAL, OWN], ["stalking"], False, ["suspicion", "stalking"], "within_24_hours"),
        ([GENERAL, OWN, MILD], ["stalking"], True, ["suspicion", "injury"], "within_5_working_days"),
        ([GENERAL, {"field": "weapon"}, OWN], ["weapon"], True, ["suspicion", "stalking"], "within_24_hours"),
        ([], ["injured_child"], False, ["injured_child"], "within_24_hours"),
    ],
)
def test_triage_and_urgency_follow_the_signals(told, changed, gone, fields, urgency):
    triage = _with_danger(told, dict.fromkeys(changed, "carried"), FIELDS, gone=gone)
    assert [entry["field"] for entry in triage] == fields
    assert _urgency(triage, FIELDS) == urgency


@pytest.mark.parametrize(("known_from", "origin"), [("ticked", "officer"), ("text", "text"), ("carried", "carried")])
def test_a_signal_that_came_says_where_it_came_from(known_from, origin):
    (entry,) = _with_danger([], {"escalation": known_from}, FIELDS, gone=False)
    assert (entry["field"], entry["origin"]) == ("escalation_ticked", origin)
