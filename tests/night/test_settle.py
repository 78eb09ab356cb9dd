"""One report an event, and what is supplemented: whole nights of a few registrations, in every order."""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from pipeline import installation, load_steps, night_steps, settle_steps, unit_steps
from pipeline.errors import LoadError, NightIncomplete
from pipeline.feedback.rectify import Wrong
from pipeline.load.database import query, transaction
from pipeline.night import run_night, take_unit
from pipeline.receive import receive_export
from pipeline.settle import parts
from pipeline.settle.within_night import write_candidates
from pipeline.vt_steps import rectify
from tests.conftest import settings_of
from tests.night.conftest import NIGHT, copied, everything, unnumbered

STAGED = (
    "SELECT region, unit, registration_number, version, also_registered_as, entries, sequence, triage, urgency_hint"
    " FROM vt_{}.report"
)


def staged(settings):
    with transaction(settings.dsn, "staging") as cursor:
        return [line for region in installation.regions() for line in query(cursor, STAGED.format(region[2:]))]


def carried_by(settings):
    with transaction(settings.dsn, "outcomes") as cursor:
        return query(
            cursor,
            "SELECT night, registration_number, carried_by, reasons[1] FROM intake.outcome WHERE carried_by IS NOT NULL",
        )


def test_a_night_in_many_parts_ends_as_in_few(inbox, agreements_of, copy_database, tmp_path, monkeypatch):
    units = ("RE04", "RE06", "RE10")  # with events among them, in one night and over two
    few = settings_of(tmp_path / "few", copy_database("meldstroom"))
    few = replace(few, inbox=inbox, agreements=agreements_of(*units))
    run_night(few, NIGHT)
    many = copied(few, copy_database, tmp_path / "many")
    run_night(few, NIGHT + timedelta(days=1))
    monkeypatch.setattr(unit_steps, "receive_export", partial(receive_export, rows_per_part=6))
    monkeypatch.setattr(parts, "PARTS_AT_ONCE", 2)
    settled = []
    monkeypatch.setattr(
        settle_steps, "write_candidates", lambda *given: settled.append(given) or write_candidates(*given)
    )
    run_night(many, NIGHT + timedelta(days=1))
    assert len(settled[0][0]) > 3 * len(units)
    assert len({night for night, *_ in carried_by(few)}) == 2
    ended = unnumbered(everything(few.dsn))
    assert ended["intake.person_link"]
    assert unnumbered(everything(many.dsn)) == ended


def deliver(inbox, unit, night, **registration):
    """An export of one registration, as JSON lines."""
    deliver_all(inbox, unit, night, [registration])


