"""What a report tells of the past goes with the registration that alone told it, and nothing else does."""

from datetime import UTC, date, datetime

import psycopg2
import pytest

from pipeline.load.history import forget_links, forget_versions
from pipeline.load.past import regions_of_linked, take_out_of_pasts
from tests.load.test_removed import Once, rows
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER, prior_incident

EARLIER = "PL0500-2025000001"
DAY = date(2025, 3, 1)
EVENING = datetime(2025, 3, 1, 20, tzinfo=UTC)
NIGHTFALL = datetime(2025, 3, 1, 23, 30, tzinfo=UTC)
"""Half past midnight of the next day where the police are."""


@pytest.fixture
def once(server):
    """A connection of which nothing stays."""
    connection = psycopg2.connect(server)
    yield Once(connection)
    connection.close()


def remembered(once, unit=None, number=EARLIER, version=1, role="VE", address=None, child=False, **facts):
    key = {"unit": unit or "RE05", "registration_number": number, "version": version}
    told = {"night": NIGHT, "known_at": EVENING, "happened_at": EVENING, "incident_code": "F550", "kind": "HG"}
    staging.insert(once, "intake.earlier", key | told | facts)
    person = {"person_number": 1, "role": role, "blocks": [], "address": address, "child": child}
    staging.insert(once, "intake.person_key", key | person)


def linked(once, unit="RE05", version=1, kind="link", number=NUMBER):
    ours = {"unit": "RE06", "registration_number": number, "version": 1, "person_number": 1}
    theirs = {"earlier_unit": unit, "earlier_number": EARLIER, "earlier_version": version, "earlier_person_number": 1}
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
