"""The story in words, with the law behind it and nothing of a person in it."""

import json

import psycopg2
import pytest

from pipeline.errors import UsageError
from pipeline.explain import explain
from pipeline.explain.gather import entry_in_words
from pipeline.explain.ledger_screen import print_entries
from pipeline.explain.tell import tell, tell_entry
from pipeline.explain.words import lines
from pipeline.load.ledger import read_entries
from pipeline.policy.rules import read_rules
from pipeline.screens import print_story
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER
from tests.outbox.staging import Once


@pytest.fixture
def cursor(server):
    """One registration: held, released by two persons, delivered, withdrawn by a second version."""
    connection = psycopg2.connect(server)
    once = Once(connection)
    staging.stage(once, whole=True)
    staging.outcome(once, NUMBER, became="withhold", version=2)
    staging.recall(once)
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute("UPDATE intake.outcome SET reasons = '{retracted}' WHERE version = 2")
        cursor.execute(
            "UPDATE intake.outcome SET reasons = '{embargo,quality:hour_exists}', gaps = '{dependency_relation}', score = 60,"
            " withheld = '{\"medical\": 2}', danger = '{weapon}', decided_by = 'desk' WHERE version = 1"
        )
        for account, effective in (("agent.een", False), ("agent.twee", True)):
            cursor.execute(
                "INSERT INTO intake.desk_decision (unit, night, export_id, row, kind, account, comment, regions, effective)"
                " SELECT unit, night, export_id, row, 'release', %s, 'Ada belde', '{VT09}', %s FROM intake.outcome"
                " WHERE version = 1",
                (account, effective),
            )
        cursor.execute(
            "INSERT INTO intake.outcome_change (unit, night, export_id, row, from_outcome, to_outcome, reasons, changed_by)"
            " SELECT unit, night, export_id, row, 'hold', 'forward', '{desk_release}', 'agent.twee' FROM intake.outcome"
            " WHERE version = 1"
        )
        cursor.execute("SET LOCAL meldstroom.retention = 'on'")
        cursor.execute("UPDATE intake.ledger SET elements = '{identity,gone_since}', withheld = '{medical:2}'")
        cursor.execute(
            "INSERT INTO intake.ledger SELECT chain, 2, 'recall', night, unit, registration_number, version, region, '{}',"
            " '{withhold}', ground, agreement_version, policy_version, mandate, now(), hash, hash FROM intake.ledger"
        )
        yield cursor
    connection.close()


def test_the_story_names_rules_law_persons_who_decided_and_what_went_with_it(cursor):
    story = explain(cursor, NUMBER, None, read_rules())
    first, second = story["versions"]
    assert [(each["by"], each["effective"]) for each in first["decisions"]] == [
        ("agent.een", False),
        ("agent.twee", True),
    ]
    assert first["missing"][0]["words"]["nl"] != "dependency_relation"
    assert second["reasons"][0]["source"].startswith("Wpg")
    delivered, recalled = story["disclosures"]
    assert [each["kind"] for each in delivered["shared"]] == ["identity", "gone_since"]
    assert (
        delivered["shared"][0]["words"]["nl"] == "naam, geboortedatum en geslacht" or delivered["shared"][0]["source"]
    )
    assert (delivered["kept_back"][0]["count"], delivered["kept_back"][0]["source"][:5]) == (2, "Wpg 5")
    assert delivered["secrecy_notice"] == "Geheimhouding: Wpg 7(2)."
    assert recalled["kept_back"][0]["words"]["en"] == "withheld"
    assert story["recalls"][0]["words"]["nl"] == "achtergehouden"
    assert "Ada" not in json.dumps(story)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_reads_in_either_language(cursor, language, capsys):
    story = explain(cursor, NUMBER, "RE06", read_rules())
    text = "\n".join(tell(story, language))
    said = lines(language)
    for word in ("missing", "danger", "withheld", "ledger", "ground", "mandate", "secrecy", "reason"):
        assert said[word] in text, word
    assert "agent.twee" in text
    assert {"nl": "wapen", "en": "weapon"}[language] in text
    medical = story["versions"][0]["withheld"][0]["words"][language]
    assert text.count(medical) == 1, "what the version says was kept back, its ledger entry does not say again"
    assert f"{said['withheld']}: {said['above']}" in text
    assert "gone_since" in text  # a kind that no rule names any more keeps its code
    print_story(story, language)
    assert NUMBER in capsys.readouterr().out


