"""What the desk's pages answer to whom: log-in, roles, forged forms, languages, and nothing personal where it should not be."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from pipeline import desk_steps
from pipeline.desk.decisions import Decision, needs_four_eyes
from pipeline.desk.queue import list_held, view
from pipeline.desk.web.app import make_app
from pipeline.desk.web.render import HEADERS
from pipeline.load.database import query, transaction
from pipeline.load.desk_items import belongs_to
from pipeline.load.seal import seal_json
from pipeline.policy.rules import read_rules
from pipeline.redact import Redactor
from pipeline.settings import read_key
from tests.night.conftest import waiting
from tests.night.desk_server import who

ADDRESS = "http://desk.test"


@pytest.fixture
def app(ran):
    return make_app(ran[0], who)


def client(app, account=None):
    cookies = {"who": account} if account else {}
    return TestClient(app, base_url=ADDRESS, cookies=cookies, follow_redirects=False, raise_server_exceptions=False)


def calm(item):
    return item.outcome == "hold" and not item.danger and not needs_four_eyes(item, read_rules())


def endanger(settings, item, outcome, reason):
    """Make of an item one that may be in danger, without a signal, and return it as it stands then."""
    key = "(unit, night, export_id, row) = (%s, %s, %s, %s)"
    with transaction(settings.dsn, "desk") as cursor:
        cursor.execute(f"UPDATE intake.hold SET danger = true WHERE {key}", item.place)
        cursor.execute(
            f"UPDATE intake.outcome SET outcome = %s, reasons = %s, danger = '{{}}' WHERE {key}",
            (outcome, [reason], *item.place),
        )
    return waiting(settings, lambda other: other.name == item.name)


def reject(settings, item, payload="een mes;;12"):
    """Make of an item a row that could not be read, and return it as it stands then."""
    sealed = seal_json(read_key(settings), {"payload": payload}, belongs_to(item.key, item.row))
    with transaction(settings.dsn, "desk") as cursor:
        cursor.execute(
            "UPDATE intake.hold SET sealed = %s WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
            (sealed, *item.place),
        )
    return endanger(settings, item, "reject", "rejected")


def form_of(page):
    """The form of an item's page, as a browser would send it."""
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    for name in ("region", "mask"):
        fields[name] = re.findall(rf'type="checkbox" name="{name}" value="([^"]*)" checked', page.text)
    return fields


def decide(one, item, **changed):
    fields = form_of(one.get(f"/item/{item.name}")) | changed
    return one.post(f"/item/{item.name}/decide", data=fields, headers={"origin": ADDRESS})


def test_a_text_that_breaks_the_redactor_is_shown_and_stays(app, ran, monkeypatch):
    item = waiting(ran[0], calm)
    monkeypatch.setattr(Redactor, "redact_one", lambda *_, **__: 1 / 0)
    monkeypatch.setattr("pipeline.decide.danger.detect_danger", lambda *_: 1 / 0)
    page = client(app, "desk1").get(f"/item/{item.name}").text
    assert "Deze tekst kon niet worden nagezien en gaat niet mee" in page
    assert page.count("Niets van deze tekst gaat mee.") == page.count('class="goes"') > 0
    assert desk_steps.decide_at_desk(item.name, None, Decision("release", "ada", -1, regions=("VT09",)), ran[0])
    with transaction(ran[0].dsn, "desk") as cursor:
        gone = query(
            cursor,
            "SELECT description, reason_for_report, entries FROM vt_09.report"
            " WHERE (unit, registration_number, version) = (%s, %s, %s)",
            (item.unit, item.registration_number, item.version),
        )
    assert gone == [(None, None, [])]


def test_what_could_not_be_read_for_danger_may_be_in_danger(app, ran):
    item = endanger(ran[0], waiting(ran[0], calm), "hold", "danger_unread")
    one = client(app, "desk1")
    told = {
        "nl": "Een gevaarveld of een tekst was niet te lezen: er kan gevaar zijn.",
        "en": "A danger box or a text could not be read: there may be danger.",
    }
    for language, sentence in told.items():
        assert sentence in one.get(f"/item/{item.name}?lang={language}").text


