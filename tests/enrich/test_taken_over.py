"""What a report takes over of another registration of its event."""

from datetime import date

import polars as pl
import pytest

from pipeline.enrich.taken_over import take_over
from tests.enrich.people import ADA
from tests.enrich.rows import tables

CHILD = ADA | {"role": "KI", "given_names": "Kim", "birth_date": "2019-01-01", "relation": "kind", "relation_to": 1}
CALLER = {"role": "ME"}
PAIRS = pl.DataFrame({"row": [1], "carrier_row": [0]})
NO_LINKS = pl.DataFrame(
    schema={"row": pl.Int64, "person_number": pl.Int64, "carrier_row": pl.Int64, "carrier_person": pl.Int64}
)


def taken(persons=(), entries=(), priors=(), registration=None, links=NO_LINKS, own_priors=()):
    carrier = tables(
        [{}],
        [ADA],
        own_priors,
        [{"entry_number": number, "text": text} for number, text in ((4, "eigen"), (2, "ook eigen"))],
    )
    theirs = tables([{"row": 1} | (registration or {})], [{"row": 1} | one for one in persons],
                    [{"row": 1} | one for one in priors], [{"row": 1} | one for one in entries])  # fmt: skip
    return take_over(carrier, theirs, PAIRS, links)


def test_a_child_that_only_the_second_names_comes_along_with_its_relation():
    person = taken([ADA, CHILD]).person
    assert person.select("row", "person_number", "given_names", "relation_to").rows() == [(0, 2, "Kim", 1)]


def test_a_carrier_that_names_nobody_gets_whom_the_second_names():
    theirs = tables([{"row": 1}], [{"row": 1} | ADA])
    assert take_over(tables([{}]), theirs, PAIRS, NO_LINKS).person["person_number"].to_list() == [1]


def test_two_children_without_a_name_are_two():
    nameless = CHILD | {"given_names": None, "birth_date": None}
    person = taken([ADA, nameless, nameless | {"person_number": 3}]).person
    assert person.select("person_number", "role").rows() == [(2, "KI"), (3, "KI")]


def test_who_was_linked_is_not_repeated_under_another_spelling():
    link = pl.DataFrame([(1, 1, 0, 1)], schema=NO_LINKS.schema, orient="row")
    assert taken([ADA | {"family_name": "Testmann"}], links=link).person.is_empty()
    assert taken([ADA | {"family_name": "Testmann"}]).person.height == 1


def test_callers_and_witnesses_are_not_taken_over():
    assert taken([CALLER, {"role": "GE"}]).person.is_empty()


def test_texts_follow_the_carriers_own_under_their_own_number():
    told = taken(
        entries=[{"registration_number": "PL0600-9", "entry_number": 1, "source": "V", "text": "tweede"}],
        registration={"registration_number": "PL0600-9", "description": "eerst dit"},
    ).entry
    assert told.select("row", "registration_number", "entry_number", "source", "text").rows() == [
        (0, "PL0600-9", 5, None, "eerst dit"),
        (0, "PL0600-9", 6, "V", "tweede"),
    ]


def test_what_the_second_ticks_and_the_carrier_does_not_is_told_among_the_texts():
    """A restraining order that only the second officer ticked never reached Veilig Thuis."""
    own = {"arrest": True, "complaint": False, "nature": ["01"], "suspicion": "01"}
    theirs = {
        **{"arrest": True, "complaint": True, "injury": False, "nature": ["08", "01"], "suspicion": "01"},
        **{"restraining_order": True, "restraining_order_until": date(2026, 12, 2), "weapon_kind": "mes"},
    }
    told = take_over(tables([own], [ADA]), tables([{"row": 1} | theirs]), PAIRS, NO_LINKS).entry
    assert told.select("entry_number", "source", "text").rows() == [
        (1, None, "Ook ingevuld: soort wapen mes; aangifte; huisverbod; huisverbod tot 02-12-2026; aard 08.")
    ]
    assert take_over(tables([own], [ADA]), tables([{"row": 1} | own]), PAIRS, NO_LINKS).entry.is_empty()


def test_texts_of_a_carrier_that_has_none_are_numbered_from_one():
    theirs = tables([{"row": 1, "description": "eerst dit"}], entries=[{"row": 1, "entry_number": 7, "text": "tweede"}])
    told = take_over(tables([{}], [ADA]), theirs, PAIRS, NO_LINKS).entry
    assert told.select("entry_number", "text").rows() == [(1, "eerst dit"), (2, "tweede")]


def test_a_text_that_the_carrier_has_is_not_repeated():
    """A registration that was entered twice told everything twice."""
    told = taken(entries=[{"source": "V", "text": "eigen"}, {"source": "V", "text": "ander"}]).entry
    assert told["text"].to_list() == ["ander"]


