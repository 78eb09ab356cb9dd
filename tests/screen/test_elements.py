from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import schema
from pipeline.policy.codes import contract_codes, read_conviction_words, read_languages
from pipeline.policy.rules import NEEDS, read_rules
from pipeline.schema import ROW
from pipeline.screen.address_secrecy import SECRET, mark_secret_addresses, with_secrecy
from pipeline.screen.elements import (
    TABLES,
    add_related,
    bsn_is_verified,
    codes_are_codes,
    keep_allowed,
    of_persons,
    of_shape,
    of_the_past,
)
from tests.builders import KNOWN_AT, persons, prior_incidents, registrations, tables

NIGHT = date(2026, 11, 22)
GOVERNING = read_rules().elements_on(NIGHT)
EVERYTHING = {
    "family_name": "Testman", "name_prefix": "van", "given_names": "Ada", "birth_date": "1990-03-04", "sex": "V",
    "bsn": "999990019", "street": "Dorpsstraat", "house_number": "1", "postcode": "2511AA", "place": "X",
    "municipality_code": "0518", "secret_address": False, "phone": "0612345678", "email": "a@example.invalid",
    "relation": "partner", "relation_to": 2, "lives_in": True, "custody": True, "organisation": "School",
    "nationality": "x", "religion": "y", "medical": "z", "interpreter_language": "Pools",
}  # fmt: skip
CODES = codes_are_codes(read_languages())
MET = {
    "elfproef": bsn_is_verified(),
    "not_secret": ~pl.col(SECRET),
    "known_language": CODES["known_language"],
    **of_persons(),
    **of_shape(),
}


def marked(*rows: dict) -> pl.DataFrame:
    return add_related(mark_secret_addresses(registrations({}), persons(*rows))[1])


def shared(row: dict, shares: set[str] = frozenset(), *others: dict) -> dict:
    kept, _ = keep_allowed(marked(EVERYTHING | row, *others), "person", GOVERNING, frozenset(shares), MET)
    left = kept.select([name for name in kept.columns if name != "related_role"]).row(0, named=True)
    return {name: value for name, value in left.items() if value is not None}


ROLE_ONLY = {"row", "registration_number", "version", "person_number", "role", "secret"}
INVOLVED = {*EVERYTHING} - {
    "bsn",
    "phone",
    "email",
    "organisation",
    "nationality",
    "religion",
    "medical",
}


@pytest.mark.parametrize(
    ("row", "shares", "expected"),
    [
        *(({"role": role}, set(), ROLE_ONLY | INVOLVED) for role in schema.INVOLVED),
        ({"role": "SO"}, {"bsn", "phone"}, ROLE_ONLY | INVOLVED | {"bsn", "phone"}),
        ({"role": "SO", "bsn": "999990018"}, {"bsn"}, ROLE_ONLY | INVOLVED),
        ({"role": "GE"}, {"bsn", "phone"}, ROLE_ONLY),
        ({"role": "ME"}, {"bsn", "phone"}, ROLE_ONLY),
        ({"role": "OV"}, {"bsn", "phone"}, ROLE_ONLY),
        ({"role": "PR"}, {"bsn", "phone"}, ROLE_ONLY),
        ({"role": "IN"}, {"bsn", "phone"}, ROLE_ONLY - {"role"}),
        ({"role": None}, {"bsn", "phone"}, ROLE_ONLY - {"role"}),
    ],
)
def test_what_is_shared_of_a_person(row, shares, expected):
    assert set(shared(row, shares)) == expected


ADDRESS = {"street", "house_number", "postcode", "place", "municipality_code"}
WHERE = ADDRESS | {"house_number_suffix"}
HANDLING = {"retracted", "legal_regime", "removed", "embargo", "shielded"}
FILLED = {
    **{schema.TEXT: "x", schema.YES_NO: True, schema.WHOLE: 1, schema.DAY: NIGHT},
    **{schema.MOMENT: KNOWN_AT, schema.LISTED: ["x"]},
}
PAST = {"person_number", "date", "incident_code", "role", "outcome"}


