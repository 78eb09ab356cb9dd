from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.outbox.checks import problems
from pipeline.outbox.delivery import reference
from pipeline.outbox.message import message, withdrawal
from pipeline.outbox.xml import NAMESPACES
from pipeline.policy.agreements import Contact
from tests.outbox.rows import (
    KNOWN,
    LOADED,
    NAMELESS,
    NO_ADDRESS,
    NUMBER,
    delivery,
    family,
    person,
    prior_incident,
    recall,
    signal,
)

YOUTH = {"kind": "youth_concern"}
DOMESTIC = {"kind": "domestic_violence"}


def read(content: bytes) -> etree._Element:
    return etree.fromstring(content)


def texts(content: bytes, path: str) -> list[str]:
    return [element.text or "" for element in read(content).xpath(path, namespaces=NAMESPACES)]


def reasons(content: bytes, path: str) -> list[str]:
    found = read(content).xpath(path, namespaces=NAMESPACES)
    return [element.get(f"{{{NAMESPACES['StUF']}}}noValue") for element in found]


SHAPES: dict[str, dict[str, Any]] = {
    "a family": {},
    "nobody": {"persons": [], "prior_incidents": []},
    "neither victim nor suspect": {"persons": [person(1, "HU")], "prior_incidents": []},
    "a secret address": {"persons": [person(1, "SO", secret_address=True, **NO_ADDRESS)], "prior_incidents": []},
    "sources only": {"persons": [person(1, "GE", **NAMELESS), person(2, "ME", **NAMELESS)], "prior_incidents": []},
    "nothing known": {
        "persons": [person(1, "SO", **NAMELESS, sex=None, lives_in=None)],
        "prior_incidents": [],
        "signals": [],
        "changes": dict.fromkeys(
            (
                "committed_from", "street", "house_number", "postcode", "place", "suspicion", "arrest", "complaint",
                "restraining_order", "informed", "informed_explanation", "description", "reason_for_report",
                "contact_department", "contact_phone", "contact_email", "honour", "injury", "drugs", "children_present",
            )
        )
        | {"nature": [], "entries": []},
    },
    "values that do not fit": {
        "persons": [
            person(
                1, "SO", family_name="V" * 201, given_names="P" * 201, name_prefix="van de weledele", phone="0" * 21,
                house_number="tegenover 12", house_number_suffix="1-hoog achter", postcode="25AA", birth_date="2023-02-30",
                bsn="123456789",
            )
        ],
        "prior_incidents": [],
        "changes": {"contact_department": "Afdeling " * 12, "contact_phone": "088-0000000, vragen naar het loket"},
    },
    "a period": {"changes": {"committed_until": datetime(2026, 11, 22, 20, 0, tzinfo=UTC)}},
    "a time to come": {"changes": {"committed_from": datetime(2027, 1, 1, tzinfo=UTC)}},
    "control characters": {"changes": {"description": "een\x00 twee\x0b drie\ud800"}},
    "a correction": {"changes": {"version": 2, "replaces_version": 1, "also_registered_as": ["PL0600-2026000009"]}},
}  # fmt: skip


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
@pytest.mark.parametrize("shape", SHAPES)
def test_both_validators_allow_every_shape(shape, kind, broken_rules):
    given_rows = dict(SHAPES[shape])
    changes = {**given_rows.pop("changes", {}), "kind": kind}
    made = delivery(changes, **given_rows)
    assert broken_rules(message(made)) == []
    assert broken_rules(withdrawal(made, recall())) == []


codes = st.none() | st.sampled_from(["partner", "ex-partner", "ouder", "kind", "broer-zus", "familie", "mantelzorger"])
anything = st.none() | st.text(max_size=12)
people = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from(["SO", "VE", "KI", "HU", "OU", "PR", "OV"]),
            "family_name": anything,
            "given_names": anything,
            "name_prefix": anything,
            "birth_date": anything | st.sampled_from(["1987-00-00", "2018-05-00", "1900-01-01", "2030-01-01"]),
            "sex": st.none() | st.sampled_from("MVO"),
            "bsn": st.none() | st.sampled_from(["999990019", "999999999", "000000000"]),
            "house_number": anything,
            "house_number_suffix": anything,
            "postcode": anything,
            "phone": anything,
            "organisation": anything,
            "interpreter_language": anything,
            "relation": codes,
            "relation_to": st.none() | st.integers(1, 5),
            "custody": st.none() | st.booleans(),
        }
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(people, st.sampled_from(["youth_concern", "domestic_violence"]), anything)
def test_every_delivery_makes_a_valid_message(broken_rules, rows, kind, description):
    persons = [person(number, **row) for number, row in enumerate(rows, 1)]
    made = delivery({"kind": kind, "description": description}, persons, [])
    assert broken_rules(message(made)) == []
    assert message(made) == message(made)


