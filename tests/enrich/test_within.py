from datetime import UTC, date, datetime

from pipeline.enrich import within
from pipeline.enrich.blocking import asked_keys
from pipeline.enrich.identity import identify
from pipeline.enrich.keep import involved, persons_to_keep, registrations_to_keep
from pipeline.enrich.link import link
from pipeline.enrich.within import candidates_within
from tests.enrich.people import ADA, KEY, WEIGHTS
from tests.enrich.rows import tables

AT = datetime(2026, 11, 21, 22, tzinfo=UTC)


def night(*persons, numbers=("PL1", "PL2")):
    registrations = [
        {"registration_number": number, "version": version, "known_at": AT} for version, number in enumerate(numbers, 1)
    ]
    return tables(registrations, persons)


def test_a_person_of_two_registrations_of_tonight_is_linked_both_ways():
    given = night(
        ADA | {"row": 0, "person_number": 1},
        ADA | {"row": 1, "person_number": 4},
        {"row": 1, "person_number": 5, "role": "ME"},
    )
    identified = identify(involved(given.person), KEY)
    pairs = candidates_within(persons_to_keep(given, "RE01", KEY), asked_keys(identified))
    links = link(identified, pairs, WEIGHTS)
    told = links.select("row", "person_number", "earlier_number", "earlier_person_number", "kind").rows()
    assert told == [(0, 1, "PL2", 4, "link"), (1, 4, "PL1", 1, "link")]


def test_two_versions_of_one_number_are_not_two_registrations():
    given = night(ADA | {"row": 0}, ADA | {"row": 1, "person_number": 1}, numbers=("PL1", "PL1"))
    assert candidates_within(persons_to_keep(given, "RE01", KEY), asked_keys(identify(given.person, KEY))).is_empty()


def test_a_key_that_too_many_share_tells_nobody_apart(monkeypatch):
    given = night(ADA | {"row": 0}, ADA | {"row": 1, "person_number": 4})
    kept, asked = persons_to_keep(given, "RE01", KEY), asked_keys(identify(given.person, KEY))
    monkeypatch.setattr(within, "LARGEST", 1)
    assert candidates_within(kept, asked).is_empty()


def test_what_is_kept_of_a_registration_is_codes_and_a_hash():
    place = {"postcode": "2511AB", "house_number": "10", "weapon": True, "injury": False}
    given = tables([{"known_at": AT, "committed_until": AT, "kind": "HG"} | place], [ADA])
    kept = registrations_to_keep(given, "RE01", date(2026, 11, 21), KEY).row(0, named=True)
    assert (kept["danger"], kept["happened_at"]) == (["weapon"], AT)
    assert kept["place"] == identify(given.person, KEY)["address"].item()
