"""A youth concern as `vtMeldingDi01`: what the schema asks for, in its order."""

from __future__ import annotations

from lxml import etree

from pipeline.clock import local_day
from pipeline.outbox import words
from pipeline.outbox.delivery import SOURCES, Delivery
from pipeline.outbox.fields import NO_ADDRESS, Row, address_line, fitting, read_address, sound_bsn, stuf_date
from pipeline.outbox.xml import NOTHING, UNKNOWN, WITHHELD, add, add_given, add_known, add_nil, tag

FUNCTION = "vtMeldingDi01"


def add_youth_concern(root: etree._Element, delivery: Delivery) -> None:
    """Append the body of a youth concern to a message that has its header."""
    report = delivery.report
    body = add(root, "JZ:object", kind="VTM")
    add(body, "JZ:identificatieVtMelding", report["registration_number"])
    _add_event(body, delivery)
    # nobody asked for a meeting, and there is no field for it in the export
    add(body, "JZ:indicatieAgenderingAfstemmingsoverlegGewenst", "Nee")
    _add_contact(body, delivery)
    add_given(body, "JZ:informering", words.informing(report))
    # the export carries no SASH form: stalking is told among the signals
    add(body, "JZ:indicatieSASHIngevuld", "Nee")
    _add_situation(body, delivery)
    _add_submitter(body, delivery)


def add_youth_withdrawal(root: etree._Element, delivery: Delivery, recall: Row) -> None:
    """Append the body that withdraws a youth concern: its number, the sentence, no person."""
    sentence = words.withdrawal(delivery, recall)
    body = add(root, "JZ:object", kind="VTM")
    add(body, "JZ:identificatieVtMelding", delivery.report["registration_number"])
    add(body, "JZ:datumMelding", f"{delivery.day:%Y%m%d}")
    add_nil(body, "JZ:datumIncident", NOTHING)
    add_nil(body, "JZ:locatieIncident", NOTHING)
    add(body, "JZ:omschrijvingIncident", sentence)
    add(body, "JZ:indicatieAgenderingAfstemmingsoverlegGewenst", "Nee")
    _add_contact(body, delivery)
    add(body, "JZ:indicatieSASHIngevuld", "Nee")
    concern = add(body, "JZ:betreft", kind="VTMZOS")
    concern.set("verwerkingssoort", "V")  # StUF: removal
    situation = add(concern, "JZ:gerelateerde", kind="ZOS")
    add(situation, "JZ:omschrijvingZorgelijkeSituatie", sentence)
    add_nil(situation, "JZ:heeftBetrokken", NOTHING, kind="ZOSNPS", plain=True)
    _add_submitter(body, delivery)


def _add_event(body: etree._Element, delivery: Delivery) -> None:
    report = delivery.report
    start = report["committed_from"]
    day = local_day(start) if start else None
    add(body, "JZ:datumMelding", f"{delivery.day:%Y%m%d}")
    # an event after the police learnt of it is a typing error: told in words, not as a date
    add_known(body, "JZ:datumIncident", f"{day:%Y%m%d}" if day and day <= delivery.day else None)
    add_known(body, "JZ:locatieIncident", address_line(report))
    told = words.description(delivery)
    mistaken = f"Begin zoals geregistreerd: {day:%d-%m-%Y}." if day and day > delivery.day else None
    add_known(body, "JZ:omschrijvingIncident", words.lines([told, mistaken]))


def _add_contact(body: etree._Element, delivery: Delivery) -> None:
    contact, reach = add(body, "JZ:contactgegevensVerdiepingOpInfo"), delivery.reach
    add_given(contact, "JZ:afdeling", reach.said)
    add_given(contact, "JZ:eMail", reach.email)
    add_given(contact, "JZ:telefoonnummer", reach.phone)


def _add_situation(body: etree._Element, delivery: Delivery) -> None:
    report = delivery.report
    situation = add(add(body, "JZ:betreft", kind="VTMZOS"), "JZ:gerelateerde", kind="ZOS")
    add_known(situation, "JZ:omschrijvingZorgelijkeSituatie", words.context(delivery))
    for line in words.prior_incidents(delivery):
        add(situation, "JZ:relevanteRegistratie", line)
    add_given(situation, "JZ:aanvullendeInformatie", words.delivery_notes(delivery))
    add_given(situation, "JZ:tijdelijkHuisverbod", words.restraining_order(report))
    add_given(situation, "JZ:aanhouding", words.answer(report["arrest"]))
    add_given(situation, "JZ:aangifte", words.answer(report["complaint"]))
    add_given(situation, "JZ:eergerelateerdGeweld", words.answer(report["honour"]))
    for person in delivery.persons:
        _add_person(situation, delivery, person)
    if not delivery.persons:
        add_nil(situation, "JZ:heeftBetrokken", UNKNOWN, kind="ZOSNPS", plain=True)


