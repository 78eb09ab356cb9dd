import csv
import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import UsageError
from pipeline.impact.carried import mark_carried
from pipeline.impact.command import impact_page_of, judge_impact, proposals_of
from pipeline.impact.files import write_impact
from pipeline.impact.labelled import on_corpus, read_truth
from pipeline.impact.nights import judge_all, kept_exports
from pipeline.impact.over_tables import judge_tables
from pipeline.impact.shadow import SHADOW, shadow
from pipeline.impact.variant import Proposal, open_variant
from pipeline.load import archive
from pipeline.load.database import frame, query, transaction
from pipeline.policy import rules
from pipeline.reports import steps as report_steps
from pipeline.reports.disclosure import ALL
from pipeline.reports.material import read_material
from pipeline.reports.period import Period
from pipeline.reports.tell import tell_report
from pipeline.settings import as_environ
from tests.impact.test_variant import RE06, WELL_FOUNDED, written
from tests.night.conftest import NIGHT, everything


@pytest.fixture
def stricter(tmp_path):
    suite = json.loads(WELL_FOUNDED)
    for rule in suite["expectations"]:
        rule["meta"]["blocking"] |= rule["meta"]["rule"] == "children_answered"
    return written(tmp_path / "stricter", "well_founded.json", json.dumps(suite))


@pytest.fixture
def expired(tmp_path):
    ended = RE06.replace("valid_from = 2015-01-01", "valid_from = 2015-01-01\nvalid_until = 2026-01-01")
    return written(tmp_path / "expired", "re06.toml", ended)


def counts(variant, side):
    return {outcome: pair[side] for outcome, pair in variant["outcomes"].items() if pair[side]}


def test_the_same_policy_moves_nothing_and_counts_what_was_decided(ran):
    settings, status = ran
    (same,) = judge_impact(settings, [Proposal("same")], NIGHT, NIGHT)["variants"]
    assert (same["moved"], same["moves"], same["changes"]) == (0, [], [])
    for unit, line in status["units"].items():
        assert sum(counts({"outcomes": same["units"][unit]}, "before").values()) == line["received"]
    with transaction(settings.dsn, "test") as given:
        decided = query(
            given,
            "SELECT outcome, count(*) FROM intake.outcome WHERE NOT reasons && %s AND outcome <> 'reject' GROUP BY 1",
            (list(archive.NEVER_KEPT),),
        )
    assert counts(same, "before") == {**dict(decided), "not_kept": same["outcomes"]["not_kept"]["after"]}
    assert {region: pair["before"] for region, pair in same["regions"].items()} == {
        region: count for region, count in status["regions"].items() if count
    }


def test_what_moves_adds_up_and_is_named_by_rule_and_number(ran, stricter, expired):
    settings, status = ran
    proposals = proposals_of(NIGHT, expectations=stricter, named=[("expired", expired)])
    document = judge_impact(settings, proposals, NIGHT, NIGHT)
    tighter, ended = document["variants"]
    for variant in (tighter, ended):
        assert sum(counts(variant, "after").values()) == document["received"] == sum(counts(variant, "before").values())
        assert sum(move["count"] for move in variant["moves"]) == variant["moved"] > 0
        assert sum(pair["after"] for pair in variant["regions"].values()) < sum(status["regions"].values())
        assert variant["load"]["vt"]["after"]["hours"] < variant["load"]["vt"]["before"]["hours"]
        assert variant["danger"]["returned"] == {"before": 0, "after": 0}
    own, freed = ([m for m in ended["moves"] if (m["rule"] == "same_event") == carried] for carried in (False, True))
    assert {move["unit"] for move in own} == {"RE06"}
    assert {(move["to"], move["rule"]) for move in own} == {("hold", "agreement_not_in_force")}
    assert all((move["from"], move["to"]) == ("duplicate", "forward") for move in freed)
    gaps = {move["rule"].split(":")[-1] for move in tighter["moves"]}
    assert "children_answered" in gaps <= {"children_answered", "same_event"}
    assert ended["units"]["RE06"]["forward"]["after"] == 0
    with transaction(settings.dsn, "test") as given:
        known = {
            number for (number,) in query(given, "SELECT registration_number FROM intake.outcome WHERE unit = 'RE06'")
        }
    assert known.issuperset(number for move in own for number in move["examples"])


