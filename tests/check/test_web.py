"""The page that advises on a draft, as a signed-in person and as a stranger."""

from __future__ import annotations

import json
import re

import pytest
from fastapi.testclient import TestClient

from pipeline.desk.web import app as desk_app
from pipeline.desk.web.guard import Person, signed_in
from pipeline.settings import read_settings

DRAFT = json.dumps(
    {"registratienummer": "PL0600-2026000001", "versie": 1, "soort": "HG", "kennisname": "2026-11-22T21:30:00+01:00",
     "wpg_artikel": "8", "omschrijving": "ruzie"}
)  # fmt: skip
HERE = "http://testserver"


@pytest.fixture
def client(tmp_path, monkeypatch):
    """The desk's app without a database, opened by a viewer."""
    monkeypatch.setattr(desk_app, "read_redactor", lambda: None)  # nothing here reads a text of the desk
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path), "MELDSTROOM_DSN": "postgresql://127.0.0.1:1/none"})
    return TestClient(desk_app.make_app(settings, lambda: Person("kijker", "viewer")))


def send(client, token=None, **given):
    page = client.get("/check").text
    found = re.search(r'name="token" value="([^"]+)"', page)[1]
    form = {"token": found if token is None else token, "unit": "", "draft": ""} | given
    files = form.pop("files", None)
    return client.post("/check", data=form, files=files, headers={"origin": HERE})


def test_a_pasted_draft_is_judged_in_two_languages(client):
    told = send(client, draft=DRAFT)
    assert told.status_code == 200
    assert "Zou niet worden doorgezonden" in told.text
    assert "Vul naam en geboortedatum in" in told.text
    client.get("/check?lang=en")
    assert "Would not go" in send(client, draft=DRAFT).text
    assert told.headers["cache-control"] == "no-store"


def test_files_and_a_chosen_unit(client):
    told = send(client, unit="RE04", files=[("files", ("concept.jsonl", DRAFT.encode()))])
    assert "PL0600-2026000001" in told.text
    assert "RE04)" in told.text


@pytest.mark.parametrize(
    ("number", "unit", "guessed"), [("PL9900", "", True), ("PL9900", "RE04", False), ("PL0600", "", False)]
)
def test_a_unit_that_nothing_tells_is_said_to_be_guessed(client, number, unit, guessed):
    told = send(client, unit=unit, draft=DRAFT.replace("PL0600", number)).text
    assert ("gelezen met de werkafspraak van RE01" in told) is guessed
    assert "werkafspraak van" not in client.get("/check").text


def test_what_cannot_be_read_says_so(client):
    nothing = send(client)
    assert nothing.status_code == 400
    assert "werkafspraak van" not in nothing.text
    told = send(client, draft="<a>&b;</a>")
    assert told.status_code == 400
    assert "Dit kan niet worden gelezen" in told.text
    assert "kolom;" in send(client, draft="kolom;\n1;").text
    empty = send(client, files=[("files", ("concept.jsonl", b" \n"))])
    assert empty.status_code == 400
    assert "is geen JSON-object" in empty.text


def test_a_refusal_is_in_the_language_of_the_page(client):
    assert "Dit kan niet worden gelezen: concept: regel 1 is geen JSON-object" in send(client, draft="{").text
    client.get("/check?lang=en")
    told = send(client, draft="{").text
    assert "line 1 is no JSON object" in told
    assert "regel 1" not in told


def test_a_form_of_another_site_or_a_stranger_is_refused(client):
    assert send(client, token="x", draft=DRAFT).status_code == 403
    client.app.dependency_overrides.pop(signed_in)
    assert client.get("/check").status_code == 401
