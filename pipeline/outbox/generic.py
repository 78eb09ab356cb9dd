"""Domestic violence as `meldingGeneriekDi01`: one main person, the others beside; the rest is said in words."""

from __future__ import annotations

from lxml import etree

from pipeline.outbox import words
from pipeline.outbox.delivery import SOURCES, Delivery
from pipeline.outbox.fields import Row, address_line, fitting, minute, read_address, sound_bsn
from pipeline.outbox.xml import NOTHING, UNKNOWN, WITHHELD, add, add_given, add_known, add_nil, clean, tag
from pipeline.outbox.youth import add_birth_date
from pipeline.policy.stuf.identities import Party

FUNCTION = "meldingGeneriekDi01"
_CONTACT = "004"
_VICTIM = "002"


def add_domestic_violence(root: etree._Element, delivery: Delivery) -> None:
    """Append the body of a report of domestic violence to a message that has its header."""
    report = delivery.report
    main, capacity = main_person(delivery)
    body = add(root, "JZ:object", kind="ZAK")
    add(body, "ZKN:identificatie", report["registration_number"])
    _add_main(body, delivery, main, capacity)
    _add_parties(body, delivery)
    for person in delivery.persons:
        if person is not main:
            _add_other(body, delivery, person, main)
    _add_situation(body, delivery)
    add(body, "JZ:datumTijdMelding", minute(report["known_at"]))
    add(body, "JZ:soortmeldingCode", "VT")
    suspicion = report["suspicion"]
    said = delivery.codes.said("suspicion", suspicion) if suspicion else None
    add_known(add(body, "JZ:redenMelding"), "JZ:omschrijving", report["reason_for_report"] or said)
    add(body, "JZ:indicatieTerugkoppelingGewenst", "Ja")
    add(body, "JZ:verzoekOmschrijving", "Melding van huiselijk geweld, ter beoordeling door Veilig Thuis.")
    contact = delivery.reach.left_over
    notes = words.lines([words.delivery_notes(delivery), contact and f"Contact bij de politie: {contact}"])
    add(add(body, "JZ:overigeInformatie"), "JZ:omschrijving", notes)


def add_domestic_withdrawal(root: etree._Element, delivery: Delivery, recall: Row) -> None:
    """Append the body that withdraws a report of domestic violence: its number, the sentence, no person."""
    sentence = words.withdrawal(delivery, recall)
    body = add(root, "JZ:object", kind="ZAK")
    add(body, "ZKN:identificatie", delivery.report["registration_number"])
    concern = add(body, "ZKN:heeftBetrekkingOp", kind="ZAKOBJ")
    person = add_nil(add(concern, "ZKN:gerelateerde", kind="OBJ"), "ZKN:natuurlijkPersoon", NOTHING, kind="NPS")
    person.set(tag("StUF:verwerkingssoort"), "V")  # StUF: removal
    add(concern, "ZKN:hoedanigheid", _VICTIM)
    _add_parties(body, delivery)
    situation = add(add(body, "ZKN:betreft", kind="ZAKZOS"), "ZKN:gerelateerde", kind="ZOS")
    add(situation, "JZ:omschrijvingZorgelijkeSituatie", sentence)
    add(body, "JZ:datumTijdMelding", minute(recall["recalled_at"]))
    add(body, "JZ:soortmeldingCode", "VT")
    add(add(body, "JZ:redenMelding"), "JZ:omschrijving", sentence)
    add(body, "JZ:indicatieTerugkoppelingGewenst", "Nee")
    add(body, "JZ:verzoekOmschrijving", sentence)


def main_person(delivery: Delivery) -> tuple[Row | None, str]:
    """Return the person whom the report is about, with the capacity: a victim, else a suspect, else a child.

    Nobody, as victim, where there is none of these: a housemate is no witness because the form wants somebody.
    """
    for capacity in delivery.codes.capacities:
        for person in delivery.persons:
            if person["role"] == capacity.role:
                return person, capacity.code
    return None, _VICTIM


