"""What a later version does to an earlier one at a region (CONTRACT.md, what becomes of a registration)."""

from datetime import date

import psycopg2
import pytest

from pipeline.load.staging import write_recalls
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER

LATER = date(2026, 11, 24)


def recalls(dsn, **later):
    """Stage a first version in VT09, let a later one become what `later` says, and return the region's recalls."""
    connection = psycopg2.connect(dsn)
    staging.stage(connection)
    staging.outcome(connection, NUMBER, night=LATER, **later)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit, night::text, export_id FROM intake.outcome WHERE night IN (%s, %s)", (NIGHT, LATER)
        )
        written = write_recalls(cursor, "VT09", cursor.fetchall())
        cursor.execute("SELECT version, reason, replaced_by FROM vt_09.recall")
        found = cursor.fetchall()
    connection.close()
    assert written == len(found)
    return found


@pytest.mark.parametrize("became", ["return", "hold", "elsewhere", "withhold", "duplicate", "reject"])
def test_a_later_version_that_does_not_come_recalls_the_earlier_one_by_its_outcome(database, became):
    assert recalls(database, became=became, version=2) == [(1, became, None)]


def test_a_later_version_that_comes_replaces_and_one_that_went_elsewhere_recalls_as_forward(database, copy_database):
    assert recalls(database, version=2, regions=["VT09"]) == [(1, "replaced", 2)]
    assert recalls(copy_database("meldstroom"), version=2, regions=["VT10"]) == [(1, "forward", None)]


def test_the_same_version_in_a_later_export_recalls_nothing(database):
    assert recalls(database, became="reject", version=1) == []
