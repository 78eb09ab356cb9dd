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


def test_the_messages_of_a_number_that_came_before_oldest_first(once):
    received(once, "b", version=2, night=NIGHT + timedelta(days=2))
    received(once, "a", version=1)
    received(once, "c", version=1, unit="RE07")
    received(once, "d", version=3, night=NIGHT - timedelta(days=1), state="decided")
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
