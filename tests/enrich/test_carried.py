"""Registrations of one event over units and nights: which one carries the others."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from pipeline.enrich.across import AS_EARLIER, EARLIER, VERSION, Tonight, join_facts, link_persons
from pipeline.enrich.blocking import asked_keys
from pipeline.enrich.carried import LOADED, STANDING, find_carried
from pipeline.enrich.keep import persons_to_keep, registrations_to_keep
from pipeline.enrich.link import CANDIDATES
from pipeline.enrich.near import Near, can_be_one_event, links_at_once, unnamed_places
from pipeline.enrich.within import candidates_within
from pipeline.load.history import EARLIER_FACTS
from tests.enrich.people import ADA, ENRICHMENT, KEY, NIGHT, WEIGHTS
from tests.enrich.rows import tables

AT = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
BOB = ADA | {"role": "VE", "family_name": "Proefman", "given_names": "Bob", "sex": "M", "birth_date": "1988-05-02"}
EVENT = {"kind": "HG", "incident_code": "F550", "suspicion": "01", "postcode": "2511AB", "house_number": "10"}


def registered(number, minutes=0, regions=("VT09",), outcome="forward", unit="RE06", version=1, **other):
    """One registration of a night, with its two persons."""
    moment = AT + timedelta(minutes=minutes)
    return EVENT | {
        "registration_number": number,
        "version": version,
        "known_at": moment,
        "committed_from": moment - timedelta(minutes=30),
        "unit": unit,
        "outcome": outcome,
        "regions": list(regions),
    } | other  # fmt: skip


def night_of(*registrations):
    """The registrations as `decide` leaves them."""
    kept, people = [], []
    for row, one in enumerate(registrations):
        of = tables([one | {"row": row}], [ADA | {"row": row}, BOB | {"row": row}])
        verdict = pl.DataFrame(
            {"row": [row], "outcome": [one["outcome"]], "regions": [one["regions"]]},
            schema_overrides={"regions": pl.List(pl.String)},
        )
        kept.append(registrations_to_keep(of, one["unit"], NIGHT, KEY).join(verdict, on="row"))
        people.append(persons_to_keep(of, one["unit"], KEY))
    return Tonight(pl.concat(kept), pl.concat(people))


def before(*registrations):
    """The same as history, and what became of them."""
    if not registrations:
        return EARLIER_FACTS.to_frame(), STANDING.to_frame(), None
    held = night_of(*registrations)
    rows = [
        (one["unit"], one["registration_number"], one["version"], one["outcome"], one["regions"], one.get("carried_by"))
        for one in registrations
    ]
    named = {"unit": "earlier_unit", "registration_number": "earlier_number", "version": "earlier_version"}
    facts = held.registration.rename(named).select(EARLIER_FACTS.names())
    return facts, pl.DataFrame(rows, schema=STANDING, orient="row"), held


def carried(tonight, earlier=(), loaded=()):
    """Who carries each that is carried, by its number, and under which row."""
    return {
        one["registration_number"]: (one["carrier_registration_number"], one["carrier_row"])
        for one in lines(tonight, earlier, loaded).iter_rows(named=True)
    }


def lines(tonight, earlier=(), loaded=()):
    held, standing, then = before(*earlier)
    candidates = link_candidates(tonight, then) if earlier else CANDIDATES.to_frame()
    within = candidates_within(tonight.person, asked_keys(tonight.asking()))
    links = link_persons(tonight.asking(), pl.concat([candidates, within]), WEIGHTS)
    policy = ENRICHMENT.same_event
    at_once = links_at_once(links, tonight.registration, join_facts(held, tonight.registration), policy)
    theirs = at_once.select(EARLIER).rename({old: new for new, old in AS_EARLIER.items()})
    names = pl.concat([at_once.select(VERSION), theirs])
    places = unnamed_places(tonight.registration.select("place", "bare"), held.select("place", "bare"))
    near = can_be_one_event(held, EARLIER, names, places)
    own = can_be_one_event(tonight.registration, VERSION, names, places)
    again = tonight.registration.join(
        near.rename({new: old for old, new in AS_EARLIER.items()}), on=VERSION[:2], how="semi"
    )
    stands = pl.DataFrame(loaded, schema=LOADED, orient="row")
    own = pl.concat([own, again]).unique("row", maintain_order=True)
    found = find_carried(Near(at_once, own, near), standing, stands, policy)
    assert found.equals(find_carried(Near(links, tonight.registration, held), standing, stands, policy))
    return found


def link_candidates(tonight, then):
    """What the history would answer."""
    apart = then.person.with_columns(pl.col("row") + 1000)
    found = candidates_within(pl.concat([tonight.person, apart]), asked_keys(tonight.person))
    names = then.registration["registration_number"].to_list()
    return found.filter(pl.col("earlier_number").is_in(names))


def test_the_first_that_the_police_knew_of_carries_the_others_whatever_their_order():
    first, second = registered("PL0600-1"), registered("PL0600-2", 10)
    assert carried(night_of(first, second)) == {"PL0600-2": ("PL0600-1", 0)}
    assert carried(night_of(second, first)) == {"PL0600-2": ("PL0600-1", 1)}


def test_two_units_register_one_event():
    assert carried(night_of(registered("PL0600-1"), registered("PL0900-1", 5, unit="RE07"))) == {
        "PL0900-1": ("PL0600-1", 0)
    }


@pytest.mark.parametrize("outcome", ["hold", "return", "elsewhere"])
def test_beside_one_that_is_not_forwarded_it_is_judged_on_its_own(outcome):
    assert carried(night_of(registered("PL0600-1", outcome=outcome, regions=()), registered("PL0600-2", 10))) == {}


def test_no_region_loses_what_only_the_second_would_have_brought_it():
    second = registered("PL0600-2", 10, regions=("VT09", "VT10"))
    assert carried(night_of(registered("PL0600-1"), second)) == {}


def test_what_was_delivered_before_carries_what_comes_later():
    late = registered("PL0600-2", -10)
    assert carried(night_of(late), [registered("PL0600-1")]) == {"PL0600-2": ("PL0600-1", -1)}


def test_what_was_delivered_before_carries_on_where_it_comes_again_with_other_contents():
    again = registered("PL0600-1", outcome="hold", regions=())
    late = registered("PL0600-2", 10)
    assert carried(night_of(again, late), [registered("PL0600-1")]) == {"PL0600-2": ("PL0600-1", -1)}


@pytest.mark.parametrize(
    ("names", "row"), [(["PL0600-2"], 1), (["PL0600-9"], -1)], ids=["named already", "to be added"]
)
def test_what_an_earlier_attempt_at_the_night_loaded_carries_what_comes_now(names, row):
    night = night_of(registered("PL0600-2", -10), registered("PL0600-1"))
    assert carried(night) == {"PL0600-1": ("PL0600-2", 0)}
    assert carried(night, loaded=[("RE06", "PL0600-1", 1, ["VT09"], names)]) == {"PL0600-2": ("PL0600-1", row)}


@pytest.mark.parametrize("regions", [("VT09",), ("VT10",), ("VT09", "VT10")])
def test_where_a_carrier_stands_it_is_added_to_and_elsewhere_it_brings_along_what_comes_now(regions):
    night = night_of(registered("PL0600-1", regions=("VT09", "VT10")), registered("PL0600-2", 10, regions=regions))
    whole, added = (0, ["VT09", "VT10"]), (-1, ["VT09"])
    for names, carries in ((["PL0600-2"], [whole]), ([], [whole, added])):
        found = lines(night, loaded=[("RE06", "PL0600-1", 1, ["VT09"], names)])
        assert found.select("carrier_row", "carrier_regions").rows() == carries
        assert found["registration_number"].unique().to_list() == ["PL0600-2"]


@pytest.mark.parametrize("outcome", ["hold", "return", "withhold"])
def test_what_was_not_delivered_before_carries_nothing(outcome):
    assert carried(night_of(registered("PL0600-2")), [registered("PL0600-1", outcome=outcome, regions=())]) == {}


def test_a_correction_of_the_carrier_carries_on():
    earlier = [
        registered("PL0600-1"),
        registered("PL0600-2", 10, outcome="duplicate", regions=(), carried_by="RE06 PL0600-1 1"),
    ]
    assert carried(night_of(registered("PL0600-1", version=2)), earlier) == {"PL0600-2": ("PL0600-1", 0)}


def test_nobody_in_common_is_not_one_event():
    other = registered("PL0600-2", 10, postcode="1011AA")
    apart = night_of(registered("PL0600-1"), other)
    strangers = apart.person.with_columns(
        pl.when(pl.col("row") == 1).then(pl.lit([], dtype=pl.List(pl.Int64))).otherwise("blocks").alias("blocks"),
        *(
            pl.when(pl.col("row") == 1).then(pl.lit(None)).otherwise(name).alias(name)
            for name in ("birth", "birth_year", "family_sound", "given_sound", "address", "bsn")
        ),
    )
    assert carried(Tonight(apart.registration, strangers)) == {}


def test_reports_of_before_are_told_apart_where_a_number_and_a_version_read_as_those_of_another_one():
    day = timedelta(days=1) // timedelta(minutes=1)
    earlier = [registered("PL0600-1", version=12), registered("PL0600-11", day, version=2)]
    found = lines(night_of(registered("PL0600-2", 5), registered("PL0600-3", day + 5)), earlier)
    assert found["carrier_registration_number"].to_list() == ["PL0600-1", "PL0600-11"]
    assert found["carrier_row"].n_unique() == 2
