import time
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import polars as pl
import psycopg2
import pytest

from pipeline.errors import LoadError, SettingsError
from pipeline.load import database as load_database
from pipeline.load.database import copy, frame, kept_connections, migrate, query, transaction
from pipeline.load.server import other_database
from pipeline.schema import PERSON, PRIOR_INCIDENT, REGISTRATION
from tests.outbox.rows import NUMBER, person, report
from tests.outbox.staging import disclose, insert, rows


def test_migrations_apply_once(database):
    assert migrate(database) == []


@pytest.fixture
def database_of(maintenance, server):
    """A function that makes an empty database with an owner of few rights, and returns its DSN."""
    made = []

    def make(owner, encoding="UTF8"):
        name = f"own_{uuid4().hex[:12]}"
        with maintenance.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {name} LOGIN")
            cursor.execute(
                f"CREATE DATABASE {name} OWNER {name if owner else 'postgres'} TEMPLATE template0"
                f" ENCODING '{encoding}' LOCALE_PROVIDER libc LOCALE 'C'"
            )
            cursor.execute(f"GRANT CONNECT ON DATABASE {name} TO {name}")
        made.append(name)
        return other_database(server, name, name)

    yield make
    with maintenance.cursor() as cursor:
        for name in made:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            cursor.execute(f"DROP ROLE {name}")


def test_an_owner_who_may_make_no_roles_finds_those_of_the_regions_made(database_of):
    assert migrate(database_of(owner=True))


def test_what_was_delivered_before_there_was_a_column_for_it_came_when_the_ledger_says(database_of, monkeypatch):
    dsn, migrations = database_of(owner=True), load_database._migrations()
    monkeypatch.setattr(load_database, "_migrations", lambda: [one for one in migrations if one[0] < "112"])
    migrate(dsn)
    connection = psycopg2.connect(dsn)
    since = datetime.now(UTC) + timedelta(days=30)  # when something was added
    known = report(loaded_at=since)
    del known["delivered_at"]
    insert(connection, "vt_09.report", known, known | {"registration_number": "PL0600-2026000002"})
    disclose(connection, NUMBER, "VT09")
    monkeypatch.undo()
    migrate(dsn)
    told = rows(connection, "SELECT registration_number, delivered_at < loaded_at FROM vt_09.report ORDER BY 1")
    assert told == [(NUMBER, True), ("PL0600-2026000002", False)]
    connection.close()


def test_who_may_not_make_what_is_needed_reads_which_rights_are(database_of):
    with pytest.raises(SettingsError, match="CREATEROLE"):
        migrate(database_of(owner=False))


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_would_garble_texts_is_refused(database_of, encoding):
    with pytest.raises(SettingsError, match="UTF8"):
        migrate(database_of(owner=True, encoding=encoding))


def test_texts_are_utf8_whatever_the_environment_says(database, monkeypatch):
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    with transaction(database, "t") as cursor:
        cursor.execute("CREATE TEMP TABLE t (text text)")
        copy(cursor, "t", pl.DataFrame({"text": ["één €"]}))
        assert query(cursor, "SELECT text, length(text) FROM t") == [("één €", 5)]


def test_copy_keeps_nulls_lists_quotes_and_moments(database):
    given = pl.DataFrame(
        {
            "text": ['a "quoted", one', None, ""],
            "codes": [["a:b", 'q"\\'], [], None],
            "moment": [datetime(2026, 3, 29, 1, 30, tzinfo=UTC), None, None],
            "flag": [True, None, False],
            "day": [date(2026, 1, 1), None, None],
        }
    )
    with transaction(database, "t") as cursor:
        cursor.execute("CREATE TEMP TABLE t (text text, codes text[], moment timestamptz, flag boolean, day date)")
        copy(cursor, "t", given)
        back = frame(cursor, "SELECT text, codes, moment, flag, day FROM t", given.schema)
    assert back.equals(given)


