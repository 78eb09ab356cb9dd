"""What a unit is told that its own gaps do not say."""

import json
from datetime import timedelta

import psycopg2
import pytest

from pipeline.returns.gather import USUAL, Answer, gather
from pipeline.returns.write import receipt, returns_list, returns_page
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER
from tests.outbox.staging import Once

REJECTED, HELD, RETURNED = (f"PL0600-202600000{place}" for place in (2, 3, 4))


@pytest.fixture
def cursor(server):
    """Two rejected rows that the desk asks about, one of them without a number; the other came again, and could be read.

    So it does about one that waits. One is rejected and asked about by nobody; one came back, and no higher version
    came.
    """
    connection = psycopg2.connect(server)
    once = Once(connection)
    staging.outcome(once, NUMBER, became="reject")
    staging.outcome(once, None, became="reject", version=None)
    staging.outcome(once, REJECTED, became="reject")
    staging.outcome(once, HELD, became="hold")
    with connection.cursor() as cursor:
        cursor.execute('UPDATE intake.export SET receipt = \'{"dropped": {}, "set_aside": {}}\'')
        cursor.execute("UPDATE intake.outcome SET reasons = '{rejected,missing:known_at}'")
        cursor.execute(
            "INSERT INTO intake.desk_decision (unit, night, export_id, row, kind, account, comment, effective)"
            " SELECT unit, night, export_id, row, 'return', 'desk', 'Lever deze regel opnieuw', false"
            " FROM intake.outcome WHERE row <> 2"
        )
        staging.outcome(once, NUMBER, regions=["VT09"])
        staging.outcome(once, RETURNED, became="return")
        yield cursor
    connection.close()


def test_what_the_desk_asks_about_a_row_that_cannot_be_read_reaches_the_unit(cursor):
    told = gather(cursor, "RE06", NIGHT)
    assert [(one.registration_number, one.version, one.question, one.answer) for one in told.returned] == [
        (NUMBER, 1, True, Answer(1, NIGHT, "forward")),
        (REJECTED, 1, False, None),
        (HELD, 1, True, None),
        (RETURNED, 1, False, None),
        (None, None, True, None),
    ]
    asked = ("Lever deze regel opnieuw", "rejected", "missing:known_at")
    assert [(*one.comments, *one.why) for one in told.returned] == [
        asked,
        asked[1:],
        asked[:1],
        (),
        asked,
    ]
    for text in (returns_list(told), returns_page(told, [])):
        assert text.count("Lever deze regel opnieuw") == 3
        assert "kennisname ontbreekt" in text
    assert "Regel zonder nummer" in returns_page(told, [])


def test_a_rejected_row_stands_by_itself_with_how_to_mend_it(cursor):
    told = gather(cursor, "RE06", NIGHT)
    returned, rejected = returns_page(told, []).split("<h2>")[-2:]
    assert ("Returned" in returned, "Rejected" in rejected) == (True, True)
    assert (RETURNED in returned, REJECTED in returned) == (True, False)
    advice = "Vul kennisname in"
    assert (returned.count(advice), rejected.count(advice)) == (0, 3)
    lines = [line for line in returns_list(told).splitlines() if line.startswith(REJECTED)]
    assert [line.split(";")[2:5] for line in lines] == [
        ["kennisname ontbreekt", f"{advice}: zonder dit is er geen registratie.", "ja"]
    ]


def test_the_unit_is_told_which_rows_break_the_contract_and_why(cursor):
    told = json.loads(receipt(gather(cursor, "RE06", NIGHT), []))
    assert [one["registration_number"] for one in told["returned"]] == [RETURNED]
    assert told["rejected"] == [
        {"registration_number": number, "version": version, "reasons": ["rejected", "missing:known_at"]}
        for number, version in ((NUMBER, 1), (REJECTED, 1), (None, None))
    ]


def test_what_a_person_withheld_after_it_was_asked_about_is_asked_no_more(cursor):
    cursor.execute("UPDATE intake.outcome SET reasons = '{desk_withhold,rejected}' WHERE outcome = 'reject'")
    assert [one.registration_number for one in gather(cursor, "RE06", NIGHT).returned] == [HELD, RETURNED]


def test_how_usual_a_gap_is_counts_what_was_judged_in_the_last_nights_each_once(cursor):
    cursor.execute("DELETE FROM intake.outcome")
    once = Once(cursor.connection)
    for number, (became, nights) in enumerate(
        [("return", 0), ("hold", 89), ("hold", 90), ("hold", -1), ("elsewhere", 0), ("duplicate", 0), ("hold", 1)], 10
    ):
        night = NIGHT - timedelta(days=nights)
        staging.outcome(once, f"PL0600-20260000{number}", became=became, night=night, gaps=["routes", "persons"])
    cursor.execute('UPDATE intake.export SET receipt = \'{"dropped": {}, "set_aside": {}}\'')
    cursor.execute("UPDATE intake.outcome SET score = 50 WHERE outcome <> 'reject'")
    cursor.execute("UPDATE intake.outcome SET reasons = '{already_received}' WHERE outcome = 'duplicate'")
    cursor.execute("UPDATE intake.outcome SET gaps = '{persons}' WHERE night = %s", (NIGHT - timedelta(days=1),))
    assert timedelta(days=90) == USUAL
    # the first, that of 89 nights ago and last night's
    assert gather(cursor, "RE06", NIGHT).usual == {"persons": 1, "routes": 2 / 3}
