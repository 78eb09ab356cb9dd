"""What a later version, or a readable one, takes off the desk, and what it leaves there for a person."""

from datetime import timedelta

import psycopg2
import pytest

from pipeline.load.intake import ExportKey
from pipeline.load.overtaken import LATER as SPEAKS
from pipeline.load.overtaken import leave_overtaken, overtaken_by
from tests.load.test_removed import LATER, rows
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER
from tests.outbox.staging import Once

OTHER = "PL0600-2026000003"
TONIGHT = NIGHT + timedelta(days=1)
EXPORT = ExportKey("RE06", TONIGHT, "e1")
HELD = """
INSERT INTO intake.hold (unit, night, export_id, row, danger, due, sealed)
  SELECT unit, night, export_id, row, %s, now(), 'x' FROM intake.outcome WHERE outcome IN ('hold', 'reject')
"""


@pytest.fixture
def cursor(server):
    connection = psycopg2.connect(server)
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


@pytest.mark.parametrize(
    ("waits", "version", "danger", "became", "later", "decided_by", "leaves"),
    [
        *(("hold", 1, False, became, 2, "policy", True) for became in ("return", "elsewhere", "withhold", "duplicate")),
        *(("hold", 1, True, became, 2, "policy", False) for became in ("return", "elsewhere")),
        *(("hold", 1, True, became, 2, "desk", True) for became in ("return", "elsewhere")),
        *(("hold", 1, True, became, 2, "policy", True) for became in ("forward", "withhold", "duplicate")),
        *(("hold", 1, False, became, 2, "policy", False) for became in ("hold", "reject")),
        *(("hold", version, False, "forward", 1, "policy", False) for version in (1, 2)),
        ("reject", 1, True, "forward", 1, "policy", True),
        ("reject", 1, True, "return", 1, "policy", False),
        ("reject", 1, True, "return", 2, "policy", False),
        ("reject", 2, True, "forward", 1, "policy", False),
        ("reject", None, True, "forward", 1, "policy", False),
    ],
)
def test_what_leaves_the_desk(cursor, waits, version, danger, became, later, decided_by, leaves):
    once = Once(cursor.connection)
    staging.outcome(once, NUMBER, became=waits, version=version)
    cursor.execute(HELD, (danger,))
    regions = ["VT09"] if became == "forward" else []
    staging.outcome(once, NUMBER, became=became, version=later, night=LATER, regions=regions)
    cursor.execute("UPDATE intake.outcome SET decided_by = %s WHERE night = %s", (decided_by, LATER))
    assert leave_overtaken(cursor, ExportKey("RE06", LATER, "e1")) == int(leaves)
    assert rows(cursor, "SELECT night, sealed IS NULL, decided_at IS NOT NULL, lock FROM intake.hold") == [
        (NIGHT, leaves, leaves, int(leaves))
    ]
    story = "SELECT night, from_outcome, to_outcome, reasons FROM intake.outcome_change"
    assert rows(cursor, story) == ([(NIGHT, waits, waits, ["superseded"])] if leaves else [])


@pytest.mark.parametrize(
    ("became", "contents", "night", "leaves"),
    [
        ("withhold", "other", LATER, True),
        ("hold", "other", LATER, False),
        ("forward", "other", LATER, True),
        ("forward", "same", LATER, False),
        ("withhold", "other", NIGHT - timedelta(days=1), False),
    ],
)
def test_what_a_person_decides_of_what_came_after_takes_along_what_came_before(cursor, became, contents, night, leaves):
    """A night that comes late tells of before: what was received since, and speaks, must not leave with it."""
    once = Once(cursor.connection)
    staging.outcome(once, NUMBER, became="hold")
    cursor.execute(HELD, (True,))
    staging.outcome(once, NUMBER, became=became, night=night, regions=["VT09"] if became == "forward" else [])
    cursor.execute("UPDATE intake.outcome SET content_hash = 'same'")
    cursor.execute(
        "UPDATE intake.outcome SET decided_by = 'desk', reasons = '{contents_changed}', content_hash = %s"
        " WHERE night = %s",
        (contents, night),
    )
    cursor.execute("UPDATE intake.export SET started_at = now() - interval '1 day' WHERE night = %s", (NIGHT,))
    assert leave_overtaken(cursor, ExportKey("RE06", night, "e1")) == int(leaves)


