from datetime import UTC, date, datetime
from types import SimpleNamespace

import polars as pl
import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException, AirflowTaskTimeout

from dags import desk_clock, nightly, urgent
from pipeline import installation, night_steps, returns_steps, settle_steps
from pipeline.airflow_setup import calls
from pipeline.claim import held
from pipeline.errors import ExportRefused, LoadError, UnitsUntold, UsageError
from pipeline.policy.agreements import SHIPPED
from pipeline.settings import read_settings

NIGHT = date(2026, 11, 22)


@pytest.fixture
def context(monkeypatch):
    given = {"dag_run": SimpleNamespace(partition_key="2026-11-22")}
    monkeypatch.setattr(calls, "get_current_context", lambda: given)
    return given


def raises(error):
    def step():
        raise error

    return step


def test_the_partition_key_is_the_night(context):
    assert calls.read_night() == NIGHT


@pytest.mark.parametrize("key", [None, "", "vannacht", "2026-13-01"])
def test_a_run_without_a_night_is_refused_with_a_sentence(context, key):
    context["dag_run"].partition_key = key
    with pytest.raises(AirflowFailException, match="partition key such as 2026-11-22"):
        calls.read_night()


@pytest.mark.parametrize(("night", "shown"), [("2026-11-22", "RE06"), ("2026-11-20", "RE06 2026-11-20")])
def test_a_task_shows_its_unit_and_the_night_of_a_late_one(context, night, shown):
    assert calls.name_export({"unit": "RE06", "night": night}) == ("RE06", date.fromisoformat(night))
    assert context["shown_name"] == shown


def test_nights_are_tonight_and_those_of_late_exports(context):
    late = [{"unit": "RE01", "night": "2026-11-20"}, {"unit": "RE02", "night": "2026-11-20"}]
    assert calls.nights_of(late) == [date(2026, 11, 20), NIGHT]
    assert calls.nights_of([]) == [NIGHT]


@pytest.mark.parametrize("task", [nightly.settle, nightly.finish, nightly.tell_units, nightly.clear])
def test_a_run_that_planned_nothing_leaves_the_night_to_whose_it_is(context, monkeypatch, task):
    for module, step in (
        (settle_steps, "settle"),
        (night_steps, "finish"),
        (night_steps, "clear"),
        (returns_steps, "return_to"),
    ):
        monkeypatch.setattr(module, step, raises(AssertionError(step)))
    with pytest.raises(AirflowSkipException, match="Nothing was planned"):
        task.function(None)


def test_a_step_answers_through_the_call():
    assert calls.call(lambda unit, night: (unit, night), "RE06", NIGHT) == ("RE06", NIGHT)


def test_a_refusal_is_final_and_keeps_its_sentence():
    with pytest.raises(AirflowFailException, match=r"RE06, manifest\.json: it is empty .*Send it again"):
        calls.call(raises(ExportRefused("RE06", "manifest.json", "it is empty", "Send it again")))


def test_what_to_do_stands_on_a_line_of_its_own_in_the_log(caplog):
    refused = ExportRefused("RE06", "manifest.json", "het is leeg. Stuur het opnieuw.", "it is empty. Send it again.")
    with pytest.raises(AirflowFailException):
        calls.call(raises(refused))
    assert [record.getMessage() for record in caplog.records] == [
        *("RE06, manifest.json: het is leeg.", "Stuur het opnieuw."),
        *("RE06, manifest.json: it is empty.", "Send it again."),
    ]


def test_what_a_task_fails_with_of_itself_stands_in_its_log_a_sentence_a_line(context, monkeypatch, caplog):
    monkeypatch.setattr(
        returns_steps, "raised", lambda _: ["RE06: te weinig / RE06: too few", "RE07: geen / RE07: none"]
    )
    for task, given in ((nightly.compare_with_past, ([],)), (nightly.overlook_nothing, ())):
        with pytest.raises(AirflowFailException):
            task.function(*given)
    told = [record.getMessage() for record in caplog.records]
    assert told[0] == "RE06: te weinig"
    assert told[-2:] == ["Something failed tonight.", "Red squares say which unit or region; their logs say why."]


def test_a_night_that_is_still_to_come_is_no_run_that_waits_for_it(context, tmp_path, monkeypatch):
    monkeypatch.setenv("MELDSTROOM_INBOX", str(tmp_path))
    context["dag_run"].partition_key = "2100-01-01"
    with pytest.raises(AirflowFailException, match="the night of 2100-01-01 is still to come"):
        nightly.plan.function()


