"""What is past its term goes, and nothing else; what a dry run says is what goes."""

import os
from datetime import UTC, date, datetime, time

import pytest

from pipeline import retention
from pipeline.errors import LedgerBroken, PolicyError
from pipeline.feedback.take import import_new_feedback
from pipeline.load import archive
from pipeline.load.connection import connected
from pipeline.load.database import query, transaction
from pipeline.load.intake import ExportKey
from pipeline.policy.retention import read_retention
from pipeline.settings import read_key
from tests import builders

TODAY = date(2026, 11, 24)
OLD, YOUNG = date(2021, 11, 23), date(2026, 11, 22)
MONTHS = date(2026, 8, 1)

FILLED = """
INSERT INTO intake.export (unit, night, export_id, channel, state, manifest_digest, dialect, agreement_version,
    policy_version, received, receipt)
  SELECT 'RE06', night, 'e1', 'nightly', 'loaded', 'd', 'jsonl', '1', 'p', 1, '{}' FROM unnest(%(nights)s) AS night;
INSERT INTO intake.outcome (unit, night, export_id, row, registration_number, version, outcome, reasons, policy_version,
    score, known_at)
  SELECT 'RE06', night, 'e1', 0, 'PL' || night, 1, 'hold', '{embargo}', 'p', 50,
    CASE WHEN night = %(young)s THEN '2021-11-01'::timestamptz ELSE night END FROM unnest(%(nights)s) AS night;
INSERT INTO intake.hold (unit, night, export_id, row, danger, due, decided_at, sealed)
  SELECT 'RE06', night, 'e1', 0, false, now(), CASE WHEN night = %(young)s THEN now() END, 'x'
  FROM unnest(%(nights)s) AS night;
INSERT INTO intake.earlier (unit, registration_number, version, night, known_at)
  SELECT 'RE06', 'PL' || night, 1, night, night FROM unnest(%(nights)s) AS night;
INSERT INTO intake.person_key (unit, registration_number, version, person_number, role, blocks)
  SELECT 'RE06', 'PL' || night, 1, 1, 'SO', '{7}' FROM unnest(%(nights)s) AS night;
INSERT INTO intake.person_link (unit, registration_number, version, person_number, earlier_unit, earlier_number,
    earlier_version, earlier_person_number, kind, weight, evidence, policy_version)
  VALUES ('RE06', 'PL' || %(young)s, 1, 1, 'RE06', 'PL' || %(old)s, 1, 1, 'link', 20, '{}', 'p');
INSERT INTO intake.desk_view (viewed_at, account, unit, night, export_id, row)
  SELECT night, 'a', 'RE06', night, 'e1', 0 FROM unnest(%(nights)s) AS night;
INSERT INTO intake.message (reference, region, unit, registration_number, version, purpose, kind, night, state, digest,
    demonstration)
  SELECT 'm' || night, 'VT09', 'RE06', 'PL' || night, 1, 'report', 'vtMeldingDi01', night, 'sent', 'd', false
  FROM unnest(%(nights)s) AS night;
INSERT INTO intake.acknowledgement (reference, region, answer, at, fingerprint, received_at)
  SELECT 'm' || night, 'VT09', 'Bv03', now(), night, now() FROM unnest(%(nights)s) AS night;
"""
COUNTED = (
    "export",
    "outcome",
    "earlier",
    "person_key",
    "person_block",
    "person_link",
    "desk_view",
    "message",
    "acknowledgement",
)


TERMS = {
    "at once": {"removed_data", "sealed_holds"},
    "14 days": {"working_files"},
    "90 days": {"received_tables", "delivered_files", "sent_files"},
    "4 years": {"ledger"},
    "5 years": {"judged", "outcomes", "history", "desk", "feedback", "told_files"},
    "for good": {"statistics", "checkpoints"},
}
"""Wpg 8(6): five years at most of what is known of persons; 32(1)(f): the ledger four at least."""


def test_the_terms_that_ship_are_those_of_the_law():
    assert {term.id: term.keep for term in read_retention(TODAY)} == {
        name: keep for keep, names in TERMS.items() for name in names
    }


