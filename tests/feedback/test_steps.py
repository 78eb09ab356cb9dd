from datetime import timedelta

from pipeline import clock, vt_steps
from pipeline.load.connection import connected
from tests.outbox.rows import NIGHT
from tests.outbox.staging import stage


def test_an_empty_installation_has_nothing_to_take_to_list_or_to_reconcile(settings):
    assert vt_steps.feedback(settings)["files"] == 0
    (settings.inbox / "feedback" / "VT09" / "2026-11-23").mkdir(parents=True)
    assert vt_steps.feedback(settings)["taken"] == 0
    assert set(vt_steps.unit_lists(settings).values()) <= {0}
    assert vt_steps.overdue(settings) == {}
    vt_steps.reconcile(settings)


def test_what_retention_took_is_no_gap(settings, monkeypatch):
    with connected(settings.dsn) as connection:
        stage(connection)
        stage(connection, "PL0600-2026000002", night=NIGHT + timedelta(days=1))
        with connection, connection.cursor() as given:
            given.execute("SET LOCAL meldstroom.retention = 'on'")
            given.execute("DELETE FROM intake.ledger")
    for today, found in ((NIGHT, 2), (NIGHT + timedelta(days=1), 1), (NIGHT + timedelta(days=2), 0)):
        monkeypatch.setattr(clock, "today", lambda day=today: day.replace(year=day.year + 4))
        assert len(vt_steps.reconciled(None, settings=settings).sentences) == found
        first = vt_steps.reconciled((NIGHT, NIGHT), settings=settings)
        assert len(first.sentences) == (today == NIGHT)
