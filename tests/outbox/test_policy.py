import tomllib
from datetime import date
from importlib import resources

import pytest
from lxml import etree

from pipeline.errors import PolicyError
from pipeline.outbox.fields import read_address, read_stamp
from pipeline.policy.stuf import codes as codes_module
from pipeline.policy.stuf.codes import parse_codes, read_codes
from pipeline.policy.stuf.identities import PLACEHOLDER, demonstration_identities, read_identities
from pipeline.policy.stuf.terms import read_terms
from pipeline.schema import REGIONS
from tests.outbox.schemas import schema_folder

SHIPPED = tomllib.loads(resources.files("pipeline.policy.stuf").joinpath("codes.toml").read_text(encoding="utf-8"))


def enumerated(name: str) -> set[str]:
    folder = schema_folder()
    if folder is None:
        pytest.skip("the standard's schemas are not here")
    space = {"x": "http://www.w3.org/2001/XMLSchema"}
    found = set()
    for file in folder.rglob("*.xsd"):
        path = f"//*[self::x:simpleType or self::x:complexType][@name='{name}']//x:enumeration/@value"
        found |= set(etree.parse(str(file)).xpath(path, namespaces=space))
    return found


@pytest.mark.parametrize(
    ("type_name", "used"),
    [
        ("Omschrijving-blh", {role["text"] for role in SHIPPED["youth_role"]}),
        ("BetrokkenheidHoedanigheidType", {row["code"] for row in SHIPPED["capacity"]}),
        ("BetrokkenheidRelatieType", {code for row in SHIPPED["relation"].values() for code in row.values()}),
        ("VraagAntwoordType", set(SHIPPED["question"].values())),
        ("SoortAdresType", set(SHIPPED["address_kind"].values())),
        ("StatusVeiligheidsbeoordeling", {row["status"] for row in SHIPPED["answer"]}),
        ("UitkomstVeiligheidsbeoordeling", {row["outcome"] for row in SHIPPED["answer"] if "outcome" in row}),
    ],
)
def test_every_text_and_code_is_the_standards(type_name, used):
    listed = enumerated(type_name) or enumerated(f"{type_name}-e")
    assert listed, type_name
    assert used <= listed


def test_all_outcomes_of_the_standard_are_understood():
    for type_name, key in (("StatusVeiligheidsbeoordeling", "status"), ("UitkomstVeiligheidsbeoordeling", "outcome")):
        listed = enumerated(type_name)
        assert listed == {getattr(answer, key) for answer in read_codes().answers} - {None}


@pytest.mark.parametrize(
    "change",
    [
        {"surplus": 1},
        {"youth_role": [{"text": "kind", "rol": "KI"}]},
        {"words": {}},
        {"question": None},
        {"relation": {"partner": {"code": "028"}}},
        {"address_kind": {}},
    ],
    ids=str,
)
def test_a_mapping_of_another_shape_is_refused(change):
    with pytest.raises(PolicyError, match=r"codes\.toml"):
        parse_codes({**SHIPPED, **change})


def test_codes_that_cannot_be_read_are_named(monkeypatch, tmp_path):
    file = tmp_path / "kapot.toml"
    file.write_text("x = [")
    monkeypatch.setattr(codes_module, "_FILE", file)
    with pytest.raises(PolicyError, match=r"kapot\.toml"):
        read_codes.__wrapped__()


TERM = "[[term]]\nid = 'a'\neffective_from = 2015-01-01\nsource = 's'\nwords = {nl = 'n', en = 'e'}\n"


@pytest.mark.parametrize("text", ["x = [", TERM, f"{TERM}days = 3", f"{TERM}weeks = 1\n" * 2])
def test_terms_that_cannot_be_read_are_named(tmp_path, text):
    file = tmp_path / "kapot.toml"
    file.write_text(text)
    with pytest.raises(PolicyError, match=r"kapot\.toml"):
        read_terms(file=file)


def test_a_delivery_has_the_terms_of_its_day(tmp_path):
    file = tmp_path / "terms.toml"
    file.write_text(f"{TERM}weeks = 10\n{TERM.replace('2015', '2026')}weeks = 8")
    days = (date(2025, 12, 31), date(2026, 1, 1))
    assert [term.weeks for day in days for term in read_terms(day, file)] == [10, 8]


