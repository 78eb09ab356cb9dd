"""What was received before, as the next export and the one beside it have to know."""

from datetime import timedelta

import polars as pl
import pytest

from pipeline.load import intake
from pipeline.load.database import query
from pipeline.load.intake import ExportKey
from tests.builders import registrations
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER

TONIGHT = NIGHT + timedelta(days=1)
KEY = ExportKey("RE06", TONIGHT, "e2")


FACTS = {
    **{"channel": "nightly", "manifest_digest": "d1", "dialect": "jsonl", "agreement_version": "1"},
    **{"policy_version": "p1", "received": 3, "receipt": {"rows": 3}},
}


def received(once, contents="a", channel="nightly", **what):
    staging.outcome(once, NUMBER, **{"became": "return"} | what)
    with once.cursor() as cursor:
        cursor.execute("UPDATE intake.outcome SET content_hash = %s WHERE content_hash IS NULL", (contents,))
        cursor.execute("UPDATE intake.export SET channel = %s", (channel,))


def known(once, channel="nightly", **arrives):
    one = registrations({"registration_number": NUMBER, "version": 2, "content_hash": "a"} | arrives)
    with once.cursor() as cursor:
        return intake.known_versions(cursor, KEY, one, channel).drop("row").rows()


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ({"version": 2}, [(True, 2, None)]),
        ({"version": 2, "contents": "b"}, [(False, 2, None)]),
        ({"version": 1}, [(None, 1, None)]),
        ({"version": 3}, [(None, 3, None)]),
        ({"version": 3, "became": "withhold", "reasons": ["retracted"]}, [(None, None, 3)]),
        ({"version": 2, "became": "reject"}, []),
        ({"version": 2, "became": "duplicate", "reasons": ["already_received"]}, []),
        ({"version": 2, "became": "duplicate", "reasons": ["superseded"]}, [(True, 2, None)]),
        ({"version": 2, "unit": "RE07"}, []),
        ({"version": 2, "state": "decided"}, []),
        ({"version": 2, "state": "decided", "night": TONIGHT}, []),  # one that stood in the folder before
        ({"version": 2, "state": "decided", "night": TONIGHT, "channel": "urgent"}, [(True, 2, None)]),
        ({"version": 2, "state": "running", "night": TONIGHT, "channel": "urgent"}, []),
    ],
)
def test_what_is_known_of_a_version_that_arrives(once, before, told):
    received(once, **before)
    assert known(once) == told


def test_of_an_export_that_comes_again_its_own_rows_are_no_past(once):
    received(once, version=2, night=TONIGHT)
    with once.cursor() as cursor:
        one = registrations({"registration_number": NUMBER, "version": 2, "content_hash": "a"})
        assert intake.known_versions(cursor, ExportKey("RE06", TONIGHT, "e1"), one).is_empty()
        assert intake.earlier_messages(cursor, ExportKey("RE06", TONIGHT, "e1"), [NUMBER]) == {}
        assert intake.earlier_messages(cursor, KEY, [NUMBER]) == {NUMBER: [(2, "a")]}


def test_of_copies_with_other_contents_each_was_received(once):
    received(once, "a", version=2)
    received(once, "b", version=2)
    assert known(once) == known(once, content_hash="b") == [(True, 2, None)]
    assert known(once, content_hash="c") == [(False, 2, None)]


def test_the_messages_of_a_number_that_came_before_oldest_first(once):
    received(once, "b", version=2, night=NIGHT + timedelta(days=2))
    received(once, "a", version=1)
    received(once, "c", version=1, unit="RE07")
    received(once, "d", version=3, night=NIGHT - timedelta(days=1), state="decided")
    staging.outcome(once, NUMBER, version=4, became="reject")  # it has no contents
    with once.cursor() as cursor:
        assert intake.earlier_messages(cursor, KEY, [NUMBER, "another"]) == {NUMBER: [(1, "a"), (2, "b")]}


