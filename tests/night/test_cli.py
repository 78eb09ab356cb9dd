"""The program as a person or another program uses it: what it prints, and its exit status."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipeline import cli, demo, night_steps, screens
from pipeline.commands import dutch, replay, urgent
from pipeline.commands.options import as_codes, as_delivered, print_json
from pipeline.desk.labels import decision_done, label
from pipeline.errors import MeldstroomError, SettingsError, UsageError, told
from pipeline.policy.rules import OUTCOMES
from pipeline.settings import as_environ, read_settings
from tests.night.conftest import NIGHT, program

PROGRAM = Path(sys.executable).with_name("meldstroom")


UNITS = ("RE05", "RE06", "RE08")


@pytest.fixture
def use(at_night, agreements_of):
    return program(replace(at_night, agreements=agreements_of(*UNITS)))


def test_help_answers_within_a_second_and_names_every_command():
    began = time.perf_counter()
    done = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True)
    assert time.perf_counter() - began < 2  # under a second on a machine with nothing else to do
    for command in ("synth", "run", "status", "explain", "dsn", "desk", "feedback", "outbox"):
        assert command in done.stdout
    assert "Zegt wat er van een nacht is geworden" in done.stdout
    done = subprocess.run([PROGRAM, "--help", "--english"], capture_output=True, text=True, check=True)
    assert "Say what became of a night" in done.stdout


def test_every_help_text_is_said_in_dutch_and_nothing_else_is():
    said = {one.help for one in dutch.explained(typer.main.get_command(cli.app))}
    assert said == set(dutch.read_help()), "pipeline/commands/help.toml: say it in Dutch, or take it out"


def test_every_argument_and_option_has_a_help_text():
    def silent(command, name):
        yield from (f"{name} {one.name}" for one in command.params if not one.help)
        for below in getattr(command, "commands", {}).values():
            yield from silent(below, f"{name} {below.name}")

    assert list(silent(typer.main.get_command(cli.app), "meldstroom")) == []


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        (("desk", "release"), False),
        (("feedback", "reroute", "decide"), False),
        (("desk", "elsewhere"), True),
        (("desk", "withhold"), True),
    ],
)
def test_why_is_asked_for_under_danger_where_it_is_needed(command, needed):
    done = subprocess.run([PROGRAM, *command, "--help"], capture_output=True, text=True, check=True)
    assert ("bij gevaar" in " ".join(done.stdout.split())) is needed


@pytest.mark.parametrize("arguments", [(), ("desk",), ("feedback",), ("feedback", "reroute"), ("ledger",)])
def test_half_a_command_is_wrong_use_and_a_sentence_on_standard_error(arguments):
    done = CliRunner().invoke(cli.app, list(arguments))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Missing command" in done.stderr


def test_the_home_that_the_demonstration_makes_is_closed_to_others(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "write_nights", lambda inbox, *_, **__: 1 / inbox.mkdir(parents=True))
    with pytest.raises(TypeError):
        demo.run_demo(read_settings({"MELDSTROOM_HOME": str(tmp_path / "home")}))
    assert (tmp_path / "home" / "inbox").is_dir()
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("night", ["22-11-2026", "2026-11-31", "yesterday"])
def test_a_day_that_is_none_is_told_how_one_is_written(night):
    done = CliRunner().invoke(cli.app, ["status", "--night", night])
    assert done.exit_code == 2
    assert "write it as 2026-11-22" in " ".join(done.stderr.split())


@pytest.mark.parametrize("width", [60, 80])
def test_a_narrow_terminal_shows_every_unit_and_word(capsys, monkeypatch, width):
    monkeypatch.setattr(screens, "PIPED_WIDTH", width)
    line = {"state": "missing", "reason": None, "received": None, **dict.fromkeys(OUTCOMES)}
    units = {f"RE{number:02}": line for number in range(1, 11)}
    screens.print_status({"night": str(NIGHT), "units": units, "regions": {}, "balanced": True})
    printed = capsys.readouterr().out
    assert "…" not in printed
    assert [unit for unit in units if unit not in printed] == []


def test_codes_of_regions_are_taken_in_small_letters_and_moments_are_iso(capsys):
    assert as_codes(["vt09", " VT10 "]) == ["VT09", "VT10"]
    print_json({"at": datetime(2026, 11, 22, 4, tzinfo=UTC), "night": NIGHT})
    assert json.loads(capsys.readouterr().out) == {"at": "2026-11-22T04:00:00+00:00", "night": "2026-11-22"}


def test_a_name_of_an_item_stays_as_it_is():
    assert as_delivered("RE06.2026-11-22.re06-x.3") == "RE06.2026-11-22.re06-x.3"


def test_wrong_use_is_two_and_a_sentence(tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "MELDSTROOM_HOME": str(tmp_path),
        "MELDSTROOM_DSN": "postgresql://127.0.0.1:1/none",
    }
    unknown_unit = ["synth", "--out", str(tmp_path / "inbox"), "--night", str(NIGHT), "--units", "RE06,RE99"]
    no_inbox = ["run", "--night", str(NIGHT), "--inbox", str(tmp_path / "nowhere")]
    for arguments in (["run"], ["run", "--night", "yesterday"], ["dsn"], unknown_unit, no_inbox):
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 2
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr


def test_a_night_to_come_is_run_when_somebody_delivered_it(at_night):
    night_steps.require_begun(NIGHT, NIGHT, at_night)
    night_steps.require_begun(NIGHT, NIGHT - timedelta(days=1), at_night)
    with pytest.raises(UsageError):
        night_steps.require_begun(NIGHT + timedelta(days=9), NIGHT, at_night)
    done = CliRunner().invoke(cli.app, ["run", "--night", "2100-01-01"], env=as_environ(at_night))
    assert isinstance(done.exception, UsageError)


def test_an_inbox_that_is_not_there_is_told_and_not_a_unit_that_sent_nothing(at_night, tmp_path):
    own = replace(at_night, inbox=tmp_path / "nowhere")
    done = CliRunner().invoke(cli.app, ["run", "--night", str(NIGHT)], env=as_environ(own))
    assert isinstance(done.exception, SettingsError)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--night", "0001-01-01"),
        ("synth", "--out", "nowhere", "--nights", "2", "--night", "9999-12-31"),
        ("report", "--out", "nowhere", "--night", "9999-12-31"),
        ("report", "--out", "nowhere", "--from", "2026-11-22", "--to", "9999-12-31"),
        ("retention", "--dry-run", "--on", "0001-01-01"),
    ],
)
def test_a_year_that_no_night_is_of_is_wrong_use(arguments):
    done = CliRunner().invoke(cli.app, list(arguments))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "2000" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "PL0000-2026000000"), "geen levering bevatte registratie PL0000-2026000000: kijk het na"),
        (("explain", "PL0000-2026000000", "--english"), "no export held"),
        (("desk", "show", "PL0000-2026000000"), "wacht niets bij het loket"),
        (("desk", "release", "PL0000-2026000000", "--mask", "x"), "Een passage is"),
        (("feedback", "import", "nergens.csv"), "is er niet"),
        (
            ("feedback", "agreement", "--from", "2026-11-02", "--to", "2026-11-01"),
            "de laatste nacht ligt voor de eerste",
        ),
        (("replay", "--from", "2026-11-01", "--to", "2026-11-02", "--unit", "RE99"), "geen werkafspraak met RE99"),
        (
            ("report", "--from", "2026-11-02", "--to", "2026-11-01", "--out", "x"),
            "de laatste nacht ligt voor de eerste",
        ),
        (("explain", "pl0000-2026000000"), "geen levering bevatte registratie PL0000-2026000000"),
        (("desk", "show", " PL0000-2026000000 "), "van PL0000-2026000000 wacht niets"),
        (("desk", "release", "pl0000-2026000000"), "van PL0000-2026000000 wacht niets"),
        (("explain", "PL0000-2026000000", "--unit", "re06"), "registratie PL0000-2026000000 van RE06"),
        (("rectify", "PL0000-2026000000", "--reason", "x", "--comment", "y"), "geen reden om terug te nemen"),
        (("check", "nergens"), "is er niet"),
    ],
)
def test_what_is_asked_for_and_is_not_there_is_told_in_words(settings, arguments, said):
    result = CliRunner().invoke(cli.app, list(arguments), env=as_environ(settings))
    assert isinstance(result.exception, MeldstroomError)
    assert said in told(result.exception, "en" if "--english" in arguments else "nl")


def test_an_empty_night_is_told_and_no_error(settings, tmp_path):
    night = "2019-01-01"
    for arguments, said in (
        (("status", "--night", night), "niet ontvangen"),
        (("returns", "--night", night), "is niets ontvangen"),
        (("desk", "list"), "Er wacht niets"),
        (("urgent",), "Er wacht niets"),
        (("replay", "--from", night, "--to", night), "niets opnieuw te beoordelen"),
        (("reconcile", "--night", night), "van geen nacht iets te vergelijken"),
        (("ledger", "show", "PL0000-2026000000"), "noemt PL0000-2026000000 niet"),
        (("feedback", "reroute", "list"), "Er wacht niets"),
        (("feedback", "lists", "--out", str(tmp_path)), "geen terugkoppeling"),
        (("outbox", "--night", night, "--out", str(tmp_path), "--demo"), "0 meldingen"),
    ):
        result = CliRunner().invoke(cli.app, list(arguments), env=as_environ(settings))
        assert result.exit_code == 0, result.output
        assert said in " ".join(result.stdout.split())


def test_what_lies_in_the_inbox_is_not_said_to_be_the_unit_s_fault(at_night):
    told = CliRunner().invoke(cli.app, ["status", "--night", str(NIGHT)], env=as_environ(at_night)).stdout
    assert "Ligt in de inbox en is nog niet verwerkt: RE01, RE02" in told
    assert f"meldstroom run --night {NIGHT}" in told
    before = CliRunner().invoke(cli.app, ["status", "--night", "2019-01-01"], env=as_environ(at_night)).stdout
    assert "in de inbox" not in before


def test_a_drop_and_a_way_to_move_are_told_in_words():
    drop = {
        "unit": "RE06",
        "night": "2026-11-22",
        "name": "20261122T101500",
        "state": "loaded",
        "forward": 2,
        "hold": 1,
    }
    assert urgent._told(drop).endswith("nacht 2026-11-22: geladen (doorgezonden 2, vastgehouden 1)")
    refused = {"unit": "RE06", "night": "2026-11-22", "name": "x", "state": "refused", "reason": "het ontbreekt"}
    assert urgent._told(refused).endswith("geweigerd (het ontbreekt)")
    assert replay._way("hold>return") == "vastgehouden → terug"


def test_a_night_by_the_command_line(use, at_night, tmp_path):
    night = str(NIGHT)
    for unit in UNITS:
        shutil.copytree(at_night.inbox / unit, tmp_path / "delivered" / unit)
    document = json.loads(use("run", "--night", night, "--inbox", str(tmp_path / "delivered"), "--json"))
    assert json.loads(use("status", "--night", night, "--json")) == document
    assert "RE06" in use("status", "--night", night)
    assert use("dsn").strip() == at_night.dsn
    items = json.loads(use("desk", "list", "--json"))["items"]
    assert "Loket" in use("desk", "list")
    held = next(item for item in items if item["outcome"] == "hold")
    told = use("desk", "show", held["registration_number"], "--unit", held["unit"])
    assert held["registration_number"] in told
    assert [name for name in ("geslachtsnaam", "Betrokkenen", "Geschiedenis", "Beslissen") if name not in told] == []
    assert [name for name in ("family_name", "person_number", "SO,", "None") if name in told] == []
    assert "Persons" in use("desk", "show", held["registration_number"], "--unit", held["unit"], "--english")
    shown = json.loads(use("desk", "show", held["registration_number"], "--unit", held["unit"], "--json"))
    assert shown["item"]["lock"] == 0
    assert set(shown["goes"]) == {"report", "person", "prior_incident", "danger_signal"}
    decided = use("desk", "return", held["registration_number"], "--comment", "Wie?", "--unit", held["unit"], "--json")
    said = {"item": held["registration_number"], "decision": "return", "effective": not held["danger"]}
    assert json.loads(decided) == said
    again = use("desk", "return", held["registration_number"], "--comment", "Wie?", "--unit", held["unit"])
    assert again.strip() == label("done", decision_done("return", effective=not held["danger"])).nl
    story = json.loads(use("explain", held["registration_number"], "--unit", held["unit"], "--json"))
    assert story["registration_number"] == held["registration_number"]
    assert held["registration_number"] in use("explain", held["registration_number"], "--unit", held["unit"])
    written = json.loads(use("outbox", "--night", night, "--out", str(tmp_path / "outbox"), "--json"))
    assert written["sent"] > 0
    assert written["demonstration"], "nobody filled in who sends and takes"
    (tmp_path / "feedback.csv").write_text(
        "registratienummer,event,at,code,missing,contact\nPL0000-2026000000,received,2026-11-23,,,\n"
    )
    assert len(json.loads(use("feedback", "import", str(tmp_path / "feedback.csv"), "--json"))["errors"]) == 1
    use("synth", "--out", str(tmp_path / "inbox"), "--night", night, "--registrations", "5", "--units", "re06")
    assert (tmp_path / "inbox" / "RE06" / night / "manifest.json").exists()


def test_a_refused_export_is_exit_status_one(use, tmp_path):
    folder = tmp_path / "inbox" / "RE06" / str(NIGHT)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("no")
    told = use("run", "--night", str(NIGHT), "--inbox", str(tmp_path / "inbox"), status=1)
    (line,) = (line for line in told.splitlines() if "Geweigerd" in line)
    assert "RE06, manifest.json: het is geen JSON" in line
    assert line.endswith("onder een ander export_id."), "a sentence that is copied into a message is one line"
