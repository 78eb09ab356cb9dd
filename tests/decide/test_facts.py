"""Facts: one line a case, only the column that matters; not knowing is not passing."""

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.decide.criteria import judge_quality, score_criteria
from pipeline.decide.danger import Danger
from pipeline.decide.danger_text import TOLD
from pipeline.decide.facts import registration_facts
from pipeline.policy.suites import read_suite
from tests.builders import KNOWN_AT, SUSPECT, VICTIM, tables

NIGHT = date(2026, 11, 22)
CHILD = {"person_number": 3, "role": "KI", "family_name": "Testman", "given_names": "Eva", "birth_date": "2015-06-01"}
NARRATIVE = "Wij zagen dat het slachtoffer een blauw oog had."


QUIET = Danger(TOLD.to_frame(), pl.DataFrame(schema={"row": pl.Int64()}))


def facts(row=None, person=None, entry=None, danger=QUIET) -> dict:
    [found] = registration_facts(tables(row or {}, person=person, entry=entry), danger).iter_rows(named=True)
    return found


def scored(*rows, **parts) -> pl.DataFrame:
    found = registration_facts(tables(*rows, **parts), QUIET).with_columns(routes=pl.lit(value=True))
    return score_criteria(found, NIGHT)[0]


def test_a_founded_registration_meets_every_blocking_criterion():
    [line] = scored({}).iter_rows(named=True)
    assert line["blocking_gaps"] == []
    assert 0 < line["substantiation_score"] < 100
    assert "help_known" in line["gaps"]


@pytest.mark.parametrize(
    ("person", "identified"),
    [
        ({}, True),
        ({"birth_date": None}, True),
        ({"birth_date": "1900-01-01"}, True),
        ({"birth_date": None, "postcode": None}, False),
        ({"birth_date": "1900-01-01", "postcode": None}, False),
        ({"birth_date": "1987-00-00", "postcode": None}, True),
        ({"birth_date": None, "postcode": None, "street": "Dorpsstraat", "place": "Assen"}, True),
        (
            {"birth_date": None, "postcode": None, "street": "Dorpsstraat", "place": "Assen", "house_number": None},
            False,
        ),
        ({"birth_date": None, "house_number": None}, True),
        ({"birth_date": None, "postcode": None, "street": "Dorpsstraat"}, False),
        ({"birth_date": None, "postcode": None, "secret_address": True}, True),
        ({"family_name": None, "given_names": None}, False),
        ({"family_name": "Onbekend", "given_names": None}, False),
        ({"family_name": "N.N.", "given_names": None}, False),
        ({"role": "ME"}, False),
        ({"role": "GE"}, False),
        ({"role": None}, False),
        ({"role": "OU"}, True),
    ],
)
def test_identified_person(person, identified):
    assert facts(person=[VICTIM | person])["identified_person"] is identified


def test_nobody_is_nobody_identified():
    assert facts(person=[])["identified_person"] is False


@pytest.mark.parametrize(
    ("row", "person", "known"),
    [
        ({}, [VICTIM, SUSPECT], True),
        ({}, [VICTIM], False),
        ({}, [SUSPECT], False),
        ({}, [SUSPECT, CHILD], False),
        ({"kind": "ZJ"}, [CHILD], True),
        ({"kind": "ZJ"}, [SUSPECT], False),
        ({"kind": None}, [CHILD, SUSPECT], False),
        ({"description": "SO geslagen op straat, dader is onbekend."}, [VICTIM], True),
        ({"description": "SO geslagen door onbekende dader."}, [VICTIM], True),
    ],
)
def test_victim_and_suspect(row, person, known):
    assert facts(row, person)["victim_and_suspect"] is known


@pytest.mark.parametrize(
    ("relation", "dependent"),
    [("partner", True), ("mantelzorger", True), ("buur", None), ("anders", None), ("onbekend", None), (None, None)],
)
def test_dependency_relation(relation, dependent):
    person = [VICTIM | {"relation": relation}, SUSPECT | {"relation": None}]
    assert facts(person=person)["dependency_relation"] is dependent


