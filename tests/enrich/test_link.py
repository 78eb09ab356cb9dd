import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.enrich.identity import identify
from pipeline.enrich.link import LINKS, count_names, link
from tests.enrich.people import ADA, KEY, WEIGHTS, candidates, candidates_of, judged
from tests.enrich.rows import tables

BSN, OTHER_BSN = ["999990007", "999990019"]
MOVED = {"postcode": "1011AB", "house_number": "3", "place": "Amsterdam"}
NOWHERE = {"postcode": None, "house_number": None, "street": None, "place": None}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"family_name": "Testmna"},
        {"family_name": "TESTMAN", "given_names": "ada"},
        {"name_prefix": None},
        {"family_name": "van Testman"},
        {"family_name": "Voorbeeld-Testman"},
        {"given_names": "Adaa"},
        {"given_names": "Testman", "family_name": "Ada"},
        {"birth_date": "1990-00-00"},
        {"birth_date": "1991-03-14"},
        {"bsn": BSN},
        {"postcode": "2513CD", "house_number": "7"},
    ],
)
def test_one_person_with_an_error_is_linked(changed):
    assert judged(ADA, [ADA | changed]) == ["link"]
    assert judged(ADA | changed, [ADA]) == ["link"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Youssef", "Yusuf"),
        ("Khadija", "Chadija"),
        ("Mohamed", "Mohammed"),
        ("Oleksandr", "Alexander"),
        ("Abdel Kader", "Abdelkader"),
        ("Cornelis", "Kees"),
        ("Krzysztof", "Christof"),
    ],
)
def test_transliterations_are_one_name(one, other):
    assert judged(ADA | {"given_names": one}, [ADA | {"given_names": other}]) == ["link"]


def test_day_and_month_swapped():
    assert judged(ADA | {"birth_date": "1990-03-04"}, [ADA | {"birth_date": "1990-04-03"}]) == ["link"]


@pytest.mark.parametrize(
    ("who", "other"),
    [
        ("a twin", {"given_names": "Beatrijs"}),
        ("a twin of the other sex", {"given_names": "Adam", "sex": "M"}),
        ("a sister", {"given_names": "Beatrijs", "birth_date": "1992-08-20"}),
        ("a mother of the same name", {"birth_date": "1962-11-02"}),
        ("a mother of the same name, who knows when born", {"birth_date": None}),
        ("a namesake elsewhere", {"birth_date": "1971-01-09"} | MOVED),
        ("another number", {"bsn": OTHER_BSN}),
        ("an initial only, elsewhere", {"given_names": "A."} | MOVED),
    ],
)
def test_somebody_else_is_never_a_link(who, other):
    known = ADA | {"bsn": BSN} if "bsn" in other else ADA
    assert judged(known, [ADA | other]) != ["link"]
    assert judged(ADA | other, [known]) != ["link"]


def test_an_initial_that_fits_two_sisters_is_a_hint():
    twins = [ADA, ADA | {"given_names": "Anna"}]
    assert judged(ADA | {"given_names": "A."}, twins) == ["hint", "hint"]
    assert judged(ADA | {"given_names": "A."}, twins[:1]) == ["link"]


def test_a_number_alone_links_nobody():
    stranger = {"family_name": "Voorbeeld", "given_names": "Bob", "birth_date": "1970-05-06", "sex": "M"} | MOVED
    assert judged(ADA | {"bsn": BSN}, [ADA | stranger | {"bsn": BSN}]) != ["link"]


def test_a_number_with_the_name_links_without_a_birth_date():
    assert judged(ADA | {"bsn": BSN}, [ADA | {"bsn": BSN, "birth_date": None}]) == ["link"]


@pytest.mark.parametrize("bsn", ["999990018", "000000000", "999999999", "12345"])
def test_a_number_that_fails_the_elfproef_is_unknown(bsn):
    person = tables([{}], [ADA | {"bsn": bsn}]).person
    assert identify(person, KEY)["bsn"].to_list() == [None]


def family(*persons):
    rows = [{"row": 0, "person_number": number} | person for number, person in enumerate(persons, 1)]
    return tables([{}], rows).person


