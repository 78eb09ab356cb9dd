from datetime import UTC, date, datetime

import polars as pl
import psycopg2
import pytest

from pipeline.load.database import transaction
from pipeline.load.ledger import ENTRY, append, verify

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)


def entries(*versions: int) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (
                "disclosure",
                date(2026, 11, 22),
                "RE06",
                "PL0600-2026000001",
                version,
                "VT09",
                ["identity"],
                [],
                "Wpg 18(1)",
                "1",
                "p",
                "m",
            )
            for version in versions
        ],
        schema=ENTRY,
        orient="row",
    )


@pytest.fixture
def ledger(database):
    with transaction(database, "ledger") as cursor:
        append(cursor, "VT09", entries(1, 2), AT)
    with transaction(database, "ledger") as cursor:
        append(cursor, "VT09", entries(3), AT)
        append(cursor, "VT10", entries(1), AT)
    return database


def test_an_untouched_ledger_holds(ledger):
    with transaction(ledger, "ledger") as cursor:
        assert verify(cursor) == []


@pytest.mark.parametrize(
    ("tampering", "problem"),
    [
        ("UPDATE intake.ledger SET elements = '{bsn}' WHERE chain = 'VT09' AND sequence = 2", "altered"),
        ("DELETE FROM intake.ledger WHERE chain = 'VT09' AND sequence = 2", "missing"),
        ("UPDATE intake.ledger SET previous_hash = hash WHERE chain = 'VT09' AND sequence = 3", "follow"),
    ],
)
def test_tampering_shows(ledger, tampering, problem):
    with transaction(ledger, "tampering") as cursor:
        cursor.execute("SET meldstroom.retention = 'on'")
        cursor.execute(tampering)
    with transaction(ledger, "ledger") as cursor:
        assert [breach.chain for breach in verify(cursor) if problem in breach.problem] == ["VT09"]


def test_the_ledger_is_append_only(ledger):
    connection = psycopg2.connect(ledger)
    with pytest.raises(psycopg2.errors.RaiseException), connection.cursor() as cursor:
        cursor.execute("DELETE FROM intake.ledger")
    connection.close()
