"""The desk in a real browser: by keyboard, with the mouse, on a phone, by two persons, and for whoever cannot see it."""

from __future__ import annotations

import pytest

from pipeline.desk.decisions import needs_four_eyes
from pipeline.desk.queue import find_item, list_held
from pipeline.desk_steps import open_item
from pipeline.load.database import query, transaction
from pipeline.policy.rules import read_rules
from tests.night.conftest import copied
from tests.night.desk_server import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def settings(night_done, copy_database, tmp_path_factory):
    return copied(night_done[0], copy_database, tmp_path_factory.mktemp("desk") / "home")


@pytest.fixture(scope="module")
def address(settings):
    with serving(settings) as found:
        yield found


@pytest.fixture
def visit(browser, address):
    """Open a page as somebody; whatever the page complains of fails the test."""
    opened, said = [], []

    def go(account, path="/", width=1440):
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.set_default_timeout(10_000)
        opened.append(context)
        if account:
            context.add_cookies([{"name": "who", "value": account, "url": address}])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if "status of" not in message.text else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address + path)
        return page

    yield go
    for context in opened:
        context.close()
    assert said == []


def pick(settings, test):
    with transaction(settings.dsn, "desk") as cursor:
        return next(item for item in list_held(cursor, limit=1000) if item.outcome == "hold" and test(item))


def eyes(item):
    return needs_four_eyes(item, read_rules())


def outcome(settings, item):
    key = "(unit, night, export_id, row) = (%s, %s, %s, %s)"
    with transaction(settings.dsn, "desk") as cursor:
        return query(cursor, f"SELECT outcome FROM intake.outcome WHERE {key}", item.place)[0][0]


def serious(page):
    from axe_playwright_python.sync_playwright import Axe

    # axe puts a style of its own into the page, which our policy refuses
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in {"serious", "critical"}]


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_shuts_anybody_out(visit, settings, width):
    item = pick(settings, lambda item: item.danger and eyes(item))
    page = visit("desk1", "/", width)
    address = page.url.rstrip("/")
    for path in ("/", f"/item/{item.name}?lang=en", "/overruled"):
        page.goto(address + path)
        assert serious(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        if "item" in path:  # beside the item, or one tap away from anywhere on its long page
            shown = page.locator("a[href='#decidehead']" if width == 390 else "#decidehead").bounding_box()
            assert 0 < shown["y"] < 900


def test_a_stranger_is_sent_to_the_log_in_and_a_viewer_opens_nothing(visit, settings):
    stranger = visit(None)
    assert stranger.get_by_role("link", name="Aanmelden").count() == 1
    viewer = visit("kijker")
    assert viewer.locator("tr[data-row]").count() > 10
    assert viewer.locator("tr[data-row] a").count() == 0
    viewer.goto(f"{viewer.url}item/{pick(settings, eyes).name}")
    assert "mag u niet zien" in viewer.locator("h1").inner_text()


def test_an_item_goes_to_the_region_by_keyboard_alone(visit, settings):
    item = pick(settings, lambda item: not eyes(item) and open_item(item.name, None, "ada", settings).outgoing.regions)
    page = visit("desk1", f"/?unit={item.unit}&reason={item.reasons[0]}")
    links = page.locator("tr[data-row] a").all_inner_texts()
    for _ in range(links.index(item.registration_number) + 1):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#decide")
    assert item.registration_number in page.locator("h1").inner_text()
    page.keyboard.press("1")
    focused = page.evaluate("document.activeElement.value")
    assert focused == "release"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status].good")
    assert outcome(settings, item) == "forward"


