"""What a later version does to an earlier one at a region (CONTRACT.md, what becomes of a registration)."""

from datetime import date

import psycopg2
import pytest

from pipeline.load.intake import ExportKey
from pipeline.load.recalls import write_recalls
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER
from tests.outbox.staging import Once

LATER = date(2026, 11, 24)


@pytest.fixture
def connection(server):
    """A connection that `staging` may commit on; nothing of it stays."""
    opened = psycopg2.connect(server)
    yield Once(opened)
    opened.close()


def recalls(connection, *others, nights=(NIGHT, LATER), released=None, **later):
    """Stage a first version in VT09, let later ones become what they say, and return the region's recalls.

    The exports of `nights` are being loaded.
    """
    staging.stage(connection)
    for each in (*others, later):
        staging.outcome(connection, NUMBER, night=LATER, **each)
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit, night, export_id FROM intake.export WHERE night = ANY (%s)", (list(nights),))
        written = write_recalls(cursor, "VT09", [ExportKey(*export) for export in cursor], released)
        cursor.execute("SELECT version, reason, replaced_by FROM vt_09.recall")
        found = cursor.fetchall()
    assert written == len(found)
    return found


@pytest.mark.parametrize("became", ["return", "hold", "elsewhere", "withhold", "duplicate", "reject"])
def test_a_later_version_that_does_not_come_recalls_the_earlier_one_by_its_outcome(connection, became):
    assert recalls(connection, became=became, version=2) == [(1, became, None)]


@pytest.mark.parametrize(("region", "recall"), [("VT09", (1, "replaced", 2)), ("VT10", (1, "forward", None))])
def test_a_later_version_that_comes_replaces_and_one_that_went_elsewhere_recalls_as_forward(connection, region, recall):
    assert recalls(connection, version=2, regions=[region]) == [recall]


def test_a_number_of_another_unit_is_another_one(connection):
    assert recalls(connection, version=2, became="withhold", unit="RE07") == []


@pytest.mark.parametrize(
    ("regions", "told"),
    [
        ([], [(1, "hold", None)]),
        (["VT10"], [(1, "forward", None)]),
        (["VT09"], []),  # it is still to come, and says itself what it replaces
    ],
)
def test_what_a_night_that_ran_beside_this_one_brought_sooner_recalls_what_this_one_brings(connection, regions, told):
    became = "forward" if regions else "hold"
    assert recalls(connection, nights=[NIGHT], version=2, became=became, regions=regions, state="decided") == told


@pytest.mark.parametrize("later", [{"became": "reject", "state": "loaded"}, {"became": "hold", "state": "running"}])
def test_what_such_a_night_cannot_read_or_has_not_decided_recalls_nothing(connection, later):
    assert recalls(connection, nights=[NIGHT], version=2, **later) == []


@pytest.mark.parametrize(
    ("released", "told"), [((NUMBER, 2), 1), ((NUMBER, 3), 0), (("PL0600-2026000002", 2), 0), (None, 1)]
)
def test_what_a_person_releases_tells_nothing_of_others(connection, released, told):
    assert len(recalls(connection, version=2, regions=["VT09"], released=released)) == told


def test_of_several_later_versions_the_highest_speaks(connection):
    assert recalls(connection, {"version": 2, "became": "hold"}, version=3, regions=["VT09"]) == [(1, "replaced", 3)]


def test_the_same_version_in_a_later_export_recalls_nothing(connection):
    assert recalls(connection, became="reject", version=1) == []


@pytest.mark.parametrize("became", ["return", "hold", "elsewhere", "withhold", "forward"])
def test_a_copy_that_the_same_export_repeats_is_no_reason(connection, became):
    staging.stage(connection)
    regions = ["VT09"] if became == "forward" else []
    staging.outcome(connection, NUMBER, night=LATER, version=2, became=became, regions=regions)
    # the copy lies first in the table, and is read first: whether an index is used is for nobody to rely on
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit, night, export_id FROM intake.export WHERE night = %s", (LATER,))
        exports = [ExportKey(*export) for export in cursor]
        cursor.execute("CREATE TEMP TABLE own AS SELECT * FROM intake.outcome WHERE night = %s", (LATER,))
        cursor.execute("CREATE TEMP TABLE copied AS SELECT * FROM own")
        # one with other contents waits for a person: `hold`, and no copy
        copy = "outcome = 'duplicate', reasons = '{already_received}'" if became != "forward" else "outcome = 'hold'"
        cursor.execute(f"UPDATE copied SET row = row - 1, regions = '{{}}', {copy}")
        cursor.execute("DELETE FROM intake.outcome WHERE night = %s", (LATER,))
        for table in ("copied", "own"):
            cursor.execute(f"INSERT INTO intake.outcome SELECT * FROM {table}")
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
        write_recalls(cursor, "VT09", exports)
        cursor.execute("SELECT version, reason FROM vt_09.recall")
        assert cursor.fetchall() == [(1, "replaced" if became == "forward" else became)]


def test_what_was_withdrawn_and_is_replaced_later_tells_both_each_once(connection):
    nights = [(date(2026, 11, 24), "hold", []), (date(2026, 11, 25), "forward", ["VT09"])]
    nights += [(date(2026, 11, 26), "withhold", []), (date(2026, 11, 27), "forward", ["VT09"])]
    staging.stage(connection)
    for version, (night, became, regions) in enumerate(nights, 2):
        staging.outcome(connection, NUMBER, night=night, version=version, became=became, regions=regions)
    staging.stage(connection, version=3, night=date(2026, 11, 25), decide=False)
    exports = [ExportKey("RE06", night, "e1") for night, _, _ in nights]
    for export in (*exports, *exports):  # a night may be run again after a later one
        with connection.cursor() as cursor:
            write_recalls(cursor, "VT09", [export])
    told = "SELECT version, reason, replaced_by, night::text FROM vt_09.recall ORDER BY version, night"
    assert staging.rows(connection, told) == [
        (1, "hold", None, "2026-11-24"),
        (1, "replaced", 3, "2026-11-25"),
        (3, "withhold", None, "2026-11-26"),
        (3, "replaced", 5, "2026-11-27"),
    ]
    entries = "SELECT version, withheld FROM intake.ledger WHERE kind = 'recall' ORDER BY sequence"
    assert staging.rows(connection, entries) == [
        *[(1, ["hold"]), (1, ["replaced"])],
        *[(3, ["withhold"]), (3, ["replaced"])],
    ]
    police_side = "SELECT version, reason FROM intake.recalled ORDER BY version"
    assert staging.rows(connection, police_side) == [(1, "hold"), (3, "withhold")], "each version once"