def test_incomplete_dates_are_a_day_and_say_what_is_known():
    born = {"1987-00-00": ("19870101", "M"), "2018-05-00": ("20180501", "D"), "1990-02-28": ("19900228", "V")}
    for text, expected in born.items():
        content = message(delivery(YOUTH, [person(1, "KI", birth_date=text)], []))
        element = read(content).find(f".//{{{NAMESPACES['BG']}}}geboortedatum")
        assert (element.text, element.get(f"{{{NAMESPACES['StUF']}}}indOnvolledigeDatum")) == expected


@pytest.mark.parametrize("text", [None, "0000-00-00", "1900-01-01", "2023-02-30", "2026-11-23", "onbekend"])
def test_no_birth_date_is_invented(text):
    content = message(delivery(YOUTH, [person(1, "KI", birth_date=text)], []))
    assert reasons(content, "//BG:geboortedatum") == ["waardeOnbekend"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"role": "KI"}, "jeugdige"),
        ({"role": "OU", "relation": "ouder", "relation_to": 9, "custody": True}, "ouder met gezag"),
        ({"role": "VE", "relation": "ouder", "relation_to": 9, "custody": False}, "ouder zonder gezag"),
        ({"role": "SO", "relation": "ouder", "relation_to": 9}, "ouder, gezag niet benoemd"),
        ({"role": "OU"}, "ouder, gezag niet benoemd"),
        ({"role": "HU", "relation": "broer-zus", "relation_to": 9}, "broer of zus"),
        ({"role": "ME", **NAMELESS}, "melder"),
        ({"role": "GE", **NAMELESS}, "informant"),
        ({"role": "PR"}, "overige professional"),
        ({"role": "OV"}, None),
        ({"role": "VE", "relation": "ex-partner", "relation_to": 8}, None),
    ],
)
def test_a_role_is_relative_to_the_youth_or_not_said(changes, text):
    child = person(9, "KI", birth_date="2018-01-01")
    content = message(delivery(YOUTH, [person(1, **changes), child], []))
    said = read(content).xpath("//JZ:jeugzorgrol", namespaces=NAMESPACES)[0]
    assert said.text == text
    if text is None:
        assert reasons(content, "//JZ:jeugzorgrol")[0] == "waardeOnbekend"


def test_the_childs_own_statement_makes_the_other_a_parent():
    child = person(2, "KI", birth_date="2018-01-01", relation="kind", relation_to=1)
    content = message(delivery(YOUTH, [person(1, "VE", custody=True), child], []))
    assert texts(content, "//JZ:jeugzorgrol") == ["ouder met gezag", "jeugdige"]


@pytest.mark.parametrize("born", ["2012-00-00", "2008-12-31", "2008-00-00", "2008-12-00"])
def test_a_minor_victim_is_the_youth_and_a_grown_up_one_is_not(born):
    minor, adult = person(1, "SO", birth_date=born), person(2, "SO", birth_date="1980-01-01")
    content = message(delivery(YOUTH, [minor, adult], []))
    assert texts(content, "//JZ:jeugzorgrol") == ["jeugdige", ""]


@pytest.mark.parametrize(
    ("roles", "capacity", "others"),
    [
        (["VE", "SO", "KI"], "002", 2),
        (["KI", "VE"], "001", 1),
        (["HU", "KI"], "003", 1),
        (["HU", "OV"], "002", 2),
    ],
)
def test_the_main_person_is_the_victim_else_the_suspect_else_a_child(roles, capacity, others):
    content = message(delivery(DOMESTIC, [person(n, role) for n, role in enumerate(roles, 1)], []))
    assert texts(content, "//ZKN:hoedanigheid") == [capacity]
    assert len(texts(content, "//ZKN:heeftAlsOverigBetrokkene")) == others
    if roles == ["HU", "OV"]:
        assert reasons(content, "//ZKN:heeftBetrekkingOp//ZKN:natuurlijkPersoon") == ["waardeOnbekend"]


