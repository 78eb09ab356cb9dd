"""A registration that was delivered comes back removed from use: after that night only its keys are anywhere."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline import desk_steps, returns_steps
from pipeline.desk.decisions import Decision
from pipeline.feedback.rectify import Wrong
from pipeline.load.archive import read_judged, read_part
from pipeline.load.database import query, transaction
from pipeline.load.intake import ExportKey
from pipeline.load.removed import KEPT
from pipeline.night import run_night
from pipeline.retention import apply_retention, require_whole_ledger
from pipeline.settings import read_key
from pipeline.vt_steps import rectify
from tests.night.conftest import NIGHT, everything
from tests.night.test_settle import _told, deliver
from tests.receive.exports import report, write_export

LATER = NIGHT + timedelta(days=1)
LINKED = """
SELECT registration_number, version, export_id, regions FROM intake.outcome
WHERE unit = 'RE06' AND outcome = 'forward'
ORDER BY registration_number IN (SELECT registration_number FROM intake.person_link UNION
                                 SELECT earlier_number FROM intake.person_link) DESC, registration_number LIMIT 1
"""


def of(cursor, table, number, column="registration_number"):
    return query(cursor, f"SELECT count(*) FROM {table} WHERE {column} = %s AND unit = 'RE06'", (number,))[0][0]


def run_with(ran, tmp_path, **changes):
    """Run one more night, in a home of its own, with the next version of a linked report; return settings and the link."""
    settings = replace(ran[0], home=tmp_path / "home", inbox=tmp_path / "inbox")
    shutil.copytree(ran[0].home, settings.home)
    with transaction(settings.dsn, "before") as cursor:
        link = query(cursor, LINKED)[0]
        assert of(cursor, "intake.earlier", link[0])
    later = [report(registration_number=link[0], version=link[1] + 1, kind="HG", **changes)]
    write_export(settings.inbox, later, "jsonl", night=LATER)
    run_night(settings, LATER)
    return settings, link


def test_of_removed_data_only_the_keys_stay_and_no_link_survives(ran, tmp_path):
    settings, (number, _, export_id, regions) = run_with(ran, tmp_path, removed=True)
    with transaction(settings.dsn, "after") as cursor:
        for region in regions:
            schema = f"vt_{region[2:]}"
            rows = query(
                cursor, f"SELECT to_jsonb(report) FROM {schema}.report WHERE registration_number = %s", (number,)
            )
            for (row,) in rows:
                told = {name: value for name, value in row.items() if name not in KEPT}
                assert told.pop("known_at")[:10] == str(NIGHT)
                assert [value for value in told.values() if value not in (None, [], {}, False, 0)] == []
            assert [
                of(cursor, f"{schema}.{part}", number) for part in ("person", "prior_incident", "danger_signal")
            ] == [
                0,
                0,
                0,
            ]
            assert of(cursor, f"{schema}.recall", number) == 1
        assert of(cursor, "intake.earlier", number) == of(cursor, "intake.person_key", number) == 0
        assert (
            of(cursor, "intake.person_link", number) == of(cursor, "intake.person_link", number, "earlier_number") == 0
        )
        recalls = "SELECT count(*) FROM intake.ledger WHERE kind = 'recall' AND registration_number = %s"
        assert query(cursor, recalls, (number,)) == [(len(regions),)]
        withheld = "SELECT withheld FROM intake.ledger WHERE kind = 'withholding' AND registration_number = %s"
        assert "removed" in query(cursor, withheld, (number,))[0][0]
    key, secret = ExportKey("RE06", NIGHT, export_id), read_key(settings)
    for part in sorted((settings.home / "archive" / "RE06" / str(NIGHT) / export_id).glob("*.judged")):
        tables = read_part(settings.home, key, part.stem, secret)
        assert number not in tables.registration["registration_number"].to_list()
    assert number not in read_judged(settings.home, key, secret)["registration_number"].to_list()
    assert returns_steps.nights_to_tell(settings) == [NIGHT, LATER]
    assert require_whole_ledger(settings).holds
    assert {each.term.id: each.gone for each in apply_retention(settings, LATER)}["removed_data"] == 0
    before = everything(settings.dsn)
    run_night(settings, LATER)
    assert everything(settings.dsn) == before


def test_what_turns_out_to_be_under_another_regime_is_nobodys_past(ran, tmp_path):
    settings, (number, _, _, regions) = run_with(ran, tmp_path, legal_regime="9")
    with transaction(settings.dsn, "after") as cursor:
        assert of(cursor, "intake.earlier", number) == of(cursor, "intake.person_key", number) == 0
        recalled = f"SELECT reason FROM vt_{regions[0][2:]}.recall WHERE registration_number = %s"
        assert query(cursor, recalled, (number,)) == [("withhold",)]


def test_every_recall_of_a_night_is_in_the_ledger_once(two_nights):
    with transaction(two_nights.dsn, "recalls") as cursor:
        told = query(
            cursor,
            "SELECT region, unit, registration_number, version, withheld[1] FROM intake.ledger WHERE kind = 'recall'",
        )
        recalled = query(cursor, "SELECT region, unit, registration_number, version, reason FROM intake.recalled")
        persons = query(cursor, "SELECT count(DISTINCT (chain, sequence)) FROM intake.ledger_person")[0][0]
        disclosed = query(cursor, "SELECT count(*) FROM intake.ledger WHERE kind = 'disclosure'")[0][0]
    assert recalled
    assert sorted(told) == sorted(recalled)
    assert persons >= 0.9 * disclosed


LONG_AGO = f"{NIGHT - timedelta(days=40)}T12:00:00+01:00"
CHILD = {"volgnummer": 3, "rol": "KI", "voornamen": "Eva", "geboortedatum": "2018-03-02", "relatie_tot": 1}
PAST = """
SELECT sequence, urgency_hint,
       (SELECT jsonb_object_agg(entry ->> 'field', entry -> 'evidence') FROM jsonb_array_elements(triage) AS entry
        WHERE entry ->> 'origin' = 'history' AND entry ->> 'step' <> 'general'),
       (SELECT entry ->> 'value' FROM jsonb_array_elements(triage) AS entry WHERE entry ->> 'field' = 'earlier_dates'),
       ARRAY(SELECT DISTINCT date::text FROM vt_09.prior_incident WHERE unit = 'RE07' ORDER BY 1),
       loaded_at
