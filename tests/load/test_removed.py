"""Of data that were removed from use only the keys stay, everywhere."""

from datetime import date

import psycopg2
import pytest

from pipeline import schema
from pipeline.load import archive, removed
from pipeline.load.archive import read_part
from pipeline.load.intake import ExportKey
from pipeline.load.seal import write_sealed
from pipeline.load.verify import verify
from pipeline.schema import ROW
from tests import builders
from tests.load.test_ledger import KEY, SECRET
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER
from tests.outbox.staging import Once

LATER = date(2026, 11, 24)
OTHER = "PL0600-2026000002"


@pytest.fixture
def cursor(server):
    """A region that holds a report of NUMBER with all its parts, one of another; NUMBER comes back removed."""
    connection = psycopg2.connect(server)
    once = Once(connection)
    staging.stage(once, whole=True)
    told = [{"registration_number": NUMBER, "text": "van de ander"}, {"registration_number": OTHER, "text": "eigen"}]
    staging.stage(once, OTHER, also_registered_as=[NUMBER], entries=told)
    staging.outcome(once, NUMBER, became="withhold", version=2, night=LATER)
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute("UPDATE intake.outcome SET reasons = '{removed}' WHERE version = 2")
        yield cursor
    connection.close()


def rows(cursor, statement):
    cursor.execute(statement)
    return cursor.fetchall()


def in_full(cursor, table):
    """What the region holds of NUMBER, by column."""
    cursor.execute(f"SELECT * FROM vt_09.{table} WHERE registration_number = %s", (NUMBER,))
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_a_region_keeps_the_keys_the_terms_and_the_recall(cursor):
    gone = [("RE06", NUMBER, 2, LATER)]
    assert removed.empty_region(cursor, "VT09", gone) == 1
    (report,) = in_full(cursor, "report")
    emptied = {name: value for name, value in report.items() if name not in removed.KEPT}
    assert emptied.pop("known_at").date() == NIGHT
    assert emptied.pop("substantiation_score") == 0
    assert [value for value in emptied.values() if value not in (None, [], {}, False)] == []
    said = (
        "Voorbeeld",
        "sloeg",
        "plek",
        "Herhaald",
        "2500AA",
        "0518",
        "F550",
        "Zorg",
        "loket@",
        "2026-12-02",
        "strang",
    )
    assert not [word for word in said if word in str(report)]
    assert report["secrecy_notice"]
    assert report["emptied_at"]
    assert [in_full(cursor, table) for table in ("person", "prior_incident", "danger_signal")] == [[], [], []]
    (recall,) = in_full(cursor, "recall")
    assert (recall["version"], recall["reason"], recall["night"]) == (1, "withhold", LATER)
    assert removed.empty_region(cursor, "VT09", gone) == 0
    recalls = "SELECT version, withheld FROM intake.ledger WHERE kind = 'recall'"
    assert rows(cursor, recalls) == [(1, ["withhold"])]


def test_what_another_report_carries_of_it_goes_too_and_the_ledger_says_so(cursor):
    removed.empty_region(cursor, "VT09", [("RE06", NUMBER, 2, LATER)])
    carrier = f"SELECT entries, also_registered_as FROM vt_09.report WHERE registration_number = '{OTHER}'"
    assert rows(cursor, carrier) == [([{"registration_number": OTHER, "text": "eigen"}], [])]
    amended = "SELECT registration_number, withheld FROM intake.ledger WHERE kind = 'amendment'"
    assert rows(cursor, amended) == [(OTHER, ["removed"])]


@pytest.mark.parametrize(("others", "left"), [("{}", [("stalking",)]), ("{X}", [("acute",), ("stalking",)])])
def test_danger_that_came_with_it_goes_when_nothing_else_is_carried(cursor, others, left):
    cursor.execute(
        "INSERT INTO vt_09.danger_signal (unit, registration_number, version, signal, known_from)"
        " VALUES ('RE06', %(other)s, 1, 'acute', 'carried'), ('RE06', %(other)s, 1, 'stalking', 'ticked')",
        {"other": OTHER},
    )
    cursor.execute(
        "UPDATE vt_09.report SET also_registered_as = also_registered_as || %s::text[] WHERE registration_number = %s",
        (others, OTHER),
    )
    removed.empty_region(cursor, "VT09", [("RE06", NUMBER, 2, LATER)])
    signals = f"SELECT signal FROM vt_09.danger_signal WHERE registration_number = '{OTHER}' ORDER BY 1"
    assert rows(cursor, signals) == left


