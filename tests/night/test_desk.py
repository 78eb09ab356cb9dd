"""The release desk over a real night: who may release what, and what becomes of it."""

from __future__ import annotations

import pytest

from pipeline import desk_steps
from pipeline.desk.decisions import Decision, decide, needs_four_eyes
from pipeline.desk.queue import count_held, find_item, list_held, view
from pipeline.errors import DecisionRefused, UsageError
from pipeline.load.database import query, transaction
from pipeline.night import run_night
from pipeline.policy.rules import read_rules
from pipeline.settings import read_key
from tests.night.conftest import NIGHT

RULES = read_rules()


@pytest.fixture
def desk(ran):
    return ran[0]


def waiting(settings, test):
    with transaction(settings.dsn, "desk") as cursor:
        return next(item for item in list_held(cursor, limit=1000) if test(item))


def outcome(settings, item):
    with transaction(settings.dsn, "desk") as cursor:
        return query(
            cursor,
            "SELECT outcome, decided_by FROM intake.outcome WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
            (*item.key.values(), item.row),
        )[0]


def test_danger_comes_first_and_every_view_is_noted(desk):
    with transaction(desk.dsn, "desk") as cursor:
        items = list_held(cursor, limit=1000)
        assert [item.danger for item in items] == sorted((item.danger for item in items), reverse=True)
        assert count_held(cursor)["open"] == len(items)
        item = items[0]
        contents = view(cursor, item, "ada", read_key(desk))
        assert contents.registration.get_column("registration_number").to_list() == [item.registration_number]
        assert query(cursor, "SELECT account FROM intake.desk_view") == [("ada",)]
        with pytest.raises(UsageError):
            find_item(cursor, "PL9999-2026999999")


def test_a_release_is_loaded_disclosed_and_stands_when_the_night_is_run_again(desk):
    item = waiting(desk, lambda item: item.outcome == "hold" and not needs_four_eyes(item, RULES))
    assert desk_steps.decide_at_desk(item.name, None, Decision("release", "ada", -1, regions=("VT09",)), desk)
    run_night(desk, NIGHT)
    assert outcome(desk, item) == ("forward", "desk")
    with transaction(desk.dsn, "desk") as cursor:
        key = (item.unit, item.registration_number, item.version)
        for table in ("vt_09.report", "intake.ledger"):
            assert query(
                cursor, f"SELECT count(*) FROM {table} WHERE (unit, registration_number, version) = (%s, %s, %s)", key
            ) == [(1,)]
        with pytest.raises(UsageError):
            find_item(cursor, item.name)


def test_a_legal_doubt_takes_two_different_persons(desk):
    item = waiting(desk, lambda item: item.outcome == "hold" and needs_four_eyes(item, RULES))
    release = {"kind": "release", "lock": -1, "regions": ("VT09",)}
    assert not desk_steps.decide_at_desk(item.name, None, Decision(account="ada", **release), desk)
    with pytest.raises(DecisionRefused, match="twee"):
        desk_steps.decide_at_desk(item.name, None, Decision(account="ada", **release), desk)
    assert outcome(desk, item)[0] == "hold"
    assert desk_steps.decide_at_desk(item.name, None, Decision(account="bob", **release), desk)
    assert outcome(desk, item) == ("forward", "desk")


def test_a_question_to_the_unit_leaves_what_is_in_danger_on_the_desk(desk):
    item = waiting(desk, lambda item: item.danger and item.outcome == "hold")
    ask = Decision("return", "ada", -1, comment="Wie is het kind?")
    assert not desk_steps.decide_at_desk(item.name, None, ask, desk)
    assert outcome(desk, item)[0] == "hold"
    calm = waiting(desk, lambda item: not item.danger)
    assert desk_steps.decide_at_desk(calm.name, None, ask, desk)
    assert outcome(desk, calm) == ("return", "desk")


@pytest.mark.parametrize(
    "decision",
    [
        Decision("release", "ada", 0),
        Decision("release", "ada", 99, regions=("VT09",)),
        Decision("return", "ada", 0, comment=" "),
        Decision("burn", "ada", 0),
    ],
)
def test_what_is_not_allowed_is_refused_and_changes_nothing(desk, decision):
    item = waiting(desk, lambda item: item.outcome == "hold")
    with pytest.raises(DecisionRefused), transaction(desk.dsn, "desk") as cursor:
        decide(cursor, item, decision, RULES)
    assert waiting(desk, lambda other: other.name == item.name).lock == 0
