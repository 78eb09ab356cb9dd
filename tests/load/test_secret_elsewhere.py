"""What does not stand beside a registration that keeps an address secret: asked of what earlier exports became."""

from datetime import timedelta

import polars as pl
import pytest

from pipeline.load import secret_elsewhere
from pipeline.load.intake import ExportKey
from tests.load.test_removed import rows
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER

OTHER, THIRD = "PL0600-2026000002", "PL0600-2026000003"
TONIGHT = NIGHT + timedelta(days=1)


@pytest.fixture
def once(once):
    """NUMBER was forwarded, and carries OTHER."""
    staging.outcome(once, NUMBER, regions=["VT09"])
    staging.outcome(once, OTHER, became="duplicate", reasons=["same_event"], carried_by=f"RE06 {NUMBER} 1")
    return once


def standing(once, *numbers, corrected=(), by=2):
    with once.cursor() as cursor:
        found = secret_elsewhere.standing_with(
            cursor, [("RE06", number) for number in numbers], {("RE06", number): by for number in corrected}
        )
    return [(one.registration_number, one.version) for one in found]


@pytest.mark.parametrize("named", [NUMBER, OTHER])
def test_with_what_is_held_goes_all_that_is_in_its_report(once, named):
    staging.outcome(once, THIRD, became="duplicate", reasons=["same_event"], carried_by=f"RE06 {NUMBER} 1")
    staging.outcome(once, NUMBER, unit="RE07", regions=["VT09"])
    assert standing(once, named) == [(NUMBER, 1), (OTHER, 1), (THIRD, 1)]
    assert standing(once, NUMBER, named, THIRD) == standing(once, named), "each once"
    assert standing(once, named, corrected=[THIRD]) == [(NUMBER, 1), (OTHER, 1)]
    assert standing(once, OTHER, corrected=[NUMBER]) == [(OTHER, 1)], "what that recalls sets the others free"
    everything = [(NUMBER, 1), (OTHER, 1), (THIRD, 1)]
    assert standing(once, named, corrected=[NUMBER, THIRD], by=1) == everything, "its own version frees nothing"


@pytest.mark.parametrize(
    ("later", "stands"),
    [
        ({"became": "return"}, [(NUMBER, 2)]),
        ({"became": "reject"}, [(NUMBER, 1), (OTHER, 1)]),
        ({"became": "return", "state": "decided"}, [(NUMBER, 1), (OTHER, 1)]),
        ({"became": "duplicate", "reasons": ["already_received"]}, [(NUMBER, 1), (OTHER, 1)]),
        ({"became": "hold", "reasons": ["secret_elsewhere"]}, []),
        ({"became": "hold", "reasons": ["secret_set_aside"]}, []),
    ],
)
def test_the_highest_version_that_tells_something_speaks(once, later, stands):
    staging.outcome(once, NUMBER, version=2, night=TONIGHT, **later)
    assert standing(once, NUMBER) == stands


@pytest.mark.parametrize("number", [NUMBER, OTHER])
@pytest.mark.parametrize("held_last", [True, False])
def test_what_stands_speaks_also_where_its_version_came_again_with_other_contents(once, number, held_last):
    staging.outcome(once, number, became="hold", reasons=["contents_changed"], night=TONIGHT)
    with once.cursor() as cursor:
        for version in (9, 1):  # a row whose key was another one for a while comes last
            last = "UPDATE intake.outcome SET version = %s WHERE (outcome = 'hold') = %s"
            cursor.execute(last, (version, held_last))
    assert standing(once, number) == [(NUMBER, 1), (OTHER, 1)]


@pytest.mark.parametrize(("number", "with_it"), [(NUMBER, [OTHER]), (OTHER, [NUMBER]), (THIRD, [])])
def test_what_shared_a_report_with_it(once, number, with_it):
    with once.cursor() as cursor:
        found = secret_elsewhere.once_in_one_report(cursor, [("RE06", number)])
        both = secret_elsewhere.once_in_one_report(cursor, [("RE06", NUMBER), ("RE06", OTHER)])
    assert found["registration_number"].to_list() == with_it
    assert both.is_empty()


@pytest.mark.parametrize("reason", [*secret_elsewhere.HIDING, "r"])
@pytest.mark.parametrize("became", ["forward", "hold"])
def test_what_went_without_an_address(once, reason, became):
    regions = ["VT09"] if became == "forward" else []
    staging.outcome(once, THIRD, became=became, reasons=["r", reason], regions=regions)
    numbers = pl.DataFrame({"unit": ["RE06", "RE07"], "registration_number": [THIRD, THIRD]})
    with once.cursor() as cursor:
        found = secret_elsewhere.marked(cursor, numbers)
    assert found.rows() == ([("RE06", THIRD, 1)] if reason in secret_elsewhere.HIDING and became == "forward" else [])


@pytest.mark.parametrize(
    ("became", "marks"),
    [("hold", 1), ("return", 1), ("elsewhere", 1), ("withhold", 0), ("duplicate", 0), ("reject", 0), ("forward", 0)],
)
def test_what_waits_or_came_back_gets_the_reason_once(once, became, marks):
    staging.outcome(once, THIRD, became=became, regions=["VT09"] if became == "forward" else [])
    with once.cursor() as cursor:
        for _ in range(2):
            secret_elsewhere.mark_rows(cursor, ExportKey("RE06", NIGHT, "e1"), [2])
        reasons = f"SELECT reasons FROM intake.outcome WHERE registration_number = '{THIRD}'"
        assert rows(cursor, reasons) == [(["r", *[secret_elsewhere.SECRET_ELSEWHERE] * marks],)]
        told = f"SELECT count(*) FROM intake.outcome WHERE '{secret_elsewhere.SECRET_ELSEWHERE}' = ANY (reasons)"
        assert rows(cursor, told) == [(marks,)]


def test_what_stood_is_held_for_that_reason_alone(once):
    with once.cursor() as cursor:
        cursor.execute("UPDATE intake.outcome SET decided_by = 'desk', reasons = '{well_founded,x}' WHERE row = 0")
        for one in secret_elsewhere.standing_with(cursor, [("RE06", OTHER)], {}):
            secret_elsewhere.hold_standing(cursor, one)
        held = "SELECT outcome, reasons, regions, carried_by, decided_by FROM intake.outcome ORDER BY row"
        assert rows(cursor, held) == [
            ("hold", [secret_elsewhere.SECRET_ELSEWHERE, "x"], [], None, "policy"),
            ("hold", [secret_elsewhere.SECRET_ELSEWHERE], [], None, "policy"),
        ]
