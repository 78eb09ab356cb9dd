from datetime import date, timedelta

import pytest

from pipeline.errors import DecisionRefused, UsageError
from pipeline.explain import explain
from pipeline.feedback.reconcile import reconcile
from pipeline.feedback.rectify import Wrong, rectify
from pipeline.load.intake import ExportKey
from pipeline.outbox.channel import Channel
from pipeline.outbox.write import write_outbox
from pipeline.policy.rules import read_rules
from pipeline.policy.stuf.identities import read_identities
from tests.outbox.rows import NIGHT, NUMBER
from tests.outbox.staging import outcome, recall, rows, stage, stage_in_two

DEMO = Channel(read_identities(), demonstration=True)
TODAY = NIGHT + timedelta(days=3)


@pytest.fixture
def in_two_regions(connection):
    stage_in_two(connection)
    return connection


def take_back(connection, held=None, **changes):
    wrong = Wrong(**{"registration_number": NUMBER, "reason": "wrong_link", "account": "op1", "comment": "ander gezin", **changes})  # fmt: skip
    with connection, connection.cursor() as given:
        return rectify(given, wrong, TODAY, lambda *place: None if held is None else held.append(place))


def recalls(connection):
    return rows(connection, "SELECT region, version, reason, night FROM intake.recalled ORDER BY 1, 2")


def test_exactly_the_regions_that_received_it_are_told(in_two_regions, tmp_path):
    connection = in_two_regions
    stage(connection, "PL0600-2026000002", "VT11")
    write_outbox(connection, NIGHT, tmp_path, DEMO)
    done = take_back(connection)
    assert [held.region for held in done.withdrawn] == ["VT09", "VT10"]
    assert done.becomes == {1: "return"}
    assert recalls(connection) == [("VT09", 1, "wrong_link", TODAY), ("VT10", 1, "wrong_link", TODAY)]
    ledger = "SELECT chain, kind, withheld FROM intake.ledger WHERE kind = 'recall' ORDER BY 1"
    # a ledger of VT10 needs no disclosure of its own to say that it was taken back
    assert rows(connection, ledger) == [("VT09", "recall", ["wrong_link"]), ("VT10", "recall", ["wrong_link"])]
    assert rows(connection, "SELECT count(*) FROM vt_09.report") == [(1,)]
    written = write_outbox(connection, TODAY, tmp_path, DEMO)
    assert (written.sent, written.withdrawn, written.regions) == (0, 2, {"VT09": 1, "VT10": 1})
    (file,) = (tmp_path / "VT10" / TODAY.isoformat()).iterdir()
    assert "gegevens bij van een andere gebeurtenis" in file.read_text()
    assert rows(connection, "SELECT outcome, regions, reasons[1] FROM intake.outcome ORDER BY row LIMIT 1") == [
        ("return", [], "rectified_wrong_link")
    ]
    assert rows(connection, "SELECT changed_by, comment FROM intake.outcome_change") == [("op1", "ander gezin")]


def test_the_counts_meet_after_it(connection, tmp_path):
    stage(connection)
    write_outbox(connection, NIGHT, tmp_path, DEMO)
    take_back(connection, reason="rule_error")
    assert [row["gap"] for row in reconcile(connection, None, DEMO, NIGHT).gaps.rows(named=True)] == ["recall_not_sent"]
    write_outbox(connection, TODAY, tmp_path, DEMO)
    assert reconcile(connection, None, DEMO, NIGHT).sentences == []


def test_one_region_only(in_two_regions):
    done = take_back(in_two_regions, regions=("VT10",))
    assert done.becomes == {1: "forward"}
    assert recalls(in_two_regions) == [("VT10", 1, "wrong_link", TODAY)]
    assert rows(in_two_regions, "SELECT outcome, regions FROM intake.outcome") == [("forward", ["VT09"])]


def test_danger_goes_to_a_person_and_is_never_merely_returned(connection):
    stage(connection)
    with connection, connection.cursor() as given:
        given.execute("UPDATE intake.outcome SET danger = '{acute}'")
    held = []
    assert take_back(connection, held).becomes == {1: "hold"}
    assert held == [(ExportKey("RE06", NIGHT, "e1"), 0, True)]


