"""StUF answers, one a file: `vtTerugkoppelingDi01`, `uitkomstMeldingGeneriekDi01`, `Bv03` and `Fo03`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from pipeline.feedback.event import YEARS, Answer, Event, Line, Unreadable, read_number, safe_number
from pipeline.outbox.fields import read_stamp
from pipeline.outbox.xml import UnsafeXml, first_text, read_safely, tag
from pipeline.policy.stuf.codes import read_codes

_HEADER: Final = "/*/*[local-name() = 'stuurgegevens']"
_REFERENCE_LENGTH: Final = 40
_FAULT_LENGTH: Final = 7


@dataclass(frozen=True)
class Message:
    """One answer, and the OIN that its sender gives itself."""

    line: Line
    sender: str | None = None


def read_feedback_xml(content: bytes) -> Message:
    """Read one answer. `toelichting` and every other free text stay where they are: care content is not taken."""
    try:
        root = read_safely(content)
    except UnsafeXml as error:
        return Message(Line(1, problem=str(error)))
    number = safe_number(first_text(root, *_NUMBERS))
    sender = first_text(root, f"{_HEADER}/StUF:zender/StUF:organisatie") or None
    try:
        return Message(Line(1, _told(root), registration_number=number), sender)
    except Unreadable as error:
        return Message(Line(1, problem=str(error), registration_number=number), sender)


_NUMBERS: Final = (
    "/*/JZ:object/ZKN:naarAanleidingVan/ZKN:gerelateerde/JZ:identificatieVtMelding",
    "/*/JZ:object/JZ:uwIdentificatie",
)


def _told(root: etree._Element) -> Event | Answer:
    if root.tag == tag("JZ:vtTerugkoppelingDi01"):
        return _event(root, _by_status(root))
    if root.tag == tag("JZ:uitkomstMeldingGeneriekDi01"):
        return _event(root, _by_code(root))
    if root.tag in (tag("StUF:Bv03Bericht"), tag("StUF:Fo03Bericht")):
        return _answer(root)
    raise Unreadable("unknown_message")


def _event(root: etree._Element, found: tuple[str, str]) -> Event:
    code, event = found
    return Event(
        registration_number=read_number(first_text(root, *_NUMBERS)),
        event=event,
        at=_sent_at(root),
        code=code,
        reference=_reference(root, "referentienummer"),
    )


def _by_status(root: etree._Element) -> tuple[str, str]:
    status, outcome = first_text(root, "/*/JZ:object/ZKN:status"), first_text(root, "/*/JZ:object/ZKN:uitkomst")
    fitting = [answer for answer in read_codes().answers if answer.status == status]
    if not fitting:
        raise Unreadable("unknown_status")
    # the outcome tells answers of one status apart; a status that has none stands by itself
    exact = [answer for answer in fitting if answer.outcome == (outcome or None)]
    loose = [answer for answer in fitting if answer.outcome is None]
    chosen = (exact or loose)[0]
    return chosen.code, chosen.event


def _by_code(root: etree._Element) -> tuple[str, str]:
    code = first_text(root, "/*/JZ:object/JZ:statuscode")
    for answer in read_codes().answers:
        if answer.code == code:
            return answer.code, answer.event
    raise Unreadable("unknown_status")


def _answer(root: etree._Element) -> Answer:
    answer = "Bv03" if root.tag == tag("StUF:Bv03Bericht") else "Fo03"
    fault = first_text(root, "/*/StUF:body/StUF:code")[:_FAULT_LENGTH] or None
    if answer == "Fo03" and fault is None:
        raise Unreadable("no_fault_code")
    return Answer(
        reference=_reference(root, "crossRefnummer"),
        answer=answer,
        fault=fault if answer == "Fo03" else None,
        at=_sent_at(root),
        own_reference=_reference(root, "referentienummer"),
    )


def _reference(root: etree._Element, name: str) -> str:
    reference = first_text(root, f"{_HEADER}/StUF:{name}")
    if not reference or len(reference) > _REFERENCE_LENGTH:
        raise Unreadable("no_reference")
    return reference


def _sent_at(root: etree._Element) -> datetime:
    moment = read_stamp(first_text(root, f"{_HEADER}/StUF:tijdstipBericht"))
    if moment is None or moment.year not in YEARS:
        raise Unreadable("unreadable_at")
    return moment