@pytest.mark.parametrize(
    ("row", "entry", "concrete"),
    [
        ({}, None, True),
        ({"committed_from": None}, None, False),
        ({"committed_from": None, "committed_until": KNOWN_AT}, None, True),
        (
            {"committed_from": None, "committed_until": KNOWN_AT, "problems": ["precision:day:committed_until"]},
            None,
            False,
        ),
        ({"problems": ["precision:day:committed_from"]}, None, False),
        ({"problems": ["precision:day:committed_from", "precision:day:known_at"], "kind": "ZJ"}, None, True),
        ({"problems": ["precision:day:committed_from", "precision:day:known_at"]}, None, False),
        ({"street": None, "postcode": None, "place": None, "municipality_code": None}, None, False),
        ({"street": None, "postcode": None, "municipality_code": None}, None, True),
        ({"description": None}, None, False),
        ({"description": "ruzie"}, None, False),
        ({"description": "Er was ruzie tussen de partijen."}, None, False),
        ({"description": "Ruzie tussen partners, opgelost en afgehandeld."}, None, False),
        ({"description": "INC 11:23 MK> PRIO1 RUZIE WON EH 1402 GEK 12:03 TP EH VRIJ"}, None, False),
        ({"description": "12:32 aanname / 13:08 uitgifte / code 4 / afgemeld zonder bijz."}, None, False),
        ({"description": "Zie mutatie van gisteren avond."}, None, False),
        ({"description": "Man sloeg vrouw in gezicht."}, None, True),
        (
            {"description": f"GMS: ruzie in de woning. {NARRATIVE} Zij verklaarde dat hij haar had geslagen."},
            None,
            True,
        ),
        ({"description": None}, [{"source": "W", "text": NARRATIVE}], True),
        ({"description": None}, [{"source": "V", "text": NARRATIVE}], True),
        ({"description": None}, [{"source": "H", "text": NARRATIVE}], True),
        ({"description": None}, [{"source": "O", "text": NARRATIVE}], False),
        ({"description": None}, [{"source": "I", "text": NARRATIVE}], False),
        ({"description": None}, [{"source": None, "text": NARRATIVE}], False),
        ({"description": None}, [{"source": "W", "text": "GMS: ruzie, eh tp"}], False),
    ],
)
def test_concrete_fact(row, entry, concrete):
    assert facts(row, entry=entry)["concrete_fact"] is concrete


@pytest.mark.parametrize(
    ("phone", "mail", "reachable"),
    [
        ("0900-8844", None, True),
        ("070 1234567", None, True),
        ("12345", None, False),
        (None, "loket@example.org", True),
        (None, "loket", False),
        ("geen", "loket@example.org", True),
        (None, None, False),
    ],
)
def test_contact_reachable(phone, mail, reachable):
    assert facts({"contact_phone": phone, "contact_email": mail})["contact_reachable"] is reachable


@pytest.mark.parametrize(
    ("fact", "row", "parts", "expected"),
    [
        ("suspicion_coded", {"suspicion": None}, {}, False),
        ("children_answered", {"children_present": None}, {}, False),
        ("children_answered", {"children_present": False}, {}, True),
        ("children_answered", {}, {"person": [VICTIM, SUSPECT, CHILD]}, True),
        ("children_detailed", {"children_present": False}, {}, True),
        ("children_detailed", {"children_present": True}, {}, False),
        ("children_detailed", {"children_present": True}, {"person": [VICTIM, CHILD]}, True),
        ("children_detailed", {}, {"person": [VICTIM, CHILD | {"birth_date": None}]}, False),
        ("custody_known", {"children_present": False}, {}, True),
        ("custody_known", {"children_present": True}, {"person": [VICTIM | {"custody": False}, CHILD]}, True),
        ("act_described", {"description": "Hij heeft haar geslagen en uitgescholden."}, {}, True),
        ("act_described", {"description": "Er is contact geweest met het gezin."}, {}, False),
        ("help_known", {"description": "Het gezin heeft hulpverlening van het wijkteam."}, {}, True),
        ("pattern_described", {"description": "Dit is al vaker gebeurd."}, {}, True),
        ("pattern_described", {"description": "Er is iets gebeurd.", "escalation": True}, {}, True),
        ("wishes_told", {"description": "Zij is bang voor hem."}, {}, True),
        ("intoxication_answered", {"alcohol": False, "drugs": False}, {}, True),
        ("intoxication_answered", {"alcohol": False}, {}, False),
        ("whereabouts", {"description": "De verdachte is vertrokken naar zijn broer."}, {}, True),
        ("whereabouts", {"arrest": True}, {}, True),
        ("whereabouts", {"arrest": False}, {}, False),
        ("police_action_answered", {"arrest": False}, {}, True),
        ("police_action_answered", {}, {}, False),
        ("informed_answered", {"informed": None, "informed_explanation": "niet aanwezig"}, {}, True),
        ("informed_answered", {}, {}, False),
        ("reason_given", {"reason_for_report": "herhaling"}, {}, True),
        ("sources_told_apart", {}, {"entry": [{"source": "W", "text": "a"}, {"source": "O", "text": "b"}]}, True),
        ("sources_told_apart", {}, {"entry": [{"source": "W", "text": "a"}, {"source": "I", "text": "b"}]}, True),
        ("sources_told_apart", {}, {"entry": [{"source": None, "text": "a"}]}, False),
        ("sources_told_apart", {}, {"entry": [{"source": "W", "text": "a"}, {"source": None, "text": "b"}]}, False),
        ("sources_told_apart", {}, {"entry": [{"source": "T", "text": "a"}]}, False),
        ("sources_told_apart", {}, {}, False),
        ("both_sides", {}, {"entry": [{"source": "V", "text": "a"}, {"source": "V", "text": "b"}]}, True),
        ("both_sides", {}, {"entry": [{"source": "V", "text": "a"}]}, False),
    ],
)
def test_scoring_facts(fact, row, parts, expected):
    assert (facts(row, **parts)[fact] is True) is expected


