"""Dialect `stuf`: one vtMeldingDi01 message a registration (StUF-Jeugdzorg 1.0.9), as CORV carries them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from xml.sax.saxutils import escape

from pipeline.synth.report import Report

NAMESPACES: Final = (
    'xmlns:JZ="http://www.stufstandaarden.nl/koppelvlak/jz0100" xmlns:StUF="http://www.egem.nl/StUF/StUF0301" '
    'xmlns:BG="http://www.egem.nl/StUF/sector/bg/0310" xmlns:ZKN="http://www.egem.nl/StUF/sector/zkn/0310" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
NIL: Final = 'xsi:nil="true" StUF:noValue="waardeOnbekend"'
OTHER_ROLES: Final = {
    "GE": "informant",
    "ME": "melder",
    "PR": "overige professional",
    "IN": "informant",
    "OV": "overige verwant",
}


class StufExport:
    """A file a message. Use as a context manager."""

    def __init__(self, folder: Path, unit: str) -> None:
        """Remember where to write."""
        self.folder = folder
        self.unit = unit
        self.paths: list[Path] = []

    def __enter__(self) -> StufExport:
        """Nothing is held open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing was held open."""

    def add(self, reports: Sequence[Report]) -> None:
        """Write the messages of a chunk."""
        for report in reports:
            path = self.folder / f"vtMelding-{len(self.paths) + 1:06d}.xml"
            path.write_text(message(report, self.unit), encoding="utf-8")
            self.paths.append(path)

    def listing(self) -> list[tuple[Path, str, int]]:
        """Return (file, table, rows) for the manifest."""
        return [(path, "registratie", 1) for path in self.paths]


def message(report: Report, unit: str) -> str:
    """Return the message of a youth concern report; its reference is the number and version, so twice is the same."""
    row = report.registration
    known, began = row["known_at"], row["committed_from"]
    description = escape(row["description"])
    persons = "".join(_person(person) for person in report.persons)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<JZ:vtMeldingDi01 {NAMESPACES}><JZ:stuurgegevens>'
        "<StUF:berichtcode>Di01</StUF:berichtcode>"
        f"<StUF:zender><StUF:organisatie>{unit}</StUF:organisatie><StUF:applicatie>POLITIE</StUF:applicatie></StUF:zender>"
        "<StUF:ontvanger><StUF:organisatie>Veilig Thuis</StUF:organisatie>"
        "<StUF:applicatie>VTAPP</StUF:applicatie></StUF:ontvanger>"
        f"<StUF:referentienummer>{row['registration_number']}-{row['version']}</StUF:referentienummer>"
        f"<StUF:tijdstipBericht>{known:%Y%m%d%H%M%S}000</StUF:tijdstipBericht><StUF:functie>vtMeldingDi01</StUF:functie>"
        '</JZ:stuurgegevens><JZ:object StUF:entiteittype="VTM">'
        f"<JZ:identificatieVtMelding>{row['registration_number']}</JZ:identificatieVtMelding>"
        f"<JZ:datumMelding>{known:%Y%m%d}</JZ:datumMelding>{_incident_day(began)}"
        f"<JZ:locatieIncident>{escape(_location(row))}</JZ:locatieIncident>"
        f"<JZ:omschrijvingIncident>{description}</JZ:omschrijvingIncident>"
        "<JZ:indicatieAgenderingAfstemmingsoverlegGewenst>Nee</JZ:indicatieAgenderingAfstemmingsoverlegGewenst>"
        "<JZ:contactgegevensVerdiepingOpInfo>"
        f"<JZ:afdeling>{escape(row['contact_department'] or 'Zorg en Veiligheid')}</JZ:afdeling>"
        f"<JZ:telefoonnummer>{row['contact_phone'] or '0900-0000'}</JZ:telefoonnummer>"
        "</JZ:contactgegevensVerdiepingOpInfo>"
        f"{_informed(row)}<JZ:indicatieSASHIngevuld>Nee</JZ:indicatieSASHIngevuld>"
        '<JZ:betreft StUF:entiteittype="VTMZOS"><JZ:gerelateerde StUF:entiteittype="ZOS">'
        f"<JZ:omschrijvingZorgelijkeSituatie>{escape(_concern(report))}</JZ:omschrijvingZorgelijkeSituatie>"
        f"{_registrations(report)}<JZ:tijdelijkHuisverbod>{_yes(row['restraining_order'])}</JZ:tijdelijkHuisverbod>"
        f"<JZ:aanhouding>{_yes(row['arrest'])}</JZ:aanhouding><JZ:aangifte>{_yes(row['complaint'])}</JZ:aangifte>"
        f"{persons}</JZ:gerelateerde></JZ:betreft>"
        '<JZ:isIngediendDoor StUF:entiteittype="VTMBTR"><JZ:gerelateerde StUF:entiteittype="BTR">'
        f"<ZKN:naam>Politie {unit}</ZKN:naam></JZ:gerelateerde></JZ:isIngediendDoor></JZ:object></JZ:vtMeldingDi01>\n"
    )


def _incident_day(began: datetime | None) -> str:
    return f"<JZ:datumIncident>{began:%Y%m%d}</JZ:datumIncident>" if began else f"<JZ:datumIncident {NIL}/>"


def _location(row: dict[str, Any]) -> str:
    number = f"{row['house_number'] or ''}{row['house_number_suffix'] or ''}"
    return f"{row['street'] or 'Onbekend'} {number}, {row['postcode'] or ''} {row['place'] or ''}"


def _informed(row: dict[str, Any]) -> str:
    text = row["informed_explanation"]
    return f"<JZ:informering>{escape(text)}</JZ:informering>" if text else ""


def _concern(report: Report) -> str:
    told = [
        report.registration["reason_for_report"] or "Zie omschrijving.",
        *(entry["text"] for entry in report.entries),
    ]
    return " ".join(told)


def _registrations(report: Report) -> str:
    return "".join(
        f"<JZ:relevanteRegistratie>{prior['date']:%d-%m-%Y} {prior['incident_code'] or ''} {prior['role']}"
        "</JZ:relevanteRegistratie>"
        for prior in report.prior_incidents
    )


def _yes(known: bool | None) -> str:
    return "Ja" if known else "Nee"


def _role(person: dict[str, Any]) -> str:
    match person["role"], person.get("relation"):
        case (("SO" | "KI"), _):
            return "jeugdige"
        case (("VE" | "OU"), _):
            custody = person.get("custody")
            return "ouder, gezag niet benoemd" if custody is None else f"ouder {'met' if custody else 'zonder'} gezag"
        case role, _:
            return OTHER_ROLES.get(role, "overige verwant")


def _person(person: dict[str, Any]) -> str:
    parts = [f"<BG:inp.bsn>{person['bsn']}</BG:inp.bsn>" if person.get("bsn") else f"<BG:inp.bsn {NIL}/>"]
    parts.append(f"<BG:geslachtsnaam>{escape(person['family_name'])}</BG:geslachtsnaam>")
    if person.get("name_prefix"):
        parts.append(f"<BG:voorvoegselGeslachtsnaam>{escape(person['name_prefix'][:10])}</BG:voorvoegselGeslachtsnaam>")
    parts.append(f"<BG:voornamen>{escape(person['given_names'])}</BG:voornamen>")
    parts.append(f"<BG:geslachtsaanduiding>{person.get('sex', 'O')}</BG:geslachtsaanduiding>")
    parts.append(_birth_date(person.get("birth_date")))
    if person.get("postcode") and person.get("street"):
        number = "".join(c for c in person["house_number"] if c.isdigit())
        parts.append(
            f"<BG:formeelVerblijfadresBinnenland><BG:wpl.woonplaatsNaam>{escape(person['place'])}</BG:wpl.woonplaatsNaam>"
            f"<BG:gor.openbareRuimteNaam>{escape(person['street'])}</BG:gor.openbareRuimteNaam>"
            f"<BG:aoa.postcode>{person['postcode']}</BG:aoa.postcode><BG:aoa.huisnummer>{number}</BG:aoa.huisnummer>"
            "</BG:formeelVerblijfadresBinnenland>"
        )
    inner = "".join(parts)
    return (
        '<JZ:heeftBetrokken StUF:entiteittype="ZOSNPS">'
        f'<JZ:gerelateerde StUF:entiteittype="NPS">{inner}</JZ:gerelateerde>'
        f"<JZ:jeugzorgrol>{_role(person)}</JZ:jeugzorgrol>"
        "</JZ:heeftBetrokken>"
    )


def _birth_date(text: str | None) -> str:
    """Return the date with what is known of it: V all, D without the day, M without day and month."""
    if text is None:
        return f"<BG:geboortedatum {NIL}/>"
    year, month, day = text.split("-")
    known = "M" if month == "00" else "D" if day == "00" else "V"
    month, day = (month if month != "00" else "01"), (day if day != "00" else "01")
    return f'<BG:geboortedatum StUF:indOnvolledigeDatum="{known}">{year}{month}{day}</BG:geboortedatum>'