def test_an_error_names_the_target_and_the_code_and_no_value(database):
    with pytest.raises(LoadError) as caught, transaction(database, "somewhere") as cursor:
        cursor.execute("CREATE TEMP TABLE t (n integer)")
        copy(cursor, "t", pl.DataFrame({"n": ["geheim"]}))
    assert "geheim" not in str(caught.value)
    assert "somewhere" in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_region_reads_its_own_schema_and_nothing_else(database):
    as_reader = psycopg2.connect(database, user="vt_09_reader")
    as_reader.autocommit = True
    with as_reader.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vt_09.report")
        assert cursor.fetchone() == (0,)
        for forbidden in (
            "SELECT 1 FROM vt_10.report",
            "SELECT 1 FROM intake.outcome",
            "INSERT INTO vt_09.recall VALUES ('RE06', 'x', 1, 'x', NULL, '2026-01-01')",
            "CREATE TEMP TABLE t (n integer)",
            "CREATE TABLE vt_09.t (n integer)",
            "SELECT name FROM public.migration",
            "SELECT intake.create_region('VT16')",
            "SELECT lo_create(0)",
            "SELECT lo_from_bytea(0, 'x')",
            "SELECT pg_advisory_lock(7301948, hashtext('VT10'))",
            "SELECT pg_try_advisory_xact_lock_shared(1)",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(forbidden)
    as_reader.close()


NOBODY = dict.fromkeys(
    ("family_name", "name_prefix", "given_names", "birth_date", "bsn", "street", "house_number", "house_number_suffix",
     "postcode", "place", "municipality_code", "phone")
)  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"role": "GE"}, False),
        ({"role": "ME", "family_name": "x"}, True),
        ({"role": "GE", "phone": "x"}, True),
        ({"role": "SO", "family_name": "x", "street": "x"}, False),
        ({"role": "IN"}, True),
        ({"role": "SO", "family_name": "x", "secret_address": True}, False),
        ({"role": "SO", "place": "x", "secret_address": True}, True),
    ],
)
def test_the_tables_themselves_refuse_a_source_by_name_and_a_secret_address(database, columns, refused):
    connection = psycopg2.connect(database)
    insert(connection, "vt_09.report", report())
    one = person(1, "SO") | NOBODY | {"secret_address": False} | columns
    with pytest.raises(psycopg2.errors.CheckViolation) if refused else nullcontext():
        insert(connection, "vt_09.person", one)
    connection.close()


def test_every_column_of_the_staging_tables_is_described(database):
    with transaction(database, "comments") as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'vt_09'"
            " AND col_description(format('vt_09.%I', table_name)::regclass, ordinal_position) IS NULL"
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize(
    ("staged", "table"), [("report", REGISTRATION), ("person", PERSON), ("prior_incident", PRIOR_INCIDENT)]
)
def test_every_column_of_the_contract_says_which_one_it_comes_from(database, staged, table):
    with transaction(database, "comments") as cursor:
        told = dict(
            query(
                cursor,
                "SELECT column_name, col_description(format('vt_09.%%I', table_name)::regclass, ordinal_position)"
                " FROM information_schema.columns WHERE (table_schema, table_name) = ('vt_09', %s)",
                (staged,),
            )
        )
    known = {column.name: column.dutch for column in table.columns if column.name in told}
    assert len(known) > 4
    for name, dutch in known.items():
        assert f"{table.dutch}.{dutch}" in told[name] or told[name] == "As in report.", name


def backend(dsn):
    """Which connection a transaction has, and whether something of an earlier one stands in it."""
    with transaction(dsn, "backend") as cursor:
        return query(cursor, "SELECT pg_backend_pid(), to_regclass('pg_temp.t') IS NOT NULL")[0]


def test_each_transaction_has_a_connection_of_its_own_unless_they_are_kept(database):
    assert backend(database) != backend(database)
    with kept_connections():
        first = backend(database)
        assert backend(database) == first
        with transaction(database, "outer"):
            assert backend(database) != first
        with pytest.raises(LoadError), transaction(database, "broken") as cursor:
            cursor.execute("CREATE TEMP TABLE t (n integer)")
            cursor.execute("SELECT 1 / 0")
        assert backend(database)[1] is False
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    until = time.monotonic() + 30  # a backend ends a moment after its connection
    with transaction(database, "after") as cursor:
        while query(cursor, others) != [(0,)]:
            assert time.monotonic() < until
            cursor.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.05)")


def test_a_kept_connection_that_the_server_ended_is_replaced(database, maintenance):
    with kept_connections():
        number, _ = backend(database)
        with maintenance.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", (number,))
        assert backend(database)[0] != number
