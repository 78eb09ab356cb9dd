"""What the published schemas let through and we must not send: found by code, never by value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from lxml import etree

from pipeline.clock import local_day
from pipeline.errors import SettingsError
from pipeline.outbox.fields import read_stamp, sound_bsn
from pipeline.outbox.xml import STUF, XSI, find_all, first_text, tag

_NIL: Final = f"{{{XSI}}}nil"
_NO_VALUES: Final = frozenset(
    {"nietOndersteund", "nietGeautoriseerd", "geenWaarde", "waardeOnbekend", "vastgesteldOnbekend"}
)
_DATES: Final = frozenset(map(tag, ("JZ:datumMelding", "JZ:datumIncident", "BG:geboortedatum", "JZ:datumGeinformeerd")))
_MOMENTS: Final = frozenset(
    map(
        tag,
        (
            "StUF:tijdstipBericht",
            "JZ:datumTijdMelding",
            "JZ:datumTijd",
            "JZ:datumtijdBegin",
            "JZ:datumtijdEinde",
        ),
    )
)
_PERSONS: Final = (
    "//JZ:heeftBetrokken/JZ:gerelateerde",
    "//ZKN:heeftBetrekkingOp//ZKN:natuurlijkPersoon",
    "//ZKN:heeftAlsOverigBetrokkene//ZKN:natuurlijkPersoon",
)
_ADDRESSES: Final = (
    "BG:feitelijkVerblijfsadresBinnenland",
    "BG:formeelVerblijfadresBinnenland",
    "BG:formeelVerblijfsadresBuitenland",
    "BG:adres",
)
_DESCRIPTIONS: Final = (
    "//JZ:omschrijvingIncident",
    "//JZ:omschrijvingZorgelijkeSituatie",
    "//JZ:kent/JZ:gerelateerde/JZ:omschrijving",
)
_CONTACTS: Final = (
    "//JZ:contactgegevensVerdiepingOpInfo/*",
    "//ZKN:heeftAlsInitiator//ZKN:heeftAlsContactpersoon/ZKN:gerelateerde/*",
)
_KINDS: Final = {
    "JZ:betreft": "VTMZOS",
    "JZ:heeftBetrokken": "ZOSNPS",
    "JZ:isIngediendDoor": "VTMBTR",
    "JZ:kent": "ZOSINC",
    "ZKN:heeftBetrekkingOp": "ZAKOBJ",
    "ZKN:heeftAlsInitiator": "ZAKBTRINI",
    "ZKN:heeftAlsUitvoerende": "ZAKBTRUTV",
    "ZKN:heeftAlsOverigBetrokkene": "ZAKBTROVR",
    "ZKN:betreft": "ZAKZOS",
}
"""`entiteittype` is fixed in the schemas, and lxml does not look at it."""


def problems(root: etree._Element, latest: date) -> list[str]:
    """Return why a message must not be sent, as sorted codes; empty when it may.

    Args:
        root: the message.
        latest: no date in it may lie after this day, the day of delivery.
    """
    found = set(_in_header(root)) | set(_in_body(root))
    found |= {code for element in root.iter() for code in _in_element(element, latest)}
    return sorted(found)


def _in_header(root: etree._Element) -> Iterator[str]:
    for name, code in (
        ("StUF:referentienummer", "no_reference"),
        ("StUF:zender/StUF:organisatie", "no_sender"),
        ("StUF:ontvanger/StUF:organisatie", "no_receiver"),
        ("StUF:tijdstipBericht", "no_time"),
    ):
        if not first_text(root, f"/*/*/{name}"):
            yield code


def _in_body(root: etree._Element) -> Iterator[str]:
    if not any(first_text(root, path) for path in _DESCRIPTIONS):
        yield "no_description"
    if not any(first_text(root, path) for path in _CONTACTS):
        yield "no_contact"
    if not (first_text(root, "//JZ:identificatieVtMelding") or first_text(root, "/*/JZ:object/ZKN:identificatie")):
        yield "no_registration_number"
    if first_text(root, "//JZ:indicatieSASHIngevuld") == "Nee" and find_all(root, "//JZ:SASHniveau"):
        yield "sash_level_without_sash"
    for path in _PERSONS:
        for person in find_all(root, path):
            if person.get(_NIL) != "true" and not any(person.find(tag(name)) is not None for name in _ADDRESSES):
                yield "person_without_address"


def _in_element(element: etree._Element, latest: date) -> Iterator[str]:
    text = element.text or ""
    reason = element.get(f"{{{STUF}}}noValue") or element.get("noValue")
    if element.get(_NIL) == "true":
        if reason not in _NO_VALUES:
            yield "nil_without_reason"
        return
    if len(element) == 0 and not text.strip():
        yield "empty_element"
    elif element.tag == tag("BG:inp.bsn") and sound_bsn(text) is None:
        yield "unsound_bsn"
    elif element.tag in _DATES or element.tag in _MOMENTS:
        moment = read_stamp(text)
        if moment is None or (element.tag in _DATES and len(text) != len("yyyymmdd")):
            yield "impossible_date"
        elif local_day(moment) > latest:
            yield "future_date"
    expected = _EXPECTED_KIND.get(element.tag)
    if expected and element.get(f"{{{STUF}}}entiteittype") != expected:
        yield "wrong_entity_kind"


_EXPECTED_KIND: Final = {tag(name): kind for name, kind in _KINDS.items()}


class Schemas:
    """The standard's own schemas, from the user's copy of them."""

    def __init__(self, folder: Path) -> None:
        """Read `vt/` and `gm/` under `folder`.

        Raises:
            SettingsError: they are not there, or are no schemas.
        """
        self._by_function = {
            "vtMeldingDi01": _schema(folder / "vt" / "jz0100_msg_vtberichten_resolved2025.xsd"),
            "meldingGeneriekDi01": _schema(folder / "gm" / "jz0100_msg_gmberichten_resolved2025.xsd"),
        }

    def allows(self, root: etree._Element) -> bool:
        """Whether the schema of the message's own kind allows it."""
        return bool(self._by_function[etree.QName(root).localname].validate(root))


def _schema(file: Path) -> etree.XMLSchema:
    try:
        return etree.XMLSchema(etree.parse(str(file), etree.XMLParser(no_network=True)))
    except (OSError, etree.LxmlError):
        raise SettingsError(f"MELDSTROOM_STUF_XSD: {file} is not a schema that can be read") from None
