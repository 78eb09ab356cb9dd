"""The whole night on a real PostgreSQL: it adds up, twice is once, and a crash anywhere leaves no trace."""

from __future__ import annotations

import json
import os
import shutil
import signal
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import polars as pl
import pytest

from pipeline import installation, load_steps, night_steps, returns_steps, settle_steps, unit_steps
from pipeline.errors import ExportRefused, NightIncomplete, UsageError
from pipeline.explain import explain
from pipeline.load.checkpoint import signing_key
from pipeline.load.database import query, transaction
from pipeline.load.verify import verify
from pipeline.night import _largest_first, run_night
from pipeline.policy.agreements import read_agreements
from pipeline.policy.rules import OUTCOMES, read_rules
from pipeline.reports.night_pages import quality_folder
from pipeline.settings import read_key
from pipeline.synth import write_nights
from tests.conftest import settings_of
from tests.night.conftest import NIGHT, everything, unnumbered


def test_a_night_adds_up_and_agrees_with_the_truth(ran, inbox):
    settings, status = ran
    assert status["balanced"]
    assert {line["state"] for line in status["units"].values()} == {"complete"}
    manifests = [json.loads(path.read_text()) for path in inbox.glob(f"*/{NIGHT}/manifest.json")]
    promised = {
        manifest["unit"]: sum(file["rows"] for file in manifest["files"] if file["table"] == "registratie")
        for manifest in manifests
    }
    assert {unit: line["received"] for unit, line in status["units"].items()} == promised
    with transaction(settings.dsn, "outcomes") as cursor:
        decided = query(cursor, "SELECT unit, registration_number, version, outcome FROM intake.outcome")
        staged = {
            region: query(cursor, f"SELECT count(*) FROM vt_{region[2:]}.report")[0][0]
            for region in installation.regions()
        }
        disclosed = dict(
            query(cursor, "SELECT region, count(*) FROM intake.ledger WHERE kind = 'disclosure' GROUP BY 1")
        )
        assert verify(cursor, signing_key(read_key(settings)).public_key()).holds
    assert staged == status["regions"]
    assert disclosed == {region: count for region, count in staged.items() if count}
    schema = {"unit": pl.String, "registration_number": pl.String, "version": pl.Int64, "outcome": pl.String}
    outcomes = pl.DataFrame(decided, schema=schema, orient="row")
    truth = pl.read_parquet(inbox.parent / "truth.parquet").filter(
        pl.col("gate").is_in(["forbidden_regime", "removed", "too_old"])
    )
    compared = truth.with_columns(pl.col("version").cast(pl.Int64)).join(
        outcomes, on=["unit", "registration_number", "version"]
    )
    assert len(compared)
    assert set(compared.get_column("outcome")) == {"withhold"}


def test_the_same_night_twice_changes_nothing(ran):
    settings, status = ran
    before = everything(settings.dsn)
    assert run_night(settings, NIGHT) == status
    assert everything(settings.dsn) == before


def test_nothing_in_danger_is_returned_and_every_hold_waits(ran):
    settings, _ = ran
    with transaction(settings.dsn, "outcomes") as cursor:
        assert query(cursor, "SELECT count(*) FROM intake.outcome WHERE outcome = 'return' AND danger <> '{}'") == [
            (0,)
        ]
        held = "SELECT unit, row FROM intake.outcome WHERE outcome = 'hold' EXCEPT SELECT unit, row FROM intake.hold"
        assert query(cursor, held) == []