def test_a_stretch_is_left_out_with_the_mouse_and_with_the_keyboard(visit, settings):
    def long_enough(item):
        out = open_item(item.name, None, "ada", settings).outgoing
        return not eyes(item) and out.regions and len(out.originals.get(("description", None), "")) > 60

    item = pick(settings, long_enough)
    original = open_item(item.name, None, "ada", settings).outgoing.originals[("description", None)]
    page = visit("desk2", f"/item/{item.name}")
    chosen = page.locator("#text-description- .received").evaluate(
        """holder => {
            const walker = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT,
                node => node.parentElement.closest('[data-skip]') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
            const nodes = []; while (walker.nextNode()) nodes.push(walker.currentNode);
            const range = document.createRange();
            const last = nodes[nodes.length - 1];
            range.selectNodeContents(last);
            getSelection().removeAllRanges(); getSelection().addRange(range);
            return [...last.data].length;
        }"""
    )
    page.keyboard.press("m")
    by_mouse = page.locator("#masks input").last.get_attribute("value")
    length = len(original)
    assert by_mouse == f"description::{length - chosen}-{length}"
    page.locator("#text-description- summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("x")  # nothing can be written there
    page.keyboard.press("Control+Home")
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("m")
    assert page.locator("#masks input").last.get_attribute("value") == "description::0-5"
    page.locator(f"#masks input[value='{by_mouse}']").uncheck()
    with page.expect_navigation():
        page.get_by_role("button", name="Bekijk wat er dan gaat").click()
    goes = page.locator("#text-description- .goes").inner_text()
    assert goes.startswith("[weggelaten]")
    assert not goes.startswith(original[:5])


def test_what_would_go_is_in_sight_when_it_is_asked_for(visit, settings):
    item = pick(settings, lambda item: not eyes(item) and open_item(item.name, None, "ada", settings).outgoing.regions)
    page = visit("desk1", f"/item/{item.name}", 1280)
    assert page.locator("#outgoing").bounding_box()["y"] > 900
    page.get_by_role("button", name="Bekijk wat er dan gaat").click()
    page.wait_for_url("**/preview#outgoing")
    assert -5 < page.locator("#outgoing").bounding_box()["y"] < 450


def test_a_date_in_the_queue_stays_on_its_line(visit):
    page = visit("kijker", "/", 1280)
    heights = page.locator("tr[data-row] .whole").evaluate_all("all => all.map(one => one.getClientRects().length)")
    assert set(heights) == {1}


def test_an_embargo_takes_two_accounts(visit, settings):
    def ready(item):
        return eyes(item) and open_item(item.name, None, "ada", settings).outgoing.regions

    item = pick(settings, ready)
    first = visit("desk1", f"/item/{item.name}")
    assert "U bent de eerste" in first.locator(".eyesbox").inner_text()
    first.get_by_role("button", name="Doorzenden voorstellen").click()
    first.wait_for_selector("[role=status].good")
    assert outcome(settings, item) == "hold"
    first.goto(f"{first.url.split('?')[0]}item/{item.name}")
    assert first.locator("button.go").is_disabled()
    second = visit("desk2", f"/item/{item.name}")
    assert "desk1 stelde voor" in second.locator(".eyesbox").inner_text()
    second.get_by_role("button", name="Doorzenden als tweede").click()
    second.wait_for_selector("[role=status].good")
    assert outcome(settings, item) == "forward"


def test_who_was_overtaken_reads_by_whom(visit, settings):
    item = pick(settings, lambda item: item.danger and not eyes(item))
    slow, quick = visit("desk1", f"/item/{item.name}"), visit("desk2", f"/item/{item.name}")
    quick.locator("#comment").fill("Wie is het kind?")
    quick.get_by_role("button", name="Vraag de eenheid").click()
    quick.wait_for_selector("[role=status].good")
    slow.locator("#comment").fill("Hoort bij een andere zaak.")
    slow.get_by_role("button", name="Achterhouden").click()
    slow.wait_for_selector("h1:has-text('Iemand was eerder')")
    assert "desk2" in slow.locator(".warn").inner_text()
    assert outcome(settings, item) == "hold"
    with transaction(settings.dsn, "desk") as cursor:
        assert find_item(cursor, item.name).lock == item.lock + 1
