"""XML as StUF writes it: prefixed names, `nil` with its reason, clean text, stable bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, cast

from lxml import etree

JZ: Final = "http://www.stufstandaarden.nl/koppelvlak/jz0100"
STUF: Final = "http://www.egem.nl/StUF/StUF0301"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACES: Final[Mapping[str, str]] = {
    "JZ": JZ,
    "StUF": STUF,
    "BG": "http://www.egem.nl/StUF/sector/bg/0310",
    "ZKN": "http://www.egem.nl/StUF/sector/zkn/0310",
    "xsi": XSI,
}

UNKNOWN: Final = "waardeOnbekend"
"""We do not know it."""
WITHHELD: Final = "nietGeautoriseerd"
"""It is not for the receiver: a secret address, a source."""
NOTHING: Final = "geenWaarde"
"""There is none, as in a withdrawal."""

_MAX_BYTES: Final = 5_000_000
# XML 1.0 has no place for these, and free text of another system may hold them
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnsafeXml(ValueError):
    """A document that is not read any further; its text is a reason code."""


@cache
def tag(name: str) -> str:
    """Return the full name behind a prefixed one: `BG:taal`."""
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def clean(text: str) -> str:
    """Return `text` with a blank for every character that XML cannot carry, and without blanks around it.

    A blank, since such a character often stands where a line ended: words must not run together.
    """
    return _FORBIDDEN.sub(" ", text).strip()


def start(name: str) -> etree._Element:
    """Return a root element that declares all namespaces."""
    return etree.Element(tag(name), nsmap=dict(NAMESPACES))


def add(parent: etree._Element, name: str, text: str | None = None, kind: str | None = None) -> etree._Element:
    """Append an element, with its text and its `StUF:entiteittype`."""
    element = etree.SubElement(parent, tag(name))
    if text is not None:
        element.text = clean(text)
    if kind is not None:
        element.set(tag("StUF:entiteittype"), kind)
    return element


def add_nil(
    parent: etree._Element, name: str, reason: str, kind: str | None = None, *, plain: bool = False
) -> etree._Element:
    """Append an empty element with the reason; `plain` where the schema's `noValue` has no namespace."""
    element = add(parent, name, kind=kind)
    element.set(tag("xsi:nil"), "true")
    element.set("noValue" if plain else tag("StUF:noValue"), reason)
    return element


def add_known(parent: etree._Element, name: str, text: str | None, reason: str = UNKNOWN) -> etree._Element:
    """Append the text, or `nil` with `reason` where there is none."""
    return add(parent, name, text) if text is not None and clean(text) else add_nil(parent, name, reason)


def add_given(parent: etree._Element, name: str, text: str | None) -> None:
    """Append the text; nothing where there is none."""
    if text is not None and clean(text):
        add(parent, name, text)


@cache
def _compiled(path: str) -> etree.XPath:
    """Compiling costs more than looking: a night looks 20,000 times at the same few paths."""
    return etree.XPath(path, namespaces=dict(NAMESPACES))


def find_all(root: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements at an XPath that names elements."""
    found = _compiled(path)(root)
    assert isinstance(found, list)
    return cast("list[etree._Element]", found)


def first_text(root: etree._Element, *paths: str) -> str:
    """Return the first text at the paths that is not blank; empty where there is none."""
    texts = (clean(element.text or "") for path in paths for element in find_all(root, path))
    return next((text for text in texts if text), "")


def as_bytes(root: etree._Element) -> bytes:
    """Return the document; the same tree gives the same bytes."""
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return document


def read_safely(document: bytes) -> etree._Element:
    """Parse a document of somebody else: no DTD, no entities, no network, no more than 5 MB.

    Raises:
        UnsafeXml: `too_large`, `not_xml` or `doctype_forbidden`.
    """
    if len(document) > _MAX_BYTES:
        raise UnsafeXml("too_large")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnsafeXml("not_xml") from None  # the parser's message quotes the document
    # any DTD at all: nothing of the standard has one, and entities live there
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeXml("doctype_forbidden")
    return root