@pytest.mark.parametrize(
    ("state", "at_hand", "region", "units"),
    [
        ("decided", [], None, ["RE06"]),
        ("decided", [], "VT09", []),  # there it was loaded before the crash
        ("decided", [], "VT10", ["RE06"]),
        ("decided", [], "VT11", []),
        ("decided", [ExportKey("RE06", NIGHT, "e1")], None, []),
        ("loaded", [], None, []),
        ("running", [], None, []),
    ],
)
def test_a_decided_export_that_is_gone_is_missed_where_it_is_not_loaded(once, state, at_hand, region, units):
    staging.stage(once, decide=False)
    staging.outcome(once, NUMBER, regions=["VT09", "VT10"], state=state)
    with once.cursor() as cursor:
        assert intake.undelivered(cursor, NIGHT, at_hand, region) == units
        assert not intake.is_delivered(cursor, ExportKey("RE06", NIGHT, "e1"))
    staging.stage(once, region="VT10", decide=False)
    with once.cursor() as cursor:
        assert intake.is_delivered(cursor, ExportKey("RE06", NIGHT, "e1"))


@pytest.mark.parametrize("decided_by", ["policy", "desk"])
def test_an_export_that_begins_anew_is_as_it_comes_now_but_for_what_a_person_decided(once, decided_by):
    key = ExportKey("RE06", NIGHT, "e1")
    begun = "SELECT channel, state, manifest_digest, dialect, agreement_version, policy_version, received, receipt"
    anew = {
        **{"channel": "urgent", "manifest_digest": "d2", "dialect": "parquet", "agreement_version": "2"},
        **{"policy_version": "p2", "received": 4, "receipt": {"rows": 4}},
    }
    with once.cursor() as cursor:
        intake.begin_export(cursor, key, FACTS)
    staging.outcome(once, NUMBER, became="return", state="running")
    quality = pl.DataFrame({"suite": ["s"], "rule": ["r"], "evaluated": [1], "failed": [0], "unknown": [0]})
    with once.cursor() as cursor:
        cursor.execute("UPDATE intake.outcome SET decided_by = %s", (decided_by,))
        cursor.execute("UPDATE intake.export SET state = 'decided', started_at = '2020-01-01'")
        intake.record_quality(cursor, key, quality)
        intake.begin_export(cursor, key, anew)
        told = anew | {"state": "running"}
        assert query(cursor, f"{begun}, started_at = now() FROM intake.export") == [
            (*(told[name] for name in begun.removeprefix("SELECT ").split(", ")), True)
        ]
        assert query(cursor, "SELECT count(*) FROM intake.outcome") == [(int(decided_by == "desk"),)]
        assert query(cursor, "SELECT FROM intake.quality") == []


FIRST, SECOND = (ExportKey("RE06", NIGHT, f"e{at}") for at in (1, 2))
OTHER = "PL0600-2026000002"


def begin_second(once, channel):
    """Let another export of the unit's night begin; return what is left of the first: state, count, numbers."""
    ours = "export_id = 'e1' AND (unit, night) = ('RE06', '2026-11-22')"
    with once.cursor() as cursor:
        intake.begin_export(cursor, SECOND, FACTS | {"channel": channel})
        kept = query(cursor, f"SELECT registration_number FROM intake.outcome WHERE {ours} ORDER BY row")
        first = f"SELECT state, received, loaded_at IS NOT NULL FROM intake.export WHERE {ours}"
        return query(cursor, first), [number for (number,) in kept]


@pytest.mark.parametrize("state", ["running", "decided"])
@pytest.mark.parametrize(
    ("delivered", "outcome", "by", "reached"),
    [
        ("VT09", "forward", "policy", True),
        ("VT10", "forward", "policy", False),  # where it was to go it never came
        (None, "forward", "policy", False),
        ("VT09", "hold", "policy", False),  # it stands as an earlier night brought it
        (None, "return", "desk", True),
    ],
)
def test_of_an_export_that_was_left_stays_what_reached_its_region(once, state, delivered, outcome, by, reached):
    if delivered:
        staging.stage(once, region=delivered, decide=False)
    regions = ["VT09"] if outcome == "forward" else []
    staging.outcome(once, NUMBER, became=outcome, regions=regions, state=state)
    with once.cursor() as cursor:
        cursor.execute("UPDATE intake.outcome SET decided_by = %s", (by,))
    staging.outcome(once, OTHER, became="hold", state=state)
    for place in ({"night": TONIGHT}, {"unit": "RE07"}):
        staging.outcome(once, OTHER, became="hold", state=state, **place)
    with once.cursor() as cursor:
        assert intake.has_reached(cursor, FIRST) is reached
    assert begin_second(once, "nightly") == (([("loaded", 1, True)], [NUMBER]) if reached else ([], []))
    assert (
        staging.rows(once, "SELECT state FROM intake.export WHERE (unit, night) <> ('RE06', '2026-11-22')")
        == [(state,)] * 2
    )


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [("nightly", "nightly", "loaded"), ("urgent", "nightly", "decided"), ("nightly", "urgent", "decided")],
)
def test_what_was_loaded_or_came_another_way_is_left_alone(once, first, second, state):
    staging.outcome(once, NUMBER, became="hold", state=state)
    with once.cursor() as cursor:
        cursor.execute("UPDATE intake.export SET channel = %s, received = 7", (first,))
    assert begin_second(once, second) == ([(state, 7, False)], [NUMBER])