@pytest.mark.parametrize(
    ("table", "unmet", "held"),
    [
        ("registration", None, {"author_service_number", "investigation_number"} | HANDLING),
        ("registration", "not_secret", WHERE),
        ("registration", "shape", WHERE | {"contact_department", "contact_phone", "contact_email"}),
        ("registration", "class_shape", {"incident_code"}),
        ("registration", "mark_shape", {"project_code"}),
        ("registration", "redacted", {"description", "reason_for_report", "informed_explanation", "weapon_kind"}),
        ("person", None, {"email", "nationality", "religion", "medical", "organisation"}),
        ("person", "not_secret", WHERE),
        ("person", "shape", WHERE),
        ("person", "name_only", {"family_name", "name_prefix", "given_names"}),
        ("person", "elfproef", {"bsn"}),
        ("person", "own_line", {"phone"}),
        ("person", "among_involved", {"relation", "relation_to"}),
        ("person", "known_language", {"interpreter_language"}),
        ("entry", None, {"service_number"}),
        ("entry", "redacted", {"text", "written_at", "source"}),
        ("prior_incident", None, {"source_registration"}),
        *(("prior_incident", unmet, PAST) for unmet in ("relevant_class", "within_five_years", "no_informant")),
        ("prior_incident", "was_involved", {"role"}),
        ("prior_incident", "redacted", {"outcome"}),
        ("prior_incident", "no_conviction", {"outcome"}),
    ],
)
def test_what_is_held_of_everybody_and_what_a_condition_holds_besides(table, unmet, held):
    """Of a whole row, of a victim where it is of a person: with every condition met, and with one that is not."""
    types = TABLES[table].schema
    row = pl.DataFrame({ROW: [0], "of": ["SO"]}).with_columns(
        pl.lit(FILLED[kind], kind).alias(name) for name, kind in types.items()
    )
    agreed = frozenset({"bsn", "phone"})

    def left(met):
        kept, _ = keep_allowed(row, table, GOVERNING, agreed, {need: pl.lit(value=True) for need in met}, role="of")
        return {name for name in types.names() if kept[name][0] is not None}

    whole = left(NEEDS)
    assert (whole - left(NEEDS - {unmet}) if unmet else types.keys() - whole) == held


@pytest.mark.parametrize(
    ("role", "told"), [(role, role in schema.INVOLVED) for role in (*contract_codes()["role"], None)]
)
def test_whose_past_is_told(role, told):
    past = prior_incidents({"date": NIGHT, "incident_code": "F550", "role": "VE", "outcome": "sepot"})
    met = {need: pl.lit(value=True) for need in NEEDS}
    kept, _ = keep_allowed(past.with_columns(of=pl.lit(role)), "prior_incident", GOVERNING, frozenset(), met, role="of")
    assert {name for name in PAST if kept[name][0] is not None} == (PAST if told else set())


@pytest.mark.parametrize(
    ("outcome", "convicted"),
    [
        ("Veroordeeld tot een taakstraf", True),
        ("taakstraf 40 uur", True),
        ("vervangende hechtenis", True),
        ("voorlopige hechtenis", False),
        ("uitspraak huisverbod, pijn", False),
        ("voorwaardelijk sepot", False),
        ("huisverbod opgelegd", False),
        ("aangehouden", False),
        (None, False),
    ],
)
def test_a_conviction_is_no_outcome_that_is_told(outcome, convicted):
    past = prior_incidents({"date": NIGHT, "incident_code": "F550", "role": "VE", "outcome": outcome})
    assert past.select(of_the_past(read_conviction_words())["no_conviction"]).item() is not convicted


@pytest.mark.parametrize("role", [*contract_codes()["role"], None])
def test_who_called_or_saw_an_earlier_incident_is_not_told(role):
    past = prior_incidents({"date": NIGHT, "incident_code": "F550", "role": role, "outcome": None})
    assert past.select(of_the_past(read_conviction_words())["was_involved"]).item() is (role in schema.INVOLVED)


