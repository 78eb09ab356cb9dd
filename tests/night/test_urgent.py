"""The way past the night: the same stages at once, counted in the night, and no version forwarded twice."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from pipeline import cli, clock, installation, night_steps, returns_steps, settle_steps, unit_steps, urgent
from pipeline.errors import ExportRefused, UnitsUntold
from pipeline.load.database import query, transaction
from pipeline.night import run_night
from pipeline.reports.material import read_exports
from pipeline.reports.period import Period
from pipeline.settings import as_environ
from tests.night.conftest import NIGHT

UNIT, NAME = "RE06", "20261122T213000"


def drop(settings, name=NAME, **changed):
    """Put the unit's night under urgent/ with an id of its own."""
    folder = settings.inbox / UNIT / "urgent" / name
    shutil.copytree(settings.inbox / UNIT / str(NIGHT), folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"export_id": f"{UNIT}-{name}"} | changed))
    return folder


@pytest.fixture
def unit_alone(at_night, tmp_path):
    """Settings over an inbox that holds one unit's night."""
    settings = replace(at_night, inbox=tmp_path / "inbox")
    shutil.copytree(at_night.inbox / UNIT / str(NIGHT), settings.inbox / UNIT / str(NIGHT))
    return settings


def staged(settings):
    with transaction(settings.dsn, "staged") as given:
        counts = [
            query(given, f"SELECT count(*) FROM vt_{region[2:]}.report")[0][0] for region in installation.regions()
        ]
        ledger = query(given, "SELECT count(*) FROM intake.ledger WHERE kind = 'disclosure'")[0][0]
    return sum(counts), ledger


def arrived(settings):
    return read_exports(settings.dsn, Period(NIGHT, NIGHT))["complete"].to_list()


def reasons(settings, channel):
    with transaction(settings.dsn, "reasons") as given:
        found = query(
            given,
            "SELECT DISTINCT outcome, reasons[1] FROM intake.outcome JOIN intake.export USING (unit, night, export_id)"
            " WHERE channel = %s AND outcome <> 'reject'",
            (channel,),
        )
    return set(found)


def test_a_drop_is_staged_at_once_and_its_nightly_copy_is_a_duplicate(unit_alone):
    drop(unit_alone)
    [found] = urgent.waiting(unit_alone)
    assert (found.unit, found.night, found.name) == (UNIT, NIGHT, NAME)
    began = time.perf_counter()
    taken = urgent.take(found, unit_alone)
    assert time.perf_counter() - began < 60
    assert taken["state"] == "loaded"
    assert taken["forward"] > 0
    after_drop = staged(unit_alone)
    assert after_drop[0] >= taken["forward"] - taken.get("duplicate", 0)
    status = night_steps.status(NIGHT, unit_alone)
    assert (status["units"][UNIT]["state"], status["units"][UNIT]["received"]) == ("missing", None)
    assert sum(status["regions"].values()) == after_drop[0]
    assert arrived(unit_alone) == [False], "nor does a report on its nights count it as one that came"
    assert urgent.waiting(unit_alone) == []
    assert night_steps.late_exports(NIGHT.replace(day=23), unit_alone) == [(UNIT, NIGHT)], (
        "the nightly one is still to come"
    )
    status = run_night(unit_alone, NIGHT)
    assert status["balanced"]
    assert (status["units"][UNIT]["state"], status["units"][UNIT]["forward"] > 0) == ("complete", True)
    assert arrived(unit_alone) == [True]
    assert reasons(unit_alone, "nightly") == {("duplicate", "already_received")}
    assert staged(unit_alone) == after_drop
    assert not [path for path in (unit_alone.home / "work").glob("*") if path.suffix != ".lock"]
    receipts = json.loads((unit_alone.home / "outgoing" / UNIT / str(NIGHT) / "ontvangstbewijs.json").read_text())
    assert {one["channel"] for one in receipts["exports"]} == {"urgent", "nightly"}


def test_a_night_that_decides_beside_an_unfinished_drop_does_not_forward_it_twice(unit_alone):
    drop(unit_alone)
    for step in (unit_steps.receive, unit_steps.screen, unit_steps.enrich, unit_steps.decide):
        step(UNIT, NIGHT, unit_alone, NAME)
    settle_steps.settle(NIGHT, unit_alone, NAME)  # and here the machine stops, before anything is loaded
    run_night(unit_alone, NIGHT)
    assert reasons(unit_alone, "nightly") == {("duplicate", "already_received")}
    assert staged(unit_alone)[0] == 0
    taken = urgent.take(urgent.waiting(unit_alone)[0], unit_alone)
    assert taken["forward"] > 0, "the copies in the night stand back for it, and it for nobody"
    assert staged(unit_alone)[0] > 0