def test_the_table_that_ships_names_everybody_and_holds_placeholders():
    shipped = read_identities()
    assert shipped.regions == tuple(sorted(REGIONS))
    assert len(shipped.unfilled()) == len(shipped.parties) == 35
    few = r"stuf/identities\.csv: 35 partijen hebben nog INVULLEN: RE01, RE02, RE03 en nog 32\."
    with pytest.raises(PolicyError, match=few) as told:
        shipped.require_filled()
    assert "35 parties still have INVULLEN: RE01, RE02, RE03 and 32 more." in told.value.english
    demonstration = demonstration_identities(shipped)
    assert demonstration.unfilled() == ()
    assert len({party.oin for party in demonstration.parties.values()}) == 35
    assert demonstration.region_of(demonstration.parties["VT09"].oin) == "VT09"
    assert demonstration.region_of(demonstration.parties["RE06"].oin) is None


HEADER = "party,name,oin,application,instance_code,takes\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("party,name\n", "columns"),
        (HEADER + "RE11,Eenheid,00000000000000000001,POLITIE,X,\n", "no unit or region"),
        (HEADER + "VT26,Regio,00000000000000000001,VTAPP,,\n", "no unit or region"),
        (HEADER + "RE06,,00000000000000000001,POLITIE,X,\n", "name"),
        (HEADER + "RE06,Eenheid,123,POLITIE,X,\n", "OIN"),
        (HEADER + "RE06,Eenheid,00000000000000000001,P,X,\n", "application"),
        (HEADER + "RE06,Eenheid,00000000000000000001,POLITIE,,\n", "instance code"),
        (HEADER + "RE06,Eenheid,00000000000000000001,POLITIE,X,youth_concern\n", "takes nothing"),
        (HEADER + "VT09,Regio,00000000000000000001,VTAPP,,alles\n", "takes something else"),
        (HEADER + "VT09,Regio,INVULLEN,INVULLEN,,\nVT09,Regio,INVULLEN,INVULLEN,,\n", "twice"),
    ],
)
def test_a_table_of_parties_that_cannot_be_right_is_refused(tmp_path, text, problem):
    file = tmp_path / "partijen.csv"
    file.write_text(text)
    with pytest.raises(PolicyError, match=problem):
        read_identities(file)


def test_a_users_table_is_read_and_must_be_there(tmp_path):
    file = tmp_path / "partijen.csv"
    file.write_text(
        "\ufeff"
        + HEADER
        + "RE06,Eenheid,00000000000000000001,POLITIE,PO0600,\nVT09,Regio,,ABC,,youth_concern\n".replace(
            ",,ABC", f",{PLACEHOLDER},ABC"
        )
    )
    assert read_identities(file).unfilled() == ("VT09",)
    with pytest.raises(PolicyError, match="cannot be read"):
        read_identities(tmp_path / "weg.csv")


@pytest.mark.parametrize(
    "digits", ["", "2026", "20260230", "2026112224", "20261122246000", "2026112222150", "x" * 8, "00010101"]
)
def test_what_is_no_moment(digits):
    assert read_stamp(digits) is None


@pytest.mark.parametrize(
    ("house", "suffix", "expected"),
    [
        ("12", None, ("12", None, None, ())),
        ("12a", None, ("12", "a", None, ())),
        ("12", "a", ("12", "a", None, ())),
        ("12", "bis", ("12", None, "bis", ())),
        ("12-B", "2", ("12", "B", "2", ())),
        ("12", "1-hoog achter", ("12", None, None, ("1-hoog achter",))),
        ("t/o 12", None, (None, None, None, ("t/o 12",))),
        ("0", None, (None, None, None, ("0",))),
        (None, None, (None, None, None, ())),
    ],
)
def test_a_house_number_is_read_into_the_standards_parts(house, suffix, expected):
    row = {
        "street": "Straat",
        "house_number": house,
        "house_number_suffix": suffix,
        "postcode": "2500 aa",
        "place": "X",
    }
    address = read_address(row)
    assert (address.number, address.letter, address.suffix, address.left_over) == expected
    assert address.postcode == "2500AA"