def test_a_danger_that_cannot_be_read_again_is_not_said_to_be_ticked(app, ran, monkeypatch):
    one, ticked = client(app, "desk1"), "aangekruist door de politie"
    item = waiting(ran[0], lambda item: item.signals and ticked not in one.get(f"/item/{item.name}").text)
    monkeypatch.setattr("pipeline.decide.danger.detect_danger", lambda *_: 1 / 0)
    page = one.get(f"/item/{item.name}").text
    assert ticked not in page
    assert page.count("Een gevaarveld of een tekst was niet te lezen") == len(item.signals)


def test_a_stranger_sees_nothing(app, ran):
    item = waiting(ran[0], calm)
    for address in ("/", "/overruled", f"/item/{item.name}"):
        answer = client(app).get(address)
        assert answer.status_code == 401
        assert item.registration_number not in answer.text
        assert "/api/v2/auth/login?" in answer.text


@pytest.mark.parametrize("account", ["kijker", "beheer", "admin"])
def test_who_has_no_need_sees_the_list_and_no_contents(app, ran, account):
    item = waiting(ran[0], calm)
    one = client(app, account)
    assert item.registration_number in one.get("/").text
    assert f"/item/{item.name}" not in one.get("/").text
    assert one.get(f"/item/{item.name}").status_code == 403
    sent = {"lock": "0", "kind": "withhold", "comment": "x"}
    assert one.post(f"/item/{item.name}/decide", data=sent, headers={"origin": ADDRESS}).status_code == 403
    with transaction(ran[0].dsn, "desk") as cursor:
        assert query(cursor, "SELECT count(*) FROM intake.desk_view") == [(0,)]


def test_the_list_holds_nothing_personal(app, ran):
    settings = ran[0]
    names = set()
    with transaction(settings.dsn, "desk") as cursor:
        for item in list_held(cursor, limit=30):
            contents = view(cursor, item, "ada", read_key(settings))
            names |= set(contents.person.get_column("family_name").drop_nulls())
    listed = client(app, "desk1").get("/").text
    assert len(names) > 20
    assert [name for name in names if len(name) > 3 and re.search(rf"\b{re.escape(name)}\b", listed)] == []


def test_every_answer_forbids_what_it_does_not_need(app, ran):
    item = waiting(ran[0], calm)
    one = client(app, "desk1")
    for address in ("/", f"/item/{item.name}", "/static/desk.js", "/nothing", "/static/app.py"):
        answer = one.get(address)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert one.get("/static/app.py").status_code == one.get("/item/RE01").status_code == 404


@pytest.mark.parametrize(
    ("headers", "changed"),
    [
        ({"origin": "https://elsewhere.test"}, {}),
        ({}, {}),
        ({"origin": "null"}, {}),
        ({"origin": ADDRESS, "sec-fetch-site": "cross-site"}, {}),
        ({"origin": ADDRESS}, {"token": "0" * 64}),
        ({"origin": ADDRESS}, {"token": ""}),
    ],
)
def test_a_forged_decision_is_refused(app, ran, headers, changed):
    item = waiting(ran[0], calm)
    one = client(app, "desk1")
    fields = form_of(one.get(f"/item/{item.name}")) | {"kind": "withhold"} | changed
    assert one.post(f"/item/{item.name}/decide", data=fields, headers=headers).status_code == 403
    assert waiting(ran[0], lambda other: other.name == item.name).lock == 0


def test_the_token_of_one_person_is_no_token_of_another(app, ran):
    item = waiting(ran[0], calm)
    one, other = client(app, "desk1"), client(app, "desk2")
    fields = form_of(one.get(f"/item/{item.name}")) | {"kind": "withhold"}
    other.cookies.set("desk_session", one.cookies["desk_session"])
    assert other.post(f"/item/{item.name}/decide", data=fields, headers={"origin": ADDRESS}).status_code == 403


