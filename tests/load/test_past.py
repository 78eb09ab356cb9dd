"""What a report tells of the past goes with the registration that alone told it, and nothing else does."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.enrich.link import LINKS
from pipeline.enrich.prior import prior_incidents
from pipeline.load.history import EARLIER_FACTS, forget_links, forget_versions
from pipeline.load.past import regions_of_linked, take_out_of_pasts
from pipeline.policy.incident_classes import categories
from tests.enrich.rows import tables
from tests.load.test_removed import rows
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER, prior_incident

EARLIER = "PL0500-2025000001"
DAY = date(2025, 3, 1)
EVENING = datetime(2025, 3, 1, 20, tzinfo=UTC)
NIGHTFALL = datetime(2025, 3, 1, 23, 30, tzinfo=UTC)
"""Half past midnight of the next day where the police are."""


def remembered(once, unit=None, number=EARLIER, version=1, role="VE", address=None, child=False, **facts):
    key = {"unit": unit or "RE05", "registration_number": number, "version": version}
    told = {"night": NIGHT, "known_at": EVENING, "happened_at": EVENING, "incident_code": "F550", "kind": "HG"}
    staging.insert(once, "intake.earlier", key | told | facts)
    person = {"person_number": 1, "role": role, "blocks": [], "address": address, "child": child}
    staging.insert(once, "intake.person_key", key | person)


def linked(once, unit="RE05", version=1, kind="link", number=NUMBER, earlier=EARLIER, person=1):
    ours = {"unit": "RE06", "registration_number": number, "version": 1, "person_number": person}
    theirs = {"earlier_unit": unit, "earlier_number": earlier, "earlier_version": version, "earlier_person_number": 1}
    said = {"kind": kind, "weight": 1.0, "evidence": [], "policy_version": "p1"}
    staging.insert(once, "intake.person_link", ours | theirs | said)


@pytest.mark.parametrize(
    ("earlier", "link", "prior", "gone"),
    [
        ({}, {}, {}, True),
        ({"kind": "OV"}, {}, {}, True),
        ({}, {"kind": "hint"}, {}, False),
        ({"version": 2}, {"version": 2}, {}, False),  # a higher version stands
        ({"unit": "RE04"}, {"unit": "RE04"}, {}, False),  # a number of another unit
        ({}, {}, {"origin": "export"}, False),  # the unit's own list of antecedents says it too
        ({}, {}, {"role": "SO"}, False),
        ({"role": "SO"}, {}, {"role": "SO"}, True),
        ({}, {}, {"incident_code": "F551"}, False),
        ({}, {}, {"date": date(2025, 3, 2)}, False),
        ({"happened_at": NIGHTFALL}, {}, {"date": date(2025, 3, 2)}, True),
        ({"happened_at": None, "known_at": NIGHTFALL}, {}, {"date": date(2025, 3, 2)}, True),
        ({"incident_code": "E40"}, {}, {"incident_code": None}, True),
        ({"incident_code": None, "kind": "OV", "project_code": "HG"}, {}, {"incident_code": None}, True),
        ({"incident_code": "E40", "kind": "OV"}, {}, {"incident_code": None}, False),  # it was never told
    ],
)
def test_what_a_forgotten_registration_alone_told_goes(once, earlier, link, prior, gone):
    staging.stage(once, whole=True)
    told = {"person_number": 1, "date": DAY, "origin": "history", "outcome": None}
    staging.insert(once, "vt_09.prior_incident", prior_incident(9) | told | prior)
    remembered(once, "RE06", NUMBER)
    remembered(once, **earlier)
    linked(once, **link)
    with once.cursor() as cursor:
        forgotten = [("RE05", EARLIER, 1)]
        found = [take_out_of_pasts(cursor, "VT09", forgotten, "removed") for _ in range(2)]
        assert found == [int(gone), 0]
        assert rows(cursor, "SELECT count(*) FROM vt_09.prior_incident WHERE number = 9") == [(1 - gone,)]
        noted = rows(cursor, "SELECT registration_number, withheld FROM intake.ledger WHERE kind = 'amendment'")
        assert noted == ([(NUMBER, ["removed"])] if gone else [])


@pytest.mark.parametrize(
    ("other", "link", "gone"),
    [
        ({"unit": "RE04"}, {"unit": "RE04"}, False),
        ({"unit": "RE04", "incident_code": "F551"}, {"unit": "RE04"}, True),
        ({"unit": "RE04"}, {"unit": "RE04", "kind": "hint"}, True),
        ({"version": 2}, {"version": 2}, False),  # its own higher version stands
        ({"unit": "RE04"}, {"unit": "RE04", "person": 2}, True),  # of somebody else in the report
        ({"unit": "RE04", "known_at": datetime(2027, 1, 1, tzinfo=UTC)}, {"unit": "RE04"}, True),  # after the report
    ],
)
def test_what_another_registration_tells_too_stays(once, other, link, gone):
    staging.stage(once, whole=True)
    told = {"person_number": 1, "date": DAY, "origin": "history", "outcome": None}
    staging.insert(once, "vt_09.prior_incident", prior_incident(9) | told)
    remembered(once, "RE06", NUMBER)
    remembered(once)
    remembered(once, **other)
    linked(once)
    linked(once, **link)
    with once.cursor() as cursor:
        assert take_out_of_pasts(cursor, "VT09", [("RE05", EARLIER, 1)], "removed") == int(gone)


@pytest.mark.parametrize(
    ("later", "gone"),
    [
        ({"became": "hold"}, True),
        ({"became": "hold", "state": "running"}, False),
        ({"became": "return"}, False),
        ({"became": "withhold", "version": 1}, True),
    ],
)
def test_what_another_registration_may_not_tell_any_more_keeps_nothing_there(once, later, gone):
    staging.stage(once, whole=True)
    told = {"person_number": 1, "date": DAY, "origin": "history", "outcome": None}
    staging.insert(once, "vt_09.prior_incident", prior_incident(9) | told)
    remembered(once, "RE06", NUMBER)
    for unit in ("RE05", "RE04"):
        remembered(once, unit)
        linked(once, unit)
    staging.outcome(once, EARLIER, unit="RE04", **{"version": 2} | later)
    with once.cursor() as cursor:
        assert take_out_of_pasts(cursor, "VT09", [("RE05", EARLIER, 1)], "removed") == int(gone)


def test_what_somebody_else_in_the_report_did_too_stays(once):
    staging.stage(once, whole=True)
    told = {"date": DAY, "origin": "history", "outcome": None}
    for place, person in ((8, 2), (9, 1)):
        staging.insert(once, "vt_09.prior_incident", prior_incident(place) | told | {"person_number": person})
    remembered(once, "RE06", NUMBER)
    for unit, person in (("RE05", 1), ("RE04", 2)):
        remembered(once, unit)
        linked(once, unit, person=person)
    with once.cursor() as cursor:
        assert take_out_of_pasts(cursor, "VT09", [("RE05", EARLIER, 1)], "removed") == 1
        assert rows(cursor, "SELECT number FROM vt_09.prior_incident WHERE number > 7") == [(8,)]


def test_what_a_report_knows_itself_stays_where_what_it_carries_knew_it_of_a_forgotten_one(once):
    """Of what it carries a report takes over the unit's own list of antecedents, and none of the history."""
    carried = "PL0600-2026000002"
    staging.stage(once, whole=True, also_registered_as=[carried])
    told = {"person_number": 1, "date": DAY, "origin": "history", "outcome": None}
    staging.insert(once, "vt_09.prior_incident", prior_incident(9) | told)
    for unit, number in (("RE06", NUMBER), ("RE06", carried), ("RE05", EARLIER), ("RE04", EARLIER)):
        remembered(once, unit, number)
    linked(once, "RE04")
    linked(once, number=carried)
    with once.cursor() as cursor:
        assert take_out_of_pasts(cursor, "VT09", [("RE05", EARLIER, 1)], "removed") == 0


