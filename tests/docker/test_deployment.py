"""What can be known of the cluster's deployment without a container engine."""

import configparser
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
import yaml

from pipeline.airflow_setup.config import airflow_environ
from pipeline.load.database import migrate
from pipeline.load.server import _binaries, ensure_server, other_database, stop_server
from pipeline.settings import NAMES, read_settings

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "meldstroom"}


def test_every_service_of_airflow_is_there():
    assert set(COMPOSE["services"]) == {
        "postgres",
        "redis",
        "prepare",
        "api-server",
        "scheduler",
        "dag-processor",
        "triggerer",
        "worker",
    }


def test_services_wait_for_services_that_exist():
    for service in COMPOSE["services"].values():
        for name, condition in service.get("depends_on", {}).items():
            assert name in COMPOSE["services"]
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in COMPOSE["services"][name]


def test_named_volumes_are_declared_and_mounted_files_exist():
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = re.split(r":(?=/)", volume)[0]
            if source.startswith("./"):
                assert (DOCKER / source).is_file()
            elif not source.startswith("${"):
                assert source in COMPOSE["volumes"]


def test_every_setting_of_ours_is_one_that_is_read():
    for service in OURS.values():
        ours = {name for name in service["environment"] if name.startswith("MELDSTROOM_")}
        assert ours <= set(NAMES)
    assert set(re.findall(r"\bMELDSTROOM_[A-Z]+(?==)", DOCKERFILE)) <= set(NAMES)


def test_every_secret_comes_from_outside_and_is_in_the_example():
    asked = set(re.findall(r"\$\{(\w+)", (DOCKER / "compose.yaml").read_text(encoding="utf-8")))
    example = (DOCKER / "env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(\w+)=$", example, re.MULTILINE)) == asked
    assert not re.findall(r"^\w+=.+$", example, re.MULTILINE)


def test_every_option_given_to_airflow_exists_in_it(tmp_path):
    config = configparser.ConfigParser(interpolation=None)
    config.read(DOCKER / "config" / "airflow.cfg")
    given = {(section, option) for section in config.sections() for option in config[section]}
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path)})
    here = airflow_environ(settings, "postgresql://postgres@/meldstroom", {})
    for environment in (here, *(service["environment"] for service in OURS.values())):
        for name in environment:
            if name.startswith("AIRFLOW__"):
                _, section, option = name.split("__")
                given.add((section.lower(), option.lower()))
    program = (
        "import yaml, airflow, pathlib;"
        "told = yaml.safe_load((pathlib.Path(airflow.__file__).parent / 'config_templates/config.yml').read_text());"
        "print('KNOWN', *(f'{s}.{o}' for s in told for o in told[s]['options']))"
    )
    environ = {**os.environ, "AIRFLOW_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    known = {tuple(one.split(".", 1)) for one in done.stdout.rpartition("KNOWN")[2].split()}
    # Celery's options come with its provider, which is in the image and not here.
    assert {one for one in given if one[0] != "celery"} <= known


@pytest.mark.parametrize("section", ["workers", "scheduler", "dag_processor"])
def test_the_cluster_is_tuned_as_one_machine_is(section, tmp_path):
    config = configparser.ConfigParser(interpolation=None)
    config.read(DOCKER / "config" / "airflow.cfg")
    here = airflow_environ(read_settings({"MELDSTROOM_HOME": str(tmp_path)}), "postgresql://postgres@/meldstroom", {})
    prefix = f"AIRFLOW__{section.upper()}__"
    assert dict(config[section]) == {
        name.removeprefix(prefix).lower(): value for name, value in here.items() if name.startswith(prefix)
    }


def test_what_the_image_copies_is_there_and_gets_past_the_ignore_file():
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists()
            assert any(source == one or source.startswith(f"{one}/") for one in kept), source


def test_the_image_installs_nothing_but_what_is_pinned_whole_with_its_hash():
    installs = re.findall(r"^RUN pip install (.+)$", DOCKERFILE, re.MULTILINE)
    assert installs == ["--require-hashes --no-deps -r requirements.txt", "--no-deps --no-build-isolation ."]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    image, here = pinned(DOCKER / "requirements.txt"), pinned(ROOT / "requirements.txt")
    assert {re.split(r"[<>=\[]", one)[0] for one in wanted} <= set(image)
    assert {name: image[name] for name in image.keys() & here.keys()} == {
        name: here[name] for name in image.keys() & here.keys()
    }


def pinned(file):
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[\S+\])?==(\S+) \\$", file.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_pages_and_the_late_nights_call_are_where_airflow_looks_for_plugins():
    config = configparser.ConfigParser(interpolation=None)
    config.read(DOCKER / "config" / "airflow.cfg")
    assert "COPY dags /opt/meldstroom/dags\n" in DOCKERFILE
    here = Path(config["core"]["plugins_folder"]).relative_to("/opt/meldstroom")
    assert {file.name for file in (ROOT / here).glob("*.py")} >= {"release_desk.py", "night_is_late.py"}


def test_an_installation_can_choose_whatever_is_not_the_clusters_own():
    given = set(OURS["worker"]["environment"])
    assert set(NAMES) - given == {"MELDSTROOM_OUTBOX", "MELDSTROOM_UI_PORT"}  # a folder of the volume, the port above


def test_what_runs_tasks_waits_for_what_they_report_to():
    for name in ("scheduler", "worker"):
        assert COMPOSE["services"][name]["depends_on"]["api-server"] == {"condition": "service_healthy"}


def test_the_image_runs_as_nobody_special_and_has_its_bases_pinned():
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    assert all(re.match(r"python:3\.11-\S+", stage) for stage in stages)
    assert re.search(r"^USER meldstroom$", stages[-1], re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE
    assert not re.search(r"^ADD |apt-get (?!.*-y)|latest", DOCKERFILE, re.MULTILINE)


def test_no_image_names_a_host():
    images = [service["image"] for service in COMPOSE["services"].values()]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert not [image for image in images if "/" in image or "." in image.partition(":")[0]]


def test_only_the_ui_is_published_and_on_this_machine_only():
    published = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert published == {"api-server": ["127.0.0.1:8080:8080"]}


@pytest.fixture
def fresh(tmp_path):
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path / "home")})
    dsn = ensure_server(settings)
    connection = psycopg2.connect(other_database(dsn, "postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE meldstroom")
    connection.close()
    yield dsn
    stop_server(settings)


def test_the_databases_are_made_and_the_owner_can_migrate(fresh):
    host = psycopg2.extensions.parse_dsn(fresh)["host"]
    environ = {
        "PATH": f"{_binaries()}:{os.environ['PATH']}",
        "PGHOST": host,
        "MELDSTROOM_DB_PASSWORD": f"it's {uuid4()}",
        "AIRFLOW_DB_PASSWORD": str(uuid4()),
    }
    subprocess.run(["bash", str(DOCKER / "config" / "postgres.sh")], env=environ, check=True, capture_output=True)
    ours = other_database(fresh, "meldstroom", "meldstroom")
    assert migrate(ours)
    psycopg2.connect(other_database(fresh, "airflow", "airflow")).close()
    for database, user in (("meldstroom", "airflow"), ("airflow", "meldstroom"), ("airflow", "vt_09_reader")):
        with pytest.raises(psycopg2.OperationalError, match="permission denied"):
            psycopg2.connect(other_database(fresh, database, user))
    reader = psycopg2.connect(other_database(fresh, "meldstroom", "vt_09_reader"))
    with reader.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vt_09.report")
    reader.close()
