"""A registration's whole life: poor, returned, corrected, forwarded; held, released by two, recalled."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline import desk_steps, load_steps, night_steps, returns_steps, settle_steps
from pipeline.decide import criteria
from pipeline.desk.decisions import Decision
from pipeline.desk.queue import find_item, list_held
from pipeline.errors import DecisionRefused
from pipeline.explain import explain
from pipeline.feedback.rectify import Wrong
from pipeline.load.checkpoint import signing_key
from pipeline.load.database import query, transaction
from pipeline.load.verify import verify
from pipeline.night import run_night, take_unit
from pipeline.policy.rules import read_rules
from pipeline.policy.suites import read_suite
from pipeline.replay import replay
from pipeline.settings import read_key
from pipeline.vt_steps import rectify
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
    write(settings, night, f"{UNIT}-{night}", *registrations)
    return run_night(settings, night)["units"][UNIT]


def write(settings, night: date, export_id: str, *registrations: dict) -> None:
    """Write an export in the folder of a night, in the place of what lies there."""
    folder = settings.inbox / UNIT / str(night)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    content = "".join(json.dumps(one) + "\n" for one in registrations).encode()
    (folder / "registraties.jsonl").write_bytes(content)
    file = {"name": "registraties.jsonl", "table": "registratie", "rows": len(registrations)}
    manifest = {
        "contract": "police-export/1", "unit": UNIT, "night": str(night), "export_id": export_id,
        "dialect": "jsonl", "created_at": f"{night + timedelta(days=1)}T01:10:00+01:00",
        "files": [file | {"sha256": hashlib.sha256(content).hexdigest()}],
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))


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
    assert night_steps.status(second, settings)["balanced"]


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


def test_what_the_law_closes_is_not_released_where_it_waits_for_its_changed_contents(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    closed = {POOR: {"wpg_artikel": "9"}, HELD: {"verwijderd": True}}
    poor = [FOUNDED | {"registratienummer": number, "aanleiding": None} for number in closed]
    deliver(settings, NIGHT, *poor)
    line = deliver(settings, NIGHT + timedelta(days=1), *(one | closed[one["registratienummer"]] for one in poor))
    assert line["hold"] == 2
    for number in closed:
        with pytest.raises(DecisionRefused, match=r"gericht onderzoek|nooit meer"):
            desk_steps.decide_at_desk(number, UNIT, Decision("release", "ada", -1, regions=(REGION,)), settings)
        assert in_region(settings, "report", number) == []
    with transaction(settings.dsn, "history") as given:
        assert query(given, "SELECT DISTINCT night FROM intake.earlier") == [(NIGHT,)]


CLOSED = ({"verwijderd": True}, {"wpg_artikel": "9"}, {"vervallen": True}, {"embargo": True})


def test_nobody_sends_as_it_was_what_was_received_again_with_other_contents(settings, tmp_path, monkeypatch):
    settings = replace(settings, inbox=tmp_path / "inbox")
    numbers = [f"PL0200-202600010{place}" for place in range(2 * len(CLOSED))]
    poor = [FOUNDED | {"registratienummer": number, "contact_telefoon": None} for number in numbers]
    before = [*({**one, "acuut": True} for one in poor[: len(CLOSED)]), *poor[len(CLOSED) :]]
    line = deliver(settings, NIGHT, *before)
    assert (line["hold"], line["return"]) == (len(CLOSED), len(CLOSED))
    second = NIGHT + timedelta(days=1)
    assert deliver(settings, second, *(map(dict.__or__, before, CLOSED * 2)))["hold"] == len(numbers)
    with transaction(settings.dsn, "desk") as given:
        items = {item.registration_number: item for item in list_held(given) if item.night == NIGHT}
        assert [find_item(given, number, UNIT).night for number in items] == [second] * len(CLOSED)
    for item in items.values():
        release = Decision("release", "ada", -1, regions=(REGION,))
        with pytest.raises(DecisionRefused, match="Versie 1 is daarna ontvangen"):
            desk_steps.decide_at_desk(item.name, None, release, settings)
    monkeypatch.setattr(criteria, "read_suite", lambda name: replace(read_suite(name), rules=()))
    _, changes = replay(NIGHT, NIGHT, ["return", "hold"], settings, today=NIGHT)
    assert (changes, in_region(settings, "report", numbers[-1])) == ([], [])

    desk_steps.decide_at_desk(numbers[0], UNIT, Decision("withhold", "ada", -1, comment="weg"), settings)
    assert numbers[0] not in dict(waiting(settings)), "a person saw what came last: what came before waits for nobody"
    assert waiting(settings).count((numbers[1], 1)) == 2


def test_an_export_that_a_crash_left_and_whose_folder_was_replaced_leaves_nothing(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    one, other = (FOUNDED | {"registratienummer": number} for number in (POOR, HELD))
    deliver(settings, NIGHT, one)
    second = NIGHT + timedelta(days=1)
    write(settings, second, "first", one | {"versie": 2, "embargo": True})
    take_unit(UNIT, second, settings)  # and is killed
    assert night_steps.status(second, settings)["units"][UNIT]["state"] == "running"
    write(settings, second, "again", one | {"versie": 2, "embargo": True}, other | {"omschrijving": "Ander voorval."})
    line = run_night(settings, second)["units"][UNIT]
    assert (line["state"], line["received"]) == ("complete", 2)
    with transaction(settings.dsn, "desk") as given:
        assert query(given, "SELECT export_id, state FROM intake.export WHERE night = %s", (second,)) == [
            ("again", "loaded")
        ]
        assert [item.export_id for item in list_held(given) if item.registration_number == POOR] == ["again"]


def test_what_a_crash_left_with_a_region_already_stays_as_received(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    first = FOUNDED | {"registratienummer": POOR}
    write(settings, NIGHT, "first", first, FOUNDED | {"registratienummer": HELD, "embargo": True})
    take_unit(UNIT, NIGHT, settings)
    settle_steps.settle(NIGHT, settings)
    load_steps.load(REGION, NIGHT, settings)  # and is killed
    write(settings, NIGHT, "again", first | {"omschrijving": "Iets anders dan er stond."})
    line = run_night(settings, NIGHT)["units"][UNIT]
    assert (line["received"], line["forward"], line["hold"]) == (2, 1, 1)
    told = {each["export_id"]: each["reasons"][0]["code"] for each in story(settings, POOR)["versions"]}
    assert told == {"first": "well_founded", "again": "contents_changed"}
    assert night_steps.status(NIGHT, settings)["balanced"]
    with transaction(settings.dsn, "ledger") as given:
        assert verify(given, signing_key(read_key(settings)).public_key()).holds


def test_who_reads_that_a_second_export_is_refused_reads_that_the_first_stands(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    one, other = (FOUNDED | {"registratienummer": number} for number in (POOR, HELD))
    write(settings, NIGHT, "first", one, other | {"omschrijving": "Ander voorval."})
    file = settings.inbox / UNIT / str(NIGHT) / "registraties.jsonl"
    run_night(settings, NIGHT)
    write(settings, NIGHT, "again", one)
    file.write_text("")
    status = run_night(settings, NIGHT)
    line = status["units"][UNIT]
    assert (line["state"], line["received"], status["balanced"]) == ("refused", None, True)
    assert line["reason"].endswith(" 2 registraties; die blijven staan.")
    assert "registraties.jsonl" in line["reason"]
    write(settings, NIGHT, "again", one)
    line = run_night(settings, NIGHT)["units"][UNIT]
    assert (line["state"], line["received"]) == ("complete", 3)


def test_what_a_person_took_back_of_what_a_crash_left_stays_taken_back_when_the_folder_is_replaced(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    write(settings, NIGHT, "first", FOUNDED | {"registratienummer": POOR})
    take_unit(UNIT, NIGHT, settings)
    settle_steps.settle(NIGHT, settings)
    load_steps.load(REGION, NIGHT, settings)  # and is killed
    rectify(Wrong(POOR, "wrong_data", "tester", "klopt niet"), settings)
    write(settings, NIGHT, "again", FOUNDED | {"registratienummer": POOR})
    line = run_night(settings, NIGHT)["units"][UNIT]
    assert (line["return"], line["duplicate"], line["forward"]) == (1, 1, 0)
    assert [each["reason"] for each in story(settings, POOR)["recalls"]] == ["wrong_data"]


def test_whom_persons_were_met_as_is_kept_by_a_run_after_a_crash_amid_closing(settings, tmp_path, monkeypatch):
    settings = replace(settings, inbox=tmp_path / "inbox")
    earlier = {"kennisname": "2026-11-12T08:30:00+01:00", "pleeg_begin": "2026-11-12T08:00:00+01:00"}
    write(
        settings, NIGHT, "first", FOUNDED | {"registratienummer": POOR}, FOUNDED | earlier | {"registratienummer": HELD}
    )
    with monkeypatch.context() as patched:
        patched.setattr(night_steps.history, "keep_links", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_night(settings, NIGHT)
    run_night(settings, NIGHT)
    with transaction(settings.dsn, "links") as given:
        met = query(given, "SELECT DISTINCT registration_number, earlier_number FROM intake.person_link ORDER BY 1")
    assert met == [(POOR, HELD), (HELD, POOR)]


def test_a_release_waits_for_no_later_version_that_is_being_loaded(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    held = FOUNDED | {"registratienummer": HELD, "embargo": True}
    deliver(settings, NIGHT, held)
    release = {"kind": "release", "lock": -1, "regions": (REGION,)}
    assert not desk_steps.decide_at_desk(HELD, UNIT, Decision(account="ada", **release), settings)
    second = NIGHT + timedelta(days=1)
    write(settings, second, "retracted", held | {"versie": 2, "vervallen": True})
    take_unit(UNIT, second, settings)
    settle_steps.settle(second, settings)
    load_steps.load(REGION, second, settings)
    with pytest.raises(DecisionRefused, match="Versie 2 is daarna ontvangen"):
        desk_steps.decide_at_desk(HELD, UNIT, Decision(account="bob", **release), settings)
    night_steps.finish(second, settings)
    assert in_region(settings, "report", HELD) == []


def waiting(settings) -> list[tuple[str, int]]:
    with transaction(settings.dsn, "desk") as given:
        return sorted((item.registration_number, item.version) for item in list_held(given))


def test_a_lower_version_leaves_the_desk_when_a_higher_one_went_or_a_person_decided_over_it(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    other = {"registratienummer": HELD, "pleeg_begin": "2026-11-12T08:00:00+01:00", "straat": "Proefweg"}
    one, two = FOUNDED | {"registratienummer": POOR}, FOUNDED | other
    deliver(settings, NIGHT, one | {"embargo": True}, two | {"embargo": True})
    assert waiting(settings) == [(POOR, 1), (HELD, 1)]

    second = NIGHT + timedelta(days=1)
    deliver(settings, second, one | {"versie": 2}, two | {"versie": 2, "embargo": True})
    assert waiting(settings) == [(HELD, 1), (HELD, 2)], "while the higher one waits, so does the lower"
    versions = {version["version"]: version for version in story(settings, POOR)["versions"]}
    assert (versions[1]["outcome"], versions[2]["outcome"]) == ("hold", "forward")
    assert [(step["reasons"], step["by"]) for step in versions[1]["history"]] == [(["superseded"], "policy")]
    assert night_steps.status(NIGHT, settings)["units"][UNIT]["hold"] == 2

    desk_steps.decide_at_desk(HELD, UNIT, Decision(kind="elsewhere", account="ada", lock=-1), settings)
    assert waiting(settings) == []
    assert night_steps.status(NIGHT, settings)["units"][UNIT]["hold"] == 2


def test_danger_waits_on_where_the_higher_version_is_merely_returned(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    poor = FOUNDED | {"registratienummer": POOR, "contact_telefoon": None}
    deliver(settings, NIGHT, poor | {"acuut": True})
    line = deliver(settings, NIGHT + timedelta(days=1), poor | {"versie": 2})
    assert line["return"] == 1
    assert waiting(settings) == [(POOR, 1)]
    line = deliver(settings, NIGHT + timedelta(days=2), FOUNDED | {"registratienummer": POOR, "versie": 3})
    assert (line["forward"], waiting(settings)) == (1, [])


def test_a_correction_that_was_held_and_is_released_replaces_what_it_had_taken_back(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    one = FOUNDED | {"registratienummer": POOR}
    deliver(settings, NIGHT, one)
    deliver(settings, NIGHT + timedelta(days=1), one | {"versie": 2, "afgeschermd": True})
    assert [each["reason"] for each in story(settings, POOR)["recalls"]] == ["hold"]
    for account in ("ada", "bob"):
        decision = Decision(kind="release", lock=-1, regions=(REGION,), account=account)
        desk_steps.decide_at_desk(POOR, UNIT, decision, settings)
    told = [(each["version"], each["reason"], each["replaced_by"]) for each in story(settings, POOR)["recalls"]]
    assert told == [(1, "hold", None), (1, "replaced", 2)]
    deliver(settings, NIGHT + timedelta(days=2), one | {"versie": 3})
    recalls = story(settings, POOR)["recalls"]
    assert [(each["version"], each["replaced_by"]) for each in recalls] == [(1, None), (1, 2), (2, 3)]
    with transaction(settings.dsn, "ledger") as given:
        assert verify(given, signing_key(read_key(settings)).public_key()).holds


@pytest.mark.parametrize(
    ("later", "reason"),
    [({}, "replaced"), ({"vervallen": True}, "withhold"), ({"afgeschermd": True}, "hold"), ({"verwijderd": True}, "withhold")],
)  # fmt: skip
def test_of_two_nights_at_once_the_later_one_may_be_quicker(settings, tmp_path, later, reason):
    settings = replace(settings, inbox=tmp_path / "inbox")
    one = FOUNDED | {"registratienummer": POOR}
    write(settings, NIGHT, "first", one)
    take_unit(UNIT, NIGHT, settings)
    deliver(settings, NIGHT + timedelta(days=1), one | {"versie": 2} | later)
    settle_steps.settle(NIGHT, settings)
    load_steps.load(REGION, NIGHT, settings)
    night_steps.finish(NIGHT, settings)
    assert [(each["version"], each["reason"]) for each in story(settings, POOR)["recalls"]] == [(1, reason)]
    with transaction(settings.dsn, "region") as given:
        told = query(given, "SELECT version, description IS NOT NULL FROM vt_09.report ORDER BY 1")
        assert told == [(1, "verwijderd" not in later)] + [(2, True)] * (not later)
        assert verify(given, signing_key(read_key(settings)).public_key()).holds
