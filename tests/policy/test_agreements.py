"""Agreements: those that ship, and what the loader refuses."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from pipeline.errors import PolicyError
from pipeline.policy.agreements import FLAGS, read_agreements

NIGHT = date(2026, 11, 22)
FILE = """
unit = "ZZ01"
unit_name = "Verzonnen"
[[version]]
name = "ZZ01-1"
valid_from = 2020-01-01
valid_until = 2024-12-31
owner = "eigenaar"
mandate = "mandaat"
signed = 2019-12-01
flow = "automated"
contact = { department = "loket" }
"""
SECOND = (
    FILE[FILE.index("[[version]]") :].replace("ZZ01-1", "ZZ01-2").replace("2020-01", "2026-01").replace("2024", "2026")
)


def written(folder: Path, text: str, name: str = "zz01.toml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_ten_units_ship_in_force_from_2015():
    shipped = read_agreements()
    assert shipped.units == tuple(f"RE{number:02d}" for number in range(1, 11))
    for night in (date(2015, 1, 1), NIGHT):
        given = [shipped.in_force(unit, night) for unit in shipped.units]
        assert all(one is not None and one.mandate and one.leaves_empty == FLAGS for one in given)
        assert all(one is not None and (one.stuf.regime, one.stuf.suspicion) == ("8", "08") for one in given)
        assert sum(one is not None and one.flow == "automated" for one in given) == 5
    assert sum(bool(shipped.by_unit[unit][0].columns) for unit in shipped.units) >= 2
    assert shipped.in_force("RE01", date(2014, 12, 31)) is None
    assert shipped.in_force("RE99", NIGHT) is None


def test_an_export_is_read_with_the_last_agreement_that_had_begun(tmp_path):
    given = read_agreements(written(tmp_path / "given", FILE + SECOND))
    version = {night: given.latest("ZZ01", night) for night in (date(2019, 1, 1), date(2025, 12, 31), date(2026, 1, 1))}
    assert [one and one.version for one in version.values()] == ["ZZ01-1", "ZZ01-1", "ZZ01-2"]
    assert given.in_force("ZZ01", date(2025, 6, 1)) is None
    assert given.in_force("ZZ01", date(2024, 12, 31)) is not None, "its last day counts"
    assert given.latest("RE99", NIGHT) is None


def test_every_field_can_be_given(tmp_path):
    text = (
        FILE
        + """
