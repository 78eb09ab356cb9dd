"""The report of a real night: it adds up with status, staging and ledger, hides small numbers, and names nobody."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta

import polars as pl
import pytest
from typer.testing import CliRunner

from pipeline import clock, installation
from pipeline.cli import app
from pipeline.errors import UsageError
from pipeline.load.database import query, transaction
from pipeline.policy.rules import OUTCOMES
from pipeline.reports import daily, steps
from pipeline.reports.build import write_report
from pipeline.reports.counting import SHOWN
from pipeline.reports.disclosure import ALL, SMALL
from pipeline.reports.material import read_material
from pipeline.reports.period import Period
from pipeline.reports.table import Count
from pipeline.reports.tell import tell_report
from pipeline.settings import as_environ
from tests.night.conftest import NIGHT


@pytest.fixture(scope="module")
def told(night_done):
    settings, _ = night_done
    material = read_material(settings.dsn, Period(NIGHT, NIGHT))
    return tell_report(material, steps.agreed(settings))


@pytest.fixture(scope="module")
def pages(told, tmp_path_factory):
    out = tmp_path_factory.mktemp("report")
    write_report(told, out, [])
    return out


def test_report_status_staging_and_ledger_tell_the_same_numbers(told, night_done):
    settings, status = night_done
    counts = told.told.counts.values
    for unit, line in status["units"].items():
        assert counts[("reg", unit, ALL, ALL)] == line["received"]
        for outcome in SHOWN:
            parts = ("duplicate", "reject") if outcome == "other" else (outcome,)
            assert counts[("reg", unit, outcome, ALL)] == sum(line[part] for part in parts)
    for outcome in OUTCOMES:
        assert counts[("time", ALL, outcome)] == sum(line[outcome] for line in status["units"].values())
    with transaction(settings.dsn, "test") as given:
        staged = {
            region: query(given, f"SELECT count(*) FROM vt_{region[2:]}.report")[0][0]
            for region in installation.regions()
        }
        disclosed = dict(
            query(given, "SELECT region, count(*) FROM intake.ledger WHERE kind = 'disclosure' GROUP BY 1")
        )
    for region, count in status["regions"].items():
        assert counts[("region", region, "forward")] == count
        assert counts[("kind", region, ALL)] == staged[region] == disclosed.get(region, 0) == count


def test_no_table_shows_a_small_number(told):
    shown = [
        (name, column.name, value)
        for name, found in told.tables.items()
        for row in found.rows
        for column, value in zip(found.table.columns, row, strict=True)
        if column.kind == "count" and isinstance(value, int)
    ]
    assert len(shown) > 300
    assert [line for line in shown if 0 < line[2] < SMALL] == []


def test_the_files_say_what_the_tables_say(told, pages):
    for name, shown in told.tables.items():
        rows = list(csv.reader(io.StringIO((pages / f"{name}.csv").read_text())))
        assert rows[0] == [column.name for column in shown.table.columns]
        assert len(rows) == 1 + len(shown.rows)
    units = list(csv.DictReader(io.StringIO((pages / "units.csv").read_text())))
    assert units[-1]["received"] == str(told.told.tell(Count(("reg", ALL, ALL, ALL))))


def test_nothing_of_anybody_and_nothing_from_outside(pages, night_done):
    settings, _ = night_done
    with transaction(settings.dsn, "test") as given:
        numbers = [number for (number,) in query(given, "SELECT registration_number FROM intake.outcome")]
        names = [
            name
            for region in installation.regions()
            for (name,) in query(given, f"SELECT family_name FROM vt_{region[2:]}.person WHERE length(family_name) > 4")
        ]
    text = "".join(file.read_text() for file in sorted(pages.iterdir()))
    assert not re.search(r"PL\d{4}-\d{10}", text)
    assert not [number for number in numbers if number and number in text]
    words = set(re.findall(r"\w+", text))
    assert not {name for name in names if name in words}
    for page in pages.glob("*.html"):
        found = page.read_text()
        assert not re.search(r"https?://|@import|url\((?!#)|src=", found)
        assert "default-src 'none'" in found
        assert found.count('<span lang="nl">') == found.count('<span lang="en">')
        ids = re.findall(r'\bid="([^"]+)"', found)
        assert len(ids) == len(set(ids)), "ids of pictures do not meet"
        used = re.findall(r'aria-labelledby="([^"]+)"', found)
        assert {one for each in used for one in each.split()} <= set(ids)


def test_counts_follow_what_changes(ran):
    settings, status = ran
    daily.refresh(settings.dsn)
    with transaction(settings.dsn, "test") as given:
        assert query(given, "SELECT count(*) FROM intake.changed_night")[0][0] == 0
        given.execute(
            "UPDATE intake.outcome SET outcome = 'return', regions = '{}' WHERE (unit, export_id, row) ="
            " (SELECT unit, export_id, row FROM intake.outcome WHERE outcome = 'hold' LIMIT 1)"
        )
    assert daily.refresh(settings.dsn) == 1
    assert daily.refresh(settings.dsn) == 0
    with transaction(settings.dsn, "test") as given:
        held = query(given, "SELECT sum(count) FROM intake.daily_outcome WHERE outcome = 'hold'")[0][0]
        total = query(given, "SELECT sum(count) FROM intake.daily_outcome")[0][0]
    assert held == sum(line["hold"] for line in status["units"].values()) - 1
    assert total == sum(line["received"] for line in status["units"].values())


def test_the_command_writes_a_report(ran, tmp_path):
    settings, status = ran
    environ = as_environ(settings)
    asked = ["report", "--from", str(NIGHT - timedelta(days=6)), "--to", str(NIGHT), "--out", str(tmp_path / "week")]
    answered = CliRunner().invoke(app, [*asked, "--json"], env=environ)
    assert answered.exit_code == 0, answered.output
    document = json.loads(answered.stdout)
    assert document["tables"]["units"][-1]["received"] == sum(line["received"] for line in status["units"].values())
    assert (tmp_path / "week" / "index.html").exists()
    missing = [row["missing"] for row in document["tables"]["exports"]]
    assert missing == [6] * 10
    asked[asked.index("--to") + 1] = "2100-12-31"
    so_far = json.loads(CliRunner().invoke(app, [*asked, "--json"], env=environ).stdout)
    assert date.fromisoformat(so_far["last"]) == max(NIGHT, clock.today() - timedelta(days=1))
    for wrong in (["--night", str(NIGHT), "--to", str(NIGHT)], ["--from", str(NIGHT)], []):
        refused = CliRunner().invoke(app, ["report", "--out", str(tmp_path), *wrong], env=environ)
        assert isinstance(refused.exception, UsageError)


def test_a_period_without_anything_has_a_report(settings, tmp_path):
    material = read_material(settings.dsn, Period(date(2020, 1, 1), date(2020, 3, 31)))
    report = tell_report(material, steps.agreed(settings))
    write_report(report, tmp_path, [])
    assert report.told.counts.values[("reg", ALL, ALL, ALL)] == 0
    assert isinstance(material.outcomes, pl.DataFrame)
