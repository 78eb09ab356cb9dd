from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipeline.errors import DecisionRefused, UsageError
from pipeline.explain import explain
from pipeline.feedback.reconcile import reconcile
from pipeline.feedback.reroute import Decision, decide, open_reroutes, suggest
from pipeline.feedback.screens import print_reroutes
from pipeline.feedback.take import import_feedback
from pipeline.outbox.channel import Channel
from pipeline.outbox.write import write_outbox
from pipeline.policy.rules import read_rules
from pipeline.policy.stuf.identities import read_identities
from pipeline.reports.daily import refresh
from tests.outbox.rows import NIGHT, NUMBER
from tests.outbox.staging import outcome, recall, rows, stage, stage_in_two

DEMO = Channel(read_identities(), demonstration=True)
AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
TODAY = date(2026, 11, 27)


@pytest.fixture
def refuse(connection, tmp_path):
    """Let VT09 say of a report that it is another region's."""
    files = iter(range(100))

    def write(day=24, number=NUMBER):
        folder = tmp_path / "feedback" / "VT09" / str(next(files))
        folder.mkdir(parents=True)
        line = f"{number},wrong_region,2026-11-{day}T09:00:00,VT-99,,Front office\n"
        (folder / "feedback.csv").write_text("registratienummer,event,at,code,missing,contact\n" + line)
        return import_feedback(connection, folder, AT)

    return write


def asked(connection):
    with connection, connection.cursor() as given:
        return open_reroutes(given)


def settle(connection, to_region, away="VT09", account="op1"):
    with connection, connection.cursor() as given:
        return decide(given, Decision(away, NUMBER, to_region, account, "woont elders"), AT, TODAY)


def statuses(connection):
    return rows(connection, "SELECT region, status, recall_reason FROM intake.report_status ORDER BY 1")


def test_what_a_person_looks_at(connection, refuse):
    stage(connection, whole=True)
    refuse()
    (line,) = asked(connection).rows(named=True)
    assert (line["registration_number"], line["danger"], line["contact"]) == (NUMBER, True, "Front office")
    assert line["municipalities"] == ["0518"]
    assert suggest(asked(connection), {"0518": ["VT09", "VT10"]}) == [["VT10"]]
    assert suggest(asked(connection), {}) == [[]]


def test_a_report_moves_whole_and_once(connection, refuse, tmp_path):
    stage(connection, whole=True)
    write_outbox(connection, NIGHT, tmp_path / "out", DEMO)
    refuse()
    assert [held.version for held in settle(connection, "VT10")] == [1]
    with pytest.raises(DecisionRefused, match="al over beslist"):
        settle(connection, "VT11", account="op2")
    assert statuses(connection) == [("VT09", "wrong_region", "rerouted"), ("VT10", "sent", None)]
    for table in ("person", "prior_incident", "danger_signal"):
        moved, left = (rows(connection, f"SELECT * FROM {schema}.{table}") for schema in ("vt_10", "vt_09"))
        assert sorted(moved, key=str) == sorted(left, key=str)
    same = (
        "SELECT unit, registration_number, version, night, description, entries, mandate, secrecy_notice FROM {}.report"
    )
    assert rows(connection, same.format("vt_10")) == rows(connection, same.format("vt_09"))
    ledger = "SELECT chain, kind, withheld FROM intake.ledger ORDER BY chain, sequence"
    assert rows(connection, ledger) == [
        ("VT09", "disclosure", []),
        ("VT09", "recall", ["rerouted"]),
        ("VT10", "disclosure", []),
    ]
    assert rows(connection, "SELECT outcome, regions, reasons, decided_by FROM intake.outcome") == [
        ("forward", ["VT10"], ["desk_reroute", "r"], "desk")
    ]
    assert rows(connection, "SELECT changed_by, comment FROM intake.outcome_change") == [
        ("op1", "VT09 → VT10: woont elders")
    ]