def _add_person(situation: etree._Element, delivery: Delivery, person: Row) -> None:
    involved = add(situation, "JZ:heeftBetrokken", kind="ZOSNPS")
    natural = add(involved, "JZ:gerelateerde", kind="NPS")
    if person["role"] in SOURCES:
        add_nil(natural, "BG:geslachtsnaam", WITHHELD)
        add_nil(natural, "BG:geslachtsaanduiding", WITHHELD)
        _add_address(natural, None, WITHHELD)
    else:
        _add_identity(natural, delivery, person)
    add_known(involved, "JZ:jeugzorgrol", youth_role(delivery, person))
    notes = f"betrokkene {person['person_number']}; {words.person_notes(delivery, person)}"
    add(involved, "JZ:aanvullendeInformatieBetrokkenPersoon", notes)


def _add_identity(natural: etree._Element, delivery: Delivery, person: Row) -> None:
    # a professional is a function, not a name
    reason = WITHHELD if person["role"] == "PR" else UNKNOWN
    add_given(natural, "BG:inp.bsn", sound_bsn(person["bsn"]))
    add_known(natural, "BG:geslachtsnaam", fitting(person["family_name"], 200), reason)
    add_given(natural, "BG:voorvoegselGeslachtsnaam", fitting(person["name_prefix"], 10))
    add_given(natural, "BG:voornamen", fitting(person["given_names"], 200))
    add(natural, "BG:geslachtsaanduiding", person["sex"] or "O")  # the standard's O: not known
    add_birth_date(natural, delivery, person)
    add_given(natural, "BG:telefoonnummer", fitting(person["phone"], 20))
    add_given(natural, "BG:taal", person["interpreter_language"])
    _add_address(natural, person, WITHHELD if person["secret_address"] else reason)
    other = delivery.person(person["relation_to"])
    if other is not None and person["relation"]:
        relation = add(natural, "BG:staatInRelatieTot", kind="NPSNPSSIR")
        related = add(relation, "BG:gerelateerde", kind="NPS")
        hidden = other["role"] in SOURCES
        name = None if hidden else fitting(other["family_name"], 200)
        add_known(related, "BG:geslachtsnaam", name, WITHHELD if hidden else UNKNOWN)
        add_given(related, "BG:voornamen", None if hidden else fitting(other["given_names"], 200))
        add(relation, "BG:omschrijvingSocialeRelatie", f"{person['relation']} van betrokkene {person['relation_to']}")


def add_birth_date(natural: etree._Element, delivery: Delivery, person: Row) -> None:
    """Append the birth date, with how much of it is known."""
    birth = stuf_date(person["birth_date"], delivery.day)
    element = add_known(natural, "BG:geboortedatum", birth.digits if birth else None)
    if birth:
        element.set(tag("StUF:indOnvolledigeDatum"), birth.known)


def _add_address(natural: etree._Element, person: Row | None, reason: str) -> None:
    """Append where somebody actually lives: the police do not know the formal address. Secret: each part withheld."""
    secret = person is None or person["secret_address"]
    known = (None if secret or person is None else read_address(person)) or NO_ADDRESS
    group = add(natural, "BG:feitelijkVerblijfsadresBinnenland")
    add_known(group, "BG:wpl.woonplaatsNaam", known.place, reason)
    add_known(group, "BG:gor.openbareRuimteNaam", known.street, reason)
    add_given(group, "BG:aoa.postcode", known.postcode)
    add_known(group, "BG:aoa.huisnummer", known.number, reason)
    add_given(group, "BG:aoa.huisletter", known.letter)
    add_given(group, "BG:aoa.huisnummertoevoeging", known.suffix)


def youth_role(delivery: Delivery, person: Row) -> str | None:
    """Return the standard's text for somebody's role to the youth; None where it has none that is true."""
    role = "KI" if person["person_number"] in delivery.youths else person["role"]
    relation = _relation_to_youth(delivery, person)
    return next(
        (each.text for each in delivery.codes.youth_roles if each.fits(role, relation, person["custody"])), None
    )


def _relation_to_youth(delivery: Delivery, person: Row) -> str | None:
    if person["relation_to"] in delivery.youths:
        return str(person["relation"]) if person["relation"] else None
    youth = next(
        (
            each
            for each in delivery.persons
            if each["person_number"] in delivery.youths and each["relation_to"] == person["person_number"]
        ),
        None,
    )
    turned = {"kind": "ouder", "ouder": "kind", "broer-zus": "broer-zus", "familie": "familie"}
    return turned.get(youth["relation"]) if youth else None


def _add_submitter(body: etree._Element, delivery: Delivery) -> None:
    submitted = add(add(body, "JZ:isIngediendDoor", kind="VTMBTR"), "JZ:gerelateerde", kind="BTR")
    add(submitted, "ZKN:naam", delivery.sender.name)
    add(submitted, "ZKN:instantiecode", delivery.sender.instance_code)