def test_what_was_taken_out_of_a_report_is_told_as_that_and_not_as_an_addition(cursor, capsys):
    cursor.execute(
        "INSERT INTO intake.ledger SELECT chain, 3, 'amendment', night, unit, registration_number, version, region, '{}',"
        " '{withhold}', ground, agreement_version, policy_version, mandate, now(), hash, hash FROM intake.ledger"
        " WHERE sequence = 1"
    )
    story = explain(cursor, NUMBER, None, read_rules())
    assert story["disclosures"][-1]["kind_words"] == {"nl": "ingekort", "en": "shortened"}
    text = "\n".join(tell(story))
    assert "versie 1 ingekort bij VT09" in text
    assert "eruit gehaald wat een meegenomen registratie bracht: achtergehouden" in text
    print_entries(read_entries(cursor, NUMBER), NUMBER, "nl")
    printed = capsys.readouterr().out
    assert "versie 1 ingekort bij VT09" in printed
    assert "versie 1 ingetrokken bij VT09" in printed
    assert "eruit gehaald wat een meegenomen registratie bracht: achtergehouden" in printed


def test_whom_it_recognised_what_it_carries_and_a_recall_that_the_ledger_does_not_tell(cursor):
    once = Once(cursor.connection)
    staging.stage(once, region="VT10", decide=False)
    staging.recall(once, region="VT10", reason="rule_error")
    staging.outcome(once, "PL0700-2026000003", became="duplicate", unit="RE07")
    cursor.execute("UPDATE intake.outcome SET carried_by = %s WHERE unit = 'RE07'", (f"RE06 {NUMBER} 1",))
    cursor.execute(
        "INSERT INTO intake.earlier (unit, registration_number, version, night, known_at)"
        " VALUES ('RE06', %s, 1, %s, now()), ('RE07', 'PL0700-2022000009', 4, '2022-01-01', now())",
        (NUMBER, NIGHT),
    )
    cursor.execute(
        "INSERT INTO intake.person_link VALUES"
        " ('RE06', %s, 1, 2, 'RE07', 'PL0700-2022000009', 4, 7, 'hint', 12.34, '{birth:exact}', 'p')",
        (NUMBER,),
    )
    text = "\n".join(tell(explain(cursor, NUMBER, None, read_rules())))
    assert "Neemt mee: RE07 PL0700-2026000003 1\n" in text
    assert "persoon 2: misschien dezelfde persoon als RE07 PL0700-2022000009 persoon 7 (12.3 bits: " in text
    assert "versie 1 ingetrokken bij VT10: teruggenomen: een regel had haar moeten" in text
    assert text.count("Personen herkend") == text.count("Verstrekkingenregister") == 1


def test_a_version_that_could_not_be_read_is_said_so(cursor):
    staging.outcome(Once(cursor.connection), "PL0600-2026000777", became="reject", version=None, night=NIGHT)
    told = [*tell(explain(cursor, "PL0600-2026000777", None, read_rules()))]
    assert any(line.startswith(lines("nl")["no_version"]) for line in told)


def test_a_number_that_nobody_sent_is_no_story(cursor):
    with pytest.raises(UsageError):
        explain(cursor, "PL0000", None, read_rules())
    staging.outcome(Once(cursor.connection), NUMBER, became="return", unit="RE07", night=NIGHT)
    with pytest.raises(UsageError, match="RE07"):
        explain(cursor, NUMBER, None, read_rules())


@pytest.mark.parametrize("told", ["withhold", "replaced", "removed"])
def test_what_was_taken_out_of_a_report_is_told_in_words(told):
    entry = {"kind": "amendment", "at": "2026-11-24T06:00:00+01:00", "elements": [], "withheld": [told]}
    (back,) = entry_in_words(entry, read_rules())["kept_back"]
    assert told not in back["words"].values()


def test_why_something_was_not_disclosed_is_a_reason_and_not_a_kind_of_data():
    entry = dict.fromkeys(("ground", "agreement_version", "mandate", "version", "chain", "sequence"), "x")
    entry |= {"kind": "withholding", "at": "2026-11-24T06:00:00+01:00", "elements": [], "region": None}
    told = list(tell_entry(entry_in_words(entry | {"withheld": ["forbidden_regime"]}, read_rules()), [], "nl"))
    assert told[-1].startswith("  reden: Gegevens uit een gericht onderzoek")
    assert told[-1].endswith("(Bpg 4:2(1)(i) (H))")
