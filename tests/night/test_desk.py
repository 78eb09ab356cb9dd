"""The release desk over a real night: who may release what, and what becomes of it."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from pipeline import desk_steps
from pipeline.desk.decisions import Decision, Proposal, decide, needs_four_eyes
from pipeline.desk.document import as_document
from pipeline.desk.labels import label
from pipeline.desk.masks import Mask
from pipeline.desk.queue import count_held, find_item, list_held, view
from pipeline.desk.story import Event, Hint, Version
from pipeline.desk.terminal import item_lines
from pipeline.errors import DecisionRefused, UsageError
from pipeline.load.database import query, transaction
from pipeline.load.held_again import put_at_desk
from pipeline.night import run_night
from pipeline.policy.agreements import SHIPPED
from pipeline.policy.desk import read_desk_policy
from pipeline.policy.rules import read_rules
from pipeline.redact import Redactor
from pipeline.settings import LOCAL, read_key
from tests.night.conftest import NIGHT, waiting

RULES = read_rules()


@pytest.fixture
def desk(ran):
    return ran[0]


def outcome(settings, item):
    with transaction(settings.dsn, "desk") as cursor:
        return query(
            cursor,
            "SELECT outcome, decided_by FROM intake.outcome WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
            (*item.key.values(), item.row),
        )[0]


def urgency(item):
    first = read_desk_policy().danger_first
    return not item.danger, min(map(first.index, item.signals), default=0), item.since


def test_danger_comes_first_and_every_view_is_noted(desk):
    with transaction(desk.dsn, "desk") as cursor:
        items = list_held(cursor, limit=1000)
        assert list(map(urgency, items)) == sorted(map(urgency, items))
        assert len({urgency(item)[1] for item in items if item.danger}) > 1
        assert count_held(cursor)["open"] == len(items)
        item = items[0]
        contents = view(cursor, item, "ada", read_key(desk))
        assert contents.registration.get_column("registration_number").to_list() == [item.registration_number]
        assert query(cursor, "SELECT account FROM intake.desk_view") == [("ada",)]
        with pytest.raises(UsageError):
            find_item(cursor, "PL9999-2026999999")


def test_a_release_is_loaded_disclosed_and_stands_when_the_night_is_run_again(desk):
    item = waiting(desk, lambda item: item.outcome == "hold" and not needs_four_eyes(item, RULES))
    assert desk_steps.decide_at_desk(item.name, None, Decision("release", "ada", -1, regions=("VT09",)), desk)
    run_night(desk, NIGHT)
    assert outcome(desk, item) == ("forward", "desk")
    with transaction(desk.dsn, "desk") as cursor:
        key = (item.unit, item.registration_number, item.version)
        for table in ("vt_09.report", "intake.ledger"):
            assert query(
                cursor, f"SELECT count(*) FROM {table} WHERE (unit, registration_number, version) = (%s, %s, %s)", key
            ) == [(1,)]
        with pytest.raises(UsageError):
            find_item(cursor, item.name)


@pytest.mark.parametrize("kind", ["release", "withhold"])
def test_a_decision_is_of_the_day_on_which_it_is_taken(desk, tmp_path, monkeypatch, kind):
    item = waiting(desk, lambda item: item.outcome == "hold" and not needs_four_eyes(item, RULES))
    file = SHIPPED / f"{item.unit.lower()}.toml"
    head, mark, version = file.read_text().partition("\n[[version]]")
    over = version.replace("valid_from = 2015-01-01", f"valid_from = 2015-01-01\nvalid_until = {NIGHT}")
    since = version.replace("valid_from = 2015-01-01", f"valid_from = {NIGHT + timedelta(days=1)}")
    later = re.sub('name = ".*"', 'name = "later"', re.sub(r"shares = \[[^]]*\]", "shares = []", since), count=1)
    (tmp_path / file.name).write_text("".join((head, mark, over, mark, later)))
    day = datetime.combine(NIGHT + timedelta(days=9), time(0, 30), LOCAL)
    monkeypatch.setattr(desk_steps, "now", lambda _: day)
    decision = Decision(kind, "ada", -1, regions=("VT09",) * (kind == "release"), comment="x")
    assert desk_steps.decide_at_desk(item.name, None, decision, replace(desk, agreements=tmp_path))
    with transaction(desk.dsn, "desk") as cursor:
        key = (item.unit, item.registration_number, item.version)
        told = "(unit, registration_number, version) = (%s, %s, %s)"
        entries = query(cursor, f"SELECT night, agreement_version, elements FROM intake.ledger WHERE {told}", key)
        assert [entry[:2] for entry in entries] == [(NIGHT, "later")]
        assert not {"bsn", "phone"} & set(entries[0][2])
        if kind == "release":
            report = query(cursor, f"SELECT night, agreement_version FROM vt_09.report WHERE {told}", key)
            assert report == [(NIGHT, "later")]
            persons = query(cursor, f"SELECT bsn, phone FROM vt_09.person WHERE {told}", key)
            assert set(persons) == {(None, None)}


def test_a_region_that_is_named_twice_gets_it_once(desk):
    item = waiting(desk, lambda item: item.outcome == "hold" and not needs_four_eyes(item, RULES))
    assert desk_steps.decide_at_desk(item.name, None, Decision("release", "ada", -1, regions=("VT09", "VT09")), desk)
    with transaction(desk.dsn, "desk") as cursor:
        assert query(
            cursor, "SELECT regions FROM intake.outcome WHERE registration_number = %s", (item.registration_number,)
        ) == [(["VT09"],)]


def test_a_decision_stands_when_another_export_repeats_the_registration(desk, tmp_path):
    item = waiting(desk, lambda item: item.outcome == "hold" and not needs_four_eyes(item, RULES))
    desk_steps.decide_at_desk(item.name, None, Decision("release", "ada", -1, regions=("VT09",)), desk)
    again = tmp_path / "inbox" / item.unit / NIGHT.isoformat()
    shutil.copytree(desk.inbox / item.unit / NIGHT.isoformat(), again)
    manifest = json.loads((again / "manifest.json").read_text())
    (again / "manifest.json").write_text(json.dumps(manifest | {"export_id": "again"}))
    run_night(replace(desk, inbox=tmp_path / "inbox"), NIGHT)
    assert outcome(desk, item) == ("forward", "desk")
    with transaction(desk.dsn, "desk") as cursor:
        key = (item.unit, item.registration_number, item.version)
        repeated = "export_id = 'again' AND (unit, registration_number, version) = (%s, %s, %s)"
        assert query(cursor, f"SELECT outcome FROM intake.outcome WHERE {repeated}", key) == [("duplicate",)]
        assert query(
            cursor, "SELECT count(*) FROM vt_09.report WHERE (unit, registration_number, version) = (%s, %s, %s)", key
        ) == [(1,)]


def test_what_was_replaced_by_a_later_version_is_not_released(desk):
    item = waiting(desk, lambda item: item.outcome == "hold" and not item.danger)
    with transaction(desk.dsn, "desk") as cursor:
        cursor.execute(
            "INSERT INTO intake.outcome (unit, night, export_id, row, registration_number, version, outcome, reasons,"
            " policy_version) VALUES (%s, %s, %s, 999999, %s, %s, 'return', '{poorly_founded}', 'x')",
            (*item.key.values(), item.registration_number, item.version + 1),
        )
    with pytest.raises(DecisionRefused, match=f"Versie {item.version + 1}"):
        desk_steps.decide_at_desk(item.name, None, Decision("release", "ada", -1, regions=("VT09",)), desk)
    assert desk_steps.open_item(item.name, None, "ada", desk).later == item.version + 1


def test_withholding_is_in_the_ledger(desk):
    item = waiting(desk, lambda item: item.outcome == "hold" and not item.danger)
    assert desk_steps.decide_at_desk(item.name, None, Decision("withhold", "ada", -1), desk)
    with transaction(desk.dsn, "desk") as cursor:
        kept = query(
            cursor,
            "SELECT kind, chain, withheld[1] FROM intake.ledger WHERE (unit, registration_number, version) = (%s, %s, %s)",
            (item.unit, item.registration_number, item.version),
        )
    assert kept == [("withholding", item.unit, "desk_withhold")]


def test_two_who_mean_something_else_release_nothing_until_they_agree(desk):
    item = waiting(desk, lambda item: item.outcome == "hold" and needs_four_eyes(item, RULES))

    def release(account, region):
        return desk_steps.decide_at_desk(item.name, None, Decision("release", account, -1, regions=(region,)), desk)

    assert not release("ada", "VT09")
    assert not release("bob", "VT10")
    assert outcome(desk, item)[0] == "hold"
    assert release("ada", "VT10")
    assert outcome(desk, item) == ("forward", "desk")


def test_what_a_person_leaves_out_reaches_no_region(desk):
    def with_text(item):
        if item.outcome != "hold" or needs_four_eyes(item, RULES):
            return False
        out = desk_steps.open_item(item.name, None, "ada", desk).outgoing
        return len((out.texts[("description", None)].text if ("description", None) in out.texts else None) or "") > 80

    item = waiting(desk, with_text)
    original = desk_steps.open_item(item.name, None, "ada", desk).outgoing.originals[("description", None)]
    masks = (Mask("description", None, 0, 40),)
    wanted = Decision("release", "ada", -1, regions=("VT09",), masks=masks)
    assert desk_steps.decide_at_desk(item.name, None, wanted, desk)
    with transaction(desk.dsn, "desk") as cursor:
        key = (item.unit, item.registration_number, item.version)
        ((text,),) = query(
            cursor,
            "SELECT description FROM vt_09.report WHERE (unit, registration_number, version) = (%s, %s, %s)",
            key,
        )
    assert text.startswith("[weggelaten]")
    assert original[:40] not in text


def test_a_legal_doubt_takes_two_different_persons(desk):
    item = waiting(desk, lambda item: item.outcome == "hold" and needs_four_eyes(item, RULES))
    release = {"kind": "release", "lock": -1, "regions": ("VT09",)}
    assert not desk_steps.decide_at_desk(item.name, None, Decision(account="bob", **release), desk)
    with transaction(desk.dsn, "desk") as cursor:  # it comes anew: who proposed something then has said nothing now
        put_at_desk(cursor, desk.home, read_key(desk), item.key, item.row, item.danger)
    assert not desk_steps.decide_at_desk(item.name, None, Decision(account="ada", **release), desk)
    with pytest.raises(DecisionRefused, match="twee"):
        desk_steps.decide_at_desk(item.name, None, Decision(account="ada", **release), desk)
    assert outcome(desk, item)[0] == "hold"
    assert desk_steps.decide_at_desk(item.name, None, Decision(account="bob", **release), desk)
    assert outcome(desk, item) == ("forward", "desk")


def test_a_question_to_the_unit_leaves_what_is_in_danger_on_the_desk(desk):
    item = waiting(desk, lambda item: item.danger and item.outcome == "hold")
    ask = Decision("return", "ada", -1, comment="Wie is het kind?")
    assert not desk_steps.decide_at_desk(item.name, None, ask, desk)
    assert outcome(desk, item)[0] == "hold"
    calm = waiting(desk, lambda item: not item.danger)
    assert desk_steps.decide_at_desk(calm.name, None, ask, desk)
    assert outcome(desk, calm) == ("return", "desk")


@pytest.mark.parametrize(
    "decision",
    [
        Decision("release", "ada", 0),
        Decision("release", "ada", 99, regions=("VT09",)),
        Decision("return", "ada", 0, comment=" "),
        Decision("burn", "ada", 0),
    ],
)
def test_what_is_not_allowed_is_refused_and_changes_nothing(desk, decision):
    item = waiting(desk, lambda item: item.outcome == "hold")
    with pytest.raises(DecisionRefused), transaction(desk.dsn, "desk") as cursor:
        decide(cursor, item, decision, RULES)
    assert waiting(desk, lambda other: other.name == item.name).lock == 0


def read_of(opened, language="nl"):
    return "\n".join(item_lines(opened, RULES, "ada", {"VT09": "Utrecht"}, language))


def test_a_terminal_shows_what_the_page_shows(desk):
    item = waiting(desk, lambda item: item.outcome == "hold" and needs_four_eyes(item, RULES))
    seen = desk_steps.open_item(item.name, None, "ada", desk, regions=("VT09",))
    at, mask = seen.at, Mask("description", None, 0, 4)
    around = replace(
        seen,
        later=7,
        proposals=[Proposal("bob", ("VT09",), (), at)],
        hints=[Hint(1, "RE06", "PL0600-2026000009", 2, ("birth:exact",))],
        versions=[Version(1, NIGHT, "return", ()), Version(2, NIGHT, "forward", ("VT10",))],
        events=[Event(at, "bob", "release", "gebeld", ("VT09",), (), effective=False)],
        outgoing=replace(seen.outgoing, masks=(mask,)),
    )
    told = read_of(around)
    for said in (
        *(
            "vier ogen",
            "Versie 7 is daarna ontvangen",
            "bob: doorzenden VT09",
            "PL0600-2026000009 (RE06)",
            "geboortedatum gelijk",
        ),
        *("versie 2, nacht 22-11-2026: doorgezonden VT10", "(nog niet van kracht): gebeld", "description::0-4"),
        *("Precies zoals het naar VT09 Utrecht gaat", f"desk release {item.registration_number} --unit {item.unit}"),
    ):
        assert said in told, said
    assert "Exactly as it goes to VT09 Utrecht" in read_of(around, "en")
    nowhere = replace(around, outgoing=replace(seen.outgoing, regions=()))
    assert "kies een regio met --region" in read_of(nowhere)


def test_a_terminal_says_of_a_text_that_nobody_redacted_that_it_does_not_go(desk, monkeypatch):
    monkeypatch.setattr(Redactor, "redact_one", lambda *_, **__: 1 / 0)
    item = waiting(desk, lambda item: not item.danger)  # a sentence that tells of danger would cut its text in two
    seen = desk_steps.open_item(item.name, None, "ada", desk)
    nl, en = read_of(seen), read_of(seen, "en")
    assert seen.outgoing.originals
    for text in seen.outgoing.originals.values():
        assert f"(weggelaten 0-{len(text)}: Deze tekst kon niet worden nagezien en gaat niet mee)" in nl
        assert f"(left out 0-{len(text)}: This text could not be redacted and does not go)" in en


@pytest.mark.parametrize(
    ("boxed", "said"),
    [
        (True, ("aangekruist door de politie", "ticked by the officer")),
        (False, ("Een gevaarveld of een tekst was niet te lezen", "A danger box or a text could not be read")),
    ],
)
def test_a_danger_that_cannot_be_read_again_is_ticked_where_a_box_is(desk, monkeypatch, boxed, said):
    def chosen(item):
        if item.outcome != "hold" or not item.signals or "injured_child" in item.signals:
            return False
        boxes = desk_steps.open_item(item.name, None, "ada", desk).contents.registration.row(0, named=True)
        return all(bool(boxes[signal]) is boxed for signal in item.signals)

    item = waiting(desk, chosen)
    monkeypatch.setattr("pipeline.decide.danger.detect_danger", lambda *_: 1 / 0)
    seen = desk_steps.open_item(item.name, None, "ada", desk, ["VT09"])
    for signal in (label("signal", signal) for signal in item.signals):
        assert f"▲ {signal.nl}: {said[0]}" in read_of(seen)
        assert f"▲ {signal.en}: {said[1]}" in read_of(seen, "en")
    assert as_document(seen)["danger_unread"]
    staged = seen.outgoing.staging.danger_signal
    assert set(staged.get_column("signal")) == set(item.signals)
    assert set(staged.get_column("known_from")) == {"ticked" if boxed else "text"}


def test_a_danger_that_newer_rules_do_not_read_is_still_told_in_the_text(desk):
    item = waiting(desk, lambda item: item.outcome == "hold" and not item.signals)
    seen = desk_steps.open_item(item.name, None, "ada", desk)
    assert "▲ wapen: verteld in de tekst" in read_of(replace(seen, item=replace(item, signals=["weapon"])))


def test_what_the_archive_no_longer_holds_waits_in_danger_and_cannot_be_released(desk):
    item = waiting(desk, lambda item: item.outcome == "hold" and not item.danger)
    with transaction(desk.dsn, "desk") as cursor:
        put_at_desk(cursor, desk.home / "elsewhere", read_key(desk), item.key, item.row, False)
    seen = desk_steps.open_item(item.name, None, "ada", desk)
    assert seen.item.danger
    assert "niet meer bewaard" in read_of(seen)
    assert "desk release" not in read_of(seen)
    with pytest.raises(DecisionRefused, match="nieuwe versie"):
        desk_steps.decide_at_desk(item.name, None, Decision("release", "ada", -1, regions=("VT09",)), desk)


def test_a_rejected_row_in_a_terminal_can_only_go_back(desk):
    item = waiting(desk, lambda item: item.danger and item.outcome == "hold")
    seen = desk_steps.open_item(item.name, None, "ada", desk)
    row = replace(item, outcome="reject", registration_number=None, version=None, signals=[], reasons=["rejected"])
    told = read_of(replace(seen, item=row, contents="een mes;;12", outgoing=None))
    assert "Regel zonder nummer" in told
    assert "een mes;;12" in told
    assert "▲ In deze regel is een gevaarsignaal te lezen, of" in told, "a box that is ticked was read"
    assert f"desk withhold {row.name}" in told
    assert "desk release" not in told
    assert "desk elsewhere" not in told