def test_the_story_of_a_moved_report_says_where_it_was_taken_back_and_what_was_done(connection, refuse):
    stage(connection, whole=True)
    refuse()
    settle(connection, "VT10")
    with connection, connection.cursor() as given:
        story = explain(given, NUMBER, None, read_rules())
    assert [(each["region"], each["reason"]) for each in story["recalls"]] == [("VT09", "rerouted")]
    (change,) = story["versions"][0]["history"]
    assert change["words"]["nl"] == "iemand bracht de melding naar een andere regio"


def test_both_regions_hear_of_it_and_the_counts_meet(connection, refuse, tmp_path):
    stage(connection, whole=True)
    write_outbox(connection, NIGHT, tmp_path / "out", DEMO)
    refuse()
    settle(connection, "VT10")
    found = {(row["region"], row["gap"]) for row in reconcile(connection, None, DEMO, NIGHT).gaps.rows(named=True)}
    assert found == {("VT09", "recall_not_sent"), ("VT10", "not_sent")}
    written = [write_outbox(connection, night, tmp_path / "out", DEMO, only_new=True) for night in (NIGHT, TODAY)]
    assert [(each.sent, each.withdrawn, each.regions) for each in written] == [(1, 0, {"VT10": 1}), (0, 1, {"VT09": 1})]
    found = reconcile(connection, None, DEMO, NIGHT)
    assert found.sentences == []
    counts = {row["region"]: row for row in found.regions.rows(named=True)}
    assert [counts["VT09"][name] for name in ("outcomes", "taken_back", "staged", "sent")] == [0, 1, 1, 1]
    assert [counts["VT10"][name] for name in ("outcomes", "taken_back", "staged", "sent")] == [1, 0, 1, 1]


def test_a_report_that_stays_waits_for_its_triage_again_and_may_be_asked_of_again(connection, refuse):
    stage(connection)
    refuse()
    assert statuses(connection) == [("VT09", "wrong_region", None)]
    assert settle(connection, None) == []
    assert statuses(connection) == [("VT09", "received", None)]
    assert asked(connection).is_empty()
    refuse(day=26)
    assert len(asked(connection)) == 0 or statuses(connection)  # received in the same moment as the decision
    with connection, connection.cursor() as given:
        given.execute(
            "UPDATE intake.feedback SET received_at = received_at + interval '1 hour' WHERE at > '2026-11-25'"
        )
    assert statuses(connection) == [("VT09", "wrong_region", None)]
    assert len(asked(connection)) == 1


def test_a_report_that_stays_is_counted_anew(connection, refuse):
    stage(connection)
    refuse()
    for status in ("wrong_region", "received"):
        refresh(connection.dsn)
        assert rows(connection, "SELECT status, count FROM intake.daily_answer") == [(status, 1)]
        if status == "wrong_region":
            settle(connection, None)


def test_asking_twice_is_one_question(connection, refuse):
    stage(connection)
    refuse(24)
    refuse(25)
    assert len(asked(connection)) == 1


def test_what_was_recalled_needs_no_decision(connection, refuse):
    stage(connection)
    recall(connection)
    refuse()
    assert asked(connection).is_empty()


@pytest.mark.parametrize("nowhere", ["VT26", "VT09", "vt_10"])
def test_there_is_no_going_nowhere(connection, refuse, nowhere):
    stage(connection)
    refuse()
    with pytest.raises(UsageError, match=nowhere):
        settle(connection, nowhere)
    assert len(asked(connection)) == 1


def test_nobody_asked(connection):
    stage(connection)
    with pytest.raises(DecisionRefused):
        settle(connection, "VT10")
    assert statuses(connection) == [("VT09", "sent", None)]


def test_a_region_that_has_it_already_is_not_given_it_twice(connection, refuse):
    stage_in_two(connection)
    refuse()
    settle(connection, "VT10")
    assert rows(connection, "SELECT count(*) FROM vt_10.report") == [(1,)]
    assert rows(connection, "SELECT count(*) FROM intake.ledger WHERE chain = 'VT10'") == [(0,)]
    assert rows(connection, "SELECT regions FROM intake.outcome") == [(["VT10"],)]


