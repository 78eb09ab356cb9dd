"""What runs over its clock calls people, in counts and item names, and is never released by it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from pipeline import desk_steps, notice, returns_steps, vt_steps
from pipeline.desk.decisions import Decision
from pipeline.desk.queue import list_held
from pipeline.feedback.rectify import Wrong
from pipeline.load.database import query, transaction
from tests.night.conftest import NIGHT


@contextmanager
def listening():
    """A webhook of this machine, and what it was sent."""
    heard = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", heard
    server.shutdown()
    server.server_close()


def test_items_over_their_clock_are_told_and_stay(ran):
    settings, _ = ran
    assert notice.over_the_clock(settings) == []
    with transaction(settings.dsn, "clock") as given:
        items = list_held(given, limit=1000)
        given.execute("UPDATE intake.hold SET due = now() - interval '1 minute' WHERE decided_at IS NULL")
    [sentence] = notice.over_the_clock(settings)
    assert sentence.startswith(f"{len(items)} stukken")
    assert f"/ {len(items)} items" in sentence
    assert f"{sum(item.danger for item in items)} of them in danger" in sentence
    assert items[0].name in sentence
    with transaction(settings.dsn, "clock") as given:
        assert len(list_held(given, limit=1000)) == len(items), "nothing is released by a clock"
    with listening() as (address, heard):
        assert notice.tell(sentence, replace(settings, webhook=address))
    assert heard == [{"text": sentence}]
    assert not notice.tell(sentence, replace(settings, webhook="http://127.0.0.1:1/")), "nobody listens: the log has it"
    assert notice.tell(sentence, settings)


def test_the_unit_is_told_what_the_desk_asks(ran):
    settings, _ = ran
    assert returns_steps.nights_to_tell(settings) == []
    with transaction(settings.dsn, "desk") as given:
        item = next(item for item in list_held(given, limit=1000) if not item.danger and item.outcome == "hold")
    assert desk_steps.decide_at_desk(item.name, None, Decision("return", "ada", -1, comment="Wie woont er?"), settings)
    assert returns_steps.nights_to_tell(settings) == [NIGHT]
    away = replace(settings, home=settings.home / "away")
    returns_steps.returns(NIGHT, away)
    assert "Wie woont er?" in (away.home / "outgoing" / item.unit / str(NIGHT) / "retour.html").read_text()
    with transaction(settings.dsn, "desk") as given:
        assert query(given, "SELECT outcome FROM intake.outcome WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
                     item.place) == [("return",)]  # fmt: skip


def test_the_unit_is_told_why_what_went_was_taken_back(ran):
    settings, _ = ran
    with transaction(settings.dsn, "desk") as given:
        unit, number = query(
            given, "SELECT unit, registration_number FROM intake.outcome WHERE outcome = 'forward' AND danger = '{}'"
        )[0]
    done = vt_steps.rectify(Wrong(number, "wrong_data", "ada", "de datum klopt niet", unit=unit), settings)
    assert done.becomes == {1: "return"}
    assert returns_steps.nights_to_tell(settings) == [NIGHT]
    away = replace(settings, home=settings.home / "away")
    returns_steps.returns(NIGHT, away)
    for file in ("retour.html", "retour.csv"):
        told = (away.home / "outgoing" / unit / str(NIGHT) / file).read_text()
        assert number in told
        assert "teruggenomen: de gegevens kloppen niet" in told
        assert "de datum klopt niet" in told
