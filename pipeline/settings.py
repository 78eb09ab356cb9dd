"""The only reader of the environment: what the operator chose, and the defaults of one machine."""

from __future__ import annotations

import base64
import binascii
import logging
import os
import pwd
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.errors import SettingsError, system_says

LOG = logging.getLogger("meldstroom.settings")

ZONE = "Europe/Amsterdam"
LOCAL = ZoneInfo(ZONE)
"""Nights, deadlines and local times of the contract are in this zone."""

KEY_BYTES = 32
_LAST_PORT = 65_535

NAMES = {
    "MELDSTROOM_HOME": "where state lives; default .meldstroom in the working folder",
    "MELDSTROOM_DSN": "a PostgreSQL server to use in place of the embedded one",
    "MELDSTROOM_INBOX": "where units deliver; default inbox under the home",
    "MELDSTROOM_KEY": "base64 of 32 bytes that encrypt and hash; default a file secret.key under the home",
    "MELDSTROOM_AGREEMENTS": "folder of agreements in place of those that ship",
    "MELDSTROOM_STUF_XSD": "folder of the official StUF schemas, to check messages against",
    "MELDSTROOM_IDENTITIES": "table of who sends and takes messages (CSV), in place of the one with placeholders",
    "MELDSTROOM_OUTBOX": "folder that the carrier takes messages from; default outbox under the home",
    "MELDSTROOM_DEADLINE": "HH:MM, local time on the day after the night; default 06:00",
    "MELDSTROOM_PROCESSES": "processes that work on one night; default one a core",
    "MELDSTROOM_WEBHOOK": 'http(s) address that gets {"text": …} when people must look; default the log alone',
    "MELDSTROOM_UI_PORT": "port of Airflow's UI on 127.0.0.1; default 8080",
}
"""Every variable that is read, with what it does; `docker/` and the documentation are checked against it."""


