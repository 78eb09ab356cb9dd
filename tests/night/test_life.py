"""A registration's whole life: poor, returned, corrected, forwarded; held, released by two, recalled."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline import desk_steps, returns_steps, steps
from pipeline.desk.decisions import Decision
from pipeline.errors import DecisionRefused
from pipeline.explain import explain
from pipeline.load.database import query, transaction
from pipeline.night import run_night
from pipeline.policy.rules import read_rules
from tests.night.conftest import NIGHT

UNIT, REGION = "RE02", "VT09"
POOR, HELD = "PL0200-2026000001", "PL0200-2026000002"
PERSON = {
    "volgnummer": 1, "rol": "SO", "geslachtsnaam": "Testman", "voornamen": "Ada", "geboortedatum": "1990-03-04",
    "postcode": "2511AA", "huisnummer": "1", "relatie": "partner", "relatie_tot": 2, "geheim_adres": False,
}  # fmt: skip
FOUNDED = {
    "versie": 1, "soort": "HG", "kennisname": "2026-11-22T21:30:00+01:00", "pleeg_begin": "2026-11-22T21:00:00+01:00",
    "postcode": "2511AA", "huisnummer": "1", "plaats": "'s-Gravenhage", "gemeentecode": "0518", "wpg_artikel": "8",
    "vervallen": False, "verwijderd": False, "embargo": False, "afgeschermd": False, "aanleiding": "01",
    "contact_telefoon": "0900-8844", "omschrijving": "Ter plaatse zagen wij dat de vrouw huilde en de tafel omver lag.",
    "betrokkenen": [PERSON, PERSON | {"volgnummer": 2, "rol": "VE", "voornamen": "Bob", "relatie_tot": 1}],
    "mutaties": [], "antecedenten": [],
}  # fmt: skip


def deliver(settings, night: date, *registrations: dict) -> dict:
    """Write the unit's export of a night, run the night, and return the unit's line of the status."""
    folder = settings.inbox / UNIT / str(night)
    folder.mkdir(parents=True)
    content = "".join(json.dumps(one) + "\n" for one in registrations).encode()
    (folder / "registraties.jsonl").write_bytes(content)
    file = {"name": "registraties.jsonl", "table": "registratie", "rows": len(registrations)}
    manifest = {
        "contract": "police-export/1", "unit": UNIT, "night": str(night), "export_id": f"{UNIT}-{night}",
        "dialect": "jsonl", "created_at": f"{night + timedelta(days=1)}T01:10:00+01:00",
        "files": [file | {"sha256": hashlib.sha256(content).hexdigest()}],
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return run_night(settings, night)["units"][UNIT]


def story(settings, number: str) -> dict:
    with transaction(settings.dsn, "explain") as given:
        return explain(given, number, UNIT, read_rules())


def in_region(settings, table: str, number: str) -> list[tuple]:
    with transaction(settings.dsn, "region") as given:
        return query(given, f"SELECT * FROM vt_09.{table} WHERE registration_number = %s", (number,))


def page(settings, night: date) -> str:
    return (settings.home / "outgoing" / UNIT / str(night) / "retour.html").read_text()


def test_a_whole_life(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    poor = FOUNDED | {"registratienummer": POOR, "betrokkenen": [], "contact_telefoon": None}
    others = {"geslachtsnaam": "Proefstra", "voornamen": "Cor", "geboortedatum": "1971-07-08", "huisnummer": "88"}
    persons = [person | others | {"postcode": "2511BB"} for person in FOUNDED["betrokkenen"]]
    held = FOUNDED | {"registratienummer": HELD, "embargo": True, "huisnummer": "88", "betrokkenen": persons}
    held |= {"postcode": "2511BB", "pleeg_begin": "2026-11-12T08:00:00+01:00"}

    # the first night: one comes back with what is missing, the other waits for two persons
    line = deliver(settings, NIGHT, poor, held)
    assert (line["return"], line["hold"], line["forward"]) == (1, 1, 0)
    assert POOR in page(settings, NIGHT)
    assert "Vul telefoon of e-mail van het loket in." in page(settings, NIGHT)
    assert HELD not in page(settings, NIGHT)
    assert in_region(settings, "report", POOR) == []
    release = {"kind": "release", "lock": -1, "regions": (REGION,)}
    assert not desk_steps.decide_at_desk(HELD, UNIT, Decision(account="ada", **release), settings)
    with pytest.raises(DecisionRefused):
        desk_steps.decide_at_desk(HELD, UNIT, Decision(account="ada", **release), settings)
    assert in_region(settings, "report", HELD) == []
    assert desk_steps.decide_at_desk(HELD, UNIT, Decision(account="bob", **release), settings)
    assert len(in_region(settings, "report", HELD)) == 1

    # the second night: the correction fills the gaps, goes, and names the return that it answers
    second = NIGHT + timedelta(days=1)
    line = deliver(settings, second, FOUNDED | {"registratienummer": POOR, "versie": 2})
    assert line["forward"] == 1
    assert len(in_region(settings, "report", POOR)) == 1
    versions = {version["version"]: version for version in story(settings, POOR)["versions"]}
    assert (versions[1]["outcome"], versions[2]["outcome"]) == ("return", "forward")
    assert versions[2]["answers"] == {"version": 1, "night": str(NIGHT)}
    assert versions[1]["answers"] is None
    returns_steps.returns(NIGHT, settings)
    assert "beantwoord door versie" in page(settings, NIGHT)

    # the third night: the unit retracts what two persons released
    line = deliver(settings, second + timedelta(days=1), held | {"versie": 2, "vervallen": True})
    assert line["withhold"] == 1
    [recall] = story(settings, HELD)["recalls"]
    assert (recall["region"], recall["version"]) == (REGION, 1)
    assert len(in_region(settings, "report", HELD)) == 1, "the row stays, and is recalled"
    assert len(in_region(settings, "recall", HELD)) == 1
    history = story(settings, HELD)["versions"][0]["history"]
    assert [(step["from"], step["to"]) for step in history] == [("hold", "forward")]
    assert steps.status(second, settings)["balanced"]


def test_what_grew_too_old_while_it_waited_is_not_released(settings, tmp_path, monkeypatch):
    settings = replace(settings, inbox=tmp_path / "inbox")
    known = {"kennisname": "2021-11-23T21:30:00+01:00", "pleeg_begin": "2021-11-23T21:00:00+01:00"}
    deliver(settings, NIGHT, FOUNDED | known | {"registratienummer": HELD, "embargo": True})
    release = {"kind": "release", "lock": -1, "regions": (REGION,)}
    monkeypatch.setattr(desk_steps, "now", lambda _: datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert not desk_steps.decide_at_desk(HELD, UNIT, Decision(account="ada", **release), settings)
    monkeypatch.setattr(desk_steps, "now", lambda _: datetime(2026, 11, 23, 23, 30, tzinfo=UTC))  # 24 November here
    with pytest.raises(DecisionRefused, match="langer dan vijf jaar"):
        desk_steps.decide_at_desk(HELD, UNIT, Decision(account="bob", **release), settings)
    assert in_region(settings, "report", HELD) == []
