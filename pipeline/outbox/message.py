"""One report version as one StUF message, or its withdrawal: pure, and the same rows always give the same bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from lxml import etree

from pipeline.outbox import generic, youth
from pipeline.outbox.delivery import Delivery, reference
from pipeline.outbox.fields import Row, stamp
from pipeline.outbox.xml import add, as_bytes, start
from pipeline.policy.stuf.identities import Party

FUNCTIONS: Final = {"youth_concern": youth.FUNCTION, "domestic_violence": generic.FUNCTION}
"""Which message carries which kind of report."""


def message(delivery: Delivery) -> bytes:
    """Return the message of a report version: `vtMeldingDi01` for youth concerns, else `meldingGeneriekDi01`.

    Its time is the report's `loaded_at`: the moment of disclosure, which stays when the outbox is written again. A
    report that got more after it was sent is sent whole, under a number of its own: the standard has no addition.
    """
    root = _started(delivery, delivery.report["loaded_at"], "amendment" if delivery.amendment else "report")
    if delivery.report["kind"] == "youth_concern":
        youth.add_youth_concern(root, delivery)
    else:
        generic.add_domestic_violence(root, delivery)
    return as_bytes(root)


def withdrawal(delivery: Delivery, recall: Row) -> bytes:
    """Return the message that withdraws a report version.

    The standard has no withdrawal. It is the same message under the same number, without a person and with processing
    kind V (removal) where the schema takes one, and says in its text fields which version no longer stands and why.
    A version that is `replaced` needs none: the later one says so.
    """
    root = _started(delivery, recall["recalled_at"], "recall")
    if delivery.report["kind"] == "youth_concern":
        youth.add_youth_withdrawal(root, delivery, recall)
    else:
        generic.add_domestic_withdrawal(root, delivery, recall)
    return as_bytes(root)


def _started(delivery: Delivery, at: datetime, purpose: str) -> etree._Element:
    report = delivery.report
    function = FUNCTIONS[report["kind"]]
    number = reference(
        report["unit"],
        report["registration_number"],
        report["version"],
        delivery.receiver.party,
        purpose,
        delivery.amendment,
    )
    root = start(f"JZ:{function}")
    add_header(root, "JZ:stuurgegevens", "Di01", delivery.sender, delivery.receiver, number, at, function)
    return root


def add_header(
    root: etree._Element,
    name: str,
    code: str,
    sender: Party,
    receiver: Party,
    number: str,
    at: datetime,
    function: str | None = None,
) -> etree._Element:
    """Append a StUF header and return it; the elements stand in the standard's fixed order."""
    header = add(root, name)
    add(header, "StUF:berichtcode", code)
    for role, party in (("StUF:zender", sender), ("StUF:ontvanger", receiver)):
        system = add(header, role)
        add(system, "StUF:organisatie", party.oin)
        add(system, "StUF:applicatie", party.application)
    add(header, "StUF:referentienummer", number)
    add(header, "StUF:tijdstipBericht", stamp(at))
    if function is not None:
        add(header, "StUF:functie", function)
    return header