def test_what_a_person_decided_leaves_no_second_time(cursor):
    once = Once(cursor.connection)
    staging.outcome(once, NUMBER, became="hold")
    cursor.execute(HELD, (True,))
    cursor.execute("UPDATE intake.hold SET decided_at = now()")
    staging.outcome(once, NUMBER, version=2, night=LATER, regions=["VT09"])
    assert leave_overtaken(cursor, ExportKey("RE06", LATER, "e1")) == 0
    assert rows(cursor, "SELECT lock FROM intake.hold") == [(0,)]


@pytest.mark.parametrize(
    ("later", "contents", "speaks"),
    [
        ({"version": 2}, "other", 2),
        ({"version": 2, "state": "decided"}, "other", 2),  # the regions may hold it already
        ({"version": 2, "state": "running"}, "other", None),
        ({"version": 2, "became": "withhold", "reasons": ["removed"]}, "other", 2),
        ({"version": 2, "became": "duplicate", "reasons": ["already_received"]}, "other", 2),
        ({"version": 2, "became": "reject"}, "other", None),
        ({"version": 2, "unit": "RE07"}, "other", None),
        ({"version": 1}, "other", 1),
        ({"version": 1}, "same", None),
        ({"version": 1, "became": "duplicate", "reasons": ["already_received"]}, "other", None),
        ({"version": 1, "night": NIGHT - timedelta(days=1)}, "other", None),
        ({"version": 2, "night": NIGHT - timedelta(days=1)}, "other", 2),
    ],
)
def test_what_was_received_above_what_waits_or_after_it(cursor, later, contents, speaks):
    once = Once(cursor.connection)
    staging.outcome(once, NUMBER, became="hold")
    cursor.execute("UPDATE intake.outcome SET content_hash = 'same'")
    became = {"became": "return"} | later
    staging.outcome(once, NUMBER, **{"night": LATER} | became)
    cursor.execute("UPDATE intake.outcome SET content_hash = %s WHERE content_hash IS NULL", (contents,))
    assert rows(cursor, f"SELECT ({SPEAKS}) FROM intake.outcome AS ours WHERE outcome = 'hold'") == [(speaks,)]


@pytest.mark.parametrize(
    ("tonight", "is_told"),
    [
        ({"version": 2}, True),
        ({"version": 2, "became": "withhold"}, True),
        ({"version": 2, "became": "reject"}, True),
        ({"version": 1}, False),
        ({"version": 2, "number": OTHER}, True),  # the version before it is not known to us
    ],
)
def test_what_an_export_brings_a_higher_version_of(once, tonight, is_told):
    staging.outcome(once, NUMBER, regions=["VT09"])
    number = tonight.pop("number", NUMBER)
    staging.outcome(once, number, **{"became": "return", "night": TONIGHT, "state": "decided"} | tonight)
    staging.outcome(once, number, version=2, became="return", unit="RE07")
    with once.cursor() as cursor:
        assert overtaken_by(cursor, [EXPORT]).rows() == [("RE06", number, 2)] * is_told
        assert overtaken_by(cursor, [ExportKey("RE07", TONIGHT, "e1")]).is_empty()


def test_a_version_that_was_received_before_overtakes_nothing(once):
    staging.outcome(once, NUMBER, regions=["VT09"])
    staging.outcome(once, NUMBER, version=2, became="return", night=NIGHT)
    staging.outcome(once, NUMBER, version=2, became="hold", night=TONIGHT, state="decided")
    with once.cursor() as cursor:
        assert overtaken_by(cursor, [EXPORT]).is_empty()