def test_nobody_is_left_related_to_a_person_who_went(cursor):
    cursor.execute(
        "INSERT INTO vt_09.person (unit, registration_number, version, person_number, role, relation,"
        " relation_to, carried_from, secret_address) VALUES ('RE06', %(other)s, 1, 7, 'KI', 'kind', 9, %(third)s, false),"
        " ('RE06', %(other)s, 1, 8, 'KI', 'kind', 1, %(gone)s, false),"
        " ('RE06', %(other)s, 1, 9, 'OU', 'ouder', 8, %(third)s, false)",
        {"other": OTHER, "gone": NUMBER, "third": "PL0600-2026000003"},
    )
    removed.empty_region(cursor, "VT09", [("RE06", NUMBER, 2, LATER)])
    related = f"SELECT person_number, relation, relation_to FROM vt_09.person WHERE registration_number = '{OTHER}' AND person_number > 6"
    assert sorted(rows(cursor, related)) == [(7, "kind", 9), (9, "ouder", None)]


def test_a_higher_version_that_is_no_removal_stands(cursor):
    assert removed.empty_region(cursor, "VT09", [("RE06", NUMBER, 0, LATER)]) == 0
    assert in_full(cursor, "person")
    assert in_full(cursor, "recall") == []


def test_the_very_version_that_is_removed_goes(cursor):
    assert removed.empty_region(cursor, "VT09", [("RE06", NUMBER, 1, LATER)]) == 1
    assert in_full(cursor, "person") == []
    assert len(in_full(cursor, "recall")) == 1


def test_a_number_of_another_unit_stands(cursor):
    assert removed.empty_region(cursor, "VT09", [("RE07", NUMBER, 2, LATER)]) == 0
    assert in_full(cursor, "person")


def test_what_waits_for_its_changed_contents_removes_nothing_yet(cursor):
    ((export_id,),) = rows(cursor, "SELECT export_id FROM intake.export WHERE night = '2026-11-24'")
    key = ExportKey("RE06", LATER, export_id)
    assert removed.removed_by(cursor, [key], "VT09") == [("RE06", NUMBER, 2, LATER)]
    cursor.execute(
        "UPDATE intake.outcome SET outcome = 'hold', reasons = '{contents_changed,removed}' WHERE version = 2"
    )
    assert removed.removed_by(cursor, [key], "VT09") == []


def test_a_removal_that_is_told_again_by_a_lower_version_takes_no_less(cursor):
    removed.note_overlooked(cursor)
    staging.outcome(Once(cursor.connection), NUMBER, became="withhold", reasons=["removed"], version=1, night=LATER)
    cursor.execute(
        "UPDATE intake.outcome SET outcome = 'hold', reasons = '{r}' WHERE night = %s AND version = 2", (LATER,)
    )
    ((export_id,),) = rows(cursor, "SELECT export_id FROM intake.export WHERE night = '2026-11-24'")
    removed.note(cursor, [ExportKey("RE06", LATER, export_id)])
    assert rows(cursor, "SELECT version, night FROM intake.removal") == [(2, LATER)]


@pytest.mark.parametrize(("version", "left"), [(2, []), (3, ["weapon"])])
def test_a_version_above_the_removal_keeps_what_was_decided_of_it(cursor, tmp_path, version, left):
    day = date(2026, 11, 25)
    staging.outcome(Once(cursor.connection), NUMBER, version=version, became="return", night=day)
    cursor.execute("UPDATE intake.outcome SET danger = '{weapon}' WHERE night = %s", (day,))
    cursor.execute(
        "INSERT INTO intake.hold (unit, night, export_id, row, danger, due, sealed, decided_at)"
        " SELECT unit, night, export_id, row, true, now(), 'x', now() FROM intake.outcome WHERE night = %s",
        (day,),
    )
    removed.note_overlooked(cursor)
    assert removed.forget_removed_data(cursor, tmp_path, SECRET) == 1
    assert rows(cursor, f"SELECT danger FROM intake.outcome WHERE night = '{day}'") == [(left,)]
    assert rows(cursor, "SELECT sealed IS NOT NULL FROM intake.hold") == [(bool(left),)], "decided on, and kept a while"


def test_no_region_but_its_own_is_touched(cursor):
    assert removed.empty_region(cursor, "VT10", [("RE06", NUMBER, 2, LATER)]) == 0
    assert in_full(cursor, "person")


def archived(home, key, *numbers):
    tables = builders.tables(
        *({"registration_number": number} for number in numbers),
        person=[{ROW: place, **builders.VICTIM} for place in range(len(numbers))],
    )
    for table in schema.TABLES:
        write_sealed(SECRET, getattr(tables, table.name), archive.folder(home, key) / f"part-0.{table.name}")
    judged = tables.registration.select(ROW, "registration_number", "version", "known_at")
    write_sealed(SECRET, judged, archive.folder(home, key) / "part-0.judged")


