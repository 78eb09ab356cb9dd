"""What leaves of a registration: what the night forwards and what the desk releases, over the shipped policy."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from pipeline import stages
from pipeline.decide.criteria import score_criteria
from pipeline.decide.danger_text import detect_danger
from pipeline.desk.masks import Mask
from pipeline.desk.outgoing import prepare
from pipeline.desk.queue import Item
from pipeline.enrich.identity import identify
from pipeline.enrich.link import LINKS
from pipeline.enrich.supplement import Known
from pipeline.load.history import EARLIER_FACTS, EARLIER_PERSONS
from pipeline.policy.agreements import read_agreements
from pipeline.policy.disclosure import read_disclosure
from pipeline.policy.reference import read_reference
from pipeline.policy.rules import read_rules
from pipeline.redact import read_redactor
from tests.builders import NUMBER, SUSPECT, VICTIM, tables

NIGHT = date(2026, 11, 22)
SEEN = "Wij zagen dat Ada een blauw oog had."


@pytest.fixture(scope="module")
def policy():
    agreement = read_agreements().in_force("RE06", NIGHT)
    terms = read_disclosure(NIGHT).terms(agreement, NIGHT, "test")
    return stages.Policy(read_rules(), read_reference(), agreement, True, terms)


def told(text, source="W", **more):
    return tables(entry=[{"source": source, "text": text} | more])


def concluded(given, policy):
    enriched = stages.enrich(given, policy)
    scores, _ = score_criteria(enriched.facts, NIGHT)
    return stages.conclude(given, stages.find(enriched, scores), enriched, scores, policy)


MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
ITEM = Item("RE06", NIGHT, "x", 0, "n", 1, "hold", [], [], [], [], False, MOMENT, MOMENT, 0, 50)


def released(given, policy, regions=("VT09",), masks=None):
    nobody = (LINKS.to_frame(), EARLIER_FACTS.to_frame(), EARLIER_PERSONS.to_frame())
    unknown = Known(identify(given.person, b"k" * 32), *nobody)
    return prepare(given, ITEM, policy, read_redactor(), unknown, regions, masks)


def report_of(given, policy, **more):
    return released(given, policy, **more).staging.report.row(0, named=True)


def test_texts_leave_redacted_and_say_how_they_are_known(policy):
    report = report_of(told(f"{SEEN} Buurman Hendriks keek toe."), policy)
    assert json.loads(report["entries"]) == [
        {
            "registration_number": NUMBER,
            "version": 1,
            "entry_number": 1,
            "written_at": None,
            "known_as": "seen",
            "text": "Wij zagen dat Ada een blauw oog had. [derde 1, buurman] keek toe.",
        }
    ]
    assert report["description"] == "Ter plaatse zagen wij dat het slachtoffer een blauw oog had."
    assert not report["contact_police_first"]


@pytest.mark.parametrize(
    ("kind", "mark", "reported"),
    [
        ("HG", None, "domestic_violence"),
        ("ZJ", None, "youth_concern"),
        ("ZJ", "HG", "youth_concern"),
        ("HG", "KM", "domestic_violence"),
        (None, "KM", "youth_concern"),
        (None, "HG", "domestic_violence"),
    ],
)
def test_what_kind_of_report_it_is(policy, kind, mark, reported):
    assert report_of(tables({"kind": kind, "project_code": mark}), policy)["kind"] == reported


@pytest.mark.parametrize("source", ["T", "I", None, "X"])
def test_an_entry_of_another_source_leaves_nothing(policy, source):
    assert report_of(told(SEEN, source), policy)["entries"] == "[]"


@pytest.mark.parametrize(
    "given",
    [
        told(f"{SEEN} De telefoon van Bob wordt sinds maandag getapt."),
        told("Morgen om 06.00 uur aanhouding.", "T"),
        tables({"investigation_number": "26Koper"}),
    ],
)
def test_what_police_work_may_hang_on_leaves_a_flag(policy, given):
    assert report_of(given, policy)["contact_police_first"]


def test_a_doubt_holds_and_the_rest_goes(policy):
    doubtful = "De huisarts zei dat de arm van Ada gebroken is."
    rows = [{"row": row, "registration_number": f"PL0600-202600000{row}"} for row in (0, 1)]
    given = tables(
        *rows,
        person=[{"row": row} | person for row in (0, 1) for person in (VICTIM, SUSPECT)],
        entry=[{"row": 0, "source": "V", "text": doubtful}, {"row": 1, "source": "W", "text": SEEN}],
    )
    decided = concluded(given, policy)
    assert decided.verdict.select("outcome", pl.col("reasons").list.first()).rows() == [
        ("hold", "text_doubt"),
        ("forward", "well_founded"),
    ]
    assert decided.allowed.registration.get_column("registration_number").to_list() == ["PL0600-2026000001"]


SCHOOL = {"person_number": 3, "role": "PR", "organisation": "Basisschool De Linde", "family_name": "Bakker"}
BREAKING = "Ada had een bijzondere dag."


def test_a_text_that_breaks_the_redactor_holds_its_registration_alone(policy, break_redactor, caplog):
    rows = [{"row": row, "registration_number": f"PL0600-202600000{row}"} for row in range(5)]
    given = tables(
        *rows,
        person=[{"row": row} | person for row in range(5) for person in (VICTIM, SUSPECT)],
        entry=[{"row": row, "source": "W", "text": BREAKING if row == 3 else SEEN} for row in range(5)],
    )
    undisturbed = concluded(given, policy)
    break_redactor(BREAKING)
    decided = concluded(given, policy)
    firsts = decided.verdict.select("outcome", pl.col("reasons").list.first()).rows()
    assert firsts == [("forward", "well_founded")] * 3 + [("hold", "text_unread"), ("forward", "well_founded")]
    for table in ("registration", "entry"):
        left = getattr(undisturbed.allowed, table).filter(pl.col("row") != 3)
        assert getattr(decided.allowed, table).equals(left)
    assert "could not be redacted" in caplog.text
    assert "Ada" not in caplog.text


@pytest.mark.parametrize("error", [ValueError, pl.exceptions.PanicException])
def test_texts_that_break_the_reading_of_danger_hold_their_registration_alone(policy, monkeypatch, caplog, error):
    def stops(texts, *more):
        if BREAKING in texts.get_column("text"):
            raise error(BREAKING)
        return detect_danger(texts, *more)

    # 2 lacks facts too: it would go back to its unit, had its texts told no danger
    rows = [{"row": row, "registration_number": f"PL0600-202600000{row}"} for row in range(5)]
    rows[2] |= {"suspicion": None, "committed_from": None}
    given = tables(
        *rows,
        person=[{"row": row} | person for row in range(5) for person in (VICTIM, SUSPECT)],
        entry=[
            {"row": row, "source": "W", "text": BREAKING if row in {1, 2} else f"{SEEN} Hij had een mes."}
            for row in range(5)
        ],
    )
    undisturbed = concluded(given, policy)
    monkeypatch.setattr("pipeline.decide.danger.detect_danger", stops)
    decided = concluded(given, policy)
    assert decided.verdict.select("outcome", pl.col("reasons").list.first(), "in_danger").rows() == [
        ("forward", "well_founded", True),
        ("hold", "danger_unread", True),
        ("hold", "poorly_founded_in_danger", True),
        ("forward", "well_founded", True),
        ("forward", "well_founded", True),
    ]
    others = ~pl.col("row").is_in([1, 2])
    assert decided.verdict.filter(others).equals(undisturbed.verdict.filter(others))
    assert undisturbed.verdict.filter(~others).get_column("outcome").to_list() == ["forward", "return"]
    assert "could not be read for danger" in caplog.text
    assert "Ada" not in caplog.text


@pytest.mark.parametrize("masks", [None, [Mask("entry", 1, 0, 3)]])
def test_the_desk_lets_no_text_go_that_breaks_the_redactor(policy, break_redactor, masks):
    given = tables(person=[VICTIM, SUSPECT, SCHOOL], entry=[{"source": "W", "text": BREAKING}])
    break_redactor(BREAKING)
    out = released(given, policy, masks=masks)
    report, professional = out.staging.report.row(0, named=True), out.staging.person.filter(role="PR")
    assert (report["description"], report["entries"], report["contact_police_first"]) == (None, "[]", True)
    assert professional.get_column("organisation").to_list() == [None]
    assert out.originals["entry", 1] == BREAKING
    assert {(done.text, done.spans[0].rule) for done in out.texts.values()} == {(None, "unread")}
    assert "unread:3" in out.entries.item(0, "withheld")


def test_what_is_withheld_of_the_texts_is_counted_with_the_rest(policy):
    decided = concluded(told(f"{SEEN} Buurman Hendriks belde 0671234567."), policy)
    assert set(decided.withheld.select("kind", "rule", "count").rows()) >= {
        ("third_party", "third_party", 1),
        ("phone", "phone", 1),
    }


def test_the_desk_leaves_out_besides(policy):
    masks = [Mask("entry", 1, SEEN.index("blauw"), SEEN.index(" had"))]
    assert "dat Ada een [weggelaten] had" in report_of(told(SEEN), policy, masks=masks)["entries"]


@pytest.mark.parametrize(("text", "left"), [(SEEN, "Basisschool De Linde"), ("Bob bedreigde de juf.", None)])
def test_a_professional_source_is_an_organisation_unless_under_threat(policy, text, left):
    given = tables(person=[VICTIM, SUSPECT, SCHOOL], entry=[{"source": "V", "text": text}])
    person = released(given, policy).staging.person.filter(role="PR").row(0, named=True)
    assert (person["organisation"], person["family_name"]) == (left, None)


NOWHERE = {"street": None, "postcode": None, "municipality_code": None, "place": "Brussel"}
BETWEEN = NOWHERE | {"place": None, "municipality_code": "0788"}  # Haaren, parted over two regions
NO_ADDRESS = NOWHERE | {"place": None}


@pytest.mark.parametrize(
    ("address", "row", "outcome", "reason"),
    [
        (NOWHERE, {}, "return", "poorly_founded"),
        (NOWHERE, {"stalking": True}, "hold", "poorly_founded_in_danger"),
        (NO_ADDRESS, {}, "return", "poorly_founded"),
        (BETWEEN, {}, "hold", "unroutable"),
    ],
)
def test_an_address_that_leads_nowhere_goes_back_and_one_between_regions_waits(policy, address, row, outcome, reason):
    home = address | {"house_number": None}
    given = tables(address | row, person=[VICTIM | home, SUSPECT | home])
    [line] = concluded(given, policy).verdict.iter_rows(named=True)
    assert (line["outcome"], line["reasons"][0]) == (outcome, reason)
    assert ("routes" in line["gaps"]) is (address is not BETWEEN)


def test_a_home_of_which_nobody_can_read_whether_it_is_secret_routes_nowhere(policy):
    assert "secret_address" in policy.agreement.leaves_empty
    unread = {"problems": ["unreadable:person.secret_address"]}
    given = tables(unread, person=[VICTIM | {"secret_address": None}, SUSPECT])
    [line] = concluded(given, policy).verdict.iter_rows(named=True)
    assert (line["outcome"], line["reasons"][0], line["leads_to"]) == ("hold", "secret_address", [])


@pytest.mark.parametrize(
    ("row", "person", "urgency"),
    [
        ({"injury": True}, VICTIM | {"birth_date": "2015-03-04"}, "within_24_hours"),
        ({"injury": True}, VICTIM, "within_5_working_days"),
        ({"description": "De baby heeft een blauwe plek op zijn wang, door de klap."}, VICTIM, "within_24_hours"),
    ],
)
def test_a_hurt_child_is_urgent_however_it_is_known(policy, row, person, urgency):
    staging = released(tables(row, person=[person, SUSPECT]), policy).staging
    assert staging.report["urgency_hint"].item() == urgency
    assert ("injured_child" in staging.danger_signal["signal"].to_list()) is (urgency == "within_24_hours")


@pytest.mark.parametrize(
    ("row", "told_in_text", "goes"),
    [({"acute": True}, "", True), ({}, "Hij bedreigde haar met een mes.", True), ({}, "", False)],
)
def test_the_ledger_says_whether_a_danger_signal_went(policy, row, told_in_text, goes):
    """Also where no box of the report itself holds anything: the signals have a table of their own."""
    given = told(f"{SEEN} {told_in_text}")
    given = replace(
        given, registration=given.registration.with_columns(**{box: pl.lit(yes) for box, yes in row.items()})
    )
    (entry,) = released(given, policy).entries.to_dicts()
    assert ("danger_signals" in entry["elements"]) is goes


@pytest.mark.parametrize(
    ("given", "goes"),
    [(tables({"description": None}), False), (told(SEEN), True), (tables(), True)],
)
def test_the_ledger_says_whether_a_text_went(policy, given, goes):
    (entry,) = released(given, policy).entries.to_dicts()
    assert ("narrative" in entry["elements"]) is goes
    assert entry["elements"] == sorted(set(entry["elements"]))


@pytest.mark.parametrize(
    ("ticked", "heard", "possible", "expected"),
    [
        ([], [], False, False),
        (["acute"], [], False, True),
        ([], ["acute"], False, True),
        (["acute"], ["acute"], False, True),
        ([], [], True, True),
    ],
)
def test_danger_counts_however_it_is_known(ticked, heard, possible, expected):
    lists = {"danger": pl.List(pl.String), "danger_told": pl.List(pl.String), "danger_possible": pl.Boolean}
    facts = pl.DataFrame([(ticked, heard, possible)], schema=lists, orient="row")
    assert facts.select(stages.in_danger()).item() is expected


def test_that_somebody_informed_the_police_before_is_no_past(policy):
    day = date(2026, 1, 2)
    prior = [{"person_number": 1, "incident_code": "F550", "date": day, "role": role} for role in ("VE", "IN", None)]
    told = released(tables(prior=prior), policy).staging.prior_incident
    assert told.get_column("role").to_list() == [None, "VE"]


SHELTER = {"street": "Schuilgracht", "house_number": "77", "postcode": "9711ZZ", "place": "Groningen"}
IN_SHELTER = VICTIM | SHELTER | {"municipality_code": "0014", "secret_address": True}
CHILD = {"person_number": 3, "role": "KI", "family_name": "Testman", "given_names": "Eva", "secret_address": False}


@pytest.mark.parametrize(
    ("people", "event"),
    [
        ([IN_SHELTER, SUSPECT, CHILD | SHELTER], {}),  # the child is listed there openly
        ([IN_SHELTER | dict.fromkeys((*SHELTER, "municipality_code")), SUSPECT], SHELTER),  # the address was left out
        ([IN_SHELTER, SUSPECT], SHELTER | {"postcode": "9711ZY", "house_number": "77A"}),
    ],
)
def test_no_text_tells_an_address_that_no_column_may(policy, people, event):
    text = "Zij verblijft aan de Schuilgracht 77 te Groningen. Wij zagen een blauw oog."
    given = tables(
        event | {"municipality_code": "0014" if event else "0518"}, person=people, entry=[{"source": "W", "text": text}]
    )
    out = released(given, policy)
    everything = json.dumps([table.to_dicts() for table in vars(out.staging).values()], default=str)
    assert not [word for word in ("Schuilgracht", "77", "Groningen", "9711", "0014") if word in everything]
    assert "blauw oog" in everything


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        ((), {"VT09": {1, 2}, "VT01": {2, 3}}),
        (("VT01", "VT09"), {"VT09": {1, 2}, "VT01": {2, 3}}),
        (("VT09",), {"VT09": {1, 2, 3}}),  # the child would stand nowhere
        (("VT10",), {"VT10": {1, 2, 3}}),
        (("VT09", "VT10"), {"VT09": {1, 2}, "VT10": {1, 2, 3}}),
    ],
)
def test_whichever_regions_a_person_chooses_nobody_of_a_family_is_left_out(policy, regions, expected):
    child = {"role": "KI", "given_names": "Kim", "secret_address": False, "municipality_code": "0363"}
    given = tables(person=[VICTIM, SUSPECT, child])
    persons = released(given, policy, regions).staging.person
    told = {region: set(part["person_number"]) for (region,), part in persons.group_by("region")}
    assert told == expected


def test_what_happened_at_a_home_that_is_no_secret_is_told_where(policy):
    people = [
        VICTIM | {"secret_address": True} | dict.fromkeys(("postcode", "house_number", "municipality_code")),
        SUSPECT,
    ]
    given = tables(person=people, entry=[{"source": "W", "text": "Wij waren in de woning aan de Dorpsstraat 1."}])
    assert "Dorpsstraat 1" in report_of(given, policy)["entries"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("texts", [("Wij zagen een duw.", "Wij zagen een klap."), ("", "")])
def test_which_of_two_rows_of_one_version_goes_does_not_follow_from_their_order(policy, order, texts):
    """Nor where only their children differ, as in nested lines."""
    rows = [{"description": text, "content_hash": digest} for text, digest in zip(texts, "ab", strict=True)]
    given = tables(*(rows[at] for at in order), person=[])
    found = stages.screen(given, policy).filter(pl.col("reason") == "contents_changed")
    assert [given.registration["content_hash"][row] for row in found["row"]] == ["a"]


@pytest.mark.parametrize(
    ("boxes", "text", "origin"),
    [
        ({"strangulation": False}, "Wij hoorden dat hij zijn handen om haar keel had en kneep.", "text"),
        ({"strangulation": True}, "Wij hoorden dat hij zijn handen om haar keel had en kneep.", "officer"),
        ({"strangulation": True}, SEEN, "officer"),
    ],
)
def test_a_danger_signal_is_said_to_be_the_officers_only_where_the_officer_ticked_it(boxes, text, origin, policy):
    report = report_of(tables(boxes, entry=[{"source": "V", "text": text}]), policy)
    assert {field["field"]: field["origin"] for field in json.loads(report["triage"])}["strangulation"] == origin


def test_a_stand_in_for_an_unknown_birth_date_is_no_birth_date(policy):
    given = tables(person=[VICTIM | {"birth_date": "1900-01-01"}, SUSPECT | {"birth_date": "1980-00-00"}])
    persons = released(given, policy).staging.person.sort("person_number")
    assert persons["birth_date"].to_list() == [None, "1980-00-00"]