@pytest.mark.parametrize("secret", [True, None])
def test_a_secret_address_is_not_shared_nor_one_that_may_be(secret):
    assert not ADDRESS & set(shared({"role": "SO", "secret_address": secret}))


@pytest.mark.parametrize(
    ("child", "hidden"),
    [
        ({"postcode": "1011AB", "house_number": "7"}, True),
        ({"postcode": "1011 ab", "house_number": "7"}, True),
        ({"postcode": None, "street": "Schuilstraat", "house_number": "7", "place": "X"}, True),
        ({"postcode": "1011AB", "house_number": "8"}, False),
        ({"postcode": "1011AB", "house_number": "7A"}, True),  # 7 with A in the column beside it
        ({"postcode": "1011AB", "house_number": "07"}, True),
        ({"postcode": "1011AB"}, True),  # a postcode is a street
        ({"postcode": "1011", "house_number": "7", "place": "X"}, True),
        ({"street": "Schuilstr.", "house_number": "7", "place": "X"}, True),
        ({"street": "Schuilstraat", "place": "X"}, True),
        ({"street": "Schuilstraat", "house_number": "7"}, True),
        ({"street": "Schuilstraat", "house_number": "7", "place": "Y"}, True),  # a town may have two names
        ({"street": "Schuilstraat", "house_number": "8", "place": "Y"}, False),
        ({"postcode": "9711AC", "street": "Schuilstraat", "house_number": "7", "place": "Y"}, False),
        ({"street": "Schúilstraat", "house_number": "7", "place": "X"}, True),
        ({"street": "Schuillstraat", "house_number": "7", "place": "X"}, True),  # misspelt
        ({"street": "Dorpsweg", "house_number": "7", "place": "X"}, False),
        ({"postcode": "1011AC", "street": "Schuilstraat", "house_number": "7", "place": "X"}, True),
        ({"postcode": "9711AC", "house_number": "7", "place": "Y"}, False),
        ({"place": "X"}, False),  # where the mother is the town is masked, where the other lives it is not
        ({}, False),
    ],
)
def test_a_housemate_does_not_give_a_secret_address_away(child, hidden):
    mother = {
        "role": "SO",
        "secret_address": True,
        "postcode": "1011AB",
        "street": "Schuilstraat",
        "place": "X",
        "house_number": "7",
    }
    family = marked(mother, {"role": "KI", "secret_address": False} | child)
    assert family.get_column(SECRET).to_list() == [True, hidden]


SHELTER = {
    "secret_address": True, "postcode": "1011AB", "street": "Schuilstraat", "house_number": "7", "place": "X",
}  # fmt: skip


@pytest.mark.parametrize(
    ("victim", "event", "hidden"),
    [
        ({"secret_address": False}, {}, False),
        (
            {"secret_address": True, "postcode": "1011AB", "house_number": "7"},
            {"postcode": "1011AB", "house_number": "7"},
            True,
        ),
        (
            {"secret_address": True, "postcode": "1011AB", "house_number": "7"},
            {"postcode": "1012AB", "house_number": "7"},
            False,
        ),
        ({"secret_address": True}, {"postcode": "1012AB", "house_number": "7"}, True),  # cannot be compared
        ({"secret_address": True, "postcode": "1011AB", "house_number": "7"}, {"postcode": None, "street": None}, True),
        (
            {"secret_address": True, "postcode": "1011AB", "house_number": "7"},
            {"postcode": "1011AB", "house_number": "7-A"},
            True,
        ),
        (SHELTER, SHELTER | {"postcode": "1011AC"}, True),  # one of them was mistyped
        (SHELTER, SHELTER | {"postcode": None, "street": "Schuilstr."}, True),
        (SHELTER, SHELTER | {"postcode": None, "street": "Schuistraat"}, True),
        (SHELTER, SHELTER | {"postcode": None, "place": "Y"}, True),
        (SHELTER, SHELTER | {"postcode": None, "street": "Dorpsweg"}, False),
        (SHELTER, SHELTER | {"postcode": None, "house_number": "9"}, False),
    ],
)
def test_the_place_of_the_event_does_not_give_a_secret_address_away(victim, event, hidden):
    where = {name: value for name, value in event.items() if name != "secret_address"}
    events, _ = mark_secret_addresses(registrations(where), persons({"role": "SO"} | victim))
    assert events.get_column(SECRET).to_list() == [hidden]