def test_what_a_report_told_that_was_withheld_since_goes_too(once):
    staging.stage(once, whole=True)
    told = {"person_number": 1, "date": DAY, "origin": "history", "outcome": None}
    staging.insert(once, "vt_09.prior_incident", prior_incident(9) | told)
    remembered(once, "RE06", NUMBER)
    remembered(once)
    linked(once)
    with once.cursor() as cursor:
        forget_versions(cursor, "RE06", {NUMBER: 1})
        assert regions_of_linked(cursor, [EARLIER]) == ["VT09"]
        assert take_out_of_pasts(cursor, "VT09", [("RE05", EARLIER, 1)], "removed") == 1
        forget_versions(cursor, "RE05", {EARLIER: 1})
        assert rows(cursor, "SELECT count(*) FROM intake.person_link") == [(0,)]


def test_of_what_is_removed_no_link_stays(once):
    remembered(once, "RE06", NUMBER)
    remembered(once)
    linked(once)
    with once.cursor() as cursor:
        forget_links(cursor, "RE06", {NUMBER: 0})
        assert rows(cursor, "SELECT count(*) FROM intake.person_link") == [(1,)]
        forget_links(cursor, "RE06", {NUMBER: 1})
        assert rows(cursor, "SELECT count(*) FROM intake.person_link") == [(0,)]


