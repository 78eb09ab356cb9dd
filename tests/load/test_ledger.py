from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import psycopg2
import pytest

from pipeline.decide.about import ABOUT
from pipeline.load import checkpoint
from pipeline.load.checkpoint import read_checkpoints, read_document, read_pem, signing_key, write_checkpoint
from pipeline.load.ledger import ENTRY, append
from pipeline.load.verify import PROBLEMS, verify

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
SECRET = b"s" * 32
KEY = signing_key(SECRET).public_key()
NUMBER = "PL0600-2026000001"


def entries(*versions: int, number=NUMBER) -> pl.DataFrame:
    fixed = ("disclosure", date(2026, 11, 22), "RE06", number)
    terms = ("VT09", ["identity"], [], "Wpg 18(1)", "1", "p", "m")
    return pl.DataFrame([(*fixed, version, *terms) for version in versions], schema=ENTRY, orient="row")


def about(*versions: int) -> pl.DataFrame:
    rows = [
        ("RE06", NUMBER, version, person, ["identity"], [version, person]) for version in versions for person in (1, 2)
    ]
    return pl.DataFrame(rows, schema=ABOUT, orient="row")


@pytest.fixture
def ledger(server):
    """A cursor that sees three entries of VT09 and one of VT10, all under a checkpoint; it all goes again."""
    connection = psycopg2.connect(server)
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        append(cursor, "VT09", entries(1, 2), AT, about(1, 2, 9))
        append(cursor, "VT09", entries(3), AT)
        append(cursor, "VT10", entries(1), AT)
        write_checkpoint(cursor, SECRET)
        yield cursor
    connection.close()


def tamper(cursor, *statements):
    """As the owner of the database, who can switch every trigger off."""
    cursor.execute("SET LOCAL session_replication_role = 'replica'")
    for statement in statements:
        cursor.execute(statement)
    cursor.execute("SET LOCAL session_replication_role = 'origin'")


def found(cursor, *elsewhere):
    return [(breach.chain, breach.sequence, breach.problem) for breach in verify(cursor, KEY, elsewhere).breaches]


def test_an_untouched_ledger_holds(ledger):
    verified = verify(ledger, KEY)
    assert verified.holds
    assert (verified.entries, verified.chains, verified.checkpoint.number) == (4, 2, 1)


ENTRIES = "intake.ledger WHERE chain = 'VT09'"


@pytest.mark.parametrize(
    ("tampering", "breaches"),
    [
        (
            "UPDATE intake.ledger SET elements = '{bsn}' WHERE chain = 'VT09' AND sequence = 2",
            [("VT09", 2, "altered")],
        ),
        (
            "UPDATE intake.ledger_person SET keys = '{7}' WHERE sequence = 1 AND person_number = 2",
            [("VT09", 1, "persons_altered")],
        ),
        ("DELETE FROM intake.ledger_person WHERE sequence = 2", [("VT09", 2, "persons_altered")]),
        (
            "DELETE FROM intake.ledger_person WHERE sequence = 2;"
            " UPDATE intake.ledger SET persons = NULL WHERE chain = 'VT09' AND sequence = 2",
            [("VT09", 2, "altered")],
        ),
        (f"DELETE FROM {ENTRIES} AND sequence = 2", [("VT09", 3, "missing")]),
        (f"DELETE FROM {ENTRIES} AND sequence = 1", [("VT09", 2, "missing")]),
        (
            "UPDATE intake.ledger SET previous_hash = hash WHERE chain = 'VT09' AND sequence = 3",
            [("VT09", 3, "out_of_order"), ("VT09", 3, "altered")],
        ),
        (f"DELETE FROM {ENTRIES} AND sequence > 1", [("VT09", 2, "cut")]),
        (f"DELETE FROM {ENTRIES}", [("VT09", 1, "gone")]),
        (
            "UPDATE intake.ledger_checkpoint SET statement = replace(statement, '\"sequence\":3', '\"sequence\":2')",
            [("checkpoints", 1, "forged")],
        ),
        ("UPDATE intake.ledger_checkpoint SET number = 2", [("checkpoints", 2, "forged")]),
        ("UPDATE intake.ledger_checkpoint SET made_at = made_at - interval '1 day'", [("checkpoints", 1, "forged")]),
    ],
)
def test_tampering_shows(ledger, tampering, breaches):
    tamper(ledger, tampering)
    assert found(ledger) == breaches


