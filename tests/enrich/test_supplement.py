import json
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipeline.enrich.identity import identify
from pipeline.enrich.link import LINKS
from pipeline.enrich.supplement import Known, supplement
from pipeline.load.history import EARLIER_FACTS, EARLIER_PERSONS
from pipeline.policy.enrichment import read_enrichment
from pipeline.policy.triage import read_triage
from tests.enrich.people import ADA, KEY
from tests.enrich.rows import tables

NIGHT = date(2026, 11, 21)
KNOWN_AT = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
REPORT = {"known_at": KNOWN_AT, "kind": "HG", "incident_code": "F550", "nature": ["01", "04"]}


def of(schema, rows):
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row")


def before(day, number="PL0100-20250001", **facts):
    at = datetime.combine(day, datetime.min.time(), tzinfo=UTC).replace(hour=12)
    return {
        "earlier_unit": "RE01",
        "earlier_number": number,
        "earlier_version": 1,
        "night": day,
        "known_at": at,
        "kind": "HG",
    } | facts


def supplemented(registration=None, persons=(ADA,), priors=(), earlier=(), seen=(), kind="link", entries=()):
    given = tables([REPORT | (registration or {})], persons, priors, entries)
    links = [
        {"row": 0, "person_number": 1, "earlier_person_number": 1, "earlier_role": "SO", "kind": kind}
        | {name: each[name] for name in ("earlier_unit", "earlier_number", "earlier_version")}
        for each in earlier
    ]
    known = Known(
        persons=identify(given.person, KEY),
        links=of(LINKS, links),
        earlier=of(EARLIER_FACTS, earlier),
        seen_at_home=of(EARLIER_PERSONS, seen),
    )
    return supplement(given, known, read_enrichment(NIGHT), read_triage(NIGHT), NIGHT)


def prior(day, code="F550", **other):
    return {"person_number": 1, "date": day, "incident_code": code, "role": "VE"} | other


@pytest.mark.parametrize(
    ("incident", "kept"),
    [
        (prior(date(2025, 1, 1)), True),
        (prior(date(2021, 11, 21)), True),
        (prior(date(2021, 11, 20)), False),  # five years and a day
        (prior(date(2026, 12, 1)), False),  # not yet
        (prior(date(2025, 1, 1), code="A20"), False),  # theft
        (prior(date(2025, 1, 1), code=None), False),
        (prior(date(2025, 1, 1), person_number=2), False),  # a caller
    ],
)
def test_which_antecedents_are_kept(incident, kept):
    told = supplemented(persons=[ADA, ADA | {"role": "ME"}], priors=[incident])
    assert told.prior_incident.height == int(kept)


def test_what_both_name_is_told_once_with_the_outcome_of_the_export():
    day = date(2025, 6, 1)
    told = supplemented(
        priors=[prior(day, role="SO", outcome="sepot", source_registration="PL0100-20250001")],
        earlier=[before(day, incident_code="F550")],
    ).prior_incident
    assert told.select("origin", "outcome").rows() == [("export", "sepot")]


def test_what_both_name_by_its_number_is_one_on_whichever_day():
    named = prior(date(2025, 6, 2), role="SO", outcome="sepot", source_registration="PL0100-20250001")
    told = supplemented(priors=[named], earlier=[before(date(2025, 6, 1), incident_code="F550")]).prior_incident
    assert told.select("origin", "date").rows() == [("export", date(2025, 6, 2))]


@pytest.mark.parametrize("number", ["PL0100-20250001", None])
def test_what_both_name_is_the_domestic_violence_that_the_history_knows(number):
    day = date(2025, 6, 1)
    named = prior(day, role="SO", outcome="sepot", source_registration=number)
    told = supplemented(priors=[named], earlier=[before(day, incident_code="F550")])
    assert told.prior_incident.select("origin", "outcome").rows() == [("export", "sepot")]
    assert told.report["sequence"].item() == "repeat"


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("number", ["PL0100-20250001", None])
def test_of_what_the_export_names_twice_the_outcome_is_told(number, turned):
    named = [prior(date(2025, 6, 1), outcome=outcome, source_registration=number) for outcome in (None, "sepot")]
    told = supplemented(priors=named[::-1] if turned else named).prior_incident
    assert told["outcome"].to_list() == ["sepot"]


def test_what_only_the_history_knows_is_added():
    told = supplemented(earlier=[before(date(2025, 6, 1), incident_code="F530")]).prior_incident
    assert told.select("date", "incident_code", "role", "origin").rows() == [
        (date(2025, 6, 1), "F530", "SO", "history")
    ]


@pytest.mark.parametrize(
    "facts",
    [{"kind": "OV", "incident_code": "A20"}, {"earlier_number": "PL0600-2026000000"}],
    ids=["theft", "own number"],
)
def test_what_of_the_history_does_not_count(facts):
    assert supplemented(earlier=[before(date(2025, 6, 1)) | facts]).prior_incident.is_empty()


def test_domestic_violence_without_a_class_counts():
    told = supplemented(earlier=[before(date(2025, 6, 1), incident_code="E10", kind="OV", project_code="HG")])
    assert told.prior_incident["incident_code"].to_list() == [None]
    assert told.report["sequence"].item() == "repeat"


@pytest.mark.parametrize(
    ("code", "place"), [("F550", "first"), ("F95", "repeat"), ("F527", "repeat"), ("F526", "repeat")]
)
def test_what_nobody_marked_is_told_by_its_class(code, place):
    told = supplemented(earlier=[before(date(2025, 6, 1), incident_code=code, kind="OV")])
    assert told.prior_incident["incident_code"].to_list() == [code]
    assert told.report["sequence"].item() == place


