from dataclasses import dataclass
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.enrich.route import persons_by_region, route
from pipeline.policy.reference import read_reference
from pipeline.schema import REGIONS
from tests.enrich.rows import tables

NIGHT = date(2026, 11, 22)
REFERENCE = read_reference()
HAGUE, AMSTERDAM, HAAREN = {"municipality_code": "0518"}, {"municipality_code": "0363"}, {"municipality_code": "0788"}
OPEN = {"secret_address": False}
NOWHERE = ["unroutable", "home_unresolved"]


@dataclass(frozen=True)
class Agreed:
    secret_address_region: str | None = None


def routed(registration, *persons, agreement=None, night=NIGHT):
    given = tables([registration], [OPEN | person for person in persons])
    return route(given, REFERENCE, agreement, night).row(0, named=True)


@pytest.mark.parametrize(
    ("address", "regions", "reasons"),
    [
        ({"municipality_code": "0518"}, ["VT09"], []),
        ({"municipality_code": "518"}, ["VT09"], []),
        ({"municipality_code": "GM0518"}, ["VT09"], []),
        ({"municipality_code": "0457"}, ["VT01"], []),  # Weesp, gone
        ({"municipality_code": "0788"}, [], [*NOWHERE, "address_between_regions"]),  # Haaren, split
        ({"municipality_code": "0788", "postcode": "5076AB"}, ["VT15"], []),  # the village, now Oisterwijk
        ({"municipality_code": "0788", "postcode": "5268AB"}, ["VT27"], []),  # Helvoirt, now Vught
        (
            {"municipality_code": "0788", "postcode": "1011AB"},
            [],
            [*NOWHERE, "address_contradiction", "address_between_regions"],
        ),
        ({"postcode": "2511 AB"}, ["VT09"], []),
        ({"postcode": "1431AB"}, ["VT01"], []),  # two municipalities of one region
        ({"municipality_code": "0518", "postcode": "1011AB"}, ["VT09"], ["address_contradiction"]),
        ({"municipality_code": "9999", "postcode": "2511AB"}, ["VT09"], []),
        ({"postcode": "2511AB-1"}, ["VT09"], []),
        ({"postcode": "48599", "place": "Gronau"}, [], NOWHERE),  # 4859 is Alphen
        ({"postcode": "D-48599", "place": "Gronau"}, [], NOWHERE),
        ({"postcode": "9051", "place": "Gent"}, [], NOWHERE),  # 9051 is Stiens
        ({"postcode": "9051"}, ["VT04"], []),
        ({"postcode": "9051AB", "place": "Gent"}, ["VT04"], []),
        ({"municipality_code": "0080", "postcode": "9051", "place": "Gent"}, ["VT04"], []),
        ({"postcode": "1216AB"}, ["VT07"], []),  # Hilversum or Wijdemeren
        ({"place": "DEN HAAG"}, ["VT09"], []),
        ({"place": "Súdwest Fryslan"}, ["VT04"], []),
        ({"place": "Bergen"}, [], NOWHERE),
        ({"place": "Brussel"}, [], NOWHERE),
        ({}, [], ["unroutable"]),
    ],
)
def test_an_address_routes(address, regions, reasons):
    answer = routed({}, {"role": "SO"} | address)
    assert answer["regions"] == regions
    assert sorted(answer["route_reasons"]) == sorted(reasons)


@pytest.mark.parametrize(
    ("incident", "persons", "reasons"),
    [
        (HAGUE | {"postcode": "1011AB"}, [], ["address_contradiction"]),
        (HAGUE | {"postcode": "1011AB"}, [{"role": "SO"} | HAGUE], []),
        (HAGUE, [{"role": "SO"} | HAGUE, {"role": "KI", "place": "Gent"}], ["home_unresolved"]),
        (HAGUE, [{"role": "SO"} | HAGUE | {"postcode": "1011AB"}, {"role": "KI"} | HAGUE], ["address_contradiction"]),
        (HAAREN, [{"role": "SO"} | HAGUE], []),
    ],
)
def test_what_is_noticed_on_the_way_does_not_stop_it(incident, persons, reasons):
    answer = routed(incident, *persons)
    assert (answer["regions"], answer["route_reasons"]) == (["VT09"], reasons)


def test_an_incident_between_two_regions_waits_where_nobody_has_a_home():
    assert sorted(routed(HAAREN)["route_reasons"]) == ["address_between_regions", "unroutable"]


def test_a_place_name_decides_between_the_regions_of_a_postcode():
    border = REFERENCE.regions_by_postcode(NIGHT).filter(pl.col("regions").list.len() > 1)
    postcode, candidates = border.row(0)
    places = REFERENCE.regions_by_place(NIGHT).explode("regions").filter(pl.col("regions") == candidates[1])
    home = {"role": "SO", "postcode": f"{postcode}AB"}
    assert routed({}, home)["regions"] == []
    assert routed({}, home | {"place": places["place"][0]})["regions"] == [candidates[1]]