def test_a_family_in_two_regions_is_whole_where_it_ends(connection, refuse):
    stage_in_two(connection)
    with connection, connection.cursor() as given:
        given.execute("UPDATE vt_10.report SET loaded_at = '2020-01-01'")
        given.execute("DELETE FROM vt_10.prior_incident")
        given.execute("DELETE FROM vt_10.person WHERE person_number = 2")
        given.execute("INSERT INTO vt_10.prior_incident SELECT unit, registration_number, version, 1, 1, date,"
                      " incident_code, role, outcome, origin FROM vt_09.prior_incident")  # fmt: skip
    refuse()
    settle(connection, "VT10")
    who = "SELECT person_number, family_name, given_names FROM {}.person ORDER BY 1"
    assert rows(connection, who.format("vt_10")) == rows(connection, who.format("vt_09"))
    assert rows(connection, "SELECT number, person_number FROM vt_10.prior_incident ORDER BY 1") == [(1, 1), (2, 2)]
    assert rows(connection, "SELECT loaded_at > '2020-01-01' FROM vt_10.report") == [(True,)]
    assert rows(connection, "SELECT kind FROM intake.ledger WHERE chain = 'VT10'") == [("amendment",)]


def test_the_other_part_of_a_family_stays_where_it_is(connection, refuse):
    stage_in_two(connection, "VT11")
    refuse()
    settle(connection, "VT10")
    assert rows(connection, "SELECT regions FROM intake.outcome") == [(["VT10", "VT11"],)]


def test_only_what_stands_moves_and_the_highest_version_stands_there(connection, refuse):
    stage(connection)
    stage(connection, version=2, replaces_version=1)
    recall(connection, reason="replaced", replaced_by=2)
    stage(connection, version=3, region="VT10")
    refuse()
    assert [held.version for held in settle(connection, "VT10")] == [2]
    assert rows(connection, "SELECT version, replaces_version FROM vt_10.report ORDER BY 1") == [(2, None), (3, None)]
    assert rows(connection, "SELECT version, reason, replaced_by FROM vt_10.recall") == [(2, "replaced", 3)]


def test_a_report_does_not_go_back_to_where_it_was_recalled(connection, refuse):
    stage(connection, whole=True)
    refuse()
    settle(connection, "VT10")
    with connection, connection.cursor() as given:
        given.execute(
            "INSERT INTO intake.reroute (region, unit, registration_number, version, asked_at)"
            " VALUES ('VT10', 'RE06', %s, 1, now())",
            (NUMBER,),
        )
    with pytest.raises(DecisionRefused, match="daar ingetrokken"):
        settle(connection, "VT09", away="VT10")
    assert [row[0] for row in asked(connection).rows()] == ["VT10"]
    assert statuses(connection)[1] == ("VT10", "sent", None), "it stands where it stood"
    assert [held.region for held in settle(connection, "VT11", away="VT10")] == ["VT10"]
    assert statuses(connection)[2] == ("VT11", "sent", None)


def test_nothing_moves_while_a_later_version_is_being_loaded(connection, refuse):
    stage(connection)
    refuse()
    outcome(connection, NUMBER, became="withhold", version=2, night=NIGHT + timedelta(days=1), state="decided")
    with pytest.raises(DecisionRefused, match="juist een export geladen"):
        settle(connection, "VT10")
    assert statuses(connection) == [("VT09", "wrong_region", None)]


def test_what_a_region_wrote_is_shown_as_it_wrote_it(connection, refuse, capsys):
    stage(connection)
    refuse()
    with connection, connection.cursor() as given:
        given.execute("UPDATE intake.feedback SET contact = '[/bold] [link=x]Front'")
    shown = asked(connection).with_columns(suggested=pl.lit([], dtype=pl.List(pl.String)))
    print_reroutes(shown, "nl")
    assert "[/bold] [link=x]Front" in capsys.readouterr().out