def test_a_refused_export_names_what_to_do_and_the_others_go_on(at_night, agreements_of, tmp_path):
    agreements = agreements_of("RE05", "RE06", "RE08", "RE09")
    settings = replace(at_night, inbox=tmp_path / "inbox", agreements=agreements)
    shutil.copytree(at_night.inbox, settings.inbox)
    broken = next((settings.inbox / "RE06" / str(NIGHT)).glob("registraties.csv"))
    broken.write_bytes(broken.read_bytes() + b"\n")
    shutil.rmtree(settings.inbox / "RE09")
    status = run_night(settings, NIGHT)
    assert status["units"]["RE06"]["state"] == "refused"
    assert "registraties.csv" in status["units"]["RE06"]["reason"]
    assert status["units"]["RE06"]["received"] is None
    assert status["units"]["RE09"]["state"] == "missing"
    assert status["units"]["RE05"]["state"] == status["units"]["RE08"]["state"] == "complete"
    later = NIGHT + timedelta(days=1)
    assert night_steps.late_exports(later, settings) == []
    manifest = json.loads((broken.parent / "manifest.json").read_text())
    (broken.parent / "manifest.json").write_text(json.dumps(manifest | {"export_id": "RE06-mended"}))
    assert night_steps.late_exports(later, settings) == [("RE06", NIGHT)]
    # the unit mends its export under another id, and it is taken as the first
    shutil.copy(at_night.inbox / "RE06" / str(NIGHT) / "registraties.csv", broken)
    assert run_night(settings, NIGHT)["units"]["RE06"]["state"] == "complete"
    assert night_steps.late_exports(later, settings) == []


@pytest.mark.parametrize("name", ["RE99", "re06"])
def test_an_export_under_a_name_that_no_agreement_has_is_refused_until_it_is_gone(settings, tmp_path, name):
    settings = replace(settings, inbox=tmp_path / "inbox")
    folder = settings.inbox / name / str(NIGHT)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    (settings.inbox / "feedback" / "VT09").mkdir(parents=True)
    units = run_night(settings, NIGHT)["units"]
    assert units.pop(name)["reason"].startswith(f"{name}: er is geen werkafspraak")
    assert {line["state"] for line in units.values()} == {"missing"}
    shutil.rmtree(folder)
    assert run_night(settings, NIGHT)["units"] == units


def test_the_same_export_id_with_other_files_is_refused(ran, tmp_path):
    settings, _ = ran
    before = everything(settings.dsn)
    changed = replace(settings, inbox=tmp_path / "inbox")
    shutil.copytree(settings.inbox / "RE05", changed.inbox / "RE05")
    manifest = changed.inbox / "RE05" / str(NIGHT) / "manifest.json"
    content = json.loads(manifest.read_text())
    content["files"][0]["sha256"] = "0" * 64
    manifest.write_text(json.dumps(content))
    with pytest.raises(ExportRefused, match="export_id"):
        unit_steps.receive("RE05", NIGHT, changed)
    assert everything(settings.dsn) == before


def test_a_second_night_corrects_retracts_and_recalls(two_nights, night_done):
    settings, first = two_nights, night_done[1]
    assert night_steps.status(NIGHT + timedelta(days=1), settings)["balanced"]
    assert night_steps.status(NIGHT, settings) == first
    with transaction(settings.dsn, "recalls") as cursor:
        for region in installation.regions():
            stale = query(
                cursor,
                f"SELECT count(*) FROM vt_{region[2:]}.report r JOIN intake.outcome o USING (unit, registration_number)"
                " WHERE o.version > r.version AND NOT EXISTS (SELECT 1 FROM"
                f" vt_{region[2:]}.recall c WHERE (c.unit, c.registration_number, c.version) ="
                " (r.unit, r.registration_number, r.version))",
            )
            assert stale == [(0,)]


def test_explain_tells_the_story_without_a_value(ran):
    settings, _ = ran
    with transaction(settings.dsn, "explain") as cursor:
        number, unit, region = query(
            cursor, "SELECT registration_number, unit, regions[1] FROM intake.outcome WHERE outcome = 'forward' LIMIT 1"
        )[0]
        story = explain(cursor, number, unit, read_rules())
        names = query(
            cursor,
            f"SELECT family_name FROM vt_{region[2:]}.person WHERE family_name IS NOT NULL AND registration_number = %s",
            (number,),
        )
    told = json.dumps(story, ensure_ascii=False)
    assert story["versions"][0]["reasons"][0]["source"]
    assert story["disclosures"][0]["region"] == region
    assert not [name for (name,) in names if f'"{name}"' in told]


