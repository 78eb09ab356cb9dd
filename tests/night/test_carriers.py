"""What reports carry when several versions and registrations of one event come together, over several nights."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline import desk_steps
from pipeline.desk.decisions import Decision
from pipeline.load.checkpoint import signing_key
from pipeline.load.database import query, transaction
from pipeline.load.verify import verify
from pipeline.night import run_night
from pipeline.settings import read_key
from tests.night.conftest import NIGHT
from tests.night.test_settle import _told, deliver_all

CARRIER, CARRIED, OTHER = "RE06", "RE07", "RE05"
TEXTS = {1: "Wij zagen een rode wang.", 2: "Wij zagen een blauwe plek.", 3: "Wij zagen een dikke lip."}
NEXT, AFTER = NIGHT + timedelta(days=1), NIGHT + timedelta(days=2)


def told(unit, version=1, **changed):
    """A registration of the event: the carrier's became known first."""
    minute = {CARRIER: 10, CARRIED: 20, OTHER: 30}[unit]
    known = f"{NIGHT}T12:{minute}:00+01:00"
    text = f"De verdachte sloeg het slachtoffer. {TEXTS[version]}"
    return _told(unit, version, **{"kennisname": known, "omschrijving": text} | changed)


@pytest.fixture
def nights(settings, tmp_path, agreements_of):
    """A function that delivers registrations, runs the night and returns what became of each version at last."""
    settings = replace(settings, inbox=tmp_path / "inbox", agreements=agreements_of(CARRIER, CARRIED, OTHER))

    def run(night, *registrations):
        by_unit = {}
        for one in registrations:
            by_unit.setdefault(f"RE{one['registratienummer'][2:4]}", []).append(one)
        for unit, ours in by_unit.items():
            deliver_all(settings.inbox, unit, night, ours)
        assert run_night(settings, night)["balanced"]
        with transaction(settings.dsn, "outcomes") as given:
            rows = query(
                given,
                "SELECT unit, version, outcome, split_part(carried_by, ' ', 1) || split_part(carried_by, ' ', 3)"
                " FROM intake.outcome WHERE NOT reasons @> '{already_received}' ORDER BY night, row",
            )
        return {(unit, version): (outcome, by) if by else outcome for unit, version, outcome, by in rows}

    run.settings = settings
    return run


def standing(nights):
    """Unit, version and the numbers carried of every report that was not recalled, and the texts in it."""
    with transaction(nights.settings.dsn, "staging") as given:
        rows = query(
            given,
            "SELECT unit, version, also_registered_as, description, entries FROM vt_09.report WHERE NOT EXISTS (SELECT"
            " FROM vt_09.recall WHERE (unit, registration_number, version)"
            " = (report.unit, report.registration_number, report.version)) ORDER BY 1, 2",
        )
    return [
        (unit, version, [f"RE{number[2:4]}" for number in numbers], f"{description} {entries}")
        for unit, version, numbers, description, entries in rows
    ]


def waiting(nights):
    with transaction(nights.settings.dsn, "desk") as given:
        return query(
            given,
            "SELECT unit, version FROM intake.hold JOIN intake.outcome USING (unit, night, export_id, row)"
            " WHERE decided_at IS NULL ORDER BY 1, 2",
        )


@pytest.mark.parametrize(
    ("changed", "becomes"),
    [({"verwijderd": True}, "withhold"), ({"wpg_artikel": None}, "hold"), ({"kennisname": "gisteren"}, "reject")],
    ids=["removed", "held", "unreadable"],
)
@pytest.mark.parametrize("comes", [NEXT, AFTER], ids=["the same night", "the night after"])
def test_what_comes_when_a_report_is_withdrawn_is_not_carried_by_it(nights, changed, becomes, comes):
    nights(NIGHT, told(CARRIER))
    late = [told(CARRIED, pleeg_begin=f"{NIGHT}T12:00:00+01:00")]
    found = nights(NEXT, told(CARRIER, 2, **changed), *(late if comes == NEXT else ()))
    found = found if comes == NEXT else nights(AFTER, *late)
    assert found == {(CARRIER, 1): "forward", (CARRIER, 2): becomes, (CARRIED, 1): "forward"}
    assert [line[:3] for line in standing(nights)] == [(CARRIED, 1, [])]


def test_a_corrected_report_takes_nothing_along_that_the_same_night_holds(nights):
    nights(NIGHT, told(CARRIER), told(CARRIED))
    found = nights(NEXT, told(CARRIER, 3), told(CARRIED, 2, embargo=True))
    assert found[CARRIED, 2] == "hold"
    [(unit, version, carried, text)] = standing(nights)
    assert (unit, version, carried) == (CARRIER, 3, [])
    assert TEXTS[1] not in text


def test_what_another_report_takes_over_of_a_withdrawn_one_is_carried_by_that_and_waits_for_nobody(nights):
    assert nights(NIGHT, told(CARRIER), told(CARRIED))[CARRIED, 1] == ("duplicate", f"{CARRIER}1")
    found = nights(NEXT, told(CARRIER, 2, vervallen=True), told(OTHER))
    assert (found[OTHER, 1], found[CARRIED, 1]) == ("forward", ("duplicate", f"{OTHER}1"))
    assert [line[:3] for line in standing(nights)] == [(OTHER, 1, [CARRIED])]
    assert waiting(nights) == []
    found = nights(AFTER, told(OTHER, 2, vervallen=True))
    assert found[CARRIED, 1] == "hold"
    assert waiting(nights) == [(CARRIED, 1)]