def test_a_decision_returns_to_the_queue_and_is_told(app, ran):
    item = waiting(ran[0], calm)
    one = client(app, "desk1")
    answer = decide(one, item, kind="elsewhere")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?done=elsewhere")
    assert "Genoteerd: niet voor Veilig Thuis." in one.get(answer.headers["location"]).text
    assert 'class="note good"' not in one.get("/?done=Bel+nu").text, "nothing that a link says"
    gone = one.get(f"/item/{item.name}")
    assert gone.status_code == 410
    assert "Iemand was eerder" in gone.text
    assert "niet uitgevoerd" not in gone.text, "nothing was decided just now"


def test_what_left_the_desk_by_itself_lies_here_no_more(app, ran):
    item = waiting(ran[0], lambda item: item.danger and item.outcome == "hold")
    one = client(app, "desk1")
    assert decide(one, item, kind="return", comment="Wie is het kind?").status_code == 303
    with transaction(ran[0].dsn, "desk") as cursor:
        cursor.execute("UPDATE intake.hold SET decided_at = now(), sealed = NULL")  # a higher version came
    gone = one.get(f"/item/{item.name}")
    assert gone.status_code == 410
    assert "ligt hier niet meer" in gone.text
    assert one.get(f"/item/{item.name}9").status_code == 404


def test_what_was_not_shown_is_shown_before_it_goes(app, ran):
    item = waiting(ran[0], calm)
    one = client(app, "desk1")
    shown = decide(one, item, kind="release", region=["VT01", "VT02"])
    assert shown.status_code == 200
    assert "Er is nog niets verzonden" in shown.text
    fields = form_of(shown)
    assert sorted(fields["region"]) == ["VT01", "VT02"]
    sent = one.post(f"/item/{item.name}/decide", data=fields | {"kind": "release"}, headers={"origin": ADDRESS})
    assert sent.headers["location"] == "/?done=release"
    with transaction(ran[0].dsn, "desk") as cursor:
        assert query(
            cursor,
            "SELECT regions FROM intake.outcome WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
            item.place,
        ) == [(["VT01", "VT02"],)]


def test_what_is_missing_is_said_beside_what_was_filled_in(app, ran):
    item = waiting(ran[0], calm)
    answer = decide(client(app, "desk1"), item, kind="return", comment=" ")
    assert answer.status_code == 400
    assert "een opmerking is nodig" in answer.text
    danger = waiting(ran[0], lambda item: item.danger and item.outcome == "hold")
    assert "zeg waarom" in decide(client(app, "desk1"), danger, kind="withhold").text


def test_a_form_that_is_none_of_ours_is_refused_without_repeating_it(app, ran):
    item = waiting(ran[0], calm)
    one = client(app, "desk1")
    stretches = ({"mask": ["Jansen"]}, {"mask": ["description::0-99999999"]})
    for changed in ({"lock": "Jansen"}, {"lock": "-1"}, {"region": ["VT99"]}, {"region": ["\0"]}, *stretches):
        answer = decide(one, item, **{"kind": "release"} | changed)
        assert answer.status_code == 400
        assert "Jansen" not in answer.text


def test_what_postgresql_cannot_hold_is_wrong_use_and_in_a_comment_a_blank(app, ran):
    one = client(app, "desk1")
    for address in ("/item/%00", "/item/RE06.2026-11-22.%00.1", "/?unit=%00", "/?reason=%00", "/overruled?days=%00"):
        assert one.get(address).status_code == 400
    item = waiting(ran[0], calm)
    assert decide(one, item, kind="return", comment="Wie is\0het?").status_code == 303
    with transaction(ran[0].dsn, "desk") as cursor:
        assert query(cursor, "SELECT comment FROM intake.desk_decision ORDER BY decision DESC LIMIT 1") == [
            ("Wie is het?",)
        ]