def test_two_entries_in_each_others_place_show(ledger):
    for before, after in ((1, 9), (2, 1), (9, 2)):
        tamper(ledger, f"UPDATE intake.ledger SET sequence = {after} WHERE chain = 'VT09' AND sequence = {before}")
    assert {problem for _, _, problem in found(ledger)} >= {"altered", "out_of_order"}


def test_a_chain_that_was_written_anew_shows(ledger):
    """Whoever can write the database can compute every hash, but not sign."""
    tamper(ledger, "DELETE FROM intake.ledger_person", "DELETE FROM intake.ledger")
    ledger.execute("CREATE TEMP TABLE aside AS SELECT * FROM intake.ledger_checkpoint")
    tamper(ledger, "DELETE FROM intake.ledger_checkpoint")
    append(ledger, "VT09", entries(1, 2, 4), AT, about(1, 2))
    append(ledger, "VT10", entries(1), AT)
    ledger.execute("INSERT INTO intake.ledger_checkpoint SELECT * FROM aside")
    assert found(ledger) == [("VT09", 3, "rewritten")]


def test_a_checkpoint_by_another_key_is_forged_and_one_taken_from_between_is_missed(ledger):
    for version in (4, 5):
        append(ledger, "VT09", entries(version), AT)
        write_checkpoint(ledger, SECRET)
    tamper(ledger, "DELETE FROM intake.ledger_checkpoint WHERE number = 2")
    assert found(ledger) == [("checkpoints", 3, "checkpoint_gone")]
    append(ledger, "VT09", entries(6), AT)
    write_checkpoint(ledger, b"t" * 32)
    assert found(ledger)[-1] == ("checkpoints", 4, "forged")


def test_a_copy_kept_elsewhere_shows_that_the_end_went_with_its_checkpoint(ledger):
    append(ledger, "VT09", entries(4), AT)
    kept = read_document(write_checkpoint(ledger, SECRET).as_json())
    assert found(ledger, kept) == []
    tamper(
        ledger,
        "DELETE FROM intake.ledger WHERE chain = 'VT09' AND sequence = 4",
        "DELETE FROM intake.ledger_checkpoint WHERE number = 2",
    )
    assert found(ledger) == []
    assert found(ledger, kept) == [("checkpoints", 2, "checkpoint_gone"), ("VT09", 4, "cut")]
    assert found(ledger, replace(kept, signature=bytes(64)))[0] == ("checkpoints", 2, "forged")


def test_what_was_cut_is_not_written_over(ledger):
    tamper(ledger, f"DELETE FROM {ENTRIES} AND sequence = 3")
    append(ledger, "VT09", entries(4), AT)
    assert found(ledger) == [("VT09", 4, "missing")]


def test_a_checkpoint_is_made_once_while_nothing_changes(ledger):
    (first,) = read_checkpoints(ledger)
    assert write_checkpoint(ledger, SECRET) == first
    assert [first.heads[chain].sequence for chain in ("VT09", "VT10")] == [3, 1]


def test_the_public_key_is_enough_to_verify():
    assert read_pem(checkpoint.public_pem(SECRET)) == KEY