@pytest.mark.parametrize(
    ("row", "person", "signals"),
    [
        ({}, None, []),
        ({"acute": True, "stalking": True}, None, ["acute", "stalking"]),
        ({"weapon": False, "strangulation": None}, None, []),
        ({"strangulation": True, "escalation": True, "weapon": True}, None, ["weapon", "strangulation", "escalation"]),
        ({"weapon_kind": "keukenmes"}, None, ["weapon"]),
        ({"weapon_kind": "keukenmes", "weapon": False}, None, []),
        ({"weapon_kind": "n.v.t."}, None, []),
        ({"weapon_kind": "geen"}, None, []),
        ({"weapon_kind": "Geen wapen gezien."}, None, []),
        ({"weapon_kind": "geen vuurwapen, een mes"}, None, ["weapon"]),
        ({"weapon_kind": "-"}, None, []),
        ({"incident_code": "F533"}, None, ["stalking"]),
        ({"incident_code": "F533", "stalking": False}, None, []),  # the officer says no
        ({"incident_code": "F70"}, None, ["weapon"]),
        ({"incident_code": "F72"}, None, ["weapon"]),
        ({"incident_code": "F550"}, None, []),
        ({"injury": True}, None, []),
        ({"injury": True}, [VICTIM, CHILD], ["injured_child"]),
        ({"injury": True}, [VICTIM | {"birth_date": "2008-11-23"}], ["injured_child"]),
        ({"injury": True}, [VICTIM | {"birth_date": "2008-11-22"}], []),
        ({"injury": True}, [VICTIM | {"birth_date": "2008-00-00"}], ["injured_child"]),
        ({"injury": True}, [VICTIM | {"birth_date": "2008-11-00"}], ["injured_child"]),
        ({"injury": True}, [VICTIM | {"birth_date": "2008-10-00"}], []),
        ({"injury": True}, [VICTIM | {"birth_date": "2007-00-00"}], []),
        ({"injury": True}, [VICTIM | {"birth_date": None}], []),
        ({"injury": True}, [VICTIM | {"birth_date": "2012-00-00"}], ["injured_child"]),
        ({"injury": True}, [SUSPECT | {"birth_date": "2012-01-01"}], []),
        ({"injury": True}, [VICTIM, CHILD | {"role": "HU"}], ["injured_child"]),
        ({"injury": True}, [VICTIM, VICTIM | {"person_number": 3, "role": "HU"}], []),
        ({"injury": False}, [VICTIM, CHILD], []),
    ],
)
def test_danger_that_was_ticked(row, person, signals):
    found = facts(row, person)
    assert sorted(found["danger"]) == sorted(signals)
    assert found["danger_told"] == []
    assert found["danger_possible"] is False