def test_nothing_is_written_to_staging_outcomes_or_ledger(ran, expired):
    settings, _ = ran
    before = everything(settings.dsn)
    judge_impact(settings, proposals_of(NIGHT, agreements=expired), NIGHT, NIGHT)
    assert everything(settings.dsn) == before


def test_the_command_answers_on_the_terminal_as_json_and_as_files(ran, stricter, expired, tmp_path, monkeypatch):
    settings, _ = ran
    for name, value in as_environ(settings).items():
        monkeypatch.setenv(name, value)
    dates = ["--from", str(NIGHT), "--to", str(NIGHT)]
    arguments = ["impact", "--agreements", str(expired), "--variant", f"streng={stricter}", *dates]
    shown = CliRunner().invoke(app, arguments)
    assert shown.exit_code == 0
    assert "doorgezonden" in shown.stdout
    assert "children_answered" in shown.stdout
    answered = CliRunner().invoke(app, [*arguments, "--json", "--out", str(tmp_path / "out")])
    document = json.loads(answered.stdout)
    assert [variant["name"] for variant in document["variants"]] == ["expired", "streng"]
    assert json.loads((tmp_path / "out" / "impact.json").read_text(encoding="utf-8")) == document
    lines = list(csv.DictReader((tmp_path / "out" / "impact.csv").open(encoding="utf-8")))
    assert sum(int(line["count"]) for line in lines) == sum(variant["moved"] for variant in document["variants"])
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert 'lang="en"' in page
    assert "aanname" in page
    assert "//" not in page.replace("default-src", "").split("<style>")[0].replace("<!doctype html>", "")


@pytest.mark.browser
def test_the_page_holds_up_in_a_browser(night_done, stricter, expired, tmp_path, chromium):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    settings, _ = night_done
    proposals = proposals_of(NIGHT, expectations=stricter, named=[("verlopen", expired)], adopted=("RE03", "RE06"))
    document = judge_impact(settings, proposals, NIGHT, NIGHT, truth=settings.inbox.parent / "truth.parquet")
    written_to = write_impact(document, tmp_path / "out")
    said = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"file://{written_to['page']}")
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        moved = document["variants"][0]["moved"]
        assert f"{moved} van de 260 registraties" in page.locator(".brief").inner_text()
        page.get_by_role("button", name="English").click()
        assert f"{moved} of the 260 registrations" in page.locator(".brief").inner_text()
        assert page.locator("span[lang=nl]:visible").count() == 0, "nothing Dutch is left"
        assert len(page.pdf()) > 10_000
        browser.close()
    assert said == []


@pytest.mark.parametrize("arguments", [["--adopt", "RE03"], ["--variant", "x"], []])
def test_wrong_use_is_said_so(arguments):
    done = CliRunner().invoke(app, ["impact", "--from", str(NIGHT), "--to", str(NIGHT), *arguments])
    assert isinstance(done.exception, UsageError)


@pytest.mark.parametrize(("first", "last"), [(NIGHT, NIGHT - timedelta(days=1)), (date(2020, 1, 1), date(2020, 1, 2))])
def test_dates_without_nights_are_wrong_use(ran, first, last):
    with pytest.raises(UsageError):
        judge_impact(ran[0], [Proposal("same")], first, last)


def test_what_is_no_longer_kept_is_counted_and_said(ran, expired, tmp_path):
    settings, _ = ran
    exports = kept_exports(settings.dsn, NIGHT, NIGHT)
    gone = replace(settings, home=tmp_path / "empty", given_key=b"0" * 32)
    (judged,) = judge_all(gone, exports, [Proposal("same")])
    assert {what for _, _, what in judged.lacking} == {"facts"}
    assert len(judged.lacking) == len(exports)
    assert judged.tally.flows.get_column("count").sum() == sum(export.received for export in exports)


def kept_shadow(settings) -> pl.DataFrame:
    with transaction(settings.dsn, "intake.shadow") as given:
        return frame(given, f"SELECT {', '.join(SHADOW)} FROM intake.shadow ORDER BY 1, 2, 3, 4, 5, 6", SHADOW)


