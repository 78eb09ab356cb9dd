"""What easily slips: rows set aside or rejected, folders sent again, and a past that nobody may be told of."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from pipeline import desk_steps, night_steps, unit_steps, workspace
from pipeline.desk.decisions import Decision
from pipeline.load.database import query, transaction
from pipeline.load.secret_elsewhere import marked
from pipeline.night import run_night
from tests.builders import FOUNDED, SUSPECT, VICTIM
from tests.night.conftest import NIGHT
from tests.receive.exports import KNOWN_AT, number, report, write_export

CHOKED = "Hij kneep haar keel dicht."
SEEN = {"entry_number": 1, "source": "W", "text": "Wij zagen een rode wang."}
UNKNOWN = {"problems", "content_hash", "registration_number"}
HIDDEN = VICTIM | {"secret_address": True, "street": "Schuilgracht", "house_number": "77", "postcode": "9711ZZ"}
UNNUMBERED = HIDDEN | {"person_number": None}
PLACED = {"street": "Schuilgracht", "house_number": "77", "postcode": "2511AA"}


MONTH_BEFORE = KNOWN_AT - timedelta(days=30)
EARLIER = {"incident_code": "F550", "known_at": MONTH_BEFORE, "committed_from": MONTH_BEFORE}


def founded(place, **given):
    row = {name: value for name, value in FOUNDED.items() if name not in UNKNOWN}
    return report(place, **row | {"person": [VICTIM, SUSPECT], "entry": [SEEN]} | given)


@pytest.fixture
def at_desk(settings, tmp_path, agreements_of):
    """Settings in which a night with such registrations is done."""
    reports = [
        founded(1),
        founded(2, known_at=None, description=CHOKED),
        founded(3, suspicion=None, entry=[SEEN, SEEN | {"text": CHOKED}]),
        founded(
            4,
            person=[VICTIM, SUSPECT, UNNUMBERED],
            description=f"{FOUNDED['description']} Op Schuilgracht 77.",
            **PLACED,
        ),
        founded(5, known_at=None, entry=[SEEN | {"text": CHOKED}]),
        founded(6, known_at=None),
    ]
    write_export(tmp_path / "inbox", reports, "jsonl", night=NIGHT)
    own = replace(settings, inbox=tmp_path / "inbox", agreements=agreements_of("RE06"))
    run_night(own, NIGHT)
    return own


def test_a_person_looks_at_what_was_set_aside_or_rejected(at_desk):
    with transaction(at_desk.dsn, "desk") as cursor:
        found = query(
            cursor,
            "SELECT row, outcome, reasons[1], hold.danger FROM intake.outcome LEFT JOIN intake.hold"
            " USING (unit, night, export_id, row) ORDER BY row",
        )
    assert found == [
        (0, "forward", "well_founded", None),
        (1, "reject", "rejected", True),
        (2, "hold", "poorly_founded_in_danger", True),
        (3, "hold", "secret_set_aside", False),
        (4, "reject", "rejected", True),
        (5, "reject", "rejected", None),
    ]


def test_no_address_goes_where_that_of_somebody_set_aside_is_secret(at_desk):
    opened = desk_steps.open_item(number(4), None, "ada", at_desk, regions=("VT09",))
    assert len(opened.outgoing.staging.report) == 1
    assert "Schuilgracht" not in str([table.to_dicts() for table in vars(opened.outgoing.staging).values()])
    assert desk_steps.decide_at_desk(number(4), None, Decision("release", "ada", -1, regions=("VT09",)), at_desk)
    with transaction(at_desk.dsn, "desk") as cursor:
        ((outcome, reasons),) = query(
            cursor, "SELECT outcome, reasons FROM intake.outcome WHERE registration_number = %s", (number(4),)
        )
        assert (outcome, marked(cursor, pl.DataFrame({"unit": ["RE06"], "number": [number(4)]})).height) == (
            "forward",
            1,
        ), "it went without an address, as others of its event have to know"
    assert [reason for reason in reasons if reason.startswith("secret")] == ["secret_set_aside"]


def test_rows_as_received_are_closed_to_others_whatever_the_home_is(settings, tmp_path, agreements_of):
    write_export(tmp_path / "inbox", [founded(1)], "jsonl", night=NIGHT)
    own = replace(settings, inbox=tmp_path / "inbox", agreements=agreements_of("RE06"))
    own.home.mkdir(mode=0o755)
    own.home.chmod(0o755)
    unit_steps.receive("RE06", NIGHT, own)
    assert workspace.delivery_of(own, "RE06", NIGHT).work.stat().st_mode & 0o077 == 0


def past_of(settings, place):
    with transaction(settings.dsn, "staging") as cursor:
        return query(
            cursor,
            "SELECT person_number, incident_code FROM vt_09.prior_incident WHERE registration_number = %s ORDER BY 1",
            (number(place),),
        )


@pytest.mark.parametrize(("regime", "past"), [("8", [(1, "F550"), (2, "F550")]), ("12", [])])
def test_what_is_under_a_forbidden_regime_now_is_nobodys_past(settings, tmp_path, agreements_of, regime, past):
    own = replace(settings, inbox=tmp_path / "inbox", agreements=agreements_of("RE06"))
    nights = [NIGHT + timedelta(days=days) for days in range(3)]
    corrected = founded(1, **EARLIER, version=2, legal_regime=regime)
    reports = [founded(1, **EARLIER), corrected, founded(2)]
    for night, one in zip(nights, reports, strict=True):
        write_export(tmp_path / "inbox", [one], "jsonl", night=night)
        run_night(own, night)
    assert past_of(own, 2) == past


def test_a_late_export_tells_no_past_that_was_taken_back_meanwhile(settings, tmp_path, agreements_of):
    own = replace(settings, inbox=tmp_path / "inbox", agreements=agreements_of("RE06"))
    corrected = founded(1, **EARLIER, version=2, embargo=True)
    for days, one in ((0, founded(1, **EARLIER)), (2, corrected), (1, founded(2))):
        write_export(tmp_path / "inbox", [one], "jsonl", night=NIGHT + timedelta(days=days))
        run_night(own, NIGHT + timedelta(days=days))
    assert past_of(own, 2) == []


@pytest.mark.parametrize(
    ("kind", "code", "past"),
    [("withhold", "F550", 0), ("elsewhere", "F550", 2), ("release", None, 2)],
)
def test_what_a_person_keeps_back_is_nobodys_past(settings, tmp_path, agreements_of, kind, code, past):
    own = replace(settings, inbox=tmp_path / "inbox", agreements=agreements_of("RE06"))
    doubtful = "De huisarts zei dat haar arm gebroken is. Wij zagen een blauw oog."
    waits = founded(1, **EARLIER | {"incident_code": code}, description=doubtful)
    write_export(tmp_path / "inbox", [waits], "jsonl", night=NIGHT)
    run_night(own, NIGHT)
    decision = Decision(kind, "ada", -1, comment="x", regions=("VT09",) if kind == "release" else ())
    assert desk_steps.decide_at_desk(number(1), None, decision, own)
    write_export(tmp_path / "inbox", [founded(2)], "jsonl", night=NIGHT + timedelta(days=1))
    run_night(own, NIGHT + timedelta(days=1))
    assert len(past_of(own, 2)) == past


def test_a_refused_export_is_taken_when_the_file_that_was_cut_off_comes_again(settings, tmp_path, agreements_of):
    """Under the same manifest: it promised the whole file."""
    own = replace(settings, inbox=tmp_path / "inbox", agreements=agreements_of("RE06"))
    export = write_export(tmp_path / "inbox", [founded(1)], "jsonl", night=NIGHT)
    ((name, whole),) = export.files.items()
    (export.folder / name).write_bytes(whole[:-20])
    assert run_night(own, NIGHT)["units"]["RE06"]["state"] == "refused"
    later = NIGHT + timedelta(days=1)
    assert night_steps.late_exports(later, own) == []
    (export.folder / name).write_bytes(whole)
    assert night_steps.late_exports(later, own) == [("RE06", NIGHT)]
