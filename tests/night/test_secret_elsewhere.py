"""An address that one registration of an event keeps secret and another one shows: whole nights, in every order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline import desk_steps, installation, night_steps, settle_steps
from pipeline.decide import criteria
from pipeline.desk.decisions import Decision
from pipeline.errors import DecisionRefused, LoadError
from pipeline.load.database import query, transaction
from pipeline.night import run_night
from pipeline.policy.agreements import SHIPPED
from pipeline.policy.suites import read_suite
from pipeline.replay import replay
from tests.night.conftest import NIGHT, everything
from tests.night.test_settle import LEIDEN, _told, carried_by, deliver, load_in_part, staged

NEXT = NIGHT + timedelta(days=1)
LATER = f"{NIGHT}T12:20:00+01:00"
TEXT = "De verdachte sloeg het slachtoffer in haar woning aan het Spui 4 te 's-Gravenhage. Wij zagen een rode wang."
CHILD = {"volgnummer": 3, "rol": "KI", "voornamen": "Eva", "geboortedatum": "2018-03-02", "relatie_tot": 1}
UNITS = ("RE05", "RE06", "RE07")


@pytest.fixture
def agreed(settings, tmp_path):
    """Settings whose agreements send what has a secret address to VT13; Spui lies in VT09."""
    folder = tmp_path / "agreements"
    folder.mkdir()
    for unit in UNITS:
        text = (SHIPPED / f"{unit.lower()}.toml").read_text()
        with_region = text.replace("flow = ", 'secret_address_region = "VT13"\nflow = ', 1)
        (folder / f"{unit.lower()}.toml").write_text(with_region)
    return replace(settings, inbox=tmp_path / "inbox", agreements=folder)


def told(unit, version=1, *, secret=False, child=(), **changed):
    one = _told(unit, version, child, **{"omschrijving": TEXT, "kennisname": LATER} | changed)
    for person in one["betrokkenen"]:
        person["geheim_adres"] = secret
    return one


def outcomes(settings):
    """What became of each registration, by unit, in order of version."""
    with transaction(settings.dsn, "outcomes") as cursor:
        rows = query(
            cursor,
            "SELECT unit, outcome, 'secret_elsewhere' = ANY (reasons) FROM intake.outcome ORDER BY unit, version, night",
        )
    return [(unit, outcome, marked) for unit, outcome, marked in rows]


def shown(settings):
    """Every report that stands at a region and in which the address is written: region, unit, version."""
    found = []
    with transaction(settings.dsn, "staging") as cursor:
        for region in installation.regions():
            schema = f"vt_{region[2:]}"
            rows = query(
                cursor,
                f"SELECT unit, version, to_jsonb(report)::text || (SELECT coalesce(jsonb_agg(to_jsonb(person)), '[]')::text"
                f" FROM {schema}.person WHERE (unit, registration_number, version)"
                f" = (report.unit, report.registration_number, report.version))"
                f" FROM {schema}.report WHERE NOT EXISTS (SELECT FROM {schema}.recall WHERE (unit, registration_number,"
                f" version) = (report.unit, report.registration_number, report.version))",
            )
            found += [(region, unit, version) for unit, version, text in rows if "Spui" in text or "2511BL" in text]
    return found


def recalls(settings, region="09"):
    with transaction(settings.dsn, "staging") as cursor:
        return query(cursor, f"SELECT unit, version, reason FROM vt_{region}.recall ORDER BY 1, 2")


def waiting(settings):
    with transaction(settings.dsn, "desk") as cursor:
        return query(
            cursor, "SELECT unit, danger FROM intake.hold WHERE decided_at IS NULL AND sealed IS NOT NULL ORDER BY 1"
        )


@pytest.mark.parametrize("secret", ["RE06", "RE07"], ids=["the first", "the second"])
def test_of_two_in_a_night_the_open_one_waits_and_the_other_goes_alone(agreed, secret):
    for unit, moment in (("RE06", f"{NIGHT}T12:00:00+01:00"), ("RE07", LATER)):
        deliver(
            agreed.inbox,
            unit,
            NIGHT,
            **told(unit, secret=unit == secret, kennisname=moment, child=[CHILD], stalking=unit != secret),
        )
    status = run_night(agreed, NIGHT)
    opened = "RE07" if secret == "RE06" else "RE06"
    assert outcomes(agreed) == sorted([(opened, "hold", True), (secret, "forward", False)])
    assert [(line[0], line[1], line[4]) for line in staged(agreed)] == [("VT13", secret, [])]
    assert (shown(agreed), carried_by(agreed), waiting(agreed)) == ([], [], [(opened, True)])
    assert status["balanced"]
    before = everything(agreed.dsn)
    run_night(agreed, NIGHT)
    assert everything(agreed.dsn) == before


def night_of(settings, night, *registrations):
    for one in registrations:
        deliver(settings.inbox, f"RE{one['registratienummer'][2:4]}", night, **one)
    status = run_night(settings, night)
    assert status["balanced"]
    assert night_steps.status(NIGHT, settings)["balanced"]
    before = everything(settings.dsn)
    run_night(settings, night)
    assert everything(settings.dsn) == before


def test_of_three_both_open_ones_wait(agreed):
    night_of(agreed, NIGHT, told("RE05"), told("RE06"), told("RE07", secret=True))
    assert outcomes(agreed) == [("RE05", "hold", True), ("RE06", "hold", True), ("RE07", "forward", False)]
    assert (shown(agreed), waiting(agreed)) == ([], [("RE05", False), ("RE06", False)])


def test_both_secret_are_one_report_and_both_open_too(agreed):
    night_of(agreed, NIGHT, told("RE06", secret=True), told("RE07", secret=True))
    assert [outcome for _, outcome, _ in outcomes(agreed)] == ["forward", "duplicate"]
    assert shown(agreed) == []


def test_a_person_whom_each_lists_otherwise_parts_two_that_both_keep_an_address(agreed):
    """The victim is hidden from the suspect in the one, the child elsewhere in the other."""
    elsewhere = {"straat": "Breestraat", "huisnummer": "7", "postcode": "2311CS", "plaats": "Leiden"}
    first, second = told("RE06", child=[CHILD | elsewhere]), told("RE07", child=[CHILD | elsewhere])
    first["betrokkenen"][0]["geheim_adres"] = True
    first["betrokkenen"][1] |= elsewhere
    second["betrokkenen"][1] |= elsewhere
    second["betrokkenen"][2]["geheim_adres"] = True
    second["betrokkenen"][1]["geheim_adres"] = True
    night_of(agreed, NIGHT, first, second)
    assert outcomes(agreed) == [("RE06", "hold", True), ("RE07", "hold", True)]


def test_the_open_one_waits_where_the_secret_one_waits_for_a_region_too(settings, tmp_path):
    settings = replace(settings, inbox=tmp_path / "inbox")
    night_of(settings, NIGHT, told("RE06"), told("RE07", secret=True))
    assert outcomes(settings) == [("RE06", "hold", True), ("RE07", "hold", False)]


def test_the_open_one_waits_beside_one_that_came_back_to_its_unit(agreed):
    night_of(agreed, NIGHT, told("RE06"), told("RE07", secret=True, contact_telefoon=None))
    assert outcomes(agreed) == [("RE06", "hold", True), ("RE07", "return", False)]


def test_what_was_delivered_openly_is_recalled_with_all_that_it_carried(agreed):
    night_of(agreed, NIGHT, told("RE05", kennisname=f"{NIGHT}T12:00:00+01:00"), told("RE06", stalking=True))
    assert [(unit, outcome) for unit, outcome, _ in outcomes(agreed)] == [("RE05", "forward"), ("RE06", "duplicate")]
    assert shown(agreed) == [("VT09", "RE05", 1)]
    night_of(agreed, NEXT, told("RE07", secret=True))
    assert outcomes(agreed) == [("RE05", "hold", True), ("RE06", "hold", True), ("RE07", "forward", False)]
    assert (shown(agreed), recalls(agreed)) == ([], [("RE05", 1, "hold")])
    assert waiting(agreed) == [("RE05", False), ("RE06", True)]
    with transaction(agreed.dsn, "ledger") as cursor:
        assert query(cursor, "SELECT chain, unit, withheld FROM intake.ledger WHERE kind = 'recall'") == [
            ("VT09", "RE05", ["hold"])
        ]


def test_what_stands_openly_in_two_regions_is_recalled_in_both_by_the_night_that_says_so(agreed):
    night_of(agreed, NIGHT, told("RE06", child=[CHILD | LEIDEN]))
    assert shown(agreed) == [("VT09", "RE06", 1), ("VT10", "RE06", 1)]
    night_of(agreed, NEXT, told("RE07", secret=True))
    assert shown(agreed) == []
    with transaction(agreed.dsn, "history") as cursor:
        recalled = query(cursor, "SELECT region, unit, version, reason, night FROM intake.recalled ORDER BY 1")
        changed = query(cursor, "SELECT unit, from_outcome, to_outcome, reasons, changed_by FROM intake.outcome_change")
    assert recalled == [(region, "RE06", 1, "hold", NEXT) for region in ("VT09", "VT10")]
    assert changed == [("RE06", "forward", "hold", ["secret_elsewhere"], "policy")]


@pytest.mark.parametrize("night", [NIGHT, NEXT])
def test_what_was_delivered_openly_is_recalled_for_one_that_came_back_to_its_unit(agreed, night):
    night_of(agreed, NIGHT, told("RE06"))
    night_of(agreed, night, told("RE07", secret=True, contact_telefoon=None))
    assert outcomes(agreed) == [("RE06", "hold", True), ("RE07", "return", False)]
    assert (shown(agreed), recalls(agreed)) == ([], [("RE06", 1, "hold")])


def test_an_open_one_that_comes_a_night_later_waits(agreed):
    night_of(agreed, NIGHT, told("RE06", secret=True))
    night_of(agreed, NEXT, told("RE07"))
    assert outcomes(agreed) == [("RE06", "forward", False), ("RE07", "hold", True)]
    assert [(line[0], line[1], line[4]) for line in staged(agreed)] == [("VT13", "RE06", [])]
    assert (shown(agreed), recalls(agreed)) == ([], [])


def test_a_late_export_takes_back_what_a_later_night_delivered_openly(agreed):
    night_of(agreed, NEXT, told("RE06"))
    night_of(agreed, NIGHT, told("RE07", secret=True))
    assert outcomes(agreed) == [("RE06", "hold", True), ("RE07", "forward", False)]
    assert (shown(agreed), recalls(agreed)) == ([], [("RE06", 1, "hold")])


def test_a_late_export_is_carried_by_what_a_later_night_delivered(agreed):
    night_of(agreed, NEXT, told("RE06"))
    night_of(agreed, NIGHT, told("RE07"))
    assert [(unit, outcome) for unit, outcome, _ in outcomes(agreed)] == [("RE06", "forward"), ("RE07", "duplicate")]
    assert [(line[0], line[1], line[4]) for line in staged(agreed)] == [("VT09", "RE06", ["PL0700-2026777001"])]


def test_a_correction_that_sets_the_flag_takes_back_the_report_that_carried_it(agreed):
    night_of(agreed, NIGHT, told("RE06", kennisname=f"{NIGHT}T12:00:00+01:00"), told("RE07"))
    night_of(agreed, NEXT, told("RE07", 2, secret=True))
    assert outcomes(agreed) == [("RE06", "hold", True), ("RE07", "duplicate", False), ("RE07", "forward", False)]
    assert (shown(agreed), recalls(agreed)) == ([], [("RE06", 1, "hold")])


@pytest.mark.parametrize("moment", [LATER, f"{NIGHT - timedelta(days=9)}T12:00:00+01:00"], ids=["same", "corrected"])
def test_a_corrected_carrier_that_sets_the_flag_carries_the_open_one_no_more(agreed, moment):
    first = f"{NIGHT}T12:00:00+01:00"
    night_of(agreed, NIGHT, told("RE06", kennisname=first), told("RE07"))
    assert [(unit, outcome) for unit, outcome, _ in outcomes(agreed)] == [("RE06", "forward"), ("RE07", "duplicate")]
    night_of(agreed, NEXT, told("RE06", 2, secret=True, moment=moment, kennisname=moment))
    assert outcomes(agreed) == [("RE06", "forward", False), ("RE06", "forward", False), ("RE07", "hold", True)]
    assert (shown(agreed), recalls(agreed)) == ([], [("RE06", 1, "forward")])
    assert waiting(agreed) == [("RE07", False)]


def test_a_carried_one_that_sets_the_flag_at_another_moment_takes_its_old_report_along(agreed):
    night_of(agreed, NIGHT, told("RE06", kennisname=f"{NIGHT}T12:00:00+01:00"), told("RE07"))
    before = f"{NIGHT - timedelta(days=9)}T12:00:00+01:00"
    night_of(agreed, NEXT, told("RE07", 2, secret=True, moment=before, kennisname=before))
    assert outcomes(agreed)[0] == ("RE06", "hold", True)
    assert (shown(agreed), recalls(agreed)) == ([], [("RE06", 1, "hold")])


def test_a_flag_that_is_corrected_away_frees_nothing_by_itself(agreed):
    night_of(agreed, NIGHT, told("RE06", secret=True), told("RE07"))
    night_of(agreed, NEXT, told("RE06", 2))
    assert outcomes(agreed)[1:] == [("RE06", "forward", False), ("RE07", "hold", True)]
    assert recalls(agreed, "13") == [("RE06", 1, "forward")]
    night_of(agreed, NEXT + timedelta(days=1), told("RE07", 2))
    assert outcomes(agreed)[-1] == ("RE07", "duplicate", False)


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_that_comes_again_with_other_contents_frees_nothing(agreed, version):
    night_of(agreed, NIGHT, told("RE06", version, secret=True))
    night_of(agreed, NEXT, told("RE06", version, omschrijving=f"{TEXT} Zij huilde."), told("RE07"))
    assert outcomes(agreed)[-1] == ("RE07", "hold", True)
    assert shown(agreed) == []


@pytest.mark.parametrize("version", [1, 2])
def test_what_was_delivered_openly_is_held_also_where_its_version_comes_again_otherwise(agreed, version):
    night_of(agreed, NIGHT, told("RE05"), told("RE06", version, kennisname=f"{NIGHT}T12:00:00+01:00"))
    assert [carrier for _, _, carrier, _ in carried_by(agreed)] == [f"RE06 PL0600-2026777001 {version}"]
    night_of(agreed, NEXT, told("RE06", version, omschrijving=f"{TEXT} Zij huilde."), told("RE07", secret=True))
    assert outcomes(agreed) == [
        ("RE05", "hold", True),
        *[("RE06", "hold", True)] * 2,
        ("RE07", "forward", False),
    ]
    assert recalls(agreed) == [("RE06", version, "hold")]
    assert shown(agreed) == []
    assert waiting(agreed) == [("RE05", False), *[("RE06", False)] * 2]


@pytest.mark.parametrize("version", [1, 2])
def test_nor_does_it_for_the_same_person_in_another_event(agreed, version):
    morning = f"{NIGHT}T06:00:00+01:00"
    first, again = told("RE06", version, secret=True), told("RE06", version, omschrijving=f"{TEXT} Zij huilde.")
    other = told("RE07", incidentcode="F530", moment=morning, kennisname=morning)
    other["betrokkenen"][1]["voornamen"] = "Cas"
    for one in (first, again, other):
        one["betrokkenen"][0] |= {"bsn": "999990019"}
    night_of(agreed, NIGHT, first)
    night_of(agreed, NEXT, again, other)
    assert outcomes(agreed)[-1] == ("RE07", "hold", True)
    assert shown(agreed) == []


@pytest.mark.parametrize(
    ("bsn", "born", "becomes"),
    [("999990019", "1990-03-04", "hold"), (None, "1990-03-04", "hold"), (None, "1990-03-00", "forward")],
    ids=["one number", "one name and birth date", "a hint"],
)
def test_the_same_person_in_another_event_of_the_night_waits_too(agreed, bsn, born, becomes):
    morning = f"{NIGHT}T06:00:00+01:00"
    first, second = told("RE06", secret=True), told("RE07", incidentcode="F530", moment=morning, kennisname=morning)
    for one in (first, second):
        one["betrokkenen"][0] |= {"bsn": bsn, "geboortedatum": born}
    second["betrokkenen"][1]["voornamen"] = "Cas"
    night_of(agreed, NIGHT, first, second)
    assert outcomes(agreed) == [("RE06", "forward", False), ("RE07", becomes, becomes == "hold")]


@pytest.mark.parametrize("secret", ["RE06", "RE07"])
def test_what_a_person_releases_has_no_address_and_takes_nothing_along(agreed, secret):
    opened = "RE07" if secret == "RE06" else "RE06"
    night_of(agreed, NIGHT, told(secret, secret=True), told(opened))
    number = f"PL{opened[2:]}00-2026777001"
    with pytest.raises(DecisionRefused):
        desk_steps.decide_at_desk(number, None, Decision("release", "ada", -1), replace(agreed, agreements=None))
    seen = desk_steps.open_item(number, None, "ada", agreed)
    assert seen.outgoing.regions == ("VT13",)
    assert desk_steps.decide_at_desk(number, None, Decision("release", "ada", -1, regions=("VT09",)), agreed)
    assert {line[:2] for line in staged(agreed)} == {("VT09", opened), ("VT13", secret)}
    assert shown(agreed) == []
    with transaction(agreed.dsn, "staging") as cursor:
        texts = query(cursor, "SELECT description FROM vt_09.report")
        assert query(cursor, "SELECT DISTINCT secret_address FROM vt_09.person") == [(True,)]
        assert query(cursor, "SELECT count(*) FROM vt_09.person") == [(2,)]
    assert "Wij zagen een rode wang" in texts[0][0]
    night_of(agreed, NEXT, told("RE05"))
    assert outcomes(agreed)[0] == ("RE05", "hold", True)
    assert (shown(agreed), carried_by(agreed), recalls(agreed)) == ([], [], [])


def test_what_was_recalled_is_not_released_to_the_region_that_has_the_version(agreed):
    night_of(agreed, NIGHT, told("RE06"))
    night_of(agreed, NEXT, told("RE07", secret=True))
    with pytest.raises(DecisionRefused):
        desk_steps.decide_at_desk("PL0600-2026777001", None, Decision("release", "a", -1, regions=("VT09",)), agreed)
    assert desk_steps.decide_at_desk("PL0600-2026777001", None, Decision("release", "ada", -1), agreed)
    assert {line[:2] for line in staged(agreed)} == {("VT09", "RE06"), ("VT13", "RE06"), ("VT13", "RE07")}
    assert shown(agreed) == []


def test_a_legal_doubt_that_two_persons_lift_has_no_address_either(agreed):
    night_of(agreed, NIGHT, told("RE06", secret=True), told("RE07", onderzoek_nummer="O1"))
    with transaction(agreed.dsn, "desk") as cursor:
        assert query(cursor, "SELECT reasons[1] FROM intake.outcome WHERE unit = 'RE07'") == [
            ("running_investigation",)
        ]
    for account in ("ada", "bob"):
        seen = desk_steps.open_item("PL0700-2026777001", None, account, agreed)
        assert seen.item.reasons[-1] == "secret_elsewhere"
        desk_steps.decide_at_desk("PL0700-2026777001", None, Decision("release", account, -1), agreed)
    assert outcomes(agreed)[-1] == ("RE07", "forward", True)
    assert shown(agreed) == []


def test_a_secret_one_that_a_person_releases_takes_back_what_stands_open(agreed):
    night_of(agreed, NIGHT, told("RE06"), told("RE07", secret=True, onderzoek_nummer="O1"))
    assert shown(agreed) == [("VT09", "RE06", 1)]  # what is in legal doubt may not be remembered
    for account in ("ada", "bob"):
        desk_steps.decide_at_desk("PL0700-2026777001", None, Decision("release", account, -1), agreed)
    assert outcomes(agreed)[0] == ("RE06", "hold", True)
    assert (shown(agreed), [line[:2] for line in recalls(agreed)]) == ([], [("RE06", 1)])
    assert waiting(agreed) == [("RE06", False)]
    with transaction(agreed.dsn, "history") as cursor:
        assert query(cursor, "SELECT unit FROM intake.earlier ORDER BY 1") == [("RE06",), ("RE07",)], "it is a past now"


@pytest.mark.parametrize("at", ["settle_steps.divide", "settle.outcomes.hold_orphans"])
def test_a_crash_while_a_report_is_taken_back_leaves_all_of_it_or_nothing(agreed, monkeypatch, at):
    night_of(agreed, NIGHT, told("RE06"))
    deliver(agreed.inbox, "RE07", NEXT, **told("RE07", secret=True))
    with monkeypatch.context() as patched, pytest.raises(LoadError):
        patched.setattr(f"pipeline.{at}", lambda *_: (_ for _ in ()).throw(LoadError("RE07", "57014")))
        run_night(agreed, NEXT)
    assert (outcomes(agreed)[0], recalls(agreed)) == (("RE06", "forward", False), [])
    run_night(agreed, NEXT)
    assert (outcomes(agreed)[0], recalls(agreed)) == (("RE06", "hold", True), [("RE06", 1, "hold")])


def test_an_export_that_is_settled_twice_is_held_once(agreed, monkeypatch):
    deliver(agreed.inbox, "RE06", NIGHT, **told("RE06"))
    deliver(agreed.inbox, "RE07", NIGHT, **told("RE07", secret=True))
    settled = settle_steps.settle
    monkeypatch.setattr(settle_steps, "settle", lambda *given: settled(*given) and settled(*given))
    run_night(agreed, NIGHT)
    assert outcomes(agreed) == [("RE06", "hold", True), ("RE07", "forward", False)]
    assert (waiting(agreed), shown(agreed)) == ([("RE06", False)], [])


def test_a_changed_policy_frees_no_open_one(agreed, monkeypatch):
    """It came back to its unit: were the criterion lifted, it would go."""
    night_of(agreed, NIGHT, told("RE06", contact_telefoon=None), told("RE07", secret=True))
    assert outcomes(agreed) == [("RE06", "return", True), ("RE07", "forward", False)]
    with transaction(agreed.dsn, "unmarked") as cursor:  # as what could not be recognised in its night
        cursor.execute("UPDATE intake.outcome SET reasons = array_remove(reasons, 'secret_elsewhere')")

    def lenient(name):
        suite = read_suite(name)
        return replace(suite, rules=tuple(replace(rule, blocking=False) for rule in suite.rules))

    monkeypatch.setattr(criteria, "read_suite", lenient)
    _, changes = replay(NIGHT, NIGHT, ["return"], agreed, today=NIGHT)
    assert [(change.unit, change.after) for change in changes] == [("RE06", "hold")]
    assert outcomes(agreed)[0] == ("RE06", "hold", True)
    assert (shown(agreed), waiting(agreed)) == ([], [("RE06", False)])


def test_one_that_names_nobody_is_released_without_its_place(agreed):
    night_of(agreed, NIGHT, told("RE06", secret=True), told("RE07", betrokkenen=[], stalking=True))
    assert outcomes(agreed) == [("RE06", "forward", False), ("RE07", "hold", True)]
    desk_steps.decide_at_desk("PL0700-2026777001", None, Decision("release", "ada", -1, regions=("VT09",)), agreed)
    assert {line[:2] for line in staged(agreed)} == {("VT09", "RE07"), ("VT13", "RE06")}
    assert shown(agreed) == []
    with transaction(agreed.dsn, "staging") as cursor:
        assert query(cursor, "SELECT count(*) FROM vt_09.person") == [(0,)]


def test_the_open_one_is_no_past_of_the_secret_one(agreed):
    first, second = told("RE06", kennisname=f"{NIGHT}T12:00:00+01:00"), told("RE07", secret=True)
    for one in (first, second):
        for person, bsn in zip(one["betrokkenen"], ("999990019", "999990020"), strict=True):
            person |= {"bsn": bsn}
        one["incidentcode"] = "F550"
    night_of(agreed, NIGHT, first, second)
    with transaction(agreed.dsn, "staging") as cursor:
        assert query(cursor, "SELECT unit, sequence FROM vt_13.report") == [("RE07", "first")]
        assert query(cursor, "SELECT count(*) FROM vt_13.prior_incident") == [(0,)]
    desk_steps.decide_at_desk("PL0600-2026777001", None, Decision("release", "ada", -1, regions=("VT09",)), agreed)
    with transaction(agreed.dsn, "staging") as cursor:
        assert query(cursor, "SELECT unit, sequence FROM vt_09.report") == [("RE06", "first")]


def test_a_child_whose_address_is_secret_now_is_not_told_to_who_lives_there(agreed):
    night = NEXT + timedelta(days=1)
    others = told("RE07", moment=f"{night}T06:00:00+01:00", kennisname=f"{night}T06:00:00+01:00")
    for person, name in zip(others["betrokkenen"], ("Cas", "Dora"), strict=True):
        person |= {"geslachtsnaam": "Voorbeeld", "voornamen": name, "geboortedatum": "1970-01-01"}
    night_of(agreed, NIGHT, told("RE06", child=[CHILD]))
    night_of(agreed, NEXT, told("RE06", 2, child=[CHILD], secret=True))
    night_of(agreed, night, others)
    with transaction(agreed.dsn, "staging") as cursor:
        named = "SELECT triage::text LIKE '%%children_elsewhere%%' FROM vt_09.report WHERE unit = 'RE07'"
        assert query(cursor, named) == [(False,)]


def test_what_stands_open_of_a_night_that_is_run_again_is_taken_back(agreed, monkeypatch):
    load_in_part(agreed, monkeypatch, told("RE06", stalking=True))
    assert shown(agreed) == [("VT09", "RE06", 1)]
    night_of(agreed, NIGHT, told("RE07", secret=True))
    assert sorted(outcomes(agreed))[1:] == [("RE06", "hold", True), ("RE07", "forward", False)]
    assert recalls(agreed) == [("RE06", 1, "hold")]
    assert [one for one in shown(agreed) if one[0] == "VT09"] == []
    assert waiting(agreed) == [("RE06", True)]
