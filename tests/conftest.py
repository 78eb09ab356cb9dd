"""What tests share: a real PostgreSQL, and the rule for what a machine may lack."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from psycopg2 import sql

from pipeline.load.database import migrate
from pipeline.load.server import ensure_server, other_database, stop_server
from pipeline.schema import REGIONS
from pipeline.settings import Settings, read_settings


def lacking(what: str) -> None:
    """Skip on a user's machine, fail in CI: there everything a test needs must be there."""
    sentence = f"this machine has no {what}; .ci/run installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser to drive."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        lacking("chromium")
    return str(found)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The DSN of an embedded PostgreSQL of this test process, with a migrated database to copy.

    Not below pytest's own folder: every pytest that starts closes that one to other users, and the server is one.
    """
    home = Path(tempfile.mkdtemp(prefix="meldstroom-test-"))
    settings = read_settings({"MELDSTROOM_HOME": str(home)})
    dsn = ensure_server(settings)
    migrate(dsn)
    yield dsn
    stop_server(settings)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def copy_database(server: str) -> Iterator[Callable[[str], str]]:
    """A function that makes a database of its own out of another one and returns its DSN; all go at the end."""
    maintenance = psycopg2.connect(other_database(server, "postgres"))
    maintenance.autocommit = True
    made: list[str] = []

    def make(template: str) -> str:
        name = f"test_{uuid4().hex[:12]}"
        with maintenance.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
            for region in REGIONS:
                role = sql.Identifier(f"vt_{region[2:]}_reader")
                cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), role))
        made.append(name)
        return other_database(server, name)

    yield make
    with maintenance.cursor() as cursor:
        for name in made:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    maintenance.close()


@pytest.fixture
def database(copy_database: Callable[[str], str]) -> str:
    """The DSN of a fresh, migrated database."""
    return copy_database("meldstroom")


@pytest.fixture
def settings(tmp_path: Path, database: str) -> Settings:
    """Settings of a home of its own, over the fresh database."""
    return settings_of(tmp_path / "home", database)


def settings_of(home: Path, dsn: str) -> Settings:
    """Settings of one process over a database."""
    return read_settings({"MELDSTROOM_HOME": str(home), "MELDSTROOM_DSN": dsn, "MELDSTROOM_PROCESSES": "1"})
