"""After a changed rule what was kept aside is judged again, and only that; what a person decided stands."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from pipeline import cli, desk_steps, installation
from pipeline import replay as again
from pipeline.decide import criteria
from pipeline.desk.decisions import Decision
from pipeline.errors import UsageError
from pipeline.load.checkpoint import signing_key
from pipeline.load.database import query, transaction
from pipeline.load.verify import verify
from pipeline.policy.suites import Suite, read_suite
from pipeline.replay import replay
from pipeline.settings import as_environ, read_key
from tests.night.conftest import NIGHT


@pytest.fixture
def lenient(monkeypatch):
    """The policy of today, in which no criterion blocks."""

    def read(name: str) -> Suite:
        suite = read_suite(name)
        return replace(suite, rules=tuple(replace(rule, blocking=False) for rule in suite.rules))

    monkeypatch.setattr(criteria, "read_suite", read)


@pytest.fixture
def busy(ran):
    """Settings over the night that is done, and the unit with the most returns and holds: judging costs by unit."""
    settings, status = ran
    return settings, max(
        status["units"], key=lambda unit: status["units"][unit]["return"] + status["units"][unit]["hold"]
    )


def rows(settings):
    with transaction(settings.dsn, "rows") as given:
        return query(
            given,
            "SELECT unit, night, export_id, row, outcome, reasons, regions, decided_by FROM intake.outcome ORDER BY 1, 2, 3, 4",
        )


def staged(settings):
    with transaction(settings.dsn, "staged") as given:
        return {
            (region, *row)
            for region in installation.regions()
            for row in query(given, f"SELECT unit, registration_number, version, night FROM vt_{region[2:]}.report")
        }


def test_a_changed_criterion_forwards_what_came_back_and_leaves_the_rest(busy, lenient):
    settings, unit = busy
    before, sent = rows(settings), staged(settings)
    told, tried = replay(NIGHT, NIGHT, ["return"], settings, unit=unit, dry_run=True, today=NIGHT)
    assert tried
    assert rows(settings) == before, "a trial changes nothing"
    assert {change.before for change in tried} == {"return"}
    assert "forward" in {change.after for change in tried}
    done, changes = replay(NIGHT, NIGHT, ["return"], settings, unit=unit, today=NIGHT)
    assert (done, changes) == (told, tried)
    after = rows(settings)
    moved = {(new[0], new[3]) for old, new in zip(before, after, strict=True) if old != new}
    assert len(moved) == len(changes)
    assert all(old == new for old, new in zip(before, after, strict=True) if old[4] != "return")
    new_reports = staged(settings) - sent
    forwarded = [change for change in changes if change.after == "forward"]
    assert {(whose, number, version) for _, whose, number, version, _ in new_reports} == {
        (change.unit, change.registration_number, change.version) for change in forwarded
    }
    assert {night for *_, night in new_reports} == {NIGHT}
    assert staged(settings) >= sent
    with transaction(settings.dsn, "history") as given:
        history = query(given, "SELECT count(*) FROM intake.outcome_change WHERE changed_by = 'replay'")
        held = query(given, "SELECT count(*) FROM intake.outcome WHERE outcome = 'hold' AND (unit, night, export_id, row)"
                            " NOT IN (SELECT unit, night, export_id, row FROM intake.hold)")  # fmt: skip
        assert verify(given, signing_key(read_key(settings)).public_key()).holds
    assert history == [(len(changes),)]
    assert held == [(0,)]
    assert replay(NIGHT, NIGHT, ["return"], settings, unit=unit, today=NIGHT)[1] == [], "twice is once"


def test_what_a_person_decided_stands(busy, lenient):
    settings, unit = busy
    with transaction(settings.dsn, "held") as given:
        [(number,)] = query(
            given,
            "SELECT registration_number FROM intake.outcome o JOIN intake.hold h USING (unit, night, export_id, row)"
            " WHERE outcome = 'hold' AND h.decided_at IS NULL AND NOT h.danger AND unit = %s ORDER BY 1 LIMIT 1",
            (unit,),
        )
    assert desk_steps.decide_at_desk(number, unit, Decision("return", "ada", -1, comment="Wie?"), settings)
    _, changes = replay(NIGHT, NIGHT, ["return", "hold"], settings, unit=unit, today=NIGHT)
    assert number not in {change.registration_number for change in changes}
    assert {change.before for change in changes} >= {"return", "hold"}, "held for what was missing, and nothing else"


def test_an_agreement_that_is_over_forwards_nothing(busy, monkeypatch, lenient):
    settings, unit = busy
    policy_of = installation.policy_of
    monkeypatch.setattr(installation, "policy_of", lambda *given: replace(policy_of(*given), agreed=False))
    _, changes = replay(NIGHT, NIGHT, ["return", "hold"], settings, unit=unit, dry_run=True, today=NIGHT)
    assert changes
    assert {change.after for change in changes} == {"hold"}


def test_by_the_command_line(busy):
    settings, unit = busy
    environment = as_environ(settings)
    arguments = ["replay", "--from", str(NIGHT), "--to", str(NIGHT), "--dry-run", "--unit", unit]
    document = json.loads(CliRunner().invoke(cli.app, [*arguments, "--json"], env=environment).stdout)
    assert document["changes"] == [], "nothing changed in the policy"
    assert sum(unit["judged"] for unit in document["units"].values()) > 0
    told = CliRunner().invoke(cli.app, arguments, env=environment).stdout
    assert "niets verandert" in told
    assert "een proef" in told


def test_the_command_line_says_what_changed(busy, lenient):
    settings, unit = busy
    environment = as_environ(settings)
    arguments = ["replay", "--from", str(NIGHT), "--to", str(NIGHT), "--dry-run", "--unit", unit]
    document = json.loads(CliRunner().invoke(cli.app, [*arguments, "--json"], env=environment).stdout)
    ways = Counter(f"{change['before']}>{change['after']}" for change in document["changes"])
    assert document["units"][unit]["changed"] == ways
    assert ways
    told = CliRunner().invoke(cli.app, arguments, env=environment)
    assert told.exit_code == 0
    assert " → " in told.stdout


@pytest.mark.parametrize("outcomes", [[], ["forward"], ["withhold"], ["return", "nothing"]])
def test_only_what_is_kept_aside_can_be_judged_again(outcomes, at_night):
    with pytest.raises(UsageError):
        replay(NIGHT, NIGHT, outcomes, at_night)
    assert again.KEPT_ASIDE == ("return", "hold", "elsewhere")