@pytest.mark.parametrize("statement", ["DELETE FROM", "TRUNCATE", "UPDATE"])
@pytest.mark.parametrize("table", ["ledger", "ledger_person", "ledger_checkpoint"])
def test_the_ledger_is_append_only(server, statement, table):
    connection = psycopg2.connect(server)
    column = {"ledger": "kind = kind", "ledger_person": "keys = keys", "ledger_checkpoint": "number = number"}[table]
    command = f"UPDATE intake.{table} SET {column}" if statement == "UPDATE" else f"{statement} intake.{table}"
    with pytest.raises(psycopg2.errors.RaiseException), connection.cursor() as cursor:
        cursor.execute(command + (" CASCADE" if statement == "TRUNCATE" else ""))
    connection.close()


def test_a_delivery_without_an_entry_shows(ledger):
    ledger.execute(
        "INSERT INTO vt_09.report (region, unit, registration_number, version, night, kind, known_at,"
        " substantiation_score, legal_ground, secrecy_notice, agreement_version, policy_version, mandate)"
        " SELECT 'VT09', 'RE06', %s, version, %s, 'youth_concern', %s, 50, 'g', 's', '1', 'p', 'm'"
        " FROM generate_series(3, 5) AS version",
        (NUMBER, AT.date(), AT - timedelta(days=1)),
    )
    assert found(ledger) == [("VT09", 2, "unrecorded")]


YEARS_AGO = datetime(2022, 3, 1, tzinfo=UTC)
LIMIT = datetime(2022, 11, 24, tzinfo=UTC)


@pytest.fixture
def old(server):
    """VT09: two entries under a checkpoint and a third after it, long ago; a young one. VT10: long ago only."""
    connection = psycopg2.connect(server)
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        append(cursor, "VT09", entries(1, 2), YEARS_AGO, about(1, 2))
        append(cursor, "VT10", entries(1), YEARS_AGO)
        write_checkpoint(cursor, SECRET)
        append(cursor, "VT09", entries(3), YEARS_AGO)
        append(cursor, "VT10", entries(2), YEARS_AGO)
        append(cursor, "VT09", entries(4), AT, about(4))
        yield cursor
    connection.close()


def sequences(cursor):
    cursor.execute("SELECT chain, sequence FROM intake.ledger ORDER BY 1, 2")
    return cursor.fetchall()


def test_retention_cuts_up_to_a_checkpoint_and_the_ledger_still_holds(old):
    assert checkpoint.cut_before(old, SECRET, LIMIT) == 4
    assert sequences(old) == [("VT09", 3), ("VT09", 4)]
    old.execute("SELECT DISTINCT sequence FROM intake.ledger_person")
    assert old.fetchall() == [(4,)]
    assert found(old) == []
    assert checkpoint.cut_before(old, SECRET, LIMIT) == 0
    append(old, "VT10", entries(5), AT)
    assert sequences(old)[-1] == ("VT10", 3)
    assert found(old) == []
    with pytest.raises(psycopg2.Error, match=r"."):
        old.execute("DELETE FROM intake.ledger")


@pytest.mark.parametrize(
    ("tampering", "breach"),
    [
        (f"DELETE FROM {ENTRIES} AND sequence = 3", ("VT09", 4, "missing")),
        (f"DELETE FROM {ENTRIES}", ("VT09", 3, "gone")),
        (
            f"UPDATE intake.ledger SET sequence = 2 WHERE {ENTRIES.split('WHERE')[1]} AND sequence = 3",
            ("VT09", 2, "out_of_order"),
        ),
    ],
)
def test_what_was_not_cut_by_retention_is_missed(old, tampering, breach):
    checkpoint.cut_before(old, SECRET, LIMIT)
    tamper(old, tampering)
    assert breach in found(old)


def test_a_cut_that_nobody_signed_shows(old):
    tamper(old, f"DELETE FROM {ENTRIES} AND sequence <= 2")
    assert found(old) == [("VT09", 3, "missing")]


def test_every_problem_has_words_in_both_languages():
    assert all(len(words) == 2 and all(words) for words in PROBLEMS.values())