@pytest.mark.parametrize(
    ("kind", "persons", "regions", "by"),
    [
        ("HG", [{"role": "SO"} | HAGUE, {"role": "VE"} | AMSTERDAM], ["VT09"], "victim_home"),
        ("HG", [{"role": "KI"} | AMSTERDAM, {"role": "SO"} | HAGUE], ["VT09", "VT01"], "victim_home"),
        ("ZJ", [{"role": "SO"} | HAGUE, {"role": "KI"} | AMSTERDAM], ["VT01", "VT09"], "child_home"),
        ("HG", [{"role": "SO"}, {"role": "KI"} | AMSTERDAM], ["VT01"], "child_home"),
        ("HG", [{"role": "SO"} | HAAREN, {"role": "VE"} | AMSTERDAM], ["VT18"], "incident"),
        ("HG", [{"role": "VE"} | AMSTERDAM], ["VT18"], "incident"),
        (None, [], ["VT18"], "incident"),
    ],
)
def test_whose_home_decides(kind, persons, regions, by):
    answer = routed({"kind": kind, "municipality_code": "0599"}, *persons)
    assert (answer["regions"], answer["routed_by"]) == (regions, by)


@pytest.mark.parametrize(("night", "region"), [(date(2022, 12, 31), "VT21"), (date(2023, 1, 1), "VT15")])
def test_a_night_is_routed_as_of_its_own_date(night, region):
    assert routed({}, {"role": "SO", "municipality_code": "1723"}, night=night)["regions"] == [region]


@pytest.mark.parametrize("secret", [True, None])
def test_a_secret_address_is_not_read(secret):
    answer = routed(AMSTERDAM, {"role": "SO", "secret_address": secret} | HAGUE)
    assert answer["regions"] == []
    assert answer["routed_by"] is None
    assert answer["route_reasons"] == ["secret_address"]


def test_a_secret_address_routes_as_the_agreement_says():
    answer = routed(AMSTERDAM, {"role": "SO", "secret_address": True} | HAGUE, agreement=Agreed("VT20"))
    assert (answer["regions"], answer["routed_by"]) == (["VT20"], "agreement")
    assert answer["route_reasons"] == ["secret_address"]


def divided(*persons, agreement=None):
    family = tables([{"kind": "HG"}], [OPEN | person for person in persons])
    return persons_by_region(family, REFERENCE, agreement, NIGHT, route(family, REFERENCE, agreement, NIGHT))


def test_each_region_gets_its_own_part_of_a_family():
    given = divided(
        {"role": "SO"} | HAGUE,
        {"role": "KI"} | HAGUE,
        {"role": "KI"} | AMSTERDAM,
        {"role": "VE"} | AMSTERDAM,
        {"role": "HU"} | AMSTERDAM,
        {"role": "KI"},
        {"role": "ME"} | HAGUE,
        {"role": "HU"} | {"municipality_code": "0344"},  # registered in neither region: lives with one of them
    )
    by_region = {region: set(part["person_number"]) for (region,), part in given.group_by("region")}
    assert by_region == {"VT09": {1, 2, 4, 6, 7, 8}, "VT01": {3, 4, 5, 6, 7, 8}}


@pytest.mark.parametrize(
    ("victim", "child"),
    [({}, {"relation": "kind", "relation_to": 1}), ({"relation": "ouder", "relation_to": 3}, {})],
)
def test_a_victim_goes_where_a_child_of_theirs_lives(victim, child):
    """The children's part named no mother: `relation_to` pointed at nobody."""
    given = divided(
        {"role": "SO"} | HAGUE | victim,
        {"role": "VE"} | HAGUE,
        {"role": "KI"} | AMSTERDAM | child,
        {"role": "SO"} | HAGUE,
    )
    by_region = {region: set(part["person_number"]) for (region,), part in given.group_by("region")}
    assert by_region == {"VT09": {1, 2, 4}, "VT01": {1, 2, 3}}


def test_a_relative_who_is_no_parent_stays_where_the_victim_lives():
    aunt = {"role": "SO", "relation": "familie", "relation_to": 2} | HAGUE
    given = divided(aunt, {"role": "KI"} | AMSTERDAM)
    assert given.select("region", "person_number").rows() == [("VT01", 2), ("VT09", 1)]


def test_one_region_gets_everybody():
    assert divided({"role": "SO"} | HAGUE, {"role": "HU"} | AMSTERDAM)["person_number"].to_list() == [1, 2]


def test_nobody_is_given_where_nothing_routes():
    assert divided({"role": "SO"}).is_empty()


def test_an_empty_night():
    empty = tables([])
    answer = route(empty, REFERENCE, None, NIGHT)
    assert answer.is_empty()
    assert persons_by_region(empty, REFERENCE, None, NIGHT, answer).is_empty()


addresses = st.fixed_dictionaries(
    {
        "municipality_code": st.sampled_from([None, "0518", "0788", "0363", "xx"]),
        "postcode": st.sampled_from([None, "2511AB", "1096", "5076AA", "?"]),
        "secret_address": st.sampled_from([None, True, False]),
        "role": st.sampled_from(["SO", "KI", "VE", "OU", "HU", None]),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(addresses, max_size=5), st.sampled_from([None, Agreed("VT20")]))
def test_every_deciding_person_reaches_a_region_or_a_reason_is_given(persons, agreement):
    family = tables([{"kind": "HG", "postcode": "2511AB"}], persons)
    answer = route(family, REFERENCE, agreement, NIGHT)
    regions, _, reasons = answer.row(0)[1:]
    assert set(regions) <= set(REGIONS)
    assert len(set(regions)) == len(regions)
    assert regions or {"unroutable", "secret_address"} & set(reasons)
    given = persons_by_region(family, REFERENCE, agreement, NIGHT, answer)
    if regions:
        assert set(given["person_number"]) == set(range(1, len(persons) + 1))