@pytest.mark.parametrize(
    ("main", "other", "code"),
    [
        ({}, {"relation": "ex-partner", "relation_to": 1}, "008"),
        ({}, {"relation": "kind", "relation_to": 1}, "015"),
        ({"relation": "kind", "relation_to": 2}, {}, "027"),
        ({"relation": "mantelzorger", "relation_to": 2}, {}, "037"),
        ({}, {"relation": "partner", "relation_to": 3}, "004"),
        ({}, {"relation": "buur", "relation_to": 1}, "004"),
    ],
)
def test_a_relation_is_read_from_either_end(main, other, code):
    content = message(delivery(DOMESTIC, [person(1, "SO", **main), person(2, "VE", **other)], []))
    assert texts(content, "//ZKN:betrokkenheidRelatie") == [code]


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
def test_a_secret_address_is_withheld_and_said_to_be(kind):
    rows = [person(1, "SO", secret_address=True, **NO_ADDRESS), person(2, "VE")]
    content = message(delivery({"kind": kind, **NO_ADDRESS}, rows, []))
    assert content.count(b"Voorbeeldstraat") == 1
    assert b"nietGeautoriseerd" in content
    assert "vraag het contactpunt van de politie" in content.decode()


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
def test_a_secret_address_goes_nowhere_even_if_a_row_still_holds_it(kind):
    hidden = person(1, "SO", secret_address=True, street="Schuilstraat", place="Schuilstad", postcode="9999ZZ")
    assert b"Schuil" not in message(delivery({"kind": kind}, [hidden], []))


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
def test_sources_are_a_role_even_if_a_row_still_names_them(kind):
    rows = [person(1, "SO"), person(2, "ME", family_name="Buurvrouw"), person(3, "GE", given_names="Getuige-naam")]
    rows.append(person(4, "KI", relation="anders", relation_to=2))
    content = message(delivery({"kind": kind}, rows, []))
    assert b"Buurvrouw" not in content
    assert b"Getuige-naam" not in content


def test_a_number_that_fails_the_elfproef_is_not_sent():
    content = message(delivery(YOUTH, [person(1, "KI", bsn="123456789")], []))
    assert b"123456789" not in content
    assert texts(content, "//BG:inp.bsn") == []


def test_what_does_not_fit_is_said_in_words():
    row = person(1, "SO", house_number="tegenover 12", postcode="25AA", birth_date="2023-02-30")
    for kind in ("youth_concern", "domestic_violence"):
        content = message(delivery({"kind": kind}, [row], [])).decode()
        assert "adres zoals geregistreerd: tegenover 12 25AA" in content
        assert "geboortedatum zoals geregistreerd: 2023-02-30" in content


CONTACTS = {
    "all too long": ("Afdeling " * 12, "088-0000000, vragen naar het loket", f"{'e' * 250}@politie.invalid"),
    "a long phone alone": (None, "088-0000000, vragen naar het loket", None),
    "a long address alone": (None, None, f"{'e' * 250}@politie.invalid"),
    "a long department alone": ("Afdeling " * 12, None, None),
}


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
@pytest.mark.parametrize("contact", CONTACTS.values(), ids=CONTACTS)
def test_a_contact_that_does_not_fit_is_told_and_stops_no_message(contact, kind, broken_rules):
    changes = dict(zip(("contact_department", "contact_phone", "contact_email"), contact, strict=True))
    content = message(delivery({"kind": kind, **changes}))
    assert broken_rules(content) == []
    assert problems(read(content), LOADED.date()) == []
    said = content.decode()
    assert all(each.strip() in said for each in contact if each)


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
@pytest.mark.parametrize("nothing", [None, "", "\x00"])
def test_a_report_without_a_contact_names_the_desk_of_the_agreement(nothing, kind):
    without = delivery(
        {"kind": kind, **dict.fromkeys(("contact_department", "contact_phone", "contact_email"), nothing)}
    )
    agreed = replace(without, agreed_contact=Contact("Loket Voorbeeld", "0900-0000", "loket@politie.invalid"))
    for content in (message(agreed), withdrawal(agreed, recall())):
        assert "no_contact" not in problems(read(content), recall()["recalled_at"].date())
        assert all(each in content.decode() for each in ("Loket Voorbeeld", "0900-0000", "loket@politie.invalid"))
    own = replace(delivery({"kind": kind}), agreed_contact=Contact("Loket Voorbeeld"))
    assert b"Loket Voorbeeld" not in message(own)


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
def test_a_municipality_is_told_where_no_place_is_and_the_address_is_no_secret(kind):
    def told(**changes):
        return b"gemeente 0599" in message(
            delivery({"kind": kind}, [person(1, "SO", municipality_code="0599", **changes)], [])
        )

    assert told(place=None)
    assert not told()
    assert not told(place=None, secret_address=True)