leaves_empty = ["embargo"]
shares = ["bsn"]
secret_address_region = "VT09"
deadline = 07:30:00
outbox = true
stuf = { regime = "13", suspicion = "09" }
"""
    )
    one = read_agreements(written(tmp_path / "given", text)).by_unit["ZZ01"][0]
    assert (one.secret_address_region, one.deadline, one.outbox, one.stuf.regime) == ("VT09", time(7, 30), True, "13")
    assert (one.shares, one.leaves_empty) == ({"bsn"}, {"embargo"})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('unit = "ZZ01"', 'unit = "zz1"', "unit"),
        ('unit = "ZZ01"', "", "lacks 'unit'"),
        ('unit = "ZZ01"', 'unit = "ZZ01"\nextra = 1', "extra"),
        ('unit = "ZZ01"', "unit = ", "line"),
        ("valid_until", "valid_till", "valid_till"),
        ("2024-12-31", "2019-12-31", "ends before"),
        ('mandate = "mandaat"', "", "mandate"),
        ('mandate = "mandaat"', 'mandate = ""', "mandate"),
        ('mandate = "mandaat"', "mandate = 5", "mandate"),
        ("signed = 2019-12-01", 'signed = "2019-12-01"', "signed"),
        ('flow = "automated"', 'flow = "unseen"', "flow"),
        ('{ department = "loket" }', '{ desk = "loket" }', "desk"),
        ("contact", 'leaves_empty = ["acute"]\ncontact', "leaves_empty"),
        ("contact", 'shares = ["telefoon"]\ncontact', "shares may name bsn, phone only"),
        ("contact", 'shares = ["medical"]\ncontact', "shares may name bsn, phone only"),
        ("contact", 'shares = "bsn"\ncontact', "shares may name bsn, phone only"),
        ("contact", 'secret_address_region = "VT16"\ncontact', "secret_address_region"),
        ("contact", 'form = { encodings = ["cp850"] }\ncontact', "encodings"),
        ("contact", 'form = { delimiters = ["\\""] }\ncontact', "delimiter"),
        ("contact", 'form = { yes = "J" }\ncontact', "lists of texts"),
        ("contact", 'codes = { plaats = { a = "b" } }\ncontact', "codes"),
        ("contact", 'codes = { soort = { HG = "OV" } }\ncontact', "the contract's own code"),
        ("contact", 'codes = { soort = { hg = "OV" } }\ncontact', "the contract's own code"),
        ("contact", 'codes = { incidentcode = { F533 = "F51" } }\ncontact', "the contract's own code"),
        ("contact", 'codes = { incidentcode = { f533 = "F51" } }\ncontact', "the contract's own code"),
        ("contact", 'codes = { soort = { X = "XX" } }\ncontact', "has no code XX"),
        ("contact", "codes = { incidentcode = { X = 5 } }\ncontact", "text to text"),
        ("contact", 'columns = { verdachte = { a = "rol" } }\ncontact', "columns"),
        ("contact", 'columns = { betrokkene = { a = "kleur" } }\ncontact', "no column kleur"),
        ("contact", 'columns = { betrokkene = { rol = "relatie" } }\ncontact', "the contract's own name"),
        ("contact", "deadlin = 07:30:00\ncontact", "unknown key(s) deadlin"),
        ("contact", 'unit = "ZZ02"\ncontact', "unknown key(s) unit"),
        ("contact", 'stuf = { regim = "8" }\ncontact', "stuf: unknown key(s) regim"),
        ("contact", 'stuf = { regime = "7" }\ncontact', "stuf.regime is no code of wpg_artikel"),
        ('{ department = "loket" }', "{}", "contact: missing key(s) department"),
        ("[[version]]", SECOND.replace("2026-01-01", "2024-12-31") + "[[version]]", "overlap"),
        ("[[version]]", SECOND.replace("2026-01-01", "2020-01-01") + "[[version]]", "overlap"),
        ("[[version]]", SECOND.replace("ZZ01-2", "ZZ01-1") + "[[version]]", "two versions have one name"),
        ("2020-01-01", "2020-01-01T00:00:00", "valid_from must be date"),
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path, old, new, told):
    folder = written(tmp_path / "given", FILE.replace(old, new, 1))
    with pytest.raises(PolicyError, match=r"zz01\.toml") as error:
        read_agreements(folder)
    assert told in str(error.value)


def test_a_version_that_names_no_last_day_ends_where_the_next_begins(tmp_path):
    open_ended = FILE.replace("valid_until = 2024-12-31\n", "")
    given = read_agreements(written(tmp_path / "given", open_ended + SECOND))
    told = {night: given.in_force("ZZ01", night) for night in (date(2025, 12, 31), date(2026, 1, 1), date(2027, 1, 1))}
    assert [one and one.version for one in told.values()] == ["ZZ01-1", "ZZ01-2", None]
    assert given.by_unit["ZZ01"][0].valid_until == date(2025, 12, 31)


def test_a_unit_has_one_file(tmp_path):
    written(tmp_path / "given", FILE)
    with pytest.raises(PolicyError, match="another file"):
        read_agreements(written(tmp_path / "given", FILE, "zz01-again.toml"))


def test_no_agreement_at_all_is_no_setting(tmp_path):
    with pytest.raises(PolicyError, match="no agreement"):
        read_agreements(tmp_path)


def test_a_file_of_no_version(tmp_path):
    with pytest.raises(PolicyError, match="version"):
        read_agreements(written(tmp_path / "given", 'unit = "ZZ01"\nunit_name = "x"\nversion = []'))
