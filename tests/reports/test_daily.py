"""What nights are counted by, straight on rows of outcomes."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg2

from pipeline.load.database import query, transaction
from pipeline.policy.suites import read_suite
from pipeline.reports import daily, names
from tests.outbox.staging import outcome

NIGHT = date(2026, 6, 30)
AFTER = NIGHT + timedelta(days=1)


def dated(name):
    """The suite that ships, in which `reason_given` blocks from AFTER on."""
    suite = read_suite(name)
    rule = next(rule for rule in suite.rules if rule.name == "reason_given")
    versions = (replace(rule, effective_until=NIGHT), replace(rule, effective_from=AFTER, blocking=True))
    others = tuple(other for other in suite.rules if other is not rule)
    return replace(suite, rules=(*reversed(versions), *others))


def test_a_night_is_counted_by_the_criteria_that_blocked_on_it(database, monkeypatch):
    monkeypatch.setattr(daily, "read_suite", dated)
    connection = psycopg2.connect(database)
    for place, night in enumerate((NIGHT, AFTER)):
        outcome(connection, f"PL0600-202600000{place}", became="return", night=night, gaps=["reason_given"])
    connection.close()
    daily.refresh(database)
    with transaction(database, "counts") as given:
        counted = query(given, "SELECT night, missed, alone FROM intake.daily_gap ORDER BY night")
    assert counted == [(NIGHT, 1, 0), (AFTER, 1, 1)]


def test_a_criterion_is_named_as_it_is_last(monkeypatch):
    monkeypatch.setattr(names, "read_suite", dated)
    assert names.criteria()["reason_given"].blocking
