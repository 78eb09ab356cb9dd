from datetime import UTC, date, datetime

import pytest

from pipeline.policy.rules import read_rules
from pipeline.screen.gates import judge_gates
from tests.builders import tables

NIGHT = date(2026, 11, 22)


def reasons(registration: dict, person: list | None = None, *, agreed: bool = True) -> set[str]:
    found = judge_gates(tables(registration, person=person), read_rules(), NIGHT, agreed=agreed)
    return set(found.get_column("reason"))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, set()),
        ({"legal_regime": "13"}, set()),
        ({"legal_regime": "9"}, {"forbidden_regime"}),
        ({"legal_regime": "10"}, {"forbidden_regime"}),
        ({"legal_regime": "12"}, {"forbidden_regime"}),
        ({"legal_regime": None}, {"unknown_regime"}),
        ({"removed": True}, {"removed"}),
        ({"removed": None}, {"removal_unknown"}),
        ({"retracted": True}, {"retracted"}),
        ({"retracted": None}, {"retraction_unknown"}),
        ({"embargo": True}, {"embargo"}),
        ({"embargo": None}, {"embargo_unknown"}),
        ({"shielded": True}, {"shielded"}),
        ({"shielded": None}, {"shielding_unknown"}),
        ({"investigation_number": "x"}, {"running_investigation"}),
        ({"known_at": datetime(2021, 11, 21, 22, 59, tzinfo=UTC)}, {"too_old"}),
        ({"known_at": datetime(2021, 11, 21, 23, 1, tzinfo=UTC)}, set()),  # 22 November, Amsterdam time
        ({"removed": True, "embargo": True, "legal_regime": "9"}, {"removed", "embargo", "forbidden_regime"}),
    ],
)
def test_legal_gates(row, expected):
    assert reasons(row) == expected


@pytest.mark.parametrize(
    ("night", "known", "too_old"),
    [
        (date(2028, 2, 28), datetime(2023, 2, 28, 12, tzinfo=UTC), False),
        (date(2028, 2, 29), datetime(2023, 2, 28, 12, tzinfo=UTC), True),  # five years and a day
        (date(2028, 2, 29), datetime(2023, 3, 1, 12, tzinfo=UTC), False),
        (date(2029, 2, 28), datetime(2024, 2, 29, 12, tzinfo=UTC), False),
        (date(2029, 3, 1), datetime(2024, 2, 29, 12, tzinfo=UTC), True),
    ],
)
def test_a_leap_day_keeps_nothing_a_day_too_long(night, known, too_old):
    found = judge_gates(tables({"known_at": known}), read_rules(), night, agreed=True)
    assert ("too_old" in found.get_column("reason").to_list()) is too_old


UNMARKED = {"kind": "OV", "project_code": None}


@pytest.mark.parametrize(
    ("row", "relations", "expected"),
    [
        ({}, [], set()),
        (UNMARKED, [], {"out_of_scope"}),
        ({}, ["partner"], set()),
        ({}, [None], set()),
        ({}, ["onbekend"], set()),
        ({}, ["buur"], {"marked_outside_dependency"}),
        ({}, ["buur", "anders"], {"marked_outside_dependency"}),
        ({}, ["buur", "ex-partner"], set()),
        (UNMARKED, [None], {"out_of_scope"}),
        (UNMARKED, ["buur"], {"out_of_scope"}),
        (UNMARKED, ["ouder"], {"unmarked_dependency"}),
        (UNMARKED | {"project_code": "HG"}, ["ouder"], set()),
        ({"kind": None, "problems": ["unknown_code:kind"]}, [None], {"kind_unknown"}),
        ({"kind": None, "problems": ["unknown_code:kind"], "project_code": "HG"}, [None], set()),
        ({"kind": None, "problems": []}, [None], {"out_of_scope"}),
        (UNMARKED | {"acute": True, "weapon": True}, ["buur"], {"out_of_scope"}),  # scope comes before danger
    ],
)
def test_scope(row, relations, expected):
    person = [{"role": "SO", "relation": relation} for relation in relations]
    assert reasons(row, person) == expected


DEPENDENCY = ("partner", "ex-partner", "ouder", "kind", "broer-zus", "familie", "huisgenoot", "mantelzorger")


def test_every_relation_of_the_contract_is_one_of_dependency_or_not():
    said = [*DEPENDENCY, "buur", "anders", "onbekend"]
    person = [{"row": row, "role": "VE", "relation": relation} for row, relation in enumerate(said)]
    found = judge_gates(tables(*[UNMARKED] * len(said), person=person), read_rules(), NIGHT, agreed=True)
    assert [said[row] for row, reason in found.rows() if reason == "unmarked_dependency"] == list(DEPENDENCY)


def test_a_neighbour_who_only_tells_of_it_is_no_relation_of_it():
    roles = ["GE", "ME", "PR", "IN", "VE", None]
    person = [{"row": row, "role": role, "relation": "buur"} for row, role in enumerate(roles)]
    found = judge_gates(tables(*[{"kind": "ZJ"}] * len(roles), person=person), read_rules(), NIGHT, agreed=True)
    assert found.rows() == [(4, "marked_outside_dependency"), (5, "marked_outside_dependency")]


def test_without_an_agreement_all_that_is_in_scope_waits_for_a_person():
    assert reasons({}, agreed=False) == {"agreement_not_in_force"}
    assert reasons(UNMARKED, [], agreed=False) == {"out_of_scope"}


def test_no_night_is_judged_without_gates():
    held = judge_gates(tables({"removed": True}), read_rules(), date(2014, 12, 30), agreed=False)
    assert set(held.get_column("reason")) == {"removed", "agreement_not_in_force"}
    assert read_rules().gates_on(date(2014, 12, 30)) == read_rules().gates_on(date(2015, 1, 1))
    assert read_rules().elements_on(date(2014, 12, 30)) == read_rules().elements_on(date(2015, 1, 1))