def test_an_agreement_to_come_runs_in_the_shadow_and_twice_is_once(ran, tmp_path):
    settings, status = ran
    ended = RE06.replace("valid_from = 2015-01-01", "valid_from = 2015-01-01\nvalid_until = 2026-12-31")
    later = RE06.split("\n[[version]]\n")[1].replace("2015-01-01", "2027-01-01").replace("RE06-2015-1", "RE06-2027-1")
    named = later.replace("outbox", 'secret_address_region = "VT10"\noutbox', 1)
    folder = written(tmp_path / "coming", "re06.toml", f"{ended}\n[[version]]\n{named}")
    coming = replace(settings, agreements=folder)
    before = everything(settings.dsn)
    moved = shadow(NIGHT, coming)
    kept = kept_shadow(settings)
    assert shadow(NIGHT, coming) == moved
    assert kept_shadow(settings).equals(kept)
    assert set(kept["agreement_version"]) == {"RE06-2027-1"}
    assert kept["count"].sum() == status["units"]["RE06"]["received"]
    away = kept.filter(pl.col("from_outcome") != pl.col("to_outcome"))
    assert moved == {"RE06": away["count"].sum()}
    assert set(away["from_outcome"]) <= {"hold"}
    assert set(away["rule"]) <= {"secret_address"}
    assert set(kept.filter(pl.col("from_outcome") == pl.col("to_outcome"))["rule"]) == {""}
    assert everything(settings.dsn) == before
    report = tell_report(read_material(settings.dsn, Period(NIGHT, NIGHT)), report_steps.agreed(coming))
    told = report.told.counts.values
    assert told["shadow", "RE06", ALL] == status["units"]["RE06"]["received"]
    assert told["moves", "RE06"] == moved["RE06"]
    assert told["before", "RE06", "forward"] == status["units"]["RE06"]["forward"]
    assert shadow(NIGHT, settings) == {}
    assert kept_shadow(settings).is_empty()


@pytest.mark.parametrize("takes", [{"facts", "tables"}, {"facts", "delivered"}])
def test_tables_judged_again_under_the_same_policy_give_what_the_night_gave(ran, takes):
    settings, _ = ran
    present = open_variant(Proposal("present"), None)
    for export in kept_exports(settings.dsn, NIGHT, NIGHT)[4:7]:
        kept = mark_carried(archive.read_judged(settings.home, export.key, _key(settings)), export.carried)
        again = judge_tables(settings, export.key, kept, present, present, frozenset(takes))
        moved = again.moved.filter(pl.col("outcome") != pl.col("to_outcome"))
        assert moved.is_empty()
        assert len(again.moved) == len(again.kept) >= len(kept)
        assert again.elements["before"].to_list() == again.elements["after"].to_list()
        ours = again.moved.join(kept.select("row", "substantiation_score"), on="row")
        assert ours["to_score"].to_list() == ours["substantiation_score"].to_list()


def test_what_a_unit_shares_is_judged_over_the_tables_that_are_kept(ran):
    settings, _ = ran
    (variant,) = judge_impact(settings, [Proposal("adopt", adopted=("RE03", "RE06"))], NIGHT, NIGHT)["variants"]
    assert (variant["moved"], variant["not_judged"]) == (0, {"facts": 0, "tables": 0, "delivered": 0})
    (line,) = variant["kept_back"]
    assert (line["unit"], line["kind"]) == ("RE06", "bsn")
    assert line["after"] > line["before"]


def test_another_code_is_judged_over_what_was_sent_and_said_where_that_is_gone(ran, tmp_path):
    settings, status = ran
    folder = written(tmp_path / "codes", "re06.toml", f'{RE06}\n[version.codes.relatie]\n"exman" = "ex-partner"\n')
    proposals = proposals_of(NIGHT, agreements=folder)
    (variant,) = judge_impact(settings, proposals, NIGHT, NIGHT)["variants"]
    assert (variant["moved"], variant["not_judged"]["delivered"]) == (0, 0)
    assert variant["units"]["RE06"]["reject"]["before"] == status["units"]["RE06"]["reject"]
    (variant,) = judge_impact(replace(settings, inbox=tmp_path), proposals, NIGHT, NIGHT)["variants"]
    assert variant["not_judged"] == {"facts": 0, "tables": 0, "delivered": 1}


def test_a_project_code_of_the_unit_brings_registrations_into_scope(ran, tmp_path):
    settings, _ = ran
    quiet = RE06.replace(
        "[version.codes.incidentcode]", '[version.codes.projectcode]\n"ZZ" = "HG"\n\n[version.codes.incidentcode]'
    )
    folder = written(tmp_path / "project", "re06.toml", quiet)
    (variant,) = judge_impact(replace(settings, inbox=tmp_path), proposals_of(NIGHT, agreements=folder), NIGHT, NIGHT)[
        "variants"
    ]
    assert variant["not_judged"]["delivered"] == 0


