from collections.abc import Callable

import pytest
from lxml import etree

from pipeline.load.connection import connected
from pipeline.outbox.checks import Schemas
from tests.outbox.schemas import schema_folder

FILES = {
    "vt": "jz0100_msg_vtberichten_resolved2025.xsd",
    "gm": "jz0100_msg_gmberichten_resolved2025.xsd",
}


@pytest.fixture
def connection(database):
    """An open one to a fresh database."""
    with connected(database) as opened:
        yield opened


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    folder = schema_folder()
    if folder is None:
        pytest.skip("the standard's schemas are not here; MELDSTROOM_STUF_XSD names them")
    return Schemas(folder)


@pytest.fixture(scope="session")
def broken_rules() -> Callable[[bytes], list[str]]:
    """What lxml and xmlschema have against a message, of any kind of the standard."""
    folder = schema_folder()
    if folder is None:
        pytest.skip("the standard's schemas are not here; MELDSTROOM_STUF_XSD names them")
    import xmlschema

    by_lxml = {name: etree.XMLSchema(etree.parse(str(folder / name / file))) for name, file in FILES.items()}
    by_xmlschema = {name: xmlschema.XMLSchema(str(folder / name / file)) for name, file in FILES.items()}

    def look(message: bytes) -> list[str]:
        root = etree.fromstring(message)
        which = "gm" if "eneriek" in root.tag else "vt"
        found = [] if by_lxml[which].validate(root) else [f"lxml: {e.message}" for e in by_lxml[which].error_log]
        return found + [f"xmlschema: {error.reason}" for error in by_xmlschema[which].iter_errors(root)]

    return look
