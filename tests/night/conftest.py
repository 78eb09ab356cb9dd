"""Whole nights: exports in an inbox, the real pipeline, a real PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from psycopg2.extensions import parse_dsn
from typer.testing import CliRunner

from pipeline import cli, installation
from pipeline.desk.queue import Item, list_held
from pipeline.load.database import kept_connections, transaction
from pipeline.night import run_night
from pipeline.policy.agreements import SHIPPED, read_agreements
from pipeline.settings import Settings, as_environ
from pipeline.synth import write_nights
from tests.conftest import settings_of

NIGHT = date(2026, 11, 22)


@pytest.fixture(scope="session")
def inbox(tmp_path_factory):
    """A small night of all ten units, with its truth beside it."""
    folder = tmp_path_factory.mktemp("night")
    write_nights(
        folder / "inbox",
        NIGHT,
        nights=2,
        registrations=260,
        seed=18,  # several events of two registrations, in one night and over two
        agreements=read_agreements(),
        truth=folder / "truth.parquet",
    )
    return folder / "inbox"


@pytest.fixture(autouse=True)
def one_connection():
    """Let the nights of one test share a connection: a new one learns for half of a small night what tables there are."""
    with kept_connections():
        yield


@pytest.fixture
def at_night(settings, inbox):
    """Settings over a fresh database that read that inbox."""
    return replace(settings, inbox=inbox)


def program(settings: Settings) -> Callable[..., str]:
    """Return the program over these settings: by its words, what it says on standard output."""
    environment = as_environ(settings)

    def run(*arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(cli.app, list(arguments), env=environment)
        assert result.exit_code == status, result.output
        return result.stdout

    return run


def waiting(settings: Settings, test: Callable[[Item], bool]) -> Item:
    """Return the first item at the desk that passes a test."""
    with transaction(settings.dsn, "desk") as cursor:
        return next(item for item in list_held(cursor, limit=1000) if test(item))


@pytest.fixture(scope="session")
def agreements_of(tmp_path_factory):
    """A function that returns a folder of agreements with a few units: ten take three times as long to say the same."""

    def chosen(*units: str) -> Path:
        folder = tmp_path_factory.mktemp("agreements")
        for unit in units:
            shutil.copy(SHIPPED / f"{unit.lower()}.toml", folder)
        return folder

    return chosen


@pytest.fixture(scope="session")
def night_done(inbox, copy_database, tmp_path_factory):
    """Settings over a database in which the night is done, and its status: to be copied, not to be changed."""
    home = tmp_path_factory.mktemp("done") / "home"
    settings = replace(settings_of(home, copy_database("meldstroom")), inbox=inbox)
    return settings, run_night(settings, NIGHT)


def copied(settings: Settings, copy_database: Callable[[str], str], home: Path) -> Settings:
    """Settings over a copy of a finished night, its home too: what a test runs beside changes no other test's files."""
    installation.database.cache_clear()
    shutil.copytree(settings.home, home)
    return replace(settings, home=home, dsn=copy_database(parse_dsn(settings.dsn)["dbname"]))


@pytest.fixture
def ran(night_done, copy_database, drop_database, tmp_path):
    """Settings over a copy of the night that is done, and its status."""
    settings, status = night_done
    own = copied(settings, copy_database, tmp_path / "ran")
    yield own, status
    drop_database(own.dsn)


@pytest.fixture(scope="session")
def two_nights(night_done, copy_database, tmp_path_factory):
    """Settings over a copy in which the night after is done too: not to be changed."""
    settings = copied(night_done[0], copy_database, tmp_path_factory.mktemp("two") / "home")
    run_night(settings, NIGHT + timedelta(days=1))
    return settings


def everything(dsn: str) -> dict[str, list]:
    """Every row of the staging tables, outcomes and ledger, but for the times of loading."""
    with transaction(dsn, "everything") as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text, string_agg(quote_ident(attname), ', ' ORDER BY attnum),"
            " pg_relation_size(attrelid) > 0"  # what has no file has no rows: of hundreds of tables few are opened
            " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN pg_namespace ON pg_namespace.oid ="
            " relnamespace WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped AND (nspname LIKE 'vt\\_%' OR"
            " (nspname, relname) IN (('intake', 'outcome'), ('intake', 'ledger'), ('intake', 'quality'),"
            " ('intake', 'person_link'))) AND attname NOT IN ('weight', 'loaded_at', 'delivered_at',"
            " 'recalled_at', 'recorded_at', 'previous_hash', 'hash', 'persons') GROUP BY attrelid ORDER BY 1"
        )
        tables = cursor.fetchall()
        found = {}
        for table, named, filled in tables:
            if filled:
                cursor.execute(f"SELECT {named} FROM {table} ORDER BY {named}")
            found[table] = cursor.fetchall() if filled else []
    return found


def unnumbered(found: dict[str, list]) -> dict[str, list]:
    """The same, but for the places of entries in the ledger: these are in the order of loading, and so of parts."""
    return found | {"intake.ledger": sorted((chain, *entry) for chain, _, *entry in found["intake.ledger"])}
