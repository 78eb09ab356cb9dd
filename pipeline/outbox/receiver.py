"""A receiver of ours, for tests and the demonstration: it takes the outbox's files and answers as Veilig Thuis would.

It knows nothing of the database: what it knows stands in the messages. Faults come on demand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from lxml import etree

from pipeline.outbox.message import add_header
from pipeline.outbox.xml import add, as_bytes, first_text, read_safely, start
from pipeline.policy.stuf.codes import Answer, read_codes
from pipeline.policy.stuf.identities import Party

Fault = Literal["late", "twice", "unknown_number", "wrong_region", "garbage"]
FAULTS: Final[tuple[Fault, ...]] = ("late", "twice", "unknown_number", "wrong_region", "garbage")
_LATE: Final = timedelta(weeks=11)
"""Past every term."""
_NOBODYS: Final = "PL9999-9999999999"
_AFTER: Final = {"acknowledgement": timedelta(minutes=5), "triage": timedelta(days=2), "closed": timedelta(weeks=4)}


@dataclass(frozen=True)
class Received:
    """What the receiver reads of a message."""

    function: str
    reference: str
    registration_number: str
    sender: Party
    receiver: Party


def receive(message: bytes) -> Received:
    """Read a message of the outbox."""
    root = read_safely(message)
    return Received(
        function=etree.QName(root).localname,
        reference=first_text(root, "/*/JZ:stuurgegevens/StUF:referentienummer"),
        registration_number=first_text(root, "//JZ:identificatieVtMelding", "/*/JZ:object/ZKN:identificatie"),
        sender=_party(root, "StUF:zender"),
        receiver=_party(root, "StUF:ontvanger"),
    )


def acknowledge(received: Received, at: datetime, fault: str | None = None) -> bytes:
    """Return `Bv03`, or `Fo03` with a fault code: `StUF016` where the number came twice."""
    code = "Bv03" if fault is None else "Fo03"
    root = start(f"StUF:{code}Bericht")
    header = add_header(
        root, "StUF:stuurgegevens", code, received.receiver, received.sender, _number(received, f"{code}{fault}"), at
    )
    add(header, "StUF:crossRefnummer", received.reference)
    if fault is not None:
        body = add(root, "StUF:body")
        add(body, "StUF:code", fault)
        add(body, "StUF:plek", "client")
        add(body, "StUF:omschrijving", "combinatie zender en referentienummer niet uniek")
    return as_bytes(root)


def answer(received: Received, code: str, at: datetime, *, named: str | None = None) -> bytes:
    """Return what becomes of a report, in the form that belongs to its message; `named`: about another number."""
    found = next(each for each in read_codes().answers if each.code == code)
    number = named or received.registration_number
    if received.function == "vtMeldingDi01":
        return _youth_answer(received, found, at, number)
    return _generic_answer(received, found, at, number)


def _youth_answer(received: Received, found: Answer, at: datetime, number: str) -> bytes:
    function = "vtTerugkoppelingDi01"
    root = start(f"JZ:{function}")
    own = _number(received, found.code + number)
    add_header(root, "JZ:stuurgegevens", "Di01", received.receiver, received.sender, own, at, function)
    body = add(root, "JZ:object", kind="ZAK")
    if found.outcome:
        add(body, "ZKN:uitkomst", found.outcome)
    add(body, "ZKN:status", found.status)
    related = add(add(body, "ZKN:naarAanleidingVan", kind="ZAKVTM"), "ZKN:gerelateerde", kind="VTM")
    add(related, "JZ:identificatieVtMelding", number)
    done = add(add(body, "ZKN:isUitgevoerdDoor", kind="ZAKBTR"), "ZKN:gerelateerde", kind="BTR")
    add(done, "ZKN:naam", received.receiver.name)
    add(done, "ZKN:oinNummer", received.receiver.oin)
    return as_bytes(root)


def _generic_answer(received: Received, found: Answer, at: datetime, number: str) -> bytes:
    function = "uitkomstMeldingGeneriekDi01"
    root = start(f"JZ:{function}")
    own = _number(received, found.code + number)
    add_header(root, "JZ:stuurgegevens", "Di01", received.receiver, received.sender, own, at, function)
    body = add(root, "JZ:object", kind="ZAK")
    add(body, "ZKN:identificatie", f"ZAAK-{own[:20]}")
    for role, kind, party in (
        ("ZKN:heeftAlsInitiator", "ZAKBTRINI", received.receiver),
        ("ZKN:heeftAlsUitvoerende", "ZAKBTRUTV", received.sender),
    ):
        related = add(add(body, role, kind=kind), "ZKN:gerelateerde", kind="BTR")
        unit = add(related, "ZKN:organisatorischeEenheid", kind="OEH")
        add(unit, "ZKN:identificatie", party.oin)
        add(unit, "ZKN:naam", party.name)
    add(body, "JZ:uwIdentificatie", number)
    add(body, "JZ:soortmeldingCode", "VT")
    add(body, "JZ:statuscode", found.code)
    return as_bytes(root)


def play(outbox: Path, inbox: Path, at: datetime, faults: Mapping[str, Fault] | None = None) -> int:
    """Answer every message of `outbox/<region>/<night>/` into `inbox/feedback/<region>/<date>/`; return how many files.

    Each gets an acknowledgement after minutes, a triage answer after days (which one follows from its number) and,
    where Veilig Thuis took the case, an end after weeks.

    Args:
        outbox: as `write_outbox` made it.
        inbox: the inbox that `meldstroom feedback import` reads.
        at: when the messages arrive.
        faults: by message number: answered 11 weeks late, everything twice, about a number that nobody has, as
            addressed wrongly, or with something that is no XML.
    """
    written = 0
    for file in sorted(outbox.rglob("*.xml")):
        region, content = file.parent.parent.name, file.read_bytes()
        for day, name, said in _answers(receive(content), at, (faults or {}).get(file.stem)):
            folder = inbox / "feedback" / region / day.isoformat()
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(said)
            written += 1
    return written


def _answers(received: Received, at: datetime, fault: Fault | None) -> list[tuple[date, str, bytes]]:
    if fault == "garbage":
        return [(at.date(), f"{received.reference}.garbage.xml", b"<html>502 Bad Gateway")]
    at += _LATE if fault == "late" else timedelta()
    named = _NOBODYS if fault == "unknown_number" else None
    moments = {name: at + after for name, after in _AFTER.items()}
    said = {"acknowledgement": acknowledge(received, moments["acknowledgement"])}
    if fault == "wrong_region":
        said["triage"] = answer(received, "VT-99", moments["triage"])
    elif not received.reference.endswith(".R"):
        code = _chosen(received)
        said["triage"] = answer(received, code, moments["triage"], named=named)
        if code == "VT-01-01":
            said["closed"] = answer(received, "VT-03", moments["closed"], named=named)
    times = 2 if fault == "twice" else 1
    return [
        (moments[name].date(), f"{received.reference}.{name}{'.again' if time else ''}.xml", content)
        for name, content in said.items()
        for time in range(times)
    ]


def _chosen(received: Received) -> str:
    codes = [each.code for each in read_codes().answers if each.event == "triage" and each.outcome]
    return codes[int(hashlib.sha256(received.reference.encode()).hexdigest(), 16) % len(codes)]


def _number(received: Received, what: str) -> str:
    return hashlib.sha256(f"{received.reference} {what}".encode()).hexdigest()[:40]


def _party(root: etree._Element, role: str) -> Party:
    oin = first_text(root, f"/*/JZ:stuurgegevens/{role}/StUF:organisatie")
    application = first_text(root, f"/*/JZ:stuurgegevens/{role}/StUF:applicatie")
    return Party(party="", name=f"Partij {oin}", oin=oin, application=application, instance_code="")
