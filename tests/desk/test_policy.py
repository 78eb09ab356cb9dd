"""Clocks and roles as policy."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipeline.errors import PolicyError
from pipeline.load import desk_items
from pipeline.load.intake import ExportKey
from pipeline.policy.desk import read_desk_policy

CLOCK = "[[clock]]\neffective_from = {day}\ndanger_minutes = {danger}\nother_minutes = 1440\n"
FIRST = 'danger_first = ["unread", "acute", "strangulation", "weapon", "injured_child", "stalking", "escalation"]\n'
HEAD = 'version = "x"\nowner = "y"\nsource = "z"\n' + FIRST
ROLE = '[[role]]\nname = "user"\nmay = ["{may}"]\nwords = {{ nl = "a", en = "b" }}\n'


def written(tmp_path, text):
    file = tmp_path / "desk.toml"
    file.write_text(text)
    return read_desk_policy(file)


def test_danger_waits_an_hour_and_the_rest_a_day():
    clock = read_desk_policy().clock_on(date(2026, 11, 24))
    assert clock.allows(danger=True) == timedelta(hours=1)
    assert clock.allows(danger=False) == timedelta(hours=24)


@pytest.mark.parametrize(("day", "minutes"), [(date(2026, 1, 1), 60), (date(2026, 6, 1), 30), (date(2014, 1, 1), 60)])
def test_the_clock_in_force_counts(tmp_path, day, minutes):
    clocks = CLOCK.format(day="2026-06-01", danger=30) + CLOCK.format(day="2015-01-01", danger=60)
    policy = written(tmp_path, HEAD + clocks + ROLE.format(may="list"))
    assert policy.clock_on(day).allows(danger=True) == timedelta(minutes=minutes)


def test_the_clock_is_of_the_day_that_it_is_at_the_desk(tmp_path, monkeypatch):
    clocks = CLOCK.format(day="2015-01-01", danger=60) + CLOCK.format(day="2026-06-01", danger=30)
    policy = written(tmp_path, HEAD + clocks + ROLE.format(may="list"))
    monkeypatch.setattr(desk_items, "read_desk_policy", lambda: policy)
    rejected = pl.DataFrame({"row": [1], "danger": [True], "payload": ["x"]})
    key = ExportKey("RE06", date(2026, 5, 31), "x")
    for hour, minutes in ((21, 60), (22, 30)):  # 22:00 UTC is midnight in summer
        at = datetime(2026, 5, 31, hour, tzinfo=UTC)
        held = desk_items.reject_holds(rejected, key, b"k" * 32, at)
        assert (held["due"] - held["since"]).to_list() == [timedelta(minutes=minutes)]


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("viewer", {"list"}),
        ("user", {"list", "open", "decide"}),
        ("op", {"list"}),
        ("admin", {"list"}),
        ("guest", set()),
        (None, set()),
    ],
)
def test_who_needs_no_contents_sees_none(role, rights):
    assert {right for right in ("list", "open", "decide") if read_desk_policy().may(role, right)} == rights


@pytest.mark.parametrize(
    "text",
    [
        HEAD + ROLE.format(may="list"),
        HEAD + CLOCK.format(day="2026-01-01", danger=0) + ROLE.format(may="list"),
        HEAD + CLOCK.format(day="2026-01-01", danger=60) + ROLE.format(may="fly"),
        HEAD + CLOCK.format(day="2026-01-01", danger=60) + ROLE.format(may="list") * 2,
        HEAD + 'more = "x"\n' + CLOCK.format(day="2026-01-01", danger=60) + ROLE.format(may="list"),
        HEAD.replace('"weapon", ', "") + CLOCK.format(day="2026-01-01", danger=60) + ROLE.format(may="list"),
        HEAD.replace('"weapon"', '"weapon", "fire"')
        + CLOCK.format(day="2026-01-01", danger=60)
        + ROLE.format(may="list"),
        HEAD.replace('"weapon"', '"acute"') + CLOCK.format(day="2026-01-01", danger=60) + ROLE.format(may="list"),
        "version = ",
    ],
)
def test_a_policy_that_cannot_be_right_is_refused_by_name(tmp_path, text):
    with pytest.raises(PolicyError, match=r"desk\.toml"):
        written(tmp_path, text)
