"""Dialect stuf: one vtMeldingDi01 a file (StUF-Jeugdzorg 1.0.9), read without entities and without network."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import polars as pl
from lxml import etree

from pipeline import schema
from pipeline.policy.agreements import Agreement
from pipeline.receive.conform import NESTED
from pipeline.receive.refusal import refuse
from pipeline.schema import ROW

LARGEST: Final = 10_000_000
JZ: Final = "{http://www.stufstandaarden.nl/koppelvlak/jz0100}"
BG: Final = "{http://www.egem.nl/StUF/sector/bg/0310}"
STUF: Final = "{http://www.egem.nl/StUF/StUF0301}"
HOMES: Final = ("formeelVerblijfadresBinnenland", "feitelijkVerblijfsadresBinnenland")
SOURCES: Final = ("ME", "GE", "PR", "IN", "OV")
"""Roles whose address is withheld for who they are, and says nothing of where the family is."""
SUFFIX: Final = ("huisletter", "huisnummertoevoeging")
PLACE: Final = re.compile(
    r"^\s*(?P<straat>[^,\d]+?)\s*(?P<huisnummer>\d+)?\s*(?P<toevoeging>[A-Za-z0-9-]{0,6})?\s*,\s*"
    r"(?P<postcode>\d{4}\s?[A-Z]{2})?\s*(?P<plaats>[^,]*)$"
)


def read_messages(paths: Iterable[Path], agreement: Agreement, unit: str, first: int = 0) -> dict[str, pl.DataFrame]:
    """Read messages into frames of text by table, one registration a message, in the order of `paths`.

    Args:
        paths: the files.
        agreement: what to read them with.
        unit: for the sentence of a refusal.
        first: the row of the first of them.

    Raises:
        ExportRefused: a file is no XML, is too large, uses a document type, or is another message.
    """
    rows: dict[str, list[dict[str, Any]]] = {table.dutch: [] for table in schema.TABLES}
    for at, path in enumerate(paths, first):
        message = _message(path, unit)
        registration = _registration(message, agreement)
        rows["registratie"].append({ROW: at} | registration)
        for person in _persons(message):
            rows["betrokkene"].append({NESTED: at, "registratienummer": registration["registratienummer"], **person})
    return {name: _frame(listed) for name, listed in rows.items()}


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    names = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame(rows, schema={name: pl.Int64 if name in {ROW, NESTED} else pl.String for name in names})


def _message(path: Path, unit: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        if path.stat().st_size > LARGEST:
            raise refuse(unit, path.name, "long_message")
        root = etree.parse(str(path), parser).getroot()
    except (etree.XMLSyntaxError, OSError):
        raise refuse(unit, path.name, "no_xml") from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise refuse(unit, path.name, "doctype")
    objects = [body for message in root.iter(f"{JZ}vtMeldingDi01") for body in message.findall(f"{JZ}object")]
    if not objects:
        raise refuse(unit, path.name, "no_message")
    if len(objects) > 1:
        raise refuse(unit, path.name, "many_messages")
    return objects[0]


def _text(element: etree._Element, path: str) -> str | None:
    """Return the text of the first element at `path` (names with JZ: or BG:), if it has any."""
    found = element.find(path.replace("JZ:", JZ).replace("BG:", BG))
    return (found.text or "").strip() or None if found is not None else None


def _registration(message: etree._Element, agreement: Agreement) -> dict[str, str | None]:
    concern = "JZ:betreft/JZ:gerelateerde/"
    contact = "JZ:contactgegevensVerdiepingOpInfo/"
    known, incident = _text(message, "JZ:datumMelding"), _text(message, "JZ:datumIncident")
    kind = _text(message, f"{concern}JZ:omschrijvingZorgelijkeSituatie")
    return {
        "registratienummer": _text(message, "JZ:identificatieVtMelding"),
        "versie": "1",
        "soort": "ZJ",
        "vervallen": "false",
        "wpg_artikel": agreement.stuf.regime,
        "aanleiding": agreement.stuf.suspicion,
        "kennisname": _day(known),
        "pleeg_begin": _day(incident),
        **_place(_text(message, "JZ:locatieIncident")),
        "omschrijving": _text(message, "JZ:omschrijvingIncident"),
        "reden_vt": kind,
        "aanhouding": _yes(_text(message, f"{concern}JZ:aanhouding")),
        "aangifte": _yes(_text(message, f"{concern}JZ:aangifte")),
        "huisverbod": _yes(_text(message, f"{concern}JZ:tijdelijkHuisverbod")),
        "eer": _yes(_text(message, f"{concern}JZ:eergerelateerdGeweld")),
        "contact_afdeling": _text(message, f"{contact}JZ:afdeling"),
        "contact_telefoon": _text(message, f"{contact}JZ:telefoonnummer"),
        "contact_email": _text(message, f"{contact}JZ:eMail"),
        "geinformeerd": "true" if message.find(f"{JZ}isGeinformeerdAan") is not None else None,
        "geinformeerd_toelichting": _text(message, "JZ:informering"),
    }


def _day(text: str | None) -> str | None:
    """Write `yyyymmdd…` as a day; anything else stays as it is, for the notation to refuse."""
    return re.sub(r"^(\d{4})(\d{2})(\d{2})\d*$", r"\1-\2-\3", text) if text else None


def _yes(text: str | None) -> str | None:
    """Read Ja and Nee; other text says more than yes or no, and is not a no."""
    return {"ja": "true", "nee": "false"}.get(text.lower()) if text else None


def _place(text: str | None) -> dict[str, str | None]:
    """Take an address line apart: `street number, postcode place`; what has another shape is kept as the place."""
    if text is None:
        return {}
    found = PLACE.match(text)
    return {name: value or None for name, value in found.groupdict().items()} if found else {"plaats": text}


def _persons(message: etree._Element) -> list[dict[str, str | None]]:
    involved = message.findall(f"{JZ}betreft/{JZ}gerelateerde/{JZ}heeftBetrokken")
    roles = [_role(_text(element, "JZ:jeugzorgrol")) for element in involved]
    youth = next((str(place) for place, role in enumerate(roles, 1) if role.get("rol") == "KI"), None)
    persons = []
    for place, (element, role) in enumerate(zip(involved, roles, strict=True), 1):
        person = element.find(f"{JZ}gerelateerde")
        if person is None:
            continue
        given = {
            "volgnummer": str(place),
            "relatie_tot": youth if role.get("relatie") else None,
            "geheim_adres": "true" if role.get("rol") not in SOURCES and _is_withheld(person) else None,
        }
        persons.append(given | role | _person(person))
    return persons


@cache
def _roles() -> dict[str, dict[str, str]]:
    text = resources.files("pipeline.policy").joinpath("stuf_roles.toml").read_text(encoding="utf-8")
    dutch = {"role": "rol", "relation": "relatie", "custody": "gezag"}
    return {
        name: {dutch[key]: value for key, value in meant.items()} for name, meant in tomllib.loads(text)["role"].items()
    }


def _role(text: str | None) -> dict[str, str]:
    return _roles().get((text or "").lower(), {"rol": "OV"})


def _person(person: etree._Element) -> dict[str, str | None]:
    lives = next(
        (f"BG:{name}/" for name in HOMES if person.find(f"{BG}{name}") is not None),
        f"BG:{HOMES[0]}/",
    )
    return {
        "geslachtsnaam": _text(person, "BG:geslachtsnaam"),
        "voorvoegsel": _text(person, "BG:voorvoegselGeslachtsnaam"),
        "voornamen": _text(person, "BG:voornamen"),
        "geslacht": _text(person, "BG:geslachtsaanduiding"),
        "geboortedatum": _birth_date(person),
        "bsn": _text(person, "BG:inp.bsn"),
        "straat": _text(person, f"{lives}BG:gor.openbareRuimteNaam"),
        "huisnummer": _text(person, f"{lives}BG:aoa.huisnummer"),
        "toevoeging": "".join(_text(person, f"{lives}BG:aoa.{part}") or "" for part in SUFFIX) or None,
        "postcode": _text(person, f"{lives}BG:aoa.postcode"),
        "plaats": _text(person, f"{lives}BG:wpl.woonplaatsNaam"),
        "telefoon": _text(person, "BG:telefoonnummer"),
    }


def _is_withheld(person: etree._Element) -> bool:
    """Tell whether a part of an address is nil because it may not be shown: the standard's only word for secret."""
    homes = (home for name in HOMES for home in person.iterfind(f"{BG}{name}"))
    return any(part.get(f"{STUF}noValue") == "nietGeautoriseerd" for home in homes for part in home.iter())


def _birth_date(person: etree._Element) -> str | None:
    """Read a birth date with what the standard says is missing: D the day, M day and month, J everything."""
    element = person.find(f"{BG}geboortedatum")
    text = (element.text or "").strip() if element is not None else ""
    if element is None or not text:
        return None
    year, month, day = text[:4], text[4:6] or "00", text[6:8] or "00"
    match element.get(f"{STUF}indOnvolledigeDatum", "V"):
        case "D":
            return f"{year}-{month}-00"
        case "M":
            return f"{year}-00-00"
        case "J":
            return None
        case _:
            return f"{year}-{month}-{day}"