def test_other_rules_on_texts_are_judged_over_the_texts(ran, tmp_path):
    settings, _ = ran
    policy = Path(rules.__file__).parent
    shutil.copytree(
        policy / "redaction", tmp_path / "policy" / "redaction", ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )
    told = (policy / "danger" / "told.toml").read_text(encoding="utf-8")
    written(tmp_path / "policy" / "danger", "told.toml", told)
    (export,) = [one for one in kept_exports(settings.dsn, NIGHT, NIGHT) if one.key.unit == "RE08"]
    (proposal,) = proposals_of(NIGHT, policy=tmp_path / "policy")
    (judged,) = judge_all(settings, [export], [proposal])
    flows = judged.tally.flows
    assert judged.lacking == ()
    assert flows.filter(pl.col("from_outcome") != pl.col("to_outcome")).is_empty()


def test_criteria_are_measured_against_the_truth_where_somebody_knows_it(ran, stricter):
    settings, _ = ran
    truth = settings.inbox.parent / "truth.parquet"
    (variant,) = judge_impact(settings, proposals_of(NIGHT, expectations=stricter), NIGHT, NIGHT, truth=truth)[
        "variants"
    ]
    lines = {line["measure"]: (line["before"], line["after"]) for line in variant["labelled"]}
    assert list(lines) == ["danger_recall", "danger_precision", "founded_recall", "founded_precision"]
    before, after = lines["founded_recall"]
    assert before["total"] == after["total"] > 50
    assert before["hits"] > after["hits"]
    assert lines["danger_recall"][1]["share"] > 0.9


def test_rules_on_texts_are_measured_on_the_labelled_corpus(tmp_path):
    policy = Path(rules.__file__).parent
    told = (policy / "danger" / "told.toml").read_text(encoding="utf-8")
    parts = told.split("\n[[rule]]")
    fewer = parts[0] + "\n[[rule]]" + parts[1]
    assert len(parts) > 3
    written(tmp_path / "danger", "told.toml", fewer)
    corpus = Path(__file__).parents[1] / "corpus"
    recall, precision = on_corpus(corpus, tmp_path, NIGHT)
    assert (recall.measure, precision.measure) == ("danger_told_recall", "danger_told_precision")
    assert recall.before.hits > recall.after.hits
    assert recall.before.total == recall.after.total


def test_a_truth_that_is_none_is_wrong_use(tmp_path):
    with pytest.raises(UsageError):
        read_truth(written(tmp_path, "truth.parquet", "none") / "truth.parquet")


def test_a_run_of_the_dag_writes_its_page_and_tells_counts_and_a_path_only(ran, expired):
    settings, _ = ran
    asked = {"first": str(NIGHT), "last": str(NIGHT), "agreements": str(expired), "adopt": "RE03", "onto": "RE06"}
    told = impact_page_of(asked, "manual__2026-11-24T10:00:00+00:00", settings)
    assert told["moved"]["expired"] > 0 == told["moved"]["RE06 als RE03"]
    page = settings.home / "reports" / "impact" / f"{NIGHT}_{NIGHT}-manual-2026-11-24T10-00-00-00-00" / "index.html"
    assert told["page"] == str(page)
    assert "Impactanalyse" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("asked", [{"first": "gisteren"}, {"adopt": "RE03"}, {}])
def test_a_run_that_asks_for_nothing_that_can_be_done(settings, asked):
    with pytest.raises(UsageError):
        impact_page_of({"first": str(NIGHT), "last": str(NIGHT)} | asked, "run", settings)


def test_the_archive_keeps_no_text_and_no_person_in_what_lives_long(ran):
    settings, _ = ran
    (export, *_) = kept_exports(settings.dsn, NIGHT, NIGHT)
    kept = archive.read_judged(settings.home, export.key, (settings.given_key or _key(settings)))
    personal = {
        "description",
        "reason_for_report",
        "street",
        "postcode",
        "place",
        "contact_phone",
        "author_service_number",
    }
    assert personal.isdisjoint(kept.columns)
    assert set(kept["investigation_number"].drop_nulls()) <= {""}


def _key(settings):
    from pipeline.settings import read_key

    return read_key(settings)