def test_what_is_nothing_but_control_characters_leaves_no_empty_element():
    persons = [person(1, "SO", interpreter_language="\x00"), person(2, "PR", **NAMELESS, organisation=" \x0b")]
    assert problems(read(message(delivery(persons=persons))), LOADED.date()) == []


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
def test_signals_ground_and_secrecy_go_with_every_message(kind):
    changes = {"kind": kind, "contact_police_first": True, "urgency_hint": "within_24_hours", "weapon_kind": "mes"}
    content = message(delivery(changes, signals=[signal("acute", "text")])).decode()
    for said in ("acuut gevaar", "binnen 24 uur", "mes", "Wpg 18(1)", "Geheimhouding", "Neem eerst contact op"):
        assert said in content


def test_facts_are_told_apart_by_how_they_are_known():
    entries = [
        {"entry_number": 2, "written_at": None, "known_as": "heard", "text": "Er was vaker ruzie."},
        {"entry_number": 1, "written_at": None, "known_as": "stated", "text": "Hij sloeg mij."},
        {"entry_number": 3, "written_at": None, "known_as": "opinion", "text": None},
    ]
    told = texts(message(delivery({**YOUTH, "entries": entries})), "//JZ:omschrijvingIncident")[0].split("\n")
    assert told[1:] == ["[verklaard] Hij sloeg mij.", "[van horen zeggen] Er was vaker ruzie."]


def test_what_is_carried_of_another_registration_stands_under_its_number():
    entries = [
        {"registration_number": "PL0600-2026000007", "entry_number": None, "written_at": None, "known_as": None, "text": "Elders gemeld."},
        {"registration_number": NUMBER, "entry_number": 1, "written_at": "2026-11-22T21:30:00+00:00", "known_as": "seen", "text": "Blauwe plek."},
        {"registration_number": "PL0600-2026000007", "entry_number": 1, "written_at": None, "known_as": "stated", "text": "Hij sloeg."},
    ]  # fmt: skip
    content = message(delivery({**YOUTH, "entries": entries}, signals=[signal("acute", "carried")]))
    told = texts(content, "//JZ:omschrijvingIncident")[0].split("\n")
    assert told[1:] == [
        "[gezien door de politie, 22-11-2026 22:30] Blauwe plek.",
        "[uit PL0600-2026000007, beschrijving] Elders gemeld.",
        "[uit PL0600-2026000007, verklaard] Hij sloeg.",
    ]
    assert "acuut gevaar (uit een andere registratie)" in content.decode()


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
def test_long_and_masked_texts_go_whole_and_danger_comes_first(kind, broken_rules):
    long = "Zin met [derde 1] en [adres afgeschermd] erin.\x0bVervolg. " * 2000
    made = delivery(
        {"kind": kind, "description": long, "reason_for_report": "Zorg " * 3000}, signals=[signal("weapon")]
    )
    content = message(made)
    assert broken_rules(content) == []
    assert content.decode().count("[derde 1]") == 2000
    assert "erin. Vervolg." in content.decode()
    (context,) = texts(content, "//JZ:omschrijvingZorgelijkeSituatie")
    assert context.startswith("Signalen van gevaar: wapen.")


def test_what_history_and_triage_add_is_said_with_its_origin():
    pre_filled = [
        {"step": "acute_unsafety", "field": "weapon", "value": "yes", "evidence": ["weapon"], "origin": "officer"},
        {"step": "acute_unsafety", "field": "escalation_computed", "value": "yes", "evidence": ["2026-03-01"], "origin": "history"},
        {"step": "acute_unsafety", "field": "municipality", "value": "0518", "evidence": [], "origin": "officer"},
        {"step": "acute_unsafety", "field": "escalation_ticked", "value": "yes", "evidence": ["escalation"], "origin": "text"},
    ]  # fmt: skip
    changes = {"triage": pre_filled, "sequence": "repeat", "gaps": ["custody_known", "geheel_nieuw"]}
    content = message(delivery(changes, prior_incidents=[prior_incident(1, origin="history")])).decode()
    assert (
        "Wapen gebruikt of aanwezig, Vaker of ernstiger dan eerder (uit eerdere registraties: 2026-03-01), Escalatie (uit de tekst)."
        in content
    )
    assert "gevonden in eerdere registraties" in content
    assert "Herhaalde melding" in content
    assert "geheel_nieuw" in content
    assert "municipality" not in content


