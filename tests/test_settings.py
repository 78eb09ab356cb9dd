import base64
import re
from datetime import time
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.settings import KEY_BYTES, NAMES, as_environ, make_home, read_key, read_settings

KEY = base64.b64encode(bytes(range(KEY_BYTES))).decode()


def test_defaults_lie_under_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert settings.home == tmp_path / ".meldstroom"
    assert settings.inbox == tmp_path / ".meldstroom" / "inbox"
    assert settings.deadline == time(6, 0)
    assert settings.processes >= 1
    assert settings.dsn is None
    assert not settings.home.exists()


def test_an_empty_variable_is_no_variable(tmp_path):
    assert read_settings({"MELDSTROOM_HOME": str(tmp_path), "MELDSTROOM_DSN": ""}).dsn is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MELDSTROOM_KEY", "short"),
        ("MELDSTROOM_KEY", base64.b64encode(b"x" * 31).decode()),
        ("MELDSTROOM_AGREEMENTS", "/nowhere/at/all"),
        ("MELDSTROOM_STUF_XSD", "/nowhere/at/all"),
        ("MELDSTROOM_DEADLINE", "6 uur"),
        ("MELDSTROOM_DEADLINE", "25:00"),
        ("MELDSTROOM_PROCESSES", "0"),
        ("MELDSTROOM_PROCESSES", "²"),
        ("MELDSTROOM_UI_PORT", "70000"),
        ("MELDSTROOM_WEBHOOK", "ftp://example.org"),
        ("MELDSTROOM_HOMES", "/tmp"),
    ],
)
def test_what_cannot_be_used_is_named(name, value):
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_settings_survive_the_way_to_a_child_process(tmp_path):
    given = {
        "MELDSTROOM_HOME": str(tmp_path / "home"),
        "MELDSTROOM_DSN": "postgresql://x/y",
        "MELDSTROOM_INBOX": str(tmp_path / "in"),
        "MELDSTROOM_KEY": KEY,
        "MELDSTROOM_AGREEMENTS": str(tmp_path),
        "MELDSTROOM_STUF_XSD": str(tmp_path),
        "MELDSTROOM_IDENTITIES": str(tmp_path / "parties.csv"),
        "MELDSTROOM_OUTBOX": str(tmp_path / "outbox"),
        "MELDSTROOM_DEADLINE": "07:30",
        "MELDSTROOM_PROCESSES": "3",
        "MELDSTROOM_UI_PORT": "8081",
        "MELDSTROOM_WEBHOOK": "https://example.org/hook",
    }
    assert set(given) == set(NAMES)
    settings = read_settings(given)
    assert as_environ(settings) == given
    assert read_settings(as_environ(settings)) == settings


def test_neither_key_nor_dsn_shows():
    shown = repr(read_settings({"MELDSTROOM_KEY": KEY, "MELDSTROOM_DSN": "postgresql://u:geheim@h/d"}))
    assert "geheim" not in shown
    assert repr(bytes(range(KEY_BYTES)))[2:-1] not in shown


def test_the_key_is_made_once_and_for_its_owner(tmp_path):
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path / "deep" / "home")})
    key = read_key(settings)
    file = settings.home / "secret.key"
    assert len(key) == KEY_BYTES
    assert read_key(settings) == key
    assert file.stat().st_mode & 0o777 == 0o600
    assert settings.home.stat().st_mode & 0o077 == 0
    assert list(settings.home.iterdir()) == [file]


def test_a_given_key_touches_no_file(tmp_path):
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path / "home"), "MELDSTROOM_KEY": KEY})
    assert read_key(settings) == bytes(range(KEY_BYTES))
    assert not settings.home.exists()


def test_a_damaged_key_is_not_replaced(tmp_path):
    file = tmp_path / "secret.key"
    file.write_text("damaged")
    with pytest.raises(SettingsError, match=re.escape("secret.key")):
        read_key(read_settings({"MELDSTROOM_HOME": str(tmp_path)}))
    assert file.read_text() == "damaged"


def test_a_home_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"een deel van het pad is geen map\. Noem in MELDSTROOM_HOME .* / .*Name"):
        read_key(read_settings({"MELDSTROOM_HOME": str(tmp_path / "file" / "home")}))


def test_that_a_home_was_made_is_said_once(tmp_path, caplog):
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path / "elsewhere")})
    for _ in range(2):
        make_home(settings)
    (said,) = caplog.messages
    assert str(settings.home) in said
    assert "nieuwe, lege installatie" in said


def test_the_environment_is_read_here_only():
    root = Path(__file__).parents[1]
    reading = re.compile(r"os\.environ(\[[^\]]+\](?! = )|\.get\(|[,)])|getenv")
    readers = [
        str(file.relative_to(root))
        for folder in ("pipeline", "dags")
        for file in (root / folder).rglob("*.py")
        if reading.search(file.read_text(encoding="utf-8"))
    ]
    # These two hand their own variables on to processes that they start.
    assert sorted(set(readers) - {"pipeline/settings.py"}) == [
        "pipeline/airflow_setup/__main__.py",
        "pipeline/evaluate/speed.py",
    ]


def test_the_clock_is_read_in_one_place():
    root = Path(__file__).parents[1]
    reading = re.compile(r"datetime\.now\(|date\.today\(|utcnow\(|\btime\.time\(")
    files = (root / "pipeline").rglob("*.py")
    assert [file.name for file in files if reading.search(file.read_text(encoding="utf-8"))] == ["clock.py"]
