from datetime import date

import pytest
from lxml import etree

from pipeline.errors import SettingsError
from pipeline.outbox.checks import Schemas, problems
from pipeline.outbox.message import message, withdrawal
from pipeline.outbox.xml import NAMESPACES
from tests.outbox.rows import delivery, person, recall

LATEST = date(2026, 11, 25)
YOUTH = message(delivery({"kind": "youth_concern"}))
GENERIC = message(delivery())
NIL = f"{{{NAMESPACES['xsi']}}}nil"
NO_VALUE = f"{{{NAMESPACES['StUF']}}}noValue"


def one(root, path):
    return root.xpath(path, namespaces=NAMESPACES)[0]


def test_what_we_make_is_sound():
    for kind in ("youth_concern", "domestic_violence"):
        assert problems(etree.fromstring(message(delivery({"kind": kind}))), LATEST) == []
        assert problems(etree.fromstring(withdrawal(delivery({"kind": kind}, []), recall())), LATEST) == []


@pytest.mark.parametrize(
    ("content", "path", "text", "code"),
    [
        (YOUTH, "//JZ:datumIncident", "20260230", "impossible_date"),
        (YOUTH, "//JZ:datumIncident", "2026112", "impossible_date"),
        (YOUTH, "//JZ:datumMelding", "202611222215", "impossible_date"),
        (YOUTH, "//JZ:datumIncident", "20261126", "future_date"),
        (YOUTH, "//BG:geboortedatum", "20300101", "future_date"),
        (GENERIC, "//JZ:datumTijd", "20261122256100", "impossible_date"),
        (GENERIC, "//JZ:datumTijdMelding", "20991231000000", "future_date"),
        (YOUTH, "//BG:inp.bsn", "123456789", "unsound_bsn"),
        (YOUTH, "//BG:inp.bsn", "000000000", "unsound_bsn"),
        (YOUTH, "//StUF:referentienummer", "", "no_reference"),
        (YOUTH, "//StUF:zender/StUF:organisatie", " ", "no_sender"),
        (GENERIC, "//StUF:ontvanger/StUF:organisatie", "", "no_receiver"),
        (GENERIC, "//StUF:tijdstipBericht", "", "no_time"),
        (YOUTH, "//JZ:identificatieVtMelding", "", "no_registration_number"),
        (YOUTH, "//JZ:locatieIncident", " ", "empty_element"),
    ],
)
def test_what_the_schema_lets_through_is_found(content, path, text, code):
    root = etree.fromstring(content)
    one(root, path).text = text
    assert code in problems(root, LATEST)


def test_empty_descriptions_and_contacts_are_found():
    for content, descriptions, contacts in (
        (YOUTH, ["//JZ:omschrijvingIncident", "//JZ:omschrijvingZorgelijkeSituatie"], "//JZ:contactgegevensVerdiepingOpInfo/*"),
        (GENERIC, ["//JZ:kent//JZ:omschrijving", "//JZ:omschrijvingZorgelijkeSituatie"], "//ZKN:heeftAlsContactpersoon//ZKN:gerelateerde/*"),
    ):  # fmt: skip
        root = etree.fromstring(content)
        for path in descriptions:
            one(root, path).text = "  "
        for element in root.xpath(contacts, namespaces=NAMESPACES):
            element.text = None
        assert {"no_description", "no_contact"} <= set(problems(root, LATEST))


def test_nil_needs_a_reason_of_the_standard():
    root = etree.fromstring(message(delivery({"kind": "youth_concern"}, [person(1, "KI", birth_date=None)], [])))
    element = one(root, "//BG:geboortedatum")
    element.set(NO_VALUE, "zomaar")
    assert problems(root, LATEST) == ["nil_without_reason"]
    del element.attrib[NO_VALUE]
    assert problems(root, LATEST) == ["nil_without_reason"]


def test_a_sash_level_needs_a_sash():
    root = etree.fromstring(YOUTH)
    sash = one(root, "//JZ:indicatieSASHIngevuld")
    level = etree.Element(f"{{{NAMESPACES['JZ']}}}SASHniveau")
    level.text = "hoog"
    sash.addnext(level)
    assert problems(root, LATEST) == ["sash_level_without_sash"]


@pytest.mark.parametrize(
    ("content", "path"), [(YOUTH, "//BG:feitelijkVerblijfsadresBinnenland"), (GENERIC, "//BG:adres")]
)
def test_a_person_needs_an_address_or_the_reason_for_none(content, path):
    root = etree.fromstring(content)
    address = one(root, path)
    address.getparent().remove(address)
    assert problems(root, LATEST) == ["person_without_address"]


def test_a_fixed_entity_kind_is_held():
    root = etree.fromstring(YOUTH)
    one(root, "//JZ:heeftBetrokken").set(f"{{{NAMESPACES['StUF']}}}entiteittype", "NPS")
    assert problems(root, LATEST) == ["wrong_entity_kind"]


def test_the_schemas_refuse_what_is_no_message(schemas):
    root = etree.fromstring(YOUTH)
    assert schemas.allows(root)
    one(root, "//JZ:jeugzorgrol").text = "slachtoffer"
    assert not schemas.allows(root)


def test_schemas_that_are_not_there_are_said(tmp_path):
    with pytest.raises(SettingsError, match="MELDSTROOM_STUF_XSD"):
        Schemas(tmp_path)
