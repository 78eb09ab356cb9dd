import json

from pipeline.airflow_setup.config import POOLS, USERS, airflow_environ, airflow_home, read_passwords
from pipeline.settings import read_settings

DSN = "postgresql://postgres@/meldstroom?host=/run/x"


def environ(tmp_path, inherited=None):
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path / "home"), "MELDSTROOM_PROCESSES": "8"})
    return airflow_environ(settings, DSN, inherited or {})


def test_airflow_gets_what_was_decided(tmp_path):
    given = environ(tmp_path)
    assert given["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert given["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert given["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].startswith("postgresql+psycopg2://postgres@/airflow?")
    assert given["GX_ANALYTICS_ENABLED"] == "false"
    assert given["MELDSTROOM_PROCESSES"] == "1"


def test_nothing_of_another_airflow_or_another_home_comes_in(tmp_path):
    inherited = {"AIRFLOW__CORE__LOAD_EXAMPLES": "True", "MELDSTROOM_DSN": "postgresql://old/x", "LANG": "nl_NL.UTF-8"}
    given = environ(tmp_path, inherited)
    assert given["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert "MELDSTROOM_DSN" not in given
    assert given["LANG"] == "nl_NL.UTF-8"


def test_secrets_differ_by_purpose_and_stay_the_same(tmp_path):
    names = ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET")
    first, second = environ(tmp_path), environ(tmp_path)
    assert [first[name] for name in names] == [second[name] for name in names]
    assert len({first[name] for name in names}) == 3


def test_every_role_logs_in_and_two_sit_at_the_desk(tmp_path):
    assert set(USERS.values()) == {"viewer", "user", "op", "admin"}
    assert list(USERS.values()).count("user") >= 2
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path / "home")})
    passwords = read_passwords(settings)
    file = airflow_home(settings) / "passwords.json"
    assert read_passwords(settings) == passwords == json.loads(file.read_text())
    assert len(set(passwords.values())) == len(USERS)
    assert file.stat().st_mode & 0o077 == 0


def test_a_backfill_leaves_room_for_tonight():
    assert POOLS["backfill"][0] < POOLS["night"][0]
