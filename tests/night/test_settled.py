"""One report an event, and what is supplemented, in the nights that are done: against the truth beside them."""

import json
from dataclasses import replace
from datetime import timedelta

import polars as pl

from pipeline import night_steps
from pipeline.explain import explain
from pipeline.explain.tell import tell
from pipeline.load.database import query, transaction
from pipeline.night import run_night
from pipeline.policy.rules import read_rules
from tests.night.conftest import NIGHT, everything
from tests.night.test_settle import carried_by, deliver, staged


def test_what_is_carried_is_named_by_a_report_that_stands(ran):
    settings, _ = ran
    named = {(line[2], number) for line in staged(settings) for number in line[4]}
    told = {(carrier.split()[1], number) for _, number, carrier, _ in carried_by(settings)}
    assert told
    assert named == told
    assert {reason for *_, reason in carried_by(settings)} == {"same_event"}


def test_same_events_agree_with_the_truth(ran, inbox):
    settings, _ = ran
    truth = pl.read_parquet(inbox.parent / "truth.parquet").filter(pl.col("night") == NIGHT)
    events = dict(zip(truth["registration_number"], truth["event_id"], strict=True))
    carried = carried_by(settings)
    assert all(events[number] == events[carrier.split()[1]] for _, number, carrier, _ in carried)
    with transaction(settings.dsn, "outcomes") as cursor:
        goes = query(
            cursor,
            "SELECT DISTINCT registration_number FROM intake.outcome WHERE outcome = 'forward' OR carried_by IS NOT NULL",
        )
    reported = [events[number] for (number,) in goes]
    again = len(reported) - len(set(reported))
    assert again > 0
    assert len(carried) >= 0.9 * again


def test_every_report_is_supplemented(ran):
    settings, _ = ran
    reports = staged(settings)
    assert reports
    for *_, entries, sequence, triage, urgency in reports:
        assert sequence in {"first", "repeat", "follow_up"}
        assert urgency in {"within_24_hours", "within_5_working_days"}
        assert {field["origin"] for field in triage} <= {"officer", "history", "standard", "text", "carried"}
        assert all(set(entry) >= {"registration_number", "known_as", "text"} for entry in entries)


def test_the_night_after_adds_to_what_was_delivered_and_twice_is_once(two_nights):
    settings = two_nights
    before = everything(settings.dsn)
    named = {(line[2], number) for line in staged(settings) for number in line[4]}
    told = {(carrier.split()[1], number) for _, number, carrier, _ in carried_by(settings)}
    assert told <= named
    run_night(settings, NIGHT + timedelta(days=1))
    assert everything(settings.dsn) == before


def test_history_links_the_nights_and_holds_nothing_withheld(two_nights):
    with transaction(two_nights.dsn, "history") as cursor:
        links = query(cursor, "SELECT kind, weight, evidence FROM intake.person_link")
        kept = query(
            cursor,
            "SELECT DISTINCT o.outcome FROM intake.earlier JOIN intake.outcome o"
            " USING (unit, registration_number, version, night)",
        )
        gone = query(
            cursor,
            "SELECT count(*) FROM intake.earlier e JOIN intake.outcome o USING (unit, registration_number)"
            " WHERE o.reasons && '{removed, forbidden_regime, retracted, embargo, shielded, running_investigation}'"
            " AND o.version >= e.version",
        )
    assert {"link"} <= {kind for kind, *_ in links} <= {"link", "hint"}
    assert all(evidence for *_, evidence in links)
    assert {outcome for (outcome,) in kept} <= {"forward", "return", "hold", "elsewhere", "duplicate"}
    assert gone == [(0,)]


def test_explain_tells_what_a_report_carries_and_whom_it_was_linked_to(two_nights):
    with transaction(two_nights.dsn, "explain") as cursor:
        carried = query(
            cursor, "SELECT carried_by, registration_number FROM intake.outcome WHERE carried_by IS NOT NULL"
        )
        unit, carrier, _ = carried[0][0].split()
        story = explain(cursor, carrier, unit, read_rules())
        number, unit = query(cursor, "SELECT registration_number, unit FROM intake.person_link LIMIT 1")[0]
        linked = explain(cursor, number, unit, read_rules())
    assert carried[0][1] in " ".join(story["carries"])
    assert {field["field"] for field in story["supplemented"][0]["triage"]} >= {"receipt_date", "sequence"}
    assert linked["recognised"][0]["evidence"]
    for language in ("nl", "en"):
        assert carried[0][1] in "\n".join(tell(story, language))
        assert linked["recognised"][0]["earlier_number"] in "\n".join(tell(linked, language))


def test_nothing_of_a_person_stands_in_the_history(two_nights):
    with transaction(two_nights.dsn, "history") as cursor:
        told = json.dumps(query(cursor, "SELECT to_jsonb(p) FROM intake.person_key p LIMIT 200"))
        names = query(cursor, "SELECT DISTINCT family_name FROM vt_13.person WHERE length(family_name) > 5")
    assert names
    assert not [name for (name,) in names if name.lower() in told.lower()]


def test_what_a_withdrawn_report_carried_comes_to_the_desk(ran, tmp_path):
    settings = replace(ran[0], inbox=tmp_path / "inbox")
    _, number, carrier, _ = carried_by(settings)[0]
    unit, named, version = carrier.split()
    later = NIGHT + timedelta(days=3)
    moment = f"{NIGHT}T12:00:00+01:00"
    deliver(
        settings.inbox,
        unit,
        later,
        registratienummer=named,
        versie=int(version) + 1,
        vervallen=True,
        soort="HG",
        kennisname=moment,
    )
    status = run_night(settings, later)
    assert status["units"][unit]["withhold"] == 1
    with transaction(settings.dsn, "desk") as cursor:
        found = query(
            cursor,
            "SELECT outcome, reasons[1], carried_by, sealed IS NOT NULL FROM intake.outcome"
            " JOIN intake.hold USING (unit, night, export_id, row) WHERE registration_number = %s",
            (number,),
        )
    assert found == [("hold", "carrier_withdrawn", None, True)]
    assert night_steps.status(NIGHT, settings)["balanced"]
    run_night(settings, later)
    assert carried_by(settings) == [line for line in carried_by(settings) if line[2] != carrier]
