from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.enrich.same_event import EVENTS, same_events
from tests.enrich.people import ENRICHMENT

AT = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
POLICY = ENRICHMENT.same_event
EVENT = {
    "unit": "RE01",
    "version": 1,
    "known_at": AT,
    "happened_at": AT - timedelta(minutes=20),
    "incident_code": "F550",
    "kind": "HG",
    "suspicion": "01",
    "place": 7,
    "bare": False,
}
EVENT_TYPES = {
    "version": pl.Int64,
    "place": pl.Int64,
    "known_at": pl.Datetime("us", "UTC"),
    "happened_at": pl.Datetime("us", "UTC"),
    "bare": pl.Boolean,
}
LINK = {"unit": "RE01", "role": "SO", "earlier_unit": "RE01", "earlier_role": "SO", "kind": "link", "weight": 20.0}


def minutes(number):
    return {"known_at": AT + timedelta(minutes=number), "happened_at": AT + timedelta(minutes=number - 20)}


def events(*changes):
    rows = [EVENT | {"registration_number": f"PL0100-2026{at}"} | change for at, change in enumerate(changes)]
    schema = {name: EVENT_TYPES.get(name, pl.String) for name in EVENTS}
    return pl.DataFrame([{name: row[name] for name in EVENTS} for row in rows], schema=schema, orient="row")


def linked(*pairs, **changed):
    names = ["unit", "registration_number", "role", "earlier_unit", "earlier_number", "earlier_role", "kind"]
    schema = dict.fromkeys(names, pl.String) | {"weight": pl.Float64}
    rows = [
        LINK | {"registration_number": f"PL0100-2026{a}", "earlier_number": f"PL0100-2026{b}"} | changed
        for a, b in pairs
    ]
    return pl.DataFrame([{name: row[name] for name in schema} for row in rows], schema=schema, orient="row")


@pytest.mark.parametrize(
    "second",
    [
        {},
        minutes(90) | {"happened_at": EVENT["happened_at"]},
        {"place": None},
        {"incident_code": None, "kind": "ZJ", "suspicion": "08"},
        {"happened_at": None},
        {"happened_at": AT - timedelta(days=5)},  # tells a period
        {"kind": "ZJ", "suspicion": "08"},  # a care form beside the incident
        {"suspicion": "09"},  # one of the officers ticked another
        {"unit": "RE02"},
    ],
)
def test_two_reports_of_one_event(second):
    link = linked((0, 1), earlier_unit=second.get("unit", "RE01"))
    told = same_events(events({}, second), link, POLICY)
    assert told["event"].unique().to_list() == ["RE01 PL0100-20260"]
    assert told["order"].sort().to_list() == [0, 1]


@pytest.mark.parametrize(
    "second",
    [
        minutes(300),  # the same family, later that night
        minutes(90),  # it began that much later, too
        {"incident_code": "F530"},
        {"incident_code": None},
        {"suspicion": "09", "place": 8},
        {"place": 8, "incident_code": None},
        {"happened_at": None, "place": 8},
    ],
)
def test_two_events_of_one_family(second):
    assert same_events(events({}, second), linked((0, 1)), POLICY).is_empty()


@pytest.mark.parametrize(
    ("second", "one_event"),
    [
        ({}, True),
        ({"place": None}, True),
        ({"place": None, "suspicion": None}, False),
        (minutes(90) | {"happened_at": EVENT["happened_at"], "place": None}, False),
        ({"place": 8}, False),
    ],
)
def test_two_of_the_lighter_cases_have_no_class_to_be_told_by(second, one_event):
    lighter = {"incident_code": None}
    told = same_events(events(lighter, lighter | second), linked((0, 1)), POLICY)
    assert told.is_empty() is not one_event


def test_victim_and_suspect_who_change_places_are_two_events():
    assert same_events(events({}, {}), linked((0, 1), earlier_role="VE"), POLICY).is_empty()


@pytest.mark.parametrize(("like_the_other", "one_event"), [(15.0, True), (20.0, True), (25.0, False)])
def test_a_victim_who_is_like_the_suspect_did_not_change_places(like_the_other, one_event):
    """Brothers: each is linked with himself, and with the other for his name, his address and nearly his birth date."""
    links = [linked((0, 1)), linked((0, 1), earlier_role="VE", weight=like_the_other)]
    assert same_events(events({}, {}), pl.concat(links), POLICY).is_empty() is not one_event


def test_families_that_share_nobody_are_two_events():
    assert same_events(events({}, {}), linked(), POLICY).is_empty()


def test_a_report_without_persons_meets_by_place_class_and_moment():
    assert same_events(events({}, {"bare": True}), linked(), POLICY).height == 2
    assert same_events(events({}, {"bare": True, "place": None}), linked(), POLICY).is_empty()
    assert same_events(events({}, minutes(200) | {"bare": True}), linked(), POLICY).is_empty()


def test_somebody_alike_needs_the_same_place():
    assert same_events(events({}, {}), linked((0, 1), kind="hint"), POLICY).height == 2
    assert same_events(events({}, {"place": None}), linked((0, 1), kind="hint"), POLICY).is_empty()


def test_the_first_known_carries_and_three_make_one_group():
    told = same_events(events(minutes(10), minutes(0), minutes(20)), linked((0, 1), (1, 2)), POLICY)
    assert told["event"].unique().to_list() == ["RE01 PL0100-20261"]
    assert told.sort("order")["registration_number"].to_list() == [f"PL0100-2026{at}" for at in (1, 0, 2)]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from([7, 8, None]), st.booleans()), min_size=2, max_size=6),
    st.data(),
)
def test_whichever_comes_first_the_group_is_the_same(drawn, data):
    all_events = events(*[minutes(at) | {"place": place, "bare": bare} for at, place, bare in drawn])
    pairs = [(a, b) for a in range(len(drawn)) for b in range(a)]
    links = linked(*data.draw(st.lists(st.sampled_from(pairs), unique=True)))
    told = same_events(all_events, links, POLICY)
    back = links.rename(
        {
            "unit": "earlier_unit",
            "earlier_unit": "unit",
            "registration_number": "earlier_number",
            "earlier_number": "registration_number",
        }
    )
    assert told.equals(same_events(all_events.reverse(), back.select(links.columns).reverse(), POLICY))
    assert (told.group_by("event").len()["len"] >= 2).all()