@pytest.mark.parametrize(
    ("carrier", "danger", "becomes"),
    [(1, True, "hold"), (1, False, "hold"), (2, True, None)],  # a later version carries it on
)
def test_what_it_carried_waits_for_a_person(connection, carrier, danger, becomes):
    stage(connection)
    outcome(connection, "PL0600-2026000002", became="duplicate")
    with connection, connection.cursor() as given:
        given.execute("UPDATE intake.outcome SET danger = %s WHERE row = 1", (["acute"] if danger else [],))
    with connection, connection.cursor() as given:
        carried_by = f"RE06 {NUMBER} {carrier}"
        given.execute(
            "UPDATE intake.outcome SET reasons = '{same_event,r}', carried_by = %s WHERE outcome = 'duplicate'",
            (carried_by,),
        )
    carried = {"RE06 PL0600-2026000002 1": becomes} if becomes else {}
    held = []
    assert take_back(connection, held).carried == carried
    assert held == ([(ExportKey("RE06", NIGHT, "e1"), 1, danger)] if becomes else [])
    of_it = "SELECT outcome, carried_by, decided_by, reasons FROM intake.outcome WHERE row = 1"
    left = (becomes, None, "desk", ["carrier_rectified", "r"])
    assert rows(connection, of_it) == [left if becomes else ("duplicate", carried_by, "policy", ["same_event", "r"])]
    changes = rows(
        connection, "SELECT from_outcome, to_outcome, reasons, comment FROM intake.outcome_change WHERE row = 1"
    )
    assert changes == ([("duplicate", becomes, ["carrier_rectified"], "ander gezin")] if becomes else [])


def test_twice_is_once(connection):
    stage(connection)
    take_back(connection)
    with pytest.raises(UsageError, match="no region holds"):
        take_back(connection)
    assert len(recalls(connection)) == 1


def test_the_next_version_takes_its_place(connection, tmp_path):
    stage(connection)
    write_outbox(connection, NIGHT, tmp_path, DEMO)
    take_back(connection)
    stage(connection, version=2, night=TODAY, replaces_version=1)
    write_outbox(connection, TODAY, tmp_path, DEMO)
    assert reconcile(connection, None, DEMO, NIGHT).sentences == []
    assert "vervangt versie 1" in next((tmp_path / "VT09" / TODAY.isoformat()).glob("*.2.VT09.xml")).read_text()


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"reason": "zomaar"}, UsageError, "no reason"),
        ({"comment": " "}, DecisionRefused, "opmerking"),
        ({"registration_number": "PL0600-2026009999"}, UsageError, "no region holds"),
        ({"version": 2}, UsageError, "no region holds"),
        ({"regions": ("VT11",)}, UsageError, "of those named"),
        ({"regions": ("VT09", "VT11")}, UsageError, "VT11"),
        ({}, UsageError, "--unit"),
    ],
)
def test_what_cannot_be_taken_back(connection, changes, error, said):
    stage(connection)
    stage(connection, region="VT10", unit="RE07")
    if changes and "unit" not in changes:
        changes = {"unit": "RE06", **changes}
    with pytest.raises(error, match=said):
        take_back(connection, **changes)
    assert recalls(connection) == []


def test_versions_and_units_are_told_apart(connection):
    stage(connection)
    stage(connection, version=2)
    stage(connection, region="VT10", unit="RE07")
    assert take_back(connection, unit="RE06", version=1).becomes == {1: "return"}
    assert [(region, version) for region, version, _, _ in recalls(connection)] == [("VT09", 1)]
    recall(connection, version=2, night=date(2026, 11, 24))
    with pytest.raises(UsageError):
        take_back(connection, unit="RE06")


def test_what_is_taken_back_is_told_in_words_and_without_why_it_went(in_two_regions):
    with in_two_regions, in_two_regions.cursor() as given:
        given.execute("UPDATE intake.outcome SET reasons = '{well_founded,quality:incident_code_known}'")
    take_back(in_two_regions, reason="wrong_data")
    with in_two_regions, in_two_regions.cursor() as given:
        story = explain(given, NUMBER, None, read_rules())
    assert [reason["code"] for reason in story["versions"][0]["reasons"]] == [
        "rectified_wrong_data",
        "quality:incident_code_known",
    ]
    said = {"nl": "teruggenomen: de gegevens kloppen niet", "en": "taken back: the data are wrong"}
    assert [(each["region"], each["words"]) for each in story["recalls"]] == [("VT09", said), ("VT10", said)]
    ledger = [each for each in story["disclosures"] if each["kind"] == "recall"]
    assert [each["kept_back"][0]["words"] for each in ledger] == [said, said]
