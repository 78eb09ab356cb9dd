"""Which registrations a report carries, as they stand; and what comes to the desk when it is withdrawn."""

from datetime import timedelta

import polars as pl
import pytest

from pipeline.enrich.carried import CARRIED
from pipeline.load import carried, held_again
from pipeline.load.intake import ExportKey
from tests import builders
from tests.load.test_ledger import SECRET
from tests.load.test_removed import rows
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER

OTHER = "PL0600-2026000002"
TONIGHT = NIGHT + timedelta(days=1)
EXPORT = ExportKey("RE06", TONIGHT, "e1")
BY = f"RE06 {NUMBER} 1"
CAME = "SELECT outcome, carried_by, reasons FROM intake.outcome WHERE registration_number = %s"


def standing(once, *exports):
    """What stands of NUMBER of RE06, by version, outcome and carrier."""
    asked = pl.DataFrame({"earlier_unit": ["RE06"], "earlier_number": [NUMBER]})
    with once.cursor() as cursor:
        return carried.standing(cursor, asked, exports).select("version", "outcome", "carried_by").rows()


@pytest.mark.parametrize(
    ("later", "stands"),
    [
        ({"became": "hold"}, (2, "hold", None)),
        ({"became": "reject"}, (2, "reject", None)),
        ({"became": "withhold", "reasons": ["retracted"]}, (2, "withhold", None)),
        (
            {"became": "duplicate", "reasons": ["same_event"], "carried_by": f"RE07 {OTHER} 1"},
            (2, "duplicate", f"RE07 {OTHER} 1"),
        ),
        ({"became": "duplicate", "reasons": ["already_received"]}, (1, "forward", None)),
        ({"became": "duplicate", "reasons": ["superseded"]}, (1, "forward", None)),
        ({"became": "hold", "unit": "RE07"}, (1, "forward", None)),
        ({"became": "hold", "version": 1}, (1, "forward", None)),
    ],
)
def test_the_highest_version_that_tells_something_stands_tonight_s_too(once, later, stands):
    staging.outcome(once, NUMBER, regions=["VT09"])
    staging.outcome(once, NUMBER, **{"version": 2, "night": TONIGHT, "state": "decided"} | later)
    assert standing(once, EXPORT) == [stands]
    assert standing(once) == [(1, "forward", None)], "of a night beside this one, that is not loaded yet"


def settled(once, **after):
    """Let settling find of row 0 of tonight what is given; return what is held now."""
    line = {"row": 0, "outcome": "forward", "reasons": ["well_founded"], "regions": [], "carried_by": None} | after
    types = {"reasons": pl.List(pl.String), "regions": pl.List(pl.String), "carried_by": pl.String}
    with once.cursor() as cursor:
        return carried.record_settled(cursor, EXPORT, pl.DataFrame([line], schema_overrides=types))["row"].to_list()


def test_what_settling_finds_is_recorded_and_undone_by_what_it_finds_next(once):
    staging.outcome(once, OTHER, regions=["VT09"], night=TONIGHT, state="decided")
    assert settled(once, outcome="duplicate", reasons=["same_event"], carried_by=BY) == []
    assert staging.rows(once, CAME, OTHER) == [("duplicate", BY, ["same_event"])]
    held = {"outcome": "hold", "reasons": ["secret_elsewhere"]}
    assert settled(once, **held) == [0]
    assert settled(once, **held) == [], "it is at the desk already"
    assert staging.rows(once, CAME, OTHER) == [("hold", None, ["secret_elsewhere"])]
    assert settled(once, regions=["VT10"]) == []
    assert staging.rows(once, "SELECT outcome, regions FROM intake.outcome") == [("forward", ["VT10"])]


@pytest.mark.parametrize("became", ["hold", "duplicate"])
def test_what_a_person_decided_stands_when_a_night_is_settled_again(once, became):
    staging.outcome(once, OTHER, became="return", reasons=["unclear"], night=TONIGHT)
    with once.cursor() as cursor:
        cursor.execute("UPDATE intake.outcome SET decided_by = 'desk'")
        cursor.execute(
            "INSERT INTO intake.hold (unit, night, export_id, row, danger, due, decided_at)"
            " SELECT unit, night, export_id, row, true, now(), now() FROM intake.outcome"
        )
    assert settled(once, outcome=became, reasons=["same_event"], carried_by=BY if became == "duplicate" else None) == []
    assert staging.rows(once, CAME, OTHER) == [("return", None, ["unclear"])]
    assert staging.rows(once, "SELECT count(*) FROM intake.hold") == [(1,)]