FACT = {"number": EARLIER, "version": 1, "incident_code": "F550", "kind": None, "role": "VE", "link": "link"}
FACT |= {"known_at": EVENING, "happened_at": None, "project_code": None}
FACTS = st.fixed_dictionaries(
    {
        "number": st.sampled_from([EARLIER, "PL0500-2025000002"]),
        "version": st.integers(1, 2),
        "known_at": st.just(NIGHTFALL),
        "happened_at": st.sampled_from([None, EVENING]),
        "incident_code": st.sampled_from([None, "F550", "E40"]),
        "kind": st.sampled_from([None, "HG", "OV"]),
        "project_code": st.sampled_from([None, "HG"]),
        "role": st.sampled_from(["SO", "VE"]),
        "link": st.sampled_from(["link", "link", "hint"]),
    }
)


def told_of(earlier):
    """What `enrich.prior` tells of one person who is linked to these: day, class and role."""
    tonight = tables([{"registration_number": NUMBER, "known_at": EVENING + timedelta(days=9)}], [{"role": "SO"}])
    theirs = [
        {
            "row": 0,
            "person_number": 1,
            "earlier_unit": "RE05",
            "earlier_number": one["number"],
            "earlier_role": one["role"],
        }
        | {"earlier_version": one["version"], "earlier_person_number": 1, "kind": one["link"]}
        for one in earlier
    ]
    links = pl.DataFrame([dict.fromkeys(LINKS) | link for link in theirs], schema=LINKS)
    facts = [
        {name: (one | link).get(name) for name in EARLIER_FACTS} for one, link in zip(earlier, theirs, strict=True)
    ]
    facts = pl.DataFrame(
        [fact | {"kind": one["kind"]} for fact, one in zip(facts, earlier, strict=True)], schema=EARLIER_FACTS
    )
    told = prior_incidents(tonight, links, facts, categories(), date(2021, 1, 1))
    return set(told.select("date", "incident_code", "role").iter_rows())


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    earlier=st.lists(FACTS, min_size=1, max_size=4, unique_by=lambda one: (one["number"], one["version"])),
    highest=st.integers(1, 2),
)
@example(  # what the other one said before it was corrected was never told
    [FACT, FACT | {"number": "PL0500-2025000002"}, FACT | {"number": "PL0500-2025000002", "version": 2, "role": "SO"}],
    1,
)
def test_what_goes_is_what_would_be_told_no_more(once, earlier, highest):
    once.cursor().connection.rollback()  # of the example before nothing stays
    staging.stage(once, whole=True)
    remembered(once, "RE06", NUMBER)
    for one in earlier:
        facts = {name: value for name, value in one.items() if name not in {"number", "link"}}
        remembered(once, number=one["number"], **facts)
        linked(once, earlier=one["number"], version=one["version"], kind=one["link"])
    left = [one for one in earlier if one["number"] != EARLIER or one["version"] > highest]
    with once.cursor() as cursor:
        for place, (day, code, role) in enumerate(sorted(told_of(earlier), key=str), 100):
            told = {"person_number": 1, "date": day, "incident_code": code, "role": role, "origin": "history"}
            staging.insert(once, "vt_09.prior_incident", prior_incident(place) | told | {"outcome": None})
        take_out_of_pasts(cursor, "VT09", [("RE05", EARLIER, highest)], "removed")
        stays = rows(cursor, "SELECT date, incident_code, role FROM vt_09.prior_incident WHERE number >= 100")
    assert set(stays) == told_of(earlier) & told_of(left)


@pytest.mark.parametrize(
    ("link", "address", "child", "regions"),
    [(True, None, False, ["VT09"]), (False, 7, True, ["VT09"]), (False, 7, False, []), (False, None, True, [])],
)
def test_which_regions_may_tell_of_it(once, link, address, child, regions):
    staging.stage(once, whole=True)
    remembered(once, "RE06", NUMBER, address=7)
    remembered(once, address=address, child=child)
    if link:
        linked(once)
    with once.cursor() as cursor:
        assert regions_of_linked(cursor, [EARLIER]) == regions