@pytest.mark.parametrize(
    ("began", "known", "born", "hurt_child"),
    [
        (datetime(2026, 11, 21, 22, 30, tzinfo=UTC), None, "2008-11-22", True),  # the evening before the birthday
        (datetime(2026, 11, 21, 23, 30, tzinfo=UTC), None, "2008-11-22", False),  # past midnight in Amsterdam
        (datetime(2026, 9, 20, tzinfo=UTC), None, "2008-11-22", True),
        (datetime(2026, 2, 28, 9, tzinfo=UTC), None, "2008-02-29", True),
        (datetime(2026, 3, 1, 9, tzinfo=UTC), None, "2008-02-29", False),
        (datetime(1970, 1, 1, tzinfo=UTC), None, "1990-03-04", False),  # before the birth: no day that can be
        (datetime(2030, 1, 1, tzinfo=UTC), None, "2008-11-23", True),  # after it was known: so is that
        (None, datetime(2026, 11, 21, 22, 30, tzinfo=UTC), "2008-11-22", True),
        (datetime(2026, 11, 22, tzinfo=UTC), None, "2027-01-10", True),  # to be born
    ],
)
def test_who_is_hurt_is_a_child_by_the_day_on_which_it_happened(began, known, born, hurt_child):
    row = {"injury": True, "committed_from": began} | ({"known_at": known} if known else {})
    assert facts(row, [VICTIM | {"birth_date": born}])["danger"] == ["injured_child"] * hurt_child


@pytest.mark.parametrize("box", ["acute", "weapon", "strangulation", "stalking", "escalation", "injury"])
def test_a_box_that_cannot_be_read_may_be_danger(box):
    assert facts({"problems": [f"unreadable:{box}"]})["danger_possible"] is True
    assert facts({"problems": ["unreadable:alcohol"]})["danger_possible"] is False


def test_danger_that_a_text_tells():
    told = pl.DataFrame({"row": [0, 0, 9], "signal": ["weapon", "weapon", "acute"]}, schema_overrides={"row": pl.Int64})
    assert facts(danger=replace(QUIET, told=told))["danger_told"] == ["weapon"]


@pytest.mark.parametrize(("row", "unread"), [(0, True), (9, False)])
def test_texts_that_cannot_be_read_may_tell_danger(row, unread):
    found = facts(danger=replace(QUIET, unread=pl.DataFrame({"row": [row]})))
    assert (found["danger_unread"], found["danger_possible"]) == (unread, unread)


def test_every_criterion_has_its_fact():
    found = facts()
    for rule in read_suite("well_founded").rules:
        assert rule.columns[0] in {*found, "routes"}


yes_no = st.sampled_from([True, False, None])
words = st.sampled_from([None, "", "ruzie", NARRATIVE, "é" * 3])
row = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["HG", "ZJ", None]),
        "committed_from": st.sampled_from([None, datetime(2026, 11, 22, 20, tzinfo=UTC)]),
        "suspicion": st.sampled_from(["01", None]),
        "description": words,
        "reason_for_report": words,
        "injury": yes_no,
        "acute": yes_no,
        "children_present": yes_no,
    }
)


@settings(max_examples=25, deadline=None)
@given(st.lists(row, min_size=1, max_size=5), st.booleans())
def test_score_and_gaps_follow_from_the_facts(drawn, children):
    """What a registration lacks does not hang on its neighbours, and adding up the weights gives the score."""
    person = [VICTIM | {"row": at} for at in range(len(drawn))] + [CHILD | {"row": 0}] * children
    found = registration_facts(tables(*drawn, person=person), QUIET).with_columns(routes=pl.lit(None, pl.Boolean))
    lines = score_criteria(found, NIGHT)[0].rows(named=True)
    rules = read_suite("well_founded").rules
    total = sum(rule.weight for rule in rules)
    assert [line["row"] for line in lines] == list(range(len(drawn)))
    for line, fact in zip(lines, found.rows(named=True), strict=True):
        assert set(line["gaps"]) == {rule.name for rule in rules if fact[rule.columns[0]] is not True}
        assert set(line["blocking_gaps"]) == {rule.name for rule in rules if rule.blocking} & set(line["gaps"])
        met = sum(rule.weight for rule in rules if rule.name not in line["gaps"])
        assert abs(line["substantiation_score"] - 100 * met / total) <= 0.5
    alone = [facts(one, [p | {"row": 0} for p in person if p["row"] == at]) for at, one in enumerate(drawn)]
    assert [fact | {"row": 0} for fact in found.drop("routes").rows(named=True)] == alone


