"""What a unit is told of a night: every export has a receipt, every return its gaps, and nothing says who it is about."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

from pipeline import returns_steps
from pipeline.errors import UnitsUntold
from pipeline.load.database import query, transaction
from pipeline.policy.rules import OUTCOMES
from pipeline.policy.words import Words
from pipeline.returns.gather import Answer, Returned, UnitNight, answered_return, gather
from pipeline.returns.write import _safe, receipt, returns_list, returns_page
from tests.night.conftest import NIGHT


def folder(settings, unit):
    return settings.home / "outgoing" / unit / str(NIGHT)


@pytest.fixture(scope="module")
def told(night_done):
    """What the finished night said of a unit with returns, and its files."""
    settings, status = night_done
    unit = max(status["units"], key=lambda name: status["units"][name]["return"] or 0)
    with transaction(settings.dsn, "returns") as given:
        return settings, gather(given, unit, NIGHT)


def test_every_unit_that_delivered_has_a_receipt_that_adds_up(night_done):
    settings, status = night_done
    for unit, line in status["units"].items():
        found = json.loads((folder(settings, unit) / "ontvangstbewijs.json").read_text())
        assert sum(one["received"] for one in found["exports"]) == line["received"]
        for outcome in OUTCOMES:
            assert sum(one["outcomes"][outcome] for one in found["exports"]) == line[outcome]
        assert len(found["returned"]) == line["return"]
        assert "Ontvangst en retour" in (folder(settings, unit) / "retour.html").read_text()


def test_columns_that_were_dropped_are_named_and_counted(told):
    _, night = told
    one = replace(night.receipts[0], dropped={"registration": ["eigen", "ander"], "person": ["eigen"]})
    [said] = json.loads(receipt(replace(night, receipts=[one]), []))["exports"]
    assert (said["dropped"]["registration"], said["dropped_columns"]) == (["eigen", "ander"], 3)


def test_a_return_says_what_is_missing_how_to_add_it_and_how_usual_that_is(told):
    _, night = told
    assert night.returned
    rows = list(csv.DictReader(io.StringIO(returns_list(night).lstrip("\ufeff")), delimiter=";"))
    assert {row["registratienummer"] for row in rows} == {one.registration_number for one in night.returned}
    for row in rows:
        assert row["wat_ontbreekt"]
        assert row["hoe_aan_te_vullen"]
        assert row["aandeel_bij_eenheid"].endswith("%")
    assert {"ja", "nee"} >= {row["houdt_tegen"] for row in rows} >= {"ja"}
    assert all(0 < share <= 1 for share in night.usual.values())


def test_nothing_in_the_files_says_who_it_is_about(told):
    settings, night = told
    with transaction(settings.dsn, "names") as given:
        names = {
            name
            for region in ("01", "02", "04", "06", "09", "13", "17")
            for (name,) in query(
                given, f"SELECT DISTINCT family_name FROM vt_{region}.person WHERE length(family_name) > 4"
            )
        }
    told = "\n".join(file.read_text() for file in folder(settings, night.unit).iterdir())
    assert told
    assert names
    assert [name for name in names if f" {name}" in told] == []


def test_twice_gives_the_same_bytes(ran):
    settings, _ = ran

    def files():
        return {file.name: file.read_bytes() for file in folder(settings, "RE06").iterdir()}

    assert returns_steps.returns(NIGHT, settings)["RE06"] >= 0
    first = files()
    returns_steps.returns(NIGHT, settings)
    assert files() == first
    assert returns_steps.returns(NIGHT.replace(year=2020), settings) == {}


def test_a_unit_that_cannot_be_told_leaves_no_other_untold(ran, monkeypatch):
    settings, status = ran
    tell, (first, *others) = returns_steps.write_unit_night, sorted(status["units"])
    away = replace(settings, home=settings.home / "away")

    def mute(told, *given):
        if told.unit == first:
            raise KeyError("Jansen")
        tell(told, *given)

    with monkeypatch.context() as patched:
        patched.setattr(returns_steps, "write_unit_night", mute)
        with pytest.raises(UnitsUntold, match=f"{first} {NIGHT}: KeyError at test_returns.py") as untold:
            returns_steps.returns(NIGHT, away)
    assert "meldstroom returns" in str(untold.value)
    assert not [name for name in (*others, "Jansen") if name in str(untold.value)]
    assert [unit for unit in others if not (folder(away, unit) / "ontvangstbewijs.json").exists()] == []
    assert len(others) > 1
    assert not folder(away, first).exists()
    assert first in returns_steps.returns(NIGHT, away)
    assert (folder(away, first) / "ontvangstbewijs.json").exists()


def test_a_question_a_comment_and_an_answer_are_shown():
    asked = Returned("PL0600-2026000001", 1, "x", (), ("=Wie is het kind?",), True, None)
    answered = Returned("PL0600-2026000002", 1, "x", ("routes",), (), False, Answer(2, NIGHT, "forward"))
    refused = Words("RE06, manifest.json: het ontbreekt.", "RE06, manifest.json: it is missing.")
    night = UnitNight("RE06", NIGHT, [], [refused], [asked, answered], {"routes": 0.5})
    rows = list(csv.DictReader(io.StringIO(returns_list(night).lstrip("\ufeff")), delimiter=";"))
    assert [row["beantwoord_door_versie"] for row in rows] == ["", "2"]
    assert rows[0]["vraag_van_loket"] == "'=Wie is het kind?"
    page = returns_page(night, [])
    for words in (
        "Het loket vraagt",
        "beantwoord door versie",
        "doorgezonden",
        "het ontbreekt",
        "it is missing",
        "50%",
    ):
        assert words in page
    assert [one["version"] for one in json.loads(receipt(night, []))["returned"]] == [1]
    assert (_safe("plain"), _safe("")) == ("plain", "")


def test_an_answer_names_the_return_below_it():
    def answers(version, *others):
        return answered_return(version, others)

    assert answers(2, (1, NIGHT, "return", False)) == {"version": 1, "night": str(NIGHT)}
    assert answers(3, (1, NIGHT, "return", False), (2, NIGHT, "forward", False)) is None
    assert answers(3, (1, NIGHT, "return", False), (2, NIGHT, "duplicate", True)) == {"version": 1, "night": str(NIGHT)}
    assert answers(3, (1, NIGHT, "return", False), (2, NIGHT, "reject", False)) == {"version": 1, "night": str(NIGHT)}
    assert answers(1, (1, NIGHT, "return", False)) is None