def deliver_all(inbox, unit, night, registrations, number=1):
    """An export of some registrations, as JSON lines."""
    folder = inbox / unit / night.isoformat()
    folder.mkdir(parents=True)
    nobody = {"betrokkenen": [], "mutaties": [], "antecedenten": []}
    content = b"".join(json.dumps(nobody | one).encode() + b"\n" for one in registrations)
    (folder / "registraties.jsonl").write_bytes(content)
    file = {
        "name": "registraties.jsonl",
        "table": "registratie",
        "rows": len(registrations),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    manifest = {
        "contract": "police-export/1",
        "unit": unit,
        "night": night.isoformat(),
        "export_id": f"{unit}-{night}-{number}",
        "dialect": "jsonl",
        "created_at": f"{night}T23:00:00+01:00",
        "files": [file],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _told(unit, version, child=(), **changed):
    """A well-founded registration of one event, as a unit writes it down."""
    home = {
        "straat": "Spui",
        "huisnummer": "4",
        "postcode": "2511BL",
        "plaats": "'s-Gravenhage",
        "gemeentecode": "0518",
    }
    home |= {name: changed.pop(name) for name in [*home] if name in changed}
    name = {"geslachtsnaam": "Testman", "relatie": "partner", **home}
    victim = {"volgnummer": 1, "rol": "SO", "voornamen": "Ada", "geboortedatum": "1990-03-04", "relatie_tot": 2} | name
    suspect = {"volgnummer": 2, "rol": "VE", "voornamen": "Bob", "geboortedatum": "1988-05-06", "relatie_tot": 1} | name
    moment = changed.pop("moment", f"{NIGHT}T12:00:00+01:00")
    return {
        "registratienummer": f"PL{unit[2:]}00-2026777001",
        "versie": version,
        "soort": "HG",
        "kennisname": moment,
        "pleeg_begin": moment,
        "wpg_artikel": "8",
        "contact_afdeling": "Loket",
        "contact_telefoon": "0900-0000",
        "aanleiding": "01",
        "omschrijving": "De verdachte sloeg het slachtoffer in het gezicht. Wij zagen een rode wang.",
        "betrokkenen": [victim, suspect, *({**victim, "relatie": "kind", **one} for one in child)],
        **home,
        **changed,
    }


def test_two_units_that_add_to_one_delivered_report_both_count(settings, tmp_path):
    settings, later = replace(settings, inbox=tmp_path / "inbox"), NIGHT + timedelta(days=1)
    deliver(settings.inbox, "RE06", NIGHT, **_told("RE06", 1))
    run_night(settings, NIGHT)
    child = {"volgnummer": 3, "rol": "KI", "voornamen": "Eva", "geboortedatum": "2018-03-02", "relatie_tot": 1}
    for unit in ("RE07", "RE05"):
        deliver(settings.inbox, unit, later, **_told(unit, 1, [child], kennisname=f"{NIGHT}T12:20:00+01:00"))
    run_night(settings, later)
    numbers = ["PL0500-2026777001", "PL0700-2026777001"]
    assert sorted(line[1] for line in carried_by(settings)) == numbers
    assert [line[4] for line in staged(settings)] == [numbers]
    with transaction(settings.dsn, "staging") as cursor:
        assert query(cursor, "SELECT count(*) FROM vt_09.person WHERE role = 'KI'") == [(1,)]


BREAKING = "De verdachte sloeg het slachtoffer in het gezicht. Wij zagen dat haar wang dik was."


LONG_BEFORE = f"{NIGHT - timedelta(days=9)}T12:00:00+01:00"


CORRECTED = "De verdachte sloeg het slachtoffer op de arm. Wij zagen een blauwe plek."


@pytest.mark.parametrize(
    ("changed", "becomes", "tells"),
    [
        ({"omschrijving": CORRECTED}, "duplicate", [CORRECTED]),
        ({"vervallen": True}, "withhold", []),
        ({"verwijderd": True}, "withhold", []),
        ({"onderzoek_nummer": "O1"}, "hold", []),
        ({"contact_telefoon": None}, "return", []),
        ({"kennisname": "gisteren"}, "reject", []),
        ({"moment": LONG_BEFORE, "kennisname": LONG_BEFORE}, "forward", []),
    ],
    ids=["corrected", "retracted", "removed", "held", "returned", "unreadable", "of another event"],
)
def test_a_report_says_of_what_it_carries_what_the_last_version_says(settings, tmp_path, changed, becomes, tells):
    settings, later = replace(settings, inbox=tmp_path / "inbox"), NIGHT + timedelta(days=1)
    child = {"volgnummer": 3, "rol": "KI", "voornamen": "Eva", "geboortedatum": "2018-03-02", "relatie_tot": 1}
    deliver(settings.inbox, "RE06", NIGHT, **_told("RE06", 1))
    second = {"kennisname": f"{NIGHT}T12:20:00+01:00", "omschrijving": BREAKING}
    deliver(settings.inbox, "RE07", NIGHT, **_told("RE07", 1, [child], stalking=True, **second))
    run_night(settings, NIGHT)
    assert _carried(settings) == ([BREAKING], ["PL0700-2026777001"], [3], ["stalking"])
    assert _urgency(settings) == ("within_24_hours", True)
    deliver(settings.inbox, "RE07", later, **_told("RE07", 2, **second | changed))
    assert run_night(settings, later)["units"]["RE07"][becomes] == 1
    assert _carried(settings) == (tells, ["PL0700-2026777001"] if tells else [], [], [])
    assert _urgency(settings) == ("within_5_working_days", False)


def test_danger_that_comes_with_a_later_registration_of_the_event_is_urgent(settings, tmp_path):
    settings, later = replace(settings, inbox=tmp_path / "inbox"), NIGHT + timedelta(days=1)
    deliver(settings.inbox, "RE06", NIGHT, **_told("RE06", 1))
    run_night(settings, NIGHT)
    assert _urgency(settings) == ("within_5_working_days", False)
    deliver(settings.inbox, "RE07", later, **_told("RE07", 1, stalking=True, kennisname=f"{NIGHT}T12:20:00+01:00"))
    run_night(settings, later)
    assert _carried(settings)[3] == ["stalking"]
    assert _urgency(settings) == ("within_24_hours", True)


def _urgency(settings):
    """The hint of the report of RE06, and whether its triage names stalking."""
    with transaction(settings.dsn, "staging") as cursor:
        ((triage, hint),) = query(cursor, "SELECT triage, urgency_hint FROM vt_09.report WHERE unit = 'RE06'")
    return hint, "stalking" in [field["field"] for field in triage]


def test_a_crash_after_a_correction_of_what_is_carried_adds_nothing_twice(settings, tmp_path, monkeypatch):
    settings, later = replace(settings, inbox=tmp_path / "inbox"), NIGHT + timedelta(days=1)
    child = {"volgnummer": 3, "rol": "KI", "geboortedatum": "2018-03-02", "relatie_tot": 1}
    deliver(settings.inbox, "RE06", NIGHT, **_told("RE06", 1))
    second = {"kennisname": f"{NIGHT}T12:20:00+01:00", "betrokkenen": [*_told("RE07", 1, [child])["betrokkenen"]]}
    deliver(settings.inbox, "RE07", NIGHT, **_told("RE07", 1, **second))
    run_night(settings, NIGHT)
    deliver(settings.inbox, "RE07", later, **_told("RE07", 2, **second, omschrijving=CORRECTED))
    with monkeypatch.context() as patched, pytest.raises(LoadError):
        patched.setattr(load_steps, "_close", lambda *_: (_ for _ in ()).throw(LoadError("RE07", "57014")))
        run_night(settings, later)
    loaded = everything(settings.dsn)
    run_night(settings, later)
    again = everything(settings.dsn)
    assert {name for name in again if again[name] != loaded[name]} <= {"intake.outcome", "intake.person_link"}
    assert _carried(settings)[0] == [CORRECTED]


def _carried(settings):
    """What the report of RE06 says of RE07's: texts, numbers, children and signals."""
    with transaction(settings.dsn, "staging") as cursor:
        ((entries, numbers),) = query(
            cursor, "SELECT entries, also_registered_as FROM vt_09.report WHERE unit = 'RE06' ORDER BY version DESC"
        )
        children = query(cursor, "SELECT person_number FROM vt_09.person WHERE unit = 'RE06' AND role = 'KI'")
        signals = query(cursor, "SELECT signal FROM vt_09.danger_signal WHERE unit = 'RE06'")
    texts = [entry["text"] for entry in entries if entry["registration_number"].startswith("PL0700")]
    return texts, numbers, [number for (number,) in children], [signal for (signal,) in signals]


@pytest.mark.parametrize(
    ("changed", "becomes", "breaks", "outcome"),
    [
        ({"letsel": True}, "forward", False, ("duplicate", "same_event")),
        ({"letsel": True}, "forward", True, ("hold", "carrier_withdrawn")),
        (
            {"postcode": "2311CS", "plaats": "Leiden", "gemeentecode": "0546"},
            "forward",
            False,
            ("hold", "carrier_withdrawn"),
        ),
        ({"moment": LONG_BEFORE}, "duplicate", False, ("hold", "carrier_withdrawn")),
        ({"kennisname": "gisteren"}, "reject", False, ("hold", "carrier_withdrawn")),
    ],
    ids=[
        *("carries on", "what it carried breaks the redactor", "another region"),
        *("of another event, which is reported", "unreadable"),
    ],
)
def test_a_corrected_report_carries_on_or_a_person_sees_what_it_carried(
    settings, tmp_path, break_redactor, changed, becomes, breaks, outcome
):
    settings, later = replace(settings, inbox=tmp_path / "inbox"), NIGHT + timedelta(days=1)
    child = {"volgnummer": 3, "rol": "KI", "voornamen": "Eva", "geboortedatum": "2018-03-02", "relatie_tot": 1}
    deliver(settings.inbox, "RE06", NIGHT, **_told("RE06", 1))
    deliver(
        settings.inbox,
        "RE07",
        NIGHT,
        **_told("RE07", 1, [child], kennisname=f"{NIGHT}T12:20:00+01:00", omschrijving=BREAKING),
    )
    deliver(settings.inbox, "RE05", NIGHT, **_told("RE05", 1, moment=LONG_BEFORE))
    run_night(settings, NIGHT)
    if breaks:
        break_redactor(BREAKING)
    assert [line[1:3] for line in carried_by(settings)] == [("PL0700-2026777001", "RE06 PL0600-2026777001 1")]
    deliver(settings.inbox, "RE06", later, **_told("RE06", 2, **changed))
    assert run_night(settings, later)["units"]["RE06"][becomes] == 1
    with transaction(settings.dsn, "staging") as cursor:
        children = "SELECT version FROM vt_09.person WHERE role = 'KI' ORDER BY 1"
        carried = query(cursor, "SELECT outcome, reasons[1] FROM intake.outcome WHERE unit = 'RE07'")
        assert query(cursor, children) == ([(1,), (2,)] if outcome[0] == "duplicate" else [(1,)])
        held = query(cursor, "SELECT count(*) FROM intake.hold WHERE unit = 'RE07' AND decided_at IS NULL")
    assert carried == [outcome]
    assert held == [(int(outcome[0] == "hold"),)]
    assert night_steps.status(NIGHT, settings)["balanced"]
    if becomes != "forward":
        return
    taken_back = rectify(Wrong("PL0600-2026777001", "rule_error", "tester", "regel te ruim"), settings)
    assert [*taken_back.carried] == (["RE07 PL0700-2026777001 1"] if outcome[0] == "duplicate" else [])


def load_in_part(settings, monkeypatch, *registrations):
    """Run the night of RE06, which has something for Amsterdam too, that refuses it: only The Hague gets its reports."""
    elsewhere = {"postcode": "1011AB", "plaats": "Amsterdam", "gemeentecode": "0363"}
    refused = _told("RE06", 1, registratienummer="PL0600-2026777002", **elsewhere)
    for person, (name, born) in zip(
        refused["betrokkenen"], [("Cor", "1971-07-08"), ("Dirk", "1969-09-10")], strict=True
    ):
        person |= {"geslachtsnaam": "Proefvrouw", "voornamen": name, "geboortedatum": born}
    deliver_all(settings.inbox, "RE06", NIGHT, [*registrations, refused])
    place = load_steps.load_region

    def refusing(given, region, *rest):
        if region != "VT09":
            given.execute("SELECT 1 / 0")
        return place(given, region, *rest)

    with monkeypatch.context() as patched, pytest.raises(NightIncomplete):
        patched.setattr(load_steps, "load_region", refusing)
        run_night(settings, NIGHT)


@pytest.mark.parametrize("minutes", [-20, 20], ids=["known before", "known after"])
def test_what_comes_before_a_night_is_run_again_is_added_to_what_stands(settings, tmp_path, monkeypatch, minutes):
    settings = replace(settings, inbox=tmp_path / "inbox")
    noon = datetime.fromisoformat(f"{NIGHT}T12:00:00+01:00")
    load_in_part(settings, monkeypatch, _told("RE06", 1))
    child = {"volgnummer": 3, "rol": "KI", "voornamen": "Eva", "geboortedatum": "2018-03-02", "relatie_tot": 1}
    known = (noon + timedelta(minutes=minutes)).isoformat()
    late = _told("RE07", 1, [child], stalking=True, kennisname=known, omschrijving=CORRECTED)
    deliver(settings.inbox, "RE07", NIGHT, **late)
    status = run_night(settings, NIGHT)
    assert {line["state"] for line in status["units"].values()} == {"complete", "missing"}
    assert _carried(settings) == ([CORRECTED], ["PL0700-2026777001"], [3], ["stalking"])
    assert [line[:3] for line in staged(settings)] == [
        ("VT01", "RE06", "PL0600-2026777002"),
        ("VT09", "RE06", "PL0600-2026777001"),
    ]
    done = everything(settings.dsn)
    run_night(settings, NIGHT)
    assert everything(settings.dsn) == done


def taken_back_amid(settings):
    """Take back the report of RE06; return outcome, history and desk of it, which stand from now on."""
    rectify(Wrong("PL0600-2026777001", "wrong_data", "tester", "klopt niet"), settings)
    return decided_amid(settings)


def decided_amid(settings):
    with transaction(settings.dsn, "decided") as cursor:
        return query(
            cursor,
            "SELECT registration_number, outcome, regions, outcome.reasons[1], changed_by, comment, hold.danger"
            " FROM intake.outcome LEFT JOIN intake.outcome_change USING (unit, night, export_id, row)"
            " LEFT JOIN intake.hold USING (unit, night, export_id, row) WHERE decided_by = 'desk' ORDER BY 1",
        )


LEIDEN = {"postcode": "2311CS", "plaats": "Leiden", "gemeentecode": "0546", "straat": "Breestraat"}
LATE = {"kennisname": f"{NIGHT}T12:20:00+01:00", "omschrijving": CORRECTED}


@pytest.mark.parametrize("danger", [False, True])
def test_what_a_person_took_back_of_a_night_stays_taken_back_when_it_is_run_again(
    settings, tmp_path, monkeypatch, danger
):
    settings = replace(settings, inbox=tmp_path / "inbox")
    carried = _told("RE06", 1, registratienummer="PL0600-2026777003", **LATE)
    load_in_part(settings, monkeypatch, _told("RE06", 1, stalking=danger), carried)
    decided = taken_back_amid(settings)
    becomes, waits = ("hold", True) if danger else ("return", None)
    assert decided == [
        ("PL0600-2026777001", becomes, [], "rectified_wrong_data", "tester", "klopt niet", waits),
        ("PL0600-2026777003", "hold", [], "carrier_rectified", "tester", "klopt niet", False),
    ]
    deliver(settings.inbox, "RE07", NIGHT, **_told("RE07", 1, **LATE))
    status = run_night(settings, NIGHT)
    assert status["balanced"]
    assert (status["units"]["RE06"]["forward"], status["regions"]["VT09"]) == (1, 1)
    assert decided_amid(settings) == decided
    named = [(line[1], line[4]) for line in staged(settings) if line[0] == "VT09"]
    assert named == [("RE06", ["PL0600-2026777003"]), ("RE07", [])], "what was taken back tells no more"
    done = everything(settings.dsn)
    run_night(settings, NIGHT)
    assert everything(settings.dsn) == done


def test_what_a_person_took_back_carries_nothing_where_a_night_is_settled_again(settings, tmp_path, monkeypatch):
    settings = replace(settings, inbox=tmp_path / "inbox")
    load_in_part(settings, monkeypatch, _told("RE06", 1))
    decided = taken_back_amid(settings)
    deliver(settings.inbox, "RE07", NIGHT, **_told("RE07", 1, **LATE))
    take_unit("RE07", NIGHT, settings)
    settle_steps.settle(NIGHT, settings)
    load_steps.load("VT09", NIGHT, settings)
    assert [(line[1], line[4]) for line in staged(settings)] == [("RE06", []), ("RE07", [])]
    assert decided_amid(settings) == decided


@pytest.mark.parametrize(
    "again",
    [run_night, lambda settings, night: load_steps.load("VT10", night, settings)],
    ids=["from the start", "from its load"],
)
def test_what_a_person_took_back_comes_to_no_region_that_was_not_reached(settings, tmp_path, monkeypatch, again):
    settings = replace(settings, inbox=tmp_path / "inbox")
    child = {"volgnummer": 3, "rol": "KI", "voornamen": "Eva", "geboortedatum": "2018-03-02", "relatie_tot": 1}
    load_in_part(settings, monkeypatch, _told("RE06", 1, [child | LEIDEN]))
    with transaction(settings.dsn, "outcomes") as cursor:
        assert query(cursor, "SELECT regions FROM intake.outcome WHERE row = 0") == [(["VT09", "VT10"],)]
    taken_back_amid(settings)
    again(settings, NIGHT)
    assert [line[:2] for line in staged(settings) if line[0] != "VT01"] == [("VT09", "RE06")]


@pytest.mark.parametrize("both", [False, True], ids=["in one of its regions", "in both"])
def test_a_report_that_came_to_one_region_carries_a_late_unit_s_in_every_other_too(
    settings, tmp_path, monkeypatch, copy_database, both
):
    """As in a night that nothing disturbed: person by person, under the same numbers in every region."""
    children = [
        {"volgnummer": number, "rol": "KI", "voornamen": name, "geboortedatum": born, "relatie_tot": 1}
        for number, name, born in ((3, "Eva", "2018-03-02"), (4, "Tim", "2016-03-02"))
    ]
    first = _told("RE06", 1, [children[0] | LEIDEN])
    late = _told("RE07", 1, [*([children[0] | LEIDEN] if both else []), children[1]], stalking=True, **LATE)
    settings = replace(settings, inbox=tmp_path / "inbox")
    load_in_part(settings, monkeypatch, first)
    undisturbed = replace(settings_of(tmp_path / "once", copy_database("meldstroom")), inbox=tmp_path / "both")
    deliver(undisturbed.inbox, "RE06", NIGHT, **first)
    for each in (settings, undisturbed):
        deliver(each.inbox, "RE07", NIGHT, **late)
        run_night(each, NIGHT)
    told = [_told_of_family(undisturbed, region) for region in ("09", "10")]
    assert [names for names, *_ in told] == [["PL0700-2026777001"]] * 2
    assert [_told_of_family(settings, region) for region in ("09", "10")] == told
    done = everything(settings.dsn)
    run_night(settings, NIGHT)
    assert everything(settings.dsn) == done


def _told_of_family(settings, region):
    with transaction(settings.dsn, "staging") as cursor:
        ((names, texts, urgency),) = query(
            cursor,
            "SELECT also_registered_as, jsonb_path_query_array(entries, '$.text'), urgency_hint"
            f" FROM vt_{region}.report",
        )
        persons = query(cursor, f"SELECT person_number, given_names, carried_from FROM vt_{region}.person ORDER BY 1")
        signals = query(cursor, f"SELECT signal FROM vt_{region}.danger_signal ORDER BY 1")
    return names, texts, urgency, persons, signals


def deliver_instead(settings, number, *registrations):
    """Put another export in the folder of RE06, in the place of what lies there."""
    shutil.rmtree(settings.inbox / "RE06")
    deliver_all(settings.inbox, "RE06", NIGHT, registrations, number)


@pytest.mark.parametrize("taken_back", [True, False])
@pytest.mark.parametrize(
    ("changed", "becomes"), [({}, "duplicate"), ({"omschrijving": CORRECTED}, "hold")], ids=["same", "other contents"]
)
def test_other_files_never_take_the_place_of_an_export_that_reached_a_region(
    settings, tmp_path, monkeypatch, taken_back, changed, becomes
):
    settings = replace(settings, inbox=tmp_path / "inbox")
    load_in_part(settings, monkeypatch, _told("RE06", 1))
    if taken_back:
        taken_back_amid(settings)
    decided, reports, stood = decided_amid(settings), staged(settings), everything(settings.dsn)["intake.outcome"]
    deliver_instead(settings, 1, _told("RE06", 1, **changed))
    with pytest.raises(NightIncomplete) as told:  # what Amsterdam was to get is not at hand
        run_night(settings, NIGHT)
    line = told.value.status["units"]["RE06"]
    assert line["state"] == "refused"
    assert "onder een nieuw export_id" in line["reason"]
    assert everything(settings.dsn)["intake.outcome"] == stood
    deliver_instead(settings, 2, _told("RE06", 1, **changed))
    status = run_night(settings, NIGHT)
    line = status["units"]["RE06"]
    assert status["balanced"]
    assert (line["state"], line["received"]) == ("complete", 2)
    assert (line["return" if taken_back else "forward"], line[becomes]) == (1, 1)
    assert (decided_amid(settings), staged(settings)) == (decided, reports)