def test_a_hint_tells_nothing_of_a_past():
    told = supplemented(earlier=[before(date(2025, 6, 1))], kind="hint")
    assert told.prior_incident.is_empty()
    assert told.report["sequence"].item() == "first"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], "first"),
        ([date(2025, 6, 1)], "repeat"),
        ([date(2026, 9, 5)], "follow_up"),
        ([date(2025, 6, 1), date(2026, 11, 1)], "follow_up"),
        ([date(2025, 6, 1), date(2024, 6, 1), date(2025, 1, 1)], "repeat"),
        ([NIGHT], "follow_up"),  # earlier on the day itself
    ],
)
def test_first_repeat_or_follow_up(days, expected):
    told = supplemented(earlier=[before(day, f"PL0100-2025{at}") for at, day in enumerate(days)]).report
    assert told["sequence"].item() == expected
    assert told["earlier_dates"].item().to_list() == sorted(days)


@pytest.mark.parametrize(
    ("registration", "earlier", "facts"),
    [
        ({}, [], []),
        ({}, [before(date(2024, 6, 1), incident_code="F550")], []),
        ({"strangulation": True}, [before(date(2024, 6, 1), incident_code="F530")], ["graver:5_after_2"]),
        (
            {},
            [
                before(date(2026, 11, 1), "PL1", incident_code="F551"),
                before(date(2026, 10, 1), "PL2", incident_code="F551"),
            ],
            ["more_often:3_after_0"],
        ),
        (
            {},
            [
                before(date(2026, 11, 1), "PL1", incident_code="F551"),
                before(date(2026, 8, 1), "PL2", incident_code="F551"),
            ],
            [],
        ),
    ],
)
def test_escalation_is_shown_with_its_facts(registration, earlier, facts):
    told = supplemented(registration, earlier=earlier).report
    assert told["escalation_facts"].item().to_list() == facts
    assert told["escalates"].item() == bool(facts)


def child(number, birth, given, **other):
    return (
        before(date(2026, 3, 1))
        | {
            "earlier_person_number": number,
            "role": "KI",
            "child": True,
            "address": home(),
            "birth": birth,
            "given_first": given,
        }
        | other
    )


def home():
    return identify(tables([{}], [ADA]).person, KEY)["address"].item()


def test_a_child_seen_at_the_address_and_not_here_is_named_by_number():
    told = supplemented(
        seen=[
            child(3, 5, 6),
            child(3, 5, 6, earlier_number="PL0100-20240001", night=date(2024, 3, 1)),
            child(4, 7, 8, child=False),
        ]
    )
    assert told.report["children_elsewhere"].item().to_list() == ["RE01 PL0100-20250001 3"]


def test_a_child_who_is_here_is_not_missing():
    kid = ADA | {"role": "KI", "given_names": "Cas", "birth_date": "2018-05-06"}
    known = identify(tables([{}], [kid]).person, KEY)
    seen = child(3, known["birth"].item(), known["given_sound"].item()[0])
    told = supplemented(persons=[ADA, kid], seen=[seen]).report
    assert told.select("residents", "children_listed").row(0) == (2, 1)
    assert told["children_elsewhere"].item().to_list() == []


@pytest.mark.parametrize(
    ("text", "gap"), [("De kinderen sliepen boven.", True), ("Zij maakten ruzie.", False), (None, False)]
)
def test_a_child_in_the_text_only_is_a_gap(text, gap):
    assert supplemented(entries=[{"entry_number": 1, "text": text}]).report["child_in_text_only"].item() == gap
    kid = ADA | {"role": "KI"}
    assert (
        not supplemented(persons=[ADA, kid], entries=[{"entry_number": 1, "text": text}])
        .report["child_in_text_only"]
        .item()
    )


def test_triage_says_where_each_field_came_from():
    told = supplemented({"acute": True, "alcohol": True}, earlier=[before(date(2025, 6, 1))]).report
    fields = {field["field"]: field for field in json.loads(told["triage"].item())}
    general = {name: field["value"] for name, field in fields.items() if field["step"] == "general"}
    assert general == {
        "receipt_date": "2026-11-21",
        "reporter_function": "01",
        "nature": "01|04",
        "sequence": fields["sequence"]["value"],
        "earlier_dates": "2025-06-01",
    }
    assert set(fields) - set(general) == {"acute_danger", "repeat", "alcohol", "neglect"}
    assert fields["acute_danger"] == {
        "step": "acute_unsafety",
        "field": "acute_danger",
        "value": "yes",
        "evidence": ["acute"],
        "origin": "officer",
    }
    assert (fields["repeat"]["origin"], fields["repeat"]["evidence"]) == ("history", ["2025-06-01"])
    assert fields["neglect"]["evidence"] == ["nature:04"]
    assert (told["urgency_hint"].item(), told["urgency_reasons"].item().to_list()) == (
        "within_24_hours",
        ["acute_danger"],
    )


def test_without_signs_the_triage_holds_what_is_general_and_unknown_is_no_sign():
    told = supplemented({"nature": None, "acute": None}).report
    assert {field["step"] for field in json.loads(told["triage"].item())} == {"general"}
    assert told["urgency_hint"].item() == "within_5_working_days"


def test_an_injured_child_is_urgent():
    told = supplemented({"injury": True}, persons=[ADA, ADA | {"role": "KI"}]).report
    assert told["urgency_reasons"].item().to_list() == ["injured_child"]


@pytest.mark.parametrize(("days", "said"), [(3, "3"), (0, "0"), (-3, None)])
def test_an_event_that_ended_before_it_began_has_no_duration(days, said):
    moments = {"committed_from": KNOWN_AT, "committed_until": KNOWN_AT + timedelta(days=days)}
    told = supplemented(moments).report
    fields = {field["field"]: field["value"] for field in json.loads(told["triage"].item())}
    assert fields.get("duration_days") == said
