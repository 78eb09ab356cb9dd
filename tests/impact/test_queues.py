import math

import pytest

from pipeline.impact.queues import desk_queue, erlang_c, fluid_queue, people_for


@pytest.mark.parametrize(
    ("people", "offered", "chance"),
    [(1, 0.5, 1 / 2), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (10, 6.0, 0.1013), (2, 2.0, 1.0), (2, 3.0, 1.0)],
)
def test_the_chance_to_wait_is_that_of_the_textbook(people, offered, chance):
    assert erlang_c(people, offered) == pytest.approx(chance, abs=1e-4)


def test_erlang_c_is_the_sum_that_its_docstring_writes():
    people, a = 4, 2.7
    last = a**people / math.factorial(people) * people / (people - a)
    assert erlang_c(people, a) == pytest.approx(last / (sum(a**k / math.factorial(k) for k in range(people)) + last))


def test_one_server_waits_as_m_m_1():
    desk = desk_queue(items_an_hour=3, minutes=15, people=1, clock_minutes=60)
    assert desk.mean_minutes == pytest.approx(60 * 0.75 / (4 - 3))
    assert desk.late == pytest.approx(0.75 * math.exp(-1))


@pytest.mark.parametrize(("rate", "waits", "late"), [(0, 0, 0), (8, 1, 1)])
def test_a_desk_with_nothing_or_with_too_much(rate, waits, late):
    desk = desk_queue(rate, 15, 2, 60)
    assert (desk.waits, desk.late) == (waits, late)
    assert math.isinf(desk.mean_minutes) == (rate == 8)


def test_people_are_whole_and_busy_no_more_than_asked():
    assert people_for(items_an_hour=6, minutes=20, utilisation=0.85) == 3
    assert people_for(items_an_hour=0, minutes=20, utilisation=0.85) == 1


def test_the_waiting_list_by_hand():
    waiting = fluid_queue([10, 0, 30, 4], [True, False, True, True], hours_a_day=8, term_days=3)
    assert waiting.backlog == (2, 2, 24, 20)
    assert waiting.longest_days == 3
    assert waiting.mean_days == pytest.approx((10 * 0.25 + 30 * 3 + 4 * 2.5) / 44)
    assert waiting.late_share == 0


def test_work_that_never_comes_does_not_wait():
    assert fluid_queue([0, 0], [True, True], 8, 5).mean_days == 0


def test_more_work_never_shortens_the_waiting_list():
    less, more = ([hours] * 10 for hours in (7, 9))
    open_days = [day % 7 < 5 for day in range(10)]
    assert fluid_queue(more, open_days, 8, 5).mean_days > fluid_queue(less, open_days, 8, 5).mean_days