def test_a_family_that_comes_back_corroborates():
    bob = ADA | {"given_names": "Bob", "sex": "M", "birth_date": "1988-07-21", "role": "VE"}
    vague = ADA | {"birth_date": None}
    now, pairs = candidates_of([vague, bob], family(ADA, bob))
    links = link(now, pairs, WEIGHTS)
    kinds = {tuple(row) for row in links.select("person_number", "earlier_person_number", "kind").rows()}
    assert (1, 1, "link") in kinds
    assert "corroborated" in links.filter(person_number=1)["evidence"].item()
    # a child for a grown-up never, whatever the family
    now, pairs = candidates_of([vague, bob], family(ADA | {"role": "KI"}, bob))
    assert "link" not in link(now, pairs, WEIGHTS).filter(person_number=1)["kind"]


def test_two_who_may_both_be_one_person_corroborate_nobody():
    """A father and a son of one name, and of them one entry before."""
    son = ADA | {"birth_date": None}
    now, pairs = candidates_of([ADA, son], family(ADA))
    links = link(now, pairs, WEIGHTS)
    assert links.select("person_number", "kind").rows()[0] == (1, "link")
    assert not any("corroborated" in evidence for evidence in links["evidence"])


def test_a_name_that_is_common_tonight_tells_less():
    now, pairs = candidates([ADA], [ADA])
    own = count_names(now)
    first = {"family_name": now["family"][0][0], "given_name": now["given"][0][0]}
    weights = []
    for count in (1, 2_000, 8_000):
        others = pl.DataFrame({"name": [1], "count": [10_000 - count]})
        common = {field: pl.concat([others, pl.DataFrame({"name": [first[field]], "count": [count]})]) for field in own}
        weights.append(link(now, pairs, WEIGHTS, common)["weight"].item())
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 3
    assert weights[0] == link(now, pairs, WEIGHTS)["weight"].item()


def test_a_secret_address_is_not_compared():
    hidden = tables([{}], [ADA | {"secret_address": True}, ADA | {"secret_address": None}, ADA]).person
    assert identify(hidden, KEY)["address"].is_null().to_list() == [True, True, False]


def test_no_value_of_a_person_is_kept():
    kept = identify(tables([{}], [ADA | {"bsn": BSN}]).person, KEY)
    text = str(kept.to_dicts()).lower()
    assert not [value for value in ("testman", "ada", "1990", "2511", "proef", BSN) if f"'{value}" in text]
    assert kept.select(pl.col(pl.String)).columns == ["sex"]


def test_nobody_is_linked_in_an_empty_night():
    now, pairs = candidates([], [ADA])
    assert link(now, pairs, WEIGHTS).schema == LINKS


people = st.fixed_dictionaries(
    {
        "family_name": st.sampled_from(["Testman", "Testmna", "Voorbeeld", None]),
        "given_names": st.sampled_from(["Ada", "A.", "Beatrijs", "Ada Maria", None]),
        "birth_date": st.sampled_from(["1990-03-14", "1990-00-00", "1900-01-01", "1962-11-02", None, "x"]),
        "sex": st.sampled_from(["M", "V", "O", None]),
        "bsn": st.sampled_from([BSN, OTHER_BSN, "1", None]),
        "postcode": st.sampled_from(["2511AB", "1011AB", None]),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(people, min_size=1, max_size=4), people)
def test_order_does_not_matter_and_a_link_is_never_contradicted(earlier, person):
    earlier = [ADA | each for each in earlier]
    now, pairs = candidates([ADA | person], earlier)
    links = link(now, pairs, WEIGHTS)
    assert links.equals(link(now.reverse(), pairs.reverse(), WEIGHTS))
    for evidence in links.filter(kind="link")["evidence"]:
        assert not {"bsn:different", "birth:different", "given_name:different", "sex:different"} & set(evidence)


@pytest.mark.parametrize(("letters", "spellings"), [(3, 0), (4, 5), (100, 101), (101, 0), (40_000, 0)])
def test_a_word_longer_than_a_name_costs_no_square(letters, spellings):
    """A cell of 40,000 letters took a minute and gigabytes, of 100,000 all memory: one row stopped the night."""
    word = "".join(chr(ord("a") + place % 26) for place in range(letters))
    found = identify(tables([{}], [ADA | {"row": 0, "person_number": 1, "family_name": word}]).person, KEY)
    assert len(found["family_near"].to_list()[0] or []) == spellings