def _add_main(body: etree._Element, delivery: Delivery, person: Row | None, capacity: str) -> None:
    concern = add(body, "ZKN:heeftBetrekkingOp", kind="ZAKOBJ")
    related = add(concern, "ZKN:gerelateerde", kind="OBJ")
    if person is None:
        add_nil(related, "ZKN:natuurlijkPersoon", UNKNOWN, kind="NPS")
    else:
        natural = add(related, "ZKN:natuurlijkPersoon", kind="NPS")
        add_given(natural, "BG:inp.bsn", sound_bsn(person["bsn"]))
        add_known(natural, "BG:geslachtsnaam", fitting(person["family_name"], 200))
        add_given(natural, "BG:voorvoegselGeslachtsnaam", fitting(person["name_prefix"], 10))
        add_known(natural, "BG:voornamen", fitting(person["given_names"], 200))
        add(natural, "BG:geslachtsaanduiding", person["sex"] or "O")
        add_birth_date(natural, delivery, person)
        add_given(natural, "BG:sub.telefoonnummer", fitting(person["phone"], 20))
        _add_language(natural, person)
        _add_address(natural, delivery, person)
    add(concern, "ZKN:hoedanigheid", capacity)
    if delivery.report["informed"] is not None and person is not None:
        _add_informing(concern, delivery.report)


def _add_informing(concern: etree._Element, report: Row) -> None:
    # the export tells it of the report as a whole; the standard asks it of a person
    informing = add(concern, "ZKN:informering")
    if not report["informed"]:
        add_given(informing, "BG:redenNietGeinformeerd", report["informed_explanation"])
    add(informing, "BG:indicatieGeinformeerd", "Ja" if report["informed"] else "Nee")


def _add_language(natural: etree._Element, person: Row) -> None:
    if person["interpreter_language"] and clean(person["interpreter_language"]):
        add(add(natural, "BG:taal"), "BG:omschrijving", person["interpreter_language"])


def _add_address(natural: etree._Element, delivery: Delivery, person: Row) -> None:
    address = None if person["secret_address"] or person["role"] in SOURCES else read_address(person)
    if address is None:
        hidden = person["secret_address"] or person["role"] in SOURCES
        add_nil(natural, "BG:adres", WITHHELD if hidden else UNKNOWN)
        return
    group = add(natural, "BG:adres")
    add(group, "BG:soortadres", delivery.codes.home_address)
    dutch = add(group, "BG:nederlandsadres")
    add_known(dutch, "BG:wpl.woonplaatsNaam", address.place)
    add_given(dutch, "BG:gor.openbareRuimteNaam", address.street)
    add_known(dutch, "BG:aoa.postcode", address.postcode)
    add_given(dutch, "BG:aoa.huisnummer", address.number)
    add_given(dutch, "BG:aoa.huisletter", address.letter)
    add_given(dutch, "BG:aoa.huisnummertoevoeging", address.suffix)


def _add_parties(body: etree._Element, delivery: Delivery) -> None:
    reach = delivery.reach
    unit = _add_unit(add(body, "ZKN:heeftAlsInitiator", kind="ZAKBTRINI"), delivery.sender)
    contact = add(add(unit, "ZKN:heeftAlsContactpersoon", kind="OEHMDWCPR"), "ZKN:gerelateerde")
    add_given(contact, "ZKN:telefoonnummer", reach.phone)
    add_given(contact, "ZKN:emailadres", reach.email)
    add_given(contact, "ZKN:naam", reach.name)
    _add_unit(add(body, "ZKN:heeftAlsUitvoerende", kind="ZAKBTRUTV"), delivery.receiver)


def _add_unit(role: etree._Element, party: Party) -> etree._Element:
    related = add(role, "ZKN:gerelateerde", kind="BTR")
    unit = add(related, "ZKN:organisatorischeEenheid", kind="OEH")
    add(unit, "ZKN:identificatie", party.oin)
    add(unit, "ZKN:naam", party.name)
    return unit


def _add_other(body: etree._Element, delivery: Delivery, person: Row, main: Row | None) -> None:
    other = add(body, "ZKN:heeftAlsOverigBetrokkene", kind="ZAKBTROVR")
    related = add(other, "ZKN:gerelateerde", kind="BTR")
    organisation = fitting(person["organisation"], 50)
    if person["role"] == "PR" and organisation and clean(organisation):
        unit = add(related, "ZKN:organisatorischeEenheid", kind="OEH")
        add_nil(unit, "ZKN:identificatie", UNKNOWN)
        add(unit, "ZKN:naam", organisation)
    else:
        _add_other_person(add(related, "ZKN:natuurlijkPersoon", kind="NPS"), delivery, person)
    add(other, "ZKN:betrokkenheidRelatie", relation_code(delivery, person, main))


