"""Messages of every shape that the standard has: what a field says is read wherever the schema lets it stand."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.errors import ExportRefused
from pipeline.schema import Tables
from tests.receive.exports import message, report, write_export
from tests.receive.test_dialects import take

NIL = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true' StUF:noValue='waardeOnbekend'"
CHILD = {"role": "KI", "family_name": "Testman", "sex": "V"}
CONCERN = "</JZ:omschrijvingZorgelijkeSituatie>"
SEX = "</BG:geslachtsaanduiding>"


def taken(folder: Path, old: str = "", new: str = "", **given: Any) -> Tables:
    """Take one message in which `old` is changed into `new`."""
    row = report(1, **({"person": [CHILD], "reason_for_report": "Zorgen.", "description": "Ruzie."} | given))
    export = write_export(folder, [row], "stuf")
    text = message(row)
    assert old in text
    export.files["melding-00001.xml"] = text.replace(old, new, 1).encode()
    return take(export.seal(), folder / "out")[1]


def first(folder: Path, old: str = "", new: str = "", **given: Any) -> dict[str, Any]:
    return taken(folder, old, new, **given).registration.row(0, named=True)


def test_a_compressed_message_is_no_message(tmp_path):
    """It would be unpacked to any size."""
    export = write_export(tmp_path, [report(1)], "stuf")
    export.edit("melding-00001.xml", gzip.compress)
    with pytest.raises(ExportRefused, match="no well-formed XML"):
        take(export.seal(), tmp_path / "out")


def test_a_comment_does_not_end_a_text(tmp_path):
    told = first(tmp_path, "Ruzie.", "Ruzie.<!-- x --> Hij <?pi?>pakte <![CDATA[een mes.]]>")
    assert told["description"] == "Ruzie. Hij pakte een mes."


def test_markup_does_not_end_a_text(tmp_path):
    told = first(tmp_path, "Ruzie.", "Ruzie.<b> Hij</b> pakte <i>een <u>mes</u></i>.")
    assert told["description"] == "Ruzie. Hij pakte een mes."


@pytest.mark.parametrize("mark", ["D", "M", "J"])
def test_a_day_that_is_known_in_part_is_no_day(tmp_path, mark):
    told = first(tmp_path, "<JZ:datumIncident>", f"<JZ:datumIncident StUF:indOnvolledigeDatum='{mark}'>")
    assert told["committed_from"] is None
    assert "unreadable:committed_from" in told["problems"]


def test_a_report_date_that_is_known_in_part_rejects(tmp_path):
    taken(tmp_path, "<JZ:datumMelding>", "<JZ:datumMelding StUF:indOnvolledigeDatum='M'>")
    rejected = pl.read_parquet(tmp_path / "out/rejected.parquet").get_column("problems").to_list()
    assert rejected == [["unreadable:known_at", "precision:day:committed_from"]]


@pytest.mark.parametrize(
    ("body", "informed"),
    [
        (f"<JZ:isGeinformeerdAan {NIL}/>", None),
        ("<JZ:isGeinformeerdAan><JZ:indicatieGereageerd>Nee</JZ:indicatieGereageerd></JZ:isGeinformeerdAan>", True),
    ],
)
def test_nobody_told_is_not_told(tmp_path, body, informed):
    assert first(tmp_path, "</JZ:object>", f"{body}</JZ:object>")["informed"] is informed


@pytest.mark.parametrize(
    ("filled", "stalking"),
    [
        ("Ja</JZ:indicatieSASHIngevuld><JZ:SASHniveau>hoog</JZ:SASHniveau>", True),
        ("Ja</JZ:indicatieSASHIngevuld><JZ:SASHniveau>matig</JZ:SASHniveau>", True),
        ("Ja</JZ:indicatieSASHIngevuld><JZ:SASHniveau>laag</JZ:SASHniveau>", None),
        ("Ja</JZ:indicatieSASHIngevuld>", True),
        ("JA</JZ:indicatieSASHIngevuld><JZ:SASHniveau>Hoog</JZ:SASHniveau>", True),
        ("Nee</JZ:indicatieSASHIngevuld>", None),
    ],
)
def test_a_screening_for_stalking_is_the_box(tmp_path, filled, stalking):
    told = first(tmp_path, "<JZ:betreft", f"<JZ:indicatieSASHIngevuld>{filled}<JZ:betreft")
    assert told["stalking"] is stalking


@pytest.mark.parametrize(
    ("answer", "read"),
    [("Ja, tot en met 2 december", True), ("JA", True), ("Nee, niet nodig", False), ("Jaap is gehoord", None)],
)
def test_an_answer_in_words_begins_with_yes_or_no(tmp_path, answer, read):
    told = first(tmp_path, CONCERN, f"{CONCERN}<JZ:tijdelijkHuisverbod>{answer}</JZ:tijdelijkHuisverbod>")
    assert told["restraining_order"] is read
    rest = "" if answer == "JA" else f"\nhuisverbod: {answer}"
    assert told["reason_for_report"] == f"Zorgen.{rest}"


def test_what_is_told_in_other_fields_is_not_lost(tmp_path):
    extra = (
        f"<JZ:aanvullendeInformatie>Vader dreigt met een mes.</JZ:aanvullendeInformatie>"
        f"<JZ:bestaandeHulpverlening {NIL}/>"
    )
    about = (
        "</JZ:jeugzorgrol><JZ:aanvullendeInformatieBetrokkenPersoon>Zwanger.</JZ:aanvullendeInformatieBetrokkenPersoon>"
        "<JZ:overigeZorgMinderjarige>Weggelopen.</JZ:overigeZorgMinderjarige>"
    )
    row = report(1, person=[CHILD], reason_for_report="Zorgen.")
    export = write_export(tmp_path, [row], "stuf")
    text = message(row).replace(CONCERN, CONCERN + extra).replace("</JZ:jeugzorgrol>", about)
    export.files["melding-00001.xml"] = text.encode()
    told = take(export.seal(), tmp_path / "out")[1].registration["reason_for_report"].to_list()
    assert told == ["Zorgen.\nVader dreigt met een mes.\njeugdige: Zwanger.\njeugdige: Weggelopen."]


def test_what_is_nil_does_not_stand_before_what_is_not(tmp_path):
    contact = (
        f"<JZ:contactgegevensVerdiepingOpInfo><JZ:telefoonnummer {NIL}/><JZ:telefoonnummer>0900-0000</JZ:telefoonnummer>"
        "</JZ:contactgegevensVerdiepingOpInfo>"
    )
    assert first(tmp_path, "<JZ:betreft", f"{contact}<JZ:betreft")["contact_phone"] == "0900-0000"


def test_an_address_stands_under_either_name(tmp_path):
    unknown = f"<BG:formeelVerblijfadresBinnenland><BG:wpl.woonplaatsNaam {NIL}/></BG:formeelVerblijfadresBinnenland>"
    lives = (
        "<BG:feitelijkVerblijfsadresBinnenland><BG:wpl.woonplaatsNaam>Ede</BG:wpl.woonplaatsNaam>"
        "</BG:feitelijkVerblijfsadresBinnenland>"
    )
    speaks = "<BG:taal>Pools</BG:taal>"
    person = taken(tmp_path, SEX, f"{SEX}{speaks}{unknown}{lives}").person.row(0, named=True)
    assert (person["place"], person["interpreter_language"]) == ("Ede", "Pools")


@pytest.mark.parametrize(
    ("text", "role", "relation", "custody"),
    [
        ("voogd", "OU", "ouder", True),
        ("overige verwant", "OV", "familie", None),
        ("verpleegkundige, arts of medisch specialist", "PR", None, None),
    ],
)
def test_a_role_of_the_standard_is_known(tmp_path, text, role, relation, custody):
    persons = taken(tmp_path, person=[CHILD, {"role": text, "family_name": "Testman", "sex": "V"}]).person
    assert persons.select("role", "relation", "custody").row(1) == (role, relation, custody)


PLACES = {
    "Dorpsstraat 1, 2511AA Den Haag": ("Dorpsstraat", "1", None, "2511AA", "Den Haag"),
    "Dorpsstraat 1 2511 AA Den Haag": ("Dorpsstraat", "1", None, "2511AA", "Den Haag"),
    "Dorpsstraat 1, 2511aa Den Haag": ("Dorpsstraat", "1", None, "2511AA", "Den Haag"),
    "Dorpsstraat 1012hs, Den Haag": ("Dorpsstraat", "1012", "hs", None, "Den Haag"),
    "Dorpsstraat 12-a,\n   2511 AA, Den Haag": ("Dorpsstraat", "12", "-a", "2511AA", "Den Haag"),
    "1e Dwarsstraat 5, 2511AA Den Haag, Nederland": ("1e Dwarsstraat", "5", None, "2511AA", "Den Haag"),
    "Plein 1940-1945 3, Den Haag": ("Plein 1940-1945", "3", None, None, "Den Haag"),
    "Berg 5, Nuenen, Gerwen en Nederwetten": ("Berg", "5", None, None, "Nuenen, Gerwen en Nederwetten"),
    "Plein 3, Den Haag, Nederland": ("Plein", "3", None, None, "Den Haag"),
    "Dorpsstraat, Den Haag": ("Dorpsstraat", None, None, None, "Den Haag"),
    "Den Haag": (None, None, None, None, "Den Haag"),
    "in het park, bij de vijver, Den Haag": (None, None, None, None, "in het park, bij de vijver, Den Haag"),
}


@pytest.mark.parametrize("text", PLACES)
def test_an_address_line_is_taken_apart(tmp_path, text):
    told = first(tmp_path, place=text)
    assert (
        tuple(told[n] for n in ("street", "house_number", "house_number_suffix", "postcode", "place")) == PLACES[text]
    )


@pytest.mark.parametrize("text", ["Hoek van" + " " * 3_000 + "Holland", "a 1" * 30_000, "1234 " * 20_000])
def test_an_address_line_of_any_length_costs_no_time(tmp_path, text):
    started = time.process_time()
    assert first(tmp_path, place=text)["known_at"] == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert time.process_time() - started < 5
