from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.feedback.reconcile import reconcile
from pipeline.feedback.take import import_feedback
from pipeline.outbox.channel import Channel
from pipeline.outbox.receiver import FAULTS, acknowledge, play, receive
from pipeline.outbox.write import write_outbox
from pipeline.policy.stuf.identities import read_identities
from tests.outbox.rows import NIGHT, NUMBER, report
from tests.outbox.staging import insert, outcome, recall, rows, stage

DEMO = Channel(read_identities(), demonstration=True)
AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
NEXT = NIGHT + timedelta(days=1)


@pytest.fixture
def post(connection, tmp_path):
    """Write the outbox, let the receiver answer, take its answers."""

    def play_night(night=NIGHT, faults=None):
        out, inbox = tmp_path / f"out-{night}", tmp_path / f"inbox-{night}"
        written = write_outbox(connection, night, out, DEMO)
        play(out, inbox, AT, faults)
        return written, import_feedback(connection, inbox / "feedback", AT) if written.regions else None

    return play_night


def gaps(found):
    return [(row["region"], row["gap"], row["registration_number"]) for row in found.gaps.rows(named=True)]


def counts(found, region="VT09"):
    return next(row for row in found.regions.rows(named=True) if row["region"] == region)


def test_a_quiet_night_meets(connection, post):
    stage(connection, whole=True)
    stage(connection, "PL0600-2026000002", "VT10", kind="youth_concern")
    outcome(connection, "PL0600-2026000003", became="return", gaps=["routes"])
    post()
    found = reconcile(connection, (NIGHT, NIGHT), DEMO)
    assert (found.sentences, found.waiting, gaps(found)) == ([], 0, [])
    assert found.units.rows() == [(NIGHT, "RE06", 3, 3)]
    assert found.demonstrated == 0
    assert reconcile(connection, (NIGHT, NIGHT)).demonstrated == 2  # of messages that nobody received
    assert reconcile(connection, (NEXT, NEXT)).demonstrated == 0
    for region in ("VT09", "VT10"):
        row = counts(found, region)
        assert {row[name] for name in ("exported", "outcomes", "disclosed", "staged", "sent", "acknowledged")} == {1}


def test_corrections_retractions_and_rerouting_meet(connection, post):
    for number in range(1, 6):
        stage(connection, f"PL0600-202600000{number}", whole=True)
    post()
    stage(connection, "PL0600-2026000001", version=2, night=NEXT, replaces_version=1)
    recall(connection, "PL0600-2026000001", reason="replaced", replaced_by=2, night=NEXT)
    outcome(connection, "PL0600-2026000002", became="withhold", version=2, night=NEXT)
    recall(connection, "PL0600-2026000002", reason="withhold", night=NEXT)
    stage(connection, "PL0600-2026000003", "VT10", version=2, night=NEXT)
    recall(connection, "PL0600-2026000003", reason="rerouted", night=NEXT)
    stage(connection, "PL0600-2026000006", night=NEXT)  # recalled in the same night
    recall(connection, "PL0600-2026000006", reason="hold", night=NEXT)
    written, _ = post(NEXT)
    assert (written.sent, written.withdrawn, written.regions) == (2, 2, {"VT09": 3, "VT10": 1})
    found = reconcile(connection, None, DEMO)
    assert found.sentences == []
    row = next(row for row in found.regions.rows(named=True) if (row["night"], row["region"]) == (NEXT, "VT09"))
    assert (row["staged"], row["recalled_unsent"], row["sent"], row["acknowledged"]) == (2, 1, 1, 1)
    # a report that was withdrawn by a rule's mistake: its decision is gone, its recall is there
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake.outcome SET outcome = 'withhold', regions = '{}' WHERE registration_number = %s",
            ("PL0600-2026000004",),
        )
    assert gaps(reconcile(connection, None, DEMO)) == [("VT09", "not_decided", "PL0600-2026000004")]
    recall(connection, "PL0600-2026000004", reason="withhold", night=NEXT)
    assert gaps(reconcile(connection, None, DEMO)) == [("VT09", "recall_not_sent", "PL0600-2026000004")]
    write_again, _ = post(NEXT)
    assert write_again.withdrawn == 3
    assert reconcile(connection, None, DEMO).sentences == []