def test_nothing_but_keys_is_left_on_the_police_side(cursor, tmp_path):
    ((export_id,),) = rows(
        cursor, f"SELECT export_id FROM intake.outcome WHERE registration_number = '{NUMBER}' AND version = 1"
    )
    key = ExportKey("RE06", NIGHT, export_id)
    archived(tmp_path, key, NUMBER, OTHER)
    cursor.execute(
        "UPDATE intake.outcome SET outcome = 'hold', regions = '{}', danger = '{weapon}', gaps = '{persons}', score = 40,"
        " known_at = now(), decided_by = 'desk' WHERE registration_number = %s AND version = 1",
        (NUMBER,),
    )
    cursor.execute(
        "INSERT INTO intake.hold (unit, night, export_id, row, danger, due, sealed)"
        " SELECT unit, night, export_id, row, true, now(), 'x' FROM intake.outcome WHERE outcome = 'hold'"
    )
    cursor.execute(
        "INSERT INTO intake.desk_decision (unit, night, export_id, row, kind, account, comment, effective)"
        " SELECT unit, night, export_id, row, 'return', 'desk', 'Wie is Ada?', false FROM intake.outcome"
        " WHERE outcome = 'hold'"
    )
    cursor.execute(
        "INSERT INTO intake.outcome_change (unit, night, export_id, row, from_outcome, to_outcome, reasons, changed_by,"
        " comment) SELECT unit, night, export_id, row, 'forward', 'hold', '{}', 'desk', 'Ada woont er'"
        " FROM intake.outcome WHERE outcome = 'hold'"
    )
    cursor.execute(
        "INSERT INTO intake.reroute (region, unit, registration_number, version, asked_at, comment)"
        " VALUES ('VT09', 'RE06', %s, 1, now(), 'Ada woont elders')",
        (NUMBER,),
    )
    cursor.execute(
        "INSERT INTO intake.earlier (unit, registration_number, version, night, known_at)"
        " VALUES ('RE06', %s, 1, %s, now())",
        (NUMBER, NIGHT),
    )
    cursor.execute("UPDATE intake.outcome SET score = 40, known_at = now() WHERE version = 2")
    removed.note_overlooked(cursor)
    assert removed.forget_removed_data(cursor, tmp_path, SECRET) == 1
    assert rows(cursor, "SELECT * FROM intake.earlier") == []
    assert rows(cursor, "SELECT sealed, decided_at IS NULL FROM intake.hold") == [(None, False)]
    left = f"SELECT version, outcome, danger, gaps, score, known_at FROM intake.outcome WHERE registration_number = '{NUMBER}'"
    assert rows(cursor, f"{left} ORDER BY version") == [
        (1, "withhold", [], [], None, None),
        (2, "withhold", [], [], None, None),
    ]
    assert rows(cursor, "SELECT account, comment FROM intake.desk_decision") == [("desk", "")]
    assert rows(cursor, "SELECT from_outcome, to_outcome, changed_by, comment FROM intake.outcome_change") == [
        ("forward", "hold", "desk", None),
        ("hold", "withhold", "policy", None),
    ]
    assert rows(cursor, "SELECT comment FROM intake.reroute") == [(None,)]
    assert rows(cursor, "SELECT unit, withheld FROM intake.ledger WHERE kind = 'withholding'") == [
        ("RE06", ["removed", "r"])
    ]
    tables = read_part(tmp_path, key, "part-0", SECRET)
    assert tables.registration["registration_number"].to_list() == [OTHER]
    assert tables.person[ROW].to_list() == [1]
    assert archive.read_judged(tmp_path, key, SECRET)["registration_number"].to_list() == [OTHER]
    # done is done, and a removal that comes again opens it again
    assert removed.forget_removed_data(cursor, tmp_path, SECRET) == 0
    ((again,),) = rows(cursor, "SELECT export_id FROM intake.outcome WHERE version = 2")
    removed.note(cursor, [ExportKey("RE06", LATER, again)])
    assert rows(cursor, "SELECT version, done_at FROM intake.removal") == [(2, None)]


def test_a_dry_run_leaves_the_archive(cursor, tmp_path):
    ((export_id,),) = rows(
        cursor, f"SELECT export_id FROM intake.outcome WHERE registration_number = '{NUMBER}' AND version = 1"
    )
    key = ExportKey("RE06", NIGHT, export_id)
    archived(tmp_path, key, NUMBER)
    removed.note_overlooked(cursor)
    assert removed.forget_removed_data(cursor, tmp_path, SECRET, dry=True) == 1
    assert len(read_part(tmp_path, key, "part-0", SECRET).registration) == 1


def test_the_ledger_holds_after_a_removal(cursor, tmp_path):
    removed.note_overlooked(cursor)
    removed.forget_removed_data(cursor, tmp_path, SECRET)
    # `staging` writes entries 1 and 2 without their hashes
    found = [(each.chain, each.sequence, each.problem) for each in verify(cursor, KEY).breaches]
    assert [breach for breach in found if breach[2] == "unrecorded" or breach[1] > 3] == []