@pytest.fixture
def filled(settings):
    """An installation with something of five years and a day ago, of some months ago, and of two days ago."""
    with transaction(settings.dsn, "filled") as cursor:
        cursor.execute(FILLED, {"nights": [OLD, MONTHS, YOUNG], "young": YOUNG, "old": OLD})
    secret = read_key(settings)
    for night in (OLD, MONTHS, YOUNG):
        key = ExportKey("RE06", night, "e1")
        tables = builders.tables()
        for name in ("registration", "person"):
            archive.write_sealed(secret, getattr(tables, name), archive.folder(settings.home, key) / f"part-0.{name}")
        archive.write_sealed(secret, tables.registration, archive.folder(settings.home, key) / "part-0.judged")
    (settings.inbox / "RE06" / str(MONTHS)).mkdir(parents=True)
    (settings.inbox / "RE06" / str(YOUNG)).mkdir()
    for night in (OLD, MONTHS, YOUNG):
        for folder in ("outbox/VT09", "outgoing/RE06", "answers/VT09"):
            (settings.home / folder / str(night)).mkdir(parents=True)
            (settings.home / folder / str(night) / "file").touch()
    (settings.home / "lists").mkdir()
    (settings.home / "lists" / f"RE06_{date(2021, 10, 26)}_{OLD}.csv").touch()
    (settings.home / "lists" / f"RE06_{OLD}_{date(2021, 12, 21)}.csv").touch()
    for name, touched in ((OLD, YOUNG), (f"{OLD}-20211123T120000", MONTHS), (MONTHS, MONTHS), (YOUNG, YOUNG)):
        links = settings.home / "work" / str(name) / "links"
        (links / "RE06").mkdir(parents=True)
        (links / "RE06" / "part-0.parquet").touch()
        moment = datetime.combine(touched, time(12), UTC).timestamp()
        for path in (*links.parent.rglob("*"), links.parent):
            os.utime(path, (moment, moment))
    (settings.home / "work" / f"{OLD}.lock").touch()
    return settings


def counts(settings):
    with transaction(settings.dsn, "counts") as cursor:
        tables = {table: query(cursor, f"SELECT count(*) FROM intake.{table}")[0][0] for table in COUNTED}
        sealed = query(cursor, "SELECT night FROM intake.hold WHERE sealed IS NOT NULL ORDER BY 1")
        scored = query(cursor, "SELECT night FROM intake.outcome WHERE score IS NOT NULL ORDER BY 1")
    files = sorted("/".join(file.parts[-3:]) for file in (settings.home / "archive").glob("*/*/*/*"))
    return tables, [night for (night,) in sealed], [night for (night,) in scored], files


def test_what_is_past_its_term_goes_and_a_dry_run_only_says_so(filled):
    with transaction(filled.dsn, "counted") as cursor:
        cursor.execute("TRUNCATE intake.changed_night; INSERT INTO intake.changed_night VALUES ('2000-01-01')")
    whole = counts(filled)
    told = retention.apply_retention(filled, TODAY, dry=True)
    assert counts(filled) == whole
    done = retention.apply_retention(filled, TODAY)
    assert done == told
    assert {each.term.id: each.gone for each in done if each.gone} == {
        "received_tables": 4,
        "judged": 3,  # a file, and the verdicts of two registrations
        "outcomes": 1,
        "history": 1,
        "sealed_holds": 1,
        "desk": 1,
        "feedback": 1,
        "delivered_files": 1,
        "sent_files": 2,
        "told_files": 3,
        "working_files": 2,
    }
    # what nobody worked on any more; a night of long ago may be run just now
    assert sorted(path.name for path in (filled.home / "work").iterdir()) == [str(OLD), f"{OLD}.lock", str(YOUNG)]
    left = [file for folder in ("outbox", "outgoing", "answers", "lists") for file in (filled.home / folder).rglob("*")]
    assert len([file for file in left if file.is_file()]) == 8
    tables, sealed, scored, files = counts(filled)
    assert tables == dict.fromkeys(COUNTED, 2) | {"person_link": 0}
    assert sealed == [MONTHS]
    assert scored == [MONTHS]  # what was known five years ago has no facts left, though its night is young
    with transaction(filled.dsn, "counts") as cursor:
        assert query(cursor, "SELECT DISTINCT night FROM intake.changed_night") == [(date(2000, 1, 1),)]
    young = f"{YOUNG}/e1/part-0"
    assert files == [
        f"{MONTHS}/e1/part-0.judged",
        *(f"{young}.{name}" for name in ("judged", "person", "registration")),
    ]
    assert (filled.inbox / "RE06" / str(MONTHS)).is_dir()
    again = {each.term.id: each.gone for each in retention.apply_retention(filled, TODAY) if each.gone}
    assert again == {"delivered_files": 1, "sent_files": 2}
    told = again and done[0].as_json()
    assert told["words"]["nl"]
    assert told["source"]


def test_what_grew_too_old_at_the_desk_is_withheld_and_recorded(settings):
    with transaction(settings.dsn, "waiting") as cursor:
        cursor.execute(FILLED, {"nights": [OLD, MONTHS, YOUNG], "young": YOUNG, "old": OLD})
        cursor.execute("UPDATE intake.hold SET decided_at = NULL")
        cursor.execute("UPDATE intake.outcome SET known_at = '2021-11-24 00:00+01' WHERE night = %s", (MONTHS,))
    for today, known, waits in ((TODAY, YOUNG, [MONTHS]), (date(2026, 11, 25), MONTHS, [])):
        retention.apply_retention(settings, today)
        with transaction(settings.dsn, "waits") as cursor:
            open_nights = query(cursor, "SELECT night FROM intake.hold WHERE decided_at IS NULL AND sealed IS NOT NULL")
            told = query(cursor, "SELECT outcome, reasons[1] FROM intake.outcome WHERE night = %s", (known,))
            entries = query(
                cursor, "SELECT kind, ground, withheld FROM intake.ledger WHERE unit = 'RE06' AND night = %s", (known,)
            )
        assert [night for (night,) in open_nights] == waits
        assert told == [("withhold", "too_old")]
        assert entries == [("withholding", "Wpg 8(6)", ["too_old", "embargo"])]


