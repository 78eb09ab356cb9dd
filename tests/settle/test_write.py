"""What a carrier says for those that it carries."""

from datetime import date

import polars as pl

from pipeline import workspace
from pipeline.enrich.across import EARLIER, VERSION
from pipeline.enrich.carried import CARRIED
from pipeline.schema import PRIOR_INCIDENT, ROW
from pipeline.settle.parts import Part
from pipeline.settle.taken_along import ALONG
from pipeline.settle.taken_over import _between, _between_along
from pipeline.settle.write import Across, _also, _links_to_the_past, _priors, _same_event
from pipeline.workspace import Delivery

NEW = {
    **{"row": 4, "unit": "RE06", "registration_number": "PL0600-4", "version": 1},
    **{"carrier_row": 2, "carrier_unit": "RE07", "carrier_registration_number": "PL0700-2", "carrier_version": 3},
}
LATE = NEW | {"row": 5, "registration_number": "PL0600-5", "carrier_row": -1, "carrier_registration_number": "PL0700-9"}
ALONG_ONE = NEW | {"row": None, "along_row": -1, "registration_number": "PL0600-8"}


def test_danger_numbers_and_the_warning_of_each_count_for_the_carrier():
    carried = pl.DataFrame(
        {
            "carrier_row": [1, 1, 2],
            "registration_number": ["PL0600-3", "PL0600-2", "PL0600-9"],
            "danger": [["acute", "injury"], ["weapon"], []],
            "contact_police_first": [False, True, False],
        },
        schema_overrides={"danger": pl.List(pl.String)},
    )
    told = _also(carried).sort("carrier_row")
    assert told["also_registered_as"].to_list() == [["PL0600-2", "PL0600-3"], ["PL0600-9"]]
    assert [sorted(signals) for signals in told["danger_of_others"]] == [["acute", "weapon"], []]
    assert told["warned"].to_list() == [True, False]


def test_neither_side_of_an_event_is_the_past_of_the_other():
    pairs = _same_event(pl.DataFrame([NEW, ALONG_ONE | {"along_row": None}], schema=CARRIED))
    carrier, others = ("RE07", "PL0700-2", 3), [("RE06", "PL0600-4", 1), ("RE06", "PL0600-8", 1)]
    assert sorted(pairs.rows()) == sorted([(*one, *carrier) for one in others] + [(*carrier, *one) for one in others])


def test_an_incident_of_a_person_is_told_once_by_the_report_itself_first():
    types = {ROW: pl.Int64(), **PRIOR_INCIDENT.schema, "origin": pl.String()}
    one = {ROW: 1, "person_number": 2, "incident_code": "F550", "role": "VE", "outcome": "eigen", "origin": "history"}
    others = [
        one | {"outcome": "ander"},
        one | {"role": "SO"},
        one | {"incident_code": "F551"},
        one | {"person_number": 1},
    ]
    told = _priors(pl.DataFrame([one], schema=types), pl.DataFrame([*others, one | {ROW: 2}], schema=types))
    assert told["outcome"].to_list() == ["eigen"] * 5
    assert told.drop("outcome").is_unique().all()


LINKS = pl.DataFrame(
    [
        (4, 1, "RE07", "PL0700-2", 3, 11),  # of what is carried tonight, with its carrier
        (4, 1, "RE07", "PL0700-2", 2, 12),  # with an earlier version of it
        (4, 2, "RE06", "PL0700-2", 3, 13),  # with the number of another unit
        (2, 7, "RE06", "PL0600-8", 1, 14),  # of a carrier of tonight, with what it takes along
        (2, 7, "RE06", "PL0600-8", 2, 15),
        (3, 7, "RE06", "PL0600-8", 1, 16),
    ],
    schema=["row", "person_number", "earlier_unit", "earlier_number", "earlier_version", "earlier_person_number"],
    orient="row",
)


def test_who_is_who_between_a_report_and_what_it_carries():
    tonight = _between(LINKS, pl.DataFrame([NEW, LATE], schema=CARRIED))
    assert tonight.select("row", "person_number", "carrier_row", "carrier_person").rows() == [(4, 1, 2, 11)]
    before = _between_along(LINKS, pl.DataFrame([ALONG_ONE], schema=ALONG))
    assert before.select("row", "person_number", "carrier_row", "carrier_person").rows() == [(-1, 14, 2, 7)]


def test_a_past_is_told_of_what_somebody_sees_and_never_by_another_report_of_the_event(tmp_path):
    delivery = Delivery("RE06", date(2026, 11, 22), "nightly", tmp_path, tmp_path)
    part = Part(delivery, "part-000", 0, 0)
    kept = {"row": [0, 1, 2], "outcome": ["forward", "hold", "return"]}
    persons = {"row": [0, 0, 1, 2], "person_number": [1, 2, 1, 1], "secret": [False, False, False, True]}
    found = [
        (0, 1, "RE06", "PL0", 1, "RE07", "PL9", 1),
        (0, 1, "RE06", "PL0", 1, "RE07", "PL9", 2),
        (0, 3, "RE06", "PL0", 1, "RE07", "PL8", 1),  # no person of it
        (1, 1, "RE06", "PL1", 1, "RE07", "PL9", 1),
        (2, 1, "RE06", "PL2", 1, "RE07", "PL8", 1),  # it came back, and is asked for its address alone
    ]
    links = pl.DataFrame(found, schema=["row", "person_number", *VERSION, *EARLIER], orient="row")
    workspace.write(pl.DataFrame(kept), delivery.file("judged", "part-000", "kept_registration"))
    workspace.write(pl.DataFrame(persons), delivery.file("judged", "part-000", "kept_person"))
    part.write(links, "found")
    same = pl.DataFrame([found[0][2:]], schema=[*VERSION, *EARLIER], orient="row")
    assert _links_to_the_past(part, Across(pl.DataFrame(), pl.DataFrame(), same)).rows() == [found[1], found[3]]
