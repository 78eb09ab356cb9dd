from pipeline import vt_steps


def test_an_empty_installation_has_nothing_to_take_to_list_or_to_reconcile(settings):
    assert vt_steps.feedback(settings)["files"] == 0
    (settings.inbox / "feedback" / "VT09" / "2026-11-23").mkdir(parents=True)
    assert vt_steps.feedback(settings)["taken"] == 0
    assert set(vt_steps.unit_lists(settings).values()) <= {0}
    assert vt_steps.overdue(settings) == {}
    vt_steps.reconcile(settings)