CARRIED = {"carried_by": "RE07 PL 1", "became": "duplicate"}


@pytest.mark.parametrize(
    ("rows", "speaks"),
    [
        ([{"version": 2, "became": "forward", "regions": ["VT09"]}, {"version": 3}], 1),
        ([CARRIED, {"became": "forward", "regions": ["VT09"]}], 1),
        ([{"night": TONIGHT}, CARRIED], 1),
        ([{"became": "duplicate", "reasons": ["already_received"]}, {"became": "return"}], 1),
        ([{}, {"night": TONIGHT}], 1),
        ([{"night": TONIGHT}, {}], 0),
        ([{}, {"became": "return"}], 0),
    ],
)
def test_which_of_what_was_received_speaks_for_a_registration(once, rows, speaks):
    for at, one in enumerate(rows):
        staging.outcome(once, NUMBER, **{"became": "hold", "version": 2, "gaps": [str(at)]} | one)
    with once.cursor() as cursor:
        first = f"SELECT gaps FROM intake.outcome ORDER BY {intake.SPEAKS} LIMIT 1"
        assert query(cursor, first) == [([str(speaks)],)]


def test_of_two_exports_of_a_night_the_one_that_is_named_last_speaks(once):
    staging.outcome(once, NUMBER, became="hold")
    with once.cursor() as cursor:
        intake.begin_export(cursor, SECOND, FACTS | {"channel": "urgent"})
        again = """(jsonb_populate_record(one, '{"export_id": "e2"}')).*"""
        cursor.execute(f"INSERT INTO intake.outcome SELECT {again} FROM intake.outcome AS one")
        first = f"SELECT export_id FROM intake.outcome ORDER BY {intake.SPEAKS} LIMIT 1"
        assert query(cursor, first) == [("e2",)]


@pytest.mark.parametrize(
    ("exports", "missed"),
    [
        ([("decided", "nightly", 1), ("loaded", "nightly", 2)], []),
        ([("decided", "nightly", 2), ("loaded", "nightly", 1)], ["RE06"]),
        ([("decided", "nightly", 1), ("loaded", "nightly", 1)], []),  # the one that is named last
        ([("loaded", "nightly", 1), ("decided", "urgent", 2)], []),
    ],
)
def test_the_last_nightly_export_is_missed(once, exports, missed):
    with once.cursor() as cursor:
        for at, (state, channel, day) in enumerate(exports):
            key = ExportKey("RE06", NIGHT, f"e{at}")
            intake.begin_export(cursor, key, FACTS | {"channel": "urgent"})  # it leaves the others alone
            intake.set_state(cursor, key, state)
            come = "UPDATE intake.export SET channel = %s, started_at = %s WHERE export_id = %s"
            cursor.execute(come, (channel, NIGHT + timedelta(days=day), key.export_id))
        assert intake.undelivered(cursor, NIGHT, []) == missed
        loaded = "SELECT bool_and((loaded_at IS NOT NULL) = (state = 'loaded')) FROM intake.export"
        assert query(cursor, loaded) == [(True,)]


def test_what_stands_where_it_does_not_go_is_not_taken_for_what_is_missed(once):
    staging.stage(once, OTHER, decide=False)
    staging.outcome(once, NUMBER, regions=["VT09"], state="decided")
    staging.outcome(once, OTHER, regions=["VT10"], state="decided")
    with once.cursor() as cursor:
        assert intake.undelivered(cursor, NIGHT, [], "VT09") == ["RE06"]