SAID_ELSEWHERE = {
    "region",
    "loaded_at",
    "delivered_at",
    "night",
    "kind",
    "unit",
    "replaces_version",
    "contact_police_first",
    "triage",
}


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
def test_every_column_of_a_report_changes_its_message(kind):
    full = {"kind": kind, "alcohol": True, "committed_until": datetime(2026, 11, 22, 20, 0, tzinfo=UTC)}
    full |= {"house_number_suffix": "bis", "weapon_kind": "mes", "urgency_hint": "within_24_hours", "informed": True}
    full |= {"also_registered_as": ["PL0600-2026000009"], "gaps": ["custody_known"]}
    row = delivery(full).report
    whole = message(delivery(full))
    for column in set(row) - SAID_ELSEWHERE:
        empty = {list: [], str: "ander"}.get(type(row[column]))
        if column == "committed_until" and kind == "youth_concern":
            continue  # the standard's date of a youth concern has no end
        if column in {"nature", "suspicion", "sequence", "urgency_hint"}:
            empty = [] if column == "nature" else None
        if column in {"version", "substantiation_score"}:
            empty = 77
        if column in {"known_at", "committed_from"}:
            empty = datetime(2026, 11, 1, tzinfo=UTC)
        assert message(delivery({**full, column: empty})) != whole, column


def test_sash_is_not_claimed():
    content = message(delivery(YOUTH, signals=[signal("stalking")]))
    assert texts(content, "//JZ:indicatieSASHIngevuld") == ["Nee"]
    assert texts(content, "//JZ:SASHniveau") == []


@pytest.mark.parametrize("kind", ["youth_concern", "domestic_violence"])
def test_a_withdrawal_names_the_number_and_the_reason_and_nobody(kind):
    content = withdrawal(delivery({"kind": kind}, []), recall())
    assert b"PL0600-2026000001" in content
    assert b"INTREKKING" in content
    assert "mag niet worden verstrekt" in content.decode()
    assert b"Voorbeeld1" not in content
    assert b'erwerkingssoort="V"' in content
    assert texts(content, "//StUF:referentienummer") == ["RE06.PL0600-2026000001.1.VT09.R"]


@given(st.text(min_size=1, max_size=60), st.integers(1, 9999), st.sampled_from(["report", "recall"]))
def test_a_reference_is_stable_short_and_safe_as_a_file_name(number, version, purpose):
    made = reference("RE06", number, version, "VT09", purpose)
    assert made == reference("RE06", number, version, "VT09", purpose)
    assert len(made) <= 40
    assert not set(made) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-~")


def test_references_differ_by_unit_number_version_region_and_purpose():
    keys = [
        ("RE06", "PL0600-2026000001", 1, "VT09", "report"),
        ("RE07", "PL0600-2026000001", 1, "VT09", "report"),
        ("RE06", "PL0600-2026000002", 1, "VT09", "report"),
        ("RE06", "PL0600-2026000001", 2, "VT09", "report"),
        ("RE06", "PL0600-2026000001", 1, "VT10", "report"),
        ("RE06", "PL0600-2026000001", 1, "VT09", "recall"),
        ("RE06", "x" * 60, 1, "VT09", "report"),
        ("RE06", "x" * 61, 1, "VT09", "report"),
    ]
    assert len({reference(*key) for key in keys}) == len(keys)


def test_times_are_dutch():
    content = message(delivery({**DOMESTIC, "known_at": KNOWN}))
    assert texts(content, "//StUF:tijdstipBericht") == ["20261123050000123"]
    assert texts(content, "//JZ:datumTijdMelding") == ["20261122221500"]


def test_the_day_of_a_late_evening_is_the_dutch_one():
    content = message(delivery({**YOUTH, "known_at": datetime(2026, 11, 22, 23, 30, tzinfo=UTC)}))
    assert texts(content, "//JZ:datumMelding") == [f"{date(2026, 11, 23):%Y%m%d}"]


def test_a_family_is_told_whole():
    content = message(delivery(DOMESTIC, family())).decode()
    for said in ("slachtoffer", "verdachte", "geboren 2018-05-00", "gezag: ja", "Pools", "Basisschool Voorbeeld"):
        assert said in content
