import night_is_late
import pytest

from pipeline import notice


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("running", "De nacht 2026-11-22 is te laat: drie uur na het begin niet klaar. / The night 2026-11-22 is late"),
        ("queued", "De nacht 2026-11-22 is te laat"),
        ("failed", "Een run van de nacht 2026-11-22 eindigde rood en is dat na drie uur nog: zijn raster zegt welke"),
    ],
)
def test_who_is_called_hears_whether_the_night_is_still_at_work_or_ended_red(monkeypatch, state, told):
    called = []
    monkeypatch.setattr(notice, "tell", called.append)
    night_is_late.tell({"dag_run": {"partition_key": "2026-11-22", "state": state}, "deadline": {}})
    (sentence,) = called
    assert sentence.startswith(told)


@pytest.mark.parametrize("context", [{"dag_run": {"partition_key": None, "state": "failed"}}, {}, None])
def test_of_a_run_without_a_night_nobody_is_called(monkeypatch, context):
    monkeypatch.setattr(notice, "tell", lambda _: pytest.fail("called"))
    night_is_late.tell(context, other=1)
