"""The pages in a real browser: both languages, a phone's width, and nothing that shuts anybody out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.policy.suites import read_suite
from pipeline.reports import steps
from pipeline.reports.data_docs import docs_page
from pipeline.reports.period import Period
from tests.conftest import settings_of
from tests.reports.history import LAST, fill, with_coming

pytestmark = pytest.mark.browser
PAGES = ("index", "halfyear", "progress", "parliament")


@pytest.fixture(scope="module")
def report(copy_database, tmp_path_factory):
    """The folder of a half year's report, the last of 200 nights."""
    home = tmp_path_factory.mktemp("pages")
    settings = replace(
        settings_of(home / "home", copy_database("meldstroom")), agreements=with_coming(home / "agreements")
    )
    fill(settings.dsn, 200)
    steps.build(settings, Period(LAST - timedelta(days=181), LAST), home / "out")
    return home / "out"


@pytest.fixture(scope="module")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium)
        yield launched
        launched.close()


def test_the_pages_hold_up_in_a_browser(report, browser):
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": 390, "height": 844})
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in PAGES:
        page.goto(f"file://{report}/{name}.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{name} is wider than a phone"
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        serious = [(one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in {"serious", "critical"}]
        assert serious == [], name
    assert said == []


def test_the_librarys_own_page_fits_a_phone(browser, tmp_path):
    suite = read_suite("well_founded")
    docs = tmp_path / "docs.html"
    docs.write_text(docs_page(suite, LAST, [(rule.name, 100, 30, 20) for rule in suite.rules]))
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"file://{docs}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_english_is_one_switch_away_and_stays(report, browser):
    page = browser.new_page()
    page.goto(f"file://{report}/index.html")
    title = page.locator("h1")
    assert title.inner_text() == "Van politie naar Veilig Thuis"
    page.get_by_role("button", name="English").click()
    assert title.inner_text() == "From police to Veilig Thuis"
    assert page.locator("html").get_attribute("lang") == "en"
    shown = page.locator("svg text:visible").all_text_contents()
    assert "forwarded" in shown
    assert "doorgezonden" not in shown
    page.get_by_role("link", name="Progress").click()
    assert page.locator("h1").inner_text() == "Progress since the start"


def test_a_picture_and_its_table_tell_the_same(report, browser):
    page = browser.new_page()
    page.goto(f"file://{report}/index.html")
    page.locator("summary", has_text="Per regio").click()
    table = page.get_by_role("table", name="Per regio")
    rows = {row.split("\t")[0]: row.split("\t")[2] for row in table.inner_text().splitlines()[1:] if "(VT" in row}
    assert len(rows) == 25
    tiles = page.locator(".map text:visible").all_text_contents()
    assert sorted(value for value in tiles if value.replace(".", "").isdigit() or value == "x") == sorted(rows.values())
