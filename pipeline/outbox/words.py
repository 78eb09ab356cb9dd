"""What the standard has no field for, in words: events, signals, roles and relations, out of what was forwarded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

from pipeline.clock import local_day
from pipeline.outbox.delivery import SOURCES, Delivery
from pipeline.outbox.fields import Row, read_address, said_at, sound_bsn, stuf_date
from pipeline.outbox.xml import clean
from pipeline.policy.suites import read_suite
from pipeline.policy.triage import field_words

_ANSWERS: Final = {True: "Ja", False: "Nee"}
_BOXES: Final = (
    ("injury", "letsel"),
    ("alcohol", "alcohol"),
    ("drugs", "drugs"),
    ("honour", "eermotief"),
    ("children_present", "kinderen aanwezig of thuiswonend"),
)
_FIRST_POLICE: Final = "Neem eerst contact op met de politie: er kan politiewerk lopen."
_ADDED: Final = "AANVULLING: deze melding is eerder verzonden; er kwam iets bij, of er ging iets uit. Dit is alles."
_FROM: Final = {"ticked": "", "text": " (uit de tekst)", "carried": " (uit een andere registratie)"}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HIDDEN_ADDRESS: Final = "adres geheim: vraag het contactpunt van de politie"


def lines(parts: Iterable[str | None]) -> str:
    """Join what is said, one a line."""
    return "\n".join(text for part in parts if part and (text := clean(part)))


def answer(value: bool | None) -> str | None:
    """Return Ja or Nee; None for unknown."""
    return None if value is None else _ANSWERS[value]


def restraining_order(report: Row) -> str | None:
    """Return whether there is a restraining order, and until when."""
    said = answer(report["restraining_order"])
    until = report["restraining_order_until"]
    return f"{said}, tot en met {until:%d-%m-%Y}" if said == "Ja" and until else said


def informing(report: Row) -> str | None:
    """Return whether the persons were told of the report, and how or why not."""
    said, why = answer(report["informed"]), report["informed_explanation"]
    return f"{said}: {why}" if said and why else said or why


def description(delivery: Delivery) -> str:
    """Return what happened: the description, then the entries with how each is known. Empty where nothing is told.

    What the report carries of other registrations of the event follows, each under its number.
    """
    report = delivery.report
    own = report["registration_number"]
    entries = sorted(report["entries"], key=lambda entry: _place(entry, own))
    return lines([report["description"], *(_entry(delivery, entry, own) for entry in entries)])


def _place(entry: dict[str, Any], own: str) -> tuple[bool, str, int]:
    number = entry.get("registration_number") or own
    return number != own, number, int(entry.get("entry_number") or 0)


def _entry(delivery: Delivery, entry: dict[str, Any], own: str) -> str | None:
    text, known_as, number = entry.get("text"), entry.get("known_as"), entry.get("registration_number") or own
    if not text:
        return None
    told = entry.get("entry_number") is not None or known_as is not None
    how = (
        delivery.codes.said("known_as", known_as) if known_as else "niet gezegd hoe bekend" if told else "beschrijving"
    )
    where = None if number == own else f"uit {number}"
    return f"[{', '.join(filter(None, [where, how, said_at(entry.get('written_at'))]))}] {text}"


def context(delivery: Delivery) -> str:
    """Return why this goes to Veilig Thuis: the signals, the reason, the suspicion, the nature."""
    report, codes = delivery.report, delivery.codes
    signals = sorted((row["signal"], row["known_from"]) for row in delivery.danger_signals)
    boxes = [f"{words}: {answer(report[name])}" for name, words in _BOXES if report[name] is not None]
    urgency = report["urgency_hint"]
    return lines(
        [
            # first, so that no screen that shows only a beginning hides it
            _listed(
                "Signalen van gevaar",
                [codes.said("signal", signal) + _FROM.get(known, "") for signal, known in signals],
            ),
            urgency and f"Hint bij urgentie (geen besluit): {codes.said('urgency', urgency)}.",
            report["reason_for_report"],
            report["suspicion"] and f"Aanleiding: {codes.said('suspicion', report['suspicion'])}.",
            _listed("Aard", [codes.said("nature", code) for code in report["nature"]]),
            _listed("Wapen", [report["weapon_kind"]] if report["weapon_kind"] else []),
            _listed("Aangekruist", boxes),
        ]
    )


def _triage(given: object) -> list[str]:
    """Return the signs that are pre-filled for triage, in words; what is merely registered stands in its own field.

    A sign out of earlier registrations says so, with their days; one that a text or another registration tells, too.
    """
    told = []
    for entry in given if isinstance(given, list) else []:
        words = field_words().get(entry["field"])
        if words is None or entry.get("value") != "yes":
            continue
        days = ", ".join(str(each) for each in entry.get("evidence") or [] if _DAY.fullmatch(str(each)))
        history = f" (uit eerdere registraties{days and f': {days}'})"
        origin = str(entry.get("origin"))
        told.append(words.nl + (history if origin == "history" else _FROM.get(origin, "")))
    return told


def delivery_notes(delivery: Delivery) -> str:
    """Return what comes with every delivery: version, police first, what is known, ground, secrecy."""
    report = delivery.report
    replaced = report["replaces_version"]
    return lines(
        [
            f"Versie {report['version']} van deze registratie"
            + (f"; vervangt versie {replaced}, die niet meer geldt." if replaced else "."),
            _ADDED if delivery.amendment else None,
            _FIRST_POLICE if report["contact_police_first"] else None,
            _listed("Ook geregistreerd als", report["also_registered_as"]),
            report["sequence"] and f"{delivery.codes.said('sequence', report['sequence'])}.",
            _listed("Vooringevuld voor triage (hulp, geen besluit)", _triage(report["triage"])),
            _classes(report),
            f"Onderbouwing: {report['substantiation_score']} van 100.",
            _listed("Ontbreekt nog", _gaps(report["gaps"])),
            f"Grondslag: {report['legal_ground']}",
            f"Mandaat: {report['mandate']} (werkafspraak {report['agreement_version']},"
            f" regels {report['policy_version']}).",
            report["secrecy_notice"],
        ]
    )


def _classes(report: Row) -> str | None:
    """Return the police's own classes, and the municipality of the event."""
    named = (("incidentcode", "incident_code"), ("projectcode", "project_code"), ("gemeente", "municipality_code"))
    return _listed("Politieregistratie", [f"{label} {report[name]}" for label, name in named if report[name]])


