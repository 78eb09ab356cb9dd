"""What tests share: a real PostgreSQL, and the rule for what a machine may lack."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import connection, parse_dsn
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from pipeline.load.database import migrate
from pipeline.load.server import ensure_server, other_database, stop_server
from pipeline.redact import Redacted, Redactor
from pipeline.schema import REGIONS
from pipeline.settings import Settings, read_settings

MEMORY, ROOM = Path("/dev/shm"), 2 << 30
"""A file system in memory, and the bytes that have to be free there; a whole run holds a quarter of them at once."""

OURS = re.compile(r"[a-z]+(?:[_.:/\-][a-z0-9]+)*|[A-Z]{2}\d{2}|\d{4}-\d\d-\d\d|")
"""A code, a field, a file, a unit or region, a day: what may stand in the name of a test."""
SAID = {"gone", "one", "other", "value"}
"""Arguments that hold words of a text, or names."""
DEAREST = (
    "tests/dags/test_night_on_airflow.py",
    "tests/night/",
    "tests/night/test_secret_elsewhere.py",
    "tests/night/test_carriers.py",
    "tests/night/test_settle.py",
    "tests/night/test_overlooked.py",
    "tests/night/test_cli.py",
    "tests/night/test_urgent.py",
    "tests/night/test_canaries.py",
    "tests/night/test_life.py",
)
"""Tests that share what is dear to make (a running Airflow, finished nights), by the start of their name; the longest counts.

Dearest first. Those below `tests/night/` need no finished night, or have one made anew: beside the others they would be what
everybody waits for at the end.
"""


def _shared(nodeid: str) -> str:
    """Return what a test shares with others: the dear thing, else its module."""
    return max((dear for dear in DEAREST if nodeid.startswith(dear)), key=len, default=nodeid.partition("::")[0])


def pytest_configure() -> None:
    """Set, before test processes start, what makes them quick.

    What is temporary is kept in memory where there is room: a disk takes minutes over so many databases and files. Polars
    works in one thread: over a few rows a second one costs a fifth more than it brings.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # read anew


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case by its argument unless its text is a word of ours: names of tests stand in logs, too."""
    said = isinstance(val, bytes) or (isinstance(val, str) and (argname in SAID or not OURS.fullmatch(val)))
    return argname if said else None


class Sharing(LoadScopeScheduling):
    """Gives tests that share something to one process. xdist's own groups are not read under this pytest (9.2)."""

    def _split_scope(self, nodeid: str) -> str:
        return _shared(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Spread the tests over processes by what they share."""
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the dearest: the last to begin is the last to end."""
    items.sort(key=lambda item: (*DEAREST, _shared(item.nodeid)).index(_shared(item.nodeid)))


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
    careless(dsn)
    migrate(dsn)
    yield dsn
    stop_server(settings)
    shutil.rmtree(home, ignore_errors=True)


def careless(dsn: str) -> None:
    """Let a server wait for no disk: nothing of it is needed once its tests are over."""
    opened = psycopg2.connect(dsn)
    opened.autocommit = True  # ALTER SYSTEM runs in no transaction
    with opened.cursor() as cursor:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        cursor.execute("SELECT pg_reload_conf()")
    opened.close()


@pytest.fixture(scope="session")
def maintenance(server: str) -> Iterator[connection]:
    """A connection that makes and drops databases: each statement by itself."""
    opened = psycopg2.connect(other_database(server, "postgres"))
    opened.autocommit = True
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def copy_database(server: str, maintenance: connection) -> Callable[[str], str]:
    """A function that makes a database of its own out of another one and returns its DSN; it goes with the server."""

    def make(template: str) -> str:
        name = f"test_{uuid4().hex[:12]}"
        with maintenance.cursor() as cursor:
            # Nobody may be connected to what is copied; who kept a connection opens another one.
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", [template]
            )
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    *map(sql.Identifier, (name, template))
                )
            )
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
            readers = sql.SQL(", ").join(sql.Identifier(f"vt_{region[2:]}_reader") for region in REGIONS)
            cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), readers))
        return other_database(server, name)

    return make


@pytest.fixture(scope="session")
def drop_database(maintenance: connection) -> Callable[[str], None]:
    """A function that drops the database of a DSN: a thousand files each add up."""

    def drop(dsn: str) -> None:
        with maintenance.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(parse_dsn(dsn)["dbname"])))

    return drop


@pytest.fixture
def database(copy_database: Callable[[str], str], drop_database: Callable[[str], None]) -> Iterator[str]:
    """The DSN of a fresh, migrated database, gone after the test."""
    dsn = copy_database("meldstroom")
    yield dsn
    drop_database(dsn)


@pytest.fixture
def settings(tmp_path: Path, database: str) -> Settings:
    """Settings of a home of its own, over the fresh database."""
    return settings_of(tmp_path / "home", database)


def settings_of(home: Path, dsn: str) -> Settings:
    """Settings of one process over a database."""
    return read_settings({"MELDSTROOM_HOME": str(home), "MELDSTROOM_DSN": dsn, "MELDSTROOM_PROCESSES": "1"})


@pytest.fixture
def break_redactor(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A function that makes the redactor stop at one text."""

    def stop_at(breaking: str) -> None:
        redact_one = Redactor.redact_one

        def stops(redactor: Redactor, text: str, **more: Any) -> Redacted:
            if text == breaking:
                raise ValueError(text)
            return redact_one(redactor, text, **more)

        monkeypatch.setattr(Redactor, "redact_one", stops)

    return stop_at
