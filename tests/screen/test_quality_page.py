"""The quality page: every rule with its words and counts, both languages, nothing from outside, no value."""

import re
from datetime import date
from html.parser import HTMLParser

import polars as pl
import pytest

from pipeline.policy.suites import SUITES, read_suite
from pipeline.screen.quality_page import quality_page

NIGHT = date(2026, 11, 22)
SHIPPED = [read_suite(name) for name in SUITES]
COUNTS = pl.Schema(
    {"suite": pl.String(), "rule": pl.String(), "evaluated": pl.Int64(), "failed": pl.Int64(), "unknown": pl.Int64()}
)


def page(*rows) -> str:
    return quality_page(pl.DataFrame(rows, schema=COUNTS, orient="row"), SHIPPED, "RE06", NIGHT)


class Tags(HTMLParser):
    """Collects the tags with their attributes, and checks that each is closed."""

    VOID = frozenset({"meta", "br", "link", "img", "input"})

    def __init__(self, text):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_every_rule_shows_its_words_and_counts():
    rows = [(suite.name, rule.name, 1_000, 123, 45) for suite in SHIPPED for rule in suite.rules]
    text = page(*rows)
    for suite in SHIPPED:
        assert suite.title.nl in text
        for rule in suite.rules:
            assert f"<code>{rule.name}</code>" in text
    assert text.count('<span lang="nl">123</span>') == len(rows)
    assert "1.000" in text, "a Dutch thousand"
    assert "1,000" in text, "an English thousand"
    assert "12,3 %" in text
    assert "12.3%" in text
    assert "83,2 %" in text, "what passed"


def test_counts_of_several_exports_add_up():
    rule = ("well_founded", "routes")
    text = page((*rule, 10, 1, 0), (*rule, 30, 1, 2))
    assert "5,0 %" in text
    assert "90,0 %" in text


def test_what_is_missed_most_comes_first():
    text = page(
        ("well_founded", "routes", 10, 1, 0),
        ("well_founded", "both_sides", 10, 0, 9),
        ("well_founded", "help_known", 10, 0, 0),
    )
    places = [text.index(f"<code>{rule}</code>") for rule in ("both_sides", "routes", "help_known")]
    assert places == sorted(places)


def test_a_blocking_rule_says_so():
    assert "houdt tegen" in page(("well_founded", "routes", 10, 1, 0))
    assert "houdt tegen" not in page(("well_founded", "both_sides", 10, 1, 0))


@pytest.mark.parametrize("rows", [(), (("well_founded", "routes", 0, 0, 0),), (("well_founded", "gone<b>", 3, 1, 0),)])
def test_odd_nights_have_a_page(rows):
    text = page(*rows)
    assert "RE06" in text
    assert "<b>gone" not in text
    assert "gone<b>" not in text


def test_nothing_comes_from_outside():
    text = page(("well_founded", "routes", 10, 1, 0))
    assert not re.search(r"https?://|//[a-z]|@import|url\(", text)
    assert "default-src 'none'" in text


def test_the_page_can_be_read_without_seeing_it():
    tags = Tags(page(("well_founded", "routes", 10, 1, 0), ("person_quality", "sex_known", 10, 0, 0))).seen
    [html] = [attrs for tag, attrs in tags if tag == "html"]
    assert html["lang"] == "nl"
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["aria-labelledby"] for _, attrs in tags if "aria-labelledby" in attrs} <= set(ids)
    assert all(attrs.get("scope") in {"col", "row"} for tag, attrs in tags if tag == "th")
    assert sum(tag == "h1" for tag, _ in tags) == 1
    languages = [attrs["lang"] for tag, attrs in tags if tag == "span" and "lang" in attrs]
    assert languages.count("nl") == languages.count("en")


def test_the_day_is_written_out_in_both_languages():
    text = page()
    assert "zondag 22 november 2026" in text
    assert "Sunday 22 November 2026" in text