def test_each_gap_is_told_with_its_registrations(connection, post):
    outcome(connection, "PL0600-2026000001", regions=["VT09"])  # decided and never placed
    insert(connection, "vt_09.report", report(registration_number="PL0600-2026000002"))  # placed by nobody's decision
    stage(connection, "PL0600-2026000003")
    found = reconcile(connection, (NIGHT, NIGHT), DEMO)
    assert gaps(found) == [
        ("VT09", "not_decided", "PL0600-2026000002"),
        ("VT09", "not_disclosed", "PL0600-2026000002"),
        ("VT09", "not_sent", "PL0600-2026000002"),
        ("VT09", "not_sent", "PL0600-2026000003"),
        ("VT09", "not_staged", "PL0600-2026000001"),
    ]
    assert "2026-11-22 VT09: 2 geplaatst en niet als bericht verzonden." in found.sentences
    assert not any("PL06" in sentence for sentence in found.sentences)
    # a region that takes no messages reads its tables
    assert [gap for _, gap, _ in gaps(reconcile(connection, (NIGHT, NIGHT)))] == [
        "not_decided",
        "not_disclosed",
        "not_staged",
    ]
    assert counts(reconcile(connection, (NIGHT, NIGHT)))["sent"] is None


def test_what_was_placed_of_a_night_long_ago_is_compared(connection, post):
    stage(connection, night=NIGHT - timedelta(days=100))  # released, run or judged again months later
    since = NIGHT - timedelta(days=35)
    assert gaps(reconcile(connection, (since, NEXT), DEMO)) == []
    assert gaps(reconcile(connection, (since, NEXT), DEMO, placed=since)) == [("VT09", "not_sent", NUMBER)]
    assert gaps(reconcile(connection, (since, NEXT), DEMO, placed=NEXT + timedelta(days=30))) == []
    post(NIGHT - timedelta(days=100))
    assert gaps(reconcile(connection, (since, NEXT), DEMO, placed=since)) == []


def test_an_export_that_is_not_loaded_shows(connection):
    outcome(connection, NUMBER, regions=["VT09"], state="decided")
    row = counts(reconcile(connection, (NIGHT, NIGHT)))
    assert (row["exported"], row["outcomes"], row["staged"]) == (1, 0, 0)


def test_lost_outcomes_show(connection):
    stage(connection)
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE intake.export SET received = 5")
    found = reconcile(connection, (NIGHT, NIGHT))
    assert found.sentences == ["2026-11-22 RE06: 5 registraties geleverd en 1 uitkomsten."]
    assert [(gap, which) for _, gap, which in gaps(found)] == [("no_outcome", f"e1 rij {row}") for row in range(1, 5)]


def test_an_acknowledgement_has_a_working_day(connection, tmp_path):
    stage(connection)
    write_outbox(connection, NIGHT, tmp_path / "out", DEMO)
    in_time = reconcile(connection, (NIGHT, NIGHT), DEMO, date(2026, 11, 24))
    assert (in_time.sentences, in_time.waiting) == ([], 1)
    late = reconcile(connection, (NIGHT, NIGHT), DEMO, date(2026, 11, 25))
    assert (gaps(late), late.waiting) == ([("VT09", "not_acknowledged", NUMBER)], 0)
    file = tmp_path / "nee.xml"
    (sent,) = (tmp_path / "out").rglob("*.xml")
    file.write_bytes(acknowledge(receive(sent.read_bytes()), AT, "StUF055"))
    import_feedback(connection, file, AT)
    assert gaps(reconcile(connection, (NIGHT, NIGHT), DEMO)) == [("VT09", "refused", NUMBER)]


def test_what_was_kept_back_shows(connection, tmp_path):
    stage(connection, contact_department=None, contact_phone=None, contact_email=None)
    write_outbox(connection, NIGHT, tmp_path, DEMO)
    assert gaps(reconcile(connection, (NIGHT, NIGHT), DEMO)) == [("VT09", "kept_back", NUMBER)]


def test_faults_of_the_receiver_lose_nothing(connection, post):
    numbers = {fault: f"PL0600-202600000{place}" for place, fault in enumerate(FAULTS, 1)}
    for number in numbers.values():
        stage(connection, number, whole=True)
    faults = {f"RE06.{number}.1.VT09": fault for fault, number in numbers.items()}
    _, result = post(faults=faults)
    by_number = {error.registration_number: error.problem for error in result.errors}
    assert by_number["PL9999-9999999999"] == "unknown_number"
    assert {error.problem for error in result.errors} == {"unknown_number", "repeated", "not_xml"}
    assert gaps(reconcile(connection, (NIGHT, NIGHT), DEMO)) == [("VT09", "not_acknowledged", numbers["garbage"])]
    statuses = dict(rows(connection, "SELECT registration_number, status FROM intake.report_status"))
    assert statuses[numbers["wrong_region"]] == "wrong_region"
    assert statuses[numbers["garbage"]] == "sent"
    assert statuses[numbers["unknown_number"]] == "received"
    assert statuses[numbers["twice"]] in {"triaged", "closed"}
    assert rows(connection, "SELECT count(*) FROM intake.reroute") == [(1,)]
