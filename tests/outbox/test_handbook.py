from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extras import Json

from pipeline.load.connection import connected
from pipeline.outbox.handbook import TABLES, handbook_page
from pipeline.schema import REGIONS
from tests.outbox.rows import NUMBER, report
from tests.outbox.staging import recall, rows, stage

PAGE = Path(__file__).resolve().parents[2] / "docs" / "veilig-thuis.md"


def test_the_page_is_current(database):
    with connected(database) as connection:
        assert PAGE.read_text(encoding="utf-8") == handbook_page(connection), "run: meldstroom handbook"


def test_every_column_of_every_table_is_on_it(database):
    text = PAGE.read_text(encoding="utf-8")
    with connected(database) as connection:
        columns = rows(
            connection,
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'vt_27'",
        )
    assert {table for table, _ in columns} == set(TABLES)
    assert [column for _, column in columns if f"| `{column}` |" not in text] == []
    assert "<<" not in text


def test_all_regions_have_the_same_tables(database):
    with connected(database) as connection:
        shapes = rows(
            connection,
            "SELECT table_schema, string_agg(concat_ws(' ', table_name, column_name, data_type, is_nullable), ','"
            " ORDER BY table_name, ordinal_position) FROM information_schema.columns"
            " WHERE table_schema LIKE 'vt\\___' GROUP BY 1",
        )
    assert len(shapes) == len(REGIONS)
    assert len({shape for _, shape in shapes}) == 1


@pytest.fixture
def client():
    """The client of the page itself, so that the page cannot lie."""
    code = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    space = {}
    exec(compile(code, str(PAGE), "exec"), space)
    return space["poll"]


def test_the_client_takes_everything_once_as_the_regions_role(database, client):
    police = psycopg2.connect(database, user="vt_09_reader")
    ours = psycopg2.connect(database)  # stands for a database of Veilig Thuis's own
    taken, dropped = [], []

    def poll():
        client(police, ours, "vt_09", lambda *key: taken.append(key), lambda *key: dropped.append(key))

    with connected(database) as connection:
        stage(connection)
        stage(connection, "PL0600-2026000002")
        stage(connection, "PL0600-2026000003", "VT10")
        poll()
        poll()
        assert taken == [("RE06", NUMBER, 1), ("RE06", "PL0600-2026000002", 1)]
        stage(connection, version=2, loaded_at="2026-11-24T04:00:00+00:00")
        recall(connection, reason="replaced", replaced_by=2)
        # a load that began before the newest moment and became visible after it
        stage(connection, "PL0600-2026000004", loaded_at="2026-11-23T03:59:00+00:00")
        poll()
    assert taken[2:] == [("RE06", "PL0600-2026000004", 1), ("RE06", NUMBER, 2)]
    assert dropped == [("RE06", NUMBER, 1)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        client(police, ours, "vt_10", print, print)
    police.close()
    ours.close()


def test_the_client_is_short():
    code = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    inside = code.split("def poll")[1]
    assert len([line for line in inside.splitlines() if line.strip()]) <= 20


def test_a_load_that_ends_late_is_not_overlooked_and_an_addition_is_read_again(database, client):
    """The race of polling by moment: a load that began first and ends last brings rows older than the newest seen."""
    police, ours = psycopg2.connect(database, user="vt_09_reader"), psycopg2.connect(database)
    taken = []

    def poll():
        client(police, ours, "vt_09", lambda *key: taken.append(key[1]), print)

    row = {name: value for name, value in report().items() if name != "loaded_at"}
    with connected(database) as slow, connected(database) as quick, slow.cursor() as open_load:
        places = ", ".join(["%s"] * len(row))
        insert = f"INSERT INTO vt_09.report ({', '.join(row)}) VALUES ({places})"
        values = [Json(value) if name in {"entries", "triage"} else value for name, value in row.items()]
        open_load.execute(insert, values)  # its moment is taken now
        stage(quick, "PL0600-2026000002", loaded_at=datetime.now(UTC) + timedelta(minutes=1))
        poll()
        assert taken == ["PL0600-2026000002"]
        slow.commit()
        poll()
        assert taken == ["PL0600-2026000002", NUMBER]
        with quick, quick.cursor() as cursor:
            cursor.execute("UPDATE vt_09.report SET loaded_at = loaded_at + interval '1 second'")
        poll()
        assert sorted(taken[2:]) == [NUMBER, "PL0600-2026000002"]
    police.close()
    ours.close()


def test_no_transaction_can_outlast_the_day_that_a_client_looks_back(server):
    with connected(server) as connection:
        assert rows(connection, "SELECT current_setting('transaction_timeout')") == [("12h",)]
