"""A past night judged for the baseline: counted, and loaded nowhere. The night's quality pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.load.database import query, transaction
from pipeline.policy.rules import OUTCOMES
from pipeline.reports import observe, steps
from pipeline.reports.disclosure import ALL
from pipeline.reports.material import read_material
from pipeline.reports.night_pages import quality_folder, reports_folder
from pipeline.reports.observe import observe_unit
from pipeline.reports.period import Period
from pipeline.reports.tell import tell_report
from pipeline.settings import as_environ
from tests.night.conftest import NIGHT


@pytest.mark.parametrize(
    ("language", "said"), [((), "geteld voor de nulmeting"), (("--english",), "counted for the base")]
)
def test_what_came_of_each_unit_is_told_in_the_language_that_is_asked(settings, monkeypatch, language, said):
    settings = replace(settings, inbox=settings.home)
    settings.home.mkdir()
    monkeypatch.setattr(observe, "observe_night", lambda *_: {"RE05": "observed", "RE06": "geweigerd: te oud"})
    asked = ["run", "--night", str(NIGHT), "--observe", *language]
    answered = CliRunner().invoke(app, asked, env=as_environ(settings))
    assert answered.exit_code == 1, "a refusal"
    assert f"RE05: {said}" in answered.output
    assert "RE06: geweigerd: te oud" in answered.output


def test_observing_counts_what_a_night_would_come_to_and_loads_nothing(at_night, night_done, agreements_of):
    _, status = night_done
    at_night = replace(at_night, agreements=agreements_of("RE05", "RE06"))
    answered = CliRunner().invoke(app, ["run", "--night", str(NIGHT), "--observe"], env=as_environ(at_night))
    assert answered.exit_code == 0, answered.output
    observe_unit(at_night, "RE05", NIGHT)  # once more
    assert "RE06: geteld voor de nulmeting" in answered.output
    with transaction(at_night.dsn, "test") as given:
        counted = dict(query(given, "SELECT unit, sum(count) FROM intake.observed GROUP BY 1"))
        for table in ("export", "outcome", "hold", "ledger", "quality", "changed_night", "refusal"):
            assert query(given, f"SELECT count(*) FROM intake.{table}")[0][0] == 0, table
        staged = query(given, "SELECT count(*) FROM intake.delivery")[0][0]
        gaps = query(given, "SELECT sum(missed) FROM intake.observed_gap")[0][0]
    assert counted == {unit: status["units"][unit]["received"] for unit in ("RE05", "RE06")}
    assert staged == 0
    assert gaps > 0
    assert [path for path in at_night.home.rglob("*") if path.is_file() and path.name != "secret.key"] == []
    report = tell_report(read_material(at_night.dsn, Period(NIGHT, NIGHT)), steps.agreed(at_night))
    assert report.told.counts.values[("reg", ALL, ALL, ALL)] == 0
    founded = report.baseline(ALL)
    assert founded is not None
    assert 0.3 < founded < 1


def test_observing_tells_of_a_refusal(at_night, tmp_path):
    folder = tmp_path / "inbox" / "RE06" / str(NIGHT)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    environ = as_environ(replace(at_night, inbox=tmp_path / "inbox"))
    answered = CliRunner().invoke(app, ["run", "--night", str(NIGHT), "--observe", "--json"], env=environ)
    assert answered.exit_code == 1
    assert "RE06, manifest.json" in answered.stdout
    assert '"RE07": "missing"' in answered.stdout


def test_every_unit_of_a_night_has_its_quality_page(night_done):
    settings, status = night_done
    pages = sorted(quality_folder(settings, NIGHT).glob("*.html"))
    assert [page.stem for page in pages] == list(status["units"])
    assert "Kwaliteit van" in pages[0].read_text()
    assert not list(reports_folder(settings).rglob("*.part"))
    shown = CliRunner().invoke(app, ["status", "--night", str(NIGHT)], env=as_environ(settings))
    assert "Kwaliteit per eenheid" in shown.output


def test_the_menu_gets_a_report_of_the_night(ran):
    settings, status = ran
    received = sum(status["units"][unit][outcome] for unit in status["units"] for outcome in OUTCOMES)
    assert steps.build_kind("night", NIGHT, settings) in {received, -1}
    pages = reports_folder(settings) / "pages"
    assert {folder.name for folder in pages.iterdir()} == {f"night-{NIGHT}"}
    assert len(list((pages / f"night-{NIGHT}" / "data_docs").glob("*.html"))) == 3