HOME = {"postcode": "1012AB", "street": "Dorpsweg", "house_number": "7", "place": "X"}


@pytest.mark.parametrize(
    ("hidden_home", "open_home", "event", "hidden"),
    [
        ({}, {"role": "VE"} | HOME, HOME, False),
        ({}, {"role": "VE"} | HOME | {"postcode": None}, HOME | {"postcode": None}, False),
        ({}, {"role": "VE"} | HOME, HOME | {"house_number": "9"}, True),
        ({}, {"role": "VE"} | HOME, HOME | {"house_number_suffix": "A"}, True),  # another home in one building
        ({}, {"role": "VE"} | HOME, HOME | {"postcode": None}, True),  # not letter by letter the same
        ({}, {"role": "VE", "place": "X"}, {"place": "X"}, True),  # no home
        ({}, {"role": "ME"} | HOME, HOME, True),  # the home of a source is not shown
        ({}, {"role": "VE", "secret_address": None} | HOME, HOME, True),
        ({"street": "Dorpsweg"}, {"role": "VE"} | HOME, HOME, True),  # the same, so far as is known
        ({"place": "X"}, {"role": "VE"} | HOME, HOME, False),
    ],
)
def test_the_place_of_the_event_is_told_where_it_is_a_home_that_is_told(hidden_home, open_home, event, hidden):
    family = persons({"role": "SO", "secret_address": True} | hidden_home, {"secret_address": False} | open_home)
    events, told = mark_secret_addresses(registrations(event), family)
    assert events.get_column(SECRET).to_list() == [hidden]
    assert told.get_column(SECRET).to_list()[0] is True


def test_a_part_is_asked_once_and_each_registration_for_itself():
    both = tables({}, {}, person=[{"row": 0, "secret_address": True}, {"row": 1, "secret_address": False}])
    whole = with_secrecy(both)
    assert whole.person.get_column(SECRET).to_list() == [True, False]
    assert with_secrecy(whole) is whole
    for row in range(2):
        alone = with_secrecy(both.only(both.registration.filter(pl.col(ROW) == row)))
        assert alone.person.equals(whole.person.filter(pl.col(ROW) == row))


@pytest.mark.parametrize(
    ("role", "told"),
    [("VE", True), ("OU", True), ("ME", False), ("GE", False), ("IN", False), ("PR", False), ("OV", False),
     (None, False)],
)  # fmt: skip
def test_a_relation_tells_of_persons_involved_and_never_who_called(role, told):
    left = shared({"role": "SO"}, set(), {"role": role})
    assert {"relation", "relation_to"} <= set(left) if told else not {"relation", "relation_to"} & set(left)
    assert {"lives_in", "custody"} <= set(left)


def test_a_relation_to_nobody_is_told():
    assert shared({"role": "SO", "relation_to": None})["relation"] == "partner"
    assert shared({"role": "SO", "relation_to": 9})["relation"] == "partner"


@pytest.mark.parametrize(
    ("phone", "secret", "goes"),
    [
        ("0612345678", True, True),
        ("+31 6 1234 5678", True, True),
        ("0031-612345678", True, True),
        ("+49 6123 45678", True, False),  # a fixed one abroad tells the town as well
        ("038-0234567", False, True),
        ("038-0234567", True, False),
        ("038-0234567", None, False),
        ("0612345678 (zus Ans)", False, False),
        ("geen", False, False),
    ],
)
def test_a_telephone_is_a_number_and_no_fixed_one_of_a_secret_address(phone, secret, goes):
    assert ("phone" in shared({"role": "SO", "phone": phone, "secret_address": secret}, {"phone"})) is goes