def test_a_text_that_may_not_leave_leaves_no_line():
    assert taken(entries=[{"entry_number": 1, "source": "T", "text": None}]).entry.is_empty()


@pytest.mark.parametrize("code", ["F550", None])
def test_a_prior_incident_is_told_once_and_of_the_same_person(code):
    prior = {"person_number": 1, "date": date(2025, 1, 1), "incident_code": code, "role": "VE"}
    others = [prior | other for other in ({"date": date(2024, 1, 1)}, {"incident_code": "F530"}, {"role": "SO"})]
    of_the_child = prior | {"person_number": 2}
    told = taken([ADA, CHILD], priors=[*others, *others, prior, of_the_child, prior], own_priors=[prior]).prior_incident
    assert told.select("person_number", "date", "incident_code", "role").rows() == [
        *((1, one["date"], one["incident_code"], one["role"]) for one in others),
        (2, date(2025, 1, 1), code, "VE"),
    ]


def test_of_two_that_list_one_child_the_past_and_the_relations_of_both_are_kept():
    prior = {"date": date(2025, 1, 1), "incident_code": "F527", "role": "KI"}
    parent = ADA | {"role": "OU", "given_names": "Wil", "relation": "ouder", "relation_to": 8}
    theirs = tables(
        [{"row": 1}, {"row": 2}],
        [
            {"row": 1, "person_number": 2} | CHILD | {"relation_to": None},
            {"row": 2, "person_number": 8} | CHILD,
            {"row": 2} | parent,
        ],
        [{"row": 1, "person_number": 2} | prior, {"row": 2, "person_number": 8} | prior | {"date": date(2024, 1, 1)}],
    )
    got = take_over(tables([{}], [ADA]), theirs, pl.DataFrame({"row": [1, 2], "carrier_row": [0, 0]}), NO_LINKS)
    assert got.person.select("person_number", "given_names", "relation_to").rows() == [(2, "Kim", None), (3, "Wil", 2)]
    assert [(one["person_number"], one["date"].year) for one in got.prior_incident.sort("date").to_dicts()] == [
        (2, 2024),
        (2, 2025),
    ]


def test_one_incident_of_two_persons_is_told_of_both():
    prior = {"date": date(2025, 1, 1), "incident_code": "F550", "role": "SO"}
    told = taken([ADA, CHILD], priors=[prior | {"person_number": 1}, prior | {"person_number": 2}]).prior_incident
    assert sorted(told["person_number"]) == [1, 2]


def test_which_of_two_nameless_children_another_one_names_is_not_guessed():
    nameless = CHILD | {"given_names": None, "birth_date": None}
    theirs = tables(
        [{"row": 1}, {"row": 2}],
        [
            {"row": 1, "person_number": 1} | nameless,
            {"row": 1, "person_number": 2} | nameless,
            {"row": 2, "person_number": 1} | nameless,
        ],
        [{"row": 2, "person_number": 1, "date": date(2025, 1, 1), "incident_code": "F527", "role": "KI"}],
    )
    carrier = tables([{}], [ADA, ADA | {"given_names": "Bo", "person_number": 6}])
    got = take_over(carrier, theirs, pl.DataFrame({"row": [1, 2], "carrier_row": [0, 0]}), NO_LINKS)
    assert got.person["person_number"].to_list() == [7, 8]
    assert got.prior_incident.is_empty()


def test_of_several_each_child_comes_along_to_each_carrier_with_its_own_relation():
    other = CHILD | {"given_names": "Bo"}
    parent = ADA | {"role": "OU", "given_names": "Wil", "relation": "ouder", "relation_to": 1}
    given = {1: [CHILD, parent], 2: [other, CHILD, parent | {"relation_to": 2}], 3: [CHILD]}
    persons = [
        {"row": row, "person_number": number} | {"relation_to": None} | one
        for row, people in given.items()
        for number, one in enumerate(people, 1)
    ]
    theirs = tables(
        [{"row": row} for row in given],
        [one | ({"relation_to": None} if one["role"] == "KI" else {}) for one in persons],
    )
    carriers = tables([{}, {"row": 9}], [ADA, {"row": 9, "person_number": 4} | ADA])
    pairs = pl.DataFrame({"row": [1, 2, 3], "carrier_row": [0, 0, 9]})
    got = take_over(carriers, theirs, pairs, NO_LINKS).person.sort("row", "person_number")
    assert got.select("row", "person_number", "given_names", "relation_to").rows() == [
        (0, 2, "Kim", None),
        (0, 3, "Wil", 2),
        (0, 4, "Bo", None),
        (9, 5, "Kim", None),
    ]