def test_a_file_of_feedback_that_lies_in_the_inbox_is_not_taken_anew_after_its_term(settings):
    files = [settings.inbox / "feedback" / "VT09" / "2021-11-01" / name for name in ("lies.csv", "gone.csv")]
    files[0].parent.mkdir(parents=True)
    for file in files:
        file.write_text("registratienummer,event,at\nPL0600-2021000001,received,2021-11-01\n")
    with connected(settings.dsn) as connection:
        assert import_new_feedback(connection, settings.inbox, datetime(2021, 11, 1, tzinfo=UTC)).files == 2
        files[1].unlink()
        retention.apply_retention(settings, TODAY)
        with connection, connection.cursor() as cursor:
            assert query(cursor, "SELECT file FROM intake.feedback_file") == [("VT09/2021-11-01/lies.csv",)]
            assert query(cursor, "SELECT count(*) FROM intake.feedback_error") == [(0,)]
        assert import_new_feedback(connection, settings.inbox, datetime(2026, 11, 24, tzinfo=UTC)).files == 0


def test_a_ledger_that_does_not_hold_is_not_cut_and_the_rest_goes_on(filled):
    with transaction(filled.dsn, "tampering") as cursor:
        cursor.execute(
            "INSERT INTO intake.ledger (chain, sequence, kind, night, unit, registration_number, version, elements, ground,"
            " agreement_version, policy_version, mandate, recorded_at, previous_hash, hash)"
            " VALUES ('RE06', 1, 'withholding', %s, 'RE06', 'PL', 1, '{}', 'g', '1', 'p', 'm', %s, '', '')",
            (OLD, OLD),
        )
    with pytest.raises(LedgerBroken):
        retention.apply_retention(filled, TODAY)
    with pytest.raises(LedgerBroken):
        retention.require_whole_ledger(filled)
    with transaction(filled.dsn, "ledger") as cursor:
        assert query(cursor, "SELECT count(*) FROM intake.ledger WHERE registration_number = 'PL'") == [(1,)]
    assert counts(filled)[0]["earlier"] == 2
    assert retention.sign_checkpoint(filled).number == 1


def test_every_table_of_the_police_side_has_a_term(server):
    with transaction(server, "tables") as cursor:
        tables = query(
            cursor,
            "SELECT 'intake.' || table_name FROM information_schema.tables"
            " WHERE table_schema = 'intake' AND table_type = 'BASE TABLE'",
        )
    covered = {name for term in read_retention(TODAY) for name in term.covers if name.startswith("intake.")}
    assert {name for (name,) in tables} == covered, "name it in pipeline/policy/retention.toml and apply it"


def test_every_rule_is_applied():
    assert set(retention.RULES) == {term.id for term in read_retention(TODAY)}


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "[[rule]]\nid = 'a'",
        "[[rule]]\nid = 'a'\nkeep = '1 moon'\nsince = 's'\ncovers = []\neffective_from = 2015-01-01\nsource = 's'\nwords = {nl = 'n', en = 'e'}",
    ],
)
def test_a_policy_that_cannot_be_read_is_refused(tmp_path, text):
    file = tmp_path / "retention.toml"
    file.write_text(text)
    with pytest.raises(PolicyError, match=r"retention\.toml"):
        read_retention(TODAY, file)


def test_a_day_has_the_terms_that_count_on_it(tmp_path):
    rule = "[[rule]]\nid = '{}'\nkeep = '{}'\nsince = 's'\ncovers = []\neffective_from = {}\nsource = 's'\nwords = {{nl = 'n', en = 'e'}}\n"
    written = [("a", "90 days", "2015-01-01"), ("b", "at once", "2015-01-01"), ("a", "30 days", TODAY)]
    file = tmp_path / "retention.toml"
    file.write_text("".join(rule.format(*one) for one in written))
    told = [[(term.id, term.keep) for term in read_retention(day, file)] for day in (YOUNG, TODAY)]
    assert told == [[("a", "90 days"), ("b", "at once")], [("a", "30 days"), ("b", "at once")]]
    file.with_name("twice").write_text(rule.format(*written[0]) * 2)
    with pytest.raises(PolicyError, match="on one day"):
        read_retention(TODAY, file.with_name("twice"))


def test_a_file_that_goes_while_it_is_looked_at_was_touched_just_now(tmp_path):
    (tmp_path / "there").touch()
    os.utime(tmp_path / "there", (1, 1))
    assert [retention._touched(tmp_path / name) > 1 for name in ("there", "gone")] == [False, True]