def _add_other_person(natural: etree._Element, delivery: Delivery, person: Row) -> None:
    if person["role"] in SOURCES:
        add_nil(natural, "BG:geslachtsaanduiding", WITHHELD)
        add_nil(natural, "BG:naam", WITHHELD)
    else:
        add_given(natural, "BG:inp.bsn", sound_bsn(person["bsn"]))
        add(natural, "BG:geslachtsaanduiding", person["sex"] or "O")
        add_given(natural, "BG:sub.telefoonnummer", fitting(person["phone"], 20))
        parts = (person["given_names"], person["name_prefix"], person["family_name"])
        name = fitting(" ".join(part for part in parts if part), 200)
        add_known(natural, "BG:naam", name, WITHHELD if person["role"] == "PR" else UNKNOWN)
        _add_language(natural, person)
    _add_address(natural, delivery, person)


def relation_code(delivery: Delivery, person: Row, main: Row | None) -> str:
    """Return `betrokkenheidRelatie` of somebody to the main person; 004 Contact where it is not stated."""
    relations = delivery.codes.relations
    if main is None:
        return _CONTACT
    if person["relation_to"] == main["person_number"] and person["relation"] in relations:
        return relations[person["relation"]].code
    if main["relation_to"] == person["person_number"] and main["relation"] in relations:
        return relations[main["relation"]].reverse
    return _CONTACT


def _add_situation(body: etree._Element, delivery: Delivery) -> None:
    report, questions = delivery.report, delivery.codes.questions
    situation = add(add(body, "ZKN:betreft", kind="ZAKZOS"), "ZKN:gerelateerde", kind="ZOS")
    add_known(situation, "JZ:omschrijvingZorgelijkeSituatie", words.context(delivery))
    add_given(situation, "JZ:nadereOmschrijving", _persons_in_words(delivery))
    said = {
        "restraining_order": words.restraining_order(report),
        "arrest": words.answer(report["arrest"]),
        "complaint": words.answer(report["complaint"]),
        "honour": words.answer(report["honour"]),
        "prior_incidents": words.lines(words.prior_incidents(delivery)) or None,
    }
    for name, code in questions.items():
        if said[name] is not None:
            question = add(situation, "JZ:vraagAntwoord")
            add(question, "JZ:vraagCode", code)
            add(question, "JZ:antwoord", said[name])
    _add_incident(situation, delivery)


def _persons_in_words(delivery: Delivery) -> str:
    """Return per person what the generic message has no field for: roles beside the main one, birth dates, custody."""
    main, _ = main_person(delivery)
    told = []
    for person in delivery.persons:
        # the main person's birth date has a field
        birth = None if person is main or person["role"] in SOURCES else words.born(person)
        said = [*filter(None, [words.person_notes(delivery, person), birth])]
        told.append(f"Betrokkene {person['person_number']}{_named(person)}: {'; '.join(said)}.")
    explained = words.informing(delivery.report)
    return words.lines([*told, explained and f"Betrokkenen geinformeerd: {explained}"])


def _named(person: Row) -> str:
    if person["role"] in SOURCES or not (person["family_name"] or person["given_names"]):
        return ""
    parts = (person["given_names"], person["name_prefix"], person["family_name"])
    return f" ({' '.join(part for part in parts if part)})"


def _add_incident(situation: etree._Element, delivery: Delivery) -> None:
    report = delivery.report
    start, end = report["committed_from"], report["committed_until"]
    incident = add(add(situation, "JZ:kent", kind="ZOSINC"), "JZ:gerelateerde", kind="INC")
    # a time after the police learnt of it is a typing error: told in words, not as a time
    sound = start is not None and start <= report["known_at"]
    if sound and end is not None and start < end <= report["known_at"]:
        period = add(incident, "JZ:periodeVanTot")
        add(period, "JZ:datumtijdBegin", minute(start))
        add(period, "JZ:datumtijdEinde", minute(end))
    elif sound:
        add(incident, "JZ:datumTijd", minute(start))
    mistaken = f"Begin zoals geregistreerd: {start:%d-%m-%Y}." if start is not None and not sound else None
    add_known(incident, "JZ:omschrijving", words.lines([words.description(delivery), mistaken]))
    add_known(incident, "JZ:locatieAanduiding", address_line(report))