@pytest.mark.parametrize(
    ("code", "retried"), [(None, True), ("08006", True), ("40P01", True), ("57P01", True), ("23505", False)]
)
def test_only_what_passes_is_tried_again(code, retried):
    with pytest.raises(AirflowException) as caught:
        calls.call(raises(LoadError("VT09", code)))
    assert isinstance(caught.value, AirflowFailException) is not retried


def test_a_full_disk_says_what_to_mend_in_both_languages():
    full = pl.exceptions.ComputeError("parquet: No space left on device (os error 28)")
    with pytest.raises(
        AirflowFailException, match=r"het systeem weigerde: de schijf is vol.*Verhelp.* / the system.*Mend"
    ):
        calls.call(raises(full))


def test_what_hangs_is_broken_off_with_a_sentence_and_not_tried_again():
    with pytest.raises(AirflowFailException, match=r"binnen haar tijd niet klaar .* / The step was not done"):
        calls.call(raises(AirflowTaskTimeout("Timeout, PID: 1")))


def test_a_panic_of_polars_says_where_and_no_value():
    with pytest.raises(AirflowFailException, match=r"PanicException at test_calls\.py") as caught:
        calls.call(raises(pl.exceptions.PanicException("Jansen woont op de Dorpsstraat")))
    assert "Jansen" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(("failure", "retried"), [(LoadError("returns", None), True), (KeyError("Jansen"), False)])
def test_units_that_are_untold_are_tried_again_where_that_may_do(failure, retried):
    with pytest.raises(AirflowException, match=r"RE04 2026-11-22: .*`meldstroom returns") as caught:
        calls.call(raises(UnitsUntold({"RE04 2026-11-22": failure, "RE05 2026-11-22": KeyError("Jansen")})))
    assert isinstance(caught.value, AirflowFailException) is not retried
    assert "Jansen" not in str(caught.value)


def test_a_unit_that_cannot_be_told_costs_no_quality_page_and_no_other_unit(context, monkeypatch):
    told, pages = [], []

    def return_to(unit, night, _):
        if unit == "RE04":
            raise KeyError("Jansen")
        told.append((unit, night))
        return 3

    monkeypatch.setattr(installation, "units", lambda *_: ["RE04", "RE05"])
    monkeypatch.setattr(returns_steps, "raise_alarms", lambda _: [])
    monkeypatch.setattr(returns_steps, "return_to", return_to)
    monkeypatch.setattr("pipeline.reports.night_pages.write_quality_pages", pages.append)
    late = date(2026, 11, 20)
    with pytest.raises(AirflowFailException, match=f"RE04 {late}: KeyError at .*; RE04 {NIGHT}: KeyError at "):
        nightly.tell_units.function([{"unit": "RE05", "night": str(late)}])
    assert pages == [late, NIGHT]
    assert told == [("RE05", late), ("RE05", NIGHT)]
    monkeypatch.setattr(returns_steps, "nights_to_tell", lambda: [NIGHT])
    with pytest.raises(AirflowFailException, match=f"RE04 {NIGHT}: KeyError"):
        desk_clock.tell_units.function()
    monkeypatch.setattr(installation, "units", lambda *_: ["RE05"])
    assert desk_clock.tell_units.function() == {f"RE05 {NIGHT}": 3}


def test_a_foreign_error_says_where_and_no_value():
    with pytest.raises(AirflowFailException, match=r"ValueError at test_calls\.py, line \d+, in step") as caught:
        calls.call(raises(ValueError("Jansen woont op de Dorpsstraat")))
    assert "Jansen" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_an_inbox_that_is_not_there_is_no_night_without_exports(context, tmp_path, monkeypatch):
    monkeypatch.setenv("MELDSTROOM_INBOX", str(tmp_path / "not mounted"))
    for task in (nightly.plan, urgent.waiting):
        with pytest.raises(AirflowFailException, match="not mounted is not there: mount or make"):
            task.function()


@pytest.mark.parametrize(
    ("now", "waits"),
    [
        (datetime(2026, 11, 23, 3, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 4, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 5, 0, tzinfo=UTC), False),
    ],
)
def test_a_unit_is_waited_for_until_six_local_time_the_day_after(now, waits):
    if waits:
        assert calls.await_export("RE06", NIGHT, now) is False
    else:
        with pytest.raises(AirflowSkipException, match="RE06: nothing received for 2026-11-22"):
            calls.await_export("RE06", NIGHT, now)


