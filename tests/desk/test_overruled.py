"""What persons overrule: of what they decided, and of nothing that left the desk without them."""

import psycopg2
import pytest

from pipeline.desk.decisions import KINDS
from pipeline.desk.overruled import Overruled, median_wait, read_overruled
from pipeline.load.database import now
from pipeline.policy.rules import read_rules
from tests.outbox import staging
from tests.outbox.staging import Once

HELD = """
UPDATE intake.outcome SET reasons = '{embargo,quality:hour_exists,same_event}';
UPDATE intake.outcome SET reasons = array_prepend('contents_changed', reasons) WHERE row = 0;
INSERT INTO intake.hold (unit, night, export_id, row, danger, since, due, decided_at, sealed)
  SELECT unit, night, export_id, row, false, now(), now(), CASE WHEN row IN (1, 2) THEN now() + interval '2 hours' END, 'x'
  FROM intake.outcome;
INSERT INTO intake.desk_decision (unit, night, export_id, row, kind, account, effective, decided_at)
  SELECT unit, night, export_id, row, 'release', 'a', row <> 0, now() + CASE WHEN row = 3 THEN -1 ELSE 2 END * interval '1 hour'
  FROM intake.outcome WHERE row <> 2;
"""
"""One waits, for a second person; one is decided; one left by itself; one was decided, and came anew."""


@pytest.fixture
def cursor(server):
    connection = psycopg2.connect(server)
    for number in range(4):
        staging.outcome(Once(connection), f"PL0600-202600000{number}", became="hold")
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        yield cursor
    connection.close()


def test_what_left_the_desk_without_a_person_neither_waits_nor_was_decided(cursor):
    decided = dict.fromkeys(KINDS, 0) | {"release": 1}
    found = [Overruled("embargo", 3, decided), Overruled("contents_changed", 1, dict.fromkeys(KINDS, 0))]
    assert read_overruled(cursor, read_rules(), now(cursor)) == found, "the most overruled first"
    assert [(one.open, one.share) for one in found] == [(2, 1.0), (1, 0.0)]
    assert median_wait(cursor, now(cursor)) == [(False, 1, 120.0)]