def test_quality_is_told_of_the_registration_and_of_its_persons():
    parts = tables({"postcode": "12"}, {}, person=[VICTIM, VICTIM | {"row": 1, "birth_date": "1900-01-01"}])
    found, counts = judge_quality(parts, NIGHT)
    reasons = found.group_by("row").agg(pl.col("reason")).sort("row").rows()
    assert "quality:postcode_shape" in reasons[0][1]
    assert "quality:birth_date_is_no_stand_in" in reasons[1][1]
    assert counts.filter(pl.col("rule") == "postcode_shape").sort("suite").select("evaluated", "failed").rows() == [
        (2, 0),
        (2, 1),
    ]


@pytest.mark.parametrize(
    ("moments", "reasons"),
    [
        ({"known_at": datetime(2026, 11, 23, 22, 59, tzinfo=UTC)}, []),  # an export may be late
        ({"known_at": datetime(2027, 11, 22, 20, tzinfo=UTC)}, ["known_before_delivery"]),
        (
            {"committed_from": datetime(2027, 1, 2, tzinfo=UTC), "known_at": datetime(2027, 1, 2, tzinfo=UTC)},
            ["happened_before_delivery", "known_before_delivery"],
        ),
        ({"committed_until": datetime(2026, 11, 24, 0, 1, tzinfo=UTC)}, ["ended_before_delivery"]),
        ({"committed_until": datetime(2026, 11, 21, tzinfo=UTC)}, ["event_ends_after_it_begins"]),
    ],
)
def test_a_moment_that_cannot_be_is_a_reason_and_nothing_more(moments, reasons):
    found, _ = judge_quality(tables(moments), NIGHT)
    told = {reason.removeprefix("quality:") for reason in found["reason"]}
    assert sorted(reason for reason in told if "before" in reason or "after" in reason) == reasons
    assert scored(moments).row(0, named=True)["blocking_gaps"] == []


@pytest.mark.parametrize(
    ("birth_date", "can_be"),
    [("2090-01-01", False), ("2028-00-00", False), ("2027-06-30", True), ("1987-00-00", True), (None, True)],
)
def test_a_birth_date_later_than_that_of_an_expected_child_is_a_reason(birth_date, can_be):
    found, _ = judge_quality(tables({}, person=[VICTIM | {"birth_date": birth_date}]), NIGHT)
    assert ("quality:birth_date_can_be" in found["reason"].to_list()) is not can_be


def test_an_empty_part_has_no_facts():
    empty = tables({})
    empty = type(empty)(
        *(table.clear() for table in (empty.registration, empty.person, empty.entry, empty.prior_incident))
    )
    assert registration_facts(empty, QUIET).is_empty()


@pytest.mark.parametrize(
    ("row", "possible"),
    [
        ({"problems": ["duplicate_number:entry"]}, True),
        ({"problems": ["too_long:entry"]}, True),
        ({"problems": ["unreadable:entry"]}, True),
        ({"problems": ["no_number:person"]}, False),
        ({"problems": ["no_number:person"], "injury": True}, True),  # it may be the child
        ({"problems": ["no_number:prior_incident"], "injury": True}, False),
        ({"problems": ["unknown_code:entry.source"]}, False),
    ],
)
def test_what_was_set_aside_may_tell_of_danger(row, possible):
    assert facts(row)["danger_possible"] is possible


@pytest.mark.parametrize(
    ("row", "person", "possible"),
    [
        ({"children_present": True}, [], True),
        ({"children_present": True}, [SUSPECT], True),
        ({"children_present": True}, [VICTIM, SUSPECT], False),
        ({"children_present": False}, [SUSPECT], False),
        ({"children_present": None}, [SUSPECT], False),
        ({"children_present": True, "injury": False}, [SUSPECT], False),
        ({"children_present": True, "injury": None}, [], False),
    ],
)
def test_who_is_hurt_may_be_a_child_that_nobody_listed(row, person, possible):
    assert facts({"injury": True} | row, person)["danger_possible"] is possible