def test_a_refused_drop_is_told_and_waits_for_another_manifest(unit_alone):
    folder = drop(unit_alone, files=[])
    [found] = urgent.waiting(unit_alone)
    with pytest.raises(ExportRefused):
        urgent.take(found, unit_alone)
    assert urgent.waiting(unit_alone) == []
    assert night_steps.status(NIGHT, unit_alone)["units"][UNIT]["state"] == "refused"
    told = (unit_alone.home / "outgoing" / UNIT / str(NIGHT) / "retour.html").read_text()
    assert "Niet gebruikt" in told
    later = time.time() + 5
    os.utime(folder / "manifest.json", (later, later))
    assert urgent.waiting(unit_alone) == [found]


def test_a_unit_that_cannot_be_told_leaves_no_working_files(at_night, monkeypatch):
    def untold(*_):
        raise UnitsUntold({f"RE04 {NIGHT}": KeyError("Jansen")})

    cleared = []
    monkeypatch.setattr(unit_steps, "receive", lambda *_: {"state": "known"})
    monkeypatch.setattr(returns_steps, "returns", untold)
    monkeypatch.setattr(night_steps, "clear", lambda night, _, name: cleared.append((night, name)))
    with pytest.raises(UnitsUntold):
        urgent.take(urgent.Drop(UNIT, NIGHT, NAME), at_night)
    assert cleared == [(NIGHT, NAME)]


def test_what_cannot_be_read_is_refused_in_the_night_of_its_folder(unit_alone):
    for name, text in (("20261122T213000", "{"), ("20261399T000000", "[]")):
        folder = unit_alone.inbox / UNIT / "urgent" / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(text)
    (unit_alone.inbox / UNIT / "urgent" / "not-a-drop").mkdir()
    result = CliRunner().invoke(cli.app, ["urgent", "--json"], env=as_environ(unit_alone))
    assert result.exit_code == 1
    drops = json.loads(result.stdout)["drops"]
    assert [(one["name"], one["state"]) for one in drops] == [(NAME, "refused"), ("20261399T000000", "refused")]
    assert drops[0]["night"] == str(NIGHT)
    assert "Er wacht niets" in CliRunner().invoke(cli.app, ["urgent"], env=as_environ(unit_alone)).stdout


def test_a_drop_is_taken_whatever_was_refused_after_it_was_written(unit_alone):
    """Many a transfer keeps the moment at which the unit wrote a file."""
    drop(unit_alone, files=[])
    [refused] = urgent.waiting(unit_alone)
    with pytest.raises(ExportRefused):
        urgent.take(refused, unit_alone)
    folder = drop(unit_alone, "20261122T213100")
    before = time.time() - 600
    os.utime(folder / "manifest.json", (before, before))
    assert [one.name for one in urgent.waiting(unit_alone)] == ["20261122T213100"]


def test_of_two_refused_drops_none_is_taken_again(unit_alone):
    for name in (NAME, "20261122T213100"):
        drop(unit_alone, name, files=[])
    for one in urgent.waiting(unit_alone):
        with pytest.raises(ExportRefused):
            urgent.take(one, unit_alone)
    assert urgent.waiting(unit_alone) == []


def test_a_drop_under_the_name_of_another_is_refused_and_not_passed_over(unit_alone):
    drop(unit_alone)
    urgent.take(urgent.waiting(unit_alone)[0], unit_alone)
    same = drop(unit_alone, "20261122T213100", export_id=f"{UNIT}-{NAME}", created_at="2026-11-22T22:00:00+01:00")
    assert urgent.waiting(unit_alone) == [], "the same files are the same drop"
    manifest = json.loads((same / "manifest.json").read_text())
    manifest["files"][0]["sha256"] = "0" * 64
    (same / "manifest.json").write_text(json.dumps(manifest))
    [other] = urgent.waiting(unit_alone)
    with pytest.raises(ExportRefused, match=f"{UNIT}-{NAME}"):
        urgent.take(other, unit_alone)
    assert urgent.waiting(unit_alone) == []


def test_what_was_refused_of_a_night_stays_told_when_another_drop_is_taken(unit_alone):
    drop(unit_alone, files=[])
    with pytest.raises(ExportRefused):
        urgent.take(urgent.waiting(unit_alone)[0], unit_alone)
    drop(unit_alone, "20261122T213100")
    [other] = urgent.waiting(unit_alone)
    assert urgent.take(other, unit_alone)["state"] == "loaded"
    told = (unit_alone.home / "outgoing" / UNIT / str(NIGHT) / "retour.html").read_text()
    assert "Niet gebruikt" in told
    assert urgent.waiting(unit_alone) == []


def test_a_drop_that_retention_forgot_is_not_taken_anew(unit_alone, monkeypatch):
    drop(unit_alone)
    for today, waits in ((NIGHT.replace(year=2031), [NAME]), (NIGHT.replace(year=2031, day=23), [])):
        monkeypatch.setattr(clock, "today", lambda day=today: day)
        assert [found.name for found in urgent.waiting(unit_alone)] == waits