@pytest.mark.parametrize(
    ("family_name", "goes"),
    [
        ("van der Laan-Straatman", True),
        ("O'Testman", True),
        ("Testman2", True),
        ("Testman, Schuilstraat 7", False),
        ("Testman Schuillaan 7", False),
        ("Testman 1011 AB", False),
        ("Testman (0612345678)", False),
        ("a@example.net", False),
    ],
)
def test_a_name_that_holds_an_address_does_not_leave(family_name, goes):
    left = shared({"role": "SO", "family_name": family_name})
    assert ("family_name" in left) is goes
    assert "birth_date" in left


@pytest.mark.parametrize("action", ["mask", "drop"])
def test_what_is_masked_or_dropped_does_not_leave_whatever_it_needs(action):
    governing = {name: replace(element, action=action) for name, element in GOVERNING.items()}
    kept, _ = keep_allowed(marked(EVERYTHING | {"role": "SO"}), "person", governing, frozenset({"bsn", "phone"}), MET)
    assert [name for name in schema.PERSON.schema if kept[name][0] is not None] == []


def test_an_expected_child_is_told_by_its_due_date():
    child = {"role": "KI", "bsn": "999999999", "birth_date": "2027-03-01", "family_name": None, "given_names": None}
    left = shared(child, {"bsn"})
    assert left["birth_date"] == "2027-03-01"
    assert "bsn" not in left


@pytest.mark.parametrize(
    ("column", "value", "passes"),
    [
        ("incident_code", "F550", True),
        ("incident_code", "F5291", True),
        ("incident_code", "buurman Jansen", False),
        ("project_code", "HG", True),
        ("project_code", "Jansen", False),
        ("project_code", None, None),
    ],
)
def test_a_code_is_shared_when_it_is_one(column, value, passes):
    need = {"incident_code": "class_shape", "project_code": "mark_shape"}[column]
    assert registrations({column: value}).select(CODES[need]).item() is passes


@pytest.mark.parametrize(("language", "passes"), [("pools ", True), ("Pools, via neef Jan", False)])
def test_a_language_is_shared_when_it_is_one(language, passes):
    assert persons({"interpreter_language": language}).select(CODES["known_language"]).item() is passes


@pytest.mark.parametrize(
    ("bsn", "verified"),
    [("999990019", True), ("999990018", False), ("000000000", False), ("999999999", False), ("99999001", False),
     ("9999.90.019", False), (None, False)],
)  # fmt: skip
def test_elfproef(bsn, verified):
    assert pl.DataFrame({"bsn": [bsn]}, schema={"bsn": pl.String}).select(bsn_is_verified()).to_series().fill_null(
        value=False
    ).to_list() == [verified]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(sorted({element.id for element in GOVERNING.values()})), max_size=6),
    st.sampled_from(["SO", "GE", "IN", None]),
)
def test_taking_a_rule_away_never_shares_more(removed, role):
    """The allow-list: what no rule names is not shared."""
    table = marked(EVERYTHING | {"role": role})
    fewer = {column: element for column, element in GOVERNING.items() if element.id not in removed}
    whole, _ = keep_allowed(table, "person", GOVERNING, frozenset({"bsn", "phone"}), MET)
    less, back = keep_allowed(table, "person", fewer, frozenset({"bsn", "phone"}), MET)
    assert {c for c in less.columns if less[c][0] is not None} <= {c for c in whole.columns if whole[c][0] is not None}
    given = sum(table[c][0] is not None for c in table.columns if c not in {"row", SECRET})
    left = sum(less[c][0] is not None for c in less.columns if c not in {"row", SECRET})
    assert given - left == back.get_column("count").sum()
    assert (back.get_column("count") > 0).all()