def _gaps(gaps: Sequence[str]) -> list[str]:
    return [_criterion_words().get(gap, gap) for gap in gaps]


@cache
def _criterion_words() -> dict[str, str]:
    return {rule.name: rule.words.nl for rule in read_suite("well_founded").rules}


def prior_incidents(delivery: Delivery) -> list[str]:
    """Return the earlier incidents, one a line."""
    rows = sorted(delivery.prior_incidents, key=lambda row: int(row["number"]))
    return [_prior_incident(delivery, row) for row in rows]


def _prior_incident(delivery: Delivery, row: Row) -> str:
    when = f"{row['date']:%d-%m-%Y}" if row["date"] else "datum onbekend"
    role = row["role"] and delivery.codes.said("role", row["role"])
    found = "gevonden in eerdere registraties" if row["origin"] == "history" else None
    whom = f"betrokkene {row['person_number']}"
    parts = [when, row["incident_code"], whom, role and f"als {role}", row["outcome"], found]
    return ", ".join(part for part in parts if part)


def person_notes(delivery: Delivery, person: Row) -> str:
    """Return what the standard has no field for: role, relation, custody, living in, and values that do not fit."""
    return "; ".join(part for part in _person_parts(delivery, person) if part)


def _person_parts(delivery: Delivery, person: Row) -> Sequence[str | None]:
    role = f"rol: {delivery.codes.said('role', person['role'])}"
    if person["role"] in SOURCES:
        return [role]
    whom = f" van betrokkene {person['relation_to']}" if person["relation_to"] is not None else ""
    return [
        role,
        person["relation"] and f"{person['relation']}{whom}",
        _said("gezag", person["custody"]),
        _said("woont in", person["lives_in"]),
        person["organisation"] and f"organisatie: {person['organisation']}",
        _HIDDEN_ADDRESS if person["secret_address"] else _municipality(person),
        *_left_over(delivery, person),
    ]


def _municipality(person: Row) -> str | None:
    """Return the municipality of somebody of whom no place is known: the standard has no field for its code."""
    code = person["municipality_code"]
    return f"gemeente {code}" if code and not person["place"] else None


def _left_over(delivery: Delivery, person: Row) -> list[str]:
    """Return values that the standard's fields cannot hold, as they were forwarded. A wrong BSN is no value."""
    address = read_address(person)
    said = []
    if person["birth_date"] and stuf_date(person["birth_date"], delivery.day) is None:
        said.append(f"geboortedatum zoals geregistreerd: {person['birth_date']}")
    if address and address.left_over and not person["secret_address"]:
        said.append(f"adres zoals geregistreerd: {' '.join(address.left_over)}")
    for name, label, longest in (
        ("family_name", "geslachtsnaam", 200),
        ("given_names", "voornamen", 200),
        ("name_prefix", "voorvoegsel", 10),
        ("phone", "telefoon", 20),
    ):
        if person[name] and len(person[name]) > longest:
            said.append(f"{label}: {person[name]}")
    if person["bsn"] and sound_bsn(person["bsn"]) is None:
        said.append("burgerservicenummer niet bruikbaar")
    return said


def born(person: Row) -> str | None:
    """Return the birth date in words, for the persons that the generic message gives no field for it."""
    return person["birth_date"] and f"geboren {person['birth_date']}"


def withdrawal(delivery: Delivery, recall: Row) -> str:
    """Return the sentence that withdraws a report version."""
    why = delivery.codes.said("recall", recall["reason"])
    day = local_day(recall["recalled_at"])
    return (
        f"INTREKKING. Versie {recall['version']} van deze melding geldt niet meer: {why} (politie, {day:%d-%m-%Y})."
        " Gebruik haar niet langer."
    )


def _said(label: str, value: bool | None) -> str | None:
    return None if value is None else f"{label}: {'ja' if value else 'nee'}"


def _listed(label: str, values: Sequence[str]) -> str | None:
    return f"{label}: {', '.join(values)}." if values else None
