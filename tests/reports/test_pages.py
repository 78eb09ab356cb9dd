"""What the pages tell, out of years of counts: no value, no small number, plain words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

from pipeline.errors import PolicyError, UsageError
from pipeline.policy.agreements import read_agreements
from pipeline.policy.suites import SUITES, read_suite
from pipeline.policy.words import Words
from pipeline.reports import progress, steps
from pipeline.reports.agreed import read_improvements, read_relief, read_target
from pipeline.reports.data_docs import docs_page, page_name, whole_percent, write_docs
from pipeline.reports.draw import TILES, Stream, bars, dots, flow, tile_map
from pipeline.reports.events import KINDS, Event, eventful, find_events
from pipeline.reports.material import QUALITY
from pipeline.reports.names import OUTCOME
from pipeline.reports.period import Period, period_of, say_bucket
from pipeline.reports.service import median_hours
from pipeline.reports.trend import Chart, Line, draw
from pipeline.reports.web import make_app, report_title
from pipeline.schema import REGIONS

NIGHT = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("first", "last", "step", "unit_step", "buckets"),
    [
        ((2026, 11, 22), (2026, 11, 22), "day", "week", 1),
        ((2026, 11, 16), (2026, 11, 22), "day", "week", 7),
        ((2026, 7, 1), (2026, 12, 31), "week", "week", 27),
        ((2022, 1, 1), (2026, 12, 31), "month", "month", 60),
    ],
)
def test_a_period_is_cut_into_pieces(first, last, step, unit_step, buckets):
    period = Period(date(*first), date(*last))
    assert (period.step, period.unit_step, len(period.buckets())) == (step, unit_step, buckets)


def test_a_period_does_not_end_before_it_begins():
    with pytest.raises(UsageError, match="before the first"):
        Period(date(2026, 2, 1), date(2026, 1, 1))


def test_a_night_that_is_still_to_come_is_not_missing():
    asked = Period(date(2026, 7, 1), date(2026, 12, 31))
    assert steps.so_far(asked, NIGHT) == Period(asked.first, NIGHT)
    assert steps.so_far(asked, date(2027, 3, 1)) == asked
    with pytest.raises(UsageError, match="still to come: the last one is that of 2026-06-30"):
        steps.so_far(asked, date(2026, 6, 30))


def test_periods_and_pieces_are_said_as_people_do():
    assert Period(NIGHT, NIGHT).words == Words("22 november 2026", "22 November 2026")
    assert say_bucket("2026-11-16", "week") == Words("week van 16 nov 2026", "week of 16 Nov 2026")
    assert say_bucket("2027-03-01", "day") == Words("1 mrt 2027", "1 Mar 2027")
    assert say_bucket("2026-03-01", "month") == Words("maart 2026", "March 2026")


def test_the_map_holds_every_region_once():
    assert set(TILES) == set(REGIONS)
    assert len({(column, row) for column, row, _ in TILES.values()}) == len(REGIONS)
    drawn = tile_map({**dict.fromkeys(REGIONS, 1234), "VT09": None})
    assert drawn.count("1.234") == drawn.count("1,234") == 24
    assert drawn.count("url(#hatch)") == 1


def test_a_flow_leaves_out_what_is_not_there_and_draws_thin_what_is_hidden():
    streams = [
        Stream("forward", OUTCOME["forward"], Words("VT", "VT"), 90),
        Stream("reject", OUTCOME["reject"], Words("eenheid", "unit"), None),
        Stream("hold", OUTCOME["hold"], Words("loket", "desk"), 0),
    ]
    drawn = flow(100, streams)
    assert "doorgezonden" in drawn
    assert "afgekeurd" in drawn
    assert "vastgehouden" not in drawn
    assert ">x</text>" in drawn


def test_bars_and_dots_show_an_x_where_nothing_may_be_told():
    assert bars([(Words("a", "b"), 0.4), (Words("c", "d"), None)]).count(">x<") == 1
    drawn = dots([(Words("a", "b"), 0.8, 0.5, 0.75), (Words("c", "d"), None, None, None)])
    assert drawn.count("<circle") == 2
    assert ">80%<" in drawn
    assert ">x<" in drawn


def test_a_chart_is_part_of_a_page_and_the_same_each_time():
    chart = Chart([NIGHT - timedelta(days=9), NIGHT], [Line([0.5, None])], percent=True, level=0.4, events=(NIGHT,))
    drawn = draw(chart, "one")
    assert drawn == draw(chart, "one")
    assert not re.search(r"https?://|<style|<!--", drawn)
    assert not set(re.findall(r'id="([^"]+)"', drawn)) & set(re.findall(r'id="([^"]+)"', draw(chart, "two")))


def test_a_median_lies_within_its_class():
    delays = pl.DataFrame({"unit": ["RE01"] * 2, "since": ["known"] * 2, "hours": [12, 24], "count": [10, 30]})
    assert median_hours(delays, "known", "RE01") == 20.0, "10 of 30 into the class from 18 to 24"
    assert median_hours(delays, "known", "RE02") is None


def test_what_is_missing_or_late_is_an_event():
    nights = [date(2026, 11, day) for day in (1, 2, 5)]
    exports = pl.DataFrame(
        {
            "unit": ["RE06"] * 3,
            "night": nights,
            "complete": [True] * 3,
            "loaded_on": [nights[0] + timedelta(days=1), nights[1] + timedelta(days=4), nights[2] + timedelta(days=1)],
        }
    )
    found = find_events(exports, Period(nights[0], nights[-1]), read_agreements(), ["RE06", "RE07"])
    assert [(event.day.day, event.words.en) for event in found] == [
        (2, "1 night taken later"),
        (3, "2 nights without an export"),
    ]


def test_what_stands_beside_exact_counts_is_rounded():
    assert [progress.in_tens(count) for count in (0, 4, 5, 14, 96)] == [0, 0, 10, 10, 100]
    judged = pl.DataFrame({"outcome": ["forward", "return"], "founded": [True, False], "count": [67, 33]})
    assert progress.share_of(judged) == 0.67
    assert progress.share_of(judged.with_columns(pl.col("count") - 1)) is None


def test_a_month_that_is_not_whole_says_so_and_is_no_fall_in_the_picture():
    months = [progress.Month(f"2026-{month:02}-01", 900, 500, 0.5) for month in (8, 9, 10, 11)]
    since = Period(date(2026, 8, 20), NIGHT)
    first, _, _, last = [row[0] for row in progress.progress_table(months, since).rows]
    assert first == Words("augustus 2026 (vanaf 20)", "August 2026 (from 20)")
    assert last.nl == "november 2026 (t/m 22)"
    assert progress.counted_in(months, since) == [False, True, True, False]
    assert progress.counted_in(months[:2], since) == [True, True]
    drawn = progress.draw_progress(months, [], since, 0.4)
    assert drawn["counts"].count('class="trend"') == 2, "one for a wide page, one for a phone"


def test_every_kind_of_event_has_its_mark():
    days = {kind: date(2026, 11, number + 1) for number, kind in enumerate(KINDS)}
    events = [Event(day, unit, Words("a", "b"), kind) for kind, day in days.items() for unit in ("RE07", "RE06")]
    chart = eventful(Chart([NIGHT - timedelta(days=30), NIGHT], [Line([1, 2])]), events)
    assert (chart.events, chart.outages, chart.late) == tuple((day,) for day in days.values())
    bare = Chart(chart.days, chart.lines)
    marked = [replace(bare, **{kind: (NIGHT,)}) for kind in ("events", "outages", "late")]
    assert len({draw(one, "one") for one in (bare, *marked)}) == 4


@pytest.mark.parametrize(
    ("now", "before", "direction"),
    [(0.9, 0.5, "better"), (0.4, 0.5, "worse"), (0.5, 0.5, "same"), (None, 0.5, "unknown")],
)
def test_parliament_is_told_which_way_it_goes(now, before, direction):
    said = progress.Plain(now, before, measured=True, forwarded=10, received=20, hours=30)
    assert said.direction == direction
    assert "toen alles ongezien doorging" in progress.draw_plain(said)
    first = progress.draw_plain(replace(said, before=None))
    assert "nu" in first
    assert "toen" not in first, "an x there would say that something is hidden"


def test_data_docs_hold_percentages_and_no_value_or_small_number(tmp_path):
    suite = read_suite("well_founded")
    rules = [rule.name for rule in suite.rules]
    page = docs_page(
        suite, NIGHT, [(rules[0], 400, 40, 8), (rules[1], 400, 2, 1), (rules[2], 400, 0, 0), ("gone", 9, 9, 0)]
    )
    assert "12% unexpected" in page
    assert page.count("unexpected</") + page.count("% unexpected") >= 2, "a clean rule says 0%"
    assert "0.75" not in page
    assert "0.5%" not in page
    assert suite.rules[0].words.nl in page
    assert not re.search(r"https?://|<script|<link|<img", page)
    assert "default-src 'none'" in page
    rows = [(night, name, "role_known", 50, 5, 5) for night in (NIGHT, NIGHT - timedelta(days=1)) for name in SUITES]
    quality = pl.DataFrame(rows, schema=QUALITY, orient="row")
    assert write_docs(quality, tmp_path, most=1) == 1
    assert (tmp_path / page_name(NIGHT, SUITES[0])).exists(), "the latest first"
    assert write_docs(quality, tmp_path) == 1
    assert write_docs(quality, tmp_path) == 0


def test_a_percentage_hides_a_small_number_on_either_side():
    assert whole_percent(4, 100) is None
    assert whole_percent(97, 100) is None
    assert whole_percent(0, 100) == 0
    assert whole_percent(0, 0) is None


def test_what_was_agreed_can_be_read(tmp_path):
    assert sum(task.minutes for task in read_relief().tasks) > 0
    assert all(task.source.nl and task.source.en for task in read_relief().tasks)
    assert 0 < read_target().fall < 1
    assert read_improvements(tmp_path), "those that show the form"
    own = tmp_path / "improvements.toml"
    own.write_text(
        '[[action]]\nunit = "RE01"\ncriterion = "routes"\nwhat = {nl = "a", en = "b"}\nowner = "c"\ndue = 2027-01-01\n'
    )
    assert [action.criterion for action in read_improvements(tmp_path)] == ["routes"]
    for wrong in ('[[action]]\nunit = "RE01"\n', "action = 1", "no toml", own.read_text().replace("routes", "nothing")):
        own.write_text(wrong)
        with pytest.raises(PolicyError, match=r"improvements\.toml"):
            read_improvements(tmp_path)


def test_reports_of_a_night_have_their_places(tmp_path):
    assert period_of("week", NIGHT) == Period(date(2026, 11, 16), NIGHT)
    for night in (date(2026, 7, 1), NIGHT, date(2026, 12, 31)):
        assert period_of("half_year", night) == Period(date(2026, 7, 1), date(2026, 12, 31))
    for night in (date(2026, 1, 1), date(2026, 2, 3), date(2026, 6, 30)):
        assert period_of("half_year", night) == Period(date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture
def site(tmp_path):
    """A site with one report, and a stranger who may not read it."""
    folder = tmp_path / "night-2026-11-22"
    (folder / "data_docs").mkdir(parents=True)
    (folder / "index.html").write_text("<p>the report")
    (folder / "units.csv").write_text("unit\n")
    (folder / "data_docs" / "2026-11-22_well_founded.html").write_text("<p>docs")
    (tmp_path / "secret.html").write_text("secret")
    return tmp_path


def test_whoever_is_signed_in_reads_the_reports_and_nothing_else(site):
    client = TestClient(make_app(site, lambda: "somebody"))
    overview = client.get("/")
    assert 'href="night-2026-11-22/index.html"' in overview.text
    for file in ("index.html", "units.csv", "data_docs/2026-11-22_well_founded.html"):
        answered = client.get(f"/night-2026-11-22/{file}")
        assert answered.status_code == 200
        assert "default-src 'none'" in answered.headers["Content-Security-Policy"]
        assert answered.headers["Cache-Control"] == "no-store"
    for path in (
        "/night-2026-11-22/..%2Fsecret.html",
        "/../secret.html",
        "/secret.html",
        "/night-2026-11-22/none.html",
    ):
        assert client.get(path).status_code == 404
    gone = client.get("/night-2020-01-01/index.html")
    assert "Dit rapport is er niet." in gone.text
    assert 'href="../night-2026-11-22/index.html"' in gone.text
    assert 'href="../../night-2026-11-22/' in client.get("/night-2026-11-22/data_docs/gone.html").text
    assert "Dit rapport is er niet." not in overview.text
    assert client.post("/").status_code == 405


@pytest.mark.parametrize(
    ("name", "dutch", "english"),
    [
        ("night-2026-11-22", "zondag 22 november 2026", "Sunday 22 November 2026"),
        ("week-2026-11-22", "16 november 2026 tot en met 22 november 2026", "16 November 2026 to 22 November 2026"),
        ("half-year-2026-1", "eerste halfjaar van 2026", "first half of 2026"),
        ("half-year-2026-2", "tweede halfjaar van 2026", "second half of 2026"),
    ],
)
def test_the_list_says_what_a_report_is_about(site, name, dutch, english):
    assert report_title(name) == Words(dutch, english)
    (site / name).mkdir(exist_ok=True)
    (site / name / "index.html").write_text("<p>the report")
    (site / "night-old").mkdir()
    (site / "night-old" / "index.html").write_text("a folder of somebody's")
    overview = TestClient(make_app(site, lambda: "somebody")).get("/").text
    assert f'href="{name}/index.html"><span lang="nl">{dutch}</span>' in overview
    assert "night-old" not in overview, "which could not be opened either"


def test_who_is_not_signed_in_reads_what_to_do(site):
    def stranger() -> None:
        raise HTTPException(401)

    answered = TestClient(make_app(site, stranger)).get("/night-2026-11-22/index.html")
    assert answered.status_code == 401
    assert "Meld u aan bij Airflow" in answered.text
    assert "night-2026" not in answered.text
    assert answered.headers["Cache-Control"] == "no-store"


def test_a_stranger_reads_nothing(site):
    def stranger() -> None:
        raise HTTPException(401)

    app: FastAPI = make_app(site, stranger)
    client = TestClient(app)
    for path in ("/", "/night-2026-11-22/index.html", "/docs", "/openapi.json"):
        assert client.get(path).status_code in {401, 404}
        assert "<p>the report" not in client.get(path).text


def test_an_alarm_is_said_in_words():
    from pipeline.reports.names import Names
    from pipeline.reports.service import alarms_table

    class Material:
        alarms = pl.DataFrame({"unit": ["RE06"] * 2, "night": [NIGHT] * 2, "measure": ["return", "nothing_forwarded"]})

    rows = alarms_table(Material(), Names({}, {})).rows
    assert [row[-1].nl for row in rows] == ["aandeel terug", "niets doorgezonden"]