def test_a_unit_is_waited_for_until_the_time_that_its_agreement_names(tmp_path, monkeypatch):
    shipped = (SHIPPED / "re06.toml").read_text()
    (tmp_path / "re06.toml").write_text(shipped.replace("outbox = true", "outbox = true\ndeadline = 08:30:00"))
    monkeypatch.setenv("MELDSTROOM_AGREEMENTS", str(tmp_path))
    assert calls.await_export("RE06", NIGHT, datetime(2026, 11, 23, 7, 29, tzinfo=UTC)) is False
    with pytest.raises(AirflowSkipException, match="08:30"):
        calls.await_export("RE06", NIGHT, datetime(2026, 11, 23, 7, 30, tzinfo=UTC))


def test_an_export_taken_before_is_skipped():
    calls.skip_unless_received({"state": "received", "received": 3})
    with pytest.raises(AirflowSkipException):
        calls.skip_unless_received({"state": "known"})


def test_what_an_operator_reads_in_the_grid_is_dutch_with_english_beside_it(context, tmp_path, monkeypatch):
    monkeypatch.setattr(calls, "read_settings", lambda: read_settings({"MELDSTROOM_HOME": str(tmp_path)}))
    late = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    sentences = {
        "niets ontvangen": lambda: calls.await_export("RE06", NIGHT, late),
        "niet veranderd": lambda: calls.skip_unless_received({"state": "known"}),
        "niets gepland": lambda: calls.nights_of(None),
        "opdrachtregel": lambda: calls.call(raises(ValueError())),
        "vannacht iets mis": nightly.overlook_nothing.function,
    }
    for dutch, told in sentences.items():
        with pytest.raises(AirflowException, match=rf"{dutch}.* / [A-Z]"):
            told()
    context["dag_run"].partition_key = None
    with pytest.raises(AirflowException, match=r"noemt geen nacht.* / [A-Z]"):
        calls.read_night()


def test_an_asset_event_carries_counts_only():
    unit = {"state": "complete", "reason": None, "received": 5, "forward": 2, "hold": 3}
    missing = {"state": "refused", "reason": "a sentence", "received": None, "forward": None}
    counts = calls.counts_of({"regions": {"VT09": 2}, "units": {"RE06": unit, "RE01": missing}})
    assert counts["VT09"] == counts["forward"] == 2
    assert counts["received"] == 5
    assert all(isinstance(count, int) for count in counts.values())


def test_a_night_is_one_runs_at_a_time(context, tmp_path, monkeypatch):
    monkeypatch.setattr(calls, "read_settings", lambda: read_settings({"MELDSTROOM_HOME": str(tmp_path)}))
    states = {"first": "running", "second": "running"}
    context["ti"] = SimpleNamespace(get_dagrun_state=lambda _, run: states[run])

    def work_as(run):
        context["dag_run"] = SimpleNamespace(partition_key="2026-11-22", dag_id="nightly", run_id=run)

    cleared = []
    work_as("first")
    calls.claim_own_night(NIGHT)
    calls.claim_own_night(NIGHT)
    work_as("second")
    with pytest.raises(AirflowFailException, match="Another run works on 2026-11-22"):
        calls.claim_own_night(NIGHT)
    calls.release_nights([NIGHT], cleared.append)
    assert cleared == [], "the other run's files"
    export = {"unit": "RE06", "night": "2026-11-22"}
    for cleared_task in (nightly.screen, nightly.enrich, nightly.decide):  # by somebody's hand, in a run that is over
        given = (export, {"state": "received"}) if cleared_task is nightly.screen else (export,)
        with pytest.raises(AirflowFailException, match="Another run works on 2026-11-22"):
            cleared_task.function(*given)
    for given in ((nightly.settle, [export]), (nightly.load, "VT09", [export]), (nightly.finish, [export])):
        with pytest.raises(AirflowFailException, match="Another run works on 2026-11-22"):
            given[0].function(*given[1:])
    with pytest.raises(UsageError, match="first of Airflow works on 2026-11-22"), held(calls.read_settings(), NIGHT):
        pass
    states["first"] = "failed"  # without having let go
    calls.claim_own_night(NIGHT)
    calls.release_nights([NIGHT], cleared.append)
    assert cleared == [NIGHT]
    with held(calls.read_settings(), NIGHT), pytest.raises(AirflowFailException, match="Another run"):
        calls.claim_own_night(NIGHT)
