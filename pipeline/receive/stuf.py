"""Dialect stuf: one vtMeldingDi01 a file (StUF-Jeugdzorg 1.0.9), read without entities and without network."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import polars as pl
from lxml import etree

from pipeline import schema
from pipeline.policy.agreements import Agreement
from pipeline.receive.address_line import read_address_line
from pipeline.receive.children import NESTED
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
LEVELS_OF_STALKING: Final = ("", "matig", "hoog")
"""What a filled in SASH (screening for stalking and harassment) says where it is one: a low level is no signal."""
REMARKS: Final = ("aanvullendeInformatieBetrokkenPersoon", "overigeZorgMinderjarige")
"""What a message tells of one person in words: of a child not yet born, or one that ran away."""
ANSWERS: Final = {
    "aanhouding": "aanhouding",
    "aangifte": "aangifte",
    "huisverbod": "tijdelijkHuisverbod",
    "eer": "eergerelateerdGeweld",
}
"""Columns whose yes or no the standard leaves to free text."""


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
    # a comment or an instruction inside a text would end it there
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        if path.stat().st_size > LARGEST:
            raise refuse(unit, path.name, "long_message")
        root = etree.fromstring(path.read_bytes(), parser)  # by its name libxml2 would unpack a compressed file
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


def _find(element: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements at `path` (names with JZ: or BG:)."""
    return element.findall(path.replace("JZ:", JZ).replace("BG:", BG))


def _text(element: etree._Element, path: str) -> str | None:
    """Return the text of the first element at `path` that has any: one that is nil may stand before it."""
    return next(_texts(element, path), None)


def _texts(element: etree._Element, path: str) -> Iterator[str]:
    # markup that does not belong in a text must not end it: danger may stand behind it
    return (text for found in _find(element, path) if (text := "".join(map(str, found.itertext())).strip()))


def _registration(message: etree._Element, agreement: Agreement) -> dict[str, str | None]:
    concern = "JZ:betreft/JZ:gerelateerde/"
    contact = "JZ:contactgegevensVerdiepingOpInfo/"
    answers = {name: _text(message, f"{concern}JZ:{element}") for name, element in ANSWERS.items()}
    return {
        "registratienummer": _text(message, "JZ:identificatieVtMelding"),
        "versie": "1",
        "soort": "ZJ",
        "vervallen": "false",
        "wpg_artikel": agreement.stuf.regime,
        "aanleiding": agreement.stuf.suspicion,
        "kennisname": _day(message, "JZ:datumMelding"),
        "pleeg_begin": _day(message, "JZ:datumIncident"),
        **read_address_line(_text(message, "JZ:locatieIncident")),
        "omschrijving": _text(message, "JZ:omschrijvingIncident"),
        "reden_vt": "\n".join(_concerns(message, concern, answers)) or None,
        **{name: _yes(text) for name, text in answers.items()},
        "stalking": _stalking(message),
        "contact_afdeling": _text(message, f"{contact}JZ:afdeling"),
        "contact_telefoon": _text(message, f"{contact}JZ:telefoonnummer"),
        "contact_email": _text(message, f"{contact}JZ:eMail"),
        "geinformeerd": "true" if any(map(len, _find(message, "JZ:isGeinformeerdAan"))) else None,
        "geinformeerd_toelichting": _text(message, "JZ:informering"),
    }


def _concerns(message: etree._Element, concern: str, answers: Mapping[str, str | None]) -> Iterator[str]:
    """Yield everything that a message tells of the concern in words: danger may stand in any of its fields."""
    for name in ("omschrijvingZorgelijkeSituatie", "aanvullendeInformatie", "bestaandeHulpverlening"):
        yield from _texts(message, f"{concern}JZ:{name}")
    for name, text in answers.items():
        if text and text.lower() not in {"ja", "nee"}:
            yield f"{name}: {text}"
    for involved in _find(message, f"{concern}JZ:heeftBetrokken"):
        role = _text(involved, "JZ:jeugzorgrol")
        for text in (text for name in REMARKS for text in _texts(involved, f"JZ:{name}")):
            yield f"{role}: {text}" if role else text


def _stalking(message: etree._Element) -> str | None:
    """Read a filled in SASH as the box that it stands for; one that was not filled in says nothing."""
    filled = (_text(message, "JZ:indicatieSASHIngevuld") or "").lower() == "ja"
    level = (_text(message, "JZ:SASHniveau") or "").lower()
    return "true" if filled and level in LEVELS_OF_STALKING else None


def _day(message: etree._Element, path: str) -> str | None:
    """Write `yyyymmdd…` as a day; what is none, or is not wholly known, is left for the notation to refuse."""
    for element in _find(message, path):
        if text := (element.text or "").strip():
            day = re.sub(r"^([0-9]{4})([0-9]{2})([0-9]{2})[0-9]*$", r"\1-\2-\3", text)
            return day if element.get(f"{STUF}indOnvolledigeDatum", "V") == "V" else f"{day} onvolledig"
    return None


def _yes(text: str | None) -> str | None:
    """Read what begins with Ja or Nee; other text says more than yes or no, and is not a no."""
    first = re.match(r"(ja|nee)\b", text or "", re.IGNORECASE)
    return {"ja": "true", "nee": "false"}[first[1].lower()] if first else None


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
        (f"BG:{name}/" for name in HOMES if any(_texts(person, f"BG:{name}/*"))),
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
        "nationaliteit": _text(person, "BG:nationaliteit"),
        "tolk_taal": _text(person, "BG:taal"),
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