@dataclass(frozen=True)
class Settings:
    """What one installation chose. Paths are absolute; `given_key` never shows in a repr."""

    home: Path
    inbox: Path
    dsn: str | None = field(default=None, repr=False)
    given_key: bytes | None = field(default=None, repr=False)
    agreements: Path | None = None
    """Folder of agreements, or None for those that ship with the program."""
    stuf_xsd: Path | None = None
    identities: Path | None = None
    """Table of parties that exchange messages, or None: nobody has filled one in yet."""
    outbox: Path | None = None
    """Where messages go for the carrier, or None for `outbox` under the home."""
    deadline: time = time(6, 0)
    processes: int = 1
    ui_port: int = 8080
    webhook: str | None = field(default=None, repr=False)
    """Where notices go beside the log: counts and item names only. Its address may hold a secret."""


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings out of `environ` (default: the process's own). Touches no file.

    Raises:
        SettingsError: a variable cannot be used, or one that starts with MELDSTROOM_ is not known (a typing
            error there would silently fall back to a default).
    """
    given = {
        name: value
        for name, value in (os.environ if environ is None else environ).items()
        if name.startswith("MELDSTROOM_") and value
    }
    if unknown := sorted(set(given) - set(NAMES)):
        raise SettingsError(
            f"{', '.join(unknown)}: zo'n instelling is er niet; wel {', '.join(NAMES)}",
            f"{', '.join(unknown)}: no such setting; known are {', '.join(NAMES)}",
        )
    home = _path(given, "MELDSTROOM_HOME") or Path(".meldstroom").absolute()
    return Settings(
        home=home,
        inbox=_path(given, "MELDSTROOM_INBOX") or home / "inbox",
        dsn=given.get("MELDSTROOM_DSN"),
        given_key=_key(given.get("MELDSTROOM_KEY"), "MELDSTROOM_KEY"),
        agreements=_folder(given, "MELDSTROOM_AGREEMENTS"),
        stuf_xsd=_folder(given, "MELDSTROOM_STUF_XSD"),
        identities=_path(given, "MELDSTROOM_IDENTITIES"),
        outbox=_path(given, "MELDSTROOM_OUTBOX"),
        deadline=_time(given.get("MELDSTROOM_DEADLINE", "06:00")),
        processes=_whole(given, "MELDSTROOM_PROCESSES", os.cpu_count() or 1, most=1024),
        ui_port=_whole(given, "MELDSTROOM_UI_PORT", 8080, most=_LAST_PORT),
        webhook=_address(given, "MELDSTROOM_WEBHOOK"),
    )


def as_environ(settings: Settings) -> dict[str, str]:
    """Say `settings` as the variables that `read_settings` reads: what a child process is given.

    The key is left out unless the operator gave it: a child finds it under the home.
    """
    named = {
        "MELDSTROOM_HOME": settings.home,
        "MELDSTROOM_DSN": settings.dsn,
        "MELDSTROOM_INBOX": settings.inbox,
        "MELDSTROOM_KEY": settings.given_key and base64.b64encode(settings.given_key).decode(),
        "MELDSTROOM_AGREEMENTS": settings.agreements,
        "MELDSTROOM_STUF_XSD": settings.stuf_xsd,
        "MELDSTROOM_IDENTITIES": settings.identities,
        "MELDSTROOM_OUTBOX": settings.outbox,
        "MELDSTROOM_DEADLINE": settings.deadline.strftime("%H:%M"),
        "MELDSTROOM_PROCESSES": settings.processes,
        "MELDSTROOM_UI_PORT": settings.ui_port,
        "MELDSTROOM_WEBHOOK": settings.webhook,
    }
    return {name: str(value) for name, value in named.items() if value is not None}


def account() -> str:
    """Return the name of the person at this terminal, as the system knows it: a variable could be set to another."""
    return pwd.getpwuid(os.getuid()).pw_name


def make_home(settings: Settings) -> Path:
    """Return the home folder, made where it was not and then closed to others.

    That it was made is said: asked from another folder, a question would be answered out of an empty installation,
    and "nothing waits" is what somebody hopes to hear.

    Raises:
        SettingsError: it cannot be made.
    """
    home = settings.home
    if home.is_dir():
        return home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        said, english = system_says(error.errno, "nl"), system_says(error.errno, "en")
        raise SettingsError(
            f"De map {home} is niet te maken: {said}. Noem in MELDSTROOM_HOME een map waarin geschreven mag worden.",
            f"The folder {home} cannot be made: {english}. Name one in MELDSTROOM_HOME that may be written to.",
        ) from None
    LOG.warning(
        "Een nieuwe, lege installatie: %s is gemaakt. Zoekt u een die er al was, ga dan naar haar map of noem haar in"
        " MELDSTROOM_HOME. / A new, empty installation: %s was made. If you look for one that was there, go to its"
        " folder or name it in MELDSTROOM_HOME.",
        home,
        home,
    )
    return home


def read_key(settings: Settings) -> bytes:
    """Return the installation's 32 secret bytes: those given, else those of `secret.key`, made at first use.

    Raises:
        SettingsError: the file holds no such key. It is never replaced: what it encrypted would be lost.
    """
    if settings.given_key is not None:
        return settings.given_key
    file = make_home(settings) / "secret.key"
    if not file.exists():
        _write_once(file, base64.b64encode(secrets.token_bytes(KEY_BYTES)))
    key = _key(file.read_text(encoding="ascii", errors="replace").strip(), str(file))
    assert key is not None
    return key


def _write_once(file: Path, content: bytes) -> None:
    """Let `file` appear whole and for its owner alone; of two that start at once the first wins."""
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        os.link(beside, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(beside)


def _key(text: str | None, name: str) -> bytes | None:
    if text is None:
        return None
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{name}: not the base64 of {KEY_BYTES} bytes; `openssl rand -base64 32` makes one")
    return key


def _path(given: Mapping[str, str], name: str) -> Path | None:
    return Path(given[name]).expanduser().absolute() if name in given else None


def _folder(given: Mapping[str, str], name: str) -> Path | None:
    path = _path(given, name)
    if path is not None and not path.is_dir():
        raise SettingsError(f"{name}: {path} is geen map", f"{name}: {path} is not a folder")
    return path


def _address(given: Mapping[str, str], name: str) -> str | None:
    address = given.get(name)
    if address is not None and not address.startswith(("https://", "http://")):
        raise SettingsError(f"{name}: not an http(s) address")
    return address


def _time(text: str) -> time:
    try:
        hours, minutes = text.split(":")
        return time(int(hours), int(minutes))
    except ValueError:
        raise SettingsError(f"MELDSTROOM_DEADLINE: {text!r} is not a time as 06:00") from None


def _whole(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise SettingsError(f"{name}: {text!r} is not a whole number from 1 to {most}")
    return int(text)