def test_an_error_tells_no_value(app, ran, monkeypatch, caplog):
    def fail(*_, **__):
        raise ValueError("Jansen, 999900018")

    monkeypatch.setattr(desk_steps, "open_item", fail)
    answer = client(app, "desk1").get(f"/item/{waiting(ran[0], calm).name}")
    assert answer.status_code == 500
    assert "Jansen" not in answer.text + caplog.text
    assert "ValueError" in caplog.text


def test_english_is_on_a_switch_that_is_kept(app):
    one = client(app, "desk1")
    assert '<html lang="nl">' in one.get("/").text
    assert "Release desk" in one.get("/?lang=en").text
    assert '<html lang="en">' in one.get("/overruled").text


def test_the_queue_is_chosen_from_by_unit_reason_and_danger(app, ran):
    one = client(app, "desk1")
    with transaction(ran[0].dsn, "desk") as cursor:
        items = list_held(cursor, limit=1000)
    unit, reason = items[-1].unit, items[-1].reasons[0]
    rows = re.findall(r"data-open>([^<]+)<", one.get(f"/?unit={unit}&reason={reason}&danger=0").text)
    wanted = [item for item in items if item.unit == unit and reason in item.reasons and not item.danger]
    assert rows == [item.registration_number for item in wanted]
    assert "Er wacht niets bij deze keuze, en wel iets daarbuiten" in one.get("/?late=1").text
    assert '<option value="RE98" selected>RE98: 0' in one.get("/?unit=RE98").text, "not: all units"
    assert one.get("/?page=99").status_code == 200


def test_the_overruled_page_counts_what_was_decided(app, ran):
    one = client(app, "desk1")
    item = waiting(ran[0], calm)
    decide(one, item, kind="release", region=["VT01"])
    answer = decide(one, item, kind="elsewhere")
    assert answer.status_code == 303
    page = one.get("/overruled?days=30").text
    gate = read_rules().gate(item.reasons[0])
    assert gate.words.nl in page
    assert "<meter" in page


def test_a_rejected_row_is_read_field_by_field_what_is_empty_by_itself(app, ran):
    item = reject(ran[0], waiting(ran[0], calm), '{"kennisname": "", "omschrijving": "een <mes>", "acuut": "J"}')
    page = client(app, "desk1").get(f"/item/{item.name}").text
    assert "<dt>omschrijving</dt><dd>een &lt;mes&gt;</dd>" in page
    assert "leeg: kennisname</p>" in page


def test_without_a_region_nothing_is_said_to_stay(app, ran):
    item = waiting(ran[0], lambda one: one.outcome == "hold" and not one.regions)
    one = client(app, "desk1")
    page = one.get(f"/item/{item.name}")
    assert "Er is nog geen regio" in page.text
    assert "gaat niet</em>" not in page.text, "it says of nothing that it stays: nobody knows yet"
    assert "Den Haag (RE06)" in one.get("/check").text
    form = form_of(page) | {"region": ["VT09"]}
    chosen = one.post(f"/item/{item.name}/preview", data=form, headers={"origin": ADDRESS}).text
    assert "gaat niet</em>" in chosen


def test_a_rejected_row_is_shown_as_it_came_and_can_only_go_back(app, ran):
    item = reject(ran[0], waiting(ran[0], calm))
    one = client(app, "desk1")
    page = one.get(f"/item/{item.name}").text
    assert "De regel zoals hij kwam" in page
    assert page.count("gevaarsignaal te lezen, of een gevaarveld of tekst ervan was niet te lezen") == 1
    assert 'value="release"' not in page
    assert 'value="elsewhere"' not in page
    assert decide(one, item, kind="release").status_code == 400
    assert decide(one, item, kind="withhold", comment="opnieuw gevraagd").status_code == 303