@pytest.mark.parametrize(
    ("later", "own", "kept", "comes"),
    [
        ({"became": "withhold"}, None, [], True),
        ({"became": "reject"}, None, [], True),
        ({"became": "return"}, None, [], True),
        ({"regions": ["VT09"]}, None, [], True),
        ({"regions": ["VT09"]}, None, [f"RE07 {OTHER}"], False),  # the corrected report carries it on
        ({"became": "duplicate", "carried_by": f"RE06 {NUMBER}3 1"}, None, [], True),
        ({"became": "duplicate", "reasons": ["already_received"]}, None, [], False),
        ({"became": "withhold", "unit": "RE05"}, None, [], False),
        ({"became": "withhold", "version": 1}, None, [], False),
        ({"became": "withhold"}, {"became": "return"}, [], False),  # its own higher version took it out
    ],
)
def test_what_a_report_carried_comes_to_a_person_when_it_says_it_no_more(once, tmp_path, later, own, kept, comes):
    staging.outcome(once, NUMBER, regions=["VT09"])
    staging.outcome(once, OTHER, unit="RE07", became="duplicate", reasons=["same_event"], carried_by=BY)
    if own:
        staging.outcome(once, OTHER, unit="RE07", night=TONIGHT, version=2, **own)
    staging.outcome(once, NUMBER, **{"night": TONIGHT, "version": 2, "state": "decided"} | later)
    exports = [ExportKey(later.get("unit", "RE06"), TONIGHT, "e1")]
    with once.cursor() as cursor:
        found = [carried.hold_orphans(cursor, exports, kept, tmp_path, SECRET) for _ in range(2)]
        assert found == [int(comes), 0]
        told = "outcome, carried_by, reasons" if comes else "outcome, carried_by"
        orphan = f"SELECT {told} FROM intake.outcome WHERE unit = 'RE07' AND version = 1"
        assert rows(cursor, orphan) == [("hold", None, ["carrier_withdrawn"]) if comes else ("duplicate", BY)]
        assert rows(cursor, "SELECT unit, night, row FROM intake.hold") == ([("RE07", NIGHT, 0)] if comes else [])
        story = "SELECT from_outcome, to_outcome, reasons FROM intake.outcome_change"
        assert rows(cursor, story) == ([("duplicate", "hold", ["carrier_withdrawn"])] if comes else [])


@pytest.mark.parametrize(
    ("carried_by", "comes"),
    [
        (f"RE06 {NUMBER} 2", 1),  # an earlier attempt had it carried on, and this one does not
        (f"RE06 {NUMBER} 3", 0),
        (f"RE06 {NUMBER}9 1", 0),
        (f"RE05 {NUMBER} 1", 0),
    ],
)
def test_only_what_that_report_carried_comes(once, tmp_path, carried_by, comes):
    staging.outcome(once, OTHER, unit="RE07", became="duplicate", reasons=["same_event"], carried_by=carried_by)
    staging.outcome(once, NUMBER, night=TONIGHT, version=2, state="decided", regions=["VT09"])
    with once.cursor() as cursor:
        assert carried.hold_orphans(cursor, [EXPORT], [], tmp_path, SECRET) == comes


@pytest.mark.parametrize("danger", [True, False])
def test_what_was_carried_in_danger_waits_at_the_head(once, tmp_path, monkeypatch, danger):
    monkeypatch.setattr(held_again.archive, "read_row", lambda *_: builders.tables())
    staging.outcome(once, OTHER, unit="RE07", became="duplicate", reasons=["same_event"], carried_by=BY)
    with once.cursor() as cursor:
        cursor.execute("UPDATE intake.outcome SET danger = %s", (["stalking"] * danger,))
    staging.outcome(once, NUMBER, night=TONIGHT, version=2, state="decided", became="withhold")
    with once.cursor() as cursor:
        carried.hold_orphans(cursor, [EXPORT], [], tmp_path, SECRET)
        assert rows(cursor, "SELECT danger, sealed IS NOT NULL FROM intake.hold") == [(danger, True)]


def test_who_carries_on_is_noted_of_the_very_version_that_was_carried(once):
    staging.outcome(once, OTHER, unit="RE07", became="duplicate", carried_by=BY)
    staging.outcome(once, OTHER, unit="RE07", became="hold", version=2, night=TONIGHT)
    staging.outcome(once, OTHER, unit="RE06", became="duplicate", carried_by=BY)
    staging.outcome(once, OTHER, unit="RE07", became="duplicate", reasons=["already_received"], night=TONIGHT)
    carrier = {"carrier_unit": "RE06", "carrier_registration_number": NUMBER, "carrier_version": 2}
    line = {"unit": "RE07", "registration_number": OTHER, "version": 1} | carrier
    with once.cursor() as cursor:
        carried.carry_on(cursor, pl.DataFrame([line], schema={name: CARRIED[name] for name in line}))
        noted = rows(cursor, "SELECT unit, version, carried_by FROM intake.outcome ORDER BY unit, version, row")
    assert noted == [("RE06", 1, BY), ("RE07", 1, f"RE06 {NUMBER} 2"), ("RE07", 1, None), ("RE07", 2, None)]