def test_of_two_versions_in_one_export_the_highest_says_whether_what_was_carried_is(nights):
    nights(NIGHT, told(CARRIER), told(CARRIED))
    found = nights(NEXT, told(CARRIER, 2, verwijderd=True), told(CARRIER, 3))
    assert found[CARRIED, 1] == ("duplicate", f"{CARRIER}3")
    assert [line[:3] for line in standing(nights)] == [(CARRIER, 3, [CARRIED])]
    assert waiting(nights) == []


def test_a_corrected_report_that_comes_again_otherwise_keeps_what_it_carries(nights):
    nights(NIGHT, told(CARRIER), told(CARRIED))
    nights(NEXT, told(CARRIER, 2))
    found = nights(AFTER, told(CARRIER, 2, omschrijving="De verdachte sloeg het slachtoffer hard."))
    assert found[CARRIED, 1] == ("duplicate", f"{CARRIER}2")
    assert [line[:3] for line in standing(nights)] == [(CARRIER, 2, [CARRIED])]
    assert waiting(nights) == [(CARRIER, 2)]


def test_what_a_person_keeps_back_of_what_came_again_otherwise_stands_nowhere(nights):
    nights(NIGHT, told(CARRIER), told(CARRIED), told(OTHER))
    nights(NEXT, told(CARRIER, vervallen=True), told(CARRIED, wpg_artikel="9"))
    assert [line[:3] for line in standing(nights)] == [(CARRIER, 1, [OTHER, CARRIED])], "a person has to see it first"
    assert waiting(nights) == [(CARRIER, 1), (CARRIED, 1)]
    seen = desk_steps.open_item(told(CARRIED)["registratienummer"], CARRIED, "ada", nights.settings)
    assert list(seen.stands) == ["VT09"]

    def keep_back(unit, kind):
        decision = Decision(kind=kind, account="ada", lock=-1, comment="niet delen")
        return desk_steps.decide_at_desk(told(unit)["registratienummer"], unit, decision, nights.settings)

    assert keep_back(CARRIED, "withhold")
    assert [line[:3] for line in standing(nights)] == [(CARRIER, 1, [OTHER])]
    assert keep_back(CARRIER, "elsewhere")
    assert standing(nights) == []
    assert waiting(nights) == [(OTHER, 1)]
    with transaction(nights.settings.dsn, "after") as given:
        recalled = query(given, "SELECT unit, version, reason FROM intake.recalled")
        became = query(
            given, "SELECT unit, outcome, regions, carried_by, reasons[1] FROM intake.outcome ORDER BY 1, night"
        )
        assert verify(given, signing_key(read_key(nights.settings)).public_key()).holds
    assert recalled == [(CARRIER, 1, "elsewhere")]
    assert became == [
        (OTHER, "hold", [], None, "carrier_withdrawn"),
        *[(CARRIER, "elsewhere", [], None, "desk_elsewhere")] * 2,
        *[(CARRIED, "withhold", [], None, "desk_withhold")] * 2,
    ]


def test_a_version_that_was_overtaken_does_not_wait_when_its_carrier_is_withdrawn(nights):
    nights(NIGHT, told(CARRIER), told(CARRIED))
    nights(NEXT, told(CARRIED, 2, contact_telefoon=None, contact_afdeling=None))
    found = nights(AFTER, told(CARRIER, 2, vervallen=True))
    assert found[CARRIED, 2] == "return"
    assert waiting(nights) == []


def test_what_a_person_releases_stands_beside_a_higher_version_that_cannot_be_read(nights):
    nights(NIGHT, told(CARRIER))
    found = nights(NEXT, told(CARRIER, 2, embargo=True), told(CARRIER, 3, kennisname="gisteren"))
    assert (found[CARRIER, 2], found[CARRIER, 3]) == ("hold", "reject")
    number = told(CARRIER)["registratienummer"]
    for account in ("ada", "bob"):
        decision = Decision(kind="release", account=account, lock=-1)
        done = desk_steps.decide_at_desk(number, CARRIER, decision, nights.settings)
    assert done
    assert [line[:3] for line in standing(nights)] == [(CARRIER, 2, [])]


def test_a_report_that_its_own_export_overtakes_unreadably_carries_nothing(nights):
    found = nights(NIGHT, told(CARRIER), told(CARRIER, 2, kennisname="gisteren"), told(CARRIED))
    assert found == {(CARRIER, 1): "forward", (CARRIER, 2): "reject", (CARRIED, 1): "forward"}
    assert [line[:3] for line in standing(nights)] == [(CARRIED, 1, [])]


@pytest.mark.parametrize(
    ("changed", "becomes"),
    [({"vervallen": True}, "withhold"), ({"kennisname": "gisteren"}, "reject"), ({"wpg_artikel": "9"}, "withhold")],
    ids=["retracted", "unreadable", "forbidden"],
)
def test_a_withdrawn_report_is_recalled_for_that_also_when_another_one_keeps_its_address_secret(
    nights, changed, becomes
):
    nights(NIGHT, told(CARRIER))
    secret = told(CARRIED)
    for person in secret["betrokkenen"]:
        person["geheim_adres"] = True
    found = nights(NEXT, told(CARRIER, 2, **changed), secret)
    assert (found[CARRIER, 1], found[CARRIER, 2]) == ("forward", becomes)
    with transaction(nights.settings.dsn, "recalls") as given:
        assert query(given, "SELECT version, reason FROM vt_09.recall") == [(1, becomes)]
    assert (CARRIER, 1) not in waiting(nights)
