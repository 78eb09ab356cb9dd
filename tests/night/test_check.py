"""A draft in every dialect: what the night would say of it alone, in plain words, and nothing kept."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from pipeline import cli
from pipeline.check.draft import Whose, read_draft, read_files, unit_of
from pipeline.check.judge import check_draft
from pipeline.errors import ExportRefused, UsageError
from pipeline.load.database import query, transaction
from pipeline.policy.agreements import read_agreements
from tests.night.conftest import NIGHT

KNOWN = read_agreements()
DRAFT = {
    "registratienummer": "PL0600-2026000001",
    "versie": 1,
    "soort": "HG",
    "kennisname": "2026-11-22T21:30:00+01:00",
    "wpg_artikel": "8",
    "omschrijving": "ruzie",
    "gemeentecode": "0518",
}


@pytest.fixture
def check(tmp_path):
    """Run the command where there is no database and nothing may appear."""
    home = tmp_path / "home"
    environment = {"MELDSTROOM_HOME": str(home), "MELDSTROOM_DSN": "postgresql://127.0.0.1:1/none"}

    def run(*arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(cli.app, ["check", *arguments], env=environment)
        assert result.exit_code == status, result.output
        assert not home.exists()
        return result.stdout

    return run


STOPS = (
    "import sys, time; from pipeline import cli; from pipeline.check import draft;"
    "draft.receive_draft = lambda *_: time.sleep(60); cli.app(['check', sys.argv[1]])"
)


@pytest.mark.parametrize("ended_by", ["SIGTERM", "SIGKILL"])
def test_a_check_that_is_killed_leaves_no_draft(tmp_path, ended_by):
    room = tmp_path / "room"
    room.mkdir()
    file, environment = write(tmp_path, DRAFT), os.environ | {"TMPDIR": str(room)}
    with subprocess.Popen([sys.executable, "-c", STOPS, file], env=environment) as running:
        waited = time.monotonic() + 60
        while not list(room.glob("*/*")) and time.monotonic() < waited:
            time.sleep(0.05)
        assert list(room.glob("*/*"))
        running.send_signal(getattr(signal, ended_by))
    if ended_by == "SIGKILL":  # nothing can be done then: the next check does it, when no check can still be at it
        (left,) = room.iterdir()
        os.utime(left, (0, 0))
        program = STOPS.replace("time.sleep(60)", "sys.exit(3)")
        assert subprocess.run([sys.executable, "-c", program, file], env=environment, check=False).returncode == 3
    assert list(room.iterdir()) == []


def write(folder, content) -> str:
    file = folder / "concept.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return str(file)


def test_a_poor_draft_is_told_what_is_missing_and_how_to_add_it(check, tmp_path):
    file = write(tmp_path, DRAFT)
    told = check(file)
    assert "Zou niet worden doorgezonden" in told
    assert "Vul naam en geboortedatum in" in told
    assert "Would not go" in check(file, "--english")
    [advice] = json.loads(check(file, "--json", "--night", str(NIGHT)))["advice"]
    assert (advice["outcome"], advice["unit"]) == ("return", "RE06")
    assert {gap["code"] for gap in advice["blocking"]} >= {"identified_person", "concrete_fact", "contact_reachable"}
    assert all(gap["advice"]["nl"] for gap in advice["blocking"])
    in_danger = json.loads(check(write(tmp_path, DRAFT | {"wapen": True}), "--json"))["advice"][0]
    assert (in_danger["outcome"], in_danger["danger"]) == ("hold", ["weapon"])


def test_a_unit_that_nothing_tells_is_said_to_be_guessed(check, tmp_path):
    file = write(tmp_path, DRAFT | {"registratienummer": "PL9900-2026000001"})
    assert "gelezen met de werkafspraak van RE01" in check(file)
    assert json.loads(check(file, "--json"))["unit_told"] is False
    assert "gelezen met" not in check(file, "--unit", "RE06")


def test_what_is_no_registration_says_which_field(check, tmp_path):
    told = check(write(tmp_path, {"registratienummer": "PL0600-2026000001", "versie": 1}))
    assert "Is niet te lezen als registratie" in told
    assert "kennisname ontbreekt" in told


@pytest.mark.parametrize(
    ("unit", "one"), [("RE02", "*.jsonl"), ("RE04", None), ("RE06", None), ("RE08", "*000001.xml")]
)
def test_a_folder_or_file_of_each_dialect_is_judged_as_the_night_judged_it(unit, one, inbox, night_done):
    """But for what the night knew besides: repeats, same events and doubt in a text."""
    folder = inbox / unit / str(NIGHT)
    files = read_files(next(folder.glob(one)) if one else folder)
    found = {
        (advice.registration_number, advice.version): advice.outcome
        for advice in check_draft(files, KNOWN, NIGHT, unit)
        if advice.registration_number and advice.outcome != "duplicate"
    }
    settings, _ = night_done
    with transaction(settings.dsn, "outcome") as given:
        decided = query(
            given,
            "SELECT registration_number, version, outcome FROM intake.outcome WHERE unit = %s AND outcome <> 'duplicate'"
            " AND NOT reasons && '{text_doubt,contents_changed}' AND registration_number IS NOT NULL",
            (unit,),
        )
    expected = {(number, version): outcome for number, version, outcome in decided if (number, version) in found}
    assert expected
    assert {key: found[key] for key in expected} == expected


def test_nothing_of_a_draft_stays(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    [advice] = check_draft({"concept": json.dumps([DRAFT]).encode()}, KNOWN, NIGHT, "RE06")
    assert advice.outcome == "return"
    assert not list(tmp_path.iterdir())


def test_one_csv_of_registrations_is_enough(inbox, tmp_path):
    source = inbox / "RE06" / str(NIGHT) / "registraties.csv"
    manifest = json.loads((source.parent / "manifest.json").read_text())
    rows = next(file["rows"] for file in manifest["files"] if file["table"] == "registratie")
    file = shutil.copy(source, tmp_path / "mijn_concept.csv")
    found = check_draft(read_files(file), KNOWN, NIGHT, "RE06")
    assert len(found) == rows
    assert all(advice.blocking for advice in found if advice.outcome == "return")


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"manifest.json": b"{}"},
        {"a.json": b"{}", "b.xml": b"<a/>"},
        {"x.csv": b"a;b\n", "y.csv": b"a;b\n"},
        {f"{number}.xml": b"<a/>" for number in range(21)},
    ],
)
def test_what_is_no_draft_is_refused_with_a_sentence(files):
    with pytest.raises(UsageError):
        read_draft(files, KNOWN.latest("RE06", NIGHT), "RE06")


def test_files_that_cannot_be_read(check, tmp_path):
    (tmp_path / "x.xml").write_text("<!DOCTYPE a><a/>")
    told = check(str(tmp_path / "x.xml"), status=1)
    assert "Dit kan niet worden gelezen" in told
    assert "gelezen met de werkafspraak van RE01" in told, "its refusal may be of another unit's notation"
    assert "werkafspraak van" not in check(str(tmp_path / "x.xml"), "--unit", "RE06", status=1)
    assert json.loads(check(str(tmp_path / "x.xml"), "--json", status=1))["refused"]
    with pytest.raises(ExportRefused):
        check_draft({"registratie.csv": b"a;b\n1;2\n"}, KNOWN, NIGHT, "RE06")
    with pytest.raises(UsageError, match="no agreement"):
        check_draft({"concept": b"{}"}, KNOWN, NIGHT, "RE99")
    with pytest.raises(UsageError, match=rf"{tmp_path}/nothing: .* no such"):
        read_files(tmp_path / "nothing")


def test_whose_draft_it_is():
    units = KNOWN.units
    assert unit_of({"manifest.json": b'{"unit": "RE04"}', "a": b"PL0600-2026000001"}, units) == Whose("RE04", told=True)
    assert unit_of({"a": b"PL0600-2026000001"}, units, ("inbox", "RE09", "x")) == Whose("RE09", told=True)
    assert unit_of({"a": b"PL0600-2026000001"}, units) == Whose("RE06", told=True)
    assert unit_of({"a": b"PL9900-2026000001"}, units) == Whose("RE01", told=False)
