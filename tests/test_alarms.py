"""A unit whose night is unlike its past is seen on that night, and one that only varies is not."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest

from pipeline import returns_steps
from pipeline.alarms import NOTHING_FORWARDED, band, judge_night, raise_alarms, read_alarms
from pipeline.errors import PolicyError
from pipeline.load.database import transaction
from pipeline.policy.alarms import parse_alarm_policy, read_alarm_policy

NIGHT = date(2026, 11, 22)
POLICY = read_alarm_policy()
USUAL = {"forward": 14, "return": 5, "hold": 3, "withhold": 1}


def alarms(tonight, past=None, policy=POLICY):
    past = [USUAL] * 14 if past is None else past
    return {alarm.measure for alarm in judge_night("RE06", NIGHT, tonight, past, policy)}


@pytest.mark.parametrize(
    ("tonight", "measures"),
    [
        ({"withhold": 23}, {"withhold", "forward", "return", NOTHING_FORWARDED} - {"return"}),
        ({"forward": 2, "return": 21}, {"forward", "return"}),
        (USUAL, set()),
        ({"forward": 12, "return": 6, "hold": 4, "withhold": 2}, set()),
        ({"withhold": 7}, set()),  # too few to say anything
    ],
)
def test_what_leaves_the_band(tonight, measures):
    assert alarms(tonight) == measures


def test_without_a_past_only_a_night_of_nothing_alarms():
    assert alarms({"withhold": 23}, past=[USUAL] * 3) == {NOTHING_FORWARDED}
    assert alarms({"forward": 1, "withhold": 22}, past=[]) == set()
    assert alarms({"withhold": 23}, past=[{"forward": 2}] * 30) == {NOTHING_FORWARDED}, "small nights are no past"


def test_one_bad_night_of_the_past_does_not_widen_the_band():
    usual = [0.6] * 13
    assert band([*usual, 0.0], 23, POLICY) == band(usual, 23, POLICY)


def test_chance_alone_seldom_alarms():
    """Ten units for a year: less than one night a month with an alarm among all of them."""
    drawn = random.Random(3)
    nights = [
        {name: sum(drawn.random() < 0.6 for _ in range(23)) if name == "forward" else 0 for name in ("forward", "hold")}
        for _ in range(3650)
    ]
    nights = [{"forward": n["forward"], "hold": 23 - n["forward"]} for n in nights]
    raised = sum(bool(alarms(nights[at], nights[at - 28 : at])) for at in range(28, len(nights)))
    assert raised < 12


@pytest.mark.parametrize(
    "text", ["", 'measures = ["x"]', "version = ", 'version = "1"\nmeasures = ["forward"]\nlook_back_nights = 1']
)
def test_a_wrong_policy_is_refused(text):
    with pytest.raises(PolicyError, match=r"alarms\.toml"):
        parse_alarm_policy(text)


def test_a_unit_whose_everything_is_suddenly_withheld_alarms_on_the_first_night(database):
    with transaction(database, "test") as given:
        for back in range(10):
            write_night(given, "RE06", NIGHT - timedelta(days=back), {"withhold": 20} if back == 0 else USUAL)
            write_night(given, "RE01", NIGHT - timedelta(days=back), USUAL)
        raised = raise_alarms(given, NIGHT, ["RE01", "RE06", "RE09"])
        assert {(alarm.unit, alarm.measure) for alarm in raised} == {
            ("RE06", measure) for measure in ("forward", "withhold", NOTHING_FORWARDED)
        }
        said = [returns_steps._sentence(alarm) for alarm in raised]
        assert all(re.fullmatch(r"RE06 2026-11-22: .*\. / RE06 2026-11-22: .*\.", sentence) for sentence in said)
        assert sum("gewoonlijk" in sentence and "usually" in sentence for sentence in said) == 2
        assert raise_alarms(given, NIGHT, ["RE01", "RE06"]) == raised, "twice is once"
        assert sorted(read_alarms(given, NIGHT, "RE06"), key=str) == sorted(raised, key=str)
        assert read_alarms(given, NIGHT, "RE01") == []
        assert raise_alarms(given, NIGHT - timedelta(days=1), ["RE06"]) == []


def write_night(given, unit, night, counts):
    """A loaded export with so many outcomes of each kind."""
    given.execute(
        "INSERT INTO intake.export (unit, night, export_id, channel, state, manifest_digest, dialect,"
        " agreement_version, policy_version, received, receipt)"
        " VALUES (%s, %s, 'x', 'nightly', 'loaded', '', 'jsonl', '1', '1', %s, '{}')",
        (unit, night, sum(counts.values())),
    )
    outcomes = [outcome for outcome, count in counts.items() for _ in range(count)]
    for row, outcome in enumerate(outcomes):
        given.execute(
            "INSERT INTO intake.outcome (unit, night, export_id, row, registration_number, version, outcome, reasons,"
            " regions, policy_version) VALUES (%s, %s, 'x', %s, %s, 1, %s, '{x}', %s, '1')",
            (unit, night, row, f"PL-{night}-{row}", outcome, ["VT09"] if outcome == "forward" else []),
        )