FEW = ("RE04", "RE05", "RE08")
"""Units of an installation of three: parquet, jsonl and stuf."""


@pytest.fixture(scope="module")
def installed_few(agreements_of, tmp_path_factory):
    """What an installation of three reads: a night that is small, for it is run two dozen times."""
    folder = tmp_path_factory.mktemp("few")
    # this seed has persons of RE04 among those of RE05
    write_nights(folder, NIGHT, registrations=60, units=FEW, seed=7, agreements=read_agreements())
    return {"inbox": folder, "agreements": agreements_of(*FEW)}


@pytest.fixture
def few(settings, installed_few):
    """Settings of that installation over a fresh database."""
    return replace(settings, **installed_few)


@pytest.fixture(scope="module")
def few_done(installed_few, copy_database, tmp_path_factory):
    """Every row of the night of those three, run undisturbed."""
    settings = settings_of(tmp_path_factory.mktemp("few_done") / "home", copy_database("meldstroom"))
    run_night(replace(settings, **installed_few), NIGHT)
    done = everything(settings.dsn)
    assert min(len(done[f"intake.{table}"]) for table in ("outcome", "ledger", "person_link")) > 5
    return done


@pytest.fixture(scope="module")
def forks():
    """Processes that begin with all imports done, and with no thread of polars, which would not survive the fork.

    So without the redactor: polars reads its weights, and whoever is forked after that waits for ever.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


SETTLING = ("write_candidates", "divide", "settle")
"""Settling by itself, and where its files between parts are made."""


def run_until_killed(stage, settings):
    """Run the night, and die just when `stage` has done its second unit or region."""
    module = next(one for one in (settle_steps, unit_steps, load_steps, night_steps) if hasattr(one, stage))
    original, calls = getattr(module, stage), []

    def killed(*given):
        answer = original(*given)
        calls.append(1)
        if len(calls) == 2 or stage in {*SETTLING, "finish"}:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(module, stage, killed)
    run_night(settings, NIGHT)


@pytest.mark.parametrize("stage", ["receive", "screen", "enrich", "decide", *SETTLING, "load", "finish"])
def test_a_kill_in_any_stage_leaves_no_trace(stage, few, few_done, forks):
    """The process is killed in the middle; then the night is run again."""
    process = forks.Process(target=run_until_killed, args=(stage, few))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    run_night(few, NIGHT)
    assert everything(few.dsn) == few_done
    assert few_done["intake.outcome"]


def test_a_region_or_unit_without_its_working_files_is_told_and_not_taken_for_done(few, few_done, monkeypatch):
    """As Airflow leaves a night of which a region failed: its files are cleared, and one square is run again."""
    place = load_steps.load_region
    lost, loaded = [region for region in installation.regions() if few_done[f"vt_{region[2:]}.report"]][:2]

    def refusing(given, region, *rest):
        if region == lost:
            given.execute("SELECT 1 / 0")
        return place(given, region, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(load_steps, "load_region", refusing)
        with pytest.raises(NightIncomplete):
            run_night(few, NIGHT)
    load_steps.require_at_hand(NIGHT, few)
    night_steps.clear(NIGHT, few)
    with pytest.raises(UsageError, match=rf"{lost}, RE[0-9, RE]+: the working files of {NIGHT} are gone"):
        load_steps.load(lost, NIGHT, few)
    assert load_steps.load(loaded, NIGHT, few) == 0
    with pytest.raises(UsageError, match=rf"/ RE[0-9, RE]+: the working files of {NIGHT} are gone"):
        load_steps.require_at_hand(NIGHT, few)
    for step in (unit_steps.screen, unit_steps.enrich, unit_steps.decide):
        with pytest.raises(UsageError, match=f"RE08: the working files of {NIGHT} are gone"):
            step("RE08", NIGHT, few)
    run_night(few, NIGHT)
    assert everything(few.dsn) == few_done


def test_what_nobody_foresaw_in_one_unit_or_region_stops_no_other(few, few_done, monkeypatch):
    screen, place, tell = unit_steps.screen, load_steps.load_region, returns_steps.write_unit_night

    def mute(told, *given):
        if told.unit == "RE04":
            raise KeyError("Jansen")
        tell(told, *given)

    def failing(unit, *given):
        if unit == "RE05":
            raise KeyError("Jansen")
        return screen(unit, *given)

    def refusing(given, region, arrivals, *rest):
        if "RE08" in arrivals.report.get_column("unit"):
            given.execute("SELECT 1 / 0")
        return place(given, region, arrivals, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(unit_steps, "screen", failing)
        patched.setattr(load_steps, "load_region", refusing)
        patched.setattr(returns_steps, "write_unit_night", mute)
        with pytest.raises(NightIncomplete) as incomplete:
            run_night(few, NIGHT)
    for unit in ("RE04", "RE05"):
        assert f"{unit}: KeyError at test_night.py" in str(incomplete.value)
    assert (quality_folder(few, NIGHT) / "RE04.html").exists()
    assert "(RE08): PostgreSQL antwoordde 22012" in str(incomplete.value)
    assert "Jansen" not in str(incomplete.value)
    states = {unit: line["state"] for unit, line in incomplete.value.status["units"].items()}
    assert [states[unit] for unit in ("RE04", "RE05", "RE08")] == ["complete", "running", "running"]
    assert incomplete.value.status["regions"] != dict.fromkeys(installation.regions(), 0)
    run_night(few, NIGHT)
    again, done = unnumbered(everything(few.dsn)), unnumbered(few_done)
    linked = again.pop("intake.person_link")
    missing = [link for link in done.pop("intake.person_link") if link not in linked]
    assert again == done
    # as with a late export: what came later is linked to what stood, and what stood is not asked about once more
    assert {(unit, earlier) for unit, _, _, _, earlier, *_ in missing} == {("RE04", "RE05")}


def test_status_of_a_night_nobody_sent_is_missing_everywhere(at_night):
    status = night_steps.status(NIGHT - timedelta(days=300), at_night)
    assert {line["state"] for line in status["units"].values()} == {"missing"}
    assert all(line[outcome] is None for line in status["units"].values() for outcome in ("received", *OUTCOMES))


def test_a_file_in_the_place_of_a_folder_is_refused_and_not_missing(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    (settings.inbox / "RE06").mkdir(parents=True)
    (settings.inbox / "RE06" / str(NIGHT)).write_text("registratienummer;versie\n")
    assert ("RE06", NIGHT) in night_steps.late_exports(NIGHT + timedelta(days=1), settings)
    with pytest.raises(ExportRefused):
        unit_steps.receive("RE06", NIGHT, settings)
    line = night_steps.status(NIGHT, settings)["units"]["RE06"]
    assert line["state"] == "refused"
    assert "staat een bestand" in line["reason"]
    assert ("RE06", NIGHT) not in night_steps.late_exports(NIGHT + timedelta(days=1), settings)


def test_a_folder_that_is_closed_to_us_is_refused_and_stops_no_other(settings, tmp_path, monkeypatch):
    settings = replace(settings, inbox=tmp_path / "inbox")
    closed = settings.inbox / "RE06" / str(NIGHT)
    closed.mkdir(parents=True)
    let_in, listed = os.access, Path.iterdir

    def iterdir(folder):
        if folder == closed:
            raise PermissionError
        return listed(folder)

    # to root no folder is closed
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed and let_in(path, mode))
    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert set(_largest_first(settings, NIGHT)) == set(installation.units(settings))
    with pytest.raises(ExportRefused):
        unit_steps.receive("RE06", NIGHT, settings)
    assert "kan niet worden geopend" in night_steps.status(NIGHT, settings)["units"]["RE06"]["reason"]
