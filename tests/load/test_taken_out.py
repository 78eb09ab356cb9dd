"""What a report carries of a registration that a later version corrects or withdraws goes out of it."""

from datetime import timedelta

import psycopg2.extras
import pytest

from pipeline.load.intake import ExportKey
from pipeline.load.taken_out import take_out_corrected
from tests.load.test_removed import rows
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER, person, prior_incident, signal

CARRIED, THIRD = "PL0600-2026000002", "PL0600-2026000003"
TONIGHT = NIGHT + timedelta(days=1)
BY = f"RE06 {NUMBER} 1"


def told(number, version=1):
    return {"registration_number": number, "version": version, "text": number}


@pytest.fixture
def once(once):
    """The report of NUMBER carries CARRIED and THIRD, each with a person."""
    entries = [told(number) for number in (NUMBER, CARRIED, THIRD)]
    staging.stage(once, also_registered_as=[CARRIED, THIRD], entries=entries)
    for number, carried_from in enumerate((None, CARRIED, THIRD), 1):
        staging.insert(once, "vt_09.person", person(number, "KI", carried_from=carried_from))
        staging.insert(once, "vt_09.prior_incident", prior_incident(number, person_number=number))
    staging.insert(once, "vt_09.danger_signal", signal("acute", "carried"), signal("stalking"))
    for number in (CARRIED, THIRD):
        staging.outcome(once, number, became="duplicate", reasons=["same_event"], carried_by=BY)
    return once


def left(once, *exports):
    """What the report tells of others after these exports: numbers, texts, persons, their past, danger."""
    with once.cursor() as cursor:
        found = [take_out_corrected(cursor, "VT09", exports) for _ in range(2)]
        assert found[1] == 0, "twice is once"
        ((numbers, entries),) = rows(cursor, "SELECT also_registered_as, entries FROM vt_09.report")
        persons = rows(cursor, "SELECT carried_from FROM vt_09.person WHERE carried_from IS NOT NULL ORDER BY 1")
        past = rows(cursor, "SELECT number FROM vt_09.prior_incident ORDER BY 1")
        danger = [name for (name,) in rows(cursor, "SELECT signal FROM vt_09.danger_signal ORDER BY 1")]
    texts = [entry["registration_number"] for entry in entries]
    assert sorted(numbers) == [name for (name,) in persons] == [name for name in texts if name != NUMBER]
    assert len(past) == 1 + len(numbers)
    assert texts[0] == NUMBER
    return numbers, danger


@pytest.mark.parametrize(
    ("later", "why"),
    [
        ({"became": "return"}, "return"),
        ({"became": "withhold", "reasons": ["retracted"]}, "withhold"),
        ({"became": "withhold", "reasons": ["removed"]}, "removed"),
        ({"became": "reject"}, "reject"),
        ({"became": "forward", "regions": ["VT09"]}, "forward"),
        ({"became": "duplicate", "carried_by": BY}, "replaced"),
        ({"became": "duplicate", "carried_by": f"RE06 {THIRD} 1"}, "duplicate"),
        ({"became": "duplicate", "carried_by": f"RE07 {NUMBER} 1"}, "duplicate"),
        ({"became": "return", "version": 1}, None),
        ({"became": "return", "unit": "RE07"}, None),
        ({"became": "return", "night": NIGHT + timedelta(days=2)}, None),  # of another export
    ],
)
def test_a_later_version_takes_out_what_it_corrects_and_nothing_else(once, later, why):
    staging.outcome(once, CARRIED, **{"version": 2, "night": TONIGHT, "state": "decided"} | later)
    numbers, danger = left(once, ExportKey(later.get("unit", "RE06"), TONIGHT, "e1"))
    assert numbers == ([THIRD] if why else [CARRIED, THIRD])
    assert danger == ["acute", "stalking"], "whose it was is not kept"
    noted = staging.rows(once, "SELECT registration_number, withheld FROM intake.ledger WHERE kind = 'amendment'")
    assert noted == ([(NUMBER, [why])] if why else [])


def test_danger_that_came_with_what_is_carried_goes_with_the_last_of_it(once):
    for number in (CARRIED, THIRD):
        staging.outcome(once, number, became="return", version=2, night=TONIGHT, state="decided")
    assert left(once, ExportKey("RE06", TONIGHT, "e1")) == ([], ["stalking"])


@pytest.mark.parametrize(("carries", "kept"), [(2, True), (1, False)])
def test_what_a_report_carries_of_that_very_version_already_stays(once, carries, kept):
    """A night that is run again finds what it added."""
    with once.cursor() as cursor:
        entries = psycopg2.extras.Json([told(NUMBER), told(CARRIED, carries), told(THIRD)])
        cursor.execute("UPDATE vt_09.report SET entries = %s", (entries,))
    staging.outcome(once, CARRIED, became="duplicate", version=2, night=TONIGHT, carried_by=BY)
    numbers, _ = left(once, ExportKey("RE06", TONIGHT, "e1"))
    assert (CARRIED in numbers) is kept