FROM vt_09.report WHERE unit = 'RE07'
"""


@pytest.mark.parametrize(
    ("changed", "reason", "others"),
    [
        ({"verwijderd": True}, "removed", True),
        ({"verwijderd": True}, "removed", False),
        ({"vervallen": True}, "withhold", True),
        ({"wpg_artikel": "9"}, "withhold", False),
    ],
    ids=["removed, beside another", "removed", "retracted, beside another", "another regime"],
)
def test_what_is_nobodys_past_any_more_goes_from_reports_that_tell_it(settings, tmp_path, changed, reason, others):
    settings = replace(settings, inbox=tmp_path / "inbox")
    deliver(settings.inbox, "RE06", NIGHT, **_told("RE06", 1, [CHILD], contact_telefoon=None))
    if others:
        deliver(settings.inbox, "RE05", NIGHT, **_told("RE05", 1, moment=LONG_AGO))
    run_night(settings, NIGHT)
    deliver(settings.inbox, "RE07", LATER, **_told("RE07", 1, moment=f"{LATER}T06:00:00+01:00", incidentcode="F550"))
    run_night(settings, LATER)
    long_ago = LONG_AGO[:10]
    days = [long_ago] * others + [str(NIGHT)]
    with transaction(settings.dsn, "before") as cursor:
        ((sequence, urgency, signs, told, priors, first),) = query(cursor, PAST)
    assert (sequence, urgency, told, priors) == ("follow_up", "within_24_hours", "|".join(days), days)
    assert (signs["repeat"], signs["children_elsewhere"]) == (days, ["RE06 PL0600-2026777001 3"])

    deliver(settings.inbox, "RE06", LATER + timedelta(days=1), **_told("RE06", 2, **changed))
    run_night(settings, LATER + timedelta(days=1))
    with transaction(settings.dsn, "after") as cursor:
        ((sequence, urgency, signs, told, priors, second),) = query(cursor, PAST)
        ledger = query(cursor, "SELECT withheld FROM intake.ledger WHERE kind = 'amendment' AND unit = 'RE07'")
    days = [long_ago] * others
    assert (sequence, told, priors) == (("follow_up", long_ago, days) if others else ("first", None, []))
    assert signs == (
        {"repeat": days, "open_case": days, "escalation_computed": ["more_often:2_after_0"]} if others else None
    )
    assert urgency == ("within_24_hours" if others else "within_5_working_days")
    assert (second > first, ledger) == (True, [([reason],)])
    before = everything(settings.dsn)
    run_night(settings, LATER + timedelta(days=1))
    assert everything(settings.dsn) == before


def test_what_a_person_withholds_is_nobodys_past_either(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    deliver(settings.inbox, "RE06", NIGHT, **_told("RE06", 1, [CHILD], contact_telefoon=None, stalking=True))
    run_night(settings, NIGHT)
    deliver(settings.inbox, "RE07", LATER, **_told("RE07", 1, moment=f"{LATER}T06:00:00+01:00", incidentcode="F550"))
    run_night(settings, LATER)
    with transaction(settings.dsn, "before") as cursor:
        assert query(cursor, PAST)[0][0] == "follow_up"
    assert desk_steps.decide_at_desk(
        "PL0600-2026777001", None, Decision("withhold", "ada", -1, comment="klopt niet"), settings
    )
    with transaction(settings.dsn, "after") as cursor:
        assert query(cursor, PAST)[0][:5] == ("first", "within_5_working_days", None, None, [])
        amended = "SELECT withheld FROM intake.ledger WHERE kind = 'amendment' AND unit = 'RE07'"
        assert query(cursor, amended) == [(["withhold"],)]
    assert require_whole_ledger(settings).holds


@pytest.mark.parametrize(("why", "gone"), [("wrong_data", True), ("rule_error", False)])
def test_data_that_a_person_took_back_as_wrong_are_nobodys_past(settings, tmp_path, why, gone):
    settings = replace(settings, inbox=tmp_path / "inbox")
    deliver(settings.inbox, "RE06", NIGHT, **_told("RE06", 1, [CHILD], incidentcode="F550"))
    run_night(settings, NIGHT)
    deliver(settings.inbox, "RE07", LATER, **_told("RE07", 1, moment=f"{LATER}T06:00:00+01:00"))
    run_night(settings, LATER)
    with transaction(settings.dsn, "before") as cursor:
        before = query(cursor, PAST)[0][:5]
    assert (before[0], before[2]["children_elsewhere"]) == ("follow_up", ["RE06 PL0600-2026777001 3"])
    rectify(Wrong("PL0600-2026777001", why, "ada", "klopt niet"), settings)
    nobodys = ("first", "within_5_working_days", None, None, [])
    with transaction(settings.dsn, "after") as cursor:
        assert query(cursor, PAST)[0][:5] == (nobodys if gone else before)
        amended = "SELECT chain, withheld FROM intake.ledger WHERE kind = 'amendment' AND unit = 'RE07'"
        assert query(cursor, amended) == ([("VT09", ["wrong_data"])] if gone else [])
    assert require_whole_ledger(settings).holds
    later = LATER + timedelta(days=20)
    deliver(settings.inbox, "RE05", later, **_told("RE05", 1, moment=f"{later}T06:00:00+01:00"))
    run_night(settings, later)
    with transaction(settings.dsn, "later") as cursor:
        ((told, children),) = query(
            cursor,
            "SELECT (SELECT array_agg(DISTINCT date::text ORDER BY date::text) FROM vt_09.prior_incident WHERE unit"
            " = 'RE05'), triage::text LIKE '%%children_elsewhere%%' FROM vt_09.report WHERE unit = 'RE05'",
        )
    assert (told, children) == ([str(LATER)] if gone else [str(NIGHT), str(LATER)], not gone)


def test_another_report_of_the_same_day_stays_the_past(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    deliver(settings.inbox, "RE06", NIGHT, **_told("RE06", 1, incidentcode="F550"))
    # no crime, and so without a class that is told
    deliver(settings.inbox, "RE05", NIGHT, **_told("RE05", 1, moment=f"{NIGHT}T04:00:00+01:00", incidentcode="E40"))
    run_night(settings, NIGHT)
    deliver(settings.inbox, "RE07", LATER, **_told("RE07", 1, moment=f"{LATER}T06:00:00+01:00"))
    run_night(settings, LATER)
    told = (
        "SELECT sequence, (SELECT array_agg(DISTINCT incident_code) FROM vt_09.prior_incident WHERE unit = 'RE07')"
        " FROM vt_09.report WHERE unit = 'RE07'"
    )
    with transaction(settings.dsn, "before") as cursor:
        assert query(cursor, told) == [("follow_up", ["F550", None])]

    deliver(settings.inbox, "RE06", LATER + timedelta(days=1), **_told("RE06", 2, vervallen=True))
    run_night(settings, LATER + timedelta(days=1))
    with transaction(settings.dsn, "after") as cursor:
        assert query(cursor, told) == [("follow_up", [None])]
