"""Rows of a region's staging tables as the load writes them; nobody in them exists."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from pipeline.outbox.delivery import Delivery
from pipeline.policy.stuf.codes import read_codes
from pipeline.policy.stuf.identities import demonstration_identities, read_identities

NIGHT = date(2026, 11, 22)
KNOWN = datetime(2026, 11, 22, 21, 15, tzinfo=UTC)
LOADED = datetime(2026, 11, 23, 4, 0, 0, 123_000, tzinfo=UTC)
NUMBER = "PL0600-2026000001"
PARTIES = demonstration_identities(read_identities()).parties


def report(**changes: Any) -> dict[str, Any]:
    return {
        "region": "VT09",
        "unit": "RE06",
        "registration_number": NUMBER,
        "version": 1,
        "replaces_version": None,
        "night": NIGHT,
        "kind": "domestic_violence",
        "known_at": KNOWN,
        "committed_from": datetime(2026, 11, 22, 19, 30, tzinfo=UTC),
        "committed_until": None,
        "incident_code": "F550",
        "project_code": "HG",
        "street": "Voorbeeldstraat",
        "house_number": "1",
        "house_number_suffix": None,
        "postcode": "2500AA",
        "place": "Voorbeeldstad",
        "municipality_code": "0518",
        "contact_department": "Zorg en Veiligheid",
        "contact_phone": "0880000000",
        "contact_email": "loket@politie.invalid",
        "suspicion": "01",
        "nature": ["01", "03"],
        "injury": True,
        "alcohol": None,
        "drugs": False,
        "honour": False,
        "weapon_kind": None,
        "arrest": True,
        "complaint": False,
        "restraining_order": True,
        "restraining_order_until": date(2026, 12, 2),
        "children_present": True,
        "informed": False,
        "informed_explanation": "niet thuis",
        "description": "De man sloeg de vrouw.",
        "reason_for_report": "Herhaald geweld.",
        "entries": [
            {"entry_number": 1, "written_at": "2026-11-22T21:30:00+00:00", "known_as": "seen", "text": "Blauwe plek."}
        ],
        "contact_police_first": False,
        "substantiation_score": 80,
        "gaps": [],
        "sequence": "first",
        "also_registered_as": [],
        "triage": {},
        "urgency_hint": None,
        "legal_ground": "Wpg 18(1), Bpg 4:2(1)(i)",
        "secrecy_notice": "Geheimhouding: Wpg 7(2).",
        "agreement_version": "1",
        "policy_version": "p1",
        "mandate": "korpschef",
        "delivered_at": changes.get("loaded_at", LOADED),
        "loaded_at": LOADED,
        **changes,
    }


def person(number: int, role: str, **changes: Any) -> dict[str, Any]:
    return {
        "unit": "RE06",
        "registration_number": NUMBER,
        "version": 1,
        "person_number": number,
        "role": role,
        "family_name": f"Voorbeeld{number}",
        "name_prefix": "van",
        "given_names": f"Persoon{number}",
        "birth_date": "1990-01-01",
        "sex": "V",
        "bsn": None,
        "street": "Voorbeeldstraat",
        "house_number": "12",
        "house_number_suffix": "a",
        "postcode": "2500AA",
        "place": "Voorbeeldstad",
        "municipality_code": "0518",
        "secret_address": False,
        "phone": None,
        "relation": None,
        "relation_to": None,
        "lives_in": True,
        "custody": None,
        "organisation": None,
        "interpreter_language": None,
        **changes,
    }


NAMELESS: dict[str, Any] = dict.fromkeys(
    (
        "family_name", "name_prefix", "given_names", "birth_date", "bsn", "street", "house_number",
        "house_number_suffix", "postcode", "place", "municipality_code", "phone",
    )
)  # fmt: skip
NO_ADDRESS: dict[str, Any] = dict.fromkeys(
    ("street", "house_number", "house_number_suffix", "postcode", "place", "municipality_code")
)


def family() -> list[dict[str, Any]]:
    """A mother, a father, a child, a witness, a caller and a professional."""
    return [
        person(1, "SO", relation="partner", relation_to=2, bsn="999990019", interpreter_language="Pools"),
        person(2, "VE", sex="M", relation="ouder", relation_to=3, custody=True, phone="0600000000"),
        person(3, "KI", sex=None, birth_date="2018-05-00", relation="kind", relation_to=1),
        person(4, "GE", **NAMELESS),
        person(5, "ME", **NAMELESS, sex=None),
        person(6, "PR", **NAMELESS, organisation="Basisschool Voorbeeld, leerkracht"),
    ]


def prior_incident(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "unit": "RE06",
        "registration_number": NUMBER,
        "version": 1,
        "person_number": 2,
        "number": number,
        "date": date(2025, 3, 1),
        "incident_code": "F550",
        "role": "VE",
        "outcome": "sepot",
        "origin": "export",
        **changes,
    }


def signal(name: str, known_from: str = "ticked") -> dict[str, Any]:
    return {
        "unit": "RE06", "registration_number": NUMBER, "version": 1, "signal": name, "known_from": known_from
    }  # fmt: skip


def delivery(
    changes: dict[str, Any] | None = None,
    persons: list[dict[str, Any]] | None = None,
    prior_incidents: list[dict[str, Any]] | None = None,
    signals: list[dict[str, Any]] | None = None,
) -> Delivery:
    row = report(**(changes or {}))
    return Delivery(
        report=row,
        persons=family() if persons is None else persons,
        prior_incidents=[prior_incident(1)] if prior_incidents is None else prior_incidents,
        danger_signals=[signal("strangulation")] if signals is None else signals,
        sender=PARTIES[row["unit"]],
        receiver=PARTIES[row["region"]],
        codes=read_codes(),
    )


def recall(**changes: Any) -> dict[str, Any]:
    return {
        "unit": "RE06",
        "registration_number": NUMBER,
        "version": 1,
        "reason": "withhold",
        "replaced_by": None,
        "night": date(2026, 11, 23),
        "recalled_at": datetime(2026, 11, 24, 4, 0, tzinfo=UTC),
        **changes,
    }
