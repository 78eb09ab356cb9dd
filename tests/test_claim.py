"""Many tasks of one run ask for their night in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from pipeline.claim import claim, held, is_claimed
from pipeline.settings import read_settings

NIGHT = date(2026, 11, 22)
TASKS = 8


def test_tasks_that_ask_at_once_all_get_their_own_run_s_night(tmp_path):
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path)})
    together = Barrier(TASKS)

    def ask(_: int) -> bool:
        together.wait()
        return all(claim(settings, NIGHT, "one run", lambda _: False) for _ in range(50))

    with ThreadPoolExecutor(TASKS) as tasks:
        assert all(tasks.map(ask, range(TASKS)))
    assert is_claimed(settings, NIGHT, "one run")


def test_a_task_does_not_wait_for_the_shell(tmp_path):
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path)})
    with held(settings, NIGHT):
        assert not claim(settings, NIGHT, "one run", lambda _: False)
